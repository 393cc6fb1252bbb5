/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/store/identifier.h"

#include <string.h>

#include "datasets/store/check_digits.h"
#include "datasets/store/records.h"

#define CNPJ_COMPANY_BYTES 8 /* then four of the branch and two check digits */

static bool
bare_form(struct prb_span text, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - ('a' - 'A'));
		if ((c < '0' || c > '9') && (c < 'A' || c > 'Z'))
			continue;
		if (n == PRB_IDENTIFIER_BYTES_MAX)
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return n > 0;
}

/* ISO 17442 section 5: ISO 7064 MOD 97-10 over the twenty characters. */
static bool
lei_holds(const char *p)
{
	return prb_shape(p, "XXXXXXXXXXXXXXXXXX99") && prb_mod_97_10_holds(p);
}

/* GS1 General Specifications section 7.9: weights 1 and 3 in turn, thirteen digits. */
static bool
gln_holds(const char *p)
{
	return prb_digits(p, 13) && PRB_WEIGHED(p, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1) % 10 == 0;
}

/* Open Supply Hub: country, year, day of the year, five random characters, check character. */
static bool
os_id_holds(const char *p)
{
	static const char base32[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	unsigned sum;

	if (!prb_shape(p, "AA9999999XXXXXX") || strspn(p + 2, base32) != 13)
		return false;
	sum = (unsigned)p[0] + (unsigned)p[1];
	for (size_t i = 2; i < 14; i++)
		sum += (unsigned)(strchr(base32, p[i]) - base32);
	return base32[sum % 32] == p[14];
}

/* A row of zeros stands for "none", and holds by many a check digit. */
static bool
is_zeros(const char *p)
{
	return p[strspn(p, "0")] == '\0';
}

static const char *
fault_of(enum prb_scheme scheme, const char *p)
{
	switch (scheme) {
	case PRB_SCHEME_LEI:
		return lei_holds(p) ? NULL
				    : "a LEI has 20 letters and digits, the last two of them check "
				      "digits (ISO 17442)";
	case PRB_SCHEME_OS_ID:
		return os_id_holds(p) ? NULL
				      : "an OS ID has 2 letters, 7 digits and 6 letters and "
					"digits, the last of them a check character";
	case PRB_SCHEME_GLN:
		return gln_holds(p) && !is_zeros(p)
			       ? NULL
			       : "a GLN has 13 digits, the last of them a check digit (GS1)";
	case PRB_SCHEME_DUNS:
		return prb_digits(p, 9) && !is_zeros(p) ? NULL : "a D-U-N-S number has 9 digits";
	case PRB_SCHEME_CNPJ:
		return prb_cnpj_holds(p) && !is_zeros(p)
			       ? NULL
			       : "a CNPJ has 14 characters, the last two of them check digits";
	default:
		return NULL;
	}
}

static bool
normalise_vat(struct prb_span text, const char *iso3, struct prb_identifier_form *out,
	const char **reason)
{
	struct prb_vat vat;
	const char *kept = vat.text;

	if (!prb_vat_normalise(text, iso3, &vat, reason))
		return false;
	*out = (struct prb_identifier_form){.scheme = PRB_SCHEME_VAT, .vat_country = vat.country};
	if (vat.country && strcmp(vat.country->prefix, "BR") == 0) {
		out->scheme = PRB_SCHEME_CNPJ;
		out->vat_country = NULL;
		kept += 2;
	}
	memcpy(out->text, kept, strlen(kept) + 1);
	return true;
}

bool
prb_identifier_normalise(enum prb_scheme scheme, struct prb_span text, const char *iso3,
	struct prb_identifier_form *out, const char **reason)
{
	struct prb_identifier_form form = {.scheme = (uint8_t)scheme};
	const char *fault;

	if (scheme == PRB_SCHEME_VAT)
		return normalise_vat(text, iso3, out, reason);
	fault = bare_form(text, form.text) ? fault_of(scheme, form.text)
					   : "it holds no letters or digits, or more than 64";
	if (fault) {
		*reason = fault;
		return false;
	}
	form.unusual = scheme == PRB_SCHEME_DUNS && !prb_luhn_holds(form.text, 9);
	*out = form;
	return true;
}

void
prb_identifier_key(uint8_t scheme, const char *text, struct prb_str *out)
{
	prb_str_add_text(out, prb_words_text(&prb_words_scheme, scheme));
	prb_str_add_text(out, PRB_KEY_SEPARATOR);
	prb_str_add_text(out, text);
}

static enum prb_identifier_relation
compare_vat(const struct prb_identifier_form *a, const struct prb_identifier_form *b)
{
	const struct prb_vat_country *country = a->vat_country;
	size_t from;

	if (country == NULL || country != b->vat_country)
		return PRB_IDENTIFIER_UNKNOWN;
	from = strlen(country->prefix) + country->company_from;
	if (country->company_bytes > 0 &&
		strncmp(a->text + from, b->text + from, country->company_bytes) == 0)
		return PRB_IDENTIFIER_SAME_COMPANY;
	return country->several ? PRB_IDENTIFIER_UNKNOWN : PRB_IDENTIFIER_DIFFERS;
}

enum prb_identifier_relation
prb_identifier_compare(const struct prb_identifier_form *a, const struct prb_identifier_form *b)
{
	if (a->scheme != b->scheme)
		return PRB_IDENTIFIER_UNKNOWN;
	if (strcmp(a->text, b->text) == 0)
		return PRB_IDENTIFIER_EQUAL;
	switch ((enum prb_scheme)a->scheme) {
	case PRB_SCHEME_LEI:
		return PRB_IDENTIFIER_DIFFERS;
	case PRB_SCHEME_CNPJ:
		return strncmp(a->text, b->text, CNPJ_COMPANY_BYTES) == 0
			       ? PRB_IDENTIFIER_SAME_COMPANY
			       : PRB_IDENTIFIER_DIFFERS;
	case PRB_SCHEME_VAT:
		return compare_vat(a, b);
	default:
		return PRB_IDENTIFIER_UNKNOWN;
	}
}
