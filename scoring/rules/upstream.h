/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RULES_UPSTREAM_H
#define PRB_RULES_UPSTREAM_H

/*
 * From declarations to the graph of chain.h and back: section 5 of scoring/METHOD.md. Inside
 * scoring/rules only.
 *
 * A declaration makes a block of parties: itself, then each of its tiers. A tier that refers to
 * another declaration keeps its place, but the edge goes to that declaration's own party.
 */

#include "scoring/rules/book.h"
#include "scoring/rules/chain.h"
#include "scoring/rules/scopes.h"

/* Who stands at a node. */
struct prb_chain_party {
	struct prb_span name;    /* of a reference: its text */
	const char *declaration; /* the id of its own declaration, NULL where it is named inline */
	const struct prb_listing *listings;
	size_t listings_count;
	const struct prb_decided *const
		*evidence; /* that others confirmed; of its own declaration */
	size_t evidence_count;
	const struct prb_scope_hit *scopes;
	size_t scopes_count;
	uint8_t state_imposed, icls;
	bool is_reference;
	uint32_t entry; /* of the book; PRB_CHAIN_NONE for the declaration being scored */
};

/* What an edge was declared as. */
struct prb_chain_link {
	struct prb_span product;
	int64_t share_ppm; /* PRB_COUNT_UNSAID where not declared */
	uint32_t tier;     /* of the tiers of the declaration that names it */
};

/* One declaration's part of a graph. */
struct prb_chain_block {
	struct prb_chain_party *parties; /* 1 + tiers */
	struct prb_chain_node *nodes;    /* beside them */
	struct prb_chain_edge *edges;    /* one for each tier */
	struct prb_chain_link *links;    /* beside them */
};

/*
 * Fills a block of which `first` is the first node. keep: where texts are copied to, NULL where
 * they outlive the block anyway. Edges of references end at their own place until they are
 * resolved.
 */
enum prb_err prb_chain_describe(const struct prb_result *result, struct prb_arena *keep,
	uint32_t entry, uint32_t first, struct prb_chain_block *out);

/* What listings and scope hits make a node to others. */
uint8_t prb_chain_marks_of_listings(const struct prb_listing *listings, size_t count);
uint8_t prb_chain_marks_of_scopes(const struct prb_scope_hit *hits, size_t count);

/* What is in a solved book; all take NULL for a book without declarations. */
const struct prb_chain *prb_book_chain(const struct prb_book *book);
const struct prb_chain_party *prb_book_party(const struct prb_book *book, uint32_t node);
const struct prb_chain_link *prb_book_link(const struct prb_book *book, uint32_t edge);
/* The declaration that a reference names, by id or as "#N"; PRB_CHAIN_NONE where there is none. */
uint32_t prb_book_find(const struct prb_book *book, struct prb_span reference);
/* The declaration with this digest. */
uint32_t prb_book_find_sha256(const struct prb_book *book, const char *sha256_hex);
/* The node at which a declaration's block begins. */
uint32_t prb_book_node(const struct prb_book *book, uint32_t entry);
/*
 * The SHA-256 of what an entry and all that it reaches depend on: of its cycle (those that reach
 * each other; mostly itself alone) the sorted stamps, 32 zero bytes, and the sorted reaches of what
 * the cycle refers to. A stamp is the SHA-256 of (the declaration's digest in hexadecimal, the id
 * of its own report).
 */
const uint8_t *prb_book_reach(const struct prb_book *book, uint32_t entry);

/*
 * Traces the chain of a result whose states of scopes, exposure and digest are there: fills its
 * paths, and adds to its listings and to `scopes` what reaches it for rows 1 and 2 from
 * declarations that are referred to. The result's facts may be replaced by ones with more listings.
 */
enum prb_err prb_upstream_trace(struct prb_arena *arena, const struct prb_book *book,
	struct prb_scopes *scopes, struct prb_result *result);

/* The SHA-256 of the sorted reaches of what a declaration refers to; *any is false, and hash
 * untouched, where that is nothing. */
enum prb_err prb_upstream_reached(struct prb_arena *arena, const struct prb_book *book,
	const struct prb_declaration *declaration, prb_sha256_fn sha256, bool *any,
	uint8_t hash[PRB_SHA256_BYTES]);

/* Calls for each party of the declarations that a declaration refers to, and of those that these
 * refer to, once each. Nothing is walked where persons decided nothing about any party of the book.
 */
enum prb_err prb_book_each_reached(struct prb_arena *arena, const struct prb_book *book,
	const struct prb_declaration *declaration,
	void (*each)(void *context, const struct prb_chain_party *party), void *context);

/* Sorts digests of 32 bytes; each is kept once. Returns how many are left. */
size_t prb_digests_sort(uint8_t *digests, size_t count);

#endif
