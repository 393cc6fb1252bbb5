/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/property/spec.h"

#include <string.h>

#include "scoring/model/words.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Places with and without rows in each table: tied status, presumed regions and countries, asked
 * goods, listed goods, calm ones. */
static const char *const countries[] = {NULL, "CHE", "BGD", "CHN", "IND", "QAT", "MYS", "TKM",
	"PRK", "USA", "VNM", "NOR", "BRA", "TWN", "ERI"};
#define SPEC_CHN 3
static const char *const regions[] = {NULL, "CN-XJ", "CN-GD", "CN-JS"};
static const char *const hs_codes[] = {NULL, "6109", "5201", "520512", "8517", "1511", "9403",
	"2002", "0306", "61", "6902", "3304"};
static const char *const goods_words[] = {
	NULL, "cotton t-shirts", "apparel", "soybean", "accessories", "something odd"};
/* One of each kind: both sides, none, those that change with used_to_compel, a vulnerability, a
 * child's exploitation. */
static const char *const items[] = {NULL, "EX01", "EX02", "EX03", "EX07", "CD01", "CD03", "CD14",
	"RV01", "VD02", "CR04", "DR01"};
static const uint8_t item_indicators[] = {0, 11, 10, 10, 10, 7, 3, 8, 0, 0, 9, 2};
static const char *const names[] = {NULL, "Example Works", "Brightway Group", "FGV Holdings Berhad",
	"Kingtom Aluminio S.R.L.", "Needle Craft Ltd", "Casual Wear Apparel L.L.C.",
	"Baoding LYSZD Trade and Business Co., Ltd."};
static const int16_t ages[] = {-1, 0, 10, 200, 364, 366, 700, 728, 733, 1500, 1824, 1830, 2500};

uint64_t
spec_draw(uint64_t *state)
{
	uint64_t z = (*state += 0x9E3779B97F4A7C15U);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
	return z ^ (z >> 31);
}

uint32_t
spec_below(uint64_t *state, uint32_t n)
{
	return (uint32_t)((spec_draw(state) >> 32) * n >> 32);
}

/* True once in n. */
static bool
one_in(uint64_t *state, uint32_t n)
{
	return spec_below(state, n) == 0;
}

/* 1..n, or 0 once in `none` draws. */
static uint8_t
pick(uint64_t *state, uint32_t n, uint32_t none)
{
	return one_in(state, none) ? 0 : (uint8_t)(1 + spec_below(state, n));
}

bool
spec_is_china(uint8_t country)
{
	return country == SPEC_CHN;
}

prb_date
spec_as_of(void)
{
	return prb_date_from_civil(SPEC_AS_OF_YEAR, SPEC_AS_OF_MONTH, SPEC_AS_OF_DAY);
}

static struct spec_place
draw_place(uint64_t *state, uint32_t none)
{
	struct spec_place place = {pick(state, COUNT(countries) - 1, none), 0};

	if (place.country == SPEC_CHN)
		place.region = pick(state, COUNT(regions) - 1, 3);
	return place;
}

static struct spec_good
draw_good(uint64_t *state)
{
	struct spec_good good = {
		.hs = pick(state, COUNT(hs_codes) - 1, 3), .origin = draw_place(state, 3)};

	if (good.hs == 0)
		good.words = pick(state, COUNT(goods_words) - 1, 2);
	return good;
}

static struct spec_product
draw_product(uint64_t *state)
{
	struct spec_product product = {.good = draw_good(state), .inputs_given = one_in(state, 2)};

	if (product.inputs_given)
		product.inputs_count = (uint8_t)spec_below(state, SPEC_INPUTS_MAX + 1);
	for (int i = 0; i < product.inputs_count; i++)
		product.inputs[i] = draw_good(state);
	return product;
}

static void
draw_subject(uint64_t *state, struct spec_finding *f)
{
	f->item = pick(state, COUNT(items) - 1, 2);
	if (one_in(state, 3))
		f->used_to_compel = (uint8_t)(1 + spec_below(state, 2));
	if (f->item == 0)
		f->indicator = (uint8_t)(1 + spec_below(state, PRB_INDICATORS));
	else if (item_indicators[f->item] != 0 && f->used_to_compel != PRB_TRUE && one_in(state, 3))
		f->indicator = item_indicators[f->item];
	if (one_in(state, 4))
		f->concerns_under_18 = (uint8_t)(1 + spec_below(state, 2));
}

static struct spec_finding
draw_finding(uint64_t *state, const struct spec *s, uint8_t finding_state)
{
	struct spec_finding f = {.state = finding_state,
		.source = (uint8_t)(1 + spec_below(state, PRB_SOURCE_COUNT - 1))};

	draw_subject(state, &f);
	if (finding_state == PRB_FINDING_ABSENT && !one_in(state, 4))
		f.item = 0, f.indicator = (uint8_t)(1 + spec_below(state, PRB_INDICATORS));
	f.days = ages[spec_below(state, COUNT(ages))];
	if (s->sites_count != 0 && one_in(state, 2))
		f.site = (uint8_t)(1 + spec_below(state, s->sites_count));
	f.group = pick(state, 2, 2) != 0 && one_in(state, 3) ? (uint8_t)(1 + spec_below(state, 2))
							     : 0;
	return f;
}

struct spec_finding
spec_finding_present(uint64_t *state, const struct spec *s)
{
	return draw_finding(state, s, PRB_FINDING_PRESENT);
}

struct spec_finding
spec_finding_absent(uint64_t *state, const struct spec *s)
{
	return draw_finding(state, s, PRB_FINDING_ABSENT);
}

static void
draw_aftermath(uint64_t *state, struct spec_finding *f)
{
	if (f->state != PRB_FINDING_PRESENT)
		return;
	if (one_in(state, 5))
		f->contested = (uint8_t)(1 + spec_below(state, 3));
	if (one_in(state, 3)) {
		f->remedy = (uint8_t)(PRB_REMEDIATION_CLAIMED + spec_below(state, 3));
		f->remedy_source = pick(state, PRB_SOURCE_COUNT - 1, 6);
		f->remedy_days =
			f->days <= 0 ? 0 : (int16_t)spec_below(state, (uint32_t)f->days + 1);
	}
}

static int32_t
draw_count(uint64_t *state, int32_t most)
{
	return one_in(state, 2)   ? -1
	       : one_in(state, 3) ? 0
				  : (int32_t)spec_below(state, (uint32_t)most + 1);
}

static void
draw_workforce(uint64_t *state, struct spec_workforce *w)
{
	int32_t most;

	w->total = one_in(state, 3) ? -1 : (int32_t)spec_below(state, 500);
	most = w->total < 0 ? 300 : w->total;
	w->migrant = draw_count(state, most);
	w->agency = draw_count(state, most);
	w->under_18 = draw_count(state, most < 9 ? most : 9);
	w->peak_hours = draw_count(state, 90);
	w->rest_days = draw_count(state, 9);
	w->months_away = draw_count(state, 12);
	w->fees = pick(state, 3, 2);
	w->reimbursed = pick(state, 3, 2);
	w->housing = pick(state, 3, 2);
	w->piece_rate = pick(state, 2, 2);
	w->phones = pick(state, 2, 2);
	w->transfer = one_in(state, 3) ? (uint8_t)(one_in(state, 6) ? PRB_YES : PRB_NO) : 0;
	w->prison = one_in(state, 6) ? (uint8_t)(1 + spec_below(state, 4)) : 0;
	w->consent = pick(state, 3, 2);
	w->nationality =
		one_in(state, 6) ? (uint8_t)(1 + spec_below(state, COUNT(countries) - 1)) : 0;
}

/* Someone has looked for all eleven freely and found nothing. */
static void
draw_clean_visit(uint64_t *state, struct spec *out)
{
	int16_t days = (int16_t)spec_below(state, 700);

	out->findings_count = PRB_INDICATORS;
	for (uint8_t i = 0; i < PRB_INDICATORS; i++)
		out->findings[i] = (struct spec_finding){.indicator = (uint8_t)(i + 1),
			.state = PRB_FINDING_ABSENT,
			.source = PRB_SOURCE_AUDIT_UNANNOUNCED,
			.days = days};
}

struct spec_place
spec_place_in_china(uint64_t *state)
{
	return (struct spec_place){SPEC_CHN, (uint8_t)(1 + spec_below(state, COUNT(regions) - 1))};
}

void
spec_name_as_listed(uint64_t *state, struct spec *s)
{
	/* Entries with a country: one in force, two lifted (entities.csv). */
	static const struct {
		uint8_t name, country;
	} listed[] = {{7, SPEC_CHN}, {2, 6}, {3, 6}};
	uint32_t k = spec_below(state, COUNT(listed));
	struct spec_place place = {listed[k].country, 0};

	if (s->upstream_count != 0 && one_in(state, 2)) {
		s->upstream[0].name = listed[k].name;
		s->upstream[0].place = place;
	} else {
		s->name = listed[k].name;
		s->place = place;
	}
}

uint64_t
spec_state(uint64_t seed, uint64_t i)
{
	return seed + i * 1000003U;
}

void
spec_generate(uint64_t *state, struct spec *out)
{
	memset(out, 0, sizeof *out);
	out->declarant = pick(state, 4, 3);
	out->name = one_in(state, 5) ? (uint8_t)(1 + spec_below(state, COUNT(names) - 1)) : 1;
	/* Half of all declarations are of a calm place, where findings and not exposure decide. */
	out->place = one_in(state, 2) ? (struct spec_place){1, 0} : draw_place(state, UINT32_MAX);
	if (out->place.country == 0)
		out->place.country = 1;
	out->sites_count = one_in(state, 2) ? 0 : (uint8_t)spec_below(state, SPEC_SITES_MAX + 1);
	for (uint8_t i = 0; i < out->sites_count; i++) {
		out->sites[i] = draw_place(state, 2);
		out->site_ids[i] = i;
	}
	out->products_count = (uint8_t)spec_below(state, SPEC_PRODUCTS_MAX + 1);
	for (int i = 0; i < out->products_count; i++)
		out->products[i] = draw_product(state);
	out->findings_count =
		one_in(state, 4) ? 0 : (uint8_t)spec_below(state, SPEC_FINDINGS_MAX - 1);
	for (int i = 0; i < out->findings_count; i++) {
		bool absent = one_in(state, 2);

		out->findings[i] =
			absent ? spec_finding_absent(state, out) : spec_finding_present(state, out);
		draw_aftermath(state, &out->findings[i]);
	}
	if (one_in(state, 12))
		draw_clean_visit(state, out);
	out->controls_count = one_in(state, 2) ? 0 : (uint8_t)spec_below(state, SPEC_CONTROLS_MAX);
	for (int i = 0; i < out->controls_count; i++)
		out->controls[i] = (struct spec_control){
			(uint8_t)(1 + spec_below(state, 10)), (uint8_t)(1 + spec_below(state, 3))};
	out->upstream_count =
		one_in(state, 3) ? (uint8_t)spec_below(state, SPEC_UPSTREAM_MAX + 1) : 0;
	for (int i = 0; i < out->upstream_count; i++)
		out->upstream[i] = (struct spec_upstream){
			(uint8_t)(1 + (one_in(state, 4) ? spec_below(state, COUNT(names) - 1) : 0)),
			(uint8_t)spec_below(state, 4), draw_place(state, UINT32_MAX)};
	for (int i = 0; i < out->upstream_count; i++)
		if (out->upstream[i].place.country == 0)
			out->upstream[i].place.country = 1;
	draw_workforce(state, &out->workforce);
	out->market_usa = one_in(state, 5);
}

/*
 * As JSON.
 */

static void
comma(struct prb_str *out)
{
	if (out->n != 0 && out->p[out->n - 1] != '{' && out->p[out->n - 1] != '[')
		prb_str_add_char(out, ',');
}

/* Written a hundred times for each case: printf would take longer than the scoring. */
static void
put_name(struct prb_str *out, const char *name)
{
	comma(out);
	prb_str_add_char(out, '"');
	prb_str_add_text(out, name);
	prb_str_add_text(out, "\":");
}

static void
put_text(struct prb_str *out, const char *name, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	put_name(out, name);
	prb_str_add_char(out, '"');
	prb_str_add_text(out, text);
	prb_str_add_char(out, '"');
}

static void
put_count(struct prb_str *out, const char *name, int32_t count)
{
	if (count < 0)
		return;
	put_name(out, name);
	prb_str_add_int(out, count);
}

static void
put_truth(struct prb_str *out, const char *name, uint8_t truth)
{
	if (truth == PRB_UNSAID)
		return;
	put_name(out, name);
	prb_str_add_text(out, truth == PRB_TRUE ? "true" : "false");
}

static void
put_date(struct prb_str *out, const char *name, int days)
{
	char date[PRB_DATE_BYTES];

	if (days < 0)
		return;
	prb_date_format(spec_as_of() - days, date);
	put_text(out, name, date);
}

static void
open_list(struct prb_str *out, const char *name)
{
	put_name(out, name);
	prb_str_add_char(out, '[');
}

static void
open_item(struct prb_str *out)
{
	comma(out);
	prb_str_add_char(out, '{');
}

static void
put_place(struct prb_str *out, const char *country, struct spec_place place)
{
	put_text(out, country, countries[place.country]);
	put_text(out, "region", regions[place.region]);
}

static void
put_good(struct prb_str *out, const struct spec_good *good)
{
	put_text(out, "hs", hs_codes[good->hs]);
	put_text(out, "description", goods_words[good->words]);
	put_place(out, "origin", good->origin);
}

static void
put_products(struct prb_str *out, const struct spec *s)
{
	open_list(out, "products");
	for (int i = 0; i < s->products_count; i++) {
		const struct spec_product *p = &s->products[i];

		open_item(out);
		put_good(out, &p->good);
		if (p->inputs_given) {
			open_list(out, "inputs");
			for (int j = 0; j < p->inputs_count; j++) {
				open_item(out);
				put_good(out, &p->inputs[j]);
				prb_str_add_char(out, '}');
			}
			prb_str_add_char(out, ']');
		}
		prb_str_add_char(out, '}');
	}
	prb_str_add_char(out, ']');
}

static void
put_finding(struct prb_str *out, const struct spec *s, const struct spec_finding *f)
{
	char text[16];

	open_item(out);
	put_text(out, "indicator", prb_words_text(&prb_words_indicator, f->indicator));
	put_text(out, "item", items[f->item]);
	put_text(out, "state", prb_words_text(&prb_words_finding_state, f->state));
	put_text(out, "source", prb_words_text(&prb_words_source, f->source));
	put_date(out, "date", f->days);
	if (f->site != 0 && f->site <= s->sites_count) {
		text[0] = 's';
		text[1] = (char)('0' + s->site_ids[f->site - 1]);
		text[2] = '\0';
		put_text(out, "site", text);
	}
	put_text(out, "worker_group", f->group == 0 ? NULL : f->group == 1 ? "line" : "night");
	put_truth(out, "concerns_under_18", f->concerns_under_18);
	put_truth(out, "used_to_compel", f->used_to_compel);
	if (f->contested != 0) {
		comma(out);
		prb_str_addf(out, "\"contested\":{\"by\":\"%s\"}",
			prb_words_text(&prb_words_contested_by, f->contested));
	}
	if (f->remedy != 0) {
		comma(out);
		prb_str_add_text(out, "\"remediation\":{");
		put_text(out, "state", prb_words_text(&prb_words_remediation, f->remedy));
		put_text(out, "source", prb_words_text(&prb_words_source, f->remedy_source));
		put_date(out, "date", f->remedy_days);
		prb_str_add_char(out, '}');
	}
	prb_str_add_char(out, '}');
}

static void
put_workforce(struct prb_str *out, const struct spec_workforce *w)
{
	comma(out);
	prb_str_add_text(out, "\"workforce\":{");
	put_count(out, "total", w->total);
	put_count(out, "migrant", w->migrant);
	put_count(out, "agency", w->agency);
	put_count(out, "under_18", w->under_18);
	put_count(out, "peak_hours_per_week", w->peak_hours);
	put_count(out, "rest_days_per_month", w->rest_days);
	put_count(out, "months_at_sea", w->months_away);
	put_text(out, "recruitment_fees", prb_words_text(&prb_words_fees, w->fees));
	put_text(out, "fees_reimbursed", prb_words_text(&prb_words_answer, w->reimbursed));
	put_text(out, "housing", prb_words_text(&prb_words_housing, w->housing));
	put_truth(out, "piece_rate", w->piece_rate);
	put_truth(out, "phones_kept_by_employer", w->phones);
	put_text(out, "labour_transfer", prb_words_text(&prb_words_answer, w->transfer));
	put_text(out, "prison_labour", prb_words_text(&prb_words_prison, w->prison));
	put_text(out, "prison_free_consent", prb_words_text(&prb_words_answer, w->consent));
	if (w->nationality != 0) {
		comma(out);
		prb_str_addf(out, "\"nationalities\":[\"%s\"]", countries[w->nationality]);
	}
	prb_str_add_char(out, '}');
}

/* A company's name: none of these spellings makes another name of it. */
static void
put_company(struct prb_str *out, const struct spec *s, uint8_t name)
{
	put_name(out, "name");
	prb_str_add_text(out, s->spelling == 2 ? "\" \\\"" : "\"");
	for (const char *p = names[name]; *p != '\0'; p++) {
		if (s->spelling == 3 && *p == 'a')
			prb_str_add_text(out, "\u00e1");
		else
			prb_str_add_char(
				out, s->spelling == 1 && *p >= 'a' && *p <= 'z' ? *p - 32 : *p);
	}
	prb_str_add_text(out, s->spelling == 2 ? "\\\".\"" : "\"");
}

static void
put_upstream(struct prb_str *out, const struct spec *s)
{
	open_list(out, "upstream");
	for (int i = 0; i < s->upstream_count; i++) {
		open_item(out);
		put_count(out, "tier", s->upstream[i].tier == 0 ? -1 : s->upstream[i].tier);
		comma(out);
		prb_str_add_text(out, "\"supplier\":{");
		put_company(out, s, s->upstream[i].name);
		put_place(out, "country", s->upstream[i].place);
		prb_str_add_text(out, "}}");
	}
	prb_str_add_char(out, ']');
}

static void
put_sites(struct prb_str *out, const struct spec *s)
{
	open_list(out, "sites");
	for (int i = 0; i < s->sites_count; i++) {
		open_item(out);
		prb_str_addf(out, "\"id\":\"s%d\"", (int)s->site_ids[i]);
		put_place(out, "country", s->sites[i]);
		prb_str_add_char(out, '}');
	}
	prb_str_add_char(out, ']');
}

void
spec_write(const struct spec *s, struct prb_str *out)
{
	prb_str_reset(out);
	prb_str_add_char(out, '{');
	put_text(out, "declarant", prb_words_text(&prb_words_declarant, s->declarant));
	comma(out);
	prb_str_add_text(out, "\"supplier\":{");
	put_company(out, s, s->name);
	put_place(out, "country", s->place);
	prb_str_add_char(out, '}');
	if (s->sites_count != 0)
		put_sites(out, s);
	if (s->products_count != 0)
		put_products(out, s);
	put_workforce(out, &s->workforce);
	open_list(out, "findings");
	for (int i = 0; i < s->findings_count; i++)
		put_finding(out, s, &s->findings[i]);
	prb_str_add_char(out, ']');
	open_list(out, "controls");
	for (int i = 0; i < s->controls_count; i++) {
		open_item(out);
		put_text(
			out, "control", prb_words_text(&prb_words_control, s->controls[i].control));
		put_text(out, "evidence",
			prb_words_text(&prb_words_evidence, s->controls[i].evidence));
		prb_str_add_char(out, '}');
	}
	prb_str_add_char(out, ']');
	if (s->upstream_count != 0)
		put_upstream(out, s);
	if (s->market_usa)
		prb_str_add_text(out, ",\"destination_markets\":[\"USA\"]");
	prb_str_add_char(out, '}');
}

/*
 * Smaller ones: each reduction takes one thing away.
 */

#define DROP(list, count, index)                                                                   \
	(memmove(&(list)[index], &(list)[(index) + 1],                                             \
		 ((size_t)(count) - (size_t)(index)-1) * sizeof(list)[0]),                         \
		(count)--)

static bool
reduce_lists(struct spec *s, int *k)
{
	if (*k < s->findings_count)
		return DROP(s->findings, s->findings_count, *k), true;
	*k -= s->findings_count;
	if (*k < s->controls_count)
		return DROP(s->controls, s->controls_count, *k), true;
	*k -= s->controls_count;
	if (*k < s->upstream_count)
		return DROP(s->upstream, s->upstream_count, *k), true;
	*k -= s->upstream_count;
	if (*k < s->products_count)
		return DROP(s->products, s->products_count, *k), true;
	*k -= s->products_count;
	if (*k == 0 && s->sites_count != 0)
		return s->sites_count--, true; /* findings of that site then concern every site */
	*k -= s->sites_count != 0;
	return false;
}

static bool
reduce_workforce(struct spec *s, int k)
{
	struct spec_workforce *w = &s->workforce;
	int32_t *counts[] = {&w->total, &w->migrant, &w->agency, &w->under_18, &w->peak_hours,
		&w->rest_days, &w->months_away};
	uint8_t *words[] = {&w->fees, &w->reimbursed, &w->housing, &w->piece_rate, &w->phones,
		&w->transfer, &w->prison, &w->consent, &w->nationality, &s->declarant};

	if (k < (int)COUNT(counts)) {
		*counts[k] = -1;
		return true;
	}
	k -= (int)COUNT(counts);
	if (k < (int)COUNT(words)) {
		*words[k] = 0;
		return true;
	}
	k -= (int)COUNT(words);
	if (k == 0)
		s->market_usa = false;
	else if (k == 1)
		s->name = 1;
	else if (k == 2)
		s->place = (struct spec_place){1, 0};
	return k <= 2;
}

static void
reduce_good(struct spec_good *good, int k)
{
	if (k == 0)
		good->origin = (struct spec_place){0, 0};
	else if (k == 1)
		good->words = 0;
	else
		good->hs = 0;
}

static bool
reduce_inside(struct spec *s, int k)
{
	if (k < 3 * s->products_count) {
		reduce_good(&s->products[k / 3].good, k % 3);
		return true;
	}
	k -= 3 * s->products_count;
	if (k < s->products_count) {
		s->products[k].inputs_given = s->products[k].inputs_count != 0;
		s->products[k].inputs_count -= s->products[k].inputs_count != 0;
		return true;
	}
	k -= s->products_count;
	if (k < s->sites_count) {
		s->sites[k] = (struct spec_place){0, 0};
		return true;
	}
	k -= s->sites_count;
	if (k < 6 * s->findings_count) {
		struct spec_finding *f = &s->findings[k / 6];
		uint8_t *parts[] = {
			&f->group, &f->concerns_under_18, &f->contested, &f->remedy, &f->site};

		if (k % 6 < 5)
			*parts[k % 6] = 0;
		else if (f->item != 0 && f->indicator != 0)
			f->indicator = 0;
		return true;
	}
	return false;
}

bool
spec_reduce(struct spec *s, int k, bool *same)
{
	struct spec before = *s;
	int left = k;
	bool done = reduce_lists(s, &left);

	if (!done && left < 20)
		done = reduce_workforce(s, left);
	else if (!done)
		done = reduce_inside(s, left - 20);
	*same = memcmp(&before, s, sizeof before) == 0;
	return done;
}
