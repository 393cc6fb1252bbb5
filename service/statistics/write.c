/* SPDX-License-Identifier: Apache-2.0 */
/* The answer of GET /v1/statistics. */
#include "scoring/base/jcs.h"
#include "service/statistics/suppress.h"

static void
write_count(struct prb_writer *w, const char *name, uint64_t count, bool withheld)
{
	prb_writer_key(w, name);
	if (withheld)
		prb_writer_null(w);
	else
		prb_writer_int(w, (int64_t)count);
}

static void
write_category(struct prb_writer *w, enum prb_count_by by, uint16_t category)
{
	char text[PRB_CATEGORY_BYTES];

	prb_category_text(by, category, text);
	prb_writer_member_text(w, prb_count_by_word(by), text);
}

static void
write_workers(struct prb_writer *w, const struct prb_margin *margin)
{
	prb_writer_key(w, "workers");
	prb_writer_object(w);
	for (int i = 0; i < PRB_WORKERS_KINDS; i++) {
		int64_t sum = margin->workers[i].sum + PRB_WORKERS_ROUNDED_TO / 2;

		write_count(w, prb_workers_word((enum prb_workers)i),
			(uint64_t)(sum - sum % PRB_WORKERS_ROUNDED_TO),
			margin->workers_withheld[i]);
	}
	prb_writer_end(w);
}

/* The names of dimensions that stand before "declarations", then those behind. */
static void
write_item(struct prb_writer *w, const struct prb_table *t, size_t a, size_t b, bool with_workers)
{
	bool one = t->b.by == PRB_BY_NOTHING;
	const struct prb_table_cell *cell = &t->cells[a * t->b.count + b];
	const struct prb_cell_count *count = one ? &t->a.margin[a].count : &cell->count;
	bool is_written = false;

	prb_writer_object(w);
	for (int by = 0; by < PRB_COUNTS_BY; by++) {
		if (!is_written && by > PRB_BY_COUNTRY) {
			write_count(w, "declarations", count->declarations, !one && cell->withheld);
			is_written = true;
		}
		if ((int)t->a.by == by)
			write_category(w, t->a.by, t->a.category[a]);
		else if ((int)t->b.by == by)
			write_category(w, t->b.by, t->b.category[b]);
	}
	if (with_workers)
		write_workers(w, &t->a.margin[a]);
	prb_writer_end(w);
}

/* Returns how many are withheld. */
static int64_t
write_items(struct prb_writer *w, const struct prb_table *t, bool with_workers)
{
	size_t rows = t->is_shown && t->a.by != PRB_BY_NOTHING ? t->a.count : 0;
	bool one = t->b.by == PRB_BY_NOTHING;
	int64_t withheld = 0;

	prb_writer_key(w, "items");
	prb_writer_array(w);
	for (size_t a = 0; a < rows; a++)
		for (size_t b = 0; b < (one ? 1 : t->b.count); b++) {
			const struct prb_table_cell *cell = &t->cells[a * t->b.count + b];

			if (!one && cell->count.declarations == 0 && !cell->withheld)
				continue;
			write_item(w, t, a, b, with_workers);
			withheld += !one && cell->withheld;
		}
	prb_writer_end(w);
	return withheld;
}

void
prb_table_write(const struct prb_table *t, const char *as_of, size_t organisations_min,
	bool with_workers, struct prb_str *out)
{
	struct prb_writer w;
	int64_t withheld;

	prb_str_reset(out);
	prb_writer_init(&w, out);
	prb_writer_object(&w);
	prb_writer_member_text(&w, "as_of", as_of);
	prb_writer_key(&w, "by");
	prb_writer_array(&w);
	if (t->a.by != PRB_BY_NOTHING)
		prb_writer_text(&w, prb_count_by_word(t->a.by));
	if (t->b.by != PRB_BY_NOTHING)
		prb_writer_text(&w, prb_count_by_word(t->b.by));
	prb_writer_end(&w);
	withheld = write_items(&w, t, with_workers);
	prb_writer_member_int(&w, "minimum_cell", PRB_CELL_DECLARATIONS_MIN);
	prb_writer_member_int(&w, "minimum_organisations", (int64_t)organisations_min);
	prb_writer_member_int(&w, "minimum_suppliers", PRB_CELL_SUPPLIERS_MIN);
	prb_writer_member_int(&w, "suppressed", withheld);
	write_count(&w, "total", t->total.count.declarations, !t->is_shown);
	if (with_workers && t->is_shown)
		write_workers(&w, &t->total);
	prb_writer_end(&w);
}
