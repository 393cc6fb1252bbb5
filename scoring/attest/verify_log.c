/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether it stands in the transparency log: the leaf is made anew from what the log says of an
 * attestation (scoring/log/entry.h), and the receipt must lead from it to the root of a tree that
 * the log's key has signed. A receipt that was given passes or fails; it is never passed over.
 */
#include <string.h>

#include "scoring/attest/document.h"
#include "scoring/attest/proof.h"
#include "scoring/attest/verify_parts.h"
#include "scoring/log/checkpoint.h"
#include "scoring/log/entry.h"

#define CANONICAL_BYTES_MAX ((size_t)8 * PRB_CREDENTIAL_READ_BYTES_MAX)

struct looking {
	struct prb_verifying *v;
	struct prb_receipt receipt;
	uint8_t extra[PRB_RECEIPT_EXTRA_BYTES_MAX];
	struct prb_span trusted; /* a signed checkpoint of the reader's own; p NULL: none */
	struct prb_note_key key;
	struct prb_checkpoint checkpoint; /* of the receipt */
};

static bool
failed(struct looking *l, const char *before, const char *why)
{
	prb_verify_say(l->v, PRB_CHECK_LOG, PRB_OUTCOME_FAILED, "%s%s", before, why);
	return false;
}

/* ---- the key of the log ---- */

/* The origin belongs to the issuer's own address, did:web:HOST%3APORT:PATH being HOST:PORT/PATH:
 * another log says nothing for it. Hosts know no case. */
static bool
is_origin_of(struct prb_span did, struct prb_span origin)
{
	static const struct prb_span end = {"/log", 4};
	size_t i = strlen("did:web:"), k = 0;

	if (origin.n < end.n || memcmp(origin.p + origin.n - end.n, end.p, end.n) != 0)
		return false;
	origin.n -= end.n;
	for (; i < did.n && k < origin.n; i++, k++) {
		bool colon = did.n - i >= 3 && memcmp(did.p + i, "%3A", 3) == 0;
		char wanted = did.p[i] == ':' ? '/' : colon ? ':' : did.p[i];
		char is = origin.p[k];

		is = is >= 'A' && is <= 'Z' ? (char)(is - 'A' + 'a') : is;
		wanted = wanted >= 'A' && wanted <= 'Z' ? (char)(wanted - 'A' + 'a') : wanted;
		if (is != wanted)
			return false;
		i += colon ? 2 : 0;
	}
	return i == did.n && k == origin.n;
}

static bool
is_log_method(const struct prb_json *method, struct prb_span did)
{
	struct prb_span id = prb_verify_text(method, "id");

	if (!prb_span_starts(id, did) ||
		!prb_span_equal(prb_verify_text(method, "controller"), did))
		return false;
	id.p += did.n;
	id.n -= did.n;
	return prb_span_starts(id, PRB_SPAN("#log-")) &&
	       prb_span_is(prb_verify_text(method, "type"), "Multikey");
}

/* The key of the document, among those of the log, by which the checkpoint is signed. */
static bool
find_in_document(struct looking *l, const struct prb_json *document, const struct prb_note *note,
	const char *origin)
{
	const struct prb_json *methods =
		prb_verify_member(document, "verificationMethod", PRB_JSON_ARRAY);
	uint8_t key[PRB_KEY_PUBLIC_BYTES];
	struct prb_fault fault;

	for (const struct prb_json *e = methods == NULL ? NULL : prb_json_first(methods); e;
		e = prb_json_next(e)) {
		if (!is_log_method(e, l->v->issuer) ||
			prb_verify_multikey(
				prb_verify_text(e, "publicKeyMultibase"), key, &fault) != PRB_OK ||
			prb_note_key_fill(origin, PRB_NOTE_ED25519, key, &l->key, &fault) !=
				PRB_OK ||
			prb_note_check(note, &l->key, NULL) == PRB_NOTE_UNKNOWN)
			continue;
		return prb_verify_key_lives(e, l->v->options->now, &fault) == PRB_OK ||
		       failed(l, "the log's key: ", fault.detail);
	}
	return failed(l, "",
		"no key of the log (#log-N) in the issuer's DID document signed the checkpoint");
}

static bool
find_issuers_key(struct looking *l)
{
	struct prb_verifying *v = l->v;
	char origin[PRB_NOTE_NAME_BYTES_MAX];
	const struct prb_json *document;
	struct prb_checkpoint checkpoint;
	struct prb_note note;
	struct prb_fault fault;

	if (!prb_span_starts(v->issuer, PRB_SPAN("did:web:")))
		return failed(l, "",
			"the key of the log is needed (its verifier key, NAME+HEX+BASE64): the "
			"issuer has no DID document to hold it");
	document = prb_verify_document(v, v->issuer, &fault);
	if (document == NULL)
		return failed(l, "the key of the log: ", fault.detail);
	if (prb_note_read(l->receipt.checkpoint, &note, &fault) != PRB_OK ||
		prb_checkpoint_read(note.text, &checkpoint, &fault) != PRB_OK)
		return failed(l, "the receipt's checkpoint: ", fault.detail);
	if (checkpoint.origin.n >= sizeof(origin) || !is_origin_of(v->issuer, checkpoint.origin))
		return failed(l, "",
			"the receipt is of another log than the issuer's own (its origin is not "
			"the issuer's address and \"/log\"): give that log's key to trust it");
	memcpy(origin, checkpoint.origin.p, checkpoint.origin.n);
	origin[checkpoint.origin.n] = '\0';
	return find_in_document(l, document, &note, origin);
}

static bool
find_key(struct looking *l)
{
	struct prb_span given = l->v->options->log_key;
	struct prb_fault fault;

	if (given.p == NULL)
		return find_issuers_key(l);
	return prb_note_key_read(given, &l->key, &fault) == PRB_OK ||
	       failed(l, "the key of the log: ", fault.detail);
}

/* ---- the leaf ---- */

static bool
make_leaf(struct looking *l, uint8_t leaf[PRB_SHA256_BYTES])
{
	static const struct prb_document_change as_it_is = {.left_out = NULL};
	struct prb_verifying *v = l->v;
	struct prb_str text, scratch, entry;
	int64_t at;
	bool done;

	/* The log counts from 1970. */
	if (!prb_timestamp_parse(v->out->valid_from, &at) || at < 0)
		return failed(
			l, "", "without a validFrom from 1970 on there is no entry to look for");
	if (l->receipt.extra.n != PRB_ENTRY_SALT_BYTES)
		return failed(l, "",
			"the receipt's line \"extra\" is not the entry's salt of 16 bytes: the "
			"leaf "
			"cannot be made");
	prb_str_init(&text, CANONICAL_BYTES_MAX);
	prb_str_init(&scratch, CANONICAL_BYTES_MAX + PRB_ENTRY_BYTES_MAX);
	prb_str_init(&entry, PRB_ENTRY_BYTES_MAX);
	prb_document_write(v->arena, v->root, &as_it_is, &text);
	if (!text.failed)
		prb_entry_write_salted(PRB_ENTRY_ATTESTATION, at,
			(const uint8_t *)l->receipt.extra.p, prb_str_span(&text),
			v->options->sha256, &scratch, &entry);
	if (!text.failed && !scratch.failed && !entry.failed)
		prb_tree_leaf(v->options->sha256, &scratch, prb_str_span(&entry), leaf);
	done = !text.failed && !scratch.failed && !entry.failed;
	prb_str_finish(&text);
	prb_str_finish(&scratch);
	prb_str_finish(&entry);
	return done || failed(l, "", "there is no memory to look at it");
}

/* ---- what the reader trusts ---- */

/* Two sizes cannot be compared without a proof that only the log can give. */
static bool
agrees(struct looking *l)
{
	struct prb_checkpoint own;
	struct prb_note note;
	struct prb_fault fault;

	if (l->trusted.p == NULL)
		return true;
	if (prb_checkpoint_open(l->trusted, &l->key, &note, &own, &fault) != PRB_OK)
		return failed(l, "the checkpoint that was given: ", fault.detail);
	if (own.size == l->checkpoint.size &&
		memcmp(own.root, l->checkpoint.root, sizeof(own.root)) != 0) {
		prb_verify_say(l->v, PRB_CHECK_LOG, PRB_OUTCOME_FAILED,
			"the log was split: it signed two trees of %llu entries, the receipt's and "
			"that of the checkpoint that was given; keep both, they are the evidence",
			(unsigned long long)own.size);
		return false;
	}
	if (own.size == l->checkpoint.size)
		return true;
	prb_verify_say(l->v, PRB_CHECK_LOG, PRB_OUTCOME_FAILED,
		"the entry is in the receipt's tree of %llu, and the checkpoint that was given is "
		"of %llu: offline they cannot be compared (a consistency proof of the log can)",
		(unsigned long long)l->checkpoint.size, (unsigned long long)own.size);
	return false;
}

/* ---- the check ---- */

static bool
read_receipt(struct looking *l)
{
	const struct prb_verify_options *options = l->v->options;
	bool also = prb_receipt_is(options->checkpoint);
	struct prb_span text = options->receipt.p != NULL ? options->receipt : options->checkpoint;
	uint8_t extra[PRB_RECEIPT_EXTRA_BYTES_MAX];
	struct prb_receipt other;
	struct prb_fault fault;

	if (prb_receipt_read(text, l->extra, &l->receipt, &fault) != PRB_OK)
		return failed(l, "the receipt: ", fault.detail);
	if (options->receipt.p == NULL || options->checkpoint.p == NULL)
		return true;
	l->trusted = options->checkpoint;
	if (also && prb_receipt_read(options->checkpoint, extra, &other, &fault) != PRB_OK)
		return failed(l, "the checkpoint that was given: ", fault.detail);
	if (also)
		l->trusted = other.checkpoint;
	return true;
}

static void
look_up(struct looking *l)
{
	struct prb_verifying *v = l->v;
	uint8_t leaf[PRB_SHA256_BYTES];
	struct prb_fault fault;

	if (!read_receipt(l) || !find_key(l) || !make_leaf(l, leaf))
		return;
	if (prb_receipt_check(v->options->sha256, &l->receipt, leaf, &l->key, &l->checkpoint,
		    &fault) != PRB_OK) {
		(void)failed(l, "the receipt: ", fault.detail);
		return;
	}
	if (!agrees(l))
		return;
	prb_verify_say(v, PRB_CHECK_LOG, PRB_OUTCOME_PASSED, "entry %llu of %llu in the log %s%s",
		(unsigned long long)l->receipt.index, (unsigned long long)l->checkpoint.size,
		l->key.name,
		l->trusted.p != NULL ? ", the tree of the checkpoint that was given" : "");
}

void
prb_verify_log(struct prb_verifying *v)
{
	const struct prb_verify_options *options = v->options;
	struct looking l = {.v = v};

	if (options->receipt.p == NULL && !prb_receipt_is(options->checkpoint))
		prb_verify_say(v, PRB_CHECK_LOG,
			options->log_wanted ? PRB_OUTCOME_FAILED : PRB_OUTCOME_SKIPPED, "%s",
			options->log_unfetched != NULL ? options->log_unfetched
						       : "no receipt of the log was given");
	else if (v->out->enveloped)
		(void)failed(&l, "",
			"the log holds the digest of the form with an embedded proof: check that "
			"one against the receipt");
	else
		look_up(&l);
}
