/* SPDX-License-Identifier: Apache-2.0 */
#include "service/access/token.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include <sodium.h>

static_assert(PRB_TOKEN_CHARS == sizeof PRB_TOKEN_PREFIX - 1 + (PRB_TOKEN_RANDOM_BYTES * 8 + 5) / 6,
	"the length of a key's text");

void
prb_token_make(char out[PRB_TOKEN_BYTES])
{
	uint8_t random[PRB_TOKEN_RANDOM_BYTES];
	size_t prefix = sizeof PRB_TOKEN_PREFIX - 1;

	randombytes_buf(random, sizeof random);
	memcpy(out, PRB_TOKEN_PREFIX, prefix);
	sodium_bin2base64(out + prefix, PRB_TOKEN_BYTES - prefix, random, sizeof random,
		sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(random, sizeof random);
}

bool
prb_token_hash(struct prb_span text, prb_sha256_fn sha256, uint8_t out[PRB_SHA256_BYTES])
{
	uint8_t random[PRB_TOKEN_RANDOM_BYTES];
	char again[PRB_TOKEN_BYTES];
	size_t prefix = sizeof PRB_TOKEN_PREFIX - 1, n = 0;
	bool is_one = text.n == PRB_TOKEN_CHARS && memcmp(text.p, PRB_TOKEN_PREFIX, prefix) == 0 &&
		      sodium_base642bin(random, sizeof random, text.p + prefix, text.n - prefix,
			      NULL, &n, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
		      n == sizeof random;

	/* The reader takes bytes above 0x7f for one of its letters (libsodium 1.0.18, where char is
	 * signed): what it took is written again, and must be the same. */
	if (is_one) {
		sodium_bin2base64(again, sizeof again, random, sizeof random,
			sodium_base64_VARIANT_URLSAFE_NO_PADDING);
		is_one = memcmp(again, text.p + prefix, text.n - prefix) == 0;
	}
	sodium_memzero(random, sizeof random);
	sodium_memzero(again, sizeof again);
	if (is_one)
		sha256(out, text.p, text.n);
	return is_one;
}

bool
prb_token_of_bearer(struct prb_span value, struct prb_span *token)
{
	static const char scheme[] = "bearer";
	size_t n = sizeof scheme - 1;

	if (value.n <= n || strncasecmp(value.p, scheme, n) != 0 || value.p[n] != ' ')
		return false;
	*token = prb_span_trim((struct prb_span){value.p + n, value.n - n});
	return true;
}
