/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/intake/documents.h"

#include <stdlib.h>
#include <string.h>

#include "clients/intake/cells.h"
#include "scoring/base/jcs.h"
#include "scoring/base/json.h"

/* A tree needs about 64 bytes a value, and a value two bytes of text. */
#define TREE_BYTES_MAX ((size_t)PRB_INTAKE_ROW_BYTES_MAX * 64)
#define SPLICED_BYTES_MAX (PRB_INTAKE_ROW_BYTES_MAX + 4096) /* the options' words are short */

enum state {
	BEFORE,    /* blanks before the value */
	IN_OBJECT, /* the input is one object */
	IN_ARRAY,  /* between '[' or ',' and the next element */
	IN_ELEMENT,
	AFTER,
	LINES,
	IGNORING,
};

/* Follows strings and brackets. */
struct scanner {
	size_t depth;
	bool in_string;
	bool escaped;
};

struct prb_intake_documents {
	const struct prb_intake_options *options;
	const struct prb_intake_events *events;
	enum state state;
	bool may_turn;
	bool is_array;
	bool after_comma;
	bool new_line; /* a line end since the value */
	bool too_long;
	bool stopped;
	struct scanner scanner;
	struct prb_intake_lines lines;
	uint64_t row_line;
	struct prb_str row;
	struct prb_str spliced;
	struct prb_arena *arena; /* made when a text must be looked into */
};

static void
scan(struct scanner *s, char c)
{
	if (s->escaped) {
		s->escaped = false;
	} else if (s->in_string) {
		s->escaped = c == '\\';
		s->in_string = c != '"';
	} else if (c == '"') {
		s->in_string = true;
	} else if (c == '{' || c == '[') {
		s->depth++;
	} else if ((c == '}' || c == ']') && s->depth > 0) {
		s->depth--;
	}
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool
prb_intake_looks_like_lines(struct prb_span start)
{
	struct scanner scanner = {0, false, false};
	struct prb_span text = prb_span_trim(start);
	const char *end = text.n > 0 ? memchr(text.p, '\n', text.n) : NULL;

	if (!end)
		return false;
	struct prb_span line = prb_span_trim((struct prb_span){text.p, (size_t)(end - text.p)});
	struct prb_span rest =
		prb_span_trim((struct prb_span){end, text.n - (size_t)(end - text.p)});
	for (size_t i = 0; i < line.n; i++)
		scan(&scanner, line.p[i]);
	if (scanner.depth == 0 && !scanner.in_string)
		return rest.n > 0;
	/* A line that breaks off where no object may follow is a damaged line, not the beginning of
	 * a long text. */
	return rest.n > 0 && rest.p[0] == '{' && !memchr("[,:", line.p[line.n - 1], 3);
}

struct prb_intake_documents *
prb_intake_documents_create(const struct prb_intake_options *options,
	const struct prb_intake_events *events, bool lines, bool may_turn)
{
	struct prb_intake_documents *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->options = options;
	d->events = events;
	d->state = lines ? LINES : BEFORE;
	d->may_turn = may_turn;
	d->lines.line = 1;
	d->row_line = 1;
	prb_str_init(&d->row, PRB_INTAKE_ROW_BYTES_MAX + 1);
	prb_str_init(&d->spliced, SPLICED_BYTES_MAX);
	return d;
}

void
prb_intake_documents_destroy(struct prb_intake_documents *documents)
{
	if (!documents)
		return;
	prb_str_finish(&documents->row);
	prb_str_finish(&documents->spliced);
	prb_arena_destroy(documents->arena);
	free(documents);
}

bool
prb_intake_documents_are_lines(const struct prb_intake_documents *documents)
{
	return documents->state == LINES;
}

/* The text with the members that the options add in front. */
static struct prb_span
add_members(struct prb_intake_documents *d, struct prb_span text, bool declarant, bool product,
	bool empty)
{
	struct prb_str *out = &d->spliced;

	prb_str_reset(out);
	prb_str_add_char(out, '{');
	if (declarant) {
		prb_str_add_text(out, "\"declarant\":");
		prb_jcs_string(out, prb_span_of(d->options->declarant));
	}
	if (product) {
		prb_str_add_text(
			out, declarant ? ",\"products\":[{\"hs\":" : "\"products\":[{\"hs\":");
		prb_jcs_string(out, prb_span_of(d->options->default_product));
		prb_str_add_text(out, "}]");
	}
	if (!empty)
		prb_str_add_char(out, ',');
	prb_str_add(out, text.p + 1, text.n - 1); /* behind its brace */
	return prb_str_span(out);
}

/* Adds to *text what the options say and it does not. A text that cannot be read stays as it is:
 * whoever reads the declaration then says why. False where memory ran out. */
static bool
splice(struct prb_intake_documents *d, struct prb_span *text)
{
	const struct prb_intake_options *options = d->options;
	const struct prb_json *value;

	if (!options->default_product && !options->declarant)
		return true;
	if (!d->arena)
		d->arena = prb_arena_create(TREE_BYTES_MAX);
	if (!d->arena)
		return false;
	prb_arena_reset(d->arena);
	enum prb_err err = prb_json_parse(d->arena, *text, PRB_INTAKE_ROW_BYTES_MAX, NULL, &value);
	if (err != PRB_OK || prb_json_kind(value) != PRB_JSON_OBJECT)
		return err != PRB_ERR_MEMORY;
	bool declarant = options->declarant && !prb_json_member(value, "declarant");
	bool product = options->default_product && !prb_json_member(value, "products");
	if (declarant || product)
		*text = add_members(d, *text, declarant, product, prb_json_size(value) == 0);
	return !d->spliced.failed;
}

static void
refuse(struct prb_intake_documents *d, uint64_t line, const struct prb_fault *fault)
{
	d->stopped = !d->events->refused(d->events->context, line, fault);
}

/* Hands out what was gathered, and begins anew. */
static void
emit(struct prb_intake_documents *d)
{
	static const char *const no_notes[] = {NULL};
	struct prb_span text = prb_span_trim(prb_str_span(&d->row));
	struct prb_fault fault;

	if (d->too_long) {
		prb_fault_set(&fault, PRB_ERR_TOO_LARGE, PRB_NO_OFFSET, NULL,
			"the declaration is longer than %d bytes", PRB_INTAKE_ROW_BYTES_MAX);
		refuse(d, d->row_line, &fault);
	} else if (text.n > 0 && !splice(d, &text)) {
		prb_fault_set(&fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"memory ran out, or the declaration needs more than its share");
		refuse(d, d->row_line, &fault);
	} else if (text.n > 0) {
		d->stopped = !d->events->row(d->events->context, d->row_line, text, no_notes);
	} else if (d->state != LINES) {
		prb_fault_set(&fault, PRB_ERR_JSON, PRB_NO_OFFSET, NULL,
			"an element of the array is missing");
		refuse(d, d->row_line, &fault);
	}
	prb_str_reset(&d->row);
	d->too_long = false;
	d->scanner = (struct scanner){0, false, false};
}

/* False where memory ran out. */
static bool
gather(struct prb_intake_documents *d, const char *p, size_t n)
{
	if (n > PRB_INTAKE_ROW_BYTES_MAX - d->row.n)
		d->too_long = true;
	if (d->too_long)
		return true;
	prb_str_add(&d->row, p, n);
	return !d->row.failed;
}

static bool
feed_lines(struct prb_intake_documents *d, struct prb_span text)
{
	while (text.n > 0 && !d->stopped) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) + 1 : text.n;

		if (!gather(d, text.p, n))
			return false;
		if (end) {
			emit(d);
			d->row_line++;
		}
		text.p += n;
		text.n -= n;
	}
	return true;
}

static void
refuse_rest(struct prb_intake_documents *d)
{
	struct prb_fault fault;

	prb_fault_set(&fault, PRB_ERR_JSON, PRB_NO_OFFSET, NULL, "%s",
		d->state == BEFORE ? "a JSON input begins with the brace of a declaration or the "
				     "bracket of an array"
				   : "there is more text behind the end of the JSON value; several "
				     "objects go one "
				     "a line (ndjson)");
	refuse(d, d->lines.line, &fault);
	d->state = IGNORING;
}

/* One byte outside of a value. Returns true where it begins one. */
static bool
step_between(struct prb_intake_documents *d, char c)
{
	d->new_line |= c == '\n' || c == '\r';
	if (is_blank(c))
		return false;
	d->row_line = d->lines.line;
	if (d->state == BEFORE && c == '[') {
		d->state = IN_ARRAY;
		d->is_array = true;
	} else if (d->state == BEFORE && c == '{') {
		d->state = IN_OBJECT;
		return true;
	} else if (d->state == IN_ARRAY && c == ']' && !d->after_comma) {
		d->state = AFTER;
	} else if (d->state == IN_ARRAY) {
		d->state = IN_ELEMENT;
		return true;
	} else if (d->may_turn && c == '{' && d->new_line && !d->is_array) {
		d->state = LINES;
		return true;
	} else {
		refuse_rest(d);
	}
	return false;
}

/* One byte of a value. Sets *ends where the value ends, before this byte in an array, behind it
 * otherwise. */
static void
step_inside(struct prb_intake_documents *d, char c, bool *ends)
{
	bool top = d->state == IN_ELEMENT && d->scanner.depth == 0 && !d->scanner.in_string;

	if (top && (c == ',' || c == ']')) {
		*ends = true;
		return;
	}
	scan(&d->scanner, c);
	*ends = d->state == IN_OBJECT && d->scanner.depth == 0 && !d->scanner.in_string;
}

static void
end_value(struct prb_intake_documents *d, char c)
{
	bool in_array = d->state == IN_ELEMENT;

	emit(d);
	d->after_comma = in_array && c == ',';
	d->state = d->after_comma ? IN_ARRAY : AFTER;
	d->new_line = false;
}

static bool
feed_value(struct prb_intake_documents *d, struct prb_span text)
{
	size_t start = 0; /* of the bytes that belong to the value being gathered */

	for (size_t i = 0; i < text.n && !d->stopped && d->state != IGNORING; i++) {
		char c = text.p[i];
		bool inside = d->state == IN_OBJECT || d->state == IN_ELEMENT;
		bool ends = false;

		if (!inside && step_between(d, c)) {
			if (d->state == LINES)
				return feed_lines(d, (struct prb_span){text.p + i, text.n - i});
			inside = true;
			start = i;
		}
		if (inside)
			step_inside(d, c, &ends);
		if (ends) {
			size_t end = d->state == IN_ELEMENT ? i : i + 1;

			if (!gather(d, text.p + start, end - start))
				return false;
			end_value(d, c);
		}
		prb_intake_lines_step(&d->lines, c);
	}
	if (!d->stopped && (d->state == IN_OBJECT || d->state == IN_ELEMENT))
		return gather(d, text.p + start, text.n - start);
	return true;
}

enum prb_err
prb_intake_documents_feed(
	struct prb_intake_documents *documents, struct prb_span text, struct prb_fault *fault)
{
	bool good = documents->state == LINES ? feed_lines(documents, text)
					      : feed_value(documents, text);

	if (!good)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "memory ran out");
	return PRB_OK;
}

enum prb_err
prb_intake_documents_finish(struct prb_intake_documents *documents, struct prb_fault *fault)
{
	struct prb_intake_documents *d = documents;
	struct prb_fault open;

	if (d->stopped)
		return PRB_OK;
	if (d->state == LINES) {
		emit(d);
		return PRB_OK;
	}
	if (d->state == IN_OBJECT || d->state == IN_ELEMENT) {
		prb_fault_set(&open, PRB_ERR_JSON, PRB_NO_OFFSET, NULL,
			"the text ends inside the declaration that begins in line %llu",
			(unsigned long long)d->row_line);
		refuse(d, d->row_line, &open);
	}
	if (d->state == IN_ARRAY || d->state == IN_ELEMENT)
		return prb_fault_set(fault, PRB_ERR_JSON, PRB_NO_OFFSET, NULL,
			"the text ends before its array is closed");
	return PRB_OK;
}
