/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/intake/columns.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include "scoring/model/declaration.h"

#define NAME_BYTES_MAX 96 /* folded; a longer header matches no row of columns.def */
#define NAME_UNITS_MAX 256

enum speaks_of { ANY, UNIT, SUPPLIER };
enum many { ONE, MANY };

static const struct {
	const char *header, *word;
	enum many many;
	size_t bytes_max;
} fields[] = {
	[PRB_INTAKE_FIELD_NONE] = {NULL, "", MANY, 0},
#define PRB_INTAKE_FIELD(name, header_, word_, many_, bytes_max_)                                  \
	[PRB_INTAKE_FIELD_##name] = {header_, word_, many_, bytes_max_},
#include "clients/intake/fields.def"
#undef PRB_INTAKE_FIELD
};

struct known_name {
	uint8_t field;
	uint8_t priority;
	uint8_t speaks_of;
	const char *text;
};

/* Above all of columns.def: who writes such a header has chosen, and speaks of who is screened. */
#define OWN_PRIORITY 100

static const struct known_name known_names[] = {
#define PRB_INTAKE_FIELD(name, header, word, many, bytes_max)                                      \
	{PRB_INTAKE_FIELD_##name, OWN_PRIORITY, UNIT, header},
#include "clients/intake/fields.def"
#undef PRB_INTAKE_FIELD
#define PRB_INTAKE_COLUMN(field_, priority_, speaks_of_, text_)                                    \
	{PRB_INTAKE_FIELD_##field_, priority_, speaks_of_, text_},
#include "clients/intake/columns.def"
#undef PRB_INTAKE_COLUMN
};
#define KNOWN_NAMES (sizeof(known_names) / sizeof(known_names[0]))

struct prb_intake_names {
	struct folded_name {
		char text[NAME_BYTES_MAX];
		const struct known_name *known;
	} items[KNOWN_NAMES];
};

const char *
prb_intake_field_word(enum prb_intake_field field)
{
	return fields[field].word;
}

const char *
prb_intake_header(size_t i)
{
	return i < PRB_INTAKE_FIELDS - 1 ? fields[i + 1].header : NULL;
}

size_t
prb_intake_field_bytes_max(enum prb_intake_field field)
{
	return fields[field].bytes_max;
}

/* Appends the folded character; false where there is no room. */
static bool
fold_character(UChar32 c, char *out, size_t room, size_t *n)
{
	char bytes[8] = "percent";
	size_t length = 7;

	if (c != '%' && c != 0x066A) {
		if (!u_isalnum(c) ||
			c == 0x0640) /* the Arabic lengthening stroke carries no meaning */
			return true;
		length = prb_utf8_encode((uint32_t)u_foldCase(c, U_FOLD_CASE_DEFAULT), bytes);
	}
	if (*n + length >= room)
		return false;
	memcpy(out + *n, bytes, length);
	*n += length;
	return true;
}

size_t
prb_intake_name_fold(struct prb_span name, char *out, size_t room)
{
	UChar units[NAME_UNITS_MAX];
	UChar apart[NAME_UNITS_MAX];
	int32_t length;
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *nfkd = unorm2_getNFKDInstance(&status);
	size_t n = 0;

	out[0] = '\0';
	if (name.n == 0 || name.n > NAME_UNITS_MAX)
		return 0;
	u_strFromUTF8WithSub(
		units, NAME_UNITS_MAX, &length, name.p, (int32_t)name.n, 0xFFFD, NULL, &status);
	int32_t count = unorm2_normalize(nfkd, units, length, apart, NAME_UNITS_MAX, &status);
	if (U_FAILURE(status))
		return 0;
	for (int32_t i = 0; i < count;) {
		UChar32 c;

		U16_NEXT(apart, i, count, c);
		if (U_IS_SURROGATE(c) || !fold_character(c, out, room, &n)) {
			out[0] = '\0';
			return 0;
		}
	}
	out[n] = '\0';
	return n;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(((const struct folded_name *)a)->text, ((const struct folded_name *)b)->text);
}

struct prb_intake_names *
prb_intake_names_create(void)
{
	struct prb_intake_names *names = malloc(sizeof(*names));

	if (!names)
		return NULL;
	for (size_t i = 0; i < KNOWN_NAMES; i++) {
		names->items[i].known = &known_names[i];
		if (prb_intake_name_fold(prb_span_of(known_names[i].text), names->items[i].text,
			    NAME_BYTES_MAX) == 0) {
			free(names); /* ICU without its data */
			return NULL;
		}
	}
	qsort(names->items, KNOWN_NAMES, sizeof(names->items[0]), compare_names);
	return names;
}

void
prb_intake_names_destroy(struct prb_intake_names *names)
{
	free(names);
}

static const struct known_name *
find_name(const struct prb_intake_names *names, struct prb_span header)
{
	struct folded_name key;

	if (prb_intake_name_fold(header, key.text, NAME_BYTES_MAX) == 0)
		return NULL;
	const struct folded_name *found =
		bsearch(&key, names->items, KNOWN_NAMES, sizeof(names->items[0]), compare_names);
	return found ? found->known : NULL;
}

struct prb_intake_likeness
prb_intake_likeness_of(const struct prb_intake_names *names, const struct prb_intake_cells *cells)
{
	struct prb_intake_likeness likeness = {false, false, 0};

	for (size_t i = 0; i < cells->count; i++) {
		const struct known_name *known = find_name(names, prb_intake_cell(cells, i));

		if (!known)
			continue;
		likeness.known++;
		likeness.has_name |= known->field == PRB_INTAKE_FIELD_NAME;
		likeness.has_country |= known->field == PRB_INTAKE_FIELD_COUNTRY;
	}
	return likeness;
}

/* What the making of a plan passes along. */
struct planning {
	const struct known_name *known[PRB_INTAKE_COLUMNS_MAX];
	uint8_t field[PRB_INTAKE_COLUMNS_MAX];
	struct prb_intake_plan *plan;
	struct prb_intake_column *columns;
	struct prb_arena *arena;
	bool failed;
};

static const char *
keep(struct planning *p, struct prb_span text)
{
	struct prb_span copy = prb_arena_copy(p->arena, text);

	if (!copy.p)
		p->failed = true;
	return copy.p ? copy.p : "";
}

/* The header as it is reported: one line, cut at a character's edge, bytes that are no text as '?'.
 */
static const char *
report_name(struct planning *p, struct prb_span header)
{
	char text[PRB_INTAKE_HEADER_BYTES_MAX];
	size_t n = 0;
	uint32_t c;

	header = prb_span_trim(header);
	for (size_t i = 0; i < header.n;) {
		size_t length = prb_utf8_decode(header.p + i, header.n - i, &c);
		bool is_text = length > 0 && c >= 0x20 && c != 0x7F;

		if (length == 0)
			length = 1;
		if (n + length > sizeof(text))
			break;
		if (is_text)
			memcpy(text + n, header.p + i, length);
		else
			text[n] = c == '\n' || c == '\r' || c == '\t' ? ' ' : '?';
		n += is_text ? length : 1;
		i += length;
	}
	return keep(p, (struct prb_span){text, n});
}

/* "ambiguous: 'Factory' is taken": what a reader needs to see why a column serves or does not. */
static void
note(struct planning *p, size_t column, const char *before, const char *header, const char *after)
{
	char text[PRB_INTAKE_HEADER_BYTES_MAX + 100];
	int n = snprintf(text, sizeof(text), "%s%s%s", before, header, after);

	assert(n > 0 && (size_t)n < sizeof(text));
	p->columns[column].note = keep(p, (struct prb_span){text, (size_t)n});
}

/* The column of highest priority for a field of the ONE kind, the first among equals; -1 for none.
 */
static int
best_column(const struct planning *p, enum prb_intake_field field)
{
	int best = -1;

	for (size_t i = 0; i < p->plan->columns_count; i++) {
		if (p->field[i] == field &&
			(best < 0 || p->known[i]->priority > p->known[best]->priority))
			best = (int)i;
	}
	return best;
}

static bool
speaks_of_supplier(const struct planning *p, size_t column)
{
	return p->known[column] && p->known[column]->speaks_of == SUPPLIER;
}

/* Where the name is that of a factory, columns of the supplier speak of somebody else: its name is
 * the parent's, its address is nobody's that is screened. Its country stands in where there is no
 * other. */
static void
part_from_parent(struct planning *p)
{
	int name = best_column(p, PRB_INTAKE_FIELD_NAME);

	assert(name >= 0);
	if (speaks_of_supplier(p, (size_t)name))
		return;
	for (size_t i = 0; i < p->plan->columns_count; i++) {
		if (!speaks_of_supplier(p, i))
			continue;
		if (p->field[i] == PRB_INTAKE_FIELD_NAME) {
			p->field[i] = PRB_INTAKE_FIELD_PARENT;
			note(p, i, "taken for the parent of '", p->columns[name].header, "'");
		} else if (p->field[i] == PRB_INTAKE_FIELD_COUNTRY) {
			if (best_column(p, PRB_INTAKE_FIELD_COUNTRY) == (int)i)
				note(p, i, "speaks of the parent of '", p->columns[name].header,
					"', taken for want of another");
		} else {
			p->field[i] = PRB_INTAKE_FIELD_UNUSED;
			note(p, i, "speaks of the parent of '", p->columns[name].header,
				"', not used");
		}
	}
}

static bool
is_own(const struct planning *p, int column)
{
	return column >= 0 && p->known[column]->priority == OWN_PRIORITY;
}

/* A count of women says more than their share; the share is then not used, unless it is the one
 * that was chosen. */
static void
prefer_counts(struct planning *p, enum prb_intake_field count, enum prb_intake_field share)
{
	int better = best_column(p, count), other = best_column(p, share);
	bool chosen = is_own(p, other) && !is_own(p, better);

	if (better < 0 || other < 0)
		return;
	for (size_t i = 0; i < p->plan->columns_count; i++) {
		if (p->field[i] != (chosen ? count : share))
			continue;
		p->field[i] = PRB_INTAKE_FIELD_UNUSED;
		note(p, i, "not used: '", p->columns[chosen ? other : better].header,
			chosen ? "' gives the share" : "' gives the count");
	}
}

static void
choose_one(struct planning *p, enum prb_intake_field field)
{
	int best = best_column(p, field);

	p->plan->column[field] = (int16_t)best;
	for (size_t i = 0; best >= 0 && i < p->plan->columns_count; i++) {
		if (p->field[i] != field || i == (size_t)best)
			continue;
		p->field[i] = PRB_INTAKE_FIELD_UNUSED;
		note(p, i, "ambiguous: '", p->columns[best].header, "' is taken");
		note(p, (size_t)best, "ambiguous: also '", p->columns[i].header, "'");
	}
}

static void
choose_shared(struct planning *p)
{
	struct prb_intake_plan *plan = p->plan;

	for (size_t i = 0; i < plan->columns_count; i++) {
		uint8_t field = p->field[i];

		if (field == PRB_INTAKE_FIELD_NONE || field == PRB_INTAKE_FIELD_UNUSED ||
			fields[field].many == ONE)
			continue;
		if (plan->shared_count < PRB_INTAKE_SHARED_MAX) {
			plan->shared[plan->shared_count++] =
				(struct prb_intake_shared){(uint16_t)i, field};
			continue;
		}
		p->field[i] = PRB_INTAKE_FIELD_UNUSED;
		note(p, i, "not used: more columns of this kind than are read", "", "");
	}
}

static bool
names_percent(const struct planning *p, enum prb_intake_field field)
{
	int column = p->plan->column[field];

	return column >= 0 && strchr(p->known[column]->text, '%');
}

static void
report(struct planning *p)
{
	for (size_t i = 0; i < p->plan->columns_count; i++) {
		p->columns[i].field = fields[p->field[i]].word;
		if (p->field[i] != PRB_INTAKE_FIELD_UNUSED)
			p->columns[i].taken = fields[p->field[i]].header;
		if (p->columns[i].note[0] != '\0' || p->field[i] != PRB_INTAKE_FIELD_UNUSED)
			continue;
		p->columns[i].note = "known, not used";
	}
}

bool
prb_intake_plan_make(const struct prb_intake_names *names, const struct prb_intake_cells *cells,
	struct prb_arena *arena, struct prb_intake_plan *plan, struct prb_intake_column *columns)
{
	struct planning *p = calloc(1, sizeof(*p));

	if (!p)
		return false;
	p->plan = plan;
	p->columns = columns;
	p->arena = arena;
	*plan = (struct prb_intake_plan){.columns_count = cells->count};
	for (size_t i = 0; i < cells->count; i++) {
		p->known[i] = find_name(names, prb_intake_cell(cells, i));
		p->field[i] = p->known[i] ? p->known[i]->field : PRB_INTAKE_FIELD_NONE;
		columns[i].header = report_name(p, prb_intake_cell(cells, i));
		columns[i].note =
			p->known[i] || columns[i].header[0] == '\0' ? "" : "not known, not used";
	}
	part_from_parent(p);
	prefer_counts(p, PRB_INTAKE_FIELD_WOMEN, PRB_INTAKE_FIELD_WOMEN_SHARE);
	prefer_counts(p, PRB_INTAKE_FIELD_MIGRANT, PRB_INTAKE_FIELD_MIGRANT_SHARE);
	for (int field = PRB_INTAKE_FIELD_NONE + 1; field < PRB_INTAKE_FIELD_UNUSED; field++) {
		plan->column[field] = -1;
		if (fields[field].many == ONE)
			choose_one(p, (enum prb_intake_field)field);
	}
	choose_shared(p);
	plan->women_percent = names_percent(p, PRB_INTAKE_FIELD_WOMEN_SHARE);
	plan->migrant_percent = names_percent(p, PRB_INTAKE_FIELD_MIGRANT_SHARE);
	report(p);
	bool made = !p->failed;
	free(p);
	return made;
}
