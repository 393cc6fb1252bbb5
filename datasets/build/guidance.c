/* SPDX-License-Identifier: Apache-2.0 */

/* What a reader can do: laws and what they want in a report, remedies, where workers get help
 * (scoring/METHOD.md section 7). */

#include <string.h>

#include "datasets/build/compile.h"

static int64_t
number(const struct prb_sources *s, enum prb_source_column column, size_t row)
{
	int64_t value = 0;

	(void)prb_parse_int(prb_source_text(s, column, row), INT64_MIN, INT64_MAX, &value);
	return value;
}

static bool
begins_with(struct prb_span text, const char *start)
{
	size_t n = strlen(start);

	return text.n >= n && memcmp(text.p, start, n) == 0;
}

/* Rows come in the order of their texts, "10" before "2": the numbers put them in their own order,
 * and have to be 1, 2, 3 ... */
static void
requirements_of(struct prb_compiler *c, struct prb_span law, struct prb_law *out)
{
	struct prb_sources *s = c->sources;
	size_t rows[PRB_LAW_REQUIREMENTS_MAX];

	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_REGULATION_REQUIREMENTS); i++) {
		int64_t at = number(s, PRB_COL_REGULATION_REQUIREMENTS_NUMBER, i) - 1;

		if (!prb_span_equal(
			    prb_source_text(s, PRB_COL_REGULATION_REQUIREMENTS_LAW, i), law))
			continue;
		/* 1 to 16 and each once: the cells and the key were checked. */
		rows[at] = i;
		out->requirements[at] = (struct prb_requirement){
			prb_compiler_cell(c, PRB_COL_REGULATION_REQUIREMENTS_REQUIREMENT, i),
			(uint8_t)prb_shown_find(
				prb_source_text(s, PRB_COL_REGULATION_REQUIREMENTS_SHOWN_BY, i))};
		out->requirements_count++;
	}
	for (size_t i = 0; i < out->requirements_count; i++) {
		if (!out->requirements[i].id) {
			prb_complain(s, PRB_SOURCE_REGULATION_REQUIREMENTS, 1, 1,
				"the requirements of %.*s are not numbered 1 to %u",
				PRB_SPAN_ARGS(law), out->requirements_count);
			return;
		}
		for (size_t k = 0; k < i; k++)
			if (strcmp(out->requirements[k].id, out->requirements[i].id) == 0)
				prb_complain_cell(s, PRB_COL_REGULATION_REQUIREMENTS_REQUIREMENT,
					rows[i], "\"%s\" stands twice for %.*s",
					out->requirements[i].id, PRB_SPAN_ARGS(law));
	}
}

static void
compile_laws(struct prb_compiler *c)
{
	struct prb_sources *s = c->sources;

	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_REPORT_REQUIREMENTS); i++) {
		struct prb_span id = prb_source_text(s, PRB_COL_REPORT_REQUIREMENTS_LAW, i);
		struct prb_span market = prb_source_text(s, PRB_COL_REPORT_REQUIREMENTS_MARKET, i);
		struct prb_law law = {.instrument = prb_compiler_cell(
					      c, PRB_COL_REPORT_REQUIREMENTS_INSTRUMENT, i),
			.jurisdiction =
				prb_compiler_cell(c, PRB_COL_REPORT_REQUIREMENTS_JURISDICTION, i),
			.applies_from =
				prb_compiler_cell(c, PRB_COL_REPORT_REQUIREMENTS_APPLIES_FROM, i),
			.source = prb_compiler_cell(c, PRB_COL_REPORT_REQUIREMENTS_URL, i),
			.status = prb_compiler_cell(c, PRB_COL_REPORT_REQUIREMENTS_STATUS, i)};

		if (!prb_span_is(market, PRB_MARKET_WORD_ANY) &&
			!prb_span_is(market, PRB_MARKET_WORD_EU) &&
			prb_source_lookup(s, PRB_SOURCE_COUNTRIES, market, PRB_SPAN_NONE) < 0)
			prb_complain_cell(s, PRB_COL_REPORT_REQUIREMENTS_MARKET, i,
				"\"%.*s\" is no market: a country's alpha-3 code, EU or any",
				PRB_SPAN_ARGS(market));
		requirements_of(c, id, &law);
		if (law.requirements_count == 0)
			prb_complain_cell(s, PRB_COL_REPORT_REQUIREMENTS_LAW, i,
				"no row of regulation_requirements.csv says what \"%.*s\" wants",
				PRB_SPAN_ARGS(id));
		if (s->complaints > 0)
			continue;
		prb_str_add_span(&c->key, id);
		prb_law_write(&law, market, &c->value);
		prb_compiler_add_built(c, PRB_TABLE_LAW);
	}
}

/* Source classes with ';' between them. Only those count whose word can make a remedy verified:
 * section 1. */
static uint16_t
verifiers_of(struct prb_compiler *c, size_t row, int64_t rank)
{
	struct prb_sources *s = c->sources;
	struct prb_span text = prb_source_text(s, PRB_COL_METHOD_REMEDIATION_VERIFIED_BY, row);
	uint16_t mask = 0;
	size_t from = 0;

	for (size_t i = 0; i <= text.n; i++) {
		struct prb_span word = {text.p + from, i - from};
		uint8_t source;

		if (i < text.n && text.p[i] != ';')
			continue;
		from = i + 1;
		source = prb_words_find(&prb_words_source, word);
		if (source == 0 || prb_source_rank((enum prb_source)source) < rank ||
			(mask >> source & 1) != 0)
			prb_complain_cell(s, PRB_COL_METHOD_REMEDIATION_VERIFIED_BY, row,
				"\"%.*s\" is no source class of rank %d or more, or stands twice",
				PRB_SPAN_ARGS(word), (int)rank);
		else
			mask |= (uint16_t)(1U << source);
	}
	return mask;
}

static void
compile_remedies(struct prb_compiler *c)
{
	struct prb_sources *s = c->sources;
	long constant = prb_source_lookup(s, PRB_SOURCE_METHOD_CONSTANTS,
		prb_span_of(prb_constant_key(PRB_K_RANK_ABSENT)), PRB_SPAN_NONE);
	int64_t rank =
		constant < 0 ? 0 : number(s, PRB_COL_METHOD_CONSTANTS_VALUE, (size_t)constant);

	if (prb_source_count(s, PRB_SOURCE_METHOD_REMEDIATION) != PRB_INDICATORS)
		prb_complain(s, PRB_SOURCE_METHOD_REMEDIATION, 1, 1,
			"there are eleven indicators, the table has %zu",
			prb_source_count(s, PRB_SOURCE_METHOD_REMEDIATION));
	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_METHOD_REMEDIATION); i++) {
		struct prb_remedy_row row = {
			.days = (uint16_t)number(s, PRB_COL_METHOD_REMEDIATION_DAYS, i),
			.verified_by = verifiers_of(c, i, rank),
			.reported_per_mille =
				(uint16_t)number(s, PRB_COL_METHOD_REMEDIATION_REPORTED, i)};

		prb_str_addf(
			&c->key, "%02d", (int)number(s, PRB_COL_METHOD_REMEDIATION_INDICATOR, i));
		prb_remedy_write(&row, prb_source_text(s, PRB_COL_METHOD_REMEDIATION_SOURCE, i),
			prb_source_text(s, PRB_COL_METHOD_REMEDIATION_WHY, i),
			prb_source_text(s, PRB_COL_METHOD_REMEDIATION_REPORTED_SOURCE, i),
			&c->value);
		prb_compiler_add_built(c, PRB_TABLE_REMEDY);
	}
}

/* A government that is named for a policy or pattern of trafficking: a worker is not sent to its
 * bodies. */
static bool
has_state_policy(const struct prb_sources *s, struct prb_span country)
{
	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_STATE_IMPOSED); i++)
		if (prb_span_equal(prb_source_text(s, PRB_COL_STATE_IMPOSED_ISO3, i), country) &&
			prb_source_is(s, PRB_COL_STATE_IMPOSED_STATUS, i, "present") &&
			prb_source_is(s, PRB_COL_STATE_IMPOSED_EFFECT, i, "exposure") &&
			prb_source_is(s, PRB_COL_STATE_IMPOSED_REGION, i, "") &&
			prb_source_is(s, PRB_COL_STATE_IMPOSED_GOOD, i, "") &&
			prb_source_is(s, PRB_COL_STATE_IMPOSED_NATIONALITY, i, ""))
			return true;
	return false;
}

static void
compile_referrals(struct prb_compiler *c)
{
	struct prb_sources *s = c->sources;

	for (size_t i = 0; i < prb_source_count(s, PRB_SOURCE_REFERRALS); i++) {
		struct prb_span url = prb_source_text(s, PRB_COL_REFERRALS_URL, i);
		struct prb_referral referral = {
			.kind = prb_compiler_cell(c, PRB_COL_REFERRALS_KIND, i),
			.url = prb_compiler_cell(c, PRB_COL_REFERRALS_URL, i),
			.phone = prb_compiler_cell(c, PRB_COL_REFERRALS_PHONE, i),
			.caution = prb_compiler_cell(c, PRB_COL_REFERRALS_CAUTION, i),
			.source = prb_compiler_cell(c, PRB_COL_REFERRALS_SOURCE, i),
			.as_of = prb_compiler_cell(c, PRB_COL_REFERRALS_AS_OF, i),
			.status = prb_compiler_cell(c, PRB_COL_REFERRALS_STATUS, i)};

		/* Pages make a link of it: it must not be able to be anything else. */
		if (url.n > 0 && !begins_with(url, "https://") && !begins_with(url, "http://"))
			prb_complain_cell(s, PRB_COL_REFERRALS_URL, i,
				"\"%.*s\" is no address of a page: https:// or http://",
				PRB_SPAN_ARGS(url));
		if (url.n == 0 && referral.phone[0] == '\0')
			prb_complain_cell(s, PRB_COL_REFERRALS_URL, i,
				"a body has an address, a telephone number or both");
		if (has_state_policy(s, prb_source_text(s, PRB_COL_REFERRALS_COUNTRY, i)))
			prb_complain_cell(s, PRB_COL_REFERRALS_COUNTRY, i,
				"its government is named in state_imposed.csv: no worker is sent "
				"there");
		prb_str_add_span(&c->key, prb_source_text(s, PRB_COL_REFERRALS_COUNTRY, i));
		prb_str_add_text(&c->key, PRB_KEY_SEPARATOR);
		prb_str_add_span(&c->key, prb_source_text(s, PRB_COL_REFERRALS_BODY, i));
		if (c->key.n > PRB_KEY_BYTES_MAX)
			prb_complain_cell(s, PRB_COL_REFERRALS_BODY, i,
				"country and body have more than %d bytes together",
				PRB_KEY_BYTES_MAX);
		prb_referral_write(&referral, &c->value);
		prb_compiler_add_built(c, PRB_TABLE_REFERRAL);
	}
}

void
prb_compile_guidance(struct prb_compiler *c)
{
	compile_laws(c);
	compile_remedies(c);
	compile_referrals(c);
}
