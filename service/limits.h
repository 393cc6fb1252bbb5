/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_LIMITS_H
#define PRB_SERVICE_LIMITS_H

/*
 * How often one caller may ask, and how much it may hold at once. Fixed tables of atomic words that
 * all threads share: no lock, no allocation, one exchange of a word for each request. What stands
 * there is a keyed hash of an address or a key, and is stored nowhere.
 *
 * A rate is a bucket of a minute's requests that fills evenly (GCRA: one word holds the time at
 * which it would be full again). The tables are kept in sets of eight. Where a set is full of
 * others, the one that asked least takes the place of a rate's owner and starts anew, and a count
 * is not kept: so somebody with very many addresses is limited less, but nobody is refused for
 * another.
 */

#include "scoring/base/text.h"
#include "service/handlers/peer.h"

#define PRB_RATE_MAX 60000 /* in a minute */

enum prb_limit {
	PRB_LIMIT_ADDRESS_REQUESTS,
	PRB_LIMIT_ADDRESS_POSTS,
	PRB_LIMIT_KEY_REQUESTS,
	PRB_LIMIT_KEY_POSTS,
	PRB_LIMIT_CONNECTIONS,
	PRB_LIMIT_STREAMS,
	PRB_LIMIT_WORK, /* with the pool */
};

/* What became of one request under one limit. */
struct prb_rate {
	const char *name; /* of the policy, as in the RateLimit fields */
	int64_t quota;    /* in a minute; 0: there is no limit, and nothing else is set */
	int64_t left;     /* how many more may come at once */
	int64_t full_s;   /* seconds until all of them may */
	int64_t retry_s;  /* of a refusal: seconds until the next may come */
	bool is_refused;
};

struct prb_limits;
/* NULL without memory; now_ms is monotonic. */
struct prb_limits *prb_limits_create(int64_t now_ms);
void prb_limits_destroy(struct prb_limits *limits);

/* Whom a limit is for: an address (IPv6: its network, the first 64 bits, which is what one
 * subscriber has), or a key. */
#define PRB_LIMIT_ID_BYTES 16
void prb_limit_address(const struct prb_peer *peer, uint8_t out[PRB_LIMIT_ID_BYTES]);

/* Takes one request of `per_minute` (0: any number; at most PRB_RATE_MAX); now_ms is monotonic and
 * not before that of prb_limits_create. A refused one takes nothing. */
void prb_limits_take(struct prb_limits *limits, enum prb_limit limit,
	const uint8_t id[PRB_LIMIT_ID_BYTES], int64_t per_minute, int64_t now_ms,
	struct prb_rate *out);
/* The fields RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-11) as whole
 * lines; nothing where no rate has a quota. */
void prb_rate_write(const struct prb_rate *rates, size_t count, struct prb_str *out);

/* Counts one more. False where there are `max` already (0: any number). *ticket, 0 where it is not
 * counted, goes back with prb_limits_leave: any thread, once. */
bool prb_limits_enter(struct prb_limits *limits, enum prb_limit limit,
	const uint8_t id[PRB_LIMIT_ID_BYTES], int64_t max, uint32_t *ticket);
void prb_limits_leave(struct prb_limits *limits, uint32_t ticket);

#endif
