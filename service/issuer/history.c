/* SPDX-License-Identifier: Apache-2.0 */
#include "service/issuer/history.h"

#include <stdlib.h>
#include <string.h>

#include "scoring/log/entry.h"

/* A release a day for a century, and then some. */
#define ROWS_FIRST 256
#define ROWS_MAX 65536
#define RECORD_BYTES_MAX (4 * PRB_ENTRY_BYTES_MAX)

/* ---- reading ---- */

/* Rows of the system's records, to be freed by the caller; NULL with *err. */
static struct prb_stored_system *
find_rows(struct prb_state_reader *reader, size_t *count, enum prb_err *err)
{
	for (size_t max = ROWS_FIRST; max <= ROWS_MAX; max *= 2) {
		struct prb_stored_system *rows = calloc(max, sizeof(*rows));

		*err = rows != NULL ? prb_find_system(reader, rows, max, count) : PRB_ERR_MEMORY;
		if (*err == PRB_OK)
			return rows;
		free(rows);
		if (*err != PRB_ERR_TOO_LARGE)
			return NULL;
	}
	return NULL;
}

static bool
take_key(struct prb_history *history, const struct prb_stored_system *row)
{
	struct prb_issuer_key *key = &history->keys[history->keys_count];

	if (history->keys_count == PRB_ISSUER_KEYS_MAX)
		return false;
	history->keys_count++;
	*key = (struct prb_issuer_key){
		.use = row->use,
		.standing = row->standing,
		.number = row->number,
		.since = row->time_ms / 1000,
		.expires = row->expires,
	};
	memcpy(key->public_key, row->hash, sizeof(key->public_key));
	return true;
}

static enum prb_err
take_rows(struct prb_history *history, const struct prb_stored_system *rows, size_t count)
{
	uint64_t release = 0, method = 0;

	for (size_t i = 0; i < count; i++) {
		const struct prb_stored_system *row = &rows[i];

		if (row->kind == PRB_SYSTEM_KEY && !take_key(history, row))
			return PRB_ERR_STATE_DAMAGED;
		if (row->kind == PRB_SYSTEM_RELEASE && row->sequence > release) {
			release = row->sequence;
			history->has_release = true;
			memcpy(history->release, row->hash, sizeof(history->release));
		}
		if (row->kind == PRB_SYSTEM_METHOD && row->sequence > method) {
			method = row->sequence;
			history->has_method = true;
			memcpy(history->method, row->hash, sizeof(history->method));
		}
	}
	return PRB_OK;
}

enum prb_err
prb_history_read(struct prb_state *state, struct prb_history *out, struct prb_fault *fault)
{
	struct prb_history read = {.keys_count = 0};
	struct prb_state_reader *reader = NULL;
	struct prb_stored_system *rows = NULL;
	size_t count = 0;
	enum prb_err err = prb_state_reader_create(state, &reader);

	if (err == PRB_OK)
		rows = find_rows(reader, &count, &err);
	if (err == PRB_OK)
		err = take_rows(&read, rows, count);
	free(rows);
	prb_state_reader_destroy(reader);
	if (err == PRB_OK)
		*out = read;
	else
		(void)prb_fault_set(fault, err, PRB_NO_OFFSET, NULL,
			"what the journal says of keys, releases and methods cannot be read: %s",
			prb_err_title(err));
	return err;
}

const struct prb_issuer_key *
prb_history_in_use(const struct prb_history *history, enum prb_key_use use)
{
	for (size_t i = 0; i < history->keys_count; i++)
		if (history->keys[i].use == use && history->keys[i].standing == PRB_STANDING_IN_USE)
			return &history->keys[i];
	return NULL;
}

const struct prb_issuer_key *
prb_history_find(const struct prb_history *history, enum prb_key_use use,
	const uint8_t public_key[PRB_KEY_PUBLIC_BYTES])
{
	for (size_t i = 0; i < history->keys_count; i++)
		if (history->keys[i].use == use &&
			memcmp(history->keys[i].public_key, public_key, PRB_KEY_PUBLIC_BYTES) == 0)
			return &history->keys[i];
	return NULL;
}

uint32_t
prb_history_next_number(const struct prb_history *history, enum prb_key_use use)
{
	uint32_t last = 0;

	if (history->keys_count == PRB_ISSUER_KEYS_MAX)
		return 0;
	for (size_t i = 0; i < history->keys_count; i++)
		if (history->keys[i].use == use && history->keys[i].number > last)
			last = history->keys[i].number;
	return last + 1;
}

bool
prb_history_is_listed(const struct prb_issuer_key *key, int64_t at)
{
	if (key->use != PRB_USE_ATTESTATION || key->standing == PRB_STANDING_IN_USE)
		return true;
	if (key->standing == PRB_STANDING_RETIRED)
		return key->expires == 0 || at <= key->expires;
	return at <= key->since + PRB_KEY_OVERLAP_SECONDS;
}

void
prb_history_forget_ended(struct prb_history *history, int64_t at)
{
	size_t kept = 0;

	for (size_t i = 0; i < history->keys_count; i++)
		if (prb_history_is_listed(&history->keys[i], at))
			history->keys[kept++] = history->keys[i];
	history->keys_count = kept;
}

/* ---- recording ---- */

void
prb_recorder_begin(struct prb_recorder *recorder, struct prb_state *state, int64_t now)
{
	*recorder = (struct prb_recorder){.now = now};
	prb_str_init(&recorder->entry, PRB_ENTRY_BYTES_MAX);
	prb_str_init(&recorder->bytes, RECORD_BYTES_MAX);
	recorder->err = prb_batch_create(state, &recorder->batch);
}

/* The entry stands in recorder->entry. */
static void
put(struct prb_recorder *recorder, struct prb_stored_system *stored)
{
	uint64_t sequence, log_index;

	stored->time_ms = recorder->now * 1000;
	stored->log_entry = prb_str_span(&recorder->entry);
	prb_str_reset(&recorder->bytes);
	if (recorder->err == PRB_OK && recorder->entry.failed)
		recorder->err = PRB_ERR_MEMORY;
	if (recorder->err == PRB_OK)
		recorder->err = prb_seal_system(stored, &recorder->bytes);
	if (recorder->err == PRB_OK && recorder->count++ == 0)
		recorder->err = prb_batch_begin(recorder->batch);
	if (recorder->err == PRB_OK)
		recorder->err = prb_batch_put_system(recorder->batch, stored,
			prb_str_span(&recorder->bytes), &sequence, &log_index);
	prb_str_reset(&recorder->entry);
}

void
prb_recorder_release(struct prb_recorder *recorder, const uint8_t sha256[PRB_SHA256_BYTES])
{
	struct prb_stored_system stored = {.kind = PRB_SYSTEM_RELEASE};

	memcpy(stored.hash, sha256, sizeof(stored.hash));
	prb_entry_write_release(recorder->now, sha256, &recorder->entry);
	put(recorder, &stored);
}

void
prb_recorder_method(
	struct prb_recorder *recorder, const uint8_t sha256[PRB_SHA256_BYTES], const char *version)
{
	struct prb_stored_system stored = {.kind = PRB_SYSTEM_METHOD};

	memcpy(stored.hash, sha256, sizeof(stored.hash));
	prb_entry_write_method(recorder->now, sha256, version, &recorder->entry);
	put(recorder, &stored);
}

void
prb_recorder_key(struct prb_recorder *recorder, const struct prb_issuer_key *key)
{
	struct prb_stored_system stored = {
		.kind = PRB_SYSTEM_KEY,
		.use = key->use,
		.standing = key->standing,
		.number = key->number,
		.expires = key->expires,
	};
	char multikey[PRB_MULTIKEY_BYTES];

	memcpy(stored.hash, key->public_key, sizeof(stored.hash));
	prb_key_public_multikey(key->public_key, multikey);
	prb_entry_write_key(recorder->now, multikey,
		prb_key_standing_word((enum prb_key_standing)key->standing),
		prb_key_use_word((enum prb_key_use)key->use), &recorder->entry);
	put(recorder, &stored);
}

enum prb_err
prb_recorder_commit(struct prb_recorder *recorder, struct prb_fault *fault)
{
	enum prb_err err = recorder->err;
	struct prb_fault why = {.err = PRB_OK};

	if (err == PRB_OK && recorder->count > 0)
		err = prb_batch_commit(recorder->batch, &why);
	if (err != PRB_OK && recorder->count > 0)
		prb_batch_abort(recorder->batch);
	prb_batch_destroy(recorder->batch);
	prb_str_finish(&recorder->entry);
	prb_str_finish(&recorder->bytes);
	if (err != PRB_OK)
		(void)prb_fault_set(fault, err, PRB_NO_OFFSET, NULL,
			"the keys, release and method in use cannot be recorded: %s",
			why.err != PRB_OK ? why.detail : prb_err_title(err));
	return err;
}
