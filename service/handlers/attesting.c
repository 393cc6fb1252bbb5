/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/attesting.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "scoring/attest/proof.h"
#include "scoring/base/jcs.h"
#include "service/handlers/own.h"

/*
 * Requests.
 */

#define REASON_WORDS "superseded, issued_in_error, key_compromised or withdrawn"

static enum prb_err
read_object(struct prb_arena *arena, struct prb_span json, struct prb_faults *faults,
	const struct prb_json **root)
{
	struct prb_fault bad;
	enum prb_err err =
		prb_json_parse(arena, json, PRB_ATTESTATION_REQUEST_BYTES_MAX, &bad, root);

	if (err != PRB_OK) {
		faults->count = 1;
		faults->items[0] = bad;
		return err;
	}
	if (prb_json_kind(*root) != PRB_JSON_OBJECT)
		return prb_faults_add(faults, PRB_ERR_TYPE, "", "an object is wanted");
	return PRB_OK;
}

/* A name out of a request, quoted no longer than a pointer may be. */
static void
refuse_member(struct prb_faults *faults, const char *name, const char *what)
{
	char pointer[64];

	(void)snprintf(pointer, sizeof pointer, "/%.40s", name);
	(void)prb_faults_add(faults, PRB_ERR_MEMBER_UNKNOWN, pointer, "%s", what);
}

static void
read_id(const struct prb_json *m, const char *pointer, struct prb_faults *faults, struct prb_id *id)
{
	if (prb_json_kind(m) != PRB_JSON_STRING)
		(void)prb_faults_add(faults, PRB_ERR_TYPE, pointer, "a string is wanted: an id");
	else if (!prb_id_read(prb_json_string(m), id))
		(void)prb_faults_add(
			faults, PRB_ERR_VALUE, pointer, "an id is a UUID in lower case");
}

static void
read_days(const struct prb_json *m, struct prb_faults *faults, int *days)
{
	int64_t number;

	if (prb_json_kind(m) != PRB_JSON_NUMBER)
		(void)prb_faults_add(faults, PRB_ERR_TYPE, "/valid_days", "a number is wanted");
	else if (!prb_json_int(m, &number) || number < 1 || number > PRB_CREDENTIAL_DAYS_MAX)
		(void)prb_faults_add(faults, PRB_ERR_RANGE, "/valid_days",
			"a whole number from 1 to %d is wanted", PRB_CREDENTIAL_DAYS_MAX);
	else
		*days = (int)number;
}

static void
read_disclose(const struct prb_json *m, struct prb_faults *faults, uint32_t *mask)
{
	struct prb_fault fault;
	enum prb_err err;

	if (prb_json_kind(m) != PRB_JSON_ARRAY) {
		(void)prb_faults_add(faults, PRB_ERR_TYPE, "/disclose",
			"an array is wanted: the parts that are disclosed");
		return;
	}
	err = prb_parts_read(m, "/disclose", mask, &fault);
	if (err != PRB_OK)
		(void)prb_faults_add(faults, err, fault.pointer, "%s", fault.detail);
}

static void
read_member(const struct prb_json *m, struct prb_faults *faults,
	struct prb_attestation_request *out, int *subjects)
{
	const char *name = prb_json_name(m);

	if (strcmp(name, "declaration") == 0) {
		read_id(m, "/declaration", faults, &out->id);
		out->has_declaration = true;
		++*subjects;
	} else if (strcmp(name, "report") == 0) {
		read_id(m, "/report", faults, &out->id);
		++*subjects;
	} else if (strcmp(name, "valid_days") == 0) {
		read_days(m, faults, &out->valid_days);
	} else if (strcmp(name, "disclose") == 0) {
		read_disclose(m, faults, &out->disclosed);
	} else {
		refuse_member(faults, name,
			"this is no member here: declaration, disclose, report and valid_days are");
	}
}

enum prb_err
prb_attestation_request_read(struct prb_arena *arena, struct prb_span json,
	struct prb_faults *faults, struct prb_attestation_request *out)
{
	struct prb_attestation_request read = {.disclosed = PRB_PARTS_ALL};
	const struct prb_json *root;
	int subjects = 0;
	enum prb_err err = read_object(arena, json, faults, &root);

	if (err != PRB_OK)
		return err;
	for (const struct prb_json *m = prb_json_first(root); m != NULL; m = prb_json_next(m))
		read_member(m, faults, &read, &subjects);
	if (subjects == 0)
		(void)prb_faults_add(faults, PRB_ERR_MEMBER_MISSING, "/report",
			"what to attest is wanted: a stored report, or a declaration that is to be "
			"scored anew");
	else if (subjects == 2)
		(void)prb_faults_add(faults, PRB_ERR_CONFLICT, "/declaration",
			"report attests what is stored, declaration scores anew: one of them is "
			"wanted");
	if (faults->count != 0)
		return faults->items[0].err;
	*out = read;
	return PRB_OK;
}

static const char *const reasons[] = {
#define PRB_REASON(NAME, word, what) [PRB_REASON_##NAME] = word,
#include "service/handlers/reasons.def"
#undef PRB_REASON
};

static void
read_reason(const struct prb_json *m, struct prb_faults *faults, enum prb_reason *out)
{
	for (size_t i = 0; prb_json_kind(m) == PRB_JSON_STRING && i < PRB_REASONS; i++)
		if (prb_span_is(prb_json_string(m), reasons[i])) {
			*out = (enum prb_reason)i;
			return;
		}
	(void)prb_faults_add(faults,
		prb_json_kind(m) == PRB_JSON_STRING ? PRB_ERR_VALUE : PRB_ERR_TYPE, "/reason",
		"one of these words is wanted: " REASON_WORDS);
}

enum prb_err
prb_revocation_request_read(struct prb_arena *arena, struct prb_span json,
	struct prb_faults *faults, enum prb_reason *out)
{
	enum prb_reason read = PRB_REASONS;
	const struct prb_json *root;
	enum prb_err err = read_object(arena, json, faults, &root);

	if (err != PRB_OK)
		return err;
	for (const struct prb_json *m = prb_json_first(root); m != NULL; m = prb_json_next(m))
		if (strcmp(prb_json_name(m), "reason") == 0)
			read_reason(m, faults, &read);
		else
			refuse_member(faults, prb_json_name(m), "reason is the one member here");
	if (read == PRB_REASONS && faults->count == 0)
		(void)prb_faults_add(faults, PRB_ERR_MEMBER_MISSING, "/reason",
			"this member is required: " REASON_WORDS);
	if (faults->count != 0)
		return faults->items[0].err;
	*out = read;
	return PRB_OK;
}

/*
 * A revocation.
 */

static void
write_revocation(
	const struct prb_stored_revocation *revocation, enum prb_reason reason, struct prb_str *out)
{
	char id[PRB_UUID_BYTES], time[PRB_TIMESTAMP_BYTES];
	struct prb_writer w;

	prb_id_text(&revocation->attestation_id, id);
	prb_timestamp_format(revocation->time_ms / 1000, time);
	prb_writer_init(&w, out);
	prb_writer_object(&w);
	prb_writer_member_text(&w, "attestation", id);
	prb_writer_member_text(&w, "reason", reasons[reason]);
	prb_writer_member_text(&w, "revoked_at", time);
	if (revocation->status.list != 0) {
		prb_writer_key(&w, "status");
		prb_writer_object(&w);
		prb_writer_member_int(&w, "index", revocation->status.index);
		prb_writer_member_int(&w, "list", revocation->status.list);
		prb_writer_end(&w);
	}
	prb_writer_end(&w);
}

enum prb_err
prb_revocation_make(struct prb_exchange *x, const struct prb_found_attestation *of,
	enum prb_reason reason, struct prb_arena *arena, struct prb_stored_revocation *out)
{
	struct prb_str *text = &x->desk->text;
	struct prb_stored_revocation made = {.tenant = of->tenant,
		.time_ms = x->now_ms,
		.attestation_id = of->id,
		.status = of->status,
		.caller = prb_own_name(x)};

	prb_str_reset(text);
	write_revocation(&made, reason, text);
	made.revocation = prb_kept(arena, text);
	if (made.revocation.p == NULL)
		return PRB_ERR_MEMORY;
	randombytes_buf(made.log_salt, sizeof made.log_salt);
	*out = made;
	return PRB_OK;
}

/*
 * What is stored.
 */

static const struct prb_json *
member_in(const struct prb_json *object, const char *name, enum prb_json_kind kind)
{
	const struct prb_json *value = object == NULL || prb_json_kind(object) != PRB_JSON_OBJECT
					       ? NULL
					       : prb_json_member(object, name);

	return value != NULL && prb_json_kind(value) == kind ? value : NULL;
}

const struct prb_json *
prb_object_in(const struct prb_json *object, const char *name)
{
	return member_in(object, name, PRB_JSON_OBJECT);
}

struct prb_span
prb_text_in(const struct prb_json *object, const char *name)
{
	const struct prb_json *value = member_in(object, name, PRB_JSON_STRING);

	return value != NULL ? prb_json_string(value) : PRB_SPAN_NONE;
}
