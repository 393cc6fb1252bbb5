/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/rules/score.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "scoring/rules/change.h"
#include "scoring/rules/decided.h"
#include "scoring/rules/exposure.h"
#include "scoring/rules/rating.h"
#include "scoring/rules/scopes.h"
#include "scoring/rules/states.h"
#include "scoring/rules/upstream.h"

/* What one reading of the declaration comes to. */
struct reading {
	struct prb_states states;
	struct prb_rating_inputs inputs;
};

struct scorer {
	struct prb_arena *arena;
	const struct prb_reference *reference;
	const struct prb_declaration *declaration;
	const struct prb_facts *facts;
	prb_date as_of;
	struct prb_findings findings;
	struct prb_scopes scopes;
	bool *in_scope; /* for each site at the point, and as many again for an end */
	struct prb_result *result;
};

/* A declaration that says it is the supplier's is the supplier's, whoever hands it in: the cautious
 * reading. */
static enum prb_declarant
effective_declarant(const struct prb_declaration *declaration, enum prb_declarant given)
{
	if (declaration->declarant == PRB_SUPPLIER || given == PRB_SUPPLIER)
		return PRB_SUPPLIER;
	if (declaration->declarant != PRB_DECLARANT_NONE)
		return (enum prb_declarant)declaration->declarant;
	return given == PRB_DECLARANT_NONE ? PRB_COMPANY : given;
}

static enum prb_err
check_controls(const struct prb_declaration *d, prb_date as_of, struct prb_faults *faults)
{
	enum prb_err err = PRB_OK;

	for (size_t i = 0; i < d->controls_count; i++) {
		char pointer[48];

		if (d->controls[i].date == PRB_DATE_NONE || d->controls[i].date <= as_of)
			continue;
		snprintf(pointer, sizeof pointer, "/controls/%zu/date", i);
		err = prb_faults_add(
			faults, PRB_ERR_DATE, pointer, "the control is dated after the as-of date");
	}
	return err;
}

/*
 * Row 9's exemption: every product declares its inputs, and each its origin (section 6).
 */
static bool
is_traced(const struct prb_declaration *d, const struct prb_facts *facts)
{
	for (size_t i = 0; i < d->products_count; i++) {
		if (!d->products[i].inputs_given ||
			facts->products[i].goods.origin.country == PRB_COUNTRY_NONE)
			return false;
		for (size_t j = 0; j < d->products[i].inputs_count; j++)
			if (facts->products[i].inputs[j].origin.country == PRB_COUNTRY_NONE)
				return false;
	}
	return d->products_count != 0;
}

/*
 * Coverage: what is known of the indicators, of who, of what and of where.
 */
static prb_ppm
known_share(const struct prb_reference *r, const struct prb_value *values, enum prb_lens lens)
{
	prb_ppm known = 0, all = 0;

	for (int c = 0; c < PRB_COMPONENTS; c++) {
		if (prb_component_lens((enum prb_component)c) != lens ||
			values[c].known == PRB_NOT_APPLICABLE)
			continue;
		all += r->weights[c].ppm;
		/* Nobody makes itself better known by its own favourable words (principle 7). */
		if (values[c].known == PRB_KNOWN && !values[c].unconfirmed)
			known += r->weights[c].ppm;
	}
	return all == 0 ? 0 : prb_mul_div(known, PRB_PPM_ONE, all);
}

static prb_ppm
coverage_of(const struct prb_reference *r, const struct prb_result *result)
{
	const struct prb_value *values = result->exposure.worst.values;
	int64_t halves = 0;
	prb_ppm sum;

	for (int i = 1; i <= PRB_INDICATORS; i++)
		halves += result->indicators[i].state != PRB_STATE_UNKNOWN ? 2
			  : result->indicators[i].half_known               ? 1
									   : 0;
	sum = r->constants[PRB_K_COVERAGE_INDICATORS] *
	      prb_mul_div(halves, PRB_PPM_ONE, 2 * PRB_INDICATORS);
	sum += r->constants[PRB_K_COVERAGE_WHO] * known_share(r, values, PRB_LENS_WHO);
	sum += r->constants[PRB_K_COVERAGE_WHAT] * known_share(r, values, PRB_LENS_WHAT);
	sum += r->constants[PRB_K_COVERAGE_WHERE] * known_share(r, values, PRB_LENS_WHERE);
	return prb_mul_div(sum, 1, 100);
}

/* The ends differ from the point only by contests and by what is inside an open scope: as a rule
 * the states are the same, and are not evaluated again. */
static void
read_states(struct scorer *s, enum prb_reading reading, const struct prb_states *point,
	struct prb_states *out)
{
	size_t sites = s->declaration->sites_count == 0 ? 1 : s->declaration->sites_count;
	bool *in_scope = reading == PRB_READ_POINT ? s->in_scope : s->in_scope + sites;

	prb_scopes_sites(&s->scopes, s->declaration, s->facts, reading, in_scope);
	if (point != NULL && !s->findings.any_contested &&
		memcmp(in_scope, s->in_scope, sites * sizeof *in_scope) == 0)
		*out = *point;
	else
		prb_states_evaluate(&s->findings, s->reference, s->declaration->sites_count,
			in_scope, reading, out);
}

static void
read_declaration(struct scorer *s, enum prb_reading reading, const struct prb_states *point,
	struct reading *out)
{
	const struct prb_exposure_result *e = &s->result->exposure;

	read_states(s, reading, point, &out->states);
	out->inputs = (struct prb_rating_inputs){
		.reference = s->reference,
		.states = &out->states,
		.state_imposed = prb_scopes_value(&s->scopes, reading),
		.checked = is_traced(s->declaration, s->facts),
		.residual = reading == PRB_READ_POINT  ? e->residual
			    : reading == PRB_READ_BEST ? e->residual_lo
						       : e->residual_hi,
		.coverage = PRB_PPM_ONE,
		.as_of = s->as_of,
	};
	prb_rating_listings(s->facts, s->reference, reading, s->as_of, &out->inputs);
}

static enum prb_rating
rate_at(struct scorer *s, enum prb_reading reading, const struct prb_states *point)
{
	bool holds[PRB_RATING_ROWS_MAX];
	struct reading r;

	read_declaration(s, reading, point, &r);
	return (enum prb_rating)s->reference->rating[prb_rating_decide(&r.inputs, holds)].rating;
}

/* What became of each finding at the point reading: for the evidence of a report. */
static enum prb_finding_use
use_of(const struct prb_prepared_finding *f, bool every_site_in_scope)
{
	if (f->indicator == 0)
		return PRB_USE_NO_INDICATOR;
	if (f->is_absent) {
		if (f->has_item)
			return PRB_USE_ABSENT_OF_ITEM;
		if (every_site_in_scope)
			return PRB_USE_ABSENT_IN_SCOPE;
		return f->counts_as_absent ? PRB_USE_ABSENT : PRB_USE_ABSENT_WEAK;
	}
	if (f->is_superseded_everywhere)
		return PRB_USE_SUPERSEDED;
	if (f->is_contested)
		return PRB_USE_CONTESTED;
	if (f->is_remedied)
		return PRB_USE_REMEDIED;
	return f->is_recent ? PRB_USE_PRESENT : PRB_USE_HISTORIC;
}

static bool
every_site_in_scope(const struct scorer *s, const struct prb_prepared_finding *f)
{
	size_t sites = s->declaration->sites_count == 0 ? 1 : s->declaration->sites_count;

	if (f->site >= 0)
		return s->in_scope[f->site];
	for (size_t i = 0; i < sites; i++)
		if (!s->in_scope[i])
			return false;
	return true;
}

static void
view_findings(struct scorer *s)
{
	for (size_t i = 0; i < s->findings.count; i++) {
		const struct prb_prepared_finding *f = &s->findings.items[i];

		s->result->findings[i] = (struct prb_finding_view){
			f->indicator, f->side, (uint8_t)use_of(f, every_site_in_scope(s, f))};
	}
}

/* Which indicators are present at which site: for remediation, which is done site by site. */
static enum prb_err
list_present(struct scorer *s)
{
	size_t sites = s->declaration->sites_count == 0 ? 1 : s->declaration->sites_count;
	const struct prb_findings *f = &s->findings;
	uint16_t *present, plain[2] = {0, 0};

	if (!f->any_present)
		return PRB_OK;
	present = prb_arena_array(s->arena, sites, sizeof *present);
	if (present == NULL)
		return PRB_ERR_MEMORY;
	for (size_t i = 0; i < f->cells_count; i++) {
		size_t site = f->cells[i].site < 0 ? 0 : (size_t)f->cells[i].site;

		present[site] |= f->cells[i].present;
		if (f->cells[i].alike > 1)
			plain[s->in_scope[site]] |= f->cells[i].present;
	}
	for (size_t site = 0; site < sites; site++)
		if (!prb_findings_name_site(f, site))
			present[site] |= plain[s->in_scope[site]];
	s->result->present_at = present;
	return PRB_OK;
}

static enum prb_err
rate(struct scorer *s)
{
	struct prb_result *result = s->result;
	struct reading point;
	enum prb_err err;
	bool known;

	read_declaration(s, PRB_READ_POINT, NULL, &point);
	view_findings(s);
	memcpy(result->indicators, point.states.indicators, sizeof result->indicators);
	for (int i = 1; i <= PRB_INDICATORS; i++)
		result->indicators_known += result->indicators[i].state != PRB_STATE_UNKNOWN;
	result->icls = point.states.icls;
	result->delphi = point.states.delphi;
	result->state_imposed = (uint8_t)point.inputs.state_imposed;
	result->rating.coverage = point.inputs.coverage = coverage_of(s->reference, result);
	result->rating.fired =
		&s->reference->rating[prb_rating_decide(&point.inputs, result->rating.holds)];
	result->rating.rating = result->rating.fired->rating;
	err = list_present(s);
	if (err == PRB_OK && s->findings.any_present)
		err = prb_change_find(s->arena, &s->findings, &point.inputs,
			(enum prb_rating)result->rating.rating, &result->change);
	else if (result->rating.rating >= PRB_RATING_HIGH)
		result->change.kind = PRB_CHANGE_NOT_BY_REMEDIATION;
	if (err != PRB_OK)
		return err;
	result->rating.best = (uint8_t)rate_at(s, PRB_READ_BEST, &point.states);
	result->rating.worst = (uint8_t)rate_at(s, PRB_READ_WORST, &point.states);
	known = result->rating.rating != PRB_RATING_UNKNOWN;
	/* The range contains the point, unless the point is unknown (principle 3). */
	assert(!known || (result->rating.best <= result->rating.rating &&
				 result->rating.rating <= result->rating.worst));
	assert(result->rating.best != PRB_RATING_UNKNOWN &&
		result->rating.worst != PRB_RATING_UNKNOWN);
	return PRB_OK;
}

/*
 * What the supplier says in its own favour and nobody has confirmed.
 */
static enum prb_err
list_unconfirmed(struct scorer *s)
{
	const struct prb_declaration *d = s->declaration;
	size_t room = 3 * d->findings_count + d->controls_count + PRB_COMPONENTS + 1, n = 0;
	struct prb_unconfirmed *list;

	if (s->result->declarant != PRB_SUPPLIER)
		return PRB_OK;
	list = prb_arena_array(s->arena, room, sizeof *list);
	if (list == NULL)
		return PRB_ERR_MEMORY;
	for (size_t i = 0; i < d->findings_count; i++) {
		const struct prb_finding *f = &d->findings[i];
		int32_t index = (int32_t)i;

		if (prb_finding_confirmed(s->facts, i))
			continue;
		if (f->state == PRB_FINDING_ABSENT)
			list[n++] = (struct prb_unconfirmed){PRB_UNCONFIRMED_ABSENCE, index};
		if (f->remediation.state > PRB_REMEDIATION_NONE)
			list[n++] = (struct prb_unconfirmed){PRB_UNCONFIRMED_REMEDIATION, index};
		if (f->contested.by != 0)
			list[n++] = (struct prb_unconfirmed){PRB_UNCONFIRMED_CONTEST, index};
		else if (f->worker_group.n != 0)
			list[n++] = (struct prb_unconfirmed){PRB_UNCONFIRMED_WORKER_GROUP, index};
	}
	for (size_t i = 0; i < d->controls_count; i++)
		if (d->controls[i].evidence == PRB_VERIFIED && !prb_control_confirmed(s->facts, i))
			list[n++] = (struct prb_unconfirmed){PRB_UNCONFIRMED_CONTROL, (int32_t)i};
	for (int32_t c = 0; c < PRB_COMPONENTS; c++)
		if (s->result->exposure.worst.values[c].unconfirmed)
			list[n++] = (struct prb_unconfirmed){PRB_UNCONFIRMED_WORKFORCE, c};
	if (d->workforce.labour_transfer == PRB_NO &&
		!prb_workforce_confirmed(s->facts, PRB_SAID_LABOUR_TRANSFER))
		list[n++] = (struct prb_unconfirmed){PRB_UNCONFIRMED_TRANSFER, -1};
	s->result->unconfirmed = list;
	s->result->unconfirmed_count = n;
	return PRB_OK;
}

/* Which goods were read from words: descriptions are free text and not in the declaration's hash,
 * so what was read from them goes into the report's name. */
static void
put_goods_read(struct prb_str *out, const struct prb_goods_facts *goods)
{
	prb_str_add_char(out, '\n');
	if (goods->basis != PRB_HS_KEYWORD && goods->basis != PRB_HS_BROAD)
		return;
	prb_str_add_text(out, goods->basis == PRB_HS_BROAD ? "broad" : "good");
	for (uint8_t i = 0; i < goods->hs_count; i++) {
		prb_str_add_char(out, ' ');
		prb_str_add_text(out, goods->hs[i]);
	}
}

/* What a report is a function of, as text: the hashes of declaration, method and data, the as-of
 * date, who declares, a line for each product and each input, the hash of the declarations that
 * it reaches upstream, where it reaches any, and what persons decided, where they did. */
static void
put_name_text(struct scorer *s, const char *reached, struct prb_str *out)
{
	const struct prb_result *result = s->result;
	char as_of[PRB_DATE_BYTES];

	prb_date_format(s->as_of, as_of);
	prb_str_add_text(out, result->declaration_sha256);
	prb_str_add_text(out, s->reference->method_sha256);
	prb_str_add_text(out, s->reference->release);
	prb_str_add_text(out, as_of);
	prb_str_add_text(out, prb_words_text(&prb_words_declarant, result->declarant));
	for (size_t i = 0; i < s->declaration->products_count; i++) {
		put_goods_read(out, &s->facts->products[i].goods);
		for (size_t j = 0; j < s->declaration->products[i].inputs_count; j++)
			put_goods_read(out, &s->facts->products[i].inputs[j]);
	}
	prb_str_add_text(out, reached);
	prb_decided_name(result, out);
}

/* `text` is scratch. */
static enum prb_err
name_declaration(struct scorer *s, const struct prb_score_options *options, struct prb_str *text)
{
	struct prb_result *result = s->result;
	uint8_t hash[PRB_SHA256_BYTES];

	prb_declaration_canonical(s->arena, s->declaration, options->salt, options->sha256, text);
	if (text->failed)
		return PRB_ERR_MEMORY;
	options->sha256(hash, text->p, text->n);
	prb_sha256_hex(hash, result->declaration_sha256);
	if (options->declaration_id != NULL)
		snprintf(result->declaration_id, sizeof result->declaration_id, "%s",
			options->declaration_id);
	else
		prb_uuid8(hash, result->declaration_id);
	return PRB_OK;
}

/*
 * The report's name is derived (UUIDv8 of the SHA-256 of the text above), so that recomputing it
 * gives the same bytes, and two reports of one name are the same report. `text` is scratch.
 */
static enum prb_err
name_report(struct scorer *s, const struct prb_score_options *options, struct prb_str *text)
{
	char reached[PRB_SHA256_HEX_BYTES] = "";
	uint8_t hash[PRB_SHA256_BYTES];
	bool any;
	enum prb_err err = prb_upstream_reached(
		s->arena, options->book, s->declaration, options->sha256, &any, hash);

	if (err == PRB_OK)
		err = prb_decided_collect(s->arena, options->book, s->result);
	if (err != PRB_OK)
		return err;
	if (any)
		prb_sha256_hex(hash, reached);
	prb_str_reset(text);
	put_name_text(s, reached, text);
	if (text->failed)
		return PRB_ERR_MEMORY;
	options->sha256(hash, text->p, text->n);
	prb_uuid8(hash, s->result->id);
	return PRB_OK;
}

/* What the chain brings is there before anything is rated. */
static enum prb_err
trace(struct scorer *s, const struct prb_score_options *options)
{
	struct prb_result *result = s->result;
	enum prb_err err;

	result->tier_states = s->scopes.tier_states;
	result->scopes = s->scopes.hits;
	result->scopes_count = s->scopes.count;
	err = prb_upstream_trace(s->arena, options->book, &s->scopes, result);
	result->scopes = s->scopes.hits;
	result->scopes_count = s->scopes.count;
	s->facts = result->facts;
	return err;
}

static enum prb_err
run(struct scorer *s, const struct prb_score_options *options, struct prb_str *text,
	struct prb_faults *faults)
{
	enum prb_declarant declarant = (enum prb_declarant)s->result->declarant;
	enum prb_err err = prb_findings_prepare(s->arena, s->reference, s->declaration, s->facts,
		declarant, s->as_of, faults, &s->findings);

	if (err != PRB_OK)
		return err;
	err = check_controls(s->declaration, s->as_of, faults);
	if (err != PRB_OK)
		return err;
	err = prb_scopes_find(s->arena, s->reference, s->declaration, s->facts, declarant,
		options->book, &s->scopes);
	if (err == PRB_OK)
		err = prb_exposure_evaluate(s->arena, s->reference, s->declaration, s->facts,
			declarant, &s->result->exposure);
	if (err == PRB_OK)
		err = name_declaration(s, options, text);
	if (err == PRB_OK)
		err = trace(s, options);
	if (err == PRB_OK)
		err = rate(s);
	if (err != PRB_OK)
		return prb_faults_add(
			faults, err, "", "the declaration needs more memory than its share");
	return PRB_OK;
}

enum prb_err
prb_score(struct prb_arena *arena, const struct prb_reference *reference,
	const struct prb_declaration *declaration, const struct prb_facts *facts,
	const struct prb_score_options *options, struct prb_faults *faults, struct prb_result **out)
{
	struct scorer s = {.arena = arena,
		.reference = reference,
		.declaration = declaration,
		.facts = facts,
		.as_of = options->as_of};
	struct prb_result *result = prb_arena_array(arena, 1, sizeof *result);
	struct prb_str own, *text = options->scratch != NULL ? options->scratch : &own;
	enum prb_err err;

	s.result = result;
	s.in_scope = prb_arena_array(arena, 2 * (declaration->sites_count + 1), sizeof *s.in_scope);
	if (result == NULL || s.in_scope == NULL)
		return prb_faults_add(faults, PRB_ERR_MEMORY, "",
			"the declaration needs more memory than its share");
	result->reference = reference;
	result->declaration = declaration;
	result->facts = facts;
	result->as_of = options->as_of;
	result->declarant = (uint8_t)effective_declarant(declaration, options->declarant);
	result->findings =
		prb_arena_array(arena, declaration->findings_count, sizeof *result->findings);
	if (result->findings == NULL)
		return prb_faults_add(faults, PRB_ERR_MEMORY, "",
			"the declaration needs more memory than its share");
	prb_str_init(&own, PRB_DECLARATION_BYTES_MAX * 2);
	prb_str_reset(text);
	err = run(&s, options, text, faults);
	if (err != PRB_OK) {
		prb_str_finish(&own);
		return err;
	}
	err = list_unconfirmed(&s);
	if (err == PRB_OK)
		err = name_report(&s, options, text);
	prb_str_finish(&own);
	if (err != PRB_OK)
		return prb_faults_add(
			faults, err, "", "the declaration needs more memory than its share");
	*out = result;
	return PRB_OK;
}

const char *
prb_state_word(enum prb_indicator_state state)
{
	static const char *const words[] = {
		"absent", "unknown", "remedied", "historic", "contested", "present"};

	assert((size_t)state < sizeof words / sizeof words[0]);
	return words[state];
}

const char *
prb_determination_word(enum prb_determination determination)
{
	static const char *const words[] = {"not_indicated", "cannot_be_excluded", "indicated"};

	assert((size_t)determination < sizeof words / sizeof words[0]);
	return words[determination];
}

const char *
prb_state_imposed_word(enum prb_state_imposed value)
{
	static const char *const words[] = {"not_presumed", "cannot_be_excluded", "presumed"};

	assert((size_t)value < sizeof words / sizeof words[0]);
	return words[value];
}
