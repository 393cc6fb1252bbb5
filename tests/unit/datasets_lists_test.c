/* SPDX-License-Identifier: Apache-2.0 */

/* Lists that an operator loads: names in one cell, manifests, rows, and what a release has of them.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/build/compile.h"
#include "datasets/entities/index.h"
#include "datasets/lists/load.h"
#include "datasets/lists/split.h"
#include "datasets/store/keys.h"
#include "tests/unit/datasets_support.h"

/* The other names of a split cell, as "a:NAME|f:NAME|z:NAME". */
static void
other_names(const struct prb_split *split, char *out, size_t room)
{
	out[0] = '\0';
	for (size_t i = 0; i < split->names_count; i++)
		(void)snprintf(out + strlen(out), room - strlen(out), "%s%c:%.*s", i > 0 ? "|" : "",
			"-afz"[split->names[i].kind], PRB_SPAN_ARGS(split->names[i].text));
}

/* Wordings of the UFLPA Entity List and of CBP's table of orders, names among them. */
static void
names_in_one_cell(void **state)
{
	static const struct {
		const char *cell, *name, *others, *note;
	} rows[] = {
		{"Baoding LYSZD Trade and Business Co., Ltd.",
			"Baoding LYSZD Trade and Business Co., Ltd.", "", ""},
		{"Hoshine Silicon Industry (Shanshan) Co., Ltd. (including one alias: Hesheng "
		 "Silicon Industry (Shanshan) Co.) and subsidiaries",
			"Hoshine Silicon Industry (Shanshan) Co., Ltd.",
			"a:Hesheng Silicon Industry (Shanshan) Co.", "and subsidiaries"},
		{"Hoshine Silicon Industry Co., Ltd., and Subsidiaries",
			"Hoshine Silicon Industry Co., Ltd.", "", "and Subsidiaries"},
		{"Changji Esquel Textile Co. Ltd. (and one alias: Changji Yida Textile)",
			"Changji Esquel Textile Co. Ltd.", "a:Changji Yida Textile", ""},
		{"Aksu Huafu Textiles Co. (including two aliases: Akesu Huafu and Aksu Huafu Dyed "
		 "Melange Yarn)",
			"Aksu Huafu Textiles Co.", "a:Akesu Huafu|a:Aksu Huafu Dyed Melange Yarn",
			""},
		{"Nanjing Synergy Textiles Co., Ltd. (including two aliases: Nanjing Xinyi Cotton "
		 "Textile Printing and Dyeing; and Nanjing Synergy)",
			"Nanjing Synergy Textiles Co., Ltd.",
			"a:Nanjing Xinyi Cotton Textile Printing and Dyeing|a:Nanjing Synergy", ""},
		{"Xinjiang Daqo New Energy Co., Ltd. (including three aliases: Xinjiang Great New "
		 "Energy Co., Ltd.; Xinjiang Daxin Energy Co., Ltd.; and Xinjiang Daqin Energy "
		 "Co., "
		 "Ltd.)",
			"Xinjiang Daqo New Energy Co., Ltd.",
			"a:Xinjiang Great New Energy Co., Ltd.|a:Xinjiang Daxin Energy Co., "
			"Ltd.|a:Xinjiang Daqin Energy Co., Ltd.",
			""},
		{"Xinjiang Production and Construction Corporation (XPCC) and its subordinate and "
		 "affiliated entities",
			"Xinjiang Production and Construction Corporation (XPCC)", "",
			"and its subordinate and affiliated entities"},
		{"Ninestar Corporation and its eight Zhuhai-based subsidiaries, which include "
		 "Zhuhai "
		 "Ninestar Information Technology Co., Ltd., Geehy Semiconductor Co., Ltd., and "
		 "Zhuhai G&G Digital Technology Co., Ltd.",
			"Ninestar Corporation",
			"a:Zhuhai Ninestar Information Technology Co., Ltd.|a:Geehy Semiconductor "
			"Co., Ltd.|a:Zhuhai G&G Digital Technology Co., Ltd.",
			"and its eight Zhuhai-based subsidiaries, which include Zhuhai Ninestar "
			"Information Technology Co., Ltd., Geehy Semiconductor Co., Ltd., and "
			"Zhuhai G&G Digital Technology Co., Ltd."},
		{"Tianjin Tianwei Food Co., Ltd. (formerly known as Tianjin Sanhe Fruit and "
		 "Vegetable "
		 "Co., Ltd.)",
			"Tianjin Tianwei Food Co., Ltd.",
			"f:Tianjin Sanhe Fruit and Vegetable Co., Ltd.", ""},
		{"Hongyuan Green Energy Co., Ltd. (also known as HY Solar; and Hoyuan Green Energy "
		 "Co. Ltd.; and formerly known as Wuxi Shangji CNC Co., Ltd.; and Wuxi Shangji "
		 "Automation Co., Ltd.)",
			"Hongyuan Green Energy Co., Ltd.",
			"a:HY Solar|a:Hoyuan Green Energy Co. Ltd.|f:Wuxi Shangji CNC Co., "
			"Ltd.|f:Wuxi Shangji Automation Co., Ltd.",
			""},
		{"Tianjin Malleable Iron Factory, a/k/a Tianjin Tongbao Fittings Company, a/k/a "
		 "Tianjin No. 2 Prison",
			"Tianjin Malleable Iron Factory",
			"a:Tianjin Tongbao Fittings Company|a:Tianjin No. 2 Prison", ""},
		{"Sichuan (Szechuan) Xinsheng (New Life) Labor Factory, a/k/a Xinsheng (New Life) "
		 "Labor Factory",
			"Sichuan (Szechuan) Xinsheng (New Life) Labor Factory",
			"a:Xinsheng (New Life) Labor Factory", ""},
		{"Foo Co. (a.k.a. Bar Co., Ltd., Baz Inc., and Qux LLC)", "Foo Co.",
			"a:Bar Co., Ltd.|a:Baz Inc.|a:Qux LLC", ""},
		{"Foo Co. (f/k/a Bar Trading (Shanghai) Co.)", "Foo Co.",
			"f:Bar Trading (Shanghai) Co.", ""},
		{"Ninestar Corporation (纳思达股份有限公司)", "Ninestar Corporation",
			"z:纳思达股份有限公司", ""},
		{"Foo Co. (also known as 福; Fu)", "Foo Co.", "z:福|a:Fu", ""},
		/* Words that only look like a mark, and texts that are cut. */
		{"PT Aka Jaya Metal", "PT Aka Jaya Metal", "", ""},
		{"Alias Trading Ltd (Formosa)", "Alias Trading Ltd (Formosa)", "", ""},
		{"No. 4 Vocation Skills Education Training Center (VSETC)",
			"No. 4 Vocation Skills Education Training Center (VSETC)", "", ""},
		{"Foo (also known as Bar", "Foo", "a:Bar", ""},
		{"(also known as Bar)", "(also known as Bar)", "", ""},
		{"Foo ()) (", "Foo ()) (", "", ""},
		{"", "", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_split split;
		char others[1024], name[512], note[512];

		prb_split_aka(prb_span_of(rows[i].cell), &split);
		other_names(&split, others, sizeof(others));
		(void)snprintf(name, sizeof(name), "%.*s", PRB_SPAN_ARGS(split.name));
		(void)snprintf(note, sizeof(note), "%.*s", PRB_SPAN_ARGS(split.note));
		assert_string_equal(name, rows[i].name);
		assert_string_equal(others, rows[i].others);
		assert_string_equal(note, rows[i].note);
	}
}

/* Thousands of parentheses and marks end, and what does not fit is told. */
static void
names_without_end(void **state)
{
	struct prb_split *split = malloc(sizeof(*split));
	struct prb_str text;

	(void)state;
	prb_str_init(&text, 1 << 20);
	prb_str_add_text(&text, "Foo (also known as ");
	for (int i = 0; i < 2000; i++)
		prb_str_addf(&text, "Name %d; ", i);
	prb_split_aka(prb_str_span(&text), split);
	assert_int_equal(split->names_count, PRB_SPLIT_NAMES_MAX);
	assert_true(split->overflow);
	prb_str_reset(&text);
	for (int i = 0; i < 5000; i++)
		prb_str_add_text(&text, "(aka ");
	prb_split_aka(prb_str_span(&text), split);
	assert_false(split->overflow);
	prb_str_finish(&text);
	free(split);
}

#define MANIFEST_HEAD                                                                              \
	"{\"list\":\"t\",\"title\":\"T\",\"publisher\":\"P\",\"licence\":\"L\",\"completeness\":"  \
	"\"all\",\"effect_words\":\"e\","
#define MANIFEST_TAIL                                                                              \
	"\"effect\":\"other_sanctions\",\"persons\":\"none\",\"columns\":{\"name\":\"name\"}}"

static void
manifests_refused(void **state)
{
	static const struct {
		const char *text, *said;
	} rows[] = {
		{"{", "m.json:1:2: "},
		{"{\n \"list\": \"t\",\n \"list\": \"t\"}", "m.json:3:"},
		{"[]", "m.json: /: an object is wanted"},
		{"{}", "/list: this member is missing"},
		{MANIFEST_HEAD "\"nmae\":1," MANIFEST_TAIL, "/nmae: this member is not known here"},
		{MANIFEST_HEAD "\"columns\":{\"name\":{\"colunm\":\"a\"}},\"effect\":\"other_"
			       "sanctions\",\"persons\":\"none\"}",
			"/columns/name/0/colunm: this member is not known here"},
		{MANIFEST_HEAD "\"columns\":{\"name\":{\"column\":\"a\",\"fixed\":\"b\"}},"
			       "\"effect\":\"other_sanctions\",\"persons\":\"none\"}",
			"/columns/name/0: either `column` or `fixed`"},
		{MANIFEST_HEAD
			"\"columns\":{},\"effect\":\"other_sanctions\",\"persons\":\"none\"}",
			"/columns/name: this member is missing"},
		{MANIFEST_HEAD "\"effect\":\"other_sanctions\",\"columns\":{\"name\":\"name\"}}",
			"/persons: natural persons are never loaded"},
		{MANIFEST_HEAD "\"effect\":\"other_sanctions\",\"persons\":\"some\",\"columns\":{"
			       "\"name\":\"name\"}}",
			"/persons: \"none\" or an object"},
		{MANIFEST_HEAD
			"\"effect\":\"other_sanctions\",\"persons\":{},\"columns\":{\"name\":"
			"\"name\"}}",
			"/persons: `persons` or `organisations`"},
		{MANIFEST_HEAD
			"\"persons\":\"none\",\"effect\":\"bad\",\"columns\":{\"name\":\"n\"}}",
			"/effect: one of these is wanted: other_sanctions forced_labour"},
		{MANIFEST_HEAD "\"keep\":[{\"column\":\"a\"}]," MANIFEST_TAIL,
			"/keep/0: one of `equals`"},
		{MANIFEST_HEAD "\"keep\":[{\"column\":\"a\",\"equals\":7}]," MANIFEST_TAIL,
			"/keep/0/equals: a string is wanted here, this is a number"},
		{MANIFEST_HEAD "\"format\":{\"delimiter\":\"ab\"}," MANIFEST_TAIL,
			"/format/delimiter: "},
		{MANIFEST_HEAD "\"dates\":[\"MM/DD/YYYY\",\"DD/MM/YYYY\"]," MANIFEST_TAIL,
			"/dates: MM/DD/YYYY and DD/MM/YYYY cannot be told apart"},
		{MANIFEST_HEAD "\"dates\":[\"YYYY\"]," MANIFEST_TAIL, "/dates: each once of"},
		{MANIFEST_HEAD "\"countries_equal\":[\"CN\"]," MANIFEST_TAIL, "/countries_equal: "},
		{"{\"list\":\"Two Words\"}", "/list: 1 to 32 small letters"},
		{MANIFEST_HEAD "\"effect\":\"other_sanctions\",\"persons\":\"none\",\"columns\":{"
			       "\"name\":\"n\",\"identifiers\":\"ids\"}}",
			"/columns/identifiers/0: an object is wanted"},
		{MANIFEST_HEAD
			"\"effect\":\"other_sanctions\",\"persons\":\"none\",\"columns\":{"
			"\"name\":\"n\",\"identifiers\":{\"column\":\"i\",\"scheme\":\"tax\"}}}",
			"/columns/identifiers/0/scheme: lei, os_id"},
		{MANIFEST_HEAD "\"effect\":\"other_sanctions\",\"persons\":\"none\",\"columns\":{"
			       "\"name\":\"n\",\"city\":{\"column\":\"i\",\"split\":\"aka\"}}}",
			"/columns/city/0/split: only `name` is split"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_arena *arena = prb_arena_create(1 << 20);
		struct prb_list_manifest manifest;
		struct prb_fault fault = {.detail = ""};

		assert_int_not_equal(prb_list_manifest_parse(arena, "m.json",
					     prb_span_of(rows[i].text), &manifest, &fault),
			PRB_OK);
		if (!strstr(fault.detail, rows[i].said))
			fail_msg("row %zu: \"%s\" is not in \"%s\"", i, rows[i].said, fault.detail);
		prb_arena_destroy(arena);
	}
}

static void
dates(void **state)
{
	static const struct {
		const char *text, *date;
	} rows[] = {
		{"2024-08-02", "2024-08-02"},
		{"2024-08-02T10:33:12", "2024-08-02"},
		{"June 21, 2022", "2022-06-21"},
		{"june 1 2022", "2022-06-01"},
		{"Aug. 2, 2024", "2024-08-02"},
		{"Sept. 2, 2024", "2024-09-02"},
		{"02.08.2024", "2024-08-02"},
		{"8/2/2024", "2024-08-02"},
		{"February 30, 2024", NULL},
		{"Juno 1, 2022", NULL},
		{"June 2022", NULL},
		{"21 June 2022", NULL},
		{"13/13/2024", NULL},
		{"2/8/24", NULL},
		{"2024", NULL},
		{"", NULL},
		{"June 21, 20222", NULL},
	};
	const struct prb_list_manifest manifest = {
		.dates = {PRB_LIST_DATE_ISO, PRB_LIST_DATE_MONTH_D_YYYY, PRB_LIST_DATE_MDY,
			PRB_LIST_DATE_DMY_DOTS},
		.dates_count = 4};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[PRB_DATE_BYTES] = "";
		prb_date date = PRB_DATE_NONE;

		assert_int_equal(prb_list_date(&manifest, prb_span_of(rows[i].text), &date),
			rows[i].date != NULL);
		if (rows[i].date) {
			prb_date_format(date, text);
			assert_string_equal(text, rows[i].date);
		}
	}
}

static void
clean_texts(void **state)
{
	static const struct {
		const char *text, *clean;
	} rows[] = {
		{"  Foo\xC2\xA0\t Co.,\n Ltd. ", "Foo Co., Ltd."},
		{"Caf\x65\xCC\x81", "Caf\xC3\xA9"}, /* composed */
		{"\xE2\x80\xAE"
		 "abc\xE2\x80\xAC",
			"abc"}, /* marks of direction */
		{"a\xC2\xAD"
		 "b\xE2\x80\x8B"
		 "c\xEF\xBB\xBF",
			"abc"},                               /* soft hyphen, no space, BOM */
		{"\xE3\x80\x80\xE4\xB8\xAD", "\xE4\xB8\xAD"}, /* an ideographic blank */
		{" \x01\x1F ", ""},
	};
	struct prb_str scratch, out;

	(void)state;
	prb_str_init(&scratch, 4096);
	prb_str_init(&out, 4096);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_span clean = prb_list_clean(prb_span_of(rows[i].text), &scratch, &out);

		assert_true(prb_span_is(clean, rows[i].clean));
	}
	prb_str_finish(&scratch);
	prb_str_finish(&out);
}

/* Loading without a release: two countries, and names folded by a table without a page. */

static char folder[SUPPORT_PATH_BYTES], table[SUPPORT_PATH_BYTES],
	manifest_path[SUPPORT_PATH_BYTES], out[SUPPORT_PATH_BYTES];
static char said[16 * 1024];

static int
make_folder(void **state)
{
	(void)state;
	support_folder(folder);
	support_join(table, folder, "list.csv");
	support_join(manifest_path, folder, "list.json");
	support_join(out, folder, "r.lmdb");
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	support_remove(folder);
	return 0;
}

static void
hear(void *context, const char *line)
{
	(void)context;
	strncat(said, line, sizeof(said) - strlen(said) - 1);
	strncat(said, "\n", sizeof(said) - strlen(said) - 1);
}

static const char *
country(void *context, struct prb_span word)
{
	(void)context;
	if (prb_span_is(word, "CN") || prb_span_is(word, "China"))
		return "CHN";
	return prb_span_is(word, "KP") ? "PRK" : NULL;
}

static struct prb_fold_table
plain_fold(void)
{
	static unsigned char bytes[16 + 4352 * 2] = "PRBF\x01";
	struct prb_fold_table fold;

	assert_true(prb_fold_table_open(&fold, bytes, sizeof(bytes)));
	return fold;
}

struct loaded {
	struct prb_arena *arena;
	struct prb_entries entries;
	struct prb_list_counts counts;
	struct prb_fault fault;
};

static enum prb_err
load(const char *manifest_text, const char *csv, size_t csv_bytes, struct loaded *l)
{
	struct prb_list_manifest manifest;
	struct prb_fold_table fold = plain_fold();
	struct prb_list_input input = {.manifest = &manifest,
		.path = table,
		.edition = PRB_SPAN("2026-11-20"),
		.fold = &fold,
		.country = country,
		.say = hear,
		.says_max = 100};
	enum prb_err err;

	memset(l, 0, sizeof(*l));
	said[0] = '\0';
	l->arena = input.arena = prb_arena_create(16 << 20);
	support_write(table, csv, csv_bytes);
	err = prb_list_manifest_parse(
		l->arena, "m.json", prb_span_of(manifest_text), &manifest, &l->fault);
	if (err != PRB_OK)
		fail_msg("%s", l->fault.detail);
	return prb_list_load(&input, &l->entries, &l->counts, &l->fault);
}

static void
unload(struct loaded *l)
{
	prb_entries_finish(&l->entries);
	prb_arena_destroy(l->arena);
}

#define FULL_MANIFEST                                                                              \
	MANIFEST_HEAD                                                                              \
	"\"effect\":{\"forced_labour_when\":[{\"column\":\"effect\",\"equals\":[\"fl\"]}]},"       \
	"\"persons\":{\"persons\":[{\"column\":\"kind\",\"equals\":[\"Person\"]}]},"               \
	"\"drop\":[{\"column\":\"kind\",\"equals\":[\"Aircraft\"]}],"                              \
	"\"columns\":{\"id\":\"id\",\"name\":\"name\",\"aliases\":{\"column\":\"aliases\","        \
	"\"separator\":\";\"},\"countries\":{\"column\":\"country\",\"separator\":\";\"},"         \
	"\"identifiers\":{\"column\":\"ids\",\"separator\":\";\",\"scheme\":\"in_cell\"},"         \
	"\"date\":\"date\",\"status\":[{\"column\":\"status\",\"words\":{\"Active\":"              \
	"\"in_force\",\"Removed\":\"lifted\"}},{\"fixed\":\"unknown\"}],"                          \
	"\"kind\":{\"column\":\"kind\",\"words\":{\"Ship\":\"vessel\"},\"otherwise\":\"entity\"}," \
	"\"notes\":[{\"column\":\"note\",\"label\":\"note\"}]}}"
#define FULL_HEADER "id,name,aliases,country,ids,date,status,kind,effect,note\n"

static void
rows_loaded(void **state)
{
	static const char csv[] =
		"\xEF\xBB\xBF" FULL_HEADER "2,Second Co,,KP,,,,Ship,,\r\n"
		"1,\"First, Co\",\"A1;\"\"B; C\"\";A1\",China;CN;KP,"
		"lei:5493001KJTIIGC8Y1R12;other:x-1,2024-02-03,Active,Firm,fl,\"two\nlines\"\n"
		"3,PERSON ROW,,,,,,Person,,\n"
		"4,AIRCRAFT ROW,,,,,,Aircraft,,\n";
	const struct prb_entry *e;
	struct loaded l;

	(void)state;
	assert_int_equal(load(FULL_MANIFEST, csv, sizeof(csv) - 1, &l), PRB_OK);
	assert_string_equal(said, "");
	assert_int_equal(l.counts.rows, 4);
	assert_int_equal(l.counts.loaded, 2);
	assert_int_equal(l.counts.entries, 2);
	assert_int_equal(l.counts.persons, 1);
	assert_int_equal(l.counts.filtered, 1);
	assert_int_equal(l.counts.refused, 0);
	e = &l.entries.items[0];
	assert_true(prb_span_is(e->id, "t-1"));
	assert_true(prb_span_is(e->name, "First, Co"));
	assert_int_equal(e->names_count, 2);
	assert_true(prb_span_is(e->names[0].text, "A1"));
	assert_true(prb_span_is(e->names[1].text, "B; C"));
	assert_true(prb_span_is(e->countries, "CHN;PRK"));
	assert_int_equal(e->identifiers_count, 2);
	assert_int_equal(e->identifiers[0].scheme, PRB_SCHEME_LEI);
	assert_string_equal(e->identifiers[1].bare, "X1");
	assert_int_equal(e->date, prb_date_from_civil(2024, 2, 3));
	assert_int_equal(e->status, PRB_LISTING_IN_FORCE);
	assert_int_equal(e->status_date, prb_date_from_civil(2026, 11, 20));
	assert_int_equal(e->effect, PRB_LISTING_FORCED_LABOUR);
	assert_true(prb_span_is(e->notes, "note: two lines"));
	assert_true(prb_span_is(e->source, "P, T, edition 2026-11-20"));
	e = &l.entries.items[1];
	assert_true(prb_span_is(e->kind, "vessel"));
	assert_int_equal(e->status, PRB_LISTING_UNKNOWN);
	assert_int_equal(e->status_date, PRB_DATE_NONE);
	assert_int_equal(e->effect, PRB_LISTING_OTHER_SANCTIONS);
	unload(&l);
}

/* Each row that cannot stand is named with the place of its cell; the others are loaded. */
static void
rows_refused(void **state)
{
	static const struct {
		const char *row, *said;
	} rows[] = {
		{"5,,,,,,,,,", "list.csv:2:3: there is no name"},
		{"5,???,,,,,,,,", "list.csv:2:3: the name \"???\" folds to nothing"},
		{"5,A,,Atlantis,,,,,,", "list.csv:2:6: \"Atlantis\" is no country's code or name"},
		{"5,A,,,lei:5493001KJTIIGC8Y1R13,,,,,",
			"list.csv:2:7: \"5493001KJTIIGC8Y1R13\": a LEI"},
		{"5,A,,,123,,,,,", "list.csv:2:7: \"123\": a number is written SCHEME:NUMBER"},
		{"5,A,,,,2024-02-30,,,,", "list.csv:2:8: \"2024-02-30\" is no date"},
		{"5,A,,,,,Paused,,,", "list.csv:2:9: \"Paused\" is no status"},
		{"5,A,,,,,,,", "list.csv:2:1: fewer cells"},
		{"5,A,,,,,,,,,x", "list.csv:2:1: more cells"},
		{"5,\xFF\xFE,,,,,,,,", "list.csv:2:1: the bytes are not UTF-8"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct loaded l;
		char csv[512];
		int n = snprintf(
			csv, sizeof(csv), "%s%s\n6,Good Co,,,,,,,,\n", FULL_HEADER, rows[i].row);

		assert_int_equal(load(FULL_MANIFEST, csv, (size_t)n, &l), PRB_OK);
		if (!strstr(said, rows[i].said))
			fail_msg("row %zu: \"%s\" is not in \"%s\"", i, rows[i].said, said);
		assert_int_equal(l.counts.refused, 1);
		assert_int_equal(l.counts.entries, 1);
		unload(&l);
	}
}

/* What is wrong with the file as a whole. */
static void
files_refused(void **state)
{
	static const struct {
		const char *csv, *said;
	} rows[] = {
		{"", "no row has the columns"},
		{"id,nam\n1,A\n",
			"list.csv:1:1: no row has the columns that the manifest names: the "
			"first lacks \"name\""},
		{FULL_HEADER "1,\"A,,,,,,,,\n", "a quote that stands alone"},
		{FULL_HEADER "1,A\"B\",,,,,,,,\n", "list.csv:2:3: a quote that stands alone"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct loaded l;

		assert_int_equal(load(FULL_MANIFEST, rows[i].csv, strlen(rows[i].csv), &l),
			PRB_ERR_SOURCE_ROW);
		if (!strstr(l.fault.detail, rows[i].said))
			fail_msg("row %zu: \"%s\" is not in \"%s\"", i, rows[i].said,
				l.fault.detail);
		assert_int_equal(l.entries.count, 0);
		unload(&l);
	}
}

/* A persons' column that knows only what is an organisation: everything else stays out. */
static void
persons_left_out(void **state)
{
	static const char manifest[] = MANIFEST_HEAD
		"\"effect\":\"other_sanctions\",\"persons\":{\"persons\":[{\"column\":\"born\","
		"\"empty\":false}],\"organisations\":[{\"column\":\"type\",\"equals\":[\"Entity\"]}"
		","
		"{\"column\":\"type\",\"empty\":true,\"also\":{\"column\":\"name\",\"has_word\":["
		"\"Co\"]}}]},\"columns\":{\"name\":\"name\"}}";
	static const char csv[] = "name,type,born\n"
				  "Listed,Entity,\n"
				  "Foo Co.,,\n"
				  "ROW COLUMBIA,,\n"
				  "Foo Co,Entity,1970\n"
				  "PERSON ROW,Individual,\n";
	struct loaded l;

	(void)state;
	assert_int_equal(load(manifest, csv, sizeof(csv) - 1, &l), PRB_OK);
	assert_int_equal(l.counts.persons, 3);
	assert_int_equal(l.counts.entries, 2);
	for (size_t i = 0; i < l.entries.count; i++)
		assert_true(prb_span_is(l.entries.items[i].name, "Listed") ||
			    prb_span_is(l.entries.items[i].name, "Foo Co."));
	unload(&l);
}

/* Sections, headers again, short rows, rows of one party: the form of a copied page, by tabs. */
static void
page_with_sections(void **state)
{
	static const char manifest[] = MANIFEST_HEAD
		"\"effect\":\"forced_labour\",\"persons\":\"none\",\"same_id\":\"merge\","
		"\"format\":{\"delimiter\":\"tab\",\"quote\":\"\",\"short_rows\":true,\"sections\":"
		"\"Section \"},\"dates\":[\"Month D, YYYY\"],\"columns\":{\"name\":{\"column\":"
		"\"Name of Entity\",\"split\":\"aka\"},\"date\":\"Effective Date\",\"countries\":"
		"{\"fixed\":\"CN\"},\"notes\":{\"column\":\"(section)\"}}}";
	static const char csv[] = "A page\t\n"
				  "Section i\n"
				  "NAME  OF ENTITY\tEffective Date\n"
				  "Foo Co. \"Bar\" (also known as F)\tJune 21, 2022\n"
				  "\t\n"
				  "Section v\t\t\n"
				  "Name of Entity\tEffective Date\n"
				  "name of  entity\tEffective Date\n"
				  "FOO CO. \"BAR\" (formerly known as G)\tJune 20, 2022\n"
				  "Baz Co.\n";
	const struct prb_entry *e;
	struct loaded l;

	(void)state;
	assert_int_equal(load(manifest, csv, sizeof(csv) - 1, &l), PRB_OK);
	assert_string_equal(said, "");
	assert_int_equal(l.counts.rows, 3);
	assert_int_equal(l.counts.entries, 2);
	e = &l.entries.items[0];
	if (!prb_span_starts(e->key, PRB_SPAN("foo")))
		e = &l.entries.items[1];
	assert_true(prb_span_is(e->name, "FOO CO. \"BAR\""));
	assert_true(prb_span_starts(e->id, PRB_SPAN("t-")));
	assert_int_equal(e->id.n, 2 + 16);
	assert_int_equal(e->names_count, 2);
	assert_int_equal(e->names[0].kind, PRB_ENTRY_ALIAS);
	assert_int_equal(e->names[1].kind, PRB_ENTRY_FORMER);
	assert_int_equal(e->date, prb_date_from_civil(2022, 6, 20));
	assert_true(prb_span_is(e->notes, "Section v; Section i"));
	unload(&l);
}

/* Without "merge" a second row of one id is refused, whichever it is. */
static void
same_id_refused(void **state)
{
	static const char *const csv[] = {
		FULL_HEADER "1,B Co,,,,,,,,\n1,A Co,,,,,,,,\n",
		FULL_HEADER "1,A Co,,,,,,,,\n1,B Co,,,,,,,,\n",
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct loaded l;

		assert_int_equal(load(FULL_MANIFEST, csv[i], strlen(csv[i]), &l), PRB_OK);
		assert_non_null(strstr(said, "the id t-1 stands in line"));
		assert_int_equal(l.counts.refused, 1);
		assert_int_equal(l.counts.entries, 1);
		assert_true(prb_span_is(l.entries.items[0].name, "A Co"));
		unload(&l);
	}
}

static void
ids(void **state)
{
	static const struct {
		const char *id, *made;
	} rows[] = {
		{"NK-x_1.2", "t-NK-x_1.2"},
		{"t-7", "t-7"},
		{"with blank", NULL},
		{"0123456789012345678901234567890123456789012345678901234567890123456789", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct loaded l;
		char csv[256];
		int n = snprintf(csv, sizeof(csv), "%s%s,A Co,,,,,,,,\n", FULL_HEADER, rows[i].id);

		assert_int_equal(load(FULL_MANIFEST, csv, (size_t)n, &l), PRB_OK);
		if (rows[i].made)
			assert_true(prb_span_is(l.entries.items[0].id, rows[i].made));
		else
			assert_int_equal(l.entries.items[0].id.n, 18);
		unload(&l);
	}
}

static void
numbers_that_prove_themselves(void **state)
{
	static const char manifest[] =
		MANIFEST_HEAD "\"effect\":\"other_sanctions\",\"persons\":\"none\",\"columns\":{"
			      "\"name\":\"name\","
			      "\"identifiers\":{\"column\":\"ids\",\"separator\":\";\",\"scheme\":"
			      "\"by_check_digits\"}}}";
	static const char csv[] =
		"name,ids\n"
		"A,\"123456789;5493001KJTIIGC8Y1R12;Registration ID, 54.951.803/0001-50, BR\"\n"
		"B,\"5493001KJTIIGC8Y1R13;54951803000150;54.951.803/0001-51\"\n";
	struct loaded l;

	(void)state;
	assert_int_equal(load(manifest, csv, sizeof(csv) - 1, &l), PRB_OK);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(l.entries.items[i].identifiers_count,
			prb_span_is(l.entries.items[i].name, "A") ? 2 : 0);
	unload(&l);
}

/* In releases. */

static enum prb_err
build(const char *manifest, const char *file, bool skip, const char *to,
	struct prb_build_report *report, struct prb_fault *fault)
{
	struct prb_build_input input = {.sources = SUPPORT_SOURCES,
		.lists = {{.manifest = manifest, .file = file, .edition = "2026-11-20"}},
		.lists_count = 1,
		.skip_bad_rows = skip,
		.out = to};

	said[0] = '\0';
	return prb_build_from(&input, hear, NULL, report, fault);
}

#define LISTS PROBITY_SOURCE_DIR "/datasets/lists/"
#define SAMPLES PROBITY_SOURCE_DIR "/tests/samples/lists/"

static struct prb_reader *
open_release(struct prb_release **release)
{
	struct prb_reader *reader;
	struct prb_fault fault;

	assert_int_equal(prb_release_open(out, release, &fault), PRB_OK);
	assert_int_equal(prb_release_verify(*release, &fault), PRB_OK);
	assert_int_equal(prb_reader_create(*release, &reader), PRB_OK);
	return reader;
}

/* The only entry that a name meets. */
static void
met_by_name(const struct prb_release *release, const struct prb_reader *reader, const char *name,
	char id[128], struct prb_entity_record *record)
{
	struct prb_span value =
		prb_reader_get(reader, PRB_TABLE_NAME_INDEX, PRB_SPAN(PRB_NAME_INDEX_KEY));
	struct prb_str key, other;
	struct prb_index index;
	size_t met = 0;

	assert_true(prb_index_open(&index, value.p, value.n));
	prb_str_init(&key, 1024);
	prb_str_init(&other, 1024);
	prb_fold_key(prb_release_fold(release), prb_span_of(name), &key);
	for (uint32_t i = 0; i < index.names; i++) {
		struct prb_span owner;
		uint8_t kind;

		prb_str_reset(&other);
		prb_fold_key(prb_release_fold(release), prb_index_text(&index, i), &other);
		if (!prb_span_equal(prb_str_span(&other), prb_str_span(&key)))
			continue;
		assert_true(prb_name_owner_read(prb_index_owner(&index, i), &owner, &kind));
		if (met == 0 || !prb_span_is(owner, id))
			met++;
		(void)snprintf(id, 128, "%.*s", PRB_SPAN_ARGS(owner));
	}
	prb_str_finish(&key);
	prb_str_finish(&other);
	if (met != 1)
		fail_msg("%zu entries have the name %s", met, name);
	value = prb_reader_get(reader, PRB_TABLE_ENTITY, prb_span_of(id));
	assert_true(prb_entity_read(value, record));
}

/* The complete list takes the place of ours: ids, Chinese names and other names of equal names
 * stay, what the page no longer has goes and is said. */
static void
list_replaced(void **state)
{
	struct prb_entity_record record;
	struct prb_list_record list;
	struct prb_source_record source;
	struct prb_build_report report;
	struct prb_release *release;
	struct prb_reader *reader;
	struct prb_fault fault = {.detail = ""};
	char id[128];

	(void)state;
	if (build(LISTS "uflpa-page.json", SAMPLES "uflpa_page.csv", false, out, &report, &fault) !=
		PRB_OK)
		fail_msg("%s", fault.detail);
	assert_int_equal(report.lists_count, 1);
	assert_int_equal(report.lists[0].rows, 9);
	assert_int_equal(report.lists[0].entries, 8);
	assert_non_null(strstr(said, "note: uflpa-004, \"Hetian Taida Apparel Co., Ltd.\""));
	/* Named on the page as a subsidiary. */
	assert_null(strstr(said, "Zhuhai Pantum"));
	reader = open_release(&release);
	assert_true(
		prb_list_read(prb_reader_get(reader, PRB_TABLE_LIST, PRB_SPAN("uflpa")), &list));
	assert_string_equal(list.edition, "2026-11-20");
	assert_int_equal(list.entries, 8);
	met_by_name(release, reader, "保定市绿叶硕子岛商贸有限公司", id, &record);
	assert_string_equal(id, "uflpa-001");
	assert_string_equal(
		record.notes, "UFLPA Section 2(d)(2)(B)(i); UFLPA Section 2(d)(2)(B)(v)");
	met_by_name(release, reader, "WUXI SHANGJI CNC CO LTD", id, &record);
	met_by_name(release, reader, "Zhuhai Pantum Electronics Co., Ltd.", id, &record);
	assert_string_equal(id, "uflpa-021");
	assert_string_equal(record.country, "CHN");
	assert_int_equal(record.effect, PRB_LISTING_FORCED_LABOUR);
	assert_int_equal(record.date, prb_date_from_civil(2023, 6, 12));
	assert_null(prb_reader_get(reader, PRB_TABLE_ENTITY, PRB_SPAN("uflpa-004")).p);
	assert_true(prb_source_read(
		prb_reader_get(reader, PRB_TABLE_SOURCE, PRB_SPAN("list_uflpa")), &source));
	assert_int_equal(source.rows, 8);
	assert_int_equal(strlen(source.sha256), 64);
	prb_reader_destroy(reader);
	prb_release_close(release);
}

/* Addresses of the source tables' own entries, and several countries of a loaded one. */
static void
addresses(void **state)
{
	struct prb_entity_record record;
	struct prb_build_report report;
	struct prb_release *release;
	struct prb_reader *reader;
	struct prb_fault fault = {.detail = ""};
	char id[128];

	(void)state;
	assert_int_equal(build(LISTS "opensanctions-simple.json", SAMPLES "targets.simple.csv",
				 false, out, &report, &fault),
		PRB_OK);
	assert_int_equal(report.lists[0].persons, 2);
	assert_int_equal(report.lists[0].filtered, 1);
	reader = open_release(&release);
	met_by_name(release, reader, "Imaizumi Tea Manufacturing & Trading Co., Ltd.", id, &record);
	assert_string_equal(record.address, "Nagoya, Japan");
	assert_true(prb_entity_read(
		prb_reader_get(reader, PRB_TABLE_ENTITY, PRB_SPAN("opensanctions-NK-row2")),
		&record));
	assert_string_equal(record.address, "Shihezi; Xinjiang; Shihezi");
	assert_int_equal(record.effect, PRB_LISTING_FORCED_LABOUR);
	assert_true(prb_entity_read(
		prb_reader_get(reader, PRB_TABLE_ENTITY, PRB_SPAN("opensanctions-NK-row3")),
		&record));
	assert_int_equal(record.effect, PRB_LISTING_OTHER_SANCTIONS);
	assert_null(prb_reader_get(reader, PRB_TABLE_ENTITY, PRB_SPAN("opensanctions-NK-row4")).p);
	assert_null(prb_reader_get(reader, PRB_TABLE_ENTITY, PRB_SPAN("opensanctions-NK-row5")).p);
	prb_reader_destroy(reader);
	prb_release_close(release);
}

static void
bad_rows(void **state)
{
	static const char csv[] = "name,country\nGood Co,CHN\nBad Co,Atlantis\n";
	struct prb_list_record list;
	struct prb_build_report report;
	struct prb_release *release;
	struct prb_reader *reader;
	struct prb_fault fault = {.detail = ""};

	(void)state;
	support_write(table, csv, sizeof(csv) - 1);
	assert_int_equal(build(LISTS "own-list.json", table, false, out, &report, &fault),
		PRB_ERR_SOURCE_ROW);
	assert_non_null(strstr(said, "list.csv:3:8: \"Atlantis\" is no country"));
	assert_non_null(strstr(fault.detail, "list.csv: 1 cells or rows cannot stand"));
	assert_int_equal(report.lists[0].refused, 1);
	assert_int_equal(build(LISTS "own-list.json", table, true, out, &report, &fault), PRB_OK);
	assert_non_null(strstr(said, "list.csv:3:8: \"Atlantis\""));
	reader = open_release(&release);
	assert_true(
		prb_list_read(prb_reader_get(reader, PRB_TABLE_LIST, PRB_SPAN("own-list")), &list));
	assert_non_null(strstr(list.completeness, "; 1 row that could not be read is left out"));
	prb_reader_destroy(reader);
	prb_release_close(release);
}

/* The same rows in another order make the same release; another cell makes another. */
static void
order_of_rows(void **state)
{
	static const char *const csv[] = {
		"name,country,aliases\nB Works,CHN,x works|y works\nA Works,PRK,\n",
		"name,country,aliases\nA Works,PRK,\nB Works,CHN,y works|x works\n",
		"name,country,aliases\nA Works,PRK,\nB Works,CHN,x works\n",
	};
	struct prb_build_report reports[3];
	struct prb_fault fault = {.detail = ""};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		support_write(table, csv[i], strlen(csv[i]));
		assert_int_equal(
			build(LISTS "own-list.json", table, false, out, &reports[i], &fault),
			PRB_OK);
	}
	assert_string_equal(reports[0].release, reports[1].release);
	assert_string_equal(reports[0].file_sha256, reports[1].file_sha256);
	assert_string_not_equal(reports[0].release, reports[2].release);
}

static void
lists_that_cannot_stand(void **state)
{
	static const struct {
		const char *manifest, *csv, *said;
	} rows[] = {
		{MANIFEST_HEAD MANIFEST_TAIL, "name\n\n", "no row of it was loaded by t"},
		{"{\"list\":\"cbp\",\"title\":\"T\",\"publisher\":\"P\",\"licence\":\"L\","
		 "\"completeness\":\"all\",\"effect_words\":\"e\"," MANIFEST_TAIL,
			"name\nA\n", "\"replace\": true puts this one in its place"},
		{MANIFEST_HEAD "\"countries_equal\":[\"QQQ\"]," MANIFEST_TAIL, "name\nA\n",
			"/countries_equal: no country has the code QQQ"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_build_report report;
		struct prb_fault fault = {.detail = ""};

		support_write(table, rows[i].csv, strlen(rows[i].csv));
		support_write(manifest_path, rows[i].manifest, strlen(rows[i].manifest));
		assert_int_equal(build(manifest_path, table, true, out, &report, &fault),
			PRB_ERR_SOURCE_ROW);
		if (!strstr(fault.detail, rows[i].said))
			fail_msg("row %zu: \"%s\" is not in \"%s\"", i, rows[i].said, fault.detail);
	}
}

static void
count_name(void *context, struct prb_span id, struct prb_span name, uint8_t kind)
{
	size_t *counts = context;

	assert_true(id.n > 0 && name.n > 0);
	counts[kind]++;
}

static void
each_name(void **state)
{
	struct prb_entry_name names[] = {
		{PRB_SPAN("b"), PRB_SPAN("b"), PRB_ENTRY_ALIAS},
		{PRB_SPAN("c"), PRB_SPAN("c"), PRB_ENTRY_ZH},
	};
	struct prb_entry entries[] = {
		{.id = PRB_SPAN("1"),
			.name = PRB_SPAN("a"),
			.key = PRB_SPAN("a"),
			.names = names,
			.names_count = 2},
		{.id = PRB_SPAN("2"), .name = PRB_SPAN("a good of a place"), .key = PRB_SPAN("")},
	};
	const struct prb_compiler c = {.entries = {.items = entries, .count = 2, .room = 2}};
	size_t counts[4] = {0};

	(void)state;
	prb_entities_each_name(&c, count_name, counts);
	assert_int_equal(counts[PRB_ENTRY_MAIN], 1);
	assert_int_equal(counts[PRB_ENTRY_ALIAS], 1);
	assert_int_equal(counts[PRB_ENTRY_FORMER], 0);
	assert_int_equal(counts[PRB_ENTRY_ZH], 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_in_one_cell),
		cmocka_unit_test(names_without_end),
		cmocka_unit_test(manifests_refused),
		cmocka_unit_test(dates),
		cmocka_unit_test(clean_texts),
		cmocka_unit_test(rows_loaded),
		cmocka_unit_test(rows_refused),
		cmocka_unit_test(files_refused),
		cmocka_unit_test(persons_left_out),
		cmocka_unit_test(page_with_sections),
		cmocka_unit_test(same_id_refused),
		cmocka_unit_test(ids),
		cmocka_unit_test(numbers_that_prove_themselves),
		cmocka_unit_test(list_replaced),
		cmocka_unit_test(addresses),
		cmocka_unit_test(bad_rows),
		cmocka_unit_test(order_of_rows),
		cmocka_unit_test(lists_that_cannot_stand),
		cmocka_unit_test(each_name),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
