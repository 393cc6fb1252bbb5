/* SPDX-License-Identifier: Apache-2.0 */
/* `probity keys rotate` and `revoke`: the keys of a stopped server, and who must hear of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/cli/cli.h"
#include "clients/cli/keys.h"
#include "clients/cli/passphrase.h"
#include "scoring/attest/proof.h"
#include "scoring/log/note.h"
#include "service/issuer/slot.h"

#define STATE_DEFAULT "./probity-state"
#define NOBODYS_ORIGIN "probity.invalid/"

/* Asked for on a terminal only where the old key is sealed. */
static enum prb_err
find_passphrase(const struct prb_keys_arguments *a, enum prb_key_use use,
	struct prb_passphrase **out, struct prb_fault *fault)
{
	uint8_t public_key[PRB_KEY_PUBLIC_BYTES];
	struct prb_key_slot slot;
	bool is_sealed = false;
	enum prb_err err = prb_key_slot_fill(a->state, use, &slot, fault);

	if (err != PRB_OK)
		return err;
	/* What is wrong with the file is said by the rotation itself. */
	(void)prb_keyfile_public(&slot.file, public_key, &is_sealed, NULL);
	return prb_cli_passphrase(
		a->passphrase_file, is_sealed ? PRB_ASK_ONCE : PRB_ASK_NEVER, out, fault);
}

/* One line for each, so that a program can have them attested anew. */
static void
print_revoked(void *context, const struct prb_id *attestation)
{
	char text[PRB_UUID_BYTES];

	(void)context;
	prb_id_text(attestation, text);
	printf("revoked   %s\n", text);
}

/* What a key that may be in other hands comes to for others. */
static void
say_compromised(uint64_t count)
{
	prb_cli_say("%llu attestations that the key signed are revoked (key_compromised), in their "
		    "status lists and in the log: attest anew what is true",
		(unsigned long long)count);
	prb_cli_say("with did:web all that the key signed fails where the DID document is asked; a "
		    "did:key cannot be revoked, and the status lists of its attestations are "
		    "signed by another DID from now on, so that who asks for a status is told "
		    "that it fails: tell whoever relies on it and asks for none");
}

/* The log's new verifier key. A name that was made of the key changes with it. */
static void
print_verifier_key(const struct prb_rotation *r, const char *multikey)
{
	struct prb_note_key key;
	struct prb_str text;
	char name[PRB_NOTE_NAME_BYTES_MAX];

	if (strncmp(r->origin, NOBODYS_ORIGIN, strlen(NOBODYS_ORIGIN)) == 0)
		(void)snprintf(name, sizeof(name), NOBODYS_ORIGIN "%s", multikey);
	else
		(void)snprintf(name, sizeof(name), "%s", r->origin);
	if (prb_note_key_fill(name, PRB_NOTE_ED25519, r->after.public_key, &key, NULL) != PRB_OK)
		return;
	prb_str_init(&text, PRB_NOTE_VKEY_BYTES_MAX);
	prb_note_key_write(&key, &text);
	if (!text.failed)
		printf("verifier  %s\n", text.p);
	prb_str_finish(&text);
}

static void
print_rotation(const struct prb_rotation *r)
{
	char before[PRB_MULTIKEY_BYTES], after[PRB_MULTIKEY_BYTES], until[PRB_TIMESTAMP_BYTES];
	bool is_log = r->use == PRB_USE_LOG;

	prb_key_public_multikey(r->before.public_key, before);
	prb_key_public_multikey(r->after.public_key, after);
	printf("file      %s\nnew key   %s, number %u\n", r->file, after,
		(unsigned)r->after.number);
	if (r->finished)
		return;
	if (r->before.expires != 0) {
		prb_timestamp_format(r->before.expires, until);
		printf("old key   %s, retired, listed until %s\n", before, until);
	} else {
		printf("old key   %s, %s\n", before,
			prb_key_standing_word((enum prb_key_standing)r->before.standing));
	}
	if (is_log)
		print_verifier_key(r, after);
	else
		printf("did:key   did:key:%s\n", after);
}

/* What follows from it, for people: on standard error, so that the rest can be read by programs. */
static void
say_what_follows(const struct prb_rotation *r, bool is_sealed)
{
	if (r->finished) {
		prb_cli_say("a rotation that was cut is finished; for another one run this again");
		return;
	}
	if (!is_sealed)
		prb_cli_say("%s is not sealed: probity keys seal %s", r->file, r->file);
	if (r->use == PRB_USE_LOG)
		prb_cli_say("witnesses and whoever watches the log know the old verifier key: give "
			    "them the new one; checkpoints signed before verify under the old one");
	else if (r->compromised)
		say_compromised(r->revoked_count);
	else
		prb_cli_say(
			"attestations signed before stay checkable: with did:web under the old "
			"key in the DID document; a did:key is its key, so there the issuer has "
			"another DID from now on");
	if (r->use == PRB_USE_ATTESTATION)
		prb_cli_say("others may keep the DID document for five minutes: what the new key "
			    "signs in that time may fail with them until they fetch it again");
	prb_cli_say(
		"keep a copy of the new file in a safe place; where a credential of the service "
		"manager holds the key, renew it");
}

int
prb_keys_rotate(const struct prb_keys_arguments *a)
{
	struct prb_rotation rotation = {.dir = a->state != NULL ? a->state : STATE_DEFAULT,
		.use = a->log ? PRB_USE_LOG : PRB_USE_ATTESTATION,
		.compromised = a->compromised,
		.revoked = print_revoked};
	struct prb_keys_arguments asked = *a;
	struct prb_passphrase *passphrase = NULL;
	struct prb_fault fault;
	enum prb_err err;

	if (!prb_cli_now(&rotation.now))
		return PRB_EXIT_FAILED;
	asked.state = rotation.dir;
	err = find_passphrase(&asked, rotation.use, &passphrase, &fault);
	rotation.passphrase = passphrase;
	if (err == PRB_OK)
		err = prb_rotate(&rotation, &fault);
	if (err == PRB_OK) {
		print_rotation(&rotation);
		say_what_follows(&rotation, passphrase != NULL);
	} else {
		prb_cli_say("%s", fault.detail);
	}
	prb_passphrase_destroy(passphrase);
	return err == PRB_OK && prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

int
prb_keys_revoke(const struct prb_keys_arguments *a)
{
	struct prb_key_revocation r = {.dir = a->state != NULL ? a->state : STATE_DEFAULT,
		.use = a->log ? PRB_USE_LOG : PRB_USE_ATTESTATION,
		.number = a->number,
		.revoked = print_revoked};
	char multikey[PRB_MULTIKEY_BYTES];
	struct prb_fault fault;

	if (!prb_cli_now(&r.now))
		return PRB_EXIT_FAILED;
	if (prb_key_revoke(&r, &fault) != PRB_OK) {
		prb_cli_say("%s", fault.detail);
		return PRB_EXIT_FAILED;
	}
	prb_key_public_multikey(r.key.public_key, multikey);
	printf("old key   %s, number %u, revoked\n", multikey, (unsigned)r.key.number);
	if (r.again)
		prb_cli_say("the key was revoked before");
	if (!a->log)
		say_compromised(r.count);
	else
		prb_cli_say("with it anybody can sign checkpoints and receipts in the log's name: "
			    "tell witnesses and whoever pinned it to trust its verifier key no "
			    "more");
	return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}
