/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/data_validate.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clients/cli/cli.h"
#include "clients/cli/data_figures.h"
#include "clients/cli/data_samples.h"
#include "clients/cli/options.h"
#include "clients/cli/progress.h"
#include "datasets/store/records.h"
#include "scoring/base/json.h"

#define ARENA_BYTES_MAX ((size_t)512 * 1024 * 1024)
#define OUT_BYTES_MAX ((size_t)1024 * 1024)
#define SAMPLES_BESIDE "tests/samples" /* of the source tree, when called from there */
#define ORDERS_LIST "cbp"              /* the list of customs orders in entity_lists.csv */
#define DRAWS_USUAL 1000
#define SEED_USUAL 1

static const char help[] =
	"usage: probity data validate [OPTION]...\n\n"
	"Measures how far exposure agrees with the list of goods of the US Department of Labor, "
	"over all pairs of an origin and a good:\n"
	"with what the list says of the pair taken away in several ways, beside each single index, "
	"and with the weights changed. Then says\n"
	"how sample supplier lists are rated. It is no predictive validity: the list is the target "
	"and feeds part of the score.\n\n"
	"  --data RELEASE       the dataset release; else $PROBITY_DATA, else the one beside the "
	"program\n"
	"  --samples DIR        supplier lists to rate, NAME.csv; their default products are lines "
	"\"NAME.csv HS\" of default_products.txt\n"
	"                       there. " SAMPLES_BESIDE " where there is one\n"
	"  --as-of YYYY-MM-DD   the day at which dates in them are judged; today where it is not "
	"given\n"
	"  --bootstrap N        how many samples of origins give the intervals; 1000, and 0 for no "
	"intervals\n"
	"  --seed N             of those samples; 1. The same seed gives the same figures\n"
	"  --out table|json     what to print; in JSON areas are in parts per million\n\n"
	"Exit status: 0, whether or not the goal is reached; 1 failed; 2 usage.\n\n"
	"  probity data validate\n"
	"  probity data validate --data mine.lmdb --samples lists --as-of 2026-06-30\n"
	"  probity data validate --seed 7 --bootstrap 10000 --out json\n";

struct arguments {
	const char *data, *samples;
	prb_date as_of;
	uint32_t draws;
	uint64_t seed;
	bool json;
};

enum { OPT_DATA = 256, OPT_SAMPLES, OPT_AS_OF, OPT_BOOTSTRAP, OPT_SEED, OPT_OUT };

static const struct option long_options[] = {
	{"data", required_argument, NULL, OPT_DATA},
	{"samples", required_argument, NULL, OPT_SAMPLES},
	{"as-of", required_argument, NULL, OPT_AS_OF},
	{"bootstrap", required_argument, NULL, OPT_BOOTSTRAP},
	{"seed", required_argument, NULL, OPT_SEED},
	{"out", required_argument, NULL, OPT_OUT},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static int
set_number(const char *option, const char *value, int64_t max, int64_t *out)
{
	if (prb_parse_int(prb_span_of(value), 0, max, out))
		return PRB_EXIT_OK;
	return prb_cli_usage("data validate", "%s %s: a whole number from 0 to %lld is wanted",
		option, value, (long long)max);
}

static int
set_option(void *context, int option, const char *value)
{
	struct arguments *a = context;
	int64_t number = 0;
	int status = PRB_EXIT_OK;

	switch (option) {
	case OPT_DATA:
		a->data = value;
		return PRB_EXIT_OK;
	case OPT_SAMPLES:
		a->samples = value;
		return PRB_EXIT_OK;
	case OPT_AS_OF:
		if (prb_date_parse(prb_span_of(value), &a->as_of))
			return PRB_EXIT_OK;
		return prb_cli_usage(
			"data validate", "--as-of %s: a date such as 2026-01-31 is wanted", value);
	case OPT_BOOTSTRAP:
		status = set_number("--bootstrap", value, PRB_AUC_DRAWS_MAX, &number);
		a->draws = (uint32_t)number;
		return status;
	case OPT_SEED:
		status = set_number("--seed", value, PRB_JSON_INT_MAX, &number);
		a->seed = (uint64_t)number;
		return status;
	default:
		a->json = strcmp(value, "json") == 0;
		if (a->json || strcmp(value, "table") == 0)
			return PRB_EXIT_OK;
		return prb_cli_usage("data validate", "--out %s: table or json is wanted", value);
	}
}

/* -1: go on; else the exit status. */
static int
read_arguments(struct arguments *a, int argc, char **argv)
{
	int status;

	*a = (struct arguments){.as_of = prb_cli_today(), .draws = DRAWS_USUAL, .seed = SEED_USUAL};
	status = prb_cli_options("data validate", help, long_options, argc, argv, set_option, a);
	if (status != -1)
		return status;
	return argc == optind ? -1
			      : prb_cli_usage("data validate", "%s: nothing but options is wanted",
					argv[optind]);
}

static bool
is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/*
 * The steps that are said on a terminal.
 */

static void
say_progress(void *context, int done, int of)
{
	prb_progress_of(context, (uint64_t)done, (uint64_t)of);
}

struct orders {
	const struct prb_reference *reference;
	bool *ordered;
};

/* Whatever became of the order since. */
static bool
note_order(void *context, struct prb_span key, struct prb_span value)
{
	struct orders *orders = context;
	struct prb_entity_record entity;
	int country;

	(void)key;
	if (!prb_entity_read(value, &entity) || strcmp(entity.list, ORDERS_LIST) != 0)
		return true;
	for (const char *at = entity.country; strlen(at) >= 3; at += at[3] ? 4 : 3) {
		country = prb_reference_country(orders->reference, (struct prb_span){at, 3});
		if (country >= 0)
			orders->ordered[country] = true;
	}
	return true;
}

static bool
read_orders(const struct prb_release *release, struct prb_arena *arena, const bool **out)
{
	struct orders orders = {.reference = prb_release_reference(release)};
	struct prb_reader *reader;

	orders.ordered = prb_arena_array(
		arena, orders.reference->countries_count + 1, sizeof *orders.ordered);
	if (orders.ordered == NULL || prb_reader_create(release, &reader) != PRB_OK)
		return false;
	prb_reader_each(reader, PRB_TABLE_ENTITY, note_order, &orders);
	prb_reader_destroy(reader);
	*out = orders.ordered;
	return true;
}

/* Ratings by the method as it is, and how many change with each weight. */
static bool
rate_all(struct samples *samples, struct prb_arena *arena, struct figures *f)
{
	static const prb_ppm factors[2] = {PRB_SCALE_DOWN, PRB_SCALE_UP};
	uint8_t *usual = prb_arena_array(arena, f->rows + 1, 1);
	uint8_t *ratings = prb_arena_array(arena, f->rows + 1, 1);
	struct prb_reference *scaled = prb_arena_array(arena, 1, sizeof *scaled);

	if (usual == NULL || ratings == NULL || scaled == NULL)
		return false;
	for (int pass = 0; pass < 2; pass++) {
		if (!samples_rate(samples, f->reference, pass == 1, usual))
			return false;
		for (size_t i = 0; i < f->rows; i++)
			f->ratings[pass][usual[i]]++;
	}
	prb_progress_begin("weights changed", true);
	for (int which = 0; which < PRB_SCALED_COUNT; which++) {
		for (int i = 0; i < 2; i++) {
			prb_scale_weights(f->reference, which, factors[i], scaled);
			if (!samples_rate(samples, scaled, true, ratings))
				return false;
			for (size_t row = 0; row < f->rows; row++)
				f->changed[which][i] += ratings[row] != usual[row];
		}
		prb_progress_at((uint64_t)which + 1, (uint64_t)which + 1, PRB_SCALED_COUNT);
	}
	return true;
}

static bool
take_samples(const struct arguments *a, const struct prb_release *release, struct prb_arena *arena,
	struct figures *f)
{
	struct samples *samples;
	bool good;

	f->samples_folder = a->samples != NULL          ? a->samples
			    : is_folder(SAMPLES_BESIDE) ? SAMPLES_BESIDE
							: NULL;
	if (f->samples_folder == NULL)
		return true;
	samples = samples_read(release, f->samples_folder, a->as_of);
	if (samples == NULL)
		return false;
	f->lists = samples_lists(samples);
	f->rows = samples_rows(samples);
	f->refused = samples_refused(samples);
	f->have_default = samples_have_default(samples);
	prb_date_format(a->as_of, f->as_of);
	good = rate_all(samples, arena, f);
	samples_destroy(samples);
	return good;
}

static bool
take_figures(const struct arguments *a, const struct prb_release *release, struct prb_arena *arena,
	struct figures *f)
{
	struct prb_validation_input input = {.reference = f->reference,
		.draws = a->draws,
		.seed = a->seed,
		.progress = say_progress};

	prb_progress_begin("steps of agreement", true);
	if (arena != NULL && read_orders(release, arena, &input.ordered) &&
		prb_validate(arena, &input, &f->validation) == PRB_OK)
		return take_samples(a, release, arena, f);
	prb_cli_say("there is no memory for the validation");
	return false;
}

static int
print(const struct arguments *a, const struct figures *f)
{
	struct prb_str out;
	bool good;

	prb_progress_end();
	prb_str_init(&out, OUT_BYTES_MAX);
	(a->json ? figures_write_json : figures_print)(f, &out);
	good = !out.failed;
	if (good)
		fwrite(out.p, 1, out.n, stdout);
	else
		prb_cli_say("there is no memory for the answer");
	prb_str_finish(&out);
	return prb_cli_flush() && good ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

int
data_validate(int argc, char **argv)
{
	struct arguments a;
	struct prb_release *release;
	struct prb_arena *arena;
	struct figures *f;
	int status = read_arguments(&a, argc, argv);

	if (status >= 0)
		return status;
	release = prb_cli_open_release(a.data);
	if (release == NULL)
		return PRB_EXIT_FAILED;
	arena = prb_arena_create(ARENA_BYTES_MAX);
	f = calloc(1, sizeof *f);
	status = PRB_EXIT_FAILED;
	if (f != NULL) {
		f->reference = prb_release_reference(release);
		f->draws = a.draws;
		f->seed = a.seed;
		if (take_figures(&a, release, arena, f))
			status = print(&a, f);
	}
	free(f);
	prb_arena_destroy(arena);
	prb_release_close(release);
	return status;
}
