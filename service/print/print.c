/* SPDX-License-Identifier: Apache-2.0 */
#include "service/print/print.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "service/logging/logging.h"
#include "service/print/limited.h"

/* Ourselves, which become the program with limits set: limited.h. */
#define SELF "/proc/self/exe"
#define ATTESTATION_FD 3
#define ATTESTATION_PATH "/dev/fd/3"
#define READ_BYTES ((size_t)64 * 1024)
/* So often it is looked whether the server is to end. */
#define LOOK_MS 200
#define END_LOOK_MS 5
#define ARGUMENTS_MAX 16
#define VARIABLES_MAX 16

struct prb_printer {
	char *program;
	char *variables[VARIABLES_MAX]; /* the child's environment, ended by NULL */
	_Atomic int64_t until_ms;
};

/* ---- the printer ---- */

static bool
add_variable(struct prb_printer *p, size_t *count, const char *name, const char *value)
{
	size_t n = strlen(name) + strlen(value) + 2;
	char *text;

	if (*count == VARIABLES_MAX - 1)
		return true;
	text = malloc(n);
	if (text == NULL)
		return false;
	(void)snprintf(text, n, "%s=%s", name, value);
	p->variables[(*count)++] = text;
	return true;
}

/* Where fonts are and where what is known of them is kept; nothing else of ours is the child's. */
static bool
fill_variables(struct prb_printer *p)
{
	static const char *const names[] = {
		"FONTCONFIG_FILE",
		"FONTCONFIG_PATH",
		"HOME",
		"XDG_CACHE_HOME",
		"XDG_CONFIG_HOME",
		"XDG_DATA_HOME",
#if defined(__SANITIZE_ADDRESS__)
		"ASAN_OPTIONS",
		"LSAN_OPTIONS",
#endif
	};
	size_t count = 0;
	bool well = add_variable(p, &count, "LANG", "C.UTF-8");

	for (size_t i = 0; well && i < sizeof names / sizeof names[0]; i++) {
		const char *value = getenv(names[i]);

		well = value == NULL || add_variable(p, &count, names[i], value);
	}
	return well;
}

struct prb_printer *
prb_printer_create(const char *program)
{
	struct prb_printer *p = calloc(1, sizeof *p);

	if (p == NULL)
		return NULL;
	atomic_init(&p->until_ms, INT64_MAX);
	p->program = strdup(program);
	if (p->program != NULL && fill_variables(p))
		return p;
	prb_printer_destroy(p);
	return NULL;
}

void
prb_printer_destroy(struct prb_printer *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < VARIABLES_MAX; i++)
		free(p->variables[i]);
	free(p->program);
	free(p);
}

void
prb_printer_hurry(struct prb_printer *p, int64_t until_ms)
{
	if (p != NULL)
		atomic_store(&p->until_ms, until_ms);
}

/* ---- one run ---- */

/* Ours is what the server reads or writes, theirs the child's. Closed: -1. */
struct pipe {
	int ours, theirs;
};

struct run {
	struct prb_printer *printer;
	struct pipe report, attestation, pdf;
	struct prb_span report_left, attestation_left;
	struct prb_str *out;
	size_t out_before;
	pid_t child;
	int64_t until_ms;
	const char *failed; /* what went wrong; NULL: nothing yet */
};

static int64_t
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
shut(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

/* Above what the child is given, and closed in every other child. */
static bool
lift(int *fd)
{
	int high = fcntl(*fd, F_DUPFD_CLOEXEC, ATTESTATION_FD + 1);

	shut(fd);
	*fd = high;
	return high >= 0;
}

static bool
open_pipe(struct pipe *p, bool to_child)
{
	int ends[2];

	if (pipe(ends) != 0)
		return false;
	p->ours = ends[to_child ? 1 : 0];
	p->theirs = ends[to_child ? 0 : 1];
	return lift(&p->ours) && lift(&p->theirs) && fcntl(p->ours, F_SETFL, O_NONBLOCK) == 0;
}

static bool
open_pipes(struct run *r)
{
	return open_pipe(&r->report, true) && open_pipe(&r->pdf, false) &&
	       (r->attestation_left.p == NULL || open_pipe(&r->attestation, true));
}

static void
shut_ours(struct run *r)
{
	shut(&r->report.ours);
	shut(&r->attestation.ours);
	shut(&r->pdf.ours);
}

static void
shut_theirs(struct run *r)
{
	shut(&r->report.theirs);
	shut(&r->attestation.theirs);
	shut(&r->pdf.theirs);
}

/* What it says may hold what is in the report, and has no place in the log. */
static bool
give_descriptors(const struct run *r, posix_spawn_file_actions_t *actions)
{
	return posix_spawn_file_actions_adddup2(actions, r->report.theirs, STDIN_FILENO) == 0 &&
	       posix_spawn_file_actions_adddup2(actions, r->pdf.theirs, STDOUT_FILENO) == 0 &&
	       posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) ==
		       0 &&
	       (r->attestation.theirs < 0 || posix_spawn_file_actions_adddup2(actions,
						     r->attestation.theirs, ATTESTATION_FD) == 0);
}

/* The server leaves signals alone that would end a pipe's writer; the child is to take them all. */
static bool
give_signals(posix_spawnattr_t *attributes)
{
	sigset_t none, all;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	return posix_spawnattr_setsigmask(attributes, &none) == 0 &&
	       posix_spawnattr_setsigdefault(attributes, &all) == 0 &&
	       posix_spawnattr_setflags(
		       attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0;
}

/* posix_spawn takes arguments that it does not change as if it did. */
static char *
argument(const char *text)
{
	union {
		const char *in;
		char *out;
	} both = {text};

	return both.out;
}

static void
list_arguments(const struct run *r, const struct prb_print_job *job, char *list[ARGUMENTS_MAX])
{
	bool attested = r->attestation.theirs >= 0;
	size_t n = 0;

	list[n++] = argument("probityd");
	list[n++] = argument(PRB_LIMITED_FLAG);
	list[n++] = argument(attested ? "4" : "3");
	list[n++] = argument(r->printer->program);
	list[n++] = argument("explain");
	list[n++] = argument("--out");
	list[n++] = argument("pdf");
	list[n++] = argument("--lang");
	list[n++] = argument(job->lang);
	if (attested) {
		list[n++] = argument("--attestation");
		list[n++] = argument(ATTESTATION_PATH);
	}
	if (job->verify_url.n != 0) {
		list[n++] = argument("--verify-url");
		list[n++] = argument(job->verify_url.p);
	}
	list[n++] = argument("-");
	list[n] = NULL;
}

static bool
start(struct run *r, const struct prb_print_job *job)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	char *arguments[ARGUMENTS_MAX];
	bool started = false;

	list_arguments(r, job, arguments);
	if (posix_spawn_file_actions_init(&actions) != 0)
		return false;
	if (posix_spawnattr_init(&attributes) == 0) {
		started = give_descriptors(r, &actions) && give_signals(&attributes) &&
			  posix_spawn(&r->child, SELF, &actions, &attributes, arguments,
				  r->printer->variables) == 0;
		(void)posix_spawnattr_destroy(&attributes);
	}
	(void)posix_spawn_file_actions_destroy(&actions);
	return started;
}

/* ---- what goes in and out ---- */

/* A child that does not read on has ended or will: its status says more. */
static void
feed(int *fd, struct prb_span *left)
{
	ssize_t n = write(*fd, left->p, left->n);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0)
		left->n = 0;
	else {
		left->p += n;
		left->n -= (size_t)n;
	}
	if (left->n == 0)
		shut(fd);
}

static void
take_pdf(struct run *r)
{
	char *at = prb_str_extend(r->out, READ_BYTES);
	ssize_t n;

	if (at == NULL) {
		r->failed = "memory ran out";
		return;
	}
	n = read(r->pdf.ours, at, READ_BYTES);
	r->out->n -= READ_BYTES - (n > 0 ? (size_t)n : 0);
	if (r->out->n - r->out_before > PRB_PRINT_BYTES_MAX)
		r->failed = "it has written more than a PDF may have";
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		shut(&r->pdf.ours);
}

static int64_t
left_ms(const struct run *r)
{
	int64_t hurry = atomic_load(&r->printer->until_ms), now = now_ms();

	return (hurry < r->until_ms ? hurry : r->until_ms) - now;
}

static void
carry(struct run *r)
{
	while (r->failed == NULL && r->pdf.ours >= 0) {
		struct pollfd of[] = {{r->report.ours, POLLOUT, 0},
			{r->attestation.ours, POLLOUT, 0}, {r->pdf.ours, POLLIN, 0}};
		int64_t left = left_ms(r);

		if (left <= 0) {
			r->failed = "it took too long";
			return;
		}
		if (poll(of, 3, (int)(left < LOOK_MS ? left : LOOK_MS)) < 0 && errno != EINTR) {
			r->failed = "its pipes cannot be waited for";
			return;
		}
		if (of[0].revents != 0)
			feed(&r->report.ours, &r->report_left);
		if (of[1].revents != 0)
			feed(&r->attestation.ours, &r->attestation_left);
		if (of[2].revents != 0)
			take_pdf(r);
	}
}

/* It has closed its pipe, or is not wanted any more. */
static void
end_child(struct run *r)
{
	int status = 0;
	pid_t ended = 0;

	while (r->failed == NULL && (ended = waitpid(r->child, &status, WNOHANG)) == 0) {
		if (left_ms(r) <= 0)
			r->failed = "it took too long";
		(void)poll(NULL, 0, END_LOOK_MS);
	}
	if (ended == 0) {
		(void)kill(r->child, SIGKILL);
		while (waitpid(r->child, &status, 0) < 0 && errno == EINTR)
			;
	}
	if (r->failed != NULL)
		return;
	if (ended < 0 || !WIFEXITED(status))
		r->failed = "it was ended by a signal";
	else if (WEXITSTATUS(status) == PRB_LIMITED_FAILED)
		r->failed = "it cannot be started";
	else if (WEXITSTATUS(status) != 0)
		r->failed = "it has failed";
}

static void
check_pdf(struct run *r)
{
	struct prb_span pdf = {r->out->p + r->out_before, r->out->n - r->out_before};

	if (r->failed == NULL && !prb_span_starts(pdf, PRB_SPAN("%PDF-")))
		r->failed = "it has written no PDF";
}

enum prb_err
prb_print(struct prb_printer *printer, const struct prb_print_job *job, struct prb_str *out)
{
	struct run r = {.printer = printer,
		.report = {-1, -1},
		.attestation = {-1, -1},
		.pdf = {-1, -1},
		.report_left = job->report,
		.attestation_left = job->attestation,
		.out = out,
		.out_before = out->n,
		.until_ms = now_ms() + PRB_PRINT_MS_MAX};
	bool started = open_pipes(&r) && start(&r, job);

	shut_theirs(&r);
	if (started) {
		carry(&r);
		shut_ours(&r);
		end_child(&r);
		check_pdf(&r);
	} else {
		shut_ours(&r);
		r.failed = "it cannot be started";
	}
	if (r.failed == NULL)
		return PRB_OK;
	prb_say(PRB_LEVEL_WARNING, "pdf_failed", "%s made no PDF: %s", printer->program, r.failed);
	if (out->failed)
		return PRB_ERR_MEMORY;
	out->n = r.out_before;
	return PRB_ERR_IO;
}
