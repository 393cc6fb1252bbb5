/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as what comes beside an attestation: an envelope, a status list, an opening, the
 * member `disclose`, base58 and base64url. What is read is clean, a value that opens a commitment
 * is the one that was committed to, and what decodes is encoded to the same text.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "scoring/attest/disclosure.h"
#include "scoring/attest/envelope.h"
#include "scoring/attest/multibase.h"
#include "scoring/attest/status_list.h"

#define ARENA_BYTES_MAX ((size_t)64 << 20)
#define BYTES_MAX ((size_t)4 << 20)
#define VECTORS PROBITY_SOURCE_DIR "/tests/unit/vectors/attestation/"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct prb_str credential, openings;

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
read_file(const char *path, struct prb_str *out)
{
	FILE *file = fopen(path, "rb");
	char piece[4096];
	size_t n;

	prb_str_init(out, BYTES_MAX);
	require(file != NULL, "the vectors are there");
	while (file != NULL && (n = fread(piece, 1, sizeof piece, file)) > 0)
		prb_str_add(out, piece, n);
	if (file != NULL)
		(void)fclose(file);
}

static void
close_vectors(void)
{
	prb_str_finish(&credential);
	prb_str_finish(&openings);
}

static void
read_vectors(void)
{
	if (credential.n > 0)
		return;
	read_file(VECTORS "did_web_withheld.json", &credential);
	read_file(VECTORS "did_web_withheld_openings.json", &openings);
	(void)atexit(close_vectors);
}

static void
require_clean(const struct prb_fault *fault)
{
	require(fault->detail[0] != '\0', "a refusal says something");
	require(prb_utf8_check(fault->detail, strlen(fault->detail)) == strlen(fault->detail),
		"what it says is UTF-8");
}

static void
try_envelope(struct prb_arena *arena, struct prb_span text)
{
	struct prb_envelope read;
	struct prb_fault fault = {.detail = ""};
	bool is = prb_envelope_is(text);

	if (prb_envelope_read(arena, text, &read, &fault) != PRB_OK) {
		require_clean(&fault);
		return;
	}
	require(is, "what is read has the form");
	require(read.kid.n > 0 && read.payload.p != NULL, "what is read is whole");
	require(read.signed_.p == text.p && read.signed_.n < text.n,
		"what is signed stands in the text");
}

static void
try_digits(struct prb_span text)
{
	uint8_t bytes[PRB_MULTIBASE_BYTES_MAX];
	struct prb_str again;
	size_t n;

	prb_str_init(&again, 1000);
	n = prb_base58btc_decode(text, bytes, sizeof bytes);
	if (n != SIZE_MAX) {
		prb_base58btc_encode(bytes, n, &again);
		require(prb_span_equal(prb_str_span(&again), text), "one text for these bytes");
	}
	prb_str_reset(&again);
	n = prb_base64url_decode(text, bytes, sizeof bytes);
	if (n != SIZE_MAX) {
		prb_base64url_encode(bytes, n, &again);
		require(prb_span_equal(prb_str_span(&again), text), "one text for these bytes");
	}
	prb_str_finish(&again);
}

/* The opening, in canonical form, stands among those that were made. */
static void
try_opening(struct prb_arena *arena, const struct prb_json *json)
{
	const struct prb_json *root = NULL;
	struct prb_span part;
	struct prb_fault fault = {.detail = ""};
	struct prb_str canonical;

	require(prb_json_parse(arena, prb_str_span(&credential), BYTES_MAX, NULL, &root) == PRB_OK,
		"the vector can be read");
	if (prb_opening_check(arena, root, json, sha256, &part, &fault) != PRB_OK) {
		require_clean(&fault);
		return;
	}
	prb_str_init(&canonical, BYTES_MAX);
	prb_jcs_write(arena, json, &canonical);
	require(canonical.n > 0 && strstr(openings.p, canonical.p) != NULL,
		"nothing opens a commitment that was never committed to");
	prb_str_finish(&canonical);
}

static void
try_list(struct prb_arena *arena, const struct prb_json *json)
{
	const struct prb_json *id =
		prb_json_kind(json) == PRB_JSON_OBJECT ? prb_json_member(json, "id") : NULL;
	struct prb_span name = id != NULL && prb_json_kind(id) == PRB_JSON_STRING
				       ? prb_json_string(id)
				       : PRB_SPAN("urn:x");
	struct prb_fault fault = {.detail = ""};

	if (prb_status_list_look(arena, &(struct prb_status_list){.credential = json}, name,
		    "revocation", 94567, &fault) == PRB_STATUS_FAILED) {
		require_clean(&fault);
		require(strstr(fault.detail, "_ERROR: ") != NULL, "a fault has its name");
	}
}

static void
try_parts(const struct prb_json *json)
{
	struct prb_fault fault = {.detail = ""};
	uint32_t mask = 0;

	if (prb_parts_read(json, "", &mask, &fault) != PRB_OK)
		require_clean(&fault);
	else
		require(mask <= PRB_PARTS_ALL && prb_parts_can_be_disclosed(mask),
			"what is read can be written");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prb_span text = {(const char *)data, size};
	struct prb_arena *arena = prb_arena_create(ARENA_BYTES_MAX);
	const struct prb_json *json = NULL;

	read_vectors();
	if (arena == NULL)
		return 0;
	if (size > 0) {
		try_envelope(arena, text);
		try_digits(text);
	}
	if (prb_json_parse(arena, text, BYTES_MAX, NULL, &json) == PRB_OK) {
		try_opening(arena, json);
		try_list(arena, json);
		try_parts(json);
	}
	prb_arena_destroy(arena);
	return 0;
}
