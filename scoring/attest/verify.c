/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/attest/verify.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "scoring/attest/document.h"
#include "scoring/attest/proof.h"
#include "scoring/attest/verify_parts.h"
#include "scoring/base/jcs.h"

static const struct {
	const char *word;
	bool required;
} checks[] = {
#define PRB_CHECK(name, word, required, what) {word, required},
#include "scoring/attest/checks.def"
#undef PRB_CHECK
};
static_assert(sizeof(checks) / sizeof(checks[0]) == PRB_CHECKS, "one row for each check");

const char *
prb_check_word(enum prb_check check)
{
	assert((unsigned)check < PRB_CHECKS);
	return checks[check].word;
}

const char *
prb_outcome_word(enum prb_outcome outcome)
{
	switch (outcome) {
	case PRB_OUTCOME_PASSED:
		return "passed";
	case PRB_OUTCOME_FAILED:
		return "failed";
	case PRB_OUTCOME_SKIPPED:
		break;
	}
	return "skipped";
}

void
prb_verify_say(struct prb_verifying *v, enum prb_check check, enum prb_outcome outcome,
	const char *format, ...)
{
	struct prb_fault clean;
	char text[2 * PRB_FAULT_DETAIL_BYTES_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	/* It quotes the input: a fault's text is one clean line. */
	(void)prb_fault_set(&clean, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL, "%s", text);
	v->out->checks[check].outcome = outcome;
	memcpy(v->out->checks[check].detail, clean.detail, sizeof(clean.detail));
}

/* ---- reading ---- */

const struct prb_json *
prb_verify_member(const struct prb_json *object, const char *name, enum prb_json_kind kind)
{
	const struct prb_json *member;

	if (object == NULL || prb_json_kind(object) != PRB_JSON_OBJECT)
		return NULL;
	member = prb_json_member(object, name);
	return member != NULL && prb_json_kind(member) == kind ? member : NULL;
}

struct prb_span
prb_verify_text(const struct prb_json *object, const char *name)
{
	const struct prb_json *member = prb_verify_member(object, name, PRB_JSON_STRING);

	return member == NULL ? PRB_SPAN_NONE : prb_json_string(member);
}

static bool
is_text(const struct prb_json *value, const char *text)
{
	return prb_json_kind(value) == PRB_JSON_STRING && prb_span_is(prb_json_string(value), text);
}

bool
prb_verify_contains(const struct prb_json *value, const char *text)
{
	if (value == NULL)
		return false;
	if (prb_json_kind(value) != PRB_JSON_ARRAY)
		return is_text(value, text);
	for (const struct prb_json *e = prb_json_first(value); e; e = prb_json_next(e))
		if (is_text(e, text))
			return true;
	return false;
}

/* ---- form ---- */

static void
say_form(struct prb_verifying *v, const char *what, const struct prb_fault *fault)
{
	if (fault->offset == PRB_NO_OFFSET)
		prb_verify_say(v, PRB_CHECK_FORM, PRB_OUTCOME_FAILED, "%s%s", what, fault->detail);
	else
		prb_verify_say(v, PRB_CHECK_FORM, PRB_OUTCOME_FAILED, "%sbyte %zu: %s", what,
			fault->offset, fault->detail);
}

/* NULL with the outcome said where the text is no object. */
static const struct prb_json *
read_object(struct prb_verifying *v, struct prb_span text, size_t bytes_max, const char *what)
{
	const struct prb_json *root;
	struct prb_fault fault;

	if (prb_json_parse(v->arena, text, bytes_max, &fault, &root) != PRB_OK) {
		say_form(v, what, &fault);
		return NULL;
	}
	if (prb_json_kind(root) == PRB_JSON_OBJECT)
		return root;
	prb_verify_say(v, PRB_CHECK_FORM, PRB_OUTCOME_FAILED,
		"%s%s, where an attestation is an object", what,
		prb_json_kind_name(prb_json_kind(root)));
	return NULL;
}

/* The payload of application/vc+jwt. */
static const struct prb_json *
open_envelope(struct prb_verifying *v, struct prb_span text)
{
	struct prb_fault fault;

	v->out->enveloped = true;
	if (prb_envelope_read(v->arena, text, &v->envelope, &fault) != PRB_OK) {
		say_form(v, "the vc+jwt: ", &fault);
		return NULL;
	}
	return read_object(v, v->envelope.payload, PRB_CREDENTIAL_READ_BYTES_MAX,
		"the payload of the vc+jwt: ");
}

/* An EnvelopedVerifiableCredential says nothing itself, and nothing in it is signed but what its
 * id holds: so there must be nothing else. */
static const struct prb_json *
open_wrapping(struct prb_verifying *v, const struct prb_json *root)
{
	static const struct prb_span prefix = {"data:application/vc+jwt,", 24};
	struct prb_span id = prb_verify_text(root, "id");

	if (!prb_verify_contains(prb_json_member(root, "@context"), PRB_CONTEXT_CREDENTIALS) ||
		prb_json_size(root) != 3 || !prb_span_starts(id, prefix)) {
		prb_verify_say(v, PRB_CHECK_FORM, PRB_OUTCOME_FAILED,
			"an EnvelopedVerifiableCredential has @context, type and an id "
			"data:application/vc+jwt,... and nothing else");
		return NULL;
	}
	return open_envelope(v, (struct prb_span){id.p + prefix.n, id.n - prefix.n});
}

/* The attestation inside a server's answer; what has an @context is a credential itself. */
static const struct prb_json *
attestation_in(struct prb_verifying *v, const struct prb_json *root)
{
	const struct prb_json *object = prb_verify_member(root, "attestation", PRB_JSON_OBJECT);
	struct prb_span jwt = prb_verify_text(root, "attestation");

	if (!v->options->answer_too || prb_json_member(root, "@context") != NULL)
		return root;
	v->out->in_answer = object != NULL || prb_envelope_is(jwt);
	if (object != NULL)
		return object;
	return v->out->in_answer ? open_envelope(v, jwt) : root;
}

static const struct prb_json *
find_credential(struct prb_verifying *v, struct prb_span text)
{
	size_t bytes_max =
		v->options->answer_too ? PRB_ANSWER_READ_BYTES_MAX : PRB_CREDENTIAL_READ_BYTES_MAX;
	const struct prb_json *root;

	if (prb_envelope_is(text))
		return open_envelope(v, text);
	root = read_object(v, text, bytes_max, "");
	if (root != NULL)
		root = attestation_in(v, root);
	if (root != NULL && !v->out->enveloped &&
		prb_verify_contains(prb_json_member(root, "type"), "EnvelopedVerifiableCredential"))
		root = open_wrapping(v, root);
	return root;
}

static const char *
form_fault(const struct prb_verifying *v, const struct prb_json *root)
{
	const struct prb_json *context = prb_verify_member(root, "@context", PRB_JSON_ARRAY);
	const struct prb_json *first = context == NULL ? NULL : prb_json_first(context);

	if (!prb_document_fits(root))
		return "there are more than 64 members, which no attestation has";
	if (first == NULL || !is_text(first, PRB_CONTEXT_CREDENTIALS))
		return "/@context must be an array that begins with " PRB_CONTEXT_CREDENTIALS;
	if (!prb_verify_contains(prb_json_member(root, "type"), "VerifiableCredential"))
		return "/type does not name VerifiableCredential";
	/* VC-JOSE-COSE 1.0, sections 1.1.2.1 and 3.1.1: one way of securing, and no claim `vc`. */
	if (v->out->enveloped && prb_json_member(root, "proof") != NULL)
		return "the payload of the vc+jwt has a proof of its own: a credential is "
		       "secured in one way";
	if (v->out->enveloped &&
		(prb_json_member(root, "vc") != NULL || prb_json_member(root, "vp") != NULL))
		return "the payload of the vc+jwt has a claim \"vc\" or \"vp\", as version 1.1 "
		       "did: the payload itself is the credential";
	return NULL;
}

/* Leaves v->root NULL where there is nothing to look at. */
static void
check_form(struct prb_verifying *v, struct prb_span text)
{
	const struct prb_json *root = find_credential(v, text);
	const char *wrong;

	if (root == NULL)
		return;
	wrong = form_fault(v, root);
	if (prb_document_fits(root))
		v->root = v->out->credential = root;
	if (wrong != NULL)
		prb_verify_say(v, PRB_CHECK_FORM, PRB_OUTCOME_FAILED, "%s", wrong);
	else
		prb_verify_say(v, PRB_CHECK_FORM, PRB_OUTCOME_PASSED,
			"strict JSON, a W3C Verifiable Credential 2.0%s%s",
			v->out->enveloped ? ", enveloped (application/vc+jwt)" : "",
			v->out->in_answer ? ": the member \"attestation\" of the text, whose rest "
					    "is no part of it"
					  : "");
}

/* What it says, whether or not it can be believed. */
static void
read_what_it_says(struct prb_verifying *v)
{
	const struct prb_json *issuer = prb_json_member(v->root, "issuer");
	const struct prb_json *subject =
		prb_verify_member(v->root, "credentialSubject", PRB_JSON_OBJECT);
	const struct prb_json *party = prb_verify_member(subject, "issuedToParty", PRB_JSON_OBJECT);

	v->issuer = prb_verify_text(v->root, "issuer");
	if (v->issuer.p == NULL)
		v->issuer = prb_verify_text(issuer, "id");
	v->out->id = prb_verify_text(v->root, "id");
	v->out->issuer = v->issuer;
	v->out->issuer_name = prb_verify_text(issuer, "name");
	v->out->subject_name = prb_verify_text(party, "name");
	v->out->valid_from = prb_verify_text(v->root, "validFrom");
	v->out->valid_until = prb_verify_text(v->root, "validUntil");
}

/* ---- validity ---- */

/* A moment that may be missing; false with the outcome said where it is there and none. */
static bool
read_moment(struct prb_verifying *v, const char *name, bool required, int64_t *out, bool *given)
{
	*given = prb_json_member(v->root, name) != NULL;
	if (!*given && required)
		prb_verify_say(v, PRB_CHECK_VALIDITY, PRB_OUTCOME_FAILED, "/%s is missing", name);
	if (!*given)
		return !required;
	if (prb_timestamp_parse(prb_verify_text(v->root, name), out))
		return true;
	prb_verify_say(v, PRB_CHECK_VALIDITY, PRB_OUTCOME_FAILED,
		"/%s is no moment: YYYY-MM-DDThh:mm:ssZ is wanted", name);
	return false;
}

/* Made in what is still to come: then nothing that its clock says can be relied upon. */
static bool
is_made_later(const struct prb_verifying *v)
{
	const struct prb_json *proof = prb_verify_member(v->root, "proof", PRB_JSON_OBJECT);
	int64_t made;

	return prb_timestamp_parse(prb_verify_text(proof, "created"), &made) &&
	       made - v->options->skew_seconds > v->options->now;
}

/* A status list may be signed later than the moment that is judged: a revocation is never taken
 * back, so that a bit that is clear then was clear before. */
static void
check_validity(struct prb_verifying *v)
{
	char now[PRB_TIMESTAMP_BYTES];
	struct prb_span from_text = v->out->valid_from, until_text = v->out->valid_until;
	int64_t from = v->options->now, until;
	bool starts, ends;

	if (!read_moment(v, "validFrom", !v->is_list, &from, &starts) ||
		!read_moment(v, "validUntil", false, &until, &ends))
		return;
	prb_timestamp_format(v->options->now, now);
	if (!starts)
		from_text = PRB_SPAN("the beginning");
	if (ends && until < from)
		prb_verify_say(v, PRB_CHECK_VALIDITY, PRB_OUTCOME_FAILED,
			"/validUntil (%.*s) lies before /validFrom (%.*s)",
			PRB_SPAN_ARGS(until_text), PRB_SPAN_ARGS(from_text));
	else if (!v->is_list && from - v->options->skew_seconds > v->options->now)
		prb_verify_say(v, PRB_CHECK_VALIDITY, PRB_OUTCOME_FAILED,
			"not valid yet: from %.*s, and it is judged at %s",
			PRB_SPAN_ARGS(from_text), now);
	else if (ends && v->options->now > until)
		prb_verify_say(v, PRB_CHECK_VALIDITY, PRB_OUTCOME_FAILED,
			"expired: valid until %.*s, and it is judged at %s",
			PRB_SPAN_ARGS(until_text), now);
	else if (!v->is_list && is_made_later(v))
		prb_verify_say(v, PRB_CHECK_VALIDITY, PRB_OUTCOME_FAILED,
			"the proof says that it was made later than now (/proof/created): a clock "
			"is wrong, here or there");
	else if (ends)
		prb_verify_say(v, PRB_CHECK_VALIDITY, PRB_OUTCOME_PASSED,
			"from %.*s until %.*s, judged at %s", PRB_SPAN_ARGS(from_text),
			PRB_SPAN_ARGS(until_text), now);
	else
		prb_verify_say(v, PRB_CHECK_VALIDITY, PRB_OUTCOME_PASSED,
			"from %.*s without an end, judged at %s", PRB_SPAN_ARGS(from_text), now);
}

/* ---- the whole ---- */

static void
look_at_nothing(struct prb_verifying *v)
{
	for (int i = PRB_CHECK_FORM + 1; i < PRB_CHECKS; i++)
		prb_verify_say(v, (enum prb_check)i, PRB_OUTCOME_SKIPPED,
			"not looked at: there is nothing of the right form to look at");
}

static bool
is_verified(const struct prb_verification *verification)
{
	for (int i = 0; i < PRB_CHECKS; i++) {
		enum prb_outcome outcome = verification->checks[i].outcome;

		if (outcome == PRB_OUTCOME_FAILED)
			return false;
		if (checks[i].required && outcome != PRB_OUTCOME_PASSED)
			return false;
	}
	return true;
}

void
prb_verify_secured(struct prb_verifying *v, struct prb_span text)
{
	check_form(v, text);
	if (v->root == NULL) {
		look_at_nothing(v);
		return;
	}
	read_what_it_says(v);
	prb_verify_issuer(v);
	if (v->out->enveloped)
		prb_verify_envelope(v);
	else
		prb_verify_proof(v);
	check_validity(v);
}

void
prb_attestation_verify(struct prb_arena *arena, struct prb_span text,
	const struct prb_verify_options *options, struct prb_verification *out)
{
	struct prb_verifying v = {.arena = arena, .options = options, .out = out};

	assert(options->skew_seconds >= 0 && options->skew_seconds <= PRB_VERIFY_SKEW_SECONDS_MAX);
	*out = (struct prb_verification){.verified = false};
	prb_verify_secured(&v, text);
	if (v.root == NULL)
		return;
	prb_verify_schema(&v);
	prb_verify_status(&v);
	prb_verify_log(&v);
	prb_verify_openings(&v);
	out->verified = is_verified(out);
}

void
prb_verification_amend(struct prb_verification *verification, enum prb_check check,
	enum prb_outcome outcome, const char *detail)
{
	struct prb_verifying v = {.out = verification};

	prb_verify_say(&v, check, outcome, "%s", detail);
	verification->verified = is_verified(verification);
}

static void
write_said(struct prb_writer *w, const char *name, struct prb_span text)
{
	if (text.p != NULL)
		prb_writer_member_string(w, name, text);
}

void
prb_verification_write(const struct prb_verification *verification, struct prb_str *out)
{
	struct prb_writer w;

	prb_writer_init(&w, out);
	prb_writer_object(&w);
	prb_writer_key(&w, "attestation");
	prb_writer_object(&w);
	write_said(&w, "id", verification->id);
	write_said(&w, "issuer", verification->issuer);
	write_said(&w, "issuer_name", verification->issuer_name);
	write_said(&w, "subject_name", verification->subject_name);
	write_said(&w, "valid_from", verification->valid_from);
	write_said(&w, "valid_until", verification->valid_until);
	prb_writer_end(&w);
	prb_writer_key(&w, "checks");
	prb_writer_array(&w);
	for (int i = 0; i < PRB_CHECKS; i++) {
		prb_writer_object(&w);
		prb_writer_member_text(&w, "check", checks[i].word);
		prb_writer_member_text(&w, "detail", verification->checks[i].detail);
		prb_writer_member_text(
			&w, "outcome", prb_outcome_word(verification->checks[i].outcome));
		prb_writer_end(&w);
	}
	prb_writer_end(&w);
	prb_writer_member_bool(&w, "verified", verification->verified);
	prb_writer_end(&w);
}
