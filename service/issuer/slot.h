/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ISSUER_SLOT_H
#define PRB_ISSUER_SLOT_H

/*
 * The two keys of a server, each in its slot: STATE/issuer.key signs attestations, STATE/log.key
 * checkpoints. A credential of the service manager stands before the file.
 *
 * Which key is in use is what the journal says. A rotation writes the new key beside the old one
 * (NAME.next), then the journal, then puts it in the old one's place; where it was cut behind the
 * journal, opening finishes it.
 */

#include "scoring/log/note.h"
#include "service/issuer/history.h"
#include "service/issuer/keyfile.h"
#include "service/issuer/revoke.h"

struct prb_key_slot {
	enum prb_key_use use;
	struct prb_secret_place place;      /* what is opened */
	struct prb_secret_place file, next; /* in the state's folder */
};

/* dir: the state's folder. PRB_ERR_KEY where its path is too long. */
enum prb_err prb_key_slot_fill(
	const char *dir, enum prb_key_use use, struct prb_key_slot *out, struct prb_fault *fault);

/* What was met on the way, for whoever tells the operator. */
struct prb_key_opened {
	bool made;     /* there was none yet */
	bool finished; /* a rotation that was cut */
	bool leftover; /* NAME.next is there, and the journal does not know its key */
	bool is_sealed;
};

/*
 * Opens the key in use. may_make: nothing was ever signed with one, so that a new one may be made
 * where there is none (sealed where there is a passphrase). PRB_ERR_KEY with what to do where the
 * file is gone, or holds another key than the journal says.
 */
enum prb_err prb_key_slot_open(const struct prb_key_slot *slot,
	const struct prb_passphrase *passphrase, const struct prb_history *history, bool may_make,
	struct prb_secret_key **out, struct prb_key_opened *opened, struct prb_fault *fault);

/* Whether the file can be read, holds a key, and has the passphrase that it needs, as far as
 * opening refuses that: neither is it unsealed, which takes long, nor held against the journal.
 * PRB_OK too where there is none. */
enum prb_err prb_key_slot_look(const struct prb_key_slot *slot,
	const struct prb_passphrase *passphrase, struct prb_fault *fault);

struct prb_rotation {
	/* Asked. */
	const char *dir;
	enum prb_key_use use;
	bool compromised;
	const struct prb_passphrase *passphrase; /* NULL: the new key is not sealed */
	int64_t now;                             /* seconds since 1970, UTC */
	prb_revoked_fn revoked;                  /* compromised; may be NULL */
	void *context;
	/* Told. */
	bool finished; /* an earlier one that was cut was finished, and nothing else was done */
	struct prb_issuer_key before, after;
	uint64_t revoked_count;               /* attestations */
	char file[PRB_SECRET_PATH_BYTES_MAX]; /* where the new key lies */
	char origin[PRB_NOTE_NAME_BYTES_MAX]; /* of the last published checkpoint; "" where there is
						 none */
};

/*
 * Takes a new key into use: beside a stopped server alone (PRB_ERR_STATE_IN_USE). The old secret is
 * gone then. It is not needed, so that a key that was lost can be rotated too: its file must be
 * away, and the journal must know it. Of a compromised issuer's key all attestations that stand are
 * revoked before it is replaced, so that a rotation that was cut there and begun again goes on.
 */
enum prb_err prb_rotate(struct prb_rotation *rotation, struct prb_fault *fault);

#endif
