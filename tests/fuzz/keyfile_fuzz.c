/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Bytes that stand where a sealed key should. What is read is what would be written, and within the
 * bounds of what it may cost; no passphrase is tried.
 */

#include <assert.h>
#include <sodium.h>
#include <stdint.h>
#include <string.h>

#include "service/issuer/sealed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prb_span text = {(const char *)data, size};
	struct prb_fault fault = {.err = PRB_OK};
	char again[PRB_SEALED_KEY_BYTES_MAX];
	struct prb_sealed_key sealed;
	uint8_t seed[PRB_KEY_SEED_BYTES];
	enum prb_err err;

	if (sodium_init() < 0)
		return 0;
	(void)prb_key_seed_read(text, seed);
	err = prb_sealed_read(text, &sealed, &fault);
	assert(err == fault.err);
	if (err != PRB_OK) {
		assert(err == PRB_ERR_KEY && fault.detail[0] != '\0');
		return 0;
	}
	assert(prb_sealed_is(text));
	assert(sealed.cost.passes >= 1 && sealed.cost.passes <= PRB_SEAL_PASSES_MAX);
	assert(sealed.cost.kib >= PRB_SEAL_KIB_MIN && sealed.cost.kib <= PRB_SEAL_KIB_MAX);
	assert(prb_sealed_write(&sealed, again) == size && memcmp(again, data, size) == 0);
	return 0;
}
