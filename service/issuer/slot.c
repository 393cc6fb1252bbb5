/* SPDX-License-Identifier: Apache-2.0 */
#include "service/issuer/slot.h"

#include <string.h>
#include <unistd.h>

#include "scoring/attest/credential.h"
#include "scoring/log/checkpoint.h"

static_assert(PRB_KEY_OVERLAP_SECONDS == (int64_t)PRB_CREDENTIAL_DAYS_MAX * 86400,
	"a retired key outlives what it signed");

/* Those of one use. */
struct names {
	const char *file, *next, *credential, *option;
};
static const struct names all_names[] = {
	[PRB_USE_ATTESTATION] = {"issuer.key", "issuer.key.next", PRB_CREDENTIAL_ISSUER_KEY, ""},
	[PRB_USE_LOG] = {"log.key", "log.key.next", PRB_CREDENTIAL_LOG_KEY, " --log"},
};

enum prb_err
prb_key_slot_fill(
	const char *dir, enum prb_key_use use, struct prb_key_slot *out, struct prb_fault *fault)
{
	const struct names *names = &all_names[use];
	struct prb_key_slot slot = {.use = use};

	if (!prb_secret_place_set(&slot.file, dir, names->file, fault) ||
		!prb_secret_place_set(&slot.next, dir, names->next, fault))
		return PRB_ERR_KEY;
	if (!prb_credential_find(names->credential, &slot.place))
		slot.place = slot.file;
	*out = slot;
	return PRB_OK;
}

static bool
is_there(const struct prb_secret_place *place)
{
	return access(place->path, F_OK) == 0;
}

/* Whether it holds the key in use; false too where it cannot be read. */
static bool
holds(const struct prb_secret_place *place, const struct prb_issuer_key *key)
{
	uint8_t public_key[PRB_KEY_PUBLIC_BYTES];

	return prb_keyfile_public(place, public_key, NULL, NULL) == PRB_OK &&
	       memcmp(public_key, key->public_key, sizeof(public_key)) == 0;
}

/* ---- opening ---- */

/* A rotation that was cut between the journal and the renaming: what the journal says is done. */
static enum prb_err
finish_rotation(const struct prb_key_slot *slot, const struct prb_issuer_key *in_use,
	bool *finished, struct prb_fault *fault)
{
	enum prb_err err;

	if (in_use == NULL || !holds(&slot->next, in_use) || holds(&slot->file, in_use))
		return PRB_OK;
	err = prb_keyfile_replace(slot->next.path, slot->file.path, fault);
	*finished = err == PRB_OK;
	return err;
}

static enum prb_err
check_in_use(const struct prb_key_slot *slot, const struct prb_history *history,
	const struct prb_secret_key *key, struct prb_fault *fault)
{
	const struct prb_issuer_key *in_use = prb_history_in_use(history, slot->use), *known;
	char multikey[PRB_MULTIKEY_BYTES];
	uint8_t public_key[PRB_KEY_PUBLIC_BYTES];

	prb_secret_key_public(key, public_key);
	if (in_use == NULL || memcmp(in_use->public_key, public_key, sizeof(public_key)) == 0)
		return PRB_OK;
	known = prb_history_find(history, slot->use, public_key);
	prb_key_public_multikey(in_use->public_key, multikey);
	return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
		"%s: this key %s; the journal says that %s is in use: put that one there, or take "
		"a "
		"new one with `probity keys rotate%s`",
		slot->place.path,
		known == NULL                             ? "is not known to the journal"
		: known->standing == PRB_STANDING_REVOKED ? "was revoked"
							  : "was retired",
		multikey, all_names[slot->use].option);
}

/* There is no key where it should be. */
static enum prb_err
missing(const struct prb_key_slot *slot, const struct prb_issuer_key *in_use,
	struct prb_fault *fault)
{
	const char *what = slot->use == PRB_USE_LOG ? "checkpoints" : "attestations";

	if (in_use != NULL)
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"%s is gone, and %s were signed with it: restore it from a backup, or take "
			"a "
			"new one with `probity keys rotate%s`",
			slot->file.path, what, all_names[slot->use].option);
	/* Of a version that recorded no keys: nothing says which one it was. */
	return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
		"%s is gone, and %s were signed with it: restore it from a backup, or take another "
		"identity with `probity keys new --out %s`",
		slot->file.path, what, slot->file.path);
}

enum prb_err
prb_key_slot_open(const struct prb_key_slot *slot, const struct prb_passphrase *passphrase,
	const struct prb_history *history, bool may_make, struct prb_secret_key **out,
	struct prb_key_opened *opened, struct prb_fault *fault)
{
	const struct prb_issuer_key *in_use = prb_history_in_use(history, slot->use);
	struct prb_key_opened met = {.made = false};
	struct prb_secret_key *key = NULL;
	enum prb_err err = PRB_OK;

	if (!slot->place.is_credential)
		err = finish_rotation(slot, in_use, &met.finished, fault);
	if (err != PRB_OK)
		return err;
	if (is_there(&slot->place))
		err = prb_keyfile_open(&slot->place, passphrase, &key, &met.is_sealed, fault);
	else if (in_use != NULL || !may_make)
		err = missing(slot, in_use, fault);
	else {
		err = prb_keyfile_create(slot->place.path, passphrase, &key, fault);
		met.made = err == PRB_OK;
		met.is_sealed = passphrase != NULL;
	}
	if (err == PRB_OK)
		err = check_in_use(slot, history, key, fault);
	if (err != PRB_OK) {
		prb_secret_key_destroy(key);
		return err;
	}
	met.leftover = is_there(&slot->next);
	*out = key;
	*opened = met;
	return PRB_OK;
}

enum prb_err
prb_key_slot_look(const struct prb_key_slot *slot, const struct prb_passphrase *passphrase,
	struct prb_fault *fault)
{
	uint8_t public_key[PRB_KEY_PUBLIC_BYTES];
	struct prb_secret_key *key = NULL;
	bool is_sealed = false;
	enum prb_err err;

	if (!is_there(&slot->place))
		return PRB_OK;
	err = prb_keyfile_public(&slot->place, public_key, &is_sealed, fault);
	if (err == PRB_OK && is_sealed && passphrase == NULL) {
		err = prb_keyfile_open(&slot->place, NULL, &key, NULL, fault);
		prb_secret_key_destroy(key);
	}
	return err;
}

/* ---- rotating ---- */

/* The key that is to go; *recorded: the journal knows it. */
static enum prb_err
find_old(const struct prb_key_slot *slot, const struct prb_history *history,
	struct prb_issuer_key *old, bool *recorded, struct prb_fault *fault)
{
	const struct prb_issuer_key *in_use = prb_history_in_use(history, slot->use);
	struct prb_issuer_key found = {
		.use = (uint8_t)slot->use, .standing = PRB_STANDING_IN_USE, .number = 1};
	enum prb_err err;

	*recorded = in_use != NULL;
	if (in_use == NULL && !is_there(&slot->file))
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"%s is not there and the journal knows no key: the server makes one at its "
			"next start",
			slot->file.path);
	if (in_use != NULL)
		found = *in_use;
	if (is_there(&slot->file)) {
		uint8_t public_key[PRB_KEY_PUBLIC_BYTES];

		err = prb_keyfile_public(&slot->file, public_key, NULL, fault);
		if (err != PRB_OK)
			return err;
		if (in_use != NULL && memcmp(public_key, in_use->public_key, 32) != 0)
			return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
				"%s: not the key that the journal says is in use: move the file "
				"away first, since it would be replaced",
				slot->file.path);
		memcpy(found.public_key, public_key, sizeof(public_key));
	}
	*old = found;
	return PRB_OK;
}

/* A key that must go can always go: what is refused below the ceiling is rotating for its own sake,
 * and that only as long as the DID document would outgrow what readers take. */
static enum prb_err
check_room(const struct prb_history *history, const struct prb_rotation *r, bool recorded,
	struct prb_fault *fault)
{
	size_t listed = 0;

	for (size_t i = 0; i < history->keys_count; i++)
		listed += prb_history_is_listed(&history->keys[i], r->now);
	if (!r->compromised && listed >= PRB_KEYS_LISTED_MAX)
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"the DID document lists %zu keys, and there is no room for another until "
			"what an earlier one signed has ended; a key that was stolen is replaced "
			"all the same, with --compromised",
			listed);
	if (history->keys_count + (recorded ? 1 : 2) > PRB_ISSUER_KEYS_MAX)
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"the journal holds %d keys, and there is no room for another",
			PRB_ISSUER_KEYS_MAX);
	return PRB_OK;
}

/* A passphrase that does not open the old key is a slip of the fingers, and none where the old one
 * is sealed would leave the new one open without anybody having asked for that. */
static enum prb_err
check_passphrase(const struct prb_key_slot *slot, const struct prb_passphrase *passphrase,
	struct prb_fault *fault)
{
	struct prb_secret_key *key = NULL;
	enum prb_err err;

	if (!is_there(&slot->file))
		return PRB_OK;
	err = prb_keyfile_open(&slot->file, passphrase, &key, NULL, fault);
	prb_secret_key_destroy(key);
	return err;
}

static enum prb_err
record(struct prb_state *state, const struct prb_rotation *r, bool recorded,
	struct prb_fault *fault)
{
	struct prb_issuer_key was = r->before;
	struct prb_recorder recorder;

	prb_recorder_begin(&recorder, state, r->now);
	if (!recorded) {
		was.standing = PRB_STANDING_IN_USE;
		was.expires = 0;
		prb_recorder_key(&recorder, &was);
	}
	prb_recorder_key(&recorder, &r->before);
	prb_recorder_key(&recorder, &r->after);
	return prb_recorder_commit(&recorder, fault);
}

/* Origins of checkpoints are their first lines. */
static void
read_origin(struct prb_state *state, char *out, size_t room)
{
	struct prb_str note;
	size_t n = 0;

	out[0] = '\0';
	prb_str_init(&note, PRB_CHECKPOINT_BYTES_MAX);
	if (prb_checkpoint_kept(state, &note) == PRB_OK)
		while (n < note.n && n + 1 < room && note.p[n] != '\n')
			n++;
	if (n > 0)
		memcpy(out, note.p, n);
	out[n] = '\0';
	prb_str_finish(&note);
}

/* The files and the journal, in the order that opening relies on. */
static enum prb_err
replace(struct prb_state *state, const struct prb_key_slot *slot, const struct prb_history *history,
	struct prb_rotation *r, bool recorded, struct prb_fault *fault)
{
	struct prb_secret_key *key = NULL;
	enum prb_err err;

	r->after = (struct prb_issuer_key){.use = (uint8_t)slot->use,
		.standing = PRB_STANDING_IN_USE,
		.number = recorded ? prb_history_next_number(history, slot->use) : 2,
		.since = r->now};
	/* Left by a rotation that was cut before the journal: nothing was signed with it. */
	(void)unlink(slot->next.path);
	err = prb_keyfile_create(slot->next.path, r->passphrase, &key, fault);
	if (err != PRB_OK)
		return err;
	prb_secret_key_public(key, r->after.public_key);
	prb_secret_key_destroy(key);
	r->before.standing = r->compromised ? PRB_STANDING_REVOKED : PRB_STANDING_RETIRED;
	r->before.since = r->now;
	r->before.expires =
		r->compromised || slot->use == PRB_USE_LOG ? 0 : r->now + PRB_KEY_OVERLAP_SECONDS;
	/* After a failure the new file stays: a commit that failed may be on the disk all the
	 * same, and then it is the only copy of the key in use. */
	err = record(state, r, recorded, fault);
	if (err == PRB_OK)
		err = prb_keyfile_replace(slot->next.path, slot->file.path, fault);
	return err;
}

static enum prb_err
rotate(struct prb_state *state, const struct prb_key_slot *slot, struct prb_rotation *r,
	struct prb_fault *fault)
{
	const struct prb_issuer_key *in_use;
	struct prb_history history;
	bool recorded = false;
	enum prb_err err = prb_history_read(state, &history, fault);

	if (err != PRB_OK)
		return err;
	in_use = prb_history_in_use(&history, slot->use);
	err = finish_rotation(slot, in_use, &r->finished, fault);
	if (err == PRB_OK)
		err = find_old(slot, &history, &r->before, &recorded, fault);
	if (err == PRB_OK && r->finished)
		r->after = r->before;
	if (err != PRB_OK || r->finished)
		return err;
	err = check_room(&history, r, recorded, fault);
	if (err == PRB_OK)
		err = check_passphrase(slot, r->passphrase, fault);
	if (err == PRB_OK && r->compromised && r->use == PRB_USE_ATTESTATION)
		err = prb_revoke_signed(state, &r->before, r->now, r->revoked, r->context,
			&r->revoked_count, fault);
	if (err == PRB_OK)
		err = replace(state, slot, &history, r, recorded, fault);
	return err;
}

enum prb_err
prb_rotate(struct prb_rotation *rotation, struct prb_fault *fault)
{
	const struct prb_state_options options = {.create = false};
	struct prb_rotation made = *rotation;
	struct prb_state *state = NULL;
	struct prb_key_slot slot;
	enum prb_err err = prb_key_slot_fill(made.dir, made.use, &slot, fault);

	if (err == PRB_OK)
		err = prb_state_open(made.dir, &options, &state, fault);
	if (err != PRB_OK)
		return err;
	err = rotate(state, &slot, &made, fault);
	if (err == PRB_OK) {
		memcpy(made.file, slot.file.path, sizeof(made.file));
		read_origin(state, made.origin, sizeof(made.origin));
		*rotation = made;
	}
	prb_state_close(state);
	return err;
}
