/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/facts/screen_write.h"

#include <string.h>

static const char *
evidence_word(uint8_t evidence)
{
	static const char *const words[] = {"missing", "equal", "differs"};

	return words[evidence];
}

static void
write_if(struct prb_writer *w, const char *name, const char *text)
{
	if (text[0] != '\0')
		prb_writer_member_text(w, name, text);
}

void
prb_screen_piece_args(const struct prb_screen_piece *piece, char edits[PRB_SCREEN_EDITS_BYTES],
	struct prb_span args[PRB_SCREEN_PIECE_ARGS])
{
	args[0] = piece->query;
	args[1] = piece->name;
	if (piece->query.n == 0 && piece->kind == PRB_PIECE_FORM)
		args[0] = piece->name;
	edits[0] = (char)('0' + piece->edits / 10 % 10);
	edits[1] = (char)('0' + piece->edits % 10);
	args[2] = piece->edits < 10 ? (struct prb_span){edits + 1, 1} : (struct prb_span){edits, 2};
}

static void
write_pieces(
	struct prb_writer *w, const struct prb_screen_hit *hit, const struct prb_screen_more *more)
{
	prb_writer_key(w, "pieces");
	prb_writer_array(w);
	for (size_t i = 0; i < hit->pieces_count; i++) {
		const struct prb_screen_piece *p = &hit->pieces[i];

		prb_writer_object(w);
		prb_writer_member_text(
			w, "key", prb_name_piece_word((enum prb_name_piece_kind)p->kind));
		prb_writer_member_string(w, "name", p->name);
		prb_writer_member_string(w, "query", p->query);
		if (more)
			more->piece_text(more->context, w, p);
		prb_writer_end(w);
	}
	prb_writer_end(w);
}

static void
write_entity(struct prb_writer *w, const struct prb_gatherer *gatherer,
	const struct prb_screen_hit *hit, prb_date as_of)
{
	const struct prb_entity_record *e = hit->entity;
	prb_date status_date;
	uint8_t status;

	prb_screen_status(e, as_of, &status, &status_date);
	prb_writer_object(w);
	write_if(w, "city", e->city);
	write_if(w, "country", e->country);
	prb_writer_member_text(w, "edition", prb_screen_edition(gatherer, e->list));
	prb_writer_member_text(
		w, "effect", prb_listing_effect_word((enum prb_listing_effect)e->effect));
	prb_writer_member_text(w, "id", hit->entity_id);
	write_if(w, "kind", e->kind);
	prb_writer_member_text(w, "list", e->list);
	prb_writer_member_text(w, "name", e->name);
	prb_writer_member_text(w, "source", e->source);
	prb_writer_member_text(
		w, "status", prb_listing_status_word((enum prb_listing_status)status));
	prb_writer_member_date(w, "status_date", status_date);
	prb_writer_end(w);
}

static void
write_evidence(struct prb_writer *w, const struct prb_screen_hit *hit)
{
	prb_writer_object(w);
	prb_writer_member_text(w, "country", evidence_word(hit->country));
	prb_writer_member_text(w, "identifier", evidence_word(hit->identifier));
	prb_writer_member_bool(w, "name_generic", hit->generic);
	prb_writer_member_int(w, "name_similarity", hit->name_similarity_ppm);
	prb_writer_member_text(w, "place", evidence_word(hit->place));
	prb_writer_end(w);
}

void
prb_screen_write_hit(struct prb_writer *w, const struct prb_gatherer *gatherer,
	const struct prb_screen_hit *hit, prb_date as_of, const struct prb_screen_more *more)
{
	prb_writer_object(w);
	prb_writer_member_text(w, "because", hit->because);
	if (more)
		more->decided(more->context, w);
	prb_writer_member_text(
		w, "decision", prb_name_decision_word((enum prb_name_decision)hit->decision));
	prb_writer_key(w, "entity");
	write_entity(w, gatherer, hit, as_of);
	prb_writer_key(w, "evidence");
	write_evidence(w, hit);
	prb_writer_member_string(w, "matched", hit->met);
	prb_writer_member_text(w, "matched_kind", prb_screen_name_kind_word(hit->met_kind));
	write_pieces(w, hit, more);
	prb_writer_member_int(w, "similarity", hit->similarity_ppm);
	prb_writer_end(w);
}

static void
write_list(struct prb_writer *w, const struct prb_list_searched *list)
{
	prb_writer_object(w);
	prb_writer_member_text(w, "completeness", list->completeness);
	prb_writer_member_text(w, "edition", list->edition);
	prb_writer_member_int(w, "entries", list->entries);
	prb_writer_member_text(w, "list", list->list);
	prb_writer_member_text(w, "title", list->title);
	prb_writer_end(w);
}

void
prb_screen_write_lists(struct prb_writer *w, const struct prb_gatherer *gatherer)
{
	size_t count;
	const struct prb_list_searched *lists = prb_screen_lists(gatherer, &count);

	prb_writer_array(w);
	for (size_t i = 0; i < count; i++)
		write_list(w, &lists[i]);
	prb_writer_end(w);
}

void
prb_screen_write_list(struct prb_writer *w, const struct prb_gatherer *gatherer, const char *list)
{
	size_t count;
	const struct prb_list_searched *lists = prb_screen_lists(gatherer, &count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(lists[i].list, list) == 0) {
			write_list(w, &lists[i]);
			return;
		}
	prb_writer_null(w);
}
