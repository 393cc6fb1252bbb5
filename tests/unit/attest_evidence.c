/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/attest_evidence.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "scoring/attest/envelope.h"
#include "scoring/attest/multibase.h"
#include "scoring/log/entry.h"

#define BYTES_MAX ((size_t)1 << 20)
#define WITHHELD (1u << PRB_PART_RATING | 1u << PRB_PART_EXPOSURE)

static void
make_credential(struct prb_arena *arena, struct attest_evidence *e)
{
	uint8_t report_sha256[PRB_SHA256_BYTES], salts[PRB_PARTS * PRB_PART_SALT_BYTES];
	const struct prb_credential_request request = {
		.result = attest_result(arena, attest_declaration_full),
		.report_sha256 = report_sha256,
		.id = ATTEST_ID,
		.issuer = &e->issuer,
		.secret_key = e->key.secret_key,
		.issued_at = ATTEST_MOMENT,
		.valid_days = PRB_CREDENTIAL_DAYS_DEFAULT,
		.status = {ATTEST_LIST, ATTEST_INDEX},
		.disclosed = PRB_PARTS_ALL & ~WITHHELD,
		.salts = salts,
		.openings = &e->openings,
		.sha256 = attest_sha256,
	};

	memset(report_sha256, 0x22, sizeof(report_sha256));
	for (size_t i = 0; i < sizeof(salts); i++)
		salts[i] = (uint8_t)i;
	assert(request.result != NULL);
	prb_credential_write(arena, &request, &e->credential);
	assert(!e->credential.failed && !e->openings.failed);
}

static void
make_document(struct attest_evidence *e)
{
	struct prb_issuer_key keys[2] = {
		{.use = PRB_USE_ATTESTATION, .standing = PRB_STANDING_IN_USE, .number = 1},
		{.use = PRB_USE_LOG, .standing = PRB_STANDING_IN_USE, .number = 1}};

	memcpy(keys[0].public_key, e->key.public_key, sizeof(keys[0].public_key));
	memcpy(keys[1].public_key, e->log_key.public_key, sizeof(keys[1].public_key));
	prb_issuer_did_document(&e->issuer, keys, 2, &e->document);
	assert(!e->document.failed);
}

void
attest_evidence_list(
	struct prb_arena *arena, struct attest_evidence *evidence, const struct attest_list *wanted)
{
	static uint8_t bits[PRB_STATUS_BYTES];
	const struct attest_key *key = wanted->key != NULL ? wanted->key : &evidence->key;
	const struct prb_status_list_request request = {
		.issuer = wanted->issuer != NULL ? wanted->issuer : &evidence->issuer,
		.secret_key = key->secret_key,
		.list = wanted->list != 0 ? wanted->list : ATTEST_LIST,
		.bits = bits,
		.issued_at = wanted->issued_at != 0 ? wanted->issued_at : ATTEST_MOMENT,
		.valid_seconds = 86400,
		.sha256 = attest_sha256,
	};
	enum prb_err err;

	memset(bits, 0, sizeof(bits));
	if (wanted->set >= 0)
		bits[wanted->set >> 3] = (uint8_t)(0x80 >> (wanted->set & 7));
	prb_str_reset(&evidence->list);
	err = prb_status_list_write(arena, &request, &evidence->list, NULL);
	assert(err == PRB_OK && !evidence->list.failed);
}

/* ---- the log ---- */

static bool
give_node(void *context, unsigned height, uint64_t index, uint8_t out[PRB_SHA256_BYTES])
{
	uint8_t(*leaves)[PRB_SHA256_BYTES] = context;
	uint8_t left[PRB_SHA256_BYTES], right[PRB_SHA256_BYTES];

	if (height == 0) {
		memcpy(out, leaves[index], PRB_SHA256_BYTES);
		return index < ATTEST_LOG_SIZE;
	}
	if (!give_node(context, height - 1, 2 * index, left) ||
		!give_node(context, height - 1, 2 * index + 1, right))
		return false;
	prb_tree_node(attest_sha256, left, right, out);
	return true;
}

static void
make_leaves(struct prb_span credential, const uint8_t *salt, const char *other,
	uint8_t leaves[ATTEST_LOG_SIZE][PRB_SHA256_BYTES])
{
	struct prb_str scratch, entry;

	prb_str_init(&scratch, BYTES_MAX);
	prb_str_init(&entry, BYTES_MAX);
	for (int i = 0; i < ATTEST_LOG_SIZE; i++) {
		prb_str_reset(&entry);
		prb_entry_write_salted(PRB_ENTRY_ATTESTATION, ATTEST_MOMENT, salt,
			i == ATTEST_LOG_INDEX ? credential : prb_span_of(other), attest_sha256,
			&scratch, &entry);
		prb_tree_leaf(attest_sha256, &scratch, prb_str_span(&entry), leaves[i]);
	}
	assert(!scratch.failed && !entry.failed);
	prb_str_finish(&scratch);
	prb_str_finish(&entry);
}

void
attest_evidence_receipt(
	struct attest_evidence *evidence, struct prb_span credential, const char *other)
{
	static uint8_t leaves[ATTEST_LOG_SIZE][PRB_SHA256_BYTES];
	static const uint8_t salt[PRB_ENTRY_SALT_BYTES] = {1, 2, 3, 4, 5, 6, 7, 8};
	const struct prb_tree_source source = {give_node, leaves, attest_sha256};
	struct prb_checkpoint checkpoint = {
		.origin = prb_span_of(evidence->origin), .size = ATTEST_LOG_SIZE};
	struct prb_receipt receipt = {
		.index = ATTEST_LOG_INDEX, .extra = {(const char *)salt, sizeof(salt)}};
	struct prb_note_key key;
	struct prb_tree tree;
	struct prb_str text;
	bool made;

	make_leaves(credential, salt, other, leaves);
	made = prb_note_key_fill(evidence->origin, PRB_NOTE_ED25519, evidence->log_key.public_key,
		       &key, NULL) == PRB_OK &&
	       prb_tree_at(&source, ATTEST_LOG_SIZE, &tree) &&
	       prb_tree_inclusion(&source, ATTEST_LOG_INDEX, ATTEST_LOG_SIZE, &receipt.proof);
	assert(made);
	prb_tree_root(&tree, attest_sha256, checkpoint.root);
	prb_str_init(&text, BYTES_MAX);
	prb_checkpoint_write(&checkpoint, &text);
	prb_str_reset(&evidence->checkpoint);
	prb_str_add_span(&evidence->checkpoint, prb_str_span(&text));
	prb_str_add_char(&evidence->checkpoint, '\n');
	prb_note_sign(
		prb_str_span(&text), &key, evidence->log_key.secret_key, 0, &evidence->checkpoint);
	prb_str_finish(&text);
	receipt.checkpoint = prb_str_span(&evidence->checkpoint);
	prb_str_reset(&evidence->receipt);
	prb_receipt_write(&receipt, &evidence->receipt);
	prb_str_reset(&evidence->vkey);
	prb_note_key_write(&key, &evidence->vkey);
	assert(!evidence->receipt.failed && !evidence->checkpoint.failed);
}

/* ---- the enveloping form ---- */

static void
add_base64url(struct prb_span text, struct prb_str *out)
{
	for (size_t at = 0; at < text.n; at += 96)
		prb_base64url_encode(
			(const uint8_t *)text.p + at, text.n - at < 96 ? text.n - at : 96, out);
}

void
attest_jws(const struct attest_key *key, const char *header, struct prb_span payload,
	struct prb_str *out)
{
	uint8_t signature[PRB_SIGNATURE_BYTES];

	prb_str_reset(out);
	add_base64url(prb_span_of(header), out);
	prb_str_add_char(out, '.');
	add_base64url(payload, out);
	assert(!out->failed);
	(void)crypto_sign_detached(
		signature, NULL, (const uint8_t *)out->p, out->n, key->secret_key);
	prb_str_add_char(out, '.');
	add_base64url((struct prb_span){(const char *)signature, sizeof(signature)}, out);
	assert(!out->failed);
}

/* ---- all of it ---- */

void
attest_evidence_make(struct prb_arena *arena, const char *public_url, struct attest_evidence *out)
{
	struct prb_str *const texts[] = {&out->credential, &out->jwt, &out->document, &out->list,
		&out->receipt, &out->checkpoint, &out->vkey, &out->openings};
	enum prb_err err;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		prb_str_init(texts[i], BYTES_MAX);
	attest_key_make(0, &out->key);
	attest_key_make(50, &out->log_key);
	attest_issuer_make(&out->key, public_url, &out->issuer);
	(void)snprintf(out->origin, sizeof(out->origin), "%s/log",
		public_url != NULL ? public_url + strlen("https://") : "probity.invalid/z6Mk");
	make_credential(arena, out);
	make_document(out);
	attest_evidence_list(arena, out, &(struct attest_list){.set = -1});
	attest_evidence_receipt(out, prb_str_span(&out->credential), "other");
	err = prb_envelope_write(arena, prb_str_span(&out->credential), &out->issuer,
		out->key.secret_key, &out->jwt, NULL);
	assert(err == PRB_OK);
}

void
attest_evidence_finish(struct attest_evidence *evidence)
{
	struct prb_str *const texts[] = {&evidence->credential, &evidence->jwt, &evidence->document,
		&evidence->list, &evidence->receipt, &evidence->checkpoint, &evidence->vkey,
		&evidence->openings};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		prb_str_finish(texts[i]);
}
