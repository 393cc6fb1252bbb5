/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_JSON_DIFF_H
#define PRB_RENDER_JSON_DIFF_H

/*
 * Where two JSON texts differ, place by place. Values are compared as values: the order of an
 * object's members says nothing, 1 and 1.0 are one number, and elements of arrays are compared by
 * their place in the list. A place is a JSON pointer (RFC 6901). Allocates the pointer alone.
 */

#include "scoring/base/json.h"
#include "scoring/base/text.h"

/* One difference: a or b is NULL where that side has nothing at this place. The pointer lives until
 * the function returns. */
typedef void (*prb_json_difference_fn)(
	void *context, struct prb_span pointer, const struct prb_json *a, const struct prb_json *b);

/*
 * Calls found(context, ..) for each difference: members of a in its order, then those that b alone
 * has. An object is searched as a list of its members: compare what has few members with what may
 * have many, not two of unknown origin. Returns how many there are, SIZE_MAX where there was no
 * memory for a pointer; 0 means that the values are equal.
 */
size_t prb_json_diff(const struct prb_json *a, const struct prb_json *b,
	prb_json_difference_fn found, void *context);

#endif
