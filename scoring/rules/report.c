/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/rules/report.h"

#include <string.h>

#include "scoring/base/jcs.h"
#include "scoring/rules/pointer.h"
#include "scoring/rules/rating.h"
#include "scoring/rules/report_parts.h"

static void
write_declaration(struct prb_writer *w, const struct prb_result *r)
{
	prb_writer_key(w, "declaration");
	prb_writer_object(w);
	prb_writer_member_text(w, "declarant", prb_words_text(&prb_words_declarant, r->declarant));
	prb_writer_member_text(w, "id", r->declaration_id);
	prb_writer_member_text(w, "sha256", r->declaration_sha256);
	prb_writer_end(w);
}

static void
write_data(struct prb_writer *w, const struct prb_result *r)
{
	/* A release is named by its hash; the first 16 digits are enough to tell releases apart by
	 * eye. */
	prb_writer_key(w, "data");
	prb_writer_object(w);
	prb_writer_member_string(w, "release", (struct prb_span){r->reference->release, 16});
	prb_writer_member_text(w, "sha256", r->reference->release);
	prb_writer_end(w);
}

/* The whole table with what holds: so that a reader sees why not one step lower or higher. */
static void
write_decision_table(struct prb_writer *w, const struct prb_result *r)
{
	prb_writer_key(w, "decision_table");
	prb_writer_array(w);
	for (size_t i = 0; i < r->reference->rating_count; i++) {
		const struct prb_rating_row *row = &r->reference->rating[i];

		prb_writer_object(w);
		prb_writer_member_bool(w, "holds", r->rating.holds[i]);
		prb_writer_member_text(w, "rating", prb_rating_word((enum prb_rating)row->rating));
		prb_writer_member_int(w, "row", row->number);
		prb_writer_member_text(
			w, "rule", prb_rating_rule_key((enum prb_rating_rule)row->rule));
		prb_writer_member_int(w, "threshold", row->threshold);
		prb_writer_end(w);
	}
	prb_writer_end(w);
}

static void
write_indicator_keys(struct prb_writer *w, const char *name, uint16_t mask)
{
	prb_writer_key(w, name);
	prb_writer_array(w);
	for (int i = 1; i <= PRB_INDICATORS; i++)
		if (mask >> i & 1)
			prb_writer_text(w, prb_indicator_key((enum prb_indicator)i));
	prb_writer_end(w);
}

static void
write_site(struct prb_writer *w, const struct prb_result *r, const char *name, int32_t site)
{
	if (site >= 0)
		prb_writer_member_string(w, name, r->declaration->sites[site].id);
	else {
		prb_writer_key(w, name);
		prb_writer_null(w);
	}
}

static void
write_determination(struct prb_writer *w, const struct prb_result *r)
{
	const struct prb_icls_result *icls = &r->icls;
	bool open = icls->value == PRB_CANNOT_BE_EXCLUDED;

	prb_writer_key(w, "determination");
	prb_writer_object(w);
	write_indicator_keys(w, "coercion", icls->present[PRB_SIDE_COERCION]);
	/* The unknowns that decide: those of a side that is not yet true. */
	write_indicator_keys(w, "deciding_unknowns",
		!open ? 0
		      : (uint16_t)((icls->present[PRB_SIDE_COERCION]
						   ? 0
						   : icls->unknown[PRB_SIDE_COERCION]) |
				   (icls->present[PRB_SIDE_INVOLUNTARY]
						   ? 0
						   : icls->unknown[PRB_SIDE_INVOLUNTARY])));
	prb_report_delphi(w, r);
	prb_writer_member_text(
		w, "icls", prb_determination_word((enum prb_determination)icls->value));
	write_indicator_keys(w, "involuntariness", icls->present[PRB_SIDE_INVOLUNTARY]);
	write_site(w, r, "site", icls->site);
	prb_writer_member_text(w, "state_imposed",
		prb_state_imposed_word((enum prb_state_imposed)r->state_imposed));
	prb_report_scopes(w, r);
	prb_writer_member_bool(w, "supported", icls->supported);
	prb_writer_end(w);
}

static const char *
use_word(enum prb_finding_use use)
{
	static const char *const words[] = {"present", "contested", "historic", "remedied",
		"superseded", "absent", "absence_too_weak_or_old", "absence_inside_a_scope",
		"absence_of_an_item", "no_indicator"};

	return words[use];
}

static void
write_pointer(struct prb_writer *w, const char *name, size_t finding, const char *member)
{
	char pointer[PRB_RULES_POINTER_BYTES];

	prb_writer_member_text(
		w, name, prb_pointer(pointer, "/findings/", (int64_t)finding, member));
}

static void
write_evidence(struct prb_writer *w, const struct prb_result *r, size_t index)
{
	const struct prb_finding *f = &r->declaration->findings[index];
	char date[PRB_DATE_BYTES];

	prb_writer_object(w);
	if (f->date != PRB_DATE_NONE) {
		prb_date_format(f->date, date);
		prb_writer_member_text(w, "date", date);
	}
	write_pointer(w, "finding", index, "");
	if (f->item.n != 0)
		prb_writer_member_string(w, "item", f->item);
	/* Free text can name people: the report points to it and does not hold it. */
	if (f->reference.n != 0)
		write_pointer(w, "reference", index, "/reference");
	if (f->reply.n != 0)
		write_pointer(w, "reply", index, "/reply");
	if (f->site.n != 0)
		prb_writer_member_string(w, "site", f->site);
	prb_writer_member_text(w, "source", prb_words_text(&prb_words_source, f->source));
	prb_writer_member_text(w, "use", use_word((enum prb_finding_use)r->findings[index].use));
	prb_writer_end(w);
}

static void
write_indicator(struct prb_writer *w, const struct prb_result *r, int i)
{
	const struct prb_indicator_result *indicator = &r->indicators[i];

	prb_writer_object(w);
	prb_writer_member_int(w, "code", i);
	prb_writer_key(w, "evidence");
	prb_writer_array(w);
	for (size_t f = 0; f < r->declaration->findings_count; f++)
		if (r->findings[f].indicator == i)
			write_evidence(w, r, f);
	prb_writer_end(w);
	prb_writer_key(w, "grade");
	if (indicator->grade == PRB_GRADE_NONE)
		prb_writer_null(w);
	else
		prb_writer_text(
			w, indicator->grade == PRB_GRADE_CONFIRMED ? "confirmed" : "reported");
	prb_writer_member_text(w, "key", prb_indicator_key((enum prb_indicator)i));
	write_site(w, r, "site", indicator->site);
	prb_writer_member_text(
		w, "state", prb_state_word((enum prb_indicator_state)indicator->state));
	prb_writer_end(w);
}

static void
write_indicators(struct prb_writer *w, const struct prb_result *r)
{
	prb_writer_key(w, "indicators");
	prb_writer_array(w);
	for (int i = 1; i <= PRB_INDICATORS; i++)
		write_indicator(w, r, i);
	prb_writer_end(w);
	prb_writer_member_int(w, "indicators_known", r->indicators_known);
}

static void
write_listing(struct prb_writer *w, const struct prb_listing *l)
{
	prb_writer_object(w);
	prb_writer_member_text(
		w, "because", l->status == PRB_LISTING_UNKNOWN ? "status_unknown" : l->because);
	if (l->decided != NULL)
		prb_writer_member_text(w, "decided", l->decided->id);
	prb_writer_member_text(w, "decision", prb_listing_decision_word(prb_listing_decide(l)));
	prb_writer_member_text(w, "edition", l->edition);
	prb_writer_member_text(
		w, "effect", prb_listing_effect_word((enum prb_listing_effect)l->effect));
	prb_writer_member_text(w, "entity", l->entity);
	prb_writer_member_text(w, "entity_id", l->entity_id);
	prb_writer_member_text(w, "list", l->list);
	prb_writer_member_int(w, "similarity", l->similarity_ppm);
	prb_writer_member_text(w, "source", l->source);
	prb_writer_member_text(
		w, "status", prb_listing_status_word((enum prb_listing_status)l->status));
	prb_writer_member_date(w, "status_date", l->status_date);
	prb_writer_member_text(w, "subject", l->subject);
	prb_writer_member_int(w, "tier", l->tier);
	prb_writer_end(w);
}

/* 0 for what weighs most: a match in force, then what a person has to decide, then the rest. */
static int
listing_class(const struct prb_listing *l)
{
	bool stands = l->status == PRB_LISTING_IN_FORCE || l->status == PRB_LISTING_UNKNOWN;

	if (l->effect != PRB_LISTING_FORCED_LABOUR || !stands ||
		prb_listing_decide(l) == PRB_HIT_DIFFERENT)
		return 2;
	return prb_listing_decide(l) == PRB_HIT_MATCH ? 0 : 1;
}

size_t
prb_report_listings_shown(const struct prb_result *r, size_t shown[PRB_REPORT_SHOWN_MAX])
{
	size_t n = 0;

	for (int class = 0; class <= 2; class ++)
		for (size_t i = 0; i < r->facts->listings_count && n < PRB_REPORT_SHOWN_MAX; i++)
			if (listing_class(&r->facts->listings[i]) == class)
				shown[n++] = i;
	return n;
}

static void
write_listings(struct prb_writer *w, const struct prb_result *r)
{
	size_t shown[PRB_REPORT_SHOWN_MAX], n = prb_report_listings_shown(r, shown);

	prb_writer_key(w, "listings");
	prb_writer_array(w);
	for (size_t i = 0; i < n; i++)
		write_listing(w, &r->facts->listings[shown[i]]);
	prb_writer_end(w);
	if (n < r->facts->listings_count)
		prb_writer_member_int(
			w, "listings_left_out", (int64_t)(r->facts->listings_count - n));
	prb_writer_key(w, "lists_searched");
	prb_writer_array(w);
	for (size_t i = 0; i < r->facts->lists_count; i++) {
		prb_writer_object(w);
		prb_writer_member_text(w, "completeness", r->facts->lists[i].completeness);
		prb_writer_member_text(w, "edition", r->facts->lists[i].edition);
		prb_writer_member_int(w, "entries", r->facts->lists[i].entries);
		prb_writer_member_text(w, "list", r->facts->lists[i].list);
		prb_writer_end(w);
	}
	prb_writer_end(w);
}

static void
write_method(struct prb_writer *w, const struct prb_result *r)
{
	prb_writer_key(w, "method");
	prb_writer_object(w);
	prb_writer_member_text(w, "sha256", r->reference->method_sha256);
	prb_writer_member_text(w, "version", r->reference->method_version);
	prb_writer_end(w);
}

/* Every decision that the report rests on, also those about hits that it does not show: with them
 * it can be computed again. Who decided, and why, stays where it is kept. */
static void
write_decisions(struct prb_writer *w, const struct prb_result *r)
{
	if (r->decided_count == 0)
		return;
	prb_writer_key(w, "decisions");
	prb_writer_array(w);
	for (size_t i = 0; i < r->decided_count; i++) {
		const struct prb_decided *d = r->decided[i];
		bool of_evidence = d->decision == PRB_DECIDED_CONFIRMED;

		prb_writer_object(w);
		prb_writer_member_text(w, "decided_at", d->at);
		prb_writer_member_text(w, "decision", prb_decided_word(d));
		if (of_evidence)
			prb_writer_member_text(w, "evidence", d->evidence);
		else
			prb_writer_member_text(w, "hit_sha256", d->hit);
		prb_writer_member_text(w, "id", d->id);
		if (of_evidence)
			prb_writer_member_text(w, "statement_sha256", d->hit);
		prb_writer_end(w);
	}
	prb_writer_end(w);
}

static bool
has_hit(const struct prb_facts *facts)
{
	for (size_t i = 0; i < facts->listings_count; i++)
		if (prb_listing_decide(&facts->listings[i]) != PRB_HIT_DIFFERENT)
			return true;
	return false;
}

/* Fixed lines that go with every rating, and those that its limits ask for. */
static void
write_notes(struct prb_writer *w, const struct prb_result *r)
{
	prb_writer_key(w, "notes");
	prb_writer_array(w);
	prb_writer_text(w, "rating_is_not_a_finding_of_law");
	if (r->indicators_known < PRB_INDICATORS && r->rating.rating != PRB_RATING_CRITICAL)
		prb_writer_text(w, "a_finding_on_site_can_raise_this_to_critical");
	if (r->rating.rating == PRB_RATING_LOW && r->icls.value != PRB_NOT_INDICATED)
		prb_writer_text(w, "not_checked_on_site");
	if (!has_hit(r->facts))
		prb_writer_text(w, "no_match_is_no_clearance");
	prb_writer_end(w);
}

static void
write_rating(struct prb_writer *w, const struct prb_result *r)
{
	prb_writer_member_text(w, "rating", prb_rating_word((enum prb_rating)r->rating.rating));
	prb_writer_key(w, "rating_range");
	prb_writer_array(w);
	prb_writer_text(w, prb_rating_word((enum prb_rating)r->rating.best));
	prb_writer_text(w, prb_rating_word((enum prb_rating)r->rating.worst));
	prb_writer_end(w);
}

/* Reported and neither absent nor unknown; what is contested or old was still said. */
static bool
is_open_or_present(enum prb_indicator_state state)
{
	return state == PRB_STATE_PRESENT || state == PRB_STATE_CONTESTED ||
	       state == PRB_STATE_HISTORIC;
}

static bool
concerns_the_young(const struct prb_result *r)
{
	if (r->declaration->workforce.under_18 > 0)
		return true;
	for (size_t i = 0; i < r->declaration->findings_count; i++)
		if (r->declaration->findings[i].concerns_under_18 == PRB_TRUE &&
			(r->findings[i].use == PRB_USE_PRESENT ||
				r->findings[i].use == PRB_USE_CONTESTED ||
				r->findings[i].use == PRB_USE_HISTORIC))
			return true;
	return false;
}

/* The UNGP severity triple, apart from the rating (UN Guiding Principle 14 and its commentary:
 * scale, scope, irremediable character). Which indicators make which step is our judgement:
 * scoring/METHOD.md section 6. */
static void
write_severity(struct prb_writer *w, const struct prb_result *r)
{
	int64_t workers = r->declaration->workforce.total;
	bool any = false, remedied = false, violence;

	for (int i = 1; i <= PRB_INDICATORS; i++) {
		enum prb_indicator_state state = (enum prb_indicator_state)r->indicators[i].state;

		any |= is_open_or_present(state);
		remedied |= state == PRB_STATE_REMEDIED;
	}
	violence = is_open_or_present(
		(enum prb_indicator_state)r->indicators[PRB_IND_PHYSICAL_AND_SEXUAL_VIOLENCE]
			.state);
	prb_writer_key(w, "severity");
	prb_writer_object(w);
	prb_writer_member_text(w, "irremediability",
		!any && !remedied                            ? "nothing_reported"
		: violence || (any && concerns_the_young(r)) ? "hard_to_remedy"
							     : "can_be_remedied");
	prb_writer_member_text(w, "scale",
		!any && !remedied                            ? "nothing_reported"
		: !any                                       ? "remedied"
		: r->icls.value == PRB_INDICATED || violence ? "grave"
							     : "serious");
	prb_writer_key(w, "scope");
	if (workers < 0)
		prb_writer_text(w, "unknown");
	else if (workers < r->reference->constants[PRB_K_SMALL_COUNT])
		prb_writer_text(w, "fewer_than_5");
	else
		prb_writer_int(w, workers);
	prb_writer_end(w);
}

static void
write_supplier(struct prb_writer *w, const struct prb_result *r)
{
	prb_writer_key(w, "supplier");
	prb_writer_object(w);
	prb_writer_member_text(
		w, "country", r->reference->countries[r->facts->supplier.country].iso3);
	prb_writer_member_string(w, "name", r->declaration->supplier.name);
	if (r->facts->supplier.region[0] != '\0') {
		prb_writer_member_text(w, "region", r->facts->supplier.region);
		prb_writer_member_text(w, "region_basis", r->facts->supplier.region_basis);
	}
	prb_writer_end(w);
}

void
prb_report_write(struct prb_arena *arena, const struct prb_result *result, struct prb_str *out)
{
	struct prb_writer w;
	char as_of[PRB_DATE_BYTES];

	prb_writer_init(&w, out);
	prb_date_format(result->as_of, as_of);
	prb_writer_object(&w);
	prb_writer_member_text(&w, "as_of", as_of);
	prb_report_assumptions(&w, result);
	prb_writer_member_int(&w, "coverage", prb_ppm_points(result->rating.coverage));
	write_data(&w, result);
	write_decision_table(&w, result);
	write_decisions(&w, result);
	write_declaration(&w, result);
	write_determination(&w, result);
	prb_report_exposure(&w, result);
	prb_writer_member_text(&w, "id", result->id);
	write_indicators(&w, result);
	write_listings(&w, result);
	write_method(&w, result);
	prb_report_questions(arena, &w, result);
	write_notes(&w, result);
	write_rating(&w, result);
	prb_report_reasons(&w, result);
	prb_report_referrals(&w, result);
	prb_report_regulations(&w, result);
	prb_report_remediation(&w, result);
	prb_writer_member_text(
		&w, "rule", prb_rating_rule_key((enum prb_rating_rule)result->rating.fired->rule));
	write_severity(&w, result);
	write_supplier(&w, result);
	prb_report_unconfirmed(&w, result);
	prb_report_upstream(&w, result);
	prb_report_change(&w, result);
	prb_writer_end(&w);
}
