/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the reader can do (scoring/METHOD.md section 7): the laws of the declared markets and what
 * the report holds for each, the remedy of each present indicator, and where workers get help.
 */
#include <string.h>

#include "scoring/rules/report_parts.h"

#define REFERRALS_MAX 20

/*
 * Laws.
 */

/* NOT_DUE: nothing is asked, as nothing was reported that could be remedied. */
enum answer { MISSING, HOLDS, NOT_DUE };

static enum answer
holds_if(bool condition)
{
	return condition ? HOLDS : MISSING;
}

static bool
is_certain(const struct prb_goods_facts *goods)
{
	return goods->basis == PRB_HS_DECLARED || goods->basis == PRB_HS_KEYWORD;
}

static bool
product_shows(const struct prb_result *r, size_t index, enum prb_shown shown)
{
	const struct prb_product *product = &r->declaration->products[index];
	const struct prb_product_facts *facts = &r->facts->products[index];
	bool has_origin = facts->goods.origin.country != PRB_COUNTRY_NONE;

	switch (shown) {
	case PRB_SHOWN_TARIFF_CODES:
		return facts->goods.basis == PRB_HS_DECLARED;
	case PRB_SHOWN_ORIGINS:
		return has_origin;
	case PRB_SHOWN_GOODS_AND_ORIGINS:
		return has_origin && is_certain(&facts->goods);
	case PRB_SHOWN_INPUTS:
		for (size_t i = 0; i < product->inputs_count; i++)
			if (facts->inputs[i].origin.country == PRB_COUNTRY_NONE)
				return false;
		return product->inputs_given;
	default:
		return is_certain(&facts->goods);
	}
}

/* Of every product, and there is one. */
static bool
products_show(const struct prb_result *r, enum prb_shown shown)
{
	for (size_t i = 0; i < r->declaration->products_count; i++)
		if (!product_shows(r, i, shown))
			return false;
	return r->declaration->products_count > 0;
}

/* It can be said whether a place lies in a region that a law presumes. */
static bool
is_placed(const struct prb_result *r, const struct prb_place *place)
{
	return place->country != PRB_COUNTRY_NONE &&
	       (!r->reference->countries[place->country].regions_matter ||
		       place->region[0] != '\0');
}

static bool
product_is_placed(const struct prb_result *r, size_t index)
{
	const struct prb_product_facts *facts = &r->facts->products[index];

	for (size_t i = 0; i < r->declaration->products[index].inputs_count; i++)
		if (!is_placed(r, &facts->inputs[i].origin))
			return false;
	return r->declaration->products[index].inputs_given && is_placed(r, &facts->goods.origin);
}

/* The law asks of every tier and input: a tier that nobody names is not shown, and a supplier that
 * is given by reference answers in its own report. */
static bool
every_tier_is_placed(const struct prb_result *r)
{
	const struct prb_declaration *d = r->declaration;

	if (d->products_count == 0 || d->upstream_count == 0 || !is_placed(r, &r->facts->supplier))
		return false;
	for (size_t i = 0; i < d->sites_count; i++)
		if (!is_placed(r, &r->facts->sites[i]))
			return false;
	for (size_t i = 0; i < d->products_count; i++)
		if (!product_is_placed(r, i))
			return false;
	for (size_t i = 0; i < d->upstream_count; i++)
		if (!is_placed(r, &r->facts->upstream[i]))
			return false;
	return true;
}

static bool
state_imposed_is_known(const struct prb_result *r)
{
	if (r->state_imposed == PRB_PRESUMED)
		return true;
	for (size_t i = 0; i < r->scopes_count; i++)
		if (r->scopes[i].region_unknown)
			return false;
	return r->state_imposed == PRB_NOT_PRESUMED;
}

static bool
findings_show(const struct prb_result *r, enum prb_shown shown)
{
	for (size_t i = 0; i < r->declaration->findings_count; i++) {
		const struct prb_finding *f = &r->declaration->findings[i];

		if (f->date == PRB_DATE_NONE ||
			(shown == PRB_SHOWN_INDICATORS_REFERENCED && f->reference.n == 0))
			return false;
	}
	return r->declaration->findings_count > 0;
}

/* Evidence: documented at least, for everything that was reported and not ended by a better source.
 * Verification: by a source whose word section 1 takes for it. */
static enum answer
remedies_show(const struct prb_result *r, enum prb_shown shown)
{
	enum answer answer = NOT_DUE;

	for (size_t i = 0; i < r->declaration->findings_count; i++) {
		uint8_t use = r->findings[i].use;
		bool remedied = use == PRB_USE_REMEDIED;

		if (use > PRB_USE_REMEDIED)
			continue;
		if (!remedied && (shown == PRB_SHOWN_VERIFICATION ||
					 r->declaration->findings[i].remediation.state <
						 PRB_REMEDIATION_DOCUMENTED))
			return MISSING;
		answer = HOLDS;
	}
	return answer;
}

/* A control of this kind, or of any where it is 0, with evidence that is more than a claim. What
 * the supplier itself calls verified counts as documented (section 1). */
static bool
is_control_shown(const struct prb_result *r, uint8_t control, uint8_t evidence)
{
	bool own_word = evidence == PRB_VERIFIED && r->declarant == PRB_SUPPLIER;

	for (size_t i = 0; i < r->declaration->controls_count; i++) {
		const struct prb_control_claim *claim = &r->declaration->controls[i];

		if (claim->evidence >= evidence && (control == 0 || claim->control == control) &&
			!(own_word && !prb_control_confirmed(r->facts, i)))
			return true;
	}
	return false;
}

static enum answer
answer_of(const struct prb_result *r, enum prb_shown shown)
{
	const struct prb_workforce *w = &r->declaration->workforce;

	switch (shown) {
	case PRB_SHOWN_EVERY_REPORT:
		return HOLDS;
	case PRB_SHOWN_PRODUCTS:
	case PRB_SHOWN_TARIFF_CODES:
	case PRB_SHOWN_ORIGINS:
	case PRB_SHOWN_GOODS_AND_ORIGINS:
	case PRB_SHOWN_INPUTS:
		return holds_if(products_show(r, shown));
	case PRB_SHOWN_SITES:
		return holds_if(r->declaration->sites_count > 0);
	case PRB_SHOWN_UPSTREAM:
		return holds_if(r->declaration->upstream_count > 0);
	case PRB_SHOWN_PRESUMED_REGIONS:
		return holds_if(every_tier_is_placed(r));
	case PRB_SHOWN_STATE_IMPOSED:
		return holds_if(state_imposed_is_known(r));
	case PRB_SHOWN_LISTS:
		return holds_if(r->facts->lists_count > 0);
	case PRB_SHOWN_INDICATORS_DATED:
	case PRB_SHOWN_INDICATORS_REFERENCED:
		return holds_if(findings_show(r, shown));
	case PRB_SHOWN_REMEDIATION:
	case PRB_SHOWN_VERIFICATION:
		return remedies_show(r, shown);
	case PRB_SHOWN_WORKFORCE:
		return holds_if(w->total != PRB_COUNT_UNSAID);
	case PRB_SHOWN_FEES:
		return holds_if(w->recruitment_fees == PRB_FEES_WORKERS ||
				w->recruitment_fees == PRB_FEES_EMPLOYER);
	case PRB_SHOWN_HOUSING:
		return holds_if(w->housing == PRB_HOUSING_EMPLOYER ||
				w->housing == PRB_HOUSING_INDEPENDENT);
	case PRB_SHOWN_CONTROLS:
		return holds_if(is_control_shown(r, 0, PRB_DOCUMENTED));
	case PRB_SHOWN_CONTROLS_VERIFIED:
		return holds_if(is_control_shown(r, 0, PRB_VERIFIED));
#define PRB_SHOWN(name, word)
#define PRB_SHOWN_CONTROL(name, word)                                                              \
	case PRB_SHOWN_##name:                                                                     \
		return holds_if(is_control_shown(r, PRB_CONTROL_##name, PRB_DOCUMENTED));
#include "scoring/model/shown.def"
#undef PRB_SHOWN
#undef PRB_SHOWN_CONTROL
	default:
		return MISSING;
	}
}

/* What made the law apply, the same whatever the order of the markets; NULL where nothing did. */
static const char *
market_of(const struct prb_result *r, const struct prb_law *law)
{
	const struct prb_facts *facts = r->facts;

	if (law->market == PRB_MARKET_ANY)
		return facts->markets_count > 0 || facts->market_eu ? "any" : NULL;
	if (law->market == PRB_MARKET_EU && facts->market_eu)
		return "EU";
	for (size_t i = 0; i < facts->markets_count; i++) {
		const struct prb_country *country = &r->reference->countries[facts->markets[i]];

		if (law->market == PRB_MARKET_EU ? country->eu_member
						 : law->market == facts->markets[i])
			return country->iso3;
	}
	return NULL;
}

static void
write_requirements(struct prb_writer *w, const struct prb_law *law, const char *name,
	const uint8_t answers[PRB_SHOWN_COUNT], enum answer wanted, bool in_a_report)
{
	prb_writer_key(w, name);
	prb_writer_array(w);
	for (size_t i = 0; i < law->requirements_count; i++) {
		uint8_t shown = law->requirements[i].shown;

		if ((shown != PRB_SHOWN_NOT_IN_A_REPORT) == in_a_report && answers[shown] == wanted)
			prb_writer_text(w, law->requirements[i].id);
	}
	prb_writer_end(w);
}

static void
write_law(struct prb_writer *w, const struct prb_law *law, const char *market,
	const uint8_t answers[PRB_SHOWN_COUNT])
{
	prb_writer_object(w);
	if (law->applies_from[0] != '\0')
		prb_writer_member_text(w, "applies_from", law->applies_from);
	write_requirements(w, law, "holds", answers, HOLDS, true);
	prb_writer_member_text(w, "instrument", law->instrument);
	prb_writer_member_text(w, "jurisdiction", law->jurisdiction);
	prb_writer_member_text(w, "law", law->id);
	prb_writer_member_text(w, "market", market);
	write_requirements(w, law, "missing", answers, MISSING, true);
	write_requirements(w, law, "not_due", answers, NOT_DUE, true);
	write_requirements(w, law, "not_in_a_report", answers, MISSING, false);
	if (law->source[0] != '\0')
		prb_writer_member_text(w, "source", law->source);
	prb_writer_member_text(w, "status", law->status);
	prb_writer_end(w);
}

void
prb_report_regulations(struct prb_writer *w, const struct prb_result *r)
{
	uint8_t answers[PRB_SHOWN_COUNT];

	prb_writer_key(w, "regulations");
	prb_writer_array(w);
	if (r->facts->markets_count > 0 || r->facts->market_eu) {
		for (int i = 0; i < PRB_SHOWN_COUNT; i++)
			answers[i] = (uint8_t)answer_of(r, (enum prb_shown)i);
		for (size_t i = 0; i < r->reference->laws_count; i++) {
			const struct prb_law *law = &r->reference->laws[i];
			const char *market = market_of(r, law);

			if (market != NULL)
				write_law(w, law, market, answers);
		}
	}
	prb_writer_end(w);
}

/*
 * Remedies.
 */

static const char *const action_keys[PRB_INDICATORS + 1] = {
#define PRB_INDICATOR(name, code, key, side) [code] = "remedy." key,
#include "scoring/model/indicators.def"
#undef PRB_INDICATOR
};

static const char *const evidence_keys[PRB_INDICATORS + 1] = {
#define PRB_INDICATOR(name, code, key, side) [code] = "remedy_evidence." key,
#include "scoring/model/indicators.def"
#undef PRB_INDICATOR
};

static bool
is_present_at(const struct prb_result *r, int indicator, size_t site)
{
	return r->present_at != NULL && (r->present_at[site] >> indicator & 1) != 0;
}

static void
write_sites(struct prb_writer *w, const struct prb_result *r, int indicator)
{
	prb_writer_key(w, "sites");
	prb_writer_array(w);
	for (size_t i = 0; i < r->declaration->sites_count; i++)
		if (is_present_at(r, indicator, i))
			prb_writer_string(w, r->declaration->sites[i].id);
	prb_writer_end(w);
}

/* The calendar ends with the year 9999. */
static prb_date
days_after(prb_date date, int days)
{
	prb_date end = prb_date_from_civil(9999, 12, 31);

	return date > end - days ? end : date + days;
}

static void
write_remedy(struct prb_writer *w, const struct prb_result *r, int indicator)
{
	const struct prb_remedy_row *row = &r->reference->remedies[indicator];
	char by[PRB_DATE_BYTES];

	prb_date_format(days_after(r->as_of, row->days), by);
	prb_writer_object(w);
	prb_writer_member_text(w, "action", action_keys[indicator]);
	prb_writer_member_text(w, "by", by);
	prb_writer_member_text(w, "evidence", evidence_keys[indicator]);
	prb_writer_member_text(w, "indicator", prb_indicator_key((enum prb_indicator)indicator));
	prb_writer_member_text(w, "rule", "remedy_before_exit");
	write_sites(w, r, indicator);
	prb_writer_key(w, "verified_by");
	prb_writer_array(w);
	for (uint8_t i = 1; i < PRB_SOURCE_COUNT; i++)
		if (row->verified_by >> i & 1)
			prb_writer_text(w, prb_words_text(&prb_words_source, i));
	prb_writer_end(w);
	prb_writer_end(w);
}

void
prb_report_remediation(struct prb_writer *w, const struct prb_result *r)
{
	prb_writer_key(w, "remediation");
	prb_writer_array(w);
	for (int i = 1; i <= PRB_INDICATORS; i++)
		if (r->indicators[i].state == PRB_STATE_PRESENT)
			write_remedy(w, r, i);
	prb_writer_end(w);
}

/*
 * Referrals.
 */

/* A worker is not sent to the state that imposes the labour: where a site lies in a presumed region
 * of a country, or a labour transfer is declared, no body of that country is named. */
static bool
is_imposed_by(const struct prb_result *r, int16_t country)
{
	for (size_t i = 0; i < r->scopes_count; i++) {
		const struct prb_scope_hit *hit = &r->scopes[i];

		if (hit->value != PRB_PRESUMED && !hit->region_unknown)
			continue;
		if (hit->cause == PRB_CAUSE_TRANSFER)
			return true;
		if (hit->cause == PRB_CAUSE_SITE && hit->scope != NULL &&
			(hit->scope->country == country || hit->scope->country < 0))
			return true;
	}
	return false;
}

static bool
works_in(const struct prb_result *r, int16_t country)
{
	if (r->facts->supplier.country == country)
		return true;
	for (size_t i = 0; i < r->declaration->sites_count; i++)
		if (r->facts->sites[i].country == country)
			return true;
	return false;
}

static void
write_where_said(struct prb_writer *w, const char *name, const char *said)
{
	if (said[0] != '\0')
		prb_writer_member_text(w, name, said);
}

static void
write_referral(struct prb_writer *w, const struct prb_result *r, const struct prb_referral *body)
{
	prb_writer_object(w);
	write_where_said(w, "as_of", body->as_of);
	prb_writer_member_text(w, "body", body->body);
	write_where_said(w, "caution", body->caution);
	prb_writer_member_text(w, "country", r->reference->countries[body->country].iso3);
	prb_writer_member_text(w, "kind", body->kind);
	write_where_said(w, "phone", body->phone);
	prb_writer_member_text(w, "source", body->source);
	prb_writer_member_text(w, "status", body->status);
	write_where_said(w, "url", body->url);
	prb_writer_end(w);
}

/* The table is sorted by country: each is looked at once. */
void
prb_report_referrals(struct prb_writer *w, const struct prb_result *r)
{
	int16_t country = PRB_COUNTRY_NONE;
	bool named = false;
	int written = 0;

	prb_writer_key(w, "referrals");
	prb_writer_array(w);
	for (size_t i = 0; i < r->reference->referrals_count && written < REFERRALS_MAX; i++) {
		const struct prb_referral *body = &r->reference->referrals[i];

		if (body->country != country) {
			country = body->country;
			named = works_in(r, country) && !is_imposed_by(r, country);
		}
		if (named) {
			write_referral(w, r, body);
			written++;
		}
	}
	prb_writer_end(w);
}
