/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_OPTIONS_H
#define PRB_CLI_OPTIONS_H

/*
 * How every command reads its options. What a person may write is said in the help text alone:
 * the scripts for bash, zsh and fish are made of it (clients/completions), and a test holds it
 * against the table of options.
 */

#include <getopt.h>

/*
 * Reads the options: --help prints the help, each other goes to `take`, which returns PRB_EXIT_OK
 * or, with a word on stderr, the exit status. -1: go on with the words from optind; else the exit
 * status. `options` ends with a row of nothing and has {"help", no_argument, NULL, 'h'}.
 */
int prb_cli_options(const char *command, const char *help, const struct option *options, int argc,
	char **argv, int (*take)(void *context, int option, const char *value), void *context);

/* Whether the word asks for help; and the help on stdout, as an exit status. */
int prb_cli_asks_help(const char *word);
int prb_cli_help(const char *help);

#endif
