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

#define PRB_METRIC_ROUTES_MAX 96 /* the routes of routes.def, and one for everything else */
#define PRB_METRIC_BUCKETS 12
#define PRB_METRIC_CLASSES 6 /* 1xx to 5xx, and 0 for none of them */

enum prb_counter {
#define PRB_METRIC(name, metric, type, what) PRB_COUNT_##name,
#include "service/metrics/metrics.def"
#undef PRB_METRIC
	PRB_COUNTERS
};

/* Of the answers of one route whose statuses have the same first digit. */
struct prb_times {
	_Atomic uint64_t buckets[PRB_METRIC_BUCKETS + 1];
	_Atomic uint64_t nanoseconds;
};

struct prb_sheet {
	_Atomic uint64_t counters[PRB_COUNTERS];
	struct prb_times routes[PRB_METRIC_ROUTES_MAX][PRB_METRIC_CLASSES];
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

struct prb_metric_route {
	const char *method, *pattern;
};

/* Appends the text format of Prometheus (0.0.4). */
void prb_metrics_write(struct prb_metrics *metrics, const struct prb_metric_route *routes,
	size_t count, struct prb_str *out);

#endif
