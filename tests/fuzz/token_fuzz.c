/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Bytes that stand where the value of an Authorization field should. What is taken for a key has a
 * key's form, and the hash that it is looked for by is the text's.
 */

#include <assert.h>
#include <sodium.h>
#include <stdint.h>
#include <string.h>

#include "service/access/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct prb_span hashed;

static void
sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n)
{
	hashed = (struct prb_span){bytes, n};
	memset(out, 1, PRB_SHA256_BYTES);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t hash[PRB_SHA256_BYTES] = {0};
	struct prb_span value = {(const char *)data, size}, token = PRB_SPAN_NONE;

	if (sodium_init() < 0)
		return 0;
	if (!prb_token_of_bearer(value, &token)) {
		assert(token.p == NULL);
		token = value;
	}
	if (!prb_token_hash(token, sha256, hash)) {
		assert(hash[0] == 0);
		return 0;
	}
	assert(hash[0] == 1 && hashed.p == token.p && hashed.n == PRB_TOKEN_CHARS);
	assert(memcmp(token.p, PRB_TOKEN_PREFIX, strlen(PRB_TOKEN_PREFIX)) == 0);
	for (size_t i = 0; i < token.n; i++)
		assert(token.p[i] > ' ' && token.p[i] < 0x7f);
	return 0;
}
