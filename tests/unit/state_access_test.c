/* SPDX-License-Identifier: Apache-2.0 */

/* Organisations and their keys, whose a declaration is, and the audit trail. */

#include <sodium.h>
#include <string.h>

#include "tests/unit/state_support.h"

static int
after_each(void **state)
{
	(void)state;
	state_remove();
	return 0;
}

static int
setup(void **state)
{
	(void)state;
	return sodium_init() < 0 ? -1 : 0;
}

struct scene {
	char dir[STATE_PATH_BYTES];
	struct prb_state *state;
	struct prb_state_reader *reader;
	struct prb_arena *arena;
	struct state_writing w;
};

static void
begin(struct scene *s)
{
	state_path(s->dir, "s");
	s->state = state_make(s->dir, 0);
	s->arena = prb_arena_create(1 << 24);
	assert_non_null(s->arena);
	assert_int_equal(prb_state_reader_create(s->state, &s->reader), PRB_OK);
}

/* What was written verifies, and is what its journal gives. */
static void
end(struct scene *s)
{
	char out[STATE_PATH_BYTES];
	struct prb_state_counts counts, rebuilt;
	struct prb_fault fault;

	prb_state_reader_destroy(s->reader);
	prb_state_close(s->state);
	prb_arena_destroy(s->arena);
	counts = state_verified(s->dir);
	state_path(out, "out");
	if (prb_state_rebuild(s->dir, out, NULL, NULL, &rebuilt, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
	assert_true(rebuilt.same);
	assert_memory_equal(rebuilt.state_sha256, counts.state_sha256, PRB_SHA256_BYTES);
}

static void
same_organisation(
	const struct prb_stored_organisation *found, const struct prb_stored_organisation *stored)
{
	assert_int_equal(found->tenant, stored->tenant);
	assert_memory_equal(&found->id, &stored->id, sizeof(stored->id));
	assert_true(found->time_ms == stored->time_ms);
	assert_int_equal(found->created_ms, stored->created_ms);
	assert_int_equal(found->standing, stored->standing);
	assert_true(prb_span_equal(found->name, stored->name));
	assert_memory_equal(&found->caller, &stored->caller, sizeof(stored->caller));
	assert_false(found->erased);
}

static void
organisations(void **state)
{
	struct scene s;
	struct prb_stored_organisation stored[5], found, page[8], changed;
	struct prb_id unknown = {{7}};
	size_t count = 9;

	(void)state;
	begin(&s);
	assert_int_equal(prb_find_organisations(s.reader, NULL, 8, s.arena, page, &count), PRB_OK);
	assert_int_equal(count, 0);
	for (uint64_t n = 0; n < 5; n++) {
		stored[n] = state_found(s.state, n);
		/* 1 is the tenant of open mode, and no number comes twice. */
		assert_int_equal(stored[n].tenant, n + 2);
		assert_int_equal(
			prb_find_organisation(s.reader, &stored[n].id, s.arena, &found), PRB_OK);
		same_organisation(&found, &stored[n]);
		assert_int_equal(found.sequence, stored[n].sequence);
		assert_int_equal(
			prb_find_organisation_of(s.reader, stored[n].tenant, s.arena, &found),
			PRB_OK);
		same_organisation(&found, &stored[n]);
		/* Names are made in memory for four of them. */
		stored[n].name = prb_arena_copy(s.arena, stored[n].name);
	}
	assert_int_equal(
		prb_find_organisation(s.reader, &unknown, s.arena, &found), PRB_ERR_NOT_FOUND);
	assert_int_equal(prb_find_organisation_of(s.reader, 1, s.arena, &found), PRB_ERR_NOT_FOUND);
	assert_int_equal(prb_find_organisations(s.reader, NULL, 3, s.arena, page, &count), PRB_OK);
	assert_int_equal(count, 3);
	for (size_t i = 0; i < 3; i++)
		same_organisation(&page[i], &stored[4 - i]);
	assert_int_equal(
		prb_find_organisations(s.reader, &page[2].id, 3, s.arena, page, &count), PRB_OK);
	assert_int_equal(count, 2);
	same_organisation(&page[1], &stored[0]);

	/* Changed by who saw it as it is. */
	changed = stored[2];
	changed.standing = PRB_ORGANISATION_SUSPENDED;
	changed.name = PRB_SPAN("another name");
	changed.time_ms += 1000;
	state_writing_begin(&s.w, s.state);
	changed.seen = stored[1].sequence;
	assert_int_equal(state_put_organisation(&s.w, &changed), PRB_ERR_CONFLICT);
	changed.seen = PRB_SEEN_NONE;
	assert_int_equal(state_put_organisation(&s.w, &changed), PRB_ERR_CONFLICT);
	changed.seen = stored[2].sequence;
	assert_int_equal(state_put_organisation(&s.w, &changed), PRB_OK);
	changed.name = PRB_SPAN("a third name");
	assert_int_equal(state_put_organisation(&s.w, &changed), PRB_ERR_CONFLICT);
	changed.name = PRB_SPAN("another name");
	/* A number has one organisation, and an organisation one number. */
	found = stored[3];
	found.id = unknown;
	found.seen = 0;
	assert_int_equal(state_put_organisation(&s.w, &found), PRB_ERR_CONFLICT);
	found = stored[3];
	found.tenant = PRB_TENANT_OPEN;
	found.seen = 0;
	assert_int_equal(state_put_organisation(&s.w, &found), PRB_ERR_CONFLICT);
	state_writing_end(&s.w);
	assert_int_equal(prb_find_organisation(s.reader, &changed.id, s.arena, &found), PRB_OK);
	same_organisation(&found, &changed);
	end(&s);
	assert_int_equal(state_row_count(s.dir, "organisation"), 5);
}

static void
same_key(const struct prb_stored_api_key *found, const struct prb_stored_api_key *stored)
{
	assert_int_equal(found->tenant, stored->tenant);
	assert_memory_equal(&found->id, &stored->id, sizeof(stored->id));
	assert_memory_equal(&found->holder, &stored->holder, sizeof(stored->holder));
	assert_int_equal(found->kind, stored->kind);
	assert_int_equal(found->role, stored->role);
	assert_int_equal(found->standing, stored->standing);
	assert_int_equal(found->scopes, stored->scopes);
	assert_true(found->expires == stored->expires);
	assert_int_equal(found->declarations_max, stored->declarations_max);
	assert_memory_equal(found->sha256, stored->sha256, sizeof(stored->sha256));
	assert_true(prb_span_equal(found->name, stored->name));
	assert_true(prb_span_equal(found->hint, stored->hint));
	assert_memory_equal(&found->caller, &stored->caller, sizeof(stored->caller));
	assert_int_equal(found->created_ms, stored->created_ms);
}

#define ALL_KINDS UINT32_MAX
/* service/access/caller.h */
#define KEY 2
#define INVITATION 3

/* Of at most four. */
static void
page_of(struct scene *s, uint32_t tenant, uint32_t kinds, const struct prb_id *before,
	struct prb_stored_api_key *page, size_t *count, struct prb_id *next, bool *more)
{
	assert_int_equal(prb_find_api_keys(s->reader, tenant, kinds, before, 4, s->arena, page,
				 count, next, more),
		PRB_OK);
}

static void
keys(void **state)
{
	struct scene s;
	struct prb_stored_organisation organisation, other;
	struct prb_stored_api_key stored, found, page[8];
	struct prb_state_access access;
	const uint8_t none[PRB_SHA256_BYTES] = {9};
	struct prb_id next;
	size_t count;
	bool same = false, more;

	(void)state;
	begin(&s);
	organisation = state_found(s.state, 0);
	other = state_found(s.state, 1);
	assert_int_equal(prb_find_access(s.reader, none, &access), PRB_ERR_NOT_FOUND);
	state_writing_begin(&s.w, s.state);
	for (uint64_t n = 0; n < 6; n++) {
		stored = state_api_key(n, organisation.tenant);
		assert_int_equal(state_put_api_key(&s.w, &stored), PRB_OK);
		assert_int_equal(s.w.what, PRB_PUT_NEW);
	}
	/* The same request again; with another body; then another key with the same text. */
	stored = state_api_key(3, organisation.tenant);
	assert_int_equal(state_put_api_key(&s.w, &stored), PRB_OK);
	assert_int_equal(s.w.what, PRB_PUT_REPLAYED);
	stored.request_sha256[0] ^= 1;
	assert_int_equal(state_put_api_key(&s.w, &stored), PRB_OK);
	assert_int_equal(s.w.what, PRB_PUT_KEY_REUSED);
	stored = state_api_key(7, organisation.tenant);
	memcpy(stored.sha256, state_api_key(2, 0).sha256, sizeof(stored.sha256));
	assert_int_equal(state_put_api_key(&s.w, &stored), PRB_ERR_CONFLICT);
	stored.tenant = other.tenant;
	assert_int_equal(state_put_api_key(&s.w, &stored), PRB_ERR_CONFLICT);
	/* The same id under another organisation, with the hash of the first one's key. */
	stored = state_api_key(2, other.tenant);
	assert_int_equal(state_put_api_key(&s.w, &stored), PRB_ERR_CONFLICT);
	/* A key keeps its hash. */
	stored = state_api_key(2, organisation.tenant);
	stored.seen = 0;
	stored.sha256[5] ^= 1;
	assert_int_equal(state_put_api_key(&s.w, &stored), PRB_ERR_VALUE);
	/* Of no organisation. */
	stored = state_api_key(7, PRB_TENANT_OPEN);
	assert_int_equal(state_put_api_key(&s.w, &stored), PRB_ERR_NOT_FOUND);
	state_writing_end(&s.w);

	for (uint64_t n = 0; n < 6; n++) {
		stored = state_api_key(n, organisation.tenant);
		assert_int_equal(prb_find_api_key(s.reader, organisation.tenant, &stored.id,
					 s.arena, &found),
			PRB_OK);
		same_key(&found, &stored);
		assert_int_equal(
			prb_find_api_key(s.reader, other.tenant, &stored.id, s.arena, &found),
			PRB_ERR_NOT_FOUND);
		assert_int_equal(prb_find_access(s.reader, stored.sha256, &access), PRB_OK);
		assert_int_equal(access.tenant, organisation.tenant);
		assert_memory_equal(&access.id, &stored.id, sizeof(stored.id));
		assert_memory_equal(&access.holder, &stored.holder, sizeof(stored.holder));
		assert_int_equal(access.kind, stored.kind);
		assert_int_equal(access.role, stored.role);
		assert_int_equal(access.standing, PRB_API_KEY_IN_USE);
		assert_int_equal(access.organisation_standing, PRB_ORGANISATION_ACTIVE);
		assert_int_equal(access.scopes, stored.scopes);
		assert_int_equal(access.declarations_max, stored.declarations_max);
		assert_true(access.expires == stored.expires);
		assert_int_equal(access.used_day, 0);
	}
	/* Four of six, and the others from there on. */
	page_of(&s, organisation.tenant, ALL_KINDS, NULL, page, &count, &next, &more);
	assert_int_equal(count, 4);
	assert_true(more);
	assert_memory_equal(&next, &page[3].id, sizeof next);
	stored = state_api_key(5, organisation.tenant);
	same_key(&page[0], &stored);
	page_of(&s, organisation.tenant, ALL_KINDS, &next, page, &count, &next, &more);
	assert_int_equal(count, 2);
	assert_false(more);
	page_of(&s, organisation.tenant, 1U << 5, NULL, page, &count, &next, &more);
	assert_int_equal(count, 1);
	assert_false(more);
	page_of(&s, other.tenant, ALL_KINDS, NULL, page, &count, &next, &more);
	assert_int_equal(count, 0);
	assert_false(more);
	stored = state_api_key(3, organisation.tenant);
	assert_int_equal(
		prb_find_idempotent_api_key(s.reader, organisation.tenant, stored.idempotency_key,
			stored.request_sha256, &same, s.arena, &found),
		PRB_OK);
	assert_true(same);
	same_key(&found, &stored);

	/* Revoked, and the organisation suspended. */
	stored.standing = PRB_API_KEY_REVOKED;
	stored.idempotency_key = PRB_SPAN_NONE;
	stored.seen = found.sequence;
	organisation.standing = PRB_ORGANISATION_SUSPENDED;
	organisation.seen = organisation.sequence;
	state_writing_begin(&s.w, s.state);
	assert_int_equal(state_put_api_key(&s.w, &stored), PRB_OK);
	assert_int_equal(state_put_organisation(&s.w, &organisation), PRB_OK);
	state_writing_end(&s.w);
	assert_int_equal(prb_find_access(s.reader, stored.sha256, &access), PRB_OK);
	assert_int_equal(access.standing, PRB_API_KEY_REVOKED);
	assert_int_equal(access.organisation_standing, PRB_ORGANISATION_SUSPENDED);
	end(&s);
	assert_int_equal(state_row_count(s.dir, "access"), 6);
}

/* A page of one kind ends also where there are many of another. */
static void
many_keys(void **state)
{
	struct prb_stored_api_key stored, page[4];
	struct prb_stored_organisation organisation;
	struct prb_id next, middle;
	struct scene s;
	size_t count;
	bool more;

	(void)state;
	begin(&s);
	organisation = state_found(s.state, 0);
	state_writing_begin(&s.w, s.state);
	for (uint64_t n = 0; n < PRB_API_KEY_LOOKS_MAX + 3; n++) {
		stored = state_api_key(n, organisation.tenant);
		stored.kind = n < 3 ? KEY : INVITATION;
		assert_int_equal(state_put_api_key(&s.w, &stored), PRB_OK);
	}
	state_writing_end(&s.w);
	middle = state_api_key(3, organisation.tenant).id;
	page_of(&s, organisation.tenant, 1U << KEY, NULL, page, &count, &next, &more);
	assert_int_equal(count, 0);
	assert_true(more);
	assert_memory_equal(&next, &middle, sizeof next);
	page_of(&s, organisation.tenant, 1U << KEY, &middle, page, &count, &next, &more);
	assert_int_equal(count, 3);
	assert_false(more);
	end(&s);
}

static uint32_t
count_open(struct scene *s, uint32_t tenant, struct prb_open_keys wanted)
{
	uint32_t count = 77;

	assert_int_equal(prb_count_open_keys(s->reader, tenant, &wanted, &count), PRB_OK);
	return count;
}

/* What can still be used, of these kinds. */
static void
open_keys(void **state)
{
	static const struct {
		uint8_t kind, standing;
		int expires_in; /* from now; 0: never */
		uint32_t declarations_max, declarations;
		bool is_open;
	} rows[] = {
		{INVITATION, PRB_API_KEY_IN_USE, 0, 1, 0, true},
		{INVITATION, PRB_API_KEY_IN_USE, 1, 1, 0, true},
		{INVITATION, PRB_API_KEY_IN_USE, -1, 1, 0, false},
		{INVITATION, PRB_API_KEY_IN_USE, 1, 1, 1, false},
		{INVITATION, PRB_API_KEY_REVOKED, 1, 1, 0, false},
		{KEY, PRB_API_KEY_IN_USE, 1, 1, 0, false},
		{INVITATION, PRB_API_KEY_IN_USE, 1, 2, 1, true},
		{INVITATION, PRB_API_KEY_IN_USE, 1, 0, 1, true},
	};
	struct prb_open_keys wanted = {
		.kinds = 1U << INVITATION, .now = 1800000000, .max = 100, .looks_max = 100};
	struct prb_stored_organisation organisation, other;
	struct prb_stored_declaration declaration;
	struct prb_stored_api_key stored;
	uint32_t all = 0;
	struct scene s;

	(void)state;
	begin(&s);
	organisation = state_found(s.state, 0);
	other = state_found(s.state, 1);
	state_writing_begin(&s.w, s.state);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		stored = state_api_key(i, organisation.tenant);
		stored.kind = rows[i].kind;
		stored.standing = rows[i].standing;
		stored.expires = rows[i].expires_in == 0 ? 0 : wanted.now + rows[i].expires_in;
		stored.declarations_max = rows[i].declarations_max;
		assert_int_equal(state_put_api_key(&s.w, &stored), PRB_OK);
		all += rows[i].is_open;
		if (rows[i].declarations == 0)
			continue;
		declaration = state_declaration(i);
		declaration.tenant = organisation.tenant;
		declaration.holder = stored.holder;
		assert_int_equal(state_put_declaration(&s.w, &declaration), PRB_OK);
	}
	state_writing_end(&s.w);
	assert_int_equal(all, 4);
	assert_int_equal(count_open(&s, organisation.tenant, wanted), all);
	assert_int_equal(count_open(&s, other.tenant, wanted), 0);
	/* The moment of its end is none of its time. */
	wanted.now++;
	assert_int_equal(count_open(&s, organisation.tenant, wanted), 1);
	wanted.now--;
	wanted.max = 3;
	assert_int_equal(count_open(&s, organisation.tenant, wanted), 3);
	wanted.max = 100;
	wanted.made_ms = state_api_key(1, 0).created_ms;
	assert_int_equal(count_open(&s, organisation.tenant, wanted), all - 1);
	/* What could not be looked at might be open. */
	wanted.looks_max = 7;
	assert_int_equal(count_open(&s, organisation.tenant, wanted), 100);
	end(&s);
}

/* Once for each day, and never back. */
static void
uses(void **state)
{
	static const int32_t days[] = {20000, 20000, 20003, 20001, 20003};
	struct scene s;
	struct prb_stored_organisation organisation;
	struct prb_stored_api_key key, found;
	struct prb_state_access access;
	struct prb_state_counts counts;
	const struct prb_id unknown = {{1}};

	(void)state;
	begin(&s);
	organisation = state_found(s.state, 0);
	key = state_api_key(1, organisation.tenant);
	state_writing_begin(&s.w, s.state);
	assert_int_equal(state_put_api_key(&s.w, &key), PRB_OK);
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
		assert_int_equal(
			prb_batch_put_used(s.w.batch, key.tenant, &key.id, days[i], 5), PRB_OK);
	assert_int_equal(
		prb_batch_put_used(s.w.batch, key.tenant, &unknown, 1, 5), PRB_ERR_NOT_FOUND);
	assert_int_equal(prb_batch_put_used(s.w.batch, 1, &key.id, 20009, 5), PRB_ERR_NOT_FOUND);
	assert_int_equal(prb_batch_put_used(s.w.batch, key.tenant, &unknown, 0, 5), PRB_OK);
	state_writing_end(&s.w);
	assert_int_equal(prb_find_access(s.reader, key.sha256, &access), PRB_OK);
	assert_int_equal(access.used_day, 20003);
	assert_int_equal(prb_find_api_key(s.reader, key.tenant, &key.id, s.arena, &found), PRB_OK);
	assert_int_equal(found.used_day, 20003);
	assert_int_equal(prb_state_counts(s.state, &counts), PRB_OK);
	assert_int_equal(counts.records, 4);
	end(&s);
}

static void
holders(void **state)
{
	struct scene s;
	struct prb_stored_organisation organisation;
	struct prb_stored_declaration stored, page[8];
	struct prb_stored_api_key key, found;
	struct prb_id holders[2] = {{{1}}, {{2}}}, before;
	struct prb_stored_caller caller;
	size_t count;

	(void)state;
	begin(&s);
	organisation = state_found(s.state, 0);
	state_writing_begin(&s.w, s.state);
	for (uint64_t n = 0; n < 10; n++) {
		stored = state_declaration(n);
		stored.tenant = organisation.tenant;
		stored.caller = state_caller(n);
		if (n % 5 != 4)
			stored.holder = holders[n % 2];
		stored.holder_max = 4;
		assert_int_equal(state_put_declaration(&s.w, &stored), PRB_OK);
		assert_int_equal(s.w.what, PRB_PUT_NEW);
	}
	/* As many as it may; what was stored once is answered again all the same. */
	stored = state_declaration(11);
	stored.tenant = organisation.tenant;
	stored.holder = holders[0];
	stored.holder_max = 4;
	assert_int_equal(state_put_declaration(&s.w, &stored), PRB_ERR_USED_UP);
	stored.holder_max = 5;
	assert_int_equal(state_put_declaration(&s.w, &stored), PRB_OK);
	stored = state_declaration(6);
	stored.tenant = organisation.tenant;
	stored.holder = holders[0];
	stored.holder_max = 4;
	assert_int_equal(state_put_declaration(&s.w, &stored), PRB_OK);
	assert_int_equal(s.w.what, PRB_PUT_REPLAYED);
	/* Another organisation's holder of the same id is another. */
	stored = state_declaration(12);
	stored.holder = holders[0];
	stored.holder_max = 1;
	assert_int_equal(state_put_declaration(&s.w, &stored), PRB_OK);
	key = state_api_key(0, organisation.tenant);
	key.holder = holders[0];
	assert_int_equal(state_put_api_key(&s.w, &key), PRB_OK);
	state_writing_end(&s.w);

	for (uint64_t n = 0; n < 10; n++) {
		stored = state_declaration(n);
		for (size_t i = 0; i < 2; i++)
			assert_int_equal(prb_find_held(s.reader, organisation.tenant, &holders[i],
						 &stored.id),
				n % 5 != 4 && n % 2 == i ? PRB_OK : PRB_ERR_NOT_FOUND);
		assert_int_equal(
			prb_find_held(s.reader, 1, &holders[n % 2], &stored.id), PRB_ERR_NOT_FOUND);
	}
	assert_int_equal(prb_find_api_key(s.reader, key.tenant, &key.id, s.arena, &found), PRB_OK);
	assert_int_equal(found.declarations, 5);
	assert_int_equal(prb_find_declarations(s.reader, organisation.tenant, &holders[1], NULL, 8,
				 s.arena, page, &count),
		PRB_OK);
	assert_int_equal(count, 4);
	for (size_t i = 0; i < count; i++) {
		static const uint64_t expected[] = {7, 5, 3, 1};

		stored = state_declaration(expected[i]);
		assert_memory_equal(&page[i].id, &stored.id, sizeof(stored.id));
	}
	before = page[1].id;
	assert_int_equal(prb_find_declarations(s.reader, organisation.tenant, &holders[1], &before,
				 1, s.arena, page, &count),
		PRB_OK);
	assert_int_equal(count, 1);
	stored = state_declaration(3);
	stored.tenant = organisation.tenant;
	state_same(&page[0], &stored);
	caller = state_caller(3);
	assert_memory_equal(&page[0].caller, &caller, sizeof(caller));
	assert_int_equal(prb_find_declarations(s.reader, organisation.tenant, NULL, NULL, 8,
				 s.arena, page, &count),
		PRB_OK);
	assert_int_equal(count, 8);
	before = page[7].id;
	assert_int_equal(prb_find_declarations(s.reader, organisation.tenant, NULL, &before, 8,
				 s.arena, page, &count),
		PRB_OK);
	assert_int_equal(count, 3);
	assert_int_equal(
		prb_find_declarations(s.reader, 99, NULL, NULL, 8, s.arena, page, &count), PRB_OK);
	assert_int_equal(count, 0);
	end(&s);
}

/* In the order of the journal, of all tenants, a few at a time. */
static void
all_declarations(void **state)
{
	struct scene s;
	struct prb_stored_organisation organisation;
	struct prb_stored_declaration page[3], stored;
	uint64_t from = 0, next = 1, n = 0;
	size_t count;

	(void)state;
	begin(&s);
	assert_int_equal(state_put_batch(s.state, 0, 4), PRB_OK);
	organisation = state_found(s.state, 0);
	state_writing_begin(&s.w, s.state);
	for (uint64_t i = 4; i < 8; i++) {
		stored = state_declaration(i);
		stored.tenant = organisation.tenant;
		assert_int_equal(state_put_declaration(&s.w, &stored), PRB_OK);
	}
	state_writing_end(&s.w);
	while (next != 0) {
		assert_int_equal(
			prb_find_all_declarations(s.reader, from, 3, s.arena, page, &count, &next),
			PRB_OK);
		for (size_t i = 0; i < count; i++, n++) {
			stored = state_declaration(n);
			stored.tenant = n < 4 ? PRB_TENANT_OPEN : organisation.tenant;
			state_same(&page[i], &stored);
		}
		from = next;
	}
	assert_int_equal(n, 8);
	end(&s);
}

/* Every kind of record has a line with who made it; another tenant's are not there. */
static void
trail(void **state)
{
	struct scene s;
	struct prb_stored_organisation organisation;
	struct prb_stored_declaration declaration = state_declaration(0);
	struct prb_stored_attestation attestation = state_attestation(1, 0);
	struct prb_stored_revocation revocation;
	struct prb_stored_decision decision = state_decision(0);
	struct prb_stored_api_key key;
	struct prb_stored_event event;
	struct prb_stored_system system = state_system(0);
	struct prb_audit_line lines[16];
	struct prb_stored_caller caller = state_caller(8);
	static const uint8_t kinds[] = {5, 1, 2, 3, 4, 6, 11};
	const struct prb_id *ids[7] = {0};
	uint64_t next = 9;
	size_t count;

	(void)state;
	begin(&s);
	organisation = state_found(s.state, 7);
	declaration.tenant = attestation.tenant = decision.tenant = organisation.tenant;
	declaration.caller = attestation.caller = decision.caller = caller;
	revocation = state_revocation(0, &attestation.id, attestation.status);
	revocation.tenant = organisation.tenant;
	revocation.caller = caller;
	key = state_api_key(7, organisation.tenant);
	key.caller = caller;
	event = state_event(0, organisation.tenant);
	event.caller = caller;
	ids[0] = &organisation.id;
	ids[1] = &declaration.id;
	ids[2] = ids[3] = &attestation.id;
	ids[4] = &decision.id;
	ids[5] = &key.id;
	state_writing_begin(&s.w, s.state);
	assert_int_equal(state_put_declaration(&s.w, &declaration), PRB_OK);
	assert_int_equal(state_put_attestation(&s.w, &attestation), PRB_OK);
	assert_int_equal(state_put_system(&s.w, &system), PRB_OK);
	assert_int_equal(state_put_revocation(&s.w, &revocation), PRB_OK);
	assert_int_equal(state_put_decision(&s.w, &decision), PRB_OK);
	assert_int_equal(state_put_api_key(&s.w, &key), PRB_OK);
	assert_int_equal(prb_batch_put_used(s.w.batch, key.tenant, &key.id, 20000, 5), PRB_OK);
	assert_int_equal(state_put_event(&s.w, &event), PRB_OK);
	state_writing_end(&s.w);
	assert_int_equal(
		prb_find_audit(s.reader, organisation.tenant, 0, 16, s.arena, lines, &count, &next),
		PRB_OK);
	assert_int_equal(next, 0);
	assert_int_equal(count, sizeof(kinds));
	for (size_t i = 0; i < count; i++) {
		const struct prb_stored_caller *by = i == 0 ? &organisation.caller : &caller;

		assert_int_equal(lines[i].kind, kinds[i]);
		assert_int_equal(lines[i].tenant, organisation.tenant);
		assert_int_equal(lines[i].caller.kind, by->kind);
		assert_memory_equal(&lines[i].caller.id, &by->id, PRB_ID_BYTES);
		assert_false(lines[i].erased);
		if (ids[i])
			assert_memory_equal(&lines[i].object, ids[i], PRB_ID_BYTES);
	}
	assert_true(prb_span_equal(lines[6].event, event.event));
	/* What the record left. */
	assert_int_equal(lines[0].standing, organisation.standing);
	assert_true(prb_span_equal(lines[0].name, organisation.name));
	assert_int_equal(lines[5].role, key.role);
	assert_int_equal(lines[5].scopes, key.scopes);
	assert_int_equal(lines[5].expires, key.expires);
	assert_int_equal(lines[5].name.n, 0);
	assert_int_equal(lines[6].time_ms, event.time_ms);
	/* From the middle on, and in pages. */
	assert_int_equal(prb_find_audit(s.reader, organisation.tenant, lines[2].sequence, 2,
				 s.arena, lines, &count, &next),
		PRB_OK);
	assert_int_equal(count, 2);
	assert_int_equal(lines[0].kind, 2);
	assert_int_equal(lines[1].kind, 3);
	assert_int_equal(prb_find_audit(s.reader, organisation.tenant, next, 2, s.arena, lines,
				 &count, &next),
		PRB_OK);
	assert_int_equal(lines[0].kind, 4);
	assert_int_equal(prb_find_audit(s.reader, 0, 0, 16, s.arena, lines, &count, &next), PRB_OK);
	assert_int_equal(count, 1);
	assert_int_equal(lines[0].kind, 7);
	assert_int_equal(lines[0].caller.kind, 0);
	assert_int_equal(prb_find_audit(s.reader, 1, 0, 16, s.arena, lines, &count, &next), PRB_OK);
	assert_int_equal(count, 0);
	end(&s);
}

/* A place leads back to its sequence, shows nothing of it, and is of one tenant alone. */
static void
places(void **state)
{
	struct scene s;
	struct prb_stored_organisation one, other;
	uint8_t place[PRB_AUDIT_PLACE_BYTES], again[PRB_AUDIT_PLACE_BYTES];
	uint8_t next[PRB_AUDIT_PLACE_BYTES];

	(void)state;
	begin(&s);
	one = state_found(s.state, 7);
	other = state_found(s.state, 8);
	for (uint64_t sequence = 1; sequence < 300; sequence++) {
		uint64_t read = 0;

		prb_audit_place(s.reader, one.tenant, sequence, place);
		prb_audit_place(s.reader, one.tenant, sequence, again);
		assert_memory_equal(place, again, sizeof place);
		assert_true(prb_audit_place_read(s.reader, one.tenant, place, &read));
		assert_int_equal(read, sequence);
		/* Neighbours have nothing in common, not even the leading zeros. */
		prb_audit_place(s.reader, one.tenant, sequence + 1, next);
		assert_memory_not_equal(place, next, 7);
		assert_memory_not_equal(place + 8, next + 8, 6);
		read = 5;
		assert_false(prb_audit_place_read(s.reader, other.tenant, place, &read));
		place[sequence % sizeof place] ^= 1;
		assert_false(prb_audit_place_read(s.reader, one.tenant, place, &read));
		assert_int_equal(read, 5);
		prb_audit_place(s.reader, 0, sequence, place);
		assert_true(prb_audit_place_read(s.reader, 0, place, &read));
		assert_int_equal(read, sequence);
	}
	end(&s);
}

/* Two decisions made at once: the second is told. */
static void
seen_decisions(void **state)
{
	struct scene s;
	struct prb_stored_decision first = state_decision(0), again = state_decision(7), other;
	uint64_t sequence;

	(void)state;
	begin(&s);
	state_writing_begin(&s.w, s.state);
	first.seen = 5;
	assert_int_equal(state_put_decision(&s.w, &first), PRB_ERR_CONFLICT);
	first.seen = PRB_SEEN_NONE;
	assert_int_equal(state_put_decision(&s.w, &first), PRB_OK);
	sequence = s.w.sequence;
	/* 7 is of the same hit, 1 of another. */
	again.seen = PRB_SEEN_NONE;
	assert_int_equal(state_put_decision(&s.w, &again), PRB_ERR_CONFLICT);
	again.seen = sequence;
	assert_int_equal(state_put_decision(&s.w, &again), PRB_OK);
	other = state_decision(1);
	other.seen = PRB_SEEN_NONE;
	assert_int_equal(state_put_decision(&s.w, &other), PRB_OK);
	other = state_decision(14);
	other.seen = sequence;
	assert_int_equal(state_put_decision(&s.w, &other), PRB_ERR_CONFLICT);
	other.seen = 0;
	assert_int_equal(state_put_decision(&s.w, &other), PRB_OK);
	state_writing_end(&s.w);
	end(&s);
}

static bool
flip(void *context, uint8_t *key, size_t key_n, uint8_t *value, size_t value_n)
{
	(void)context;
	if (value_n > 0)
		value[value_n - 1] ^= 1;
	else
		key[key_n - 1] ^= 1;
	return true;
}

static bool
drop(void *context, uint8_t *key, size_t key_n, uint8_t *value, size_t value_n)
{
	(void)context;
	(void)key;
	(void)key_n;
	(void)value;
	(void)value_n;
	return false;
}

/* A changed or missing row of each of the tables is found, and made anew. */
static void
damage(void **state)
{
	static const char *const tables[] = {"access", "audit", "held", "organisation", "used"};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(tables) / sizeof(tables[0]); i++) {
		struct prb_stored_declaration declaration = state_declaration(0);
		struct prb_stored_organisation organisation;
		struct prb_state_counts counts;
		char out[STATE_PATH_BYTES];
		struct prb_stored_api_key key;
		struct prb_fault fault;
		struct scene s;

		begin(&s);
		organisation = state_found(s.state, 0);
		key = state_api_key(0, organisation.tenant);
		declaration.tenant = organisation.tenant;
		declaration.holder = key.holder;
		state_writing_begin(&s.w, s.state);
		assert_int_equal(state_put_api_key(&s.w, &key), PRB_OK);
		assert_int_equal(state_put_declaration(&s.w, &declaration), PRB_OK);
		assert_int_equal(
			prb_batch_put_used(s.w.batch, key.tenant, &key.id, 20000, 5), PRB_OK);
		state_writing_end(&s.w);
		prb_state_reader_destroy(s.reader);
		prb_state_close(s.state);
		prb_arena_destroy(s.arena);
		state_change(s.dir, tables[i / 2], 0, i % 2 == 0 ? flip : drop, NULL);
		state_expect_damage(s.dir, tables[i / 2]);
		state_path(out, "out");
		assert_int_equal(
			prb_state_rebuild(s.dir, out, NULL, NULL, &counts, &fault), PRB_OK);
		assert_false(counts.same);
		(void)state_verified(out);
		state_remove();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(organisations, after_each),
		cmocka_unit_test_teardown(keys, after_each),
		cmocka_unit_test_teardown(many_keys, after_each),
		cmocka_unit_test_teardown(open_keys, after_each),
		cmocka_unit_test_teardown(uses, after_each),
		cmocka_unit_test_teardown(holders, after_each),
		cmocka_unit_test_teardown(all_declarations, after_each),
		cmocka_unit_test_teardown(trail, after_each),
		cmocka_unit_test_teardown(places, after_each),
		cmocka_unit_test_teardown(seen_decisions, after_each),
		cmocka_unit_test_teardown(damage, after_each),
	};

	return cmocka_run_group_tests_name("state access", tests, setup, NULL);
}
