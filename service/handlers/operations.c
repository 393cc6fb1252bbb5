/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <sys/stat.h>

#include "datasets/store/records.h"
#include "scoring/base/jcs.h"
#include "service/handlers/handler.h"
#include "service/log/publisher.h"
#include "service/logging/logging.h"
#include "service/metrics/metrics.h"

#define READY_SECONDS 5 /* until who asks whether it is ready should ask again */
#define DAY_SECONDS 86400

/*
 * What those who run the server ask: is it there, can it work, how much has it done.
 */

/* The loop that answers this turns. */
enum prb_handled
prb_handle_healthz(struct prb_exchange *x)
{
	prb_str_add_text(&x->reply.body, "{\"status\":\"ok\"}");
	return prb_answer(x, 200, PRB_TYPE_JSON);
}

static void
write_check(struct prb_writer *w, const char *name, bool ok, const char *detail)
{
	prb_writer_key(w, name);
	prb_writer_object(w);
	if (!ok)
		prb_writer_member_text(w, "detail", detail);
	prb_writer_member_bool(w, "ok", ok);
	prb_writer_end(w);
}

/* ---- how old the release is ---- */

/* The manifest has days, months ("2026-11") and years. */
static bool
read_partial(const char *text, prb_date *out)
{
	char whole[PRB_DATE_BYTES] = "0001-01-01";
	size_t n = strlen(text);

	if (n >= sizeof whole)
		return false;
	memcpy(whole, text, n);
	return prb_date_parse(prb_span_of(whole), out);
}

static bool
look_at_table(void *context, struct prb_span key, struct prb_span value)
{
	struct prb_source_record source;
	prb_date *newest = context, date;

	(void)key;
	if (prb_source_read(value, &source) && read_partial(source.retrieved_on, &date) &&
		date > *newest)
		*newest = date;
	return true;
}

/* The day on which the newest of its source tables was fetched; PRB_DATE_NONE where none says. */
static prb_date
release_date(const struct prb_exchange *x)
{
	prb_date newest = PRB_DATE_NONE;

	(void)prb_reader_each(x->desk->reader, PRB_TABLE_SOURCE, look_at_table, &newest);
	return newest;
}

/* ---- /readyz ---- */

/* A release that was deleted is still read (it is mapped), and cannot be opened again: said here,
 * since a restart would fail. */
static bool
is_release_there(const struct prb_exchange *x)
{
	struct prb_release_info info;
	struct stat file;

	prb_release_info(x->desk->release, &info);
	return stat(info.path, &file) == 0 && (uint64_t)file.st_size == info.bytes;
}

static bool
is_release_young(const struct prb_exchange *x)
{
	prb_date date;

	if (x->service->release_days_max == 0)
		return true;
	date = release_date(x);
	return date != PRB_DATE_NONE && prb_exchange_day(x) - date <= x->service->release_days_max;
}

enum prb_handled
prb_handle_readyz(struct prb_exchange *x)
{
	struct prb_fault fault;
	struct prb_writer w;
	bool there = is_release_there(x), young = is_release_young(x);
	bool published =
		x->service->publisher == NULL || !prb_publisher_is_held(x->service->publisher);
	bool writable = prb_state_writable(x->service->state, &fault) == PRB_OK;
	bool ready = there && young && published && writable;

	prb_writer_init(&w, &x->reply.body);
	prb_writer_object(&w);
	prb_writer_key(&w, "checks");
	prb_writer_object(&w);
	write_check(&w, "data", there,
		"the release's file is gone or was changed: answers go on as long as they can, a "
		"restart would fail");
	write_check(&w, "data_age", young,
		"the newest source table of the release is older than [data] days_max: build or "
		"fetch a new release");
	write_check(&w, "key", true, "");
	write_check(&w, "log", published,
		"a witness has seen another log of this name: no checkpoint is published; restore "
		"the newest state");
	write_check(&w, "state", writable, writable ? "" : fault.detail);
	prb_writer_end(&w);
	prb_writer_member_text(&w, "release", prb_release_reference(x->desk->release)->release);
	prb_writer_member_text(&w, "status", ready ? "ready" : "not_ready");
	prb_writer_end(&w);
	if (!ready)
		x->reply.retry_after_s = READY_SECONDS;
	return prb_answer(x, ready ? 200 : 503, PRB_TYPE_JSON);
}

/* ---- /metrics ---- */

static void
add_gauge(struct prb_str *out, const char *name, const char *what, uint64_t value)
{
	prb_str_addf(out, "# HELP %s %s\n# TYPE %s gauge\n%s %llu\n", name, what, name, name,
		(unsigned long long)value);
}

static void
add_release(struct prb_exchange *x)
{
	const struct prb_reference *reference = prb_release_reference(x->desk->release);
	prb_date date = release_date(x);
	struct prb_str *out = &x->reply.body;

	prb_str_addf(out,
		"# HELP probity_build_info the program\n# TYPE probity_build_info gauge\n"
		"probity_build_info{version=\"" PROBITY_VERSION "\"} 1\n"
		"# HELP probity_dataset_info the release in use\n"
		"# TYPE probity_dataset_info gauge\n"
		"probity_dataset_info{release=\"%s\",method_sha256=\"%s\"} 1\n",
		reference->release, reference->method_sha256);
	if (date != PRB_DATE_NONE)
		add_gauge(out, "probity_dataset_release_timestamp_seconds",
			"day on which the newest source table of the release was fetched",
			(uint64_t)date * DAY_SECONDS);
}

static void
add_state(struct prb_exchange *x)
{
	struct prb_str *out = &x->reply.body;
	struct prb_state_counts counts;

	if (prb_state_counts(x->service->state, &counts) != PRB_OK)
		return;
	add_gauge(out, "probity_log_tree_size", "leaves of the log", counts.log_size);
	add_gauge(out, "probity_state_bytes", "bytes of the state in use", counts.used_bytes);
	add_gauge(out, "probity_state_map_bytes", "bytes that the state may become large",
		counts.map_bytes);
	add_gauge(out, "probity_state_records", "records of the journal", counts.records);
}

static void
add_threads(struct prb_exchange *x)
{
	struct prb_str *out = &x->reply.body;

	add_gauge(out, "probity_key_locked", "whether the issuer key is kept out of swap",
		x->service->key_locked);
	add_gauge(out, "probity_start_time_seconds", "when the server started",
		(uint64_t)x->service->started_at);
	add_gauge(out, "probity_logging_dropped_lines",
		"lines that standard error did not take in time", prb_logging_dropped());
	if (x->service->publisher == NULL)
		return;
	add_gauge(out, "probity_log_published_size",
		"leaves of the log that its checkpoint stands for",
		prb_publisher_size(x->service->publisher));
	add_gauge(out, "probity_log_held",
		"whether publishing is stopped, as a witness has seen another log",
		prb_publisher_is_held(x->service->publisher));
}

enum prb_handled
prb_handle_metrics(struct prb_exchange *x)
{
	struct prb_metric_route routes[PRB_METRIC_ROUTES_MAX];

	if (!x->service->metrics_anyone && x->caller.kind != PRB_CALLER_OPERATOR)
		return prb_refuse(x, PRB_ERR_NOT_FOUND,
			"metrics are shown through the operator's socket alone ([server] metrics)");
	for (size_t i = 0; i < prb_routes_count; i++)
		routes[i] = (struct prb_metric_route){
			prb_routes[i].method == PRB_METHOD_GET ? "GET" : "POST",
			prb_routes[i].pattern};
	prb_metrics_write(x->service->metrics, routes, prb_routes_count, &x->reply.body);
	add_release(x);
	add_threads(x);
	add_state(x);
	return prb_answer(x, 200, "text/plain; version=0.0.4; charset=utf-8");
}
