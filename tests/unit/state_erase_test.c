/* SPDX-License-Identifier: Apache-2.0 */

/* Data keys that are made, renewed and thrown away: what is left, what a crash in between leaves,
 * and what readers meet that are at work. */

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/state_support.h"

#define DAY_MS 86400000LL

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

static struct prb_state *
open_with_days(const char *dir, uint32_t key_days)
{
	const struct prb_state_options options = {.create = true, .key_days = key_days};
	struct prb_state *state = NULL;
	struct prb_fault fault;

	if (prb_state_open(dir, &options, &state, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
	return state;
}

/* The ring's text, for what stands in it. */
static void
read_ring(const char *dir, char text[4096])
{
	char path[STATE_PATH_BYTES];
	FILE *file;
	size_t n;

	state_join(path, dir, "keyring");
	file = fopen(path, "rb");
	assert_non_null(file);
	n = fread(text, 1, 4095, file);
	assert_int_equal(fclose(file), 0);
	text[n] = '\0';
}

/* One declaration of a tenant, made at a time. */
static struct prb_stored_declaration
put_at(struct prb_state *state, uint64_t n, uint32_t tenant, int64_t time_ms)
{
	struct prb_stored_declaration stored = state_declaration(n);
	struct prb_fault fault;
	struct state_writing w;

	stored.tenant = tenant;
	stored.time_ms = time_ms;
	stored.holder = (struct prb_id){{1}};
	assert_int_equal(prb_tenant_renew(state, tenant, time_ms, &fault), PRB_OK);
	state_writing_begin(&w, state);
	assert_int_equal(state_put_declaration(&w, &stored), PRB_OK);
	state_writing_end(&w);
	return stored;
}

static struct prb_stored_erasure
put_erasure(struct prb_state *state, uint32_t tenant, int64_t before_ms)
{
	struct prb_stored_erasure erasure = {.time_ms = 1799000000000,
		.tenant = tenant,
		.before_ms = before_ms,
		.caller = {.kind = 4}};
	struct state_writing w;
	struct prb_fault fault;

	if (prb_tenant_part(state, &erasure, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
	state_writing_begin(&w, state);
	assert_int_equal(state_put_erasure(&w, &erasure), PRB_OK);
	state_writing_end(&w);
	return erasure;
}

static void
erase(struct prb_state *state, uint32_t tenant, int64_t before_ms)
{
	const struct prb_stored_erasure erasure = put_erasure(state, tenant, before_ms);
	struct prb_fault fault;

	if (prb_tenant_erase(state, &erasure, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
}

static enum prb_err
found(struct prb_state *state, const struct prb_stored_declaration *stored)
{
	struct prb_arena *arena = prb_arena_create(1 << 22);
	struct prb_stored_declaration got;
	struct prb_state_reader *reader;
	enum prb_err err;

	assert_int_equal(prb_state_reader_create(state, &reader), PRB_OK);
	err = prb_find_declaration(reader, stored->tenant, &stored->id, arena, &got);
	prb_state_reader_destroy(reader);
	prb_arena_destroy(arena);
	return err;
}

/* Verifies, and is what its journal gives. */
static void
check_whole(const char *dir)
{
	char out[STATE_PATH_BYTES];
	struct prb_state_counts counts = state_verified(dir), rebuilt;
	struct prb_fault fault;

	state_path(out, "out");
	if (prb_state_rebuild(dir, out, NULL, NULL, &rebuilt, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
	assert_true(rebuilt.same);
	assert_memory_equal(rebuilt.state_sha256, counts.state_sha256, PRB_SHA256_BYTES);
}

/* Of an organisation that was erased there is an id, a standing and nothing else; of the others
 * everything. Nothing of it can be written any more, and its number never comes again. */
static void
whole(void **state)
{
	char dir[STATE_PATH_BYTES], ring[4096];
	struct prb_state *made;
	struct prb_stored_organisation gone, other, organisation;
	struct prb_stored_declaration declarations[3];
	struct prb_stored_api_key key, page[2];
	struct prb_arena *arena = prb_arena_create(1 << 22);
	struct prb_state_counts before, after;
	struct prb_stored_declaration list[2];
	struct prb_state_access access;
	struct prb_audit_line lines[8];
	struct prb_state_reader *reader;
	struct prb_sealer *sealer;
	struct state_writing w;
	struct prb_str sealed;
	struct prb_found_attestation attestation;
	int64_t revoked_ms;
	struct prb_id last;
	uint64_t next;
	size_t count;
	bool more;

	(void)state;
	state_path(dir, "s");
	made = state_make(dir, 0);
	gone = state_found(made, 0);
	other = state_found(made, 1);
	declarations[0] = put_at(made, 0, gone.tenant, 1790000000000);
	declarations[1] = put_at(made, 1, other.tenant, 1790000000000);
	declarations[2] = put_at(made, 2, PRB_TENANT_OPEN, 1790000000000);
	key = state_api_key(0, gone.tenant);
	state_writing_begin(&w, made);
	assert_int_equal(state_put_api_key(&w, &key), PRB_OK);
	state_writing_end(&w);
	prb_state_close(made);
	before = state_verified(dir);
	made = state_open(dir, false);
	erase(made, gone.tenant, 0);
	assert_int_equal(found(made, &declarations[0]), PRB_ERR_NOT_FOUND);
	assert_int_equal(found(made, &declarations[1]), PRB_OK);
	assert_int_equal(found(made, &declarations[2]), PRB_OK);
	assert_int_equal(prb_state_reader_create(made, &reader), PRB_OK);
	assert_int_equal(
		prb_find_attestation(reader, &declarations[0].attestation_id, arena, &attestation),
		PRB_ERR_NOT_FOUND);
	/* That it was issued is still known, and of what never was it is not said. */
	assert_int_equal(
		prb_find_issued(reader, &declarations[0].attestation_id, &revoked_ms), PRB_OK);
	assert_int_equal(revoked_ms, 0);
	assert_int_equal(
		prb_find_issued(reader, &declarations[0].id, &revoked_ms), PRB_ERR_NOT_FOUND);
	assert_int_equal(prb_find_access(reader, key.sha256, &access), PRB_ERR_NOT_FOUND);
	assert_int_equal(
		prb_find_api_key(reader, gone.tenant, &key.id, arena, &page[0]), PRB_ERR_NOT_FOUND);
	assert_int_equal(prb_find_api_keys(reader, gone.tenant, UINT32_MAX, NULL, 2, arena, page,
				 &count, &last, &more),
		PRB_OK);
	assert_int_equal(count, 0);
	assert_false(more);
	assert_int_equal(
		prb_find_declarations(reader, gone.tenant, NULL, NULL, 2, arena, list, &count),
		PRB_OK);
	assert_int_equal(count, 0);
	assert_int_equal(prb_find_organisation(reader, &gone.id, arena, &organisation), PRB_OK);
	assert_true(organisation.erased);
	assert_int_equal(organisation.name.n, 0);
	assert_int_equal(prb_find_organisation(reader, &other.id, arena, &organisation), PRB_OK);
	assert_false(organisation.erased);
	/* The trail says that there was something, and who threw it away. */
	assert_int_equal(
		prb_find_audit(reader, gone.tenant, 0, 8, arena, lines, &count, &next), PRB_OK);
	assert_int_equal(count, 4);
	for (size_t i = 0; i < 3; i++)
		assert_true(lines[i].erased && lines[i].caller.kind == 0);
	assert_int_equal(lines[3].kind, 10);
	assert_int_equal(lines[3].caller.kind, 4);
	assert_int_equal(lines[3].erased_tenant, gone.tenant);
	assert_int_equal(lines[3].erased_before_ms, 0);
	assert_int_equal(prb_find_audit(reader, 0, 0, 8, arena, lines, &count, &next), PRB_OK);
	assert_int_equal(count, 1);
	prb_state_reader_destroy(reader);
	sealer = prb_sealer_create(made);
	prb_str_init(&sealed, PRB_SEALED_BYTES_MAX);
	assert_int_equal(
		prb_seal_declaration(sealer, &declarations[0], &sealed), PRB_ERR_NOT_FOUND);
	assert_int_equal(prb_seal_organisation(sealer, &gone, &sealed), PRB_ERR_NOT_FOUND);
	assert_int_equal(sealed.n, 0);
	prb_str_finish(&sealed);
	prb_sealer_destroy(sealer);
	assert_int_equal(state_found(made, 2).tenant, 4);
	prb_state_close(made);
	read_ring(dir, ring);
	assert_non_null(strstr(ring, "\nerased 2 2\n"));
	assert_null(strstr(ring, "key 2 "));
	after = state_verified(dir);
	assert_int_equal(after.erasures, 1);
	/* Journal and log stay as they were. */
	assert_memory_equal(after.log_root, before.log_root, PRB_SHA256_BYTES);
	check_whole(dir);
	prb_arena_destroy(arena);
}

/* A crash behind the commit and before the ring was written: the next start finishes it. So does
 * the first start with a ring that was brought back from before. */
static void
settled_at_open(void **state)
{
	char dir[STATE_PATH_BYTES], ring[4096], older[4096];
	struct prb_stored_organisation gone, other;
	struct prb_stored_declaration declaration;
	struct prb_state *made;

	(void)state;
	state_path(dir, "s");
	made = state_make(dir, 0);
	gone = state_found(made, 0);
	other = state_found(made, 1);
	declaration = put_at(made, 0, gone.tenant, 1790000000000);
	put_erasure(made, gone.tenant, 0);
	assert_int_equal(found(made, &declaration), PRB_OK);
	prb_state_close(made);
	read_ring(dir, older);
	/* Who only reads changes nothing. */
	prb_state_close(state_open(dir, true));
	read_ring(dir, ring);
	assert_string_equal(ring, older);
	for (int i = 0; i < 2; i++) {
		made = state_open(dir, false);
		assert_int_equal(found(made, &declaration), PRB_ERR_NOT_FOUND);
		prb_state_close(made);
		read_ring(dir, ring);
		assert_non_null(strstr(ring, "\nerased 2 2\n"));
		assert_non_null(strstr(ring, "\nkey 3 3 "));
		*strstr(older, "sum ") = '\0';
		state_write_ring(dir, older);
		read_ring(dir, older);
	}
	assert_int_equal(other.tenant, 3);
	prb_state_close(state_open(dir, false));
	check_whole(dir);
}

/* Keys of open mode's tenant come again, since there is no other tenant there. */
static void
open_mode_goes_on(void **state)
{
	char dir[STATE_PATH_BYTES];
	struct prb_stored_declaration first, second;
	struct prb_state *made;

	(void)state;
	state_path(dir, "s");
	made = state_make(dir, 0);
	first = put_at(made, 0, PRB_TENANT_OPEN, 1790000000000);
	erase(made, PRB_TENANT_OPEN, 0);
	assert_int_equal(found(made, &first), PRB_ERR_NOT_FOUND);
	second = put_at(made, 3, PRB_TENANT_OPEN, 1790000000001);
	assert_int_equal(found(made, &second), PRB_OK);
	prb_state_close(made);
	/* The erasure names the keys that it threw away, and no later ones. */
	made = state_open(dir, false);
	assert_int_equal(found(made, &first), PRB_ERR_NOT_FOUND);
	assert_int_equal(found(made, &second), PRB_OK);
	prb_state_close(made);
	check_whole(dir);
}

static struct prb_stored_organisation
take_over(struct prb_state *state)
{
	struct prb_stored_organisation of = state_organisation(7, PRB_TENANT_OPEN);
	struct state_writing w;

	state_writing_begin(&w, state);
	assert_int_equal(state_put_organisation(&w, &of), PRB_OK);
	state_writing_end(&w);
	return of;
}

static enum prb_err
let_in(struct prb_state *state, const struct prb_stored_api_key *key)
{
	struct prb_state_access access;
	struct prb_state_reader *reader;
	enum prb_err err;

	assert_int_equal(prb_state_reader_create(state, &reader), PRB_OK);
	err = prb_find_access(reader, key->sha256, &access);
	prb_state_reader_destroy(reader);
	return err;
}

/* Once an organisation has it, its keys do not come again: they would let its own in once more. */
static void
taken_over_it_ends(void **state)
{
	char dir[STATE_PATH_BYTES];
	struct prb_stored_declaration before, behind;
	struct prb_stored_organisation of, other;
	struct prb_stored_api_key key;
	struct prb_state *made;
	struct state_writing w;
	struct prb_fault fault;

	(void)state;
	state_path(dir, "s");
	made = state_make(dir, 0);
	before = put_at(made, 0, PRB_TENANT_OPEN, 1790000000000);
	of = take_over(made);
	assert_int_equal(found(made, &before), PRB_OK);
	behind = put_at(made, 1, PRB_TENANT_OPEN, 1790000000001);
	key = state_api_key(1, PRB_TENANT_OPEN);
	state_writing_begin(&w, made);
	assert_int_equal(state_put_api_key(&w, &key), PRB_OK);
	/* It is one organisation's for good. */
	other = state_organisation(8, PRB_TENANT_OPEN);
	assert_int_equal(state_put_organisation(&w, &other), PRB_ERR_CONFLICT);
	state_writing_end(&w);
	assert_int_equal(let_in(made, &key), PRB_OK);
	assert_int_equal(state_found(made, 3).tenant, PRB_TENANT_OPEN + 1);
	erase(made, of.tenant, 0);
	assert_int_equal(prb_tenant_renew(made, PRB_TENANT_OPEN, 1790000000002, &fault), PRB_OK);
	assert_int_equal(found(made, &before), PRB_ERR_NOT_FOUND);
	assert_int_equal(found(made, &behind), PRB_ERR_NOT_FOUND);
	assert_int_equal(let_in(made, &key), PRB_ERR_NOT_FOUND);
	prb_state_close(made);
	check_whole(dir);
}

/* Periods of ten days: what lies in those that are over goes, and nothing else. The organisation,
 * its keys and every index stay. */
static void
periods(void **state)
{
	/* Days at which one is put; the key that it comes under: 2, and a new one each ten days. */
	static const struct {
		int day, key;
	} rows[] = {{0, 2}, {9, 2}, {10, 3}, {19, 3}, {20, 4}, {45, 5}, {54, 5}, {55, 6}};
	static const struct {
		int before;
		size_t gone;
	} erasures[] = {{9, 0}, {10, 2}, {19, 2}, {20, 4}, {44, 4}, {45, 5}, {54, 5}, {999, 8}};
	const int64_t start = 1790000000000;
	char dir[STATE_PATH_BYTES], ring[4096];
	struct prb_stored_declaration declarations[8], list[8];
	struct prb_arena *arena = prb_arena_create(1 << 22);
	struct prb_stored_organisation organisation, again;
	struct prb_state_reader *reader;
	struct prb_stored_api_key key;
	struct prb_state_access access;
	struct prb_state *made;
	struct state_writing w;
	size_t count;

	(void)state;
	state_path(dir, "s");
	made = open_with_days(dir, 10);
	organisation = state_found(made, 0);
	key = state_api_key(0, organisation.tenant);
	key.holder = (struct prb_id){{1}};
	state_writing_begin(&w, made);
	assert_int_equal(state_put_api_key(&w, &key), PRB_OK);
	state_writing_end(&w);
	for (size_t i = 0; i < 8; i++) {
		char line[32];

		declarations[i] =
			put_at(made, i, organisation.tenant, start + rows[i].day * DAY_MS);
		read_ring(dir, ring);
		(void)snprintf(line, sizeof(line), "\nkey %d 2 ", rows[i].key);
		assert_non_null(strstr(ring, line));
		(void)snprintf(line, sizeof(line), "\nkey %d ", rows[i].key + 1);
		assert_null(strstr(ring, line));
	}
	for (size_t e = 0; e < sizeof(erasures) / sizeof(erasures[0]); e++) {
		if (e % 2 == 0)
			erase(made, organisation.tenant, start + erasures[e].before * DAY_MS);
		else { /* finished by the next start */
			put_erasure(made, organisation.tenant, start + erasures[e].before * DAY_MS);
			prb_state_close(made);
			made = open_with_days(dir, 10);
		}
		for (size_t i = 0; i < 8; i++)
			assert_int_equal(found(made, &declarations[i]),
				i < erasures[e].gone ? PRB_ERR_NOT_FOUND : PRB_OK);
		assert_int_equal(prb_state_reader_create(made, &reader), PRB_OK);
		assert_int_equal(
			prb_find_organisation(reader, &organisation.id, arena, &again), PRB_OK);
		assert_true(prb_span_equal(again.name, organisation.name));
		assert_int_equal(prb_find_access(reader, key.sha256, &access), PRB_OK);
		assert_int_equal(
			prb_find_api_key(reader, key.tenant, &key.id, arena, &key), PRB_OK);
		assert_int_equal(key.declarations, 8);
		assert_int_equal(
			prb_find_held(reader, key.tenant, &key.holder, &declarations[0].id),
			PRB_OK);
		assert_int_equal(prb_find_declarations(reader, organisation.tenant, &key.holder,
					 NULL, 8, arena, list, &count),
			PRB_OK);
		assert_int_equal(count, 8 - erasures[e].gone);
		prb_state_reader_destroy(reader);
		prb_arena_reset(arena);
	}
	prb_state_close(made);
	read_ring(dir, ring);
	assert_non_null(strstr(ring, "\nindex 2 2 "));
	assert_non_null(strstr(ring, "\nerased 3 2\n"));
	assert_non_null(strstr(ring, "\nerased 6 2\n"));
	assert_non_null(strstr(ring, "\nkey 7 2 "));
	/* And then everything. */
	made = open_with_days(dir, 10);
	erase(made, organisation.tenant, 0);
	assert_int_equal(found(made, &declarations[7]), PRB_ERR_NOT_FOUND);
	prb_state_close(made);
	read_ring(dir, ring);
	assert_non_null(strstr(ring, "\nerased 2 2\n"));
	check_whole(dir);
	prb_arena_destroy(arena);
}

/* Who declares no more: his last period ends with the erasure that comes after it, which says how
 * many keys went and from when on what is left was made. What came since stays as a whole. */
static void
last_period(void **state)
{
	const int64_t start = 1790000000000;
	static const struct {
		int before; /* days behind the start */
		uint32_t keys;
		int kept_from;
		size_t gone;
	} rows[] = {{3, 0, 0, 0}, {5, 0, 0, 0}, {6, 1, 6, 2}, {9, 0, 6, 2}};
	char dir[STATE_PATH_BYTES];
	struct prb_stored_declaration declarations[3];
	struct prb_stored_organisation organisation;
	struct prb_stored_erasure erasure;
	struct prb_stored_api_key key;
	struct prb_state *made;
	struct state_writing w;
	struct prb_fault fault;

	(void)state;
	state_path(dir, "s");
	made = open_with_days(dir, 30);
	organisation = state_found(made, 0);
	declarations[0] = put_at(made, 0, organisation.tenant, start);
	declarations[1] = put_at(made, 1, organisation.tenant, start + 5 * DAY_MS);
	/* What is not sealed under that key does not hold it. */
	key = state_api_key(0, organisation.tenant);
	key.time_ms = start + 20 * DAY_MS;
	state_writing_begin(&w, made);
	assert_int_equal(state_put_api_key(&w, &key), PRB_OK);
	state_writing_end(&w);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		erasure = put_erasure(made, organisation.tenant, start + rows[i].before * DAY_MS);
		assert_int_equal(erasure.keys, rows[i].keys);
		assert_int_equal(erasure.kept_from_ms, start + rows[i].kept_from * DAY_MS);
		assert_int_equal(prb_tenant_erase(made, &erasure, &fault), PRB_OK);
		for (size_t d = 0; d < 2; d++)
			assert_int_equal(found(made, &declarations[d]),
				d < rows[i].gone ? PRB_ERR_NOT_FOUND : PRB_OK);
	}
	declarations[2] = put_at(made, 2, organisation.tenant, start + 9 * DAY_MS);
	assert_int_equal(found(made, &declarations[2]), PRB_OK);
	prb_state_close(made);
	made = open_with_days(dir, 30);
	assert_int_equal(found(made, &declarations[1]), PRB_ERR_NOT_FOUND);
	assert_int_equal(found(made, &declarations[2]), PRB_OK);
	prb_state_close(made);
	check_whole(dir);
}

/* Whose something is, is found without opening it: also where there is nothing to open any more. */
static void
places_without_opening(void **state)
{
	char dir[STATE_PATH_BYTES];
	const int64_t start = 1790000000000;
	struct prb_stored_declaration first, later;
	struct prb_arena *arena = prb_arena_create(1 << 22);
	struct prb_found_attestation attestation;
	struct prb_stored_organisation organisation;
	struct prb_state_reader *reader;
	struct prb_id declaration, ids[2];
	struct prb_state *made;
	uint32_t tenant;

	(void)state;
	state_path(dir, "s");
	made = open_with_days(dir, 10);
	organisation = state_found(made, 0);
	first = put_at(made, 0, organisation.tenant, start);
	later = put_at(made, 5, organisation.tenant, start + 10 * DAY_MS);
	erase(made, organisation.tenant, start + 10 * DAY_MS);
	assert_int_equal(prb_state_reader_create(made, &reader), PRB_OK);
	assert_int_equal(prb_find_attestation(reader, &first.attestation_id, arena, &attestation),
		PRB_ERR_NOT_FOUND);
	assert_int_equal(
		prb_find_attested(reader, &first.attestation_id, &tenant, &declaration), PRB_OK);
	assert_int_equal(tenant, organisation.tenant);
	assert_memory_equal(&declaration, &first.id, sizeof(declaration));
	assert_int_equal(
		prb_find_attested(reader, &first.id, &tenant, &declaration), PRB_ERR_NOT_FOUND);
	ids[0] = first.report_id;
	ids[1] = first.id;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(prb_find_reported(reader, tenant, &ids[i], &declaration), PRB_OK);
		assert_memory_equal(&declaration, &first.id, sizeof(declaration));
		assert_int_equal(prb_find_reported(reader, tenant + 1, &ids[i], &declaration),
			PRB_ERR_NOT_FOUND);
	}
	assert_int_equal(prb_find_reported(reader, tenant, &later.report_id, &declaration), PRB_OK);
	assert_memory_equal(&declaration, &later.id, sizeof(declaration));
	prb_state_reader_destroy(reader);
	prb_state_close(made);
	prb_arena_destroy(arena);
	check_whole(dir);
}

/* A ring of version 1 does not say when its key was made: the first record that is written brings a
 * new one, and the hashes stay those of the first. */
static void
ring_of_before(void **state)
{
	char dir[STATE_PATH_BYTES], ring[4096], old[4096];
	struct prb_stored_declaration first, second;
	struct prb_state *made;
	char *word;

	(void)state;
	state_path(dir, "s");
	made = state_make(dir, 0);
	first = put_at(made, 0, PRB_TENANT_OPEN, 1790000000000);
	prb_state_close(made);
	read_ring(dir, ring);
	word = strstr(ring, "key 1 1 ");
	(void)snprintf(
		old, sizeof(old), "probity keyring 1\nkey 1 1 %.64s\n", strchr(word + 8, ' ') + 1);
	state_write_ring(dir, old);
	made = open_with_days(dir, 30);
	assert_int_equal(found(made, &first), PRB_OK);
	second = put_at(made, 4, PRB_TENANT_OPEN, 1790000000000 + DAY_MS);
	assert_int_equal(found(made, &second), PRB_OK);
	read_ring(dir, ring);
	assert_non_null(strstr(ring, "probity keyring 2\nkey 1 1 0 "));
	assert_non_null(strstr(ring, "\nkey 2 1 1790086400000 "));
	prb_state_close(made);
	check_whole(dir);
}

/* ---- readers at work ---- */

#define READERS 3
#define ROUNDS 40

struct reading {
	struct prb_state *state;
	struct prb_stored_declaration stored, steady;
	atomic_uint erased; /* of the tenant that goes */
	atomic_bool stop;
	atomic_uint wrong, looks;
};

/* What is there is opened, what was erased is not found, and nothing is ever damaged. */
static void *
read_on(void *argument)
{
	struct reading *r = argument;
	struct prb_arena *arena = prb_arena_create(1 << 22);
	struct prb_stored_declaration got;
	struct prb_state_reader *reader;

	if (!arena || prb_state_reader_create(r->state, &reader) != PRB_OK) {
		atomic_fetch_add(&r->wrong, 1);
		return NULL;
	}
	while (!atomic_load(&r->stop)) {
		bool gone = atomic_load(&r->erased) != 0;
		enum prb_err err =
			prb_find_declaration(reader, r->stored.tenant, &r->stored.id, arena, &got);

		/* Before it was erased it may be found or, by then, be gone. */
		if (err != PRB_ERR_NOT_FOUND && (gone || err != PRB_OK))
			atomic_fetch_add(&r->wrong, 1);
		if (prb_find_declaration(reader, r->steady.tenant, &r->steady.id, arena, &got) !=
			PRB_OK)
			atomic_fetch_add(&r->wrong, 1);
		atomic_fetch_add(&r->looks, 1);
		prb_arena_reset(arena);
	}
	prb_state_reader_destroy(reader);
	prb_arena_destroy(arena);
	return NULL;
}

static void
round_of(struct reading *r, uint64_t n)
{
	struct prb_stored_organisation organisation = state_found(r->state, n);
	pthread_t threads[READERS];
	unsigned looks;

	r->stored = put_at(r->state, n, organisation.tenant, 1790000000000);
	atomic_store(&r->erased, 0);
	atomic_store(&r->stop, false);
	atomic_store(&r->looks, 0);
	for (size_t i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_on, r), 0);
	do
		looks = atomic_load(&r->looks);
	while (looks < READERS && atomic_load(&r->wrong) == 0);
	erase(r->state, organisation.tenant, 0);
	atomic_store(&r->erased, 1);
	do
		looks = atomic_load(&r->looks);
	while (looks < 4 * READERS && atomic_load(&r->wrong) == 0);
	atomic_store(&r->stop, true);
	for (size_t i = 0; i < READERS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
}

static void
beside_readers(void **state)
{
	char dir[STATE_PATH_BYTES];
	static struct reading r;

	(void)state;
	state_path(dir, "s");
	r.state = state_make(dir, 0);
	r.steady = put_at(r.state, 1000, PRB_TENANT_OPEN, 1790000000000);
	for (uint64_t n = 0; n < ROUNDS; n++)
		round_of(&r, n);
	assert_int_equal(atomic_load(&r.wrong), 0);
	prb_state_close(r.state);
	(void)state_verified(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(whole, after_each),
		cmocka_unit_test_teardown(settled_at_open, after_each),
		cmocka_unit_test_teardown(open_mode_goes_on, after_each),
		cmocka_unit_test_teardown(taken_over_it_ends, after_each),
		cmocka_unit_test_teardown(periods, after_each),
		cmocka_unit_test_teardown(last_period, after_each),
		cmocka_unit_test_teardown(places_without_opening, after_each),
		cmocka_unit_test_teardown(ring_of_before, after_each),
		cmocka_unit_test_teardown(beside_readers, after_each),
	};

	return cmocka_run_group_tests_name("state erasure", tests, setup, NULL);
}
