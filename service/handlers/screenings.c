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
#include "service/handlers/scored.h"

/*
 * POST /v1/screenings: scores and stores nothing. One declaration in JSON gets one report; NDJSON
 * and CSV get one line for each row, in order, as fast as they are read: memory does not grow with
 * the body.
 */

#define ROW_ARENA_BYTES_MAX ((size_t)64 * 1024 * 1024)

/* What one turn scores: a few milliseconds, then the other connections have theirs. A row that may
 * refer to declarations, each of which is scored with it, counts for many. */
#define ROWS_A_TURN 32
/* One piece of a list becomes at most some hundred rows; the first, which is looked at whole, some
 * thousand. */
#define WAITING_BYTES_MAX ((size_t)64 * 1024 * 1024)

/* A row that waits for its turn; its text, or its fault, follows. */
struct waiting {
	uint64_t line;
	size_t bytes;
	bool refused;
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
	struct prb_reply problem;
	struct prb_str text; /* the one declaration */
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
		prb_report_write(x->arena, result, &x->reply.body);
		prb_str_add_char(&x->reply.body, '\n');
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
wait(struct prb_exchange *x, uint64_t line, const void *bytes, size_t n, bool refused)
{
	struct screening *s = x->stream.state;
	const struct waiting row = {line, n, refused};
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
	return wait(context, line, json.p, json.n, false);
}

static bool
refuse_row(void *context, uint64_t line, const struct prb_fault *fault)
{
	return wait(context, line, fault, sizeof *fault, true);
}

/* Said in the head, which goes out with the first row: there is no other place for what is of the
 * whole list. */
static void
note_charset(void *context, uint64_t line, const char *encoding, char delimiter,
	const struct prb_intake_column *columns, size_t count)
{
	struct prb_exchange *x = context;
	const struct screening *s = x->stream.state;

	(void)line;
	(void)delimiter;
	(void)columns;
	(void)count;
	if (s->options.charset == NULL && strcmp(encoding, PRB_INTAKE_ASSUMED) == 0)
		x->reply.charset_assumed = PRB_INTAKE_ASSUMED;
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
	if (row.refused) {
		memcpy(&fault, bytes, sizeof fault);
		write_fault(x, row.line, &fault);
	} else
		score_row(x, row.line, (struct prb_span){bytes, row.bytes});
	x->stream.started = true;
	return !row.refused && prb_may_refer((struct prb_span){bytes, row.bytes}) ? ROWS_A_TURN : 1;
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

static void
answer_one(struct prb_exchange *x)
{
	struct screening *s = x->stream.state;
	const struct prb_result *result;
	enum prb_err err = prb_scored(x, prb_str_span(&s->text), NULL, NULL, &result);

	if (err != PRB_OK) {
		(void)prb_refuse(x, err, NULL);
		return;
	}
	prb_report_write(x->arena, result, &x->reply.body);
	(void)prb_answer(x, 200, PRB_TYPE_JSON);
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
		answer_one(x);
	else
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
	s->events.header = note_charset;
	s->events.context = x;
	s->rows = prb_arena_create(ROW_ARENA_BYTES_MAX);
	s->intake = prb_intake_create(&s->options, &s->events);
	return s->rows != NULL && s->intake != NULL;
}

static enum prb_err
read_query(struct prb_exchange *x, const char **product)
{
	static const char *const known[] = {"default_product", NULL};
	struct prb_span text = prb_query_get(&x->query, "default_product");

	*product = NULL;
	if (prb_query_allow(&x->query, known, &x->faults.items[0]) != PRB_OK) {
		x->faults.count = 1;
		return PRB_ERR_QUERY;
	}
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
	struct screening *s;
	const char *product, *charset;

	if (format == PRB_INTAKE_AUTO)
		return prb_refuse(x, PRB_ERR_MEDIA_TYPE,
			"send application/json (one declaration), application/x-ndjson or text/csv "
			"(many)");
	if (!read_charset(x, format, &charset))
		return PRB_REPLIED;
	if (read_query(x, &product) != PRB_OK)
		return prb_refuse(x, PRB_ERR_QUERY, NULL);
	if (!prb_audit_made(x, "screening"))
		return PRB_REPLIED;
	s = calloc(1, sizeof *s);
	if (s == NULL)
		return prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
	s->options.default_product = product;
	s->options.charset = charset;
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
