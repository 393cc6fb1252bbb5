/* SPDX-License-Identifier: Apache-2.0 */
#include "service/issuer/revoke.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "scoring/attest/proof.h"
#include "scoring/base/jcs.h"
#include "scoring/log/entry.h"

/* Of one transaction: few enough for any machine's memory, enough that the disk is not waited for.
 */
#define TURN_MAX 1024
#define ARENA_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define TEXT_BYTES_MAX 4096

/* One that is to be revoked. */
struct due {
	uint32_t tenant;
	struct prb_id id;
	struct prb_stored_place status;
};

struct work {
	const struct prb_issuer_key *key;
	int64_t now;
	char fragments[2][PRB_MULTIKEY_BYTES]; /* of a verification method: did:key, did:web */
	struct prb_state_reader *reader;
	struct prb_arena *arena;
	struct prb_sealer *sealer;
	struct prb_batch *batch;
	struct prb_str text, scratch, entry, sealed;
	uint64_t at; /* the next record to look at */
	struct due due[TURN_MAX];
	size_t due_count;
};

static void
sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n)
{
	(void)crypto_hash_sha256(out, bytes, n);
}

static enum prb_err
begin(struct work *w, struct prb_state *state, const struct prb_issuer_key *key, int64_t now)
{
	enum prb_err err = prb_state_reader_create(state, &w->reader);

	w->key = key;
	w->now = now;
	w->at = 1;
	prb_key_public_multikey(key->public_key, w->fragments[0]);
	(void)snprintf(
		w->fragments[1], sizeof(w->fragments[1]), "key-%lu", (unsigned long)key->number);
	prb_str_init(&w->text, TEXT_BYTES_MAX);
	prb_str_init(&w->scratch, TEXT_BYTES_MAX);
	prb_str_init(&w->entry, PRB_ENTRY_BYTES_MAX);
	prb_str_init(&w->sealed, PRB_SEALED_BYTES_MAX);
	if (err == PRB_OK)
		err = prb_batch_create(state, &w->batch);
	w->sealer = prb_sealer_create(state);
	w->arena = prb_arena_create(ARENA_BYTES_MAX);
	if (err == PRB_OK && (w->sealer == NULL || w->arena == NULL))
		err = PRB_ERR_MEMORY;
	return err;
}

static void
end(struct work *w)
{
	prb_state_reader_destroy(w->reader);
	prb_batch_destroy(w->batch);
	prb_sealer_destroy(w->sealer);
	prb_arena_destroy(w->arena);
	prb_str_finish(&w->text);
	prb_str_finish(&w->scratch);
	prb_str_finish(&w->entry);
	prb_str_finish(&w->sealed);
}

/* ---- which ---- */

/* What names no key is taken for signed by this one: a revocation too many is attested anew, one
 * too few is a thief's. */
static bool
names_key(const struct work *w, const struct prb_json *root)
{
	const struct prb_json *proof, *method;
	struct prb_span url;
	size_t from;

	proof = prb_json_kind(root) == PRB_JSON_OBJECT ? prb_json_member(root, "proof") : NULL;
	if (proof == NULL || prb_json_kind(proof) != PRB_JSON_OBJECT)
		return true;
	method = prb_json_member(proof, "verificationMethod");
	if (method == NULL || prb_json_kind(method) != PRB_JSON_STRING)
		return true;
	url = prb_json_string(method);
	for (from = url.n; from > 0 && url.p[from - 1] != '#';)
		from--;
	url = (struct prb_span){url.p + from, url.n - from};
	return from == 0 || prb_span_is(url, w->fragments[0]) || prb_span_is(url, w->fragments[1]);
}

static enum prb_err
is_signed_by(struct work *w, struct prb_span attestation, bool *is)
{
	const struct prb_json *root;
	enum prb_err err = prb_json_parse(w->arena, attestation, attestation.n, NULL, &root);

	if (err == PRB_ERR_MEMORY)
		return err;
	*is = err != PRB_OK || names_key(w, root);
	return PRB_OK;
}

/* Up to a turn's worth; PRB_ERR_NOT_FOUND behind the last record, with what was found before. */
static enum prb_err
find_due(struct work *w)
{
	enum prb_err err = PRB_OK;

	w->due_count = 0;
	while (w->due_count < TURN_MAX && err == PRB_OK) {
		struct prb_found_attestation found;
		bool is_signed = false;

		prb_arena_reset(w->arena);
		err = prb_find_next_attestation(w->reader, w->at, w->arena, &found);
		if (err == PRB_OK && !found.revoked)
			err = is_signed_by(w, found.attestation, &is_signed);
		if (err == PRB_OK)
			w->at = found.sequence + 1;
		if (err == PRB_OK && is_signed)
			w->due[w->due_count++] = (struct due){
				.tenant = found.tenant, .id = found.id, .status = found.status};
	}
	return err;
}

/* ---- revoking ---- */

/* The text that POST /v1/attestations/{id}/revoke would have stored. */
static void
write_text(struct work *w, const struct due *due)
{
	char id[PRB_UUID_BYTES], time[PRB_TIMESTAMP_BYTES];
	struct prb_writer writer;

	prb_id_text(&due->id, id);
	prb_timestamp_format(w->now, time);
	prb_str_reset(&w->text);
	prb_writer_init(&writer, &w->text);
	prb_writer_object(&writer);
	prb_writer_member_text(&writer, "attestation", id);
	prb_writer_member_text(&writer, "reason", "key_compromised");
	prb_writer_member_text(&writer, "revoked_at", time);
	if (due->status.list != 0) {
		prb_writer_key(&writer, "status");
		prb_writer_object(&writer);
		prb_writer_member_int(&writer, "index", due->status.index);
		prb_writer_member_int(&writer, "list", due->status.list);
		prb_writer_end(&writer);
	}
	prb_writer_end(&writer);
}

static enum prb_err
put(struct work *w, const struct due *due)
{
	struct prb_stored_revocation stored = {.tenant = due->tenant,
		.time_ms = w->now * 1000,
		.attestation_id = due->id,
		.status = due->status};
	enum prb_err err = PRB_ERR_MEMORY;

	write_text(w, due);
	stored.revocation = prb_str_span(&w->text);
	randombytes_buf(stored.log_salt, sizeof(stored.log_salt));
	prb_str_reset(&w->entry);
	prb_entry_write_salted(PRB_ENTRY_REVOCATION, w->now, stored.log_salt, stored.revocation,
		sha256, &w->scratch, &w->entry);
	stored.log_entry = prb_str_span(&w->entry);
	prb_tree_leaf(sha256, &w->scratch, stored.log_entry, stored.leaf_hash);
	prb_str_reset(&w->sealed);
	if (!w->text.failed && !w->entry.failed && !w->scratch.failed)
		err = prb_seal_revocation(w->sealer, &stored, &w->sealed);
	if (err == PRB_OK)
		err = prb_batch_put_revocation(w->batch, &stored, prb_str_span(&w->sealed),
			&stored.sequence, &stored.log_index);
	return err;
}

static enum prb_err
revoke_due(struct work *w, struct prb_fault *fault)
{
	enum prb_err err = prb_batch_begin(w->batch);

	if (err != PRB_OK)
		return err;
	for (size_t i = 0; i < w->due_count && err == PRB_OK; i++)
		err = put(w, &w->due[i]);
	if (err == PRB_OK)
		err = prb_batch_commit(w->batch, fault);
	if (err != PRB_OK)
		prb_batch_abort(w->batch);
	return err;
}

enum prb_err
prb_revoke_signed(struct prb_state *state, const struct prb_issuer_key *key, int64_t now,
	prb_revoked_fn revoked, void *context, uint64_t *count, struct prb_fault *fault)
{
	struct work *w = calloc(1, sizeof(*w));
	struct prb_fault why = {.err = PRB_OK};
	enum prb_err err, more = PRB_OK;

	*count = 0;
	err = w == NULL ? PRB_ERR_MEMORY : begin(w, state, key, now);
	while (err == PRB_OK && more == PRB_OK) {
		more = find_due(w);
		if (more != PRB_OK && more != PRB_ERR_NOT_FOUND)
			err = more;
		else if (w->due_count > 0)
			err = revoke_due(w, &why);
		if (err != PRB_OK)
			break;
		for (size_t i = 0; i < w->due_count && revoked != NULL; i++)
			revoked(context, &w->due[i].id);
		*count += w->due_count;
	}
	if (w != NULL)
		end(w);
	free(w);
	if (err != PRB_OK)
		(void)prb_fault_set(fault, err, PRB_NO_OFFSET, NULL,
			"not all that the key signed could be revoked (%llu were): %s: run it "
			"again",
			(unsigned long long)*count,
			why.err != PRB_OK ? why.detail : prb_err_title(err));
	return err;
}

/* ---- a key that is in use no longer ---- */

static const struct prb_issuer_key *
find_number(const struct prb_history *history, enum prb_key_use use, uint32_t number)
{
	for (size_t i = 0; i < history->keys_count; i++)
		if (history->keys[i].use == use && history->keys[i].number == number)
			return &history->keys[i];
	return NULL;
}

static enum prb_err
find_key(const struct prb_history *history, struct prb_key_revocation *r, struct prb_fault *fault)
{
	const struct prb_issuer_key *key = find_number(history, r->use, r->number);
	const char *option = r->use == PRB_USE_LOG ? " --log" : "";

	if (key == NULL)
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"there was no %s key number %lu", r->use == PRB_USE_LOG ? "log" : "issuer",
			(unsigned long)r->number);
	if (key->standing == PRB_STANDING_IN_USE)
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"number %lu is the key in use: it is replaced and revoked with `probity "
			"keys rotate --compromised%s`",
			(unsigned long)r->number, option);
	r->key = *key;
	r->again = key->standing == PRB_STANDING_REVOKED;
	return PRB_OK;
}

static enum prb_err
record_revoked(struct prb_state *state, const struct prb_key_revocation *r, struct prb_fault *fault)
{
	struct prb_recorder recorder;

	prb_recorder_begin(&recorder, state, r->now);
	prb_recorder_key(&recorder, &r->key);
	return prb_recorder_commit(&recorder, fault);
}

static enum prb_err
revoke(struct prb_state *state, struct prb_key_revocation *r, struct prb_fault *fault)
{
	struct prb_history *history = malloc(sizeof(*history));
	enum prb_err err = PRB_ERR_MEMORY;

	if (history == NULL)
		return prb_fault_set(fault, err, PRB_NO_OFFSET, NULL, "%s", prb_err_title(err));
	err = prb_history_read(state, history, fault);
	if (err == PRB_OK)
		err = find_key(history, r, fault);
	free(history);
	/* The key first: where the rest is cut, running it again finds what is left. */
	if (err == PRB_OK && !r->again) {
		r->key.standing = PRB_STANDING_REVOKED;
		r->key.since = r->now;
		r->key.expires = 0;
		err = record_revoked(state, r, fault);
	}
	if (err == PRB_OK && r->use == PRB_USE_ATTESTATION)
		err = prb_revoke_signed(
			state, &r->key, r->now, r->revoked, r->context, &r->count, fault);
	return err;
}

enum prb_err
prb_key_revoke(struct prb_key_revocation *revocation, struct prb_fault *fault)
{
	const struct prb_state_options options = {.create = false};
	struct prb_state *state = NULL;
	enum prb_err err = prb_state_open(revocation->dir, &options, &state, fault);

	revocation->count = 0;
	if (err != PRB_OK)
		return err;
	err = revoke(state, revocation, fault);
	prb_state_close(state);
	return err;
}
