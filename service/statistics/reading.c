/* SPDX-License-Identifier: Apache-2.0 */
#include "service/statistics/reading.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

#include "scoring/base/date.h"
#include "scoring/base/json.h"
#include "scoring/model/words.h"

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)
#define NAME_BYTES_MAX 512

static_assert(PRB_COUNTED_KEY_BYTES == crypto_shorthash_KEYBYTES, "the key of the hash");
static_assert(PRB_INDICATORS < 16, "a bit for each indicator");

static const struct prb_json *
member(const struct prb_json *object, const char *name, enum prb_json_kind kind)
{
	const struct prb_json *value = object == NULL ? NULL : prb_json_member(object, name);

	return value == NULL || prb_json_kind(value) != kind ? NULL : value;
}

static struct prb_span
text_of(const struct prb_json *object, const char *name)
{
	const struct prb_json *value = member(object, name, PRB_JSON_STRING);

	return value == NULL ? PRB_SPAN("") : prb_json_string(value);
}

/* Name and country, Latin capitals taken as small: for telling different suppliers apart it is
 * better to take two for one than one for two, and enough that it is near. */
static uint64_t
hash_supplier(
	struct prb_span name, struct prb_span country, const uint8_t key[PRB_COUNTED_KEY_BYTES])
{
	unsigned char text[NAME_BYTES_MAX], hash[crypto_shorthash_BYTES];
	size_t n = 0;
	uint64_t out;

	for (size_t i = 0; i < country.n && n < sizeof text; i++)
		text[n++] = (unsigned char)country.p[i];
	for (size_t i = 0; i < name.n && n < sizeof text; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c - 'A' + 'a');
		/* Blanks and signs apart: "Co., Ltd" and "Co Ltd" are one. */
		if (c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			text[n++] = c;
	}
	crypto_shorthash(hash, text, n, key);
	memcpy(&out, hash, sizeof out);
	return out;
}

static uint16_t
read_indicators(const struct prb_json *report)
{
	const struct prb_json *list = member(report, "indicators", PRB_JSON_ARRAY);
	uint16_t present = 0;

	for (const struct prb_json *i = list == NULL ? NULL : prb_json_first(list); i != NULL;
		i = prb_json_next(i)) {
		int code;

		if (prb_json_kind(i) != PRB_JSON_OBJECT ||
			!prb_span_is(text_of(i, "state"), "present"))
			continue;
		code = prb_words_find(&prb_words_indicator, text_of(i, "key"));
		if (code >= 1 && code <= PRB_INDICATORS)
			present |= (uint16_t)(1U << code);
	}
	return present;
}

static void
add_chapter(struct prb_span hs, struct prb_counted *out)
{
	uint16_t chapter;

	if (hs.n < 2 || hs.p[0] < '0' || hs.p[0] > '9' || hs.p[1] < '0' || hs.p[1] > '9')
		return;
	chapter = (uint16_t)((hs.p[0] - '0') * 10 + hs.p[1] - '0');
	for (size_t i = 0; i < out->chapters_count; i++)
		if (out->chapters[i] == chapter)
			return;
	if (out->chapters_count < PRB_COUNTED_CHAPTERS_MAX)
		out->chapters[out->chapters_count++] = chapter;
}

static void
read_declaration(const struct prb_json *declaration, struct prb_counted *out)
{
	const struct prb_json *products = member(declaration, "products", PRB_JSON_ARRAY);
	const struct prb_json *workforce = member(declaration, "workforce", PRB_JSON_OBJECT);

	for (const struct prb_json *p = products == NULL ? NULL : prb_json_first(products);
		p != NULL; p = prb_json_next(p))
		if (prb_json_kind(p) == PRB_JSON_OBJECT)
			add_chapter(text_of(p, "hs"), out);
	for (int i = 0; i < PRB_WORKERS_KINDS; i++) {
		const struct prb_json *count =
			member(workforce, prb_workers_word((enum prb_workers)i), PRB_JSON_NUMBER);

		out->workers[i] = -1;
		if (count != NULL && !prb_json_int(count, &out->workers[i]))
			out->workers[i] = -1;
	}
}

enum prb_err
prb_counted_read(struct prb_arena *arena, const struct prb_stored_declaration *stored,
	const uint8_t key[PRB_COUNTED_KEY_BYTES], struct prb_counted *out)
{
	struct prb_counted read = {.tenant = stored->tenant};
	const struct prb_json *report, *declaration, *supplier;
	struct prb_span country;
	int year, month, day;
	char iso3[4] = "";
	enum prb_err err = prb_json_parse(arena, stored->report, stored->report.n, NULL, &report);

	if (err == PRB_OK)
		err = prb_json_parse(
			arena, stored->declaration, stored->declaration.n, NULL, &declaration);
	if (err != PRB_OK)
		return err == PRB_ERR_MEMORY ? err : PRB_ERR_STATE_DAMAGED;
	if (prb_json_kind(report) != PRB_JSON_OBJECT ||
		prb_json_kind(declaration) != PRB_JSON_OBJECT)
		return PRB_ERR_STATE_DAMAGED;
	supplier = member(report, "supplier", PRB_JSON_OBJECT);
	country = text_of(supplier, "country");
	if (country.n == sizeof iso3 - 1)
		memcpy(iso3, country.p, country.n);
	read.country = prb_category_of_country(iso3);
	read.supplier = hash_supplier(text_of(supplier, "name"), country, key);
	read.rating = (uint16_t)prb_rating_find(text_of(report, "rating"));
	read.indicators = read_indicators(report);
	prb_date_to_civil((prb_date)(stored->time_ms / DAY_MS), &year, &month, &day);
	read.month = (uint16_t)(year * 12 + month - 1);
	read_declaration(declaration, &read);
	*out = read;
	return PRB_OK;
}
