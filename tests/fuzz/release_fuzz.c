/* SPDX-License-Identifier: Apache-2.0 */

/* What is read of a release before LMDB sees it, and every record behind that: the sidecar, the
 * header's pages, the values. The first byte chooses; the rest is the input. */

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "datasets/store/records.h"
#include "datasets/store/seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is read must print to what was read. */
static void
sidecar(struct prb_span text)
{
	struct prb_sidecar read;
	struct prb_str printed;

	if (!prb_sidecar_read(text, &read))
		return;
	prb_str_init(&printed, 4096);
	prb_sidecar_write(&read, &printed);
	assert(prb_span_equal(text, prb_str_span(&printed)));
	prb_str_finish(&printed);
}

/* Two pages, the input at the places that the check reads. */
static void
header(struct prb_span text)
{
	FILE *file = tmpfile();
	char page[8192] = {0};

	if (!file)
		abort();
	for (size_t i = 0; i < text.n && i < 2 * 160; i++)
		page[(i / 160) * 4096 + i % 160] = text.p[i];
	if (fwrite(page, 1, sizeof(page), file) != sizeof(page) || fflush(file) != 0)
		abort();
	(void)prb_header_check(fileno(file), sizeof(page));
	(void)fclose(file);
}

static void
lists(struct prb_span value)
{
	struct prb_listed_pair pair;
	struct prb_cursor c;
	size_t n = prb_texts_begin(value, &c);

	for (size_t i = 0; i < n && !c.bad; i++)
		assert(strlen(prb_get_text(&c)) < value.n);
	prb_cursor_init(&c, value);
	n = prb_pairs_begin(&c);
	for (size_t i = 0; i < n && !c.bad; i++)
		prb_pairs_next(&c, &pair);
}

static void
records(struct prb_span value)
{
	union {
		struct prb_entity_record entity;
		struct prb_list_record list;
		struct prb_source_record source;
		struct prb_keyword_record keyword;
		struct prb_region_name_record region;
		struct prb_scope_record scope;
		struct prb_country country;
		struct prb_item item;
		struct prb_rating_row rating;
		struct prb_weight weight;
		struct prb_law law;
		struct prb_remedy_row remedy;
		struct prb_referral referral;
		int64_t constant;
		int32_t sector;
		char chapter;
	} r;
	struct prb_str again;
	const char *market;

	prb_str_init(&again, 1 << 20);
	if (prb_entity_read(value, &r.entity)) {
		prb_entity_write(&r.entity, &again);
		assert(prb_span_equal(value, prb_str_span(&again)));
	}
	prb_str_finish(&again);
	(void)prb_list_read(value, &r.list);
	(void)prb_source_read(value, &r.source);
	(void)prb_keyword_read(value, &r.keyword);
	(void)prb_region_name_read(value, &r.region);
	(void)prb_scope_read(value, &r.scope);
	(void)prb_country_read(value, &r.country);
	(void)prb_item_read(value, &r.item);
	(void)prb_rating_read(value, &r.rating);
	(void)prb_weight_read(value, &r.weight);
	(void)prb_law_read(value, &r.law, &market);
	(void)prb_remedy_read(value, &r.remedy);
	(void)prb_referral_read(value, &r.referral);
	(void)prb_constant_read(value, &r.constant);
	(void)prb_sector_read(value, &r.sector);
	(void)prb_chapter_read(value, &r.chapter);
	lists(value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prb_span text = {(const char *)data + 1, size - 1};

	if (size == 0)
		return 0;
	switch (data[0] % 3) {
	case 0:
		sidecar(text);
		break;
	case 1:
		header(text);
		break;
	default:
		records(text);
		break;
	}
	return 0;
}
