/* SPDX-License-Identifier: Apache-2.0 */

/* The ring in memory: places that never move, found by number and by tenant. */

#include "service/state/keyring.h"

#include <assert.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "service/state/bytes.h"
#include "service/state/keyring_places.h"

#define KDF_CONTEXT "prbstate"
#define KDF_SEAL 1
#define KDF_INDEX 2
#define KDF_DIRECTORY 3 /* from the index key, with which it stays */

static_assert(sizeof(KDF_CONTEXT) == crypto_kdf_CONTEXTBYTES + 1, "the context of the key ring");
static_assert(PRB_DATA_KEY_BYTES == crypto_kdf_KEYBYTES, "data keys are crypto_kdf's");
static_assert(PRB_DATA_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "sealing keys");
static_assert(PRB_DATA_KEY_BYTES == crypto_auth_hmacsha256_KEYBYTES, "index keys");

#define SECRET_WORDS (PRB_DATA_KEY_BYTES / sizeof(uint64_t))
struct secret {
	_Atomic uint64_t words[SECRET_WORDS];
};

/* Places are numbered from 0; where one is named in another it is from 1, and 0 is none. */
struct place {
	uint32_t key, tenant;
	int64_t made_ms;
	uint32_t chain; /* of a tenant's first place: the first one of another in its bucket */
	atomic_uint newest, base; /* of a tenant's first place */
	atomic_uint standing;
	struct secret data, seal, index;
};

#define PLACES_A_BLOCK 256
#define BLOCKS (PRB_KEYRING_KEYS_MAX / PLACES_A_BLOCK)
#define BUCKETS 4096

struct block {
	struct place places[PLACES_A_BLOCK];
};
static_assert(sizeof(struct block) % 16 == 0, "sodium_malloc aligns by the size alone");

struct prb_keyring {
	atomic_size_t count;
	uint32_t last_tenant; /* the writer's alone */
	struct block *blocks[BLOCKS];
	atomic_uint buckets[BUCKETS]; /* by tenant: the first place of one */
};

struct prb_keyring *
prb_keyring_create(void)
{
	return calloc(1, sizeof(struct prb_keyring));
}

void
prb_keyring_destroy(struct prb_keyring *ring)
{
	if (!ring)
		return;
	for (size_t i = 0; i < BLOCKS; i++)
		sodium_free(ring->blocks[i]);
	free(ring);
}

size_t
prb_keyring_count(const struct prb_keyring *ring)
{
	return atomic_load_explicit(&ring->count, memory_order_acquire);
}

static struct place *
place_at(const struct prb_keyring *ring, size_t place)
{
	return &ring->blocks[place / PLACES_A_BLOCK]->places[place % PLACES_A_BLOCK];
}

static void
put_secret(struct secret *secret, const uint8_t bytes[PRB_DATA_KEY_BYTES])
{
	uint64_t words[SECRET_WORDS];

	memcpy(words, bytes, sizeof(words));
	for (size_t i = 0; i < SECRET_WORDS; i++)
		atomic_store_explicit(&secret->words[i], words[i], memory_order_relaxed);
	sodium_memzero(words, sizeof(words));
}

/* Behind a store to the standing: who sees a wiped word sees that too. */
static void
wipe_secret(struct secret *secret)
{
	for (size_t i = 0; i < SECRET_WORDS; i++)
		atomic_store_explicit(&secret->words[i], 0, memory_order_release);
}

/* False where the place stands worse than `worst`: then nothing of the secret may be used. */
static bool
take_secret(const struct place *place, const struct secret *secret, enum prb_key_standing worst,
	uint8_t out[PRB_DATA_KEY_BYTES])
{
	uint64_t words[SECRET_WORDS];
	bool whole;

	for (size_t i = 0; i < SECRET_WORDS; i++)
		words[i] = atomic_load_explicit(&secret->words[i], memory_order_acquire);
	/* Asked for behind the words: a word that was wiped in between brought it along. */
	whole = atomic_load_explicit(&place->standing, memory_order_relaxed) <= (unsigned)worst;
	if (whole)
		memcpy(out, words, sizeof(words));
	sodium_memzero(words, sizeof(words));
	return whole;
}

/* The first place of a tenant; NULL: it never had a key. */
static struct place *
first_of(const struct prb_keyring *ring, uint32_t tenant)
{
	unsigned at = atomic_load_explicit(&ring->buckets[tenant % BUCKETS], memory_order_acquire);

	while (at != 0) {
		struct place *place = place_at(ring, at - 1);

		if (place->tenant == tenant)
			return place;
		at = place->chain;
	}
	return NULL;
}

static const struct place *
named(const struct prb_keyring *ring, const atomic_uint *name)
{
	return place_at(ring, atomic_load_explicit(name, memory_order_acquire) - 1);
}

/* Numbers rise with places. */
static const struct place *
by_number(const struct prb_keyring *ring, uint32_t key)
{
	size_t from = 0, to = prb_keyring_count(ring);

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		const struct place *place = place_at(ring, middle);

		if (place->key == key)
			return place;
		if (place->key < key)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

enum prb_err
prb_keyring_reserve(struct prb_keyring *ring)
{
	size_t count = prb_keyring_count(ring), block = count / PLACES_A_BLOCK;

	if (count == PRB_KEYRING_KEYS_MAX)
		return PRB_ERR_FULL;
	if (!ring->blocks[block])
		ring->blocks[block] = sodium_malloc(sizeof(struct block));
	return ring->blocks[block] ? PRB_OK : PRB_ERR_MEMORY;
}

void
prb_keyring_index_key(const uint8_t data[PRB_DATA_KEY_BYTES], uint8_t out[PRB_DATA_KEY_BYTES])
{
	uint8_t index[PRB_DATA_KEY_BYTES];

	crypto_kdf_derive_from_key(index, sizeof(index), KDF_INDEX, KDF_CONTEXT, data);
	memcpy(out, index, sizeof(index));
	sodium_memzero(index, sizeof(index));
}

static void
fill(struct place *place, const struct prb_key_line *line)
{
	static const uint8_t none[PRB_DATA_KEY_BYTES] = {0};
	uint8_t seal[PRB_DATA_KEY_BYTES] = {0}, index[PRB_DATA_KEY_BYTES] = {0};
	bool whole = line->standing == PRB_KEY_WHOLE;

	place->key = line->key;
	place->tenant = line->tenant;
	place->made_ms = line->made_ms;
	place->chain = 0;
	atomic_init(&place->newest, 0);
	atomic_init(&place->base, 0);
	atomic_init(&place->standing, (unsigned)line->standing);
	if (whole) {
		crypto_kdf_derive_from_key(seal, sizeof(seal), KDF_SEAL, KDF_CONTEXT, line->secret);
		prb_keyring_index_key(line->secret, index);
	} else if (line->standing == PRB_KEY_HASHES)
		memcpy(index, line->secret, sizeof(index));
	put_secret(&place->data, whole ? line->secret : none);
	put_secret(&place->seal, seal);
	put_secret(&place->index, index);
	sodium_memzero(seal, sizeof(seal));
	sodium_memzero(index, sizeof(index));
}

void
prb_keyring_append(struct prb_keyring *ring, const struct prb_key_line *line)
{
	size_t at = prb_keyring_count(ring);
	unsigned name = (unsigned)at + 1;
	struct place *place = place_at(ring, at), *first = first_of(ring, line->tenant);
	bool is_first = first == NULL;

	assert(at == 0 || place_at(ring, at - 1)->key < line->key);
	fill(place, line);
	if (is_first)
		first = place;
	if (is_first || named(ring, &first->base)->standing == PRB_KEY_GONE)
		atomic_store_explicit(&first->base, name, memory_order_release);
	atomic_store_explicit(&first->newest, name, memory_order_release);
	if (is_first) {
		atomic_uint *bucket = &ring->buckets[line->tenant % BUCKETS];

		place->chain = atomic_load_explicit(bucket, memory_order_relaxed);
		atomic_store_explicit(bucket, name, memory_order_release);
	}
	if (line->tenant > ring->last_tenant)
		ring->last_tenant = line->tenant;
	atomic_store_explicit(&ring->count, at + 1, memory_order_release);
}

void
prb_keyring_line(const struct prb_keyring *ring, size_t place, struct prb_key_line *out)
{
	const struct place *at = place_at(ring, place);

	*out = (struct prb_key_line){.standing = (enum prb_key_standing)atomic_load_explicit(
					     &at->standing, memory_order_relaxed),
		.key = at->key,
		.tenant = at->tenant,
		.made_ms = at->made_ms};
	if (out->standing != PRB_KEY_GONE)
		(void)take_secret(at, out->standing == PRB_KEY_WHOLE ? &at->data : &at->index,
			out->standing, out->secret);
}

void
prb_keyring_forget(struct prb_keyring *ring, size_t place, enum prb_key_standing standing)
{
	struct place *at = place_at(ring, place);

	atomic_store_explicit(&at->standing, (unsigned)standing, memory_order_relaxed);
	wipe_secret(&at->data);
	wipe_secret(&at->seal);
	if (standing == PRB_KEY_GONE)
		wipe_secret(&at->index);
}

static bool
take_directory(const struct place *place, uint8_t out[PRB_DATA_KEY_BYTES])
{
	uint8_t index[PRB_DATA_KEY_BYTES];

	if (!take_secret(place, &place->index, PRB_KEY_HASHES, index))
		return false;
	crypto_kdf_derive_from_key(out, PRB_DATA_KEY_BYTES, KDF_DIRECTORY, KDF_CONTEXT, index);
	sodium_memzero(index, sizeof(index));
	return true;
}

enum prb_key_state
prb_keyring_key(const struct prb_keyring *ring, uint32_t key, uint32_t tenant,
	enum prb_seal_use use, uint8_t seal[PRB_DATA_KEY_BYTES])
{
	const struct place *place = by_number(ring, key);
	bool there;

	if (!place || place->tenant != tenant)
		return PRB_KEY_MISSING;
	there = use == PRB_SEAL_BODY ? take_secret(place, &place->seal, PRB_KEY_WHOLE, seal)
				     : take_directory(place, seal);
	return there ? PRB_KEY_THERE : PRB_KEY_ERASED;
}

uint32_t
prb_keyring_newest(const struct prb_keyring *ring, uint32_t tenant)
{
	const struct place *first = first_of(ring, tenant), *newest;

	if (!first)
		return 0;
	newest = named(ring, &first->newest);
	return atomic_load_explicit(&newest->standing, memory_order_relaxed) == PRB_KEY_WHOLE
		       ? newest->key
		       : 0;
}

uint32_t
prb_keyring_base(const struct prb_keyring *ring, uint32_t tenant)
{
	const struct place *first = first_of(ring, tenant), *base;

	if (!first)
		return 0;
	base = named(ring, &first->base);
	return atomic_load_explicit(&base->standing, memory_order_relaxed) == PRB_KEY_GONE
		       ? 0
		       : base->key;
}

bool
prb_keyring_hash(const struct prb_keyring *ring, uint32_t tenant, enum prb_keyed purpose,
	struct prb_span bytes, uint8_t out[PRB_KEYED_BYTES])
{
	uint8_t hash[crypto_auth_hmacsha256_BYTES], key[PRB_DATA_KEY_BYTES];
	uint8_t front[5] = {(uint8_t)purpose};
	const struct place *first = first_of(ring, tenant), *base;
	crypto_auth_hmacsha256_state state;

	if (!first)
		return false;
	base = named(ring, &first->base);
	if (!take_secret(base, &base->index, PRB_KEY_HASHES, key))
		return false;
	prb_put_be(front + 1, tenant, 4);
	crypto_auth_hmacsha256_init(&state, key, sizeof(key));
	crypto_auth_hmacsha256_update(&state, front, sizeof(front));
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)bytes.p, bytes.n);
	crypto_auth_hmacsha256_final(&state, hash);
	memcpy(out, hash, PRB_KEYED_BYTES);
	sodium_memzero(&state, sizeof(state));
	sodium_memzero(key, sizeof(key));
	return true;
}

uint32_t
prb_keyring_last_tenant(const struct prb_keyring *ring)
{
	return ring->last_tenant;
}

int64_t
prb_keyring_made_ms(const struct prb_keyring *ring, uint32_t tenant)
{
	const struct place *first = first_of(ring, tenant);

	return first ? named(ring, &first->newest)->made_ms : 0;
}

bool
prb_keyring_left(const struct prb_keyring *ring, uint32_t tenant, uint32_t key, bool whole)
{
	const struct place *place = by_number(ring, key);
	unsigned worst = whole ? PRB_KEY_HASHES : PRB_KEY_WHOLE;

	return place && place->tenant == tenant &&
	       atomic_load_explicit(&place->standing, memory_order_relaxed) <= worst;
}

/*
 * Under a key lies what came before the tenant's next key was made: with that, and no sooner, its
 * period is over. So the places are gone through from behind.
 */
size_t
prb_keyring_doomed(const struct prb_keyring *ring, uint32_t tenant, int64_t before_ms,
	uint32_t *out, int64_t *kept_from_ms)
{
	size_t n = 0;
	int64_t kept = 0;
	bool over = before_ms == 0;

	for (size_t i = prb_keyring_count(ring); i-- > 0;) {
		const struct place *place = place_at(ring, i);
		unsigned standing = atomic_load_explicit(&place->standing, memory_order_relaxed);

		if (place->tenant != tenant)
			continue;
		if (over && (standing == PRB_KEY_WHOLE ||
				    (before_ms == 0 && standing == PRB_KEY_HASHES))) {
			if (out)
				out[n] = place->key;
			n++;
		}
		if (!over && standing == PRB_KEY_WHOLE)
			kept = place->made_ms;
		over = over || (place->made_ms != 0 && place->made_ms <= before_ms);
	}
	for (size_t i = 0; out && i < n / 2; i++) {
		uint32_t key = out[i];

		out[i] = out[n - 1 - i];
		out[n - 1 - i] = key;
	}
	if (kept_from_ms)
		*kept_from_ms = kept;
	return n;
}
