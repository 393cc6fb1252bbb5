/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATE_KEYRING_H
#define PRB_STATE_KEYRING_H

/*
 * The data keys of the tenants, in a file beside the environment: JOURNAL.md, "Key ring". In memory
 * they live behind guard pages, read-only once read, and any thread may use them.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/fault.h"
#include "scoring/base/text.h"

#define PRB_KEYRING_NAME "keyring"
#define PRB_KEYRING_VERSION 1
#define PRB_KEYRING_KEYS_MAX 4096
#define PRB_KEYRING_BYTES_MAX (512 * 1024)
#define PRB_DATA_KEY_BYTES 32
#define PRB_KEYED_BYTES 16

enum prb_keyed {
	PRB_KEYED_IDEMPOTENCY = 1,
	PRB_KEYED_REQUEST = 2,
	PRB_KEYED_REPORT = 3,
	PRB_KEYED_HIT = 4,
	PRB_KEYED_NAME = 5,
	PRB_KEYED_ENTITY = 6,
};

struct prb_keyring;

/* Reads DIR/keyring. PRB_ERR_KEY with a clear line where it is missing, open to others, of a newer
 * version, or no key ring. */
enum prb_err prb_keyring_read(const char *dir, struct prb_keyring **out, struct prb_fault *fault);
/* Makes DIR/keyring with one new key for `tenant`; never over one that is there. */
enum prb_err prb_keyring_make(const char *dir, uint32_t tenant, struct prb_fault *fault);
/* Whether DIR/keyring is there, whatever it is. */
bool prb_keyring_exists(const char *dir);
/* Copies DIR/keyring into another folder, byte by byte. */
enum prb_err prb_keyring_copy(const char *dir, const char *to, struct prb_fault *fault);
void prb_keyring_destroy(struct prb_keyring *ring);

enum prb_key_state { PRB_KEY_MISSING, PRB_KEY_ERASED, PRB_KEY_THERE };
/* Whether `key` is there and is the tenant's. *seal, if there: 32 bytes for encryption, borrowed.
 */
enum prb_key_state prb_keyring_key(
	const struct prb_keyring *ring, uint32_t key, uint32_t tenant, const uint8_t **seal);
/* The number of the tenant's newest key; 0: it has none, or all are erased. */
uint32_t prb_keyring_newest(const struct prb_keyring *ring, uint32_t tenant);
/* False where the tenant has no key. */
bool prb_keyring_hash(const struct prb_keyring *ring, uint32_t tenant, enum prb_keyed purpose,
	struct prb_span bytes, uint8_t out[PRB_KEYED_BYTES]);

/* The text form, for tests and fuzzing: what prb_keyring_read does once it has the bytes. */
enum prb_err prb_keyring_parse(
	struct prb_span text, struct prb_keyring **out, struct prb_fault *fault);

#endif
