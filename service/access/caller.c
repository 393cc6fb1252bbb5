/* SPDX-License-Identifier: Apache-2.0 */
#include "service/access/caller.h"

#include <assert.h>

const struct prb_role_facts prb_roles[] = {
#define PRB_ROLE(name, number, wire, scopes, declarations, reports, what)                          \
	{PRB_ROLE_##name, wire, scopes, PRB_REACH_##declarations, PRB_REACH_##reports, what},
#include "service/access/roles.def"
#undef PRB_ROLE
};
const size_t prb_roles_count = sizeof prb_roles / sizeof prb_roles[0];

static const char *const scope_names[PRB_SCOPES] = {
#define PRB_SCOPE(name, wire, what) wire,
#include "service/access/scopes.def"
#undef PRB_SCOPE
};

static_assert(PRB_SCOPES <= 32, "scopes are stored in 32 bits");
static_assert(PRB_SCOPE_OPERATE == 10 && PRB_SCOPE_COLLECT == 11,
	"bits are stored: new rows go to the end");

const struct prb_role_facts *
prb_role_of(enum prb_role role)
{
	for (size_t i = 0; i < prb_roles_count; i++)
		if (prb_roles[i].role == role)
			return &prb_roles[i];
	return NULL;
}

const struct prb_role_facts *
prb_role_named(struct prb_span name)
{
	for (size_t i = 0; i < prb_roles_count; i++)
		if (prb_span_is(name, prb_roles[i].name))
			return &prb_roles[i];
	return NULL;
}

const char *
prb_scope_name(enum prb_access_scope scope)
{
	assert(scope < PRB_SCOPES);
	return scope_names[scope];
}

bool
prb_scope_named(struct prb_span name, enum prb_access_scope *out)
{
	for (enum prb_access_scope scope = 0; scope < PRB_SCOPES; scope++)
		if (prb_span_is(name, scope_names[scope])) {
			*out = scope;
			return true;
		}
	return false;
}

bool
prb_caller_may(const struct prb_caller *caller, enum prb_access_scope scope)
{
	return scope == PRB_SCOPE_ANYONE || (caller->scopes >> scope & 1) != 0;
}
