/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_MEMBERS_H
#define PRB_RENDER_MEMBERS_H

/*
 * Members of a report that may be missing or of another shape: what is not as it should be reads as
 * nothing, so that one odd member costs one line of an explanation. Inside clients/render only.
 */

#include "scoring/base/json.h"
#include "scoring/base/text.h"

/* The member where it is there and of this kind; NULL also where `object` is no object. */
const struct prb_json *prb_member(
	const struct prb_json *object, const char *name, enum prb_json_kind kind);
/* The first element of a list; NULL where there is none. */
const struct prb_json *prb_member_list(const struct prb_json *object, const char *name);
/* "" where there is none. */
struct prb_span prb_member_text(const struct prb_json *object, const char *name);

#endif
