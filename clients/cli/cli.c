/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/cli.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clients/cli/progress.h"
#include "scoring/base/timestamp.h"

void
prb_cli_say(const char *format, ...)
{
	va_list args;

	prb_progress_hide();
	fputs("probity: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

bool
prb_cli_now(int64_t *now)
{
	const char *text = getenv("PROBITY_TEST_CLOCK");

	*now = (int64_t)time(NULL);
	if (text == NULL || text[0] == '\0')
		return true;
	if (!prb_timestamp_parse(prb_span_of(text), now)) {
		prb_cli_say(
			"PROBITY_TEST_CLOCK: \"%s\" is no time such as 2026-06-30T12:00:00Z", text);
		return false;
	}
	prb_cli_say("the clock stands at %s: for tests alone", text);
	return true;
}

prb_date
prb_cli_today(void)
{
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	return prb_date_from_civil(utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday);
}

int
prb_cli_usage(const char *command, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "probity %s: ", command);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	/* A question is its own next step. */
	if (format[strlen(format) - 1] == '?')
		fprintf(stderr, " `probity %s --help` lists what there is\n", command);
	else
		fprintf(stderr, "; try `probity %s --help`\n", command);
	return PRB_EXIT_USAGE;
}

int
prb_cli_lang(const char *command, const char *value, enum prb_lang *lang)
{
	enum prb_lang found = prb_lang_find(prb_span_of(value));

	if (found == PRB_LANGS)
		return prb_cli_usage(
			command, "--lang %s: one of " PRB_LANG_TAGS " is wanted", value);
	*lang = found;
	return PRB_EXIT_OK;
}

struct prb_release *
prb_cli_open_release(const char *path)
{
	char found[PATH_MAX];
	struct prb_fault fault;
	struct prb_release *release;

	if (!prb_release_find(path, found, sizeof found)) {
		prb_cli_say("no dataset release was found: name one with --data or $PROBITY_DATA");
		return NULL;
	}
	if (prb_release_open(found, &release, &fault) == PRB_OK)
		return release;
	prb_cli_say("%s", fault.detail);
	return NULL;
}

void
prb_cli_say_file(const char *path, int error)
{
	char folder[PATH_MAX];
	const char *step = error == ENOENT   ? ": look at its name and folder"
			   : error == EISDIR ? ": name a file in it"
			   : error == EACCES ? ": `ls -l` says who may"
			   : error == ENOSPC ? ": make room there and run this again"
					     : "";

	if (error == ENOENT && path[0] != '/' && getcwd(folder, sizeof folder) != NULL)
		prb_cli_say(
			"%s: %s%s; it is looked for in %s", path, strerror(error), step, folder);
	else
		prb_cli_say("%s: %s%s", path, strerror(error), step);
}

static bool
read_stream(FILE *stream, const char *name, size_t bytes_max, struct prb_str *out)
{
	char piece[65536];
	size_t n;

	prb_str_init(out, bytes_max);
	while ((n = fread(piece, 1, sizeof piece, stream)) > 0) {
		prb_str_add(out, piece, n);
		if (out->failed) {
			prb_cli_say(
				"%s: larger than %zu bytes, or no memory for it", name, bytes_max);
			return false;
		}
	}
	if (ferror(stream)) {
		prb_cli_say_file(name, errno);
		return false;
	}
	return true;
}

bool
prb_cli_read(const char *path, size_t bytes_max, struct prb_str *out)
{
	FILE *stream;
	bool done;

	if (strcmp(path, "-") == 0)
		return read_stream(stdin, "standard input", bytes_max, out);
	stream = fopen(path, "rb");
	if (stream == NULL) {
		prb_str_init(out, 0);
		prb_cli_say_file(path, errno);
		return false;
	}
	done = read_stream(stream, path, bytes_max, out);
	fclose(stream);
	return done;
}

bool
prb_cli_flush(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	/* Whoever reads may have seen enough, as `head` has. */
	if (errno != EPIPE)
		prb_cli_say_file("standard output", errno);
	return false;
}

bool
prb_cli_colour(FILE *stream)
{
	const char *no_color = getenv("NO_COLOR"), *force = getenv("CLICOLOR_FORCE"),
		   *term = getenv("TERM");

	if (no_color != NULL && no_color[0] != '\0')
		return false;
	if (force != NULL && force[0] != '\0' && strcmp(force, "0") != 0)
		return true;
	return isatty(fileno(stream)) && term != NULL && strcmp(term, "dumb") != 0;
}

const char *
prb_cli_hue(FILE *stream, enum prb_hue hue)
{
	static const char *const codes[] = {
		[PRB_HUE_PLAIN] = "\x1b[0m",
		[PRB_HUE_GOOD] = "\x1b[32m",
		[PRB_HUE_OPEN] = "\x1b[33m",
		[PRB_HUE_BAD] = "\x1b[31m",
	};

	return prb_cli_colour(stream) ? codes[hue] : "";
}

void
prb_cli_fault(const struct prb_fault *fault, struct prb_str *out)
{
	if (fault->pointer[0] != '\0')
		prb_str_addf(out, "%s: ", fault->pointer);
	else if (fault->offset != PRB_NO_OFFSET)
		prb_str_addf(out, "byte %zu: ", fault->offset);
	prb_str_add_text(out, fault->detail);
}

void
prb_cli_print_verified(void)
{
	printf("%sverified%s\n", prb_cli_hue(stdout, PRB_HUE_GOOD),
		prb_cli_hue(stdout, PRB_HUE_PLAIN));
}
