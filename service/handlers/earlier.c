/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/earlier.h"

#include <stdio.h>

#include "scoring/attest/proof.h"
#include "scoring/base/json.h"
#include "scoring/model/words.h"
#include "service/handlers/attesting.h"

/* What it withholds the owner's openings say. NULL where they do not. */
static const struct prb_json *
opened_score(struct prb_arena *arena, struct prb_span openings)
{
	const struct prb_json *list;

	if (openings.n == 0 || prb_json_parse(arena, openings, openings.n, NULL, &list) != PRB_OK ||
		prb_json_kind(list) != PRB_JSON_ARRAY)
		return NULL;
	for (const struct prb_json *o = prb_json_first(list); o != NULL; o = prb_json_next(o))
		if (prb_span_is(prb_text_in(o, "part"), "rating"))
			return prb_object_in(o, "value");
	return NULL;
}

/* The word of the rating that an attestation states, disclosed or not. */
static struct prb_span
rating_in(struct prb_arena *arena, const struct prb_json *credential, struct prb_span openings)
{
	const struct prb_json *score =
		prb_object_in(prb_object_in(credential, "credentialSubject"), "profileScore");
	struct prb_span code;

	if (score == NULL)
		score = opened_score(arena, openings);
	code = prb_text_in(score, "code");
	return code.p != NULL ? code : prb_span_of(prb_rating_word(PRB_RATING_UNKNOWN));
}

/* Whether it stands today and says another rating. */
static enum prb_err
look(const struct prb_exchange *x, const struct prb_found_attestation *found,
	struct prb_span rating, bool *differs)
{
	const struct prb_json *credential;
	int64_t until;

	*differs = false;
	if (found->revoked)
		return PRB_OK;
	if (prb_json_parse(x->desk->arena, found->attestation, found->attestation.n, NULL,
		    &credential) != PRB_OK ||
		!prb_timestamp_parse(prb_text_in(credential, "validUntil"), &until))
		return PRB_ERR_STATE_DAMAGED;
	*differs = until > x->now_ms / 1000 &&
		   !prb_span_equal(rating_in(x->desk->arena, credential, found->openings), rating);
	return PRB_OK;
}

enum prb_err
prb_earlier_find(struct prb_exchange *x, const struct prb_id *declaration, struct prb_span rating,
	struct prb_earlier *out)
{
	struct prb_arena *arena = x->desk->arena;
	struct prb_found_attestation *all =
		prb_arena_array(arena, PRB_ATTESTATIONS_OF_MAX, sizeof *all);
	struct prb_earlier found = {
		.others = prb_arena_array(arena, PRB_ATTESTATIONS_OF_MAX, sizeof(void *))};
	size_t count = 0;
	bool more = false, differs;
	enum prb_err err = PRB_ERR_MEMORY;

	if (all != NULL && found.others != NULL)
		err = prb_find_attestations_of(x->desk->state_reader, x->caller.tenant, declaration,
			PRB_ATTESTATIONS_OF_MAX, arena, all, &count, &more);
	if (err == PRB_OK && count != 0)
		found.newest = all[0].sequence;
	if (err == PRB_OK && (more || count == PRB_ATTESTATIONS_OF_MAX))
		err = PRB_ERR_ATTESTED;
	for (size_t i = 0; i < count && err == PRB_OK; i++) {
		err = look(x, &all[i], rating, &differs);
		if (err == PRB_OK && differs)
			found.others[found.others_count++] = &all[i];
	}
	if (err == PRB_OK)
		*out = found;
	return err;
}

bool
prb_earlier_refuse(struct prb_exchange *x, const struct prb_earlier *earlier)
{
	char detail[PRB_FAULT_DETAIL_BYTES_MAX], id[PRB_UUID_BYTES], report[PRB_UUID_BYTES];

	prb_id_text(&earlier->others[0]->id, id);
	prb_id_text(&earlier->others[0]->report_id, report);
	(void)snprintf(detail, sizeof detail,
		"attestation %s of the same declaration has another rating: attest its report %s, "
		"or revoke it first",
		id, report);
	(void)prb_refuse(x, PRB_ERR_SUPERSEDED, detail);
	return false;
}
