/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ATTEST_STATED_H
#define PRB_ATTEST_STATED_H

/*
 * A report that is kept, as a result to attest: what was found then, under the method and the
 * release of then, whatever is in use now. Nothing is computed anew.
 */

#include "scoring/attest/credential.h"

/*
 * Fills of *out what prb_credential_write reads, and nothing else, from a report of this service
 * (canonical JSON) and the declaration that it is of. It lives in the arena and borrows from both.
 * PRB_ERR_VALUE where the text is no such report: our own store is damaged then.
 */
enum prb_err prb_result_stated(struct prb_arena *arena, struct prb_span report,
	const struct prb_declaration *declaration, struct prb_result **out);

#endif
