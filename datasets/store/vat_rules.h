/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STORE_VAT_RULES_H
#define PRB_STORE_VAT_RULES_H

/*
 * What the rows of vat.def hold a number to. Each takes the number without prefix, upper case, of
 * at most PRB_VAT_BYTES_MAX bytes, and may shorten it or write it another way where the same number
 * is written in several; at most two bytes longer.
 */

enum prb_vat_verdict { PRB_VAT_NO_SUCH_FORM, PRB_VAT_WRONG_DIGIT, PRB_VAT_HOLDS };

typedef enum prb_vat_verdict prb_vat_rule(char *number);

#define PRB_VAT(prefix, iso3, rule, company_from, company_bytes, several, text) prb_vat_rule rule;
#include "datasets/store/vat.def"
#undef PRB_VAT

#endif
