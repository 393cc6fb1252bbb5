/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/members.h"

const struct prb_json *
prb_member(const struct prb_json *object, const char *name, enum prb_json_kind kind)
{
	const struct prb_json *value =
		prb_json_kind(object) == PRB_JSON_OBJECT ? prb_json_member(object, name) : NULL;

	return value != NULL && prb_json_kind(value) == kind ? value : NULL;
}

const struct prb_json *
prb_member_list(const struct prb_json *object, const char *name)
{
	const struct prb_json *list = prb_member(object, name, PRB_JSON_ARRAY);

	return list != NULL ? prb_json_first(list) : NULL;
}

struct prb_span
prb_member_text(const struct prb_json *object, const char *name)
{
	const struct prb_json *value = prb_member(object, name, PRB_JSON_STRING);

	return value != NULL ? prb_json_string(value) : PRB_SPAN("");
}
