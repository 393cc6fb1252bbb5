/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/store/seal.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define READ_BYTES 65536

/* LMDB 0.9's header (lmdb's mdb.c: MDB_page, MDB_meta, MDB_db) as it is on machines with 64-bit
 * pointers. */
static_assert(sizeof(size_t) == 8, "the header check knows LMDB's 64-bit layout alone");
#define PAGE_HEADER_BYTES 16
#define PAGE_FLAGS_AT 10
#define PAGE_IS_META 0x08U
#define META_MAGIC 0xBEEFC0DEU
#define META_VERSION 1U
#define META_BYTES 136
#define META_MAPSIZE_AT 16
#define META_FREE_AT 24
#define META_MAIN_AT 72
#define DB_ROOT_AT 40
#define META_LAST_PAGE_AT 120
#define NO_PAGE UINT64_MAX

void
prb_store_sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n)
{
	crypto_hash_sha256(out, bytes, n);
}

void
prb_sidecar_write(const struct prb_sidecar *sidecar, struct prb_str *out)
{
	prb_str_addf(out,
		"{\"bytes\":%" PRIu64 ",\"file_sha256\":\"%s\",\"format\":%" PRIu32
		",\"release\":\"%s\"}\n",
		sidecar->bytes, sidecar->file_sha256, sidecar->format, sidecar->release);
}

static bool
take(struct prb_span *text, const char *literal)
{
	struct prb_span prefix = prb_span_of(literal);

	if (!prb_span_starts(*text, prefix))
		return false;
	text->p += prefix.n;
	text->n -= prefix.n;
	return true;
}

static bool
take_number(struct prb_span *text, int64_t max, int64_t *out)
{
	size_t n = 0;

	while (n < text->n && text->p[n] >= '0' && text->p[n] <= '9')
		n++;
	if (!prb_parse_int((struct prb_span){text->p, n}, 0, max, out))
		return false;
	text->p += n;
	text->n -= n;
	return true;
}

static bool
take_hash(struct prb_span *text, char out[PRB_SHA256_HEX_BYTES])
{
	size_t n = PRB_SHA256_HEX_BYTES - 1;

	if (text->n < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!strchr("0123456789abcdef", text->p[i]) || text->p[i] == '\0')
			return false;
	memcpy(out, text->p, n);
	out[n] = '\0';
	text->p += n;
	text->n -= n;
	return true;
}

bool
prb_sidecar_read(struct prb_span text, struct prb_sidecar *sidecar)
{
	int64_t bytes, format;

	if (!take(&text, "{\"bytes\":") || !take_number(&text, INT64_MAX, &bytes))
		return false;
	if (!take(&text, ",\"file_sha256\":\"") || !take_hash(&text, sidecar->file_sha256))
		return false;
	if (!take(&text, "\",\"format\":") || !take_number(&text, UINT32_MAX, &format))
		return false;
	if (!take(&text, ",\"release\":\"") || !take_hash(&text, sidecar->release) ||
		!take(&text, "\"}\n"))
		return false;
	sidecar->bytes = (uint64_t)bytes;
	sidecar->format = (uint32_t)format;
	return text.n == 0;
}

bool
prb_file_sha256(int fd, char out[PRB_SHA256_HEX_BYTES])
{
	static_assert(crypto_hash_sha256_BYTES == PRB_SHA256_BYTES, "one SHA-256");
	crypto_hash_sha256_state state;
	uint8_t hash[PRB_SHA256_BYTES], buffer[READ_BYTES];
	off_t at = 0;
	ssize_t got;

	crypto_hash_sha256_init(&state);
	while ((got = pread(fd, buffer, sizeof(buffer), at)) > 0) {
		crypto_hash_sha256_update(&state, buffer, (size_t)got);
		at += got;
	}
	if (got < 0)
		return false;
	crypto_hash_sha256_final(&state, hash);
	prb_sha256_hex(hash, out);
	return true;
}

static uint64_t
number_at(const unsigned char *p, size_t bytes)
{
	uint64_t value = 0;

	for (size_t i = 0; i < bytes; i++)
		value |= (uint64_t)p[i] << (8 * i);
	return value;
}

static const char *
meta_check(const unsigned char *page, uint64_t page_bytes, uint64_t bytes)
{
	const unsigned char *meta = page + PAGE_HEADER_BYTES;
	uint64_t pages = bytes / page_bytes, roots[2];

	if (!(number_at(page + PAGE_FLAGS_AT, 2) & PAGE_IS_META) ||
		number_at(meta, 4) != META_MAGIC)
		return "it does not begin as an LMDB file";
	if (number_at(meta + 4, 4) != META_VERSION)
		return "it is an LMDB file of another version";
	if (number_at(meta + META_FREE_AT, 4) != page_bytes)
		return "its page size is not this one's";
	if (number_at(meta + META_MAPSIZE_AT, 8) < bytes)
		return "its map is smaller than the file";
	if (number_at(meta + META_LAST_PAGE_AT, 8) >= pages)
		return "its last page lies outside the file";
	roots[0] = number_at(meta + META_FREE_AT + DB_ROOT_AT, 8);
	roots[1] = number_at(meta + META_MAIN_AT + DB_ROOT_AT, 8);
	for (size_t i = 0; i < 2; i++)
		if (roots[i] != NO_PAGE && (roots[i] < 2 || roots[i] >= pages))
			return "a root page lies outside the file";
	return NULL;
}

const char *
prb_header_check(int fd, uint64_t bytes)
{
	long machine_page = sysconf(_SC_PAGESIZE);
	unsigned char page[PAGE_HEADER_BYTES + META_BYTES];
	const char *wrong;

	if (machine_page <= 0 || bytes < 2 * (uint64_t)machine_page ||
		bytes % (uint64_t)machine_page != 0)
		return "its size is not a whole number of pages";
	for (int i = 0; i < 2; i++) {
		if (pread(fd, page, sizeof(page), (off_t)i * machine_page) != (ssize_t)sizeof(page))
			return "its header cannot be read";
		wrong = meta_check(page, (uint64_t)machine_page, bytes);
		if (wrong)
			return wrong;
	}
	return NULL;
}

void
prb_row_hash_init(struct prb_row_hash *hash)
{
	crypto_hash_sha256_init(&hash->state);
}

static void
hash_span(struct prb_row_hash *hash, struct prb_span text)
{
	uint8_t length[4];

	for (size_t i = 0; i < sizeof(length); i++)
		length[i] = (uint8_t)(text.n >> (8 * i));
	crypto_hash_sha256_update(&hash->state, length, sizeof(length));
	crypto_hash_sha256_update(&hash->state, (const unsigned char *)text.p, text.n);
}

void
prb_row_hash_add(
	struct prb_row_hash *hash, const char *table, struct prb_span key, struct prb_span value)
{
	hash_span(hash, prb_span_of(table));
	hash_span(hash, key);
	hash_span(hash, value);
}

void
prb_row_hash_finish(struct prb_row_hash *hash, char out[PRB_SHA256_HEX_BYTES])
{
	uint8_t bytes[PRB_SHA256_BYTES];

	crypto_hash_sha256_final(&hash->state, bytes);
	prb_sha256_hex(bytes, out);
}
