/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/http_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/http/chars.h"

#define FOLDER PROBITY_SOURCE_DIR "/tests/unit/http/"
#define LINE_BYTES_MAX 4096

static bool
cut_columns(char *line, int columns, struct http_row *row)
{
	int n = 0;

	line[strcspn(line, "\n")] = '\0';
	for (char *p = line; p;) {
		char *tab = strchr(p, '\t');

		if (n == columns)
			return false;
		row->columns[n].p = p;
		row->columns[n++].n = tab ? (size_t)(tab - p) : strlen(p);
		p = tab ? tab + 1 : NULL;
	}
	return n == columns;
}

int
http_rows_each(const char *name, int columns,
	void (*visit)(const struct http_row *row, void *context), void *context)
{
	char line[LINE_BYTES_MAX];
	struct http_row row = {0};
	int count = 0;

	(void)snprintf(line, sizeof(line), FOLDER "%s", name);
	FILE *file = fopen(line, "r");
	if (!file)
		return -1;
	while (count >= 0 && fgets(line, sizeof(line), file)) {
		row.line++;
		if (line[0] == '#')
			continue;
		count = cut_columns(line, columns, &row) ? count + 1 : -1;
		if (count >= 0)
			visit(&row, context);
	}
	fclose(file);
	return count;
}

/* One escape behind its backslash; returns how many characters it has, 0 where it is none. */
static size_t
add_escape(struct prb_span text, struct prb_str *out)
{
	static const char letters[] = "rnt\\";
	const char *letter = text.n > 0 ? memchr(letters, text.p[0], 4) : NULL;

	if (letter) {
		prb_str_add_char(out, "\r\n\t\\"[letter - letters]);
		return 1;
	}
	if (text.n >= 3 && text.p[0] == 'x' && prb_char_hex(text.p[1]) >= 0 &&
		prb_char_hex(text.p[2]) >= 0) {
		prb_str_add_char(
			out, (char)(prb_char_hex(text.p[1]) << 4 | prb_char_hex(text.p[2])));
		return 3;
	}
	if (text.n == 0 || text.p[0] != '*')
		return 0;
	const char *open = memchr(text.p, '(', text.n);
	const char *close = memchr(text.p, ')', text.n);
	if (!open || !close)
		return 0;
	for (long times = strtol(text.p + 1, NULL, 10); times > 0; times--) {
		if (!http_row_bytes((struct prb_span){open + 1, (size_t)(close - open) - 1}, out))
			return 0;
	}
	return (size_t)(close - text.p) + 1;
}

bool
http_row_bytes(struct prb_span text, struct prb_str *out)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '\\') {
			prb_str_add_char(out, text.p[i]);
			continue;
		}
		size_t n = add_escape((struct prb_span){text.p + i + 1, text.n - i - 1}, out);

		if (n == 0)
			return false;
		i += n;
	}
	return !out->failed;
}

static void
tell_text(struct prb_str *out, struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c < 0x20 || c > 0x7E)
			prb_str_addf(out, "\\x%02x", c);
		else
			prb_str_add_char(out, text.p[i]);
	}
}

static void
tell_head(struct prb_str *out, const struct prb_head *head)
{
	prb_str_add_span(out, head->method_text);
	prb_str_add_char(out, ' ');
	prb_str_add_span(out, head->path);
	if (head->query.p)
		prb_str_addf(out, " ?%.*s", PRB_SPAN_ARGS(head->query));
	if (head->host.p)
		prb_str_addf(out, " @%.*s", PRB_SPAN_ARGS(head->host));
	prb_str_addf(out, " 1.%d %s", head->minor, head->keep_alive ? "keep" : "close");
	for (size_t i = 0; i < head->fields_count; i++) {
		if (prb_text_same(head->fields[i].name, "host"))
			continue;
		prb_str_addf(out, " [%.*s=", PRB_SPAN_ARGS(head->fields[i].name));
		tell_text(out, head->fields[i].value);
		prb_str_add_char(out, ']');
	}
	if (head->chunked)
		prb_str_add_text(out, " chunked");
	if (head->expects_continue)
		prb_str_add_text(out, " continue");
	if (head->has_body)
		prb_str_add_text(out, " =");
}

static void
tell_refusal(struct prb_str *out, const struct prb_refusal *refusal)
{
	prb_str_addf(out, "!%d %s", prb_err_status(refusal->err), refusal->article);
}

/* What the message says of a copy of the bytes, which is gone when this returns. */
static enum prb_step
feed_copy(struct prb_message *message, struct prb_span bytes, struct prb_str *out, size_t *used)
{
	char *copy = malloc(bytes.n > 0 ? bytes.n : 1);

	if (!copy)
		abort();
	memcpy(copy, bytes.p, bytes.n);
	enum prb_step step = prb_message_feed(message, copy, bytes.n, used);
	if (step == PRB_STEP_HEAD)
		tell_head(out, prb_message_head(message));
	else if (step == PRB_STEP_BODY)
		tell_text(out, prb_message_piece(message));
	else if (step == PRB_STEP_END)
		prb_str_add_char(out, ';');
	else if (step == PRB_STEP_REFUSED)
		tell_refusal(out, prb_message_refusal(message));
	free(copy);
	return step;
}

void
http_read(struct prb_message *message, struct prb_span bytes, size_t (*cut)(void *context),
	void *context, struct prb_str *out, size_t *read)
{
	size_t from = 0;
	size_t to = 0;
	bool keep_alive = true;

	prb_message_reset(message);
	while (keep_alive) {
		size_t used;
		enum prb_step step = feed_copy(
			message, (struct prb_span){bytes.p + from, to - from}, out, &used);

		from += used;
		if (step == PRB_STEP_REFUSED || (step == PRB_STEP_MORE && to == bytes.n))
			break;
		if (step == PRB_STEP_MORE) {
			size_t more = cut(context);

			to = more < bytes.n - to ? to + more : bytes.n;
		}
		if (step == PRB_STEP_END) {
			keep_alive = prb_message_head(message)->keep_alive;
			prb_message_reset(message);
		}
	}
	*read = from;
}
