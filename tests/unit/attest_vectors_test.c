/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vectors that scoring/attest/ATTESTATION.md gives to others: written anew, compared with the
 * files byte by byte, and every number that the page prints looked for in it. What is written now
 * goes into the build folder where it is not what stands there; the numbers go to the terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "scoring/attest/document.h"
#include "scoring/attest/envelope.h"
#include "scoring/attest/multibase.h"
#include "scoring/log/checkpoint.h"
#include "scoring/log/entry.h"
#include "tests/unit/attest_support.h"

#define ARENA_BYTES_MAX ((size_t)32 << 20)
#define PUBLIC_URL "https://screening.example"
#define ORIGIN "screening.example/log"
#define STATUS_INDEX 94567
#define REVOKED_INDEX 4096
#define OTHER_ID "01980000-0000-7000-8000-000000000002"

static struct prb_arena *arena;
static struct attest_key key, log_key;
static struct prb_issuer by_key, by_web;
static const struct prb_result *full;
static struct prb_str out, page, openings;
static int faults; /* of one test: it goes on, so that all that is to be changed is seen at once */

static int
set_up(void **state)
{
	char path[1024], piece[4096];
	size_t n;
	FILE *file;

	(void)state;
	arena = prb_arena_create(ARENA_BYTES_MAX);
	attest_key_make(0, &key);
	attest_key_make(32, &log_key);
	attest_issuer_make(&key, NULL, &by_key);
	attest_issuer_make(&key, PUBLIC_URL, &by_web);
	prb_str_init(&out, PRB_CREDENTIAL_BYTES_MAX);
	prb_str_init(&openings, PRB_CREDENTIAL_BYTES_MAX);
	prb_str_init(&page, 1 << 20);
	full = attest_result(arena, attest_declaration_full);
	(void)snprintf(path, sizeof path, "%s/scoring/attest/ATTESTATION.md", PROBITY_SOURCE_DIR);
	file = fopen(path, "rb");
	if (file == NULL || full == NULL)
		return -1;
	while ((n = fread(piece, 1, sizeof piece, file)) > 0)
		prb_str_add(&page, piece, n);
	(void)fclose(file);
	return page.n > 0 && !page.failed ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	prb_str_finish(&page);
	prb_str_finish(&openings);
	prb_str_finish(&out);
	prb_arena_destroy(arena);
	return 0;
}

/* ---- against the files and the page ---- */

static void
keep(const char *name, struct prb_span text)
{
	char place[1024];
	FILE *file;

	(void)snprintf(place, sizeof place, "%s/%s", PROBITY_BINARY_DIR, name);
	file = fopen(place, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(text.p, 1, text.n, file), text.n);
	assert_int_equal(fclose(file), 0);
}

static struct prb_span
published(const char *name)
{
	char path[512];
	struct prb_str pinned;
	struct prb_span copy;

	prb_str_init(&pinned, PRB_CREDENTIAL_BYTES_MAX);
	(void)snprintf(path, sizeof path, "attestation/%s", name);
	if (!attest_vector(path, &pinned))
		prb_str_reset(&pinned);
	copy = prb_arena_copy(arena, prb_str_span(&pinned));
	assert_non_null(copy.p);
	prb_str_finish(&pinned);
	return copy;
}

static void
assert_published(const char *name, struct prb_span text)
{
	if (prb_span_equal(published(name), text))
		return;
	keep(name, text);
	print_error("not the bytes of tests/unit/vectors/attestation/%s; what is written now is in "
		    "%s/%s\n",
		name, PROBITY_BINARY_DIR, name);
	faults++;
}

/* The page must say it. */
static void
assert_said(const char *what, const char *value)
{
	print_message("%-24s %s\n", what, value);
	if (strstr(page.p, value) != NULL)
		return;
	print_error("ATTESTATION.md does not say that\n");
	faults++;
}

static void
assert_said_hash(const char *what, const uint8_t hash[PRB_SHA256_BYTES])
{
	char hex[PRB_SHA256_HEX_BYTES];

	prb_sha256_hex(hash, hex);
	assert_said(what, hex);
}

static void
assert_said_hash_of(const char *what, struct prb_span text)
{
	uint8_t hash[PRB_SHA256_BYTES];

	attest_sha256(hash, text.p, text.n);
	assert_said_hash(what, hash);
}

static const struct prb_json *
parsed(struct prb_span text)
{
	const struct prb_json *json = NULL;

	assert_int_equal(
		prb_json_parse(arena, text, PRB_CREDENTIAL_BYTES_MAX, NULL, &json), PRB_OK);
	return json;
}

static void
assert_said_without(const char *what, const struct prb_json *object, const char *left_out)
{
	const struct prb_document_change change = {.left_out = left_out};
	struct prb_str text;

	prb_str_init(&text, PRB_CREDENTIAL_BYTES_MAX);
	prb_document_write(arena, object, &change, &text);
	assert_false(text.failed);
	assert_said_hash_of(what, prb_str_span(&text));
	prb_str_finish(&text);
}

/* A credential's file, and the hashes that its signature is over. */
static void
assert_credential(const char *name)
{
	const struct prb_json *json, *proof;

	assert_false(out.failed);
	print_message("%s: %zu bytes\n", name, out.n);
	assert_published(name, prb_str_span(&out));
	json = parsed(prb_str_span(&out));
	proof = prb_json_member(json, "proof");
	assert_said_hash_of("SHA-256", prb_str_span(&out));
	assert_said_without("h1", proof, "proofValue");
	assert_said_without("h2", json, "proof");
	assert_said("proofValue", prb_json_string(prb_json_member(proof, "proofValue")).p);
}

static void
write_credential(
	const struct prb_issuer *issuer, const char *id, uint32_t status_list, uint32_t disclosed)
{
	uint8_t salts[PRB_PARTS * PRB_PART_SALT_BYTES];
	struct prb_credential_request request;

	for (size_t i = 0; i < sizeof salts; i++)
		salts[i] = (uint8_t)i;
	attest_request_make(full, issuer, &key, &request);
	request.id = id;
	request.status = (struct prb_status_place){.list = status_list, .index = STATUS_INDEX};
	request.disclosed = disclosed;
	request.salts = salts;
	request.openings = &openings;
	prb_str_reset(&openings);
	prb_str_reset(&out);
	prb_credential_write(arena, &request, &out);
}

static int
without_faults(void **state)
{
	int seen = faults;

	(void)state;
	faults = 0;
	return seen == 0 ? 0 : -1;
}

/* ---- the vectors ---- */

static void
did_key(void **state)
{
	char multikey[PRB_MULTIKEY_BYTES];

	(void)state;
	prb_key_public_multikey(key.public_key, multikey);
	assert_said("key", multikey);
	write_credential(&by_key, ATTEST_ID, 0, PRB_PARTS_ALL);
	assert_credential("did_key.json");
}

static void
did_web(void **state)
{
	struct prb_issuer_key keys[] = {
		{.use = PRB_USE_ATTESTATION, .standing = PRB_STANDING_IN_USE, .number = 1},
		{.use = PRB_USE_LOG, .standing = PRB_STANDING_IN_USE, .number = 1}};
	char multikey[PRB_MULTIKEY_BYTES];

	(void)state;
	write_credential(&by_web, ATTEST_ID, 1, PRB_PARTS_ALL);
	assert_credential("did_web.json");
	prb_key_public_multikey(log_key.public_key, multikey);
	assert_said("log key", multikey);
	memcpy(keys[0].public_key, key.public_key, PRB_KEY_PUBLIC_BYTES);
	memcpy(keys[1].public_key, log_key.public_key, PRB_KEY_PUBLIC_BYTES);
	prb_str_reset(&out);
	prb_issuer_did_document(&by_web, keys, 2, &out);
	assert_published("did_web_document.json", prb_str_span(&out));
}

static void
did_web_enveloped(void **state)
{
	struct prb_envelope read;
	struct prb_str jwt;

	(void)state;
	write_credential(&by_web, ATTEST_ID, 1, PRB_PARTS_ALL);
	prb_str_init(&jwt, PRB_ENVELOPE_BYTES_MAX);
	assert_int_equal(
		prb_envelope_write(arena, prb_str_span(&out), &by_web, key.secret_key, &jwt, NULL),
		PRB_OK);
	assert_published("did_web.jwt", prb_str_span(&jwt));
	assert_int_equal(prb_envelope_read(arena, prb_str_span(&jwt), &read, NULL), PRB_OK);
	/* The payload is what the embedded proof's h2 is over. */
	assert_said_hash_of("payload", read.payload);
	assert_said(
		"header", prb_arena_copy(arena, (struct prb_span){jwt.p, strcspn(jwt.p, ".")}).p);
	assert_said("signature", strrchr(jwt.p, '.') + 1);
	prb_str_finish(&jwt);
}

/* Compressors differ, so that the list is read and not compared. */
static void
did_web_status(void **state)
{
	static uint8_t bits[PRB_STATUS_BYTES];
	const struct prb_status_list_request request = {.issuer = &by_web,
		.secret_key = key.secret_key,
		.list = 1,
		.bits = bits,
		.issued_at = ATTEST_MOMENT,
		.valid_seconds = 86400,
		.ttl_seconds = 300,
		.sha256 = attest_sha256};
	const struct prb_span id = PRB_SPAN(PUBLIC_URL "/status/1");
	struct prb_span text = published("did_web_status.json");
	const struct prb_json *json;
	struct prb_fault fault = {.detail = ""};

	(void)state;
	bits[REVOKED_INDEX >> 3] = 0x80 >> (REVOKED_INDEX & 7);
	prb_str_reset(&out);
	assert_int_equal(prb_status_list_write(arena, &request, &out, &fault), PRB_OK);
	if (text.n == 0) {
		keep("did_web_status.json", prb_str_span(&out));
		fail_msg("there is no did_web_status.json; one is in %s", PROBITY_BINARY_DIR);
	}
	json = parsed(text);
	assert_int_equal(prb_status_list_look(arena, &(struct prb_status_list){.credential = json},
				 id, "revocation", STATUS_INDEX, &fault),
		PRB_STATUS_CLEAR);
	assert_int_equal(prb_status_list_look(arena, &(struct prb_status_list){.credential = json},
				 id, "revocation", REVOKED_INDEX, &fault),
		PRB_STATUS_SET);
	assert_said("index", "94567");
	assert_said("revoked index", "4096");
}

/* Rating and indicators are disclosed, the rest is not. */
static void
did_web_withheld(void **state)
{
	const uint32_t withheld = 1U << PRB_PART_SUPPLIER | 1U << PRB_PART_EXPOSURE |
				  1U << PRB_PART_DECLARATION | 1U << PRB_PART_REPORT;
	const struct prb_json *json, *opening;
	size_t count = 0;

	(void)state;
	write_credential(&by_web, OTHER_ID, 0, PRB_PARTS_ALL & ~withheld);
	assert_credential("did_web_withheld.json");
	assert_published("did_web_withheld_openings.json", prb_str_span(&openings));
	json = parsed(prb_str_span(&out));
	opening = prb_json_first(parsed(prb_str_span(&openings)));
	for (; opening != NULL; opening = prb_json_next(opening), count++) {
		struct prb_span part, salt = prb_json_string(prb_json_member(opening, "salt"));

		assert_int_equal(
			prb_opening_check(arena, json, opening, attest_sha256, &part, NULL),
			PRB_OK);
		if (count == 0)
			assert_said("salt of the supplier", prb_arena_copy(arena, salt).p);
	}
	assert_int_equal(count, 4);
}

/* The commitment of the supplier, by hand. */
static void
commitment(void **state)
{
	static const char value[] =
		"{\"part\":\"supplier\",\"value\":{\"description\":\"As declared. The registered "
		"id "
		"is the Legal Entity Identifier (ISO 17442) that was declared; its register was "
		"not asked.\",\"id\":\"https://screening.example/v1/attestations/" OTHER_ID
		"#supplier\",\"name\":\"Example \\\"Works\\\" Gr\xC3\xBCn\",\"registeredId\":"
		"\"7LTWFZYICNSX8D621K86\",\"type\":[\"Party\"]}}";
	char digest[PRB_DIGEST_MULTIBASE_BYTES];
	uint8_t hash[PRB_SHA256_BYTES];
	struct prb_str hashed;

	(void)state;
	prb_str_init(&hashed, 4096);
	for (char i = 0; i < PRB_PART_SALT_BYTES; i++)
		prb_str_add_char(&hashed, i);
	prb_str_add_text(&hashed, value);
	attest_sha256(hash, hashed.p, hashed.n);
	assert_said_hash("commitment", hash);
	prb_digest_multibase(hash, digest);
	assert_said("as digestMultibase", digest);
	assert_non_null(strstr(published("did_web_withheld.json").p, digest));
	assert_said("what is hashed begins", "{\"part\":\"supplier\",\"value\":{\"description\":");
	prb_str_finish(&hashed);
}

/* A log of three entries: the two keys, and vector 3. */
#define ENTRIES 3
static uint8_t leaves[ENTRIES][PRB_SHA256_BYTES];
static const uint8_t log_salt[PRB_ENTRY_SALT_BYTES] = {0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36,
	0x37, 0x38, 0x39, 0x3A, 0x3B, 0x3C, 0x3D, 0x3E, 0x3F};

static bool
node(void *context, unsigned height, uint64_t index, uint8_t hash[PRB_SHA256_BYTES])
{
	(void)context;
	if (height == 0)
		memcpy(hash, leaves[index], PRB_SHA256_BYTES);
	else
		prb_tree_node(attest_sha256, leaves[0], leaves[1], hash);
	return height <= 1;
}

static void
make_entries(struct prb_str *entry)
{
	struct prb_str scratch;
	char multikey[PRB_MULTIKEY_BYTES];

	prb_str_init(&scratch, PRB_CREDENTIAL_BYTES_MAX);
	prb_key_public_multikey(key.public_key, multikey);
	prb_str_reset(entry);
	prb_entry_write_key(ATTEST_MOMENT - 60, multikey, "in_use", "attestation", entry);
	prb_tree_leaf(attest_sha256, &scratch, prb_str_span(entry), leaves[0]);
	prb_key_public_multikey(log_key.public_key, multikey);
	prb_str_reset(entry);
	prb_entry_write_key(ATTEST_MOMENT - 60, multikey, "in_use", "log", entry);
	prb_tree_leaf(attest_sha256, &scratch, prb_str_span(entry), leaves[1]);
	write_credential(&by_web, ATTEST_ID, 1, PRB_PARTS_ALL);
	prb_str_reset(entry);
	prb_entry_write_salted(PRB_ENTRY_ATTESTATION, ATTEST_MOMENT, log_salt, prb_str_span(&out),
		attest_sha256, &scratch, entry);
	prb_tree_leaf(attest_sha256, &scratch, prb_str_span(entry), leaves[2]);
	assert_false(entry->failed || scratch.failed);
	prb_str_finish(&scratch);
}

static void
log_receipt(void **state)
{
	const struct prb_tree_source source = {.node = node, .sha256 = attest_sha256};
	struct prb_checkpoint checkpoint = {.origin = PRB_SPAN(ORIGIN), .size = ENTRIES};
	struct prb_receipt receipt = {.index = 2, .extra = {(const char *)log_salt, 16}};
	struct prb_note_key signer;
	struct prb_tree tree;
	struct prb_str entry, note, text, vkey;

	(void)state;
	prb_str_init(&entry, PRB_ENTRY_BYTES_MAX);
	prb_str_init(&note, PRB_CHECKPOINT_BYTES_MAX);
	prb_str_init(&text, PRB_RECEIPT_BYTES_MAX);
	prb_str_init(&vkey, PRB_NOTE_VKEY_BYTES_MAX);
	make_entries(&entry);
	assert_said("entry", entry.p);
	assert_said_hash("leaf", leaves[2]);
	assert_true(prb_tree_at(&source, ENTRIES, &tree));
	prb_tree_root(&tree, attest_sha256, checkpoint.root);
	assert_said_hash("root", checkpoint.root);
	assert_int_equal(
		prb_note_key_fill(ORIGIN, PRB_NOTE_ED25519, log_key.public_key, &signer, NULL),
		PRB_OK);
	prb_note_key_write(&signer, &vkey);
	assert_said("verifier key", vkey.p);
	prb_checkpoint_write(&checkpoint, &note);
	{
		struct prb_span body = prb_arena_copy(arena, prb_str_span(&note));

		prb_str_add_char(&note, '\n');
		prb_note_sign(body, &signer, log_key.secret_key, 0, &note);
	}
	assert_true(prb_tree_inclusion(&source, 2, ENTRIES, &receipt.proof));
	receipt.checkpoint = prb_str_span(&note);
	prb_receipt_write(&receipt, &text);
	assert_published("did_web.tlog-proof", prb_str_span(&text));
	assert_int_equal(
		prb_receipt_check(attest_sha256, &receipt, leaves[2], &signer, &checkpoint, NULL),
		PRB_OK);
	prb_str_finish(&vkey);
	prb_str_finish(&text);
	prb_str_finish(&note);
	prb_str_finish(&entry);
}

#define VECTOR(test) cmocka_unit_test_teardown(test, without_faults)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		VECTOR(did_key),
		VECTOR(did_web),
		VECTOR(did_web_enveloped),
		VECTOR(did_web_status),
		VECTOR(did_web_withheld),
		VECTOR(commitment),
		VECTOR(log_receipt),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
