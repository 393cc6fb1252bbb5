/* SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "scoring/attest/proof.h"
#include "service/accept.h"
#include "service/check.h"
#include "service/clock.h"
#include "service/errands.h"
#include "service/handlers/openapi.h"
#include "service/handlers/status.h"
#include "service/hashing.h"
#include "service/keys.h"
#include "service/listen.h"
#include "service/logging/logging.h"
#include "service/messages/mailbox.h"
#include "service/operator.h"
#include "service/print/limited.h"
#include "service/print/print.h"
#include "service/reload.h"
#include "service/reserve.h"
#include "service/statistics/statistics.h"
#include "service/status_pool.h"
#include "service/warnings.h"

/*
 * probityd. main reads as a list: options, what can be checked beforehand (with the release),
 * listen, state, keys, threads, loop, and all of it in reverse.
 */

#define POOL_THREADS 1
#define POOL_QUEUE_MAX 64
/* PDFs that are made at the same time, each by a process of up to a second; more wait, or are told
 * to ask again. */
#define PRINT_THREADS 2
#define PRINT_QUEUE_MAX 2
#define FIRST_BYTES_MAX ((size_t)64 * 1024) /* one organisation's record */

enum { EXIT_OK = 0, EXIT_FAILED_START = 1, EXIT_USAGE = 2 };

struct daemon {
	struct prb_config config;
	struct prb_server server;
	struct prb_reloader *reloader;
	struct prb_keys keys;
	struct prb_issuer issuer;
	struct prb_str openapi;
	struct prb_worker **workers;
	size_t workers_count;
	struct event_base *base;
	struct event *signals[4];
	struct prb_sheet *sheet;
	struct prb_operator operator_socket;
	int fd; /* that is listened on, until the acceptor has it; -1: none */
	struct prb_acceptor *acceptor;
	int argc;
	char **argv;
};

static int
fail(const struct prb_fault *fault)
{
	prb_say(PRB_LEVEL_ERROR, "start_failed", "%s", fault->detail);
	return EXIT_FAILED_START;
}

/* ---- parts ---- */

static const struct prb_reference *
reference(const struct daemon *d)
{
	return prb_release_reference(prb_dataset_release(d->server.settings->dataset));
}

static enum prb_err
open_keys(struct daemon *d, struct prb_fault *fault)
{
	struct prb_keys_options options = {
		.dir = d->config.state,
		.state = d->server.service.state,
		.passphrase_file = d->config.passphrase_file,
		.require_mlock = d->config.require_mlock != 0,
		.reference = reference(d),
		.now = prb_clock_ms() / 1000,
	};
	uint8_t public_key[PRB_KEY_PUBLIC_BYTES];
	enum prb_err err = prb_keys_open(&options, &d->keys, fault);

	if (err != PRB_OK)
		return err;
	prb_secret_key_public(d->keys.issuer, public_key);
	return prb_issuer_fill(public_key, d->keys.number, d->config.public_url,
		d->config.issuer_name, &d->issuer, fault);
}

/*
 * What was stored in open mode may be an organisation's since: then it is no longer for whoever
 * comes without a key. Also where it was erased, so that its keys stay what they are.
 */
static enum prb_err
check_open(const struct daemon *d, struct prb_fault *fault)
{
	struct prb_arena *arena = prb_arena_create(FIRST_BYTES_MAX);
	struct prb_stored_organisation of;
	struct prb_state_reader *reader = NULL;
	enum prb_err err = arena != NULL ? prb_state_reader_create(d->server.service.state, &reader)
					 : PRB_ERR_MEMORY;

	if (err == PRB_OK)
		err = prb_find_organisation_of(reader, PRB_TENANT_OPEN, arena, &of);
	prb_state_reader_destroy(reader);
	prb_arena_destroy(arena);
	if (err == PRB_ERR_NOT_FOUND)
		return PRB_OK;
	if (err != PRB_OK)
		return prb_fault_set(fault, err, PRB_NO_OFFSET, NULL,
			"%s: the organisations cannot be read (%s); run `probity state verify`",
			d->config.state, prb_err_title(err));
	return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
		"[auth] mode is open, and an organisation has taken over what was stored in that "
		"mode, which anybody would read: set [auth] mode = required, or name another "
		"folder with [state] path");
}

static int64_t
clock_s(void)
{
	return prb_clock_ms() / 1000;
}

static enum prb_err
open_parts(struct daemon *d, struct prb_fault *fault)
{
	struct prb_state_options options = {.map_bytes = (uint64_t)d->config.map_mib * 1024 * 1024,
		.create = true,
		.key_days = (uint32_t)d->config.key_days,
		.now_ms = prb_clock_ms()};
	struct prb_service *s = &d->server.service;
	enum prb_err err;

	err = prb_state_open(d->config.state, &options, &s->state, fault);
	if (err == PRB_OK && d->config.auth_open)
		err = check_open(d, fault);
	/* Behind the state's lock and before the first thread. */
	if (err == PRB_OK)
		err = prb_operator_open(&d->config, &d->operator_socket, fault);
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
	prb_str_init(&d->openapi, PRB_OPENAPI_BYTES_MAX);
	prb_openapi_write(&d->openapi);
	s->metrics = prb_metrics_create();
	d->sheet = s->metrics != NULL ? prb_metrics_sheet(s->metrics) : NULL;
	d->server.limits = prb_limits_create(prb_monotonic_ms());
	s->mailbox = prb_mailbox_create(d->config.state, clock_s);
	if (d->openapi.failed || d->sheet == NULL || s->status_lists == NULL ||
		d->server.limits == NULL || s->mailbox == NULL)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "memory ran out");
	return prb_mailbox_serve(s->mailbox, d->server.settings->bodies, fault);
}

/* ---- threads ---- */

static void
fill_service(struct daemon *d)
{
	struct prb_service *s = &d->server.service;

	d->server.clock_ms = prb_clock_ms;
	s->issuer = &d->issuer;
	s->secret_key = prb_secret_key_bytes(d->keys.issuer);
	s->valid_days = (int)d->config.valid_days;
	s->auth_open = d->config.auth_open;
	s->metrics_anyone = d->config.metrics_anyone;
	s->keys = d->keys.history.keys;
	s->keys_count = d->keys.history.keys_count;
	s->key_locked =
		prb_secret_key_is_locked(d->keys.issuer) && prb_secret_key_is_locked(d->keys.log);
	s->draw_status = prb_status_pool_draw;
	s->newest_status = prb_status_pool_newest;
	s->status_seconds = d->config.status_seconds;
	s->release_days_max = d->config.release_days_max;
	s->started_at = prb_clock_ms() / 1000;
	s->openapi = prb_str_span(&d->openapi);
	s->sha256 = prb_hashing_sha256;
	prb_errands_fill(s);
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
		.clock_ms = prb_clock_ms,
		.sha256 = prb_hashing_sha256,
		.sheet = prb_metrics_sheet(s->metrics),
	};

	if (options.sheet == NULL)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "memory ran out");
	prb_secret_key_public(d->keys.log, options.public_key);
	prb_log_origin(&d->issuer, options.public_key, origin);
	return prb_publisher_start(&options, &s->publisher, fault);
}

static bool
start_statistics(struct daemon *d)
{
	struct prb_service *s = &d->server.service;
	const struct prb_statistics_options options = {
		.state = s->state,
		.clock_ms = prb_clock_ms,
		.organisations_min = d->config.auth_open ? 1 : PRB_CELL_ORGANISATIONS_MIN,
	};

	s->statistics = prb_statistics_start(&options);
	return s->statistics != NULL;
}

/* The program that makes PDFs, and threads that wait for it. Without the program there are none; an
 * option that names none that can be run is said. */
static bool
start_printer(struct daemon *d)
{
	struct prb_service *s = &d->server.service;
	const char *program = d->config.pdf_program;
	char beside[PATH_MAX];

	if (strcmp(program, "none") == 0)
		return true;
	if (program[0] == '\0')
		program = prb_beside_program("bin/probity", beside, sizeof beside) ? beside : "";
	if (access(program, X_OK) != 0) {
		if (d->config.pdf_program[0] != '\0')
			prb_say(PRB_LEVEL_WARNING, "no_pdf_program",
				"[server] pdf_program: %s cannot be run: reports are there as JSON "
				"and HTML alone",
				program);
		return true;
	}
	s->printer = prb_printer_create(program);
	if (s->printer != NULL)
		d->server.print_pool = prb_pool_start(
			s, d->server.settings, PRINT_THREADS, PRINT_QUEUE_MAX, prb_worker_finished);
	return d->server.print_pool != NULL;
}

static bool
start_threads(struct daemon *d)
{
	struct prb_service *s = &d->server.service;
	struct prb_sheet *sheet = prb_metrics_sheet(s->metrics);
	size_t wanted = (size_t)d->config.workers;

	if (sheet == NULL)
		return false;
	d->server.writer = prb_journal_writer_start(
		s, sheet, (size_t)d->config.write_queue_max, prb_worker_finished);
	d->server.pool = prb_pool_start(
		s, d->server.settings, POOL_THREADS, POOL_QUEUE_MAX, prb_worker_finished);
	d->workers = calloc(wanted, sizeof(struct prb_worker *));
	if (d->server.writer == NULL || d->server.pool == NULL || d->workers == NULL ||
		!start_statistics(d) || !start_printer(d))
		return false;
	while (d->workers_count < wanted) {
		d->workers[d->workers_count] = prb_worker_start(&d->server);
		if (d->workers[d->workers_count] == NULL)
			return false;
		d->workers_count++;
	}
	return true;
}

/* ---- the loop ---- */

static void
on_signal(evutil_socket_t number, short what, void *context)
{
	struct daemon *d = context;

	(void)what;
	prb_say(PRB_LEVEL_NOTICE, "ending", "signal %d: answering what has come, then ending",
		(int)number);
	/* Those whom the kernel has connected already are not turned away. */
	prb_acceptor_end(d->acceptor);
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

static void
set_logging(const struct prb_config *config)
{
	struct prb_logging_options options = {
		.level = prb_level_find(config->logging_level),
		.format = prb_logging_format_find(config->logging_format),
		.requests = prb_logging_requests_find(config->logging_requests),
		.fd = STDERR_FILENO,
	};

	prb_logging_set(&options);
}

/* Every thread takes them when it can; the last one says so. */
static void
take_settings(void *context, struct prb_settings *settings)
{
	struct daemon *d = context;
	struct prb_fault fault;

	/* Those before stay in use then. */
	if (prb_mailbox_serve(d->server.service.mailbox, settings->bodies, &fault) != PRB_OK)
		prb_say(PRB_LEVEL_ERROR, "messages_not_taken", "%s", fault.detail);
	prb_warn_of_bodies(settings->config, settings->bodies, d->server.service.state);
	atomic_store(
		&settings->awaited, (unsigned)(d->workers_count + prb_pool_threads(d->server.pool) +
					       prb_pool_threads(d->server.print_pool)));
	prb_publisher_set_seconds(
		d->server.service.publisher, settings->config->checkpoint_seconds);
	prb_acceptor_raise_files(settings->config);
	set_logging(settings->config);
	for (size_t i = 0; i < d->workers_count; i++)
		prb_worker_offer(d->workers[i], settings);
	prb_pool_offer(d->server.pool, settings);
	prb_pool_offer(d->server.print_pool, settings);
}

static void
on_reload(evutil_socket_t number, short what, void *context)
{
	struct daemon *d = context;

	(void)number;
	(void)what;
	prb_reloader_ask(d->reloader);
}

static bool
make_reloader(struct daemon *d)
{
	struct prb_reload_options options = {.argc = d->argc,
		.argv = d->argv,
		.base = d->base,
		.state = d->server.service.state,
		.publisher = d->server.service.publisher,
		.sheet = d->sheet,
		.clock_ms = prb_clock_ms,
		.running = &d->server.settings,
		.take = take_settings,
		.context = d};

	d->reloader = prb_reloader_create(&options);
	return d->reloader != NULL;
}

static bool
make_acceptor(struct daemon *d)
{
	struct prb_acceptor_options options = {.base = d->base,
		.server = &d->server,
		.workers = d->workers,
		.workers_count = d->workers_count,
		.sheet = d->sheet,
		.fd = d->fd,
		.operator_fd = d->operator_socket.fd};

	d->fd = -1;
	d->acceptor = prb_acceptor_create(&options);
	return d->acceptor != NULL;
}

static bool
make_loop(struct daemon *d)
{
	static const struct {
		int number;
		event_callback_fn act;
	} signals[] = {{SIGTERM, on_signal}, {SIGINT, on_signal}, {SIGUSR1, on_publish},
		{SIGHUP, on_reload}};

	d->base = event_base_new();
	if (d->base == NULL || !make_reloader(d))
		return false;
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
		d->signals[i] = evsignal_new(d->base, signals[i].number, signals[i].act, d);
		if (d->signals[i] == NULL || event_add(d->signals[i], NULL) != 0)
			return false;
	}
	return make_acceptor(d);
}

/* ---- the end, in reverse ---- */

static void
finish(struct daemon *d)
{
	prb_acceptor_destroy(d->acceptor);
	if (d->fd >= 0)
		close(d->fd);
	prb_operator_close(&d->operator_socket);
	prb_reloader_destroy(d->reloader);
	prb_printer_hurry(
		d->server.service.printer, prb_monotonic_ms() + d->config.drain_seconds_max * 1000);
	for (size_t i = 0; i < d->workers_count; i++)
		prb_worker_drain(d->workers[i]);
	for (size_t i = 0; i < d->workers_count; i++)
		prb_worker_join(d->workers[i]);
	prb_pool_stop(d->server.pool);
	prb_pool_stop(d->server.print_pool);
	prb_journal_writer_stop(d->server.writer);
	for (size_t i = 0; i < d->workers_count; i++)
		prb_worker_destroy(d->workers[i]);
	free(d->workers);
	prb_publisher_stop(d->server.service.publisher);
	prb_statistics_stop(d->server.service.statistics);
	prb_mailbox_destroy(d->server.service.mailbox);
	for (size_t i = 0; i < sizeof d->signals / sizeof d->signals[0]; i++)
		if (d->signals[i] != NULL)
			event_free(d->signals[i]);
	if (d->base != NULL)
		event_base_free(d->base);
	prb_status_lists_destroy(d->server.service.status_lists);
	prb_status_pool_destroy(d->server.service.status_pool);
	prb_keys_close(&d->keys);
	prb_state_close(d->server.service.state);
	prb_settings_drop(d->server.settings);
	prb_metrics_destroy(d->server.service.metrics);
	prb_limits_destroy(d->server.limits);
	prb_printer_destroy(d->server.service.printer);
	prb_str_finish(&d->openapi);
	prb_config_finish(&d->config);
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

/* The line that says where comes last: whoever waits for it may begin. */
static void
say_ready(const struct daemon *d, const char *address)
{
	struct prb_str vkey;

	prb_say_how_to_begin(&d->config, d->server.service.state);
	prb_warn_of_config(&d->config);
	prb_warn_of_bodies(&d->config, d->server.settings->bodies, d->server.service.state);
	if (d->operator_socket.fd >= 0)
		prb_say(PRB_LEVEL_NOTICE, "operator_socket", "operator's socket %s",
			d->operator_socket.path);
	prb_say(PRB_LEVEL_NOTICE, "issuer", "issuer %s", d->issuer.did);
	prb_str_init(&vkey, PRB_NOTE_VKEY_BYTES_MAX);
	prb_publisher_vkey(d->server.service.publisher, &vkey);
	prb_say(PRB_LEVEL_NOTICE, "log_key", "log %.*s",
		PRB_SPAN_ARGS(prb_span_trim(prb_str_span(&vkey))));
	prb_str_finish(&vkey);
	prb_say(PRB_LEVEL_NOTICE, "release", "dataset release %s", reference(d)->release);
	prb_say(PRB_LEVEL_NOTICE, "listening", "listening on %s", address);
}

static int
serve(struct daemon *d)
{
	struct prb_fault fault;
	char address[PRB_LISTEN_TEXT_BYTES];
	enum prb_err err;

	err = prb_check_start(&d->config, prb_clock_ms() / 1000, &d->server.settings, &fault);
	/* Then: an address that is in use leaves no state behind. Who connects meanwhile waits. */
	if (err == PRB_OK)
		err = prb_listen(d->config.host, d->config.port, &d->fd, address, &fault);
	if (err == PRB_OK)
		err = open_parts(d, &fault);
	if (err == PRB_OK)
		err = start_publisher(d, &fault);
	if (err != PRB_OK)
		return fail(&fault);
	fill_service(d);
	prb_acceptor_raise_files(&d->config);
	if (!start_threads(d) || !make_loop(d)) {
		prb_say(PRB_LEVEL_ERROR, "start_failed", "the threads cannot be started");
		return EXIT_FAILED_START;
	}
	say_ready(d, address);
	event_base_dispatch(d->base);
	return EXIT_OK;
}

static int
check_config(const struct prb_config *config)
{
	struct prb_settings *settings;
	struct prb_fault fault;

	if (sodium_init() < 0 || !prb_clock_set())
		return EXIT_USAGE;
	if (prb_check_start(config, prb_clock_ms() / 1000, &settings, &fault) != PRB_OK) {
		fail(&fault);
		return EXIT_USAGE;
	}
	prb_settings_drop(settings);
	prb_warn_of_config(config);
	puts("the configuration can stand");
	return EXIT_OK;
}

int
main(int argc, char **argv)
{
	static struct daemon d = {.operator_socket.fd = -1, .fd = -1};
	enum prb_config_outcome outcome;
	struct prb_fault fault;
	int status;

	if (argc > 1 && strcmp(argv[1], PRB_LIMITED_FLAG) == 0)
		return prb_run_limited(argv + 2);
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--version") == 0) {
			puts("probityd " PROBITY_VERSION);
			return EXIT_OK;
		}
	if (prb_config_read(argc, argv, &d.config, &outcome, &fault) != PRB_OK) {
		prb_config_finish(&d.config);
		fail(&fault);
		return fault.err == PRB_ERR_MEMORY ? EXIT_FAILED_START : EXIT_USAGE;
	}
	signal(SIGBUS, on_cut_file);
#if !defined(__SANITIZE_ADDRESS__)
	/* No core dump and no debugger sees the keys. (The leak checker of a test build is one.) */
	prctl(PR_SET_DUMPABLE, 0);
#endif
	if (outcome != PRB_CONFIG_RUN) {
		status = EXIT_OK;
		if (outcome == PRB_CONFIG_HELP)
			prb_config_help();
		else
			status = check_config(&d.config);
		prb_config_finish(&d.config);
		return status;
	}
	if (!prb_reserve_init()) {
		fprintf(stderr, "probityd: memory ran out\n");
		return EXIT_FAILED_START;
	}
	set_logging(&d.config);
	d.argc = argc;
	d.argv = argv;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN); /* until there is a loop that takes it: all is just being read */
	/* Salts, nonces and ids are drawn for each declaration: from a generator of the thread's
	 * own that the system seeds, not by a call of the system each. */
	(void)randombytes_set_implementation(&randombytes_internal_implementation);
	if (!prb_hashing_begin() || sodium_init() < 0 || !prb_clock_set()) {
		prb_config_finish(&d.config);
		return EXIT_FAILED_START;
	}
	(void)prb_logging_start();
	status = serve(&d);
	finish(&d);
	prb_hashing_end();
	prb_reserve_finish();
	if (status == EXIT_OK)
		prb_say(PRB_LEVEL_NOTICE, "ended", "ended");
	prb_logging_stop();
	return status;
}
