/* SPDX-License-Identifier: Apache-2.0 */
#include "service/logging/logging.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "scoring/base/jcs.h"
#include "scoring/base/timestamp.h"

#define STOP_SECONDS 1
#define NS_PER_MS 1000000
/* Escaped as JSON a byte of the text may need six, and the rest of the line little. */
#define WHOLE_LINE_BYTES_MAX (PRB_LOGGING_LINE_BYTES_MAX * 6 + 512)

static const char *const levels[PRB_LEVELS] = {"error", "warning", "notice", "info", "debug"};
static const char *const formats[PRB_LOGGING_FORMATS] = {"text", "json"};
static const char *const requests[PRB_LOGGING_REQUESTS] = {"none", "errors", "all"};

/* The words of a table by their place in it; its size where there is no such word. */
static int
find(const char *const *words, int count, const char *word)
{
	for (int i = 0; i < count; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return count;
}

enum prb_level
prb_level_find(const char *word)
{
	return (enum prb_level)find(levels, PRB_LEVELS, word);
}

enum prb_logging_format
prb_logging_format_find(const char *word)
{
	return (enum prb_logging_format)find(formats, PRB_LOGGING_FORMATS, word);
}

enum prb_logging_requests
prb_logging_requests_find(const char *word)
{
	return (enum prb_logging_requests)find(requests, PRB_LOGGING_REQUESTS, word);
}

/*
 * The log. Two buffers: callers fill one while the thread writes the other; when both are in use a
 * line is dropped. What is set is read without the lock, as it is asked for at every request.
 */
static struct {
	atomic_int level, format, requests, fd;
	pthread_mutex_t lock;
	pthread_cond_t filled, emptied;
	pthread_t thread;
	char buffers[2][PRB_LOGGING_BYTES_MAX];
	size_t n; /* bytes that wait in buffers[filling] */
	int filling;
	bool running, stopping, writing;
	uint64_t dropped, told; /* lines; of them, how many the log itself has told of */
} the_log = {
	.level = PRB_LEVEL_NOTICE,
	.format = PRB_LOGGING_TEXT,
	.requests = PRB_REQUESTS_ERRORS,
	.fd = STDERR_FILENO,
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.filled = PTHREAD_COND_INITIALIZER,
	.emptied = PTHREAD_COND_INITIALIZER,
};

void
prb_logging_set(const struct prb_logging_options *options)
{
	atomic_store(&the_log.level, (int)options->level);
	atomic_store(&the_log.format, (int)options->format);
	atomic_store(&the_log.requests, (int)options->requests);
	atomic_store(&the_log.fd, options->fd);
}

/* ---- writing ---- */

/* Waits where it must. Whom nobody reads cannot be told so: a failure ends it. */
static void
write_all(const char *p, size_t n)
{
	int fd = atomic_load(&the_log.fd);

	while (n > 0) {
		ssize_t written = write(fd, p, n);

		if (written > 0) {
			p += written;
			n -= (size_t)written;
		} else if (written < 0 && errno == EAGAIN) {
			struct pollfd wait = {.fd = fd, .events = POLLOUT};

			(void)poll(&wait, 1, -1);
		} else if (written == 0 || errno != EINTR)
			return;
	}
}

/* Whole, or not at all. With the lock held. */
static bool
queue(const char *line, size_t n)
{
	if (n > PRB_LOGGING_BYTES_MAX - the_log.n)
		return false;
	memcpy(the_log.buffers[the_log.filling] + the_log.n, line, n);
	the_log.n += n;
	pthread_cond_signal(&the_log.filled);
	return true;
}

static void
count_dropped(void)
{
	pthread_mutex_lock(&the_log.lock);
	the_log.dropped++;
	pthread_mutex_unlock(&the_log.lock);
}

static void
put(struct prb_span line)
{
	bool at_once;

	pthread_mutex_lock(&the_log.lock);
	at_once = !the_log.running;
	if (!at_once && !queue(line.p, line.n))
		the_log.dropped++;
	pthread_mutex_unlock(&the_log.lock);
	if (at_once)
		write_all(line.p, line.n);
}

/* ---- lines ---- */

/* How many bytes, of UTF-8, the character at p has if a terminal would obey it and not show it: C1
 * controls (U+0080 to U+009F), marks that turn the text around (U+061C, U+200E, U+200F, U+202A to
 * U+202E, U+2066 to U+2069), and the separators of lines (U+2028, U+2029). Else 0. */
static size_t
commands(const unsigned char *p, size_t n)
{
	if (n >= 2 && ((p[0] == 0xc2 && p[1] < 0xa0) || (p[0] == 0xd8 && p[1] == 0x9c)))
		return 2;
	if (n < 3 || p[0] != 0xe2)
		return 0;
	return (p[1] == 0x80 && (p[2] == 0x8e || p[2] == 0x8f || (p[2] >= 0xa8 && p[2] <= 0xae))) ||
			       (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9)
		       ? 3
		       : 0;
}

/* What would break or turn a line, or is no UTF-8, is shown as `?`, one for each byte: a text may
 * name a file. */
static void
clean(char *text, size_t n)
{
	bool utf8 = prb_utf8_check(text, n) == n;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < ' ' || c == 0x7f || (c >= 0x80 && !utf8))
			text[i] = '?';
		else {
			size_t bytes = commands((const unsigned char *)text + i, n - i);

			memset(text + i, '?', bytes);
			i += bytes != 0 ? bytes - 1 : 0;
		}
	}
}

/* With milliseconds: 2026-06-30T12:00:00.123Z. */
static void
write_time(struct prb_writer *w)
{
	char text[PRB_TIMESTAMP_BYTES], whole[PRB_TIMESTAMP_BYTES + 8];
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	prb_timestamp_format(now.tv_sec, text);
	text[strlen(text) - 1] = '\0';
	(void)snprintf(
		whole, sizeof whole, "%s.%03dZ", text, (int)(now.tv_nsec / NS_PER_MS) % 1000);
	prb_writer_member_text(w, "time", whole);
}

static void
put_line(struct prb_str *out)
{
	prb_str_add_char(out, '\n');
	if (out->failed)
		count_dropped();
	else
		put(prb_str_span(out));
	prb_str_finish(out);
}

void
prb_say(enum prb_level level, const char *event, const char *format, ...)
{
	char text[PRB_LOGGING_LINE_BYTES_MAX];
	struct prb_writer w;
	struct prb_str out;
	va_list args;
	size_t n;

	if ((int)level > atomic_load_explicit(&the_log.level, memory_order_relaxed))
		return;
	va_start(args, format);
	n = (size_t)vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (n >= sizeof text)
		n = sizeof text - 1;
	clean(text, n);
	prb_str_init(&out, WHOLE_LINE_BYTES_MAX);
	if (atomic_load(&the_log.format) == PRB_LOGGING_TEXT) {
		prb_str_addf(&out, "probityd: %.*s", (int)n, text);
	} else {
		prb_writer_init(&w, &out);
		prb_writer_object(&w);
		prb_writer_member_text(&w, "event", event);
		prb_writer_member_text(&w, "level", levels[level]);
		prb_writer_member_string(&w, "text", (struct prb_span){text, n});
		write_time(&w);
		prb_writer_end(&w);
	}
	put_line(&out);
}

bool
prb_says_request(int status)
{
	int which = atomic_load_explicit(&the_log.requests, memory_order_relaxed);

	return which == PRB_REQUESTS_ALL || (which == PRB_REQUESTS_ERRORS && status >= 500);
}

static void
write_request(struct prb_writer *w, const struct prb_said_request *r)
{
	prb_writer_object(w);
	prb_writer_member_text(w, "event", "request");
	prb_writer_member_int(w, "in", (int64_t)r->in);
	prb_writer_member_text(
		w, "level", r->status >= 500 ? levels[PRB_LEVEL_WARNING] : levels[PRB_LEVEL_INFO]);
	prb_writer_member_text(w, "method", r->method);
	prb_writer_member_int(w, "micros", (int64_t)r->micros);
	prb_writer_member_int(w, "out", (int64_t)r->out);
	if (r->id.n > 0)
		prb_writer_member_string(w, "request", r->id);
	if (r->role != NULL)
		prb_writer_member_text(w, "role", r->role);
	prb_writer_member_text(w, "route", r->route);
	prb_writer_member_int(w, "status", r->status);
	write_time(w);
	prb_writer_end(w);
}

void
prb_say_request(const struct prb_said_request *r)
{
	struct prb_writer w;
	struct prb_str out;

	if (!prb_says_request(r->status))
		return;
	prb_str_init(&out, WHOLE_LINE_BYTES_MAX);
	if (atomic_load(&the_log.format) == PRB_LOGGING_TEXT) {
		prb_str_addf(&out, "probityd: request %s %s %d %llu us, %llu in, %llu out",
			r->method, r->route, r->status, (unsigned long long)r->micros,
			(unsigned long long)r->in, (unsigned long long)r->out);
		if (r->role != NULL)
			prb_str_addf(&out, ", %s", r->role);
		if (r->id.n > 0)
			prb_str_addf(&out, ", %.*s", PRB_SPAN_ARGS(r->id));
	} else {
		prb_writer_init(&w, &out);
		write_request(&w, r);
	}
	put_line(&out);
}

/* ---- the thread ---- */

/* Takes the buffer that was filled; false when there is nothing more and the end was said. */
static bool
take(const char **bytes, size_t *n, uint64_t *lost)
{
	pthread_mutex_lock(&the_log.lock);
	the_log.writing = false;
	pthread_cond_signal(&the_log.emptied);
	while (the_log.n == 0 && !the_log.stopping)
		(void)pthread_cond_wait(&the_log.filled, &the_log.lock);
	*bytes = the_log.buffers[the_log.filling];
	*n = the_log.n;
	*lost = the_log.dropped - the_log.told;
	the_log.told = the_log.dropped;
	the_log.filling = 1 - the_log.filling;
	the_log.n = 0;
	the_log.writing = *n > 0;
	pthread_mutex_unlock(&the_log.lock);
	return *n > 0;
}

static void *
run(void *argument)
{
	const char *bytes;
	uint64_t lost;
	size_t n;

	(void)argument;
	prctl(PR_SET_NAME, "logging");
	while (take(&bytes, &n, &lost)) {
		write_all(bytes, n);
		if (lost > 0)
			prb_say(PRB_LEVEL_WARNING, "lines_dropped",
				"%llu lines of this log were dropped, as standard error took no "
				"more",
				(unsigned long long)lost);
	}
	return NULL;
}

bool
prb_logging_start(void)
{
	pthread_mutex_lock(&the_log.lock);
	the_log.stopping = false;
	the_log.running = pthread_create(&the_log.thread, NULL, run, NULL) == 0;
	pthread_mutex_unlock(&the_log.lock);
	return the_log.running;
}

void
prb_logging_stop(void)
{
	struct timespec end;
	bool whole = true;

	pthread_mutex_lock(&the_log.lock);
	if (!the_log.running) {
		pthread_mutex_unlock(&the_log.lock);
		return;
	}
	the_log.stopping = true;
	pthread_cond_signal(&the_log.filled);
	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += STOP_SECONDS;
	while (whole && (the_log.writing || the_log.n > 0))
		whole = pthread_cond_timedwait(&the_log.emptied, &the_log.lock, &end) == 0;
	the_log.running = false;
	pthread_mutex_unlock(&the_log.lock);
	/* One that hangs in its write ends with the process. */
	if (whole)
		pthread_join(the_log.thread, NULL);
	else
		pthread_detach(the_log.thread);
}

uint64_t
prb_logging_dropped(void)
{
	uint64_t dropped;

	pthread_mutex_lock(&the_log.lock);
	dropped = the_log.dropped;
	pthread_mutex_unlock(&the_log.lock);
	return dropped;
}
