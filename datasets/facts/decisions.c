/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/facts/decisions.h"

#include <string.h>

#include "datasets/facts/parts.h"

void
prb_gatherer_decide(struct prb_gatherer *gatherer, const struct prb_decision_source *source)
{
	gatherer->decisions = source;
}

/* The number behind a prefix and before the rest; false where the text does not go on so. */
static bool
take_index(struct prb_span text, const char *prefix, size_t count, struct prb_span *rest,
	size_t *index)
{
	struct prb_span digits;
	const char *end;
	int64_t number;

	if (!prb_span_starts(text, prb_span_of(prefix)))
		return false;
	text.p += strlen(prefix);
	text.n -= strlen(prefix);
	end = memchr(text.p, '/', text.n);
	digits = (struct prb_span){text.p, end == NULL ? text.n : (size_t)(end - text.p)};
	if (count == 0 || !prb_parse_int(digits, 0, (int64_t)count - 1, &number))
		return false;
	*index = (size_t)number;
	*rest = (struct prb_span){text.p + digits.n, text.n - digits.n};
	return true;
}

/* The name that a pointer's end ("/name", "/aliases/N") speaks of. */
static bool
name_of(const struct prb_party *party, struct prb_span end, struct prb_hit_party *out)
{
	struct prb_span rest;
	size_t index;

	out->city = party->city;
	out->address = party->address;
	out->name = party->name;
	if (prb_span_is(end, "/name"))
		return true;
	if (!take_index(end, "/aliases/", party->aliases.count, &rest, &index) || rest.n != 0)
		return false;
	out->name = party->aliases.items[index];
	return true;
}

bool
prb_hit_party_of(const struct prb_declaration *d, const struct prb_facts *facts,
	const struct prb_listing *listing, struct prb_hit_party *out)
{
	struct prb_span subject = prb_span_of(listing->subject), rest;
	char base[PRB_POINTER_BYTES_MAX];
	size_t index;

	if (listing->party > d->tiers_count)
		return false;
	if (listing->party > 0) {
		const struct prb_party *party = d->tiers[listing->party - 1].entry->supplier;

		prb_tier_pointer(d, listing->party - 1, "/supplier", base, sizeof(base));
		if (party == NULL || !prb_span_starts(subject, prb_span_of(base)))
			return false;
		out->country = facts->upstream[listing->party - 1].country;
		subject.p += strlen(base);
		subject.n -= strlen(base);
		return name_of(party, subject, out);
	}
	if (take_index(subject, "/sites/", d->sites_count, &rest, &index)) {
		*out = (struct prb_hit_party){.name = d->sites[index].name,
			.city = d->sites[index].city,
			.address = d->sites[index].address,
			.country = facts->sites[index].country};
		return prb_span_is(rest, "/name");
	}
	if (!prb_span_starts(subject, PRB_SPAN("/supplier/")))
		return false;
	subject.p += strlen("/supplier");
	subject.n -= strlen("/supplier");
	out->country = facts->supplier.country;
	return name_of(&d->supplier, subject, out);
}

bool
prb_hit_party_read(struct prb_gatherer *gatherer, struct prb_span name, struct prb_span country,
	struct prb_hit_party *out)
{
	bool assumed;
	int found =
		country.n == 0 ? PRB_COUNTRY_NONE : prb_facts_country(gatherer, country, &assumed);

	if (name.n == 0 || (country.n != 0 && found < 0))
		return false;
	*out = (struct prb_hit_party){.name = name, .country = found};
	return true;
}

static void
add_folded(struct prb_gatherer *g, struct prb_span text, struct prb_str *out)
{
	prb_str_reset(&g->text);
	prb_fold_key(g->fold, text, &g->text);
	out->failed |= g->text.failed;
	prb_str_add_span(out, prb_str_span(&g->text));
}

void
prb_hit_write_name(struct prb_gatherer *g, struct prb_span name, struct prb_str *out)
{
	prb_str_reset(out);
	add_folded(g, name, out);
}

void
prb_hit_add_party(struct prb_gatherer *g, const struct prb_hit_party *party, struct prb_str *out)
{
	add_folded(g, party->name, out);
	prb_str_add_text(out, PRB_HIT_SEPARATOR);
	if (party->country >= 0)
		prb_str_add_text(out, g->reference->countries[party->country].iso3);
	prb_str_add_text(out, PRB_HIT_SEPARATOR);
	add_folded(g, party->city.n > 0 ? party->city : party->address, out);
}

void
prb_hit_write(struct prb_gatherer *g, const struct prb_hit_party *party, const char *list,
	const char *entity_id, const char *entity, struct prb_str *out)
{
	prb_str_reset(out);
	prb_hit_add_party(g, party, out);
	prb_str_add_text(out, PRB_HIT_SEPARATOR);
	prb_str_add_text(out, list);
	prb_str_add_text(out, PRB_HIT_SEPARATOR);
	prb_str_add_text(out, entity_id);
	prb_str_add_text(out, PRB_HIT_SEPARATOR);
	add_folded(g, prb_span_of(entity), out);
}

/* NULL: nobody decided, or it failed. */
static const struct prb_decided *
look_up(struct prb_gathering *gathering, const struct prb_listing *listing)
{
	struct prb_gatherer *g = gathering->g;
	const struct prb_decision_source *source = g->decisions;
	uint8_t hash[PRB_SHA256_BYTES];
	struct prb_decided found = {.decision = PRB_HIT_POSSIBLE}, *kept;
	struct prb_hit_party party;
	enum prb_err err;

	if (!prb_hit_party_of(gathering->declaration, gathering->facts, listing, &party))
		return NULL;
	prb_hit_write(g, &party, listing->list, listing->entity_id, listing->entity, &g->key);
	err = g->key.failed ? PRB_ERR_MEMORY
			    : source->find(source->context, prb_str_span(&g->key), &found);
	if (err == PRB_ERR_NOT_FOUND)
		return NULL;
	kept = err == PRB_OK ? prb_arena_array(gathering->arena, 1, sizeof(*kept)) : NULL;
	if (kept == NULL) {
		gathering->err = err == PRB_OK ? PRB_ERR_MEMORY : err;
		return NULL;
	}
	source->sha256(hash, g->key.p, g->key.n);
	prb_sha256_hex(hash, found.hit);
	*kept = found;
	return kept;
}

void
prb_decisions_apply(struct prb_gathering *gathering)
{
	struct prb_facts *facts = gathering->facts;
	struct prb_listing *copies = NULL;

	if (gathering->g->decisions == NULL)
		return;
	for (size_t i = 0; i < facts->listings_count && gathering->err == PRB_OK; i++) {
		const struct prb_decided *decided = NULL;

		if (facts->listings[i].decision == PRB_HIT_POSSIBLE)
			decided = look_up(gathering, &facts->listings[i]);
		if (decided == NULL)
			continue;
		if (copies == NULL) {
			copies = prb_arena_array(
				gathering->arena, facts->listings_count, sizeof(*copies));
			if (copies == NULL) {
				gathering->err = PRB_ERR_MEMORY;
				return;
			}
			memcpy(copies, facts->listings, facts->listings_count * sizeof(*copies));
			facts->listings = copies;
		}
		copies[i].decision = decided->decision;
		copies[i].decided = decided;
	}
}
