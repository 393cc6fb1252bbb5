/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "clients/cli/cli.h"
#include "clients/cli/data_validate.h"
#include "datasets/build/build.h"
#include "datasets/build/overlay.h"
#include "datasets/store/describe.h"

static const char help[] =
	"usage: probity data build --out RELEASE [--sources DIR] [--overlay NAME=FILE]...\n"
	"       probity data info [--verify] [--data RELEASE]\n"
	"       probity data diff RELEASE RELEASE\n"
	"       probity data validate [OPTION]...\n\n"
	"build   checks every row of the source tables (a bad one is said as "
	"FILE:LINE:COLUMN: reason, and nothing is written) and\n"
	"        compiles them into one immutable file. The same rows, in "
	"whatever order, give the same release.\n"
	"        --overlay adds the user's own copy of a table that the project may not "
	"ship: gsi (Walk Free, Global Slavery Index 2023,\n"
	"        countries: iso3, prevalence_per_1000, vuln_total) or ituc (ITUC, Global Rights "
	"Index: iso3, rating)\n"
	"info    says which release is in use, its tables, editions and doubts; "
	"--verify reads the whole file and compares its hashes\n"
	"diff    says which rows two releases do not share; exit status 0 when "
	"they are the same, 1 when they differ\n"
	"validate  measures how far the method agrees with the list of goods, and "
	"how sample lists are rated:\n"
	"        `probity data validate --help`\n\n"
	"Exit status: 0; 1 failed; 2 usage; 3 a source row cannot stand.\n\n"
	"  probity data build --sources datasets/sources --out release.lmdb\n"
	"  probity data build --out mine.lmdb --overlay gsi=gsi2023.csv --overlay ituc=ituc.csv\n"
	"  probity data info --verify\n"
	"  probity data diff old.lmdb new.lmdb\n"
	"  probity data validate\n";

struct arguments {
	const char *sources, *out, *data;
	const char *overlays[PRB_OVERLAYS];
	bool verify;
};

enum { OPT_SOURCES = 256, OPT_OUT, OPT_DATA, OPT_VERIFY, OPT_OVERLAY };

static const struct option long_options[] = {
	{"sources", required_argument, NULL, OPT_SOURCES},
	{"out", required_argument, NULL, OPT_OUT},
	{"data", required_argument, NULL, OPT_DATA},
	{"verify", no_argument, NULL, OPT_VERIFY},
	{"overlay", required_argument, NULL, OPT_OVERLAY},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

/* NAME=FILE. */
static int
set_overlay(struct arguments *a, const char *value)
{
	size_t n = strcspn(value, "=");
	enum prb_overlay overlay = prb_overlay_find((struct prb_span){value, n});
	char known[256] = "";

	for (int i = 0; i < PRB_OVERLAYS; i++)
		(void)snprintf(known + strlen(known), sizeof known - strlen(known), "%s%s",
			i == 0 ? "" : ", ", prb_overlay_name((enum prb_overlay)i));
	if (overlay == PRB_OVERLAYS)
		return prb_cli_usage("data", "--overlay %.*s: there is no such overlay; known: %s",
			(int)n, value, known);
	if (value[n] == '\0' || value[n + 1] == '\0')
		return prb_cli_usage(
			"data", "--overlay %s: NAME=FILE is wanted, NAME one of: %s", value, known);
	if (a->overlays[overlay] != NULL)
		return prb_cli_usage("data", "--overlay %.*s is named twice", (int)n, value);
	a->overlays[overlay] = value + n + 1;
	return PRB_EXIT_OK;
}

static int
read_arguments(struct arguments *a, int argc, char **argv)
{
	int option, status;

	*a = (struct arguments){.sources = "datasets/sources"};
	opterr = 0;
	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1)
		switch (option) {
		case OPT_SOURCES:
			a->sources = optarg;
			break;
		case OPT_OUT:
			a->out = optarg;
			break;
		case OPT_DATA:
			a->data = optarg;
			break;
		case OPT_VERIFY:
			a->verify = true;
			break;
		case OPT_OVERLAY:
			status = set_overlay(a, optarg);
			if (status != PRB_EXIT_OK)
				return status;
			break;
		case 'h':
			fputs(help, stdout);
			return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
		default:
			return prb_cli_usage("data", "%s is not an option, or lacks its value",
				argv[optind - 1]);
		}
	return -1;
}

static void
say_line(void *context, const char *line)
{
	(void)context;
	fprintf(stderr, "%s\n", line);
}

static int
build(const struct arguments *a, int left)
{
	struct prb_build_report report;
	struct prb_fault fault;
	enum prb_err err;

	if (a->out == NULL || left != 0)
		return prb_cli_usage("data", "build wants --out RELEASE");
	err = prb_build_with(a->sources, a->overlays, a->out, say_line, NULL, &report, &fault);
	if (err == PRB_OK) {
		printf("release  %s\nfile     %s\nsha256   %s\nbytes    %llu\ntables   %zu\nrows   "
		       "  %zu\n",
			report.release, a->out, report.file_sha256,
			(unsigned long long)report.bytes, report.tables, report.rows);
		return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
	}
	prb_cli_say("%s", fault.detail);
	return err == PRB_ERR_SOURCE_ROW ? PRB_EXIT_REFUSED : PRB_EXIT_FAILED;
}

static int
print_and_free(struct prb_str *text, int status)
{
	if (text->failed)
		prb_cli_say("there is no memory for the answer");
	else
		fwrite(text->p, 1, text->n, stdout);
	if (text->failed || !prb_cli_flush())
		status = PRB_EXIT_FAILED;
	prb_str_finish(text);
	return status;
}

static int
info(const struct arguments *a, int left)
{
	struct prb_release *release;
	struct prb_fault fault;
	struct prb_str text;

	if (left != 0)
		return prb_cli_usage("data", "info takes the release by --data");
	release = prb_cli_open_release(a->data);
	if (release == NULL)
		return PRB_EXIT_FAILED;
	if (a->verify && prb_release_verify(release, &fault) != PRB_OK) {
		prb_cli_say("%s", fault.detail);
		prb_release_close(release);
		return PRB_EXIT_FAILED;
	}
	prb_str_init(&text, (size_t)16 * 1024 * 1024);
	prb_release_describe(release, &text);
	if (a->verify)
		prb_str_add_text(&text,
			"verified: the file and its rows have the hashes that they should\n");
	prb_release_close(release);
	return print_and_free(&text, PRB_EXIT_OK);
}

static int
diff(int left, char **paths)
{
	struct prb_release *a, *b;
	struct prb_str text;
	size_t differences = 0;

	if (left != 2)
		return prb_cli_usage("data", "diff wants two releases");
	a = prb_cli_open_release(paths[0]);
	if (a == NULL)
		return PRB_EXIT_FAILED;
	b = prb_cli_open_release(paths[1]);
	if (b == NULL) {
		prb_release_close(a);
		return PRB_EXIT_FAILED;
	}
	prb_str_init(&text, (size_t)64 * 1024 * 1024);
	differences = prb_release_diff(a, b, &text);
	prb_release_close(a);
	prb_release_close(b);
	return print_and_free(&text, differences == 0 ? PRB_EXIT_OK : PRB_EXIT_FAILED);
}

int
prb_command_data(int argc, char **argv)
{
	struct arguments a;
	const char *what;
	int status;

	if (argc < 2 || argv[1][0] == '-') {
		if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
			fputs(help, stdout);
			return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
		}
		return prb_cli_usage("data", "build, info, diff or validate is wanted");
	}
	what = argv[1];
	if (strcmp(what, "validate") == 0)
		return data_validate(argc - 1, argv + 1);
	status = read_arguments(&a, argc - 1, argv + 1);
	if (status >= 0)
		return status;
	if (strcmp(what, "build") == 0)
		return build(&a, argc - 1 - optind);
	if (strcmp(what, "info") == 0)
		return info(&a, argc - 1 - optind);
	if (strcmp(what, "diff") == 0)
		return diff(argc - 1 - optind, argv + 1 + optind);
	return prb_cli_usage("data", "%s: build, info, diff or validate is wanted", what);
}
