/* SPDX-License-Identifier: Apache-2.0 */

/* A declaration meets the project's own release: countries, regions in addresses, headings, entries
 * of lists. */

#include <stdio.h>
#include <string.h>

#include "datasets/facts/decisions.h"
#include "datasets/facts/gather.h"
#include "tests/unit/datasets_support.h"

static struct prb_release *release;
static struct prb_reader *reader;
static struct prb_gatherer *gatherer;
static struct prb_arena *arena;

#define AS_OF "2026-11-21"

static int
open_release(void **state)
{
	struct prb_fault fault;

	(void)state;
	assert_int_equal(prb_release_open(support_release(), &release, &fault), PRB_OK);
	assert_int_equal(prb_reader_create(release, &reader), PRB_OK);
	gatherer = prb_gatherer_create(reader);
	arena = prb_arena_create(8 * 1024 * 1024);
	return gatherer && arena ? 0 : -1;
}

static int
close_release(void **state)
{
	(void)state;
	prb_arena_destroy(arena);
	prb_gatherer_destroy(gatherer);
	prb_reader_destroy(reader);
	prb_release_close(release);
	support_release_remove();
	return 0;
}

static struct prb_faults faults;

static enum prb_err
gather_at(const char *json, const char *as_of, struct prb_facts **facts)
{
	struct prb_declaration *declaration;
	prb_date date;
	enum prb_err err;

	prb_arena_reset(arena);
	memset(&faults, 0, sizeof(faults));
	assert_true(prb_date_parse(prb_span_of(as_of), &date));
	err = prb_declaration_read(arena, prb_span_of(json), &faults, &declaration);
	if (err != PRB_OK)
		fail_msg("%s: %s %s", json, faults.items[0].pointer, faults.items[0].detail);
	return prb_facts_gather(gatherer, arena, declaration, date, &faults, facts);
}

static const struct prb_facts *
gather(const char *json)
{
	struct prb_facts *facts;

	if (gather_at(json, AS_OF, &facts) != PRB_OK)
		fail_msg("%s: %s %s", json, faults.items[0].pointer, faults.items[0].detail);
	return facts;
}

static const char *
iso3(int country)
{
	return country < 0 ? "" : prb_release_reference(release)->countries[country].iso3;
}

static void
countries(void **state)
{
	static const struct {
		const char *word, *iso3;
		bool assumed;
	} rows[] = {{"CHN", "CHN", false}, {"cn", "CHN", false}, {"China", "CHN", false},
		{"MAINLAND CHINA", "CHN", false}, {"  Viet Nam ", "VNM", false},
		{"Vietnam", "VNM", false}, {"Côte d'Ivoire", "CIV", false},
		{"cote d ivoire", "CIV", false}, {"The Gambia", "GMB", false},
		{"Gambia (The)", "GMB", false}, {"Bosnia & Herzegovina", "BIH", false},
		{"St. Lucia", "LCA", false}, {"Congo (Democratic Republic of)", "COD", false},
		{"Congo", "COG", true}, {"Korea, Republic of", "KOR", false},
		{"Korea", "KOR", true}, {"Corée", "KOR", true}, {"Corea", "KOR", true},
		{"Корея", "KOR", true}, {"كوريا", "KOR", true}, {"Конго", "COG", true},
		{"刚果", "COG", true}, {"الكونغو", "COG", true}, {"Китай", "CHN", false},
		{"中国", "CHN", false}, {"مصر", "EGY", false}, {"MSR", "MSR", false},
		{"Turkey", "TUR", false}, {"Türkiye", "TUR", false}, {"Alemania", "DEU", false},
		{"UK", "GBR", false}, {"Kosovo", "XKX", false}, {"Chnia", "", false},
		{"", "", false}, {"XX", "", false}, {"Atlantis", "", false},
		{"(China)", "CHN", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool assumed;
		int country = prb_facts_country(gatherer, prb_span_of(rows[i].word), &assumed);

		if (strcmp(iso3(country), rows[i].iso3) != 0 || assumed != rows[i].assumed)
			fail_msg("\"%s\" is %s%s, expected %s", rows[i].word, iso3(country),
				assumed ? " (assumed)" : "", rows[i].iso3);
	}
}

/* Every faulty word is said at its own place. */
static void
unknown_countries(void **state)
{
	static const char *const pointers[] = {"/supplier/country", "/sites/0/country",
		"/products/0/origin", "/products/0/inputs/1/origin", "/workforce/nationalities/1",
		"/upstream/0/supplier/country", "/destination_markets/1"};
	struct prb_facts *facts = NULL;

	(void)state;
	assert_int_equal(gather_at("{\"supplier\":{\"name\":\"A\",\"country\":\"Chnia\"},"
				   "\"sites\":[{\"id\":\"1\",\"country\":\"Xyz\"}],"
				   "\"products\":[{\"origin\":\"Nowhere\",\"inputs\":[{\"origin\":"
				   "\"CHN\"},{\"origin\":\"Qqq\"}]}],"
				   "\"workforce\":{\"nationalities\":[\"PRK\",\"Zzz\"]},"
				   "\"upstream\":[{\"tier\":1,\"supplier\":{\"name\":\"B\","
				   "\"country\":\"Www\"}}],"
				   "\"destination_markets\":[\"EU\",\"Vvv\"]}",
				 AS_OF, &facts),
		PRB_ERR_COUNTRY);
	assert_null(facts);
	assert_int_equal(faults.count, sizeof(pointers) / sizeof(pointers[0]));
	for (size_t i = 0; i < faults.count; i++)
		assert_string_equal(faults.items[i].pointer, pointers[i]);
	assert_non_null(strstr(faults.items[0].detail, "did you mean China?"));
	assert_null(strstr(faults.items[1].detail, "did you mean"));
}

/* An ambiguous word is read as its usual meaning, and the reading is told. */
static void
assumed_country(void **state)
{
	const struct prb_facts *facts =
		gather("{\"supplier\":{\"name\":\"A\",\"country\":\"Korea\"},\"sites\":[{\"id\":"
		       "\"1\",\"country\":"
		       "\"KOR\"}],\"products\":[{\"description\":\"x\",\"origin\":\"KOREA\"}]}");

	(void)state;
	assert_string_equal(iso3(facts->supplier.country), "KOR");
	assert_true(facts->supplier.country_assumed);
	assert_false(facts->sites[0].country_assumed);
	assert_true(facts->products[0].goods.origin.country_assumed);
}

static void
market_eu_in_any_case(void **state)
{
	static const char *const words[] = {"EU", "eu", "Eu", "eU", " eu "};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const struct prb_facts *facts;
		char text[256];

		(void)snprintf(text, sizeof(text),
			"{\"supplier\":{\"name\":\"A\",\"country\":\"VN\"},"
			"\"destination_markets\":[\"%s\"]}",
			words[i]);
		facts = gather(text);
		assert_true(facts->market_eu);
		assert_int_equal(facts->markets_count, 0);
	}
}

static void
markets_and_nationalities(void **state)
{
	const struct prb_facts *facts =
		gather("{\"supplier\":{\"name\":\"A\",\"country\":\"VN\"},\"workforce\":{"
		       "\"nationalities\":[\"Nepal\",\"PRK\"]},"
		       "\"destination_markets\":[\"EU\",\"United States\"]}");

	(void)state;
	assert_true(facts->market_usa);
	assert_true(facts->market_eu);
	assert_int_equal(facts->markets_count, 1);
	assert_string_equal(iso3(facts->markets[0]), "USA");
	assert_string_equal(iso3(facts->nationalities[0]), "NPL");
	assert_string_equal(iso3(facts->nationalities[1]), "PRK");
	assert_false(gather("{\"supplier\":{\"name\":\"A\",\"country\":\"VN\"},\"destination_"
			    "markets\":[\"EU\"]}")
			     ->market_usa);
	/* Each once, in the order of their codes, whatever theirs here. */
	facts = gather("{\"supplier\":{\"name\":\"A\",\"country\":\"VN\"},\"destination_markets\":"
		       "[\"Norway\",\"US\",\"AUS\",\"NOR\",\"Mexico\",\"USA\"]}");
	assert_false(facts->market_eu);
	assert_int_equal(facts->markets_count, 4);
	assert_string_equal(iso3(facts->markets[0]), "AUS");
	assert_string_equal(iso3(facts->markets[1]), "MEX");
	assert_string_equal(iso3(facts->markets[2]), "NOR");
	assert_string_equal(iso3(facts->markets[3]), "USA");
}

/* Where an address in China lies. */
static void
regions_in_addresses(void **state)
{
	static const struct {
		const char *city, *address, *region;
	} rows[] = {{"", "No. 88 Beijing South Road, Urumqi, Xinjiang", "CN-XJ"},
		{"Urumqi", "", "CN-XJ"}, {"", "新疆阿克苏市西大街1号", "CN-XJ"},
		{"", "新疆乌鲁木齐市新市区", "CN-XJ"}, {"", "Xinjiang Road 5, Shanghai", "CN-SH"},
		{"", "1200 Wulumuqi Zhong Lu, Xuhui, Shanghai", "CN-SH"},
		{"", "上海市乌鲁木齐中路12号", "CN-SH"},
		{"", "新疆生产建设兵团第八师石河子市", "CN-XJ"},
		{"", "兵团第一师阿拉尔市", "CN-XJ"},
		{"", "XPCC 8th Division, Shihezi City", "CN-XJ"},
		{"", "Wuxi Jiangsu China", "CN-JS"},
		{"", "Aksu Trading Building, Dongguan, Guangdong", "CN-GD"},
		{"", "Xinjiang County, Yuncheng, Shanxi", "CN-SX"},
		{"", "Yiwu International Trade City", "CN-ZJ"}, {"", "Hami melon market", ""},
		{"", "Hetian, Xinjiang", "CN-XJ"}, {"", "hetian", "CN-XJ"},
		{"", "شىنجاڭ ئۇيغۇر ئاپتونوم رايونى", "CN-XJ"}, {"", "广东省东莞市长安镇", "CN-GD"},
		{"", "", ""}, {"", "Building 3, Industrial Park", ""},
		{"Shanghai", "Urumqi, Xinjiang", "CN-SH"}, {"", "天山路100号, 上海", "CN-SH"},
		{"", "Korla, Bayingolin; Suzhou Industrial Park", "CN-XJ"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char json[1024];
		const struct prb_facts *facts;

		(void)snprintf(json, sizeof(json),
			"{\"supplier\":{\"name\":\"A\",\"country\":\"CHN\"%s%s%s%s%s%s}}",
			rows[i].city[0] ? ",\"city\":\"" : "", rows[i].city,
			rows[i].city[0] ? "\"" : "", rows[i].address[0] ? ",\"address\":\"" : "",
			rows[i].address, rows[i].address[0] ? "\"" : "");
		facts = gather(json);
		if (strcmp(facts->supplier.region, rows[i].region) != 0)
			fail_msg("%s / %s: \"%s\", expected \"%s\"", rows[i].city, rows[i].address,
				facts->supplier.region, rows[i].region);
		if (rows[i].region[0] != '\0')
			assert_string_equal(
				facts->supplier.region_basis, rows[i].city[0] ? "city" : "address");
	}
}

/* Elsewhere no scope asks for a region, so that addresses are not read. */
static void
addresses_elsewhere(void **state)
{
	(void)state;
	assert_string_equal(gather("{\"supplier\":{\"name\":\"A\",\"country\":\"TUR\",\"address\":"
				   "\"Urumqi Cad. 5, Istanbul\"}}")
				    ->supplier.region,
		"");
}

static void
declared_regions(void **state)
{
	static const struct {
		const char *country, *region, *expected;
	} rows[] = {{"CHN", "CN-XJ", "CN-XJ"}, {"CHN", "cn-xj", "CN-XJ"},
		{"CHN", "Xinjiang", "CN-XJ"}, {"CHN", "新疆", "CN-XJ"},
		{"CHN", "Guangdong", "CN-GD"}, {"CHN", "GD", "CN-GD"},
		{"CHN", "Zhejiang Province", "CN-ZJ"}, {"BRA", "SP", "BR-SP"},
		{"BRA", "São Paulo", "BR-SP"}, {"CHN", "Somewhere", ""}, {"HKG", "CN-HK", ""},
		{"TWN", "Taiwan", ""}, {"GEO", "Georgia", ""}, {"VNM", "Viet Nam", ""},
		{"CHN", "Xinjiang, P.R. China", "CN-XJ"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char json[512];
		const struct prb_facts *facts;

		(void)snprintf(json, sizeof(json),
			"{\"supplier\":{\"name\":\"A\",\"country\":\"%s\",\"region\":\"%s\"}}",
			rows[i].country, rows[i].region);
		facts = gather(json);
		if (strcmp(facts->supplier.region, rows[i].expected) != 0)
			fail_msg("%s in %s: \"%s\", expected \"%s\"", rows[i].region,
				rows[i].country, facts->supplier.region, rows[i].expected);
		assert_string_equal(
			facts->supplier.region_basis, rows[i].expected[0] ? "declared" : "");
	}
}

static void
regions_outside(void **state)
{
	static const char *const bodies[] = {
		"{\"supplier\":{\"name\":\"A\",\"country\":\"VNM\",\"region\":\"CN-XJ\"}}",
		"{\"supplier\":{\"name\":\"A\",\"country\":\"VNM\",\"region\":\"Xinjiang\"}}",
		"{\"supplier\":{\"name\":\"A\",\"country\":\"HKG\",\"region\":\"CN-GD\"}}"};
	struct prb_facts *facts;

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		assert_int_equal(gather_at(bodies[i], AS_OF, &facts), PRB_ERR_REGION);
		assert_string_equal(faults.items[0].pointer, "/supplier/region");
	}
	assert_int_equal(gather_at("{\"supplier\":{\"name\":\"A\",\"country\":\"VNM\"},"
				   "\"products\":[{\"origin\":\"USA\",\"inputs\":"
				   "[{\"origin\":\"IND\",\"region\":\"CN-XJ\"}]}]}",
				 AS_OF, &facts),
		PRB_ERR_REGION);
	assert_string_equal(faults.items[0].pointer, "/products/0/inputs/0/region");
}

/* A region's code says its country. */
static void
region_without_country(void **state)
{
	const struct prb_facts *facts =
		gather("{\"supplier\":{\"name\":\"A\",\"country\":\"VNM\"},\"products\":[{"
		       "\"description\":\"shirts\",\"region\":\"CN-XJ\"}]}");

	(void)state;
	assert_string_equal(iso3(facts->products[0].goods.origin.country), "CHN");
	assert_string_equal(facts->products[0].goods.origin.region, "CN-XJ");
}

static void
goods(void **state)
{
	static const struct {
		const char *product;
		enum prb_hs_basis basis;
		const char *hs; /* one of those found; "" where there is none */
	} rows[] = {{"\"hs\":\"520100\"", PRB_HS_DECLARED, "520100"},
		{"\"hs\":\"6109\",\"description\":\"cotton\"", PRB_HS_DECLARED, "6109"},
		{"\"hs\":\"61\"", PRB_HS_DECLARED, "61"},
		{"\"description\":\"Accumulators\"", PRB_HS_KEYWORD, "8507"},
		{"\"description\":\"RAW COTTON, baled\"", PRB_HS_KEYWORD, "5201"},
		{"\"description\":\"хлопок\"", PRB_HS_KEYWORD, "5201"},
		{"\"description\":\"棉花\"", PRB_HS_KEYWORD, "5201"},
		{"\"description\":\"equipment\"", PRB_HS_BROAD, ""},
		{"\"description\":\"qwertyuiop\"", PRB_HS_NONE, ""},
		{"\"gtin\":\"4006381333931\"", PRB_HS_NONE, ""}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char json[512];
		const struct prb_goods_facts *found;
		bool there = rows[i].hs[0] == '\0';

		(void)snprintf(json, sizeof(json),
			"{\"supplier\":{\"name\":\"A\",\"country\":\"CHN\"},\"products\":[{%s}]}",
			rows[i].product);
		found = &gather(json)->products[0].goods;
		if (found->basis != rows[i].basis)
			fail_msg("%s: basis %d, expected %d", rows[i].product, found->basis,
				rows[i].basis);
		for (size_t k = 0; k < found->hs_count; k++)
			there = there || strcmp(found->hs[k], rows[i].hs) == 0;
		if (!there)
			fail_msg(
				"%s: no %s among %d", rows[i].product, rows[i].hs, found->hs_count);
	}
}

static void
unknown_headings(void **state)
{
	struct prb_facts *facts;

	(void)state;
	assert_int_equal(
		gather_at(
			"{\"supplier\":{\"name\":\"A\",\"country\":\"CHN\"},\"products\":[{\"hs\":"
			"\"6109\"},{\"hs\":\"9855\"},"
			"{\"hs\":\"77\"},{\"inputs\":[{\"hs\":\"520199\"},{\"hs\":\"000000\"}]}]}",
			AS_OF, &facts),
		PRB_ERR_VALUE);
	assert_int_equal(faults.count, 3);
	assert_string_equal(faults.items[0].pointer, "/products/1/hs");
	assert_string_equal(faults.items[1].pointer, "/products/2/hs");
	assert_string_equal(faults.items[2].pointer, "/products/3/inputs/1/hs");
}

/* One listing and nothing else. */
static void
expect_listing(const char *json, const char *as_of, const char *subject, const char *id,
	enum prb_listing_decision decision, enum prb_listing_status status, const char *because)
{
	struct prb_facts *facts;

	if (gather_at(json, as_of, &facts) != PRB_OK)
		fail_msg("%s: %s", faults.items[0].pointer, faults.items[0].detail);
	for (size_t i = 0; i < facts->listings_count; i++) {
		const struct prb_listing *l = &facts->listings[i];

		if (strcmp(l->entity_id, id) != 0 || strcmp(l->subject, subject) != 0)
			continue;
		if (l->decision != decision || l->status != status ||
			strcmp(l->because, because) != 0)
			fail_msg("%s: %s %s %s", json,
				prb_listing_decision_word((enum prb_listing_decision)l->decision),
				prb_listing_status_word((enum prb_listing_status)l->status),
				l->because);
		/* The names are equal; a country that differs weighs against them. */
		assert_int_equal(l->similarity_ppm,
			strcmp(because, "name_equal_country_differs") == 0 ? 850000 : 1000000);
		return;
	}
	fail_msg("%s: no %s at %s among %zu", json, id, subject, facts->listings_count);
}

#define BAODING "BAODING LYSZD TRADE AND BUSINESS CO.,LTD"

static void
listings_by_name(void **state)
{
	(void)state;
	expect_listing("{\"supplier\":{\"name\":\"" BAODING "\",\"country\":\"CHN\"}}", AS_OF,
		"/supplier/name", "uflpa-001", PRB_HIT_MATCH, PRB_LISTING_IN_FORCE,
		"name_and_country_equal");
	expect_listing("{\"supplier\":{\"name\":\"" BAODING "\",\"country\":\"HKG\"}}", AS_OF,
		"/supplier/name", "uflpa-001", PRB_HIT_MATCH, PRB_LISTING_IN_FORCE,
		"name_and_country_equal");
	expect_listing("{\"supplier\":{\"name\":\"" BAODING "\",\"country\":\"VNM\"}}", AS_OF,
		"/supplier/name", "uflpa-001", PRB_HIT_POSSIBLE, PRB_LISTING_IN_FORCE,
		"name_equal_country_differs");
	expect_listing("{\"supplier\":{\"name\":\"A\",\"country\":\"CHN\",\"aliases\":[\"B\","
		       "\"保定市绿叶硕子岛商贸有限公司\"]}}",
		AS_OF, "/supplier/aliases/1", "uflpa-001", PRB_HIT_MATCH, PRB_LISTING_IN_FORCE,
		"name_and_country_equal");
	expect_listing("{\"supplier\":{\"name\":\"A\",\"country\":\"CHN\"},\"sites\":[{\"id\":"
		       "\"1\",\"name\":\"Changji Yida Textile\"}]}",
		AS_OF, "/sites/0/name", "uflpa-002", PRB_HIT_MATCH, PRB_LISTING_IN_FORCE,
		"name_and_country_equal");
	expect_listing("{\"supplier\":{\"name\":\"A\",\"country\":\"VNM\"},\"upstream\":[{\"tier\":"
		       "3,\"supplier\":{\"name\":\"" BAODING "\",\"country\":\"CHN\"}}]}",
		AS_OF, "/upstream/0/supplier/name", "uflpa-001", PRB_HIT_MATCH,
		PRB_LISTING_IN_FORCE, "name_and_country_equal");
	/* One word could be anybody's. */
	expect_listing("{\"supplier\":{\"name\":\"Bingtuan\",\"country\":\"CHN\"}}", AS_OF,
		"/supplier/name", "uflpa-010", PRB_HIT_POSSIBLE, PRB_LISTING_IN_FORCE,
		"name_generic");
}

static size_t
listings_of(const char *json, const char *as_of, const char *id)
{
	struct prb_facts *facts;
	size_t count = 0;

	assert_int_equal(gather_at(json, as_of, &facts), PRB_OK);
	assert_int_equal(facts->lists_count, 5);
	for (size_t i = 0; i < facts->listings_count; i++)
		count += strcmp(facts->listings[i].entity_id, id) == 0;
	return count;
}

/* An entry not yet made does not exist; what was lifted later was in force. */
static void
listings_by_date(void **state)
{
	static const char baoding[] =
		"{\"supplier\":{\"name\":\"" BAODING "\",\"country\":\"CHN\"}}";

	(void)state;
	assert_int_equal(listings_of(baoding, "2022-06-20", "uflpa-001"), 0);
	assert_int_equal(listings_of(baoding, "2022-06-21", "uflpa-001"), 1);
	/* A2 Engenharia: on the register from 2025-10-06, at the latest until 2027-10-06 */
	expect_listing("{\"supplier\":{\"name\":\"A2 Engenharia "
		       "Ltda.\",\"country\":\"BRA\",\"city\":\"Ipojuca\"}}",
		"2026-01-01", "/supplier/name", "brazil-001", PRB_HIT_MATCH, PRB_LISTING_IN_FORCE,
		"name_country_and_city_equal");
	expect_listing("{\"supplier\":{\"name\":\"A2 Engenharia "
		       "Ltda.\",\"country\":\"BRA\",\"city\":\"Ipojuca\"}}",
		"2027-10-06", "/supplier/name", "brazil-001", PRB_HIT_MATCH, PRB_LISTING_IN_FORCE,
		"name_country_and_city_equal");
	expect_listing("{\"supplier\":{\"name\":\"A2 Engenharia "
		       "Ltda.\",\"country\":\"BRA\",\"city\":\"Ipojuca\"}}",
		"2027-10-07", "/supplier/name", "brazil-001", PRB_HIT_MATCH, PRB_LISTING_EXPIRED,
		"name_country_and_city_equal");
}

/* What became of an entry, on the day before and on the day. */
static void
listings_that_ended(void **state)
{
	static const struct {
		const char *name, *country, *city, *id, *before, *on;
		enum prb_listing_status status;
	} rows[] = {{"FGV Holdings Berhad", "MYS", "", "cbp-048", "2026-01-14", "2026-01-15",
			    PRB_LISTING_LIFTED},
		{"Kingtom Aluminio S.R.L.", "DOM", "", "cbp-071", "2025-09-22", "2025-09-23",
			PRB_LISTING_VACATED},
		{"Central Romana Corporation Limited", "DOM", "", "cbp-042", "2025-03-16",
			"2025-03-17", PRB_LISTING_DISPUTED},
		{"Agricola Minas Norte LTDA", "BRA", "BURITIZEIRO", "brazil-155", "2023-10-05",
			"2023-10-06", PRB_LISTING_EXPIRED}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *because;
		char json[256];

		(void)snprintf(json, sizeof(json),
			"{\"supplier\":{\"name\":\"%s\",\"country\":\"%s\"%s%s%s}}", rows[i].name,
			rows[i].country, rows[i].city[0] ? ",\"city\":\"" : "", rows[i].city,
			rows[i].city[0] ? "\"" : "");
		because =
			rows[i].city[0] ? "name_country_and_city_equal" : "name_and_country_equal";
		expect_listing(json, rows[i].before, "/supplier/name", rows[i].id, PRB_HIT_MATCH,
			PRB_LISTING_IN_FORCE, because);
		expect_listing(json, rows[i].on, "/supplier/name", rows[i].id, PRB_HIT_MATCH,
			rows[i].status, because);
	}
}

/* Where nobody knows whether an entry still stands, a person decides. */
static void
listings_not_certain(void **state)
{
	(void)state;
	expect_listing("{\"supplier\":{\"name\":\"Casual Wear Apparel LLC\",\"country\":\"JOR\"}}",
		AS_OF, "/supplier/name", "cbp-080", PRB_HIT_POSSIBLE, PRB_LISTING_UNKNOWN,
		"status_unknown");
	expect_listing("{\"supplier\":{\"name\":\"Needle Craft, Ltd.\",\"country\":\"JOR\"}}",
		AS_OF, "/supplier/name", "cbp-079", PRB_HIT_POSSIBLE, PRB_LISTING_UNKNOWN,
		"entry_country_missing");
	/* general knowledge alone: not loaded */
	assert_int_equal(listings_of("{\"supplier\":{\"name\":\"Paakumsuk Industrial "
				     "Co.\",\"country\":\"PRK\"}}",
				 AS_OF, "cbp-081"),
		0);
}

static void
listings_by_number(void **state)
{
	struct prb_facts *facts;

	(void)state;
	expect_listing("{\"supplier\":{\"name\":\"Other\",\"country\":\"BRA\",\"identifiers\":[{"
		       "\"scheme\":\"cnpj\",\"value\":"
		       "\"54951803000150\"}]}}",
		AS_OF, "/supplier/identifiers/0", "brazil-001", PRB_HIT_MATCH, PRB_LISTING_IN_FORCE,
		"identifier_equal");
	/* Companies pay their taxes under the same number. */
	expect_listing("{\"supplier\":{\"name\":\"Other\",\"country\":\"BRA\",\"identifiers\":[{"
		       "\"scheme\":\"vat\",\"value\":"
		       "\"54.951.803/0001-50\"}]}}",
		AS_OF, "/supplier/identifiers/0", "brazil-001", PRB_HIT_MATCH, PRB_LISTING_IN_FORCE,
		"identifier_equal");
	assert_int_equal(gather_at("{\"supplier\":{\"name\":\"Other\",\"country\":\"BRA\","
				   "\"identifiers\":[{\"scheme\":\"cnpj\",\"value\":"
				   "\"54.951.803/0001-51\"}]}}",
				 AS_OF, &facts),
		PRB_ERR_VALUE);
	assert_string_equal(faults.items[0].pointer, "/supplier/identifiers/0/value");
}

static void
check_digits(void **state)
{
	static const struct {
		const char *scheme, *value;
		bool holds;
	} rows[] = {{"lei", "5493001KJTIIGC8Y1R12", true}, {"lei", "5493001KJTIIGC8Y1R13", false},
		{"lei", "5493001KJTIIGC8Y1R1", false}, {"gln", "4006381333931", true},
		{"gln", "4006381333932", false}, {"duns", "15-048-3782", true},
		{"duns", "1504837", false}, {"cnpj", "11.222.333/0001-81", true},
		{"cnpj", "12.ABC.345/01DE-35", true}, {"cnpj", "12.ABC.345/01DE-36", false},
		{"vat", "DE 811 193 231", true}, {"vat", "DE 811 193 232", false},
		{"vat", "33.000.167/0001-02", false}, {"os_id", "CN2021250D1DTN7", true},
		{"os_id", "CN2021250D1DTN8", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_facts *facts;
		char json[512];

		(void)snprintf(json, sizeof(json),
			"{\"supplier\":{\"name\":\"A\",\"country\":\"BRA\",\"identifiers\":[{"
			"\"scheme\":\"%s\",\"value\":\"%s\"}]}}",
			rows[i].scheme, rows[i].value);
		if ((gather_at(json, AS_OF, &facts) == PRB_OK) != rows[i].holds)
			fail_msg("%s %s", rows[i].scheme, rows[i].value);
	}
}

/*
 * Decisions. A source that knows one hit, and counts what it is asked.
 */

static struct {
	const char *hit;
	enum prb_err err;
	enum prb_listing_decision decision;
	int asked;
	char last[512];
} known;

static enum prb_err
find_known(void *context, struct prb_span hit, struct prb_decided *out)
{
	assert_ptr_equal(context, &known);
	known.asked++;
	(void)snprintf(known.last, sizeof(known.last), "%.*s", PRB_SPAN_ARGS(hit));
	if (known.err != PRB_OK)
		return known.err;
	if (known.hit == NULL || !prb_span_is(hit, known.hit))
		return PRB_ERR_NOT_FOUND;
	(void)snprintf(out->id, sizeof(out->id), "01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a91");
	(void)snprintf(out->at, sizeof(out->at), "2026-06-30T12:00:00Z");
	out->decision = (uint8_t)known.decision;
	return PRB_OK;
}

#define HIT(country, city)                                                                         \
	"baodinglyszdtradeandbusinesscoltd\x1f" country "\x1f" city "\x1fuflpa\x1fuflpa-001\x1f"   \
	"baodinglyszdtradeandbusinesscoltd"

static const struct prb_listing *
listing_of(const struct prb_facts *facts, const char *subject, const char *id)
{
	for (size_t i = 0; i < facts->listings_count; i++)
		if (strcmp(facts->listings[i].subject, subject) == 0 &&
			strcmp(facts->listings[i].entity_id, id) == 0)
			return &facts->listings[i];
	fail_msg("no listing of %s at %s", id, subject);
	return &facts->listings[0];
}

static void
decisions(void **state)
{
	static const struct {
		const char *json, *subject, *hit;
		bool decided;
	} rows[] = {
		{"{\"supplier\":{\"name\":\"" BAODING "\",\"country\":\"VNM\"}}", "/supplier/name",
			HIT("VNM", ""), true},
		{"{\"supplier\":{\"name\":\"Baoding-LYSZD Trade & and business Co. Ltd\","
		 "\"country\":\"Viet Nam\",\"city\":\"H\u00e0 N\u1ed9i\"}}",
			"/supplier/name", HIT("VNM", "hanoi"), true},
		{"{\"supplier\":{\"name\":\"" BAODING "\",\"country\":\"VNM\",\"city\":\"Hue\"}}",
			"/supplier/name", HIT("VNM", ""), false},
		{"{\"supplier\":{\"name\":\"" BAODING
		 "\",\"country\":\"VNM\",\"address\":\"1 Main Road, Hue\"}}",
			"/supplier/name", HIT("VNM", "1mainroadhue"), true},
		{"{\"supplier\":{\"name\":\"" BAODING
		 "\",\"country\":\"VNM\",\"city\":\"Hue\",\"address\":\"1 Main Road, Hue\"}}",
			"/supplier/name", HIT("VNM", "hue"), true},
		{"{\"supplier\":{\"name\":\"" BAODING "\",\"country\":\"LAO\"}}", "/supplier/name",
			HIT("VNM", ""), false},
		{"{\"supplier\":{\"name\":\"A\",\"country\":\"VNM\",\"aliases\":[\"B\",\"" BAODING
		 "\"]}}",
			"/supplier/aliases/1", HIT("VNM", ""), true},
		{"{\"supplier\":{\"name\":\"A\",\"country\":\"VNM\"},\"sites\":[{\"id\":\"x\"},{"
		 "\"id\":\"s\",\"name\":\"" BAODING "\",\"country\":\"KHM\",\"city\":\"Poipet\"}]}",
			"/sites/1/name", HIT("KHM", "poipet"), true},
		{"{\"supplier\":{\"name\":\"A\",\"country\":\"VNM\"},\"upstream\":[{\"supplier\":{"
		 "\"name\":\"B\",\"country\":\"VNM\"},\"upstream\":[{\"supplier\":{\"name\":"
		 "\"C\",\"aliases\":[\"" BAODING "\"],\"country\":\"KHM\"}}]}]}",
			"/upstream/0/upstream/0/supplier/aliases/0", HIT("KHM", ""), true},
	};
	const struct prb_decision_source source = {
		.find = find_known, .sha256 = prb_store_sha256, .context = &known};

	(void)state;
	prb_gatherer_decide(gatherer, &source);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct prb_listing *l;

		known.hit = rows[i].hit;
		known.decision = i % 2 == 0 ? PRB_HIT_DIFFERENT : PRB_HIT_MATCH;
		l = listing_of(gather(rows[i].json), rows[i].subject, "uflpa-001");
		if ((l->decided != NULL) != rows[i].decided)
			fail_msg("%s: asked for %s", rows[i].json, known.last);
		assert_int_equal(l->decision, rows[i].decided ? known.decision : PRB_HIT_POSSIBLE);
		assert_string_equal(l->because, "name_equal_country_differs");
		if (l->decided != NULL)
			assert_int_equal(strlen(l->decided->hit), 64);
	}
	/* A match is not asked about, and a number decides by itself. */
	known.asked = 0;
	(void)gather("{\"supplier\":{\"name\":\"" BAODING "\",\"country\":\"CHN\"}}");
	(void)gather("{\"supplier\":{\"name\":\"A\",\"country\":\"BRA\",\"identifiers\":[{"
		     "\"scheme\":\"cnpj\",\"value\":\"54951803000150\"}]}}");
	assert_int_equal(known.asked, 0);
	prb_gatherer_decide(gatherer, NULL);
}

static void
decisions_that_fail(void **state)
{
	static const enum prb_err errors[] = {PRB_ERR_MEMORY, PRB_ERR_STATE_DAMAGED, PRB_ERR_IO};
	const struct prb_decision_source source = {
		.find = find_known, .sha256 = prb_store_sha256, .context = &known};
	struct prb_facts *facts = NULL;

	(void)state;
	prb_gatherer_decide(gatherer, &source);
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		known.err = errors[i];
		assert_int_equal(
			gather_at("{\"supplier\":{\"name\":\"" BAODING "\",\"country\":\"VNM\"}}",
				AS_OF, &facts),
			errors[i]);
		assert_null(facts);
	}
	known.err = PRB_OK;
	prb_gatherer_decide(gatherer, NULL);
}

/*
 * What others confirm of a supplier's own word.
 */

/* A source that knows every supplier, or none; and writes down what it is asked. */
static struct {
	char pointers[1024];
	char supplier[256];
	bool knows_supplier;
	const char *confirmed; /* the one statement that is; NULL: none */
	enum prb_err err;
} stated;

static bool
has_text(struct prb_span text, const char *word)
{
	for (size_t i = 0; i + strlen(word) <= text.n; i++)
		if (memcmp(text.p + i, word, strlen(word)) == 0)
			return true;
	return false;
}

static enum prb_err
any_statement(void *context, struct prb_span supplier)
{
	assert_ptr_equal(context, &known);
	(void)snprintf(stated.supplier, sizeof(stated.supplier), "%.*s", PRB_SPAN_ARGS(supplier));
	return stated.knows_supplier ? PRB_OK : PRB_ERR_NOT_FOUND;
}

static enum prb_err
find_statement(void *context, const struct prb_statement_text *statement, struct prb_decided *out)
{
	size_t n = strlen(stated.pointers);

	assert_ptr_equal(context, &known);
	assert_true(prb_span_starts(statement->whole, statement->supplier));
	assert_true(prb_span_starts(statement->plain, statement->supplier));
	/* The free text is in the one and not in the other. */
	assert_false(has_text(statement->plain, "J. Doe"));
	assert_true(n != 0 || has_text(statement->whole, "J. Doe"));
	(void)snprintf(stated.pointers + n, sizeof(stated.pointers) - n, "%s ", statement->pointer);
	if (stated.err != PRB_OK)
		return stated.err;
	if (stated.confirmed == NULL || strcmp(stated.confirmed, statement->pointer) != 0)
		return PRB_ERR_NOT_FOUND;
	(void)snprintf(out->id, sizeof(out->id), "01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a91");
	(void)snprintf(out->at, sizeof(out->at), "2026-06-30T12:00:00Z");
	return PRB_OK;
}

#define OWN_WORD                                                                                   \
	"{\"declarant\":\"supplier\",\"supplier\":{\"name\":\"Example Ltd\",\"country\":\"IND\","  \
	"\"city\":\"Pune\"},\"sites\":[{\"id\":\"a\"}],\"workforce\":{\"total\":10,\"migrant\":0," \
	"\"housing\":\"employer\",\"under_18\":0,\"labour_transfer\":\"no\"},\"controls\":[{"      \
	"\"control\":\"wage_records\",\"evidence\":\"documented\"},{\"control\":\"wage_records\"," \
	"\"evidence\":\"verified\"}],\"findings\":[{\"indicator\":\"isolation\",\"state\":"        \
	"\"absent\","                                                                              \
	"\"source\":\"self\",\"reference\":\"by J. "                                               \
	"Doe\",\"site\":\"a\"},{\"indicator\":\"deception\","                                      \
	"\"state\":\"present\",\"source\":\"self\"},{\"indicator\":\"deception\",\"state\":"       \
	"\"present\",\"source\":\"self\",\"worker_group\":\"night\"}]}"

static void
statements(void **state)
{
	const struct prb_decision_source source = {
		find_known, prb_store_sha256, &known, find_statement, any_statement};
	const struct prb_facts *seen;
	struct prb_facts *facts = NULL;

	(void)state;
	memset(&stated, 0, sizeof(stated));
	prb_gatherer_decide(gatherer, &source);
	assert_null(gather(OWN_WORD)->evidence);
	assert_string_equal(stated.supplier, "evidence\x1f"
					     "exampleltd\x1f"
					     "IND\x1f"
					     "pune");
	assert_string_equal(stated.pointers, "");
	stated.knows_supplier = true;
	assert_null(gather(OWN_WORD)->evidence);
	/* What is not in the supplier's favour waits for nobody. */
	assert_string_equal(stated.pointers, "/findings/0 /findings/2 /controls/1 "
					     "/workforce/labour_transfer /workforce/migrant "
					     "/workforce/under_18 ");
	stated.confirmed = "/controls/1";
	seen = gather(OWN_WORD);
	assert_true(prb_control_confirmed(seen, 1) && !prb_control_confirmed(seen, 0));
	assert_false(prb_finding_confirmed(seen, 0));
	assert_int_equal(seen->evidence->count, 1);
	assert_string_equal(seen->evidence->all[0]->evidence, "/controls/1");
	assert_string_equal(prb_decided_word(seen->evidence->all[0]), "confirmed");
	stated.confirmed = "/workforce/migrant";
	assert_true(prb_workforce_confirmed(gather(OWN_WORD), PRB_SAID_MIGRANT));
	stated.err = PRB_ERR_IO;
	assert_int_equal(gather_at(OWN_WORD, AS_OF, &facts), PRB_ERR_IO);
	assert_null(facts);
	prb_gatherer_decide(gatherer, NULL);
}

/* Once warm, a declaration takes nothing from malloc. */
static void
no_allocation(void **state)
{
	size_t before;
	const char *json = "{\"supplier\":{\"name\":\"" BAODING
			   "\",\"country\":\"China\",\"address\":\"No. 1 Road, Baoding, Hebei\"},"
			   "\"products\":[{\"description\":\"cotton shirts\",\"origin\":\"CHN\"}]}";

	(void)state;
	(void)gather(json);
	before = prb_arena_chunks_taken(arena);
	for (int i = 0; i < 100; i++)
		(void)gather(json);
	assert_int_equal(prb_arena_chunks_taken(arena), before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(countries),
		cmocka_unit_test(unknown_countries), cmocka_unit_test(assumed_country),
		cmocka_unit_test(market_eu_in_any_case),
		cmocka_unit_test(markets_and_nationalities), cmocka_unit_test(regions_in_addresses),
		cmocka_unit_test(addresses_elsewhere), cmocka_unit_test(declared_regions),
		cmocka_unit_test(regions_outside), cmocka_unit_test(region_without_country),
		cmocka_unit_test(goods), cmocka_unit_test(unknown_headings),
		cmocka_unit_test(listings_by_name), cmocka_unit_test(listings_by_date),
		cmocka_unit_test(listings_that_ended), cmocka_unit_test(listings_not_certain),
		cmocka_unit_test(listings_by_number), cmocka_unit_test(check_digits),
		cmocka_unit_test(decisions), cmocka_unit_test(decisions_that_fail),
		cmocka_unit_test(statements), cmocka_unit_test(no_allocation)};

	return cmocka_run_group_tests(tests, open_release, close_release);
}
