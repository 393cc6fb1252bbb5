/* SPDX-License-Identifier: Apache-2.0 */
/* GET /v1/countries/{iso3}: what the release holds of one country. */
#include <stdio.h>
#include <string.h>

#include "datasets/facts/gather.h"
#include "service/handlers/bounds.h"
#include "service/handlers/facts.h"

struct view {
	struct prb_exchange *x;
	const struct prb_reference *reference;
	const struct prb_country *country;
	int index;
	struct prb_writer w;
};

/* A component of the lens `where`: its value on the scale 0..1 in ppm, and what stands behind it.
 */
static void
write_component(struct view *v, enum prb_component c)
{
	const struct prb_where_value *value = &v->country->where[c];
	struct prb_span id = prb_span_of(prb_component_id(c));

	prb_writer_object(&v->w);
	prb_writer_member_string(&v->w, "id", id);
	prb_writer_member_bool(&v->w, "imputed", value->known == PRB_IMPUTED);
	if (value->known == PRB_NOT_APPLICABLE)
		prb_writer_member_bool(&v->w, "not_applicable", true);
	prb_write_if(&v->w, "source", value->source);
	prb_write_rendered(&v->w, v->x, "text", "component", prb_component_id(c), NULL, 0);
	prb_writer_key(&v->w, "value_ppm");
	if (value->known == PRB_NOT_APPLICABLE)
		prb_writer_null(&v->w);
	else
		prb_writer_int(&v->w, value->ppm);
	prb_writer_member_bool(&v->w, "verified", value->verified);
	prb_writer_member_int(&v->w, "weight_ppm", v->reference->weights[c].ppm);
	if (value->year != 0)
		prb_writer_member_int(&v->w, "year", value->year);
	prb_writer_end(&v->w);
}

static void
write_components(struct view *v)
{
	prb_writer_key(&v->w, "components");
	prb_writer_array(&v->w);
	for (int c = 0; c < PRB_WHERE_COMPONENTS; c++)
		if (prb_reference_has(v->reference, (enum prb_component)c))
			write_component(v, (enum prb_component)c);
	prb_writer_end(&v->w);
}

static void
write_listed_good(struct view *v, const struct prb_good *good, bool by_input, uint8_t listed)
{
	if (listed == PRB_LISTED_NO)
		return;
	prb_writer_object(&v->w);
	prb_writer_member_bool(&v->w, "by_input", by_input);
	prb_writer_member_text(&v->w, "good", good->name);
	prb_writer_member_text(&v->w, "listed", prb_listed_word((enum prb_listed)listed));
	prb_writer_end(&v->w);
}

static void
write_goods(struct view *v)
{
	prb_writer_key(&v->w, "listed_goods");
	prb_writer_array(&v->w);
	for (size_t i = 0; i < v->reference->goods_count; i++) {
		const struct prb_good *good = &v->reference->goods[i];

		write_listed_good(v, good, false, good->listed[v->index]);
		if (good->input_listed != NULL)
			write_listed_good(v, good, true, good->input_listed[v->index]);
	}
	prb_writer_end(&v->w);
}

static bool
is_about(const struct view *v, const struct prb_scope *scope)
{
	return scope->country == v->index || scope->nationality == v->index;
}

static const char *
region_name(const struct view *v, const char *code)
{
	struct prb_span value =
		prb_reader_get(v->x->desk->reader, PRB_TABLE_REGION, prb_span_of(code));
	struct prb_cursor c;

	if (value.p == NULL || prb_texts_begin(value, &c) < 2)
		return "";
	(void)prb_get_text(&c);
	return prb_get_text(&c);
}

static void
write_scope(struct view *v, const struct prb_scope *scope)
{
	static const char *const effects[] = {"none", "presumed", "ask", "exposure"};

	prb_writer_object(&v->w);
	prb_write_if(&v->w, "as_of", scope->as_of);
	prb_writer_member_text(&v->w, "effect", effects[scope->effect]);
	prb_write_if(&v->w, "good", scope->good);
	prb_writer_key(&v->w, "hs");
	prb_writer_array(&v->w);
	for (size_t i = 0; i < scope->hs_count; i++)
		prb_writer_text(&v->w, scope->hs[i]);
	prb_writer_end(&v->w);
	prb_writer_member_text(&v->w, "id", scope->id);
	prb_write_if(&v->w, "law", scope->law);
	prb_writer_member_bool(&v->w, "of_nationals", scope->nationality == v->index);
	if (scope->region[0] != '\0') {
		prb_writer_member_text(&v->w, "region", scope->region);
		prb_write_if(&v->w, "region_name", region_name(v, scope->region));
	}
	prb_write_if(&v->w, "since", scope->since);
	prb_writer_member_text(&v->w, "source", scope->source);
	prb_writer_end(&v->w);
}

static void
write_scopes(struct view *v)
{
	prb_writer_key(&v->w, "state_imposed");
	prb_writer_array(&v->w);
	for (size_t i = 0; i < v->reference->scopes_count; i++)
		if (is_about(v, &v->reference->scopes[i]))
			write_scope(v, &v->reference->scopes[i]);
	prb_writer_end(&v->w);
}

/* The coding of the table; it is in no other place. */
static void
write_tied(struct view *v)
{
	prb_writer_key(&v->w, "tied_status_ppm");
	if (v->country->tied_status_listed)
		prb_writer_int(&v->w, v->country->tied_status_ppm);
	else
		prb_writer_null(&v->w);
}

static void
write_country(struct view *v)
{
	static const char *const tables[] = {"countries", "country_indicators", "ratifications",
		"listed_goods", "downstream_goods", "state_imposed", "tied_status", NULL};

	prb_speak(v->x);
	prb_writer_init(&v->w, &v->x->reply.body);
	prb_writer_object(&v->w);
	write_components(v);
	prb_write_data(&v->w, v->x);
	prb_writer_member_text(&v->w, "iso2", v->country->iso2);
	prb_writer_member_text(&v->w, "iso3", v->country->iso3);
	write_goods(v);
	prb_write_method(&v->w, v->x);
	prb_write_country_name(&v->w, v->x, "name", v->country->iso3);
	prb_write_rendered(&v->w, v->x, "notice", "notice", "country", NULL, 0);
	prb_writer_member_bool(&v->w, "regions_matter", v->country->regions_matter);
	prb_writer_key(&v->w, "sources");
	prb_write_sources(&v->w, v->x, tables);
	write_scopes(v);
	write_tied(v);
	prb_writer_end(&v->w);
}

/* Who writes alpha-2 codes or names is told the address. */
static enum prb_handled
refuse(struct prb_exchange *x, const struct prb_reference *reference)
{
	bool assumed;
	int country = x->params[0].n <= PRB_SOUGHT_COUNTRY_BYTES_MAX
			      ? prb_facts_country(x->desk->gatherer, x->params[0], &assumed)
			      : PRB_COUNTRY_NONE;
	char detail[PRB_FAULT_DETAIL_BYTES_MAX];

	if (country >= 0)
		(void)snprintf(detail, sizeof(detail),
			"countries stand under their alpha-3 code: /v1/countries/%s",
			reference->countries[country].iso3);
	else
		(void)snprintf(detail, sizeof(detail),
			"there is no country of that ISO 3166-1 alpha-3 code here; for example "
			"/v1/countries/BGD");
	return prb_refuse(x, PRB_ERR_NOT_FOUND, detail);
}

enum prb_handled
prb_handle_country(struct prb_exchange *x)
{
	static const char *const no_parameters[] = {NULL};
	struct view v = {.x = x, .reference = prb_release_reference(x->desk->release)};
	char code[3];

	if (!prb_query_takes(x, no_parameters))
		return PRB_REPLIED;
	if (x->params[0].n != sizeof(code))
		return refuse(x, v.reference);
	for (size_t i = 0; i < sizeof(code); i++) {
		char c = x->params[0].p[i];

		code[i] = c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
	}
	v.index = prb_reference_country(v.reference, (struct prb_span){code, sizeof(code)});
	if (v.index < 0)
		return refuse(x, v.reference);
	v.country = &v.reference->countries[v.index];
	write_country(&v);
	return prb_answer_json(x);
}
