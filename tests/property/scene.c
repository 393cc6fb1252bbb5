/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/property/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/facts/decisions.h"
#include "scoring/rules/report.h"

#define ARENA_BYTES_MAX ((size_t)64 << 20)
#define TEXT_BYTES_MAX ((size_t)64 << 10)

static struct prb_release *release;
static struct prb_reader *reader;
static struct prb_gatherer *gatherer;
static struct prb_arena *arena, *spare;
static struct prb_str text, report_text;

static void
die(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n%s\n", what, why, text.n != 0 ? text.p : "");
	abort();
}

void
scene_open(void)
{
	const char *path = getenv("PROBITY_DATA");
	struct prb_fault fault;

	if (path == NULL || path[0] == '\0')
		path = PROBITY_BINARY_DIR "/share/probity/release.lmdb";
	if (prb_release_open(path, &release, &fault) != PRB_OK)
		die("the release", fault.detail);
	if (prb_reader_create(release, &reader) != PRB_OK)
		die("the release", "no reader");
	gatherer = prb_gatherer_create(reader);
	arena = prb_arena_create(ARENA_BYTES_MAX);
	spare = prb_arena_create(ARENA_BYTES_MAX);
	if (gatherer == NULL || arena == NULL || spare == NULL)
		die("setting up", "no memory");
	prb_str_init(&text, TEXT_BYTES_MAX);
	prb_str_init(&report_text, PRB_REPORT_BYTES_MAX);
}

void
scene_close(void)
{
	prb_str_finish(&text);
	prb_str_finish(&report_text);
	prb_arena_destroy(arena);
	prb_arena_destroy(spare);
	prb_gatherer_destroy(gatherer);
	prb_reader_destroy(reader);
	prb_release_close(release);
}

const char *
scene_text(void)
{
	return text.p;
}

struct prb_arena *
scene_spare_arena(void)
{
	prb_arena_reset(spare);
	return spare;
}

static const struct prb_decided decisions[] = {
	{.id = "01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a91",
		.at = "2026-06-30T12:00:00Z",
		.hit = "same",
		.decision = PRB_HIT_MATCH},
	{.id = "01937f2a-7c1b-7c3e-9a54-0d6f3c2b1a92",
		.at = "2026-06-30T12:00:00Z",
		.hit = "different",
		.decision = PRB_HIT_DIFFERENT},
};

/* Every match becomes possible, as if the country were not known; decided: and what a person says
 * of it, NULL for nothing. */
static void
make_possible(struct prb_facts *facts, const struct prb_decided *decided)
{
	struct prb_listing *copies = prb_arena_array(arena, facts->listings_count, sizeof *copies);

	if (copies == NULL)
		die("twisting", "no memory");
	for (size_t i = 0; i < facts->listings_count; i++) {
		copies[i] = facts->listings[i];
		copies[i].decision = decided == NULL ? PRB_HIT_POSSIBLE : decided->decision;
		copies[i].decided = decided;
	}
	facts->listings = copies;
}

static struct prb_result *
score(const struct spec *s, enum twist twist)
{
	const struct prb_score_options options = {
		.as_of = spec_as_of(), .sha256 = prb_store_sha256};
	struct prb_declaration *declaration;
	struct prb_facts *facts;
	struct prb_faults faults = {.count = 0};
	struct prb_result *result;

	prb_arena_reset(arena);
	spec_write(s, &text);
	if (prb_declaration_read(arena, prb_str_span(&text), &faults, &declaration) != PRB_OK)
		die(faults.items[0].pointer, faults.items[0].detail);
	if (prb_facts_gather(gatherer, arena, declaration, options.as_of, &faults, &facts) !=
		PRB_OK)
		die(faults.items[0].pointer, faults.items[0].detail);
	if (twist == TWIST_POSSIBLE)
		make_possible(facts, NULL);
	else if (twist != TWIST_NONE)
		make_possible(facts, &decisions[twist == TWIST_DIFFERENT]);
	if (prb_score(arena, prb_release_reference(release), declaration, facts, &options, &faults,
		    &result) != PRB_OK)
		die(faults.items[0].pointer, faults.items[0].detail);
	return result;
}

/* FNV-1a, 64 bits. */
static uint64_t
mix(uint64_t hash, uint64_t value)
{
	for (int i = 0; i < 8; i++, value >>= 8)
		hash = (hash ^ (value & 0xFF)) * 0x100000001B3U;
	return hash;
}

static uint64_t
hash_worst_case(const struct prb_exposure_result *e)
{
	uint64_t hash = 0xCBF29CE484222325U;

	for (int c = 0; c < PRB_COMPONENTS; c++) {
		hash = mix(hash, (uint64_t)e->worst.values[c].point);
		hash = mix(hash, e->worst.values[c].known);
		hash = mix(hash, (uint64_t)e->contribution[c]);
	}
	return hash;
}

struct headline
scene_score(const struct spec *s, enum twist twist)
{
	const struct prb_result *r = score(s, twist);
	struct headline h = {
		.rating = r->rating.rating,
		.best = r->rating.best,
		.worst = r->rating.worst,
		.icls = r->icls.value,
		.state_imposed = r->state_imposed,
		.inherent = r->exposure.worst.inherent,
		.lo = r->exposure.lo,
		.hi = r->exposure.hi,
		.residual = r->exposure.residual,
		.coverage = r->rating.coverage,
		.listings = r->facts->listings_count,
		.rule = r->rating.fired->rule,
		.worst_case = hash_worst_case(&r->exposure),
	};

	for (int i = 1; i <= PRB_INDICATORS; i++)
		h.states[i] = r->indicators[i].state;
	for (int i = 0; i < s->findings_count; i++)
		h.use_indicator[i] = r->findings[i].indicator;
	for (size_t i = 0; i < r->facts->listings_count; i++)
		h.listing_matched |= r->facts->listings[i].decision == PRB_HIT_MATCH;
	return h;
}

struct confirming {
	uint64_t which;
	unsigned met;
};

static enum prb_err
no_hit(void *context, struct prb_span hit, struct prb_decided *out)
{
	(void)context, (void)hit, (void)out;
	return PRB_ERR_NOT_FOUND;
}

static enum prb_err
confirm(void *context, const struct prb_statement_text *statement, struct prb_decided *out)
{
	struct confirming *c = context;

	(void)statement;
	if ((c->which >> c->met++ % 64 & 1) == 0)
		return PRB_ERR_NOT_FOUND;
	*out = decisions[0];
	return PRB_OK;
}

static enum prb_err
every_supplier(void *context, struct prb_span supplier)
{
	(void)context, (void)supplier;
	return PRB_OK;
}

struct headline
scene_score_confirmed(const struct spec *s, uint64_t which)
{
	struct confirming confirming = {.which = which};
	const struct prb_decision_source source = {
		no_hit, prb_store_sha256, &confirming, confirm, every_supplier};
	struct headline h;

	prb_gatherer_decide(gatherer, &source);
	h = scene_score(s, TWIST_NONE);
	prb_gatherer_decide(gatherer, NULL);
	return h;
}

const struct prb_result *
scene_report(const struct spec *s, struct prb_span *report)
{
	const struct prb_result *r = score(s, TWIST_NONE);

	prb_str_reset(&report_text);
	prb_report_write(arena, r, &report_text);
	if (report_text.failed)
		die("the report", "no room");
	*report = prb_str_span(&report_text);
	return r;
}
