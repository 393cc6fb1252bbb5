/* SPDX-License-Identifier: Apache-2.0 */
/* The answer in one to three sentences: the gravest thing first. */
#include "clients/render/texts.h"
#include "service/handlers/product.h"

/* The gravest row of this origin: what is certain before what is not, then what is graver, then
 * the good itself before its input. */
static const struct prb_good_met *
gravest(const struct prb_product_view *v, bool *by_input, uint8_t *listed)
{
	const struct prb_good_met *found = NULL;
	int best = 0;

	for (size_t i = 0; i < v->lookup->met_count && v->lookup->country >= 0; i++) {
		const struct prb_good_met *met = &v->lookup->met[i];
		struct prb_listed_how l =
			prb_lookup_listed(&v->reference->goods[met->good], v->lookup->country);
		bool input = l.input > l.own;
		uint8_t how = input ? l.input : l.own;
		int rank = how == PRB_LISTED_NO ? 0 : met->certain * 8 + how * 2 + !input;

		if (rank <= best)
			continue;
		best = rank;
		found = met;
		*by_input = input;
		*listed = how;
	}
	return found;
}

static size_t
listed_origins(const struct prb_product_view *v)
{
	size_t count = 0;

	for (size_t country = 0; country < v->reference->countries_count; country++) {
		bool any = false;

		for (size_t i = 0; i < v->lookup->met_count && !any; i++) {
			struct prb_listed_how l = prb_lookup_listed(
				&v->reference->goods[v->lookup->met[i].good], (int)country);

			any = l.own != PRB_LISTED_NO || l.input != PRB_LISTED_NO;
		}
		count += any;
	}
	return count;
}

static void
say(struct prb_product_view *v, const char *key, const struct prb_span *args, size_t count)
{
	struct prb_str *text = &v->x->desk->text;

	if (text->n > 0)
		prb_str_add_char(text, ' ');
	(void)prb_text_render(v->x->lang, "product", prb_span_of(key), args, count, text);
}

static void
say_listed(struct prb_product_view *v, struct prb_span args[PRB_TEXT_ARGS_MAX])
{
	bool by_input = false;
	uint8_t listed = PRB_LISTED_NO;
	const struct prb_good_met *met = gravest(v, &by_input, &listed);

	if (met == NULL) {
		say(v, "not_listed", args, 2);
		return;
	}
	args[2] = prb_span_of(v->reference->goods[met->good].name);
	args[3] = prb_span_of(prb_listed_word((enum prb_listed)listed));
	say(v, by_input ? "listed_input" : met->certain ? "listed" : "listed_perhaps", args, 4);
}

/* The gravest that is said of state-imposed labour; false where nothing is. */
static bool
say_state_imposed(struct prb_product_view *v, struct prb_span args[PRB_TEXT_ARGS_MAX])
{
	const struct prb_scope_met *presumed = prb_lookup_scope(v->lookup, PRB_PRESUMED, true),
				   *perhaps = prb_lookup_scope(v->lookup, PRB_PRESUMED, false);

	if (presumed != NULL) {
		args[2] = prb_span_of(presumed->scope->law);
		say(v, "presumed", args, 3);
		return true;
	}
	if (perhaps != NULL) {
		args[2] = prb_span_of(perhaps->scope->law);
		say(v, "presumed_perhaps", args, 3);
		return true;
	}
	if (prb_lookup_state_imposed(v->lookup) != PRB_STATE_OPEN)
		return false;
	say(v, "open", args, 2);
	return true;
}

static void
say_origin_and_good(struct prb_product_view *v)
{
	const struct prb_scope_met *in_region = prb_lookup_scope(v->lookup, PRB_NOT_PRESUMED, true);
	struct prb_span args[PRB_TEXT_ARGS_MAX] = {
		prb_span_of(v->good), prb_span_of(prb_product_origin(v))};

	if (!say_state_imposed(v, args))
		say_listed(v, args);
	if (in_region != NULL) {
		args[0] = prb_span_of(prb_product_origin(v));
		args[1] = prb_span_of(in_region->scope->law);
		say(v, "region", args, 2);
	}
}

static void
say_exposure(struct prb_product_view *v)
{
	const struct prb_exposure_result *e = &v->lookup->result->exposure;
	char points[PRB_NUMBER_BYTES], lo[PRB_NUMBER_BYTES], hi[PRB_NUMBER_BYTES];
	struct prb_span args[PRB_TEXT_ARGS_MAX];

	args[0] = prb_product_digits(prb_ppm_points(e->worst.inherent), points);
	args[1] = prb_product_digits(prb_ppm_points(e->lo), lo);
	args[2] = prb_product_digits(prb_ppm_points(e->hi), hi);
	say(v, "exposure", args, 3);
}

static size_t
goods_of_origin(const struct prb_product_view *v)
{
	size_t count = 0;

	for (size_t i = 0; i < v->reference->goods_count; i++)
		count += v->reference->goods[i].listed[v->lookup->country] != PRB_LISTED_NO;
	return count;
}

void
prb_product_headline(struct prb_product_view *v)
{
	bool known = v->lookup->goods->basis != PRB_HS_NONE;
	size_t origins = listed_origins(v);
	char count[PRB_NUMBER_BYTES];
	struct prb_span args[2] = {prb_span_of(v->good)};

	prb_str_reset(&v->x->desk->text);
	if (known && v->lookup->country >= 0) {
		say_origin_and_good(v);
	} else if (known) {
		args[1] = prb_product_digits((int64_t)origins, count);
		say(v, origins > 0 ? "without_origin" : "without_origin_not_listed", args, 2);
	} else {
		if (v->lookup->q.n > 0)
			say(v, "words_unknown", NULL, 0);
		else if (v->lookup->country < 0)
			say(v, "without_both", NULL, 0);
		if (v->lookup->country >= 0) {
			args[0] = prb_product_digits((int64_t)goods_of_origin(v), count);
			args[1] = prb_span_of(prb_product_origin(v));
			say(v, "without_good", args, 2);
		}
	}
}

void
prb_product_summary(struct prb_product_view *v)
{
	prb_product_headline(v);
	if (v->lookup->goods->basis != PRB_HS_NONE && v->lookup->country >= 0)
		say_exposure(v);
	if (v->x->desk->text.failed)
		v->w.out->failed = true;
	prb_writer_member_string(&v->w, "summary", prb_str_span(&v->x->desk->text));
}
