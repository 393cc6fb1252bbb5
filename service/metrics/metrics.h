/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_METRICS_H
#define PRB_SERVICE_METRICS_H

/*
 * Counters and times. Threads count in sheets without locks, the busy ones in one of their own
 * each; /metrics adds the sheets up. No label holds a name or an id of anybody.
 */

#include <stdatomic.h>
#include <stdint.h>

#include "scoring/base/text.h"

#define PRB_METRIC_ROUTES_MAX 64 /* the routes of routes.def, and one for everything else */
#define PRB_METRIC_BUCKETS 12

enum prb_counter {
#define PRB_METRIC(name, metric, type, what) PRB_COUNT_##name,
#include "service/metrics/metrics.def"
#undef PRB_METRIC
	PRB_COUNTERS
};

struct prb_sheet {
	_Atomic uint64_t counters[PRB_COUNTERS];
	struct {
		_Atomic uint64_t by_status[6]; /* by first digit */
		_Atomic uint64_t buckets[PRB_METRIC_BUCKETS + 1];
		_Atomic uint64_t nanoseconds;
	} routes[PRB_METRIC_ROUTES_MAX];
};

struct prb_metrics;
struct prb_metrics *prb_metrics_create(void);
void prb_metrics_destroy(struct prb_metrics *metrics);
/* A new sheet, owned by metrics; NULL without memory. Before the threads start. */
struct prb_sheet *prb_metrics_sheet(struct prb_metrics *metrics);

static inline void
prb_count(struct prb_sheet *sheet, enum prb_counter counter, int64_t by)
{
	/* The publisher and the thread that asks witnesses share a sheet. */
	atomic_fetch_add_explicit(&sheet->counters[counter], (uint64_t)by, memory_order_relaxed);
}
/* route: index in prb_routes, or any larger number for no route. */
void prb_count_request(struct prb_sheet *sheet, size_t route, int status, uint64_t nanoseconds);

/* Appends the text format of Prometheus (0.0.4). patterns names the routes. */
void prb_metrics_write(struct prb_metrics *metrics, const char *const *patterns, size_t routes,
	struct prb_str *out);

#endif
