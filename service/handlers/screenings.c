/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/intake/intake.h"
#include "scoring/base/jcs.h"
#include "scoring/rules/report.h"
#include "service/handlers/answers.h"
#include "service/handlers/chain.h"
#include "service/handlers/handler.h"
#include "service/handlers/own.h"
#include "service/handlers/report_forms.h"
#include "service/handlers/scored.h"

/*
 * POST /v1/screenings: scores and stores nothing. One declaration in JSON gets one report, in the
 * form that Accept prefers; NDJSON and CSV get one line for each row, in order, as fast as they are
 * read: memory does not grow with the body.
 */

#define ROW_ARENA_BYTES_MAX ((size_t)64 * 1024 * 1024)

/* What one turn scores: a few milliseconds, then the other connections have theirs. A row that may
 * refer to declarations, each of which is scored with it, counts for many. */
#define ROWS_A_TURN 32
/* One piece of a list becomes at most some hundred rows; the first, which is looked at whole, some
 * thousand. */
#define WAITING_BYTES_MAX ((size_t)64 * 1024 * 1024)
/* Of as many columns as are kept of a row, each with header and note. */
#define COLUMNS_BYTES_MAX ((size_t)2 * 1024 * 1024)

/* What waits for its turn: a row, one that is refused, or the line about the columns, which is
 * written already. Its text, or the row's fault, follows. */
enum kind { ROW, REFUSED, COLUMNS };
struct waiting {
	uint64_t line;
	size_t bytes;
	enum kind kind;
};

struct screening {
	struct prb_intake *intake; /* NULL for one declaration in JSON */
	struct prb_str waiting;
	size_t at;   /* the next row in it */
	bool ended;  /* no piece comes any more */
	bool broken; /* nor would one help: `fault` is of the whole file */
	struct prb_fault fault;
	struct prb_intake_options options;
	struct prb_intake_events events;
	struct prb_arena *rows; /* of one row at a time */
	bool with_columns, with_declarations;
	struct prb_reply problem;
	struct prb_str text;       /* the one declaration */
	enum prb_report_form form; /* of its report */
};

/* {"error":{..},"line":N}: the problem is the same object that a refused request gets. */
static void
write_row_problem(
	struct prb_exchange *x, uint64_t line, enum prb_err err, const struct prb_faults *faults)
{
	struct screening *s = x->stream.state;
	struct prb_writer w;

	prb_reply_problem(&s->problem, err, NULL, faults);
	/* Without memory even for that: the line is left, and the answer is cut behind it. */
	if (s->problem.body.failed) {
		x->reply.body.failed = true;
		return;
	}
	prb_writer_init(&w, &x->reply.body);
	prb_writer_object(&w);
	prb_writer_key(&w, "error");
	prb_writer_raw(&w, prb_str_span(&s->problem.body));
	if (line != 0)
		prb_writer_member_int(&w, "line", (int64_t)line);
	prb_writer_end(&w);
	prb_str_add_char(&x->reply.body, '\n');
}

static void
write_fault(struct prb_exchange *x, uint64_t line, const struct prb_fault *fault)
{
	x->faults.count = 1;
	x->faults.dropped = 0;
	x->faults.items[0] = *fault;
	write_row_problem(x, line, fault->err, &x->faults);
}

/* The text of a declaration is one line: a line end in it stands between tokens, where a blank is
 * as good. */
static void
add_declaration(struct prb_str *out, struct prb_span json)
{
	char *at = prb_str_extend(out, json.n);

	for (size_t i = 0; at != NULL && i < json.n; i++)
		at[i] = json.p[i] == '\n' || json.p[i] == '\r' ? ' ' : json.p[i];
}

/* A report; with the declarations {"declaration":{..},"line":N,"report":{..}}. */
static void
write_report(struct prb_exchange *x, uint64_t line, struct prb_span json,
	const struct prb_result *result)
{
	const struct screening *s = x->stream.state;
	struct prb_str *out = &x->reply.body;

	if (s->with_declarations) {
		prb_str_add_text(out, "{\"declaration\":");
		add_declaration(out, json);
		prb_str_addf(out, ",\"line\":%llu,\"report\":", (unsigned long long)line);
	}
	prb_report_write(x->arena, result, out);
	prb_str_add_text(out, s->with_declarations ? "}\n" : "\n");
}

static void
score_row(struct prb_exchange *x, uint64_t line, struct prb_span json)
{
	struct screening *s = x->stream.state;
	struct prb_arena *own = x->arena;
	const struct prb_result *result;
	size_t before = x->reply.body.n;
	enum prb_err err;

	prb_arena_reset(s->rows);
	x->arena = s->rows;
	err = prb_scored(x, json, NULL, NULL, &result);
	if (err == PRB_OK) {
		write_report(x, line, json, result);
		if (x->reply.body.failed) {
			/* Half a report is none. */
			x->reply.body.n = before;
			x->reply.body.failed = false;
			err = prb_faults_add(&x->faults, PRB_ERR_MEMORY, "",
				"the report needs more memory than there is");
		}
	}
	if (err != PRB_OK)
		write_row_problem(x, line, err, &x->faults);
	x->arena = own;
}

static bool
wait(struct prb_exchange *x, uint64_t line, const void *bytes, size_t n, enum kind kind)
{
	struct screening *s = x->stream.state;
	const struct waiting row = {line, n, kind};
	size_t before = s->waiting.n;

	prb_str_add(&s->waiting, &row, sizeof row);
	prb_str_add(&s->waiting, bytes, n);
	if (s->waiting.failed)
		s->waiting.n = before; /* half a row is none */
	return !s->waiting.failed;
}

static bool
take_row(void *context, uint64_t line, struct prb_span json, const char *const *notes)
{
	(void)notes; /* what was read into the row stands in the report's assumptions */
	return wait(context, line, json.p, json.n, ROW);
}

static bool
refuse_row(void *context, uint64_t line, const struct prb_fault *fault)
{
	return wait(context, line, fault, sizeof *fault, REFUSED);
}

static void
write_text_or_null(struct prb_writer *w, const char *name, const char *text)
{
	prb_writer_key(w, name);
	if (text != NULL && text[0] != '\0')
		prb_writer_text(w, text);
	else
		prb_writer_null(w);
}

static void
write_column(struct prb_writer *w, size_t at, const struct prb_intake_column *column)
{
	prb_writer_object(w);
	prb_writer_member_int(w, "at", (int64_t)at);
	write_text_or_null(w, "field", column->field);
	prb_writer_member_text(w, "header", column->header);
	write_text_or_null(w, "note", column->note);
	write_text_or_null(w, "taken", column->taken);
	prb_writer_end(w);
}

/* {"charset":..,"columns":[..],"delimiter":..,"fields":[..],"line":N} */
static void
write_columns(struct prb_str *out, uint64_t line, const char *encoding, char delimiter,
	const struct prb_intake_column *columns, size_t count)
{
	struct prb_writer w;

	prb_writer_init(&w, out);
	prb_writer_object(&w);
	prb_writer_member_text(&w, "charset", encoding);
	prb_writer_key(&w, "columns");
	prb_writer_array(&w);
	for (size_t i = 0; i < count; i++)
		write_column(&w, i + 1, &columns[i]);
	prb_writer_end(&w);
	prb_writer_key(&w, "delimiter");
	prb_writer_string(&w, (struct prb_span){&delimiter, 1});
	prb_writer_key(&w, "fields");
	prb_writer_array(&w);
	for (size_t i = 0; prb_intake_header(i) != NULL; i++)
		prb_writer_text(&w, prb_intake_header(i));
	prb_writer_end(&w);
	prb_writer_member_int(&w, "line", (int64_t)line);
	prb_writer_end(&w);
	prb_str_add_char(out, '\n');
}

/* The charset is said in the head, which goes out with the first line: there is no other place for
 * what is of the whole list, but for who asks for a line about it. */
static void
take_header(void *context, uint64_t line, const char *encoding, char delimiter,
	const struct prb_intake_column *columns, size_t count)
{
	struct prb_exchange *x = context;
	struct screening *s = x->stream.state;
	struct prb_str text;

	if (s->options.charset == NULL && strcmp(encoding, PRB_INTAKE_ASSUMED) == 0)
		x->reply.charset_assumed = PRB_INTAKE_ASSUMED;
	if (!s->with_columns)
		return;
	prb_str_init(&text, COLUMNS_BYTES_MAX);
	write_columns(&text, line, encoding, delimiter, columns, count);
	/* Without memory for it the list is broken off, as it is without memory for a row. */
	s->waiting.failed |= text.failed;
	(void)wait(x, line, text.p, text.n, COLUMNS);
	prb_str_finish(&text);
}

/* How much of a turn the row took; 0 where none was there. */
static int
answer_row(struct prb_exchange *x)
{
	struct screening *s = x->stream.state;
	struct prb_fault fault;
	struct waiting row;
	const char *bytes;

	if (s->at == s->waiting.n) {
		prb_str_reset(&s->waiting);
		s->at = 0;
		return 0;
	}
	memcpy(&row, s->waiting.p + s->at, sizeof row);
	bytes = s->waiting.p + s->at + sizeof row;
	s->at += sizeof row + row.bytes;
	if (row.kind == REFUSED) {
		memcpy(&fault, bytes, sizeof fault);
		write_fault(x, row.line, &fault);
	} else if (row.kind == ROW)
		score_row(x, row.line, (struct prb_span){bytes, row.bytes});
	else
		prb_str_add(&x->reply.body, bytes, row.bytes);
	x->stream.started = true;
	return row.kind == ROW && prb_may_refer((struct prb_span){bytes, row.bytes}) ? ROWS_A_TURN
										     : 1;
}

/* A fault of the whole file: before the first row it is the answer, behind it the last line. */
static void
refuse_file(struct prb_exchange *x, const struct prb_fault *fault)
{
	if (x->stream.started) {
		write_fault(x, 0, fault);
		return;
	}
	x->faults.count = 1;
	x->faults.dropped = 0;
	x->faults.items[0] = *fault;
	(void)prb_refuse(x, fault->err, NULL);
}

/* Of several faults the first counts. */
static void
break_off(struct screening *s, enum prb_err err, const char *detail)
{
	if (!s->broken)
		(void)prb_fault_set(&s->fault, err, PRB_NO_OFFSET, NULL, "%s", detail);
	s->broken = true;
}

static void
take_piece(struct prb_exchange *x, struct prb_span piece)
{
	struct screening *s = x->stream.state;
	enum prb_err err;

	if (s->broken)
		return;
	if (s->intake == NULL) {
		prb_str_add_span(&s->text, piece);
		if (s->text.failed)
			break_off(s, PRB_ERR_BODY,
				"one declaration has at most 1 MiB: send many as "
				"application/x-ndjson "
				"or text/csv");
		return;
	}
	/* First: an intake that is stopped for want of room for a row has no fault of its own. */
	err = prb_intake_feed(s->intake, piece.p, piece.n, &s->fault);
	if (s->waiting.failed)
		break_off(s, PRB_ERR_MEMORY, "memory ran out");
	s->broken |= err != PRB_OK;
}

static void
take_end(struct prb_exchange *x)
{
	struct screening *s = x->stream.state;

	enum prb_err err = PRB_OK;

	s->ended = true;
	if (s->intake != NULL && !s->broken)
		err = prb_intake_finish(s->intake, &s->fault);
	if (s->waiting.failed)
		break_off(s, PRB_ERR_MEMORY, "memory ran out");
	s->broken |= err != PRB_OK;
}

/* The report on the one declaration, as JSON. */
static enum prb_handled
answer_json(struct prb_exchange *x)
{
	struct screening *s = x->stream.state;
	const struct prb_result *result;
	enum prb_err err = prb_scored(x, prb_str_span(&s->text), NULL, NULL, &result);

	if (err != PRB_OK)
		return prb_refuse(x, err, NULL);
	prb_report_write(x->arena, result, &x->reply.body);
	return prb_answer(x, 200, PRB_TYPE_JSON);
}

/* In a thread of the pool, as a page or a PDF: of what is not stored there is no attestation. */
static enum prb_handled
answer_for_people(struct prb_exchange *x)
{
	struct screening *s = x->stream.state;
	struct prb_span report;

	(void)answer_json(x);
	if (x->reply.status != 200)
		return PRB_REPLIED;
	report = prb_kept(x->arena, &x->reply.body);
	prb_str_reset(&x->reply.body);
	if (report.p == NULL)
		return prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
	return prb_report_answer(x, s->form, report, PRB_SPAN_NONE, NULL);
}

static enum prb_turn
answer_one(struct prb_exchange *x)
{
	const struct screening *s = x->stream.state;
	enum prb_handled handled = s->form == PRB_FORM_JSON
					   ? answer_json(x)
					   : prb_report_away(x, s->form, answer_for_people);

	return handled == PRB_LATER ? PRB_TURN_AWAY : PRB_TURN_DONE;
}

static enum prb_turn
take_turn(struct prb_exchange *x)
{
	struct screening *s = x->stream.state;

	for (int done = 0, taken = 1; done < ROWS_A_TURN && taken > 0; done += taken)
		taken = answer_row(x);
	if (s->at != s->waiting.n)
		return PRB_TURN_AGAIN;
	if (s->broken) {
		refuse_file(x, &s->fault);
		return PRB_TURN_DONE;
	}
	if (!s->ended)
		return PRB_TURN_READY;
	if (s->intake == NULL)
		return answer_one(x);
	x->stream.started = true;
	return PRB_TURN_DONE;
}

static void
destroy(struct prb_exchange *x)
{
	struct screening *s = x->stream.state;

	prb_intake_destroy(s->intake);
	prb_arena_destroy(s->rows);
	prb_str_finish(&s->problem.body);
	prb_str_finish(&s->text);
	prb_str_finish(&s->waiting);
	free(s);
	x->stream.state = NULL;
}

static enum prb_intake_format
format_of(const struct prb_exchange *x)
{
	if (prb_body_is(x, PRB_TYPE_JSON))
		return PRB_INTAKE_JSON;
	if (prb_body_is(x, PRB_TYPE_NDJSON) || prb_body_is(x, "application/ndjson") ||
		prb_body_is(x, "application/jsonl"))
		return PRB_INTAKE_NDJSON;
	return prb_body_is(x, PRB_TYPE_CSV) ? PRB_INTAKE_CSV : PRB_INTAKE_AUTO;
}

static bool
prepare(struct prb_exchange *x, struct screening *s, enum prb_intake_format format)
{
	prb_str_init(&s->problem.body, PRB_REPLY_BODY_BYTES_MAX);
	prb_str_init(&s->text, PRB_DECLARATION_BYTES_MAX);
	prb_str_init(&s->waiting, WAITING_BYTES_MAX);
	if (format == PRB_INTAKE_JSON)
		return true;
	s->options.format = format;
	s->options.refuse_stray = true; /* what is said of a row alone has no place in a report */
	s->events.row = take_row;
	s->events.refused = refuse_row;
	s->events.header = take_header;
	s->events.context = x;
	s->rows = prb_arena_create(ROW_ARENA_BYTES_MAX);
	s->intake = prb_intake_create(&s->options, &s->events);
	return s->rows != NULL && s->intake != NULL;
}

/* "columns,declarations": what the answer to a list is to have beside its reports. */
static enum prb_err
read_with(struct prb_exchange *x, struct screening *s)
{
	struct prb_span left = prb_query_get(&x->query, "with");
	bool more = left.n != 0;

	while (more) {
		const char *comma = memchr(left.p, ',', left.n);
		struct prb_span word = {left.p, comma != NULL ? (size_t)(comma - left.p) : left.n};

		if (prb_span_is(word, "columns"))
			s->with_columns = true;
		else if (prb_span_is(word, "declarations"))
			s->with_declarations = true;
		else
			return prb_faults_add(&x->faults, PRB_ERR_QUERY, "",
				"with is columns, declarations, or both with a comma between");
		more = comma != NULL;
		left.p += word.n + more;
		left.n -= word.n + more;
	}
	return PRB_OK;
}

static enum prb_err
read_product(struct prb_exchange *x, const char **product)
{
	struct prb_span text = prb_query_get(&x->query, "default_product");

	*product = NULL;
	if (text.p == NULL)
		return PRB_OK;
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < '0' || text.p[i] > '9')
			text.n = 0;
	if (text.n < 2 || text.n > 10)
		return prb_faults_add(&x->faults, PRB_ERR_QUERY, "",
			"default_product is an HS code of 2 to 10 digits, such as 6109");
	*product = prb_arena_copy(x->arena, text).p;
	return *product != NULL ? PRB_OK : PRB_ERR_MEMORY;
}

static enum prb_err
read_query(struct prb_exchange *x, struct screening *s)
{
	static const char *const known[] = {"default_product", "lang", "with", NULL};
	enum prb_err err;

	if (prb_query_allow(&x->query, known, &x->faults.items[0]) != PRB_OK) {
		x->faults.count = 1;
		return PRB_ERR_QUERY;
	}
	err = read_product(x, &s->options.default_product);
	return err == PRB_OK ? read_with(x, s) : err;
}

/* *charset: of a list, as its sender declares it; NULL for none. False with a refusal made. */
static bool
read_charset(struct prb_exchange *x, enum prb_intake_format format, const char **charset)
{
	struct prb_span text;
	char detail[PRB_FAULT_DETAIL_BYTES_MAX];

	*charset = NULL;
	if (format != PRB_INTAKE_CSV)
		return true; /* JSON is UTF-8: prb_body_is */
	if (!prb_body_charset(x, &text)) {
		(void)prb_refuse(x, PRB_ERR_MEDIA_TYPE, "Content-Type declares two charsets");
		return false;
	}
	if (text.p == NULL)
		return true;
	*charset = prb_arena_copy(x->arena, text).p;
	if (*charset == NULL) {
		(void)prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
		return false;
	}
	if (prb_intake_charset_known(*charset))
		return true;
	/* A name has ASCII alone, and no more than this is worth repeating. */
	text.n = text.n > 40 ? 40 : text.n;
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < ' ' || text.p[i] > '~')
			text.n = 0;
	(void)snprintf(detail, sizeof detail,
		"the charset \"%.*s\" is not known: name it as IANA does, such as utf-8, gb18030 "
		"or windows-1251",
		(int)text.n, text.p);
	(void)prb_refuse(x, PRB_ERR_MEDIA_TYPE, detail);
	return false;
}

enum prb_handled
prb_handle_screen(struct prb_exchange *x)
{
	enum prb_intake_format format = format_of(x);
	struct screening asked = {0}, *s;

	if (format == PRB_INTAKE_AUTO)
		return prb_refuse(x, PRB_ERR_MEDIA_TYPE,
			"send application/json (one declaration), application/x-ndjson or text/csv "
			"(many)");
	if (!read_charset(x, format, &asked.options.charset))
		return PRB_REPLIED;
	if (read_query(x, &asked) != PRB_OK)
		return prb_refuse(x, PRB_ERR_QUERY, NULL);
	if (format == PRB_INTAKE_JSON && (asked.form = prb_report_form(x)) == PRB_FORM_NONE)
		return PRB_REPLIED;
	if (!prb_audit_made(x, "screening"))
		return PRB_REPLIED;
	s = malloc(sizeof *s);
	if (s == NULL)
		return prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
	*s = asked;
	x->stream = (struct prb_stream){take_piece, take_end, take_turn, destroy, s, false};
	if (!prepare(x, s, format)) {
		destroy(x);
		memset(&x->stream, 0, sizeof x->stream);
		return prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
	}
	x->reply.status = 200;
	x->reply.type = format == PRB_INTAKE_JSON ? PRB_TYPE_JSON : PRB_TYPE_NDJSON;
	return PRB_LATER;
}
