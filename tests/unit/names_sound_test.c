/* SPDX-License-Identifier: Apache-2.0 */

/* How words sound, how another romanisation writes them, and which are Pinyin. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/names/compare.h"

#define ROOM 32

typedef size_t (*spell)(struct prb_span word, char *out, size_t room);

/* The same key from both spellings, or not. */
static const struct {
	const char *a, *b;
	bool alike;
} sounds[] = {
	{"shuozidao", "shuozedao", true},
	{"shuozidao", "shzd", false}, /* two sounds alike, with a vowel between them */
	{"gazprom", "gasprom", true},
	{"lukoil", "lukoyl", true},
	{"hamid", "hameed", true},
	{"abbas", "abas", true},  /* one sound written twice is one */
	{"bebsi", "pepsi", true}, /* Arabic has no p */
	{"tesuramotasu", "tesla", false},
	{"loreal", "roreal", true}, /* Japanese and Korean have one of l and r */
	{"unitso", "unico", false}, /* c before o is k: that is what prb_name_plain is for */
	{"khorezm", "horezm", false},
	{"jugoslavija", "yugoslaviya", true},
	{"novatek", "nofatek", true},
	{"haolin", "haoyuan", false},
	{"daqo", "dago", false},
};

static size_t
key_of(spell by, const char *word, char out[ROOM])
{
	return by(prb_span_of(word), out, ROOM);
}

static void
alike_by_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(sounds) / sizeof(sounds[0]); i++) {
		char x[ROOM], y[ROOM];
		size_t n = key_of(prb_name_sound, sounds[i].a, x);
		size_t m = key_of(prb_name_sound, sounds[i].b, y);

		if ((n == m && memcmp(x, y, n) == 0) != sounds[i].alike)
			fail_msg("%s sounds %.*s, %s sounds %.*s", sounds[i].a, (int)n, x,
				sounds[i].b, (int)m, y);
	}
}

static const struct {
	spell by;
	const char *word, *key;
} keys[] = {
	{prb_name_sound, "", ""},
	{prb_name_sound, "aeiouyw", ""},
	{prb_name_sound, "kkkk", "k"},
	{prb_name_sound, "kak", "kk"},
	{prb_name_sound, "hetian", "htn"},
	{prb_name_sound, "h", ""}, /* alone it is hardly heard */
	{prb_name_plain, "", ""},
	{prb_name_plain, "unitso", "unico"},
	{prb_name_plain, "khorezm", "horezm"},
	{prb_name_plain, "luks", "lux"},
	{prb_name_plain, "ts", "c"},
	{prb_name_plain, "t", "t"},
	{prb_name_plain, "tkhs", "ths"},
	{prb_name_plain, "esquel", "esquel"},
};

static void
keys_hold(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		char out[ROOM];
		size_t n = key_of(keys[i].by, keys[i].word, out);

		if (n != strlen(keys[i].key) || memcmp(out, keys[i].key, n) != 0)
			fail_msg("%s: %.*s, not %s", keys[i].word, (int)n, out, keys[i].key);
	}
}

/* Never more than the room there is, and the same beginning. */
static void
no_more_than_room(void **state)
{
	const struct prb_span word = PRB_SPAN("dzungarkhamtskbordgmpltrn");
	const spell both[] = {prb_name_sound, prb_name_plain};
	char whole[ROOM], part[ROOM];

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		size_t n = both[k](word, whole, ROOM);

		for (size_t room = 0; room <= ROOM; room++) {
			memset(part, '#', sizeof(part));
			assert_int_equal(both[k](word, part, room), room < n ? room : n);
			assert_memory_equal(part, whole, room < n ? room : n);
			for (size_t i = room; i < ROOM; i++)
				assert_int_equal(part[i], '#');
		}
	}
}

static const struct {
	const char *word;
	bool pinyin;
} words[] = {
	{"hetian", true}, {"xinjiang", true}, {"zhongtai", true}, {"changan", true}, /* chang'an */
	{"haolin", true}, {"shuozidao", true}, {"esquel", false},
	{"daqo", false},                                     /* q stands before i and u alone */
	{"bitland", false}, {"taida", true}, {"tai", false}, /* too short to tell */
	{"", false}, {"zhuang", true}, {"zhuangx", false},
	{"guangguangguangguangguangguangguangguangguangguangguangguangang", true},   /* 63 */
	{"guangguangguangguangguangguangguangguangguangguangguangguangangg", false}, /* 64 */
};

static void
pinyin_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (prb_name_is_pinyin(prb_span_of(words[i].word)) != words[i].pinyin)
			fail_msg("%s is %s", words[i].word, words[i].pinyin ? "Pinyin" : "not");
	/* No letter, and no end either. */
	assert_false(prb_name_is_pinyin((struct prb_span){"hao\0", 4}));
	assert_false(prb_name_is_pinyin((struct prb_span){"\0hao", 4}));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alike_by_sound),
		cmocka_unit_test(keys_hold),
		cmocka_unit_test(no_more_than_room),
		cmocka_unit_test(pinyin_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
