/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "clients/cli/cli.h"
#include "clients/cli/lines.h"
#include "clients/cli/progress.h"
#include "clients/cli/reproduce.h"
#include "scoring/rules/report.h"

#define PAIRS_SHOWN_MAX 20
#define DIFFERENCES_SHOWN_MAX 3

struct pairs {
	const struct reproduce_options *options;
	struct screener *screener;
	struct reproduce_book *upstream;
	struct decision_book *decisions;
	struct prb_arena *arena;
	struct prb_str text;
	struct lines reports, declarations;
	size_t same, different;
};

static size_t
count_lines(struct prb_span text)
{
	struct lines l = {.rest = text};
	size_t n = 0;

	while (lines_next(&l))
		n++;
	return n;
}

/* The head of what is said of a pair that differs; false once enough was shown. */
static bool
begin_pair(struct pairs *p, const char *what)
{
	if (p->different++ >= PAIRS_SHOWN_MAX)
		return false;
	prb_progress_hide();
	printf("%s:%zu: %s\n", p->options->reports, p->reports.number, what);
	return true;
}

static void
different_for(struct pairs *p, const char *what, const struct prb_fault *fault)
{
	struct prb_str words;

	if (!begin_pair(p, what))
		return;
	prb_str_init(&words, 4096);
	prb_cli_fault(fault, &words);
	fputs("  ", stdout);
	print_safely(prb_str_span(&words));
	putchar('\n');
	prb_str_finish(&words);
}

/* False where there is no going on. */
static bool
compare_pair(struct pairs *p)
{
	const struct prb_faults *faults = NULL;
	const struct prb_book *book;
	struct declared declared;
	struct kept_report kept;
	struct recomputed found;
	struct prb_fault fault;

	prb_arena_reset(p->arena);
	if (kept_report_read(p->arena, p->reports.line, &kept, &fault) != PRB_OK) {
		different_for(p, "this is no report", &fault);
		return true;
	}
	if (declared_read(p->arena, p->declarations.line, &declared, &fault) != PRB_OK) {
		different_for(p, "its declaration cannot be read", &fault);
		return true;
	}
	if (p->options->as_of != PRB_DATE_NONE)
		kept.says.as_of = p->options->as_of;
	if (!decision_book_take(p->decisions, kept.decisions)) {
		(void)prb_fault_set(&fault, PRB_ERR_VALUE, PRB_NO_OFFSET, "/decisions",
			"they are not as a report has them");
		different_for(p, "what persons decided cannot be read", &fault);
		return true;
	}
	if (reproduce_book_of(p->upstream, &declared, &kept.says, p->decisions, &book) !=
		PRB_EXIT_OK)
		return false;
	if (recompute(p->screener, &declared, &kept.says, book, &p->text, p->arena, &found,
		    &faults) != PRB_OK) {
		(void)prb_fault_set(
			&fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "there is no memory for it");
		different_for(p, "its declaration is refused",
			faults != NULL && faults->count != 0 ? &faults->items[0] : &fault);
		return true;
	}
	if (prb_span_equal(found.bytes, kept.bytes)) {
		p->same++;
		return true;
	}
	if (!begin_pair(p, "different"))
		return true;
	if (print_differences(p->arena, found.bytes, kept.json, DIFFERENCES_SHOWN_MAX, "  ") == 0)
		puts("  its values are the same: it is written in another form (indented or "
		     "reordered), not canonical");
	(void)reproduce_lacks_upstream(p->options, &found, kept.json, "  ");
	return true;
}

static int
compare_all(struct pairs *p)
{
	size_t reports = count_lines(p->reports.rest),
	       declarations = count_lines(p->declarations.rest), done = 0;

	if (reports != declarations) {
		prb_cli_say("%zu reports and %zu declarations: one of each on the same place is "
			    "wanted (a declaration that was refused has no report: leave it out)",
			reports, declarations);
		return PRB_EXIT_FAILED;
	}
	prb_progress_begin("reports", true);
	while (lines_next(&p->reports) && lines_next(&p->declarations)) {
		prb_progress_at(done, done, reports);
		if (!compare_pair(p))
			return PRB_EXIT_FAILED;
		done++;
	}
	prb_progress_end();
	if (p->different > PAIRS_SHOWN_MAX)
		printf("and %zu more\n", p->different - PAIRS_SHOWN_MAX);
	printf("%zu same, %zu different\n", p->same, p->different);
	return p->different == 0 && p->same != 0 ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

static int
with_release(struct pairs *p, const struct prb_release *release)
{
	struct screen_settings settings = {.release = release, .name = ""};
	int status = PRB_EXIT_FAILED;

	p->decisions = decision_book_create();
	if (p->decisions != NULL)
		settings.decisions = decision_book_source(p->decisions);
	p->screener = screener_create(&settings);
	p->upstream = reproduce_book_create(p->options, release);
	p->arena = prb_arena_create(REPRODUCE_ARENA_BYTES_MAX);
	prb_str_init(&p->text, PRB_REPORT_BYTES_MAX);
	if (p->decisions != NULL && p->screener != NULL && p->upstream != NULL && p->arena != NULL)
		status = compare_all(p);
	else
		prb_cli_say("there is no memory");
	prb_str_finish(&p->text);
	prb_arena_destroy(p->arena);
	screener_destroy(p->screener);
	reproduce_book_destroy(p->upstream);
	decision_book_destroy(p->decisions);
	return status;
}

int
reproduce_many(const struct reproduce_options *options)
{
	struct pairs p = {.options = options};
	struct prb_str reports, declarations;
	struct prb_release *release = NULL;
	int status = PRB_EXIT_FAILED;

	prb_str_init(&declarations, 0);
	if (prb_cli_read(options->reports, REPRODUCE_TEXT_BYTES_MAX, &reports) &&
		prb_cli_read(options->declarations, REPRODUCE_TEXT_BYTES_MAX, &declarations))
		release = prb_cli_open_release(options->data);
	if (release != NULL) {
		p.reports.rest = prb_str_span(&reports);
		p.declarations.rest = prb_str_span(&declarations);
		status = with_release(&p, release);
	}
	prb_release_close(release);
	prb_str_finish(&reports);
	prb_str_finish(&declarations);
	return prb_cli_flush() ? status : PRB_EXIT_FAILED;
}
