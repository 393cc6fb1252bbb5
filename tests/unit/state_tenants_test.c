/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Random lives of several organisations beside each other, against a model: what each sees is what
 * it stored and what was not erased, nobody finds another's, whatever the id, and all of it follows
 * from the journal and the key ring.
 */

#include <sodium.h>
#include <string.h>

#include "tests/unit/state_support.h"

#define TENANTS_MAX 6
#define KEYS_MAX 48
#define DECLARATIONS_MAX 160
#define PERIODS_MAX 64
#define HOLDERS 3
#define KEY_DAYS 7
#define DAY_MS 86400000LL
#define ROUNDS 6

static uint64_t random_state;

static uint64_t
draw(uint64_t below)
{
	random_state = random_state * 6364136223846793005U + 1442695040888963407U;
	return (random_state >> 33) % below;
}

struct tenant {
	struct prb_stored_organisation organisation;
	int64_t made_ms[PERIODS_MAX]; /* of its data keys */
	size_t periods, erased_periods;
	bool gone;
};

struct declared {
	struct prb_id id, holder;
	size_t tenant, period;
	bool has_holder;
};

struct key {
	struct prb_stored_api_key stored;
	size_t tenant;
	int32_t used_day;
};

static struct model {
	char dir[STATE_PATH_BYTES];
	struct prb_state *state;
	int64_t now_ms;
	struct tenant tenants[TENANTS_MAX];
	struct declared declared[DECLARATIONS_MAX];
	struct key keys[KEYS_MAX];
	size_t tenants_count, declared_count, keys_count;
	uint64_t events;
	bool adopted;
	struct state_writing w;
} model;

static void
open_model(void)
{
	const struct prb_state_options options = {.create = true, .key_days = KEY_DAYS};
	struct prb_fault fault;

	if (prb_state_open(model.dir, &options, &model.state, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
}

static struct prb_id
holder_of(size_t tenant, uint64_t n)
{
	/* The same ids in every tenant: they are not the same holders. */
	struct prb_id id = {{(uint8_t)(n + 1)}};

	(void)tenant;
	return id;
}

/* As the writer does: a record may bring a new data key. */
static bool
renew(struct tenant *t)
{
	struct prb_fault fault;

	if (t->gone || t->periods == PERIODS_MAX)
		return false;
	assert_int_equal(
		prb_tenant_renew(model.state, t->organisation.tenant, model.now_ms, &fault),
		PRB_OK);
	if (model.now_ms - t->made_ms[t->periods - 1] >= KEY_DAYS * DAY_MS)
		t->made_ms[t->periods++] = model.now_ms;
	return true;
}

static void
add_tenant(void)
{
	struct tenant *t = &model.tenants[model.tenants_count];
	struct prb_fault fault;
	uint32_t number = PRB_TENANT_OPEN;
	/* One of them takes over the tenant of open mode, whose first key is of no known time. */
	bool adopts = !model.adopted && (model.tenants_count == 2 || draw(3) == 0);

	if (model.tenants_count == TENANTS_MAX)
		return;
	if (!adopts)
		assert_int_equal(
			prb_tenant_make(model.state, model.now_ms, &number, &fault), PRB_OK);
	*t = (struct tenant){.organisation = state_organisation(model.tenants_count, number),
		.made_ms = {adopts ? 0 : model.now_ms},
		.periods = 1};
	if (adopts)
		model.adopted = renew(t);
	t->organisation.name = PRB_SPAN("an organisation");
	state_writing_begin(&model.w, model.state);
	assert_int_equal(state_put_organisation(&model.w, &t->organisation), PRB_OK);
	t->organisation.sequence = model.w.sequence;
	state_writing_end(&model.w);
	model.tenants_count++;
}

static void
add_declaration(size_t at)
{
	struct tenant *t = &model.tenants[at];
	struct declared *d = &model.declared[model.declared_count];
	struct prb_stored_declaration stored;

	if (model.declared_count == DECLARATIONS_MAX || !renew(t))
		return;
	stored = state_declaration(model.declared_count);
	stored.tenant = t->organisation.tenant;
	stored.time_ms = model.now_ms;
	*d = (struct declared){.id = stored.id,
		.tenant = at,
		.period = t->periods - 1,
		.has_holder = draw(3) != 0,
		.holder = holder_of(at, draw(HOLDERS))};
	if (d->has_holder)
		stored.holder = d->holder;
	state_writing_begin(&model.w, model.state);
	assert_int_equal(state_put_declaration(&model.w, &stored), PRB_OK);
	state_writing_end(&model.w);
	model.declared_count++;
}

static void
add_key(size_t at)
{
	struct key *key = &model.keys[model.keys_count];

	if (model.keys_count == KEYS_MAX || model.tenants[at].gone)
		return;
	*key = (struct key){.tenant = at,
		.stored = state_api_key(model.keys_count, model.tenants[at].organisation.tenant)};
	key->stored.name = PRB_SPAN("a key");
	key->stored.idempotency_key = PRB_SPAN_NONE;
	key->stored.holder = holder_of(at, draw(HOLDERS));
	state_writing_begin(&model.w, model.state);
	assert_int_equal(state_put_api_key(&model.w, &key->stored), PRB_OK);
	key->stored.sequence = model.w.sequence;
	state_writing_end(&model.w);
	model.keys_count++;
}

/* Revoked by who has seen it, or used. */
static void
change_key(struct key *key)
{
	int32_t day = (int32_t)(model.now_ms / DAY_MS);

	if (model.tenants[key->tenant].gone)
		return;
	state_writing_begin(&model.w, model.state);
	if (draw(4) == 0) {
		key->stored.standing = PRB_API_KEY_REVOKED;
		key->stored.seen = key->stored.sequence - 1;
		assert_int_equal(state_put_api_key(&model.w, &key->stored), PRB_ERR_CONFLICT);
		key->stored.seen = key->stored.sequence;
		assert_int_equal(state_put_api_key(&model.w, &key->stored), PRB_OK);
		key->stored.sequence = model.w.sequence;
	} else {
		assert_int_equal(prb_batch_put_used(model.w.batch, key->stored.tenant,
					 &key->stored.id, day, model.now_ms),
			PRB_OK);
		key->used_day = day;
	}
	state_writing_end(&model.w);
}

static void
add_event(struct tenant *t)
{
	struct prb_stored_event event = state_event(model.events, t->organisation.tenant);

	if (!renew(t))
		return;
	state_writing_begin(&model.w, model.state);
	assert_int_equal(state_put_event(&model.w, &event), PRB_OK);
	state_writing_end(&model.w);
	model.events++;
}

/* Finished at once, or by the next start. */
static void
erase(struct tenant *t)
{
	const struct prb_stored_erasure erasure = {.time_ms = model.now_ms,
		.tenant = t->organisation.tenant,
		.before_ms = draw(3) == 0 ? 0
					  : t->made_ms[0] + (int64_t)draw(60) * DAY_MS +
						    (int64_t)draw(2)};
	struct prb_fault fault;

	state_writing_begin(&model.w, model.state);
	assert_int_equal(state_put_erasure(&model.w, &erasure), PRB_OK);
	state_writing_end(&model.w);
	if (draw(3) == 0) {
		prb_state_close(model.state);
		open_model();
	} else
		assert_int_equal(prb_tenant_erase(model.state, &erasure, &fault), PRB_OK);
	if (erasure.before_ms == 0)
		t->gone = true;
	while (t->erased_periods + 1 < t->periods &&
		t->made_ms[t->erased_periods + 1] <= erasure.before_ms)
		t->erased_periods++;
}

static void
live(void)
{
	uint64_t what = draw(20);
	size_t tenant;

	model.now_ms += (int64_t)draw(2 * DAY_MS);
	if (model.tenants_count == 0 || what == 0) {
		add_tenant();
		return;
	}
	tenant = (size_t)draw(model.tenants_count);
	if (what < 10)
		add_declaration(tenant);
	else if (what < 13)
		add_key(tenant);
	else if (what < 16 && model.keys_count > 0)
		change_key(&model.keys[draw(model.keys_count)]);
	else if (what < 18)
		add_event(&model.tenants[tenant]);
	else if (what == 18)
		erase(&model.tenants[tenant]);
	else {
		prb_state_close(model.state);
		open_model();
	}
}

static bool
is_there(const struct declared *d)
{
	const struct tenant *t = &model.tenants[d->tenant];

	return !t->gone && d->period >= t->erased_periods;
}

/* What a tenant sees in pages, whole or a holder's alone, is what the model says, newest first. */
static void
check_pages(struct prb_state_reader *reader, struct prb_arena *arena, size_t at,
	const struct prb_id *holder)
{
	struct prb_stored_declaration page[7];
	struct prb_id before;
	size_t count = 7, n = model.declared_count;
	bool first = true;

	while (count == 7) {
		assert_int_equal(
			prb_find_declarations(reader, model.tenants[at].organisation.tenant, holder,
				first ? NULL : &before, 7, arena, page, &count),
			PRB_OK);
		first = false;
		for (size_t i = 0; i < count; i++) {
			const struct declared *d;

			do {
				assert_true(n > 0);
				d = &model.declared[--n];
			} while (d->tenant != at || !is_there(d) ||
				 (holder && (!d->has_holder || memcmp(&d->holder, holder,
								       sizeof(*holder)) != 0)));
			assert_memory_equal(&page[i].id, &d->id, sizeof(d->id));
			before = page[i].id;
		}
		prb_arena_reset(arena);
	}
	while (n-- > 0) {
		const struct declared *d = &model.declared[n];

		assert_false(d->tenant == at && is_there(d) &&
			     (!holder || (d->has_holder && memcmp(&d->holder, holder,
								   sizeof(*holder)) == 0)));
	}
}

static void
check_declaration(
	struct prb_state_reader *reader, struct prb_arena *arena, const struct declared *d)
{
	for (size_t at = 0; at < model.tenants_count; at++) {
		uint32_t tenant = model.tenants[at].organisation.tenant;
		bool mine = at == d->tenant;
		struct prb_found_attestation attestations[2];
		struct prb_stored_declaration found;
		size_t count;
		bool more;

		assert_int_equal(prb_find_declaration(reader, tenant, &d->id, arena, &found),
			mine && is_there(d) ? PRB_OK : PRB_ERR_NOT_FOUND);
		assert_int_equal(prb_find_report(reader, tenant, &d->id, arena, &found),
			mine && is_there(d) ? PRB_OK : PRB_ERR_NOT_FOUND);
		assert_int_equal(prb_find_attestations_of(reader, tenant, &d->id, 2, arena,
					 attestations, &count, &more),
			mine && is_there(d) ? PRB_OK : PRB_ERR_NOT_FOUND);
		for (uint64_t n = 0; n < HOLDERS; n++) {
			struct prb_id holder = holder_of(at, n);
			bool his = mine && d->has_holder &&
				   memcmp(&holder, &d->holder, sizeof(holder)) == 0;

			assert_int_equal(prb_find_held(reader, tenant, &holder, &d->id),
				his && !model.tenants[at].gone ? PRB_OK : PRB_ERR_NOT_FOUND);
		}
	}
	prb_arena_reset(arena);
}

static void
check_key(struct prb_state_reader *reader, struct prb_arena *arena, const struct key *key)
{
	const struct tenant *t = &model.tenants[key->tenant];
	struct prb_stored_api_key found;
	struct prb_state_access access;
	enum prb_err err = prb_find_access(reader, key->stored.sha256, &access);

	assert_int_equal(err, t->gone ? PRB_ERR_NOT_FOUND : PRB_OK);
	for (size_t at = 0; at < model.tenants_count; at++)
		assert_int_equal(prb_find_api_key(reader, model.tenants[at].organisation.tenant,
					 &key->stored.id, arena, &found),
			at == key->tenant && !t->gone ? PRB_OK : PRB_ERR_NOT_FOUND);
	if (t->gone)
		return;
	assert_int_equal(access.tenant, t->organisation.tenant);
	assert_memory_equal(&access.id, &key->stored.id, sizeof(access.id));
	assert_memory_equal(&access.holder, &key->stored.holder, sizeof(access.holder));
	assert_int_equal(access.standing, key->stored.standing);
	assert_int_equal(access.used_day, key->used_day);
}

static void
check_model(void)
{
	struct prb_arena *arena = prb_arena_create(1 << 24);
	struct prb_state_reader *reader;

	assert_non_null(arena);
	assert_int_equal(prb_state_reader_create(model.state, &reader), PRB_OK);
	for (size_t at = 0; at < model.tenants_count; at++) {
		struct prb_stored_organisation found;

		check_pages(reader, arena, at, NULL);
		for (uint64_t n = 0; n < HOLDERS; n++) {
			struct prb_id holder = holder_of(at, n);

			check_pages(reader, arena, at, &holder);
		}
		assert_int_equal(prb_find_organisation(
					 reader, &model.tenants[at].organisation.id, arena, &found),
			PRB_OK);
		assert_int_equal(found.erased, model.tenants[at].gone);
	}
	for (size_t i = 0; i < model.declared_count; i++)
		check_declaration(reader, arena, &model.declared[i]);
	for (size_t i = 0; i < model.keys_count; i++)
		check_key(reader, arena, &model.keys[i]);
	prb_state_reader_destroy(reader);
	prb_arena_destroy(arena);
}

static void
lives(void **state)
{
	uint8_t seed[4];

	(void)state;
	assert_true(sodium_init() >= 0);
	randombytes_buf(seed, sizeof(seed));
	random_state = (uint64_t)seed[0] << 24 | seed[1] << 16 | seed[2] << 8 | seed[3];
	print_message("seed %llu\n", (unsigned long long)random_state);
	for (int round = 0; round < ROUNDS; round++) {
		char out[STATE_PATH_BYTES];
		struct prb_state_counts counts, rebuilt;
		struct prb_fault fault;

		model = (struct model){.now_ms = 1790000000000};
		state_path(model.dir, "s");
		state_path(out, "out");
		open_model();
		for (uint64_t steps = 40 + draw(160), i = 1; i <= steps; i++) {
			live();
			if (i % 40 == 0)
				check_model();
		}
		check_model();
		prb_state_close(model.state);
		counts = state_verified(model.dir);
		assert_int_equal(counts.organisations, model.tenants_count);
		assert_int_equal(counts.api_keys, model.keys_count);
		assert_int_equal(counts.events, model.events);
		if (prb_state_rebuild(model.dir, out, NULL, NULL, &rebuilt, &fault) != PRB_OK)
			fail_msg("%s", fault.detail);
		assert_true(rebuilt.same);
		assert_memory_equal(rebuilt.state_sha256, counts.state_sha256, PRB_SHA256_BYTES);
		/* And what was rebuilt is as good. */
		(void)state_verified(out);
		memcpy(model.dir, out, sizeof(out));
		open_model();
		check_model();
		prb_state_close(model.state);
		state_remove();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(lives)};

	return cmocka_run_group_tests_name("state tenants", tests, NULL, NULL);
}
