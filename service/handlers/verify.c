/* SPDX-License-Identifier: Apache-2.0 */
/*
 * POST /v1/verify: the same checks as `probity verify`. The body is an attestation, or an object
 * with it and what it is to be checked against; the whole answer to a declaration is one. Nothing
 * is fetched. Of what this server issued itself it knows the keys, the log's key and what was
 * revoked.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "scoring/attest/verify.h"
#include "scoring/base/jcs.h"
#include "scoring/log/checkpoint.h"
#include "service/handlers/answers.h"
#include "service/handlers/handler.h"
#include "service/log/publisher.h"

struct asked {
	struct prb_verify_options options;
	struct prb_span openings;
};

/* Kinds as bits, so that a member may have two. */
#define TEXT (1u << PRB_JSON_STRING)
#define OBJECT (1u << PRB_JSON_OBJECT)
#define ARRAY (1u << PRB_JSON_ARRAY)
#define ANY (~0u)

/* Those without a place are the rest of a 201, and are not looked at. */
#define PLACE(member) offsetof(struct asked, member)
#define NOWHERE SIZE_MAX
static const struct member {
	const char *name;
	unsigned kinds;
	size_t place; /* of a span in struct asked */
	const char *wanted;
} members[] = {
	{"attestation", OBJECT | TEXT, NOWHERE, "an object, or a text of application/vc+jwt"},
	{"checkpoint", TEXT, PLACE(options.checkpoint), "a text, a signed checkpoint"},
	{"did_document", OBJECT, PLACE(options.did_document), "an object"},
	{"id", ANY, NOWHERE, ""},
	{"log", ANY, NOWHERE, ""},
	{"log_key", TEXT, PLACE(options.log_key), "a text, NAME+HEX+BASE64"},
	{"openings", OBJECT | ARRAY, PLACE(openings), "an array of openings, or one"},
	{"receipt", TEXT, PLACE(options.receipt), "a text, as it was fetched from .../proof"},
	{"report", ANY, NOWHERE, ""},
	{"status_list", OBJECT | TEXT, PLACE(options.status_list),
		"an object, or a text of application/vc+jwt"},
};

static const struct member *
find_member(const char *name)
{
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
		if (strcmp(members[i].name, name) == 0)
			return &members[i];
	return NULL;
}

/* A string's text, or the canonical form of anything else, in the arena; p NULL without memory. */
static struct prb_span
text_of(struct prb_exchange *x, const struct prb_json *value)
{
	struct prb_span kept = PRB_SPAN_NONE;
	struct prb_str text;

	if (prb_json_kind(value) == PRB_JSON_STRING)
		return prb_json_string(value);
	prb_str_init(&text, 4 * PRB_CREDENTIAL_READ_BYTES_MAX);
	prb_jcs_write(x->arena, value, &text);
	if (!text.failed)
		kept = prb_arena_copy(x->arena, prb_str_span(&text));
	prb_str_finish(&text);
	return kept;
}

/* ---- the request ---- */

static enum prb_err
read_member(struct prb_exchange *x, const struct prb_json *value, struct asked *asked)
{
	const char *name = prb_json_name(value);
	const struct member *member = find_member(name);
	struct prb_span text, *place;
	char pointer[64];

	(void)snprintf(pointer, sizeof pointer, "/%.40s", name);
	if (member == NULL)
		return prb_faults_add(&x->faults, PRB_ERR_MEMBER_UNKNOWN, pointer,
			"this is no member here: attestation, checkpoint, did_document, log_key, "
			"openings, receipt and status_list are");
	if ((member->kinds & 1u << prb_json_kind(value)) == 0)
		return prb_faults_add(
			&x->faults, PRB_ERR_TYPE, pointer, "%s is wanted", member->wanted);
	if (member->place == NOWHERE)
		return PRB_OK;
	text = text_of(x, value);
	if (text.p == NULL)
		return prb_faults_add(&x->faults, PRB_ERR_MEMORY, pointer, "memory ran out");
	place = (struct prb_span *)(void *)((char *)asked + member->place);
	*place = text;
	return PRB_OK;
}

/* PRB_OK too for what is no such object: whatever else it is, verifying says. */
static enum prb_err
read_request(struct prb_exchange *x, struct asked *asked)
{
	const struct prb_json *root;
	enum prb_err err = PRB_OK;

	if (prb_json_parse(x->arena, x->body, PRB_ANSWER_READ_BYTES_MAX, NULL, &root) != PRB_OK ||
		prb_json_kind(root) != PRB_JSON_OBJECT ||
		prb_json_member(root, "@context") != NULL ||
		prb_json_member(root, "attestation") == NULL)
		return PRB_OK;
	for (const struct prb_json *e = prb_json_first(root); e != NULL && err == PRB_OK;
		e = prb_json_next(e))
		err = read_member(x, e, asked);
	return err;
}

/* ---- what this server knows itself ---- */

/* A did:key issuer is its key, and was another one before each exchange of it. */
static bool
is_own(const struct prb_exchange *x, struct prb_span did)
{
	static const struct prb_span prefix = {"did:key:", 8};
	const struct prb_service *s = x->service;
	char multikey[PRB_MULTIKEY_BYTES];

	if (did.p == NULL || prb_span_is(did, s->issuer->did))
		return did.p != NULL;
	for (size_t i = 0; i < s->keys_count && prb_span_starts(did, prefix); i++) {
		prb_key_public_multikey(s->keys[i].public_key, multikey);
		if (s->keys[i].use == PRB_USE_ATTESTATION &&
			prb_span_is(
				(struct prb_span){did.p + prefix.n, did.n - prefix.n}, multikey))
			return true;
	}
	return false;
}

static bool
is_web(const struct prb_service *s)
{
	return prb_span_starts(prb_span_of(s->issuer->did), PRB_SPAN("did:web:"));
}

/* Nobody brings this server another document of its own. Whether it was put in. */
static bool
own_document(struct prb_exchange *x, struct prb_verify_options *options)
{
	const struct prb_service *s = x->service;
	struct prb_str *text = &x->desk->text;

	if (!is_web(s))
		return false;
	prb_str_reset(text);
	prb_issuer_did_document(s->issuer, s->keys, s->keys_count, text);
	options->did_document =
		text->failed ? PRB_SPAN_NONE : prb_arena_copy(x->arena, prb_str_span(text));
	return true;
}

/* A did:key has no document to hold the log's keys: they are at hand all the same, and the one that
 * the receipt's checkpoint has a signature of is meant. Whether it was put in. */
static bool
own_log_key(struct prb_exchange *x, struct prb_verify_options *options)
{
	const struct prb_service *s = x->service;
	char origin[PRB_LOG_ORIGIN_BYTES_MAX];
	uint8_t extra[PRB_RECEIPT_EXTRA_BYTES_MAX];
	struct prb_str *text = &x->desk->text;
	struct prb_receipt receipt;
	struct prb_note_key key;
	struct prb_note note;

	if (options->receipt.p == NULL || options->log_key.p != NULL || is_web(s) ||
		prb_receipt_read(options->receipt, extra, &receipt, NULL) != PRB_OK ||
		prb_note_read(receipt.checkpoint, &note, NULL) != PRB_OK)
		return false;
	for (size_t i = 0; i < s->keys_count; i++) {
		if (s->keys[i].use != PRB_USE_LOG || s->keys[i].standing == PRB_STANDING_REVOKED)
			continue;
		prb_log_origin(s->issuer, s->keys[i].public_key, origin);
		if (prb_note_key_fill(origin, PRB_NOTE_ED25519, s->keys[i].public_key, &key,
			    NULL) != PRB_OK ||
			prb_note_check(&note, &key, NULL) == PRB_NOTE_UNKNOWN)
			continue;
		prb_str_reset(text);
		prb_note_key_write(&key, text);
		if (!text->failed)
			options->log_key = prb_arena_copy(x->arena, prb_str_span(text));
	}
	return options->log_key.p != NULL;
}

/* The id at the end of an attestation's own, which is an address or a urn. */
static bool
stored_id(struct prb_span text, struct prb_id *out)
{
	if (text.n < PRB_UUID_BYTES - 1)
		return false;
	text.p += text.n - (PRB_UUID_BYTES - 1);
	text.n = PRB_UUID_BYTES - 1;
	return prb_id_read(text, out);
}

/* Whether it was revoked stands in the journal before it stands in a list that somebody kept. */
static void
own_status(struct prb_exchange *x, struct prb_verification *v)
{
	struct prb_found_attestation found;
	enum prb_err err;
	struct prb_id id;

	if (v->checks[PRB_CHECK_PROOF].outcome != PRB_OUTCOME_PASSED ||
		v->checks[PRB_CHECK_ISSUER].outcome != PRB_OUTCOME_PASSED || !stored_id(v->id, &id))
		return;
	err = prb_find_attestation(x->desk->state_reader, &id, x->arena, &found);
	if (err == PRB_OK && found.revoked)
		prb_verification_amend(v, PRB_CHECK_STATUS, PRB_OUTCOME_FAILED,
			"revoked, by the records of this server, which is the issuer");
	else if (err == PRB_OK && v->checks[PRB_CHECK_STATUS].outcome == PRB_OUTCOME_SKIPPED)
		prb_verification_amend(v, PRB_CHECK_STATUS, PRB_OUTCOME_PASSED,
			"not revoked, by the records of this server, which is the issuer");
}

/* ---- the answer ---- */

static enum prb_handled
answer(struct prb_exchange *x, struct asked *asked)
{
	struct prb_verification verification;

	if (asked->openings.p != NULL) {
		asked->options.openings = &asked->openings;
		asked->options.openings_count = 1;
	}
	prb_attestation_verify(x->arena, x->body, &asked->options, &verification);
	if (is_own(x, verification.issuer)) {
		/* Its keys vouch for what it issued itself, and for nobody else. */
		if (own_document(x, &asked->options) || own_log_key(x, &asked->options))
			prb_attestation_verify(x->arena, x->body, &asked->options, &verification);
		own_status(x, &verification);
	}
	prb_verification_write(&verification, &x->reply.body);
	return prb_answer(x, 200, PRB_TYPE_JSON);
}

enum prb_handled
prb_handle_verify(struct prb_exchange *x)
{
	struct asked asked = {.options = {.now = x->now_ms / 1000,
				      .skew_seconds = PRB_VERIFY_SKEW_SECONDS,
				      .sha256 = x->service->sha256,
				      .answer_too = true}};
	enum prb_err err;

	if (!prb_body_is(x, PRB_TYPE_JSON) && !prb_body_is(x, PRB_TYPE_VC) &&
		!prb_body_is(x, PRB_TYPE_VC_JWT) && !prb_body_is(x, "application/ld+json"))
		return prb_refuse(x, PRB_ERR_MEDIA_TYPE,
			"an attestation is sent as application/vc, application/vc+jwt or "
			"application/json");
	err = read_request(x, &asked);
	return err == PRB_OK ? answer(x, &asked) : prb_refuse(x, err, NULL);
}
