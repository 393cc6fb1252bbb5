/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/attest/verify.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clients/lib/issuer.h"
#include "clients/lib/probity.h"
#include "datasets/store/release.h"
#include "scoring/attest/multibase.h"

#define ARENA_BYTES_MAX ((size_t)64 * 1024 * 1024)
/* Years 1 to 9999, which is what can be written; beyond them nothing is valid. */
#define MOMENT_MIN (-62135596800LL)
#define MOMENT_MAX 253402300799LL

struct probity_verification {
	struct prb_arena *arena;
	struct prb_verification found;
	const char *id, *issuer, *issuer_name, *subject, *valid_from, *valid_until, *status_list;
};

/* Ended by NUL; "" where it is not there, or no memory is. */
static const char *
keep(struct prb_arena *arena, struct prb_span text)
{
	struct prb_span copy = text.p != NULL ? prb_arena_copy(arena, text) : PRB_SPAN_NONE;

	return copy.p != NULL ? copy.p : "";
}

/* Of the first entry, where there are more. */
static struct prb_span
status_list_of(const struct prb_json *credential)
{
	const struct prb_json *entry = credential == NULL
					       ? NULL
					       : prb_json_member(credential, "credentialStatus"),
			      *url;

	if (entry != NULL && prb_json_kind(entry) == PRB_JSON_ARRAY)
		entry = prb_json_first(entry);
	url = entry != NULL && prb_json_kind(entry) == PRB_JSON_OBJECT
		      ? prb_json_member(entry, "statusListCredential")
		      : NULL;
	return url != NULL && prb_json_kind(url) == PRB_JSON_STRING ? prb_json_string(url)
								    : PRB_SPAN_NONE;
}

static void
keep_words(struct probity_verification *v)
{
	v->id = keep(v->arena, v->found.id);
	v->issuer = keep(v->arena, v->found.issuer);
	v->issuer_name = keep(v->arena, v->found.issuer_name);
	v->subject = keep(v->arena, v->found.subject_name);
	v->valid_from = keep(v->arena, v->found.valid_from);
	v->valid_until = keep(v->arena, v->found.valid_until);
	v->status_list = keep(v->arena, status_list_of(v->found.credential));
}

static int64_t
moment(const struct probity_verify_options *options)
{
	struct timespec t;

	if (options == NULL || options->now == PROBITY_NOW) {
		/* Not time(): it may lag some milliseconds, and what a server on this machine has
		 * just signed would not be valid yet. */
		clock_gettime(CLOCK_REALTIME, &t);
		return (int64_t)t.tv_sec;
	}
	if (options->now < MOMENT_MIN)
		return MOMENT_MIN;
	return options->now > MOMENT_MAX ? MOMENT_MAX : options->now;
}

/* NULL is nothing, whatever its length. */
static struct prb_span
span(const char *text, size_t n)
{
	return text == NULL ? PRB_SPAN_NONE : (struct prb_span){text, n};
}

static int64_t
skew(int64_t seconds)
{
	if (seconds < 0)
		return 0;
	return seconds < PRB_VERIFY_SKEW_SECONDS_MAX ? seconds : PRB_VERIFY_SKEW_SECONDS_MAX;
}

static struct prb_verify_options
options_of(const struct probity_verify_options *o, struct prb_span *openings)
{
	struct prb_verify_options options = {.now = moment(o), .sha256 = prb_store_sha256};

	if (o == NULL)
		return options;
	options.did_document = span(o->did_document, o->did_document_n);
	options.status_list = span(o->status_list, o->status_list_n);
	options.receipt = span(o->receipt, o->receipt_n);
	options.log_key = span(o->log_key, o->log_key_n);
	options.checkpoint = span(o->checkpoint, o->checkpoint_n);
	options.status_wanted = o->status_wanted;
	options.log_wanted = o->log_wanted;
	options.skew_seconds = skew(o->skew_seconds);
	*openings = span(o->openings, o->openings_n);
	options.openings = openings;
	options.openings_count = openings->p != NULL;
	return options;
}

struct probity_verification *
probity_verify(const char *text, size_t n, const struct probity_verify_options *options)
{
	struct prb_verify_options checked;
	struct probity_verification *v;
	struct prb_span openings;

	/* Signatures are libsodium's. */
	if (sodium_init() < 0)
		return NULL;
	v = calloc(1, sizeof *v);
	if (v == NULL)
		return NULL;
	v->arena = prb_arena_create(ARENA_BYTES_MAX);
	if (v->arena == NULL) {
		free(v);
		return NULL;
	}
	checked = options_of(options, &openings);
	prb_attestation_verify(v->arena, (struct prb_span){text, n}, &checked, &v->found);
	if (options != NULL && options->issuer != NULL)
		prb_verify_expect_issuer(&v->found, options->issuer);
	keep_words(v);
	return v;
}

void
probity_verification_destroy(struct probity_verification *verification)
{
	if (verification == NULL)
		return;
	prb_arena_destroy(verification->arena);
	free(verification);
}

bool
probity_verified(const struct probity_verification *verification)
{
	return verification != NULL && verification->found.verified;
}

/* Whether a Link of the evidence has this digest. The parser bounds the depth. */
static bool
has_digest(const struct prb_json *json, const char *digest)
{
	enum prb_json_kind kind = prb_json_kind(json);

	if (kind != PRB_JSON_OBJECT && kind != PRB_JSON_ARRAY)
		return false;
	for (const struct prb_json *item = prb_json_first(json); item; item = prb_json_next(item)) {
		const char *name = prb_json_name(item);

		if (name != NULL && strcmp(name, "digestMultibase") == 0 &&
			prb_json_kind(item) == PRB_JSON_STRING &&
			prb_span_is(prb_json_string(item), digest))
			return true;
		if (has_digest(item, digest))
			return true;
	}
	return false;
}

bool
probity_verification_covers(
	const struct probity_verification *verification, const char *bytes, size_t n)
{
	char digest[PRB_DIGEST_MULTIBASE_BYTES];
	uint8_t hash[PRB_SHA256_BYTES];
	const struct prb_json *subject;

	if (!probity_verified(verification))
		return false;
	prb_store_sha256(hash, bytes, n);
	prb_digest_multibase(hash, digest);
	subject = prb_json_member(verification->found.credential, "credentialSubject");
	return subject != NULL && has_digest(subject, digest);
}

size_t
probity_checks_count(const struct probity_verification *verification)
{
	return verification == NULL ? 0 : PRB_CHECKS;
}

const char *
probity_check_name(const struct probity_verification *verification, size_t i)
{
	return i < probity_checks_count(verification) ? prb_check_word((enum prb_check)i) : "";
}

const char *
probity_check_outcome(const struct probity_verification *verification, size_t i)
{
	if (i >= probity_checks_count(verification))
		return "";
	return prb_outcome_word(verification->found.checks[i].outcome);
}

const char *
probity_check_detail(const struct probity_verification *verification, size_t i)
{
	if (i >= probity_checks_count(verification))
		return "";
	return verification->found.checks[i].detail;
}

#define WORD(function, member)                                                                     \
	const char *function(const struct probity_verification *verification)                      \
	{                                                                                          \
		return verification == NULL ? "" : verification->member;                           \
	}

WORD(probity_verification_id, id)
WORD(probity_verification_issuer, issuer)
WORD(probity_verification_issuer_name, issuer_name)
WORD(probity_verification_subject, subject)
WORD(probity_verification_valid_from, valid_from)
WORD(probity_verification_valid_until, valid_until)
WORD(probity_verification_status_list, status_list)
