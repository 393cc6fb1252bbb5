/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/store/vat.h"

#include <stdio.h>
#include <string.h>

#include "datasets/store/vat_rules.h"

/* A rule may lengthen a number by the zero it was written without. */
#define NUMBER_BYTES (PRB_VAT_BYTES_MAX + 3)

struct row {
	struct prb_vat_country country;
	prb_vat_rule *rule;
	const char *words;
};

static const struct row rows[] = {
#define PRB_VAT(prefix, iso3, rule, company_from, company_bytes, several, text)                    \
	{{prefix, iso3, company_from, company_bytes, several}, rule, text},
#include "datasets/store/vat.def"
#undef PRB_VAT
};

/* Prefixes that stand for another one: Greece is GR in ISO 3166, a trader of Northern Ireland
 * writes XI before the same digits (HM Revenue and Customs), Swiss numbers are found with two
 * letters. */
static const struct {
	const char *prefix, *stands_for;
} aliases[] = {{"GR", "EL"}, {"XI", "GB"}, {"CH", "CHE"}};

static const struct row *
row_of_prefix(const char *bare, const char **number)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = strlen(rows[i].country.prefix);

		if (strncmp(bare, rows[i].country.prefix, n) == 0) {
			*number = bare + n;
			return &rows[i];
		}
	}
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		if (strncmp(bare, aliases[i].prefix, 2) == 0) {
			const struct row *row = row_of_prefix(aliases[i].stands_for, number);

			*number = bare + 2;
			return row;
		}
	}
	return NULL;
}

static const struct row *
row_of_country(const char *iso3)
{
	for (size_t i = 0; iso3 != NULL && i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].country.iso3, iso3) == 0)
			return &rows[i];
	return NULL;
}

/* Letters and digits, upper case; also & and Ñ, which Mexican numbers tell apart. */
static bool
bare_form(struct prb_span text, char out[PRB_VAT_BYTES_MAX + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		bool tilde = c == '\xC3' && i + 1 < text.n &&
			     (text.p[i + 1] == '\x91' || text.p[i + 1] == '\xB1');

		if (c >= 'a' && c <= 'z')
			c = (char)(c - ('a' - 'A'));
		if (!tilde && c != '&' && (c < '0' || c > '9') && (c < 'A' || c > 'Z'))
			continue;
		if (n + tilde >= PRB_VAT_BYTES_MAX)
			return false;
		out[n++] = c;
		if (tilde) {
			out[n++] = '\x91';
			i++;
		}
	}
	out[n] = '\0';
	/* A row of zeros stands for "none", and holds by many a rule. */
	return n >= PRB_VAT_BYTES_MIN && strspn(out, "0") < n;
}

static enum prb_vat_verdict
judge(const struct row *row, const char *number, struct prb_vat *out)
{
	char own[NUMBER_BYTES];
	enum prb_vat_verdict verdict;

	(void)snprintf(own, sizeof(own), "%s", number);
	verdict = row->rule(own);
	if (verdict == PRB_VAT_HOLDS && strspn(own, "0") == strlen(own))
		verdict = PRB_VAT_NO_SUCH_FORM;
	if (verdict == PRB_VAT_HOLDS) {
		out->country = &row->country;
		(void)snprintf(out->text, sizeof(out->text), "%s%s", row->country.prefix, own);
	}
	return verdict;
}

static bool
starts_with_two_letters(const char *p)
{
	return p[0] >= 'A' && p[0] <= 'Z' && p[1] >= 'A' && p[1] <= 'Z';
}

/* Nobody says by which rule: a prefix that we do not know says enough where it was given, else the
 * country of the party does. */
static void
keep(const char *bare, const char *iso3, struct prb_vat *out)
{
	bool beside = iso3 != NULL && !starts_with_two_letters(bare);

	out->country = NULL;
	(void)snprintf(out->text, sizeof(out->text), "%.3s%s%s", beside ? iso3 : "",
		beside ? "-" : "", bare);
}

/* Without a country a Mexican number may look like one of another prefix and no form of it. */
static bool
may_be_mexican(const char *bare)
{
	char number[NUMBER_BYTES];

	(void)snprintf(number, sizeof(number), "%s", bare);
	return prb_vat_mx(number) == PRB_VAT_HOLDS;
}

bool
prb_vat_normalise(struct prb_span text, const char *iso3, struct prb_vat *out, const char **reason)
{
	char bare[PRB_VAT_BYTES_MAX + 1];
	const char *number = NULL;
	const struct row *given, *own = row_of_country(iso3);
	enum prb_vat_verdict verdict = PRB_VAT_NO_SUCH_FORM;

	if (!bare_form(text, bare)) {
		*reason = "a VAT number has 4 to 32 letters and digits, not all of them 0";
		return false;
	}
	given = row_of_prefix(bare, &number);
	if (given)
		verdict = judge(given, number, out);
	/* Numbers of some countries begin with letters of their own, which may look like a prefix.
	 */
	if (own && verdict != PRB_VAT_HOLDS)
		verdict = judge(own, bare, out);
	if (verdict == PRB_VAT_HOLDS)
		return true;
	if (verdict == PRB_VAT_NO_SUCH_FORM && (!given || (!iso3 && may_be_mexican(bare)))) {
		keep(bare, iso3, out);
		return true;
	}
	*reason = (given ? given : own)->words;
	return false;
}
