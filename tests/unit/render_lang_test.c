/* SPDX-License-Identifier: Apache-2.0 */
/* Which language a request gets: RFC 9110 section 12.5.4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clients/render/lang.h"

static void
tags(void **state)
{
	static const char *const none[] = {"", "e", "EN", "en-GB", "de", "en ", "fra"};
	char all[64] = "";

	(void)state;
	for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++) {
		assert_int_equal(prb_lang_find(prb_span_of(prb_lang_tag(lang))), lang);
		assert_non_null(strstr(PRB_LANG_TAGS, prb_lang_tag(lang)));
		(void)snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s",
			lang == 0 ? "" : ", ", prb_lang_tag(lang));
	}
	assert_int_equal(strlen(all), strlen(PRB_LANG_TAGS));
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
		assert_int_equal(prb_lang_find(prb_span_of(none[i])), PRB_LANGS);
	assert_null(prb_lang_tag(PRB_LANGS));
	for (enum prb_lang lang = 0; lang <= PRB_LANGS; lang++)
		assert_int_equal(prb_lang_is_rtl(lang), lang == PRB_LANG_ar);
	assert_int_equal(PRB_LANG_en, 0); /* what memory of zeros says */
}

static void
negotiation(void **state)
{
	static const struct {
		const char *field;
		enum prb_lang lang;
	} rows[] = {
		{"", PRB_LANG_en},
		{"fr", PRB_LANG_fr},
		{"FR", PRB_LANG_fr},
		{"fr-CA", PRB_LANG_fr},
		{"zh-Hant-TW", PRB_LANG_zh},
		{"ar-EG, en;q=0.5", PRB_LANG_ar},
		{"de", PRB_LANG_en},
		{"de, ru;q=0.1", PRB_LANG_ru},
		{"de, *;q=0.1", PRB_LANG_en},
		{"*", PRB_LANG_en},
		{"*, es;q=0.9", PRB_LANG_en},
		{"*;q=0.5, es;q=0.9", PRB_LANG_es},
		{"en;q=0, *", PRB_LANG_ar},
		{"en;q=0", PRB_LANG_en},
		{"*;q=0", PRB_LANG_en},
		{"fr;q=0, fr-CA", PRB_LANG_en},
		{"fr-CA;q=0.9, fr;q=0.1, es;q=0.5", PRB_LANG_fr},
		{"fr-CA;q=0, fr;q=0.4, es;q=0.3", PRB_LANG_fr},
		{"es;q=0.5, fr;q=0.5", PRB_LANG_es},
		{"fr;q=0.5, es;q=0.5", PRB_LANG_fr},
		{"fr;q=0.5, es;q=0.501", PRB_LANG_es},
		{"fr;q=1.000, es", PRB_LANG_fr},
		{"fr ; q=0.2 , es ; q=0.3", PRB_LANG_es},
		{"fr;Q=0.2, es;q=0.1", PRB_LANG_fr},
		{"fr;q=0., es;q=0.1", PRB_LANG_es},
		{" ,, ru ,", PRB_LANG_ru},
		/* As browsers send it. */
		{"ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", PRB_LANG_ru},
		{"en-GB,en;q=0.9,fr;q=0.8", PRB_LANG_en},
		/* What is not as it is written counts for nothing. */
		{"fr;q=2", PRB_LANG_en},
		{"fr;q=1.001", PRB_LANG_en},
		{"fr;q=-1", PRB_LANG_en},
		{"fr;q=0.1234", PRB_LANG_en},
		{"fr;q=", PRB_LANG_en},
		{"fr;q", PRB_LANG_en},
		{"fr;", PRB_LANG_en},
		{"fr;level=1", PRB_LANG_en},
		{"fr;q=0.5;q=0.1", PRB_LANG_en},
		{"fr q=1", PRB_LANG_en},
		{"f r", PRB_LANG_en},
		{"fr_CA", PRB_LANG_en},
		{"french", PRB_LANG_en},
		{"-fr", PRB_LANG_en},
		{"\xC3\xA9s, fr", PRB_LANG_fr},
		{"\"fr\"", PRB_LANG_en},
		{";q=1, es", PRB_LANG_es},
		{"fr-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			PRB_LANG_en},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct prb_span field = prb_span_of(rows[i].field);
		enum prb_lang lang = prb_lang_negotiate(&field, 1);

		if (lang != rows[i].lang)
			fail_msg("\"%s\" gives %s, not %s", rows[i].field, prb_lang_tag(lang),
				prb_lang_tag(rows[i].lang));
	}
	assert_int_equal(prb_lang_negotiate(NULL, 0), PRB_LANG_en);
}

/* Several fields are one list. */
static void
fields(void **state)
{
	const struct prb_span two[] = {PRB_SPAN("de, es;q=0.3"), PRB_SPAN("fr;q=0.7")};
	const struct prb_span none[] = {PRB_SPAN_NONE, PRB_SPAN("ru")};

	(void)state;
	assert_int_equal(prb_lang_negotiate(two, 2), PRB_LANG_fr);
	assert_int_equal(prb_lang_negotiate(two, 1), PRB_LANG_es);
	assert_int_equal(prb_lang_negotiate(none, 2), PRB_LANG_ru);
}

/* Any bytes give a language; the field is not read beyond its end. */
static void
hostile(void **state)
{
	static const char letters[] = "enfrzhaq=;,*-.019 \t\"\\\x80\xFF";
	uint32_t seed = 20261122;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t n = (seed = seed * 1664525 + 1013904223) >> 26;
		char *bytes = malloc(n + 1); /* exactly as long: the sanitizer watches its end */
		struct prb_span field = {bytes, n};

		assert_non_null(bytes);
		for (size_t i = 0; i < n; i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = letters[(seed >> 16) % (sizeof letters - 1)];
		}
		bytes[n] = 'x';
		assert_true(prb_lang_negotiate(&field, 1) < PRB_LANGS);
		free(bytes);
	}
	{
		static char commas[100000];
		struct prb_span field = {commas, sizeof commas};

		memset(commas, ',', sizeof commas);
		memcpy(commas + sizeof commas - 3, ",ru", 3);
		assert_int_equal(prb_lang_negotiate(&field, 1), PRB_LANG_ru);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags),
		cmocka_unit_test(negotiation),
		cmocka_unit_test(fields),
		cmocka_unit_test(hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
