/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/model/reference.h"

#include <assert.h>
#include <string.h>

static const char *const shown_words[] = {
#define PRB_SHOWN(name, word) word,
#define PRB_SHOWN_CONTROL(name, word) word,
#include "scoring/model/shown.def"
#undef PRB_SHOWN
#undef PRB_SHOWN_CONTROL
};

const char *
prb_shown_word(enum prb_shown shown)
{
	assert(shown < PRB_SHOWN_COUNT);
	return shown_words[shown];
}

enum prb_shown
prb_shown_find(struct prb_span word)
{
	int shown = 0;

	while (shown < PRB_SHOWN_COUNT && !prb_span_is(word, shown_words[shown]))
		shown++;
	return (enum prb_shown)shown;
}

int
prb_reference_country(const struct prb_reference *reference, struct prb_span iso3)
{
	size_t low = 0, high = reference->countries_count;

	if (iso3.n != 3)
		return -1;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = memcmp(iso3.p, reference->countries[middle].iso3, 3);

		if (order == 0)
			return (int)middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return -1;
}

const struct prb_item *
prb_reference_item(const struct prb_reference *reference, struct prb_span id)
{
	size_t low = 0, high = reference->items_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = prb_span_compare(id, prb_span_of(reference->items[middle].id));

		if (order == 0)
			return &reference->items[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* The first row of the prefix table that is not before `prefix`. */
static size_t
lower_bound(const struct prb_reference *reference, struct prb_span prefix)
{
	size_t low = 0, high = reference->prefixes_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (prb_span_compare(prb_span_of(reference->prefixes[middle].prefix), prefix) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
already(const uint16_t *goods, size_t count, uint16_t good)
{
	for (size_t i = 0; i < count; i++)
		if (goods[i] == good)
			return true;
	return false;
}

/* The rows of a chapter stand together, shorter prefixes first. */
size_t
prb_reference_goods(
	const struct prb_reference *reference, struct prb_span hs, uint16_t *goods, size_t max)
{
	struct prb_span chapter = {hs.p, hs.n < 2 ? hs.n : 2};
	size_t count = 0;

	for (size_t i = lower_bound(reference, chapter); i < reference->prefixes_count; i++) {
		const struct prb_good_prefix *row = &reference->prefixes[i];

		if (chapter.n < 2 || memcmp(row->prefix, chapter.p, 2) != 0)
			break;
		if (prb_span_starts(hs, prb_span_of(row->prefix)) && count < max &&
			!already(goods, count, row->good))
			goods[count++] = row->good;
	}
	return count;
}

bool
prb_reference_has(const struct prb_reference *reference, enum prb_component component)
{
	return reference->weights[component].source != NULL;
}
