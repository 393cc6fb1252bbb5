/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scoring path takes no memory outside its arena: over every golden declaration, once arena,
 * scratch and report have been used once, nothing is asked of malloc.
 *
 * What counts: every malloc, calloc and realloc that the project's objects call, which the linker
 * turns to the __wrap functions; every chunk that the arena takes; and each call of qsort, since
 * the C library may take memory for that by itself. Reading the declaration and gathering its facts
 * are counted too, in a test of their own.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "datasets/facts/gather.h"
#include "scoring/rules/report.h"
#include "tests/unit/wrapped_malloc.h"

#define GOLDEN PROBITY_SOURCE_DIR "/tests/golden"
#define RELEASE PROBITY_BINARY_DIR "/share/probity/release.lmdb"
#define CASES_MAX 512
#define CASES_MIN 40
#define TEXT_BYTES_MAX ((size_t)1 << 20)
/* glibc sorts up to so many bytes on the stack (stdlib/msort.c, before 2.37). */
#define SORT_BYTES_MAX 1024

void __real_qsort(
	void *base, size_t count, size_t size, int (*compare)(const void *a, const void *b));
void __wrap_qsort(
	void *base, size_t count, size_t size, int (*compare)(const void *a, const void *b));

static struct prb_release *release;
static struct prb_reader *reader;
static struct prb_gatherer *gatherer;
static struct prb_arena *arena, *texts;
static struct prb_str scratch, report;
static struct {
	const char *name;
	struct prb_span text;
} cases[CASES_MAX];
static size_t cases_count, reports_count, large_sorts;

void
__wrap_qsort(void *base, size_t count, size_t size, int (*compare)(const void *a, const void *b))
{
	large_sorts += count * size >= SORT_BYTES_MAX;
	__real_qsort(base, count, size, compare);
}

/* What was taken so far, in all three ways. */
static size_t
taken(void)
{
	return allocations_taken + prb_arena_chunks_taken(arena) + large_sorts;
}

/* One declaration from text to report. *scored: what scoring and writing took; returns what all of
 * it took. */
static size_t
work(size_t i, size_t *scored)
{
	struct prb_score_options options = {.sha256 = prb_store_sha256, .scratch = &scratch};
	struct prb_faults faults = {.count = 0};
	struct prb_declaration *declaration;
	struct prb_result *result;
	struct prb_facts *facts;
	size_t start = taken(), before;

	*scored = 0;
	prb_arena_reset(arena);
	prb_str_reset(&report);
	options.as_of = prb_date_from_civil(2026, 6, 30);
	if (prb_declaration_read(arena, cases[i].text, &faults, &declaration) != PRB_OK ||
		prb_facts_gather(gatherer, arena, declaration, options.as_of, &faults, &facts) !=
			PRB_OK)
		return taken() - start;
	before = taken();
	if (prb_score(arena, prb_release_reference(release), declaration, facts, &options, &faults,
		    &result) == PRB_OK) {
		prb_report_write(arena, result, &report);
		assert_false(report.failed);
		reports_count++;
	}
	*scored = taken() - before;
	return taken() - start;
}

/* Twice: what grows in the first round is there in the second. */
static void
warm_up(void)
{
	size_t scored;

	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < cases_count; i++)
			(void)work(i, &scored);
}

static void
scoring_takes_nothing(void **state)
{
	size_t scored;

	(void)state;
	warm_up();
	reports_count = 0;
	for (size_t i = 0; i < cases_count; i++) {
		(void)work(i, &scored);
		if (scored != 0)
			fail_msg("%s: %zu allocations outside the arena", cases[i].name, scored);
	}
	assert_true(reports_count >= CASES_MIN);
}

static void
reading_and_gathering_take_nothing(void **state)
{
	size_t scored, all;

	(void)state;
	warm_up();
	for (size_t i = 0; i < cases_count; i++) {
		all = work(i, &scored);
		if (all != scored)
			fail_msg("%s: %zu allocations outside the arena", cases[i].name,
				all - scored);
	}
}

/* The counting counts. */
static void
what_is_taken_is_seen(void **state)
{
	size_t before = taken(), scored;
	struct prb_arena *warm = arena;
	/* volatile: a compiler may leave out what nobody looks at. */
	void *volatile one = malloc(1);

	(void)state;
	free((void *)one);
	assert_int_equal(taken(), before + 1);
	before = taken();
	prb_str_finish(&scratch);
	(void)work(0, &scored);
	assert_true(scored > 0);
	arena = prb_arena_create((size_t)16 << 20);
	assert_non_null(arena);
	before = prb_arena_chunks_taken(arena);
	assert_non_null(prb_arena_alloc(arena, (size_t)4 << 20));
	assert_true(prb_arena_chunks_taken(arena) > before);
	prb_arena_destroy(arena);
	arena = warm;
}

static bool
read_case(const char *name)
{
	static char text[TEXT_BYTES_MAX];
	char path[1024];
	FILE *file;
	size_t n;

	(void)snprintf(path, sizeof path, "%s/%s/declaration.json", GOLDEN, name);
	file = fopen(path, "rb");
	if (file == NULL)
		return false;
	n = fread(text, 1, sizeof text, file);
	(void)fclose(file);
	cases[cases_count].text = prb_arena_copy(texts, (struct prb_span){text, n});
	cases[cases_count].name = prb_arena_copy(texts, prb_span_of(name)).p;
	/* A longer one would be cut, and count for little. */
	return cases[cases_count].text.p != NULL && cases[cases_count++].name != NULL &&
	       n < sizeof text;
}

static bool
read_cases(void)
{
	DIR *folder = opendir(GOLDEN);
	struct dirent *entry;
	bool done = folder != NULL;

	while (done && (entry = readdir(folder)) != NULL)
		if (strchr(entry->d_name, '-') != NULL && strchr(entry->d_name, '.') == NULL)
			done = cases_count < CASES_MAX && read_case(entry->d_name);
	if (folder != NULL)
		(void)closedir(folder);
	return done && cases_count >= CASES_MIN;
}

static int
set_up(void **state)
{
	struct prb_fault fault;

	(void)state;
	texts = prb_arena_create((size_t)256 << 20);
	if (texts == NULL || !read_cases() || prb_release_open(RELEASE, &release, &fault) != PRB_OK)
		return -1;
	arena = prb_arena_create((size_t)64 << 20);
	if (arena == NULL || prb_reader_create(release, &reader) != PRB_OK)
		return -1;
	gatherer = prb_gatherer_create(reader);
	prb_str_init(&scratch, 2 * PRB_DECLARATION_BYTES_MAX);
	prb_str_init(&report, PRB_REPORT_BYTES_MAX);
	return gatherer != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_str_finish(&scratch);
	prb_str_finish(&report);
	prb_gatherer_destroy(gatherer);
	prb_reader_destroy(reader);
	prb_release_close(release);
	prb_arena_destroy(arena);
	prb_arena_destroy(texts);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scoring_takes_nothing),
		cmocka_unit_test(reading_and_gathering_take_nothing),
		cmocka_unit_test(what_is_taken_is_seen),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
