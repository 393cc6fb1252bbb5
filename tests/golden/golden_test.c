/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Golden cases: each folder beside this file is one declaration with what was expected of it before
 * the code ran (expect.json) and the report's bytes as they are (report.json). See README.md.
 */

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "datasets/facts/decisions.h"
#include "datasets/store/release.h"
#include "scoring/base/jcs.h"
#include "scoring/rules/book.h"
#include "scoring/rules/report.h"
#include "scoring/rules/score.h"

#define GOLDEN PROBITY_SOURCE_DIR "/tests/golden"
#define RELEASE PROBITY_BINARY_DIR "/share/probity/release.lmdb"
#define CASES_MAX 512
#define CASES_MIN 24
#define NAME_BYTES_MAX 128
#define PATH_BYTES_MAX 4096
#define FILE_BYTES_MAX (4 * 1024 * 1024)
#define DIFFERENCES_MAX 20
#define SHOWN_BYTES_MAX 200
#define POINTER_BYTES_MAX 512

static struct prb_release *release;
static struct prb_reader *reader;
static struct prb_gatherer *gatherer;
static struct prb_arena *arena;
static char names[CASES_MAX][NAME_BYTES_MAX];
static struct CMUnitTest tests[CASES_MAX + 1];
static size_t names_count;

/*
 * Files.
 */

static struct prb_span
read_file(const char *name, const char *file)
{
	char path[PATH_BYTES_MAX];
	char *bytes = prb_arena_alloc(arena, FILE_BYTES_MAX);
	FILE *f;
	size_t n;

	assert_non_null(bytes);
	(void)snprintf(path, sizeof path, "%s/%s/%s", GOLDEN, name, file);
	f = fopen(path, "rb");
	if (f == NULL)
		fail_msg("%s: %s", path, strerror(errno));
	n = fread(bytes, 1, FILE_BYTES_MAX, f);
	assert_false(ferror(f));
	assert_true(n < FILE_BYTES_MAX);
	(void)fclose(f);
	return (struct prb_span){bytes, n};
}

static const struct prb_json *
parse(const char *name, const char *what, struct prb_span text)
{
	const struct prb_json *json = NULL;
	struct prb_fault fault;

	if (prb_json_parse(arena, text, FILE_BYTES_MAX, &fault, &json) != PRB_OK)
		fail_msg("%s/%s: %s", name, what, fault.detail);
	return json;
}

/*
 * Comparing two JSON values; each difference is said with its pointer.
 */

struct comparison {
	const char *name;
	int differences;
};

static void
show(const struct prb_json *value, struct prb_str *out)
{
	prb_str_reset(out);
	if (value == NULL) {
		prb_str_add_text(out, "nothing");
		return;
	}
	prb_jcs_write(arena, value, out);
	assert_false(out->failed);
	if (out->n > SHOWN_BYTES_MAX) {
		out->n = SHOWN_BYTES_MAX;
		prb_str_add_text(out, " ...");
	}
}

static void
say(struct comparison *c, const char *pointer, const struct prb_json *expected,
	const struct prb_json *got)
{
	struct prb_str a, b;

	if (c->differences++ >= DIFFERENCES_MAX)
		return;
	prb_str_init(&a, FILE_BYTES_MAX);
	prb_str_init(&b, FILE_BYTES_MAX);
	show(expected, &a);
	show(got, &b);
	print_error("%s: %s\n    expected %.*s\n    got      %.*s\n", c->name,
		pointer[0] ? pointer : "/", PRB_SPAN_ARGS(prb_str_span(&a)),
		PRB_SPAN_ARGS(prb_str_span(&b)));
	prb_str_finish(&a);
	prb_str_finish(&b);
}

static bool
same_scalar(const struct prb_json *a, const struct prb_json *b)
{
	switch (prb_json_kind(a)) {
	case PRB_JSON_BOOL:
		return prb_json_bool(a) == prb_json_bool(b);
	case PRB_JSON_NUMBER: {
		int64_t x, y;

		return prb_json_int(a, &x) && prb_json_int(b, &y) && x == y;
	}
	case PRB_JSON_STRING:
		return prb_span_equal(prb_json_string(a), prb_json_string(b));
	default:
		return true;
	}
}

static void compare(struct comparison *c, const char *pointer, const struct prb_json *a,
	const struct prb_json *b);

static void
compare_objects(struct comparison *c, const char *pointer, const struct prb_json *a,
	const struct prb_json *b)
{
	char deeper[POINTER_BYTES_MAX];

	for (const struct prb_json *m = prb_json_first(a); m; m = prb_json_next(m)) {
		(void)snprintf(deeper, sizeof deeper, "%s/%s", pointer, prb_json_name(m));
		compare(c, deeper, m, prb_json_member(b, prb_json_name(m)));
	}
	for (const struct prb_json *m = prb_json_first(b); m; m = prb_json_next(m)) {
		(void)snprintf(deeper, sizeof deeper, "%s/%s", pointer, prb_json_name(m));
		if (prb_json_member(a, prb_json_name(m)) == NULL)
			say(c, deeper, NULL, m);
	}
}

static void
compare_arrays(struct comparison *c, const char *pointer, const struct prb_json *a,
	const struct prb_json *b)
{
	char deeper[POINTER_BYTES_MAX];
	size_t i = 0;

	for (a = prb_json_first(a), b = prb_json_first(b); a || b; i++) {
		(void)snprintf(deeper, sizeof deeper, "%s/%zu", pointer, i);
		compare(c, deeper, a, b);
		a = a ? prb_json_next(a) : NULL;
		b = b ? prb_json_next(b) : NULL;
	}
}

static void
compare(struct comparison *c, const char *pointer, const struct prb_json *a,
	const struct prb_json *b)
{
	if (a == NULL || b == NULL || prb_json_kind(a) != prb_json_kind(b))
		say(c, pointer, a, b);
	else if (prb_json_kind(a) == PRB_JSON_OBJECT)
		compare_objects(c, pointer, a, b);
	else if (prb_json_kind(a) == PRB_JSON_ARRAY)
		compare_arrays(c, pointer, a, b);
	else if (!same_scalar(a, b))
		say(c, pointer, a, b);
}

/*
 * Pointers of expect.json: as in RFC 6901, and an element of an array may also be named by its
 * `key`, `id` or `entity_id`.
 */

static bool
is_named(const struct prb_json *element, struct prb_span token)
{
	static const char *const members[] = {"key", "id", "entity_id"};

	if (prb_json_kind(element) != PRB_JSON_OBJECT)
		return false;
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		const struct prb_json *member = prb_json_member(element, members[i]);

		if (member && prb_json_kind(member) == PRB_JSON_STRING &&
			prb_span_equal(prb_json_string(member), token))
			return true;
	}
	return false;
}

static const struct prb_json *
step(const struct prb_json *value, struct prb_span token)
{
	int64_t index = -1, at = 0;
	char name[NAME_BYTES_MAX];

	if (prb_json_kind(value) == PRB_JSON_OBJECT) {
		assert_true(token.n < sizeof name);
		memcpy(name, token.p, token.n);
		name[token.n] = '\0';
		return prb_json_member(value, name);
	}
	if (prb_json_kind(value) != PRB_JSON_ARRAY)
		return NULL;
	if (!prb_parse_int(token, 0, INT32_MAX, &index))
		index = -1;
	for (const struct prb_json *e = prb_json_first(value); e; e = prb_json_next(e), at++)
		if (index >= 0 ? at == index : is_named(e, token))
			return e;
	return NULL;
}

static const struct prb_json *
resolve(const struct prb_json *value, const char *pointer)
{
	while (value != NULL && *pointer == '/') {
		const char *start = pointer + 1;
		size_t n = strcspn(start, "/");

		value = step(value, (struct prb_span){start, n});
		pointer = start + n;
	}
	return value;
}

static void
compare_expected(
	struct comparison *c, const struct prb_json *expected, const struct prb_json *report)
{
	assert_true(prb_json_size(expected) >= 12);
	for (const struct prb_json *e = prb_json_first(expected); e; e = prb_json_next(e))
		compare(c, prb_json_name(e), e, resolve(report, prb_json_name(e)));
}

/*
 * Scoring, as `probity screen` does it.
 */

/* What others confirmed in the case: an array of its decisions.ndjson; NULL: nothing. */
static const struct prb_json *confirmed;

static enum prb_err
no_hit(void *context, struct prb_span hit, struct prb_decided *out)
{
	(void)context;
	(void)hit;
	(void)out;
	return PRB_ERR_NOT_FOUND;
}

static void
take_text(const struct prb_json *object, const char *name, char *out, size_t bytes)
{
	struct prb_span value = prb_json_string(prb_json_member(object, name));

	assert_int_equal(value.n, bytes - 1);
	memcpy(out, value.p, value.n);
	out[value.n] = '\0';
}

static enum prb_err
find_confirmed(void *context, const struct prb_statement_text *statement, struct prb_decided *out)
{
	uint8_t hash[PRB_SHA256_BYTES];
	char hex[PRB_SHA256_HEX_BYTES];

	(void)context;
	prb_store_sha256(hash, statement->whole.p, statement->whole.n);
	prb_sha256_hex(hash, hex);
	for (const struct prb_json *d = prb_json_first(confirmed); d; d = prb_json_next(d)) {
		if (!prb_span_is(prb_json_string(prb_json_member(d, "statement_sha256")), hex))
			continue;
		take_text(d, "id", out->id, sizeof out->id);
		take_text(d, "decided_at", out->at, sizeof out->at);
		return PRB_OK;
	}
	return PRB_ERR_NOT_FOUND;
}

static enum prb_err
any_confirmed(void *context, struct prb_span supplier)
{
	(void)context;
	(void)supplier;
	return confirmed != NULL ? PRB_OK : PRB_ERR_NOT_FOUND;
}

static const struct prb_decision_source decisions = {
	no_hit, prb_store_sha256, NULL, find_confirmed, any_confirmed};

/* decisions.ndjson, one a line, as an array. */
static const struct prb_json *
read_decisions(const char *name)
{
	char path[PATH_BYTES_MAX];
	struct prb_str list;
	struct prb_span text;
	const struct prb_json *json;

	(void)snprintf(path, sizeof path, "%s/%s/decisions.ndjson", GOLDEN, name);
	if (access(path, F_OK) != 0)
		return NULL;
	text = prb_span_trim(read_file(name, "decisions.ndjson"));
	prb_str_init(&list, FILE_BYTES_MAX);
	prb_str_add_char(&list, '[');
	for (size_t i = 0; i < text.n; i++)
		prb_str_add_char(&list, text.p[i] == '\n' ? ',' : text.p[i]);
	prb_str_add_char(&list, ']');
	assert_false(list.failed);
	json = parse(name, "decisions.ndjson", prb_arena_copy(arena, prb_str_span(&list)));
	prb_str_finish(&list);
	return json;
}

static enum prb_err
try_score_with(struct prb_span text, prb_date as_of, const struct prb_book *book,
	struct prb_faults *faults, struct prb_result **result)
{
	struct prb_score_options options = {
		.as_of = as_of, .sha256 = prb_store_sha256, .book = book};
	struct prb_declaration *declaration;
	struct prb_facts *facts;
	enum prb_err err = prb_declaration_read(arena, text, faults, &declaration);

	if (err == PRB_OK)
		err = prb_facts_gather(gatherer, arena, declaration, as_of, faults, &facts);
	if (err == PRB_OK)
		err = prb_score(arena, prb_release_reference(release), declaration, facts, &options,
			faults, result);
	return err;
}

static enum prb_err
try_score(
	struct prb_span text, prb_date as_of, struct prb_faults *faults, struct prb_result **result)
{
	return try_score_with(text, as_of, NULL, faults, result);
}

/* The declarations of the case's book, one a line; NULL where it has none. */
static const struct prb_book *
read_book(const char *name, prb_date as_of)
{
	char path[PATH_BYTES_MAX];
	struct prb_span text, line;
	struct prb_book *book;

	(void)snprintf(path, sizeof path, "%s/%s/book.ndjson", GOLDEN, name);
	if (access(path, F_OK) != 0)
		return NULL;
	text = prb_span_trim(read_file(name, "book.ndjson"));
	book = prb_book_create(arena, prb_release_reference(release), true);
	assert_non_null(book);
	while (text.n > 0) {
		const char *end = memchr(text.p, '\n', text.n);
		struct prb_faults faults = {.count = 0};
		struct prb_result *result;

		line = (struct prb_span){text.p, end == NULL ? text.n : (size_t)(end - text.p)};
		if (try_score(line, as_of, &faults, &result) != PRB_OK)
			fail_msg("%s/book.ndjson: %s %s", name, faults.items[0].pointer,
				faults.items[0].detail);
		assert_int_equal(prb_book_add(book, result, prb_store_sha256), PRB_OK);
		text.p += line.n;
		text.n -= line.n;
		text = prb_span_trim(text);
	}
	assert_int_equal(prb_book_solve(book, prb_store_sha256), PRB_OK);
	return book;
}

static void
score(const char *name, struct prb_span text, prb_date as_of, struct prb_str *out)
{
	struct prb_faults faults = {.count = 0};
	struct prb_result *result;

	if (try_score_with(text, as_of, read_book(name, as_of), &faults, &result) != PRB_OK)
		fail_msg("%s/declaration.json is refused: %s %s", name, faults.items[0].pointer,
			faults.items[0].detail);
	prb_report_write(arena, result, out);
	assert_false(out->failed);
}

/* Cases that expect no report name the place of the first fault. */
static void
expect_refusal(const char *name, struct prb_span text, prb_date as_of, struct prb_span pointer)
{
	struct prb_faults faults = {.count = 0};
	struct prb_result *result;

	if (try_score(text, as_of, &faults, &result) == PRB_OK)
		fail_msg("%s: a report, where a refusal at %.*s was expected", name,
			PRB_SPAN_ARGS(pointer));
	assert_true(faults.count >= 1);
	if (!prb_span_is(pointer, faults.items[0].pointer))
		fail_msg("%s: refused at %s (%s), expected at %.*s", name, faults.items[0].pointer,
			faults.items[0].detail, PRB_SPAN_ARGS(pointer));
	assert_true(strlen(faults.items[0].detail) > 0);
}

static void
assert_canonical(const char *name, const struct prb_str *report)
{
	struct prb_str canonical;

	prb_str_init(&canonical, FILE_BYTES_MAX);
	prb_jcs_write(arena, parse(name, "the report", prb_str_span(report)), &canonical);
	assert_false(canonical.failed);
	if (!prb_span_equal(prb_str_span(&canonical), prb_str_span(report)))
		fail_msg("%s: the report is not in canonical form (RFC 8785)", name);
	prb_str_finish(&canonical);
}

static void
compare_pinned(struct comparison *c, const struct prb_str *report)
{
	struct prb_span pinned = prb_span_trim(read_file(c->name, "report.json"));

	if (prb_span_equal(pinned, prb_str_span(report)))
		return;
	compare(c, "", parse(c->name, "report.json", pinned),
		parse(c->name, "the report", prb_str_span(report)));
	print_error("%s: the report is not the pinned one; where that is meant, "
		    "tests/golden/update renews it\n",
		c->name);
	c->differences++;
}

static void
run_case(void **state)
{
	const char *name = *state;
	struct comparison c = {.name = name};
	const struct prb_json *expect, *as_of, *title, *refused;
	struct prb_str report;
	prb_date date = PRB_DATE_NONE;

	prb_arena_reset(arena);
	expect = parse(name, "expect.json", read_file(name, "expect.json"));
	as_of = prb_json_member(expect, "as_of");
	title = prb_json_member(expect, "title");
	assert_true(
		as_of != NULL && title != NULL && prb_date_parse(prb_json_string(as_of), &date));
	refused = prb_json_member(expect, "refused");
	confirmed = read_decisions(name);
	if (refused != NULL) {
		expect_refusal(
			name, read_file(name, "declaration.json"), date, prb_json_string(refused));
		return;
	}
	prb_str_init(&report, PRB_REPORT_BYTES_MAX);
	score(name, read_file(name, "declaration.json"), date, &report);
	assert_canonical(name, &report);
	compare_expected(&c, prb_json_member(expect, "expect"),
		parse(name, "the report", prb_str_span(&report)));
	compare_pinned(&c, &report);
	confirmed = NULL;
	prb_str_finish(&report);
	if (c.differences > 0)
		fail_msg("%s (%.*s): %d differences", name, PRB_SPAN_ARGS(prb_json_string(title)),
			c.differences);
}

/* A declaration scored after others gives the bytes it gives alone: nothing is left over between
 * two. */
static void
nothing_is_left_over(void **state)
{
	struct prb_str first, again;
	prb_date date = PRB_DATE_NONE;

	(void)state;
	assert_true(prb_date_parse(PRB_SPAN("2026-06-30"), &date));
	prb_str_init(&first, PRB_REPORT_BYTES_MAX);
	prb_str_init(&again, PRB_REPORT_BYTES_MAX);
	prb_arena_reset(arena);
	score(names[0], read_file(names[0], "declaration.json"), date, &first);
	for (size_t i = 0; i < names_count; i++) {
		struct prb_faults faults = {.count = 0};
		struct prb_result *other;

		prb_arena_reset(arena);
		(void)try_score(read_file(names[i], "declaration.json"), date, &faults, &other);
		prb_arena_reset(arena);
		prb_str_reset(&again);
		score(names[0], read_file(names[0], "declaration.json"), date, &again);
		if (!prb_span_equal(prb_str_span(&first), prb_str_span(&again)))
			fail_msg("%s after %s gives another report", names[0], names[i]);
	}
	prb_str_finish(&first);
	prb_str_finish(&again);
}

/*
 * The folders are the cases.
 */

static int
compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
find_cases(void)
{
	DIR *folder = opendir(GOLDEN);
	struct dirent *entry;

	if (folder == NULL) {
		(void)fprintf(stderr, "%s: %s\n", GOLDEN, strerror(errno));
		exit(1);
	}
	while ((entry = readdir(folder)) != NULL) {
		/* Folders alone have names without a dot, but for those of programs. */
		if (strchr(entry->d_name, '.') != NULL || strchr(entry->d_name, '-') == NULL)
			continue;
		if (names_count == CASES_MAX || strlen(entry->d_name) >= NAME_BYTES_MAX) {
			(void)fprintf(stderr, "%s: too many cases, or a name too long\n", GOLDEN);
			exit(1);
		}
		memcpy(names[names_count++], entry->d_name, strlen(entry->d_name) + 1);
	}
	(void)closedir(folder);
	qsort(names, names_count, sizeof names[0], compare_names);
}

static int
open_release(void **state)
{
	struct prb_fault fault;

	(void)state;
	if (prb_release_open(RELEASE, &release, &fault) != PRB_OK) {
		print_error("%s: %s\n", RELEASE, fault.detail);
		return -1;
	}
	arena = prb_arena_create((size_t)128 * 1024 * 1024);
	if (arena == NULL || prb_reader_create(release, &reader) != PRB_OK)
		return -1;
	gatherer = prb_gatherer_create(reader);
	if (gatherer != NULL)
		prb_gatherer_decide(gatherer, &decisions);
	return gatherer != NULL ? 0 : -1;
}

static int
close_release(void **state)
{
	(void)state;
	prb_gatherer_destroy(gatherer);
	prb_reader_destroy(reader);
	prb_release_close(release);
	prb_arena_destroy(arena);
	return 0;
}

int
main(void)
{
	find_cases();
	if (names_count < CASES_MIN) {
		(void)fprintf(stderr, "%s: %zu cases, at least %d should be there\n", GOLDEN,
			names_count, CASES_MIN);
		return 1;
	}
	for (size_t i = 0; i < names_count; i++)
		tests[i] = (struct CMUnitTest){
			.name = names[i], .test_func = run_case, .initial_state = names[i]};
	tests[names_count] = (struct CMUnitTest){
		.name = "nothing_is_left_over", .test_func = nothing_is_left_over};
	return _cmocka_run_group_tests(
		"golden", tests, names_count + 1, open_release, close_release);
}
