/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_TESTS_JSON_MEMBER_H
#define PRB_TESTS_JSON_MEMBER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scoring/base/json.h"

/* The member of an object that must have it: the test fails where it is not there. */
static inline const struct prb_json *
member(const struct prb_json *object, const char *name)
{
	const struct prb_json *value = prb_json_member(object, name);

	if (value == NULL)
		fail_msg("no member \"%s\"", name);
	return value;
}

#endif
