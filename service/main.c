/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <limits.h>
#include <openssl/evp.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <event2/listener.h>

#include "datasets/store/release.h"
#include "scoring/attest/proof.h"
#include "service/connection.h"
#include "service/handlers/openapi.h"
#include "service/handlers/status.h"
#include "service/keys.h"
#include "service/listen.h"
#include "service/status_pool.h"

/*
 * probityd. main reads as a list: options, release, state, keys, threads, listen, loop, and all of
 * it in reverse. The main thread accepts and hands connections to the workers in turn, so that at
 * the end none is lost in a queue of the kernel's.
 */

#define POOL_THREADS 1
#define FILES_BESIDE 64 /* files and pipes of the program's own */
#define POOL_QUEUE_MAX 64
#define OPENAPI_BYTES_MAX (1024 * 1024)

enum { EXIT_OK = 0, EXIT_FAILED_START = 1, EXIT_USAGE = 2 };

struct daemon {
	struct prb_config config;
	struct prb_server server;
	struct prb_release *release;
	struct prb_keys keys;
	struct prb_issuer issuer;
	struct prb_str openapi;
	struct prb_worker **workers;
	size_t workers_count, turn;
	struct event_base *base;
	struct evconnlistener *listener;
	struct event *signals[3], *pause;
	struct prb_sheet *sheet;
	bool accept_failed; /* said once, until it goes again */
	char data_path[PATH_MAX];
};

static int
fail(const char *what, const struct prb_fault *fault)
{
	fprintf(stderr, "probityd: %s%s%s\n", what, what[0] != '\0' ? ": " : "", fault->detail);
	return EXIT_FAILED_START;
}

/* Fetched once: the one-shot call would look it up for each hash. */
static EVP_MD *sha256_method;

static void
sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n)
{
	/* It takes the processor's own instructions. It can fail for want of memory alone, and a
	 * hash that is none must not be signed. */
	if (EVP_Digest(bytes, n, out, NULL, sha256_method, NULL) != 1) {
		fprintf(stderr, "probityd: memory ran out in the middle of a signature\n");
		abort();
	}
}

/* ---- the clock ---- */

static int64_t fixed_clock_ms;

static int64_t
clock_ms(void)
{
	struct timespec t;

	if (fixed_clock_ms != 0)
		return fixed_clock_ms;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Tests own time: $PROBITY_TEST_CLOCK is a moment at which the clock stands. Said loudly, since
 * nothing that is signed under it is true. */
static bool
set_clock(void)
{
	const char *text = getenv("PROBITY_TEST_CLOCK");
	int64_t seconds;

	if (text == NULL || text[0] == '\0')
		return true;
	if (!prb_timestamp_parse(prb_span_of(text), &seconds) || seconds <= 0) {
		fprintf(stderr,
			"probityd: PROBITY_TEST_CLOCK: \"%s\" is no time such as "
			"2026-06-30T12:00:00Z\n",
			text);
		return false;
	}
	fixed_clock_ms = seconds * 1000;
	fprintf(stderr, "probityd: the clock stands at %s: for tests alone\n", text);
	return true;
}

/* ---- parts ---- */

static enum prb_err
open_keys(struct daemon *d, struct prb_fault *fault)
{
	struct prb_keys_options options = {
		.dir = d->config.state,
		.state = d->server.service.state,
		.passphrase_file = d->config.passphrase_file,
		.require_mlock = d->config.require_mlock != 0,
		.reference = prb_release_reference(d->release),
		.now = clock_ms() / 1000,
	};
	uint8_t public_key[PRB_KEY_PUBLIC_BYTES];
	enum prb_err err = prb_keys_open(&options, &d->keys, fault);

	if (err != PRB_OK)
		return err;
	prb_secret_key_public(d->keys.issuer, public_key);
	return prb_issuer_fill(public_key, d->keys.number,
		d->config.public_url[0] != '\0' ? d->config.public_url : NULL,
		d->config.issuer_name, &d->issuer, fault);
}

static enum prb_err
open_parts(struct daemon *d, struct prb_fault *fault)
{
	struct prb_state_options options = {.map_bytes = (uint64_t)d->config.map_mib * 1024 * 1024,
		.create = true,
		.key_days = (uint32_t)d->config.key_days,
		.now_ms = clock_ms()};
	struct prb_service *s = &d->server.service;
	enum prb_err err;

	if (!prb_release_find(d->config.data, d->data_path, sizeof d->data_path))
		return prb_fault_set(fault, PRB_ERR_RELEASE_MISSING, PRB_NO_OFFSET, NULL,
			"no dataset release was found: name one with --data or $PROBITY_DATA");
	err = prb_release_open(d->data_path, &d->release, fault);
	if (err == PRB_OK)
		err = prb_state_open(d->config.state, &options, &s->state, fault);
	if (err == PRB_OK)
		err = open_keys(d, fault);
	if (err != PRB_OK)
		return err;
	s->status_lists = prb_status_lists_create();
	err = prb_status_pool_create(s->state, &s->status_pool);
	if (err != PRB_OK)
		return prb_fault_set(fault, err, PRB_NO_OFFSET, NULL,
			"%s: the status lists cannot be read (%s); run `probity state verify`",
			d->config.state, prb_err_title(err));
	prb_str_init(&d->openapi, OPENAPI_BYTES_MAX);
	prb_openapi_write(&d->openapi);
	s->metrics = prb_metrics_create();
	d->sheet = s->metrics != NULL ? prb_metrics_sheet(s->metrics) : NULL;
	if (d->openapi.failed || d->sheet == NULL || s->status_lists == NULL)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "memory ran out");
	return PRB_OK;
}

/* ---- threads ---- */

static bool
commit(struct prb_exchange *exchange, enum prb_handled (*resume)(struct prb_exchange *exchange))
{
	struct prb_slot *slot = (struct prb_slot *)exchange;

	slot->resume = resume;
	if (prb_journal_writer_submit(slot->worker->server->writer, exchange))
		return true;
	slot->resume = NULL;
	return false;
}

static bool
note(struct prb_exchange *exchange, const struct prb_stored_event *event)
{
	const struct prb_slot *slot = (const struct prb_slot *)exchange;

	return prb_journal_writer_note(slot->worker->server->writer, event);
}

static void
used(struct prb_exchange *exchange, uint32_t tenant, const struct prb_id *key, int32_t day)
{
	const struct prb_slot *slot = (const struct prb_slot *)exchange;

	prb_journal_writer_used(slot->worker->server->writer, tenant, key, day);
}

static bool
offload(struct prb_exchange *exchange, enum prb_handled (*work)(struct prb_exchange *exchange))
{
	struct prb_slot *slot = (struct prb_slot *)exchange;

	return prb_pool_submit(slot->worker->server->pool, exchange, work);
}

static void
fill_service(struct daemon *d)
{
	struct prb_service *s = &d->server.service;

	d->server.config = &d->config;
	d->server.clock_ms = clock_ms;
	s->release = d->release;
	s->issuer = &d->issuer;
	s->secret_key = prb_secret_key_bytes(d->keys.issuer);
	s->valid_days = (int)d->config.valid_days;
	s->auth_open = d->config.auth_open;
	s->keys = d->keys.history.keys;
	s->keys_count = d->keys.history.keys_count;
	s->key_locked =
		prb_secret_key_is_locked(d->keys.issuer) && prb_secret_key_is_locked(d->keys.log);
	s->draw_status = prb_status_pool_draw;
	s->newest_status = prb_status_pool_newest;
	s->status_seconds = d->config.status_seconds;
	s->release_path = d->data_path;
	s->started_at = clock_ms() / 1000;
	s->openapi = prb_str_span(&d->openapi);
	s->sha256 = sha256;
	s->commit = commit;
	s->note = note;
	s->used = used;
	s->offload = offload;
}

static enum prb_err
start_publisher(struct daemon *d, struct prb_fault *fault)
{
	struct prb_service *s = &d->server.service;
	char origin[PRB_LOG_ORIGIN_BYTES_MAX];
	struct prb_publisher_options options = {
		.state = s->state,
		.dir = d->config.state,
		.origin = origin,
		.secret_key = prb_secret_key_bytes(d->keys.log),
		.seconds = d->config.checkpoint_seconds,
		.witnesses = d->config.witnesses,
		.clock_ms = clock_ms,
		.sha256 = sha256,
		.sheet = prb_metrics_sheet(s->metrics),
	};

	prb_secret_key_public(d->keys.log, options.public_key);
	prb_log_origin(&d->issuer, options.public_key, origin);
	return prb_publisher_start(&options, &s->publisher, fault);
}

static bool
start_threads(struct daemon *d)
{
	struct prb_service *s = &d->server.service;
	size_t wanted = (size_t)d->config.workers;

	d->server.writer = prb_journal_writer_start(s, prb_metrics_sheet(s->metrics),
		(size_t)d->config.write_queue_max, prb_worker_finished);
	d->server.pool = prb_pool_start(s, POOL_THREADS, POOL_QUEUE_MAX, prb_worker_finished);
	d->workers = calloc(wanted, sizeof(struct prb_worker *));
	if (d->server.writer == NULL || d->server.pool == NULL || d->workers == NULL)
		return false;
	while (d->workers_count < wanted) {
		d->workers[d->workers_count] = prb_worker_start(&d->server);
		if (d->workers[d->workers_count] == NULL)
			return false;
		d->workers_count++;
	}
	return true;
}

/* ---- accepting ---- */

static void
on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address, int length,
	void *context)
{
	struct daemon *d = context;
	struct prb_given given = {.fd = fd};

	(void)listener;
	prb_peer_address(address, length, &given.peer);
	if (d->accept_failed)
		fprintf(stderr, "probityd: connections are accepted again\n");
	d->accept_failed = false;
	prb_count(d->sheet, PRB_COUNT_ACCEPTED, 1);
	if (atomic_fetch_add(&d->server.connections, 1) >= d->config.connections_max) {
		atomic_fetch_sub(&d->server.connections, 1);
		prb_count(d->sheet, PRB_COUNT_TURNED_AWAY, 1);
		evutil_closesocket(fd);
		return;
	}
	prb_worker_give(d->workers[d->turn], &given);
	d->turn = (d->turn + 1) % d->workers_count;
}

static void
on_pause_over(evutil_socket_t fd, short what, void *context)
{
	struct daemon *d = context;

	(void)fd;
	(void)what;
	if (d->listener != NULL)
		evconnlistener_enable(d->listener);
}

/* Out of file descriptors, as a rule: the socket stays readable, so there is a pause before the
 * next try. */
static void
on_accept_error(struct evconnlistener *listener, void *context)
{
	struct daemon *d = context;
	struct timeval pause = {0, 100000};

	if (!d->accept_failed)
		fprintf(stderr, "probityd: connections cannot be accepted: %s\n", strerror(errno));
	d->accept_failed = true;
	evconnlistener_disable(listener);
	event_add(d->pause, &pause);
}

static void
on_signal(evutil_socket_t number, short what, void *context)
{
	struct daemon *d = context;
	int fd;

	(void)what;
	fprintf(stderr, "probityd: signal %d: answering what has come, then ending\n", (int)number);
	/* Those whom the kernel has connected already are not turned away. */
	if (d->listener != NULL) {
		evconnlistener_disable(d->listener);
		struct sockaddr_storage address;
		socklen_t length = sizeof address;

		while ((fd = accept(evconnlistener_get_fd(d->listener), (struct sockaddr *)&address,
				&length)) >= 0) {
			evutil_make_socket_nonblocking(fd);
			evutil_make_socket_closeonexec(fd);
			on_accept(d->listener, fd, (struct sockaddr *)&address, (int)length, d);
			length = sizeof address;
		}
		evconnlistener_free(d->listener);
		d->listener = NULL;
	}
	event_base_loopbreak(d->base);
}

static void
on_publish(evutil_socket_t number, short what, void *context)
{
	struct daemon *d = context;

	(void)number;
	(void)what;
	prb_publisher_wake(d->server.service.publisher);
}

static bool
make_loop(struct daemon *d, int fd)
{
	static const struct {
		int number;
		event_callback_fn act;
	} signals[] = {{SIGTERM, on_signal}, {SIGINT, on_signal}, {SIGUSR1, on_publish}};

	d->base = event_base_new();
	if (d->base == NULL)
		return false;
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
		d->signals[i] = evsignal_new(d->base, signals[i].number, signals[i].act, d);
		if (d->signals[i] == NULL || event_add(d->signals[i], NULL) != 0)
			return false;
	}
	d->pause = event_new(d->base, -1, 0, on_pause_over, d);
	d->listener = evconnlistener_new(
		d->base, on_accept, d, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (d->pause == NULL || d->listener == NULL)
		return false;
	evconnlistener_set_error_cb(d->listener, on_accept_error);
	return true;
}

/* ---- the end, in reverse ---- */

static void
finish(struct daemon *d)
{
	if (d->listener != NULL)
		evconnlistener_free(d->listener);
	for (size_t i = 0; i < d->workers_count; i++)
		prb_worker_drain(d->workers[i]);
	for (size_t i = 0; i < d->workers_count; i++)
		prb_worker_join(d->workers[i]);
	free(d->workers);
	prb_pool_stop(d->server.pool);
	prb_journal_writer_stop(d->server.writer);
	prb_publisher_stop(d->server.service.publisher);
	for (size_t i = 0; i < sizeof d->signals / sizeof d->signals[0]; i++)
		if (d->signals[i] != NULL)
			event_free(d->signals[i]);
	if (d->pause != NULL)
		event_free(d->pause);
	if (d->base != NULL)
		event_base_free(d->base);
	prb_status_lists_destroy(d->server.service.status_lists);
	prb_status_pool_destroy(d->server.service.status_pool);
	prb_keys_close(&d->keys);
	prb_state_close(d->server.service.state);
	prb_release_close(d->release);
	prb_metrics_destroy(d->server.service.metrics);
	prb_str_finish(&d->openapi);
	prb_config_finish(&d->config);
}

/* As many files as the connections need, or as the system allows: said where that is less. */
static void
raise_file_limit(const struct daemon *d)
{
	rlim_t wanted = (rlim_t)d->config.connections_max + FILES_BESIDE;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < wanted)
		fprintf(stderr,
			"probityd: %llu files may be open, which is less than [server] "
			"connections_max needs "
			"(ulimit -n)\n",
			(unsigned long long)limit.rlim_cur);
}

/* A mapped file that was cut under the program: what LMDB reads there is not there any more. */
static void
on_cut_file(int number)
{
	static const char text[] = "probityd: a mapped file was cut or cannot be read any more "
				   "(SIGBUS): the dataset release "
				   "or the state; ended\n";

	(void)number;
	if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
		_exit(EXIT_FAILED_START);
	_exit(EXIT_FAILED_START);
}

/* A public URL means that a proxy stands before the loopback address, and an open server takes
 * whoever the proxy lets through for its owner. */
static void
warn_of_open(const struct daemon *d)
{
	if (!d->config.auth_open || d->config.public_url[0] == '\0')
		return;
	fprintf(stderr,
		"probityd: WARNING: there is a [issuer] public_url, and [auth] mode is open: whom "
		"a proxy lets through may store declarations, read them with the openings of what "
		"is withheld, attest, decide and revoke. Set [auth] mode = required, or let the "
		"proxy pass these alone, by method and whole path:\n");
	for (size_t i = 0; i < prb_routes_count; i++)
		if (prb_routes[i].scope == PRB_SCOPE_ANYONE)
			fprintf(stderr, "probityd:   %s %s\n",
				prb_routes[i].method == PRB_METHOD_POST ? "POST" : "GET",
				prb_routes[i].pattern);
}

static int
serve(struct daemon *d)
{
	struct prb_fault fault;
	char address[PRB_LISTEN_TEXT_BYTES];
	struct prb_str vkey;
	enum prb_err err;
	int fd;

	/* First: an address that is in use leaves no state behind. Who connects meanwhile waits. */
	err = prb_listen(d->config.host, d->config.port, &fd, address, &fault);
	if (err != PRB_OK)
		return fail("", &fault);
	raise_file_limit(d);
	err = open_parts(d, &fault);
	if (err != PRB_OK) {
		close(fd);
		return fail("", &fault);
	}
	fill_service(d);
	err = start_publisher(d, &fault);
	if (err != PRB_OK) {
		close(fd);
		return fail("", &fault);
	}
	if (!start_threads(d) || !make_loop(d, fd)) {
		fprintf(stderr, "probityd: the threads cannot be started\n");
		return EXIT_FAILED_START;
	}
	if (!d->config.auth_open)
		fprintf(stderr,
			"probityd: [auth] mode = required: this version knows no keys yet, so "
			"that public lookups alone are answered\n");
	warn_of_open(d);
	fprintf(stderr, "probityd: issuer %s\n", d->issuer.did);
	prb_str_init(&vkey, PRB_NOTE_VKEY_BYTES_MAX);
	prb_publisher_vkey(d->server.service.publisher, &vkey);
	fprintf(stderr, "probityd: log %.*s", PRB_SPAN_ARGS(prb_str_span(&vkey)));
	prb_str_finish(&vkey);
	fprintf(stderr, "probityd: dataset release %s\n",
		prb_release_reference(d->release)->release);
	fprintf(stderr, "probityd: listening on %s\n", address);
	event_base_dispatch(d->base);
	return EXIT_OK;
}

int
main(int argc, char **argv)
{
	static struct daemon d;
	enum prb_config_outcome outcome;
	struct prb_fault fault;
	int status;

	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--version") == 0) {
			puts("probityd " PROBITY_VERSION);
			return EXIT_OK;
		}
	if (prb_config_read(argc, argv, &d.config, &outcome, &fault) != PRB_OK) {
		prb_config_finish(&d.config);
		fail("", &fault);
		return EXIT_USAGE;
	}
	if (outcome != PRB_CONFIG_RUN) {
		if (outcome == PRB_CONFIG_HELP)
			prb_config_help();
		else
			puts("the configuration can stand");
		prb_config_finish(&d.config);
		return EXIT_OK;
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGBUS, on_cut_file);
#if !defined(__SANITIZE_ADDRESS__)
	/* No core dump and no debugger sees the keys. (The leak checker of a test build is one.) */
	prctl(PR_SET_DUMPABLE, 0);
#endif
	sha256_method = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (sha256_method == NULL || sodium_init() < 0 || !set_clock()) {
		prb_config_finish(&d.config);
		return EXIT_FAILED_START;
	}
	status = serve(&d);
	finish(&d);
	EVP_MD_free(sha256_method);
	if (status == EXIT_OK)
		fprintf(stderr, "probityd: ended\n");
	return status;
}
