/* SPDX-License-Identifier: Apache-2.0 */
#include "service/keys.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "scoring/log/checkpoint.h"
#include "scoring/model/reference.h"
#include "service/logging/logging.h"

/* ---- opening ---- */

static void
tell(const struct prb_key_slot *slot, const struct prb_key_opened *opened)
{
	const char *path = slot->place.path;

	if (opened->made)
		prb_say(PRB_LEVEL_NOTICE, "key_made", "a new %s key was made: %s",
			slot->use == PRB_USE_LOG ? "log" : "issuer", path);
	if (opened->finished)
		prb_say(PRB_LEVEL_NOTICE, "rotation_finished",
			"%s: a rotation that was cut is finished", path);
	if (opened->leftover)
		prb_say(PRB_LEVEL_WARNING, "rotation_left",
			"%s is left from a rotation that was cut before it counted: rotate again, "
			"or remove it",
			slot->next.path);
	if (!opened->is_sealed)
		prb_say(PRB_LEVEL_WARNING, "key_not_sealed",
			"%s is not sealed: probity keys seal %s", path, path);
}

static enum prb_err
open_slot(const struct prb_keys_options *options, enum prb_key_use use,
	const struct prb_passphrase *passphrase, bool may_make, const struct prb_history *history,
	struct prb_secret_key **out, struct prb_fault *fault)
{
	struct prb_key_slot slot;
	struct prb_key_opened opened;
	enum prb_err err = prb_key_slot_fill(options->dir, use, &slot, fault);

	if (err == PRB_OK)
		err = prb_key_slot_open(&slot, passphrase, history, may_make, out, &opened, fault);
	if (err == PRB_OK)
		tell(&slot, &opened);
	return err;
}

/* Every journal that has a record was written under an issuer's key. */
static enum prb_err
open_issuer_key(const struct prb_keys_options *options, const struct prb_passphrase *passphrase,
	struct prb_keys *keys, struct prb_fault *fault)
{
	struct prb_state_counts counts;
	enum prb_err err = prb_state_counts(options->state, &counts);

	if (err != PRB_OK)
		return prb_fault_set(fault, err, PRB_NO_OFFSET, NULL, "%s: %s", options->dir,
			prb_err_title(err));
	return open_slot(options, PRB_USE_ATTESTATION, passphrase, counts.records == 0,
		&keys->history, &keys->issuer, fault);
}

/* A state of an older version has records and no key for checkpoints: it never published one. */
static enum prb_err
open_log_key(const struct prb_keys_options *options, const struct prb_passphrase *passphrase,
	struct prb_keys *keys, struct prb_fault *fault)
{
	struct prb_str note;
	enum prb_err err;

	prb_str_init(&note, PRB_CHECKPOINT_BYTES_MAX);
	err = prb_checkpoint_kept(options->state, &note);
	prb_str_finish(&note);
	if (err != PRB_OK && err != PRB_ERR_NOT_FOUND)
		return prb_fault_set(fault, err, PRB_NO_OFFSET, NULL,
			"%s: the last published checkpoint cannot be read: %s", options->dir,
			prb_err_title(err));
	return open_slot(options, PRB_USE_LOG, passphrase, err == PRB_ERR_NOT_FOUND, &keys->history,
		&keys->log, fault);
}

static enum prb_err
check_locked(const struct prb_keys_options *options, const struct prb_keys *keys,
	struct prb_fault *fault)
{
	if (prb_secret_key_is_locked(keys->issuer) && prb_secret_key_is_locked(keys->log))
		return PRB_OK;
	if (options->require_mlock)
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"the keys cannot be kept out of swap (mlock was refused): raise the limit, "
			"or set [issuer] require_mlock = 0");
	prb_say(PRB_LEVEL_WARNING, "keys_not_locked",
		"the keys cannot be kept out of swap (mlock was refused)");
	return PRB_OK;
}

/* ---- recording ---- */

static void
record_key(struct prb_recorder *recorder, const struct prb_history *history, enum prb_key_use use,
	const struct prb_secret_key *key)
{
	struct prb_issuer_key record = {.use = (uint8_t)use,
		.standing = PRB_STANDING_IN_USE,
		.number = prb_history_next_number(history, use)};

	/* That it is the one in use was checked when it was opened. */
	if (prb_history_in_use(history, use) != NULL)
		return;
	prb_secret_key_public(key, record.public_key);
	prb_recorder_key(recorder, &record);
}

static bool
read_hash(const char *hex, uint8_t out[PRB_SHA256_BYTES])
{
	size_t n;

	return sodium_hex2bin(out, PRB_SHA256_BYTES, hex, strlen(hex), NULL, &n, NULL) == 0 &&
	       n == PRB_SHA256_BYTES;
}

/* What differs from what was recorded last; NULL where nothing was. */
static void
record_data(struct prb_recorder *recorder, const struct prb_reference *reference,
	const uint8_t release[PRB_SHA256_BYTES], const uint8_t method[PRB_SHA256_BYTES],
	const uint8_t *last_release, const uint8_t *last_method)
{
	if (last_release == NULL || memcmp(last_release, release, PRB_SHA256_BYTES) != 0)
		prb_recorder_release(recorder, release);
	if (last_method == NULL || memcmp(last_method, method, PRB_SHA256_BYTES) != 0)
		prb_recorder_method(recorder, method, reference->method_version);
}

static enum prb_err
read_hashes(const struct prb_reference *reference, uint8_t release[PRB_SHA256_BYTES],
	uint8_t method[PRB_SHA256_BYTES], struct prb_fault *fault)
{
	if (read_hash(reference->release, release) && read_hash(reference->method_sha256, method))
		return PRB_OK;
	return prb_fault_set(fault, PRB_ERR_RELEASE_DAMAGED, PRB_NO_OFFSET, NULL,
		"the hashes of the dataset release are no SHA-256: build it anew");
}

static enum prb_err
record_use(const struct prb_keys_options *options, struct prb_keys *keys, struct prb_fault *fault)
{
	const struct prb_history *history = &keys->history;
	uint8_t release[PRB_SHA256_BYTES], method[PRB_SHA256_BYTES];
	struct prb_recorder recorder;
	enum prb_err err = read_hashes(options->reference, release, method, fault);

	if (err != PRB_OK)
		return err;
	prb_recorder_begin(&recorder, options->state, options->now);
	record_data(&recorder, options->reference, release, method,
		history->has_release ? history->release : NULL,
		history->has_method ? history->method : NULL);
	record_key(&recorder, history, PRB_USE_ATTESTATION, keys->issuer);
	record_key(&recorder, history, PRB_USE_LOG, keys->log);
	return prb_recorder_commit(&recorder, fault);
}

enum prb_err
prb_keys_record_data(struct prb_state *state, const struct prb_reference *before,
	const struct prb_reference *now_used, int64_t now, struct prb_fault *fault)
{
	uint8_t last_release[PRB_SHA256_BYTES], last_method[PRB_SHA256_BYTES];
	uint8_t release[PRB_SHA256_BYTES], method[PRB_SHA256_BYTES];
	struct prb_recorder recorder;
	enum prb_err err = read_hashes(before, last_release, last_method, fault);

	if (err == PRB_OK)
		err = read_hashes(now_used, release, method, fault);
	if (err != PRB_OK)
		return err;
	prb_recorder_begin(&recorder, state, now);
	record_data(&recorder, now_used, release, method, last_release, last_method);
	return prb_recorder_commit(&recorder, fault);
}

enum prb_err
prb_keys_look(const char *dir, const char *passphrase_file, struct prb_fault *fault)
{
	static const enum prb_key_use uses[] = {PRB_USE_ATTESTATION, PRB_USE_LOG};
	struct prb_passphrase *passphrase = NULL;
	struct prb_key_slot slot;
	enum prb_err err = prb_passphrase_find(passphrase_file, &passphrase, fault);

	for (size_t i = 0; i < sizeof uses / sizeof uses[0] && err == PRB_OK; i++) {
		err = prb_key_slot_fill(dir, uses[i], &slot, fault);
		if (err == PRB_OK)
			err = prb_key_slot_look(&slot, passphrase, fault);
	}
	prb_passphrase_destroy(passphrase);
	return err;
}

enum prb_err
prb_keys_open(
	const struct prb_keys_options *options, struct prb_keys *keys, struct prb_fault *fault)
{
	/* Needed to open the keys alone, and gone before anybody connects. */
	struct prb_passphrase *passphrase = NULL;
	enum prb_err err = prb_passphrase_find(options->passphrase_file, &passphrase, fault);

	if (err == PRB_OK)
		err = prb_history_read(options->state, &keys->history, fault);
	if (err == PRB_OK)
		err = open_issuer_key(options, passphrase, keys, fault);
	if (err == PRB_OK)
		err = open_log_key(options, passphrase, keys, fault);
	prb_passphrase_destroy(passphrase);
	if (err == PRB_OK)
		err = check_locked(options, keys, fault);
	if (err == PRB_OK)
		err = record_use(options, keys, fault);
	if (err == PRB_OK)
		err = prb_history_read(options->state, &keys->history, fault);
	if (err == PRB_OK)
		prb_history_forget_ended(&keys->history, options->now);
	if (err == PRB_OK)
		keys->number = prb_history_in_use(&keys->history, PRB_USE_ATTESTATION)->number;
	return err;
}

void
prb_keys_close(struct prb_keys *keys)
{
	prb_secret_key_destroy(keys->issuer);
	prb_secret_key_destroy(keys->log);
}
