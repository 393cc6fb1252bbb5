/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/intake/row.h"

#include <stdio.h>
#include <string.h>

#include "clients/intake/figures.h"
#include "scoring/base/jcs.h"
#include "scoring/model/declaration.h"

#define QUOTE_BYTES_MAX 80      /* of a cell, in notes */
#define IDENTIFIER_BYTES_MAX 64 /* as the declaration's table has it */
#define HS_CODES_MAX 20
/* A name, fifty aliases, an address, descriptions, all with every byte escaped: far below. */
#define JSON_BYTES_MAX (4 * PRB_INTAKE_ROW_BYTES_MAX)
#define ADDRESS_WORK_BYTES_MAX (PRB_INTAKE_ROW_BYTES_MAX * 2)

/* The length of text without a character that the cut at `n` bytes would split. */
static size_t
cut_at_character(const char *text, size_t n)
{
	while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
		n--;
	return n;
}

void
prb_intake_row_maker_init(struct prb_intake_row_maker *maker, const struct prb_intake_plan *plan,
	const struct prb_intake_options *options)
{
	maker->plan = plan;
	maker->options = options;
	prb_intake_notes_init(&maker->notes);
	prb_str_init(&maker->json, JSON_BYTES_MAX);
	prb_str_init(&maker->address, ADDRESS_WORK_BYTES_MAX);
	prb_str_init(&maker->product, ADDRESS_WORK_BYTES_MAX);
}

void
prb_intake_row_maker_finish(struct prb_intake_row_maker *maker)
{
	prb_intake_notes_finish(&maker->notes);
	prb_str_finish(&maker->json);
	prb_str_finish(&maker->address);
	prb_str_finish(&maker->product);
}

/* A row being made. */
struct making {
	struct prb_intake_row_maker *maker;
	struct prb_intake_cells *cells;
	struct prb_fault *fault;
	enum prb_err err;
	bool lost;
	struct prb_span name, country, city;
	struct prb_span alias[PRB_INTAKE_SHARED_MAX];
	size_t alias_count;
	struct prb_span hs[HS_CODES_MAX];
	size_t hs_count;
	int64_t total, women, migrant; /* PRB_COUNT_UNSAID where not given */
};

static struct prb_intake_notes *
notes_of(struct making *m)
{
	return &m->maker->notes;
}

/* A cell as quoted in a note. */
static int
quoted(struct prb_span cell)
{
	return (int)(cell.n <= QUOTE_BYTES_MAX ? cell.n
					       : cut_at_character(cell.p, QUOTE_BYTES_MAX));
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Lower case of letters and digits alone, for telling whether two names are written alike; other
 * scripts by their bytes. */
static int
next_letter(struct prb_span *text)
{
	while (text->n > 0) {
		unsigned char c = (unsigned char)lower(*text->p++);

		text->n--;
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80)
			return c;
	}
	return -1;
}

static bool
written_alike(struct prb_span a, struct prb_span b)
{
	int x;
	int y;

	do {
		x = next_letter(&a);
		y = next_letter(&b);
	} while (x == y && x >= 0);
	return x == y;
}

static bool
has_letter(struct prb_span text)
{
	return next_letter(&text) >= 0;
}

static bool
same_ignoring_case(struct prb_span text, const char *word)
{
	size_t n = strlen(word);

	if (text.n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (lower(text.p[i]) != word[i])
			return false;
	}
	return true;
}

/* What lists and spreadsheets write where they have nothing to say; a lone sign ("-", "?") as well.
 */
static bool
is_filler(struct prb_span text)
{
	static const char *const fillers[] = {
		"n/a", "#n/a", "#ref!", "#name?", "#value!", "#null!", "#div/0!"};

	/* Asked of every cell: one look at the first byte settles nearly all. */
	bool may_be = text.n > 0 && (text.p[0] == '#' || lower(text.p[0]) == 'n');
	for (size_t i = 0; may_be && i < sizeof(fillers) / sizeof(fillers[0]); i++) {
		if (same_ignoring_case(text, fillers[i]))
			return true;
	}
	return !has_letter(text);
}

/* Lists fill the column of groups for factories that belong to none: "NO GROUP (AP)", "NO SUPPLIER
 * GROUP". */
static bool
is_no_parent(struct prb_span text)
{
	static const char *const words[] = {"na", "none", "nil", "null", "unknown", "not available",
		"not applicable", "tbd", "tbc", "no parent", "no data", "same", "same as above",
		"independent"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (written_alike(text, prb_span_of(words[i])))
			return true;
	}
	return (text.n >= 8 && same_ignoring_case((struct prb_span){text.p, 8}, "no group")) ||
	       (text.n >= 11 && same_ignoring_case((struct prb_span){text.p, 11}, "no supplier"));
}

static bool
contains(struct prb_span text, struct prb_span part)
{
	for (size_t i = 0; i + part.n <= text.n; i++) {
		size_t k = 0;

		while (k < part.n && lower(text.p[i + k]) == lower(part.p[k]))
			k++;
		if (k == part.n)
			return true;
	}
	return false;
}

/* The bytes of a cell, which belong to the row and may be rewritten. */
static char *
own_bytes(struct making *m, struct prb_span cell)
{
	return m->cells->bytes.p + (cell.p - m->cells->bytes.p);
}

static struct prb_span
take(struct making *m, int column)
{
	if (column < 0)
		return PRB_SPAN_NONE;
	struct prb_span cell = prb_intake_cell(m->cells, (size_t)column);
	if (cell.n == 0)
		return PRB_SPAN_NONE;
	return prb_intake_tidy(own_bytes(m, cell), cell.n, &m->lost);
}

/* A cell of text within the field's limit; empty where there is nothing to say, or where the row is
 * refused. */
static struct prb_span
take_text(struct making *m, enum prb_intake_field field, int column)
{
	struct prb_span text = take(m, column);
	size_t max = prb_intake_field_bytes_max(field);

	if (is_filler(text))
		return PRB_SPAN_NONE;
	if (text.n > max) {
		if (m->err == PRB_OK)
			m->err = prb_fault_set(m->fault, PRB_ERR_RANGE, PRB_NO_OFFSET, NULL,
				"column %d (%s) holds %zu bytes, the limit is %zu", column + 1,
				prb_intake_field_word(field), text.n, max);
		return PRB_SPAN_NONE;
	}
	return text;
}

static struct prb_span
take_one(struct making *m, enum prb_intake_field field)
{
	return take_text(m, field, m->maker->plan->column[field]);
}

static void
check_shape(struct making *m)
{
	const struct prb_intake_plan *plan = m->maker->plan;
	size_t seen = m->cells->seen;
	size_t expected = plan->columns_count;

	if (seen == expected)
		return;
	bool required_are_there = (size_t)plan->column[PRB_INTAKE_FIELD_NAME] < seen &&
				  (size_t)plan->column[PRB_INTAKE_FIELD_COUNTRY] < seen;
	if (seen < expected && required_are_there)
		prb_intake_note(notes_of(m),
			"the row has %zu cells, the header has %zu: the others are taken as blank",
			seen, expected);
	else if (seen > expected && prb_intake_cells_blank_from(m->cells, expected))
		prb_intake_note(notes_of(m),
			"the row has %zu cells, the header has %zu: the others are blank", seen,
			expected);
	else
		m->err = prb_fault_set(m->fault, PRB_ERR_TABLE, PRB_NO_OFFSET, NULL,
			"the row has %zu cell%s, the header has %zu: name and country must be "
			"there, "
			"and a comma inside a cell needs quotes around it",
			seen, seen == 1 ? "" : "s", expected);
}

static struct prb_span
take_required(struct making *m, enum prb_intake_field field, const char *pointer, const char *what)
{
	struct prb_span text = take_one(m, field);

	if (text.n == 0 && m->err == PRB_OK)
		m->err = prb_fault_set(m->fault, PRB_ERR_MEMBER_MISSING, PRB_NO_OFFSET, pointer,
			"column %d holds no %s", m->maker->plan->column[field] + 1, what);
	return text;
}

static void
add_part(struct prb_str *out, struct prb_span part, const char *between, size_t max)
{
	if (part.n == 0 || out->n > max || contains(prb_str_span(out), part))
		return;
	if (out->n > 0)
		prb_str_add_text(out, between);
	prb_str_add_span(out, part);
}

static void
cut(struct making *m, struct prb_str *text, size_t max, const char *word)
{
	if (text->n <= max)
		return;
	prb_intake_note(notes_of(m), "%s: cut from %zu to %zu bytes", word, text->n, max);
	text->n = cut_at_character(text->p, max);
	while (text->n > 0 && strchr(" ,;", text->p[text->n - 1]))
		text->n--;
	text->p[text->n] = '\0';
}

/* Some lists write 0 where a postal code is not known. */
static bool
only_zeros(struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '0')
			return false;
	}
	return true;
}

static void
add_alias(struct making *m, struct prb_span text, bool is_parent)
{
	if (text.n == 0 || written_alike(text, m->name) || (is_parent && is_no_parent(text)))
		return;
	for (size_t i = 0; i < m->alias_count; i++) {
		if (written_alike(text, m->alias[i]))
			return;
	}
	m->alias[m->alias_count++] = text;
	if (is_parent)
		prb_intake_note(notes_of(m), "parent '%.*s' is screened as a further name",
			quoted(text), text.p);
}

/* State and postal code behind the address, product words and further names from all their columns.
 */
static void
gather_shared(struct making *m)
{
	const struct prb_intake_plan *plan = m->maker->plan;
	struct prb_str *address = &m->maker->address;

	prb_str_reset(address);
	prb_str_reset(&m->maker->product);
	prb_str_add_span(address, take_one(m, PRB_INTAKE_FIELD_ADDRESS));
	for (size_t i = 0; i < plan->shared_count; i++) {
		enum prb_intake_field field = (enum prb_intake_field)plan->shared[i].field;

		if (field == PRB_INTAKE_FIELD_OTHER_ID)
			continue;
		struct prb_span text = take_text(m, field, plan->shared[i].column);
		if (field == PRB_INTAKE_FIELD_ADDRESS_PART && !only_zeros(text))
			add_part(address, text, ", ", PRB_ADDRESS_BYTES_MAX);
		else if (field == PRB_INTAKE_FIELD_PRODUCT)
			add_part(&m->maker->product, text, "; ", PRB_FREE_TEXT_BYTES_MAX);
		else if (field == PRB_INTAKE_FIELD_PARENT || field == PRB_INTAKE_FIELD_ALIAS)
			add_alias(m, text, field == PRB_INTAKE_FIELD_PARENT);
	}
	cut(m, address, PRB_ADDRESS_BYTES_MAX, "address");
	cut(m, &m->maker->product, PRB_FREE_TEXT_BYTES_MAX, "product");
}

/* Keeps the digits of a text in its place; false where it holds more than digits and the signs
 * between them. */
static bool
keep_digits(struct making *m, struct prb_span *text, const char *signs)
{
	char *start = own_bytes(m, *text);
	size_t n = 0;

	for (size_t i = 0; i < text->n; i++) {
		char c = text->p[i];

		if (c >= '0' && c <= '9')
			start[n++] = c;
		else if (!strchr(signs, c))
			return false;
	}
	text->n = n;
	return true;
}

/* "6109.10; 6110": one product for each code. */
static void
gather_hs(struct making *m)
{
	struct prb_span rest = take(m, m->maker->plan->column[PRB_INTAKE_FIELD_HS]);

	if (is_filler(rest))
		return;
	while (rest.n > 0) {
		size_t n = 0;

		while (n < rest.n && !memchr(";,/|", rest.p[n], 4))
			n++;
		struct prb_span code = prb_span_trim((struct prb_span){rest.p, n});
		rest.p += n < rest.n ? n + 1 : n;
		rest.n -= n < rest.n ? n + 1 : n;
		if (code.n == 0)
			continue;
		char said[QUOTE_BYTES_MAX + 1];
		snprintf(said, sizeof(said), "%.*s", quoted(code), code.p);
		code = prb_hs_bare(code);
		if (!keep_digits(m, &code, ". -") || code.n < 2 || code.n > 10 ||
			m->hs_count == HS_CODES_MAX) {
			prb_intake_note(notes_of(m),
				"hs: '%s' left out, not 2 to 10 digits or one too many", said);
			continue;
		}
		if (code.n % 2 == 1)
			prb_intake_note(notes_of(m),
				"hs: '%s' has an odd number of digits; a leading zero may be "
				"missing",
				said);
		m->hs[m->hs_count++] = code;
	}
}

static void
take_total(struct making *m)
{
	struct prb_span cell = take(m, m->maker->plan->column[PRB_INTAKE_FIELD_TOTAL]);
	int64_t total = 0;

	if (is_filler(cell))
		return;
	enum prb_intake_reading reading = prb_intake_read_count(cell, PRB_WORKERS_MAX, &total);
	if (reading == PRB_INTAKE_UNREADABLE)
		prb_intake_note(notes_of(m), "workers: '%.*s' left out, not readable as a count",
			quoted(cell), cell.p);
	else if (total == 0) /* lists write 0 for "not counted"; somebody works at every site */
		prb_intake_note(notes_of(m), "workers: '%.*s' left out, taken for not counted",
			quoted(cell), cell.p);
	else
		m->total = total;
	if (m->total >= 0 && reading != PRB_INTAKE_EXACT)
		prb_intake_note(notes_of(m), "workers: '%.*s' taken as %lld", quoted(cell), cell.p,
			(long long)total);
}

/* The part of the total that a share says, rounded half up; unsaid where there is no total to take
 * it of. */
static int64_t
share_of_total(struct making *m, struct prb_span cell, bool header_percent, const char *what)
{
	prb_ppm share = 0;
	enum prb_intake_share kind = prb_intake_read_share(cell, header_percent, &share);
	bool says_percent = memchr(cell.p, '%', cell.n);

	if (kind == PRB_INTAKE_SHARE_UNREADABLE) {
		prb_intake_note(notes_of(m), "%s: '%.*s' left out, not readable as a share", what,
			quoted(cell), cell.p);
		return PRB_COUNT_UNSAID;
	}
	if (m->total < 0) {
		if (share > 0)
			prb_intake_note(notes_of(m),
				"%s: '%.*s' left out, there is no total to take it of", what,
				quoted(cell), cell.p);
		return PRB_COUNT_UNSAID;
	}
	if (kind == PRB_INTAKE_SHARE_OF_ONE && share > 0)
		prb_intake_note(notes_of(m), "%s: '%.*s' taken as a share of 1", what, quoted(cell),
			cell.p);
	else if (!says_percent && share > 0 && share <= PRB_PPM_ONE / 100)
		prb_intake_note(
			notes_of(m), "%s: '%.*s' taken as percent", what, quoted(cell), cell.p);
	else if (share == PRB_PPM_ONE / 100) /* spreadsheets turn a share of 1 into "1.0%" */
		prb_intake_note(notes_of(m), "%s: '%.*s' taken as 1 percent, may mean all", what,
			quoted(cell), cell.p);
	return prb_mul_div(m->total, share, PRB_PPM_ONE);
}

static int64_t
take_part(struct making *m, enum prb_intake_field count, enum prb_intake_field share,
	bool header_percent, const char *what)
{
	const int16_t *column = m->maker->plan->column;
	bool is_count = column[count] >= 0;
	struct prb_span cell = take(m, is_count ? column[count] : column[share]);
	int64_t value = PRB_COUNT_UNSAID;

	if (is_filler(cell))
		return PRB_COUNT_UNSAID;
	if (!is_count || memchr(cell.p, '%', cell.n))
		return share_of_total(m, cell, header_percent, what);
	enum prb_intake_reading reading = prb_intake_read_count(cell, PRB_WORKERS_MAX, &value);
	if (reading == PRB_INTAKE_UNREADABLE) {
		prb_intake_note(notes_of(m), "%s: '%.*s' left out, not readable as a count", what,
			quoted(cell), cell.p);
	} else if (m->total >= 0 && value > m->total) {
		prb_intake_note(notes_of(m), "%s: '%.*s' left out, more than the total of %lld",
			what, quoted(cell), cell.p, (long long)m->total);
		value = PRB_COUNT_UNSAID;
	} else if (reading != PRB_INTAKE_EXACT) {
		prb_intake_note(notes_of(m), "%s: '%.*s' taken as %lld", what, quoted(cell), cell.p,
			(long long)value);
	}
	return value;
}

static void
gather_workforce(struct making *m)
{
	m->total = PRB_COUNT_UNSAID;
	take_total(m);
	m->women = take_part(m, PRB_INTAKE_FIELD_WOMEN, PRB_INTAKE_FIELD_WOMEN_SHARE,
		m->maker->plan->women_percent, "women");
	m->migrant = take_part(m, PRB_INTAKE_FIELD_MIGRANT, PRB_INTAKE_FIELD_MIGRANT_SHARE,
		m->maker->plan->migrant_percent, "migrant workers");
}

static const struct {
	enum prb_intake_field field;
	const char *scheme;
	size_t digits; /* exactly so many, the signs taken away; 0: a text as it is */
} identifiers[] = {
	{PRB_INTAKE_FIELD_LEI, "lei", 0},
	{PRB_INTAKE_FIELD_OS_ID, "os_id", 0},
	{PRB_INTAKE_FIELD_GLN, "gln", 13}, /* GS1 General Specifications, section 2.4 */
	{PRB_INTAKE_FIELD_DUNS, "duns", 9},
	{PRB_INTAKE_FIELD_VAT, "vat", 0},
	{PRB_INTAKE_FIELD_CNPJ, "cnpj", 14},
};

/* ISO 17442: 18 letters or digits and two check digits. */
static bool
is_lei(struct prb_span text)
{
	if (text.n != 20)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		bool digit = text.p[i] >= '0' && text.p[i] <= '9';
		bool letter = lower(text.p[i]) >= 'a' && lower(text.p[i]) <= 'z';

		if (!digit && (!letter || i >= 18))
			return false;
	}
	return true;
}

static void
upper_case(struct making *m, struct prb_span text)
{
	char *p = own_bytes(m, text);

	for (size_t i = 0; i < text.n; i++) {
		if (p[i] >= 'a' && p[i] <= 'z')
			p[i] = (char)(p[i] - 'a' + 'A');
	}
}

/* The identifier in its column, without its signs; empty where there is none or it is not in the
 * scheme's form. */
static struct prb_span
take_identifier(struct making *m, int column, const char *scheme, size_t digits, bool lei)
{
	struct prb_span text = take(m, column);
	char said[QUOTE_BYTES_MAX + 1];

	if (is_filler(text))
		return PRB_SPAN_NONE;
	snprintf(said, sizeof(said), "%.*s", quoted(text), text.p);
	bool good = digits > 0 ? keep_digits(m, &text, " -./") && text.n == digits
			       : text.n <= IDENTIFIER_BYTES_MAX && (!lei || is_lei(text));
	if (!good) {
		prb_intake_note(notes_of(m),
			"%s: '%s' left out, not in the form of such an identifier", scheme, said);
		return PRB_SPAN_NONE;
	}
	if (lei)
		upper_case(m, text);
	return text;
}

static void
write_identifier(struct prb_writer *w, bool *opened, const char *scheme, struct prb_span value)
{
	if (value.n == 0)
		return;
	if (!*opened) {
		prb_writer_key(w, "identifiers");
		prb_writer_array(w);
		*opened = true;
	}
	prb_writer_object(w);
	prb_writer_member_text(w, "scheme", scheme);
	prb_writer_member_string(w, "value", value);
	prb_writer_end(w);
}

static void
write_identifiers(struct making *m, struct prb_writer *w)
{
	const struct prb_intake_plan *plan = m->maker->plan;
	bool opened = false;

	for (size_t i = 0; i < sizeof(identifiers) / sizeof(identifiers[0]); i++) {
		int column = plan->column[identifiers[i].field];
		const char *scheme = identifiers[i].scheme;

		if (column >= 0)
			write_identifier(w, &opened, scheme,
				take_identifier(m, column, scheme, identifiers[i].digits,
					identifiers[i].field == PRB_INTAKE_FIELD_LEI));
	}
	for (size_t i = 0; i < plan->shared_count; i++) {
		if (plan->shared[i].field == PRB_INTAKE_FIELD_OTHER_ID)
			write_identifier(w, &opened, "other",
				take_identifier(m, plan->shared[i].column, "identifier", 0, false));
	}
	if (opened)
		prb_writer_end(w);
}

static void
write_member(struct prb_writer *w, const char *name, struct prb_span text)
{
	if (text.n > 0)
		prb_writer_member_string(w, name, text);
}

static void
write_supplier(struct making *m, struct prb_writer *w)
{
	prb_writer_key(w, "supplier");
	prb_writer_object(w);
	write_member(w, "address", prb_str_span(&m->maker->address));
	if (m->alias_count > 0) {
		prb_writer_key(w, "aliases");
		prb_writer_array(w);
		for (size_t i = 0; i < m->alias_count; i++)
			prb_writer_string(w, m->alias[i]);
		prb_writer_end(w);
	}
	write_member(w, "city", m->city);
	write_member(w, "country", m->country);
	write_identifiers(m, w);
	write_member(w, "name", m->name);
	prb_writer_end(w);
}

/* The words and the origin stand with the first product; further codes are products of the same
 * origin. */
static void
write_products(struct making *m, struct prb_writer *w)
{
	struct prb_span words = prb_str_span(&m->maker->product);
	struct prb_span origin = take_one(m, PRB_INTAKE_FIELD_ORIGIN);
	size_t count = m->hs_count;

	if (count == 0 && words.n == 0 && m->maker->options->default_product)
		m->hs[m->hs_count++] = prb_span_of(m->maker->options->default_product);
	count = m->hs_count > 0 ? m->hs_count : words.n > 0 || origin.n > 0;
	if (count == 0)
		return;
	prb_writer_key(w, "products");
	prb_writer_array(w);
	for (size_t i = 0; i < count; i++) {
		prb_writer_object(w);
		write_member(w, "description", i == 0 ? words : PRB_SPAN_NONE);
		write_member(w, "hs", i < m->hs_count ? m->hs[i] : PRB_SPAN_NONE);
		write_member(w, "origin", origin);
		prb_writer_end(w);
	}
	prb_writer_end(w);
}

static void
write_workforce(struct making *m, struct prb_writer *w)
{
	if (m->total < 0 && m->women < 0 && m->migrant < 0)
		return;
	prb_writer_key(w, "workforce");
	prb_writer_object(w);
	if (m->migrant >= 0)
		prb_writer_member_int(w, "migrant", m->migrant);
	if (m->total >= 0)
		prb_writer_member_int(w, "total", m->total);
	if (m->women >= 0)
		prb_writer_member_int(w, "women", m->women);
	prb_writer_end(w);
}

enum prb_err
prb_intake_row_make(
	struct prb_intake_row_maker *maker, struct prb_intake_cells *cells, struct prb_fault *fault)
{
	struct making m = {.maker = maker, .cells = cells, .fault = fault, .err = PRB_OK};
	struct prb_writer w;

	check_shape(&m);
	if (m.err != PRB_OK)
		return m.err;
	m.name = take_required(&m, PRB_INTAKE_FIELD_NAME, "/supplier/name", "name");
	m.country = take_required(&m, PRB_INTAKE_FIELD_COUNTRY, "/supplier/country", "country");
	m.city = take_one(&m, PRB_INTAKE_FIELD_CITY);
	gather_shared(&m);
	gather_hs(&m);
	gather_workforce(&m);
	prb_str_reset(&maker->json);
	prb_writer_init(&w, &maker->json);
	prb_writer_object(&w);
	if (maker->options->declarant)
		prb_writer_member_text(&w, "declarant", maker->options->declarant);
	write_products(&m, &w);
	write_supplier(&m, &w);
	write_workforce(&m, &w);
	prb_writer_end(&w);
	if (m.lost)
		prb_intake_note(&maker->notes,
			"the row holds U+FFFD, the mark of a letter that could not be read");
	if (maker->json.failed || maker->address.failed || maker->product.failed ||
		maker->notes.text.failed)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "memory ran out");
	return m.err;
}
