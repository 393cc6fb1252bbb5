/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_H
#define PRB_CLI_H

/*
 * The command line: what its commands share. Each command is one file with a function
 * prb_command_NAME(argc, argv) that gets the arguments from its own name on and returns the exit
 * status of CONTRACT: 0, 2 for usage, 3 for refused input; 1 where something else failed.
 */

#include <stdio.h>

#include "clients/render/lang.h"
#include "datasets/store/release.h"
#include "scoring/base/date.h"
#include "scoring/base/fault.h"
#include "scoring/base/text.h"

struct prb_verification;

enum { PRB_EXIT_OK = 0, PRB_EXIT_FAILED = 1, PRB_EXIT_USAGE = 2, PRB_EXIT_REFUSED = 3 };

#define PRB_COMMAND(name, function, what) int prb_command_##function(int argc, char **argv);
#include "clients/cli/commands.def"
#undef PRB_COMMAND

/* "probity: ..." on stderr. */
void prb_cli_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same with "try `probity COMMAND --help`"; returns PRB_EXIT_USAGE. */
int prb_cli_usage(const char *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The day by the clock, UTC: the clock is the program's, scoring has none. */
prb_date prb_cli_today(void);
/* The moment that is recorded, seconds since 1970. As the server has it: tests own time
 * (PROBITY_TEST_CLOCK), which is said loudly, since what is recorded then is not true. False where
 * that cannot be read, which was said. */
bool prb_cli_now(int64_t *now);

/* The value of --lang: PRB_EXIT_OK, or the exit status with a word on stderr. */
int prb_cli_lang(const char *command, const char *value, enum prb_lang *lang);
/* For the help of a command with --lang. */
#define PRB_CLI_LANGS "ar, en, es, fr, ru or zh; en where it is not given"

/* Opens the release named by `path`, else $PROBITY_DATA, else beside the installed program. On
 * failure says why and what to do. */
struct prb_release *prb_cli_open_release(const char *path);

/* What went wrong with a file, by errno, and what to do about it, on stderr. */
void prb_cli_say_file(const char *path, int error);
/* Reads a whole file, or stdin for "-", up to bytes_max; false with a word on stderr. */
bool prb_cli_read(const char *path, size_t bytes_max, struct prb_str *out);
/* Flushes stdout; false with a word on stderr where writing failed (a full disk, a closed pipe). */
bool prb_cli_flush(void);
/* Whether to colour: a terminal whose TERM is not dumb, or CLICOLOR_FORCE set; never with NO_COLOR.
 */
bool prb_cli_colour(FILE *stream);
/* What begins a colour on that stream, or, PLAIN, ends it; "" where it is not coloured. A word that
 * says the same always stands there too. */
enum prb_hue { PRB_HUE_PLAIN, PRB_HUE_GOOD, PRB_HUE_OPEN, PRB_HUE_BAD };
const char *prb_cli_hue(FILE *stream, enum prb_hue hue);
/* "verified" on stdout. */
void prb_cli_print_verified(void);
/* One line on stdout: verified, or the first check that was not passed, with its reason. */
void prb_cli_print_verdict(const struct prb_verification *verification);
/* Appends "  /pointer: detail" or "  byte N: detail". */
void prb_cli_fault(const struct prb_fault *fault, struct prb_str *out);

#endif
