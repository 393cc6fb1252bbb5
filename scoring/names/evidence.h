/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_NAMES_EVIDENCE_H
#define PRB_NAMES_EVIDENCE_H

/*
 * From likeness of names and what stands beside them to a decision (scoring/METHOD.md section 4).
 *
 * Each kind of evidence is kept apart: it weighs for or against, and says so by a key of its own. A
 * country that differs never makes a match, and a generic name makes one only with its city or
 * address.
 */

#include "scoring/names/compare.h"

enum prb_beside {
	PRB_BESIDE_MISSING, /* one side or both say nothing, or nothing that can be told */
	PRB_BESIDE_EQUAL,
	PRB_BESIDE_DIFFERS,
};

enum prb_name_decision { PRB_NAME_NONE, PRB_NAME_POSSIBLE, PRB_NAME_MATCH };

struct prb_name_evidence {
	int32_t similarity_ppm; /* of the names (prb_names_compare) */
	bool generic;           /* either name is */
	uint8_t doubt;          /* enum prb_name_doubt */
	bool entry_has_country; /* tells which side a missing country is missing on */
	uint8_t country;        /* enum prb_beside */
	uint8_t place;          /* city or address, the one that tells more */
	uint8_t identifier;     /* EQUAL: of the same company (equal ones decide without a name) */
};

struct prb_name_verdict {
	int32_t similarity_ppm; /* of the names and what stands beside them */
	uint8_t decision;       /* enum prb_name_decision */
	const char *because; /* key: "name_and_country_equal", "name_alike", "name_generic" ... */
};

struct prb_name_verdict prb_name_decide(const struct prb_name_evidence *evidence);

/* The least similarity of names that evidence beside them may lift to `similarity_min`. */
int32_t prb_name_similarity_least(int32_t similarity_min);

/* Two addresses, taken apart like names: EQUAL where most of what they say is the same and no
 * number is left over against another, DIFFERS where they share next to nothing, else MISSING. */
enum prb_beside prb_addresses_compare(const struct prb_name *a, const struct prb_name *b);

/* "none", "possible", "match". */
const char *prb_name_decision_word(enum prb_name_decision decision);

#endif
