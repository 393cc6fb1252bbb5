/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/attest/multibase.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

#include "scoring/attest/multibase_digits.h"

/* The alphabet of base58btc (Controlled Identifiers 1.0, section 2.4). */
static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

#define LIMBS_MAX (PRB_MULTIBASE_BYTES_MAX / 4)
#define FIVE_DIGITS 656356768U /* 58^5, the largest power of 58 in 32 bits */

static size_t
leading(const char *p, size_t n, char c)
{
	size_t count = 0;

	while (count < n && p[count] == c)
		count++;
	return count;
}

/* Divides the number (most significant limb first) by 58^5; returns the remainder. */
static uint32_t
divide(uint32_t *limb, size_t first, size_t count)
{
	uint64_t rest = 0;

	for (size_t i = first; i < count; i++) {
		uint64_t part = rest << 32 | limb[i];

		limb[i] = (uint32_t)(part / FIVE_DIGITS);
		rest = part % FIVE_DIGITS;
	}
	return (uint32_t)rest;
}

/* The digits without leading zeros, the last digit first. */
static size_t
digits_backwards(const uint8_t *bytes, size_t n, char out[PRB_BASE58BTC_DIGITS_MAX])
{
	uint32_t limb[LIMBS_MAX] = {0};
	size_t count = (n + 3) / 4, first = 0, length = 0;

	for (size_t i = 0; i < n; i++)
		limb[count - 1 - i / 4] |= (uint32_t)bytes[n - 1 - i] << (i % 4 * 8);
	while (first < count && limb[first] == 0)
		first++;
	while (first < count) {
		uint32_t five = divide(limb, first, count);

		for (int i = 0; i < 5; i++, five /= 58)
			out[length++] = alphabet[five % 58];
		while (first < count && limb[first] == 0)
			first++;
	}
	while (length > 0 && out[length - 1] == alphabet[0])
		length--;
	sodium_memzero(limb, sizeof(limb));
	return length;
}

size_t
prb_base58btc_digits(const uint8_t *bytes, size_t n,
	char out[PRB_BASE58BTC_DIGITS_MAX + PRB_MULTIBASE_BYTES_MAX])
{
	char backwards[PRB_BASE58BTC_DIGITS_MAX];
	size_t zeros = 0, length;

	assert(n <= PRB_MULTIBASE_BYTES_MAX);
	while (zeros < n && bytes[zeros] == 0)
		zeros++;
	memset(out, alphabet[0], zeros);
	length = digits_backwards(bytes, n, backwards);
	for (size_t i = 0; i < length; i++)
		out[zeros + i] = backwards[length - 1 - i];
	sodium_memzero(backwards, sizeof(backwards));
	return zeros + length;
}

void
prb_base58btc_encode(const uint8_t *bytes, size_t n, struct prb_str *out)
{
	char text[PRB_BASE58BTC_DIGITS_MAX + PRB_MULTIBASE_BYTES_MAX];

	prb_str_add(out, text, prb_base58btc_digits(bytes, n, text));
}

/* number * 58 + digit, least significant limb first; false where it grows too long. */
static bool
push_digit(uint32_t limb[LIMBS_MAX], size_t *used, uint32_t digit)
{
	uint64_t carry = digit;

	for (size_t i = 0; i < *used; i++) {
		carry += (uint64_t)limb[i] * 58;
		limb[i] = (uint32_t)carry;
		carry >>= 32;
	}
	if (carry == 0)
		return true;
	if (*used == LIMBS_MAX)
		return false;
	limb[(*used)++] = (uint32_t)carry;
	return true;
}

static bool
push_digits(uint32_t limb[LIMBS_MAX], size_t *used, struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++) {
		const char *digit = memchr(alphabet, text.p[i], sizeof(alphabet) - 1);

		if (digit == NULL || !push_digit(limb, used, (uint32_t)(digit - alphabet)))
			return false;
	}
	return true;
}

/* The number's own bytes behind `zeros` zero bytes. */
static size_t
put_bytes(const uint32_t *limb, size_t used, size_t zeros, uint8_t *out, size_t room)
{
	size_t n = used * 4;

	while (n > 0 && (uint8_t)(limb[(n - 1) / 4] >> ((n - 1) % 4 * 8)) == 0)
		n--;
	if (zeros + n > room)
		return SIZE_MAX;
	if (zeros > 0)
		memset(out, 0, zeros);
	for (size_t i = 0; i < n; i++)
		out[zeros + n - 1 - i] = (uint8_t)(limb[i / 4] >> (i % 4 * 8));
	return zeros + n;
}

size_t
prb_base58btc_decode(struct prb_span text, uint8_t *out, size_t room)
{
	uint32_t limb[LIMBS_MAX] = {0};
	size_t zeros = leading(text.p, text.n, alphabet[0]), used = 0, n = SIZE_MAX;

	if (text.n == 0)
		return 0;
	if (push_digits(limb, &used, (struct prb_span){text.p + zeros, text.n - zeros}))
		n = put_bytes(limb, used, zeros, out, room);
	sodium_memzero(limb, sizeof(limb));
	return n;
}

/* libsodium's encoder takes constant time, which public digests do not need: ten of them go into
 * one attestation. Returns the length; ends with NUL. */
static size_t
base64url_digits(const uint8_t *bytes, size_t n, char *out)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t length = 0;

	for (size_t i = 0; i < n; i += 3) {
		uint32_t three = (uint32_t)bytes[i] << 16;

		if (i + 1 < n)
			three |= (uint32_t)bytes[i + 1] << 8;
		if (i + 2 < n)
			three |= bytes[i + 2];
		for (size_t k = 0; k < 4 && i + k <= n; k++)
			out[length++] = digits[three >> (18 - 6 * k) & 63];
	}
	out[length] = '\0';
	return length;
}

void
prb_base64url_encode(const uint8_t *bytes, size_t n, struct prb_str *out)
{
	char text[PRB_MULTIBASE_BYTES_MAX / 3 * 4 + 5];

	assert(n <= PRB_MULTIBASE_BYTES_MAX);
	prb_str_add(out, text, base64url_digits(bytes, n, text));
}

/* The value of a digit, or -1. */
static int
base64url_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '-')
		return 62;
	return c == '_' ? 63 : -1;
}

/* Not libsodium's: that of 1.0.18 takes every byte above 0x7F for a digit. */
size_t
prb_base64url_decode(struct prb_span text, uint8_t *out, size_t room)
{
	uint32_t bits = 0; /* the last of them are not yet written: 6 for each digit, less 8 for
			      each byte */
	unsigned left = 0;
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		int value = base64url_value(text.p[i]);

		if (value < 0)
			return SIZE_MAX;
		bits = (bits << 6 | (uint32_t)value) & 0xFFFF;
		left += 6;
		if (left < 8)
			continue;
		if (n == room)
			return SIZE_MAX;
		left -= 8;
		out[n++] = (uint8_t)(bits >> left);
	}
	/* A digit that says no byte, or bits that say nothing and are not zero. */
	if (left == 6 || (bits & ((1U << left) - 1)) != 0)
		return SIZE_MAX;
	return n;
}

void
prb_digest_multibase(const uint8_t hash[PRB_SHA256_BYTES], char out[PRB_DIGEST_MULTIBASE_BYTES])
{
	/* 12: SHA-256, 20: of 32 bytes (the multihash table). */
	uint8_t multihash[2 + PRB_SHA256_BYTES] = {0x12, PRB_SHA256_BYTES};

	memcpy(multihash + 2, hash, PRB_SHA256_BYTES);
	out[0] = 'u';
	(void)base64url_digits(multihash, sizeof(multihash), out + 1);
}
