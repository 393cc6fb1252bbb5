/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/data_samples.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clients/cli/cli.h"
#include "clients/intake/intake.h"
#include "datasets/facts/gather.h"
#include "scoring/rules/score.h"

#define ROWS_MAX 20000
#define LISTS_MAX 256
#define NAME_BYTES_MAX 256
#define PATH_BYTES_MAX 4096
#define HS_DIGITS_MAX 16
#define DEFAULTS_FILE "default_products.txt"
#define DEFAULTS_BYTES_MAX 65536
#define KEPT_BYTES_MAX ((size_t)1024 * 1024 * 1024)
#define SCORE_BYTES_MAX ((size_t)64 * 1024 * 1024)

struct sample {
	struct prb_declaration *declaration;
	struct prb_facts *facts;
};

struct list {
	char name[NAME_BYTES_MAX];
	char product[HS_DIGITS_MAX]; /* "": none */
};

struct samples {
	const struct prb_release *release;
	const char *folder;
	prb_date as_of;
	struct prb_arena *kept, *scoring;
	struct prb_reader *reader;
	struct prb_gatherer *gatherer;
	struct prb_str scratch;
	struct list lists[LISTS_MAX];
	size_t lists_count;
	struct sample *rows[2]; /* as they are; with the default product */
	size_t counts[2], refused[2];
	int pass;
	bool failed;
};

static bool
out_of_memory(void)
{
	prb_cli_say("there is no memory for the samples");
	return false;
}

static bool
ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n > m && strcmp(text + n - m, end) == 0;
}

static int
compare_lists(const void *a, const void *b)
{
	return strcmp(((const struct list *)a)->name, ((const struct list *)b)->name);
}

static bool
find_lists(struct samples *s)
{
	DIR *folder = opendir(s->folder);
	const struct dirent *entry;

	if (folder == NULL) {
		prb_cli_say("%s: %s", s->folder, strerror(errno));
		return false;
	}
	while (s->lists_count < LISTS_MAX && (entry = readdir(folder)) != NULL)
		if (ends_with(entry->d_name, ".csv") && strlen(entry->d_name) < NAME_BYTES_MAX)
			(void)snprintf(s->lists[s->lists_count++].name, NAME_BYTES_MAX, "%s",
				entry->d_name);
	closedir(folder);
	/* The order of a folder is the file system's; ours is that of the names. */
	qsort(s->lists, s->lists_count, sizeof s->lists[0], compare_lists);
	if (s->lists_count == 0)
		prb_cli_say("%s: there is no list (NAME.csv) in this folder", s->folder);
	return s->lists_count != 0;
}

/* One line "NAME.csv HS"; an empty one says nothing. */
static bool
take_default(struct samples *s, char *line, unsigned number)
{
	char *blank = strchr(line, ' ');
	size_t i = 0;

	if (line[0] == '\0')
		return true;
	if (blank != NULL)
		*blank = '\0';
	while (i < s->lists_count && strcmp(s->lists[i].name, line) != 0)
		i++;
	if (blank == NULL || i == s->lists_count || strlen(blank + 1) >= HS_DIGITS_MAX ||
		blank[1] == '\0' || strspn(blank + 1, "0123456789") != strlen(blank + 1)) {
		prb_cli_say("%s/" DEFAULTS_FILE
			    ":%u: a list of the folder and a code of the Harmonized System are "
			    "wanted",
			s->folder, number);
		return false;
	}
	(void)snprintf(s->lists[i].product, HS_DIGITS_MAX, "%s", blank + 1);
	return true;
}

static bool
read_defaults(struct samples *s)
{
	char path[PATH_BYTES_MAX], line[NAME_BYTES_MAX + HS_DIGITS_MAX + 2];
	unsigned number = 0;
	bool good = true;
	FILE *file;

	if (snprintf(path, sizeof path, "%s/" DEFAULTS_FILE, s->folder) >= (int)sizeof path)
		return true;
	file = fopen(path, "r");
	if (file == NULL)
		return true;
	while (good && fgets(line, sizeof line, file) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		good = take_default(s, line, ++number);
	}
	fclose(file);
	return good;
}

/* A row that cannot be read or resolved is refused, as `screen` refuses it. */
static void
keep_row(struct samples *s, struct prb_span json)
{
	struct prb_faults faults;
	struct prb_span text = prb_arena_copy(s->kept, json);
	struct sample row;
	enum prb_err err = PRB_ERR_MEMORY;

	faults.count = faults.dropped = 0;
	if (text.p != NULL)
		err = prb_declaration_read(s->kept, text, &faults, &row.declaration);
	if (err == PRB_OK)
		err = prb_facts_gather(
			s->gatherer, s->kept, row.declaration, s->as_of, &faults, &row.facts);
	if (err == PRB_ERR_MEMORY)
		s->failed = true;
	else if (err != PRB_OK)
		s->refused[s->pass]++;
	else
		s->rows[s->pass][s->counts[s->pass]++] = row;
}

static bool
on_row(void *context, uint64_t line, struct prb_span json, const char *const *notes)
{
	struct samples *s = context;

	(void)line;
	(void)notes;
	if (s->counts[s->pass] == ROWS_MAX) {
		prb_cli_say("%s: more than %d rows", s->folder, ROWS_MAX);
		return false;
	}
	keep_row(s, json);
	return !s->failed;
}

static bool
on_refused(void *context, uint64_t line, const struct prb_fault *fault)
{
	struct samples *s = context;

	(void)line;
	(void)fault;
	s->refused[s->pass]++;
	return true;
}

static bool
feed(struct prb_intake *intake, FILE *file, const char *path)
{
	char piece[65536];
	struct prb_fault fault;
	enum prb_err err = PRB_OK;
	size_t n;

	while (err == PRB_OK && (n = fread(piece, 1, sizeof piece, file)) > 0)
		err = prb_intake_feed(intake, piece, n, &fault);
	if (err == PRB_OK && ferror(file)) {
		prb_cli_say("%s: %s", path, strerror(errno));
		return false;
	}
	if (err == PRB_OK)
		err = prb_intake_finish(intake, &fault);
	if (err != PRB_OK)
		prb_cli_say("%s: %s", path, fault.detail);
	return err == PRB_OK;
}

static bool
read_list(struct samples *s, const struct list *list)
{
	const struct prb_intake_options options = {.format = PRB_INTAKE_CSV,
		.default_product = s->pass == 1 && list->product[0] != '\0' ? list->product : NULL};
	const struct prb_intake_events events = {on_row, on_refused, NULL, s};
	struct prb_intake *intake;
	char path[PATH_BYTES_MAX];
	bool good = false;
	FILE *file;

	if (snprintf(path, sizeof path, "%s/%s", s->folder, list->name) >= (int)sizeof path)
		return false;
	file = fopen(path, "rb");
	if (file == NULL) {
		prb_cli_say("%s: %s", path, strerror(errno));
		return false;
	}
	intake = prb_intake_create(&options, &events);
	if (intake != NULL)
		good = feed(intake, file, path) && !s->failed;
	if (intake == NULL || s->failed)
		out_of_memory();
	prb_intake_destroy(intake);
	fclose(file);
	return good;
}

static bool
prepare(struct samples *s)
{
	s->kept = prb_arena_create(KEPT_BYTES_MAX);
	s->scoring = prb_arena_create(SCORE_BYTES_MAX);
	for (int pass = 0; pass < 2; pass++)
		s->rows[pass] = calloc(ROWS_MAX, sizeof *s->rows[pass]);
	if (prb_reader_create(s->release, &s->reader) == PRB_OK)
		s->gatherer = prb_gatherer_create(s->reader);
	return s->kept != NULL && s->scoring != NULL && s->rows[0] != NULL && s->rows[1] != NULL &&
			       s->gatherer != NULL
		       ? true
		       : out_of_memory();
}

struct samples *
samples_read(const struct prb_release *release, const char *folder, prb_date as_of)
{
	struct samples *s = calloc(1, sizeof *s);
	bool good;

	if (s == NULL) {
		out_of_memory();
		return NULL;
	}
	s->release = release;
	s->folder = folder;
	s->as_of = as_of;
	prb_str_init(&s->scratch, PRB_DECLARATION_BYTES_MAX * 2);
	good = prepare(s) && find_lists(s) && read_defaults(s);
	for (s->pass = 0; s->pass < 2; s->pass++)
		for (size_t i = 0; good && i < s->lists_count; i++)
			good = read_list(s, &s->lists[i]);
	if (good && s->counts[0] != s->counts[1]) {
		prb_cli_say("%s/" DEFAULTS_FILE ": a code is no heading of the Harmonized System",
			folder);
		good = false;
	}
	if (good)
		return s;
	samples_destroy(s);
	return NULL;
}

void
samples_destroy(struct samples *samples)
{
	if (samples == NULL)
		return;
	prb_gatherer_destroy(samples->gatherer);
	prb_reader_destroy(samples->reader);
	prb_arena_destroy(samples->kept);
	prb_arena_destroy(samples->scoring);
	prb_str_finish(&samples->scratch);
	free(samples->rows[0]);
	free(samples->rows[1]);
	free(samples);
}

size_t
samples_lists(const struct samples *samples)
{
	return samples->lists_count;
}

size_t
samples_rows(const struct samples *samples)
{
	return samples->counts[0];
}

size_t
samples_refused(const struct samples *samples)
{
	return samples->refused[0];
}

bool
samples_have_default(const struct samples *samples)
{
	for (size_t i = 0; i < samples->lists_count; i++)
		if (samples->lists[i].product[0] != '\0')
			return true;
	return false;
}

bool
samples_rate(struct samples *samples, const struct prb_reference *reference, bool with_default,
	uint8_t *ratings)
{
	const struct prb_score_options options = {.as_of = samples->as_of,
		.declarant = PRB_COMPANY,
		.sha256 = prb_store_sha256,
		.scratch = &samples->scratch};

	for (size_t i = 0; i < samples->counts[with_default]; i++) {
		const struct sample *row = &samples->rows[with_default][i];
		struct prb_faults faults;
		struct prb_result *result;

		faults.count = faults.dropped = 0;
		prb_arena_reset(samples->scoring);
		if (prb_score(samples->scoring, reference, row->declaration, row->facts, &options,
			    &faults, &result) != PRB_OK) {
			prb_cli_say("a sample row cannot be rated: %s",
				faults.count != 0 ? faults.items[0].detail : "there is no memory");
			return false;
		}
		ratings[i] = result->rating.rating;
	}
	return true;
}
