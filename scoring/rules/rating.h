/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RULES_RATING_H
#define PRB_RULES_RATING_H

/*
 * The decision table: first row that fires (scoring/METHOD.md section 6). Inside scoring/rules
 * only.
 */

#include "scoring/rules/scopes.h"
#include "scoring/rules/states.h"

/* What the rows of the table look at, under one reading. */
struct prb_rating_inputs {
	const struct prb_reference *reference;
	const struct prb_states *states;
	enum prb_state_imposed state_imposed;
	bool listing_in_force;
	bool possible_hit;
	bool listing_changed; /* an entry lifted, vacated, expired or disputed within row 11's time
			       */
	bool checked;         /* row 9's exemption: looked at freely, inputs and origins declared */
	prb_ppm residual;
	prb_ppm coverage;
	prb_date as_of;
};

/* Fills holds[] for each row and returns the index of the first that fires. The last row of a table
 * always fires (the build sees to it). */
size_t prb_rating_decide(const struct prb_rating_inputs *inputs, bool holds[PRB_RATING_ROWS_MAX]);

/* Listings under a reading; hits of unknown status count as `possible`. */
void prb_rating_listings(const struct prb_facts *facts, const struct prb_reference *reference,
	enum prb_reading reading, prb_date as_of, struct prb_rating_inputs *inputs);

/* A hit counts as a match only where its status is known (section 4), also where a person decided
 * that it is the same party: what is open then is whether the entry is in force. */
enum prb_listing_decision prb_listing_decide(const struct prb_listing *listing);

#endif
