/* SPDX-License-Identifier: Apache-2.0 */
#include "service/metrics/metrics.h"

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
	size_t bucket = 0, digit = (size_t)status / 100;

	if (route >= PRB_METRIC_ROUTES_MAX)
		route = PRB_METRIC_ROUTES_MAX - 1;
	if (digit > 5)
		digit = 0;
	while (bucket < PRB_METRIC_BUCKETS && nanoseconds > bounds_us[bucket] * 1000)
		bucket++;
	atomic_fetch_add_explicit(&sheet->routes[route].by_status[digit], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&sheet->routes[route].buckets[bucket], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(
		&sheet->routes[route].nanoseconds, nanoseconds, memory_order_relaxed);
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

/* "/v1/reports/{id}" as it stands in the table: a template, so that no label names a thing. */
static const char *
route_label(const char *const *patterns, size_t routes, size_t i)
{
	return i < routes ? patterns[i] : i == PRB_METRIC_ROUTES_MAX - 1 ? "other" : NULL;
}

/* The routes of one label: those of one address that take different methods. */
struct labelled {
	const char *label;
	size_t routes[PRB_METRIC_ROUTES_MAX];
	size_t count;
};

/* False where the route has no label, or an earlier one has the same. */
static bool
find_labelled(const char *const *patterns, size_t routes, size_t first, struct labelled *out)
{
	out->count = 0;
	out->label = route_label(patterns, routes, first);
	if (out->label == NULL)
		return false;
	for (size_t i = 0; i < PRB_METRIC_ROUTES_MAX; i++) {
		const char *label = route_label(patterns, routes, i);

		if (label == NULL || strcmp(label, out->label) != 0)
			continue;
		if (i < first)
			return false;
		out->routes[out->count++] = i;
	}
	return true;
}

static void
write_statuses(const struct prb_metrics *m, const struct labelled *of, struct prb_str *out)
{
	for (int digit = 0; digit < 6; digit++) {
		uint64_t sum = 0;

		for (size_t i = 0; i < m->count; i++)
			for (size_t r = 0; r < of->count; r++)
				sum += atomic_load_explicit(
					&m->sheets[i]->routes[of->routes[r]].by_status[digit],
					memory_order_relaxed);
		if (sum != 0)
			prb_str_addf(out,
				"probity_http_requests_total{route=\"%s\",code=\"%dxx\"} %llu\n",
				of->label, digit, (unsigned long long)sum);
	}
}

static void
write_times(const struct prb_metrics *m, const struct labelled *of, struct prb_str *out)
{
	static const char name[] = "probity_http_request_duration_seconds";
	const char *label = of->label;
	uint64_t sum = 0, nanoseconds = 0;

	for (int b = 0; b <= PRB_METRIC_BUCKETS; b++) {
		for (size_t i = 0; i < m->count; i++)
			for (size_t r = 0; r < of->count; r++)
				sum += atomic_load_explicit(
					&m->sheets[i]->routes[of->routes[r]].buckets[b],
					memory_order_relaxed);
		if (b == PRB_METRIC_BUCKETS)
			prb_str_addf(out, "%s_bucket{route=\"%s\",le=\"+Inf\"} %llu\n", name, label,
				(unsigned long long)sum);
		else
			prb_str_addf(out, "%s_bucket{route=\"%s\",le=\"%.6f\"} %llu\n", name, label,
				(double)bounds_us[b] / 1e6, (unsigned long long)sum);
	}
	for (size_t i = 0; i < m->count; i++)
		for (size_t r = 0; r < of->count; r++)
			nanoseconds += atomic_load_explicit(
				&m->sheets[i]->routes[of->routes[r]].nanoseconds,
				memory_order_relaxed);
	prb_str_addf(out, "%s_sum{route=\"%s\"} %.6f\n", name, label, (double)nanoseconds / 1e9);
	prb_str_addf(out, "%s_count{route=\"%s\"} %llu\n", name, label, (unsigned long long)sum);
}

void
prb_metrics_write(struct prb_metrics *metrics, const char *const *patterns, size_t routes,
	struct prb_str *out)
{
	struct labelled of;

	write_counters(metrics, out);
	prb_str_add_text(out, "# HELP probity_http_requests_total requests answered\n"
			      "# TYPE probity_http_requests_total counter\n");
	for (size_t i = 0; i < PRB_METRIC_ROUTES_MAX; i++)
		if (find_labelled(patterns, routes, i, &of))
			write_statuses(metrics, &of, out);
	prb_str_add_text(out,
		"# HELP probity_http_request_duration_seconds from the head of a request to its "
		"answer\n"
		"# TYPE probity_http_request_duration_seconds histogram\n");
	for (size_t i = 0; i < PRB_METRIC_ROUTES_MAX; i++)
		if (find_labelled(patterns, routes, i, &of))
			write_times(metrics, &of, out);
}
