/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/match_index.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clients/cli/cli.h"
#include "clients/cli/progress.h"
#include "datasets/entities/index.h"
#include "datasets/entities/search.h"
#include "datasets/store/blob.h"
#include "datasets/store/records.h"

#define TABLE_BYTES_MAX ((size_t)1 << 30)
#define ANSWERS_BYTES_MAX ((size_t)64 << 20)
#define FAULTS_SAID_MAX 20
/* Queries that the threads share between two writes. */
#define BLOCK 2048

/* The rows of a table, one after the other. */
struct rows {
	const char *path;
	struct prb_str bytes;
	size_t at, line, faults;
};

static bool
rows_open(struct rows *rows, const char *path)
{
	*rows = (struct rows){.path = path};
	return prb_cli_read(path, TABLE_BYTES_MAX, &rows->bytes);
}

static void
complain(struct rows *rows, const char *what)
{
	if (rows->faults++ < FAULTS_SAID_MAX)
		fprintf(stderr, "%s:%zu: %s\n", rows->path, rows->line, what);
}

static const char *
name_fault(struct prb_span name)
{
	if (name.n > PRB_NAME_READ_BYTES_MAX)
		return "the name is longer than 1024 bytes";
	if (prb_utf8_check(name.p, name.n) != name.n)
		return "the name is not UTF-8";
	if (memchr(name.p, '\0', name.n) != NULL)
		return "the name holds a NUL";
	return prb_span_trim(name).n == 0 ? "the name is empty" : NULL;
}

/* The first column of the next row; the header and empty rows are passed over. */
static bool
rows_next(struct rows *rows, struct prb_span *name)
{
	while (rows->at < rows->bytes.n) {
		const char *p = rows->bytes.p + rows->at;
		size_t left = rows->bytes.n - rows->at;
		const char *end = memchr(p, '\n', left), *tab;
		size_t n = end != NULL ? (size_t)(end - p) : left;
		const char *wrong;

		rows->at += end != NULL ? n + 1 : n;
		rows->line++;
		if (n > 0 && p[n - 1] == '\r')
			n--;
		if (rows->line == 1 || n == 0)
			continue;
		tab = memchr(p, '\t', n);
		*name = (struct prb_span){p, tab != NULL ? (size_t)(tab - p) : n};
		wrong = name_fault(*name);
		if (wrong == NULL)
			return true;
		complain(rows, wrong);
	}
	return false;
}

static int
rows_close(struct rows *rows)
{
	int status = rows->faults > 0 ? PRB_EXIT_REFUSED : PRB_EXIT_OK;

	if (rows->faults > FAULTS_SAID_MAX)
		prb_cli_say("%s: %zu more rows cannot stand", rows->path,
			rows->faults - FAULTS_SAID_MAX);
	prb_str_finish(&rows->bytes);
	return status;
}

/* What makes two releases take names apart alike: the hash of the folding table's and the lexicon's
 * hashes. */
static void
words_edition(const struct prb_release *release, unsigned char edition[PRB_INDEX_EDITION_BYTES])
{
	static_assert(PRB_INDEX_EDITION_BYTES == PRB_SHA256_BYTES, "an edition is a hash");
	uint8_t hashes[2][PRB_SHA256_BYTES] = {{0}};
	struct prb_reader *reader;

	if (prb_reader_create(release, &reader) == PRB_OK) {
		struct prb_span fold =
			prb_reader_get(reader, PRB_TABLE_FOLD, PRB_SPAN(PRB_FOLD_KEY));
		struct prb_span lexicon =
			prb_reader_get(reader, PRB_TABLE_LEXICON, PRB_SPAN(PRB_LEXICON_KEY));

		prb_store_sha256(hashes[0], fold.p, fold.n);
		prb_store_sha256(hashes[1], lexicon.p, lexicon.n);
		prb_reader_destroy(reader);
	}
	prb_store_sha256(edition, hashes, sizeof(hashes));
}

/* Builds an index of a table: the bytes' size, or 0 with *status set. */
static size_t
build(const struct prb_release *release, const char *path, struct prb_index_builder **out,
	int *status)
{
	unsigned char edition[PRB_INDEX_EDITION_BYTES];
	struct prb_index_builder *builder;
	struct prb_span name;
	struct rows rows;
	size_t count = 0, bytes = 0;

	*status = PRB_EXIT_FAILED;
	if (!rows_open(&rows, path))
		return 0;
	prb_progress_begin("names", true);
	builder = prb_index_builder_create(prb_release_fold(release), prb_release_lexicon(release));
	while (builder != NULL && rows_next(&rows, &name)) {
		prb_index_builder_add(builder, name, PRB_SPAN_NONE);
		prb_progress_at(++count, 0, 0);
	}
	prb_progress_end();
	*status = rows_close(&rows);
	if (builder != NULL && *status == PRB_EXIT_OK) {
		words_edition(release, edition);
		bytes = prb_index_builder_finish(builder, edition);
		if (bytes == 0)
			*status = PRB_EXIT_FAILED;
	} else if (builder == NULL) {
		*status = PRB_EXIT_FAILED;
	}
	if (*status == PRB_EXIT_FAILED)
		prb_cli_say("%s: there is no memory for an index of it, or it has too many names",
			path);
	*out = builder;
	return bytes;
}

static void
fill(void *context, void *out)
{
	prb_index_builder_write(context, out);
}

int
match_index_build(const struct match_index *m)
{
	struct prb_release *release = prb_cli_open_release(m->data);
	struct prb_index_builder *builder = NULL;
	struct prb_fault fault;
	int status;
	size_t bytes;

	if (release == NULL)
		return PRB_EXIT_FAILED;
	bytes = build(release, m->names, &builder, &status);
	if (bytes > 0 && prb_blob_write(m->out, bytes, fill, builder, &fault) != PRB_OK) {
		prb_cli_say("%s", fault.detail);
		status = PRB_EXIT_FAILED;
	}
	prb_index_builder_destroy(builder);
	prb_release_close(release);
	return status;
}

/* What is asked: a file, or what was built of a table just now. */
struct source {
	struct prb_blob *blob;
	void *bytes;
	struct prb_index index;
};

static bool
is_table(const char *path)
{
	size_t n = strlen(path);

	return n >= 4 && strcmp(path + n - 4, ".tsv") == 0;
}

static int
source_of_table(struct source *source, const struct prb_release *release, const char *path)
{
	struct prb_index_builder *builder = NULL;
	int status;
	size_t n = build(release, path, &builder, &status);

	if (n > 0) {
		source->bytes = malloc(n);
		if (source->bytes == NULL) {
			prb_cli_say("%s: there is no memory for an index of it", path);
			status = PRB_EXIT_FAILED;
		} else {
			prb_index_builder_write(builder, source->bytes);
			if (!prb_index_open(&source->index, source->bytes, n))
				status = PRB_EXIT_FAILED;
		}
	}
	prb_index_builder_destroy(builder);
	return status;
}

static int
source_of_file(struct source *source, const struct prb_release *release, const char *path)
{
	unsigned char edition[PRB_INDEX_EDITION_BYTES];
	struct prb_fault fault;
	struct prb_span bytes;

	if (prb_blob_open(path, &source->blob, &fault) != PRB_OK) {
		prb_cli_say("%s", fault.detail);
		return PRB_EXIT_FAILED;
	}
	bytes = prb_blob_bytes(source->blob);
	words_edition(release, edition);
	if (prb_index_open(&source->index, bytes.p, bytes.n) &&
		memcmp(source->index.edition, edition, sizeof(edition)) == 0)
		return PRB_EXIT_OK;
	prb_cli_say("%s: it was built by another version of the program or of its dataset release: "
		    "build it again with `probity match --build`",
		path);
	return PRB_EXIT_FAILED;
}

static void
source_close(struct source *source)
{
	prb_blob_close(source->blob);
	free(source->bytes);
}

/* One thread's share of a block: its own searcher, its own answers. */
struct worker {
	pthread_t thread;
	const struct prb_release *release;
	const struct prb_index *index;
	struct prb_searcher *searcher;
	const struct prb_span *queries;
	uint64_t *took;
	size_t from, to, limit;
	struct prb_str answers;
	struct prb_name name;
};

static void
put_cell(struct prb_str *out, struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++)
		prb_str_add_char(out, text.p[i] == '\r' ? ' ' : text.p[i]);
}

static void
put_answer(struct worker *w, struct prb_span query, const struct prb_hit *hit)
{
	int similarity = hit != NULL ? hit->similarity / 100 : 0; /* rounded down */

	put_cell(&w->answers, query);
	prb_str_add_char(&w->answers, '\t');
	if (hit != NULL)
		put_cell(&w->answers, prb_index_text(w->index, hit->name));
	prb_str_addf(&w->answers, "\t%d.%04d\n", similarity / 10000, similarity % 10000);
}

static uint64_t
nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

static void *
answer(void *context)
{
	struct worker *w = context;
	struct prb_hit hits[PRB_SEARCH_HITS_MAX];

	for (size_t i = w->from; i < w->to; i++) {
		uint64_t began = nanoseconds();
		size_t n;

		prb_name_parse(&w->name, prb_release_fold(w->release),
			prb_release_lexicon(w->release), w->queries[i]);
		n = prb_search(w->searcher, &w->name, w->limit, hits);
		w->took[i] = nanoseconds() - began;
		for (size_t k = 0; k < n; k++)
			put_answer(w, w->queries[i], &hits[k]);
		if (n == 0)
			put_answer(w, w->queries[i], NULL);
	}
	return NULL;
}

/* Spreads a block over the workers, the caller's thread being the first of them. */
static bool
answer_block(struct worker *workers, unsigned jobs, size_t count)
{
	unsigned started = 1;
	bool failed = false;

	for (unsigned i = 0; i < jobs; i++) {
		workers[i].from = count * i / jobs;
		workers[i].to = count * (i + 1) / jobs;
		prb_str_reset(&workers[i].answers);
	}
	for (; started < jobs; started++)
		if (pthread_create(&workers[started].thread, NULL, answer, &workers[started]) != 0)
			break;
	(void)answer(&workers[0]);
	for (unsigned i = 1; i < started; i++)
		pthread_join(workers[i].thread, NULL);
	for (unsigned i = started; i < jobs; i++) /* what got no thread */
		(void)answer(&workers[i]);
	for (unsigned i = 0; i < jobs; i++) {
		failed |= workers[i].answers.failed;
		fwrite(workers[i].answers.p, 1, workers[i].answers.n, stdout);
	}
	return !failed && !ferror(stdout);
}

struct asking {
	struct rows rows;
	struct worker *workers;
	FILE *timing;
	struct prb_span queries[BLOCK];
	uint64_t took[BLOCK];
};

static int
ask_all(struct asking *a, unsigned jobs)
{
	size_t done = 0, count;

	prb_progress_begin("queries", !isatty(STDOUT_FILENO));
	fputs("query\tname\tsimilarity\n", stdout);
	do {
		for (count = 0; count < BLOCK; count++)
			if (!rows_next(&a->rows, &a->queries[count]))
				break;
		if (!answer_block(a->workers, jobs, count))
			return PRB_EXIT_FAILED;
		for (size_t i = 0; i < count && a->timing != NULL; i++)
			fprintf(a->timing, "%" PRIu64 "\n", a->took[i]);
		done += count;
		prb_progress_at(done, 0, 0);
	} while (count == BLOCK);
	prb_progress_end();
	return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

static bool
hire(struct asking *a, const struct match_index *m, const struct prb_release *release,
	const struct prb_index *index)
{
	a->workers = calloc(m->jobs, sizeof(*a->workers));
	for (unsigned i = 0; a->workers != NULL && i < m->jobs; i++) {
		struct worker *w = &a->workers[i];

		*w = (struct worker){.release = release,
			.index = index,
			.searcher = prb_searcher_create(index),
			.queries = a->queries,
			.took = a->took,
			.limit = m->limit};
		prb_str_init(&w->answers, ANSWERS_BYTES_MAX);
		if (w->searcher == NULL)
			return false;
	}
	return a->workers != NULL;
}

static void
dismiss(struct asking *a, unsigned jobs)
{
	for (unsigned i = 0; a->workers != NULL && i < jobs; i++) {
		prb_searcher_destroy(a->workers[i].searcher);
		prb_str_finish(&a->workers[i].answers);
	}
	free(a->workers);
}

static int
ask(const struct match_index *m, const struct prb_release *release, const struct prb_index *index)
{
	struct asking *a = calloc(1, sizeof(*a));
	int status = PRB_EXIT_FAILED, refused;

	if (a == NULL || !rows_open(&a->rows, m->queries)) {
		free(a);
		return PRB_EXIT_FAILED;
	}
	if (m->timing != NULL && (a->timing = fopen(m->timing, "w")) == NULL)
		prb_cli_say("%s: %s", m->timing, strerror(errno));
	else if (!hire(a, m, release, index))
		prb_cli_say("there is no memory for %u jobs", m->jobs);
	else
		status = ask_all(a, m->jobs);
	dismiss(a, m->jobs);
	if (a->timing != NULL && fclose(a->timing) != 0) {
		prb_cli_say("%s: %s", m->timing, strerror(errno));
		status = PRB_EXIT_FAILED;
	}
	refused = rows_close(&a->rows);
	free(a);
	return status == PRB_EXIT_OK ? refused : status;
}

int
match_index_search(const struct match_index *m)
{
	struct prb_release *release = prb_cli_open_release(m->data);
	struct source source = {0};
	int status;

	if (release == NULL)
		return PRB_EXIT_FAILED;
	status = is_table(m->index) ? source_of_table(&source, release, m->index)
				    : source_of_file(&source, release, m->index);
	if (status == PRB_EXIT_OK)
		status = ask(m, release, &source.index);
	source_close(&source);
	prb_release_close(release);
	return status;
}
