/* SPDX-License-Identifier: Apache-2.0 */
/* Who stands at the nodes of a supply chain: from a result to a block of parties. */
#include <string.h>

#include "scoring/rules/exposure.h"
#include "scoring/rules/rating.h"
#include "scoring/rules/upstream.h"

/* FNV-1a, 64 bits: a name for breaking ties, no safeguard. */
#define KEY_START 14695981039346656037ULL
#define KEY_PRIME 1099511628211ULL

static uint64_t
key_add(uint64_t key, struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++)
		key = (key ^ (uint8_t)text.p[i]) * KEY_PRIME;
	return (key ^ 0xFF) * KEY_PRIME; /* no byte of UTF-8: parts the texts */
}

static uint64_t
key_of_tier(const struct prb_upstream *entry)
{
	const struct prb_party *party = entry->supplier;
	uint64_t key = key_add(KEY_START, entry->product);

	if (party == NULL)
		return key_add(key, entry->declaration);
	key = key_add(key, party->name);
	key = key_add(key, party->country);
	key = key_add(key, party->region);
	key = key_add(key, party->city);
	return key_add(key, party->address);
}

uint8_t
prb_chain_marks_of_listings(const struct prb_listing *listings, size_t count)
{
	uint8_t marks = 0;

	for (size_t i = 0; i < count; i++) {
		if (listings[i].effect != PRB_LISTING_FORCED_LABOUR ||
			prb_listing_decide(&listings[i]) == PRB_HIT_DIFFERENT)
			continue;
		if (prb_listing_decide(&listings[i]) == PRB_HIT_POSSIBLE)
			marks |= PRB_CHAIN_MARK(PRB_CHAIN_MAY_BE_LISTED);
		else if (listings[i].status == PRB_LISTING_IN_FORCE)
			marks |= PRB_CHAIN_MARK(PRB_CHAIN_LISTED);
	}
	return marks;
}

uint8_t
prb_chain_marks_of_scopes(const struct prb_scope_hit *hits, size_t count)
{
	uint8_t marks = 0;

	for (size_t i = 0; i < count; i++)
		if (hits[i].value == PRB_PRESUMED)
			marks |= PRB_CHAIN_MARK(PRB_CHAIN_PRESUMED);
		else if (hits[i].region_unknown)
			marks |= PRB_CHAIN_MARK(PRB_CHAIN_MAY_BE_PRESUMED);
	return marks;
}

/* The listings and scope hits of a block, handed out party by party: both stand in the order of the
 * tiers, the supplier's own before them. */
struct handing {
	const struct prb_result *result;
	size_t listing, hit;
};

static void
hand_out(struct handing *h, uint32_t number, struct prb_chain_party *party,
	struct prb_chain_node *node)
{
	const struct prb_facts *facts = h->result->facts;
	size_t first_listing = h->listing, first_hit = h->hit;

	while (h->listing < facts->listings_count && facts->listings[h->listing].party == number)
		h->listing++;
	while (h->hit < h->result->scopes_count &&
		(h->result->scopes[h->hit].cause == PRB_CAUSE_UPSTREAM
				? (uint32_t)h->result->scopes[h->hit].index + 1
				: 0) == number)
		h->hit++;
	party->listings_count = h->listing - first_listing;
	party->scopes_count = h->hit - first_hit;
	/* Where there are none there may be no array, and nothing may be added to a null pointer,
	 * not even zero (C17, 6.5.6). */
	if (party->listings_count != 0)
		party->listings = facts->listings + first_listing;
	if (party->scopes_count != 0)
		party->scopes = h->result->scopes + first_hit;
	node->marks =
		(uint8_t)(prb_chain_marks_of_listings(party->listings, party->listings_count) |
			  prb_chain_marks_of_scopes(party->scopes, party->scopes_count));
}

static void
describe_own(const struct prb_result *result, struct handing *h, struct prb_chain_party *party,
	struct prb_chain_node *node)
{
	party->name = result->declaration->supplier.name;
	party->declaration = result->declaration_id;
	party->icls = result->icls.value;
	if (result->declarant == PRB_SUPPLIER && result->facts->evidence != NULL) {
		party->evidence = result->facts->evidence->all;
		party->evidence_count = result->facts->evidence->count;
	}
	hand_out(h, 0, party, node);
	for (size_t i = 0; i < party->scopes_count; i++)
		if (party->scopes[i].value > party->state_imposed)
			party->state_imposed = party->scopes[i].value;
	node->key = key_add(KEY_START, prb_span_of(result->declaration_sha256));
	node->exposure = result->exposure.worst.inherent;
	if (result->icls.value == PRB_INDICATED)
		node->marks |= PRB_CHAIN_MARK(PRB_CHAIN_INDICATED);
}

static void
describe_tier(const struct prb_result *result, size_t index, struct handing *h,
	struct prb_chain_party *party, struct prb_chain_node *node)
{
	const struct prb_upstream *entry = result->declaration->tiers[index].entry;

	hand_out(h, (uint32_t)index + 1, party, node);
	node->key = key_of_tier(entry);
	party->is_reference = entry->supplier == NULL;
	party->name = party->is_reference ? entry->declaration : entry->supplier->name;
	party->icls = PRB_CANNOT_BE_EXCLUDED; /* of silence */
	party->state_imposed = result->tier_states[index];
	node->exposure = party->is_reference ? PRB_CHAIN_UNKNOWN
					     : prb_exposure_of_party(result->reference,
						       result->facts->upstream[index].country,
						       &result->facts->upstream_goods[index]);
}

static void
describe_edge(
	const struct prb_tier *tier, uint32_t index, uint32_t first, struct prb_chain_block *out)
{
	const struct prb_upstream *entry = tier->entry;

	out->links[index] = (struct prb_chain_link){entry->product, entry->share_ppm, index};
	out->edges[index] = (struct prb_chain_edge){.key = key_add(KEY_START, entry->product),
		.from = first + (uint32_t)(tier->parent + 1),
		.to = first + index + 1,
		.steps = (uint32_t)tier->steps,
		.share = entry->share_ppm < 0 ? PRB_PPM_ONE : (int32_t)entry->share_ppm};
}

static const struct prb_decided *
keep_decided(struct prb_arena *keep, const struct prb_decided *decided)
{
	struct prb_decided *kept = prb_arena_array(keep, 1, sizeof *kept);

	if (kept != NULL)
		*kept = *decided;
	return kept;
}

static bool
keep_evidence(struct prb_arena *keep, struct prb_chain_party *party)
{
	const struct prb_decided **kept =
		prb_arena_array(keep, party->evidence_count, sizeof(const struct prb_decided *));

	if (kept == NULL)
		return false;
	for (size_t i = 0; i < party->evidence_count; i++) {
		kept[i] = keep_decided(keep, party->evidence[i]);
		if (kept[i] == NULL)
			return false;
	}
	party->evidence = kept;
	return true;
}

/* What a block borrows from a declaration that goes away. */
static bool
keep_texts(struct prb_arena *keep, struct prb_chain_party *party)
{
	struct prb_listing *listings =
		prb_arena_array(keep, party->listings_count, sizeof *listings);
	struct prb_scope_hit *hits = prb_arena_array(keep, party->scopes_count, sizeof *hits);

	party->name = prb_arena_copy(keep, party->name);
	if (party->declaration != NULL)
		party->declaration = prb_arena_copy(keep, prb_span_of(party->declaration)).p;
	if (listings == NULL || hits == NULL || party->name.p == NULL)
		return false;
	for (size_t i = 0; i < party->listings_count; i++) {
		listings[i] = party->listings[i];
		listings[i].subject = ""; /* a place in another declaration */
		if (listings[i].decided == NULL)
			continue;
		listings[i].decided = keep_decided(keep, listings[i].decided);
		if (listings[i].decided == NULL)
			return false;
	}
	for (size_t i = 0; i < party->scopes_count; i++)
		hits[i] = party->scopes[i];
	party->listings = listings;
	party->scopes = hits;
	return party->evidence_count == 0 || keep_evidence(keep, party);
}

enum prb_err
prb_chain_describe(const struct prb_result *result, struct prb_arena *keep, uint32_t entry,
	uint32_t first, struct prb_chain_block *out)
{
	const struct prb_declaration *d = result->declaration;
	struct handing h = {.result = result};

	memset(out->parties, 0, (1 + d->tiers_count) * sizeof *out->parties);
	memset(out->nodes, 0, (1 + d->tiers_count) * sizeof *out->nodes);
	describe_own(result, &h, &out->parties[0], &out->nodes[0]);
	for (size_t i = 0; i < d->tiers_count; i++) {
		describe_tier(result, i, &h, &out->parties[i + 1], &out->nodes[i + 1]);
		describe_edge(&d->tiers[i], (uint32_t)i, first, out);
		if (keep != NULL && out->links[i].product.n > 0)
			out->links[i].product = prb_arena_copy(keep, out->links[i].product);
	}
	for (size_t i = 0; i <= d->tiers_count; i++) {
		out->parties[i].entry = entry;
		if (keep != NULL && !keep_texts(keep, &out->parties[i]))
			return PRB_ERR_MEMORY;
	}
	for (size_t i = 0; i < d->tiers_count; i++)
		if (out->links[i].product.n > 0 && out->links[i].product.p == NULL)
			return PRB_ERR_MEMORY;
	return PRB_OK;
}
