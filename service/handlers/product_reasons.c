/* SPDX-License-Identifier: Apache-2.0 */
/* Why: keys and arguments as in a report, and their text. */
#include "clients/render/texts.h"
#include "service/handlers/product.h"

#define REASONS_MAX 6 /* of components */

struct reason {
	const char *key;
	struct prb_span args[PRB_TEXT_ARGS_MAX];
	size_t args_count;
	const char *source, *edition, *date;
};

static void
write_reason(struct prb_product_view *v, const struct reason *reason)
{
	prb_writer_object(&v->w);
	prb_writer_key(&v->w, "args");
	prb_writer_array(&v->w);
	for (size_t i = 0; i < reason->args_count; i++)
		prb_writer_string(&v->w, reason->args[i]);
	prb_writer_end(&v->w);
	prb_write_if(&v->w, "date", reason->date);
	prb_write_if(&v->w, "edition", reason->edition);
	prb_writer_member_text(&v->w, "key", reason->key);
	prb_write_if(&v->w, "source", reason->source);
	prb_write_rendered(
		&v->w, v->x, "text", "reason", reason->key, reason->args, reason->args_count);
	prb_writer_end(&v->w);
}

static const char *
scope_key(const struct prb_scope_met *met)
{
	if (met->value == PRB_PRESUMED)
		return met->certain ? "scope_presumed" : "scope_presumed_perhaps";
	if (met->value == PRB_STATE_OPEN)
		return met->certain ? "scope_open" : "scope_open_perhaps";
	return "scope_region_unknown";
}

static void
reasons_of_scopes(struct prb_product_view *v)
{
	for (size_t i = 0; i < v->lookup->scopes_count; i++) {
		const struct prb_scope_met *met = &v->lookup->scopes[i];

		write_reason(v,
			&(struct reason){.key = scope_key(met),
				.args = {prb_span_of(met->scope->law), prb_span_of(met->scope->id)},
				.args_count = 2,
				.source = met->scope->source,
				.edition = met->scope->as_of,
				.date = met->scope->since});
	}
}

static void
reasons_of_list(struct prb_product_view *v)
{
	const char *source = v->reference->weights[PRB_WHAT_GOOD_LISTED].source;

	for (size_t i = 0; i < v->lookup->met_count; i++) {
		const struct prb_good_met *met = &v->lookup->met[i];
		const struct prb_good *good = &v->reference->goods[met->good];
		struct prb_listed_how l = prb_lookup_listed(good, v->lookup->country);
		struct reason reason = {
			.args = {prb_span_of(good->name), prb_span_of(prb_product_origin(v))},
			.args_count = 3,
			.source = source};

		if (l.own != PRB_LISTED_NO) {
			reason.key = met->certain ? "listed" : "listed_perhaps";
			reason.args[2] = prb_span_of(prb_listed_word((enum prb_listed)l.own));
			reason.edition = prb_edition_of(v->x, "listed_goods");
			write_reason(v, &reason);
		}
		if (l.input != PRB_LISTED_NO) {
			reason.key = "listed_input";
			reason.args[2] = prb_span_of(prb_listed_word((enum prb_listed)l.input));
			reason.edition = prb_edition_of(v->x, "downstream_goods");
			write_reason(v, &reason);
		}
	}
}

/* As a report chooses its sentences (scoring/rules, reasons of exposure), for place and good. */
static const char *
exposure_key(const struct prb_value *value, enum prb_component c)
{
	if (prb_component_lens(c) == PRB_LENS_WHERE)
		return value->known == PRB_IMPUTED ? "exposure_no_figure" : "exposure_from";
	if (value->known == PRB_IMPUTED)
		return value->good != NULL ? "exposure_open_good" : "exposure_open";
	return value->good != NULL ? "exposure_good"
	       : value->count >= 0 ? "exposure_count"
				   : "exposure_from";
}

static const char *
table_of(enum prb_component c)
{
	switch (c) {
	case PRB_WHAT_GOOD_LISTED:
	case PRB_WHAT_LISTED_ELSEWHERE:
	case PRB_WHAT_ORIGIN_OTHER_GOODS:
		return "listed_goods";
	case PRB_WHAT_INPUT_LISTED:
		return "downstream_goods";
	default:
		return NULL;
	}
}

static void
reason_of_component(struct prb_product_view *v, enum prb_component c)
{
	const struct prb_result *r = v->lookup->result;
	const struct prb_value *value = &r->exposure.worst.values[c];
	char points[PRB_NUMBER_BYTES], count[PRB_NUMBER_BYTES], year[PRB_NUMBER_BYTES] = "";
	struct reason reason = {.key = exposure_key(value, c),
		.args = {prb_span_of(prb_component_id(c)),
			prb_product_digits(r->exposure.contribution[c], points)},
		.args_count = 2,
		.source = value->source,
		.edition = prb_edition_of(v->x, table_of(c)),
		.date = year};

	if (value->good != NULL) {
		reason.args[2] = prb_span_of(value->good);
		reason.args[3] = prb_span_of(prb_listed_word((enum prb_listed)value->listed));
		reason.args_count = 4;
	} else if (value->count >= 0) {
		reason.args[2] = prb_product_digits(value->count, count);
		reason.args_count = 3;
	}
	if (value->year != 0)
		(void)prb_product_digits(value->year, year);
	write_reason(v, &reason);
}

/* The components of place and good that add most, the larger first; what is not known of the
 * workforce is one line, and so is the rest. */
static void
reasons_of_exposure(struct prb_product_view *v)
{
	const struct prb_exposure_result *e = &v->lookup->result->exposure;
	bool said[PRB_COMPONENTS] = {false};
	int64_t rest = prb_ppm_points(e->worst.inherent), who = 0;
	char points[PRB_NUMBER_BYTES];

	for (int c = PRB_WHO_MIGRANTS; c < PRB_COMPONENTS; c++)
		who += e->contribution[c];
	for (int n = 0; n < REASONS_MAX; n++) {
		int best = -1;

		for (int c = 0; c < PRB_WHO_MIGRANTS; c++)
			if (!said[c] && e->contribution[c] > 0 &&
				(best < 0 || e->contribution[c] > e->contribution[best]))
				best = c;
		if (best < 0)
			break;
		said[best] = true;
		rest -= e->contribution[best];
		reason_of_component(v, (enum prb_component)best);
	}
	if (who > 0)
		write_reason(v, &(struct reason){.key = "exposure_workforce_unknown",
					.args = {prb_product_digits(who, points)},
					.args_count = 1,
					.source = "the method: method_constants"});
	if (rest - who > 0)
		write_reason(v, &(struct reason){.key = "exposure_rest",
					.args = {prb_product_digits(rest - who, points)},
					.args_count = 1});
}

void
prb_product_reasons(struct prb_product_view *v)
{
	prb_writer_key(&v->w, "reasons");
	prb_writer_array(&v->w);
	if (v->lookup->result != NULL) {
		reasons_of_scopes(v);
		reasons_of_list(v);
		reasons_of_exposure(v);
	}
	prb_writer_end(&v->w);
}
