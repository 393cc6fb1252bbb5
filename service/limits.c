/* SPDX-License-Identifier: Apache-2.0 */
#include "service/limits.h"

#include <assert.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "service/http/ip.h"

#define WAYS 8
#define SETS 8192 /* a power of two; a table is 512 KiB, in memory as far as it is used */
#define TRIES 8   /* after so many other threads in between a request is let through */

/* A word of the rates: who (20 bits), and when the bucket is full again (44 bits, in sixteenths of
 * a millisecond since the start: 34 years). A word of the counts: who (40 bits), and how many (24).
 */
#define TIME_BITS 44
#define COUNT_BITS 24
#define UNITS_A_MS 16
#define WINDOW_S 60
#define WINDOW ((int64_t)WINDOW_S * 1000 * UNITS_A_MS)

struct table {
	_Atomic uint64_t words[SETS][WAYS];
};

struct prb_limits {
	struct table rates, counts;
	/* Keyed: nobody outside can choose addresses that meet in a set. */
	uint8_t key[crypto_shorthash_KEYBYTES];
	int64_t began_ms;
};

struct prb_limits *
prb_limits_create(int64_t now_ms)
{
	struct prb_limits *limits = calloc(1, sizeof *limits);

	if (limits == NULL)
		return NULL;
	crypto_shorthash_keygen(limits->key);
	limits->began_ms = now_ms;
	return limits;
}

void
prb_limits_destroy(struct prb_limits *limits)
{
	free(limits);
}

void
prb_limit_address(const struct prb_peer *peer, uint8_t out[PRB_LIMIT_ID_BYTES])
{
	memcpy(out, peer->address, PRB_LIMIT_ID_BYTES);
	if (!prb_ip_is_four(out))
		memset(out + 8, 0, 8);
}

static uint64_t
hash_of(const struct prb_limits *limits, enum prb_limit limit, const uint8_t *id)
{
	uint8_t text[1 + PRB_LIMIT_ID_BYTES] = {(uint8_t)limit}, hash[crypto_shorthash_BYTES];
	uint64_t number;

	memcpy(text + 1, id, PRB_LIMIT_ID_BYTES);
	crypto_shorthash(hash, text, sizeof text, limits->key);
	memcpy(&number, hash, sizeof number);
	return number;
}

/* The upper bits of the hash, which the choice of a set does not use; never 0, which is nobody. */
static uint64_t
mark_of(uint64_t hash, unsigned low_bits)
{
	uint64_t mark = hash >> low_bits;

	return mark != 0 ? mark : 1;
}

/* ---- rates ---- */

static const char *const names[] = {
	[PRB_LIMIT_ADDRESS_REQUESTS] = "address",
	[PRB_LIMIT_ADDRESS_POSTS] = "address-posts",
	[PRB_LIMIT_KEY_REQUESTS] = "key",
	[PRB_LIMIT_KEY_POSTS] = "key-posts",
};

/* The word of `mark`, else one that is free or the first to be: *word is what it holds. */
static _Atomic uint64_t *
find_rate(_Atomic uint64_t *set, uint64_t mark, uint64_t *word)
{
	_Atomic uint64_t *best = NULL;
	uint64_t least = UINT64_MAX;

	for (size_t i = 0; i < WAYS; i++) {
		uint64_t now = atomic_load_explicit(&set[i], memory_order_relaxed);
		uint64_t full = now & ((UINT64_C(1) << TIME_BITS) - 1);

		if (now >> TIME_BITS == mark) {
			*word = now;
			return &set[i];
		}
		if (full < least) {
			least = full;
			*word = now;
			best = &set[i];
		}
	}
	return best;
}

static int64_t
seconds_up(int64_t units)
{
	int64_t second = (int64_t)1000 * UNITS_A_MS;

	return units <= 0 ? 0 : (units + second - 1) / second;
}

void
prb_limits_take(struct prb_limits *limits, enum prb_limit limit,
	const uint8_t id[PRB_LIMIT_ID_BYTES], int64_t per_minute, int64_t now_ms,
	struct prb_rate *out)
{
	uint64_t hash, mark;
	_Atomic uint64_t *set;
	int64_t now = (now_ms - limits->began_ms) * UNITS_A_MS, each, full = 0;

	assert(per_minute >= 0 && per_minute <= PRB_RATE_MAX);
	*out = (struct prb_rate){.name = names[limit], .quota = per_minute};
	if (per_minute == 0)
		return;
	hash = hash_of(limits, limit, id);
	mark = mark_of(hash, TIME_BITS);
	set = limits->rates.words[hash & (SETS - 1)];
	each = WINDOW / per_minute;
	for (int tries = 0; tries < TRIES; tries++) {
		uint64_t word, next;
		_Atomic uint64_t *at = find_rate(set, mark, &word);

		full = (int64_t)(word & ((UINT64_C(1) << TIME_BITS) - 1));
		if (word >> TIME_BITS != mark || full < now)
			full = now;
		full += each;
		if (full - now > WINDOW) {
			out->is_refused = true;
			out->retry_s = seconds_up(full - now - WINDOW);
			out->full_s = seconds_up(full - each - now);
			return;
		}
		next = mark << TIME_BITS | (uint64_t)full;
		if (atomic_compare_exchange_strong_explicit(
			    at, &word, next, memory_order_relaxed, memory_order_relaxed))
			break;
	}
	out->left = (WINDOW - (full - now)) / each;
	out->full_s = seconds_up(full - now);
}

static void
write_field(const struct prb_rate *rates, size_t count, bool policy, struct prb_str *out)
{
	const char *before = policy ? "RateLimit-Policy: \"" : "RateLimit: \"";

	for (size_t i = 0; i < count; i++) {
		if (rates[i].quota == 0)
			continue;
		prb_str_add_text(out, before);
		prb_str_add_text(out, rates[i].name);
		prb_str_add_text(out, policy ? "\";q=" : "\";r=");
		prb_str_add_int(out, policy ? rates[i].quota : rates[i].left);
		prb_str_add_text(out, policy ? ";w=" : ";t=");
		prb_str_add_int(out, policy ? WINDOW_S : rates[i].full_s);
		before = ", \"";
	}
	if (before[0] == ',')
		prb_str_add_text(out, "\r\n");
}

void
prb_rate_write(const struct prb_rate *rates, size_t count, struct prb_str *out)
{
	write_field(rates, count, true, out);
	write_field(rates, count, false, out);
}

/* ---- counts ---- */

bool
prb_limits_enter(struct prb_limits *limits, enum prb_limit limit,
	const uint8_t id[PRB_LIMIT_ID_BYTES], int64_t max, uint32_t *ticket)
{
	uint64_t hash, mark;
	size_t set;

	*ticket = 0;
	if (max == 0)
		return true;
	hash = hash_of(limits, limit, id);
	mark = mark_of(hash, COUNT_BITS);
	set = hash & (SETS - 1);
	for (int tries = 0; tries < TRIES; tries++) {
		_Atomic uint64_t *words = limits->counts.words[set];
		uint64_t word = 0, count;
		size_t at = WAYS;

		for (size_t i = 0; i < WAYS; i++) {
			uint64_t now = atomic_load_explicit(&words[i], memory_order_relaxed);

			if (now >> COUNT_BITS == mark || (now == 0 && at == WAYS)) {
				at = i;
				word = now;
				if (now != 0)
					break;
			}
		}
		if (at == WAYS)
			return true; /* the set is full of others: not counted */
		count = word & ((UINT64_C(1) << COUNT_BITS) - 1);
		if ((int64_t)count >= max)
			return false;
		if (atomic_compare_exchange_strong_explicit(&words[at], &word,
			    mark << COUNT_BITS | (count + 1), memory_order_relaxed,
			    memory_order_relaxed)) {
			*ticket = (uint32_t)(set * WAYS + at + 1);
			return true;
		}
	}
	return true;
}

void
prb_limits_leave(struct prb_limits *limits, uint32_t ticket)
{
	_Atomic uint64_t *at;
	uint64_t word, next;

	if (ticket == 0)
		return;
	at = &limits->counts.words[(ticket - 1) / WAYS][(ticket - 1) % WAYS];
	word = atomic_load_explicit(at, memory_order_relaxed);
	do {
		assert((word & ((UINT64_C(1) << COUNT_BITS) - 1)) != 0);
		next = word - 1;
		if ((next & ((UINT64_C(1) << COUNT_BITS) - 1)) == 0)
			next = 0; /* nobody's */
	} while (!atomic_compare_exchange_weak_explicit(
		at, &word, next, memory_order_relaxed, memory_order_relaxed));
}
