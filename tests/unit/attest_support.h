/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_UNIT_ATTEST_SUPPORT_H
#define PRB_UNIT_ATTEST_SUPPORT_H

/*
 * An issuer with a fixed key, results without a release, and credentials made of both, for the
 * tests of scoring/attest. The seed is the bytes 0, 1, 2 ... 31: it signs nothing but tests.
 */

#include "scoring/attest/credential.h"
#include "scoring/attest/verify.h"

/* 2026-07-01T12:00:00Z, when these tests sign and, as a rule, judge. */
#define ATTEST_MOMENT 1782907200LL
#define ATTEST_ID "01980000-0000-7000-8000-000000000001"
/* A declaration with an indicator in each state, and one of which nothing is known. */
extern const char attest_declaration_full[];
/* A declaration of which too little is known to rate it. */
extern const char attest_declaration_bare[];

struct attest_key {
	uint8_t public_key[PRB_KEY_PUBLIC_BYTES], secret_key[PRB_KEY_SECRET_BYTES];
};

void attest_sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n);
/* first_byte 0 for the usual key; others for other people's. */
void attest_key_make(uint8_t first_byte, struct attest_key *out);
/* public_url NULL for did:key. */
void attest_issuer_make(
	const struct attest_key *key, const char *public_url, struct prb_issuer *out);
/* NULL without memory. */
const struct prb_result *attest_result(struct prb_arena *arena, const char *declaration);
/* Everything fixed and disclosed, and no status, to be changed at will. */
void attest_request_make(const struct prb_result *result, const struct prb_issuer *issuer,
	const struct attest_key *key, struct prb_credential_request *out);
/* What such a request makes; failure shows in out->failed. */
void attest_credential(struct prb_arena *arena, const struct prb_result *result,
	const struct prb_issuer *issuer, const struct attest_key *key, struct prb_str *out);
/* Reads a file below tests/unit/vectors; false where it cannot be. */
bool attest_vector(const char *name, struct prb_str *out);

#endif
