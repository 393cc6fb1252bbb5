/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which key a proof names, and whether it is the issuer's. A did:key holds its key; for a did:web
 * the DID document is given from outside, and says which keys the issuer signs attestations with
 * (Controlled Identifiers 1.0, section 3.3 "Retrieve Verification Method").
 */
#include <string.h>

#include "scoring/attest/verify_parts.h"

static bool
failed(struct prb_verifying *v, const char *why)
{
	prb_verify_say(v, PRB_CHECK_ISSUER, PRB_OUTCOME_FAILED, "%s", why);
	return false;
}

struct method {
	struct prb_span url, did, fragment;
};

static bool
split(struct prb_span url, struct method *out)
{
	const char *hash = url.n == 0 ? NULL : memchr(url.p, '#', url.n);

	if (hash == NULL || !prb_span_starts(url, PRB_SPAN("did:")))
		return false;
	out->url = url;
	out->did = (struct prb_span){url.p, (size_t)(hash - url.p)};
	out->fragment = (struct prb_span){hash + 1, url.n - out->did.n - 1};
	return true;
}

static bool
find_did_key(struct prb_verifying *v, const struct method *method)
{
	size_t prefix = strlen("did:key:");
	struct prb_span multikey = {method->did.p + prefix, method->did.n - prefix};
	struct prb_fault fault;

	if (!prb_span_equal(multikey, method->fragment))
		return failed(
			v, "the part behind # in the key's name is not the key of its did:key");
	if (prb_verify_multikey(multikey, v->key, &fault) != PRB_OK)
		return failed(v, fault.detail);
	return true;
}

/* ---- did:web ---- */

void
prb_did_web_address(struct prb_span did, char out[PRB_DID_ADDRESS_BYTES])
{
	static const struct prb_span prefix = {"did:web:", 8};
	static const char start[] = "https://";
	size_t n = strlen(start), i = prefix.n;
	bool path = false;
	const char *end;

	out[0] = '\0';
	if (!prb_span_starts(did, prefix))
		return;
	for (; i < did.n && n + 24 < PRB_DID_ADDRESS_BYTES; i++) {
		bool colon = did.n - i >= 3 && memcmp(did.p + i, "%3A", 3) == 0;

		path |= did.p[i] == ':';
		out[n++] = did.p[i] == ':' ? '/' : colon ? ':' : did.p[i];
		i += colon ? 2 : 0;
	}
	end = path ? "/did.json" : "/.well-known/did.json";
	memcpy(out + n, end, strlen(end) + 1);
	if (i == did.n)
		memcpy(out, start, strlen(start));
	else
		out[0] = '\0';
}

const struct prb_json *
prb_verify_document(struct prb_verifying *v, struct prb_span did, struct prb_fault *fault)
{
	const struct prb_verify_options *options = v->options;
	const struct prb_json *document;
	struct prb_fault inner;
	char address[PRB_DID_ADDRESS_BYTES];

	if (options->did_document.p == NULL && options->did_unfetched != NULL) {
		(void)prb_fault_set(fault, PRB_ERR_NOT_FOUND, PRB_NO_OFFSET, NULL,
			"the issuer's DID document is needed: %s", options->did_unfetched);
		return NULL;
	}
	if (options->did_document.p == NULL) {
		prb_did_web_address(did, address);
		(void)prb_fault_set(fault, PRB_ERR_NOT_FOUND, PRB_NO_OFFSET, NULL,
			"the issuer's DID document is needed, and was not given (%s)", address);
		return NULL;
	}
	if (prb_json_parse(v->arena, options->did_document, PRB_DID_DOCUMENT_BYTES_MAX, &inner,
		    &document) != PRB_OK) {
		(void)prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
			"the DID document cannot be read: %s", inner.detail);
		return NULL;
	}
	if (!prb_span_equal(prb_verify_text(document, "id"), did)) {
		(void)prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
			"the DID document is not the issuer's: it is of %.*s",
			PRB_SPAN_ARGS(prb_verify_text(document, "id")));
		return NULL;
	}
	return document;
}

/* Methods are named in a list, or stand in it themselves. */
static const struct prb_json *
find_in(const struct prb_json *list, struct prb_span url, bool *named)
{
	*named = false;
	if (list == NULL)
		return NULL;
	for (const struct prb_json *e = prb_json_first(list); e; e = prb_json_next(e)) {
		if (prb_json_kind(e) == PRB_JSON_STRING && prb_span_equal(prb_json_string(e), url))
			*named = true;
		if (prb_span_equal(prb_verify_text(e, "id"), url)) {
			*named = true;
			return e;
		}
	}
	return NULL;
}

/* Data Integrity wants a Multikey, VC-JOSE-COSE a JsonWebKey: neither takes the other's. */
static bool
read_key(struct prb_verifying *v, const struct prb_json *method)
{
	const char *wanted = v->out->enveloped ? "JsonWebKey" : "Multikey";
	struct prb_span type = prb_verify_text(method, "type");
	struct prb_fault fault;
	enum prb_err err;

	if (!prb_span_is(type, wanted)) {
		prb_verify_say(v, PRB_CHECK_ISSUER, PRB_OUTCOME_FAILED,
			"the DID document has the key as \"%.*s\", where %s needs a %s",
			PRB_SPAN_ARGS(type),
			v->out->enveloped ? "vc+jwt" : "a Data Integrity proof", wanted);
		return false;
	}
	if (v->out->enveloped)
		err = prb_verify_jwk(
			prb_verify_member(method, "publicKeyJwk", PRB_JSON_OBJECT), v->key, &fault);
	else
		err = prb_verify_multikey(
			prb_verify_text(method, "publicKeyMultibase"), v->key, &fault);
	return err == PRB_OK || failed(v, fault.detail);
}

static bool
find_did_web(struct prb_verifying *v, const struct method *wanted)
{
	const struct prb_json *document, *method, *listed;
	struct prb_fault fault;
	bool is_known, may_assert;

	document = prb_verify_document(v, wanted->did, &fault);
	if (document == NULL)
		return failed(v, fault.detail);
	method = find_in(prb_verify_member(document, "verificationMethod", PRB_JSON_ARRAY),
		wanted->url, &is_known);
	listed = find_in(prb_verify_member(document, "assertionMethod", PRB_JSON_ARRAY),
		wanted->url, &may_assert);
	if (method == NULL)
		method = listed;
	if (method == NULL)
		return failed(v, "the DID document does not hold the key that the proof names");
	if (!may_assert && prb_span_starts(wanted->fragment, PRB_SPAN("log-")))
		return failed(v, "the key is the log's: the DID document does not list it under "
				 "assertionMethod, and it vouches for checkpoints alone");
	if (!may_assert)
		return failed(v,
			"the DID document does not list the key under assertionMethod: it is not "
			"for attestations");
	if (!prb_span_equal(prb_verify_text(method, "controller"), wanted->did))
		return failed(v, "the key's controller in the DID document is not the issuer");
	if (prb_verify_key_lives(method, v->options->now, &fault) != PRB_OK)
		return failed(v, fault.detail);
	return read_key(v, method);
}

/* ---- the check ---- */

static bool
find_key(struct prb_verifying *v, const struct method *method)
{
	if (prb_span_starts(method->did, PRB_SPAN("did:key:")))
		return find_did_key(v, method);
	if (prb_span_starts(method->did, PRB_SPAN("did:web:")))
		return find_did_web(v, method);
	prb_verify_say(v, PRB_CHECK_ISSUER, PRB_OUTCOME_FAILED,
		"keys of %.*s are not supported: did:key and did:web are",
		PRB_SPAN_ARGS(method->did));
	return false;
}

/* The DID URL by which the signature names its key; false with the outcome said where there is
 * none. */
static bool
find_method(struct prb_verifying *v, struct method *out)
{
	const struct prb_json *proof = prb_verify_member(v->root, "proof", PRB_JSON_OBJECT);
	struct prb_span url =
		v->out->enveloped ? v->envelope.kid : prb_verify_text(proof, "verificationMethod");

	if (v->out->enveloped && !split(url, out))
		return failed(v,
			"the header's \"kid\" is no absolute DID URL (did:...#...): it does not "
			"say whose key it is");
	if (url.p == NULL)
		prb_verify_say(v, PRB_CHECK_ISSUER, PRB_OUTCOME_SKIPPED,
			"not looked at: no proof names a key");
	else if (!split(url, out))
		(void)failed(v, "/proof/verificationMethod is no DID URL (did:...#...)");
	else
		return true;
	return false;
}

void
prb_verify_issuer(struct prb_verifying *v)
{
	struct method method;
	bool is_issuer;

	if (!find_method(v, &method))
		return;
	is_issuer = v->issuer.p != NULL && prb_span_equal(v->issuer, method.did);
	/* The document of somebody who is not the issuer is of no use. */
	if (is_issuer || prb_span_starts(method.did, PRB_SPAN("did:key:"))) {
		v->has_key = find_key(v, &method);
		if (!v->has_key)
			return;
	}
	if (v->issuer.p == NULL)
		failed(v, "/issuer names nobody: a text or an object with an id is wanted");
	else if (!is_issuer)
		prb_verify_say(v, PRB_CHECK_ISSUER, PRB_OUTCOME_FAILED,
			"it was signed with a key of %.*s, and the issuer is %.*s",
			PRB_SPAN_ARGS(method.did), PRB_SPAN_ARGS(v->issuer));
	else if (prb_span_starts(method.did, PRB_SPAN("did:key:")))
		prb_verify_say(v, PRB_CHECK_ISSUER, PRB_OUTCOME_PASSED,
			"the issuer is the key itself (%.*s); who holds it, it does not say",
			PRB_SPAN_ARGS(method.did));
	else
		prb_verify_say(v, PRB_CHECK_ISSUER, PRB_OUTCOME_PASSED,
			"the DID document lists the key for attestations of %.*s",
			PRB_SPAN_ARGS(method.did));
}
