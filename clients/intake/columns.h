/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_INTAKE_COLUMNS_H
#define PRB_INTAKE_COLUMNS_H

/*
 * From a header row to a plan: which column serves which field. Columns are told by their names
 * alone (columns.def), never by what is in them.
 */

#include <stdint.h>

#include "clients/intake/cells.h"
#include "clients/intake/intake.h"

#define PRB_INTAKE_COLUMNS_MAX PRB_INTAKE_CELLS_MAX
#define PRB_INTAKE_SHARED_MAX 16 /* columns that serve fields of the MANY kind, together */
#define PRB_INTAKE_HEADER_BYTES_MAX                                                                \
	120 /* of a column's name in reports; the longest of the sample lists has 21 */

enum prb_intake_field {
	PRB_INTAKE_FIELD_NONE,
#define PRB_INTAKE_FIELD(name, header, word, many, bytes_max) PRB_INTAKE_FIELD_##name,
#include "clients/intake/fields.def"
#undef PRB_INTAKE_FIELD
	PRB_INTAKE_FIELDS
};

/* The word reported for a field ("supplier.name"; "" for none) and the most bytes of a cell, 0
 * where it is read. */
const char *prb_intake_field_word(enum prb_intake_field field);
size_t prb_intake_field_bytes_max(enum prb_intake_field field);

struct prb_intake_names; /* columns.def, ready for looking up; read-only once made */
struct prb_intake_names *prb_intake_names_create(void);
void prb_intake_names_destroy(struct prb_intake_names *names);

/* What a row would be worth as a header. */
struct prb_intake_likeness {
	bool has_name;
	bool has_country;
	size_t known;
};
struct prb_intake_likeness prb_intake_likeness_of(
	const struct prb_intake_names *names, const struct prb_intake_cells *cells);

struct prb_intake_shared {
	uint16_t column;
	uint8_t field;
};

struct prb_intake_plan {
	size_t columns_count;              /* of the header row, blank ones too */
	int16_t column[PRB_INTAKE_FIELDS]; /* for fields of the ONE kind; -1: none */
	struct prb_intake_shared shared[PRB_INTAKE_SHARED_MAX];
	size_t shared_count;
	bool women_percent; /* the share's header names percent */
	bool migrant_percent;
};

/* Fills the plan from a header row that has a name column. `columns` takes cells->count reports,
 * texts in the arena; false where memory ran out. */
bool prb_intake_plan_make(const struct prb_intake_names *names,
	const struct prb_intake_cells *cells, struct prb_arena *arena, struct prb_intake_plan *plan,
	struct prb_intake_column *columns);

/* A header's name for looking up: compatibility forms and accents removed, lower case, letters and
 * digits alone, '%' as the word "percent". Returns its length; too long a name gives 0. */
size_t prb_intake_name_fold(struct prb_span name, char *out, size_t room);

#endif
