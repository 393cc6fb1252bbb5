/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ATTEST_MULTIBASE_DIGITS_H
#define PRB_ATTEST_MULTIBASE_DIGITS_H

/* base58btc into the caller's own memory, so that a secret key never passes through a buffer that
 * nobody wipes. Inside scoring/attest only. */

#include "scoring/attest/multibase.h"

/* 128 bytes have at most 175 digits; they are made five at a time. */
#define PRB_BASE58BTC_DIGITS_MAX 184

/* Returns how many digits were written; no NUL. n is at most PRB_MULTIBASE_BYTES_MAX (asserted). */
size_t prb_base58btc_digits(const uint8_t *bytes, size_t n,
	char out[PRB_BASE58BTC_DIGITS_MAX + PRB_MULTIBASE_BYTES_MAX]);

#endif
