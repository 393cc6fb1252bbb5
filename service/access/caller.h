/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ACCESS_CALLER_H
#define PRB_ACCESS_CALLER_H

/*
 * Who asks. A request is authenticated once, before its route runs (service/authenticate.c); from
 * then on this is all that is known of whoever sent it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/text.h"

enum prb_access_scope {
#define PRB_SCOPE(name, wire, what) PRB_SCOPE_##name,
#include "service/access/scopes.def"
#undef PRB_SCOPE
	PRB_SCOPES,
	PRB_SCOPE_ANYONE, /* of a route: no key is needed */
};
#define PRB_SCOPE_BIT(name) (1U << PRB_SCOPE_##name)
/* What `[auth] mode = open` allows: everything before OPERATE. */
#define PRB_SCOPES_OPEN (PRB_SCOPE_BIT(OPERATE) - 1)
/* What a key can have: that, and what is an organisation's, of which an open server has none. */
#define PRB_SCOPES_OF_KEYS (PRB_SCOPES_OPEN | PRB_SCOPE_BIT(COLLECT))

enum prb_role {
	PRB_ROLE_NONE,
#define PRB_ROLE(name, number, wire, scopes, declarations, reports, what)                          \
	PRB_ROLE_##name = (number),
#include "service/access/roles.def"
#undef PRB_ROLE
};

enum prb_reach { PRB_REACH_OWN, PRB_REACH_ORGANISATION };

struct prb_role_facts {
	enum prb_role role;
	const char *name; /* as in JSON */
	uint32_t scopes;  /* the most that a key of it may have */
	enum prb_reach declarations, reports;
	const char *what;
};
extern const struct prb_role_facts prb_roles[];
extern const size_t prb_roles_count;
/* NULL where there is no such role. */
const struct prb_role_facts *prb_role_of(enum prb_role role);
const struct prb_role_facts *prb_role_named(struct prb_span name);
const char *prb_scope_name(enum prb_access_scope scope);
/* False where there is no such scope. */
bool prb_scope_named(struct prb_span name, enum prb_access_scope *out);

/* The numbers are stored: JOURNAL.md, field 0x0109. */
enum prb_caller_kind {
	PRB_CALLER_NOBODY = 0,      /* no key, and the route may need none */
	PRB_CALLER_OPEN = 1,        /* `[auth] mode = open` */
	PRB_CALLER_KEY = 2,         /* an API key */
	PRB_CALLER_INVITATION = 3,  /* the key in an invitation's link */
	PRB_CALLER_OPERATOR = 4,    /* through the operator's socket */
	PRB_CALLER_CERTIFICATE = 5, /* a client certificate that stands for a key */
};

#define PRB_CALLER_ID_BYTES 16

struct prb_caller {
	enum prb_caller_kind kind;
	uint32_t tenant; /* the organisation's number; 0: nobody or the operator */
	enum prb_role role;
	uint32_t scopes; /* bits */
	/* UUIDs of the key, and of whom it was made for: a key that replaces another has the same
	 * holder, so that what the holder stored stays its own. Zero where there is no key. */
	uint8_t key[PRB_CALLER_ID_BYTES], holder[PRB_CALLER_ID_BYTES];
	/* How many declarations the holder may store in all; 0: any number. */
	uint32_t declarations_max;
};

bool prb_caller_may(const struct prb_caller *caller, enum prb_access_scope scope);

#endif
