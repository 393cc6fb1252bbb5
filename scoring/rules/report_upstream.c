/* SPDX-License-Identifier: Apache-2.0 */
/* The paths of a supply chain in a report: scoring/METHOD.md section 5. */
#include "scoring/rules/rating.h"
#include "scoring/rules/report_parts.h"

#define LISTINGS_MAX 5

static void
write_leg(struct prb_writer *w, const struct prb_upstream_leg *leg)
{
	prb_writer_object(w);
	if (leg->declaration != NULL)
		prb_writer_member_text(w, "declaration", leg->declaration);
	prb_writer_member_string(w, "from", leg->from);
	if (leg->product.n != 0)
		prb_writer_member_string(w, "product", leg->product);
	if (leg->share_ppm >= 0)
		prb_writer_member_int(w, "share_ppm", leg->share_ppm);
	prb_writer_member_int(w, "steps", leg->steps);
	prb_writer_member_string(w, "to", leg->to);
	prb_writer_end(w);
}

/* In short: the list itself says the rest. */
static void
write_listing(struct prb_writer *w, const struct prb_listing *l)
{
	prb_writer_object(w);
	prb_writer_member_text(w, "decision", prb_listing_decision_word(prb_listing_decide(l)));
	prb_writer_member_text(
		w, "effect", prb_listing_effect_word((enum prb_listing_effect)l->effect));
	prb_writer_member_text(w, "entity", l->entity);
	prb_writer_member_text(w, "entity_id", l->entity_id);
	prb_writer_member_text(w, "list", l->list);
	prb_writer_member_text(
		w, "status", prb_listing_status_word((enum prb_listing_status)l->status));
	prb_writer_end(w);
}

/* Those that rate first, so that a long tail of others hides none. */
static void
write_listings(struct prb_writer *w, const struct prb_upstream_path *path)
{
	size_t n = 0;

	prb_writer_key(w, "listings");
	prb_writer_array(w);
	for (int others = 0; others <= 1; others++)
		for (size_t i = 0; i < path->listings_count && n < LISTINGS_MAX; i++) {
			const struct prb_listing *l = &path->listings[i];
			bool rates = l->effect == PRB_LISTING_FORCED_LABOUR &&
				     l->status == PRB_LISTING_IN_FORCE &&
				     prb_listing_decide(l) == PRB_HIT_MATCH;

			if (rates == (others != 0))
				continue;
			write_listing(w, l);
			n++;
		}
	prb_writer_end(w);
}

static void
write_path(struct prb_writer *w, const struct prb_upstream_path *path)
{
	prb_writer_object(w);
	if (path->found) {
		prb_writer_member_int(w, "exposure", prb_ppm_points(path->exposure));
		prb_writer_member_int(w, "exposure_ppm", path->exposure);
	}
	prb_writer_member_bool(w, "found", path->found);
	if (path->found) {
		prb_writer_member_text(
			w, "icls", prb_determination_word((enum prb_determination)path->icls));
		write_listings(w, path);
	}
	prb_writer_key(w, "path");
	prb_writer_array(w);
	for (size_t i = 0; i < path->legs_count; i++)
		write_leg(w, &path->legs[i]);
	prb_writer_end(w);
	if (path->legs_left_out != 0)
		prb_writer_member_int(w, "path_left_out", (int64_t)path->legs_left_out);
	if (path->found)
		prb_writer_member_text(w, "state_imposed",
			prb_state_imposed_word((enum prb_state_imposed)path->state_imposed));
	prb_writer_member_int(w, "steps", path->steps);
	prb_writer_end(w);
}

void
prb_report_upstream(struct prb_writer *w, const struct prb_result *r)
{
	prb_writer_key(w, "upstream");
	prb_writer_array(w);
	for (size_t i = 0; i < r->upstream_count; i++)
		write_path(w, &r->upstream[i]);
	prb_writer_end(w);
	if (r->upstream_left_out != 0)
		prb_writer_member_int(w, "upstream_left_out", (int64_t)r->upstream_left_out);
}
