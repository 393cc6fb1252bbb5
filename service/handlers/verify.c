/* SPDX-License-Identifier: Apache-2.0 */
/*
 * POST /v1/verify: the same checks as `probity verify`. The body is an attestation, or an object
 * with it and what it is to be checked against; the whole answer to a declaration is one. Nothing
 * is fetched. Of what this server issued itself it knows the keys, the log and what was revoked,
 * and what it issued under each id.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "scoring/attest/document.h"
#include "scoring/attest/verify.h"
#include "scoring/base/jcs.h"
#include "scoring/log/checkpoint.h"
#include "service/handlers/answers.h"
#include "service/handlers/handler.h"
#include "service/log/publisher.h"

/* Above this a body takes more than a millisecond: it is checked off the loop. */
#define OFFLOAD_BYTES (32 * 1024)

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
	struct prb_span kept;
	struct prb_str text;

	if (prb_json_kind(value) == PRB_JSON_STRING)
		return prb_json_string(value);
	prb_str_init(&text, 4 * PRB_CREDENTIAL_READ_BYTES_MAX);
	prb_jcs_write(x->arena, value, &text);
	kept = prb_kept(x->arena, &text);
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
read_request(struct prb_exchange *x, const struct prb_json *root, struct asked *asked)
{
	enum prb_err err = PRB_OK;

	if (root == NULL || prb_json_member(root, "@context") != NULL ||
		prb_json_member(root, "attestation") == NULL)
		return PRB_OK;
	for (const struct prb_json *e = prb_json_first(root); e != NULL && err == PRB_OK;
		e = prb_json_next(e))
		err = read_member(x, e, asked);
	return err;
}

/* ---- what this server knows itself ---- */

/* A did:key issuer is its key, and was another one before each exchange of it. NULL where the DID
 * is none of them. */
static const struct prb_issuer_key *
find_did_key(const struct prb_service *s, struct prb_span did)
{
	static const struct prb_span prefix = {"did:key:", 8};
	char multikey[PRB_MULTIKEY_BYTES];

	for (size_t i = 0; i < s->keys_count && prb_span_starts(did, prefix); i++) {
		prb_key_public_multikey(s->keys[i].public_key, multikey);
		if (s->keys[i].use == PRB_USE_ATTESTATION &&
			prb_span_is(
				(struct prb_span){did.p + prefix.n, did.n - prefix.n}, multikey))
			return &s->keys[i];
	}
	return NULL;
}

static bool
is_own(const struct prb_service *s, struct prb_span did)
{
	return did.p != NULL && (prb_span_is(did, s->issuer->did) || find_did_key(s, did) != NULL);
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
	options->did_document = prb_kept(x->arena, text);
	return true;
}

/* The key of the own log that a checkpoint has a signature of. */
static bool
find_log_key(const struct prb_service *s, const struct prb_note *note, struct prb_note_key *key)
{
	char origin[PRB_LOG_ORIGIN_BYTES_MAX];

	for (size_t i = 0; i < s->keys_count; i++) {
		if (s->keys[i].use != PRB_USE_LOG || s->keys[i].standing == PRB_STANDING_REVOKED)
			continue;
		prb_log_origin(s->issuer, s->keys[i].public_key, origin);
		if (prb_note_key_fill(origin, PRB_NOTE_ED25519, s->keys[i].public_key, key, NULL) ==
				PRB_OK &&
			prb_note_check(note, key, NULL) != PRB_NOTE_UNKNOWN)
			return true;
	}
	return false;
}

/* The checkpoint that the receipt leads to; a receipt may come in the checkpoint's place. */
static bool
read_checkpoint(const struct prb_verify_options *options, struct prb_note *out)
{
	struct prb_span text = options->receipt.p != NULL ? options->receipt : options->checkpoint;
	uint8_t extra[PRB_RECEIPT_EXTRA_BYTES_MAX];
	struct prb_receipt receipt;

	return text.p != NULL && prb_receipt_read(text, extra, &receipt, NULL) == PRB_OK &&
	       prb_note_read(receipt.checkpoint, out, NULL) == PRB_OK;
}

/* A did:key has no document to hold the log's keys: they are at hand all the same, and the one that
 * the receipt's checkpoint has a signature of is meant. Whether it was put in. */
static bool
own_log_key(struct prb_exchange *x, struct prb_verify_options *options)
{
	struct prb_str *text = &x->desk->text;
	struct prb_note_key key;
	struct prb_note note;

	if (options->log_key.p != NULL || is_web(x->service) || !read_checkpoint(options, &note) ||
		!find_log_key(x->service, &note, &key))
		return false;
	prb_str_reset(text);
	prb_note_key_write(&key, text);
	options->log_key = prb_kept(x->arena, text);
	return options->log_key.p != NULL;
}

/* Its keys vouch for what it issued itself, and for nobody else. */
static bool
put_own(struct prb_exchange *x, struct prb_verify_options *options)
{
	bool document = own_document(x, options);

	return own_log_key(x, options) || document;
}

/* ---- and its own records ---- */

static void
disown(struct prb_verification *v, enum prb_check check, const char *why)
{
	prb_verification_amend(v, check, PRB_OUTCOME_FAILED, why);
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

/* Whether it is what was stored: its bytes, or, of the enveloping form, which is made anew each
 * time, those of the document. */
static enum prb_err
compare(struct prb_exchange *x, const struct prb_verification *v, struct prb_span stored)
{
	static const struct prb_document_change document = {.left_out = "proof"};
	struct prb_str *given = &x->desk->text, issued;
	const struct prb_json *root;
	enum prb_err err = PRB_OK;

	prb_str_reset(given);
	prb_jcs_write(x->arena, v->credential, given);
	prb_str_init(&issued, PRB_CREDENTIAL_READ_BYTES_MAX);
	if (!v->enveloped)
		prb_str_add_span(&issued, stored);
	else if (prb_json_parse(x->arena, stored, PRB_CREDENTIAL_READ_BYTES_MAX, NULL, &root) !=
			 PRB_OK ||
		 !prb_document_fits(root))
		err = PRB_ERR_STATE_DAMAGED;
	else
		prb_document_write(x->arena, root, &document, &issued);
	if (err == PRB_OK && (given->failed || issued.failed))
		err = PRB_ERR_MEMORY;
	if (err == PRB_OK && !prb_span_equal(prb_str_span(given), prb_str_span(&issued)))
		err = PRB_ERR_VALUE;
	prb_str_finish(&issued);
	return err;
}

/* Whether it was revoked stands in the journal before it stands in a list that somebody kept. */
static void
own_standing(struct prb_verification *v, bool revoked)
{
	if (revoked)
		disown(v, PRB_CHECK_STATUS,
			"revoked, by the records of this server, which is the issuer");
	else if (v->checks[PRB_CHECK_STATUS].outcome == PRB_OUTCOME_SKIPPED)
		prb_verification_amend(v, PRB_CHECK_STATUS, PRB_OUTCOME_PASSED,
			"not revoked, by the records of this server, which is the issuer");
}

/* There is nothing that can be opened under this id. What was handed out stays good when an
 * organisation's records are erased: that there was one is no secret, as its id is in the open. */
static void
own_erased(struct prb_exchange *x, struct prb_verification *v, const struct prb_id *id)
{
	int64_t revoked_ms;
	enum prb_err err = id == NULL ? PRB_ERR_NOT_FOUND
				      : prb_find_issued(x->desk->state_reader, id, &revoked_ms);

	if (err == PRB_ERR_NOT_FOUND)
		disown(v, PRB_CHECK_ISSUER,
			"signed with a key of this server, and never issued by "
			"this server: it has no record of this id");
	if (err != PRB_OK)
		return;
	prb_verification_amend(v, PRB_CHECK_ISSUER, PRB_OUTCOME_PASSED,
		"issued by this server under this id; its record was erased, so that what was "
		"issued cannot be compared");
	own_standing(v, revoked_ms != 0);
}

/* A signature by its key says that somebody had the key; what was issued, the records say. */
static void
own_record(struct prb_exchange *x, struct prb_verification *v)
{
	struct prb_found_attestation found;
	enum prb_err err = PRB_ERR_NOT_FOUND;
	struct prb_id id;
	bool named = stored_id(v->id, &id);

	if (named)
		err = prb_find_attestation(x->desk->state_reader, &id, x->arena, &found);
	if (err == PRB_ERR_NOT_FOUND) {
		own_erased(x, v, named ? &id : NULL);
		return;
	}
	if (err != PRB_OK)
		return;
	err = compare(x, v, found.attestation);
	if (err == PRB_ERR_VALUE)
		disown(v, PRB_CHECK_ISSUER,
			"the issuer, which this server is, issued something else under this id");
	else if (err != PRB_OK)
		disown(v, PRB_CHECK_ISSUER,
			"it could not be compared with what this server, the issuer, has on "
			"record");
	own_standing(v, found.revoked);
}

/* Whoever has a key of the log can sign another tree: what was published is at hand. */
static void
own_log(struct prb_exchange *x, const struct prb_verify_options *options,
	struct prb_verification *v)
{
	const struct prb_service *s = x->service;
	uint8_t root[PRB_SHA256_BYTES];
	struct prb_checkpoint checkpoint;
	struct prb_note_key key;
	struct prb_note note;
	struct prb_tree tree;

	if (v->checks[PRB_CHECK_LOG].outcome != PRB_OUTCOME_PASSED ||
		!read_checkpoint(options, &note) || !find_log_key(s, &note, &key) ||
		prb_checkpoint_read(note.text, &checkpoint, NULL) != PRB_OK)
		return;
	if (s->publisher == NULL || checkpoint.size > prb_publisher_size(s->publisher) ||
		prb_log_tree_at(x->desk->state_reader, checkpoint.size, &tree) != PRB_OK) {
		disown(v, PRB_CHECK_LOG,
			"the receipt's checkpoint is of a tree that this server, whose log it "
			"names, never published");
		return;
	}
	prb_tree_root(&tree, s->sha256, root);
	if (memcmp(root, checkpoint.root, sizeof root) != 0)
		disown(v, PRB_CHECK_LOG,
			"the receipt's checkpoint is not of the log of this server, which has "
			"another root at that size");
}

static void
own_records(struct prb_exchange *x, const struct prb_verify_options *options,
	struct prb_verification *v)
{
	const struct prb_issuer_key *key = find_did_key(x->service, v->issuer);

	if (v->checks[PRB_CHECK_PROOF].outcome != PRB_OUTCOME_PASSED ||
		v->checks[PRB_CHECK_ISSUER].outcome != PRB_OUTCOME_PASSED)
		return;
	own_record(x, v);
	own_log(x, options, v);
	if (key != NULL && key->standing == PRB_STANDING_REVOKED)
		disown(v, PRB_CHECK_ISSUER,
			"the key was revoked by this server, whose key it was: what it signed may "
			"be a thief's");
}

/* ---- the answer ---- */

/* Whose it says it is, where that is to be seen without checking it. */
static struct prb_span
claimed_issuer(const struct prb_json *root)
{
	const struct prb_json *inner = root == NULL ? NULL : prb_json_member(root, "attestation");
	const struct prb_json *issuer;

	if (inner != NULL && prb_json_kind(inner) == PRB_JSON_OBJECT &&
		prb_json_member(root, "@context") == NULL)
		root = inner;
	issuer = root == NULL ? NULL : prb_json_member(root, "issuer");
	if (issuer != NULL && prb_json_kind(issuer) == PRB_JSON_OBJECT)
		issuer = prb_json_member(issuer, "id");
	return issuer != NULL && prb_json_kind(issuer) == PRB_JSON_STRING ? prb_json_string(issuer)
									  : PRB_SPAN_NONE;
}

static enum prb_handled
answer(struct prb_exchange *x, const struct prb_json *root, struct asked *asked)
{
	struct prb_verification verification;
	bool own = is_own(x->service, claimed_issuer(root));

	if (asked->openings.p != NULL) {
		asked->options.openings = &asked->openings;
		asked->options.openings_count = 1;
	}
	if (own)
		(void)put_own(x, &asked->options);
	prb_attestation_verify(x->arena, x->body, &asked->options, &verification);
	/* Whose a vc+jwt is shows only when it is open. */
	if (!own && is_own(x->service, verification.issuer) && put_own(x, &asked->options))
		prb_attestation_verify(x->arena, x->body, &asked->options, &verification);
	if (is_own(x->service, verification.issuer))
		own_records(x, &asked->options, &verification);
	prb_verification_write(&verification, &x->reply.body);
	return prb_answer(x, 200, PRB_TYPE_JSON);
}

static enum prb_handled
check(struct prb_exchange *x)
{
	struct asked asked = {.options = {.now = x->now_ms / 1000,
				      .skew_seconds = PRB_VERIFY_SKEW_SECONDS,
				      .sha256 = x->service->sha256,
				      .answer_too = true}};
	const struct prb_json *root;
	enum prb_err err;

	if (prb_json_parse(x->arena, x->body, PRB_ANSWER_READ_BYTES_MAX, NULL, &root) != PRB_OK ||
		prb_json_kind(root) != PRB_JSON_OBJECT)
		root = NULL;
	err = read_request(x, root, &asked);
	return err == PRB_OK ? answer(x, root, &asked) : prb_refuse(x, err, NULL);
}

enum prb_handled
prb_handle_verify(struct prb_exchange *x)
{
	if (!prb_body_is(x, PRB_TYPE_JSON) && !prb_body_is(x, PRB_TYPE_VC) &&
		!prb_body_is(x, PRB_TYPE_VC_JWT) && !prb_body_is(x, "application/ld+json"))
		return prb_refuse(x, PRB_ERR_MEDIA_TYPE,
			"an attestation is sent as application/vc, application/vc+jwt or "
			"application/json");
	if (x->body.n <= OFFLOAD_BYTES)
		return check(x);
	return prb_offload(x, check, "too many large attestations are being checked");
}
