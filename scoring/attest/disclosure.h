/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ATTEST_DISCLOSURE_H
#define PRB_ATTEST_DISCLOSURE_H

/*
 * What of an attestation is disclosed. A part that is withheld stands in it as a commitment: a Link
 * in the evidence of the first assessment, whose name is "Withheld: PART" and whose digest is
 * SHA-256(salt || JCS({"part":PART,"value":VALUE})) with 16 bytes of salt of its own. Its opening,
 * {"part","salt","value"} with the salt as base64url without padding (22 characters), is the
 * holder's to give away; VALUE is what would have stood in the credential (parts.def), null where
 * nothing would, so that a commitment does not tell which it is.
 *
 * Salts are drawn anew for each attestation: two of one supplier must not have a commitment in
 * common.
 */

#include "scoring/base/fault.h"
#include "scoring/base/hash.h"
#include "scoring/base/jcs.h"
#include "scoring/base/json.h"

#define PRB_PARTS 16 /* five and the eleven indicators */
#define PRB_PARTS_ALL ((1U << PRB_PARTS) - 1)
#define PRB_PART_SALT_BYTES 16
#define PRB_PART_WORD_BYTES_MAX 64
#define PRB_COMMITMENT_NAME "Withheld: " /* and the part's word: a commitment's linkName */

enum prb_part {
#define PRB_PART(NAME, word, bit, what) PRB_PART_##NAME = bit,
#include "scoring/attest/parts.def"
#undef PRB_PART
};

/* The part of an indicator, by its code (scoring/model/indicators.def, from 1). */
#define PRB_PART_INDICATOR(code) (4U + (code))

/* The word of a part, 0..PRB_PARTS-1. */
const char *prb_part_word(unsigned part);
/* -1 where the text is none. "indicators" alone is no part: prb_parts_read takes it for all
 * eleven. */
int prb_part_find(struct prb_span word);

/* Whether these parts may be disclosed with the others withheld: neither declaration nor report
 * without the supplier, since their addresses and digests would confirm a guess at the name. */
bool prb_parts_can_be_disclosed(uint32_t mask);

/*
 * The member `disclose` of a request: an array of words, each once ("indicators" means all eleven);
 * the mask of what is disclosed. PRB_ERR_VALUE with a pointer at a word that is none, and where
 * declaration or report is disclosed and the supplier is not: their digests would confirm a guess
 * at the name.
 */
enum prb_err prb_parts_read(
	const struct prb_json *array, const char *pointer, uint32_t *mask, struct prb_fault *fault);

/* Appends one opening to an array; value is canonical JSON. Failure shows in the writer's text. */
void prb_opening_write(struct prb_writer *w, unsigned part, const uint8_t salt[PRB_PART_SALT_BYTES],
	struct prb_span value);

/* Whether an opening ({"part","salt","value"}) is that of a commitment of this credential (its
 * root, verified before). The fault says what is wrong. *part is borrowed. PRB_ERR_VALUE where it
 * is not; PRB_ERR_MEMORY is no verdict. */
enum prb_err prb_opening_check(struct prb_arena *arena, const struct prb_json *credential,
	const struct prb_json *opening, prb_sha256_fn sha256, struct prb_span *part,
	struct prb_fault *fault);

#endif
