/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/attest/envelope.h"

#include <string.h>

#include <sodium.h>

#include "scoring/attest/document.h"
#include "scoring/attest/multibase.h"
#include "scoring/attest/verify_parts.h"
#include "scoring/base/jcs.h"

#define HEADER_BYTES_MAX 4096 /* of a header that is read, decoded */

static enum prb_err
refuse(struct prb_fault *fault, enum prb_err err, const char *pointer, const char *why)
{
	return prb_fault_set(fault, err, PRB_NO_OFFSET, pointer, "%s", why);
}

/* ---- writing ---- */

static void
add_encoded(struct prb_str *out, struct prb_span text)
{
	prb_base64url_encode((const uint8_t *)text.p, text.n, out);
}

static void
write_header(const struct prb_issuer *issuer, struct prb_str *out)
{
	struct prb_writer w;

	prb_writer_init(&w, out);
	prb_writer_object(&w);
	prb_writer_member_text(&w, "alg", "EdDSA");
	prb_writer_member_text(&w, "cty", "vc");
	prb_writer_member_text(&w, "kid", issuer->jwk_method);
	prb_writer_member_text(&w, "typ", "vc+jwt");
	prb_writer_end(&w);
}

/* header.payload, appended to out, and the signature over both. `part` is scratch. */
static void
write_jws(struct prb_arena *arena, const struct prb_json *root, const struct prb_issuer *issuer,
	const uint8_t *secret_key, struct prb_str *part, struct prb_str *out)
{
	static const struct prb_document_change without_proof = {.left_out = "proof"};
	uint8_t signature[PRB_SIGNATURE_BYTES];
	size_t start = out->n;

	write_header(issuer, part);
	add_encoded(out, prb_str_span(part));
	prb_str_add_char(out, '.');
	prb_str_reset(part);
	prb_document_write(arena, root, &without_proof, part);
	if (part->failed)
		return;
	add_encoded(out, prb_str_span(part));
	if (out->failed)
		return;
	(void)crypto_sign_detached(
		signature, NULL, (const uint8_t *)out->p + start, out->n - start, secret_key);
	prb_str_add_char(out, '.');
	prb_base64url_encode(signature, sizeof signature, out);
}

enum prb_err
prb_envelope_write(struct prb_arena *arena, struct prb_span credential,
	const struct prb_issuer *issuer, const uint8_t *secret_key, struct prb_str *out,
	struct prb_fault *fault)
{
	const struct prb_json *root = NULL;
	struct prb_span id;
	struct prb_str part;
	size_t before = out->n;
	enum prb_err err = prb_json_parse(arena, credential, PRB_ENVELOPE_BYTES_MAX, fault, &root);

	if (err != PRB_OK)
		return err;
	if (prb_json_kind(root) != PRB_JSON_OBJECT || !prb_document_fits(root))
		return refuse(fault, PRB_ERR_TYPE, NULL,
			"a credential is an object of at most 64 members");
	id = prb_verify_text(prb_json_member(root, "issuer"), "id");
	if (id.p == NULL)
		id = prb_verify_text(root, "issuer");
	/* A did:key that was exchanged is another issuer, and cannot vouch for the old one. */
	if (id.p == NULL || !prb_span_is(id, issuer->did))
		return refuse(fault, PRB_ERR_CONFLICT, "/issuer",
			"the credential is of another issuer than the key: only its embedded form "
			"is there");
	prb_str_init(&part, PRB_ENVELOPE_BYTES_MAX);
	write_jws(arena, root, issuer, secret_key, &part, out);
	if (part.failed || out->failed) {
		out->n = before;
		err = refuse(fault, PRB_ERR_MEMORY, NULL, "there is no memory for the envelope");
	}
	prb_str_finish(&part);
	return err;
}

/* ---- reading ---- */

static bool
is_base64url(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

struct jws {
	struct prb_span header, payload, signature, signed_;
};

/* What stands up to the next dot, or to the end. */
static struct prb_span
take(struct prb_span *rest)
{
	struct prb_span piece = {rest->p, 0};

	while (piece.n < rest->n && is_base64url(rest->p[piece.n]))
		piece.n++;
	rest->p += piece.n;
	rest->n -= piece.n;
	return piece;
}

static bool
take_dot(struct prb_span *rest)
{
	if (rest->n == 0 || rest->p[0] != '.')
		return false;
	rest->p++;
	rest->n--;
	return true;
}

static bool
split(struct prb_span text, struct jws *out)
{
	const char *start = text.p;

	while (text.n > 0 && memchr(" \t\r\n", text.p[text.n - 1], 4) != NULL)
		text.n--;
	out->header = take(&text);
	if (!take_dot(&text))
		return false;
	out->payload = take(&text);
	out->signed_ = (struct prb_span){start, (size_t)(text.p - start)};
	if (!take_dot(&text))
		return false;
	out->signature = take(&text);
	return text.n == 0 && out->header.n > 0 && out->payload.n > 0 && out->signature.n > 0;
}

bool
prb_envelope_is(struct prb_span text)
{
	struct jws jws;

	return text.p != NULL && split(text, &jws);
}

/* Decoded, in the arena; p NULL where it is not base64url or there is no memory. */
static struct prb_span
decode(struct prb_arena *arena, struct prb_span text)
{
	uint8_t *bytes = prb_arena_alloc(arena, text.n);
	size_t n = bytes == NULL ? SIZE_MAX : prb_base64url_decode(text, bytes, text.n);

	if (n == SIZE_MAX)
		return PRB_SPAN_NONE;
	return (struct prb_span){(const char *)bytes, n};
}

/* Members by which a header would bring its own key or change what is signed, or that must be
 * understood (RFC 7515 sections 4.1.2 to 4.1.11, RFC 7797). */
static enum prb_err
check_never(const struct prb_json *header, struct prb_fault *fault)
{
	static const char *const never[] = {"crit", "b64", "jwk", "jku", "x5u", "x5c"};

	for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
		if (prb_json_member(header, never[i]) != NULL)
			return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
				"the envelope's header has \"%s\", which is not taken here",
				never[i]);
	return PRB_OK;
}

/* iss, where it is there, is whose key kid names. */
static bool
iss_agrees(const struct prb_json *header, struct prb_span kid)
{
	struct prb_span iss = prb_verify_text(header, "iss");

	if (prb_json_member(header, "iss") == NULL)
		return true;
	return iss.n > 0 && kid.n > iss.n && prb_span_starts(kid, iss) && kid.p[iss.n] == '#';
}

static enum prb_err
check_header(const struct prb_json *header, struct prb_span *kid, struct prb_fault *fault)
{
	struct prb_span alg = prb_verify_text(header, "alg");

	if (prb_json_kind(header) != PRB_JSON_OBJECT)
		return refuse(fault, PRB_ERR_TYPE, NULL, "the envelope's header is no object");
	if (alg.p == NULL)
		return refuse(fault, PRB_ERR_VALUE, NULL, "the envelope's header names no alg");
	if (!prb_span_is(alg, "EdDSA") && !prb_span_is(alg, "Ed25519"))
		return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
			"the envelope's alg \"%.*s\" is not known here: EdDSA is",
			PRB_SPAN_ARGS(alg));
	if (!prb_span_is(prb_verify_text(header, "typ"), "vc+jwt"))
		return refuse(fault, PRB_ERR_VALUE, NULL,
			"the envelope's typ must be vc+jwt: it may be a token of another kind");
	if (prb_json_member(header, "cty") != NULL &&
		!prb_span_is(prb_verify_text(header, "cty"), "vc"))
		return refuse(fault, PRB_ERR_VALUE, NULL, "the envelope's cty must be vc");
	*kid = prb_verify_text(header, "kid");
	if (kid->n == 0)
		return refuse(fault, PRB_ERR_VALUE, NULL,
			"the envelope's header has no kid: no key is named");
	if (!iss_agrees(header, *kid))
		return refuse(fault, PRB_ERR_VALUE, NULL,
			"the envelope's iss is not the one whose key kid names");
	return check_never(header, fault);
}

static enum prb_err
read_header(struct prb_arena *arena, struct prb_span encoded, struct prb_span *kid,
	struct prb_fault *fault)
{
	struct prb_span text = decode(arena, encoded);
	const struct prb_json *header = NULL;
	enum prb_err err;

	if (text.p == NULL)
		return refuse(fault, PRB_ERR_VALUE, NULL, "the envelope's header is not base64url");
	err = prb_json_parse(arena, text, HEADER_BYTES_MAX, fault, &header);
	return err == PRB_OK ? check_header(header, kid, fault) : err;
}

enum prb_err
prb_envelope_read(struct prb_arena *arena, struct prb_span text, struct prb_envelope *out,
	struct prb_fault *fault)
{
	struct prb_envelope read = {.kid = PRB_SPAN_NONE};
	struct jws jws;
	enum prb_err err;

	if (text.n > PRB_ENVELOPE_BYTES_MAX)
		return refuse(fault, PRB_ERR_TOO_LARGE, NULL,
			"an envelope of more than 2 MiB is not read");
	if (text.p == NULL || !split(text, &jws))
		return refuse(fault, PRB_ERR_VALUE, NULL,
			"an envelope is three parts of base64url between dots");
	err = read_header(arena, jws.header, &read.kid, fault);
	if (err != PRB_OK)
		return err;
	read.payload = decode(arena, jws.payload);
	read.signed_ = jws.signed_;
	if (read.payload.p == NULL)
		return refuse(
			fault, PRB_ERR_VALUE, NULL, "the envelope's payload is not base64url");
	if (prb_base64url_decode(jws.signature, read.signature, sizeof read.signature) !=
		sizeof read.signature)
		return refuse(fault, PRB_ERR_VALUE, NULL,
			"the envelope's signature is not the base64url of 64 bytes");
	*out = read;
	return PRB_OK;
}
