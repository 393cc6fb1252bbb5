/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and answers of `probity admin`, in words and tables. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "clients/cli/admin.h"
#include "clients/cli/progress.h"
#include "clients/render/texts.h"
#include "scoring/base/jcs.h"

#define CELL_BYTES_MAX ((size_t)4096)
#define PAGE_BYTES ((size_t)8 * 1024 * 1024)
#define COLUMNS_MAX 8
#define POINTER_BYTES 96
#define ITEMS "/items"

bool
admin_is_number(const char *text)
{
	int64_t number;

	return text == NULL || prb_parse_int(prb_span_of(text), 0, INT32_MAX, &number);
}

static bool
has_form_of_id(const char *text)
{
	return strlen(text) == REMOTE_UUID_CHARACTERS &&
	       strspn(text, "0123456789abcdef-") == REMOTE_UUID_CHARACTERS;
}

bool
admin_is_id(const char *text)
{
	if (has_form_of_id(text))
		return true;
	prb_cli_say("an id is a UUID in lower case, such as "
		    "0191d2f0-4c1e-7a00-8000-000000000000: the list has them");
	return false;
}

void
admin_write_number(struct prb_writer *w, const char *name, const char *text)
{
	int64_t number = 0;

	if (text == NULL)
		return;
	(void)prb_parse_int(prb_span_of(text), 0, INT32_MAX, &number);
	prb_writer_member_int(w, name, number);
}

void
admin_write_organisation(const struct admin *a, struct prb_writer *w)
{
	if (a->organisation_id[0] != '\0')
		prb_writer_member_text(w, "organisation", a->organisation_id);
}

/* The answer where it is a yes; else NULL, with words on stderr. */
static struct probity_answer *
accepted(struct probity_answer *answer)
{
	if (remote_accept(answer))
		return answer;
	probity_answer_destroy(answer);
	return NULL;
}

struct probity_answer *
admin_get(struct admin *a, const char *path)
{
	return accepted(probity_client_get(a->remote.client, path));
}

struct probity_answer *
admin_post(struct admin *a, const char *path, struct prb_str *body)
{
	if (body->failed) {
		prb_cli_say("there is no memory");
		return NULL;
	}
	/* Nothing names a new organisation in a repeat: it is sent once. */
	return accepted(probity_client_post(a->remote.client, path, body->p, body->n,
		strcmp(path, "/v1/organisations") == 0 ? "" : NULL));
}

const char *
admin_text(struct probity_answer *answer, const char *item, const char *pointer)
{
	char whole[POINTER_BYTES];
	const char *text;

	(void)snprintf(whole, sizeof whole, "%s%s", item, pointer);
	text = probity_answer_at(answer, whole, NULL);
	return text == NULL || strcmp(text, "null") == 0 ? NULL : text;
}

/*
 * ---- Words and tables ----
 */

/* A cell as it can go to a terminal: one line, "" for null. */
static void
cell(struct probity_answer *answer, const char *item, const char *pointer, struct prb_str *out)
{
	const char *text = admin_text(answer, item, pointer);

	prb_str_reset(out);
	if (text != NULL)
		prb_text_safe(prb_span_of(text), false, out);
}

static size_t
width_of(const struct prb_str *text)
{
	size_t n = 0;

	for (size_t i = 0; i < text->n; i++)
		n += ((unsigned char)text->p[i] & 0xC0) != 0x80;
	return n;
}

static void
pad(size_t from, size_t to)
{
	for (; from < to; from++)
		putchar(' ');
}

/* Where the secret went to a file it is not shown as well. */
static void
hide(void *context, struct prb_span text, struct prb_str *out)
{
	(void)context;
	if (prb_span_starts(text, PRB_SPAN("prb_")) || prb_span_starts(text, PRB_SPAN("http")))
		prb_str_add_text(out, "null");
	else
		prb_jcs_string(out, text);
}

static void
print_hidden(struct probity_answer *answer)
{
	static const char *const names[] = {"key", "link"};
	const struct prb_jcs_masked masked = {.names = names, .count = 2, .replace = hide};
	struct prb_arena *arena = prb_arena_create(PAGE_BYTES);
	const struct prb_json *json;
	struct prb_str out;
	const char *body;
	size_t n;

	body = probity_answer_body(answer, &n);
	prb_str_init(&out, PAGE_BYTES);
	if (arena != NULL && prb_json_parse(arena, (struct prb_span){body, n}, PAGE_BYTES, NULL,
				     &json) == PRB_OK) {
		prb_jcs_write_masked(arena, json, &masked, &out);
		if (!out.failed)
			puts(out.p);
	}
	prb_str_finish(&out);
	prb_arena_destroy(arena);
}

void
admin_show(const struct admin *a, struct probity_answer *answer, const struct admin_column *columns,
	size_t count)
{
	struct prb_str text;
	size_t n;

	if (a->json && (a->key_out != NULL || a->link_out != NULL)) {
		print_hidden(answer);
		return;
	}
	if (a->json) {
		const char *body = probity_answer_body(answer, &n);

		fwrite(body, 1, n, stdout);
		putchar('\n');
		return;
	}
	prb_str_init(&text, CELL_BYTES_MAX);
	for (size_t i = 0; i < count; i++) {
		cell(answer, "", columns[i].pointer, &text);
		if (text.n != 0)
			printf("%-14s%.*s\n", columns[i].title, PRB_SPAN_ARGS(prb_str_span(&text)));
	}
	cell(answer, "", "/notice/text", &text);
	if (text.n != 0 && (a->key_out != NULL || a->link_out != NULL))
		prb_cli_say("it is in %s, and nowhere else: it cannot be shown again",
			a->key_out != NULL ? a->key_out : a->link_out);
	else if (text.n != 0)
		prb_cli_say("%.*s", PRB_SPAN_ARGS(prb_str_span(&text)));
	prb_str_finish(&text);
}

int
admin_end(const struct admin *a, struct probity_answer *answer, const struct admin_column *columns,
	size_t count)
{
	if (answer == NULL)
		return PRB_EXIT_FAILED;
	admin_show(a, answer, columns, count);
	probity_answer_destroy(answer);
	return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

/* A page of a table: columns are as wide as their widest cell on the page. */
struct table {
	const char *list; /* where its rows are in an answer: "/items" */
	const struct admin_column *columns;
	size_t count;
	bool json; /* a line of JSON each, in place of it */
	bool has_head;
};

static void
print_row(const struct table *t, struct probity_answer *answer, const char *item,
	const size_t *widths)
{
	struct prb_str text;

	prb_str_init(&text, CELL_BYTES_MAX);
	for (size_t c = 0; c < t->count; c++) {
		size_t width;

		if (item == NULL) {
			fputs(t->columns[c].title, stdout);
			width = strlen(t->columns[c].title);
		} else {
			cell(answer, item, t->columns[c].pointer, &text);
			fwrite(text.n != 0 ? text.p : "-", 1, text.n != 0 ? text.n : 1, stdout);
			width = text.n != 0 ? width_of(&text) : 1;
		}
		if (c + 1 < t->count)
			pad(width, widths[c] + 2);
	}
	putchar('\n');
	prb_str_finish(&text);
}

static bool
has_item(struct probity_answer *answer, const char *list, size_t i, char out[POINTER_BYTES])
{
	(void)snprintf(out, POINTER_BYTES, "%s/%zu", list, i);
	return probity_answer_at(answer, out, NULL) != NULL;
}

static void
print_page(struct table *t, struct probity_answer *answer)
{
	size_t widths[COLUMNS_MAX];
	char item[POINTER_BYTES];
	struct prb_str text;

	prb_str_init(&text, CELL_BYTES_MAX);
	for (size_t c = 0; c < t->count; c++)
		widths[c] = strlen(t->columns[c].title);
	for (size_t i = 0; has_item(answer, t->list, i, item); i++)
		for (size_t c = 0; c < t->count; c++) {
			cell(answer, item, t->columns[c].pointer, &text);
			if (width_of(&text) > widths[c])
				widths[c] = width_of(&text);
		}
	prb_str_finish(&text);
	if (!t->has_head)
		print_row(t, NULL, NULL, widths);
	t->has_head = true;
	for (size_t i = 0; has_item(answer, t->list, i, item); i++)
		print_row(t, answer, item, widths);
}

static void
print_items(struct probity_answer *answer)
{
	char item[POINTER_BYTES];

	for (size_t i = 0; has_item(answer, ITEMS, i, item); i++)
		puts(probity_answer_at(answer, item, NULL));
}

void
admin_show_rows(const struct admin *a, struct probity_answer *answer, const char *list,
	const struct admin_column *columns, size_t count)
{
	struct table table = {.list = list, .columns = columns, .count = count};
	char item[POINTER_BYTES];

	if (!a->json && has_item(answer, list, 0, item))
		print_page(&table, answer);
}

/*
 * ---- Pages ----
 */

/* NULL with a word on stderr. */
static struct probity_answer *
get_page(struct admin *a, const char *path, int limit, const char *cursor)
{
	char whole[ADMIN_PATH_BYTES];
	char mark = strchr(path, '?') != NULL ? '&' : '?';
	int n = snprintf(whole, sizeof whole, "%s%climit=%d%s%s", path, mark, limit,
		cursor[0] != '\0' ? "&cursor=" : "", cursor);

	if (n >= 0 && (size_t)n < sizeof whole)
		return admin_get(a, whole);
	prb_cli_say("the question is too long");
	return NULL;
}

/* Ids and base64url: nothing that would have to be escaped in a query. */
#define CURSOR_CHARACTERS "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"

/* Where the next page begins; "" at the end. False where the server says neither: what was shown so
 * far must not pass for all of it. */
static bool
take_cursor(struct probity_answer *answer, char cursor[ADMIN_ID_BYTES])
{
	const char *next = admin_text(answer, "", "/next");
	size_t n = next != NULL ? strlen(next) : 0;

	if (n >= ADMIN_ID_BYTES || (n != 0 && strspn(next, CURSOR_CHARACTERS) != n)) {
		prb_cli_say("the server's answer does not say where it goes on");
		return false;
	}
	memcpy(cursor, next != NULL ? next : "", n + 1);
	return true;
}

/* Calls `take` for each page; it returns false to give up. */
static int
each_page(struct admin *a, const char *path, int limit,
	bool (*take)(void *context, struct probity_answer *page), void *context)
{
	char cursor[ADMIN_ID_BYTES] = "";

	for (int i = 0; i < ADMIN_PAGES_MAX; i++) {
		struct probity_answer *page = get_page(a, path, limit, cursor);
		bool goes_on, known = true;

		if (page == NULL)
			return PRB_EXIT_FAILED;
		goes_on = take(context, page);
		if (goes_on)
			known = take_cursor(page, cursor);
		probity_answer_destroy(page);
		if (!known)
			return PRB_EXIT_FAILED;
		if (!goes_on || cursor[0] == '\0')
			return PRB_EXIT_OK;
	}
	prb_cli_say("the server has more than %d pages: these are the first", ADMIN_PAGES_MAX);
	return PRB_EXIT_FAILED;
}

static bool
take_page(void *context, struct probity_answer *page)
{
	struct table *table = context;

	if (table->json)
		print_items(page);
	else
		print_page(table, page);
	return true;
}

int
admin_list(struct admin *a, const char *path, const struct admin_column *columns, size_t count)
{
	struct table table = {.list = ITEMS, .columns = columns, .count = count, .json = a->json};
	int status = each_page(a, path, ADMIN_PAGE_ITEMS, take_page, &table);

	return prb_cli_flush() ? status : PRB_EXIT_FAILED;
}

struct items {
	bool (*take)(void *context, struct probity_answer *answer, const char *item);
	void *context;
	size_t count;
};

static bool
take_items(void *context, struct probity_answer *page)
{
	struct items *items = context;
	char item[POINTER_BYTES];
	bool goes_on = true;

	for (size_t i = 0; goes_on && has_item(page, ITEMS, i, item); i++, items->count++)
		goes_on = items->take(items->context, page, item);
	prb_progress_at(items->count, 0, 0);
	return goes_on;
}

int
admin_each(struct admin *a, const char *path, int limit, const char *progress,
	bool (*take)(void *context, struct probity_answer *answer, const char *item), void *context)
{
	struct items items = {.take = take, .context = context};
	int status;

	/* Where the items themselves go to the terminal they say how far it is. */
	prb_progress_begin(progress, progress != NULL && !isatty(STDOUT_FILENO));
	status = each_page(a, path, limit, take_items, &items);
	prb_progress_end();
	return status;
}

/*
 * ---- Organisations by name ----
 */

struct search {
	const char *name;
	char *id;
	size_t found;
};

static bool
compare_name(void *context, struct probity_answer *answer, const char *item)
{
	struct search *s = context;
	const char *text = admin_text(answer, item, "/name");

	if (text == NULL || strcmp(text, s->name) != 0)
		return true;
	text = admin_text(answer, item, "/id");
	if (text != NULL && has_form_of_id(text)) {
		memcpy(s->id, text, ADMIN_ID_BYTES);
		s->found++;
	}
	return s->found < 2;
}

bool
admin_find_organisation(struct admin *a, const char *named, char out[ADMIN_ID_BYTES])
{
	struct search search = {.name = named, .id = out};

	if (has_form_of_id(named)) {
		memcpy(out, named, ADMIN_ID_BYTES);
		return true;
	}
	if (admin_each(a, "/v1/organisations", ADMIN_PAGE_ITEMS, NULL, compare_name, &search) !=
		PRB_EXIT_OK)
		return false;
	if (search.found == 1)
		return true;
	prb_cli_say(search.found == 0
			    ? "there is no organisation \"%s\": `probity admin "
			      "organisation list` has them"
			    : "more than one organisation is called \"%s\": name it by its "
			      "id, which `probity admin organisation list` has",
		named);
	return false;
}

/*
 * ---- Secrets ----
 */

bool
admin_secret_open(const char *path, FILE **file)
{
	int fd;

	*file = NULL;
	if (path == NULL)
		return true;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		*file = fdopen(fd, "w");
	if (*file != NULL)
		return true;
	prb_cli_say("%s: %s%s", path, strerror(errno),
		errno == EEXIST ? ": a key is never written over another file" : "");
	if (fd >= 0)
		close(fd);
	return false;
}

bool
admin_secret_write(const char *path, FILE *file, const char *text)
{
	bool written;

	if (file == NULL)
		return true;
	written = fprintf(file, "%s\n", text) > 0 && fflush(file) == 0 && fsync(fileno(file)) == 0;
	if (fclose(file) == 0 && written)
		return true;
	prb_cli_say("%s: %s", path, strerror(errno));
	return false;
}

void
admin_secret_drop(const char *path, FILE *file)
{
	if (file == NULL)
		return;
	(void)fclose(file);
	(void)unlink(path);
}
