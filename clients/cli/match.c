/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <string.h>

#include "clients/cli/cli.h"
#include "clients/cli/match_index.h"
#include "datasets/entities/search.h"

static const char help[] =
	"usage: probity match --build FILE.tsv --out INDEX [--data RELEASE]\n"
	"       probity match --index INDEX|FILE.tsv --queries FILE.tsv [OPTION]...\n\n"
	"--build  makes an index over the names in the first column of a table (UTF-8, tabs, a "
	"header row). A row that cannot stand is\n"
	"         said as FILE:LINE: reason, and then no index is written. An index is of use with "
	"the dataset release that folds and\n"
	"         parses names as the one it was built with did; otherwise it is refused\n"
	"--index  asks an index, or a table (FILE.tsv) of which one is built on the fly, for each "
	"name in the first column of the table\n"
	"         of queries: prints query, name, similarity (0 to 1) for the best names, the best "
	"first; one row with an empty name\n"
	"         and 0.0000 where there is none. A query that cannot stand is said as FILE:LINE: "
	"reason, and left out\n\n"
	"  --limit N        the best N names, 1 to 100; 5 where it is not given\n"
	"  --jobs N         threads; the output is the same byte by byte\n"
	"  --timing FILE    writes the nanoseconds that each query took, one a line\n"
	"  --data RELEASE   the dataset release; else $PROBITY_DATA, else the installed one\n\n"
	"Exit status: 0; 1 failed; 2 usage; 3 a row cannot stand.\n\n"
	"  probity match --build names.tsv --out names.index\n"
	"  probity match --index names.index --queries asked.tsv --limit 3\n";

enum {
	OPT_BUILD = 256,
	OPT_OUT,
	OPT_INDEX,
	OPT_QUERIES,
	OPT_LIMIT,
	OPT_JOBS,
	OPT_TIMING,
	OPT_DATA
};

static const struct option long_options[] = {
	{"build", required_argument, NULL, OPT_BUILD},
	{"out", required_argument, NULL, OPT_OUT},
	{"index", required_argument, NULL, OPT_INDEX},
	{"queries", required_argument, NULL, OPT_QUERIES},
	{"limit", required_argument, NULL, OPT_LIMIT},
	{"jobs", required_argument, NULL, OPT_JOBS},
	{"timing", required_argument, NULL, OPT_TIMING},
	{"data", required_argument, NULL, OPT_DATA},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static int
read_number(const char *option, int64_t max, int64_t *out)
{
	if (prb_parse_int(prb_span_of(optarg), 1, max, out))
		return PRB_EXIT_OK;
	return prb_cli_usage(
		"match", "--%s %s: a number from 1 to %d is wanted", option, optarg, (int)max);
}

/* -1 to go on, else the exit status. */
static int
read_option(struct match_index *m, int option, char **argv)
{
	int64_t number = 0;
	int status = PRB_EXIT_OK;

	switch (option) {
	case OPT_BUILD:
		m->names = optarg;
		break;
	case OPT_OUT:
		m->out = optarg;
		break;
	case OPT_INDEX:
		m->index = optarg;
		break;
	case OPT_QUERIES:
		m->queries = optarg;
		break;
	case OPT_TIMING:
		m->timing = optarg;
		break;
	case OPT_DATA:
		m->data = optarg;
		break;
	case OPT_LIMIT:
		status = read_number("limit", PRB_SEARCH_HITS_MAX, &number);
		m->limit = (size_t)number;
		break;
	case OPT_JOBS:
		status = read_number("jobs", MATCH_JOBS_MAX, &number);
		m->jobs = (unsigned)number;
		break;
	case 'h':
		fputs(help, stdout);
		return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
	default:
		return prb_cli_usage(
			"match", "%s is not an option, or lacks its value", argv[optind - 1]);
	}
	return status == PRB_EXIT_OK ? -1 : status;
}

int
prb_command_match(int argc, char **argv)
{
	struct match_index m = {.limit = MATCH_LIMIT_DEFAULT, .jobs = 1};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		int status = read_option(&m, option, argv);

		if (status >= 0)
			return status;
	}
	if (optind != argc)
		return prb_cli_usage("match", "%s: no such argument", argv[optind]);
	if (m.names != NULL && m.out != NULL && m.index == NULL && m.queries == NULL)
		return match_index_build(&m);
	if (m.index != NULL && m.queries != NULL && m.names == NULL && m.out == NULL)
		return match_index_search(&m);
	return prb_cli_usage("match", "--build FILE.tsv with --out INDEX, or --index INDEX with "
				      "--queries FILE.tsv is wanted");
}
