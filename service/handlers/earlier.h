/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_EARLIER_H
#define PRB_HANDLERS_EARLIER_H

/*
 * The attestations that a declaration has already: two that stand and rate it differently would
 * contradict each other (service/decisions/0025).
 */

#include "service/handlers/handler.h"

/* One declaration has no more: all of them are read before one is added. */
#define PRB_ATTESTATIONS_OF_MAX 256

struct prb_earlier {
	/* Those that are neither revoked nor expired and have another rating, newest first. */
	const struct prb_found_attestation **others;
	size_t others_count;
	uint64_t newest; /* sequence of the newest of all; never 0 */
};

/* In the desk's arena. PRB_ERR_ATTESTED where there are as many as there may be. */
enum prb_err prb_earlier_find(struct prb_exchange *exchange, const struct prb_id *declaration,
	struct prb_span rating, struct prb_earlier *out);
/* Refuses because of the newest of `others`, and names its report; false. */
bool prb_earlier_refuse(struct prb_exchange *exchange, const struct prb_earlier *earlier);

#endif
