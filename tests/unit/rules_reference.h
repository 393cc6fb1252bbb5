/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_UNIT_RULES_REFERENCE_H
#define PRB_UNIT_RULES_REFERENCE_H

/*
 * A reference made by hand, for the tests of the rules: three countries, two goods, the figures of
 * scoring/METHOD.md and its decision table. No database behind it.
 */

#include "scoring/model/facts.h"
#include "scoring/model/reference.h"

enum { COUNTRY_CHE, COUNTRY_CHN, COUNTRY_QAT, COUNTRY_COUNT };

const struct prb_reference *rules_reference(void);
/* 2026-06-30, the day at which these tests judge. */
prb_date rules_as_of(void);
/* A hash that is no hash: the length of the text. */
void rules_sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n);

#endif
