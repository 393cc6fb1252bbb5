/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether it was revoked or suspended: Bitstring Status List 1.0, section 3.2. The list comes from
 * outside, is a credential itself, and counts for nothing unless it is the issuer's own. Faults
 * begin with the Recommendation's word for them (section 3.5).
 */
#include <string.h>

#include "scoring/attest/status_list.h"
#include "scoring/attest/verify_parts.h"

static bool
failed(struct prb_verifying *v, const char *why)
{
	prb_verify_say(v, PRB_CHECK_STATUS, PRB_OUTCOME_FAILED, "%s", why);
	return false;
}

/* What could not be looked up is skipped, or failed where it was wanted. */
static void
unseen(struct prb_verifying *v, const char *why)
{
	prb_verify_say(v, PRB_CHECK_STATUS,
		v->options->status_wanted ? PRB_OUTCOME_FAILED : PRB_OUTCOME_SKIPPED, "%s", why);
}

/* ---- entries ---- */

#define ENTRIES_MAX 4 /* one for each purpose, and some that say nothing of whether it holds */

struct entry {
	const char *purpose;
	struct prb_span list;
	int64_t index;
};

static bool
read_index(const struct prb_verifying *v, const struct prb_json *value, int64_t *out)
{
	/* W3C has a text, UNTP 0.7 a whole number. */
	if (prb_verify_is_dcc(v->root))
		return value != NULL && prb_json_kind(value) == PRB_JSON_NUMBER &&
		       prb_json_int(value, out) && *out >= 0;
	return value != NULL && prb_json_kind(value) == PRB_JSON_STRING &&
	       prb_parse_int(prb_json_string(value), 0, PRB_JSON_INT_MAX, out);
}

/* *purpose stays NULL for an entry that does not say whether it still holds. */
static bool
read_entry(struct prb_verifying *v, const struct prb_json *json, struct entry *out)
{
	struct prb_span purpose = prb_verify_text(json, "statusPurpose");

	*out = (struct entry){.list = prb_verify_text(json, "statusListCredential")};
	if (!prb_span_is(prb_verify_text(json, "type"), "BitstringStatusListEntry"))
		return failed(v,
			"MALFORMED_VALUE_ERROR: /credentialStatus is no BitstringStatusListEntry, "
			"the one kind of status that is known here");
	if (purpose.p == NULL || out->list.p == NULL)
		return failed(v, "MALFORMED_VALUE_ERROR: /credentialStatus lacks statusPurpose or "
				 "statusListCredential");
	if (!read_index(v, prb_json_member(json, "statusListIndex"), &out->index))
		return failed(v,
			prb_verify_is_dcc(v->root)
				? "MALFORMED_VALUE_ERROR: statusListIndex must be a whole number "
				  "from 0 on, as UNTP 0.7 has it"
				: "MALFORMED_VALUE_ERROR: statusListIndex must be a text with a "
				  "whole number from 0 on");
	if (prb_span_is(purpose, "revocation"))
		out->purpose = "revocation";
	else if (prb_span_is(purpose, "suspension"))
		out->purpose = "suspension";
	return true;
}

/* ---- the list ---- */

struct list {
	struct prb_verification checks;
	struct prb_verifying v;
	struct prb_status_list opened;
};

/* Proof and validity of the list, and that it is the issuer's: as of any credential. */
static bool
list_holds(struct prb_verifying *v, struct list *list)
{
	static const enum prb_check wanted[] = {
		PRB_CHECK_FORM, PRB_CHECK_ISSUER, PRB_CHECK_PROOF, PRB_CHECK_VALIDITY};
	struct prb_verify_options options = *v->options;

	options.answer_too = false;
	list->checks = (struct prb_verification){.verified = false};
	list->v = (struct prb_verifying){
		.arena = v->arena, .options = &options, .out = &list->checks, .is_list = true};
	prb_verify_secured(&list->v, v->options->status_list);
	list->v.options = NULL;
	list->opened = (struct prb_status_list){.credential = list->v.root};
	if (list->checks.checks[PRB_CHECK_FORM].outcome == PRB_OUTCOME_PASSED &&
		!prb_span_equal(list->v.issuer, v->issuer)) {
		prb_verify_say(v, PRB_CHECK_STATUS, PRB_OUTCOME_FAILED,
			"STATUS_VERIFICATION_ERROR: the status list is of another issuer: %.*s",
			PRB_SPAN_ARGS(list->v.issuer));
		return false;
	}
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if (list->checks.checks[wanted[i]].outcome == PRB_OUTCOME_PASSED)
			continue;
		prb_verify_say(v, PRB_CHECK_STATUS, PRB_OUTCOME_FAILED,
			"STATUS_VERIFICATION_ERROR: the status list's %s: %s",
			prb_check_word(wanted[i]), list->checks.checks[wanted[i]].detail);
		return false;
	}
	return true;
}

static bool
look(struct prb_verifying *v, struct list *list, const struct entry *entry)
{
	struct prb_span id = list->checks.id;
	struct prb_fault fault;

	if (!prb_span_equal(id, entry->list)) {
		prb_verify_say(v, PRB_CHECK_STATUS, PRB_OUTCOME_FAILED,
			"STATUS_VERIFICATION_ERROR: the status list that was given is %.*s, and "
			"%.*s is wanted",
			PRB_SPAN_ARGS(id), PRB_SPAN_ARGS(entry->list));
		return false;
	}
	switch (prb_status_list_look(v->arena, &list->opened, entry->list, entry->purpose,
		(uint64_t)entry->index, &fault)) {
	case PRB_STATUS_CLEAR:
		return true;
	case PRB_STATUS_FAILED:
		return failed(v, fault.detail);
	case PRB_STATUS_SET:
		break;
	}
	prb_verify_say(v, PRB_CHECK_STATUS, PRB_OUTCOME_FAILED,
		"%s: bit %lld of %.*s is set, as of %.*s",
		strcmp(entry->purpose, "revocation") == 0 ? "the issuer has revoked it"
							  : "the issuer has suspended it",
		(long long)entry->index, PRB_SPAN_ARGS(entry->list),
		PRB_SPAN_ARGS(list->checks.valid_from));
	return false;
}

/* ---- the check ---- */

static const struct prb_json *
first_entry(const struct prb_json *status)
{
	return prb_json_kind(status) == PRB_JSON_ARRAY ? prb_json_first(status) : status;
}

static const struct prb_json *
next_entry(const struct prb_json *status, const struct prb_json *entry)
{
	return prb_json_kind(status) == PRB_JSON_ARRAY ? prb_json_next(entry) : NULL;
}

/* Each entry is read before any list is looked at; how many say whether it still holds. */
static bool
read_entries(struct prb_verifying *v, const struct prb_json *status, size_t *count)
{
	struct entry entry;

	*count = 0;
	if (first_entry(status) == NULL)
		return failed(v, "MALFORMED_VALUE_ERROR: /credentialStatus is an empty array");
	if (prb_json_kind(status) == PRB_JSON_ARRAY && prb_json_size(status) > ENTRIES_MAX)
		return failed(v,
			"MALFORMED_VALUE_ERROR: /credentialStatus has more than 4 entries, "
			"which are not looked up");
	for (const struct prb_json *e = first_entry(status); e; e = next_entry(status, e)) {
		if (!read_entry(v, e, &entry))
			return false;
		*count += entry.purpose != NULL;
	}
	return true;
}

static void
no_list(struct prb_verifying *v)
{
	const char *why = v->options->status_unfetched;

	if (why == NULL && !v->options->status_wanted)
		prb_verify_say(v, PRB_CHECK_STATUS, PRB_OUTCOME_SKIPPED,
			"it names a status list, which was not looked up");
	else
		prb_verify_say(v, PRB_CHECK_STATUS,
			v->options->status_wanted ? PRB_OUTCOME_FAILED : PRB_OUTCOME_SKIPPED,
			"STATUS_RETRIEVAL_ERROR: %s",
			why != NULL ? why : "no status list was given");
}

static void
look_up(struct prb_verifying *v, const struct prb_json *status)
{
	struct list list;
	struct entry entry;

	if (!list_holds(v, &list))
		return;
	for (const struct prb_json *e = first_entry(status); e; e = next_entry(status, e))
		if (!read_entry(v, e, &entry) || (entry.purpose != NULL && !look(v, &list, &entry)))
			return;
	prb_verify_say(v, PRB_CHECK_STATUS, PRB_OUTCOME_PASSED,
		"not revoked: its bit is clear in %.*s, as of %.*s", PRB_SPAN_ARGS(list.checks.id),
		PRB_SPAN_ARGS(list.checks.valid_from));
}

void
prb_verify_status(struct prb_verifying *v)
{
	const struct prb_json *status = prb_json_member(v->root, "credentialStatus");
	size_t count;

	if (status == NULL)
		unseen(v, "it names no status list: whether it was revoked cannot be looked up");
	else if (!read_entries(v, status, &count))
		return;
	else if (count == 0)
		unseen(v, "it names no status list for revocation or suspension");
	else if (v->options->status_list.p == NULL)
		no_list(v);
	else
		look_up(v, status);
}
