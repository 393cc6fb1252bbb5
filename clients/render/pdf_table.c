/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>

#include "clients/render/pdf_chart.h"
#include "clients/render/pdf_table.h"

#define SIZE 8.8
#define PAD 4.0      /* above and below the words of a row */
#define BETWEEN 11.0 /* from one column to the next */
#define SIGN_ROOM 14.0
/* So many rows say how wide the columns are: the others have more lines where that is too little.
 */
#define MEASURED_ROWS 60
#define LAST_ROWS 3 /* stand on one page */

struct row {
	PangoLayout *cells[PRB_PDF_COLUMNS_MAX];
	size_t lines;
};

struct grid {
	const struct prb_pdf_table *table;
	size_t columns;
	double x[PRB_PDF_COLUMNS_MAX], width[PRB_PDF_COLUMNS_MAX];
	bool number[PRB_PDF_COLUMNS_MAX];
};

static struct prb_pdf_style
style_of(const struct prb_pdf_cell *cell)
{
	return (struct prb_pdf_style){.size = SIZE,
		.colour = cell->link.n != 0       ? PRB_PDF_LINK
			  : cell->cell.key.n != 0 ? prb_pdf_rating_colour(cell->cell.key)
						  : PRB_PDF_INK,
		.bold = cell->cell.key.n != 0,
		.quoted = cell->cell.quoted,
		.code = cell->cell.code,
		.end = cell->cell.number};
}

static struct prb_pdf_style
style_of_head(bool number)
{
	return (struct prb_pdf_style){
		.size = SIZE, .colour = PRB_PDF_INK, .bold = true, .end = number};
}

/*
 * Widths.
 */

struct want {
	double least, most; /* its longest word; all of it on one line */
};

static void
measure(struct prb_pdf_pen *pen, struct prb_span words, struct prb_pdf_style style, double more,
	struct want *want)
{
	PangoLayout *layout = prb_pdf_layout(pen, words, &style, 0);

	want->most = fmax(want->most, prb_pdf_width(layout) + more);
	if (style.code) {
		want->least = fmax(want->least, fmin(60, prb_pdf_width(layout)) + more);
	} else {
		pango_layout_set_wrap(layout, PANGO_WRAP_WORD);
		pango_layout_set_width(layout, 1);
		want->least = fmax(want->least, prb_pdf_width(layout) + more);
	}
	g_object_unref(layout);
}

static struct want
measure_column(struct prb_pdf_pen *pen, struct grid *grid, size_t column)
{
	const struct prb_pdf_table *table = grid->table;
	struct want want = {0, 0};

	for (size_t i = 0; i < table->rows_count && i < MEASURED_ROWS; i++) {
		struct prb_pdf_cell cell = table->cell(table->context, i, column);

		if (i == 0)
			grid->number[column] = cell.cell.number;
		measure(pen, cell.cell.words, style_of(&cell), cell.state.n != 0 ? SIGN_ROOM : 0,
			&want);
	}
	measure(pen, table->columns[column], style_of_head(grid->number[column]), 0, &want);
	/* No word is so long that the others must do without a place. */
	want.least = fmin(want.least, PRB_PDF_ROOM / 3);
	want.most = fmax(want.most, want.least);
	return want;
}

/* Columns that want no more than their even share of what is left get it; what they leave goes to
 * the others. Returns how many are not settled. */
static size_t
settle_small(struct grid *grid, const struct want *wants, double *room)
{
	size_t open = grid->columns;

	for (bool more = true; more;) {
		more = false;
		for (size_t i = 0; i < grid->columns; i++) {
			if (grid->width[i] != 0 || wants[i].most > *room / (double)open)
				continue;
			grid->width[i] = fmax(wants[i].most, 1);
			*room -= grid->width[i];
			open--;
			more = true;
		}
	}
	return open;
}

/* The others get their longest word, and of the rest a share in the measure of what they want. */
static void
settle_large(struct grid *grid, const struct want *wants, double room)
{
	double least = 0, most = 0;

	for (size_t i = 0; i < grid->columns; i++)
		if (grid->width[i] == 0) {
			least += wants[i].least;
			most += wants[i].most;
		}
	for (size_t i = 0; i < grid->columns; i++) {
		if (grid->width[i] != 0)
			continue;
		if (least < room)
			grid->width[i] = wants[i].least + (wants[i].most - wants[i].least) *
								  (room - least) / (most - least);
		else
			grid->width[i] = wants[i].least * room / least;
	}
}

static void
set_widths(struct prb_pdf_pen *pen, struct grid *grid)
{
	struct want wants[PRB_PDF_COLUMNS_MAX];
	double room = PRB_PDF_ROOM - BETWEEN * (double)(grid->columns - 1), x = PRB_PDF_MARGIN;

	for (size_t i = 0; i < grid->columns; i++)
		wants[i] = measure_column(pen, grid, i);
	if (settle_small(grid, wants, &room) != 0) {
		settle_large(grid, wants, room);
		room = 0;
	}
	for (size_t i = 0; i < grid->columns; i++) {
		/* What nobody wants is parted, so that the table is as wide as the page; and a hair
		 * more than what was measured, as a line that just fits must not break. */
		grid->width[i] += room / (double)grid->columns + 0.1;
		grid->x[i] = x;
		x += grid->width[i] + BETWEEN;
	}
}

/*
 * Rows.
 */

static void
finish_row(struct row *row, size_t columns)
{
	for (size_t i = 0; i < columns; i++)
		g_object_unref(row->cells[i]);
}

static void
lay_row(struct row *row, PangoLayout *layout, size_t column)
{
	size_t lines = prb_pdf_lines(layout);

	row->cells[column] = layout;
	row->lines = lines > row->lines ? lines : row->lines;
}

static void
draw_head(struct prb_pdf_pen *pen, const struct grid *grid)
{
	struct row row = {.lines = 1};
	double leading = prb_pdf_leading(pen, SIZE);

	for (size_t i = 0; i < grid->columns; i++) {
		struct prb_pdf_style style = style_of_head(grid->number[i]);

		lay_row(&row, prb_pdf_layout(pen, grid->table->columns[i], &style, grid->width[i]),
			i);
	}
	prb_pdf_box(pen, PRB_PDF_MARGIN - 4, pen->y, PRB_PDF_ROOM + 8,
		(double)row.lines * leading + 2 * PAD, 2, PRB_PDF_TINT);
	prb_pdf_tag(pen, "TR");
	for (size_t i = 0; i < grid->columns; i++) {
		struct prb_pdf_style style = style_of_head(grid->number[i]);

		prb_pdf_tag(pen, "TH");
		prb_pdf_draw_lines(pen, row.cells[i], &style, 0, row.lines, grid->x[i],
			pen->y + PAD, grid->width[i]);
		prb_pdf_untag(pen, "TH");
	}
	prb_pdf_untag(pen, "TR");
	pen->y += (double)row.lines * leading + 2 * PAD;
	finish_row(&row, grid->columns);
}

static void
break_table(struct prb_pdf_pen *pen, const struct grid *grid)
{
	prb_pdf_page_break(pen);
	if (!pen->failed)
		draw_head(pen, grid);
}

static void
draw_cell(struct prb_pdf_pen *pen, const struct grid *grid, const struct prb_pdf_cell *cell,
	PangoLayout *layout, size_t column, size_t first, size_t count)
{
	struct prb_pdf_style style = style_of(cell);
	double shift = cell->state.n != 0 ? SIGN_ROOM : 0;
	double leading = prb_pdf_leading(pen, SIZE);
	bool led;

	prb_pdf_tag(pen, "TD");
	if (shift != 0 && first == 0)
		prb_pdf_sign(
			pen, cell->state, grid->x[column] + 1, pen->y + PAD + leading / 2 - 4, 8);
	led = prb_pdf_link(pen, cell->link);
	prb_pdf_draw_lines(pen, layout, &style, first, count, grid->x[column] + shift, pen->y + PAD,
		grid->width[column] - shift);
	if (led)
		prb_pdf_unlink(pen);
	prb_pdf_untag(pen, "TD");
}

/* count lines of the row from `first` on: all of it, but where it is longer than a page. */
static void
draw_part(struct prb_pdf_pen *pen, const struct grid *grid, size_t at, const struct row *row,
	size_t first, size_t count)
{
	const struct prb_pdf_table *table = grid->table;

	prb_pdf_tag(pen, "TR");
	for (size_t i = 0; i < grid->columns; i++) {
		struct prb_pdf_cell cell = table->cell(table->context, at, i);

		draw_cell(pen, grid, &cell, row->cells[i], i, first, count);
	}
	prb_pdf_untag(pen, "TR");
	pen->y += (double)count * prb_pdf_leading(pen, SIZE) + 2 * PAD;
	prb_pdf_box(pen, PRB_PDF_MARGIN - 4, pen->y, PRB_PDF_ROOM + 8, 0.5, 0, PRB_PDF_RULE);
}

/* How many lines find a place on this page. */
static size_t
lines_left(const struct prb_pdf_pen *pen)
{
	double room = PRB_PDF_BOTTOM - pen->y - 2 * PAD;

	return room <= 0 ? 0 : (size_t)(room / prb_pdf_leading(pen, SIZE));
}

static void
draw_row(struct prb_pdf_pen *pen, const struct grid *grid, size_t at, const struct row *row)
{
	if (lines_left(pen) < row->lines)
		break_table(pen, grid);
	for (size_t first = 0; first < row->lines && !pen->failed;) {
		size_t here = lines_left(pen), left = row->lines - first;

		here = here < left ? here : left;
		/* A head that fills the page: the rest of the row has no place anywhere. */
		if (here == 0)
			return;
		draw_part(pen, grid, at, row, first, here);
		first += here;
		if (first < row->lines)
			break_table(pen, grid);
	}
}

static struct row
make_row(struct prb_pdf_pen *pen, const struct grid *grid, size_t at)
{
	const struct prb_pdf_table *table = grid->table;
	struct row row = {.lines = 1};

	for (size_t i = 0; i < grid->columns; i++) {
		struct prb_pdf_cell cell = table->cell(table->context, at, i);
		struct prb_pdf_style style = style_of(&cell);
		double shift = cell.state.n != 0 ? SIGN_ROOM : 0;

		lay_row(&row, prb_pdf_layout(pen, cell.cell.words, &style, grid->width[i] - shift),
			i);
	}
	return row;
}

/* Before the last few rows: whether they go to the next page together, so that none of them stands
 * there alone. */
static bool
breaks_before(struct prb_pdf_pen *pen, const struct grid *grid, size_t at)
{
	double height = 0;

	if (at == 0 || at + LAST_ROWS != grid->table->rows_count)
		return false;
	for (size_t i = at; i < grid->table->rows_count; i++) {
		struct row row = make_row(pen, grid, i);

		height += (double)row.lines * prb_pdf_leading(pen, SIZE) + 2 * PAD;
		finish_row(&row, grid->columns);
	}
	/* Rows of half a page may stand as they come. */
	return pen->y + height > PRB_PDF_BOTTOM && height < (PRB_PDF_BOTTOM - PRB_PDF_TOP) / 2;
}

static void
write_row(struct prb_pdf_pen *pen, const struct grid *grid, size_t at)
{
	struct row row = make_row(pen, grid, at);

	draw_row(pen, grid, at, &row);
	finish_row(&row, grid->columns);
}

void
prb_pdf_table(struct prb_pdf_pen *pen, const struct prb_pdf_table *table)
{
	struct grid grid = {.table = table, .columns = table->columns_count};
	struct prb_pdf_style caption = {.size = 9, .colour = PRB_PDF_GREY};

	if (grid.columns > PRB_PDF_COLUMNS_MAX)
		grid.columns = PRB_PDF_COLUMNS_MAX;
	if (grid.columns == 0)
		return;
	set_widths(pen, &grid);
	prb_pdf_gap(pen, 6);
	prb_pdf_need(pen, 5 * prb_pdf_leading(pen, SIZE) + 4 * PAD);
	prb_pdf_group(pen, "Table", NULL);
	if (table->caption.n != 0) {
		prb_pdf_flow(
			pen, table->caption, &caption, PRB_PDF_MARGIN, PRB_PDF_ROOM, "Caption");
		pen->y += 4;
	}
	draw_head(pen, &grid);
	for (size_t i = 0; i < table->rows_count && !pen->failed; i++) {
		if (breaks_before(pen, &grid, i))
			break_table(pen, &grid);
		write_row(pen, &grid, i);
	}
	prb_pdf_group(pen, NULL, NULL);
	pen->y += 6;
}

/*
 * Of a document.
 */

static struct prb_pdf_cell
table_cell(const void *context, size_t row, size_t column)
{
	const struct prb_block_table *table = context;

	return (struct prb_pdf_cell){
		.cell = table->cells[row * table->columns_count + column],
		.link = column == 0 && table->links != NULL ? table->links[row] : PRB_SPAN_NONE,
	};
}

void
prb_pdf_block_table(struct prb_pdf_pen *pen, const struct prb_block *block)
{
	prb_pdf_table(pen, &(struct prb_pdf_table){
				   .caption = block->words,
				   .columns = block->table.columns,
				   .columns_count = block->table.columns_count,
				   .rows_count = block->table.rows_count,
				   .cell = table_cell,
				   .context = &block->table,
			   });
}

/* The number that the ILO lists an indicator under. */
static struct prb_span
ordinal(int64_t code)
{
	static const char digits[] = "1234567891011";

	return code < 1 || code > 11 ? PRB_SPAN_NONE
	       : code < 10           ? (struct prb_span){digits + code - 1, 1}
				     : (struct prb_span){digits + 9 + 2 * (code - 10), 2};
}

static struct prb_pdf_cell
indicator_cell(const void *context, size_t row, size_t column)
{
	const struct prb_block_indicators *indicators = context;
	const struct prb_indicator_row *indicator = &indicators->rows[row];

	switch (column) {
	case 0:
		return (struct prb_pdf_cell){.cell.words = ordinal(indicator->code)};
	case 1:
		return (struct prb_pdf_cell){.cell.words = indicator->name};
	case 2:
		return (struct prb_pdf_cell){
			.cell.words = indicator->state, .state = indicator->state_key};
	case 3:
		return (struct prb_pdf_cell){.cell.words = indicator->grade};
	default:
		return (struct prb_pdf_cell){.cell.words = indicator->rests};
	}
}

void
prb_pdf_block_indicators(struct prb_pdf_pen *pen, const struct prb_block *block)
{
	const struct prb_span *names = block->indicators.columns;
	const struct prb_span columns[] = {PRB_SPAN_NONE, names[0], names[1], names[2], names[3]};

	prb_pdf_table(pen, &(struct prb_pdf_table){
				   .caption = block->words,
				   .columns = columns,
				   .columns_count = 5,
				   .rows_count = block->indicators.rows_count,
				   .cell = indicator_cell,
				   .context = &block->indicators,
			   });
}
