/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/attest/proof.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

#include "scoring/attest/document.h"
#include "scoring/attest/multibase_digits.h"
#include "scoring/base/jcs.h"

#define DOCUMENT_BYTES_MAX ((size_t)16 * 1024 * 1024)

static_assert(PRB_SIGNATURE_BYTES == crypto_sign_BYTES, "as libsodium makes them");
static_assert(PRB_KEY_SECRET_BYTES == crypto_sign_SECRETKEYBYTES, "as libsodium keeps them");

void
prb_proof_sign(const uint8_t h1[PRB_SHA256_BYTES], const uint8_t h2[PRB_SHA256_BYTES],
	const uint8_t *secret_key, char value[PRB_PROOF_VALUE_BYTES])
{
	char digits[PRB_BASE58BTC_DIGITS_MAX + PRB_MULTIBASE_BYTES_MAX];
	uint8_t both[2 * PRB_SHA256_BYTES], signature[PRB_SIGNATURE_BYTES];
	size_t n;

	memcpy(both, h1, PRB_SHA256_BYTES);
	memcpy(both + PRB_SHA256_BYTES, h2, PRB_SHA256_BYTES);
	(void)crypto_sign_detached(signature, NULL, both, sizeof(both), secret_key);
	n = prb_base58btc_digits(signature, sizeof(signature), digits);
	assert(n + 2 <= PRB_PROOF_VALUE_BYTES);
	value[0] = 'z';
	memcpy(value + 1, digits, n);
	value[n + 1] = '\0';
}

static enum prb_err
refuse(struct prb_fault *fault, enum prb_err err, const char *why)
{
	return prb_fault_set(fault, err, PRB_NO_OFFSET, NULL, "%s", why);
}

static enum prb_err
read_unsecured(struct prb_arena *arena, struct prb_span text, const struct prb_json **out,
	struct prb_fault *fault)
{
	const struct prb_json *root;
	enum prb_err err = prb_json_parse(arena, text, DOCUMENT_BYTES_MAX, fault, &root);

	if (err != PRB_OK)
		return err;
	if (prb_json_kind(root) != PRB_JSON_OBJECT)
		return refuse(fault, PRB_ERR_TYPE, "a credential is an object");
	if (!prb_document_fits(root))
		return refuse(fault, PRB_ERR_RANGE, "a credential has at most 64 members");
	if (prb_json_member(root, "proof") != NULL)
		return refuse(fault, PRB_ERR_CONFLICT, "there is a proof already");
	*out = root;
	return PRB_OK;
}

/* Hash of what `scratch` holds from `start` on. */
static void
hash_from(prb_sha256_fn sha256, const struct prb_str *scratch, size_t start,
	uint8_t out[PRB_SHA256_BYTES])
{
	sha256(out, scratch->p + start, scratch->n - start);
}

/* The proof as JSON, in scratch; the document's hash and the options' are made on the way. */
static void
make_proof(struct prb_arena *arena, const struct prb_json *root, struct prb_proof_said *said,
	const uint8_t *secret_key, prb_sha256_fn sha256, struct prb_str *scratch)
{
	static const struct prb_document_change as_it_is = {.left_out = NULL};
	const struct prb_json *context = prb_json_member(root, "@context");
	uint8_t h1[PRB_SHA256_BYTES], h2[PRB_SHA256_BYTES];
	char value[PRB_PROOF_VALUE_BYTES];

	prb_document_write(arena, root, &as_it_is, scratch);
	if (scratch->failed)
		return;
	hash_from(sha256, scratch, 0, h2);
	prb_str_reset(scratch);
	if (context != NULL)
		prb_jcs_write(arena, context, scratch);
	said->context =
		context == NULL ? PRB_SPAN_NONE : prb_arena_copy(arena, prb_str_span(scratch));
	if (context != NULL && said->context.p == NULL)
		scratch->failed = true;
	prb_str_reset(scratch);
	prb_proof_write(said, scratch);
	if (scratch->failed)
		return;
	hash_from(sha256, scratch, 0, h1);
	prb_proof_sign(h1, h2, secret_key, value);
	said->value = value;
	prb_str_reset(scratch);
	prb_proof_write(said, scratch);
	said->value = NULL;
}

enum prb_err
prb_proof_add(struct prb_arena *arena, struct prb_span text, const struct prb_issuer *issuer,
	const uint8_t *secret_key, int64_t created, prb_sha256_fn sha256, struct prb_str *out,
	struct prb_fault *fault)
{
	struct prb_proof_said said = {.method = issuer->method};
	char time[PRB_TIMESTAMP_BYTES];
	const struct prb_json *root = NULL;
	struct prb_str scratch;
	size_t before = out->n;
	enum prb_err err = read_unsecured(arena, text, &root, fault);

	if (err != PRB_OK)
		return err;
	prb_timestamp_format(created, time);
	said.created = time;
	prb_str_init(&scratch, DOCUMENT_BYTES_MAX);
	make_proof(arena, root, &said, secret_key, sha256, &scratch);
	if (!scratch.failed)
		prb_document_write(arena, root,
			&(struct prb_document_change){
				.added = "proof", .added_json = prb_str_span(&scratch)},
			out);
	if (scratch.failed || out->failed) {
		out->n = before;
		err = refuse(fault, PRB_ERR_MEMORY, "there is no memory for the credential");
	}
	prb_str_finish(&scratch);
	return err;
}
