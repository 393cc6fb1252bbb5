/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STORE_VAT_H
#define PRB_STORE_VAT_H

/*
 * Numbers under which companies pay value added tax, or where there is none the tax number that
 * stands on invoices. One row of vat.def a country: its prefix and what a number has to hold to.
 *
 * A number is written with the prefix of its country, or without; then the party's own country
 * supplies it, but only to a number that holds by that country's rule. The surprise: a number
 * without prefix that does not even have the form of its country's is no fault, since every country
 * has other numbers that people write into a field for this one. It is kept as it stands, beside
 * the country where that is known, and meets only its equal.
 */

#include "scoring/base/text.h"

/* Of the number as it is written, signs and blanks taken away. */
#define PRB_VAT_BYTES_MIN 4
#define PRB_VAT_BYTES_MAX 32

struct prb_vat_country {
	const char *prefix; /* of the numbers, where it stands; else ISO 3166-1 alpha-2 */
	const char *iso3;
	/* The part of the number (without prefix) that names the company, where the rest names a
	 * branch or a region; 0, 0: all of it. */
	uint8_t company_from, company_bytes;
	/* One company may have several numbers that share nothing. */
	bool several;
};

struct prb_vat {
	const struct prb_vat_country *country; /* NULL: no prefix that we know; nothing checked */
	char text[PRB_VAT_BYTES_MAX + 8];      /* prefix and number, in one way of writing */
};

/*
 * The country is ISO 3166-1 alpha-3, or NULL where not known. False, with *out untouched and
 * *reason set, where a number with a known prefix breaks that country's rule, or one without prefix
 * has the form of the party's country and a wrong check digit, or where there are too few or too
 * many letters and digits.
 */
bool prb_vat_normalise(
	struct prb_span text, const char *iso3, struct prb_vat *out, const char **reason);

/* Fourteen characters of a Brazilian CNPJ with its check digits. */
bool prb_cnpj_holds(const char *number);

#endif
