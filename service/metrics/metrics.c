/* SPDX-License-Identifier: Apache-2.0 */
#include "service/metrics/metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHEETS_MAX 128

struct prb_metrics {
	struct prb_sheet *sheets[SHEETS_MAX];
	size_t count;
};

static const struct {
	const char *metric, *type, *what;
} counters[] = {
#define PRB_METRIC(name, metric, type, what) {metric, type, what},
#include "service/metrics/metrics.def"
#undef PRB_METRIC
};

/* Upper bounds in microseconds: from an answer out of memory to a slow disk. */
static const uint64_t bounds_us[PRB_METRIC_BUCKETS] = {
	10, 25, 50, 100, 250, 500, 1000, 2500, 10000, 100000, 1000000, 10000000};

struct prb_metrics *
prb_metrics_create(void)
{
	return calloc(1, sizeof(struct prb_metrics));
}

void
prb_metrics_destroy(struct prb_metrics *metrics)
{
	if (metrics == NULL)
		return;
	for (size_t i = 0; i < metrics->count; i++)
		free(metrics->sheets[i]);
	free(metrics);
}

struct prb_sheet *
prb_metrics_sheet(struct prb_metrics *metrics)
{
	struct prb_sheet *sheet =
		metrics->count < SHEETS_MAX ? calloc(1, sizeof(struct prb_sheet)) : NULL;

	if (sheet != NULL)
		metrics->sheets[metrics->count++] = sheet;
	return sheet;
}

void
prb_count_request(struct prb_sheet *sheet, size_t route, int status, uint64_t nanoseconds)
{
	size_t bucket = 0, class = (size_t)status / 100;
	struct prb_times *times;

	if (route >= PRB_METRIC_ROUTES_MAX)
		route = PRB_METRIC_ROUTES_MAX - 1;
	if (class >= PRB_METRIC_CLASSES)
		class = 0;
	while (bucket < PRB_METRIC_BUCKETS && nanoseconds > bounds_us[bucket] * 1000)
		bucket++;
	times = &sheet->routes[route][class];
	atomic_fetch_add_explicit(&times->buckets[bucket], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&times->nanoseconds, nanoseconds, memory_order_relaxed);
}

static void
write_counters(const struct prb_metrics *m, struct prb_str *out)
{
	for (int c = 0; c < PRB_COUNTERS; c++) {
		uint64_t sum = 0;

		for (size_t i = 0; i < m->count; i++)
			sum += atomic_load_explicit(
				&m->sheets[i]->counters[c], memory_order_relaxed);
		prb_str_addf(out, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", counters[c].metric,
			counters[c].what, counters[c].metric, counters[c].type, counters[c].metric,
			(long long)sum);
	}
}

/* All sheets' times of one route and one class of status; `buckets` holds the sums up to each
 * bound, as the format wants them. */
struct summed {
	uint64_t buckets[PRB_METRIC_BUCKETS + 1], nanoseconds;
};

/* False where there were none. */
static bool
sum_times(const struct prb_metrics *m, size_t route, size_t class, struct summed *out)
{
	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < m->count; i++) {
		const struct prb_times *times = &m->sheets[i]->routes[route][class];

		for (int b = 0; b <= PRB_METRIC_BUCKETS; b++)
			out->buckets[b] +=
				atomic_load_explicit(&times->buckets[b], memory_order_relaxed);
		out->nanoseconds += atomic_load_explicit(&times->nanoseconds, memory_order_relaxed);
	}
	for (int b = 1; b <= PRB_METRIC_BUCKETS; b++)
		out->buckets[b] += out->buckets[b - 1];
	return out->buckets[PRB_METRIC_BUCKETS] != 0;
}

#define LABELS_BYTES_MAX 160

/* "/v1/reports/{id}" as it stands in the table: a template, so that no label names a thing. False
 * where there is no such route. */
static bool
write_labels(const struct prb_metric_route *routes, size_t count, size_t route, size_t class,
	char out[LABELS_BYTES_MAX])
{
	static const struct prb_metric_route other = {"other", "other"};
	const struct prb_metric_route *r = route < count ? &routes[route] : &other;

	if (route >= count && route != PRB_METRIC_ROUTES_MAX - 1)
		return false;
	(void)snprintf(out, LABELS_BYTES_MAX, "method=\"%s\",route=\"%s\",code=\"%zuxx\"",
		r->method, r->pattern, class);
	return true;
}

static void
write_times(const struct summed *times, const char *labels, struct prb_str *out)
{
	static const char name[] = "probity_http_request_duration_seconds";
	unsigned long long all = times->buckets[PRB_METRIC_BUCKETS];

	for (int b = 0; b < PRB_METRIC_BUCKETS; b++)
		prb_str_addf(out, "%s_bucket{%s,le=\"%.6f\"} %llu\n", name, labels,
			(double)bounds_us[b] / 1e6, (unsigned long long)times->buckets[b]);
	prb_str_addf(out, "%s_bucket{%s,le=\"+Inf\"} %llu\n%s_sum{%s} %.6f\n%s_count{%s} %llu\n",
		name, labels, all, name, labels, (double)times->nanoseconds / 1e9, name, labels,
		all);
}

void
prb_metrics_write(struct prb_metrics *metrics, const struct prb_metric_route *routes, size_t count,
	struct prb_str *out)
{
	char labels[LABELS_BYTES_MAX];
	struct summed times;

	write_counters(metrics, out);
	prb_str_add_text(out,
		"# HELP probity_http_request_duration_seconds from the head of a request to its "
		"answer\n"
		"# TYPE probity_http_request_duration_seconds histogram\n");
	for (size_t r = 0; r < PRB_METRIC_ROUTES_MAX; r++)
		for (size_t class = 0; class < PRB_METRIC_CLASSES; class ++)
			if (sum_times(metrics, r, class, &times) &&
				write_labels(routes, count, r, class, labels))
				write_times(&times, labels, out);
}
