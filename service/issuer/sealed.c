/* SPDX-License-Identifier: Apache-2.0 */
#include "service/issuer/sealed.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

static_assert(PRB_SEAL_SALT_BYTES == crypto_pwhash_argon2id_SALTBYTES, "as libsodium takes it");
static_assert(PRB_SEAL_NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	"as libsodium takes it");
static_assert(PRB_SEAL_BOX_BYTES == PRB_KEY_SEED_BYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES,
	"as libsodium makes it");
static_assert((uint64_t)PRB_SEAL_KIB_MIN * 1024 >= crypto_pwhash_argon2id_MEMLIMIT_MIN,
	"libsodium takes it");

#define FIRST_WORD "probity-sealed-key "
#define VERSION "1"
#define CHECK_BYTES 8 /* of a SHA-256: against damage, not against anybody */
#define HEX(n) ((n)*2 + 1)

/* What is secret while a key is sealed or opened; sodium_free wipes it. */
struct work {
	uint8_t key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
	uint8_t seed[PRB_KEY_SEED_BYTES], full[PRB_KEY_SECRET_BYTES];
};

static enum prb_err
refuse(struct prb_fault *fault, const char *why)
{
	return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL, "%s", why);
}

/* ---- as text ---- */

/* The lines that the box is bound to. */
static size_t
write_head(const struct prb_sealed_key *sealed, char out[PRB_SEALED_KEY_BYTES_MAX])
{
	char multikey[PRB_MULTIKEY_BYTES], salt[HEX(PRB_SEAL_SALT_BYTES)];

	prb_key_public_multikey(sealed->public_key, multikey);
	(void)sodium_bin2hex(salt, sizeof(salt), sealed->salt, sizeof(sealed->salt));
	return (size_t)snprintf(out, PRB_SEALED_KEY_BYTES_MAX,
		FIRST_WORD VERSION "\npublic %s\nkdf argon2id %" PRIu32 " %" PRIu32 " %s\n",
		multikey, sealed->cost.passes, sealed->cost.kib, salt);
}

size_t
prb_sealed_write(const struct prb_sealed_key *sealed, char out[PRB_SEALED_KEY_BYTES_MAX])
{
	char nonce[HEX(PRB_SEAL_NONCE_BYTES)], box[HEX(PRB_SEAL_BOX_BYTES)],
		check[HEX(CHECK_BYTES)];
	uint8_t hash[crypto_hash_sha256_BYTES];
	size_t n = write_head(sealed, out);

	(void)sodium_bin2hex(nonce, sizeof(nonce), sealed->nonce, sizeof(sealed->nonce));
	(void)sodium_bin2hex(box, sizeof(box), sealed->box, sizeof(sealed->box));
	n += (size_t)snprintf(
		out + n, PRB_SEALED_KEY_BYTES_MAX - n, "box xchacha20poly1305 %s %s\n", nonce, box);
	(void)crypto_hash_sha256(hash, (const unsigned char *)out, n);
	(void)sodium_bin2hex(check, sizeof(check), hash, CHECK_BYTES);
	n += (size_t)snprintf(out + n, PRB_SEALED_KEY_BYTES_MAX - n, "check %s\n", check);
	assert(n < PRB_SEALED_KEY_BYTES_MAX);
	return n;
}

bool
prb_sealed_is(struct prb_span text)
{
	return prb_span_starts(text, PRB_SPAN(FIRST_WORD));
}

/* Takes `word` and then the text up to `end`; false where it does not stand there. */
static bool
take(struct prb_span *rest, struct prb_span word, char end, struct prb_span *out)
{
	const char *at;

	if (!prb_span_starts(*rest, word))
		return false;
	rest->p += word.n;
	rest->n -= word.n;
	at = rest->n > 0 ? memchr(rest->p, end, rest->n) : NULL;
	if (at == NULL)
		return false;
	*out = (struct prb_span){rest->p, (size_t)(at - rest->p)};
	rest->p += out->n + 1;
	rest->n -= out->n + 1;
	return true;
}

static bool
take_hex(struct prb_span *rest, struct prb_span word, char end, uint8_t *out, size_t n)
{
	struct prb_span text;
	size_t got;

	return take(rest, word, end, &text) && text.n == 2 * n &&
	       sodium_hex2bin(out, n, text.p, text.n, NULL, &got, NULL) == 0 && got == n;
}

static bool
take_number(struct prb_span *rest, struct prb_span word, uint32_t *out)
{
	struct prb_span text;
	int64_t number;

	if (!take(rest, word, ' ', &text) || !prb_parse_int(text, 0, UINT32_MAX, &number))
		return false;
	*out = (uint32_t)number;
	return true;
}

static bool
read_lines(struct prb_span rest, struct prb_sealed_key *out)
{
	struct prb_span text;

	return take(&rest, PRB_SPAN(FIRST_WORD), '\n', &text) &&
	       take(&rest, PRB_SPAN("public "), '\n', &text) &&
	       prb_key_public_read(text, out->public_key) &&
	       take_number(&rest, PRB_SPAN("kdf argon2id "), &out->cost.passes) &&
	       take_number(&rest, PRB_SPAN(""), &out->cost.kib) &&
	       take_hex(&rest, PRB_SPAN(""), '\n', out->salt, sizeof(out->salt)) &&
	       take_hex(&rest, PRB_SPAN("box xchacha20poly1305 "), ' ', out->nonce,
		       sizeof(out->nonce)) &&
	       take_hex(&rest, PRB_SPAN(""), '\n', out->box, sizeof(out->box));
}

enum prb_err
prb_sealed_read(struct prb_span text, struct prb_sealed_key *out, struct prb_fault *fault)
{
	struct prb_sealed_key read = {.cost = {0, 0}};
	char again[PRB_SEALED_KEY_BYTES_MAX];
	size_t n;

	if (prb_sealed_is(text) && !prb_span_starts(text, PRB_SPAN(FIRST_WORD VERSION "\n")))
		return refuse(fault,
			"a sealed key of another version: use the version of this program that "
			"sealed it, or a newer one");
	if (!read_lines(text, &read))
		return refuse(fault, "the sealed key is damaged: restore it from a backup");
	/* One form alone: written again it must be the same, check line and all. */
	n = prb_sealed_write(&read, again);
	if (!prb_span_equal((struct prb_span){again, n}, text))
		return refuse(fault, "the sealed key is damaged: restore it from a backup");
	if (read.cost.passes < 1 || read.cost.passes > PRB_SEAL_PASSES_MAX ||
		read.cost.kib < PRB_SEAL_KIB_MIN || read.cost.kib > PRB_SEAL_KIB_MAX)
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"the sealed key asks for %" PRIu32 " passes over %" PRIu32
			" KiB: 1 to %d passes over %d to %d KiB are taken",
			read.cost.passes, read.cost.kib, PRB_SEAL_PASSES_MAX, PRB_SEAL_KIB_MIN,
			PRB_SEAL_KIB_MAX);
	*out = read;
	return PRB_OK;
}

/* ---- sealing ---- */

static enum prb_err
derive(const struct prb_sealed_key *sealed, const struct prb_passphrase *passphrase,
	struct work *work, struct prb_fault *fault)
{
	struct prb_span words = prb_passphrase_span(passphrase);

	if (crypto_pwhash(work->key, sizeof(work->key), words.p, words.n, sealed->salt,
		    sealed->cost.passes, (size_t)sealed->cost.kib * 1024,
		    crypto_pwhash_ALG_ARGON2ID13) == 0)
		return PRB_OK;
	return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
		"there are no %" PRIu32
		" KiB of memory, which the passphrase of a sealed key needs "
		"for a moment",
		sealed->cost.kib);
}

static enum prb_err
begin(struct work **work, struct prb_fault *fault)
{
	*work = sodium_init() < 0 ? NULL : sodium_malloc(sizeof(**work));
	if (*work != NULL)
		return PRB_OK;
	return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
		"there is no guarded memory for a secret");
}

enum prb_err
prb_seal_key(const uint8_t seed[PRB_KEY_SEED_BYTES], const struct prb_passphrase *passphrase,
	struct prb_seal_cost cost, struct prb_sealed_key *out, struct prb_fault *fault)
{
	struct prb_sealed_key made = {.cost = cost};
	char head[PRB_SEALED_KEY_BYTES_MAX];
	struct work *work;
	enum prb_err err;

	if (prb_passphrase_span(passphrase).n < PRB_PASSPHRASE_BYTES_MIN)
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"the passphrase has fewer than %d bytes: take a longer one",
			PRB_PASSPHRASE_BYTES_MIN);
	err = begin(&work, fault);
	if (err != PRB_OK)
		return err;
	(void)crypto_sign_seed_keypair(made.public_key, work->full, seed);
	randombytes_buf(made.salt, sizeof(made.salt));
	randombytes_buf(made.nonce, sizeof(made.nonce));
	err = derive(&made, passphrase, work, fault);
	if (err == PRB_OK) {
		size_t n = write_head(&made, head);

		(void)crypto_aead_xchacha20poly1305_ietf_encrypt(made.box, NULL, seed,
			PRB_KEY_SEED_BYTES, (const unsigned char *)head, n, NULL, made.nonce,
			work->key);
		*out = made;
	}
	sodium_free(work);
	return err;
}

enum prb_err
prb_unseal_key(const struct prb_sealed_key *sealed, const struct prb_passphrase *passphrase,
	uint8_t seed[PRB_KEY_SEED_BYTES], struct prb_fault *fault)
{
	uint8_t public_key[PRB_KEY_PUBLIC_BYTES];
	char head[PRB_SEALED_KEY_BYTES_MAX];
	size_t n = write_head(sealed, head);
	struct work *work;
	enum prb_err err = begin(&work, fault);

	if (err != PRB_OK)
		return err;
	err = derive(sealed, passphrase, work, fault);
	/* What is damaged by chance was told apart by the check line; what is changed with intent
	 * cannot be told from another passphrase. */
	if (err == PRB_OK && crypto_aead_xchacha20poly1305_ietf_decrypt(work->seed, NULL, NULL,
				     sealed->box, sizeof(sealed->box), (const unsigned char *)head,
				     n, sealed->nonce, work->key) != 0)
		err = refuse(fault, "this is not the passphrase that it was sealed under (or "
				    "somebody has changed the file)");
	if (err == PRB_OK) {
		(void)crypto_sign_seed_keypair(public_key, work->full, work->seed);
		if (memcmp(public_key, sealed->public_key, sizeof(public_key)) != 0)
			err = refuse(fault, "the sealed key is not that of its public half");
	}
	if (err == PRB_OK)
		memcpy(seed, work->seed, PRB_KEY_SEED_BYTES);
	sodium_free(work);
	return err;
}
