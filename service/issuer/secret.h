/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ISSUER_SECRET_H
#define PRB_ISSUER_SECRET_H

/*
 * What is secret, in memory: an Ed25519 key, and a passphrase. Both lie in sodium_malloc (guard
 * pages, locked into RAM where the system allows it, wiped when freed) and nowhere else.
 */

#include "scoring/attest/key.h"
#include "scoring/base/fault.h"

/* ---- a key ---- */

struct prb_secret_key; /* 64 bytes, read-only once made */

/* PRB_ERR_MEMORY where there is no guarded memory. The seed stays the caller's. */
enum prb_err prb_secret_key_create(const uint8_t seed[PRB_KEY_SEED_BYTES],
	struct prb_secret_key **out, struct prb_fault *fault);
void prb_secret_key_destroy(struct prb_secret_key *key);
const uint8_t *prb_secret_key_bytes(const struct prb_secret_key *key); /* libsodium's 64 */
void prb_secret_key_public(
	const struct prb_secret_key *key, uint8_t public_key[PRB_KEY_PUBLIC_BYTES]);
/* False where the memory could not be locked into RAM: the caller says it once. */
bool prb_secret_key_is_locked(const struct prb_secret_key *key);

/* ---- a passphrase ---- */

#define PRB_PASSPHRASE_BYTES_MAX 1024
/* Of one that is to seal a key: NIST SP 800-63B (2017), section 5.1.1.2. */
#define PRB_PASSPHRASE_BYTES_MIN 8

struct prb_passphrase;

/* Reads from an open file until its end, or, of a terminal, until the end of the line. One newline
 * at the end is cut; what stands before it is taken as it is. PRB_ERR_KEY where nothing is left or
 * it is too long; `name` says in the fault where it came from. */
enum prb_err prb_passphrase_take(
	int fd, const char *name, bool line, struct prb_passphrase **out, struct prb_fault *fault);
void prb_passphrase_destroy(struct prb_passphrase *passphrase);
struct prb_span prb_passphrase_span(const struct prb_passphrase *passphrase);
/* In constant time for texts of one length. */
bool prb_passphrase_equal(const struct prb_passphrase *a, const struct prb_passphrase *b);

/* ---- where secrets come from ---- */

#define PRB_SECRET_PATH_BYTES_MAX 4096

/*
 * A file that holds a secret. A credential is one that the service manager hands over in
 * $CREDENTIALS_DIRECTORY: it may belong to root, and be readable for a group, since an access
 * control list for the service's user shows as group rights (systemd.exec(5), LoadCredential=).
 */
struct prb_secret_place {
	char path[PRB_SECRET_PATH_BYTES_MAX];
	bool is_credential;
};

/* False with PRB_ERR_KEY's fault where the path is too long. */
bool prb_secret_place_set(
	struct prb_secret_place *place, const char *dir, const char *name, struct prb_fault *fault);
/* Whether the service manager hands over a credential of that name. */
bool prb_credential_find(const char *name, struct prb_secret_place *place);

/* Opens for reading. PRB_ERR_KEY with what to do where it is no regular file, a link, another
 * user's, open to others, or larger than bytes_max. */
enum prb_err prb_secret_place_open(
	const struct prb_secret_place *place, size_t bytes_max, int *fd, struct prb_fault *fault);

#define PRB_CREDENTIAL_PASSPHRASE "probity-passphrase"
#define PRB_CREDENTIAL_ISSUER_KEY "probity-issuer-key"
#define PRB_CREDENTIAL_LOG_KEY "probity-log-key"

/* The passphrase of the credential PRB_CREDENTIAL_PASSPHRASE, else of the file (NULL or "": none),
 * else none: *out is NULL. */
enum prb_err prb_passphrase_find(
	const char *file, struct prb_passphrase **out, struct prb_fault *fault);

#endif
