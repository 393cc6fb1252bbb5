/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/scoring_fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/render/html.h"
#include "clients/render/plain.h"
#include "clients/render/rows.h"
#include "datasets/facts/gather.h"
#include "scoring/base/jcs.h"
#include "scoring/rules/report.h"

#define ARENA_BYTES_MAX ((size_t)64 << 20)
#define ROOM ((size_t)64 << 20)

static struct {
	struct prb_release *release;
	struct prb_reader *reader;
	struct prb_gatherer *gatherer;
	struct prb_arena *arena, *spare;
	struct prb_str report, again, scratch;
	uint64_t scored;
} all;

void
fuzz_require(bool kept, const char *promise)
{
	if (kept)
		return;
	fprintf(stderr, "broken: %s\n", promise);
	abort();
}

static void
close_all(void)
{
	prb_str_finish(&all.report);
	prb_str_finish(&all.again);
	prb_str_finish(&all.scratch);
	prb_arena_destroy(all.arena);
	prb_arena_destroy(all.spare);
	prb_gatherer_destroy(all.gatherer);
	prb_reader_destroy(all.reader);
	prb_release_close(all.release);
}

static void
open_all(void)
{
	const char *path = getenv("PROBITY_DATA");
	struct prb_fault fault;

	if (all.release != NULL)
		return;
	if (path == NULL || path[0] == '\0')
		path = PROBITY_BINARY_DIR "/share/probity/release.lmdb";
	if (prb_release_open(path, &all.release, &fault) != PRB_OK) {
		fprintf(stderr, "%s\n", fault.detail);
		exit(1);
	}
	fuzz_require(prb_reader_create(all.release, &all.reader) == PRB_OK, "a reader");
	all.gatherer = prb_gatherer_create(all.reader);
	all.arena = prb_arena_create(ARENA_BYTES_MAX);
	all.spare = prb_arena_create(8 * ARENA_BYTES_MAX);
	fuzz_require(all.gatherer != NULL && all.arena != NULL && all.spare != NULL, "memory");
	prb_str_init(&all.report, ROOM);
	prb_str_init(&all.again, ROOM);
	prb_str_init(&all.scratch, 8 * PRB_DECLARATION_BYTES_MAX);
	atexit(close_all);
}

static void
check_faults(const struct prb_faults *faults)
{
	fuzz_require(faults->count > 0, "a refusal has a fault");
	for (size_t i = 0; i < faults->count; i++) {
		const struct prb_fault *f = &faults->items[i];

		fuzz_require(f->detail[0] != '\0', "a fault has words");
		fuzz_require(prb_utf8_check(f->detail, strlen(f->detail)) == strlen(f->detail),
			"the words are UTF-8");
		fuzz_require(prb_utf8_check(f->pointer, strlen(f->pointer)) == strlen(f->pointer),
			"the place is UTF-8");
	}
}

/* A report is a document, and each writer can write it. */
static void
check_words(const struct prb_json *report)
{
	const struct prb_document_options options = {.lang = PRB_LANG_ar};
	struct prb_document document;
	struct prb_fault fault;

	fuzz_require(
		prb_document_of_report(all.spare, report, &options, &document, &fault) == PRB_OK,
		"a report can be explained");
	prb_plain_write(&document, &all.again);
	prb_html_write(&document, &all.again);
	fuzz_require(!all.again.failed, "its words have room");
}

/* The report is its own canonical form, can be explained, and has a line in each table. */
static void
check_report(const struct prb_result *result)
{
	const struct prb_json *json;
	struct prb_fault fault;

	prb_str_reset(&all.report);
	prb_report_write(all.arena, result, &all.report);
	if (all.report.failed)
		return;
	prb_arena_reset(all.spare);
	prb_str_reset(&all.again);
	fuzz_require(
		prb_json_parse(all.spare, prb_str_span(&all.report), ROOM, &fault, &json) == PRB_OK,
		"a report is I-JSON");
	prb_jcs_write(all.spare, json, &all.again);
	fuzz_require(prb_span_equal(prb_str_span(&all.report), prb_str_span(&all.again)),
		"a report is canonical");
	prb_str_reset(&all.again);
	check_words(json);
	prb_render_csv_row(result, 1, PRB_LANG_ru, &all.again);
	prb_render_table_row(result, 1, true, PRB_LANG_zh, &all.again);
	fuzz_require(prb_utf8_check(all.again.p, all.again.n) == all.again.n, "words are UTF-8");
}

void
fuzz_score(struct prb_span json)
{
	struct prb_score_options options = {
		.as_of = prb_date_from_civil(2026, 6, 30), .sha256 = prb_store_sha256};
	struct prb_faults faults = {.count = 0};
	struct prb_declaration *declaration;
	struct prb_facts *facts;
	struct prb_result *result;
	enum prb_err err;

	open_all();
	options.scratch = &all.scratch;
	prb_arena_reset(all.arena);
	err = prb_declaration_read(all.arena, json, &faults, &declaration);
	if (err == PRB_OK)
		err = prb_facts_gather(
			all.gatherer, all.arena, declaration, options.as_of, &faults, &facts);
	if (err == PRB_OK)
		err = prb_score(all.arena, prb_release_reference(all.release), declaration, facts,
			&options, &faults, &result);
	if (err != PRB_OK) {
		check_faults(&faults);
		return;
	}
	fuzz_require(faults.count == 0, "what is rated has no fault");
	all.scored++;
	check_report(result);
}

uint64_t
fuzz_scored(void)
{
	return all.scored;
}
