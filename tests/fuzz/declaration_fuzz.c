/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes: the reader takes them as a declaration or refuses them with places and clean words.
 * What it takes keeps its bounds, and its canonical form reads as a declaration of the same name.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scoring/model/declaration.h"

#define ARENA_BYTES_MAX ((size_t)256 << 20)

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
require_faults(const struct prb_faults *faults, enum prb_err err)
{
	require(faults->count > 0 && faults->count <= PRB_FAULTS_MAX, "a refusal has a fault");
	require(faults->items[0].err == err, "the first fault's code is returned");
	for (size_t i = 0; i < faults->count; i++) {
		const struct prb_fault *f = &faults->items[i];

		require(f->detail[0] != '\0', "a fault has words");
		require(prb_utf8_check(f->detail, strlen(f->detail)) == strlen(f->detail),
			"the words are UTF-8");
		require(prb_utf8_check(f->pointer, strlen(f->pointer)) == strlen(f->pointer),
			"the place is UTF-8");
		require(f->pointer[0] == '\0' || f->pointer[0] == '/',
			"the place is a JSON pointer");
	}
}

static void
require_bounds(const struct prb_declaration *d)
{
	const struct prb_workforce *w = &d->workforce;

	require(d->supplier.name.n > 0 && d->supplier.name.n <= PRB_NAME_BYTES_MAX,
		"a name has its length");
	require(d->supplier.country.n > 0, "a supplier has a country");
	require(d->sites_count <= PRB_SITES_MAX && d->findings_count <= PRB_FINDINGS_MAX,
		"lists have their length");
	require(w->total <= PRB_WORKERS_MAX && w->total >= PRB_COUNT_UNSAID,
		"a count has its range");
	require(w->total < 0 || w->migrant <= w->total, "a part is no more than the whole");
	for (size_t i = 0; i < d->findings_count; i++) {
		require(d->findings[i].indicator <= PRB_INDICATORS,
			"an indicator is one of eleven");
		require(d->findings[i].indicator != 0 || d->findings[i].item.n != 0,
			"a finding is of something");
		require(d->findings[i].state != 0 && d->findings[i].source != 0,
			"a finding has state and source");
	}
	for (size_t i = 0; i < d->upstream_count; i++)
		require((d->upstream[i].supplier != NULL) != (d->upstream[i].declaration.n != 0),
			"upstream is given one way");
}

static void
require_same_name(const struct prb_declaration *d, struct prb_arena *arena)
{
	struct prb_faults faults = {.count = 0};
	struct prb_declaration *again;
	struct prb_str first, second;

	prb_str_init(&first, 8 * PRB_DECLARATION_BYTES_MAX);
	prb_str_init(&second, 8 * PRB_DECLARATION_BYTES_MAX);
	prb_declaration_canonical(arena, d, NULL, NULL, &first);
	require(!first.failed, "there is room for the canonical form");
	if (first.n <= PRB_DECLARATION_BYTES_MAX) {
		require(prb_declaration_read(arena, prb_str_span(&first), &faults, &again) ==
				PRB_OK,
			"the canonical form is a declaration");
		prb_declaration_canonical(arena, again, NULL, NULL, &second);
		require(prb_span_equal(prb_str_span(&first), prb_str_span(&second)),
			"and its own canonical form");
	}
	prb_str_finish(&first);
	prb_str_finish(&second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prb_arena *arena = prb_arena_create(ARENA_BYTES_MAX);
	struct prb_faults faults = {.count = 0};
	struct prb_declaration *d = NULL;
	enum prb_err err;

	require(arena != NULL, "memory");
	err = prb_declaration_read(arena, (struct prb_span){(const char *)data, size}, &faults, &d);
	if (err != PRB_OK) {
		require(d == NULL, "the output is untouched on failure");
		require_faults(&faults, err);
	} else {
		require(faults.count == 0, "what is taken has no fault");
		require_bounds(d);
		require_same_name(d, arena);
	}
	prb_arena_destroy(arena);
	return 0;
}
