/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "clients/cli/admin.h"
#include "clients/render/rows.h"

/* `probity admin audit`: the trail, whole, as CSV or as JSON, a line of it a line. */

#define LINE_BYTES_MAX ((size_t)64 * 1024)
#define PAGE_LINES 1000 /* the most that the server gives */

struct export
{
	struct prb_str line;
	bool csv;
};

static const struct admin_column columns[] = {
	{"time", "/time"},
	{"action", "/action"},
	{"kind", "/kind"},
	{"object", "/object"},
	{"by", "/by/kind"},
	{"key", "/by/key"},
	{"name", "/by/name"},
	{"detail", "/detail"},
};
#define COLUMNS (sizeof columns / sizeof columns[0])

static void
write_csv(struct export *e, struct probity_answer *answer, const char *item)
{
	for (size_t i = 0; i < COLUMNS; i++) {
		const char *text = admin_text(answer, item, columns[i].pointer);

		if (text == NULL)
			text = strcmp(columns[i].pointer, "/by/kind") == 0 ? "erased" : "";
		if (i != 0)
			prb_str_add_char(&e->line, ',');
		prb_render_csv_cell(prb_span_of(text), &e->line);
	}
	prb_str_add_text(&e->line, "\r\n");
}

static bool
take(void *context, struct probity_answer *answer, const char *item)
{
	struct export *e = context;

	prb_str_reset(&e->line);
	if (e->csv) {
		write_csv(e, answer, item);
	} else {
		prb_str_add_text(&e->line, probity_answer_at(answer, item, NULL));
		prb_str_add_char(&e->line, '\n');
	}
	return !e->line.failed && fwrite(e->line.p, 1, e->line.n, stdout) == e->line.n;
}

static int
write_path(const struct admin *a, char out[ADMIN_PATH_BYTES])
{
	const struct {
		const char *name, *value;
	} parameters[] = {
		{"organisation", a->organisation_id[0] != '\0' ? a->organisation_id : NULL},
		{"from", a->from}, {"to", a->to}};
	size_t n = (size_t)snprintf(out, ADMIN_PATH_BYTES, "/v1/audit");
	prb_date date;

	for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
		if (parameters[i].value == NULL)
			continue;
		if (i != 0 && !prb_date_parse(prb_span_of(parameters[i].value), &date))
			return prb_cli_usage("admin", "--%s %s: a date is wanted, YYYY-MM-DD",
				parameters[i].name, parameters[i].value);
		n += (size_t)snprintf(out + n, ADMIN_PATH_BYTES - n, "%c%s=%s",
			strchr(out, '?') != NULL ? '&' : '?', parameters[i].name,
			parameters[i].value);
	}
	return PRB_EXIT_OK;
}

int
admin_audit(struct admin *a)
{
	struct export e = {.csv = !a->json};
	char path[ADMIN_PATH_BYTES];
	int status = write_path(a, path);

	if (status != PRB_EXIT_OK)
		return status;
	if (a->out != NULL) {
		e.csv = strcmp(a->out, "csv") == 0;
		if (!e.csv && strcmp(a->out, "json") != 0)
			return prb_cli_usage("admin", "--out %s: csv or json is wanted", a->out);
	}
	prb_str_init(&e.line, LINE_BYTES_MAX);
	if (e.csv) {
		for (size_t i = 0; i < COLUMNS; i++)
			printf("%s%s", i != 0 ? "," : "", columns[i].title);
		fputs("\r\n", stdout);
	}
	status = admin_each(a, path, PAGE_LINES, "lines", take, &e);
	/* What was cut off must not pass for the whole trail. */
	if (e.line.failed) {
		prb_cli_say("there is no memory");
		status = PRB_EXIT_FAILED;
	}
	prb_str_finish(&e.line);
	return prb_cli_flush() ? status : PRB_EXIT_FAILED;
}
