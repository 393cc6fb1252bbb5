/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/cli/clock.h"

#define FIRST_MS 500 /* shorter work needs no line */
#define EVERY_MS 200
#define RATE_AFTER_MS 1000 /* before, a rate says little */
#define LEFT_BYTES_MAX 48

static struct {
	const char *what; /* NULL: no line is wanted */
	int64_t began_ms, due_ms;
	bool is_shown;
} line;

static bool
is_looked_at(void)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) && term != NULL && strcmp(term, "dumb") != 0;
}

void
prb_progress_begin(const char *what, bool wanted)
{
	line.what = wanted && is_looked_at() ? what : NULL;
	line.began_ms = prb_cli_monotonic_ms();
	line.due_ms = line.began_ms + FIRST_MS;
}

/* ", 12 s left": what is not done takes as long as what is. */
static void
format_left(int64_t spent_ms, uint64_t part, uint64_t whole, char out[LEFT_BYTES_MAX])
{
	double seconds = (double)spent_ms / 1000 * (double)(whole - part) / (double)part;

	if (seconds < 1)
		out[0] = '\0';
	else if (seconds < 90)
		(void)snprintf(out, LEFT_BYTES_MAX, ", %.0f s left", seconds);
	else if (seconds < 5400)
		(void)snprintf(out, LEFT_BYTES_MAX, ", %.0f min left", seconds / 60);
	else
		(void)snprintf(out, LEFT_BYTES_MAX, ", %.1f h left", seconds / 3600);
}

static void
show(int64_t spent_ms, uint64_t done, uint64_t part, uint64_t whole)
{
	char left[LEFT_BYTES_MAX] = "";

	fprintf(stderr, "\r\033[K%" PRIu64 " %s", done, line.what);
	if (whole != 0 && part <= whole)
		fprintf(stderr, ", %.0f %%", 100 * (double)part / (double)whole);
	if (spent_ms >= RATE_AFTER_MS) {
		fprintf(stderr, ", %.0f a second", (double)done * 1000 / (double)spent_ms);
		if (part != 0 && part < whole)
			format_left(spent_ms, part, whole, left);
	}
	fputs(left, stderr);
	(void)fflush(stderr);
	line.is_shown = true;
}

void
prb_progress_at(uint64_t done, uint64_t part, uint64_t whole)
{
	int64_t now;

	if (line.what == NULL)
		return;
	now = prb_cli_monotonic_ms();
	if (now < line.due_ms)
		return;
	line.due_ms = now + EVERY_MS;
	show(now - line.began_ms, done, part, whole);
}

void
prb_progress_of(void *context, uint64_t done, uint64_t all)
{
	(void)context;
	prb_progress_at(done, done, all);
}

void
prb_progress_hide(void)
{
	if (!line.is_shown)
		return;
	fputs("\r\033[K", stderr);
	(void)fflush(stderr);
	line.is_shown = false;
}

void
prb_progress_end(void)
{
	prb_progress_hide();
	line.what = NULL;
}
