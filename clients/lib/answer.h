/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LIB_ANSWER_H
#define PRB_LIB_ANSWER_H

/*
 * What came back, read: an answer of the right kind, a problem (RFC 9457), or the reason why there
 * is neither. Everything in it is of unknown origin until it was read here.
 */

#include "clients/lib/faults.h"
#include "clients/lib/wire.h"
#include "scoring/base/json.h"

#define PRB_IDEMPOTENCY_KEY_BYTES 256

struct probity_answer {
	enum probity_result result;
	int status;
	unsigned tries;
	bool sent;
	char key[PRB_IDEMPOTENCY_KEY_BYTES];
	char type[PRB_WIRE_TYPE_BYTES];
	char title[PRB_FAULT_DETAIL_BYTES_MAX];
	char detail[PRB_FAULT_DETAIL_BYTES_MAX];
	struct probity_faults faults;
	struct prb_str body;
	struct prb_arena *arena;     /* NULL where nothing was parsed */
	const struct prb_json *json; /* of the body; NULL where it is not JSON */
};

/* NULL without memory. */
struct probity_answer *prb_answer_create(void);
/* A request that was not sent: fault.err decides between REFUSED and FAILED. */
void prb_answer_unsent(struct probity_answer *answer, const struct prb_fault *fault);
/* Takes the reply's body over, and says what it is. status: the one that counts as a yes; 0: any
 * 2xx. plain_type: as prb_wire_request has it. */
void prb_answer_read(struct probity_answer *answer, struct prb_wire_reply *reply, int status,
	bool streamed, const char *plain_type);

#endif
