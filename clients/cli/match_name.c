/* SPDX-License-Identifier: Apache-2.0 */

/* `match NAME`: one name against the lists. */

#include <string.h>

#include "clients/cli/match.h"
#include "clients/render/texts.h"
#include "datasets/facts/screen_write.h"

#define OUT_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define LIMIT_USUAL 10

struct printing {
	const struct prb_match_settings *settings;
	struct prb_str out;
};

static void
say(struct printing *p, const char *prefix, const char *key, const struct prb_span *args, size_t n)
{
	(void)prb_text_render(p->settings->lang, prefix, prb_span_of(key), args, n, &p->out);
}

static struct prb_span
number(size_t value, char room[24])
{
	return (struct prb_span){room, (size_t)snprintf(room, 24, "%zu", value)};
}

static void
print_piece(struct printing *p, const struct prb_screen_piece *piece)
{
	char edits[PRB_SCREEN_EDITS_BYTES];
	struct prb_span args[PRB_SCREEN_PIECE_ARGS];

	prb_screen_piece_args(piece, edits, args);
	prb_str_add_text(&p->out, "      ");
	say(p, "piece", prb_name_piece_word((enum prb_name_piece_kind)piece->kind), args,
		PRB_SCREEN_PIECE_ARGS);
	prb_str_add_char(&p->out, '\n');
}

/* "12. match 0.9731  Hetian Haolin Hair Accessories Co. Ltd. (CHN)" and what is known of it. */
static void
print_hit(struct printing *p, const struct prb_screen_hit *hit)
{
	const struct prb_entity_record *e = hit->entity;
	char similarity[PRB_SIMILARITY_TEXT_BYTES], date[PRB_DATE_BYTES] = "";
	prb_date status_date;
	uint8_t status;
	struct prb_span args[4];

	prb_match_similarity(hit->similarity_ppm, similarity);
	prb_screen_status(e, p->settings->as_of, &status, &status_date);
	if (status_date != PRB_DATE_NONE)
		prb_date_format(status_date, date);
	prb_str_add_text(&p->out, similarity);
	prb_str_add_text(&p->out, "  ");
	say(p, "name_decision", prb_name_decision_word((enum prb_name_decision)hit->decision), NULL,
		0);
	prb_str_add_text(&p->out, ": ");
	prb_text_foreign(p->settings->lang, hit->met, &p->out);
	if (e->country[0] != '\0') {
		prb_str_add_text(&p->out, ", ");
		prb_text_country(p->settings->lang, e->country, &p->out);
	}
	prb_str_add_text(&p->out, "\n      ");
	args[0] = prb_span_of(hit->entity_id);
	args[1] = prb_span_of(e->list);
	args[2] = prb_span_of(prb_listing_status_word((enum prb_listing_status)status));
	args[3] = prb_span_of(date);
	say(p, "match", "entry", args, 4);
	prb_str_add_text(&p->out, "\n      ");
	say(p, "because", hit->because, NULL, 0);
	prb_str_add_char(&p->out, '\n');
	for (size_t i = 0; i < hit->pieces_count; i++)
		print_piece(p, &hit->pieces[i]);
}

static void
print_lists(struct printing *p, const struct prb_gatherer *gatherer)
{
	size_t count;
	const struct prb_list_searched *lists = prb_screen_lists(gatherer, &count);

	prb_str_add_char(&p->out, '\n');
	say(p, "match", "lists", NULL, 0);
	prb_str_add_char(&p->out, '\n');
	for (size_t i = 0; i < count; i++) {
		char entries[24];
		struct prb_span args[] = {prb_span_of(lists[i].title),
			prb_span_of(lists[i].edition), number(lists[i].entries, entries),
			prb_span_of(lists[i].completeness)};

		prb_str_add_text(&p->out, "  - ");
		say(p, "match", "list", args, 4);
		prb_str_add_char(&p->out, '\n');
	}
	say(p, "note", "no_match_is_no_clearance", NULL, 0);
	prb_str_add_char(&p->out, '\n');
}

static void
print_table(struct printing *p, const struct prb_gatherer *gatherer,
	const struct prb_screening *screening, struct prb_span name)
{
	if (screening->count == 0) {
		say(p, "match", "none", &name, 1);
		prb_str_add_char(&p->out, '\n');
	}
	for (size_t i = 0; i < screening->count; i++)
		print_hit(p, &screening->hits[i]);
	print_lists(p, gatherer);
}

static void
print_json(struct printing *p, const struct prb_gatherer *gatherer,
	const struct prb_screening *screening, const struct prb_screen_query *query)
{
	struct prb_writer w;

	prb_writer_init(&w, &p->out);
	prb_writer_object(&w);
	prb_writer_key(&w, "items");
	prb_writer_array(&w);
	for (size_t i = 0; i < screening->count; i++)
		prb_screen_write_hit(&w, gatherer, &screening->hits[i], p->settings->as_of, NULL);
	prb_writer_end(&w);
	prb_writer_key(&w, "lists_searched");
	prb_screen_write_lists(&w, gatherer);
	prb_writer_key(&w, "notes");
	prb_writer_array(&w);
	prb_writer_text(&w, "no_match_is_no_clearance");
	prb_writer_end(&w);
	prb_writer_member_string(&w, "query", query->name);
	prb_writer_end(&w);
	prb_str_add_char(&p->out, '\n');
}

/* The exit status; the query's country is set. */
static int
read_country(const struct prb_match_settings *s, struct prb_match_data *data, int *country)
{
	bool assumed = false;

	*country = PRB_COUNTRY_NONE;
	if (s->country == NULL)
		return PRB_EXIT_OK;
	*country = prb_facts_country(data->gatherer, prb_span_of(s->country), &assumed);
	if (*country < 0)
		return prb_cli_usage("match",
			"--country %s: no country has that code or name; an ISO 3166 code or a "
			"name "
			"in a UN language is wanted",
			s->country);
	if (assumed)
		prb_cli_say("--country %s: taken for %s", s->country,
			prb_release_reference(data->release)->countries[*country].iso3);
	return PRB_EXIT_OK;
}

static int
screen(const struct prb_match_settings *s, struct prb_match_data *data, struct prb_span name)
{
	struct printing p = {.settings = s};
	struct prb_screen_query query = {.name = name,
		.city = prb_span_of(s->city),
		.address = prb_span_of(s->address),
		.similarity_min = s->similarity_min,
		.limit = s->limit > 0 ? s->limit : LIMIT_USUAL,
		.pieces = true};
	struct prb_screening screening;
	int status = read_country(s, data, &query.country);
	bool done;

	if (status != PRB_EXIT_OK)
		return status;
	prb_str_init(&p.out, OUT_BYTES_MAX);
	done = prb_screen_name(data->gatherer, data->arena, &query, &screening) == PRB_OK;
	if (done && screening.more)
		prb_cli_say("more than %d names of the lists are like this one; not all are shown",
			PRB_SCREEN_HITS_MAX);
	if (done && s->json)
		print_json(&p, data->gatherer, &screening, &query);
	else if (done)
		print_table(&p, data->gatherer, &screening, name);
	done = done && !p.out.failed && fwrite(p.out.p, 1, p.out.n, stdout) == p.out.n;
	if (!done)
		prb_cli_say("there is no memory for the answer, or it cannot be written");
	prb_str_finish(&p.out);
	return prb_cli_flush() && done ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

int
prb_match_name(const struct prb_match_settings *settings, const char *name)
{
	struct prb_span text = prb_span_trim(prb_span_of(name));
	struct prb_match_data data;
	int status;

	if (text.n == 0 || text.n > PRB_NAME_READ_BYTES_MAX)
		return prb_cli_usage("match", "the name has %zu bytes: 1 to %d are wanted", text.n,
			PRB_NAME_READ_BYTES_MAX);
	if (prb_utf8_check(text.p, text.n) != text.n)
		return prb_cli_usage("match", "the name is not UTF-8, at byte %zu",
			prb_utf8_check(text.p, text.n));
	if (!prb_match_open(&data, settings->data))
		return PRB_EXIT_FAILED;
	status = screen(settings, &data, text);
	prb_match_close(&data);
	return status;
}
