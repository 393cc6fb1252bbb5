/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one typical declaration costs, step by step, beside cJSON's own parse of the same text: the
 * median of many rounds, in microseconds. Hashing is left out (a function that does nothing stands
 * in), names are measured apart.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "datasets/facts/gather.h"
#include "scoring/names/fold.h"
#include "scoring/rules/report.h"

#define ROUNDS 4001
#define BATCH 20 /* calls in one round: the clock is coarse beside one */
#define ARENA_BYTES_MAX ((size_t)64 << 20)

/* A made-up supplier: two sites, two products, a workforce, eleven findings, three controls, one
 * upstream supplier. */
static const char typical[] = "{\"declarant\":\"auditor\",\"supplier\":{\"name\":\"Example "
			      "Garments Private Limited\",\"country\":\"BGD\",\"city\":\"Gazipur\","
			      "\"address\":\"Plot 12, Example Road, "
			      "Gazipur\"},\"sites\":[{\"id\":\"unit-1\",\"country\":\"BGD\","
			      "\"address\":\"Plot 12, Example "
			      "Road\"},{\"id\":\"unit-2\",\"country\":\"BGD\"}],\"products\":[{"
			      "\"hs\":\"6109\",\"origin\":\"BGD\",\"inputs\":[{\"hs\":\"5205\","
			      "\"origin\":\"IND\"}]},{\"hs\":\"6203\",\"origin\":\"BGD\"}],"
			      "\"workforce\":{\"total\":1200,\"women\":800,\"migrant\":40,"
			      "\"agency\":100,\"under_18\":0,\"recruitment_fees\":\"employer_"
			      "pays\",\"housing\":\"independent\",\"peak_hours_per_week\":62,"
			      "\"rest_days_per_month\":4,\"piece_rate\":true,\"phones_kept_by_"
			      "employer\":false,\"labour_transfer\":\"no\"},\"findings\":["
#define FINDING(key, state, source)                                                                \
	"{\"indicator\":\"" key "\",\"state\":\"" state "\",\"source\":\"" source                  \
	"\",\"date\":\"2026-02-11\",\"site\":\"unit-1\"}"
	FINDING("abuse_of_vulnerability", "absent", "audit_unannounced") "," FINDING(
		"deception", "absent", "audit_unannounced") "," FINDING("restriction_of_movement",
		"absent", "audit_unannounced") "," FINDING("isolation", "absent",
		"audit_unannounced") "," FINDING("physical_and_sexual_violence", "absent",
		"worker") "," FINDING("intimidation_and_threats", "absent",
		"worker") "," FINDING("retention_of_identity_documents", "present",
		"ngo") "," FINDING("withholding_of_wages", "absent",
		"document") "," FINDING("debt_bondage", "absent",
		"audit_announced") "," FINDING("abusive_working_and_living_conditions", "present",
		"media") "," FINDING("excessive_overtime", "present",
		"audit_unannounced") "],\"controls\":[{\"control\":\"grievance_mechanism\","
				     "\"evidence\":\"documented\"},{\"control\":\"wage_records\","
				     "\"evidence\":"
				     "\"verified\"},{\"control\":\"forced_labour_policy\","
				     "\"evidence\":\"claimed\"}],\"upstream\":[{\"tier\":1,"
				     "\"supplier\":{\"name\":"
				     "\"Example Mills\",\"country\":\"IND\"}}]}";

struct bench {
	struct prb_release *release;
	struct prb_reader *reader;
	struct prb_gatherer *gatherer;
	struct prb_arena *arena, *kept;
	struct prb_declaration *declaration;
	struct prb_facts *facts;
	struct prb_result *result;
	struct prb_str report, scratch, folded;
	struct prb_faults faults;
};

static void
no_hash(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n)
{
	(void)bytes;
	(void)n;
	memset(out, 0, PRB_SHA256_BYTES);
}

static void
must(bool done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "score_bench: %s failed\n", what);
	exit(1);
}

static void
run_cjson(struct bench *b)
{
	cJSON *json = cJSON_ParseWithLength(typical, sizeof typical - 1);

	(void)b;
	must(json != NULL, "cJSON");
	cJSON_Delete(json);
}

static void
run_read(struct bench *b)
{
	prb_arena_reset(b->arena);
	must(prb_declaration_read(b->arena, PRB_SPAN(typical), &b->faults, &b->declaration) ==
			PRB_OK,
		"reading");
}

static void
run_gather(struct bench *b)
{
	struct prb_facts *facts;

	prb_arena_reset(b->arena);
	must(prb_facts_gather(b->gatherer, b->arena, b->declaration,
		     prb_date_from_civil(2026, 6, 30), &b->faults, &facts) == PRB_OK,
		"gathering");
}

static void
run_score(struct bench *b)
{
	const struct prb_score_options options = {.as_of = prb_date_from_civil(2026, 6, 30),
		.sha256 = no_hash,
		.scratch = &b->scratch};

	prb_arena_reset(b->arena);
	must(prb_score(b->arena, prb_release_reference(b->release), b->declaration, b->facts,
		     &options, &b->faults, &b->result) == PRB_OK,
		"scoring");
}

/* What prb_score does only so that there is something to hash. */
static void
run_canonical(struct bench *b)
{
	prb_arena_reset(b->arena);
	prb_str_reset(&b->scratch);
	prb_declaration_canonical(b->arena, b->declaration, NULL, NULL, &b->scratch);
	must(!b->scratch.failed, "the canonical form");
}

static void
run_report(struct bench *b)
{
	prb_str_reset(&b->report);
	prb_report_write(b->arena, b->result, &b->report);
	must(!b->report.failed, "the report");
}

static void
run_score_and_report(struct bench *b)
{
	run_score(b);
	run_report(b);
}

static void
run_fold(struct bench *b)
{
	prb_str_reset(&b->folded);
	prb_fold(prb_release_fold(b->release), PRB_SPAN("Example Garments Private Limited"),
		&b->folded);
}

static double
microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int
ascending(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The median, which is printed too. */
static double
measure(struct bench *b, const char *what, void (*run)(struct bench *))
{
	static double rounds[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		double start = microseconds();

		for (int j = 0; j < BATCH; j++)
			run(b);
		rounds[i] = (microseconds() - start) / BATCH;
	}
	qsort(rounds, ROUNDS, sizeof rounds[0], ascending);
	printf("%-34s %8.2f us   (best %.2f, 99 of 100 below %.2f)\n", what, rounds[ROUNDS / 2],
		rounds[0], rounds[ROUNDS * 99 / 100]);
	return rounds[ROUNDS / 2];
}

/* The declaration and the facts that are scored again and again live in an arena of their own. */
static void
prepare(struct bench *b, const char *path)
{
	struct prb_fault fault;

	if (prb_release_open(path, &b->release, &fault) != PRB_OK) {
		fprintf(stderr, "score_bench: %s\n", fault.detail);
		exit(1);
	}
	must(prb_reader_create(b->release, &b->reader) == PRB_OK, "the reader");
	b->gatherer = prb_gatherer_create(b->reader);
	b->arena = prb_arena_create(ARENA_BYTES_MAX);
	b->kept = prb_arena_create(ARENA_BYTES_MAX);
	must(b->gatherer != NULL && b->arena != NULL && b->kept != NULL, "setting up");
	prb_str_init(&b->report, PRB_REPORT_BYTES_MAX);
	prb_str_init(&b->scratch, 2 * PRB_DECLARATION_BYTES_MAX);
	prb_str_init(&b->folded, 65536);
}

static void
keep(struct bench *b)
{
	must(prb_declaration_read(b->kept, PRB_SPAN(typical), &b->faults, &b->declaration) ==
			PRB_OK,
		"reading");
	must(prb_facts_gather(b->gatherer, b->kept, b->declaration,
		     prb_date_from_civil(2026, 6, 30), &b->faults, &b->facts) == PRB_OK,
		"gathering");
}

int
main(int argc, char **argv)
{
	struct bench b = {.faults = {.count = 0}};
	double form, all;

	if (argc != 2) {
		fprintf(stderr, "usage: score_bench RELEASE\n");
		return 2;
	}
	prepare(&b, argv[1]);
	printf("declaration of %zu bytes, eleven findings\n", sizeof typical - 1);
	measure(&b, "cJSON_Parse (yardstick)", run_cjson);
	measure(&b, "prb_declaration_read", run_read);
	keep(&b);
	measure(&b, "prb_facts_gather (names included)", run_gather);
	measure(&b, "prb_score (SHA-256 excluded)", run_score);
	form = measure(&b, "of it the form that is hashed", run_canonical);
	run_score(&b);
	measure(&b, "prb_report_write", run_report);
	all = measure(&b, "score + report", run_score_and_report);
	printf("%-34s %8.2f us   (wanted below 25)\n", "of it without that form", all - form);
	measure(&b, "folding one name", run_fold);
	printf("report of %zu bytes\n", b.report.n);
	return 0;
}
