/* SPDX-License-Identifier: Apache-2.0 */
/* The DID document of an issuer, and the words for its keys. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "scoring/attest/key.h"
#include "scoring/attest/multibase.h"
#include "scoring/attest/proof.h"
#include "scoring/base/jcs.h"

const char *
prb_key_use_word(enum prb_key_use use)
{
	return use == PRB_USE_LOG ? "log" : "attestation";
}

const char *
prb_key_standing_word(enum prb_key_standing standing)
{
	switch (standing) {
	case PRB_STANDING_RETIRED:
		return "retired";
	case PRB_STANDING_REVOKED:
		return "revoked";
	case PRB_STANDING_IN_USE:
		break;
	}
	return "in_use";
}

/* What a document says of one method, beside its key. */
struct method {
	char id[PRB_DID_BYTES_MAX + PRB_MULTIKEY_BYTES];
	char expires[PRB_TIMESTAMP_BYTES], revoked[PRB_TIMESTAMP_BYTES]; /* "": it does not */
};

/* DID#KIND-NUMBER, with the end of the key's time, where it has one. */
static void
fill_method(const struct prb_issuer *issuer, const struct prb_issuer_key *key, const char *kind,
	struct method *out)
{
	(void)snprintf(out->id, sizeof out->id, "%s#%s-%lu", issuer->did, kind,
		(unsigned long)key->number);
	out->expires[0] = '\0';
	out->revoked[0] = '\0';
	if (key->standing == PRB_STANDING_RETIRED && key->expires != 0)
		prb_timestamp_format(key->expires, out->expires);
	if (key->standing == PRB_STANDING_REVOKED)
		prb_timestamp_format(key->since, out->revoked);
}

/* Members of a method up to its key, and behind it. */
static void
begin_method(struct prb_writer *w, const struct prb_issuer *issuer, const struct method *method)
{
	prb_writer_object(w);
	prb_writer_member_text(w, "controller", issuer->did);
	if (method->expires[0] != '\0')
		prb_writer_member_text(w, "expires", method->expires);
	prb_writer_member_text(w, "id", method->id);
}

static void
end_method(struct prb_writer *w, const struct method *method, const char *type)
{
	if (method->revoked[0] != '\0')
		prb_writer_member_text(w, "revoked", method->revoked);
	prb_writer_member_text(w, "type", type);
	prb_writer_end(w);
}

static void
write_multikey_method(struct prb_writer *w, const struct prb_issuer *issuer,
	const struct method *method, const uint8_t public_key[PRB_KEY_PUBLIC_BYTES])
{
	char multikey[PRB_MULTIKEY_BYTES];

	prb_key_public_multikey(public_key, multikey);
	begin_method(w, issuer, method);
	prb_writer_member_text(w, "publicKeyMultibase", multikey);
	end_method(w, method, "Multikey");
}

/* The same key in the form that the enveloping proof (VC-JOSE-COSE) needs. */
static void
write_jwk_method(struct prb_writer *w, const struct prb_issuer *issuer, const struct method *method,
	const uint8_t public_key[PRB_KEY_PUBLIC_BYTES])
{
	begin_method(w, issuer, method);
	prb_writer_key(w, "publicKeyJwk");
	prb_writer_object(w);
	prb_writer_member_text(w, "crv", "Ed25519");
	prb_writer_member_text(w, "kty", "OKP");
	prb_writer_key(w, "x");
	prb_str_add_char(w->out, '"');
	prb_base64url_encode(public_key, PRB_KEY_PUBLIC_BYTES, w->out);
	prb_str_add_char(w->out, '"');
	prb_writer_end(w);
	end_method(w, method, "JsonWebKey");
}

/* One key's methods: two that attest, one that vouches for checkpoints. */
static void
write_key_methods(
	struct prb_writer *w, const struct prb_issuer *issuer, const struct prb_issuer_key *key)
{
	struct method method;

	if (key->use == PRB_USE_LOG) {
		fill_method(issuer, key, "log", &method);
		write_multikey_method(w, issuer, &method, key->public_key);
		return;
	}
	fill_method(issuer, key, "key", &method);
	write_multikey_method(w, issuer, &method, key->public_key);
	fill_method(issuer, key, "jwk", &method);
	write_jwk_method(w, issuer, &method, key->public_key);
}

/* Retired and revoked ones stay listed: a reader is told why a key no longer counts. */
static void
write_relationship(struct prb_writer *w, const struct prb_issuer *issuer,
	const struct prb_issuer_key *keys, size_t keys_count)
{
	prb_writer_key(w, "assertionMethod");
	prb_writer_array(w);
	for (size_t i = 0; i < keys_count; i++) {
		struct method method;

		if (keys[i].use != PRB_USE_ATTESTATION)
			continue;
		fill_method(issuer, &keys[i], "key", &method);
		prb_writer_text(w, method.id);
		fill_method(issuer, &keys[i], "jwk", &method);
		prb_writer_text(w, method.id);
	}
	prb_writer_end(w);
}

/* Up to the relationships. */
static void
begin_document(struct prb_writer *w, bool has_jwk, struct prb_str *out)
{
	prb_writer_init(w, out);
	prb_writer_object(w);
	prb_writer_key(w, "@context");
	prb_writer_array(w);
	prb_writer_text(w, "https://www.w3.org/ns/did/v1");
	prb_writer_text(w, "https://w3id.org/security/multikey/v1");
	if (has_jwk)
		prb_writer_text(w, "https://w3id.org/security/jwk/v1");
	prb_writer_end(w);
}

static void
write_web_document(const struct prb_issuer *issuer, const struct prb_issuer_key *keys,
	size_t keys_count, struct prb_str *out)
{
	bool has_jwk = false;
	struct prb_writer w;

	for (size_t i = 0; i < keys_count; i++)
		has_jwk = has_jwk || keys[i].use == PRB_USE_ATTESTATION;
	begin_document(&w, has_jwk, out);
	write_relationship(&w, issuer, keys, keys_count);
	prb_writer_member_text(&w, "id", issuer->did);
	prb_writer_key(&w, "verificationMethod");
	prb_writer_array(&w);
	for (size_t i = 0; i < keys_count; i++)
		write_key_methods(&w, issuer, &keys[i]);
	prb_writer_end(&w);
	prb_writer_end(&w);
}

/* A did:key is its key: it has no other, and no end. */
static void
write_key_document(const struct prb_issuer *issuer, struct prb_str *out)
{
	struct method method = {.expires = "", .revoked = ""};
	struct prb_writer w;

	(void)snprintf(method.id, sizeof method.id, "%s", issuer->method);
	begin_document(&w, false, out);
	prb_writer_key(&w, "assertionMethod");
	prb_writer_array(&w);
	prb_writer_text(&w, issuer->method);
	prb_writer_end(&w);
	prb_writer_member_text(&w, "id", issuer->did);
	prb_writer_key(&w, "verificationMethod");
	prb_writer_array(&w);
	write_multikey_method(&w, issuer, &method, issuer->public_key);
	prb_writer_end(&w);
	prb_writer_end(&w);
}

void
prb_issuer_did_document(const struct prb_issuer *issuer, const struct prb_issuer_key *keys,
	size_t keys_count, struct prb_str *out)
{
	struct prb_issuer_key own = {
		.use = PRB_USE_ATTESTATION, .standing = PRB_STANDING_IN_USE, .number = 1};

	assert(keys_count <= PRB_ISSUER_KEYS_MAX);
	if (!prb_span_starts(prb_span_of(issuer->did), PRB_SPAN("did:web:"))) {
		write_key_document(issuer, out);
		return;
	}
	if (keys_count > 0) {
		write_web_document(issuer, keys, keys_count, out);
		return;
	}
	own.number = issuer->number;
	memcpy(own.public_key, issuer->public_key, sizeof own.public_key);
	write_web_document(issuer, &own, 1, out);
}
