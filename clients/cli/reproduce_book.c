/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "clients/cli/book.h"
#include "clients/cli/cli.h"
#include "clients/cli/reproduce.h"

struct reproduce_book {
	const struct reproduce_options *options;
	struct screen_settings settings;
	bool is_numbered;
	bool has_decisions;         /* it was read with some */
	struct upstream_book *book; /* NULL until a report needs one */
};

struct reproduce_book *
reproduce_book_create(const struct reproduce_options *options, const struct prb_release *release)
{
	struct reproduce_book *b = calloc(1, sizeof *b);

	if (b == NULL) {
		prb_cli_say("there is no memory");
		return NULL;
	}
	b->options = options;
	b->settings.release = release;
	b->settings.name = "";
	return b;
}

void
reproduce_book_destroy(struct reproduce_book *book)
{
	if (book == NULL)
		return;
	upstream_book_close(book->book);
	free(book);
}

/* What a declaration says of its declarant tells nothing of the role that was given for those that
 * say nothing; where it is silent, its report shows that role. */
static enum prb_declarant
role_given(const struct reproduce_options *options, const struct declared *declared,
	const struct prb_claims *said)
{
	if (options->declarant != PRB_DECLARANT_NONE)
		return options->declarant;
	return declared->says_declarant ? PRB_DECLARANT_NONE : (enum prb_declarant)said->declarant;
}

int
reproduce_book_of(struct reproduce_book *b, const struct declared *declared,
	const struct prb_claims *said, const struct decision_book *decisions,
	const struct prb_book **out)
{
	enum prb_declarant role = role_given(b->options, declared, said);
	bool is_numbered = said->declaration_id[14] != '7'; /* a server's have no order */
	int status = PRB_EXIT_OK;

	*out = NULL;
	if (b->options->upstream == NULL)
		return PRB_EXIT_OK;
	if (b->book == NULL || b->has_decisions || !decision_book_is_empty(decisions) ||
		b->settings.as_of != said->as_of || b->settings.declarant != role ||
		b->is_numbered != is_numbered) {
		upstream_book_close(b->book);
		b->book = NULL;
		b->settings.as_of = said->as_of;
		b->settings.declarant = role;
		b->is_numbered = is_numbered;
		b->has_decisions = !decision_book_is_empty(decisions);
		b->settings.decisions = decision_book_source(decisions);
		status = upstream_book_open(
			&b->settings, b->options->upstream, is_numbered, &b->book);
	}
	*out = upstream_book_of(b->book);
	return b->book != NULL ? PRB_EXIT_OK : status;
}

bool
reproduce_lacks_upstream(const struct reproduce_options *options,
	const struct recomputed *recomputed, const struct prb_json *kept, const char *indent)
{
	if (!lacks_upstream(recomputed->json, kept))
		return false;
	if (options->upstream == NULL)
		printf("%sthe declaration refers to upstream declarations, and their file is not "
		       "given: name it with --upstream\n",
			indent);
	else
		printf("%sthe file of --upstream lacks declarations that are referred to, or has "
		       "them changed: what changes has another id\n",
			indent);
	return true;
}
