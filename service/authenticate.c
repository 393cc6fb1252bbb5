/* SPDX-License-Identifier: Apache-2.0 */
#include "service/authenticate.h"

#include <string.h>

bool
prb_authenticate(struct prb_exchange *x, const char **detail)
{
	memset(&x->caller, 0, sizeof x->caller);
	*detail = "this address needs a key: Authorization: Bearer prb_...";
	if (!x->service->auth_open)
		return true;
	x->caller.kind = PRB_CALLER_OPEN;
	x->caller.tenant = PRB_TENANT_OPEN;
	x->caller.scopes = PRB_SCOPES_OPEN;
	return true;
}
