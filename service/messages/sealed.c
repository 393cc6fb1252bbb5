/* SPDX-License-Identifier: Apache-2.0 */
#include "service/messages/sealed.h"

#include <assert.h>
#include <sodium.h>

static_assert(PRB_MESSAGE_KEY_BYTES == crypto_box_PUBLICKEYBYTES, "the two are of one size");
static_assert(PRB_MESSAGE_KEY_BYTES == crypto_box_SECRETKEYBYTES, "the two are of one size");
static_assert(PRB_MESSAGE_SEALED_BYTES == PRB_MESSAGE_PADDED_BYTES + crypto_box_SEALBYTES,
	"a seal has this size");
static_assert(PRB_MESSAGE_SEALED_BYTES % 3 == 0, "base64url has no loose bits then");

#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

void
prb_message_keys(
	uint8_t public_key[PRB_MESSAGE_KEY_BYTES], uint8_t secret_key[PRB_MESSAGE_KEY_BYTES])
{
	(void)crypto_box_keypair(public_key, secret_key);
}

bool
prb_message_public_key(
	const uint8_t secret_key[PRB_MESSAGE_KEY_BYTES], uint8_t public_key[PRB_MESSAGE_KEY_BYTES])
{
	return crypto_scalarmult_base(public_key, secret_key) == 0;
}

void
prb_message_fingerprint(
	const uint8_t public_key[PRB_MESSAGE_KEY_BYTES], uint8_t out[PRB_MESSAGE_FINGERPRINT_BYTES])
{
	(void)crypto_generichash(
		out, PRB_MESSAGE_FINGERPRINT_BYTES, public_key, PRB_MESSAGE_KEY_BYTES, NULL, 0);
}

/* The whole text must be that many bytes. */
static bool
decode(struct prb_span text, uint8_t *out, size_t n, uint8_t *room)
{
	const char *end;
	size_t got;

	if (text.p == NULL ||
		sodium_base642bin(room, n, text.p, text.n, NULL, &got, &end, VARIANT) != 0 ||
		got != n || end != text.p + text.n)
		return false;
	memcpy(out, room, n);
	return true;
}

bool
prb_message_key_read(struct prb_span text, uint8_t out[PRB_MESSAGE_KEY_BYTES])
{
	uint8_t room[PRB_MESSAGE_KEY_BYTES];
	bool read = text.n == PRB_MESSAGE_KEY_CHARS && decode(text, out, sizeof room, room);

	sodium_memzero(room, sizeof room);
	return read;
}

void
prb_message_key_write(const uint8_t key[PRB_MESSAGE_KEY_BYTES], char out[PRB_MESSAGE_KEY_CHARS + 1])
{
	(void)sodium_bin2base64(
		out, PRB_MESSAGE_KEY_CHARS + 1, key, PRB_MESSAGE_KEY_BYTES, VARIANT);
}

bool
prb_message_sealed_read(struct prb_span text, uint8_t out[PRB_MESSAGE_SEALED_BYTES])
{
	uint8_t room[PRB_MESSAGE_SEALED_BYTES];

	return text.n == PRB_MESSAGE_SEALED_CHARS && decode(text, out, sizeof room, room);
}

void
prb_message_sealed_write(
	const uint8_t sealed[PRB_MESSAGE_SEALED_BYTES], char out[PRB_MESSAGE_SEALED_CHARS + 1])
{
	(void)sodium_bin2base64(
		out, PRB_MESSAGE_SEALED_CHARS + 1, sealed, PRB_MESSAGE_SEALED_BYTES, VARIANT);
}

bool
prb_message_seal(struct prb_span text, const uint8_t public_key[PRB_MESSAGE_KEY_BYTES],
	uint8_t out[PRB_MESSAGE_SEALED_BYTES])
{
	uint8_t padded[PRB_MESSAGE_PADDED_BYTES];
	size_t n;
	bool sealed;

	if (text.n == 0 || text.n > PRB_MESSAGE_TEXT_BYTES_MAX)
		return false;
	memcpy(padded, text.p, text.n);
	sealed = sodium_pad(&n, padded, text.n, PRB_MESSAGE_PADDED_BYTES, sizeof padded) == 0 &&
		 crypto_box_seal(out, padded, n, public_key) == 0;
	sodium_memzero(padded, sizeof padded);
	return sealed;
}

/* Unicode's category Cc but for what a text is laid out with, and what breaks lines or turns
 * text around. */
static bool
is_shown(uint32_t c)
{
	if (c == '\n' || c == '\t')
		return true;
	return c >= ' ' && (c < 0x7F || c >= 0xA0) && (c < 0x2028 || c > 0x202E) &&
	       (c < 0x2066 || c > 0x2069);
}

static bool
add_shown(const char *p, size_t n, struct prb_str *out)
{
	if (n == 0 || prb_utf8_check(p, n) != n)
		return false;
	for (size_t i = 0, used; i < n; i += used) {
		uint32_t c;

		used = prb_utf8_decode(p + i, n - i, &c);
		if (is_shown(c))
			prb_str_add(out, p + i, used);
	}
	return !out->failed;
}

bool
prb_message_open(const uint8_t sealed[PRB_MESSAGE_SEALED_BYTES],
	const uint8_t secret_key[PRB_MESSAGE_KEY_BYTES], struct prb_str *out)
{
	uint8_t padded[PRB_MESSAGE_PADDED_BYTES], public_key[PRB_MESSAGE_KEY_BYTES];
	size_t n;
	bool opened;

	opened = prb_message_public_key(secret_key, public_key) &&
		 crypto_box_seal_open(
			 padded, sealed, PRB_MESSAGE_SEALED_BYTES, public_key, secret_key) == 0 &&
		 sodium_unpad(&n, padded, sizeof padded, PRB_MESSAGE_PADDED_BYTES) == 0 &&
		 add_shown((const char *)padded, n, out);
	sodium_memzero(padded, sizeof padded);
	return opened;
}
