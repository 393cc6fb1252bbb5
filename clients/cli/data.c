/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clients/cli/cli.h"
#include "clients/cli/data_validate.h"
#include "clients/cli/names.h"
#include "clients/cli/options.h"
#include "datasets/build/build.h"
#include "datasets/build/overlay.h"
#include "datasets/store/describe.h"

static const char help[] =
	"usage: probity data build --out RELEASE [--sources DIR] [--overlay NAME=FILE]...\n"
	"                          [--list MANIFEST[=FILE[@EDITION]]]... [--skip-bad-rows]\n"
	"       probity data info [--verify] [--data RELEASE]\n"
	"       probity data diff RELEASE RELEASE\n"
	"       probity data validate [OPTION]...\n\n"
	"  build     checks every row of the source tables (a bad one is said as "
	"FILE:LINE:COLUMN: reason, and nothing is written) and\n"
	"            compiles them into one immutable file. The same rows, in "
	"whatever order, give the same release\n"
	"  info      says which release is in use, its tables, editions and doubts\n"
	"  diff      says which rows two releases do not share; exit status 0 when "
	"they are the same, 1 when they differ\n"
	"  validate  measures how far the method agrees with the list of goods, and "
	"how sample lists are rated:\n"
	"            `probity data validate --help`\n\n"
	"  --out RELEASE        the file to make\n"
	"  --sources DIR        the source tables; datasets/sources\n"
	"  --overlay NAME=FILE  adds the user's own copy of a table that the project may not "
	"ship: gsi (Walk Free, Global Slavery Index\n"
	"                       2023, countries: iso3, prevalence_per_1000, vuln_total) or ituc "
	"(ITUC, Global Rights Index: iso3,\n"
	"                       rating)\n"
	"  --list MANIFEST[=FILE[@EDITION]]  loads an entity list of the user's own, or a complete "
	"current one, by a manifest (a\n"
	"                       JSON file that says what its columns mean); uflpa-page, us-csl, "
	"opensanctions-simple and own-list are\n"
	"                       manifests that come along. EDITION is the day of the file. Natural "
	"persons are never loaded\n"
	"  --skip-bad-rows      leaves out and counts rows of lists that cannot stand, in place of "
	"ending the build\n"
	"  --verify             reads the whole file and compares its hashes\n"
	"  --data RELEASE       the dataset release; else $PROBITY_DATA, else the one beside the "
	"program\n\n"
	"Exit status: 0; 1 failed; 2 usage; 3 a source row cannot stand.\n\n"
	"  probity data build --sources datasets/sources --out release.lmdb\n"
	"  probity data build --out mine.lmdb --overlay gsi=gsi2023.csv --overlay ituc=ituc.csv\n"
	"  probity data build --out mine.lmdb --list uflpa-page=uflpa.csv@2026-11-20\n"
	"  probity data info --verify\n"
	"  probity data diff old.lmdb new.lmdb\n"
	"  probity data validate\n";

struct arguments {
	struct prb_build_input build;
	char *lists[PRB_BUILD_LISTS_MAX], *manifests[PRB_BUILD_LISTS_MAX]; /* freed at the end */
	const char *data;
	bool verify;
};

enum { OPT_SOURCES = 256, OPT_OUT, OPT_DATA, OPT_VERIFY, OPT_OVERLAY, OPT_LIST, OPT_SKIP_BAD_ROWS };

static const struct option long_options[] = {
	{"sources", required_argument, NULL, OPT_SOURCES},
	{"out", required_argument, NULL, OPT_OUT},
	{"data", required_argument, NULL, OPT_DATA},
	{"verify", no_argument, NULL, OPT_VERIFY},
	{"overlay", required_argument, NULL, OPT_OVERLAY},
	{"list", required_argument, NULL, OPT_LIST},
	{"skip-bad-rows", no_argument, NULL, OPT_SKIP_BAD_ROWS},
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
	if (a->build.overlays[overlay] != NULL)
		return prb_cli_usage("data", "--overlay %.*s is named twice", (int)n, value);
	a->build.overlays[overlay] = value + n + 1;
	return PRB_EXIT_OK;
}

/* MANIFEST[=FILE[@EDITION]]. What stands behind the last '@' is the edition, unless it holds a
 * slash; what stands before the first '=' is the manifest. */
static int
add_list(struct arguments *a, const char *value)
{
	struct prb_build_list *list = &a->build.lists[a->build.lists_count];
	char *copy, *equals, *at;

	if (a->build.lists_count == PRB_BUILD_LISTS_MAX)
		return prb_cli_usage("data", "more than %d lists", PRB_BUILD_LISTS_MAX);
	copy = strdup(value);
	if (copy == NULL) {
		prb_cli_say("there is no memory for the options");
		return PRB_EXIT_FAILED;
	}
	a->lists[a->build.lists_count++] = copy;
	list->manifest = copy;
	equals = strchr(copy, '=');
	if (equals != NULL) {
		*equals = '\0';
		list->file = equals + 1;
		at = strrchr(equals + 1, '@');
		if (at != NULL && strchr(at, '/') == NULL) {
			*at = '\0';
			list->edition = at + 1;
		}
	}
	if (list->manifest[0] == '\0' || (list->file != NULL && list->file[0] == '\0') ||
		(list->edition != NULL && list->edition[0] == '\0'))
		return prb_cli_usage(
			"data", "--list %s: MANIFEST[=FILE[@EDITION]] is wanted", value);
	return PRB_EXIT_OK;
}

/* A manifest that comes along is named without its folder: it lies beside the source tables. */
static bool
find_manifests(struct arguments *a)
{
	for (size_t i = 0; i < a->build.lists_count; i++) {
		struct prb_build_list *list = &a->build.lists[i];
		size_t room = strlen(a->build.sources) + strlen(list->manifest) + 32;
		char *path;

		if (strchr(list->manifest, '/') != NULL || strchr(list->manifest, '.') != NULL)
			continue;
		path = malloc(room);
		if (path == NULL)
			return false;
		(void)snprintf(path, room, "%s/../lists/%s.json", a->build.sources, list->manifest);
		a->manifests[i] = path;
		list->manifest = path;
	}
	return true;
}

static void
free_arguments(struct arguments *a)
{
	for (size_t i = 0; i < a->build.lists_count; i++) {
		free(a->lists[i]);
		free(a->manifests[i]);
	}
}

static int
set_option(void *context, int option, const char *value)
{
	struct arguments *a = context;

	switch (option) {
	case OPT_SOURCES:
		a->build.sources = value;
		return PRB_EXIT_OK;
	case OPT_OUT:
		a->build.out = value;
		return PRB_EXIT_OK;
	case OPT_DATA:
		a->data = value;
		return PRB_EXIT_OK;
	case OPT_LIST:
		return add_list(a, value);
	case OPT_SKIP_BAD_ROWS:
		a->build.skip_bad_rows = true;
		return PRB_EXIT_OK;
	case OPT_VERIFY:
		a->verify = true;
		return PRB_EXIT_OK;
	default:
		return set_overlay(a, value);
	}
}

static void
say_line(void *context, const char *line)
{
	(void)context;
	fprintf(stderr, "%s\n", line);
}

/* How many rows of each list went where; to stderr where nothing was built. */
static void
print_lists(FILE *to, const struct prb_build_report *report)
{
	for (size_t i = 0; i < report->lists_count; i++) {
		const struct prb_build_list_report *l = &report->lists[i];

		fprintf(to,
			"list     %s: %zu rows read, %zu loaded as %zu entries, %zu left out as "
			"natural persons or not shown to be none, %zu filtered, %zu refused\n",
			l->list, l->rows, l->loaded, l->entries, l->persons, l->filtered,
			l->refused);
	}
}

static int
build(struct arguments *a, int left, char **words)
{
	struct prb_build_report report;
	struct prb_fault fault;
	enum prb_err err;

	if (left != 0)
		return prb_cli_usage("data", "%s: build takes options alone", words[0]);
	if (a->build.out == NULL)
		return prb_cli_usage("data", "build wants --out RELEASE, the file to make");
	if (!find_manifests(a)) {
		prb_cli_say("there is no memory for the options");
		return PRB_EXIT_FAILED;
	}
	err = prb_build_from(&a->build, say_line, NULL, &report, &fault);
	print_lists(err == PRB_OK ? stdout : stderr, &report);
	if (err == PRB_OK) {
		printf("release  %s\nfile     %s\nsha256   %s\nbytes    %llu\ntables   %zu\nrows   "
		       "  %zu\n",
			report.release, a->build.out, report.file_sha256,
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
info(struct arguments *a, int left, char **words)
{
	struct prb_release *release;
	struct prb_fault fault;
	struct prb_str text;

	if (left != 0)
		return prb_cli_usage("data", "info takes the release by --data %s", words[0]);
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
diff(struct arguments *arguments, int left, char **paths)
{
	struct prb_release *a, *b;
	struct prb_str text;
	size_t differences = 0;

	(void)arguments;
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

static int
validate(struct arguments *a, int left, char **words)
{
	(void)a;
	return data_validate(left, words);
}

static const struct {
	const char *name;
	int (*run)(struct arguments *a, int left, char **words);
	bool reads_its_own; /* options */
} verbs[] = {
	{"build", build, false},
	{"info", info, false},
	{"diff", diff, false},
	{"validate", validate, true},
};

int
prb_command_data(int argc, char **argv)
{
	const struct prb_names names = PRB_NAMES(verbs);
	struct arguments a = {.build = {.sources = "datasets/sources"}};
	int status = -1;

	if (argc >= 2 && prb_cli_asks_help(argv[1]))
		return prb_cli_help(help);
	for (size_t i = 0; argc >= 2 && i < names.count; i++) {
		if (strcmp(argv[1], verbs[i].name) != 0)
			continue;
		if (verbs[i].reads_its_own)
			return verbs[i].run(&a, argc - 1, argv + 1);
		status = prb_cli_options(
			"data", help, long_options, argc - 1, argv + 1, set_option, &a);
		if (status == -1)
			status = verbs[i].run(&a, argc - 1 - optind, argv + 1 + optind);
		free_arguments(&a);
		return status;
	}
	return prb_names_usage("data", &names, argc >= 2 ? argv[1] : NULL);
}
