/* SPDX-License-Identifier: Apache-2.0 */
#include "service/state/digest.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

bool
prb_digest_init(struct prb_digest *digest)
{
	*digest = (struct prb_digest){
		.md = EVP_MD_fetch(NULL, "SHA256", NULL), .context = EVP_MD_CTX_new()};
	if (digest->md && digest->context)
		return true;
	prb_digest_destroy(digest);
	return false;
}

void
prb_digest_destroy(struct prb_digest *digest)
{
	EVP_MD_CTX_free(digest->context);
	EVP_MD_free(digest->md);
	*digest = (struct prb_digest){.failed = true};
}

void
prb_digest_begin(struct prb_digest *digest)
{
	if (EVP_DigestInit_ex2(digest->context, digest->md, NULL) != 1)
		digest->failed = true;
}

void
prb_digest_add(struct prb_digest *digest, const void *bytes, size_t n)
{
	if (EVP_DigestUpdate(digest->context, bytes, n) != 1)
		digest->failed = true;
}

void
prb_digest_end(struct prb_digest *digest, uint8_t out[PRB_SHA256_BYTES])
{
	unsigned n = 0;

	if (EVP_DigestFinal_ex(digest->context, out, &n) == 1 && n == PRB_SHA256_BYTES)
		return;
	digest->failed = true;
	memset(out, 0, PRB_SHA256_BYTES);
}

void
prb_digest_leaf(struct prb_digest *digest, struct prb_span entry, uint8_t out[PRB_SHA256_BYTES])
{
	prb_digest_begin(digest);
	prb_digest_add(digest, "\x00", 1);
	prb_digest_add(digest, entry.p, entry.n);
	prb_digest_end(digest, out);
}

static EVP_MD *shared;
static pthread_once_t shared_once = PTHREAD_ONCE_INIT;

static void
fetch_shared(void)
{
	shared = EVP_MD_fetch(NULL, "SHA256", NULL);
}

/* Fetched once: the one-shot call would look it up for each hash. libsodium's cannot fail, and
 * stands in where OpenSSL has no memory. */
void
prb_state_sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n)
{
	(void)pthread_once(&shared_once, fetch_shared);
	if (shared == NULL || EVP_Digest(bytes, n, out, NULL, shared, NULL) != 1)
		(void)crypto_hash_sha256(out, bytes, n);
}
