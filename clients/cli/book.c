/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/book.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clients/cli/cli.h"
#include "clients/cli/recompute.h"
#include "clients/intake/intake.h"
#include "clients/render/texts.h"

#define ONE_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define ALL_BYTES_MAX ((size_t)4 * 1024 * 1024 * 1024)

struct upstream_book {
	const struct screen_settings *settings;
	const char *path;
	struct prb_reader *reader;
	struct prb_gatherer *gatherer;
	struct prb_arena *one; /* for one declaration at a time */
	struct prb_arena *all; /* what is kept of them */
	struct prb_str scratch;
	struct prb_book *book;
	struct prb_faults faults;
	bool any_refused, failed;
};

static void
say_fault(struct upstream_book *b, uint64_t line, const struct prb_fault *fault)
{
	struct prb_str text, safe;

	prb_str_init(&text, 4096);
	prb_str_init(&safe, 16384);
	prb_str_addf(&text, "%s:%llu: ", b->path, (unsigned long long)line);
	prb_cli_fault(fault, &text);
	/* It repeats words of the file: they must not steer the terminal. */
	prb_text_safe(prb_str_span(&text), true, &safe);
	fprintf(stderr, "%.*s\n", (int)safe.n, safe.p == NULL ? "" : safe.p);
	prb_str_finish(&text);
	prb_str_finish(&safe);
}

/* A declaration as it was sent, or as a server stores it: then its id is its own, which references
 * name it by, and its digest is salted. *stored lives in the arena. */
static enum prb_err
read_declaration(struct upstream_book *b, struct prb_span json, struct declared *stored,
	struct prb_declaration **out)
{
	struct prb_fault fault;
	enum prb_err err = prb_declaration_read(b->one, json, &b->faults, out);

	*stored = (struct declared){.salted = false};
	if (err == PRB_OK || err == PRB_ERR_MEMORY)
		return err;
	/* Only what is no declaration is looked at a second time: a book may be long. */
	if (declared_read(b->one, json, stored, &fault) != PRB_OK) {
		b->faults.count = 1;
		b->faults.dropped = 0;
		b->faults.items[0] = fault;
		return fault.err;
	}
	if (!stored->salted)
		return err;
	b->faults.count = b->faults.dropped = 0;
	return prb_declaration_read(b->one, stored->text, &b->faults, out);
}

static enum prb_err
add(struct upstream_book *b, struct prb_span json)
{
	struct prb_score_options options = {
		.as_of = b->settings->as_of,
		.declarant = b->settings->declarant,
		.sha256 = prb_store_sha256,
		.scratch = &b->scratch,
	};
	struct prb_declaration *declaration;
	struct declared stored;
	struct prb_facts *facts;
	struct prb_result *result;
	enum prb_err err;

	prb_arena_reset(b->one);
	b->faults.count = b->faults.dropped = 0;
	err = read_declaration(b, json, &stored, &declaration);
	if (err == PRB_OK && stored.salted) {
		options.salt = stored.salt;
		options.declaration_id = stored.id;
	}
	if (err == PRB_OK)
		err = prb_facts_gather(
			b->gatherer, b->one, declaration, options.as_of, &b->faults, &facts);
	if (err == PRB_OK)
		err = prb_score(b->one, prb_release_reference(b->settings->release), declaration,
			facts, &options, &b->faults, &result);
	if (err != PRB_OK)
		return err;
	err = prb_book_add(b->book, result, prb_store_sha256);
	b->failed = err != PRB_OK;
	if (err == PRB_ERR_RANGE)
		prb_cli_say("%s: at most %d upstream declarations are taken", b->path,
			PRB_BOOK_DECLARATIONS_MAX);
	else if (err != PRB_OK)
		prb_cli_say("%s: there is no memory for the upstream declarations", b->path);
	return err;
}

static bool
on_row(void *context, uint64_t line, struct prb_span json, const char *const *notes)
{
	struct upstream_book *b = context;

	(void)notes;
	if (add(b, json) == PRB_OK || b->failed)
		return !b->failed;
	prb_book_skip(b->book);
	b->any_refused = true;
	for (size_t i = 0; i < b->faults.count; i++)
		say_fault(b, line, &b->faults.items[i]);
	return true;
}

static bool
on_refused(void *context, uint64_t line, const struct prb_fault *fault)
{
	struct upstream_book *b = context;

	prb_book_skip(b->book);
	b->any_refused = true;
	say_fault(b, line, fault);
	return true;
}

static struct upstream_book *
create(const struct screen_settings *settings, const char *path, bool is_numbered)
{
	struct upstream_book *b = calloc(1, sizeof *b);

	if (b == NULL)
		return NULL;
	b->settings = settings;
	b->path = path;
	prb_str_init(&b->scratch, PRB_DECLARATION_BYTES_MAX * 2);
	b->one = prb_arena_create(ONE_BYTES_MAX);
	b->all = prb_arena_create(ALL_BYTES_MAX);
	if (b->all != NULL)
		b->book = prb_book_create(
			b->all, prb_release_reference(settings->release), is_numbered);
	if (b->one != NULL && prb_reader_create(settings->release, &b->reader) == PRB_OK)
		b->gatherer = prb_gatherer_create(b->reader);
	if (b->book != NULL && b->gatherer != NULL) {
		prb_gatherer_decide(b->gatherer, settings->decisions);
		return b;
	}
	upstream_book_close(b);
	return NULL;
}

void
upstream_book_close(struct upstream_book *book)
{
	if (book == NULL)
		return;
	prb_gatherer_destroy(book->gatherer);
	prb_reader_destroy(book->reader);
	prb_arena_destroy(book->one);
	prb_arena_destroy(book->all);
	prb_str_finish(&book->scratch);
	free(book);
}

const struct prb_book *
upstream_book_of(const struct upstream_book *book)
{
	return book == NULL ? NULL : book->book;
}

/* Everything of the stream into the book; PRB_ERR_IO with errno set where reading failed. */
static enum prb_err
read_all(struct upstream_book *b, FILE *stream, struct prb_fault *fault)
{
	const struct prb_intake_options options = {.format = PRB_INTAKE_AUTO};
	const struct prb_intake_events events = {on_row, on_refused, NULL, b};
	struct prb_intake *intake = prb_intake_create(&options, &events);
	char piece[65536];
	enum prb_err err = PRB_OK;
	size_t n;

	if (intake == NULL)
		return prb_fault_set(
			fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "there is no memory");
	while (err == PRB_OK && (n = fread(piece, 1, sizeof piece, stream)) > 0)
		err = prb_intake_feed(intake, piece, n, fault);
	if (err == PRB_OK && ferror(stream))
		err = prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL, "%s", strerror(errno));
	if (err == PRB_OK)
		err = prb_intake_finish(intake, fault);
	if (err == PRB_OK && prb_intake_format_used(intake) == PRB_INTAKE_CSV)
		err = prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
			"upstream declarations are JSON or NDJSON, not a list");
	prb_intake_destroy(intake);
	return err;
}

int
upstream_book_open(const struct screen_settings *settings, const char *path, bool is_numbered,
	struct upstream_book **out)
{
	FILE *stream = fopen(path, "rb");
	struct upstream_book *b = NULL;
	struct prb_fault fault = {.err = PRB_OK};
	enum prb_err err = PRB_ERR_IO;

	if (stream == NULL) {
		prb_cli_say("%s: %s", path, strerror(errno));
		return PRB_EXIT_FAILED;
	}
	b = create(settings, path, is_numbered);
	if (b == NULL)
		prb_cli_say("there is no memory");
	else
		err = read_all(b, stream, &fault);
	fclose(stream);
	if (b != NULL && err != PRB_OK && !b->failed)
		prb_cli_say("%s: %s", path, fault.detail);
	if (err == PRB_OK && prb_book_solve(b->book, prb_store_sha256) != PRB_OK) {
		prb_cli_say("%s: there is no memory for the upstream declarations", path);
		err = PRB_ERR_MEMORY;
	}
	if (err != PRB_OK) {
		int status = err == PRB_ERR_IO || err == PRB_ERR_MEMORY || b->failed
				     ? PRB_EXIT_FAILED
				     : PRB_EXIT_USAGE;

		upstream_book_close(b);
		return status;
	}
	*out = b;
	return b->any_refused ? PRB_EXIT_REFUSED : PRB_EXIT_OK;
}
