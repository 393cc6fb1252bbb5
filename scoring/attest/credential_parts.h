/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ATTEST_CREDENTIAL_PARTS_H
#define PRB_ATTEST_CREDENTIAL_PARTS_H

/*
 * The parts of an attestation that can be withheld (parts.def): each is one JSON value, which
 * stands in the credential or behind a commitment, and is the same text in both. Inside
 * scoring/attest only.
 */

#include "scoring/attest/credential.h"
#include "scoring/base/jcs.h"

#define PRB_LINE_BYTES_MAX (PRB_URL_BYTES_MAX + 128)

/* Texts put one behind the other; the room is made for the longest that they can be (asserted). */
struct prb_line {
	size_t n;
	char p[PRB_LINE_BYTES_MAX];
};

void prb_line_clear(struct prb_line *line);
void prb_line_put(struct prb_line *line, const char *text);
/* PUBLIC_URL KIND ID where the issuer has a public URL, else urn:uuid:ID. */
void prb_line_put_id(
	struct prb_line *line, const struct prb_issuer *issuer, const char *kind, const char *id);
struct prb_span prb_line_span(const struct prb_line *line);

/* What terms.def names, as objects {id, name, type}. */
enum prb_term {
#define PRB_TERM(NAME, type, hashed, uuid, name) PRB_TERM_##NAME,
#define PRB_CRITERION(NAME, hashed, uuid, name)
#include "scoring/attest/terms.def"
#undef PRB_TERM
#undef PRB_CRITERION
	PRB_TERMS
};
struct prb_span prb_term_json(enum prb_term term);
/* One object {id, name, type} of canonical JSON. */
#define PRB_THING(uuid, name, type)                                                                \
	"{\"id\":\"urn:uuid:" uuid "\",\"name\":\"" name "\",\"type\":[\"" type "\"]}"

/* One credential while it is written. */
struct prb_writing {
	const struct prb_credential_request *request;
	const struct prb_result *result;
	struct prb_writer w;
	struct prb_line id, supplier; /* of the credential and of the party it is about */
	struct prb_span party;        /* that party, as the assessments name it */
	char issued[PRB_TIMESTAMP_BYTES], until[PRB_TIMESTAMP_BYTES], as_of[PRB_DATE_BYTES];
	uint8_t commitments[PRB_PARTS][PRB_SHA256_BYTES]; /* of the parts withheld alone */
};

static inline bool
prb_writing_discloses(const struct prb_writing *a, unsigned part)
{
	return (a->request->disclosed >> part & 1) != 0;
}

/* The value of a part; null where there is none. */
void prb_part_write(struct prb_writing *a, unsigned part);
/* The party without what an assessment does not repeat, or, where it is withheld, its stand-in. */
void prb_party_write_brief(struct prb_writing *a);
void prb_writer_member_raw(struct prb_writer *w, const char *name, struct prb_span json);
/* A Link whose address is the hash itself (RFC 6920). */
void prb_link_write_named(
	struct prb_writer *w, const uint8_t hash[PRB_SHA256_BYTES], struct prb_span name);
/* The links that stand for what is withheld. */
void prb_commitments_write(struct prb_writing *a);
/* Our own tables' hashes: always 64 lower-case digits (asserted). */
void prb_hash_of_hex(const char hex[PRB_SHA256_HEX_BYTES], uint8_t out[PRB_SHA256_BYTES]);

/* Makes the commitments of what is withheld and appends the openings to the request's. `out` lends
 * its end for scratch and is left as it was; failure shows in out->failed. */
void prb_parts_withhold(struct prb_writing *a, struct prb_str *out);

#endif
