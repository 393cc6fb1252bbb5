/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/screener.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "clients/cli/cli.h"
#include "clients/render/rows.h"
#include "scoring/rules/report.h"

#define ARENA_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define BATCH_BYTES_MAX ((size_t)1024 * 1024 * 1024)

struct screener {
	const struct screen_settings *settings;
	struct prb_reader *reader;
	struct prb_gatherer *gatherer;
	struct prb_arena *arena;
	struct prb_faults faults;
	struct prb_str scratch;
};

void
batch_init(struct batch *batch)
{
	memset(batch, 0, sizeof *batch);
	prb_str_init(&batch->texts, BATCH_BYTES_MAX);
	prb_str_init(&batch->out, BATCH_BYTES_MAX);
	prb_str_init(&batch->err, BATCH_BYTES_MAX);
}

void
batch_finish(struct batch *batch)
{
	prb_str_finish(&batch->texts);
	prb_str_finish(&batch->out);
	prb_str_finish(&batch->err);
}

void
batch_reset(struct batch *batch)
{
	prb_str_reset(&batch->texts);
	prb_str_reset(&batch->out);
	prb_str_reset(&batch->err);
	batch->count = 0;
	batch->refused = batch->noted = 0;
	memset(batch->ratings, 0, sizeof batch->ratings);
}

struct screener *
screener_create(const struct screen_settings *settings)
{
	struct screener *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->settings = settings;
	prb_str_init(&s->scratch, PRB_DECLARATION_BYTES_MAX * 2);
	s->arena = prb_arena_create(ARENA_BYTES_MAX);
	if (s->arena != NULL && prb_reader_create(settings->release, &s->reader) == PRB_OK)
		s->gatherer = prb_gatherer_create(s->reader);
	if (s->gatherer != NULL) {
		prb_gatherer_decide(s->gatherer, settings->decisions);
		return s;
	}
	screener_destroy(s);
	return NULL;
}

void
screener_destroy(struct screener *screener)
{
	if (screener == NULL)
		return;
	prb_gatherer_destroy(screener->gatherer);
	prb_reader_destroy(screener->reader);
	prb_arena_destroy(screener->arena);
	prb_str_finish(&screener->scratch);
	free(screener);
}

static enum prb_err
read_and_gather(struct screener *s, struct prb_span json, prb_date as_of,
	struct prb_declaration **declaration, struct prb_facts **facts)
{
	enum prb_err err;

	prb_arena_reset(s->arena);
	s->faults.count = s->faults.dropped = 0;
	err = prb_declaration_read(s->arena, json, &s->faults, declaration);
	if (err != PRB_OK)
		return err;
	return prb_facts_gather(s->gatherer, s->arena, *declaration, as_of, &s->faults, facts);
}

enum prb_err
screener_probe(struct screener *screener, struct prb_span json, struct prb_fault *fault)
{
	struct prb_declaration *declaration;
	struct prb_facts *facts;
	enum prb_err err =
		read_and_gather(screener, json, screener->settings->as_of, &declaration, &facts);

	if (err != PRB_OK)
		*fault = screener->faults.items[0];
	return err;
}

enum prb_err
screener_report(struct screener *screener, struct prb_span json,
	const struct prb_score_options *options, struct prb_str *out,
	const struct prb_faults **faults)
{
	const struct prb_reference *reference = prb_release_reference(screener->settings->release);
	struct prb_score_options own = *options;
	struct prb_declaration *declaration;
	struct prb_facts *facts;
	struct prb_result *result;
	enum prb_err err = read_and_gather(screener, json, own.as_of, &declaration, &facts);

	*faults = &screener->faults;
	own.scratch = &screener->scratch;
	if (err == PRB_OK)
		err = prb_score(screener->arena, reference, declaration, facts, &own,
			&screener->faults, &result);
	if (err != PRB_OK)
		return err;
	prb_report_write(screener->arena, result, out);
	return out->failed ? prb_faults_add(&screener->faults, PRB_ERR_MEMORY, "",
				     "the report needs more memory than there is")
			   : PRB_OK;
}

/* The first report of a JSON answer has no comma before it; the writer of the whole puts the
 * brackets (screen.c). */
static void
write_result(
	struct screener *s, const struct prb_result *result, uint64_t line, struct prb_str *out)
{
	switch (s->settings->output) {
	case OUTPUT_TABLE:
		prb_render_table_row(result, line, s->settings->colour, s->settings->lang, out);
		break;
	case OUTPUT_CSV:
		prb_render_csv_row(result, line, s->settings->lang, out);
		break;
	case OUTPUT_JSON:
		prb_str_add_text(out, ",\n");
		prb_report_write(s->arena, result, out);
		break;
	case OUTPUT_NDJSON:
	case OUTPUT_HTML:
	case OUTPUT_PDF: /* pages are made of reports, one after the other (screen.c) */
		prb_report_write(s->arena, result, out);
		prb_str_add_char(out, '\n');
		break;
	}
}

static void
say_faults(struct screener *s, uint64_t line, struct batch *batch)
{
	for (size_t i = 0; i < s->faults.count; i++) {
		prb_str_addf(&batch->err, "%s:%llu: ", s->settings->name, (unsigned long long)line);
		prb_cli_fault(&s->faults.items[i], &batch->err);
		prb_str_add_char(&batch->err, '\n');
	}
	if (s->faults.dropped != 0)
		prb_str_addf(&batch->err, "%s:%llu: and %zu more\n", s->settings->name,
			(unsigned long long)line, s->faults.dropped);
	batch->refused++;
}

static void say_note(struct screener *s, const struct batch_row *row, struct batch *batch,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

static void
say_note(struct screener *s, const struct batch_row *row, struct batch *batch, const char *format,
	...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof text, format, args);
	va_end(args);
	prb_str_addf(&batch->err, "%s:%llu: note: %s\n", s->settings->name,
		(unsigned long long)row->line, text);
}

static void
say_notes(struct screener *s, const struct batch_row *row, struct batch *batch)
{
	const char *p = batch->texts.p + row->at + row->bytes, *end = p + row->notes_bytes;

	if (row->notes_bytes == 0)
		return;
	batch->noted++;
	while (s->settings->verbose && p < end) {
		const char *line_end = memchr(p, '\n', (size_t)(end - p));

		prb_str_addf(&batch->err, "%s:%llu: note: %.*s\n", s->settings->name,
			(unsigned long long)row->line, (int)(line_end - p), p);
		p = line_end + 1;
	}
}

/* What was read into the declaration; the report says it too. A country that was guessed is always
 * counted as a note. */
static void
say_assumptions(struct screener *s, const struct batch_row *row, const struct prb_declaration *d,
	const struct prb_facts *facts, struct batch *batch)
{
	const struct prb_reference *reference = prb_release_reference(s->settings->release);
	const struct prb_place *place = &facts->supplier;

	if (place->country_assumed && row->notes_bytes == 0)
		batch->noted++;
	if (!s->settings->verbose)
		return;
	if (place->country_assumed)
		say_note(s, row, batch, "country read as %s: the word is ambiguous",
			reference->countries[place->country].iso3);
	if (place->region[0] != '\0' && strcmp(place->region_basis, "declared") != 0)
		say_note(s, row, batch, "region %s read from the %s", place->region,
			place->region_basis);
	for (size_t i = 0; i < d->products_count; i++) {
		const struct prb_goods_facts *goods = &facts->products[i].goods;

		if (goods->basis == PRB_HS_KEYWORD || goods->basis == PRB_HS_BROAD)
			say_note(s, row, batch, "product words read as HS %s%s%s", goods->hs[0],
				goods->hs_count > 1 ? " and others" : "",
				goods->basis == PRB_HS_BROAD
					? ", broad: they count for the point only"
					: "");
	}
}

static void
run_row(struct screener *s, const struct batch_row *row, struct batch *batch)
{
	const struct prb_score_options options = {
		.as_of = s->settings->as_of,
		.declarant = s->settings->declarant,
		.sha256 = prb_store_sha256,
		.book = s->settings->book,
		.scratch = &s->scratch,
	};
	struct prb_span json = {batch->texts.p + row->at, row->bytes};
	struct prb_declaration *declaration;
	struct prb_facts *facts;
	struct prb_result *result;
	size_t before = batch->out.n;
	enum prb_err err;

	if (row->refused) {
		prb_str_addf(&batch->err, "%s:%llu: %.*s\n", s->settings->name,
			(unsigned long long)row->line, (int)json.n, json.p);
		batch->refused++;
		return;
	}
	err = read_and_gather(s, json, options.as_of, &declaration, &facts);
	if (err == PRB_OK)
		err = prb_score(s->arena, prb_release_reference(s->settings->release), declaration,
			facts, &options, &s->faults, &result);
	if (err == PRB_OK) {
		write_result(s, result, row->line, &batch->out);
		if (batch->out.failed) {
			/* Half a report is none. */
			batch->out.n = before;
			batch->out.failed = false;
			prb_faults_add(&s->faults, PRB_ERR_MEMORY, "",
				"the report needs more memory than there is");
		}
	}
	say_notes(s, row, batch);
	if (err == PRB_OK)
		say_assumptions(s, row, declaration, facts, batch);
	if (s->faults.count != 0)
		say_faults(s, row->line, batch);
	else
		batch->ratings[result->rating.rating]++;
}

void
screener_run(struct screener *screener, struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		run_row(screener, &batch->rows[i], batch);
}
