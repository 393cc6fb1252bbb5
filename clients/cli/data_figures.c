/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/data_figures.h"

#include <stdio.h>
#include <string.h>

#include "scoring/base/jcs.h"

/* From the gravest down; `unknown` is off the scale. */
static const enum prb_rating order[RATINGS_COUNT] = {PRB_RATING_CRITICAL, PRB_RATING_HIGH,
	PRB_RATING_MEDIUM, PRB_RATING_LOW, PRB_RATING_UNKNOWN};

static const char *const cases_words[PRB_CASES_KINDS] = {
	[PRB_CASES_PAIRS] = "pairs",
	[PRB_CASES_COUNTRY] = "within",
	[PRB_CASES_FEWER] = "fewer",
	[PRB_CASES_ORDERS] = "orders",
};

/* Three decimals, rounded half up. */
static const char *
area_text(prb_ppm area, char text[8])
{
	int64_t thousandths = prb_mul_div(area < 0 ? 0 : area, 1, 1000);

	if (area == PRB_AUC_NONE)
		return "-";
	(void)snprintf(text, 8, "%d.%03d", (int)(thousandths / 1000), (int)(thousandths % 1000));
	return text;
}

static bool
is_shown(const struct figures *f, int which)
{
	return which >= PRB_COMPONENTS ||
	       prb_reference_has(f->reference, (enum prb_component)which);
}

static bool
is_single(const struct figures *f, int component)
{
	return f->validation.single[component][PRB_CASES_PAIRS] != PRB_AUC_NONE;
}

static void
print_ways(const struct figures *f, struct prb_str *out)
{
	const struct prb_validation *v = &f->validation;

	prb_str_addf(out, "%-25s %6s  %-15s %6s\n", "", "AUC", "95 % interval", "single");
	for (int way = 0; way < PRB_WAYS; way++) {
		const struct prb_validation_figure *figure = &v->ways[way];
		char area[8], lo[8], hi[8], best[8];

		prb_str_addf(out, "%-25s %6s  %5s %s %-6s %6s  %s\n",
			prb_way_key((enum prb_way)way), area_text(figure->area, area),
			area_text(figure->lo, lo), f->draws == 0 ? "  " : "to",
			f->draws == 0 ? "" : area_text(figure->hi, hi),
			area_text(prb_validation_best_single(v, (enum prb_way)way), best),
			prb_way_text((enum prb_way)way));
	}
	prb_str_addf(out,
		"single: the best single index of `where` over the same cases. Customs orders "
		"name %lld of the %zu origins.\n",
		(long long)v->ways[PRB_WAY_ORDERS].positives, v->origins);
}

static void
print_singles(const struct figures *f, struct prb_str *out)
{
	prb_str_addf(out, "\nEach alone: an index of `where`, or a row of `what`\n%-34s", "");
	for (int kind = 0; kind < PRB_CASES_KINDS; kind++)
		prb_str_addf(out, " %7s", cases_words[kind]);
	prb_str_add_char(out, '\n');
	for (int c = 0; c < PRB_COMPONENTS; c++) {
		char area[8];

		if (!is_single(f, c))
			continue;
		prb_str_addf(out, "%-34s", prb_component_id((enum prb_component)c));
		for (int kind = 0; kind < PRB_CASES_KINDS; kind++)
			prb_str_addf(out, " %7s", area_text(f->validation.single[c][kind], area));
		prb_str_add_char(out, '\n');
	}
	prb_str_add_text(out,
		"pairs: all; within: inside one origin; fewer: without the four largest origins; "
		"orders: origins that a customs order names.\n");
}

static void
print_scaled(const struct figures *f, struct prb_str *out)
{
	prb_str_addf(out,
		"\nOne weight changed: own row out, and how many sample ratings change\n%-34s %7s "
		"%7s %7s %7s\n",
		"", "x 0.7", "x 1.3", "x 0.7", "x 1.3");
	for (int which = 0; which < PRB_SCALED_COUNT; which++) {
		char down[8], up[8];

		if (!is_shown(f, which))
			continue;
		prb_str_addf(out, "%-34s %7s %7s", prb_scaled_id(which),
			area_text(f->validation.scaled[which][0], down),
			area_text(f->validation.scaled[which][1], up));
		if (f->samples_folder == NULL)
			prb_str_addf(out, " %7s %7s\n", "-", "-");
		else
			prb_str_addf(out, " %7llu %7llu\n",
				(unsigned long long)f->changed[which][0],
				(unsigned long long)f->changed[which][1]);
	}
	prb_str_add_text(out,
		"What the employer declares is the same for every pair: weights of `who` move "
		"ratings alone.\n");
}

static void
print_ratings(const struct figures *f, struct prb_str *out)
{
	static const char *const names[2] = {"as they are", "with the product of the trade"};

	if (f->samples_folder == NULL) {
		prb_str_add_text(out,
			"\nRatings of sample lists: none were read; name a folder of lists with "
			"--samples DIR\n");
		return;
	}
	prb_str_addf(out, "\nRatings of %zu rows of %zu sample lists at %s", f->rows, f->lists,
		f->as_of);
	if (f->refused != 0)
		prb_str_addf(out, " (%zu refused)", f->refused);
	prb_str_addf(out, "\n%-30s", "");
	for (size_t i = 0; i < RATINGS_COUNT; i++)
		prb_str_addf(out, " %8s", prb_rating_word(order[i]));
	for (int pass = 0; pass < 1 + f->have_default; pass++) {
		prb_str_addf(out, "\n%-30s", names[pass]);
		for (size_t i = 0; i < RATINGS_COUNT; i++)
			prb_str_addf(out, " %8llu", (unsigned long long)f->ratings[pass][order[i]]);
	}
	prb_str_add_char(out, '\n');
}

static void
print_goal(const struct figures *f, struct prb_str *out)
{
	const struct prb_validation *v = &f->validation;
	prb_ppm own = v->ways[PRB_WAY_OWN_ROW].area;
	char area[8], other[8];

	prb_str_addf(out, "\nGoal: own row out at least %s: %s (%s)\n",
		area_text(PRB_GOAL_OWN_ROW, other),
		own >= PRB_GOAL_OWN_ROW ? "reached" : "not reached", area_text(own, area));
	prb_str_add_text(out, "Goal: above every single index in each way: ");
	if (prb_validation_above_singles(v, PRB_WAYS)) {
		prb_str_add_text(out, "reached\n");
		return;
	}
	prb_str_add_text(out, "not reached in");
	for (int way = 0; way < PRB_WAYS; way++)
		if (!prb_validation_above_singles(v, (enum prb_way)way))
			prb_str_addf(out, " %s (%s, %s)", prb_way_key((enum prb_way)way),
				area_text(v->ways[way].area, area),
				area_text(prb_validation_best_single(v, (enum prb_way)way), other));
	prb_str_add_char(out, '\n');
}

void
figures_print(const struct figures *figures, struct prb_str *out)
{
	const struct prb_validation *v = &figures->validation;

	prb_str_add_text(out,
		"Agreement of exposure with the list of goods of the US Department of Labor.\n"
		"It is not predictive validity: the list is the target here and also feeds the "
		"lens `what`.\n\n");
	prb_str_addf(out, "release    %s\npairs      %zu = %zu origins x %zu goods, %lld listed\n",
		figures->reference->release, v->origins * v->goods, v->origins, v->goods,
		(long long)v->ways[PRB_WAY_OWN_ROW].positives);
	if (figures->draws != 0)
		prb_str_addf(out, "bootstrap  %u samples of origins, seed %llu\n\n", figures->draws,
			(unsigned long long)figures->seed);
	else
		prb_str_add_text(out, "bootstrap  none\n\n");
	print_ways(figures, out);
	print_singles(figures, out);
	print_scaled(figures, out);
	print_ratings(figures, out);
	print_goal(figures, out);
}

static void
write_area(struct prb_writer *w, const char *name, prb_ppm area)
{
	prb_writer_key(w, name);
	if (area == PRB_AUC_NONE)
		prb_writer_null(w);
	else
		prb_writer_int(w, area);
}

static void
write_ratings(struct prb_writer *w, const struct figures *f)
{
	static const char *const names[2] = {"as_they_are", "with_default_product"};
	/* Members in sorted order. */
	static const enum prb_rating sorted[RATINGS_COUNT] = {PRB_RATING_CRITICAL, PRB_RATING_HIGH,
		PRB_RATING_LOW, PRB_RATING_MEDIUM, PRB_RATING_UNKNOWN};

	prb_writer_key(w, "samples");
	if (f->samples_folder == NULL) {
		prb_writer_null(w);
		return;
	}
	prb_writer_object(w);
	prb_writer_member_text(w, "as_of", f->as_of);
	for (int pass = 0; pass < 2; pass++) {
		if (pass == 1) {
			prb_writer_member_int(w, "lists", (int64_t)f->lists);
			prb_writer_member_int(w, "refused", (int64_t)f->refused);
			prb_writer_member_int(w, "rows", (int64_t)f->rows);
		}
		prb_writer_key(w, names[pass]);
		prb_writer_object(w);
		for (size_t i = 0; i < RATINGS_COUNT; i++)
			prb_writer_member_int(w, prb_rating_word(sorted[i]),
				(int64_t)f->ratings[pass][sorted[i]]);
		prb_writer_end(w);
	}
	prb_writer_end(w);
}

static void
write_singles(struct prb_writer *w, const struct figures *f)
{
	/* Members in sorted order. */
	static const enum prb_way_cases sorted[PRB_CASES_KINDS] = {
		PRB_CASES_FEWER, PRB_CASES_ORDERS, PRB_CASES_PAIRS, PRB_CASES_COUNTRY};

	prb_writer_key(w, "single");
	prb_writer_array(w);
	for (int c = 0; c < PRB_COMPONENTS; c++) {
		if (!is_single(f, c))
			continue;
		prb_writer_object(w);
		prb_writer_key(w, "auc_ppm");
		prb_writer_object(w);
		for (int i = 0; i < PRB_CASES_KINDS; i++)
			write_area(w, cases_words[sorted[i]], f->validation.single[c][sorted[i]]);
		prb_writer_end(w);
		prb_writer_member_text(w, "id", prb_component_id((enum prb_component)c));
		prb_writer_end(w);
	}
	prb_writer_end(w);
}

static void
write_ways(struct prb_writer *w, const struct prb_validation *v)
{
	prb_writer_key(w, "ways");
	prb_writer_array(w);
	for (int way = 0; way < PRB_WAYS; way++) {
		const struct prb_validation_figure *figure = &v->ways[way];

		prb_writer_object(w);
		write_area(w, "auc_ppm", figure->area);
		write_area(w, "best_single_ppm", prb_validation_best_single(v, (enum prb_way)way));
		write_area(w, "hi_ppm", figure->hi);
		prb_writer_member_text(w, "id", prb_way_key((enum prb_way)way));
		write_area(w, "lo_ppm", figure->lo);
		prb_writer_member_int(w, "negatives", figure->negatives);
		prb_writer_member_int(w, "positives", figure->positives);
		prb_writer_member_text(w, "text", prb_way_text((enum prb_way)way));
		prb_writer_end(w);
	}
	prb_writer_end(w);
}

static void
write_scaled(struct prb_writer *w, const struct figures *f)
{
	prb_writer_key(w, "weights");
	prb_writer_array(w);
	for (int which = 0; which < PRB_SCALED_COUNT; which++) {
		if (!is_shown(f, which))
			continue;
		prb_writer_object(w);
		write_area(w, "down_auc_ppm", f->validation.scaled[which][0]);
		if (f->samples_folder != NULL)
			prb_writer_member_int(
				w, "down_ratings_changed", (int64_t)f->changed[which][0]);
		prb_writer_member_text(w, "id", prb_scaled_id(which));
		write_area(w, "up_auc_ppm", f->validation.scaled[which][1]);
		if (f->samples_folder != NULL)
			prb_writer_member_int(
				w, "up_ratings_changed", (int64_t)f->changed[which][1]);
		prb_writer_end(w);
	}
	prb_writer_end(w);
}

void
figures_write_json(const struct figures *figures, struct prb_str *out)
{
	const struct prb_validation *v = &figures->validation;
	struct prb_writer w;

	prb_writer_init(&w, out);
	prb_writer_object(&w);
	prb_writer_key(&w, "bootstrap");
	prb_writer_object(&w);
	prb_writer_member_int(&w, "samples", figures->draws);
	prb_writer_member_int(&w, "seed", (int64_t)figures->seed);
	prb_writer_end(&w);
	prb_writer_key(&w, "goal");
	prb_writer_object(&w);
	prb_writer_member_bool(
		&w, "above_every_single_index", prb_validation_above_singles(v, PRB_WAYS));
	prb_writer_member_bool(
		&w, "own_row_out", v->ways[PRB_WAY_OWN_ROW].area >= PRB_GOAL_OWN_ROW);
	prb_writer_member_int(&w, "own_row_out_ppm", PRB_GOAL_OWN_ROW);
	prb_writer_end(&w);
	prb_writer_member_int(&w, "goods", (int64_t)v->goods);
	prb_writer_member_int(&w, "listed", v->ways[PRB_WAY_OWN_ROW].positives);
	prb_writer_member_int(&w, "origins", (int64_t)v->origins);
	prb_writer_member_int(&w, "pairs", (int64_t)(v->origins * v->goods));
	prb_writer_member_text(&w, "release", figures->reference->release);
	write_ratings(&w, figures);
	write_singles(&w, figures);
	write_ways(&w, v);
	write_scaled(&w, figures);
	prb_writer_end(&w);
	prb_str_add_char(out, '\n');
}
