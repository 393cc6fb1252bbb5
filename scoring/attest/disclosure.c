/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/attest/disclosure.h"

#include <stdio.h>
#include <string.h>

#include "scoring/attest/multibase.h"
#include "scoring/attest/verify_parts.h"
#include "scoring/model/words.h"

#define INDICATORS_WORD "indicators"
#define INDICATORS_MASK (((1U << PRB_INDICATORS) - 1) << PRB_PART_INDICATOR(1))
#define SALT_CHARS 22
/* What an opening is hashed from: no part of a credential is longer. */
#define OPENED_BYTES_MAX ((size_t)256 * 1024)

static const char *const words[PRB_PARTS] = {
#define PRB_PART(NAME, word, bit, what) [bit] = word,
#include "scoring/attest/parts.def"
#undef PRB_PART
#define PRB_INDICATOR(name, code, key, side) [PRB_PART_INDICATOR(code)] = INDICATORS_WORD "/" key,
#include "scoring/model/indicators.def"
#undef PRB_INDICATOR
};
static_assert(PRB_PART_INDICATOR(PRB_INDICATORS) == PRB_PARTS - 1, "a bit for each part");

const char *
prb_part_word(unsigned part)
{
	assert(part < PRB_PARTS);
	return words[part];
}

int
prb_part_find(struct prb_span word)
{
	for (int i = 0; i < PRB_PARTS; i++)
		if (prb_span_is(word, words[i]))
			return i;
	return -1;
}

bool
prb_parts_can_be_disclosed(uint32_t mask)
{
	const uint32_t telling = 1U << PRB_PART_DECLARATION | 1U << PRB_PART_REPORT;

	return (mask >> PRB_PART_SUPPLIER & 1) != 0 || (mask & telling) == 0;
}

static uint32_t
bits_of(struct prb_span word)
{
	int part = prb_part_find(word);

	if (prb_span_is(word, INDICATORS_WORD))
		return INDICATORS_MASK;
	return part < 0 ? 0 : 1U << part;
}

static enum prb_err
read_word(const struct prb_json *item, const char *pointer, uint32_t *mask, struct prb_fault *fault)
{
	uint32_t bits;

	if (prb_json_kind(item) != PRB_JSON_STRING)
		return prb_fault_set(fault, PRB_ERR_TYPE, PRB_NO_OFFSET, pointer,
			"the word of a part is wanted");
	bits = bits_of(prb_json_string(item));
	if (bits == 0)
		return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, pointer,
			"no part of an attestation: supplier, rating, exposure, declaration, "
			"report, indicators, or one indicator such as indicators/debt_bondage");
	if ((*mask & bits) != 0)
		return prb_fault_set(
			fault, PRB_ERR_VALUE, PRB_NO_OFFSET, pointer, "it is named twice");
	*mask |= bits;
	return PRB_OK;
}

enum prb_err
prb_parts_read(
	const struct prb_json *array, const char *pointer, uint32_t *mask, struct prb_fault *fault)
{
	char place[PRB_FAULT_POINTER_BYTES_MAX];
	uint32_t read = 0;
	size_t i = 0;

	if (prb_json_kind(array) != PRB_JSON_ARRAY)
		return prb_fault_set(fault, PRB_ERR_TYPE, PRB_NO_OFFSET, pointer,
			"an array of the words of parts is wanted");
	/* Each word once: a longer list fails at its seventeenth word at the latest. */
	for (const struct prb_json *item = prb_json_first(array); item != NULL;
		item = prb_json_next(item), i++) {
		enum prb_err err;

		(void)snprintf(place, sizeof place, "%s/%zu", pointer, i);
		err = read_word(item, place, &read, fault);
		if (err != PRB_OK)
			return err;
	}
	if (!prb_parts_can_be_disclosed(read))
		return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, pointer,
			"declaration and report are not disclosed without the supplier: their "
			"digests would confirm a guess at its name. Add \"supplier\" or leave "
			"them out");
	*mask = read;
	return PRB_OK;
}

/* ---- openings ---- */

void
prb_opening_write(struct prb_writer *w, unsigned part, const uint8_t salt[PRB_PART_SALT_BYTES],
	struct prb_span value)
{
	prb_writer_object(w);
	prb_writer_member_text(w, "part", prb_part_word(part));
	prb_writer_key(w, "salt");
	prb_str_add_char(w->out, '"');
	prb_base64url_encode(salt, PRB_PART_SALT_BYTES, w->out);
	prb_str_add_char(w->out, '"');
	prb_writer_key(w, "value");
	prb_writer_raw(w, value);
	prb_writer_end(w);
}

struct opening {
	struct prb_span part;
	uint8_t salt[PRB_PART_SALT_BYTES];
	const struct prb_json *value;
};

static enum prb_err
wrong(struct prb_fault *fault, const char *pointer, const char *why)
{
	return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, pointer, "%s", why);
}

/* Other members would be signed by nobody. */
static enum prb_err
read_opening(const struct prb_json *json, struct opening *out, struct prb_fault *fault)
{
	struct prb_span salt = prb_verify_text(json, "salt");

	if (prb_json_kind(json) != PRB_JSON_OBJECT || prb_json_size(json) != 3 ||
		prb_json_member(json, "value") == NULL)
		return wrong(fault, NULL,
			"an opening is an object of part, salt and value, and nothing else");
	out->value = prb_json_member(json, "value");
	out->part = prb_verify_text(json, "part");
	if (out->part.p == NULL || prb_part_find(out->part) < 0)
		return wrong(fault, "/part", "it names no part of an attestation");
	if (salt.n != SALT_CHARS ||
		prb_base64url_decode(salt, out->salt, sizeof out->salt) != sizeof out->salt)
		return wrong(fault, "/salt", "16 bytes as base64url, 22 characters, are wanted");
	return PRB_OK;
}

/* salt || JCS({"part":..,"value":..}), hashed. */
static bool
hash_opening(struct prb_arena *arena, const struct opening *opening, prb_sha256_fn sha256,
	uint8_t out[PRB_SHA256_BYTES])
{
	struct prb_str text;
	struct prb_writer w;
	bool done;

	prb_str_init(&text, OPENED_BYTES_MAX);
	prb_str_add(&text, opening->salt, sizeof opening->salt);
	prb_writer_init(&w, &text);
	prb_writer_object(&w);
	prb_writer_member_string(&w, "part", opening->part);
	prb_writer_key(&w, "value");
	prb_jcs_write(arena, opening->value, &text);
	prb_writer_end(&w);
	done = !text.failed;
	if (done)
		sha256(out, text.p, text.n);
	prb_str_finish(&text);
	return done;
}

/* The Link "Withheld: PART"; NULL where there is none. */
static const struct prb_json *
find_commitment(const struct prb_json *credential, struct prb_span part)
{
	const struct prb_json *subject =
		prb_verify_member(credential, "credentialSubject", PRB_JSON_OBJECT);
	const struct prb_json *assessments =
		prb_verify_member(subject, "conformityAssessment", PRB_JSON_ARRAY);
	const struct prb_json *links =
		prb_verify_member(assessments == NULL ? NULL : prb_json_first(assessments),
			"evidence", PRB_JSON_ARRAY);
	const struct prb_span start = PRB_SPAN(PRB_COMMITMENT_NAME);

	for (const struct prb_json *link = links == NULL ? NULL : prb_json_first(links);
		link != NULL; link = prb_json_next(link)) {
		struct prb_span name = prb_verify_text(link, "linkName");

		if (name.n == start.n + part.n && prb_span_starts(name, start) &&
			memcmp(name.p + start.n, part.p, part.n) == 0)
			return link;
	}
	return NULL;
}

enum prb_err
prb_opening_check(struct prb_arena *arena, const struct prb_json *credential,
	const struct prb_json *opening, prb_sha256_fn sha256, struct prb_span *part,
	struct prb_fault *fault)
{
	struct opening read = {.part = PRB_SPAN_NONE};
	enum prb_err err = read_opening(opening, &read, fault);
	uint8_t hash[PRB_SHA256_BYTES];
	char digest[PRB_DIGEST_MULTIBASE_BYTES];
	const struct prb_json *link;

	if (err != PRB_OK)
		return err;
	link = find_commitment(credential, read.part);
	if (link == NULL)
		return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, "/part",
			"the attestation withholds no %.*s", PRB_SPAN_ARGS(read.part));
	if (!hash_opening(arena, &read, sha256, hash))
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"there is no memory to look at the opening, or it is longer than 256 KiB");
	prb_digest_multibase(hash, digest);
	if (!prb_span_is(prb_verify_text(link, "digestMultibase"), digest))
		return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
			"this is not the %.*s that the attestation withholds: value or salt is "
			"another",
			PRB_SPAN_ARGS(read.part));
	*part = read.part;
	return PRB_OK;
}
