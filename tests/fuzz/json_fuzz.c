/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes: the reader takes them or refuses them with a place inside the text and a clean line.
 * What it takes has a canonical form, and reading that gives the same canonical form again.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scoring/base/jcs.h"
#include "scoring/base/json.h"

#define ARENA_BYTES_MAX ((size_t)256 << 20)
#define TEXT_BYTES_MAX ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Not assert: a broken promise must stop the program in any build. */
static void
require(bool kept, const char *promise)
{
	if (kept)
		return;
	fprintf(stderr, "broken: %s\n", promise);
	abort();
}

static void
require_fault(const struct prb_fault *fault, enum prb_err err, struct prb_span text)
{
	size_t n = strlen(fault->detail);

	require(fault->err == err, "the fault holds the error");
	require(fault->offset <= text.n, "the place lies inside the text");
	require(n > 0, "a refusal has words");
	require(prb_utf8_check(fault->detail, n) == n, "the words are UTF-8");
}

static enum prb_err
canonicalize(struct prb_arena *arena, struct prb_span text, struct prb_str *out)
{
	const struct prb_json *value = NULL;
	struct prb_fault fault;
	enum prb_err err = prb_json_parse(arena, text, TEXT_BYTES_MAX * 2, &fault, &value);

	if (err) {
		require(!value, "the output is untouched on failure");
		require_fault(&fault, err, text);
		return err;
	}
	prb_jcs_write(arena, value, out);
	return PRB_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prb_span text = {(const char *)data, size};
	struct prb_arena *arena = prb_arena_create(ARENA_BYTES_MAX);
	struct prb_str first;
	struct prb_str second;

	if (!arena || size > TEXT_BYTES_MAX) {
		prb_arena_destroy(arena);
		return 0;
	}
	/* An escape such as \u001f is as long as what it stands for, a number at most five times as
	 * long. */
	prb_str_init(&first, TEXT_BYTES_MAX * 8);
	prb_str_init(&second, TEXT_BYTES_MAX * 8);
	enum prb_err checked = prb_json_check(arena, text, TEXT_BYTES_MAX * 2, NULL);
	enum prb_err read = canonicalize(arena, text, &first);
	require(checked == read, "checking and reading agree");
	if (!read && first.n <= TEXT_BYTES_MAX * 2) {
		require(!first.failed, "there is room for the canonical form");
		require(canonicalize(arena, prb_str_span(&first), &second) == PRB_OK,
			"the canonical form can be read");
		require(prb_span_equal(prb_str_span(&first), prb_str_span(&second)),
			"the canonical form is its own canonical form");
	}
	prb_str_finish(&first);
	prb_str_finish(&second);
	prb_arena_destroy(arena);
	return 0;
}
