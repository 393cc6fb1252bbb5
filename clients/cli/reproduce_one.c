/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "clients/cli/cli.h"
#include "clients/cli/reproduce.h"
#include "scoring/attest/verify.h"
#include "scoring/rules/report.h"

#define DID_DOCUMENT_BYTES_MAX ((size_t)256 * 1024)
#define DIFFERENCES_SHOWN_MAX 20

struct reproducing {
	const struct reproduce_options *options;
	struct prb_arena *arena, *spare;
	struct prb_str attestation, report, declaration, did, text;
	struct declared declared;
	struct kept_report kept; /* json NULL where none is given */
	struct prb_claims said;  /* by the attestation, else by the kept report */
	struct recomputed found;
	struct decision_book *decisions;
	bool differs;
	bool same_values; /* the kept report differs in its form alone */
};

static bool
read_files(struct reproducing *r)
{
	const struct reproduce_options *o = r->options;
	size_t all = PRB_ANSWER_READ_BYTES_MAX;

	return prb_cli_read(o->declaration, all, &r->declaration) &&
	       (o->attestation == NULL || prb_cli_read(o->attestation, all, &r->attestation)) &&
	       (o->report == NULL || prb_cli_read(o->report, all, &r->report)) &&
	       (o->did == NULL || prb_cli_read(o->did, DID_DOCUMENT_BYTES_MAX, &r->did));
}

/* A fault of a file, on stderr. */
static bool
wrong_file(const char *name, const struct prb_fault *fault)
{
	struct prb_str words;

	prb_str_init(&words, 4096);
	prb_cli_fault(fault, &words);
	prb_cli_say("%s: %s", name, words.n != 0 ? words.p : "there is no memory");
	prb_str_finish(&words);
	return false;
}

/* What an attestation says counts once it is verified. */
static bool
read_attestation(struct reproducing *r)
{
	const struct prb_verify_options options = {
		.now = r->options->now,
		.skew_seconds = PRB_VERIFY_SKEW_SECONDS,
		.did_document = prb_str_span(&r->did),
		.sha256 = prb_store_sha256,
		.answer_too = true,
	};
	struct prb_span text = prb_str_span(&r->attestation);
	struct prb_verification verification;
	struct prb_fault fault;

	prb_attestation_verify(r->arena, text, &options, &verification);
	if (!verification.verified) {
		prb_cli_print_verdict(&verification);
		return false;
	}
	if (prb_claims_of_attestation(verification.credential, &r->said, &fault) != PRB_OK)
		return wrong_file(r->options->attestation, &fault);
	return true;
}

static bool
read_inputs(struct reproducing *r)
{
	const struct reproduce_options *o = r->options;
	struct prb_fault fault;

	if (!read_files(r))
		return false;
	if (o->attestation != NULL && !read_attestation(r))
		return false;
	if (o->report != NULL &&
		kept_report_read(r->arena, prb_str_span(&r->report), &r->kept, &fault) != PRB_OK)
		return wrong_file(o->report, &fault);
	if (declared_read(r->arena, prb_str_span(&r->declaration), &r->declared, &fault) != PRB_OK)
		return wrong_file(o->declaration, &fault);
	if (o->attestation == NULL) {
		r->said = r->kept.says;
		memcpy(r->said.sha256[PRB_CLAIM_REPORT], r->kept.sha256, sizeof r->kept.sha256);
		prb_cli_say("note: no attestation is given, so nobody's signature is checked");
	}
	if (o->as_of != PRB_DATE_NONE)
		r->said.as_of = o->as_of;
	return true;
}

/*
 * Saying what came of it.
 */

static void
print_row(struct reproducing *r, const char *name, const char *said, const char *other,
	const char *found)
{
	bool same = strcmp(said, found) == 0;

	r->differs |= !same;
	if (same)
		printf("same       %-12s %s\n", name, said);
	else
		printf("different  %-12s %-10s %s\n%23s %-10s %s\n", name,
			r->options->attestation != NULL ? "attested" : "kept", said, "", other,
			found);
}

static void
print_places(struct reproducing *r)
{
	size_t count;

	if (prb_span_equal(r->kept.bytes, r->found.bytes))
		return;
	r->differs = true;
	count = print_differences(
		r->spare, r->found.bytes, r->kept.json, DIFFERENCES_SHOWN_MAX, "  ");
	r->same_values = count == 0;
	if (count == 0)
		puts("  its values are the same, and its bytes are not");
	else if (count == SIZE_MAX)
		puts("  there is no memory to find the places");
}

#define OTHER_FORM "written in another form (indented or reordered), not canonical"

/* Release, method and declaration are the same, and the report is not. A report that somebody
 * signed, or that was not kept, was not changed. */
static void
print_cause(const struct reproducing *r)
{
	const struct reproduce_options *o = r->options;
	bool kept = r->kept.json != NULL;
	bool signed_so = o->attestation != NULL &&
			 (!kept || strcmp(r->kept.sha256, r->said.sha256[PRB_CLAIM_REPORT]) == 0);
	const char *upstream = o->upstream != NULL ? ", from another upstream declaration" : "";

	if (r->same_values)
		puts("different: the report is " OTHER_FORM
		     "; `probity canonicalize` gives the form that is hashed");
	else if (reproduce_lacks_upstream(o, &r->found, r->kept.json, "different: "))
		return;
	else if (kept && o->as_of != PRB_DATE_NONE && o->as_of != r->kept.says.as_of)
		puts("different: it was computed for another day than the report's, as --as-of "
		     "asks");
	else if (!signed_so)
		printf("different: the report was changed, or was made by another version of the "
		       "program (this is " PROBITY_VERSION ")%s: the same declaration, method and "
		       "release give another one\n",
			upstream);
	else
		printf("different: the report was made by another version of the program (this "
		       "is " PROBITY_VERSION ")%s, or for another day: the same declaration, "
		       "method and release give another one%s\n",
			upstream,
			kept ? ""
			     : "; with --report and the report as it was kept, the places are "
			       "shown, and "
			       "what persons decided about possible hits is taken from it");
}

/* What to do next, by the first thing that differs. */
static void
print_advice(const struct reproducing *r)
{
	const char(*said)[PRB_SHA256_HEX_BYTES] = r->said.sha256;
	const char(*now)[PRB_SHA256_HEX_BYTES] = r->found.says.sha256;

	if (strcmp(said[PRB_CLAIM_RELEASE], now[PRB_CLAIM_RELEASE]) != 0)
		printf("different: another dataset release: %.16s is wanted, %.16s is given; name "
		       "the file of the former with --data\n",
			said[PRB_CLAIM_RELEASE], now[PRB_CLAIM_RELEASE]);
	else if (strcmp(said[PRB_CLAIM_METHOD], now[PRB_CLAIM_METHOD]) != 0)
		puts("different: another method, under the name of the same release: one of the "
		     "two is not what it says");
	else if (r->declared.salted && strcmp(r->declared.id, r->said.declaration_id) != 0)
		printf("different: another stored declaration: %s is wanted, %s is given\n",
			r->said.declaration_id, r->found.says.declaration_id);
	else if (strcmp(said[PRB_CLAIM_DECLARATION], now[PRB_CLAIM_DECLARATION]) == 0)
		print_cause(r);
	else if (r->said.declaration_id[14] == '7' && !r->declared.salted)
		printf("different: another declaration, or its free texts are covered by a salt: "
		       "its owner gets that with GET /v1/declarations/%s, and that answer is "
		       "taken as --declaration\n",
			r->said.declaration_id);
	else
		puts("different: another declaration: the one given is not the one that was "
		     "scored");
}

static int
compare(struct reproducing *r)
{
	static const char *const names[] = {
		[PRB_CLAIM_RELEASE] = "release",
		[PRB_CLAIM_METHOD] = "method",
		[PRB_CLAIM_DECLARATION] = "declaration",
		[PRB_CLAIM_REPORT] = "report",
	};

	for (size_t i = 0; i < PRB_CLAIMS; i++)
		print_row(r, names[i], r->said.sha256[i], "recomputed", r->found.says.sha256[i]);
	if (r->options->attestation != NULL && r->kept.json != NULL)
		print_row(
			r, "kept report", r->said.sha256[PRB_CLAIM_REPORT], "kept", r->kept.sha256);
	if (r->kept.json != NULL)
		print_places(r);
	if (!r->differs) {
		puts("same");
		return PRB_EXIT_OK;
	}
	if (strcmp(r->said.sha256[PRB_CLAIM_REPORT], r->found.says.sha256[PRB_CLAIM_REPORT]) == 0)
		printf("different: the report kept %s; the report recomputed is the one attested\n",
			r->same_values ? "is " OTHER_FORM : "was changed, or is another one");
	else
		print_advice(r);
	return PRB_EXIT_FAILED;
}

static void
say_refused(const struct prb_faults *faults)
{
	puts("different: the declaration is refused, and no report comes of it:");
	for (size_t i = 0; i < faults->count; i++) {
		struct prb_str words;

		prb_str_init(&words, 4096);
		prb_cli_fault(&faults->items[i], &words);
		fputs("  ", stdout);
		print_safely(prb_str_span(&words));
		putchar('\n');
		prb_str_finish(&words);
	}
}

static int
compute_and_compare(
	struct reproducing *r, struct screener *screener, struct reproduce_book *upstream)
{
	const struct prb_faults *faults = NULL;
	const struct prb_book *book;
	int status;

	/* The report names what it rests on; without it, its stored declaration does. */
	if (!decision_book_take(r->decisions,
		    r->kept.json != NULL ? r->kept.decisions : r->declared.decisions)) {
		prb_cli_say("the member `decisions` is not as a report has it");
		return PRB_EXIT_FAILED;
	}
	status = reproduce_book_of(upstream, &r->declared, &r->said, r->decisions, &book);
	if (status != PRB_EXIT_OK)
		return status;
	if (recompute(screener, &r->declared, &r->said, book, &r->text, r->arena, &r->found,
		    &faults) == PRB_OK)
		return compare(r);
	if (faults->count != 0)
		say_refused(faults);
	else
		prb_cli_say("there is no memory for the report");
	return PRB_EXIT_FAILED;
}

static int
run(struct reproducing *r)
{
	struct prb_release *release;
	struct screen_settings settings = {.name = ""};
	struct reproduce_book *upstream;
	struct screener *screener;
	int status = PRB_EXIT_FAILED;

	if (!read_inputs(r))
		return status;
	release = prb_cli_open_release(r->options->data);
	if (release == NULL)
		return status;
	settings.release = release;
	settings.decisions = decision_book_source(r->decisions);
	screener = screener_create(&settings);
	upstream = reproduce_book_create(r->options, release);
	if (screener == NULL)
		prb_cli_say("there is no memory");
	else if (upstream != NULL)
		status = compute_and_compare(r, screener, upstream);
	screener_destroy(screener);
	reproduce_book_destroy(upstream);
	prb_release_close(release);
	return status;
}

int
reproduce_one(const struct reproduce_options *options)
{
	struct reproducing r = {.options = options};
	int status = PRB_EXIT_FAILED;

	prb_str_init(&r.text, PRB_REPORT_BYTES_MAX);
	r.arena = prb_arena_create(REPRODUCE_ARENA_BYTES_MAX);
	r.spare = prb_arena_create(REPRODUCE_ARENA_BYTES_MAX);
	r.decisions = decision_book_create();
	if (r.arena != NULL && r.spare != NULL && r.decisions != NULL)
		status = run(&r);
	else
		prb_cli_say("there is no memory");
	prb_arena_destroy(r.arena);
	prb_arena_destroy(r.spare);
	decision_book_destroy(r.decisions);
	prb_str_finish(&r.attestation);
	prb_str_finish(&r.report);
	prb_str_finish(&r.declaration);
	prb_str_finish(&r.did);
	prb_str_finish(&r.text);
	return prb_cli_flush() ? status : PRB_EXIT_FAILED;
}
