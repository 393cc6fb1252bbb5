/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LOG_ENTRY_H
#define PRB_LOG_ENTRY_H

/*
 * What stands in the log: one small canonical JSON object for each leaf. The log is public and is
 * never erased, so an entry names no person, no supplier and no attestation: what concerns one is a
 * SHA-256 over 16 random bytes of salt and the text (service/decisions/0012). What is public anyway
 * (keys, releases, method tables) stands there as it is, so that whoever watches the log sees a key
 * or a method change.
 *
 *   {"issuedAt":T,"sha256":H(salt || attestation),"type":"attestation"}
 *   {"revokedAt":T,"sha256":H(salt || revocation),"type":"revocation"}
 *   {"at":T,"key":"z6Mk..","standing":"in_use|retired|revoked","type":"key","use":"attestation|log"}
 *   {"at":T,"release":"HEX","type":"release"}
 *   {"at":T,"sha256":"HEX","type":"method","version":"..."}
 */

#include <stdint.h>

#include "scoring/base/hash.h"
#include "scoring/base/text.h"

#define PRB_ENTRY_SALT_BYTES 16
#define PRB_ENTRY_BYTES_MAX 1024

enum prb_entry_kind { PRB_ENTRY_ATTESTATION, PRB_ENTRY_REVOCATION };

/* Appends the entry for a text. at: seconds since 1970, UTC. scratch is reset and used. */
void prb_entry_write_salted(enum prb_entry_kind kind, int64_t at,
	const uint8_t salt[PRB_ENTRY_SALT_BYTES], struct prb_span text, prb_sha256_fn sha256,
	struct prb_str *scratch, struct prb_str *out);
/* standing and use are words of the table above, key a Multikey. */
void prb_entry_write_key(
	int64_t at, const char *key, const char *standing, const char *use, struct prb_str *out);
void prb_entry_write_release(
	int64_t at, const uint8_t sha256[PRB_SHA256_BYTES], struct prb_str *out);
void prb_entry_write_method(int64_t at, const uint8_t sha256[PRB_SHA256_BYTES], const char *version,
	struct prb_str *out);

#endif
