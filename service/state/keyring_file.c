/* SPDX-License-Identifier: Apache-2.0 */

/* The ring on the disk: its text, read, written whole, and changed there before it counts. */

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "service/state/files.h"
#include "service/state/keyring_places.h"

#define HEX_BYTES (2 * PRB_DATA_KEY_BYTES)
#define FIRST_LINE "probity keyring "

static enum prb_err
refuse(struct prb_fault *fault, const char *what)
{
	return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
		"the key ring %s: bring it back from its backup", what);
}

static enum prb_err
no_memory(struct prb_fault *fault)
{
	return prb_fault_set(
		fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "memory for the key ring ran out");
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

/* The words of JOURNAL.md, "Key ring". Version 1 does not say when a key was made, and has no line
 * `index`. */
static bool
read_line(struct prb_span text, int version, struct prb_key_line *line)
{
	struct prb_span word = take_word(&text);

	if (!take_number(&text, &line->key) || !take_number(&text, &line->tenant))
		return false;
	line->made_ms = 0;
	if (prb_span_is(word, "erased")) {
		line->standing = PRB_KEY_GONE;
		return text.n == 0;
	}
	if (prb_span_is(word, "index") && version > 1)
		line->standing = PRB_KEY_HASHES;
	else if (prb_span_is(word, "key"))
		line->standing = PRB_KEY_WHOLE;
	else
		return false;
	if (line->standing == PRB_KEY_WHOLE && version > 1 &&
		!prb_parse_int(take_word(&text), 0, INT64_MAX, &line->made_ms))
		return false;
	return read_hex(text, line->secret);
}

static enum prb_err
read_version(struct prb_span *text, int *out, struct prb_fault *fault)
{
	struct prb_span line;
	int64_t version;

	if (!take_line(text, &line) || !prb_span_starts(line, PRB_SPAN(FIRST_LINE)))
		return refuse(fault, "does not begin as one");
	line.p += sizeof(FIRST_LINE) - 1;
	line.n -= sizeof(FIRST_LINE) - 1;
	if (!prb_parse_int(line, 1, INT32_MAX, &version))
		return refuse(fault, "does not begin as one");
	*out = (int)version;
	if (version <= PRB_KEYRING_VERSION)
		return PRB_OK;
	return prb_fault_set(fault, PRB_ERR_STATE_FORMAT, PRB_NO_OFFSET, NULL,
		"the key ring has format %" PRId64 ", this program reads %d: use a newer program",
		version, PRB_KEYRING_VERSION);
}

static enum prb_err
add_line(struct prb_keyring *ring, struct prb_span text, int version, uint32_t *last,
	struct prb_fault *fault)
{
	struct prb_key_line line = {.key = 0};
	bool done = read_line(text, version, &line);
	enum prb_err err = PRB_OK;

	if (!done)
		err = refuse(fault, "has a line that cannot be read");
	else if (line.key <= *last)
		err = refuse(fault, "has its keys out of order");
	else
		err = prb_keyring_reserve(ring);
	if (done && err == PRB_ERR_FULL)
		err = refuse(fault, "has too many keys");
	else if (done && err == PRB_ERR_MEMORY)
		err = no_memory(fault);
	if (err == PRB_OK) {
		prb_keyring_append(ring, &line);
		*last = line.key;
	}
	sodium_memzero(&line, sizeof(line));
	return err;
}

static enum prb_err
read_lines(struct prb_span text, struct prb_span whole, int version, struct prb_keyring *ring,
	struct prb_fault *fault)
{
	uint8_t sum[PRB_DATA_KEY_BYTES], found[crypto_hash_sha256_BYTES];
	struct prb_span line = PRB_SPAN_NONE;
	uint32_t last = 0;
	enum prb_err err = PRB_OK;

	while (err == PRB_OK && take_line(&text, &line) && !prb_span_starts(line, PRB_SPAN("sum ")))
		err = add_line(ring, line, version, &last, fault);
	if (err != PRB_OK)
		return err;
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
	int version = 0;
	enum prb_err err = read_version(&text, &version, fault);

	if (err != PRB_OK)
		return err;
	ring = prb_keyring_create();
	if (!ring)
		return no_memory(fault);
	err = read_lines(text, whole, version, ring, fault);
	if (err == PRB_OK)
		*out = ring;
	else
		prb_keyring_destroy(ring);
	return err;
}

static enum prb_err
open_ring(const char *path, int *out, size_t *bytes, struct prb_fault *fault)
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
		*bytes = (size_t)status.st_size;
		return PRB_OK;
	}
	(void)close(fd);
	return prb_fault_set(
		fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL, "%s: the key ring %s", path, wrong);
}

/* The bytes of the file, which is replaced whole and so has the size that it had when it was
 * opened; in memory that is wiped when freed. */
static enum prb_err
load(const char *path, struct prb_span *out, char **buffer, struct prb_fault *fault)
{
	size_t n = 0, room = 0;
	ssize_t got = 0;
	int fd = -1;
	enum prb_err err = open_ring(path, &fd, &room, fault);

	if (err != PRB_OK)
		return err;
	*buffer = sodium_malloc(room + 1);
	while (*buffer && n < room && (got = read(fd, *buffer + n, room - n)) > 0)
		n += (size_t)got;
	if (!*buffer)
		err = no_memory(fault);
	else if (got < 0)
		err = prb_file_failed(fault, path, "reading", errno);
	(void)close(fd);
	*out = (struct prb_span){*buffer, n};
	return err;
}

enum prb_err
prb_keyring_read_file(const char *path, struct prb_keyring **out, struct prb_fault *fault)
{
	struct prb_span text = PRB_SPAN_NONE;
	char *buffer = NULL;
	enum prb_err err = load(path, &text, &buffer, fault);

	if (err == PRB_OK)
		err = prb_keyring_parse(text, out, fault);
	sodium_free(buffer);
	return err;
}

enum prb_err
prb_keyring_read(const char *dir, struct prb_keyring **out, struct prb_fault *fault)
{
	char path[PRB_STATE_PATH_BYTES_MAX];

	if (!prb_path_join(path, dir, PRB_KEYRING_NAME, fault))
		return PRB_ERR_IO;
	return prb_keyring_read_file(path, out, fault);
}

enum prb_err
prb_keyring_copy(const char *path, const char *to, struct prb_fault *fault)
{
	struct prb_span text = PRB_SPAN_NONE;
	char *buffer = NULL;
	enum prb_err err = load(path, &text, &buffer, fault);

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

/* ---- writing ---- */

/* Text that grows in memory that is wiped when freed. */
struct text {
	char *p;
	size_t n;
};

static void
write_line(struct text *text, const struct prb_key_line *line)
{
	static const char *const words[] = {
		[PRB_KEY_WHOLE] = "key", [PRB_KEY_HASHES] = "index", [PRB_KEY_GONE] = "erased"};
	char *p = text->p + text->n;
	int n = snprintf(p, PRB_KEYRING_LINE_BYTES_MAX, "%s %" PRIu32 " %" PRIu32,
		words[line->standing], line->key, line->tenant);

	if (line->standing == PRB_KEY_WHOLE)
		n += snprintf(
			p + n, PRB_KEYRING_LINE_BYTES_MAX - (size_t)n, " %" PRId64, line->made_ms);
	if (line->standing != PRB_KEY_GONE) {
		p[n++] = ' ';
		sodium_bin2hex(p + n, HEX_BYTES + 1, line->secret, sizeof(line->secret));
		n += HEX_BYTES;
	}
	p[n++] = '\n';
	assert(n < PRB_KEYRING_LINE_BYTES_MAX);
	text->n += (size_t)n;
}

/* How a place shall stand from now on: at least as bad as it does. */
struct doom {
	uint32_t tenant, base;
	const uint32_t *keys; /* rising */
	size_t count;
	bool whole;
};

static enum prb_key_standing
doomed_standing(const struct doom *doom, const struct prb_key_line *line)
{
	enum prb_key_standing to = line->standing;

	if (!doom || line->tenant != doom->tenant)
		return to;
	for (size_t from = 0, end = doom->count; from < end;) {
		size_t middle = from + (end - from) / 2;

		if (doom->keys[middle] < line->key)
			from = middle + 1;
		else
			end = middle;
		if (doom->keys[middle] != line->key)
			continue;
		to = doom->whole || line->key != doom->base ? PRB_KEY_GONE : PRB_KEY_HASHES;
		break;
	}
	return to > line->standing ? to : line->standing;
}

/* What the key ring holds of a place that is about to be thrown away, for its base. */
static void
write_places(const struct prb_keyring *ring, const struct doom *doom, struct text *text)
{
	for (size_t i = 0; i < prb_keyring_count(ring); i++) {
		struct prb_key_line line;
		enum prb_key_standing to;

		prb_keyring_line(ring, i, &line);
		to = doomed_standing(doom, &line);
		if (to == PRB_KEY_HASHES && line.standing == PRB_KEY_WHOLE)
			prb_keyring_index_key(line.secret, line.secret);
		line.standing = to;
		write_line(text, &line);
		sodium_memzero(&line, sizeof(line));
	}
}

/* The whole file anew: the ring with what an erasure leaves of it, and one more line (may be NULL).
 */
static enum prb_err
write_ring(const char *dir, const struct prb_keyring *ring, const struct doom *doom,
	const struct prb_key_line *more, struct prb_fault *fault)
{
	size_t lines = (ring ? prb_keyring_count(ring) : 0) + 3;
	uint8_t sum[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof(sum) + 1];
	struct text text = {.p = sodium_malloc(lines * PRB_KEYRING_LINE_BYTES_MAX)};
	enum prb_err err;

	if (!text.p)
		return no_memory(fault);
	text.n = (size_t)snprintf(
		text.p, PRB_KEYRING_LINE_BYTES_MAX, FIRST_LINE "%d\n", PRB_KEYRING_VERSION);
	if (ring)
		write_places(ring, doom, &text);
	if (more)
		write_line(&text, more);
	crypto_hash_sha256(sum, (const unsigned char *)text.p, text.n);
	sodium_bin2hex(hex, sizeof(hex), sum, sizeof(sum));
	text.n += (size_t)snprintf(text.p + text.n, PRB_KEYRING_LINE_BYTES_MAX, "sum %s\n", hex);
	err = prb_file_replace(dir, PRB_KEYRING_NAME, (struct prb_span){text.p, text.n}, fault);
	sodium_free(text.p);
	return err;
}

enum prb_err
prb_keyring_make(const char *dir, uint32_t tenant, int64_t made_ms, struct prb_fault *fault)
{
	struct prb_key_line line = {.key = 1, .tenant = tenant, .made_ms = made_ms};
	enum prb_err err;

	if (prb_keyring_exists(dir))
		return prb_file_failed(fault, dir, "making a key ring", EEXIST);
	crypto_kdf_keygen(line.secret);
	err = write_ring(dir, NULL, NULL, &line, fault);
	sodium_memzero(&line, sizeof(line));
	return err;
}

static uint32_t
last_number(const struct prb_keyring *ring)
{
	size_t count = prb_keyring_count(ring);
	struct prb_key_line line = {.key = 0};
	uint32_t number;

	if (count > 0)
		prb_keyring_line(ring, count - 1, &line);
	number = line.key;
	sodium_memzero(&line, sizeof(line));
	return number;
}

enum prb_err
prb_keyring_add(struct prb_keyring *ring, const char *dir, uint32_t tenant, int64_t made_ms,
	struct prb_fault *fault)
{
	uint32_t last = last_number(ring);
	struct prb_key_line line = {.key = last + 1, .tenant = tenant, .made_ms = made_ms};
	enum prb_err err = last == UINT32_MAX ? PRB_ERR_FULL : prb_keyring_reserve(ring);

	if (err == PRB_ERR_FULL)
		return prb_fault_set(fault, err, PRB_NO_OFFSET, NULL,
			"%s: the key ring has no place for another key (it has %d)", dir,
			PRB_KEYRING_KEYS_MAX);
	if (err != PRB_OK)
		return no_memory(fault);
	crypto_kdf_keygen(line.secret);
	err = write_ring(dir, ring, NULL, &line, fault);
	if (err == PRB_OK)
		prb_keyring_append(ring, &line);
	sodium_memzero(&line, sizeof(line));
	return err;
}

static void
forget(struct prb_keyring *ring, const struct doom *doom)
{
	for (size_t i = 0; i < prb_keyring_count(ring); i++) {
		struct prb_key_line line;
		enum prb_key_standing to;

		prb_keyring_line(ring, i, &line);
		to = doomed_standing(doom, &line);
		if (to != line.standing)
			prb_keyring_forget(ring, i, to);
		sodium_memzero(&line, sizeof(line));
	}
}

enum prb_err
prb_keyring_erase(struct prb_keyring *ring, const char *dir, uint32_t tenant, const uint32_t *keys,
	size_t count, bool whole, struct prb_fault *fault)
{
	const struct doom doom = {.tenant = tenant,
		.base = prb_keyring_base(ring, tenant),
		.keys = keys,
		.count = count,
		.whole = whole};
	enum prb_err err;

	if (count == 0)
		return PRB_OK;
	err = write_ring(dir, ring, &doom, NULL, fault);
	if (err == PRB_OK)
		forget(ring, &doom);
	return err;
}
