/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/attest/key.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

#include "scoring/attest/multibase_digits.h"

/* Multikey's two bytes in front of an Ed25519 key (Controlled Identifiers 1.0, section 2.2.2). */
static const uint8_t public_prefix[2] = {0xED, 0x01};
static const uint8_t secret_prefix[2] = {0x80, 0x26};

#define KEY_BYTES 32
static_assert(PRB_KEY_SEED_BYTES == KEY_BYTES, "seeds and public keys are of one length");
static_assert(PRB_KEY_PUBLIC_BYTES == KEY_BYTES, "seeds and public keys are of one length");

/* Wiped even where the key is public: one way for both. */
static void
write_multikey(const uint8_t prefix[2], const uint8_t key[KEY_BYTES], char out[PRB_MULTIKEY_BYTES])
{
	char digits[PRB_BASE58BTC_DIGITS_MAX + PRB_MULTIBASE_BYTES_MAX];
	uint8_t bytes[2 + KEY_BYTES];
	size_t n;

	memcpy(bytes, prefix, 2);
	memcpy(bytes + 2, key, KEY_BYTES);
	n = prb_base58btc_digits(bytes, sizeof(bytes), digits);
	assert(n + 2 <= PRB_MULTIKEY_BYTES);
	out[0] = 'z';
	memcpy(out + 1, digits, n);
	out[n + 1] = '\0';
	sodium_memzero(digits, sizeof(digits));
	sodium_memzero(bytes, sizeof(bytes));
}

static bool
read_multikey(const uint8_t prefix[2], struct prb_span text, uint8_t key[KEY_BYTES])
{
	uint8_t bytes[2 + KEY_BYTES];
	bool read = false;

	if (text.n < 2 || text.n >= PRB_MULTIKEY_BYTES || text.p[0] != 'z')
		return false;
	if (prb_base58btc_decode((struct prb_span){text.p + 1, text.n - 1}, bytes, sizeof(bytes)) ==
			sizeof(bytes) &&
		memcmp(bytes, prefix, 2) == 0) {
		memcpy(key, bytes + 2, KEY_BYTES);
		read = true;
	}
	sodium_memzero(bytes, sizeof(bytes));
	return read;
}

void
prb_key_public_multikey(
	const uint8_t public_key[PRB_KEY_PUBLIC_BYTES], char out[PRB_MULTIKEY_BYTES])
{
	write_multikey(public_prefix, public_key, out);
}

bool
prb_key_public_read(struct prb_span multikey, uint8_t public_key[PRB_KEY_PUBLIC_BYTES])
{
	return read_multikey(public_prefix, multikey, public_key);
}

void
prb_key_seed_multikey(const uint8_t seed[PRB_KEY_SEED_BYTES], char out[PRB_MULTIKEY_BYTES])
{
	write_multikey(secret_prefix, seed, out);
}

bool
prb_key_seed_read(struct prb_span multikey, uint8_t seed[PRB_KEY_SEED_BYTES])
{
	return read_multikey(secret_prefix, multikey, seed);
}
