/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/lists/entry.h"

#include <stdlib.h>
#include <string.h>

bool
prb_entries_add(struct prb_entries *entries, const struct prb_entry *entry)
{
	if (entries->count == entries->room) {
		size_t room = entries->room ? entries->room * 2 : 1024;
		void *grown = realloc(entries->items, room * sizeof(*entries->items));

		if (!grown)
			return false;
		entries->items = grown;
		entries->room = room;
	}
	entries->items[entries->count++] = *entry;
	return true;
}

void
prb_entries_finish(struct prb_entries *entries)
{
	free(entries->items);
	memset(entries, 0, sizeof(*entries));
}

static int
order_of(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
compare_names(const void *a, const void *b)
{
	const struct prb_entry_name *x = a, *y = b;

	return x->kind != y->kind ? order_of(x->kind, y->kind) : prb_span_compare(x->text, y->text);
}

static int
compare_identifiers(const void *a, const void *b)
{
	const struct prb_entry_identifier *x = a, *y = b;

	return x->scheme != y->scheme ? order_of(x->scheme, y->scheme) : strcmp(x->bare, y->bare);
}

static int
compare_texts(const struct prb_entry *a, const struct prb_entry *b)
{
	const struct prb_span x[] = {a->id, a->list, a->name, a->kind, a->countries, a->city,
		a->address, a->notes, a->source};
	const struct prb_span y[] = {b->id, b->list, b->name, b->kind, b->countries, b->city,
		b->address, b->notes, b->source};

	for (size_t i = 0; i < sizeof(x) / sizeof(x[0]); i++) {
		int order = prb_span_compare(x[i], y[i]);

		if (order != 0)
			return order;
	}
	return 0;
}

static int
compare_numbers(const struct prb_entry *a, const struct prb_entry *b)
{
	const int64_t x[] = {a->date, a->status_date, a->valid_until, a->status, a->effect,
		a->verified, (int64_t)a->names_count, (int64_t)a->identifiers_count};
	const int64_t y[] = {b->date, b->status_date, b->valid_until, b->status, b->effect,
		b->verified, (int64_t)b->names_count, (int64_t)b->identifiers_count};

	for (size_t i = 0; i < sizeof(x) / sizeof(x[0]); i++)
		if (x[i] != y[i])
			return order_of(x[i], y[i]);
	return 0;
}

int
prb_entry_compare(const struct prb_entry *a, const struct prb_entry *b)
{
	int order = compare_texts(a, b);

	if (order == 0)
		order = compare_numbers(a, b);
	for (size_t i = 0; order == 0 && i < a->names_count; i++)
		order = compare_names(&a->names[i], &b->names[i]);
	for (size_t i = 0; order == 0 && i < a->identifiers_count; i++)
		order = compare_identifiers(&a->identifiers[i], &b->identifiers[i]);
	return order;
}

static int
compare_entries(const void *a, const void *b)
{
	return prb_entry_compare(a, b);
}

void
prb_entries_sort(struct prb_entries *entries)
{
	if (entries->count > 1)
		qsort(entries->items, entries->count, sizeof(*entries->items), compare_entries);
}

static bool
is_there(const struct prb_entry *entry, size_t before, struct prb_span key)
{
	if (prb_span_equal(entry->key, key))
		return true;
	for (size_t i = 0; i < before; i++)
		if (prb_span_equal(entry->names[i].key, key))
			return true;
	return false;
}

void
prb_entry_tidy(struct prb_entry *entry)
{
	size_t kept = 0;

	if (entry->names_count > 1)
		qsort(entry->names, entry->names_count, sizeof(*entry->names), compare_names);
	for (size_t i = 0; i < entry->names_count; i++)
		if (!is_there(entry, kept, entry->names[i].key))
			entry->names[kept++] = entry->names[i];
	entry->names_count = kept;
	if (entry->identifiers_count > 1)
		qsort(entry->identifiers, entry->identifiers_count, sizeof(*entry->identifiers),
			compare_identifiers);
	kept = 0;
	for (size_t i = 0; i < entry->identifiers_count; i++)
		if (kept == 0 || compare_identifiers(&entry->identifiers[i],
					 &entry->identifiers[kept - 1]) != 0)
			entry->identifiers[kept++] = entry->identifiers[i];
	entry->identifiers_count = kept;
}

bool
prb_entry_add_name(
	struct prb_arena *arena, struct prb_entry *entry, const struct prb_entry_name *name)
{
	struct prb_entry_name *grown =
		prb_arena_array(arena, entry->names_count + 1, sizeof(*grown));

	if (!grown)
		return false;
	if (entry->names_count > 0)
		memcpy(grown, entry->names, entry->names_count * sizeof(*grown));
	grown[entry->names_count] = *name;
	entry->names = grown;
	entry->names_count++;
	return true;
}

bool
prb_entry_take_names(struct prb_arena *arena, struct prb_entry *entry, const struct prb_entry *from)
{
	for (size_t i = 0; i < from->names_count; i++)
		if (!is_there(entry, entry->names_count, from->names[i].key) &&
			!prb_entry_add_name(arena, entry, &from->names[i]))
			return false;
	prb_entry_tidy(entry);
	return true;
}
