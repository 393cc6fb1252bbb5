/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/build/build.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "datasets/build/compile.h"
#include "datasets/build/fold_table.h"
#include "datasets/build/overlay.h"

#define ARENA_BYTES_MAX (512UL * 1024 * 1024)
#define ROW_BYTES_MAX (16UL * 1024 * 1024)

static int
compare_rows(const void *a, const void *b)
{
	return prb_store_row_compare(a, b);
}

/* Latin letters and digits; "-" alone parts words. */
static bool
is_latin(struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!((text.p[i] >= 'a' && text.p[i] <= 'z') ||
			    (text.p[i] >= '0' && text.p[i] <= '9')))
			return prb_span_is(text, "-");
	return true;
}

static struct prb_fold_override
read_override(struct prb_sources *s, size_t row)
{
	struct prb_span character = prb_source_text(s, PRB_COL_ROMANIZATION_CHARACTER, row);
	struct prb_fold_override override = {
		.latin = prb_source_text(s, PRB_COL_ROMANIZATION_LATIN, row)};

	if (prb_utf8_decode(character.p, character.n, &override.code_point) != character.n ||
		override.code_point < 0x80)
		prb_complain_cell(s, PRB_COL_ROMANIZATION_CHARACTER, row,
			"one character is wanted, and none of ASCII");
	if (!is_latin(override.latin))
		prb_complain_cell(s, PRB_COL_ROMANIZATION_LATIN, row,
			"small Latin letters and digits, \"-\", or nothing are wanted");
	if (prb_span_is(override.latin, "-"))
		override.latin = PRB_SPAN(" ");
	return override;
}

static enum prb_err
make_fold_bytes(struct prb_compiler *c, struct prb_str *table, struct prb_fault *fault)
{
	size_t count = prb_source_count(c->sources, PRB_SOURCE_ROMANIZATION);
	struct prb_fold_override *overrides =
		prb_arena_array(c->arena, count + 1, sizeof(*overrides));

	if (!overrides)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "memory ran out");
	for (size_t i = 0; i < count; i++)
		overrides[i] = read_override(c->sources, i);
	return prb_fold_table_make(overrides, count, table, fault);
}

static enum prb_err
make_fold_table(struct prb_compiler *c, struct prb_fault *fault)
{
	struct prb_str table;
	struct prb_span kept = PRB_SPAN_NONE;
	enum prb_err err;

	prb_str_init(&table, ROW_BYTES_MAX);
	err = make_fold_bytes(c, &table, fault);
	if (err == PRB_OK) {
		kept = prb_arena_copy(c->arena, prb_str_span(&table));
		if (!kept.p || !prb_fold_table_open(&c->fold, kept.p, kept.n))
			err = prb_fault_set(
				fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "memory ran out");
	}
	prb_str_finish(&table);
	if (err == PRB_OK)
		prb_compiler_add(c, PRB_TABLE_FOLD, PRB_SPAN(PRB_FOLD_KEY), kept);
	return err;
}

/* The files of overlays, and the folder, that somebody has to mend. */
static void
name_faulty(const struct prb_sources *s, char *names, size_t room)
{
	size_t n = 0;

	names[0] = '\0';
	for (int i = 0; i <= PRB_OVERLAYS; i++)
		if (s->at_fault[i] && n < room)
			n += (size_t)snprintf(names + n, room - n, "%s%s", n > 0 ? ", " : "",
				i == PRB_OVERLAYS ? s->folder : s->overlays[i]);
}

static enum prb_err
refused(const struct prb_sources *s, const struct prb_loaded_lists *lists, struct prb_fault *fault)
{
	char line[128], names[PRB_FAULT_DETAIL_BYTES_MAX];

	if (s->complaints > PRB_COMPLAINTS_SAID_MAX && s->say) {
		(void)snprintf(line, sizeof(line), "... and %zu more",
			s->complaints - PRB_COMPLAINTS_SAID_MAX);
		s->say(s->say_context, line);
	}
	name_faulty(s, names, sizeof(names));
	prb_lists_name_faulty(lists, names, sizeof(names));
	return prb_fault_set(fault, PRB_ERR_SOURCE_ROW, PRB_NO_OFFSET, NULL,
		"%s: %zu cells or rows cannot stand; nothing was written", names, s->complaints);
}

static enum prb_err
compile(struct prb_compiler *c, const struct prb_build_input *input, struct prb_fault *fault)
{
	enum prb_err err = make_fold_table(c, fault);

	if (err != PRB_OK)
		return err;
	prb_compile_countries(c);
	prb_compile_goods(c);
	prb_compile_words(c);
	err = prb_lists_load(c, input, fault);
	if (err != PRB_OK)
		return err;
	prb_compile_entities(c);
	prb_compile_lexicon(c);
	prb_compile_name_index(c);
	prb_compile_method(c);
	prb_compile_sources(c);
	prb_lists_compile_sources(c);
	if (c->failed || c->sources->out_of_memory)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"memory ran out while compiling");
	if (c->sources->complaints > 0)
		return refused(c->sources, c->lists, fault);
	qsort(c->rows, c->count, sizeof(*c->rows), compare_rows);
	return PRB_OK;
}

static enum prb_err
read_and_check(struct prb_sources *s, struct prb_fault *fault)
{
	enum prb_err err = prb_sources_read(s, fault);

	if (err != PRB_OK)
		return err;
	prb_sources_check(s);
	if (s->out_of_memory)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"memory ran out while checking");
	return s->complaints > 0 ? refused(s, NULL, fault) : PRB_OK;
}

static void
fill_report(const struct prb_compiler *c, const struct prb_release_info *info,
	struct prb_build_report *report)
{
	memcpy(report->release, info->release, sizeof(report->release));
	memcpy(report->file_sha256, info->file_sha256, sizeof(report->file_sha256));
	report->bytes = info->bytes;
	for (int i = 0; i < PRB_SOURCE_TABLES; i++) {
		report->tables += prb_overlay_is_read(c->sources, (enum prb_source_table)i);
		report->rows += prb_source_count(c->sources, (enum prb_source_table)i);
	}
}

/* The release is moved into its place when it is whole, which would put a file where a device, a
 * pipe or a folder was. */
static bool
is_replaceable(const char *out, struct prb_fault *fault)
{
	struct stat status;

	if (stat(out, &status) != 0 || S_ISREG(status.st_mode))
		return true;
	(void)prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL,
		"%s is there and is no file that could be replaced: name a file", out);
	return false;
}

enum prb_err
prb_build(const char *sources, const char *out, prb_build_say_fn say, void *context,
	struct prb_build_report *report, struct prb_fault *fault)
{
	static const char *const none[PRB_OVERLAYS] = {NULL};

	return prb_build_with(sources, none, out, say, context, report, fault);
}

enum prb_err
prb_build_with(const char *sources, const char *const overlays[PRB_OVERLAYS], const char *out,
	prb_build_say_fn say, void *context, struct prb_build_report *report,
	struct prb_fault *fault)
{
	struct prb_build_input input = {.sources = sources, .out = out};

	memcpy(input.overlays, overlays, sizeof(input.overlays));
	return prb_build_from(&input, say, context, report, fault);
}

static enum prb_err
read_compile_write(struct prb_compiler *c, const struct prb_build_input *input,
	struct prb_build_report *report, struct prb_fault *fault)
{
	struct prb_release_info info = {.path = input->out};
	enum prb_err err = read_and_check(c->sources, fault);

	if (err == PRB_OK)
		err = compile(c, input, fault);
	if (err == PRB_OK)
		err = prb_release_write(input->out, c->rows, c->count, &info, fault);
	if (err == PRB_OK)
		fill_report(c, &info, report);
	report->faults = c->sources->complaints;
	prb_lists_report(c->lists, report);
	return err;
}

enum prb_err
prb_build_from(const struct prb_build_input *input, prb_build_say_fn say, void *context,
	struct prb_build_report *report, struct prb_fault *fault)
{
	struct prb_sources s = {.folder = input->sources, .say = say, .say_context = context};
	struct prb_compiler c = {.sources = &s};
	enum prb_err err;

	memset(report, 0, sizeof(*report));
	if (!is_replaceable(input->out, fault))
		return PRB_ERR_IO;
	c.arena = s.arena = prb_arena_create(ARENA_BYTES_MAX);
	if (!c.arena || sodium_init() < 0) {
		prb_arena_destroy(c.arena);
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "memory ran out");
	}
	memcpy(s.overlays, input->overlays, sizeof(s.overlays));
	prb_str_init(&c.key, ROW_BYTES_MAX);
	prb_str_init(&c.value, ROW_BYTES_MAX);
	prb_str_init(&c.scratch, ROW_BYTES_MAX);
	err = read_compile_write(&c, input, report, fault);
	prb_str_finish(&c.key);
	prb_str_finish(&c.value);
	prb_str_finish(&c.scratch);
	free(c.rows);
	prb_lists_finish(&c);
	prb_sources_finish(&s);
	prb_arena_destroy(c.arena);
	return err;
}
