/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/decision_text.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "scoring/attest/key.h"
#include "scoring/attest/multibase.h"
#include "scoring/model/declaration.h"
#include "scoring/model/facts.h"

#define POINTER_BYTES_MAX PRB_UPSTREAM_POINTER_BYTES

static const char *const verdicts[] = {"undecided", "same", "different", "confirmed"};

const char *
prb_verdict_word(enum prb_verdict verdict)
{
	assert((size_t)verdict < sizeof verdicts / sizeof verdicts[0]);
	return verdicts[verdict];
}

static bool
read_verdict(struct prb_span word, enum prb_verdict *out)
{
	for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++)
		if (prb_span_is(word, verdicts[i])) {
			*out = (enum prb_verdict)i;
			return true;
		}
	return false;
}

/*
 * A request.
 */

/* A member with a text; `at` is where it goes in the request. */
struct row {
	const char *name;
	size_t at, bytes_max;
	bool required;
};
#define AT(member) offsetof(struct prb_decision_request, member)

static const struct row subject_rows[] = {
	{"address", AT(address), PRB_ADDRESS_BYTES_MAX, false},
	{"city", AT(city), PRB_DECISION_CITY_BYTES_MAX, false},
	{"country", AT(country), PRB_DECISION_COUNTRY_BYTES_MAX, true},
	{"name", AT(name), PRB_NAME_BYTES_MAX, true},
};
static const struct row rows[] = {
	{"by", AT(by), PRB_DECISION_BY_BYTES_MAX, true},
	{"declaration", AT(declaration), PRB_UUID_BYTES - 1, false},
	{"entity", AT(entity), PRB_DECISION_ENTITY_BYTES_MAX, false},
	{"evidence", AT(evidence), PRB_EVIDENCE_POINTER_BYTES - 1, false},
	{"reason", AT(reason), PRB_DECISION_REASON_BYTES_MAX, true},
};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static enum prb_err
fault(struct prb_faults *faults, enum prb_err err, const char *base, const char *name,
	const char *what)
{
	char pointer[64];

	(void)snprintf(pointer, sizeof pointer, "%s/%.40s", base, name);
	return prb_faults_add(faults, err, pointer, "%s", what);
}

/* Texts that are all blanks say nothing. */
static void
read_text(const struct prb_json *value, const char *base, const struct row *row,
	struct prb_faults *faults, struct prb_decision_request *out)
{
	struct prb_span text, *at = (struct prb_span *)(void *)((char *)out + row->at);

	if (prb_json_kind(value) != PRB_JSON_STRING) {
		(void)fault(faults, PRB_ERR_TYPE, base, row->name, "a string is wanted");
		return;
	}
	text = prb_json_string(value);
	if (prb_span_trim(text).n == 0 || text.n > row->bytes_max) {
		char pointer[64];

		(void)snprintf(pointer, sizeof pointer, "%s/%s", base, row->name);
		(void)prb_faults_add(faults, PRB_ERR_RANGE, pointer,
			"a text of 1 to %zu bytes is wanted", row->bytes_max);
		return;
	}
	*at = text;
}

static const struct row *
find_row(const struct row *all, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i].name, name) == 0)
			return &all[i];
	return NULL;
}

/* A name out of a request, quoted no longer than a pointer may be. */
static void
unknown(struct prb_faults *faults, const char *base, const char *name)
{
	(void)fault(faults, PRB_ERR_MEMBER_UNKNOWN, base, name,
		"this is no member of a decision: by, decision, declaration, entity, evidence, "
		"reason and subject are");
}

static void
require(const struct prb_json *object, const char *base, const struct row *all, size_t count,
	struct prb_faults *faults)
{
	for (size_t i = 0; i < count; i++)
		if (all[i].required && prb_json_member(object, all[i].name) == NULL)
			(void)fault(faults, PRB_ERR_MEMBER_MISSING, base, all[i].name,
				"this member is required");
}

static void
read_subject(
	const struct prb_json *value, struct prb_faults *faults, struct prb_decision_request *out)
{
	static const struct row pointer = {"subject", AT(pointer), POINTER_BYTES_MAX, true};

	if (prb_json_kind(value) == PRB_JSON_STRING) {
		read_text(value, "", &pointer, faults, out);
		return;
	}
	if (prb_json_kind(value) != PRB_JSON_OBJECT) {
		(void)fault(faults, PRB_ERR_TYPE, "", "subject",
			"an object with name and country is wanted, or with `declaration` a "
			"JSON pointer to a name in it");
		return;
	}
	for (const struct prb_json *m = prb_json_first(value); m != NULL; m = prb_json_next(m)) {
		const struct row *row =
			find_row(subject_rows, COUNT(subject_rows), prb_json_name(m));

		if (row != NULL)
			read_text(m, "/subject", row, faults, out);
		else
			(void)fault(faults, PRB_ERR_MEMBER_UNKNOWN, "/subject", prb_json_name(m),
				"a subject has name, country, city and address");
	}
	require(value, "/subject", subject_rows, COUNT(subject_rows), faults);
}

static void
read_member(const struct prb_json *m, struct prb_faults *faults, struct prb_decision_request *out)
{
	const char *name = prb_json_name(m);
	const struct row *row = find_row(rows, COUNT(rows), name);

	if (row != NULL)
		read_text(m, "", row, faults, out);
	else if (strcmp(name, "subject") == 0)
		read_subject(m, faults, out);
	else if (strcmp(name, "decision") != 0)
		unknown(faults, "", name);
	else if (prb_json_kind(m) != PRB_JSON_STRING ||
		 !read_verdict(prb_json_string(m), &out->verdict))
		(void)fault(faults, PRB_ERR_VALUE, "", name,
			"same, different, confirmed or undecided is wanted");
}

/* What a decision about a hit or one about evidence has and the other has not. */
static void
check_kind(const struct prb_json *root, const struct prb_decision_request *read,
	struct prb_faults *faults)
{
	static const char *const of_hit[] = {"entity", "subject"};
	bool of_evidence = prb_json_member(root, "evidence") != NULL;

	for (size_t i = 0; i < COUNT(of_hit); i++) {
		bool there = prb_json_member(root, of_hit[i]) != NULL;

		if (of_evidence && there)
			(void)fault(faults, PRB_ERR_CONFLICT, "", of_hit[i],
				"a decision is about a hit (subject and entity) or about evidence "
				"(declaration and evidence), not about both");
		else if (!of_evidence && !there)
			(void)fault(faults, PRB_ERR_MEMBER_MISSING, "", of_hit[i],
				"this member is required");
	}
	if (of_evidence && prb_json_member(root, "declaration") == NULL)
		(void)fault(faults, PRB_ERR_MEMBER_MISSING, "", "declaration",
			"evidence is a place in a stored declaration: its id is wanted");
	if (read->verdict == PRB_VERDICT_UNDECIDED)
		return;
	if (of_evidence != (read->verdict == PRB_VERDICT_CONFIRMED))
		(void)fault(faults, PRB_ERR_VALUE, "", "decision",
			of_evidence ? "of evidence, confirmed or undecided is wanted"
				    : "of a hit, same, different or undecided is wanted");
}

enum prb_err
prb_decision_request_read(struct prb_arena *arena, struct prb_span json, struct prb_faults *faults,
	struct prb_decision_request *out)
{
	struct prb_decision_request read = {.verdict = PRB_VERDICT_UNDECIDED};
	static const struct row others[] = {
		{"decision", 0, 0, true},
	};
	const struct prb_json *root;
	struct prb_fault bad;
	enum prb_err err = prb_json_parse(arena, json, PRB_DECISION_REQUEST_BYTES_MAX, &bad, &root);

	if (err != PRB_OK) {
		faults->count = 1;
		faults->items[0] = bad;
		return err;
	}
	if (prb_json_kind(root) != PRB_JSON_OBJECT)
		return prb_faults_add(faults, PRB_ERR_TYPE, "", "an object is wanted");
	for (const struct prb_json *m = prb_json_first(root); m != NULL; m = prb_json_next(m))
		read_member(m, faults, &read);
	require(root, "", rows, COUNT(rows), faults);
	require(root, "", others, COUNT(others), faults);
	check_kind(root, &read, faults);
	if (faults->count == 0 && read.evidence.n == 0 &&
		(read.declaration.n != 0) != (read.pointer.n != 0))
		return prb_faults_add(faults, PRB_ERR_CONFLICT, "/subject",
			"with `declaration` it is a JSON pointer to a name in it, without an "
			"object with name and country");
	if (faults->count != 0)
		return faults->items[0].err;
	*out = read;
	return PRB_OK;
}

/*
 * The document.
 */

static void
write_if(struct prb_writer *w, const char *name, struct prb_span text)
{
	if (text.n != 0)
		prb_writer_member_string(w, name, text);
}

static void
write_entity(struct prb_writer *w, const struct prb_decision_text *text)
{
	prb_writer_key(w, "entity");
	prb_writer_object(w);
	prb_writer_member_string(w, "edition", text->edition);
	prb_writer_member_string(w, "id", text->entity_id);
	prb_writer_member_string(w, "list", text->list);
	prb_writer_member_string(w, "name", text->entity);
	prb_writer_end(w);
}

static void
write_subject(struct prb_writer *w, const struct prb_decision_text *text)
{
	prb_writer_key(w, "subject");
	prb_writer_object(w);
	if (text->city.n == 0)
		write_if(w, "address", text->address);
	write_if(w, "city", text->city);
	prb_writer_member_string(w, "country", text->country);
	prb_writer_member_string(w, "name", text->name);
	prb_writer_end(w);
}

static void
write_signature(struct prb_writer *w, const struct prb_stored_decision *stored)
{
	char key[PRB_MULTIKEY_BYTES];
	struct prb_str value;

	prb_key_public_multikey(stored->signer, key);
	prb_str_init(&value, 2 * PRB_SIGNED_BYTES);
	prb_base64url_encode(stored->signature, sizeof stored->signature, &value);
	w->out->failed |= value.failed;
	prb_writer_key(w, "signature");
	prb_writer_object(w);
	prb_writer_member_text(w, "algorithm", "Ed25519");
	prb_writer_member_text(w, "public_key", key);
	prb_writer_member_string(w, "value", prb_str_span(&value));
	prb_writer_end(w);
	prb_str_finish(&value);
}

/* signed_by NULL: what is to be signed. */
static void
write(struct prb_writer *w, const struct prb_decision_text *text,
	const struct prb_stored_decision *signed_by)
{
	prb_writer_object(w);
	prb_writer_member_string(w, "by", text->by);
	prb_writer_member_string(w, "decided_at", text->decided_at);
	prb_writer_member_text(w, "decision", prb_verdict_word(text->verdict));
	write_if(w, "declaration", text->declaration);
	if (text->evidence.n == 0)
		write_entity(w, text);
	write_if(w, "evidence", text->evidence);
	prb_writer_member_string(w, "id", text->id);
	write_if(w, "pointer", text->pointer);
	prb_writer_member_string(w, "reason", text->reason);
	prb_writer_member_string(w, "release", text->release);
	if (signed_by != NULL)
		write_signature(w, signed_by);
	write_if(w, "statement_sha256", text->statement);
	write_subject(w, text);
	/* The issuer's key signs other things too: nothing else begins or ends so. */
	prb_writer_member_text(w, "type", "decision");
	prb_writer_end(w);
}

void
prb_decision_text_write(const struct prb_decision_text *text, struct prb_str *out)
{
	struct prb_writer w;

	prb_writer_init(&w, out);
	write(&w, text, NULL);
}

void
prb_decision_text_answer(struct prb_writer *w, const struct prb_decision_text *text,
	const struct prb_stored_decision *stored)
{
	write(w, text, stored);
}

/* "" where it is missing. */
static struct prb_span
text_of(const struct prb_json *object, const char *name)
{
	const struct prb_json *value = object == NULL ? NULL : prb_json_member(object, name);

	return value == NULL || prb_json_kind(value) != PRB_JSON_STRING ? PRB_SPAN("")
									: prb_json_string(value);
}

static const struct prb_json *
object_of(const struct prb_json *object, const char *name)
{
	const struct prb_json *value = prb_json_member(object, name);

	return value == NULL || prb_json_kind(value) != PRB_JSON_OBJECT ? NULL : value;
}

enum prb_err
prb_decision_text_read(struct prb_arena *arena, struct prb_span json, struct prb_decision_text *out)
{
	const struct prb_json *root, *subject, *entity;
	struct prb_decision_text read;
	enum prb_err err = prb_json_parse(arena, json, PRB_DECISION_BYTES_MAX, NULL, &root);

	if (err != PRB_OK || prb_json_kind(root) != PRB_JSON_OBJECT)
		return err == PRB_ERR_MEMORY ? err : PRB_ERR_STATE_DAMAGED;
	subject = object_of(root, "subject");
	entity = object_of(root, "entity");
	read = (struct prb_decision_text){.id = text_of(root, "id"),
		.decided_at = text_of(root, "decided_at"),
		.by = text_of(root, "by"),
		.reason = text_of(root, "reason"),
		.declaration = text_of(root, "declaration"),
		.pointer = text_of(root, "pointer"),
		.evidence = text_of(root, "evidence"),
		.statement = text_of(root, "statement_sha256"),
		.name = text_of(subject, "name"),
		.country = text_of(subject, "country"),
		.city = text_of(subject, "city"),
		.address = text_of(subject, "address"),
		.list = text_of(entity, "list"),
		.edition = text_of(entity, "edition"),
		.entity_id = text_of(entity, "id"),
		.entity = text_of(entity, "name"),
		.release = text_of(root, "release")};
	if (!read_verdict(text_of(root, "decision"), &read.verdict) ||
		read.id.n != PRB_UUID_BYTES - 1)
		return PRB_ERR_STATE_DAMAGED;
	*out = read;
	return PRB_OK;
}
