/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ISSUER_REVOKE_H
#define PRB_ISSUER_REVOKE_H

/*
 * What follows from a key that may be in other hands: each attestation that it signed and that
 * stands is revoked for good, with reason `key_compromised`, as if its owner had done so: a bit in
 * its status list and a leaf of the log, so that it fails also for whoever looks at nothing else.
 * Beside a stopped server alone.
 */

#include "service/issuer/history.h"

/* Told of each attestation as soon as its revocation is safely on the disk. */
typedef void (*prb_revoked_fn)(void *context, const struct prb_id *attestation);

/*
 * Revokes what the key signed, a thousand at a time; *count (so many) is right after a failure too,
 * and whoever begins again goes on where it ended. now: seconds since 1970, UTC. Which key signed
 * is what the proof's verificationMethod says behind its '#': the key's Multikey or key-NUMBER.
 * What was erased is passed over: nobody can say what it was, nor seal anything about it.
 */
enum prb_err prb_revoke_signed(struct prb_state *state, const struct prb_issuer_key *key,
	int64_t now, prb_revoked_fn revoked, void *context, uint64_t *count,
	struct prb_fault *fault);

struct prb_key_revocation {
	/* Asked. */
	const char *dir;
	enum prb_key_use use;
	uint32_t number; /* of a key that is in use no longer */
	int64_t now;
	prb_revoked_fn revoked; /* may be NULL */
	void *context;
	/* Told. */
	struct prb_issuer_key key;
	bool again;     /* it was revoked before: what was left of its attestations is now */
	uint64_t count; /* attestations revoked; right after a failure too */
};

/* PRB_ERR_KEY with what to do where there is no such key, or where it is the one in use. */
enum prb_err prb_key_revoke(struct prb_key_revocation *revocation, struct prb_fault *fault);

#endif
