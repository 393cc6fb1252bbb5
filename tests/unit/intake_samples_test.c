/* SPDX-License-Identifier: Apache-2.0 */
/* The published lists of tests/samples, whole: counts, what the columns are taken for, single rows;
 * then the same lists in other character sets, with other delimiters and in other pieces: the same
 * declarations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <csv.h>
#include <unicode/ucnv.h>

#include "scoring/base/jcs.h"
#include "scoring/model/declaration.h"
#include "tests/unit/intake_recorder.h"

#define SAMPLE_BYTES_MAX ((size_t)1 << 20)

static const struct {
	const char *file;
	size_t rows;
	const char *header;
	const char *holds[4]; /* lines of the log */
} samples[] = {
	{"nike_2021_sample.csv", 150,
		"header 2 UTF-8 , Factory Name=supplier.name|Factory Type= (known, not used)|"
		"Product Type=products.description|Nike, Inc. Brand(s)= (known, not used)|"
		"Events= (known, not used)|Supplier "
		"Group=supplier.aliases|Address=supplier.address|"
		"City=supplier.city|State=supplier.address|Postal Code=supplier.address|"
		"Country/Region=supplier.country|Region= (known, not used)|Total "
		"Workers=workforce.total|"
		"Line Workers= (known, not used)|% Female Workers=workforce.women|"
		"% Migrant Workers=workforce.migrant|Subcons= (known, not used)\n",
		{"\nrow 3 {\"products\":[{\"description\":\"APPAREL\"}],\"supplier\":{\"address\":"
		 "\"9500 RUE MEILLEUR, SUTE 130, QUEBEC, H2N "
		 "2B7\",\"city\":\"MONTREAL\",\"country\":\"CANADA\","
		 "\"name\":\"IMPRESSIONS CASEE "
		 "INC.\"},\"workforce\":{\"migrant\":0,\"total\":4,\"women\":1}}\n",
			"\"name\":\"PT PRATAMA ABADI "
			"INDUSTRI\"},\"workforce\":{\"migrant\":66,\"total\":6627,"
			"\"women\":4970}} # parent 'PRATAMA' is screened as a further name # "
			"migrant workers: "
			"'1.0%' taken as 1 percent, may mean all\n",
			"\"name\":\"HUA FENG (CHINA)\"}} # parent 'HUA FENG TEXTILE' is screened "
			"as a further "
			"name # workers: '0' left out, taken for not counted\n"}},
	{"cos_2024_sample.csv", 80,
		"header 1 UTF-8 , Country=supplier.country|"
		"Supplier=supplier.aliases (taken for the parent of 'Production Unit')|"
		"Supplier Address= (speaks of the parent of 'Production Unit', not used)|"
		"Production Unit=supplier.name|Production Unit Address=supplier.address\n",
		{"\nrow 4 {\"supplier\":{\"address\":\"Jingyang Industry ,Honglu Town, Fuqing, "
		 "Fuzhou ,Fujian "
		 "Province,, China, 350304 Fu Qing, Province: Fujian\",\"country\":\"MAINLAND "
		 "CHINA\","
		 "\"name\":\"FUQING FUSHENGDA PLASTIC PRODUCTS CO.,LTD\"}}\n",
			"\nrow 5 {\"supplier\":{\"address\":\"DARICI SOKAK, SAGLAMTAS MAHALLESI "
			"NO:9, MALKARA, "
			"59300 TEKIRDAG\",\"aliases\":[\"PAMEKS GIYIM SAN "
			"A.S.\"],\"country\":\"TÜRKIYE\","}},
	{"oar_2019_sample.csv", 120,
		"header 1 UTF-8 , "
		"country=supplier.country|name=supplier.name|address=supplier.address\n",
		{"\nrow 2 {\"supplier\":{\"address\":\"Shahnaya, Daraa International Higway, PO "
		 "Box 197, "
		 "Damascus, 197, Dimashq\",\"country\":\"SY\",\"name\":\"Majed & Mohamed Alzayed "
		 "Company\"}}\n"}},
	{"apple_sample.csv", 100,
		"header 1 UTF-8 , year= (known, not used)|supplier_name=supplier.name|"
		"country_area= (known, not "
		"used)|country=supplier.country|supplier_address=supplier.address\n",
		{"\nrow 3 "
		 "{\"supplier\":{\"address\":\"Jiangsu\",\"country\":\"China\",\"name\":\"Sharp "
		 "Corporation\"}}\n",
			"\"name\":\"Henkel AG & Company, KGaA\"}}\n"}},
	{"vegoil_sample.csv", 50,
		"header 1 UTF-8 , name=supplier.name|type= (known, not used)|city=supplier.city|"
		"country=supplier.country|lat= (known, not used)|lon= (known, not used)|"
		"capacity= (known, not used)|commodity=products.description\n",
		{"\nrow 2 "
		 "{\"products\":[{\"description\":\"Soybean\"}],\"supplier\":{\"city\":\"Nogoyá\","
		 "\"country\":\"Argentina\",\"name\":\"El Río Aceites Nogoyá\"}}\n"}},
};
#define SAMPLES (sizeof(samples) / sizeof(samples[0]))

static const struct prb_intake_options automatic = {.format = PRB_INTAKE_AUTO};

static void
read_sample(size_t i, struct prb_str *out)
{
	char path[500];
	char block[4096];
	size_t n;

	(void)snprintf(
		path, sizeof(path), "%s/tests/samples/%s", PROBITY_SOURCE_DIR, samples[i].file);
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	prb_str_init(out, SAMPLE_BYTES_MAX);
	while ((n = fread(block, 1, sizeof(block), file)) > 0)
		prb_str_add(out, block, n);
	fclose(file);
	assert_false(out->failed);
}

static void
test_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct recorder recorder = {0};
		struct prb_str text;

		read_sample(i, &text);
		record(&recorder, &automatic, prb_str_span(&text), SIZE_MAX);
		assert_int_equal(recorder.rows, samples[i].rows);
		assert_int_equal(recorder.refused, 0);
		assert_int_equal(recorder.headers, 1);
		assert_int_equal(recorder.used, PRB_INTAKE_CSV);
		assert_memory_equal(recorder.log.p, samples[i].header, strlen(samples[i].header));
		for (size_t k = 0; k < 4 && samples[i].holds[k]; k++) {
			if (!strstr(recorder.log.p, samples[i].holds[k]))
				fail_msg("%s: no %s", samples[i].file, samples[i].holds[k]);
		}
		assert_string_equal(recorder.log.p + recorder.log.n - 7, "end ok\n");
		prb_str_finish(&recorder.log);
		prb_str_finish(&text);
	}
}

static void
test_pieces(void **state)
{
	static const size_t pieces[] = {1, 7, 4096};

	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct recorder whole = {0};
		struct prb_str text;

		read_sample(i, &text);
		record(&whole, &automatic, prb_str_span(&text), SIZE_MAX);
		for (size_t k = 0; k < 3; k++) {
			struct recorder recorder = {0};

			record(&recorder, &automatic, prb_str_span(&text), pieces[k]);
			assert_string_equal(recorder.log.p, whole.log.p);
			prb_str_finish(&recorder.log);
		}
		prb_str_finish(&whole.log);
		prb_str_finish(&text);
	}
}

/* The log behind the first line, which names encoding and delimiter. */
static const char *
behind_header(const struct recorder *recorder)
{
	const char *end = strchr(recorder->log.p, '\n');

	assert_non_null(end);
	return end + 1;
}

static void
expect_same(const struct recorder *expected, struct prb_span text, const char *encoding,
	const char *file)
{
	static const size_t pieces[] = {1, 7, 4096, SIZE_MAX};

	for (size_t k = 0; k < 4; k++) {
		struct recorder recorder = {0};

		record(&recorder, &automatic, text, pieces[k]);
		if (!strstr(recorder.log.p, encoding) ||
			strcmp(behind_header(&recorder), behind_header(expected)) != 0)
			fail_msg("%s in %s, pieces of %zu:\n%.2000s", file, encoding, pieces[k],
				recorder.log.p);
		prb_str_finish(&recorder.log);
	}
}

static void
test_character_sets(void **state)
{
	static const struct {
		const char *name;
		const char *mark;
		size_t mark_bytes;
	} sets[] = {{"UTF-8", "\xEF\xBB\xBF", 3}, {"UTF-16LE", "\xFF\xFE", 2},
		{"UTF-16BE", "\xFE\xFF", 2}, {"UTF-16LE", "", 0}, {"UTF-16BE", "", 0},
		{"UTF-32LE", "\xFF\xFE\0\0", 4}};

	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct recorder expected = {0};
		struct prb_str text;

		read_sample(i, &text);
		record(&expected, &automatic, prb_str_span(&text), SIZE_MAX);
		for (size_t k = 0; k < sizeof(sets) / sizeof(sets[0]); k++) {
			UErrorCode status = U_ZERO_ERROR;
			size_t room = 4 * text.n + 8;
			char *wide = malloc(room);

			assert_non_null(wide);
			memcpy(wide, sets[k].mark, sets[k].mark_bytes);
			int32_t n = ucnv_convert(sets[k].name, "UTF-8", wide + sets[k].mark_bytes,
				(int32_t)(room - sets[k].mark_bytes), text.p, (int32_t)text.n,
				&status);
			assert_true(U_SUCCESS(status));
			expect_same(&expected,
				(struct prb_span){wide, sets[k].mark_bytes + (size_t)n},
				sets[k].name, samples[i].file);
			free(wide);
		}
		prb_str_finish(&expected.log);
		prb_str_finish(&text);
	}
}

/* Characters that windows-1252 does not have become '?' on both sides. */
static void
test_windows1252(void **state)
{
	size_t tested = 0;

	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct recorder expected = {0};
		struct prb_str text;
		struct prb_str narrow;
		struct prb_str back;
		uint32_t c;

		read_sample(i, &text);
		prb_str_init(&narrow, SAMPLE_BYTES_MAX);
		prb_str_init(&back, SAMPLE_BYTES_MAX);
		size_t high = 0;
		for (size_t k = 0; k < text.n;) {
			size_t n = prb_utf8_decode(text.p + k, text.n - k, &c);

			assert_true(n > 0);
			bool is_same = c >= 0xA0 && c <= 0xFF; /* the same numbers as in Unicode */
			bool is_kept = c < 0x80 || is_same;
			prb_str_add_char(&narrow, is_kept ? (char)(unsigned char)c : '?');
			prb_str_add(&back, is_kept ? text.p + k : "?", is_kept ? n : 1);
			high += is_same;
			k += n;
		}
		record(&expected, &automatic, prb_str_span(&back), SIZE_MAX);
		assert_int_equal(expected.rows, samples[i].rows);
		if (high > 0)
			expect_same(
				&expected, prb_str_span(&narrow), "windows-1252", samples[i].file);
		tested += high > 0;
		prb_str_finish(&expected.log);
		prb_str_finish(&narrow);
		prb_str_finish(&back);
		prb_str_finish(&text);
	}
	assert_true(tested >= 3);
}

/* What a list gives is a declaration without a fault, and its text the canonical one. */
static bool
check_declaration(void *context, uint64_t line, struct prb_span json, const char *const *notes)
{
	struct prb_arena *arena = context;
	struct prb_faults faults = {.count = 0};
	struct prb_declaration *declaration;
	struct prb_str canonical;

	(void)notes;
	prb_arena_reset(arena);
	if (prb_declaration_read(arena, json, &faults, &declaration) != PRB_OK)
		fail_msg("line %llu: %s %s", (unsigned long long)line, faults.items[0].pointer,
			faults.items[0].detail);
	prb_str_init(&canonical, PRB_DECLARATION_BYTES_MAX);
	prb_jcs_write(arena, declaration->json, &canonical);
	assert_true(prb_span_equal(prb_str_span(&canonical), json));
	prb_str_finish(&canonical);
	return true;
}

static bool
refuse_none(void *context, uint64_t line, const struct prb_fault *fault)
{
	(void)context;
	fail_msg("line %llu: %s", (unsigned long long)line, fault->detail);
	return false;
}

static void
test_declarations(void **state)
{
	static const struct prb_intake_options options = {
		PRB_INTAKE_CSV, "6109", "company", NULL, false};
	struct prb_arena *arena = prb_arena_create((size_t)16 << 20);
	struct prb_intake_events events = {check_declaration, refuse_none, NULL, arena};
	struct prb_fault fault;

	(void)state;
	assert_non_null(arena);
	for (size_t i = 0; i < SAMPLES; i++) {
		struct prb_intake *intake = prb_intake_create(&options, &events);
		struct prb_str text;

		assert_non_null(intake);
		read_sample(i, &text);
		assert_int_equal(prb_intake_feed(intake, text.p, text.n, &fault), PRB_OK);
		assert_int_equal(prb_intake_finish(intake, &fault), PRB_OK);
		prb_intake_destroy(intake);
		prb_str_finish(&text);
	}
	prb_arena_destroy(arena);
}

struct rewriting {
	struct prb_str out;
	char delimiter;
	bool in_row;
};

static void
rewrite_cell(void *bytes, size_t n, void *context)
{
	struct rewriting *rewriting = context;
	const char *p = bytes;

	if (rewriting->in_row)
		prb_str_add_char(&rewriting->out, rewriting->delimiter);
	rewriting->in_row = true;
	prb_str_add_char(&rewriting->out, '"');
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '"')
			prb_str_add_char(&rewriting->out, '"');
		prb_str_add_char(&rewriting->out, p[i]);
	}
	prb_str_add_char(&rewriting->out, '"');
}

static void
rewrite_row(int end, void *context)
{
	struct rewriting *rewriting = context;

	(void)end;
	prb_str_add_char(&rewriting->out, '\n');
	rewriting->in_row = false;
}

static void
test_delimiters(void **state)
{
	static const char delimiters[] = {';', '\t', '|'};
	static const char *const names[] = {"UTF-8 ; ", "UTF-8 tab ", "UTF-8 | "};

	(void)state;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct recorder expected = {0};
		struct prb_str text;

		read_sample(i, &text);
		record(&expected, &automatic, prb_str_span(&text), SIZE_MAX);
		for (size_t k = 0; k < 3; k++) {
			struct rewriting rewriting = {.delimiter = delimiters[k]};
			struct csv_parser parser;

			prb_str_init(&rewriting.out, SAMPLE_BYTES_MAX);
			assert_int_equal(csv_init(&parser, 0), 0);
			csv_parse(&parser, text.p, text.n, rewrite_cell, rewrite_row, &rewriting);
			csv_fini(&parser, rewrite_cell, rewrite_row, &rewriting);
			csv_free(&parser);
			expect_same(
				&expected, prb_str_span(&rewriting.out), names[k], samples[i].file);
			prb_str_finish(&rewriting.out);
		}
		prb_str_finish(&expected.log);
		prb_str_finish(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_declarations),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_character_sets),
		cmocka_unit_test(test_windows1252),
		cmocka_unit_test(test_delimiters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
