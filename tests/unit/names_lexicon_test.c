/* SPDX-License-Identifier: Apache-2.0 */

/* The lexicon: what is written is found again, and no damaged bytes lead a read outside. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/names/lexicon.h"

#define HEADER_BYTES 24
#define BYTES_MAX (1 << 20)
#define FLIPS 20000

/* Sorted by key, as the writer wants them. */
static const struct {
	const char *key, *concept, *form;
	uint8_t kind, words;
	bool anywhere, expanded;
} words[] = {{"coltd", "companylimited", "llc", PRB_WORD_LEGAL, 2, true, false},
	{"ii", "2", "", PRB_WORD_NUMBER, 1, false, false},
	{"mfg", "manufacturing", "", PRB_WORD_TRADE, 1, false, true},
	{"sa", "sa", "jsc", PRB_WORD_CORE, 2, false, false},
	{"spzoo", "limitedliabilitycompany", "llc", PRB_WORD_LEGAL, 4, true, true},
	{"textile", "textile", "", PRB_WORD_TRADE, 1, false, false},
	{"xinjiang", "xinjiang", "", PRB_WORD_PLACE, 1, false, false},
	{"\u5408\u4f5c\u793e", "cooperative", "cooperative", PRB_WORD_LEGAL, 0, true, false},
	{"\u7eba\u7ec7", "textile", "", PRB_WORD_TRADE, 0, false, false}};

#define WORDS (sizeof(words) / sizeof(words[0]))

static void
fill_rows(struct prb_lexicon_row rows[WORDS])
{
	for (size_t i = 0; i < WORDS; i++)
		rows[i] = (struct prb_lexicon_row){.key = prb_span_of(words[i].key),
			.entry = {.concept = prb_span_of(words[i].concept),
				.form = prb_span_of(words[i].form),
				.kind = words[i].kind,
				.form_anywhere = words[i].anywhere,
				.expanded = words[i].expanded},
			.words = words[i].words};
}

/* The bytes at an odd address and at their very end of a block, so that a sanitizer sees a read
 * past them. */
struct block {
	unsigned char *memory, *bytes;
	size_t n;
};

static struct block
copy_of(const void *bytes, size_t n)
{
	struct block block = {.memory = malloc(n + 1), .n = n};

	assert_non_null(block.memory);
	block.bytes = block.memory + 1;
	memcpy(block.bytes, bytes, n);
	return block;
}

static void
write_words(struct prb_str *out)
{
	struct prb_lexicon_row rows[WORDS];

	fill_rows(rows);
	prb_str_init(out, BYTES_MAX);
	assert_true(prb_lexicon_write(rows, WORDS, out));
}

static void
found_again(void **state)
{
	struct prb_word_entry entry;
	struct prb_lexicon lexicon;
	struct block block;
	struct prb_str out;

	(void)state;
	write_words(&out);
	block = copy_of(out.p, out.n);
	assert_true(prb_lexicon_open(&lexicon, block.bytes, block.n));
	for (size_t i = 0; i < WORDS; i++) {
		assert_true(prb_lexicon_find(&lexicon, words[i].key, strlen(words[i].key), &entry));
		if (!prb_span_is(entry.concept, words[i].concept) ||
			!prb_span_is(entry.form, words[i].form))
			fail_msg("%s: \"%.*s\", \"%.*s\"", words[i].key,
				PRB_SPAN_ARGS(entry.concept), PRB_SPAN_ARGS(entry.form));
		assert_int_equal(entry.kind, words[i].kind);
		assert_int_equal(entry.form_anywhere, words[i].anywhere);
		assert_int_equal(entry.expanded, words[i].expanded);
	}
	assert_int_equal(prb_lexicon_native_bytes_max(&lexicon), 9);
	assert_int_equal(prb_lexicon_joined_words_max(&lexicon), 4);
	free(block.memory);
	prb_str_finish(&out);
}

static void
not_found(void **state)
{
	static const char *const keys[] = {"", "s", "saa", "textil", "textiles", "Textile",
		"xinjian", "\u7eba", "\u7ec7\u7eba", "llc", "companylimited"};
	struct prb_word_entry entry = {.kind = 99};
	struct prb_lexicon lexicon, none = {.slots = NULL};
	struct prb_str out;

	(void)state;
	write_words(&out);
	assert_true(prb_lexicon_open(&lexicon, out.p, out.n));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		assert_false(prb_lexicon_find(&lexicon, keys[i], strlen(keys[i]), &entry));
	assert_false(prb_lexicon_find(&none, "sa", 2, &entry));
	assert_int_equal(prb_lexicon_joined_words_max(&none), 0);
	assert_int_equal(entry.kind, 99);
	prb_str_finish(&out);
}

/* A hash that goes on from any point is the hash of the whole. */
static void
hash_goes_on(void **state)
{
	static const char text[] = "xinjiangproductionandconstructioncorps\xe6\x96\xb0";
	size_t n = sizeof(text) - 1;
	uint32_t whole = prb_lexicon_hash_more(PRB_LEXICON_HASH_NONE, text, n);

	(void)state;
	for (size_t i = 0; i <= n; i++)
		for (size_t k = i; k <= n; k++) {
			uint32_t hash = prb_lexicon_hash_more(PRB_LEXICON_HASH_NONE, text, i);

			hash = prb_lexicon_hash_more(hash, text + i, k - i);
			assert_int_equal(prb_lexicon_hash_more(hash, text + k, n - k), whole);
		}
}

static void
empty_and_large(void **state)
{
	enum { COUNT = 5000, KEY_BYTES = 8 };
	static char keys[COUNT][KEY_BYTES];
	struct prb_lexicon_row *rows = calloc(COUNT, sizeof(*rows));
	struct prb_word_entry entry;
	struct prb_lexicon lexicon;
	struct prb_str out;

	(void)state;
	assert_non_null(rows);
	prb_str_init(&out, BYTES_MAX);
	assert_true(prb_lexicon_write(NULL, 0, &out));
	assert_true(prb_lexicon_open(&lexicon, out.p, out.n));
	assert_false(prb_lexicon_find(&lexicon, "sa", 2, &entry));
	prb_str_reset(&out);
	for (size_t i = 0; i < COUNT; i++) {
		(void)snprintf(keys[i], KEY_BYTES, "k%05zu", i);
		rows[i].key = rows[i].entry.concept = prb_span_of(keys[i]);
		rows[i].words = 1;
	}
	assert_true(prb_lexicon_write(rows, COUNT, &out));
	assert_true(prb_lexicon_open(&lexicon, out.p, out.n));
	for (size_t i = 0; i < COUNT; i++) {
		assert_true(prb_lexicon_find(&lexicon, keys[i], strlen(keys[i]), &entry));
		assert_true(prb_span_is(entry.concept, keys[i]));
	}
	prb_str_finish(&out);
	prb_str_init(&out, 1000);
	assert_false(prb_lexicon_write(rows, COUNT, &out));
	prb_str_finish(&out);
	free(rows);
}

static void
cut_short(void **state)
{
	struct prb_lexicon lexicon;
	struct prb_str out;

	(void)state;
	write_words(&out);
	for (size_t n = 0; n < out.n; n++) {
		struct block block = copy_of(out.p, n);

		assert_false(prb_lexicon_open(&lexicon, block.bytes, n));
		free(block.memory);
	}
	prb_str_add_char(&out, 'x');
	assert_false(prb_lexicon_open(&lexicon, out.p, out.n));
	prb_str_finish(&out);
}

/* Asks for every word, and for one that is not there. */
static void
ask(const struct prb_lexicon *lexicon)
{
	struct prb_word_entry entry;
	size_t bytes = 0;

	for (size_t i = 0; i < WORDS; i++)
		if (prb_lexicon_find(lexicon, words[i].key, strlen(words[i].key), &entry)) {
			assert_true(entry.kind < PRB_WORD_KINDS);
			assert_true(entry.concept.n > 0);
			for (size_t k = 0; k < entry.concept.n; k++)
			bytes += entry.concept.p[k] != '\0';
			for (size_t k = 0; k < entry.form.n; k++)
				bytes += entry.form.p[k] != '\0';
			assert_true(bytes <= i * 600 + 600);
		}
	assert_false(prb_lexicon_find(lexicon, "nosuchword", 10, &entry));
}

/* Every byte of the header and of the first slots and entries turned over, then bytes at random
 * (the same ones each time): refused, or still without harm. */
static void
flipped(void **state)
{
	struct prb_lexicon lexicon;
	struct block block;
	struct prb_str out;
	uint32_t random = 20261122;
	size_t opened = 0;

	(void)state;
	write_words(&out);
	block = copy_of(out.p, out.n);
	for (size_t i = 0; i < block.n * 8; i++) {
		block.bytes[i / 8] ^= (unsigned char)(1U << i % 8);
		if (prb_lexicon_open(&lexicon, block.bytes, block.n)) {
			assert_true(i / 8 >= HEADER_BYTES - 4); /* the two greatest lengths */
			ask(&lexicon);
		}
		block.bytes[i / 8] ^= (unsigned char)(1U << i % 8);
	}
	for (size_t i = 0; i < FLIPS; i++) {
		memcpy(block.bytes, out.p, out.n);
		for (size_t k = 0; k <= i % 4; k++) {
			random = random * 1664525U + 1013904223U;
			block.bytes[(random >> 8) % block.n] ^= (unsigned char)(random >> 3 | 1U);
		}
		if (prb_lexicon_open(&lexicon, block.bytes, block.n)) {
			opened++;
			ask(&lexicon);
		}
	}
	assert_true(opened < FLIPS);
	free(block.memory);
	prb_str_finish(&out);
}

static void
put(struct prb_str *out, size_t at, uint32_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		out->p[at + i] = (char)(value >> (8 * i));
}

/* What each check is for: one field changed, and the table refused. */
static void
fields(void **state)
{
	size_t entries = HEADER_BYTES + 32 * 8; /* nine words: 32 slots */
	const struct {
		size_t at, bytes;
		uint32_t value;
	} rows[] = {{4, 4, 2}, {8, 4, 0xFFFFFFFF}, {8, 4, 8}, {12, 4, 0}, {12, 4, 33}, {12, 4, 8},
		{12, 4, 0x80000000}, {16, 4, 0xFFFFFFFF}, {20, 2, 256}, {22, 2, 13},
		{entries, 4, 0xFFFFFFF0}, {entries + 4, 4, 100000}, {entries + 8, 4, 0xFFFFFFFF},
		{entries + 12, 2, 0}, {entries + 12, 2, 256}, {entries + 14, 2, 0},
		{entries + 14, 2, 65535}, {entries + 16, 1, 255}, {entries + 17, 1, PRB_WORD_KINDS},
		{entries + 18, 1, 4}, {entries + 19, 1, 1}};
	struct prb_lexicon lexicon;
	struct prb_str out;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		write_words(&out);
		put(&out, rows[i].at, rows[i].value, rows[i].bytes);
		if (prb_lexicon_open(&lexicon, out.p, out.n))
			fail_msg("row %zu", i);
		prb_str_finish(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(found_again),
		cmocka_unit_test(not_found), cmocka_unit_test(hash_goes_on),
		cmocka_unit_test(empty_and_large), cmocka_unit_test(cut_short),
		cmocka_unit_test(flipped), cmocka_unit_test(fields)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
