/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STORE_IDENTIFIER_H
#define PRB_STORE_IDENTIFIER_H

/*
 * Identifiers of companies and sites, in the form in which two of them are compared: letters and
 * digits, upper case, held to the check digits of their scheme. The build of a release and the
 * screening of a declaration write them with the same function, so that equal ones meet.
 *
 * An identifier is plain memory and may be copied. The surprise: the scheme may change. A Brazilian
 * VAT number is a CNPJ and becomes one, so that either meets the other.
 */

#include "datasets/store/vat.h"
#include "scoring/model/words.h"

#define PRB_IDENTIFIER_BYTES_MAX 64

struct prb_identifier_form {
	uint8_t scheme;                            /* enum prb_scheme */
	bool unusual;                              /* see below; never a reason to refuse */
	const struct prb_vat_country *vat_country; /* of a VAT number whose prefix we know */
	char text[PRB_IDENTIFIER_BYTES_MAX + 1];
};

/*
 * The country is ISO 3166-1 alpha-3, or NULL where not known; only a VAT number asks for it. False,
 * with *out untouched, where the scheme has check digits or a length and the text does not hold to
 * it; *reason then says in one line what it has to be.
 *
 * Checked: LEI (ISO 17442), GLN (GS1 General Specifications), OS ID (Open Supply Hub: sum modulo 32
 * over Crockford's base 32, the two letters of the country by their ASCII codes), CNPJ, VAT numbers
 * by country. A D-U-N-S number has nine digits; until 2006 the last was a Luhn check digit (mod 10,
 * "double-add-double"), which Dun & Bradstreet gave up to have more numbers: one that does not hold
 * is no fault and is marked unusual. Of `other` nothing is known.
 */
bool prb_identifier_normalise(enum prb_scheme scheme, struct prb_span text, const char *iso3,
	struct prb_identifier_form *out, const char **reason);
/* Appends scheme, 0x1F, text (of a form): the key of ENTITY_IDENTIFIER. */
void prb_identifier_key(uint8_t scheme, const char *text, struct prb_str *out);

/* What two identifiers say of those who bear them. */
enum prb_identifier_relation {
	PRB_IDENTIFIER_UNKNOWN, /* nothing: other schemes, or one company may have both */
	PRB_IDENTIFIER_EQUAL,
	PRB_IDENTIFIER_SAME_COMPANY, /* other branches of one company, by the number's own parts */
	PRB_IDENTIFIER_DIFFERS       /* evidence against; a company has one such number */
};

/*
 * LEI, CNPJ and most VAT numbers of one country differ where companies do. GLN, OS ID and D-U-N-S
 * number places, and of VAT numbers of two countries, or of a country where each office has its own
 * (China, South Korea, Taiwan), a company may have several. Different is evidence and no proof:
 * companies are registered anew, and in several states a group of companies shares one VAT number.
 */
enum prb_identifier_relation prb_identifier_compare(
	const struct prb_identifier_form *a, const struct prb_identifier_form *b);

#endif
