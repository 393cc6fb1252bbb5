/* SPDX-License-Identifier: Apache-2.0 */
/* Members of a report that tell the reader why, and what to ask next. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scoring/rules/pointer.h"
#include "scoring/rules/rating.h"
#include "scoring/rules/report_parts.h"

#define QUESTIONS_MAX 12
#define INDICATORS_ASKED_MAX 3
#define REASON_COMPONENTS_MAX 5

/* A reason: what is said (key and arguments), by what evidence, from which source of which date. */
struct reason {
	const char *key;
	const char *args[4];
	const char *evidence, *reply, *source, *edition, *date;
};

static void
write_if(struct prb_writer *w, const char *name, const char *text)
{
	if (text != NULL && text[0] != '\0')
		prb_writer_member_text(w, name, text);
}

static void
write_reason(struct prb_writer *w, const struct reason *reason)
{
	prb_writer_object(w);
	prb_writer_key(w, "args");
	prb_writer_array(w);
	for (size_t i = 0; i < 4 && reason->args[i] != NULL; i++)
		prb_writer_text(w, reason->args[i]);
	prb_writer_end(w);
	write_if(w, "date", reason->date);
	write_if(w, "edition", reason->edition);
	write_if(w, "evidence", reason->evidence);
	prb_writer_member_text(w, "key", reason->key);
	write_if(w, "reply", reason->reply);
	write_if(w, "source", reason->source);
	prb_writer_end(w);
}

static void
reason_of_row(struct prb_writer *w, const struct prb_result *r)
{
	const struct prb_rating_row *row = r->rating.fired;
	char number[24], threshold[24];

	write_reason(
		w, &(struct reason){.key = prb_rating_rule_key((enum prb_rating_rule)row->rule),
			   .args = {prb_rating_word((enum prb_rating)row->rating),
				   prb_digits(row->threshold, threshold),
				   prb_digits(row->number, number)},
			   .source = "the method: method_rating"});
}

static bool
is_at(const struct prb_result *r, const struct prb_finding *f, int32_t site)
{
	return f->site.n == 0 || site < 0 ||
	       prb_span_equal(f->site, r->declaration->sites[site].id);
}

/* The finding that a reason points to: of those that make the indicator's state at its worst site,
 * the one of the highest rank, the newest among equals. */
static size_t
evidence_of(const struct prb_result *r, int indicator)
{
	static const uint8_t uses[] = {[PRB_STATE_REMEDIED] = PRB_USE_REMEDIED,
		[PRB_STATE_HISTORIC] = PRB_USE_HISTORIC,
		[PRB_STATE_CONTESTED] = PRB_USE_CONTESTED,
		[PRB_STATE_PRESENT] = PRB_USE_PRESENT};
	const struct prb_indicator_result *state = &r->indicators[indicator];
	size_t best = r->declaration->findings_count;

	for (size_t i = 0; i < r->declaration->findings_count; i++) {
		const struct prb_finding *f = &r->declaration->findings[i];
		const struct prb_finding *found = &r->declaration->findings[best];
		int rank = prb_source_rank(f->source);

		if (r->findings[i].indicator != indicator ||
			r->findings[i].use != uses[state->state] || !is_at(r, f, state->site))
			continue;
		if (best == r->declaration->findings_count ||
			rank > prb_source_rank(found->source) ||
			(rank == prb_source_rank(found->source) && f->date > found->date))
			best = i;
	}
	return best;
}

/* A site's id has at most 64 bytes (model/declaration.c). */
static const char *
site_id(const struct prb_result *r, int32_t site, char out[72])
{
	struct prb_span id = r->declaration->sites[site].id;

	memcpy(out, id.p, id.n);
	out[id.n] = '\0';
	return out;
}

static void
reasons_of_indicators(struct prb_writer *w, const struct prb_result *r)
{
	static const char *const keys[] = {NULL, NULL, "indicator_remedied", "indicator_historic",
		"indicator_contested", "indicator_present"};

	for (int i = 1; i <= PRB_INDICATORS; i++) {
		uint8_t state = r->indicators[i].state;
		size_t finding = evidence_of(r, i);
		char pointer[64] = "", reply[64] = "", date[PRB_DATE_BYTES] = "", site[72];
		const char *source = "";

		if (keys[state] == NULL)
			continue;
		if (finding < r->declaration->findings_count) {
			const struct prb_finding *f = &r->declaration->findings[finding];

			prb_pointer(pointer, "/findings/", (int64_t)finding, "");
			if (f->reply.n != 0)
				prb_pointer(reply, "/findings/", (int64_t)finding, "/reply");
			source = prb_words_text(&prb_words_source, f->source);
			if (f->date != PRB_DATE_NONE)
				prb_date_format(f->date, date);
		}
		write_reason(w,
			&(struct reason){.key = keys[state],
				.args = {prb_indicator_key((enum prb_indicator)i),
					r->indicators[i].grade == PRB_GRADE_CONFIRMED  ? "confirmed"
					: r->indicators[i].grade == PRB_GRADE_REPORTED ? "reported"
										       : NULL,
					r->indicators[i].grade != PRB_GRADE_NONE &&
							r->indicators[i].site >= 0
						? site_id(r, r->indicators[i].site, site)
						: NULL},
				.evidence = pointer,
				.reply = reply,
				.source = source,
				.date = date});
	}
}

static const char *
scope_key(const struct prb_scope_hit *hit)
{
	uint8_t cause = hit->referred ? hit->cause_there : hit->cause;

	if (hit->value == PRB_PRESUMED)
		return cause == PRB_CAUSE_TRANSFER ? "labour_transfer_declared"
		       : cause == PRB_CAUSE_PRISON ? "prison_labour_declared"
						   : "scope_presumed";
	if (hit->value == PRB_STATE_OPEN)
		return "scope_open";
	return hit->cleared ? "scope_cleared" : "scope_region_unknown";
}

static void
reasons_of_scopes(struct prb_writer *w, const struct prb_result *r)
{
	size_t shown[PRB_REPORT_SHOWN_MAX], n = prb_report_scopes_shown(r, shown);

	for (size_t i = 0; i < n; i++) {
		const struct prb_scope_hit *hit = &r->scopes[shown[i]];
		char pointer[PRB_UPSTREAM_POINTER_BYTES];

		prb_report_scope_pointer(r, hit, pointer, sizeof pointer);
		write_reason(w, &(struct reason){.key = scope_key(hit),
					.args = {hit->scope ? hit->scope->law : NULL,
						hit->scope ? hit->scope->id : NULL},
					.evidence = pointer,
					.source = hit->scope ? hit->scope->source : "declaration",
					.edition = hit->scope ? hit->scope->as_of : "",
					.date = hit->scope ? hit->scope->since : ""});
	}
}

static const char *
listing_key(const struct prb_listing *l)
{
	switch (prb_listing_decide(l)) {
	case PRB_HIT_MATCH:
		return l->decided != NULL ? "listing_decided_same" : "listing_match";
	case PRB_HIT_DIFFERENT:
		return "listing_decided_different";
	case PRB_HIT_POSSIBLE:
		break;
	}
	/* Of one of unknown status a person decided, and still not all is known. */
	return l->decided != NULL ? "listing_decided_status_unknown" : "listing_possible";
}

static void
reasons_of_listings(struct prb_writer *w, const struct prb_result *r)
{
	size_t shown[PRB_REPORT_SHOWN_MAX], n = prb_report_listings_shown(r, shown);

	for (size_t i = 0; i < n; i++) {
		const struct prb_listing *l = &r->facts->listings[shown[i]];
		char date[PRB_DATE_BYTES] = "";

		if (l->status_date != PRB_DATE_NONE)
			prb_date_format(l->status_date, date);
		write_reason(w, &(struct reason){.key = listing_key(l),
					.args = {l->entity, l->list,
						prb_listing_status_word(
							(enum prb_listing_status)l->status)},
					.evidence = l->subject,
					.source = l->source,
					.edition = l->edition,
					.date = date});
	}
}

/* Where in a declaration the answer to a component goes. */
static const char *
asked_at(enum prb_component c)
{
	switch (c) {
	case PRB_WHAT_GOOD_LISTED:
	case PRB_WHAT_LISTED_ELSEWHERE:
	case PRB_WHAT_SECTOR:
		return "/products/-/hs";
	case PRB_WHAT_ORIGIN_OTHER_GOODS:
		return "/products/-/origin";
	case PRB_WHAT_INPUT_LISTED:
		return "/products/-/inputs";
	case PRB_WHO_MIGRANTS:
	case PRB_WHO_TIED_STATUS:
		return "/workforce/migrant";
	case PRB_WHO_RECRUITMENT_FEES:
		return "/workforce/recruitment_fees";
	case PRB_WHO_AGENCY_LABOUR:
		return "/workforce/agency";
	case PRB_WHO_TIED_HOUSING:
		return "/workforce/housing";
	case PRB_WHO_PHONES_KEPT:
		return "/workforce/phones_kept_by_employer";
	case PRB_WHO_PIECE_RATE:
		return "/workforce/piece_rate";
	case PRB_WHO_PEAK_HOURS:
		return "/workforce/peak_hours_per_week";
	case PRB_WHO_REST_DAYS:
		return "/workforce/rest_days_per_month";
	case PRB_WHO_MONTHS_AWAY:
		return "/workforce/months_at_sea";
	case PRB_WHO_UNDER_18:
		return "/workforce/under_18";
	default:
		return NULL;
	}
}

/* Which sentence a component needs: what is declared, what only the supplier says, what is open,
 * and what a country has no figure for are not the same thing. */
static const char *
exposure_key(const struct prb_value *v, enum prb_component c)
{
	if (v->unconfirmed)
		return "exposure_unconfirmed";
	if (prb_component_lens(c) == PRB_LENS_WHERE)
		return v->known == PRB_IMPUTED ? "exposure_no_figure" : "exposure_from";
	if (v->known == PRB_IMPUTED)
		return v->good != NULL ? "exposure_open_good" : "exposure_open";
	return v->good != NULL ? "exposure_good"
	       : v->count >= 0 ? "exposure_count"
			       : "exposure_from";
}

/* Where in the declaration the component comes from. */
static const char *
exposure_evidence(const struct prb_result *r, enum prb_component c, char pointer[64])
{
	const struct prb_value *v = &r->exposure.worst.values[c];

	if (prb_component_lens(c) == PRB_LENS_WHAT && r->exposure.worst.product >= 0) {
		prb_pointer(pointer, "/products/", r->exposure.worst.product, "");
		return pointer;
	}
	return prb_component_lens(c) == PRB_LENS_WHO && v->known == PRB_KNOWN ? asked_at(c) : "";
}

static void
reason_of_component(struct prb_writer *w, const struct prb_result *r, enum prb_component c)
{
	const struct prb_value *v = &r->exposure.worst.values[c];
	char points[24], count[24], year[24], pointer[64];

	write_reason(
		w, &(struct reason){.key = exposure_key(v, c),
			   .args = {prb_component_id(c),
				   prb_digits(r->exposure.contribution[c], points),
				   v->good != NULL ? v->good
				   : v->count >= 0 ? prb_digits(v->count, count)
						   : NULL,
				   v->good != NULL ? prb_listed_word((enum prb_listed)v->listed)
						   : NULL},
			   .evidence = exposure_evidence(r, c, pointer),
			   .source = v->source,
			   .date = v->year != 0 ? prb_digits(v->year, year) : ""});
}

/* The components that contribute most, the larger first, in the table's order among equals; what
 * the others come to is one line. */
static void
reasons_of_exposure(struct prb_writer *w, const struct prb_result *r)
{
	bool said[PRB_COMPONENTS] = {false};
	int64_t rest = prb_ppm_points(r->exposure.worst.inherent);
	char points[24];

	for (int n = 0; n < REASON_COMPONENTS_MAX; n++) {
		int best = -1;

		for (int c = 0; c < PRB_COMPONENTS; c++)
			if (!said[c] && r->exposure.contribution[c] > 0 &&
				(best < 0 || r->exposure.contribution[c] >
						     r->exposure.contribution[best]))
				best = c;
		if (best < 0)
			break;
		said[best] = true;
		rest -= r->exposure.contribution[best];
		reason_of_component(w, r, (enum prb_component)best);
	}
	if (rest > 0)
		write_reason(w, &(struct reason){.key = "exposure_rest",
					.args = {prb_digits(rest, points)}});
}

/* What is more than the supplier's own word, and since when; `decisions` names them all. */
static void
reasons_of_evidence(struct prb_writer *w, const struct prb_result *r)
{
	const struct prb_confirmed *evidence = r->facts->evidence;

	if (evidence == NULL || r->declarant != PRB_SUPPLIER)
		return;
	for (size_t i = 0; i < evidence->count && i < PRB_REPORT_SHOWN_MAX; i++) {
		char date[PRB_DATE_BYTES];

		(void)snprintf(date, sizeof date, "%.10s", evidence->all[i]->at);
		write_reason(w, &(struct reason){.key = "evidence_confirmed",
					.args = {evidence->all[i]->evidence},
					.evidence = evidence->all[i]->evidence,
					.date = date});
	}
}

void
prb_report_reasons(struct prb_writer *w, const struct prb_result *r)
{
	prb_writer_key(w, "reasons");
	prb_writer_array(w);
	reason_of_row(w, r);
	reasons_of_listings(w, r);
	reasons_of_scopes(w, r);
	reasons_of_indicators(w, r);
	reasons_of_evidence(w, r);
	reasons_of_exposure(w, r);
	prb_writer_end(w);
}

/*
 * Next questions: open scopes first, then what narrows the range most, then the unknown indicators.
 */

static void
write_question(struct prb_writer *w, const char *key, const char *asks, int64_t narrows)
{
	prb_writer_object(w);
	prb_writer_member_text(w, "asks", asks);
	prb_writer_member_text(w, "key", key);
	prb_writer_member_int(w, "narrows", narrows);
	prb_writer_end(w);
}

static void
ask_for_scopes(struct prb_writer *w, const struct prb_result *r)
{
	bool province = false, transfer = false;

	for (size_t i = 0; i < r->scopes_count; i++) {
		province |= r->scopes[i].region_unknown;
		transfer |= r->scopes[i].value == PRB_STATE_OPEN;
	}
	if (province)
		write_question(w, "ask_province", "/supplier/region", 0);
	if (transfer)
		write_question(w, "ask_labour_transfer", "/workforce/labour_transfer", 0);
}

/* A reference that leads nowhere: the declaration itself is what is wanted. */
static void
ask_for_upstream(struct prb_writer *w, const struct prb_result *r)
{
	for (size_t i = 0; i < r->upstream_count; i++) {
		char pointer[PRB_UPSTREAM_POINTER_BYTES];

		if (r->upstream[i].found)
			continue;
		prb_tier_pointer(r->declaration, (size_t)r->upstream[i].tier, "/declaration",
			pointer, sizeof pointer);
		write_question(w, "ask_upstream_declaration", pointer, 0);
	}
}

/* "ask_" and the component's id; the last is for an origin that is not declared. */
static const char *const question_keys[PRB_COMPONENTS + 1] = {
#define PRB_COMPONENT(lens, name, id) "ask_" id,
#include "scoring/model/components.def"
#undef PRB_COMPONENT
	"ask_origin",
};

struct open_question {
	int component;
	int64_t narrows;
};

static int
narrows_more(const void *a, const void *b)
{
	const struct open_question *x = a, *y = b;

	if (x->narrows != y->narrows)
		return x->narrows > y->narrows ? -1 : 1;
	return x->component - y->component;
}

static bool
is_about_goods(enum prb_component c)
{
	return c == PRB_WHAT_GOOD_LISTED || c == PRB_WHAT_LISTED_ELSEWHERE || c == PRB_WHAT_SECTOR;
}

/* Then only the origin is open, which is a question of its own. */
static bool
goods_are_given(const struct prb_result *r)
{
	int32_t product = r->exposure.worst.product;

	return product >= 0 && (r->facts->products[product].goods.basis == PRB_HS_DECLARED ||
				       r->facts->products[product].goods.basis == PRB_HS_KEYWORD);
}

/* Who pays is said; what is open then is whether it was paid back. */
static bool
fees_are_answered(const struct prb_result *r)
{
	uint8_t fees = r->declaration->workforce.recruitment_fees;

	return fees == PRB_FEES_WORKERS || fees == PRB_FEES_EMPLOYER;
}

static void
ask_for_exposure(struct prb_arena *arena, struct prb_writer *w, const struct prb_result *r)
{
	struct open_question *open = prb_arena_array(arena, PRB_COMPONENTS + 1, sizeof *open);
	size_t count = 0;

	if (open == NULL) {
		w->out->failed = true;
		return;
	}
	for (int c = 0; c < PRB_COMPONENTS; c++)
		if (asked_at((enum prb_component)c) != NULL && r->exposure.narrows[c] > 0 &&
			!(is_about_goods((enum prb_component)c) && goods_are_given(r)))
			open[count++] = (struct open_question){c, r->exposure.narrows[c]};
	if (r->exposure.narrows_origin > 0)
		open[count++] = (struct open_question){PRB_COMPONENTS, r->exposure.narrows_origin};
	qsort(open, count, sizeof *open, narrows_more);
	for (size_t i = 0; i < count && i < QUESTIONS_MAX; i++) {
		int c = open[i].component;
		int64_t points = prb_ppm_points(open[i].narrows);

		if (c == PRB_COMPONENTS)
			write_question(w, question_keys[c], "/products/-/origin", points);
		else if (c == PRB_WHO_RECRUITMENT_FEES && fees_are_answered(r))
			write_question(
				w, "ask_fees_reimbursed", "/workforce/fees_reimbursed", points);
		else
			write_question(
				w, question_keys[c], asked_at((enum prb_component)c), points);
	}
}

/* The unknown indicators that are most often reported. No public table says which are named for a
 * good and an origin, so the order is that of the ILO's estimates for the world; among equals by
 * code. */
static void
ask_for_indicators(struct prb_writer *w, const struct prb_result *r)
{
	bool asked[PRB_INDICATORS + 1] = {false};

	write_question(w, "ask_indicators", "/findings", 0);
	for (int n = 0; n < INDICATORS_ASKED_MAX; n++) {
		int best = 0;

		for (int i = 1; i <= PRB_INDICATORS; i++)
			if (!asked[i] && r->indicators[i].state == PRB_STATE_UNKNOWN &&
				r->reference->remedies[i].reported_per_mille >
					(best == 0 ? 0
						   : r->reference->remedies[best]
								.reported_per_mille))
				best = i;
		if (best == 0)
			return;
		asked[best] = true;
		prb_writer_object(w);
		prb_writer_key(w, "args");
		prb_writer_array(w);
		prb_writer_text(w, prb_indicator_key((enum prb_indicator)best));
		prb_writer_end(w);
		prb_writer_member_text(w, "asks", "/findings");
		prb_writer_member_text(w, "key", "ask_indicator");
		prb_writer_member_int(w, "narrows", 0);
		prb_writer_end(w);
	}
}

void
prb_report_questions(struct prb_arena *arena, struct prb_writer *w, const struct prb_result *r)
{
	prb_writer_key(w, "next_questions");
	prb_writer_array(w);
	ask_for_scopes(w, r);
	ask_for_upstream(w, r);
	ask_for_exposure(arena, w, r);
	if (r->indicators_known < PRB_INDICATORS)
		ask_for_indicators(w, r);
	if (r->declaration->destination_markets.count == 0)
		write_question(w, "ask_destination_markets", "/destination_markets", 0);
	prb_writer_end(w);
}

void
prb_report_unconfirmed(struct prb_writer *w, const struct prb_result *r)
{
	static const char *const keys[] = {"absence", "remediation", "contest", "worker_group",
		"control", "workforce", "labour_transfer"};
	static const char *const members[] = {
		"", "/remediation", "/contested", "/worker_group", "", "", ""};

	prb_writer_key(w, "unconfirmed");
	prb_writer_array(w);
	for (size_t i = 0; i < r->unconfirmed_count; i++) {
		const struct prb_unconfirmed *u = &r->unconfirmed[i];
		char pointer[64];

		if (u->kind == PRB_UNCONFIRMED_WORKFORCE)
			snprintf(pointer, sizeof pointer, "%s",
				asked_at((enum prb_component)u->index));
		else if (u->kind == PRB_UNCONFIRMED_TRANSFER)
			snprintf(pointer, sizeof pointer, "/workforce/labour_transfer");
		else
			snprintf(pointer, sizeof pointer, "/%s/%d%s",
				u->kind == PRB_UNCONFIRMED_CONTROL ? "controls" : "findings",
				(int)u->index, members[u->kind]);
		prb_writer_object(w);
		prb_writer_member_text(w, "at", pointer);
		prb_writer_member_text(w, "key", keys[u->kind]);
		prb_writer_end(w);
	}
	prb_writer_end(w);
}
