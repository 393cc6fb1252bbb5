/* SPDX-License-Identifier: Apache-2.0 */
/* The table that the router walks. A file of its own: whoever links it needs every handler. */
#include <assert.h>

#include "service/handlers/handler.h"
#include "service/metrics/metrics.h"

const struct prb_route prb_routes[] = {
#define PRB_ROUTE(method, path, handler, body, scope, cache, operation, what)                      \
	{PRB_METHOD_##method, path, prb_handle_##handler, PRB_BODY_##body, PRB_SCOPE_##scope,      \
		PRB_CACHE_##cache, operation, what},
#include "service/handlers/routes.def"
#undef PRB_ROUTE
};
static_assert(sizeof(prb_routes) / sizeof(prb_routes[0]) < PRB_METRIC_ROUTES_MAX,
	"each has a place in the metrics, and all else the last");
const size_t prb_routes_count = sizeof(prb_routes) / sizeof(prb_routes[0]);
