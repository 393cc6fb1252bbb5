/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/build.h"

#include <stdio.h>

/* A line of a report is far shorter: the largest text of a declaration is bounded, and so are
 * lists. */
#define WORDS_BYTES_MAX ((size_t)4 << 20)

void
prb_build_init(struct prb_builder *b, struct prb_arena *arena, const struct prb_json *report,
	enum prb_lang lang, struct prb_fault *fault)
{
	*b = (struct prb_builder){.arena = arena, .report = report, .lang = lang, .fault = fault};
	prb_str_init(&b->words, WORDS_BYTES_MAX);
	prb_str_init(&b->part, WORDS_BYTES_MAX);
}

void
prb_build_finish(struct prb_builder *b)
{
	prb_str_finish(&b->words);
	prb_str_finish(&b->part);
}

static void
fail_memory(struct prb_builder *b)
{
	if (b->err == PRB_OK)
		b->err = prb_fault_set(b->fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, "",
			"the report in words needs more memory than there is");
}

/*
 * Members.
 */

const struct prb_json *
prb_build_member(struct prb_builder *b, const struct prb_json *object, const char *name,
	enum prb_json_kind kind)
{
	const struct prb_json *value = NULL;
	char pointer[64];

	if (b->err != PRB_OK || object == NULL)
		return NULL;
	if (prb_json_kind(object) == PRB_JSON_OBJECT)
		value = prb_json_member(object, name);
	if (value != NULL && prb_json_kind(value) == kind)
		return value;
	(void)snprintf(pointer, sizeof pointer, "/%s", name);
	b->err = prb_fault_set(b->fault, value == NULL ? PRB_ERR_MEMBER_MISSING : PRB_ERR_TYPE,
		PRB_NO_OFFSET, pointer,
		"this is not a probity report: %s is missing or of another type", name);
	return NULL;
}

struct prb_span
prb_build_text(struct prb_builder *b, const struct prb_json *object, const char *name)
{
	const struct prb_json *value = prb_build_member(b, object, name, PRB_JSON_STRING);

	return value == NULL ? PRB_SPAN("") : prb_json_string(value);
}

int64_t
prb_build_int(struct prb_builder *b, const struct prb_json *object, const char *name)
{
	const struct prb_json *value = prb_build_member(b, object, name, PRB_JSON_NUMBER);
	int64_t number = 0;

	if (value != NULL)
		(void)prb_json_int(value, &number);
	return number;
}

size_t
prb_build_args(const struct prb_json *object, struct prb_span args[PRB_TEXT_ARGS_MAX])
{
	size_t n = 0;

	for (const struct prb_json *arg = prb_member_list(object, "args");
		arg && n < PRB_TEXT_ARGS_MAX; arg = prb_json_next(arg))
		if (prb_json_kind(arg) == PRB_JSON_STRING)
			args[n++] = prb_json_string(arg);
	return n;
}

struct prb_span
prb_build_digits(int64_t number, char digits[PRB_NUMBER_BYTES])
{
	(void)snprintf(digits, PRB_NUMBER_BYTES, "%lld", (long long)number);
	return prb_span_of(digits);
}

/*
 * Words.
 */

void
prb_build_say(struct prb_builder *b, const char *prefix, struct prb_span key,
	const struct prb_span *args, size_t args_count)
{
	b->marked |= prb_text_render(b->lang, prefix, key, args, args_count, &b->words);
}

void
prb_build_frame(
	struct prb_builder *b, const char *key, const struct prb_span *args, size_t args_count)
{
	prb_build_say(b, "explain", prb_span_of(key), args, args_count);
}

void
prb_build_foreign(struct prb_builder *b, struct prb_span text)
{
	prb_text_foreign(b->lang, text, &b->words);
}

void
prb_build_part(struct prb_builder *b)
{
	if (b->words.n != 0)
		prb_str_add_text(&b->words, " \xC2\xB7 ");
}

struct prb_span
prb_build_words(struct prb_builder *b)
{
	struct prb_span words = PRB_SPAN_NONE;

	if (b->words.failed || b->part.failed)
		fail_memory(b);
	if (b->err == PRB_OK && b->words.n != 0) {
		words = prb_arena_copy(b->arena, prb_str_span(&b->words));
		if (words.p == NULL)
			fail_memory(b);
	}
	prb_str_reset(&b->words);
	return words.p != NULL ? words : PRB_SPAN("");
}

struct prb_span
prb_build_label(struct prb_builder *b, const char *prefix, struct prb_span key,
	const struct prb_span *args, size_t args_count)
{
	prb_build_say(b, prefix, key, args, args_count);
	return prb_build_words(b);
}

/*
 * Blocks.
 */

struct prb_block *
prb_build_block(struct prb_builder *b, enum prb_block_kind kind, unsigned on)
{
	struct prb_span words = prb_build_words(b);
	struct prb_block *block =
		b->err == PRB_OK ? prb_arena_array(b->arena, 1, sizeof *block) : NULL;

	if (block == NULL) {
		fail_memory(b);
		b->nowhere = (struct prb_block){.kind = kind};
		return &b->nowhere;
	}
	block->kind = kind;
	block->on = on;
	block->words = words;
	if (b->last != NULL)
		b->last->next = block;
	else
		b->first = block;
	b->last = block;
	return block;
}

void
prb_build_heading(struct prb_builder *b, const char *id)
{
	struct prb_block *block;

	prb_build_say(b, "report", prb_span_of(id), NULL, 0);
	block = prb_build_block(b, PRB_BLOCK_HEADING, PRB_ON_PAGE);
	block->level = 2;
	block->heading.id = prb_span_of(id);
}

void
prb_build_lead(struct prb_builder *b, unsigned on, const char *key, const struct prb_span *args,
	size_t args_count)
{
	prb_build_frame(b, key, args, args_count);
	prb_build_block(b, PRB_BLOCK_PARAGRAPH, on)->gap = true;
}

void
prb_build_line(struct prb_builder *b, unsigned on, const char *key, const struct prb_span *args,
	size_t args_count)
{
	prb_build_frame(b, key, args, args_count);
	prb_build_block(b, PRB_BLOCK_PARAGRAPH, on)->level = 1;
}

void
prb_build_detail(struct prb_builder *b, const char *key, struct prb_span value)
{
	if (value.n == 0)
		return;
	prb_build_part(b);
	prb_build_frame(b, key, &value, 1);
}

void
prb_build_details(struct prb_builder *b)
{
	prb_build_details_on(b, PRB_ON_ALL);
}

void
prb_build_details_on(struct prb_builder *b, unsigned on)
{
	if (b->words.n != 0)
		(void)prb_build_block(b, PRB_BLOCK_DETAIL, on);
}
