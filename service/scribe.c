/* SPDX-License-Identifier: Apache-2.0 */
#include "service/scribe.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "scoring/log/entry.h"
#include "scoring/log/tree.h"
#include "service/handlers/earlier.h"
#include "service/logging/logging.h"

struct prb_scribe {
	struct prb_state *state;
	struct prb_batch *batch;
	struct prb_sealer *sealer;
	struct prb_str sealed, entry, text; /* of the record in hand */
	struct prb_str superseded;          /* the records that come with it, behind each other */
	struct prb_id unfit;                /* the attestation that could not be revoked last */
	prb_sha256_fn sha256;
	enum prb_err broken; /* why the transaction in hand must not be committed */
};

struct prb_scribe *
prb_scribe_create(const struct prb_service *service)
{
	struct prb_scribe *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	s->state = service->state;
	s->sha256 = service->sha256;
	prb_str_init(&s->sealed, PRB_SEALED_BYTES_MAX);
	prb_str_init(&s->superseded, PRB_SEALED_BYTES_MAX);
	prb_str_init(&s->entry, PRB_SEALED_BYTES_MAX);
	prb_str_init(&s->text, PRB_SEALED_BYTES_MAX);
	s->sealer = prb_sealer_create(service->state);
	if (s->sealer != NULL && prb_batch_create(service->state, &s->batch) == PRB_OK)
		return s;
	prb_scribe_destroy(s);
	return NULL;
}

void
prb_scribe_destroy(struct prb_scribe *s)
{
	if (s == NULL)
		return;
	prb_batch_destroy(s->batch);
	prb_sealer_destroy(s->sealer);
	prb_str_finish(&s->sealed);
	prb_str_finish(&s->superseded);
	prb_str_finish(&s->entry);
	prb_str_finish(&s->text);
	free(s);
}

/* ---- one record ---- */

/*
 * What goes into the log: a salted digest, so that nobody who sees the log can confirm a guess, and
 * no id, so that nobody can fetch what he was not given (service/decisions/0012). The entry stands
 * in s->entry until the next one.
 */
static enum prb_err
make_leaf(struct prb_scribe *s, enum prb_entry_kind kind, int64_t time_ms,
	const uint8_t salt[PRB_LOG_SALT_BYTES], struct prb_span text,
	uint8_t leaf[PRB_SHA256_BYTES], struct prb_span *entry)
{
	prb_str_reset(&s->entry);
	prb_entry_write_salted(kind, time_ms / 1000, salt, text, s->sha256, &s->text, &s->entry);
	if (s->entry.failed)
		return PRB_ERR_MEMORY;
	*entry = prb_str_span(&s->entry);
	prb_tree_leaf(s->sha256, &s->text, *entry, leaf);
	return s->text.failed ? PRB_ERR_MEMORY : PRB_OK;
}

static enum prb_err
put_declaration(struct prb_scribe *s, struct prb_commit *c)
{
	struct prb_stored_declaration *stored = &c->declaration;
	enum prb_err err = make_leaf(s, PRB_ENTRY_ATTESTATION, stored->time_ms, stored->log_salt,
		stored->attestation, stored->leaf_hash, &stored->log_entry);

	if (err == PRB_OK)
		err = prb_seal_declaration(s->sealer, stored, &s->sealed);
	if (err == PRB_OK)
		err = prb_batch_put_declaration(s->batch, stored, prb_str_span(&s->sealed),
			&c->what, &c->sequence, &c->log_index);
	return err;
}

static enum prb_err
put_decision(struct prb_scribe *s, struct prb_commit *c)
{
	enum prb_err err = prb_seal_decision(s->sealer, &c->decision, &s->sealed);

	if (err != PRB_OK)
		return err;
	return prb_batch_put_decision(
		s->batch, &c->decision, prb_str_span(&s->sealed), &c->what, &c->sequence);
}

/* Appends. The entry is in what is sealed, and needed no longer. */
static enum prb_err
seal_revocation(struct prb_scribe *s, struct prb_stored_revocation *stored, struct prb_str *out)
{
	enum prb_err err = make_leaf(s, PRB_ENTRY_REVOCATION, stored->time_ms, stored->log_salt,
		stored->revocation, stored->leaf_hash, &stored->log_entry);

	return err == PRB_OK ? prb_seal_revocation(s->sealer, stored, out) : err;
}

static enum prb_err
put_revocation(struct prb_scribe *s, struct prb_stored_revocation *stored)
{
	enum prb_err err = seal_revocation(s, stored, &s->sealed);

	if (err == PRB_OK)
		err = prb_batch_put_revocation(s->batch, stored, prb_str_span(&s->sealed),
			&stored->sequence, &stored->log_index);
	return err;
}

/* Once for each, however often it is tried. */
static void
say_unfit(struct prb_scribe *s, const struct prb_id *id, enum prb_err err)
{
	if (memcmp(&s->unfit, id, sizeof *id) == 0)
		return;
	s->unfit = *id;
	prb_say(PRB_LEVEL_ERROR, "attestation_unfit",
		"an attestation cannot be revoked (%s), and nothing supersedes it; run `probity "
		"state verify`",
		prb_err_title(err));
}

/*
 * Seals those that an attestation supersedes, each up to ends[i], and looks whether all of them can
 * be put, before anything is: an attestation whose own request fails takes no others with it. What
 * another has revoked meanwhile is revoked, and left out.
 */
static enum prb_err
seal_superseded(struct prb_scribe *s, struct prb_commit *c, size_t *ends)
{
	struct prb_str *out = &s->superseded;
	enum prb_err err = PRB_OK;

	assert(c->revocations_count <= PRB_ATTESTATIONS_OF_MAX);
	prb_str_reset(out);
	for (size_t i = 0; i < c->revocations_count && err == PRB_OK; i++) {
		size_t before = out->n;

		err = seal_revocation(s, &c->revocations[i], out);
		if (err == PRB_OK)
			err = prb_batch_check_revocation(
				s->batch, (struct prb_span){out->p + before, out->n - before});
		if (err == PRB_ERR_CONFLICT) {
			out->n = before;
			err = PRB_OK;
		}
		if (err != PRB_OK)
			say_unfit(s, &c->revocations[i].attestation_id, err);
		ends[i] = out->n;
	}
	return err == PRB_ERR_NOT_FOUND || err == PRB_ERR_VALUE ? PRB_ERR_STATE_DAMAGED : err;
}

static enum prb_err
put_superseded(struct prb_scribe *s, struct prb_commit *c, const size_t *ends)
{
	enum prb_err err = PRB_OK;
	size_t from = 0;

	for (size_t i = 0; i < c->revocations_count && err == PRB_OK; from = ends[i++]) {
		struct prb_stored_revocation *stored = &c->revocations[i];

		if (ends[i] != from)
			err = prb_batch_put_revocation(s->batch, stored,
				(struct prb_span){s->superseded.p + from, ends[i] - from},
				&stored->sequence, &stored->log_index);
	}
	/* The attestation must not stand beside what it supersedes: nothing of the transaction
	 * does. */
	s->broken = err;
	return err;
}

static enum prb_err
put_attestation(struct prb_scribe *s, struct prb_commit *c)
{
	struct prb_stored_attestation *stored = &c->attestation;
	size_t ends[PRB_ATTESTATIONS_OF_MAX];
	enum prb_err err = seal_superseded(s, c, ends);

	if (err == PRB_OK)
		err = make_leaf(s, PRB_ENTRY_ATTESTATION, stored->time_ms, stored->log_salt,
			stored->attestation, stored->leaf_hash, &stored->log_entry);

	if (err == PRB_OK)
		err = prb_seal_attestation(s->sealer, stored, &s->sealed);
	if (err == PRB_OK)
		err = prb_batch_put_attestation(s->batch, stored, prb_str_span(&s->sealed),
			&c->what, &c->sequence, &c->log_index);
	if (err != PRB_OK || c->what != PRB_PUT_NEW)
		return err;
	return put_superseded(s, c, ends);
}

/* A new organisation has no number yet: it gets one with its data key. One that takes over what was
 * stored in open mode has that tenant's, and its keys. */
static enum prb_err
put_organisation(struct prb_scribe *s, struct prb_commit *c)
{
	struct prb_stored_organisation *stored = &c->organisation;
	enum prb_err err = PRB_OK;

	if (stored->tenant == 0 && stored->seen == PRB_SEEN_NONE)
		err = prb_tenant_make(s->state, stored->time_ms, &stored->tenant, NULL);
	else if (stored->seen == PRB_SEEN_NONE)
		err = prb_tenant_renew(s->state, stored->tenant, stored->time_ms, NULL);
	if (err == PRB_OK)
		err = prb_seal_organisation(s->sealer, stored, &s->sealed);
	if (err == PRB_OK)
		err = prb_batch_put_organisation(
			s->batch, stored, prb_str_span(&s->sealed), &c->sequence);
	return err;
}

static enum prb_err
put_api_key(struct prb_scribe *s, struct prb_commit *c)
{
	enum prb_err err = prb_seal_api_key(s->sealer, &c->api_key, &s->sealed);

	if (err != PRB_OK)
		return err;
	return prb_batch_put_api_key(
		s->batch, &c->api_key, prb_str_span(&s->sealed), &c->what, &c->sequence);
}

static enum prb_err
put_erasure(struct prb_scribe *s, struct prb_commit *c)
{
	enum prb_err err = prb_tenant_part(s->state, &c->erasure, NULL);

	/* Of all of it once more is done already, and answered again. */
	if (err == PRB_OK && c->erasure.keys == 0 && c->erasure.before_ms != 0)
		err = PRB_ERR_CONFLICT;
	if (err == PRB_OK)
		err = prb_seal_erasure(s->sealer, &c->erasure, &s->sealed);
	if (err != PRB_OK)
		return err;
	return prb_batch_put_erasure(s->batch, &c->erasure, prb_str_span(&s->sealed), &c->sequence);
}

/* Under which tenant's newest key the record comes, and when; tenant 0: under none. */
static uint32_t
sealed_under(const struct prb_commit *c, int64_t *time_ms)
{
	switch (c->kind) {
	case PRB_COMMIT_DECLARATION:
		*time_ms = c->declaration.time_ms;
		return c->declaration.tenant;
	case PRB_COMMIT_DECISION:
		*time_ms = c->decision.time_ms;
		return c->decision.tenant;
	case PRB_COMMIT_ATTESTATION:
		*time_ms = c->attestation.time_ms;
		return c->attestation.tenant;
	case PRB_COMMIT_REVOCATION:
		*time_ms = c->revocations->time_ms;
		return c->revocations->tenant;
	default:
		return 0;
	}
}

static enum prb_err
put(struct prb_scribe *s, struct prb_commit *c)
{
	int64_t time_ms = 0;
	uint32_t tenant = sealed_under(c, &time_ms);
	enum prb_err err = tenant == 0 ? PRB_OK : prb_tenant_renew(s->state, tenant, time_ms, NULL);

	if (err != PRB_OK)
		return err;
	prb_str_reset(&s->sealed);
	c->log_index = 0;
	c->what = PRB_PUT_NEW;
	switch (c->kind) {
	case PRB_COMMIT_DECLARATION:
		return put_declaration(s, c);
	case PRB_COMMIT_DECISION:
		return put_decision(s, c);
	case PRB_COMMIT_ATTESTATION:
		return put_attestation(s, c);
	case PRB_COMMIT_REVOCATION:
		return put_revocation(s, c->revocations);
	case PRB_COMMIT_ORGANISATION:
		return put_organisation(s, c);
	case PRB_COMMIT_API_KEY:
		return put_api_key(s, c);
	case PRB_COMMIT_ERASURE:
		return put_erasure(s, c);
	}
	assert(false);
	return PRB_ERR_VALUE;
}

/* ---- a transaction ---- */

void
prb_scribe_begin(struct prb_scribe *s)
{
	s->broken = prb_batch_begin(s->batch);
}

enum prb_err
prb_scribe_put(struct prb_scribe *s, struct prb_commit *c)
{
	return s->broken == PRB_OK ? put(s, c) : s->broken;
}

void
prb_scribe_note(struct prb_scribe *s, const struct prb_stored_event *event)
{
	uint64_t sequence;

	prb_str_reset(&s->sealed);
	if (s->broken == PRB_OK &&
		prb_tenant_renew(s->state, event->tenant, event->time_ms, NULL) == PRB_OK &&
		prb_seal_event(s->sealer, event, &s->sealed) == PRB_OK)
		(void)prb_batch_put_event(s->batch, event, prb_str_span(&s->sealed), &sequence);
}

void
prb_scribe_used(struct prb_scribe *s, uint32_t tenant, const struct prb_id *key, int32_t day)
{
	/* To the day: that is all that is said of it. */
	if (s->broken == PRB_OK)
		(void)prb_batch_put_used(s->batch, tenant, key, day, (int64_t)day * 86400000);
}

enum prb_err
prb_scribe_commit(struct prb_scribe *s, struct prb_fault *fault)
{
	enum prb_err err = s->broken == PRB_OK ? prb_batch_commit(s->batch, fault) : s->broken;

	if (err != PRB_OK)
		prb_batch_abort(s->batch);
	return err;
}
