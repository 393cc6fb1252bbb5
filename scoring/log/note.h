/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LOG_NOTE_H
#define PRB_LOG_NOTE_H

/*
 * Signed notes (C2SP signed-note v1.0.0): a text that ends in a newline, an empty line, and lines
 * "— NAME BASE64(key id || signature)". Signatures by unknown keys are passed over; a bad one by a
 * known key fails the whole note.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/fault.h"
#include "scoring/base/hash.h"
#include "scoring/base/text.h"

#define PRB_NOTE_BYTES_MAX (64 * 1024)
#define PRB_NOTE_SIGNATURES_MAX 64
#define PRB_NOTE_NAME_BYTES_MAX 320 /* with NUL */
#define PRB_NOTE_KEY_ID_BYTES 4
#define PRB_NOTE_VKEY_BYTES_MAX (PRB_NOTE_NAME_BYTES_MAX + 64)
#define PRB_NOTE_PUBLIC_BYTES 32
#define PRB_NOTE_SIGNATURE_BYTES 64
#define PRB_NOTE_COSIGNATURE_BYTES 72          /* time, 8 bytes big-endian, before the signature */
#define PRB_NOTE_COSIGNED_BYTES_MAX (8 * 1024) /* of the text of a checkpoint */

enum prb_note_algorithm {
	PRB_NOTE_ED25519 = 1,
	PRB_NOTE_COSIGNATURE = 4, /* C2SP tlog-cosignature, cosignature/v1 */
};

/* Who signs: name, key id and public key, as a verifier key says it. Plain memory. */
struct prb_note_key {
	char name[PRB_NOTE_NAME_BYTES_MAX];
	uint8_t id[PRB_NOTE_KEY_ID_BYTES];
	uint8_t algorithm; /* enum prb_note_algorithm */
	uint8_t public_key[PRB_NOTE_PUBLIC_BYTES];
};

/* PRB_ERR_KEY where the name cannot be one (empty, blanks, plus, not UTF-8, too long). */
enum prb_err prb_note_key_fill(const char *name, enum prb_note_algorithm algorithm,
	const uint8_t public_key[PRB_NOTE_PUBLIC_BYTES], struct prb_note_key *out,
	struct prb_fault *fault);
/* "NAME+HEX+BASE64": the key id must be that of name and key. Blanks around it are cut. */
enum prb_err prb_note_key_read(
	struct prb_span vkey, struct prb_note_key *out, struct prb_fault *fault);
void prb_note_key_write(const struct prb_note_key *key, struct prb_str *out); /* appends */

/* Appends one signature line for `text`, which must end in a newline (asserted). secret_key:
 * libsodium's 64 bytes. time: seconds since 1970, for a cosignature alone, whose text is at most
 * PRB_NOTE_COSIGNED_BYTES_MAX long; failure shows in out. */
void prb_note_sign(struct prb_span text, const struct prb_note_key *key, const uint8_t *secret_key,
	int64_t time, struct prb_str *out);

struct prb_note_signature {
	struct prb_span name;
	uint8_t id[PRB_NOTE_KEY_ID_BYTES];
	uint8_t bytes[PRB_NOTE_COSIGNATURE_BYTES];
	size_t n;             /* of bytes, without the key id; 0: longer than any kind known here */
	struct prb_span line; /* the whole line with its newline */
};

struct prb_note {
	struct prb_span text; /* with its last newline, without the empty line */
	size_t count;
	struct prb_note_signature signatures[PRB_NOTE_SIGNATURES_MAX];
};

/* Reads the form alone; spans are borrowed. PRB_ERR_TOO_LARGE, or PRB_ERR_VALUE with what is
 * wrong. */
enum prb_err prb_note_read(struct prb_span bytes, struct prb_note *out, struct prb_fault *fault);
enum prb_note_verdict {
	PRB_NOTE_UNKNOWN, /* no signature by that key */
	PRB_NOTE_GOOD,
	PRB_NOTE_BAD, /* one by that key that does not hold */
};
/* time: when it was cosigned, written where it is good and the key is a witness's; NULL where that
 * is not wanted. */
enum prb_note_verdict prb_note_check(
	const struct prb_note *note, const struct prb_note_key *key, int64_t *time);

#endif
