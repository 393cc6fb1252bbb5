/* SPDX-License-Identifier: Apache-2.0 */
#include "service/state/keyring.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "service/state/bytes.h"
#include "service/state/files.h"

#define KDF_CONTEXT "prbstate"
#define KDF_SEAL 1
#define KDF_INDEX 2
#define HEX_BYTES (2 * PRB_DATA_KEY_BYTES)
#define FIRST_LINE "probity keyring "

static_assert(sizeof(KDF_CONTEXT) == crypto_kdf_CONTEXTBYTES + 1, "the context of the key ring");
static_assert(PRB_DATA_KEY_BYTES == crypto_kdf_KEYBYTES, "data keys are crypto_kdf's");
static_assert(PRB_DATA_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "sealing keys");
static_assert(PRB_DATA_KEY_BYTES == crypto_auth_hmacsha256_KEYBYTES, "index keys");

struct entry {
	uint32_t key, tenant;
	bool erased;
	uint8_t seal[PRB_DATA_KEY_BYTES], index[PRB_DATA_KEY_BYTES];
};

struct prb_keyring {
	size_t count;
	struct entry entries[];
};

static enum prb_err
refuse(struct prb_fault *fault, const char *what)
{
	return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
		"the key ring %s: bring it back from its backup", what);
}

static bool
take_line(struct prb_span *text, struct prb_span *line)
{
	const char *end = text->n > 0 ? memchr(text->p, '\n', text->n) : NULL;

	if (!end)
		return false;
	*line = (struct prb_span){text->p, (size_t)(end - text->p)};
	text->n -= line->n + 1;
	text->p = end + 1;
	return true;
}

/* The next word of a line with exactly one blank between words. */
static struct prb_span
take_word(struct prb_span *line)
{
	const char *end = line->n > 0 ? memchr(line->p, ' ', line->n) : NULL;
	struct prb_span word = {line->p, end ? (size_t)(end - line->p) : line->n};
	size_t used = word.n + (end ? 1 : 0);

	line->p += used;
	line->n -= used;
	return word;
}

static bool
take_number(struct prb_span *line, uint32_t *out)
{
	int64_t number;

	if (!prb_parse_int(take_word(line), 1, UINT32_MAX, &number))
		return false;
	*out = (uint32_t)number;
	return true;
}

/* Lower case alone: the form is canonical. */
static bool
read_hex(struct prb_span hex, uint8_t out[PRB_DATA_KEY_BYTES])
{
	size_t n;

	if (hex.n != HEX_BYTES ||
		sodium_hex2bin(out, PRB_DATA_KEY_BYTES, hex.p, hex.n, NULL, &n, NULL) != 0 ||
		n != PRB_DATA_KEY_BYTES)
		return false;
	for (size_t i = 0; i < hex.n; i++)
		if (hex.p[i] >= 'A' && hex.p[i] <= 'F')
			return false;
	return true;
}

static bool
read_entry(struct prb_span line, struct entry *entry)
{
	struct prb_span word = take_word(&line);
	uint8_t key[PRB_DATA_KEY_BYTES];
	bool done;

	if (!take_number(&line, &entry->key) || !take_number(&line, &entry->tenant))
		return false;
	entry->erased = prb_span_is(word, "erased");
	if (entry->erased)
		return line.n == 0;
	if (!prb_span_is(word, "key"))
		return false;
	done = read_hex(line, key);
	if (done) {
		crypto_kdf_derive_from_key(
			entry->seal, sizeof(entry->seal), KDF_SEAL, KDF_CONTEXT, key);
		crypto_kdf_derive_from_key(
			entry->index, sizeof(entry->index), KDF_INDEX, KDF_CONTEXT, key);
	}
	sodium_memzero(key, sizeof(key));
	return done;
}

static enum prb_err
read_version(struct prb_span *text, struct prb_fault *fault)
{
	struct prb_span line;
	int64_t version;

	if (!take_line(text, &line) || !prb_span_starts(line, PRB_SPAN(FIRST_LINE)))
		return refuse(fault, "does not begin as one");
	line.p += sizeof(FIRST_LINE) - 1;
	line.n -= sizeof(FIRST_LINE) - 1;
	if (!prb_parse_int(line, 1, INT32_MAX, &version))
		return refuse(fault, "does not begin as one");
	if (version == PRB_KEYRING_VERSION)
		return PRB_OK;
	return prb_fault_set(fault, PRB_ERR_STATE_FORMAT, PRB_NO_OFFSET, NULL,
		"the key ring has format %" PRId64 ", this program reads %d: use a newer program",
		version, PRB_KEYRING_VERSION);
}

static enum prb_err
read_entries(struct prb_span text, struct prb_span whole, struct prb_keyring *ring, size_t lines,
	struct prb_fault *fault)
{
	uint8_t sum[PRB_DATA_KEY_BYTES], found[crypto_hash_sha256_BYTES];
	struct prb_span line = PRB_SPAN_NONE;

	while (take_line(&text, &line) && !prb_span_starts(line, PRB_SPAN("sum "))) {
		struct entry *entry = &ring->entries[ring->count];

		assert(ring->count < lines);
		if (!read_entry(line, entry))
			return refuse(fault, "has a line that cannot be read");
		if (ring->count > 0 && entry[-1].key >= entry->key)
			return refuse(fault, "has its keys out of order");
		ring->count++;
	}
	if (!prb_span_starts(line, PRB_SPAN("sum ")) || text.n != 0)
		return refuse(fault, "does not end as one: it was cut");
	crypto_hash_sha256(found, (const unsigned char *)whole.p, (size_t)(line.p - whole.p));
	line.p += 4;
	line.n -= 4;
	if (!read_hex(line, sum) || memcmp(sum, found, sizeof(sum)) != 0)
		return refuse(fault, "is not as it was written: its sum differs");
	return PRB_OK;
}

enum prb_err
prb_keyring_parse(struct prb_span text, struct prb_keyring **out, struct prb_fault *fault)
{
	struct prb_span whole = text;
	struct prb_keyring *ring;
	size_t lines = 0, bytes;
	enum prb_err err = read_version(&text, fault);

	if (err != PRB_OK)
		return err;
	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	if (lines == 0 || lines > PRB_KEYRING_KEYS_MAX)
		return refuse(fault, "has no keys, or too many");
	/* sodium_malloc puts the end of what it gives at a page's end: the start is aligned only
	 * where the size is. */
	bytes = sizeof(*ring) + lines * sizeof(ring->entries[0]);
	bytes += -bytes % alignof(max_align_t);
	ring = sodium_malloc(bytes);
	if (!ring)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"memory for the key ring ran out");
	ring->count = 0;
	err = read_entries(text, whole, ring, lines, fault);
	if (err == PRB_OK && sodium_mprotect_readonly(ring) != 0)
		err = prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"the memory of the key ring cannot be protected");
	if (err == PRB_OK)
		*out = ring;
	else
		prb_keyring_destroy(ring);
	return err;
}

void
prb_keyring_destroy(struct prb_keyring *ring)
{
	sodium_free(ring);
}

static enum prb_err
open_ring(const char *path, int *out, struct prb_fault *fault)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat status;
	const char *wrong = NULL;

	if (fd < 0 && errno == ENOENT)
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"%s: the key ring is not there, and without it nothing of this state can "
			"be read: bring it back from its backup",
			path);
	if (fd < 0)
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"%s: cannot be opened: %s", path, strerror(errno));
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		wrong = "is not a file";
	else if (status.st_uid != geteuid())
		wrong = "belongs to another user: run this as the user that it belongs to";
	else if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		wrong = "is open to others: `chmod 600` it";
	else if (status.st_size > PRB_KEYRING_BYTES_MAX)
		wrong = "is too large for a key ring";
	if (!wrong) {
		*out = fd;
		return PRB_OK;
	}
	(void)close(fd);
	return prb_fault_set(
		fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL, "%s: the key ring %s", path, wrong);
}

/* The bytes of DIR/keyring, in memory that is wiped when freed. */
static enum prb_err
load(const char *dir, struct prb_span *out, char **buffer, struct prb_fault *fault)
{
	char path[PRB_STATE_PATH_BYTES_MAX];
	size_t n = 0;
	ssize_t got = 0;
	int fd = -1;
	enum prb_err err;

	if (!prb_path_join(path, dir, PRB_KEYRING_NAME, fault))
		return PRB_ERR_IO;
	err = open_ring(path, &fd, fault);
	if (err != PRB_OK)
		return err;
	*buffer = sodium_malloc(PRB_KEYRING_BYTES_MAX);
	while (*buffer && n < PRB_KEYRING_BYTES_MAX &&
		(got = read(fd, *buffer + n, PRB_KEYRING_BYTES_MAX - n)) > 0)
		n += (size_t)got;
	if (!*buffer)
		err = prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"memory for the key ring ran out");
	else if (got < 0)
		err = prb_file_failed(fault, path, "reading", errno);
	(void)close(fd);
	*out = (struct prb_span){*buffer, n};
	return err;
}

enum prb_err
prb_keyring_read(const char *dir, struct prb_keyring **out, struct prb_fault *fault)
{
	struct prb_span text = PRB_SPAN_NONE;
	char *buffer = NULL;
	enum prb_err err = load(dir, &text, &buffer, fault);

	if (err == PRB_OK)
		err = prb_keyring_parse(text, out, fault);
	sodium_free(buffer);
	return err;
}

enum prb_err
prb_keyring_copy(const char *dir, const char *to, struct prb_fault *fault)
{
	struct prb_span text = PRB_SPAN_NONE;
	char *buffer = NULL;
	enum prb_err err = load(dir, &text, &buffer, fault);

	if (err == PRB_OK)
		err = prb_file_replace(to, PRB_KEYRING_NAME, text, fault);
	sodium_free(buffer);
	return err;
}

bool
prb_keyring_exists(const char *dir)
{
	char path[PRB_STATE_PATH_BYTES_MAX];
	struct stat status;

	return prb_path_join(path, dir, PRB_KEYRING_NAME, NULL) && lstat(path, &status) == 0;
}

enum prb_err
prb_keyring_make(const char *dir, uint32_t tenant, struct prb_fault *fault)
{
	uint8_t key[PRB_DATA_KEY_BYTES], sum[crypto_hash_sha256_BYTES];
	char text[4 * HEX_BYTES], hex[HEX_BYTES + 1];
	enum prb_err err;
	int n;

	if (prb_keyring_exists(dir))
		return prb_file_failed(fault, dir, "making a key ring", EEXIST);
	crypto_kdf_keygen(key);
	sodium_bin2hex(hex, sizeof(hex), key, sizeof(key));
	n = snprintf(text, sizeof(text), FIRST_LINE "%d\nkey 1 %" PRIu32 " %s\n",
		PRB_KEYRING_VERSION, tenant, hex);
	crypto_hash_sha256(sum, (const unsigned char *)text, (size_t)n);
	sodium_bin2hex(hex, sizeof(hex), sum, sizeof(sum));
	n += snprintf(text + n, sizeof(text) - (size_t)n, "sum %s\n", hex);
	err = prb_file_replace(dir, PRB_KEYRING_NAME, (struct prb_span){text, (size_t)n}, fault);
	sodium_memzero(key, sizeof(key));
	sodium_memzero(text, sizeof(text));
	return err;
}

enum prb_key_state
prb_keyring_key(const struct prb_keyring *ring, uint32_t key, uint32_t tenant, const uint8_t **seal)
{
	for (size_t i = 0; i < ring->count; i++) {
		const struct entry *entry = &ring->entries[i];

		if (entry->key != key || entry->tenant != tenant)
			continue;
		if (entry->erased)
			return PRB_KEY_ERASED;
		*seal = entry->seal;
		return PRB_KEY_THERE;
	}
	return PRB_KEY_MISSING;
}

uint32_t
prb_keyring_newest(const struct prb_keyring *ring, uint32_t tenant)
{
	for (size_t i = ring->count; i-- > 0;)
		if (ring->entries[i].tenant == tenant && !ring->entries[i].erased)
			return ring->entries[i].key;
	return 0;
}

bool
prb_keyring_hash(const struct prb_keyring *ring, uint32_t tenant, enum prb_keyed purpose,
	struct prb_span bytes, uint8_t out[PRB_KEYED_BYTES])
{
	uint8_t hash[crypto_auth_hmacsha256_BYTES], front[5] = {(uint8_t)purpose};
	crypto_auth_hmacsha256_state state;

	prb_put_be(front + 1, tenant, 4);
	for (size_t i = 0; i < ring->count; i++) {
		const struct entry *entry = &ring->entries[i];

		if (entry->tenant != tenant || entry->erased)
			continue;
		crypto_auth_hmacsha256_init(&state, entry->index, sizeof(entry->index));
		crypto_auth_hmacsha256_update(&state, front, sizeof(front));
		crypto_auth_hmacsha256_update(&state, (const unsigned char *)bytes.p, bytes.n);
		crypto_auth_hmacsha256_final(&state, hash);
		memcpy(out, hash, PRB_KEYED_BYTES);
		sodium_memzero(&state, sizeof(state));
		return true;
	}
	return false;
}
