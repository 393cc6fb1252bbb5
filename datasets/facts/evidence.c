/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/facts/evidence.h"

#include <stdio.h>
#include <string.h>

#include "datasets/facts/parts.h"
#include "scoring/base/jcs.h"

/* No name of a party begins so and goes on with the separator: prb_hit_write folds them. */
#define EVIDENCE "evidence"
#define TEXT_BYTES_MAX (2 * PRB_DECLARATION_BYTES_MAX)

static const struct {
	const char *member, *beside;
} statements[PRB_STATEMENTS] = {
#define PRB_STATEMENT(name, member, beside) {member, beside},
#include "scoring/model/statements.def"
#undef PRB_STATEMENT
};

/* Free text has these names wherever it stands (scoring/model/declaration.c). */
static const char *const free_text[] = {"description", "reference", "reply"};
static const struct prb_jcs_masked without_free_text = {
	free_text, sizeof(free_text) / sizeof(free_text[0]), NULL, NULL};

struct telling {
	struct prb_gatherer *g;
	struct prb_arena *arena;
	const struct prb_declaration *declaration;
	prb_sha256_fn sha256;
	enum prb_err (*each)(void *context, const struct prb_statement_text *statement);
	void *context;
	struct prb_str supplier, whole, plain, scratch;
	char all_sites[PRB_SHA256_HEX_BYTES]; /* of what is said of who states it, and of its sites
					       */
};

void
prb_statement_write_supplier(struct prb_gatherer *g, const struct prb_declaration *declaration,
	const struct prb_facts *facts, struct prb_str *out)
{
	const struct prb_hit_party party = {.name = declaration->supplier.name,
		.city = declaration->supplier.city,
		.address = declaration->supplier.address,
		.country = facts->supplier.country};

	prb_str_reset(out);
	prb_str_add_text(out, EVIDENCE PRB_HIT_SEPARATOR);
	prb_hit_add_party(g, &party, out);
}

/* Appends a member in its canonical form, or nothing where there is none. */
static void
add_member(struct telling *t, const struct prb_json *object, const char *name, struct prb_str *out)
{
	const struct prb_json *value = object == NULL ? NULL : prb_json_member(object, name);

	prb_str_add_text(out, PRB_HIT_SEPARATOR);
	if (value != NULL)
		prb_jcs_write_masked(t->arena, value, &without_free_text, out);
}

/* The hash of who states it and where: one site, or all of them where it is NULL. */
static void
hash_places(struct telling *t, const struct prb_json *site, const char *more,
	char out[PRB_SHA256_HEX_BYTES])
{
	const struct prb_json *root = t->declaration->json;
	const struct prb_json *supplier = prb_json_member(root, "supplier");
	uint8_t hash[PRB_SHA256_BYTES];

	prb_str_reset(&t->scratch);
	add_member(t, supplier, "identifiers", &t->scratch);
	add_member(t, supplier, "region", &t->scratch);
	if (site != NULL)
		prb_jcs_write(t->arena, site, &t->scratch);
	else
		add_member(t, root, "sites", &t->scratch);
	if (more[0] != '\0')
		add_member(t, root, more, &t->scratch);
	t->sha256(hash, t->scratch.p, t->scratch.n);
	prb_sha256_hex(hash, out);
}

/* The beginning of both texts. */
static void
begin(struct telling *t, const char *kind, const char *places)
{
	prb_str_reset(&t->whole);
	prb_str_add_span(&t->whole, prb_str_span(&t->supplier));
	prb_str_add_text(&t->whole, PRB_HIT_SEPARATOR);
	prb_str_add_text(&t->whole, kind);
	prb_str_add_text(&t->whole, PRB_HIT_SEPARATOR);
	prb_str_add_text(&t->whole, places);
	prb_str_reset(&t->plain);
	prb_str_add_span(&t->plain, prb_str_span(&t->whole));
	prb_str_add_text(&t->whole, PRB_HIT_SEPARATOR);
	prb_str_add_text(&t->plain, PRB_HIT_SEPARATOR);
}

static enum prb_err
tell(struct telling *t, struct prb_statement_text *statement)
{
	prb_str_add_text(&t->plain, PRB_HIT_SEPARATOR);
	prb_str_add_text(&t->plain, statement->pointer);
	if (t->whole.failed || t->plain.failed || t->scratch.failed || t->supplier.failed)
		return PRB_ERR_MEMORY;
	statement->supplier = prb_str_span(&t->supplier);
	statement->whole = prb_str_span(&t->whole);
	statement->plain = prb_str_span(&t->plain);
	return t->each(t->context, statement);
}

static enum prb_err
tell_object(struct telling *t, enum prb_stated about, const char *places, size_t index,
	const struct prb_json *json)
{
	const char *kind = about == PRB_STATED_FINDING ? "findings" : "controls";
	struct prb_statement_text statement = {.about = about, .index = index};

	(void)snprintf(statement.pointer, sizeof(statement.pointer), "/%s/%zu", kind, index);
	begin(t, kind, places);
	prb_jcs_write(t->arena, json, &t->whole);
	prb_jcs_write_masked(t->arena, json, &without_free_text, &t->plain);
	return tell(t, &statement);
}

static bool
can_be_confirmed(const struct prb_finding *f)
{
	return f->state == PRB_FINDING_ABSENT || f->remediation.state > PRB_REMEDIATION_NONE ||
	       f->contested.by != 0 || f->worker_group.n != 0;
}

static const struct prb_json *
find_site(const struct prb_declaration *d, struct prb_span id)
{
	const struct prb_json *sites = prb_json_member(d->json, "sites"), *site;

	site = sites == NULL ? NULL : prb_json_first(sites);
	for (size_t i = 0; site != NULL && i < d->sites_count; i++, site = prb_json_next(site))
		if (prb_span_equal(d->sites[i].id, id))
			return site;
	return NULL;
}

static enum prb_err
tell_findings(struct telling *t)
{
	const struct prb_declaration *d = t->declaration;
	const struct prb_json *list = prb_json_member(d->json, "findings");
	const struct prb_json *json = list == NULL ? NULL : prb_json_first(list);
	enum prb_err err = PRB_OK;

	for (size_t i = 0; err == PRB_OK && i < d->findings_count; i++) {
		const struct prb_json *site = NULL;
		char places[PRB_SHA256_HEX_BYTES];

		if (can_be_confirmed(&d->findings[i])) {
			if (d->findings[i].site.n != 0)
				site = find_site(d, d->findings[i].site);
			if (site != NULL)
				hash_places(t, site, "", places);
			err = tell_object(t, PRB_STATED_FINDING,
				site != NULL ? places : t->all_sites, i, json);
		}
		json = prb_json_next(json);
	}
	return err;
}

static enum prb_err
tell_controls(struct telling *t)
{
	const struct prb_declaration *d = t->declaration;
	const struct prb_json *list = prb_json_member(d->json, "controls");
	const struct prb_json *json = list == NULL ? NULL : prb_json_first(list);
	enum prb_err err = PRB_OK;

	for (size_t i = 0; err == PRB_OK && i < d->controls_count; i++) {
		if (d->controls[i].evidence == PRB_VERIFIED)
			err = tell_object(t, PRB_STATED_CONTROL, t->all_sites, i, json);
		json = prb_json_next(json);
	}
	return err;
}

/* Whether what is said can be in the supplier's favour; of a number, whatever it is. */
static bool
is_favourable(const struct prb_workforce *w, enum prb_statement said)
{
	switch (said) {
	case PRB_SAID_FEES_REIMBURSED:
		return w->fees_reimbursed == PRB_YES;
	case PRB_SAID_HOUSING:
		return w->housing == PRB_HOUSING_INDEPENDENT;
	case PRB_SAID_LABOUR_TRANSFER:
		return w->labour_transfer == PRB_NO;
	case PRB_SAID_PHONES_KEPT:
		return w->phones_kept_by_employer == PRB_FALSE;
	case PRB_SAID_PIECE_RATE:
		return w->piece_rate == PRB_FALSE;
	case PRB_SAID_PRISON_FREE_CONSENT:
		return w->prison_free_consent == PRB_YES;
	case PRB_SAID_RECRUITMENT_FEES:
		return w->recruitment_fees == PRB_FEES_EMPLOYER;
	case PRB_SAID_UNDER_18:
		return w->under_18 == 0;
	default:
		return true;
	}
}

static enum prb_err
tell_workforce(struct telling *t)
{
	const struct prb_json *workforce = prb_json_member(t->declaration->json, "workforce");
	enum prb_err err = PRB_OK;

	for (int i = 0; workforce != NULL && err == PRB_OK && i < PRB_STATEMENTS; i++) {
		char with_products[PRB_SHA256_HEX_BYTES];
		bool transfer = i == PRB_SAID_LABOUR_TRANSFER;
		struct prb_statement_text statement = {
			.about = PRB_STATED_WORKFORCE, .index = (size_t)i};

		if (prb_json_member(workforce, statements[i].member) == NULL ||
			!is_favourable(&t->declaration->workforce, (enum prb_statement)i))
			continue;
		if (transfer)
			hash_places(t, NULL, "products", with_products);
		(void)snprintf(statement.pointer, sizeof(statement.pointer), "/workforce/%s",
			statements[i].member);
		begin(t, statements[i].member, transfer ? with_products : t->all_sites);
		add_member(t, workforce, statements[i].member, &t->whole);
		add_member(t, workforce, statements[i].beside, &t->whole);
		add_member(t, workforce, statements[i].member, &t->plain);
		add_member(t, workforce, statements[i].beside, &t->plain);
		err = tell(t, &statement);
	}
	return err;
}

enum prb_err
prb_statements_each(struct prb_gatherer *g, struct prb_arena *arena,
	const struct prb_declaration *declaration, const struct prb_facts *facts,
	prb_sha256_fn sha256,
	enum prb_err (*each)(void *context, const struct prb_statement_text *statement),
	void *context)
{
	struct telling t = {.g = g,
		.arena = arena,
		.declaration = declaration,
		.sha256 = sha256,
		.each = each,
		.context = context};
	enum prb_err err;

	prb_str_init(&t.supplier, TEXT_BYTES_MAX);
	prb_str_init(&t.whole, TEXT_BYTES_MAX);
	prb_str_init(&t.plain, TEXT_BYTES_MAX);
	prb_str_init(&t.scratch, TEXT_BYTES_MAX);
	prb_statement_write_supplier(g, declaration, facts, &t.supplier);
	hash_places(&t, NULL, "", t.all_sites);
	err = tell_findings(&t);
	if (err == PRB_OK)
		err = tell_controls(&t);
	if (err == PRB_OK)
		err = tell_workforce(&t);
	prb_str_finish(&t.supplier);
	prb_str_finish(&t.whole);
	prb_str_finish(&t.plain);
	prb_str_finish(&t.scratch);
	return err;
}

/*
 * What was confirmed.
 */

struct looking {
	struct prb_gathering *gathering;
	struct prb_confirmed *evidence; /* NULL until something is found */
};

static struct prb_confirmed *
make_evidence(struct prb_arena *arena, const struct prb_declaration *d)
{
	struct prb_confirmed *evidence = prb_arena_array(arena, 1, sizeof(*evidence));
	size_t one = sizeof(const struct prb_decided *);

	if (evidence == NULL)
		return NULL;
	evidence->findings = prb_arena_array(arena, d->findings_count, one);
	evidence->controls = prb_arena_array(arena, d->controls_count, one);
	evidence->all =
		prb_arena_array(arena, d->findings_count + d->controls_count + PRB_STATEMENTS, one);
	return evidence->findings == NULL || evidence->controls == NULL || evidence->all == NULL
		       ? NULL
		       : evidence;
}

/* Where the decision about a statement goes. */
static const struct prb_decided **
slot_of(struct prb_confirmed *evidence, const struct prb_statement_text *statement)
{
	switch (statement->about) {
	case PRB_STATED_FINDING:
		return &evidence->findings[statement->index];
	case PRB_STATED_CONTROL:
		return &evidence->controls[statement->index];
	case PRB_STATED_WORKFORCE:
	default:
		return &evidence->workforce[statement->index];
	}
}

static enum prb_err
look_up(void *context, const struct prb_statement_text *statement)
{
	struct looking *looking = context;
	struct prb_gathering *gathering = looking->gathering;
	const struct prb_decision_source *source = gathering->g->decisions;
	struct prb_decided found = {.decision = PRB_HIT_POSSIBLE}, *kept;
	uint8_t hash[PRB_SHA256_BYTES];
	enum prb_err err = source->find_statement(source->context, statement, &found);

	if (err == PRB_ERR_NOT_FOUND)
		return PRB_OK;
	if (err != PRB_OK)
		return err;
	if (looking->evidence == NULL)
		looking->evidence = make_evidence(gathering->arena, gathering->declaration);
	kept = prb_arena_array(gathering->arena, 1, sizeof(*kept));
	if (looking->evidence == NULL || kept == NULL)
		return PRB_ERR_MEMORY;
	source->sha256(hash, statement->plain.p, statement->plain.n);
	*kept = found;
	kept->decision = PRB_DECIDED_CONFIRMED;
	prb_sha256_hex(hash, kept->hit);
	memcpy(kept->evidence, statement->pointer, sizeof(kept->evidence));
	*slot_of(looking->evidence, statement) = kept;
	looking->evidence->all[looking->evidence->count++] = kept;
	return PRB_OK;
}

void
prb_evidence_apply(struct prb_gathering *gathering)
{
	const struct prb_decision_source *source = gathering->g->decisions;
	struct looking looking = {.gathering = gathering};
	struct prb_str *supplier = &gathering->g->key;
	enum prb_err err;

	if (source == NULL || source->any_statement == NULL)
		return;
	prb_statement_write_supplier(
		gathering->g, gathering->declaration, gathering->facts, supplier);
	err = supplier->failed ? PRB_ERR_MEMORY
			       : source->any_statement(source->context, prb_str_span(supplier));
	if (err == PRB_OK)
		err = prb_statements_each(gathering->g, gathering->arena, gathering->declaration,
			gathering->facts, source->sha256, look_up, &looking);
	if (err == PRB_OK)
		gathering->facts->evidence = looking.evidence;
	else if (err != PRB_ERR_NOT_FOUND)
		gathering->err = err;
}
