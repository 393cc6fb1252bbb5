/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "clients/cli/cli.h"
#include "clients/cli/remote.h"
#include "clients/render/texts.h"

#define WORDS_BYTES_MAX 4096
#define POINTER_BYTES 64
#define LINE_BYTES_MAX ((size_t)1024 * 1024)

static const char help[] =
	"usage: probity product [OPTION]... [WORDS...]\n\n"
	"Asks a server what is known of a good from an origin: the risk in supply chains of such "
	"goods from there, why, and what to ask the\n"
	"shop. WORDS say what the product is.\n\n"
	"  --hs HS            its code in the Harmonized System, in place of words\n"
	"  --origin COUNTRY   where it was made: a code or a name\n"
	"  --out summary|json  what to print; json is the server's answer\n"
	"  --lang LANG        " PRB_CLI_LANGS "\n" REMOTE_HELP
	"\nExit status: 0; 1 where the server said no or could not be reached; 2 usage.\n\n"
	"  probity product --origin Bangladesh cotton shirt\n"
	"  probity product --hs 6109 --origin BGD --out json\n";

struct asking {
	struct remote remote;
	const char *hs, *origin;
	struct prb_str words;
	enum prb_lang lang;
	bool json;
};

enum { OPT_HS = REMOTE_NEXT, OPT_ORIGIN, OPT_OUT, OPT_LANG };

static const struct option long_options[] = {
	{"hs", required_argument, NULL, OPT_HS},
	{"origin", required_argument, NULL, OPT_ORIGIN},
	{"out", required_argument, NULL, OPT_OUT},
	{"lang", required_argument, NULL, OPT_LANG},
	REMOTE_LONG_OPTIONS,
	{NULL, 0, NULL, 0},
};

static int
set_option(void *context, int option, const char *value)
{
	struct asking *a = context;

	switch (option) {
	case OPT_HS:
		a->hs = value;
		return PRB_EXIT_OK;
	case OPT_ORIGIN:
		a->origin = value;
		return PRB_EXIT_OK;
	case OPT_LANG:
		return prb_cli_lang("product", value, &a->lang);
	default:
		a->json = strcmp(value, "json") == 0;
		return a->json || strcmp(value, "summary") == 0
			       ? PRB_EXIT_OK
			       : prb_cli_usage(
					 "product", "--out %s: summary or json is wanted", value);
	}
}

/* A line of the server's, which is not trusted, or of our own. */
static void
print_line(struct prb_span text)
{
	struct prb_str safe;

	prb_str_init(&safe, LINE_BYTES_MAX);
	prb_text_safe_rendered(text, &safe);
	prb_str_add_char(&safe, '\n');
	fwrite(safe.p != NULL ? safe.p : "", 1, safe.n, stdout);
	prb_str_finish(&safe);
}

static void
print_head(enum prb_lang lang, const char *key)
{
	struct prb_str head;

	prb_str_init(&head, LINE_BYTES_MAX);
	(void)prb_text_render(lang, "product", prb_span_of(key), NULL, 0, &head);
	putchar('\n');
	print_line(prb_str_span(&head));
	prb_str_finish(&head);
}

/* The texts of a list of {"text": ..}, one a line. */
static void
print_texts(struct probity_answer *answer, const char *list, enum prb_lang lang, const char *head)
{
	char pointer[POINTER_BYTES];
	const char *text;

	for (int i = 0;; i++) {
		(void)snprintf(pointer, sizeof pointer, "/%s/%d/text", list, i);
		text = probity_answer_at(answer, pointer, NULL);
		if (text == NULL)
			break;
		if (i == 0)
			print_head(lang, head);
		fputs("  - ", stdout);
		print_line(prb_span_of(text));
	}
}

static void
print_summary(struct probity_answer *answer, enum prb_lang lang)
{
	const char *notice = probity_answer_at(answer, "/notice", NULL);

	print_line(prb_span_of(probity_answer_at(answer, "/summary", NULL)));
	print_texts(answer, "hints", lang, "head_hints");
	print_texts(answer, "reasons", lang, "head_reasons");
	print_texts(answer, "ask_the_shop", lang, "head_questions");
	if (notice == NULL)
		return;
	putchar('\n');
	print_line(prb_span_of(notice));
}

static int
ask(struct asking *a)
{
	struct probity_answer *answer = probity_client_product(
		a->remote.client, a->words.n != 0 ? a->words.p : NULL, a->hs, a->origin);
	bool done = remote_accept(answer);
	size_t n;
	const char *body = probity_answer_body(answer, &n);

	if (done && a->json) {
		done = fwrite(body, 1, n, stdout) == n && putchar('\n') != EOF;
	} else if (done && probity_answer_at(answer, "/summary", NULL) != NULL) {
		print_summary(answer, a->lang);
	} else if (done) {
		prb_cli_say("the server's answer has no summary");
		done = false;
	}
	probity_answer_destroy(answer);
	return prb_cli_flush() && done ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

static int
product(struct asking *a, char **words)
{
	int status;

	for (; *words != NULL; words++) {
		if (a->words.n != 0)
			prb_str_add_char(&a->words, ' ');
		prb_str_add_text(&a->words, *words);
	}
	if (a->words.failed)
		return prb_cli_usage("product", "so many words are not read");
	if (a->words.n == 0 && a->hs == NULL && a->origin == NULL)
		return prb_cli_usage("product", "words, --hs or --origin are wanted");
	a->remote.language = prb_lang_tag(a->lang);
	status = remote_open(&a->remote);
	if (status == PRB_EXIT_OK)
		status = ask(a);
	remote_close(&a->remote);
	return status;
}

int
prb_command_product(int argc, char **argv)
{
	struct asking a = {.remote = {.command = "product"}};
	int status = remote_read_options(&a.remote, help, long_options, argc, argv, set_option, &a);

	if (status != -1)
		return status;
	prb_str_init(&a.words, WORDS_BYTES_MAX);
	status = product(&a, argv + optind);
	prb_str_finish(&a.words);
	return status;
}
