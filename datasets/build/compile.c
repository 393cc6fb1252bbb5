/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/build/compile.h"

#include <stdlib.h>
#include <string.h>

void
prb_compiler_add(
	struct prb_compiler *c, enum prb_table table, struct prb_span key, struct prb_span value)
{
	struct prb_store_row *row;

	if (c->count == c->room) {
		size_t room = c->room ? c->room * 2 : 4096;
		void *grown = realloc(c->rows, room * sizeof(*c->rows));

		if (!grown) {
			c->failed = true;
			return;
		}
		c->rows = grown;
		c->room = room;
	}
	row = &c->rows[c->count];
	row->table = (uint8_t)table;
	row->key = prb_arena_copy(c->arena, key);
	row->value = prb_arena_copy(c->arena, value);
	if (!row->key.p || !row->value.p)
		c->failed = true;
	else
		c->count++;
}

void
prb_compiler_add_built(struct prb_compiler *c, enum prb_table table)
{
	if (c->key.failed || c->value.failed)
		c->failed = true;
	else
		prb_compiler_add(c, table, prb_str_span(&c->key), prb_str_span(&c->value));
	prb_str_reset(&c->key);
	prb_str_reset(&c->value);
}

const char *
prb_compiler_text(struct prb_compiler *c, struct prb_span text)
{
	struct prb_span copy = prb_arena_copy(c->arena, text);

	if (!copy.p) {
		c->failed = true;
		return "";
	}
	return copy.p;
}

const char *
prb_compiler_cell(struct prb_compiler *c, enum prb_source_column column, size_t row)
{
	return prb_compiler_text(c, prb_source_text(c->sources, column, row));
}

void
prb_pairs_add(struct prb_compiler *c, struct prb_pairs *pairs, const struct prb_pair *pair)
{
	struct prb_pair *added;

	if (pairs->count == pairs->room) {
		size_t room = pairs->room ? pairs->room * 2 : 1024;
		void *grown = realloc(pairs->items, room * sizeof(*pairs->items));

		if (!grown) {
			c->failed = true;
			return;
		}
		pairs->items = grown;
		pairs->room = room;
	}
	added = &pairs->items[pairs->count];
	*added = *pair;
	added->key = prb_arena_copy(c->arena, pair->key);
	added->item = prb_arena_copy(c->arena, pair->item);
	if (!added->key.p || !added->item.p)
		c->failed = true;
	else
		pairs->count++;
}

static int
compare_pairs(const void *a, const void *b)
{
	const struct prb_pair *x = a, *y = b;
	int order = prb_span_compare(x->key, y->key);

	if (order != 0)
		return order;
	if (x->rank != y->rank)
		return x->rank > y->rank ? -1 : 1;
	return prb_span_compare(x->item, y->item);
}

void
prb_pairs_sort(struct prb_pairs *pairs)
{
	if (pairs->count > 0)
		qsort(pairs->items, pairs->count, sizeof(*pairs->items), compare_pairs);
}

#define ITEMS_MAX 1024

void
prb_pairs_add_rows(struct prb_compiler *c, struct prb_pairs *pairs, enum prb_table table)
{
	struct prb_span items[ITEMS_MAX];
	size_t n = 0;

	prb_pairs_sort(pairs);
	for (size_t i = 0; i < pairs->count; i++) {
		const struct prb_pair *pair = &pairs->items[i];

		if (n > 0 && !prb_span_equal(pair->item, items[n - 1]) && n == ITEMS_MAX &&
			pair->row == PRB_PAIR_LOADED)
			prb_complain(c->sources, PRB_SOURCE_ENTITIES, 1, 1,
				"with the loaded lists more than %d entries share the name or "
				"number \"%.*s\"",
				ITEMS_MAX, PRB_SPAN_ARGS(pair->key));
		else if (n > 0 && !prb_span_equal(pair->item, items[n - 1]) && n == ITEMS_MAX)
			prb_complain_cell(c->sources, pair->column, pair->row,
				"more than %d rows share this name or number", ITEMS_MAX);
		else if (n == 0 || !prb_span_equal(pair->item, items[n - 1]))
			items[n++] = pair->item;
		if (i + 1 < pairs->count && prb_span_equal(pair->key, pairs->items[i + 1].key))
			continue;
		prb_str_add_span(&c->key, pair->key);
		prb_texts_write(items, n, &c->value);
		prb_compiler_add_built(c, table);
		n = 0;
	}
}

void
prb_pairs_finish(struct prb_pairs *pairs)
{
	free(pairs->items);
	memset(pairs, 0, sizeof(*pairs));
}
