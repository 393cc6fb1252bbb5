/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/options.h"

#include <string.h>

#include "clients/cli/cli.h"
#include "clients/cli/names.h"

#define WORD_BYTES_MAX 32

int
prb_cli_asks_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

int
prb_cli_help(const char *help)
{
	fputs(help, stdout);
	return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

static const char *
name_of(const struct option *options, int value)
{
	for (; options->name != NULL; options++)
		if (options->val == value)
			return options->name;
	return "";
}

/* `given` as it stands in argv: "--lnag", "--lnag=en" or, for a letter, "-x". */
static int
unknown(const char *command, const struct option *options, const char *given)
{
	struct prb_names names = {&options->name, sizeof *options, 0};
	char word[WORD_BYTES_MAX] = "";
	const char *meant;
	size_t n = strcspn(given, "=");

	while (options[names.count].name != NULL)
		names.count++;
	if (n > 2 && n - 2 < sizeof word)
		memcpy(word, given + 2, n - 2);
	meant = prb_names_nearest(&names, word);
	if (meant != NULL)
		return prb_cli_usage(
			command, "%.*s is not an option; did you mean --%s?", (int)n, given, meant);
	return prb_cli_usage(command, "%.*s is not an option", (int)n, given);
}

/* getopt leaves in optopt the option that has no value, or one that it did not want, and 0 for what
 * is no option or the beginning of several. */
static int
say_wrong(const char *command, const struct option *options, int what, const char *given)
{
	if (what == ':')
		return prb_cli_usage(command, "--%s lacks its value", name_of(options, optopt));
	if (optopt != 0 && strncmp(given, "--", 2) == 0)
		return prb_cli_usage(command, "--%s takes no value", name_of(options, optopt));
	return unknown(command, options, given);
}

int
prb_cli_options(const char *command, const char *help, const struct option *options, int argc,
	char **argv, int (*take)(void *context, int option, const char *value), void *context)
{
	int option, status = PRB_EXIT_OK;

	opterr = 0;
	optind = 1;
	while (status == PRB_EXIT_OK &&
		(option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		if (option == 'h')
			return prb_cli_help(help);
		if (option == '?' || option == ':')
			return say_wrong(command, options, option, argv[optind - 1]);
		status = take(context, option, optarg);
	}
	return status == PRB_EXIT_OK ? -1 : status;
}
