/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/match.h"
#include "clients/cli/match_index.h"
#include "clients/cli/options.h"

#include <string.h>

#define ARENA_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define SIMILARITY_DIGITS 6 /* of a similarity given: millionths */

static const char help[] =
	"usage: probity match [--country C] [--city CITY] [--address ADDRESS] [--min S] [--limit "
	"N] "
	"NAME\n"
	"       probity match --pairs FILE.tsv\n"
	"       probity match --build FILE.tsv --out INDEX\n"
	"       probity match --index INDEX|FILE.tsv --queries FILE.tsv [--limit N]\n\n"
	"Finds a name on the entity lists of the release whatever its spelling, script, legal form "
	"or word order; says what was aligned,\n"
	"what stands beside the name, and the decision: match, possible (for a person to decide) "
	"or "
	"none. \"No match\" is not a clearance:\n"
	"the lists that were searched are named with their editions and gaps.\n\n"
	"  --country C          where the company is: a code or a name. Without it nothing is more "
	"than possible\n"
	"  --city CITY, --address ADDRESS  where in it; a name that many may have is a match only "
	"with one of "
	"them equal\n"
	"  --min S              the least similarity shown, 0 to 1; 0.7, below which no decision "
	"is "
	"more than none\n"
	"  --limit N            how many entries are shown, 1 to 100; 10. With --index: how many "
	"names for each query; 5\n"
	"  --as-of YYYY-MM-DD   the day at which the status of entries is judged; today\n"
	"  --out table|json     what to print; with --build the file to make\n"
	"  --lang LANG          " PRB_CLI_LANGS "\n"
	"  --data RELEASE       the dataset release; else $PROBITY_DATA, else the one beside the "
	"program\n\n"
	"  --pairs FILE.tsv     compares the pairs of a file with a header row: columns query and "
	"candidate and, where present,\n"
	"                       query_country, candidate_country, query_address, "
	"candidate_address; others are passed over. Prints\n"
	"                       query, candidate, similarity and decision, one row for each pair, "
	"in order, under a header row\n"
	"  --build FILE.tsv     makes an index over the first column of a file with a header row, "
	"in the file --out names\n"
	"  --index INDEX|FILE.tsv, --queries FILE.tsv  for each name in the first column of the "
	"queries, the most alike "
	"of "
	"an index or of a file of names:\n"
	"                       query, name, similarity, under a header row; a query that nothing "
	"is like has one row with no name\n"
	"  --jobs N             with --queries: threads; the output is the same byte by byte; 1\n"
	"  --timing FILE        with --queries: writes the nanoseconds each query took, one a "
	"line\n\n"
	"Exit status: 0, whether or not something was met; 1 failed; 2 usage; 3 a row cannot be "
	"read.\n\n"
	"  probity match --country China \"Hetian Haolin Hair Accessories\"\n"
	"  probity match --country CHN --out json 保定市绿叶硕子岛商贸有限公司\n"
	"  probity match --pairs pairs.tsv > decided.tsv\n"
	"  probity match --index suppliers.tsv --queries names.tsv --limit 3\n";

enum {
	OPT_COUNTRY = 256,
	OPT_CITY,
	OPT_ADDRESS,
	OPT_MIN,
	OPT_LIMIT,
	OPT_AS_OF,
	OPT_OUT,
	OPT_LANG,
	OPT_DATA,
	OPT_PAIRS,
	OPT_BUILD,
	OPT_INDEX,
	OPT_QUERIES,
	OPT_TIMING,
	OPT_JOBS,
};

static const struct option long_options[] = {
	{"country", required_argument, NULL, OPT_COUNTRY},
	{"city", required_argument, NULL, OPT_CITY},
	{"address", required_argument, NULL, OPT_ADDRESS},
	{"min", required_argument, NULL, OPT_MIN},
	{"limit", required_argument, NULL, OPT_LIMIT},
	{"as-of", required_argument, NULL, OPT_AS_OF},
	{"out", required_argument, NULL, OPT_OUT},
	{"lang", required_argument, NULL, OPT_LANG},
	{"data", required_argument, NULL, OPT_DATA},
	{"pairs", required_argument, NULL, OPT_PAIRS},
	{"build", required_argument, NULL, OPT_BUILD},
	{"index", required_argument, NULL, OPT_INDEX},
	{"queries", required_argument, NULL, OPT_QUERIES},
	{"timing", required_argument, NULL, OPT_TIMING},
	{"jobs", required_argument, NULL, OPT_JOBS},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

bool
prb_match_open(struct prb_match_data *data, const char *path)
{
	*data = (struct prb_match_data){.release = prb_cli_open_release(path)};
	if (data->release == NULL)
		return false;
	data->arena = prb_arena_create(ARENA_BYTES_MAX);
	if (prb_reader_create(data->release, &data->reader) == PRB_OK)
		data->gatherer = prb_gatherer_create(data->reader);
	if (data->arena != NULL && data->gatherer != NULL)
		return true;
	prb_cli_say("the release cannot be read, or there is no memory for it");
	prb_match_close(data);
	return false;
}

void
prb_match_close(struct prb_match_data *data)
{
	prb_gatherer_destroy(data->gatherer);
	prb_reader_destroy(data->reader);
	prb_release_close(data->release);
	prb_arena_destroy(data->arena);
}

void
prb_match_similarity(int32_t similarity_ppm, char out[PRB_SIMILARITY_TEXT_BYTES])
{
	unsigned parts = (unsigned)similarity_ppm / 100 % 100000;

	out[0] = (char)('0' + parts / 10000);
	out[1] = '.';
	for (unsigned i = 0, unit = 1000; i < 4; i++, unit /= 10)
		out[2 + i] = (char)('0' + parts / unit % 10);
	out[6] = '\0';
}

static int
set_min(struct prb_match_settings *s, const char *value)
{
	int64_t min;

	if (!prb_parse_decimal(prb_span_of(value), SIMILARITY_DIGITS, &min) || min < 0 ||
		min > PRB_SIMILARITY_MAX)
		return prb_cli_usage(
			"match", "--min %s: a similarity from 0 to 1 is wanted", value);
	s->similarity_min = min > 0 ? (int32_t)min : 1;
	return PRB_EXIT_OK;
}

static int
set_limit(struct prb_match_settings *s, const char *value)
{
	int64_t limit;

	if (!prb_parse_int(prb_span_of(value), 1, PRB_SCREEN_HITS_MAX, &limit))
		return prb_cli_usage("match", "--limit %s: a whole number from 1 to %d is wanted",
			value, PRB_SCREEN_HITS_MAX);
	s->limit = (size_t)limit;
	return PRB_EXIT_OK;
}

static int
set_jobs(struct prb_match_settings *s, const char *value)
{
	int64_t jobs;

	if (!prb_parse_int(prb_span_of(value), 1, MATCH_JOBS_MAX, &jobs))
		return prb_cli_usage("match", "--jobs %s: a whole number from 1 to %d is wanted",
			value, MATCH_JOBS_MAX);
	s->jobs = (unsigned)jobs;
	return PRB_EXIT_OK;
}

/* --out is a form for a name, and a file for --build: which is known when all options are read. */
static int
set_option(void *context, int option, const char *value)
{
	struct prb_match_settings *s = context;

	switch (option) {
	case OPT_COUNTRY:
		s->country = value;
		return PRB_EXIT_OK;
	case OPT_CITY:
		s->city = value;
		return PRB_EXIT_OK;
	case OPT_ADDRESS:
		s->address = value;
		return PRB_EXIT_OK;
	case OPT_MIN:
		return set_min(s, value);
	case OPT_LIMIT:
		return set_limit(s, value);
	case OPT_AS_OF:
		if (prb_date_parse(prb_span_of(value), &s->as_of))
			return PRB_EXIT_OK;
		return prb_cli_usage("match", "--as-of %s: a day YYYY-MM-DD is wanted", value);
	case OPT_OUT:
		s->out = value;
		return PRB_EXIT_OK;
	case OPT_LANG:
		return prb_cli_lang("match", value, &s->lang);
	case OPT_DATA:
		s->data = value;
		return PRB_EXIT_OK;
	case OPT_PAIRS:
		s->pairs = value;
		return PRB_EXIT_OK;
	case OPT_BUILD:
		s->build = value;
		return PRB_EXIT_OK;
	case OPT_INDEX:
		s->index = value;
		return PRB_EXIT_OK;
	case OPT_JOBS:
		return set_jobs(s, value);
	case OPT_QUERIES:
		s->queries = value;
		return PRB_EXIT_OK;
	default:
		s->timing = value;
		return PRB_EXIT_OK;
	}
}

static int
run_name(struct prb_match_settings *s, int names, char **name)
{
	if (s->out != NULL && strcmp(s->out, "json") == 0)
		s->json = true;
	else if (s->out != NULL && strcmp(s->out, "table") != 0)
		return prb_cli_usage("match", "--out %s: table or json is wanted", s->out);
	if (names == 0)
		return prb_cli_usage("match", "a name is wanted, or --pairs, --build or --index");
	if (names > 1)
		return prb_cli_usage("match", "one name is wanted: put it between quotation marks");
	return prb_match_name(s, name[0]);
}

static int
run(struct prb_match_settings *s, int names, char **name)
{
	const struct match_index index = {.data = s->data,
		.names = s->build,
		.out = s->out,
		.index = s->index,
		.queries = s->queries,
		.timing = s->timing,
		.limit = s->limit > 0 ? s->limit : MATCH_LIMIT_DEFAULT,
		.jobs = s->jobs};
	int ways =
		(s->pairs != NULL) + (s->build != NULL) + (s->index != NULL || s->queries != NULL);

	if (ways > 1)
		return prb_cli_usage("match", "--pairs, --build and --index exclude each other");
	if (ways == 0)
		return run_name(s, names, name);
	if (names > 0)
		return prb_cli_usage("match", "%s: no name is wanted beside a file", name[0]);
	if (s->country != NULL || s->city != NULL || s->address != NULL)
		return prb_cli_usage("match", "--country, --city and --address belong to one name; "
					      "for --pairs they are columns of the file");
	if (s->pairs != NULL)
		return prb_match_pairs(s);
	if (s->build != NULL && s->out == NULL)
		return prb_cli_usage("match", "--build wants --out INDEX beside it");
	if (s->build != NULL)
		return match_index_build(&index);
	if (s->index == NULL || s->queries == NULL)
		return prb_cli_usage("match", "--index and --queries want each other");
	return match_index_search(&index);
}

int
prb_command_match(int argc, char **argv)
{
	struct prb_match_settings s = {.similarity_min = PRB_SIMILARITY_POSSIBLE,
		.as_of = prb_cli_today(),
		.lang = PRB_LANG_en,
		.jobs = 1};
	int status = prb_cli_options("match", help, long_options, argc, argv, set_option, &s);

	if (status != -1)
		return status;
	return run(&s, argc - optind, argv + optind);
}
