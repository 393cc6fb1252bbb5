/* SPDX-License-Identifier: Apache-2.0 */

/* Opening a release: what is whole is read, what is damaged is refused with words, and nothing
 * kills the process. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "datasets/store/keys.h"
#include "datasets/store/records.h"
#include "tests/unit/datasets_support.h"

#define DAMAGES 300

static char folder[SUPPORT_PATH_BYTES], copy[SUPPORT_PATH_BYTES], copy_meta[SUPPORT_PATH_BYTES];
static char *whole, *meta;
static size_t whole_n, meta_n;

static int
make_copy(void **state)
{
	char path[SUPPORT_PATH_BYTES];

	(void)state;
	support_folder(folder);
	support_join(copy, folder, "copy.prb");
	support_join(copy_meta, folder, "copy.prb.meta");
	whole = support_read(support_release(), &whole_n);
	assert_true(snprintf(path, sizeof(path), "%s.meta", support_release()) < (int)sizeof(path));
	meta = support_read(path, &meta_n);
	return 0;
}

static int
remove_copy(void **state)
{
	(void)state;
	free(whole);
	free(meta);
	support_remove(folder);
	support_release_remove();
	return 0;
}

static void
restore(void)
{
	support_write(copy, whole, whole_n);
	support_write(copy_meta, meta, meta_n);
}

static void
refused(enum prb_err expected, const char *words)
{
	struct prb_release *release = NULL;
	struct prb_fault fault;
	enum prb_err err = prb_release_open(copy, &release, &fault);

	if (err != expected || release != NULL || !strstr(fault.detail, words))
		fail_msg("%d (expected %d): %s (expected \"%s\")", err, expected,
			err == PRB_OK ? "" : fault.detail, words);
	assert_non_null(strstr(fault.detail, folder));
	prb_release_close(release);
}

static void
opens_whole(void **state)
{
	struct prb_release *release;
	struct prb_release_info info;
	struct prb_reader *reader;
	struct prb_fault fault;
	struct prb_span value;
	struct prb_cursor c;

	(void)state;
	restore();
	assert_int_equal(prb_release_open(copy, &release, &fault), PRB_OK);
	assert_int_equal(prb_release_verify(release, &fault), PRB_OK);
	prb_release_info(release, &info);
	assert_int_equal(info.bytes, whole_n);
	assert_int_equal(info.format, PRB_RELEASE_FORMAT);
	assert_string_equal(info.release, prb_release_reference(release)->release);
	assert_int_equal(prb_reader_create(release, &reader), PRB_OK);
	value = prb_reader_get(reader, PRB_TABLE_HS, PRB_SPAN("5201"));
	assert_int_equal(prb_texts_begin(value, &c), 1);
	assert_string_equal(prb_get_text(&c), "Cotton; not carded or combed");
	assert_null(prb_reader_get(reader, PRB_TABLE_HS, PRB_SPAN("9855")).p);
	assert_null(prb_reader_get(reader, PRB_TABLE_HS, PRB_SPAN_NONE).p);
	for (int i = 0; i < PRB_TABLES; i++)
		if (prb_reader_count(reader, (enum prb_table)i) == 0)
			fail_msg("table %s is empty", prb_table_name((enum prb_table)i));
	prb_reader_destroy(reader);
	prb_release_close(release);
}

/* The project's own folding table: what ICU made of it when the release was built. */
static void
folds(void **state)
{
	static const struct {
		const char *text, *folded;
	} rows[] = {{"Nguyễn Văn Đức", "nguyen van duc"}, {"Łódź Sp. z o.o.", "lodz sp z o o"},
		{"İstanbul Çelik A.Ş.", "istanbul celik a s"}, {"Straße", "strasse"},
		{"新疆", "xinjiang"}, {"ＡＢＣ　１２３", "abc 123"},
		{"ОАО Ромашка", "oao romashka"}, {"ЖЕМЧУГ Щёлково", "zhemchug shchelkovo"},
		{"Ψυχή", "psychi"}, {"شركة", "shrka"}, {"\u3231 日立", "rili"},
		{"Ελλάδα", "ellada"}, {"e\u0301te\u0301", "ete"}, {"Acme™ ®", "acme"},
		{"\u200eAcme\u00a0Ltd", "acme ltd"}, {"한국", "hangug"}, {"カ", "ka"}, {"№ 5", "5"},
		{"½", "12"}, {"\u200b", ""}, {"\U0001F600 x", "x"}, {"مصر", "msr"}};
	struct prb_release *release;
	struct prb_fault fault;
	struct prb_str out;

	(void)state;
	restore();
	assert_int_equal(prb_release_open(copy, &release, &fault), PRB_OK);
	prb_str_init(&out, 4096);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		prb_str_reset(&out);
		prb_fold(prb_release_fold(release), prb_span_of(rows[i].text), &out);
		if (!prb_span_is(prb_str_span(&out), rows[i].folded))
			fail_msg("%s: \"%.*s\", expected \"%s\"", rows[i].text,
				PRB_SPAN_ARGS(prb_str_span(&out)), rows[i].folded);
	}
	prb_str_finish(&out);
	prb_release_close(release);
}

/* The project's own lexicon: a word of each source, and what must not be in it. */
static void
knows_words(void **state)
{
	static const struct {
		const char *key, *concept, *form;
		int kind; /* -1: not in it */
		bool anywhere, expanded;
	} rows[] = {{"coltd", "companylimited", "llc", PRB_WORD_LEGAL, true, true},
		{"有限公司", "companylimited", "llc", PRB_WORD_LEGAL, true, false},
		{"sdnbhd", "privatelimited", "llc", PRB_WORD_LEGAL, true, true},
		{"sa", "sa", "jsc", PRB_WORD_CORE, false, false},
		{"ooo", "limitedliabilitycompany", "llc", PRB_WORD_LEGAL, true, true},
		{"perseroanterbatas", "publiclimitedcompany", "jsc", PRB_WORD_LEGAL, true, false},
		{"mfg", "manufacturing", "", PRB_WORD_TRADE, false, true},
		{"textiles", "textile", "", PRB_WORD_TRADE, false, false},
		{"纺织", "textile", "", PRB_WORD_TRADE, false, false},
		{"紡織", "textile", "", PRB_WORD_TRADE, false, false},
		{"zavod", "factory", "", PRB_WORD_UNIT, false, false},
		{"廠", "factory", "", PRB_WORD_UNIT, false, false},
		{"ii", "2", "", PRB_WORD_NUMBER, false, false},
		{"第二", "2", "", PRB_WORD_NUMBER, false, false},
		{"hetian", "hotan", "", PRB_WORD_PLACE, false, false},
		{"和田", "hotan", "", PRB_WORD_PLACE, false, false},
		{"烏魯木齊", "urumqi", "", PRB_WORD_PLACE, false, false},
		{"guangdongsheng", "guangdong", "", PRB_WORD_PLACE, false, false},
		{"deutschland", "germany", "", PRB_WORD_PLACE, false, false},
		{"zhanjiang", "zhanjiang", "", PRB_WORD_PLACE, false, false},
		{"of", "of", "", PRB_WORD_STOP, false, false}, {"huafu", "", "", -1, false, false},
		{"golden", "", "", -1, false, false}, {"sun", "", "", -1, false, false},
		{"lg", "", "", -1, false, false}, {"yang", "", "", -1, false, false},
		{"和", "", "", -1, false, false}, {"victoria", "", "", -1, false, false}};
	const struct prb_lexicon *lexicon;
	struct prb_release *release;
	struct prb_fault fault;

	(void)state;
	restore();
	assert_int_equal(prb_release_open(copy, &release, &fault), PRB_OK);
	lexicon = prb_release_lexicon(release);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_word_entry entry = {.kind = 0};
		bool known = prb_lexicon_find(lexicon, rows[i].key, strlen(rows[i].key), &entry);

		if (known != (rows[i].kind >= 0) ||
			(known && (entry.kind != rows[i].kind ||
					  !prb_span_is(entry.concept, rows[i].concept) ||
					  !prb_span_is(entry.form, rows[i].form) ||
					  entry.form_anywhere != rows[i].anywhere ||
					  entry.expanded != rows[i].expanded)))
			fail_msg("%s: %d \"%.*s\" \"%.*s\"", rows[i].key, known ? entry.kind : -1,
				PRB_SPAN_ARGS(entry.concept), PRB_SPAN_ARGS(entry.form));
	}
	prb_release_close(release);
}

/* The shortcut for ASCII says what the table says: digits and small letters stay, capitals become
 * small, all else parts words. Read from the table's first page (scoring/names/fold.h). */
static void
ascii_as_in_the_table(void **state)
{
	struct prb_release *release;
	struct prb_fault fault;
	const unsigned char *table, *pages, *strings;
	uint32_t page, count;

	(void)state;
	restore();
	assert_int_equal(prb_release_open(copy, &release, &fault), PRB_OK);
	table = prb_release_fold(release)->bytes;
	page = (uint32_t)table[16] | (uint32_t)table[17] << 8;
	count = (uint32_t)table[8] | (uint32_t)table[9] << 8;
	assert_true(page > 0);
	pages = table + 16 + 4352 * 2;
	strings = pages + (size_t)count * 1024;
	for (unsigned c = 0; c < 128; c++) {
		const unsigned char *e = pages + (size_t)(page - 1) * 1024 + (size_t)c * 4;
		bool stays = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		size_t offset = (size_t)e[0] | (size_t)e[1] << 8 | (size_t)e[2] << 16;

		if (stays) {
			assert_memory_equal(e, "\xff\xff\xff\xff", 4);
			continue;
		}
		assert_int_equal(e[3], 1);
		assert_int_equal(strings[offset], c >= 'A' && c <= 'Z' ? c + 32 : ' ');
	}
	prb_release_close(release);
}

static bool
count_row(void *context, struct prb_span key, struct prb_span value)
{
	struct {
		size_t rows;
		char last[PRB_KEY_BYTES_MAX + 1];
	} *seen = context;

	(void)value;
	assert_true(key.n > 0 && key.n <= PRB_KEY_BYTES_MAX);
	assert_true(prb_span_compare(prb_span_of(seen->last), key) < 0);
	memcpy(seen->last, key.p, key.n);
	seen->last[key.n] = '\0';
	return ++seen->rows < 100;
}

static void
rows_in_order(void **state)
{
	struct {
		size_t rows;
		char last[PRB_KEY_BYTES_MAX + 1];
	} seen = {.rows = 0};
	struct prb_release *release;
	struct prb_reader *reader;
	struct prb_fault fault;

	(void)state;
	restore();
	assert_int_equal(prb_release_open(copy, &release, &fault), PRB_OK);
	assert_int_equal(prb_reader_create(release, &reader), PRB_OK);
	prb_reader_each(reader, PRB_TABLE_COUNTRY, count_row, &seen);
	assert_int_equal(seen.rows, 100);
	prb_reader_destroy(reader);
	prb_release_close(release);
}

static void
missing(void **state)
{
	(void)state;
	restore();
	assert_int_equal(unlink(copy_meta), 0);
	refused(PRB_ERR_RELEASE_MISSING, "copy.prb.meta: there is no such file");
	assert_int_equal(unlink(copy), 0);
	refused(PRB_ERR_RELEASE_MISSING, "copy.prb: there is no such file: build a release");
	assert_int_equal(mkdir(copy, 0700), 0);
	support_write(copy_meta, meta, meta_n);
	refused(PRB_ERR_RELEASE_DAMAGED, "it is not a file");
	assert_int_equal(rmdir(copy), 0);
	restore();
}

static void
sidecars(void **state)
{
	char *other;

	(void)state;
	restore();
	support_write(copy_meta, "", 0);
	refused(PRB_ERR_RELEASE_DAMAGED, "sidecar");
	for (size_t n = 0; n < meta_n; n++) {
		support_write(copy_meta, meta, n);
		refused(PRB_ERR_RELEASE_DAMAGED, "build it again");
	}
	support_write(copy_meta, meta, meta_n);
	support_edit(copy_meta, "\"format\":3", "\"format\":4");
	refused(PRB_ERR_RELEASE_FORMAT, "its format is 4, this program reads 3");
	support_write(copy_meta, meta, meta_n);
	support_edit(copy_meta, "\"bytes\":", "\"bytes\":1");
	refused(PRB_ERR_RELEASE_DAMAGED, "its size");
	/* another name than the one in the file */
	support_write(copy_meta, meta, meta_n);
	other = strstr(meta, "\"release\":\"") + strlen("\"release\":\"");
	support_edit(copy_meta, other, other[0] == '0' ? "1\"}\n" : "0\"}\n");
	refused(PRB_ERR_RELEASE_DAMAGED, "build it again");
}

/* Flips of bits anywhere, cuts and additions of any size, pages of zeros or noise: each is an
 * error, none a crash. */
static void
damages(void **state)
{
	uint64_t random = 20261121;
	char *bytes = malloc(whole_n + 4096);

	(void)state;
	assert_non_null(bytes);
	print_message("seed %llu\n", (unsigned long long)random);
	for (int i = 0; i < DAMAGES; i++) {
		size_t n = whole_n, page = support_random(&random) % (whole_n / 4096);

		memcpy(bytes, whole, whole_n);
		switch (i % 6) {
		case 0: /* anywhere */
			for (int k = 0; k < 1 + i % 5; k++)
				bytes[support_random(&random) % n] ^=
					(char)(1 << support_random(&random) % 8);
			break;
		case 1: /* in the header */
			bytes[support_random(&random) % 8192] ^=
				(char)(1 << support_random(&random) % 8);
			break;
		case 2:
			n = support_random(&random) % whole_n;
			break;
		case 3: /* whole pages gone */
			n = page * 4096;
			break;
		case 4:
			memset(bytes + page * 4096, support_random(&random) % 2 ? 0 : 0xAA, 4096);
			if (memcmp(bytes, whole, whole_n) == 0)
				bytes[page * 4096] ^= 1;
			break;
		default:
			memset(bytes + whole_n, 0, 4096);
			n = whole_n + 1 + support_random(&random) % 4096;
			break;
		}
		support_write(copy, bytes, n);
		support_write(copy_meta, meta, meta_n);
		refused(PRB_ERR_RELEASE_DAMAGED, "build it again with `probity data build");
	}
	free(bytes);
}

/* A damaged header is seen by itself, so that releases too large to hash at open are safe from what
 * kills most often. */
static void
damaged_headers_with_right_hash(void **state)
{
	static const size_t places[] = {10, 16, 20, 32, 40, 80, 128,
		136}; /* flags, magic, version, map, page size, roots, last page */
	char *bytes = malloc(whole_n), sidecar[1024];

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) * 2; i++) {
		uint8_t hash[PRB_SHA256_BYTES];
		char hex[PRB_SHA256_HEX_BYTES];
		size_t at = places[i / 2] + (i % 2) * 4096;

		memcpy(bytes, whole, whole_n);
		if (places[i / 2] == 32) /* a map of nothing */
			memset(bytes + at, 0, 8);
		else if (places[i / 2] == 80) /* the free list is empty: its root says so */
			memset(bytes + at, 0x11, 8);
		else
			bytes[at] ^= 0x5F;
		if (places[i / 2] == 136)
			memset(bytes + at, 0x7F, 8);
		prb_store_sha256(hash, bytes, whole_n);
		prb_sha256_hex(hash, hex);
		memcpy(sidecar, meta, meta_n);
		memcpy(strstr(sidecar, "\"file_sha256\":\"") + strlen("\"file_sha256\":\""), hex,
			sizeof(hex) - 1);
		support_write(copy, bytes, whole_n);
		support_write(copy_meta, sidecar, meta_n);
		refused(PRB_ERR_RELEASE_DAMAGED, "build it again");
	}
	free(bytes);
	restore();
}

/* A release that is open keeps its rows when another is moved into its place. */
static void
replaced_while_open(void **state)
{
	struct prb_release *release;
	struct prb_reader *reader;
	struct prb_fault fault;
	char other[SUPPORT_PATH_BYTES];

	(void)state;
	restore();
	assert_int_equal(prb_release_open(copy, &release, &fault), PRB_OK);
	support_join(other, folder, "other");
	support_write(other, "not a release", 13);
	assert_int_equal(rename(other, copy), 0);
	assert_int_equal(prb_reader_create(release, &reader), PRB_OK);
	assert_non_null(prb_reader_get(reader, PRB_TABLE_COUNTRY, PRB_SPAN("CHN")).p);
	assert_int_equal(prb_release_verify(release, &fault), PRB_OK);
	prb_reader_destroy(reader);
	prb_release_close(release);
	restore();
}

/* Records cut anywhere are refused, and never read past their end. */
static void
cut_records(void **state)
{
	struct prb_entity_record entity = {.list = "l",
		.name = "n",
		.kind = "entity",
		.country = "CHN",
		.city = "",
		.address = "",
		.notes = "",
		.source = "s"};
	struct prb_entity_record read;
	struct prb_country country = {.name_en = "China"}, country_read;
	struct prb_str out;

	(void)state;
	prb_str_init(&out, 65536);
	prb_entity_write(&entity, &out);
	assert_true(prb_entity_read(prb_str_span(&out), &read));
	assert_string_equal(read.country, "CHN");
	for (size_t n = 0; n < out.n; n++) {
		char *cut = malloc(n + 1);

		memcpy(cut, out.p, n);
		assert_false(prb_entity_read((struct prb_span){cut, n}, &read));
		free(cut);
	}
	prb_str_reset(&out);
	for (int i = 0; i < PRB_WHERE_COMPONENTS; i++)
		country.where[i].source = "source";
	prb_country_write(&country, &out);
	assert_true(prb_country_read(prb_str_span(&out), &country_read));
	assert_string_equal(country_read.where[3].source, "source");
	for (size_t n = 0; n < out.n; n++) {
		char *cut = malloc(n + 1);

		memcpy(cut, out.p, n);
		assert_false(prb_country_read((struct prb_span){cut, n}, &country_read));
		free(cut);
	}
	prb_str_finish(&out);
}

/* What the reader can do: whole records read back, cut ones do not, and no word that this program
 * does not know. */
static void
guidance_records(void **state)
{
	const struct prb_law law = {.instrument = "an act",
		.jurisdiction = "CHE",
		.applies_from = "2024",
		.source = "",
		.status = "verified",
		.requirements_count = 2,
		.requirements = {{"product", PRB_SHOWN_PRODUCTS}, {"sites", PRB_SHOWN_SITES}}};
	const struct prb_remedy_row row = {
		14, (uint16_t)(1U << PRB_SOURCE_WORKER | 1U << PRB_SOURCE_AUTHORITY), 510};
	const struct prb_referral referral = {.kind = "hotline",
		.url = "",
		.phone = "1",
		.caution = "",
		.source = "a page",
		.as_of = "",
		.status = "secondary"};
	struct prb_law law_read;
	struct prb_remedy_row row_read;
	struct prb_referral referral_read;
	const char *market;
	struct prb_str out[3];

	(void)state;
	for (size_t i = 0; i < 3; i++)
		prb_str_init(&out[i], 4096);
	prb_law_write(&law, PRB_SPAN(PRB_MARKET_WORD_EU), &out[0]);
	prb_remedy_write(&row, PRB_SPAN("a source"), PRB_SPAN("why"), PRB_SPAN(""), &out[1]);
	prb_referral_write(&referral, &out[2]);
	assert_true(prb_law_read(prb_str_span(&out[0]), &law_read, &market));
	assert_string_equal(market, "EU");
	assert_int_equal(law_read.requirements_count, 2);
	assert_string_equal(law_read.requirements[1].id, "sites");
	assert_int_equal(law_read.requirements[1].shown, PRB_SHOWN_SITES);
	assert_true(prb_remedy_read(prb_str_span(&out[1]), &row_read));
	assert_int_equal(row_read.days, 14);
	assert_int_equal(row_read.reported_per_mille, 510);
	assert_int_equal(row_read.verified_by, row.verified_by);
	assert_true(prb_referral_read(prb_str_span(&out[2]), &referral_read));
	assert_string_equal(referral_read.phone, "1");
	for (size_t i = 0; i < 3; i++)
		for (size_t n = 0; n < out[i].n; n++) {
			char *cut = malloc(n + 1);
			struct prb_span value = {cut, n};

			memcpy(cut, out[i].p, n);
			assert_false(i == 0   ? prb_law_read(value, &law_read, &market)
				     : i == 1 ? prb_remedy_read(value, &row_read)
					      : prb_referral_read(value, &referral_read));
			free(cut);
		}
	memcpy(strstr(out[0].p + out[0].n - sizeof("sites_declared"), "sites"), "bites", 5);
	assert_false(prb_law_read(prb_str_span(&out[0]), &law_read, &market));
	for (size_t i = 0; i < 3; i++)
		prb_str_finish(&out[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(guidance_records),
		cmocka_unit_test(opens_whole), cmocka_unit_test(folds),
		cmocka_unit_test(knows_words), cmocka_unit_test(ascii_as_in_the_table),
		cmocka_unit_test(rows_in_order), cmocka_unit_test(missing),
		cmocka_unit_test(sidecars), cmocka_unit_test(damages),
		cmocka_unit_test(damaged_headers_with_right_hash),
		cmocka_unit_test(replaced_while_open), cmocka_unit_test(cut_records)};

	return cmocka_run_group_tests(tests, make_copy, remove_copy);
}
