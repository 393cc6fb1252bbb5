/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <string.h>

#include "clients/cli/cli.h"
#include "clients/cli/names.h"
#include "clients/cli/options.h"
#include "clients/cli/progress.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *what;
} commands[] = {
#define PRB_COMMAND(name, function, what) {name, prb_command_##function, what},
#include "clients/cli/commands.def"
#undef PRB_COMMAND
};

static void
print_help(FILE *stream)
{
	fputs("probity: forced labour risk of suppliers, scored by the rules of the International "
	      "Labour Organization\n\n"
	      "usage: probity COMMAND [OPTION]... [FILE]...\n\n",
		stream);
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		fprintf(stream, "  %-14s %s\n", commands[i].name, commands[i].what);
	fputs("\n"
	      "  probity screen suppliers.csv                  a supplier list as a table\n"
	      "  probity screen --out ndjson list.csv > r.ndjson   one report a line\n"
	      "  probity explain report.json                   why this rating\n"
	      "  probity data info                             the data in use, with editions\n\n"
	      "`probity COMMAND --help` tells more. A rating is not a finding of law and not, by "
	      "itself, a ground for exclusion.\n",
		stream);
}

static const struct prb_names names = PRB_NAMES(commands);

/* -1 where there is no such command. */
static int
run(int argc, char **argv)
{
	for (size_t i = 0; i < names.count; i++)
		if (strcmp(argv[0], commands[i].name) == 0)
			return commands[i].run(argc, argv);
	return -1;
}

static int
say_unknown(const char *word)
{
	const char *meant = prb_names_nearest(&names, word);

	if (meant != NULL)
		prb_cli_say("there is no command \"%s\"; did you mean `probity %s`?", word, meant);
	else
		prb_cli_say("there is no command \"%s\"; `probity --help` lists them", word);
	return PRB_EXIT_USAGE;
}

/* `probity help [COMMAND [VERB]]` is `probity COMMAND [VERB] --help`. */
static int
help(int argc, char **argv)
{
	char asks[] = "--help";
	char *words[] = {argc > 0 ? argv[0] : NULL, argc > 1 ? argv[1] : asks, asks, NULL};
	int status;

	if (argc == 0) {
		print_help(stdout);
		return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
	}
	if (argc > 2) {
		prb_cli_say("help is for one command: probity help %s", argv[0]);
		return PRB_EXIT_USAGE;
	}
	status = run(argc + 1, words);
	return status != -1 ? status : say_unknown(argv[0]);
}

int
main(int argc, char **argv)
{
	int status;

	/* A reader that goes away shows as an error of the write, which is said. */
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2) {
		print_help(stderr);
		return PRB_EXIT_USAGE;
	}
	if (prb_cli_asks_help(argv[1]) || strcmp(argv[1], "help") == 0)
		return help(argc - 2, argv + 2);
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0 ||
		strcmp(argv[1], "version") == 0) {
		puts("probity " PROBITY_VERSION);
		return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
	}
	status = run(argc - 1, argv + 1);
	prb_progress_end();
	return status != -1 ? status : say_unknown(argv[1]);
}
