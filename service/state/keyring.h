/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STATE_KEYRING_H
#define PRB_STATE_KEYRING_H

/*
 * The data keys of the tenants, in a file beside the environment: JOURNAL.md, "Key ring". In memory
 * they live behind guard pages. Any thread may look keys up while one thread, the writer's, adds
 * and forgets some: places never move, and who copies a key looks behind it whether it was
 * forgotten meanwhile.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/fault.h"
#include "scoring/base/text.h"

#define PRB_KEYRING_NAME "keyring"
#define PRB_KEYRING_VERSION 2 /* of what is written; from 1 on all are read */
#define PRB_KEYRING_KEYS_MAX 65536
#define PRB_KEYRING_LINE_BYTES_MAX 128
#define PRB_KEYRING_BYTES_MAX ((PRB_KEYRING_KEYS_MAX + 2) * PRB_KEYRING_LINE_BYTES_MAX)
#define PRB_DATA_KEY_BYTES 32
#define PRB_KEYED_BYTES 16

enum prb_keyed {
	PRB_KEYED_IDEMPOTENCY = 1,
	PRB_KEYED_REQUEST = 2,
	PRB_KEYED_REPORT = 3,
	PRB_KEYED_HIT = 4,
	PRB_KEYED_NAME = 5,
	PRB_KEYED_ENTITY = 6,
	PRB_KEYED_HOLDER = 7,
	PRB_KEYED_PLACE = 8, /* of no record: prb_audit_place */
};

struct prb_keyring;

/* Reads DIR/keyring. PRB_ERR_KEY with a clear line where it is missing, open to others, of a newer
 * version, or no key ring. */
enum prb_err prb_keyring_read(const char *dir, struct prb_keyring **out, struct prb_fault *fault);
/* The same of a file by its path. */
enum prb_err prb_keyring_read_file(
	const char *path, struct prb_keyring **out, struct prb_fault *fault);
/* Makes DIR/keyring with one new key for `tenant`; never over one that is there. */
enum prb_err prb_keyring_make(
	const char *dir, uint32_t tenant, int64_t made_ms, struct prb_fault *fault);
/* Whether DIR/keyring is there, whatever it is. */
bool prb_keyring_exists(const char *dir);
/* Copies the file of a key ring into a folder, byte by byte. */
enum prb_err prb_keyring_copy(const char *path, const char *to, struct prb_fault *fault);
void prb_keyring_destroy(struct prb_keyring *ring);

enum prb_key_state { PRB_KEY_MISSING, PRB_KEY_ERASED, PRB_KEY_THERE };
/* What a record is sealed under: bodies by periods, so that a period can be thrown away; what an
 * organisation is, and its keys, under what is left until the tenant is erased. */
enum prb_seal_use { PRB_SEAL_BODY, PRB_SEAL_DIRECTORY };
/* Whether `key` is there and is the tenant's. THERE: its 32 bytes for encryption are copied, and
 * wiped by the caller. */
enum prb_key_state prb_keyring_key(const struct prb_keyring *ring, uint32_t key, uint32_t tenant,
	enum prb_seal_use use, uint8_t seal[PRB_DATA_KEY_BYTES]);
/* The number of the tenant's newest key; 0: it has none, or all are erased. */
uint32_t prb_keyring_newest(const struct prb_keyring *ring, uint32_t tenant);
/* The number of the key that the tenant's keyed hashes and its directory are made under. */
uint32_t prb_keyring_base(const struct prb_keyring *ring, uint32_t tenant);
/* False where the tenant has no key. */
bool prb_keyring_hash(const struct prb_keyring *ring, uint32_t tenant, enum prb_keyed purpose,
	struct prb_span bytes, uint8_t out[PRB_KEYED_BYTES]);

/* ---- the one thread that changes it; on the disk before it counts ---- */

/* The largest tenant that ever had a key; when the tenant's newest key was made, milliseconds (0:
 * not known). */
uint32_t prb_keyring_last_tenant(const struct prb_keyring *ring);
int64_t prb_keyring_made_ms(const struct prb_keyring *ring, uint32_t tenant);
/* One more key. PRB_ERR_FULL where there is no place left. */
enum prb_err prb_keyring_add(struct prb_keyring *ring, const char *dir, uint32_t tenant,
	int64_t made_ms, struct prb_fault *fault);
/* The keys of the tenant that an erasure throws away, numbers rising; before_ms 0: all. Returns how
 * many; `out` has room for PRB_KEYRING_KEYS_MAX, or is NULL. kept_from_ms (may be NULL): when the
 * oldest key that stays was made, 0 where none does. */
size_t prb_keyring_doomed(const struct prb_keyring *ring, uint32_t tenant, int64_t before_ms,
	uint32_t *out, int64_t *kept_from_ms);
/* Whether anything of the key is left that an erasure takes; `whole` as below. */
bool prb_keyring_left(const struct prb_keyring *ring, uint32_t tenant, uint32_t key, bool whole);
/* Throws these keys away; `whole`: with what hashes and directory are made under. */
enum prb_err prb_keyring_erase(struct prb_keyring *ring, const char *dir, uint32_t tenant,
	const uint32_t *keys, size_t count, bool whole, struct prb_fault *fault);

/* The text form, for tests and fuzzing: what prb_keyring_read does once it has the bytes. */
enum prb_err prb_keyring_parse(
	struct prb_span text, struct prb_keyring **out, struct prb_fault *fault);

#endif
