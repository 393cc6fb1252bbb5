/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_MESSAGES_SEALED_H
#define PRB_MESSAGES_SEALED_H

/*
 * The bytes of a message (service/MESSAGES.md). A text is padded to one length (ISO/IEC 7816-4, as
 * libsodium's sodium_pad does it) and sealed by crypto_box_seal: X25519 with a key that is made for
 * this message and forgotten, XSalsa20-Poly1305. Whoever sealed it cannot open it again, and all
 * sealed messages are of one size.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/text.h"

/* Some 1,000 words of English, 500 of Arabic or Russian; with the seal a multiple of three bytes,
 * so that its base64url has no loose bits. */
#define PRB_MESSAGE_PADDED_BYTES 6144
#define PRB_MESSAGE_TEXT_BYTES_MAX (PRB_MESSAGE_PADDED_BYTES - 1)
#define PRB_MESSAGE_SEALED_BYTES (PRB_MESSAGE_PADDED_BYTES + 48) /* crypto_box_SEALBYTES */
#define PRB_MESSAGE_SEALED_CHARS (PRB_MESSAGE_SEALED_BYTES / 3 * 4)
#define PRB_MESSAGE_KEY_BYTES 32
#define PRB_MESSAGE_KEY_CHARS 43

/* A new pair of keys; the secret one is the caller's to wipe. */
void prb_message_keys(
	uint8_t public_key[PRB_MESSAGE_KEY_BYTES], uint8_t secret_key[PRB_MESSAGE_KEY_BYTES]);
/* The public key of a secret one. */
bool prb_message_public_key(
	const uint8_t secret_key[PRB_MESSAGE_KEY_BYTES], uint8_t public_key[PRB_MESSAGE_KEY_BYTES]);

/* What people compare, sixteen bytes of BLAKE2b of the public key, as the page shows them. */
#define PRB_MESSAGE_FINGERPRINT_BYTES 16
void prb_message_fingerprint(const uint8_t public_key[PRB_MESSAGE_KEY_BYTES],
	uint8_t out[PRB_MESSAGE_FINGERPRINT_BYTES]);

/* base64url without padding, and nothing else; *out is untouched on failure. */
bool prb_message_key_read(struct prb_span text, uint8_t out[PRB_MESSAGE_KEY_BYTES]);
void prb_message_key_write(
	const uint8_t key[PRB_MESSAGE_KEY_BYTES], char out[PRB_MESSAGE_KEY_CHARS + 1]);
bool prb_message_sealed_read(struct prb_span text, uint8_t out[PRB_MESSAGE_SEALED_BYTES]);
void prb_message_sealed_write(
	const uint8_t sealed[PRB_MESSAGE_SEALED_BYTES], char out[PRB_MESSAGE_SEALED_CHARS + 1]);

/* False where the text is empty or too long, or the key is none that can be sealed to. */
bool prb_message_seal(struct prb_span text, const uint8_t public_key[PRB_MESSAGE_KEY_BYTES],
	uint8_t out[PRB_MESSAGE_SEALED_BYTES]);
/*
 * Appends the text. False where it was sealed to another key, was changed, or holds no text in
 * UTF-8. What steers a terminal (control characters but line ends and tabs) is left out: a message
 * is from anybody.
 */
bool prb_message_open(const uint8_t sealed[PRB_MESSAGE_SEALED_BYTES],
	const uint8_t secret_key[PRB_MESSAGE_KEY_BYTES], struct prb_str *out);

#endif
