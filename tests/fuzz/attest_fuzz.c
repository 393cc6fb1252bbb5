/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as an attestation, and behind zero bytes the issuer's DID document, a status list, a
 * receipt of the log, openings and a checkpoint: each check says one clean line, and what is
 * verified says exactly what one of the attestations says that were signed with the tests' key,
 * embedded or enveloped, against the one list and the one tree that were. Nobody signed anything
 * else.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "scoring/attest/document.h"
#include "scoring/attest/envelope.h"
#include "scoring/attest/verify.h"

#define ARENA_BYTES_MAX ((size_t)64 << 20)
#define BYTES_MAX ((size_t)8 << 20)
#define MOMENT 1782907200LL /* 2026-07-01T12:00:00Z */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define KNOWN 3 /* attestations; behind them the list and the receipt */
enum { LIST = KNOWN, RECEIPT, FILES };
static struct prb_str known[FILES];

static void
require(bool kept, const char *promise)
{
	if (kept)
		return;
	fprintf(stderr, "broken: %s\n", promise);
	abort();
}

static void
sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n)
{
	(void)crypto_hash_sha256(out, bytes, n);
}

static void
close_known(void)
{
	for (int i = 0; i < FILES; i++)
		prb_str_finish(&known[i]);
}

static void
read_known(void)
{
	static const char *const names[FILES] = {"did_key.json", "did_web.json",
		"did_web_withheld.json", "did_web_status.json", "did_web.tlog-proof"};
	char path[1024], piece[4096];
	size_t n;

	if (known[0].n > 0)
		return;
	for (int i = 0; i < FILES; i++) {
		FILE *file;

		(void)snprintf(path, sizeof(path), "%s/tests/unit/vectors/attestation/%s",
			PROBITY_SOURCE_DIR, names[i]);
		file = fopen(path, "rb");
		require(file != NULL, "the known attestations are there");
		prb_str_init(&known[i], BYTES_MAX);
		while (file != NULL && (n = fread(piece, 1, sizeof(piece), file)) > 0)
			prb_str_add(&known[i], piece, n);
		if (file != NULL)
			(void)fclose(file);
	}
	(void)atexit(close_known);
}

/* The compact JWS in a text, by itself or in an EnvelopedVerifiableCredential; p NULL where there
 * is none. */
static struct prb_span
envelope_in(const struct prb_json *root, struct prb_span text)
{
	static const struct prb_span start = {"data:application/vc+jwt,", 24};
	const struct prb_json *id = root == NULL ? NULL : prb_json_member(root, "id");
	struct prb_span jws = text;

	if (root != NULL) {
		if (id == NULL || prb_json_kind(id) != PRB_JSON_STRING)
			return PRB_SPAN_NONE;
		jws = prb_json_string(id);
		if (!prb_span_starts(jws, start))
			return PRB_SPAN_NONE;
		jws.p += start.n;
		jws.n -= start.n;
	}
	return prb_envelope_is(jws) ? jws : PRB_SPAN_NONE;
}

/* The canonical form of one that is known, with or without its proof. */
static bool
is_one_of(struct prb_arena *arena, struct prb_span canonical, bool without_proof, int from, int to)
{
	const struct prb_document_change change = {.left_out = without_proof ? "proof" : NULL};
	bool found = false;

	for (int i = from; i < to && !found; i++) {
		const struct prb_json *root = NULL;
		struct prb_str text;

		require(prb_json_parse(arena, prb_str_span(&known[i]), BYTES_MAX, NULL, &root) ==
				PRB_OK,
			"the known attestations can be read");
		prb_str_init(&text, BYTES_MAX);
		prb_document_write(arena, root, &change, &text);
		found = prb_span_equal(prb_str_span(&text), canonical);
		prb_str_finish(&text);
	}
	return found;
}

/* Contexts may be added behind those that were signed; they do not count. */
static void
require_known(struct prb_arena *arena, struct prb_span text, int from, int to)
{
	struct prb_document_change change = {.left_out = NULL};
	const struct prb_json *root = NULL, *proof = NULL;
	struct prb_envelope envelope;
	struct prb_str canonical;

	(void)prb_json_parse(arena, text, BYTES_MAX, NULL, &root);
	if (envelope_in(root, text).p != NULL) {
		require(prb_envelope_read(arena, envelope_in(root, text), &envelope, NULL) ==
				PRB_OK,
			"what is verified can be read");
		require(is_one_of(arena, envelope.payload, true, from, to),
			"no payload is verified that was never signed");
		return;
	}
	require(root != NULL, "what is verified can be read");
	proof = prb_json_member(root, "proof");
	require(proof != NULL, "what is verified has a proof");
	change.context = prb_json_member(proof, "@context");
	prb_str_init(&canonical, BYTES_MAX);
	prb_document_write(arena, root, &change, &canonical);
	require(is_one_of(arena, prb_str_span(&canonical), false, from, to),
		"nothing is verified that was never signed");
	prb_str_finish(&canonical);
}

static void
require_clean(struct prb_arena *arena, const struct prb_verification *seen)
{
	const struct prb_json *json = NULL;
	struct prb_str text;

	for (int i = 0; i < PRB_CHECKS; i++) {
		const char *detail = seen->checks[i].detail;

		require(detail[0] != '\0', "each check says something");
		require(prb_utf8_check(detail, strlen(detail)) == strlen(detail),
			"what it says is UTF-8");
	}
	prb_str_init(&text, BYTES_MAX);
	prb_verification_write(seen, &text);
	require(text.failed || prb_json_parse(arena, prb_str_span(&text), BYTES_MAX, NULL, &json) ==
				       PRB_OK,
		"the outcome is I-JSON");
	prb_str_finish(&text);
}

/* Others may sign the same checkpoint below; all above it is what was made. */
static void
require_known_receipt(struct prb_span receipt)
{
	const char *end = strstr(known[RECEIPT].p, "\n\n\xE2\x80\x94");

	require(end != NULL && prb_span_starts(receipt, (struct prb_span){known[RECEIPT].p,
								(size_t)(end - known[RECEIPT].p)}),
		"no entry stands in a tree that was never signed");
}

/* Up to the next zero byte; p NULL where nothing is there. */
static struct prb_span
take(struct prb_span *rest)
{
	const char *zero = rest->n == 0 ? NULL : memchr(rest->p, 0, rest->n);
	struct prb_span part = {rest->p, zero == NULL ? rest->n : (size_t)(zero - rest->p)};
	size_t gone = part.n + (zero != NULL);

	rest->p += gone;
	rest->n -= gone;
	return part.n == 0 ? PRB_SPAN_NONE : part;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prb_span rest = {size == 0 ? "" : (const char *)data, size};
	struct prb_span text = take(&rest), openings;
	struct prb_verify_options options = {.now = MOMENT, .sha256 = sha256};
	struct prb_arena *arena = prb_arena_create(ARENA_BYTES_MAX);
	struct prb_verification seen;

	read_known();
	if (arena == NULL)
		return 0;
	options.did_document = take(&rest);
	options.status_list = take(&rest);
	options.receipt = take(&rest);
	openings = take(&rest);
	options.openings = &openings;
	options.openings_count = openings.p != NULL;
	options.checkpoint = take(&rest);
	prb_attestation_verify(arena, text, &options, &seen);
	require_clean(arena, &seen);
	if (seen.verified)
		require_known(arena, text, 0, KNOWN);
	if (seen.checks[PRB_CHECK_STATUS].outcome == PRB_OUTCOME_PASSED)
		require_known(arena, options.status_list, LIST, LIST + 1);
	if (seen.checks[PRB_CHECK_LOG].outcome == PRB_OUTCOME_PASSED)
		require_known_receipt(
			options.receipt.p != NULL ? options.receipt : options.checkpoint);
	prb_arena_destroy(arena);
	return 0;
}
