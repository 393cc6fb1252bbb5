/* SPDX-License-Identifier: Apache-2.0 */
#include "service/hashing.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>

/* Fetched once: the one-shot call would look it up for each hash. */
static EVP_MD *method;
static pthread_key_t key;
static _Thread_local EVP_MD_CTX *context;

static void
free_context(void *of_thread)
{
	EVP_MD_CTX_free(of_thread);
}

bool
prb_hashing_begin(void)
{
	method = EVP_MD_fetch(NULL, "SHA256", NULL);
	return method != NULL && pthread_key_create(&key, free_context) == 0;
}

/* The first thread ends without its keys being looked at. */
void
prb_hashing_end(void)
{
	EVP_MD_CTX_free(context);
	(void)pthread_key_delete(key);
	EVP_MD_free(method);
}

static EVP_MD_CTX *
context_of_thread(void)
{
	if (context == NULL) {
		context = EVP_MD_CTX_new();
		(void)pthread_setspecific(key, context);
	}
	return context;
}

void
prb_hashing_sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n)
{
	EVP_MD_CTX *own = context_of_thread();

	if (own == NULL || EVP_DigestInit_ex2(own, method, NULL) != 1 ||
		EVP_DigestUpdate(own, bytes, n) != 1 || EVP_DigestFinal_ex(own, out, NULL) != 1) {
		fprintf(stderr, "probityd: memory ran out in the middle of a signature\n");
		abort();
	}
}
