/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "datasets/store/check_digits.h"
#include "datasets/store/identifier.h"
#include "datasets/store/records.h"

#define SEED 20261122U
#define DRAWS 20000
#define TEXT_BYTES_MAX 70

static bool
normalise(enum prb_scheme scheme, const char *text, const char *iso3,
	struct prb_identifier_form *form, const char **reason)
{
	return prb_identifier_normalise(scheme, prb_span_of(text), iso3, form, reason);
}

/* The form of a text that must hold. */
static struct prb_identifier_form
form_of(enum prb_scheme scheme, const char *text, const char *iso3)
{
	struct prb_identifier_form form;
	const char *reason = "";

	if (!normalise(scheme, text, iso3, &form, &reason))
		fail_msg("%s: %s", text, reason);
	return form;
}

static void
refuse(enum prb_scheme scheme, const char *text, const char *iso3, const char *words)
{
	struct prb_identifier_form form, before;
	const char *reason = "";

	memset(&form, 0x5A, sizeof(form));
	before = form;
	if (normalise(scheme, text, iso3, &form, &reason))
		fail_msg("%s was taken as %s", text, form.text);
	assert_non_null(strstr(reason, words));
	assert_memory_equal(&form, &before, sizeof(form));
}

/* Valid: numbers in public use, as companies print them, and examples of specifications. Not valid:
 * a wrong check digit (where the country has one), a digit too few, one too many or a letter. */
static const struct {
	const char *iso3, *valid[2], *forms[2], *faulty[3];
} countries[] = {
	{"AUT", {"ATU33864707", "ATU14189108"}, {"ATU33864707", "ATU14189108"},
		{"ATU33864700", "ATU3386470", "ATU338647071"}},
	{"BEL", {"BE0403170701", "BE0403053608"}, {"BE0403170701", "BE0403053608"},
		{"BE0403170700", "BE040317070", "BE04031707011"}},
	{"BGR", {"BG131129282", "BG121759222"}, {"BG131129282", "BG121759222"},
		{"BG131129280", "BG13112928", "BG131129Q82"}},
	{"CYP", {"CY10259033P", "CY00532445O"}, {"CY10259033P", "CY00532445O"},
		{"CY10259033A", "CY10259033", "CY10259033P1"}},
	{"CZE", {"CZ00177041", "CZ45274649"}, {"CZ00177041", "CZ45274649"},
		{"CZ00177040", "CZ0017704", "CZ00177Q41"}},
	{"DEU", {"DE143454214", "DE115235681"}, {"DE143454214", "DE115235681"},
		{"DE143454210", "DE14345421", "DE1434542141"}},
	{"DNK", {"DK22756214", "DK24256790"}, {"DK22756214", "DK24256790"},
		{"DK22756210", "DK2275621", "DK227562141"}},
	{"EST", {"EE100931558", "EE100594102"}, {"EE100931558", "EE100594102"},
		{"EE100931550", "EE10093155", "EE1009315581"}},
	{"GRC", {"EL094019245", "EL094014201"}, {"EL094019245", "EL094014201"},
		{"EL094019240", "EL0940192451", "EL094019Q45"}},
	{"ESP", {"ESA15075062", "ESA28015865"}, {"ESA15075062", "ESA28015865"},
		{"ESA15075060", "ESA1507506", "ESA150750621"}},
	{"FIN", {"FI01120389", "FI10410900"}, {"FI01120389", "FI10410900"},
		{"FI01120380", "FI0112038", "FI011203891"}},
	{"FRA", {"FR59542051180", "FR03552081317"}, {"FR59542051180", "FR03552081317"},
		{"FR50542051180", "FR5954205118", "FR595420511801"}},
	{"HRV", {"HR27759560625", "HR81793146560"}, {"HR27759560625", "HR81793146560"},
		{"HR27759560620", "HR2775956062", "HR277595606251"}},
	{"HUN", {"HU10625790", "HU10537914"}, {"HU10625790", "HU10537914"},
		{"HU10625791", "HU1062579", "HU106257901"}},
	{"IRL", {"IE6388047V", "IE4749148U"}, {"IE6388047V", "IE4749148U"},
		{"IE6388047A", "IE6388047", "IE6388047V1"}},
	{"ITA", {"IT00905811006", "IT00159560366"}, {"IT00905811006", "IT00159560366"},
		{"IT00905811000", "IT0090581100", "IT009058110061"}},
	{"LTU", {"LT119511515", "LT212154314"}, {"LT119511515", "LT212154314"},
		{"LT119511510", "LT11951151", "LT1195115151"}},
	{"LUX", {"LU20260743", "LU22046007"}, {"LU20260743", "LU22046007"},
		{"LU20260740", "LU2026074", "LU202607431"}},
	{"LVA", {"LV40003032949", "LV40003245752"}, {"LV40003032949", "LV40003245752"},
		{"LV40003032940", "LV4000303294", "LV400030329491"}},
	{"MLT", {"MT11679112", "MT10126313"}, {"MT11679112", "MT10126313"},
		{"MT11679110", "MT1167911", "MT116791121"}},
	{"NLD", {"NL805734958B01", "NL004495445B01"}, {"NL805734958B01", "NL004495445B01"},
		{"NL805734950B01", "NL805734958B0", "NL805734958B011"}},
	{"POL", {"PL5252674798", "PL7740001454"}, {"PL5252674798", "PL7740001454"},
		{"PL5252674790", "PL525267479", "PL52526747981"}},
	{"PRT", {"PT500697256", "PT500278725"}, {"PT500697256", "PT500278725"},
		{"PT500697250", "PT50069725", "PT5006972561"}},
	{"ROU", {"RO160796", "RO1590082"}, {"RO160796", "RO1590082"},
		{"RO160790", "RO16079", "RO1607961"}},
	{"SWE", {"SE556012579001", "SE556016068001"}, {"SE556012579001", "SE556016068001"},
		{"SE556012579101", "SE55601257900", "SE5560125790011"}},
	{"SVN", {"SI82646716", "SI45884595"}, {"SI82646716", "SI45884595"},
		{"SI82646710", "SI8264671", "SI826467161"}},
	{"SVK", {"SK2020372640", "SK2020220862"}, {"SK2020372640", "SK2020220862"},
		{"SK2020372641", "SK202037264", "SK20203726401"}},
	{"GBR", {"GB220430231", "GB333289454"}, {"GB220430231", "GB333289454"},
		{"GB220430230", "GB22043023", "GB2204302311"}},
	{"CHE", {"CHE-116.281.710MWST", "CHE-103.867.266"}, {"CHE116281710", "CHE103867266"},
		{"CHE116281711", "CHE11628171", "CHE1162817101"}},
	{"NOR", {"NO923609016MVA", "NO982463718"}, {"NO923609016", "NO982463718"},
		{"NO923609010", "NO92360901", "NO9236090161"}},
	{"ISL", {"IS38303", "IS118070"}, {"IS38303", "IS118070"}, {"IS3830", "IS38Q03", "IS1"}},
	{"TUR", {"TR8760047464", "TR0730018000"}, {"TR8760047464", "TR0730018000"},
		{"TR8760047460", "TR876004746", "TR87600474641"}},
	{"SRB", {"RS104052135", "RS100002887"}, {"RS104052135", "RS100002887"},
		{"RS104052130", "RS10405213", "RS1040521351"}},
	{"UKR", {"UA143605704", "UA00131305"}, {"UA143605704", "UA00131305"},
		{"UA143605Q04", "UA1", "UA14360"}},
	{"RUS", {"RU7707083893", "RU7736050003"}, {"RU7707083893", "RU7736050003"},
		{"RU7707083890", "RU770708389", "RU77070838931"}},
	{"IND", {"27AAPFU0939F1ZV", "27AAACR5055K1Z7"}, {"IN27AAPFU0939F1ZV", "IN27AAACR5055K1Z7"},
		{"IN27AAPFU0939F1ZA", "IN27AAPFU0939F1Z", "IN27AAPFU0939F1ZV1"}},
	{"CHN", {"914403001922038216", "9144030071526726XG"},
		{"CN914403001922038216", "CN9144030071526726XG"},
		{"CN914403001922038210", "CN91440300192203821", "CN9144030019220382161"}},
	{"KOR", {"124-81-00998", "220-81-62517"}, {"KR1248100998", "KR2208162517"},
		{"KR1248100990", "KR124810099", "KR12481009981"}},
	{"TWN", {"22099131", "04541302"}, {"TW22099131", "TW04541302"},
		{"TW22099130", "TW2209913", "TW220991311"}},
	{"THA", {"0107544000108", "0107542000011"}, {"TH0107544000108", "TH0107542000011"},
		{"TH0107544000100", "TH010754400010", "TH01075440001081"}},
	{"VNM", {"0300588569", "0100112437"}, {"VN0300588569", "VN0100112437"},
		{"VN0300588560", "VN030058856", "VN03005885691"}},
	{"IDN", {"01.312.166.0-091.000", "0013121660091000"},
		{"ID013121660091000", "ID013121660091000"},
		{"ID01312166009100", "ID013121660091Q00", "ID1"}},
	{"BRA", {"33000167000101", "33592510000154"}, {"33000167000101", "33592510000154"},
		{"BR33000167000100", "BR3300016700010", "BR330001670001011"}},
	{"MEX", {"PME380607P35", "CFE370814QI0"}, {"MXPME380607P35", "MXCFE370814QI0"},
		{"MXPME380607P3", "MXPME380607P351", "MXPME000000000"}},
	{"ARG", {"30-54668997-9", "30-50001091-2"}, {"AR30546689979", "AR30500010912"},
		{"AR30546689970", "AR3054668997", "AR305466899791"}},
	{"CHL", {"61704000-K", "97004000-5"}, {"CL61704000K", "CL970040005"},
		{"CL61704000A", "CL61704000K1", "CL617040Q0K"}},
	{"COL", {"899999068-1", "890903938-8"}, {"CO8999990681", "CO8909039388"},
		{"CO8999990680", "CO899999068", "CO89999906811"}},
	{"PER", {"20100047218", "20100113610"}, {"PE20100047218", "PE20100113610"},
		{"PE20100047210", "PE2010004721", "PE201000472181"}},
};

static void
vat_by_country(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(countries) / sizeof(countries[0]); i++) {
		for (size_t k = 0; k < 2; k++) {
			struct prb_identifier_form form =
				form_of(PRB_SCHEME_VAT, countries[i].valid[k], countries[i].iso3);

			assert_string_equal(form.text, countries[i].forms[k]);
			assert_false(form.unusual);
			if (strcmp(countries[i].iso3, "BRA") == 0)
				continue;
			assert_int_equal(form.scheme, PRB_SCHEME_VAT);
			assert_string_equal(form.vat_country->iso3, countries[i].iso3);
			/* With its prefix the number says itself whose it is. */
			form = form_of(PRB_SCHEME_VAT, countries[i].forms[k], NULL);
			assert_string_equal(form.text, countries[i].forms[k]);
			form = form_of(PRB_SCHEME_VAT, countries[i].forms[k], "PAK");
			assert_string_equal(form.text, countries[i].forms[k]);
		}
		for (size_t k = 0; k < 3; k++) {
			refuse(PRB_SCHEME_VAT, countries[i].faulty[k], NULL, "");
			refuse(PRB_SCHEME_VAT, countries[i].faulty[k], countries[i].iso3, "");
		}
	}
}

static void
vat_every_country_is_here(void **state)
{
	static const char *const rows[] = {
#define PRB_VAT(prefix, iso3, rule, company_from, company_bytes, several, text) iso3,
#include "datasets/store/vat.def"
#undef PRB_VAT
	};
	size_t n = sizeof(rows) / sizeof(rows[0]);

	(void)state;
	assert_int_equal(n, sizeof(countries) / sizeof(countries[0]));
	for (size_t i = 0; i < n; i++)
		assert_string_equal(rows[i], countries[i].iso3);
}

static void
vat_ways_of_writing(void **state)
{
	static const struct {
		const char *text, *iso3, *form;
	} rows[] = {
		{"de 143 454 214", NULL, "DE143454214"}, {" DE-143.454.214 ", "CHN", "DE143454214"},
		{"GR 094019245", NULL, "EL094019245"},
		{"EL94019245", NULL, "EL094019245"}, /* written without its zero */
		{"XI220430231", NULL, "GB220430231"},
		{"GB220430231001", NULL, "GB220430231"}, /* of a branch */
		{"GB340804329", NULL, "GB340804329"},    /* the series of 2009 */
		{"GBGD001", NULL, "GBGD001"}, {"GBHA500", NULL, "GBHA500"},
		{"BE 403.170.701", NULL, "BE0403170701"}, /* of before 2005 */
		{"CH116281710", NULL, "CHE116281710"},
		{"CHE-116.281.710 TVA", "CHE", "CHE116281710"},
		{"CHE-116.281.710 MWST", NULL, "CHE116281710"},
		{"923 609 016 mva", "NOR", "NO923609016"},
		{"7707083893/773601001", "RUS", "RU7707083893"}, /* with its KPP */
		{"VN 0300588569-001", NULL, "VN0300588569001"},
		{"97.004.000-5", "CHL", "CL970040005"}, {"61.704.000-k", "CHL", "CL61704000K"},
		{"ES 12345678Z", NULL, "ES12345678Z"}, /* a person; then a foreign one */
		{"ESX1234567L", NULL, "ESX1234567L"}, {"ESY1234567X", NULL, "ESY1234567X"},
		{"FR83404833048", NULL, "FR83404833048"}, /* the example of INSEE */
		{"IE1234567FA", NULL, "IE1234567FA"},
		{"IE8Z49289F", NULL, "IE8Z49289F"},         /* of before 2013 */
		{"NL123456789B13", NULL, "NL123456789B13"}, /* of a sole trader, since 2020 */
		{"12ABC34501DE35", "BRA", "12ABC34501DE35"},
		/* The letters of a Mexican number may look like a prefix, and hold & and Ñ. */
		{"DEM920101AB1", "MEX", "MXDEM920101AB1"}, {"DEM920101AB1", NULL, "DEM920101AB1"},
		{"a&b-920101-ab1", "MEX", "MXA&B920101AB1"},
		{"a\xC3\xB1"
		 "b 920101 ab1",
			"MEX",
			"MXA\xC3\x91"
			"B920101AB1"},
		/* Without prefix the party's own country supplies it, where the number holds. */
		{"143454214", "DEU", "DE143454214"},
		{"12/345/67890", "DEU", "DEU-1234567890"}, /* another number */
		{"143454214", NULL, "143454214"},
		{"1234567-8", "PAK", "PAK-12345678"}, /* a country without a row */
		{"PK 1234567", "PAK", "PK1234567"},
		{"ATU33864707", "DEU", "ATU33864707"}, /* registered elsewhere */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_identifier_form form =
			form_of(PRB_SCHEME_VAT, rows[i].text, rows[i].iso3);

		assert_string_equal(form.text, rows[i].form);
	}
}

static void
vat_refused(void **state)
{
	static const struct {
		const char *text, *iso3, *words;
	} rows[] = {
		{"143454215", "DEU", "Germany"}, /* the form of the country, a wrong digit */
		{"DE12345678", NULL, "Germany"},
		{"DE12345678", "AUT", "Germany"},
		{"DE143454215", "AUT", "Germany"},
		{"DE043454210", NULL, "Germany"},
		{"CY12259033P", NULL, "Cyprus"}, /* 12 is never given */
		{"SE556012579000", NULL, "Sweden"},
		{"NL805734958B00", NULL, "Netherlands"},
		{"IT00905815006", NULL, "Italy"}, /* there is no office 500 */
		{"MXABC921301AB1", NULL, "Mexico"},
		{"MXABC920132AB1", NULL, "Mexico"},
		{"GBGD500", NULL, "Kingdom"},
		{"GBHA499", NULL, "Kingdom"},
		{"SK2050372640", NULL, "Slovakia"},
		{"FR83404833049", NULL, "France"}, /* no SIREN; then another key */
		{"FR84404833048", NULL, "France"},
		{"FRIO404833048", NULL, "France"},
		{"ESI1234567A", NULL, "Spain"},
		{"BR00000000000000", NULL, "CNPJ"},
		{"", NULL, "4 to 32"},
		{"DE", NULL, "4 to 32"},
		{"123", "PAK", "4 to 32"},
		{"0000-0000", "PAK", "4 to 32"},
		{"DE000000000", NULL, "Germany"},
		{"HU00000000", NULL, "Hungary"},
		{"123456789012345678901234567890123", NULL, "4 to 32"},
		{"\xD0\x98\xD0\x9D\xD0\x9D", "RUS", "4 to 32"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		refuse(PRB_SCHEME_VAT, rows[i].text, rows[i].iso3, rows[i].words);
}

static void
schemes(void **state)
{
	static const struct {
		enum prb_scheme scheme;
		const char *text, *form; /* form NULL: refused */
	} rows[] = {
		{PRB_SCHEME_LEI, "HWUPKR0MPOU8FGXBT394", "HWUPKR0MPOU8FGXBT394"},
		{PRB_SCHEME_LEI, "5493 00ml udyv rqoo xs22", "549300MLUDYVRQOOXS22"},
		{PRB_SCHEME_LEI, "HWUPKR0MPOU8FGXBT395", NULL},
		{PRB_SCHEME_LEI, "HWUPKR0MPOU8FGXBT39", NULL},
		{PRB_SCHEME_LEI, "HWUPKR0MPOU8FGXBT3944", NULL},
		{PRB_SCHEME_LEI, "HWUPKR0MPOU8FGXBT3P4", NULL},
		{PRB_SCHEME_GLN, "4006381333931", "4006381333931"},
		{PRB_SCHEME_GLN, "5 412345 000013", "5412345000013"},
		{PRB_SCHEME_GLN, "4006381333932", NULL},
		{PRB_SCHEME_GLN, "400638133393", NULL},
		{PRB_SCHEME_GLN, "0000000000000", NULL},
		{PRB_SCHEME_OS_ID, "CN2019303BQ3FZP", "CN2019303BQ3FZP"},
		{PRB_SCHEME_OS_ID, "cn-2024221-g4w0w-a", "CN2024221G4W0WA"},
		{PRB_SCHEME_OS_ID, "CN2025016GP2VEJ", "CN2025016GP2VEJ"},
		{PRB_SCHEME_OS_ID, "CN2024351RXE7HX", "CN2024351RXE7HX"},
		{PRB_SCHEME_OS_ID, "CN2019303BQ3FZQ", NULL},
		{PRB_SCHEME_OS_ID, "CN2019303BQ3FP", NULL},
		{PRB_SCHEME_OS_ID, "CN2019303BQ3FUP", NULL}, /* U is not in the alphabet */
		{PRB_SCHEME_OS_ID, "192019303BQ3FZP", NULL},
		{PRB_SCHEME_CNPJ, "33.000.167/0001-01", "33000167000101"},
		{PRB_SCHEME_CNPJ, "12.ABC.345/01DE-35", "12ABC34501DE35"},
		{PRB_SCHEME_CNPJ, "33.000.167/0001-02", NULL},
		{PRB_SCHEME_CNPJ, "33.000.167/0001-11", NULL},
		{PRB_SCHEME_CNPJ, "3300016700010", NULL},
		{PRB_SCHEME_CNPJ, "00000000000000", NULL},
		{PRB_SCHEME_DUNS, "15-048-3782", "150483782"},
		{PRB_SCHEME_DUNS, "80-473-5132", "804735132"},
		{PRB_SCHEME_DUNS, "15048378", NULL},
		{PRB_SCHEME_DUNS, "15048378A", NULL},
		{PRB_SCHEME_DUNS, "000000000", NULL},
		{PRB_SCHEME_OTHER, "a-1", "A1"},
		{PRB_SCHEME_OTHER, "--", NULL},
		{PRB_SCHEME_OTHER,
			"1234567890123456789012345678901234567890123456789012345678901234",
			"1234567890123456789012345678901234567890123456789012345678901234"},
		{PRB_SCHEME_OTHER,
			"12345678901234567890123456789012345678901234567890123456789012345", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_identifier_form form;

		if (!rows[i].form) {
			refuse(rows[i].scheme, rows[i].text, NULL, "");
			continue;
		}
		form = form_of(rows[i].scheme, rows[i].text, NULL);
		assert_string_equal(form.text, rows[i].form);
		assert_int_equal(form.scheme, rows[i].scheme);
		assert_null(form.vat_country);
		assert_false(form.unusual);
	}
}

/* Dun & Bradstreet keep to the check digit no more: it is said and not refused. */
static void
duns_unusual(void **state)
{
	(void)state;
	assert_true(form_of(PRB_SCHEME_DUNS, "150483783", NULL).unusual);
	assert_true(form_of(PRB_SCHEME_DUNS, "105483782", NULL).unusual);
}

static void
expect_key(enum prb_scheme scheme, const char *text, const char *iso3, const char *key)
{
	struct prb_identifier_form form = form_of(scheme, text, iso3);
	struct prb_str out;

	prb_str_init(&out, 200);
	prb_identifier_key(form.scheme, form.text, &out);
	assert_string_equal(out.p, key);
	prb_str_finish(&out);
}

static void
keys(void **state)
{
	static const char cnpj[] = "cnpj" PRB_KEY_SEPARATOR "33000167000101";

	(void)state;
	expect_key(PRB_SCHEME_CNPJ, "33.000.167/0001-01", NULL, cnpj);
	expect_key(PRB_SCHEME_VAT, "BR 33.000.167/0001-01", NULL, cnpj);
	expect_key(PRB_SCHEME_VAT, "33.000.167/0001-01", "BRA", cnpj);
	expect_key(PRB_SCHEME_VAT, "143454214", "DEU", "vat" PRB_KEY_SEPARATOR "DE143454214");
	expect_key(PRB_SCHEME_DUNS, "15-048-3782", NULL, "duns" PRB_KEY_SEPARATOR "150483782");
}

static void
relations(void **state)
{
	enum { LEI = PRB_SCHEME_LEI, VAT = PRB_SCHEME_VAT, CNPJ = PRB_SCHEME_CNPJ };
	static const struct {
		int scheme_a;
		const char *a;
		int scheme_b;
		const char *b;
		enum prb_identifier_relation relation;
	} rows[] = {
		{LEI, "HWUPKR0MPOU8FGXBT394", LEI, "hwupkr0mpou8fgxbt394", PRB_IDENTIFIER_EQUAL},
		{LEI, "HWUPKR0MPOU8FGXBT394", LEI, "549300MLUDYVRQOOXS22", PRB_IDENTIFIER_DIFFERS},
		{LEI, "HWUPKR0MPOU8FGXBT394", VAT, "DE143454214", PRB_IDENTIFIER_UNKNOWN},
		{CNPJ, "33000167000101", VAT, "BR33000167000101", PRB_IDENTIFIER_EQUAL},
		{CNPJ, "33000167000101", CNPJ, "33000167000292", PRB_IDENTIFIER_SAME_COMPANY},
		{CNPJ, "33000167000101", VAT, "BR33000167000292", PRB_IDENTIFIER_SAME_COMPANY},
		{CNPJ, "33000167000101", CNPJ, "33592510000154", PRB_IDENTIFIER_DIFFERS},
		{VAT, "DE143454214", VAT, "DE115235681", PRB_IDENTIFIER_DIFFERS},
		{VAT, "DE143454214", VAT, "ATU33864707", PRB_IDENTIFIER_UNKNOWN},
		{VAT, "XI220430231", VAT, "GB220430231001", PRB_IDENTIFIER_EQUAL},
		/* A registration of each state, of one permanent account number. */
		{VAT, "IN27AAPFU0939F1ZV", VAT, "IN29AAPFU0939F1ZR", PRB_IDENTIFIER_SAME_COMPANY},
		{VAT, "IN27AAPFU0939F1ZV", VAT, "IN27AAACR5055K1Z7", PRB_IDENTIFIER_DIFFERS},
		{VAT, "VN0300588569", VAT, "VN0300588569001", PRB_IDENTIFIER_SAME_COMPANY},
		{VAT, "SE556012579001", VAT, "SE556012579002", PRB_IDENTIFIER_SAME_COMPANY},
		/* Each office of a company has its own. */
		{VAT, "CN914403001922038216", VAT, "CN9144030071526726XG", PRB_IDENTIFIER_UNKNOWN},
		{VAT, "KR1248100998", VAT, "KR2208162517", PRB_IDENTIFIER_UNKNOWN},
		{VAT, "TW22099131", VAT, "TW04541302", PRB_IDENTIFIER_UNKNOWN},
		/* Nothing is known of the numbers, so only equal ones say something. */
		{VAT, "1234567", VAT, "1234568", PRB_IDENTIFIER_UNKNOWN},
		{VAT, "1234567", VAT, "123-4567", PRB_IDENTIFIER_EQUAL},
		{PRB_SCHEME_GLN, "4006381333931", PRB_SCHEME_GLN, "5412345000013",
			PRB_IDENTIFIER_UNKNOWN},
		{PRB_SCHEME_DUNS, "150483782", PRB_SCHEME_DUNS, "804735132",
			PRB_IDENTIFIER_UNKNOWN},
		{PRB_SCHEME_OS_ID, "CN2019303BQ3FZP", PRB_SCHEME_OS_ID, "CN2024221G4W0WA",
			PRB_IDENTIFIER_UNKNOWN},
		{PRB_SCHEME_OTHER, "A1", PRB_SCHEME_OTHER, "A2", PRB_IDENTIFIER_UNKNOWN},
		{PRB_SCHEME_OTHER, "A1", PRB_SCHEME_OTHER, "a-1", PRB_IDENTIFIER_EQUAL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_identifier_form a =
			form_of((enum prb_scheme)rows[i].scheme_a, rows[i].a, NULL);
		struct prb_identifier_form b =
			form_of((enum prb_scheme)rows[i].scheme_b, rows[i].b, NULL);

		assert_int_equal(prb_identifier_compare(&a, &b), rows[i].relation);
		assert_int_equal(prb_identifier_compare(&b, &a), rows[i].relation);
	}
}

static void
shapes(void **state)
{
	(void)state;
	assert_true(prb_shape("1AZ9B", "9AXXB"));
	assert_true(prb_shape("", ""));
	assert_false(prb_shape("1AZ9", "9AXXB"));
	assert_false(prb_shape("1AZ9BB", "9AXXB"));
	assert_false(prb_shape("AAZ9B", "9AXXB"));
	assert_false(prb_shape("11Z9B", "9AXXB"));
	assert_false(prb_shape("1A&9B", "9AXXB"));
	assert_false(prb_shape("1a", "9A"));
}

static uint32_t
draw(uint32_t *seed)
{
	/* Numerical Recipes, quick and dirty generator; the upper bits are the good ones. */
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

/* Bytes of every kind, and mostly of those that numbers are made of. The text is exactly as long as
 * its memory, so that the sanitizer sees a step beyond. */
static void
any_bytes(void **state)
{
	static const char usual[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ -./&\xC3\x91";
	static const char *const parties[] = {NULL, "DEU", "MEX", "BRA", "CHN", "ESP", "PAK"};
	uint32_t seed = SEED;
	size_t taken = 0;

	(void)state;
	print_message("seed %u\n", SEED);
	for (size_t i = 0; i < DRAWS; i++) {
		enum prb_scheme scheme = (enum prb_scheme)(1 + draw(&seed) % PRB_SCHEME_OTHER);
		const char *iso3 = parties[draw(&seed) % 7];
		size_t n = draw(&seed) % (TEXT_BYTES_MAX + 1);
		struct prb_identifier_form form, again;
		char *text = malloc(n > 0 ? n : 1);
		bool wild = draw(&seed) % 4 == 0;
		const char *reason = NULL;

		assert_non_null(text);
		for (size_t k = 0; k < n; k++)
			text[k] = wild ? (char)(draw(&seed) & 0xFF)
				       : usual[draw(&seed) % (sizeof(usual) - 1)];
		if (!prb_identifier_normalise(
			    scheme, (struct prb_span){text, n}, iso3, &form, &reason)) {
			assert_non_null(reason);
		} else {
			taken++;
			assert_in_range(strlen(form.text), 1, PRB_IDENTIFIER_BYTES_MAX);
			/* What has a form keeps it. */
			if (form.scheme != PRB_SCHEME_VAT || form.vat_country) {
				again = form_of((enum prb_scheme)form.scheme, form.text, iso3);
				assert_string_equal(again.text, form.text);
			}
		}
		free(text);
	}
	assert_in_range(taken, DRAWS / 20, DRAWS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vat_by_country),
		cmocka_unit_test(vat_every_country_is_here),
		cmocka_unit_test(vat_ways_of_writing),
		cmocka_unit_test(vat_refused),
		cmocka_unit_test(schemes),
		cmocka_unit_test(duns_unusual),
		cmocka_unit_test(keys),
		cmocka_unit_test(relations),
		cmocka_unit_test(shapes),
		cmocka_unit_test(any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
