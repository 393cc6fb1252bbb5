/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <time.h>

#include "clients/lib/faults.h"
#include "datasets/facts/gather.h"
#include "datasets/store/release.h"
#include "scoring/rules/report.h"
#include "scoring/rules/score.h"

#define ARENA_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define REPORT_BYTES_MAX ((size_t)16 * 1024 * 1024)

struct probity_data {
	struct prb_release *release;
	struct prb_release_info info;
};

struct probity_scorer {
	const struct prb_release *release;
	struct prb_reader *reader;
	struct prb_gatherer *gatherer;
	struct prb_arena *arena;
	struct prb_faults faults;
	struct prb_str scratch;
};

static enum probity_result
without_memory(struct probity_faults *faults)
{
	struct prb_fault fault;

	(void)prb_fault_set(
		&fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "there is no memory for this");
	prb_faults_give(faults, &fault);
	return PROBITY_FAILED;
}

enum probity_result
probity_data_open(const char *path, struct probity_data **data, struct probity_faults *faults)
{
	struct probity_data *opened = calloc(1, sizeof *opened);
	struct prb_fault fault;
	char *real;
	enum prb_err err;

	prb_faults_empty(faults);
	if (opened == NULL)
		return without_memory(faults);
	/* The sidecar stands beside the file itself, not beside a link to it. */
	real = realpath(path, NULL);
	err = prb_release_open(real != NULL ? real : path, &opened->release, &fault);
	free(real);
	if (err != PRB_OK) {
		prb_faults_give(faults, &fault);
		free(opened);
		return prb_result_of(err);
	}
	prb_release_info(opened->release, &opened->info);
	*data = opened;
	return PROBITY_OK;
}

void
probity_data_close(struct probity_data *data)
{
	if (data == NULL)
		return;
	prb_release_close(data->release);
	free(data);
}

const char *
probity_data_release(const struct probity_data *data)
{
	return data->info.release;
}

struct probity_scorer *
probity_scorer_create(const struct probity_data *data)
{
	struct probity_scorer *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->release = data->release;
	prb_str_init(&s->scratch, PRB_DECLARATION_BYTES_MAX * 2);
	s->arena = prb_arena_create(ARENA_BYTES_MAX);
	if (s->arena != NULL && prb_reader_create(s->release, &s->reader) == PRB_OK)
		s->gatherer = prb_gatherer_create(s->reader);
	if (s->gatherer != NULL)
		return s;
	probity_scorer_destroy(s);
	return NULL;
}

void
probity_scorer_destroy(struct probity_scorer *scorer)
{
	if (scorer == NULL)
		return;
	prb_gatherer_destroy(scorer->gatherer);
	prb_reader_destroy(scorer->reader);
	prb_arena_destroy(scorer->arena);
	prb_str_finish(&scorer->scratch);
	free(scorer);
}

static prb_date
today(void)
{
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	return prb_date_from_civil(utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday);
}

static enum prb_err
read_options(struct probity_scorer *s, const struct probity_score_options *given,
	struct prb_score_options *options)
{
	const char *as_of = given == NULL ? NULL : given->as_of;
	const char *declarant = given == NULL ? NULL : given->declarant;

	*options = (struct prb_score_options){
		.declarant = PRB_DECLARANT_NONE,
		.sha256 = prb_store_sha256,
		.scratch = &s->scratch,
	};
	if (as_of == NULL)
		options->as_of = today();
	else if (!prb_date_parse(prb_span_of(as_of), &options->as_of))
		return prb_faults_add(&s->faults, PRB_ERR_DATE, "",
			"as_of is a date such as 2026-01-31, not \"%s\"", as_of);
	if (declarant == NULL)
		return PRB_OK;
	options->declarant =
		(enum prb_declarant)prb_words_find(&prb_words_declarant, prb_span_of(declarant));
	if (options->declarant == PRB_DECLARANT_NONE)
		return prb_faults_add(&s->faults, PRB_ERR_VALUE, "",
			"declarant is supplier, company, officer or auditor, not \"%s\"",
			declarant);
	return PRB_OK;
}

/* The one way of a declaration: read, gather, score. */
static enum prb_err
score(struct probity_scorer *s, struct prb_span text, const struct prb_score_options *options,
	struct prb_result **result)
{
	struct prb_declaration *declaration;
	struct prb_facts *facts;
	enum prb_err err = prb_declaration_read(s->arena, text, &s->faults, &declaration);

	if (err == PRB_OK)
		err = prb_facts_gather(
			s->gatherer, s->arena, declaration, options->as_of, &s->faults, &facts);
	if (err == PRB_OK)
		err = prb_score(s->arena, prb_release_reference(s->release), declaration, facts,
			options, &s->faults, result);
	return err;
}

enum probity_result
probity_score(struct probity_scorer *scorer, const char *declaration, size_t n,
	const struct probity_score_options *options, char **report, size_t *report_n,
	struct probity_faults *faults)
{
	struct prb_score_options read;
	struct prb_result *result;
	struct prb_str out;
	enum prb_err err;

	prb_faults_empty(faults);
	prb_arena_reset(scorer->arena);
	scorer->faults.count = scorer->faults.dropped = 0;
	err = read_options(scorer, options, &read);
	if (err == PRB_OK)
		err = score(scorer, (struct prb_span){declaration, n}, &read, &result);
	if (err != PRB_OK) {
		prb_faults_give_all(faults, &scorer->faults);
		return prb_result_of(err);
	}
	prb_str_init(&out, REPORT_BYTES_MAX);
	prb_report_write(scorer->arena, result, &out);
	if (out.failed) {
		prb_str_finish(&out);
		return without_memory(faults);
	}
	*report = out.p;
	*report_n = out.n;
	return PROBITY_OK;
}
