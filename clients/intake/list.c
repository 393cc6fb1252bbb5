/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/intake/list.h"

#include <stdlib.h>
#include <string.h>

#include "clients/intake/row.h"

/* Header cells reported at once, with their notes, and room for the pieces the arena takes. */
#define HEADER_ARENA_BYTES ((size_t)2 << 20)
#define SEEN_BYTES_MAX                                                                             \
	150 /* of the headers quoted when no name column is found; the whole fault has 320 */
#define SEEN_ONE_BYTES_MAX 40
#define NAME_CALLED "name, factory name, facility name, production unit, supplier or company"
#define COUNTRY_CALLED "country, country/region or country code"

struct prb_intake_list {
	const struct prb_intake_options *options;
	const struct prb_intake_events *events;
	enum prb_intake_charset charset;
	char delimiter;
	struct prb_intake_names *names;
	struct prb_intake_table *table;
	struct prb_arena *arena;
	struct prb_intake_decoder *decoder; /* for stray rows; made at the first one */
	struct prb_intake_cells mended;     /* the row being read, where it had to be decoded */
	bool has_plan;
	bool stopped; /* by the caller */
	struct prb_intake_plan plan;
	struct prb_intake_row_maker maker;
	/* The row most like a header so far, for the fault when none is found. */
	struct prb_intake_likeness best;
	uint64_t best_line;
	char seen[SEEN_BYTES_MAX + 1];
	enum prb_err err; /* ends the reading */
	struct prb_fault fault;
};

/* One delimiter tried on the beginning of the text. */
struct trial {
	const struct prb_intake_names *names;
	size_t score;
};

static bool
on_trial_row(void *context, uint64_t line, struct prb_intake_cells *cells)
{
	struct trial *trial = context;
	struct prb_intake_likeness likeness = prb_intake_likeness_of(trial->names, cells);
	size_t is_header = likeness.has_name && likeness.has_country;
	/* A header decides, then known columns; the count of cells only settles what the fault will
	 * quote. */
	size_t score = (is_header << 40) + (likeness.known << 20) + cells->count;

	if (score > trial->score)
		trial->score = score;
	return line < PRB_INTAKE_HEADER_LINES_MAX && !is_header;
}

static bool
on_trial_refused(void *context, uint64_t line, const struct prb_fault *fault)
{
	(void)context;
	(void)line;
	(void)fault;
	return false;
}

/* '\0' where memory ran out. */
static char
find_delimiter(const struct prb_intake_names *names, struct prb_span start)
{
	static const char delimiters[] = {',', ';', '\t', '|'};
	char best = ',';
	size_t best_score = 0;

	for (size_t i = 0; i < sizeof(delimiters); i++) {
		struct trial trial = {names, 0};
		struct prb_intake_table_events events = {on_trial_row, on_trial_refused, &trial};
		struct prb_intake_table *table = prb_intake_table_create(delimiters[i], 1, &events);

		if (!table)
			return '\0';
		bool good = prb_intake_table_feed(table, start) == PRB_OK &&
			    prb_intake_table_finish(table) == PRB_OK;
		prb_intake_table_destroy(table);
		if (!good)
			return '\0';
		if (trial.score > best_score) {
			best_score = trial.score;
			best = delimiters[i];
		}
	}
	return best;
}

static bool
fail(struct prb_intake_list *list, enum prb_err err)
{
	list->err = err;
	if (err == PRB_ERR_MEMORY)
		prb_fault_set(&list->fault, err, PRB_NO_OFFSET, NULL, "memory ran out");
	return false;
}

/* "'a', 'b', 'c'", as many as fit. */
static void
remember_seen(struct prb_intake_list *list, const struct prb_intake_cells *cells)
{
	size_t n = 0;
	bool lost = false;
	char cell_text[SEEN_ONE_BYTES_MAX];

	for (size_t i = 0; i < cells->count; i++) {
		struct prb_span cell = prb_span_trim(prb_intake_cell(cells, i));

		cell.n = cell.n > sizeof(cell_text) ? sizeof(cell_text) : cell.n;
		cell.n = prb_utf8_check(cell.p, cell.n);
		if (cell.n == 0)
			continue;
		memcpy(cell_text, cell.p, cell.n);
		cell = prb_intake_tidy(cell_text, cell.n, &lost);
		if (n + cell.n + 4 > SEEN_BYTES_MAX)
			break;
		if (n > 0) {
			memcpy(list->seen + n, ", ", 2);
			n += 2;
		}
		list->seen[n++] = '\'';
		memcpy(list->seen + n, cell.p, cell.n);
		n += cell.n;
		list->seen[n++] = '\'';
	}
	list->seen[n] = '\0';
}

static bool
fail_without_header(struct prb_intake_list *list)
{
	if (list->best.has_name)
		prb_fault_set(&list->fault, PRB_ERR_TABLE, PRB_NO_OFFSET, NULL,
			"line %llu has a name column but no country column; seen: %s; "
			"call one " COUNTRY_CALLED,
			(unsigned long long)list->best_line, list->seen);
	else if (list->best_line > 0)
		prb_fault_set(&list->fault, PRB_ERR_TABLE, PRB_NO_OFFSET, NULL,
			"no name column in the first %d lines; seen in line %llu: %s; call "
			"one " NAME_CALLED,
			PRB_INTAKE_HEADER_LINES_MAX, (unsigned long long)list->best_line,
			list->seen);
	else
		prb_fault_set(&list->fault, PRB_ERR_TABLE, PRB_NO_OFFSET, NULL,
			"no header row in the first %d lines: a list needs a name and a country "
			"column",
			PRB_INTAKE_HEADER_LINES_MAX);
	list->err = PRB_ERR_TABLE;
	return false;
}

static bool
make_plan(struct prb_intake_list *list, uint64_t line, const struct prb_intake_cells *cells)
{
	struct prb_intake_column *columns =
		prb_arena_array(list->arena, cells->count, sizeof(*columns));

	if (!columns ||
		!prb_intake_plan_make(list->names, cells, list->arena, &list->plan, columns))
		return fail(list, PRB_ERR_MEMORY);
	list->has_plan = true;
	if (list->events->header)
		list->events->header(list->events->context, line,
			list->options->charset ? list->options->charset
					       : prb_intake_charset_name(list->charset),
			list->delimiter, columns, cells->count);
	return true;
}

static bool
has_high_byte(struct prb_span text)
{
	unsigned char all = 0;

	for (size_t i = 0; i < text.n; i++)
		all |= (unsigned char)text.p[i];
	return all & 0x80;
}

/* Each cell by itself: where a separator stands inside a character, its halves would make a whole
 * one again. */
static bool
is_utf8(const struct prb_intake_cells *cells)
{
	if (!has_high_byte(prb_str_span(&cells->bytes)))
		return true;
	for (size_t i = 0; i < cells->count; i++) {
		struct prb_span cell = prb_intake_cell(cells, i);

		if (prb_utf8_check(cell.p, cell.n) != cell.n)
			return false;
	}
	return true;
}

/* A row that is not of the set that was declared: what is above the list may hold its header, so
 * that nothing behind it could be told either. */
static bool
refuse_foreign(struct prb_intake_list *list, uint64_t line)
{
	const char *charset = list->options->charset;
	struct prb_fault fault;

	if (charset)
		prb_fault_set(&fault, PRB_ERR_ENCODING, PRB_NO_OFFSET, NULL,
			"line %llu is not in the declared character set, %s",
			(unsigned long long)line, charset);
	else
		prb_fault_set(&fault, PRB_ERR_ENCODING, PRB_NO_OFFSET, NULL,
			"line %llu is not UTF-8, as the rows before it are: declare the character "
			"set of the list",
			(unsigned long long)line);
	if (list->has_plan)
		return list->events->refused(list->events->context, line, &fault);
	list->fault = fault;
	list->err = fault.err;
	return false;
}

static bool
look_for_header(struct prb_intake_list *list, uint64_t line, const struct prb_intake_cells *cells)
{
	if (line > PRB_INTAKE_HEADER_LINES_MAX)
		return fail_without_header(list);
	struct prb_intake_likeness likeness = prb_intake_likeness_of(list->names, cells);
	if (likeness.has_name && likeness.has_country)
		return make_plan(list, line, cells);
	bool first = list->best_line == 0;
	bool better =
		likeness.has_name > list->best.has_name ||
		(likeness.has_name == list->best.has_name && likeness.known > list->best.known);
	if ((first || better) && !prb_intake_cells_blank_from(cells, 0)) {
		list->best = likeness;
		list->best_line = line;
		remember_seen(list, cells);
	}
	return true;
}

/* A row whose bytes are not UTF-8, in a file that otherwise is. NULL where memory ran out. */
static struct prb_intake_cells *
mend(struct prb_intake_list *list, const struct prb_intake_cells *cells)
{
	struct prb_intake_cells *mended = &list->mended;

	if (!list->decoder)
		list->decoder = prb_intake_decoder_create(PRB_INTAKE_WINDOWS1252);
	if (!list->decoder)
		return NULL;
	prb_str_reset(&mended->bytes);
	for (size_t i = 0; i < cells->count; i++) {
		prb_intake_decoder_feed(
			list->decoder, prb_intake_cell(cells, i), true, &mended->bytes);
		mended->end[i] = (uint32_t)mended->bytes.n;
	}
	mended->count = cells->count;
	mended->seen = cells->seen;
	mended->more = cells->more;
	prb_intake_note(&list->maker.notes, "the row is not UTF-8 and was read as windows-1252");
	return mended->bytes.failed ? NULL : mended;
}

static bool
read_row(struct prb_intake_list *list, uint64_t line, struct prb_intake_cells *cells, bool is_good)
{
	const struct prb_intake_events *events = list->events;
	struct prb_fault fault;

	if (prb_intake_cells_blank_from(cells, 0))
		return true;
	prb_intake_notes_reset(&list->maker.notes);
	if (!is_good)
		cells = mend(list, cells);
	if (!cells)
		return fail(list, PRB_ERR_MEMORY);
	enum prb_err err = prb_intake_row_make(&list->maker, cells, &fault);
	if (err == PRB_ERR_MEMORY)
		return fail(list, err);
	if (err != PRB_OK)
		return events->refused(events->context, line, &fault);
	return events->row(events->context, line, prb_str_span(&list->maker.json),
		prb_intake_notes_list(&list->maker.notes));
}

static bool
on_row(void *context, uint64_t line, struct prb_intake_cells *cells)
{
	struct prb_intake_list *list = context;
	bool may_mend = !list->options->charset && !(list->options->refuse_stray && list->has_plan);
	bool is_good = is_utf8(cells);

	if (!is_good && !may_mend)
		return refuse_foreign(list, line);
	return list->has_plan ? read_row(list, line, cells, is_good)
			      : look_for_header(list, line, cells);
}

static bool
on_refused(void *context, uint64_t line, const struct prb_fault *fault)
{
	struct prb_intake_list *list = context;

	list->stopped = !list->events->refused(list->events->context, line, fault);
	return !list->stopped;
}

struct prb_intake_list *
prb_intake_list_create(const struct prb_intake_options *options,
	const struct prb_intake_events *events, enum prb_intake_charset charset,
	struct prb_span start)
{
	struct prb_intake_list *list = calloc(1, sizeof(*list));
	struct prb_intake_table_events table_events = {on_row, on_refused, list};

	if (!list)
		return NULL;
	list->options = options;
	list->events = events;
	list->charset = charset;
	/* windows-1252 takes at most three bytes for one. */
	prb_str_init(&list->mended.bytes, 3 * (PRB_INTAKE_ROW_BYTES_MAX + 1));
	prb_intake_row_maker_init(&list->maker, &list->plan, options);
	list->arena = prb_arena_create(HEADER_ARENA_BYTES);
	list->names = prb_intake_names_create();
	if (list->arena && list->names)
		list->delimiter = find_delimiter(list->names, start);
	if (list->delimiter != '\0')
		list->table = prb_intake_table_create(list->delimiter, 1, &table_events);
	if (!list->table) {
		prb_intake_list_destroy(list);
		return NULL;
	}
	return list;
}

void
prb_intake_list_destroy(struct prb_intake_list *list)
{
	if (!list)
		return;
	prb_intake_table_destroy(list->table);
	prb_intake_names_destroy(list->names);
	prb_intake_decoder_destroy(list->decoder);
	prb_arena_destroy(list->arena);
	prb_intake_row_maker_finish(&list->maker);
	prb_str_finish(&list->mended.bytes);
	free(list);
}

static enum prb_err
answer(struct prb_intake_list *list, enum prb_err err, struct prb_fault *fault)
{
	if (err != PRB_OK && list->err == PRB_OK)
		fail(list, err);
	if (list->err != PRB_OK && fault)
		*fault = list->fault;
	return list->err;
}

enum prb_err
prb_intake_list_feed(struct prb_intake_list *list, struct prb_span text, struct prb_fault *fault)
{
	return answer(list, prb_intake_table_feed(list->table, text), fault);
}

enum prb_err
prb_intake_list_finish(struct prb_intake_list *list, struct prb_fault *fault)
{
	enum prb_err err = prb_intake_table_finish(list->table);

	if (err == PRB_OK && list->err == PRB_OK && !list->has_plan && !list->stopped)
		fail_without_header(list);
	return answer(list, err, fault);
}
