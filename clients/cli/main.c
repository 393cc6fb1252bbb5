/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <string.h>

#include "clients/cli/cli.h"

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

int
main(int argc, char **argv)
{
	/* A reader that goes away shows as an error of the write, which is said. */
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2) {
		print_help(stderr);
		return PRB_EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
		strcmp(argv[1], "help") == 0) {
		print_help(stdout);
		return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("probity " PROBITY_VERSION);
		return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
	}
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	prb_cli_say("there is no command \"%s\"; `probity --help` lists them", argv[1]);
	return PRB_EXIT_USAGE;
}
