/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ATTEST_STATUS_LIST_H
#define PRB_ATTEST_STATUS_LIST_H

/*
 * Bitstring Status List 1.0 (W3C Recommendation of 15 May 2025): which attestations were revoked,
 * 131,072 to a list, so that asking for the list tells nobody which one is looked at. Index 0 is
 * the left-most bit.
 */

#include "scoring/attest/key.h"
#include "scoring/base/hash.h"
#include "scoring/base/json.h"

#define PRB_STATUS_PURPOSE "revocation"
#define PRB_STATUS_ENTRIES 131072
#define PRB_STATUS_BYTES (PRB_STATUS_ENTRIES / 8)
#define PRB_STATUS_LIST_TEXT_BYTES_MAX (64 * 1024)
/* No list is unpacked beyond it: a list of 8 million entries. */
#define PRB_STATUS_UNPACKED_BYTES_MAX (1024 * 1024)

/* Where an attestation stands. list 0: it has no status. */
struct prb_status_place {
	uint32_t list; /* from 1: the n of /status/{n} */
	uint32_t index;
};

/* The list's id: PUBLIC_URL/status/N, or, without a public URL, an urn:uuid of version 8 made of
 * the issuer's DID and N. out: PRB_URL_BYTES_MAX + 32 bytes. */
#define PRB_STATUS_ID_BYTES_MAX (PRB_URL_BYTES_MAX + 32)
void prb_status_list_id(const struct prb_issuer *issuer, uint32_t list, prb_sha256_fn sha256,
	char out[PRB_STATUS_ID_BYTES_MAX]);

struct prb_status_list_request {
	const struct prb_issuer *issuer;
	const uint8_t *secret_key;
	uint32_t list;
	const uint8_t *bits; /* PRB_STATUS_BYTES */
	int64_t issued_at, valid_seconds;
	int64_t ttl_seconds; /* how long a reader may keep it: the Cache-Control of the answer */
	prb_sha256_fn sha256;
};
/* Appends the signed BitstringStatusListCredential as canonical JSON. */
enum prb_err prb_status_list_write(struct prb_arena *arena,
	const struct prb_status_list_request *request, struct prb_str *out,
	struct prb_fault *fault);

/* What is looked up in a list; each failure has its own line (STATUS_RETRIEVAL_ERROR and so on as
 * the Recommendation names them). */
enum prb_status_found { PRB_STATUS_CLEAR, PRB_STATUS_SET, PRB_STATUS_FAILED };
struct prb_status_list {
	const struct prb_json *credential; /* its root, its proof verified before */
	const uint8_t *bits; /* in the arena, once it was looked at; before, and where it cannot be
				unpacked: NULL */
	size_t n;
};
/* The list is unpacked once for all that is looked up in it. id: what statusListCredential says. */
enum prb_status_found prb_status_list_look(struct prb_arena *arena, struct prb_status_list *list,
	struct prb_span id, const char *purpose, uint64_t index, struct prb_fault *fault);

#endif
