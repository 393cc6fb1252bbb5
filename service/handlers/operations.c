/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/stat.h>

#include "scoring/base/jcs.h"
#include "service/handlers/handler.h"
#include "service/log/publisher.h"
#include "service/metrics/metrics.h"

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

/* A release that was deleted is still read (it is mapped), and cannot be opened again: said here,
 * since a restart would fail. */
enum prb_handled
prb_handle_readyz(struct prb_exchange *x)
{
	struct prb_fault fault;
	struct stat file;
	struct prb_writer w;
	struct prb_release_info info;
	bool release, published;
	bool writable = prb_state_writable(x->service->state, &fault) == PRB_OK;

	prb_release_info(x->desk->release, &info);
	release = stat(info.path, &file) == 0 && (uint64_t)file.st_size == info.bytes;
	published = x->service->publisher == NULL || !prb_publisher_is_held(x->service->publisher);
	prb_writer_init(&w, &x->reply.body);
	prb_writer_object(&w);
	prb_writer_key(&w, "checks");
	prb_writer_object(&w);
	write_check(&w, "data", release,
		"the release's file is gone or was changed: answers go on as long as they can, a "
		"restart would fail");
	write_check(&w, "key", true, "");
	write_check(&w, "log", published,
		"a witness has seen another log of this name: no checkpoint is published; restore "
		"the newest state");
	write_check(&w, "state", writable, writable ? "" : fault.detail);
	prb_writer_end(&w);
	prb_writer_member_text(&w, "release", prb_release_reference(x->desk->release)->release);
	prb_writer_member_text(
		&w, "status", release && published && writable ? "ready" : "not_ready");
	prb_writer_end(&w);
	return prb_answer(x, release && published && writable ? 200 : 503, PRB_TYPE_JSON);
}

enum prb_handled
prb_handle_metrics(struct prb_exchange *x)
{
	const char *patterns[PRB_METRIC_ROUTES_MAX];
	const struct prb_reference *reference = prb_release_reference(x->desk->release);
	struct prb_str *out = &x->reply.body;
	struct prb_state_counts counts;
	size_t n = prb_routes_count < PRB_METRIC_ROUTES_MAX ? prb_routes_count
							    : PRB_METRIC_ROUTES_MAX - 1;

	for (size_t i = 0; i < n; i++)
		patterns[i] = prb_routes[i].pattern;
	prb_metrics_write(x->service->metrics, patterns, n, out);
	prb_str_addf(out,
		"# HELP probity_build_info the program\n# TYPE probity_build_info gauge\n"
		"probity_build_info{version=\"" PROBITY_VERSION "\"} 1\n"
		"# HELP probity_dataset_info the release in use\n# TYPE probity_dataset_info "
		"gauge\n"
		"probity_dataset_info{release=\"%s\",method_sha256=\"%s\"} 1\n"
		"# HELP probity_key_locked whether the issuer key is kept out of swap\n"
		"# TYPE probity_key_locked gauge\nprobity_key_locked %d\n"
		"# HELP probity_start_time_seconds when the server started\n"
		"# TYPE probity_start_time_seconds gauge\nprobity_start_time_seconds %lld\n",
		reference->release, reference->method_sha256, x->service->key_locked,
		(long long)x->service->started_at);
	if (x->service->publisher != NULL)
		prb_str_addf(out,
			"# HELP probity_log_published_size leaves of the log that its checkpoint "
			"stands for\n"
			"# TYPE probity_log_published_size gauge\nprobity_log_published_size "
			"%llu\n"
			"# HELP probity_log_held whether publishing is stopped, as a witness has "
			"seen another log\n"
			"# TYPE probity_log_held gauge\nprobity_log_held %d\n",
			(unsigned long long)prb_publisher_size(x->service->publisher),
			prb_publisher_is_held(x->service->publisher));
	if (prb_state_counts(x->service->state, &counts) == PRB_OK)
		prb_str_addf(out,
			"# HELP probity_log_tree_size leaves of the log\n"
			"# TYPE probity_log_tree_size gauge\nprobity_log_tree_size %llu\n"
			"# HELP probity_state_bytes bytes of the state in use\n"
			"# TYPE probity_state_bytes gauge\nprobity_state_bytes %llu\n",
			(unsigned long long)counts.log_size, (unsigned long long)counts.used_bytes);
	return prb_answer(x, 200, "text/plain; version=0.0.4; charset=utf-8");
}
