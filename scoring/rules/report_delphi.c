/* SPDX-License-Identifier: Apache-2.0 */
/* Members of a report about the Delphi rules and about what remediation would change. */
#include "scoring/rules/report_parts.h"

/* Named by its id, or null where the declaration names no sites. */
static void
write_site(struct prb_writer *w, const struct prb_result *r, int32_t site)
{
	prb_writer_key(w, "site");
	if (site >= 0)
		prb_writer_string(w, r->declaration->sites[site].id);
	else
		prb_writer_null(w);
}

static void
write_dimension(struct prb_writer *w, const struct prb_result *r, int dimension)
{
	const struct prb_delphi_result *d = &r->delphi;
	bool positive = (d->positive >> dimension & 1) != 0;
	bool possible = (d->possibly_positive >> dimension & 1) != 0;

	prb_writer_object(w);
	prb_writer_member_text(
		w, "dimension", prb_words_text(&prb_words_dimension, (uint8_t)dimension));
	prb_writer_key(w, "items");
	prb_writer_array(w);
	for (size_t i = 0; i < r->reference->items_count; i++)
		if ((d->items[i / 64] >> i % 64 & 1) != 0 &&
			r->reference->items[i].dimension == dimension)
			prb_writer_text(w, r->reference->items[i].id);
	prb_writer_end(w);
	prb_writer_member_text(w, "value",
		positive   ? "positive"
		: possible ? "unknown"
			   : "negative");
	prb_writer_end(w);
}

void
prb_report_delphi(struct prb_writer *w, const struct prb_result *r)
{
	const struct prb_delphi_result *d = &r->delphi;
	enum prb_delphi_rule certain = (enum prb_delphi_rule)d->certain;
	enum prb_delphi_rule possible = (enum prb_delphi_rule)d->possible;
	bool open = certain == PRB_DELPHI_C1 && possible != PRB_DELPHI_C1;

	prb_writer_key(w, "delphi");
	prb_writer_object(w);
	if (d->evaluated) {
		prb_writer_key(w, "dimensions");
		prb_writer_array(w);
		for (int i = 1; i < PRB_DIMENSION_COUNT; i++)
			write_dimension(w, r, i);
		prb_writer_end(w);
	}
	prb_writer_member_bool(w, "evaluated", d->evaluated);
	if (d->evaluated) {
		prb_writer_member_text(w, "possible", prb_delphi_result_word(possible));
		prb_writer_member_text(
			w, "result", open ? "cannot_be_excluded" : prb_delphi_result_word(certain));
		prb_writer_member_text(w, "rule", prb_delphi_rule_word(certain));
		write_site(w, r, d->site);
		prb_writer_member_bool(w, "supported", d->supported);
	}
	prb_writer_end(w);
}

static void
write_outcome(struct prb_writer *w, const struct prb_rating_row *row)
{
	prb_writer_member_text(w, "rating", prb_rating_word((enum prb_rating)row->rating));
}

static void
write_set(struct prb_writer *w, const struct prb_result *r, const struct prb_change_set *set)
{
	prb_writer_object(w);
	prb_writer_member_text(w, "key", "set");
	write_outcome(w, set->fires);
	prb_writer_key(w, "remedy");
	prb_writer_array(w);
	for (size_t i = 0; i < r->change.size; i++) {
		const struct prb_remedy_target *target = &set->targets[i];

		prb_writer_object(w);
		prb_writer_member_text(
			w, "indicator", prb_indicator_key((enum prb_indicator)target->indicator));
		write_site(w, r, target->site);
		prb_writer_end(w);
	}
	prb_writer_end(w);
	prb_writer_member_text(
		w, "rule", prb_rating_rule_key((enum prb_rating_rule)set->fires->rule));
	prb_writer_end(w);
}

/* Where no set of three or fewer does: why. */
static void
write_without_set(struct prb_writer *w, const struct prb_change *change)
{
	bool more = change->kind == PRB_CHANGE_MORE_THAN_THREE;

	prb_writer_object(w);
	prb_writer_member_text(w, "key", more ? "more_than_three" : "not_by_remediation");
	if (more)
		write_outcome(w, change->all);
	prb_writer_key(w, "remedy");
	prb_writer_array(w);
	prb_writer_end(w);
	if (more)
		prb_writer_member_text(
			w, "rule", prb_rating_rule_key((enum prb_rating_rule)change->all->rule));
	prb_writer_end(w);
}

void
prb_report_change(struct prb_writer *w, const struct prb_result *r)
{
	const struct prb_change *change = &r->change;

	prb_writer_key(w, "what_would_change");
	prb_writer_array(w);
	for (size_t i = 0; i < change->sets_count; i++)
		write_set(w, r, &change->sets[i]);
	if (change->kind == PRB_CHANGE_MORE_THAN_THREE ||
		change->kind == PRB_CHANGE_NOT_BY_REMEDIATION)
		write_without_set(w, change);
	prb_writer_end(w);
	if (change->sets_left_out != 0)
		prb_writer_member_int(
			w, "what_would_change_left_out", (int64_t)change->sets_left_out);
}
