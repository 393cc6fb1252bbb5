/* SPDX-License-Identifier: Apache-2.0 */

/* Copies of a state: made beside a server, and brought back. */

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scoring/log/checkpoint.h"
#include "service/state/record.h"
#include "service/state/tables.h"

/* What the copy holds, which may be more than there was when copying began. */
static enum prb_err
count_copy(const char *dir, struct prb_state_counts *out, struct prb_fault *fault)
{
	char path[PRB_STATE_PATH_BYTES_MAX];
	enum prb_err err = prb_state_count_bare(dir, out, fault);

	if (prb_path_join(path, dir, PRB_DATA_LOCK_NAME, NULL))
		(void)unlink(path);
	return err;
}

/* LMDB makes its copy for everyone to read; the state's own is its owner's alone, and so is what
 * may be carried away from here. */
static enum prb_err
make_private(const char *dir, struct prb_fault *fault)
{
	char path[PRB_STATE_PATH_BYTES_MAX];

	if (!prb_path_join(path, dir, PRB_DATA_NAME, fault))
		return PRB_ERR_IO;
	return chmod(path, S_IRUSR | S_IWUSR) == 0
		       ? PRB_OK
		       : prb_file_failed(fault, path, "taking it from others", errno);
}

static enum prb_err
copy_environment(struct prb_state *state, const char *fresh, struct prb_fault *fault)
{
	int error = mdb_env_copy2(state->env, fresh, MDB_CP_COMPACT);

	/* LMDB's own errors are below zero and of the state; others are of where the copy goes. */
	if (error > 0)
		return prb_file_failed(fault, fresh, "copying the environment", error);
	if (error != 0)
		return prb_lmdb_failed(state, fault, "copying", error);
	if (make_private(fresh, fault) != PRB_OK)
		return PRB_ERR_IO;
	return prb_file_sync(fresh, PRB_DATA_NAME, fault);
}

/* The half-made folder that a fault names is gone when somebody reads it: what is in it came from
 * `source`. */
static void
name_source(struct prb_fault *fault, const char *fresh, const char *source)
{
	const char *at = fresh[0] != '\0' ? strstr(fault->detail, fresh) : NULL;
	char detail[sizeof(fault->detail)];

	if (!at)
		return;
	(void)snprintf(detail, sizeof(detail), "%.*s%s%s", (int)(at - fault->detail), fault->detail,
		source, at + strlen(fresh));
	memcpy(fault->detail, detail, sizeof(detail));
}

enum prb_err
prb_state_backup(const char *dir, const char *out_dir, struct prb_state_counts *counts,
	struct prb_fault *fault)
{
	const struct prb_state_options reading = {.read_only = true};
	char fresh[PRB_STATE_PATH_BYTES_MAX] = "";
	struct prb_state_counts found;
	struct prb_state *state = NULL;
	enum prb_err err = prb_state_open(dir, &reading, &state, fault);

	if (err == PRB_OK)
		err = prb_folder_fresh(out_dir, fresh, fault);
	/* Before the snapshot, so that it is never newer than what the snapshot holds. */
	if (err == PRB_OK)
		err = prb_checkpoint_carry(dir, fresh, fault);
	if (err == PRB_OK)
		err = copy_environment(state, fresh, fault);
	prb_state_close(state);
	if (err == PRB_OK) {
		err = count_copy(fresh, &found, fault);
		if (err != PRB_OK)
			name_source(fault, fresh, dir);
	}
	if (err == PRB_OK)
		err = prb_folder_name(fresh, out_dir, fault);
	if (err == PRB_OK)
		*counts = found;
	else
		prb_folder_drop(fresh);
	return err;
}

/* ---- bringing one back ---- */

/* Both must be there and be what they are said to be, before anything is made. */
static enum prb_err
check_parts(const char *backup_dir, const char *keyring_file, struct prb_fault *fault)
{
	struct prb_keyring *ring = NULL;
	bool there = false;
	struct prb_fault why = {.err = PRB_OK};
	enum prb_err err = prb_environment_check(backup_dir, &there, fault);

	if (err == PRB_OK && !there)
		return prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL,
			"%s: there is no backup in this folder: name one that `probity state "
			"backup` made, or that has the data.mdb of a stopped server",
			backup_dir);
	if (err != PRB_OK)
		return err;
	err = prb_keyring_read_file(keyring_file, &ring, &why);
	prb_keyring_destroy(ring);
	return err == PRB_OK ? PRB_OK
			     : prb_fault_set(fault, err, PRB_NO_OFFSET, NULL, "--keyring %s: %s",
				       keyring_file, why.detail);
}

static enum prb_err
copy_parts(const char *backup_dir, const char *keyring_file, const char *fresh,
	struct prb_fault *fault)
{
	enum prb_err err = prb_file_copy(backup_dir, fresh, PRB_DATA_NAME, fault);

	if (err == PRB_OK)
		err = prb_checkpoint_carry(backup_dir, fresh, fault);
	/* Last: it is what nobody else may find. */
	return err == PRB_OK ? prb_keyring_copy(keyring_file, fresh, fault) : err;
}

/* How many entries were promised to the world; 0 where that cannot be told, which verifying says.
 */
static uint64_t
promised(struct prb_state *state)
{
	struct prb_checkpoint kept = {.size = 0};
	struct prb_note note;
	struct prb_str text;
	bool read;

	prb_str_init(&text, PRB_CHECKPOINT_BYTES_MAX);
	read = prb_checkpoint_kept(state, &text) == PRB_OK &&
	       prb_note_read(prb_str_span(&text), &note, NULL) == PRB_OK &&
	       prb_checkpoint_read(note.text, &kept, NULL) == PRB_OK;
	prb_str_finish(&text);
	return read ? kept.size : 0;
}

/* A server that goes on from a shorter log than it has shown would contradict itself before
 * everyone who has seen the longer one. */
static enum prb_err
check_promise(struct prb_state *state, const char *backup_dir, struct prb_fault *fault)
{
	struct prb_state_counts counts;
	uint64_t size = promised(state);
	enum prb_err err = prb_state_counts(state, &counts);

	if (err != PRB_OK)
		return prb_fault_set(
			fault, err, PRB_NO_OFFSET, NULL, "%s: cannot be read", backup_dir);
	if (size <= counts.log_size)
		return PRB_OK;
	/* What can be done then is in probity-state(1), "RESTORING". */
	return prb_fault_set(fault, PRB_ERR_STATE_DAMAGED, PRB_NO_OFFSET, NULL,
		"%s: %" PRIu64 " entries of the log were published (checkpoint), and %" PRIu64
		" are in this backup: the others are lost with it, and going on from here would "
		"split the log. Bring back a newer backup; where there is none, see `man "
		"probity-state`, RESTORING",
		backup_dir, size, counts.log_size);
}

/* Brought up to this version, with the erasures finished that its journal holds; then read whole.
 */
static enum prb_err
settle_and_verify(const char *fresh, const char *backup_dir, const struct prb_state_restoring *how,
	void (*progress)(void *context, uint64_t done, uint64_t all), void *context,
	struct prb_state_counts *counts, struct prb_fault *fault)
{
	const struct prb_state_options writing = {.read_only = false},
				       reading = {.read_only = true};
	struct prb_state_reach reach;
	struct prb_state *state = NULL;
	uint64_t revoked = 0;
	enum prb_err err = prb_state_open(fresh, &writing, &state, fault);

	if (err == PRB_OK)
		err = check_promise(state, backup_dir, fault);
	if (err == PRB_OK)
		err = prb_state_reach(state, how->now_ms, &reach, fault);
	if (err == PRB_OK && how->revoke_by)
		err = prb_state_revoke_access(state, how->revoke_by, how->now_ms, &revoked, fault);
	prb_state_close(state);
	state = NULL;
	if (err == PRB_OK)
		err = prb_state_open(fresh, &reading, &state, fault);
	if (err == PRB_OK)
		err = prb_state_verify(state, progress, context, counts, fault);
	prb_state_close(state);
	if (err != PRB_OK)
		return err;
	counts->reach = reach;
	counts->revoked = revoked;
	return PRB_OK;
}

enum prb_err
prb_state_restore(const char *backup_dir, const char *keyring_file, const char *out_dir,
	const struct prb_state_restoring *how,
	void (*progress)(void *context, uint64_t done, uint64_t all), void *context,
	struct prb_state_counts *counts, struct prb_fault *fault)
{
	char fresh[PRB_STATE_PATH_BYTES_MAX] = "";
	struct prb_state_counts found;
	enum prb_err err;

	/* Before any state is opened: keys are read here into libsodium's memory. */
	if (sodium_init() < 0)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"%s: libsodium cannot be used", out_dir);
	err = check_parts(backup_dir, keyring_file, fault);
	if (err == PRB_OK)
		err = prb_folder_fresh(out_dir, fresh, fault);
	if (err == PRB_OK)
		err = copy_parts(backup_dir, keyring_file, fresh, fault);
	if (err == PRB_OK) {
		err = settle_and_verify(fresh, backup_dir, how, progress, context, &found, fault);
		if (err != PRB_OK)
			name_source(fault, fresh, backup_dir);
	}
	if (err == PRB_OK)
		err = prb_folder_name(fresh, out_dir, fault);
	if (err == PRB_OK)
		*counts = found;
	else
		prb_folder_drop(fresh);
	return err;
}
