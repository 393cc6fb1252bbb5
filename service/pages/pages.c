/* SPDX-License-Identifier: Apache-2.0 */
#include "service/pages/pages.h"

#include <stdlib.h>

#include "service/pages/inside.h"

const struct prb_page_facts *
prb_page_facts(enum prb_page page)
{
	static const struct prb_page_facts rows[] = {
#define PRB_PAGE(name, camera, wasm, mark) {#name, camera, wasm, {mark, sizeof(mark) - 1}},
#include "service/pages/pages.def"
#undef PRB_PAGE
	};

	return &rows[page];
}

struct prb_pages *
prb_pages_hold(struct prb_pages *pages)
{
	if (pages != NULL)
		atomic_fetch_add_explicit(&pages->holders, 1, memory_order_relaxed);
	return pages;
}

void
prb_pages_drop(struct prb_pages *pages)
{
	if (pages == NULL ||
		atomic_fetch_sub_explicit(&pages->holders, 1, memory_order_acq_rel) != 1)
		return;
	prb_arena_destroy(pages->arena);
	free(pages);
}

const struct prb_page_file *
prb_pages_find(const struct prb_pages *pages, enum prb_page page, enum prb_lang lang)
{
	return pages != NULL ? pages->pages[page][lang] : NULL;
}

static int
compare_name(const void *wanted, const void *file)
{
	return prb_span_compare(
		*(const struct prb_span *)wanted, ((const struct prb_page_file *)file)->name);
}

const struct prb_page_file *
prb_pages_asset(const struct prb_pages *pages, struct prb_span name)
{
	if (pages == NULL || pages->assets_count == 0)
		return NULL;
	return bsearch(
		&name, pages->assets, pages->assets_count, sizeof *pages->assets, compare_name);
}

bool
prb_pages_same(const struct prb_pages *a, const struct prb_pages *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return memcmp(a->hash, b->hash, sizeof a->hash) == 0;
}

size_t
prb_pages_count(const struct prb_pages *pages)
{
	return pages != NULL ? pages->count : 0;
}

int64_t
prb_pages_since(const struct prb_pages *pages)
{
	return pages != NULL ? pages->since : 0;
}
