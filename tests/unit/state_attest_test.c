/* SPDX-License-Identifier: Apache-2.0 */

/* Further attestations, revocations, status lists and what the server uses: their bytes, what they
 * are found by, what is refused, and that all follows from the journal. */

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/state/rows.h"
#include "tests/unit/state_support.h"

static struct prb_arena *arena;

static int
setup(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)64 << 20);
	return arena && sodium_init() >= 0 ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	prb_arena_destroy(arena);
	return 0;
}

static int
after_each(void **state)
{
	(void)state;
	prb_arena_reset(arena);
	state_remove();
	return 0;
}

static const char ring_line[] =
	"probity keyring 1\n"
	"key 1 1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

static struct prb_keyring *
make_ring(void)
{
	uint8_t sum[crypto_hash_sha256_BYTES];
	char text[512], hex[2 * sizeof(sum) + 1];
	struct prb_keyring *ring = NULL;

	crypto_hash_sha256(sum, (const unsigned char *)ring_line, strlen(ring_line));
	sodium_bin2hex(hex, sizeof(hex), sum, sizeof(sum));
	(void)snprintf(text, sizeof(text), "%ssum %s\n", ring_line, hex);
	assert_int_equal(prb_keyring_parse(prb_span_of(text), &ring, NULL), PRB_OK);
	return ring;
}

/* The front of a sealed record must be this; the size of its sealed part is put in. Then each
 * flipped bit of it is seen: as another record, as damage, or by the tag. */
static void
expect_sealed(struct prb_opener *opener, const struct prb_str *sealed, const char *open_hex,
	struct prb_body *body)
{
	char expected[1024], found[1024];
	size_t open_bytes = strlen(open_hex) / 2;
	struct prb_record record;
	char *copy = malloc(sealed->n);

	assert_non_null(copy);
	memcpy(copy, sealed->p, sealed->n);
	(void)snprintf(expected, sizeof(expected), "%.48s%08x%s", open_hex,
		(unsigned)(sealed->n - open_bytes), open_hex + 56);
	sodium_bin2hex(found, sizeof(found), (const unsigned char *)copy, open_bytes);
	assert_string_equal(found, expected);
	for (size_t bit = 0; bit < 8 * sealed->n; bit++) {
		struct prb_span bytes = {copy, sealed->n};

		copy[bit / 8] = (char)(copy[bit / 8] ^ (1 << bit % 8));
		assert_false(prb_record_read(bytes, &record, NULL) == PRB_OK &&
			     prb_opener_open(opener, &record, NULL, body, NULL) == PRB_OK);
		copy[bit / 8] = (char)(copy[bit / 8] ^ (1 << bit % 8));
	}
	free(copy);
	assert_int_equal(prb_record_read(prb_str_span(sealed), &record, NULL), PRB_OK);
	assert_int_equal(prb_opener_open(opener, &record, NULL, body, NULL), PRB_OK);
}

/* The format must not drift. The keyed hash of the report's id is the one of state_record_test. */
static void
pinned(void **state)
{
	static const char attestation_hex[] = "01"
					      "02"
					      "0000"
					      "00000001"
					      "0000000102030405"
					      "00000001"
					      "0000005b"
					      "--------"
					      "00000000"
					      "0001"
					      "00000010"
					      "11111111111111111111111111111111"
					      "0002"
					      "00000010"
					      "22222222222222222222222222222222"
					      "0003"
					      "00000010"
					      "fd1922e1ab489ca0ba5bdce2918afd61"
					      "0006"
					      "00000005"
					      "656e747279"
					      "0008"
					      "00000008"
					      "0000000300010203";
	static const char revocation_hex[] = "01"
					     "03"
					     "0000"
					     "00000001"
					     "0000000102030405"
					     "00000001"
					     "0000002f"
					     "--------"
					     "00000000"
					     "0002"
					     "00000010"
					     "22222222222222222222222222222222"
					     "0006"
					     "00000005"
					     "656e747279"
					     "0008"
					     "00000008"
					     "0000000300010203";
	struct prb_keyring *ring = make_ring();
	struct prb_sealer *sealer = prb_sealer_create_with(ring);
	struct prb_opener *opener = prb_opener_create(ring);
	struct prb_stored_attestation attestation = {.tenant = 1,
		.time_ms = 0x0102030405,
		.report = PRB_SPAN("{\"b\":2}"),
		.attestation = PRB_SPAN("{\"c\":3}"),
		.openings = PRB_SPAN("[]"),
		.log_entry = PRB_SPAN("entry"),
		.status = {3, 0x10203}};
	struct prb_stored_revocation revocation = {.tenant = 1,
		.time_ms = 0x0102030405,
		.revocation = PRB_SPAN("{\"d\":4}"),
		.log_entry = PRB_SPAN("entry"),
		.status = {3, 0x10203}};
	struct prb_body body;
	struct prb_str sealed;

	(void)state;
	memset(&attestation.declaration_id, 0x11, PRB_ID_BYTES);
	memset(&attestation.id, 0x22, PRB_ID_BYTES);
	memset(&attestation.report_id, 0x33, PRB_ID_BYTES);
	memset(attestation.log_salt, 0x55, PRB_LOG_SALT_BYTES);
	prb_state_sha256(attestation.leaf_hash, "\0entry", 6);
	revocation.attestation_id = attestation.id;
	memcpy(revocation.leaf_hash, attestation.leaf_hash, PRB_SHA256_BYTES);
	memset(revocation.log_salt, 0x66, PRB_LOG_SALT_BYTES);
	prb_str_init(&sealed, PRB_SEALED_BYTES_MAX);

	assert_int_equal(prb_seal_attestation(sealer, &attestation, &sealed), PRB_OK);
	expect_sealed(opener, &sealed, attestation_hex, &body);
	assert_memory_equal(&body.report_id, &attestation.report_id, PRB_ID_BYTES);
	assert_memory_equal(body.log_salt, attestation.log_salt, PRB_LOG_SALT_BYTES);
	assert_true(prb_span_is(body.report, "{\"b\":2}"));
	assert_true(prb_span_is(body.attestation, "{\"c\":3}"));
	assert_true(prb_span_is(body.openings, "[]"));

	prb_str_reset(&sealed);
	assert_int_equal(prb_seal_revocation(sealer, &revocation, &sealed), PRB_OK);
	expect_sealed(opener, &sealed, revocation_hex, &body);
	assert_memory_equal(body.log_salt, revocation.log_salt, PRB_LOG_SALT_BYTES);
	assert_true(prb_span_is(body.revocation, "{\"d\":4}"));
	assert_null(body.attestation.p);

	/* What may be missing: report with its key, openings, place. */
	attestation.report = attestation.openings = PRB_SPAN_NONE;
	attestation.status.list = 0;
	prb_str_reset(&sealed);
	assert_int_equal(prb_seal_attestation(sealer, &attestation, &sealed), PRB_OK);
	expect_sealed(opener, &sealed,
		"01"
		"02"
		"0000"
		"00000001"
		"0000000102030405"
		"00000001"
		"00000037"
		"--------"
		"00000000"
		"0001"
		"00000010"
		"11111111111111111111111111111111"
		"0002"
		"00000010"
		"22222222222222222222222222222222"
		"0006"
		"00000005"
		"656e747279",
		&body);
	assert_null(body.report.p);
	assert_null(body.openings.p);
	prb_str_finish(&sealed);
	prb_opener_destroy(opener);
	prb_sealer_destroy(sealer);
	prb_keyring_destroy(ring);
}

static void
pinned_system(void **state)
{
	static const char *const hex[] = {
		"01"
		"07"
		"0000"
		"00000000"
		"0000000102030405"
		"00000000"
		"00000031"
		"00000000"
		"00000000"
		"0006"
		"00000005"
		"656e747279"
		"0009"
		"00000020"
		"7777777777777777777777777777777777777777777777777777777777777777",
		"01"
		"08"
		"0000"
		"00000000"
		"0000000102030405"
		"00000000"
		"00000031"
		"00000000"
		"00000000"
		"0006"
		"00000005"
		"656e747279"
		"0009"
		"00000020"
		"7777777777777777777777777777777777777777777777777777777777777777",
		"01"
		"09"
		"0000"
		"00000000"
		"0000000102030405"
		"00000000"
		"00000045"
		"00000000"
		"00000000"
		"0006"
		"00000005"
		"656e747279"
		"000a"
		"00000020"
		"7777777777777777777777777777777777777777777777777777777777777777"
		"0010"
		"0000000e"
		"0102"
		"0000000a"
		"000000006b49d200"};
	static const enum prb_system_kind kinds[] = {
		PRB_SYSTEM_RELEASE, PRB_SYSTEM_METHOD, PRB_SYSTEM_KEY};
	struct prb_str bytes;

	(void)state;
	prb_str_init(&bytes, 1 << 20);
	for (size_t i = 0; i < 3; i++) {
		struct prb_stored_system stored = {.kind = kinds[i],
			.time_ms = 0x0102030405,
			.use = 1,
			.standing = 2,
			.number = 10,
			.expires = 1800000000,
			.log_entry = PRB_SPAN("entry")};
		struct prb_record record;
		char found[512];

		memset(stored.hash, 0x77, sizeof(stored.hash));
		prb_str_reset(&bytes);
		assert_int_equal(prb_seal_system(&stored, &bytes), PRB_OK);
		sodium_bin2hex(found, sizeof(found), (const unsigned char *)bytes.p, bytes.n);
		assert_string_equal(found, hex[i]);
		assert_int_equal(prb_record_read(prb_str_span(&bytes), &record, NULL), PRB_OK);
		assert_true(prb_record_is_system(&record));
		assert_int_equal(record.tenant, 0);
		assert_int_equal(record.sealed.n, 0);
		/* With a tenant, a key or a body it is none; neither is it cut. */
		for (size_t at = 7; at <= 27; at += at == 7 ? 12 : 8) {
			bytes.p[at] = (char)(bytes.p[at] + 1);
			assert_int_equal(prb_record_read(prb_str_span(&bytes), &record, NULL),
				PRB_ERR_STATE_DAMAGED);
			bytes.p[at] = (char)(bytes.p[at] - 1);
		}
		for (size_t n = 0; n < bytes.n; n++)
			assert_int_equal(
				prb_record_read((struct prb_span){bytes.p, n}, &record, NULL),
				PRB_ERR_STATE_DAMAGED);
		stored.log_entry = PRB_SPAN_NONE;
		assert_int_equal(prb_seal_system(&stored, &bytes), PRB_ERR_RANGE);
	}
	prb_str_finish(&bytes);
}

static void
same_attestation(
	const struct prb_found_attestation *found, const struct prb_stored_attestation *stored)
{
	assert_int_equal(found->tenant, stored->tenant);
	assert_true(found->time_ms == stored->time_ms);
	assert_memory_equal(&found->id, &stored->id, PRB_ID_BYTES);
	assert_memory_equal(&found->declaration_id, &stored->declaration_id, PRB_ID_BYTES);
	assert_memory_equal(&found->report_id, &stored->report_id, PRB_ID_BYTES);
	assert_true(prb_span_equal(found->attestation, stored->attestation));
	assert_true(prb_span_equal(found->openings, stored->openings));
	assert_memory_equal(found->log_salt, stored->log_salt, PRB_LOG_SALT_BYTES);
	assert_memory_equal(found->leaf_hash, stored->leaf_hash, PRB_SHA256_BYTES);
	assert_int_equal(found->status.list, stored->status.list);
	assert_int_equal(found->status.index, stored->status.index);
}

/* Declarations 0 .. 3, then the further attestations n of declaration n % 4. */
static struct prb_state *
make_attested(const char *dir, uint64_t count)
{
	struct prb_state *made = state_make(dir, 0);
	struct state_writing w;

	assert_int_equal(state_put_batch(made, 0, 4), PRB_OK);
	state_writing_begin(&w, made);
	for (uint64_t n = 0; n < count; n++) {
		struct prb_stored_attestation stored = state_attestation(n, n % 4);

		assert_int_equal(state_put_attestation(&w, &stored), PRB_OK);
		assert_int_equal(w.what, PRB_PUT_NEW);
		assert_int_equal(w.sequence, 5 + n);
		assert_int_equal(w.index, 4 + n);
	}
	state_writing_end(&w);
	return made;
}

static void
finding(void **state)
{
	char dir[STATE_PATH_BYTES];
	struct prb_state *made;
	struct prb_state_reader *reader;
	struct prb_stored_attestation stored;
	struct prb_found_attestation found;
	struct prb_stored_declaration report, declaration;
	bool same = false;

	(void)state;
	state_path(dir, "s");
	made = make_attested(dir, 20);
	assert_int_equal(prb_state_reader_create(made, &reader), PRB_OK);
	for (uint64_t n = 0; n < 20; n++) {
		prb_arena_reset(arena);
		stored = state_attestation(n, n % 4);
		assert_int_equal(prb_find_attestation(reader, &stored.id, arena, &found), PRB_OK);
		same_attestation(&found, &stored);
		assert_int_equal(found.sequence, 5 + n);
		assert_int_equal(found.log_index, 4 + n);
		assert_false(found.revoked);
		assert_int_equal(
			prb_find_attestation_sequence(reader, 5 + n, arena, &found), PRB_OK);
		same_attestation(&found, &stored);
		/* A report of its own is found under its id, with what came along. */
		declaration = state_declaration(n % 4);
		assert_int_equal(
			prb_find_report(reader, 1, &stored.report_id, arena, &report), PRB_OK);
		if (stored.report.n > 0) {
			assert_true(prb_span_equal(report.report, stored.report));
			assert_true(prb_span_equal(report.attestation, stored.attestation));
			assert_memory_equal(&report.attestation_id, &stored.id, PRB_ID_BYTES);
			assert_memory_equal(report.log_salt, stored.log_salt, PRB_LOG_SALT_BYTES);
			assert_memory_equal(report.leaf_hash, stored.leaf_hash, PRB_SHA256_BYTES);
			assert_true(prb_span_equal(report.log_entry, stored.log_entry));
			assert_true(report.time_ms == stored.time_ms);
			assert_int_equal(report.sequence, 5 + n);
			assert_int_equal(report.log_index, 4 + n);
			assert_int_equal(report.status.index, stored.status.index);
			assert_memory_equal(&report.id, &declaration.id, PRB_ID_BYTES);
			assert_memory_equal(report.salt, declaration.salt, sizeof(report.salt));
			assert_true(prb_span_equal(report.declaration, declaration.declaration));
			assert_int_equal(
				prb_find_report(reader, 2, &stored.report_id, arena, &report),
				PRB_ERR_NOT_FOUND);
		}
		if (stored.idempotency_key.n > 0) {
			assert_int_equal(
				prb_find_idempotent_attestation(reader, 1, stored.idempotency_key,
					stored.request_sha256, &same, arena, &found),
				PRB_OK);
			assert_true(same);
			same_attestation(&found, &stored);
		}
	}
	/* The one that came with the declaration is found by sequence too; a missing one is not. */
	assert_int_equal(prb_find_attestation_sequence(reader, 2, arena, &found), PRB_OK);
	declaration = state_declaration(1);
	assert_true(prb_span_equal(found.attestation, declaration.attestation));
	assert_memory_equal(&found.declaration_id, &declaration.id, PRB_ID_BYTES);
	assert_int_equal(
		prb_find_attestation_sequence(reader, 25, arena, &found), PRB_ERR_NOT_FOUND);
	/* One key, one record: of another kind it is not the same. */
	declaration = state_declaration(3);
	assert_int_equal(prb_find_idempotent_attestation(reader, 1, declaration.idempotency_key,
				 declaration.request_sha256, &same, arena, &found),
		PRB_OK);
	assert_false(same);
	prb_state_reader_destroy(reader);
	prb_state_close(made);
	(void)state_verified(dir);
}

/* What a search for the attestations of declaration 1 gives: the numbers n, the first as "d". */
static void
expect_of(struct prb_state_reader *reader, size_t max, const char *wanted, bool wanted_more)
{
	struct prb_stored_declaration declaration = state_declaration(1);
	struct prb_found_attestation found[8];
	char list[256] = "";
	size_t count = 99, at = 0;
	bool more = !wanted_more;

	assert_int_equal(prb_find_attestations_of(
				 reader, 1, &declaration.id, max, arena, found, &count, &more),
		PRB_OK);
	for (size_t i = 0; i < count; i++) {
		assert_memory_equal(&found[i].declaration_id, &declaration.id, PRB_ID_BYTES);
		if (memcmp(&found[i].id, &declaration.attestation_id, PRB_ID_BYTES) == 0)
			at += (size_t)snprintf(list + at, sizeof(list) - at, "d ");
		else
			at += (size_t)snprintf(list + at, sizeof(list) - at, "%llu%s ",
				(unsigned long long)(found[i].time_ms - 1795000000000),
				found[i].revoked ? "!" : "");
	}
	assert_string_equal(list, wanted);
	assert_int_equal(more, wanted_more);
}

static void
of_a_declaration(void **state)
{
	char dir[STATE_PATH_BYTES];
	struct prb_state *made;
	struct prb_state_reader *reader;
	struct prb_stored_attestation stored;
	struct prb_stored_revocation revocation;
	struct prb_stored_declaration declaration = state_declaration(1);
	struct prb_found_attestation found;
	struct state_writing w;
	size_t count = 7;
	bool more = true;

	(void)state;
	state_path(dir, "s");
	made = make_attested(dir, 12);
	assert_int_equal(prb_state_reader_create(made, &reader), PRB_OK);
	expect_of(reader, 8, "9 5 1 d ", false);
	expect_of(reader, 4, "9 5 1 d ", false);
	expect_of(reader, 3, "9 5 1 ", true);
	expect_of(reader, 2, "9 5 ", true);
	expect_of(reader, 0, "", true);
	assert_int_equal(prb_find_attestations_of(
				 reader, 2, &declaration.id, 1, arena, &found, &count, &more),
		PRB_ERR_NOT_FOUND);
	assert_int_equal(prb_find_attestations_of(reader, 1, &declaration.attestation_id, 1, arena,
				 &found, &count, &more),
		PRB_ERR_NOT_FOUND);
	assert_int_equal(count, 7);
	assert_true(more);
	/* A new one and what it supersedes come in one transaction. */
	state_writing_begin(&w, made);
	stored = state_attestation(13, 1);
	assert_int_equal(state_put_attestation(&w, &stored), PRB_OK);
	stored = state_attestation(9, 1);
	revocation = state_revocation(0, &stored.id, stored.status);
	assert_int_equal(state_put_revocation(&w, &revocation), PRB_OK);
	expect_of(reader, 8, "9 5 1 d ", false);
	state_writing_end(&w);
	expect_of(reader, 8, "13 9! 5 1 d ", false);
	prb_state_reader_destroy(reader);
	prb_state_close(made);
	(void)state_verified(dir);
}

/* Of two that were made of the same view one comes too late, in the same batch and in a later one;
 * what was stored under its key is answered whatever came since. */
static void
made_at_once(void **state)
{
	static const struct {
		uint64_t n, declaration, seen;
		enum prb_err err;
		enum prb_put what;
	} rows[] = {
		{0, 1, 1, PRB_ERR_CONFLICT, PRB_PUT_NEW}, /* another declaration's own */
		{0, 1, 3, PRB_ERR_CONFLICT, PRB_PUT_NEW},
		{0, 1, 2, PRB_OK, PRB_PUT_NEW},
		{4, 1, 2, PRB_ERR_CONFLICT, PRB_PUT_NEW},
		{4, 1, 5, PRB_OK, PRB_PUT_NEW},
		{5, 2, 3, PRB_OK, PRB_PUT_NEW}, /* nothing that concerns it came between */
		{6, 3, 4, PRB_OK, PRB_PUT_NEW}, /* the last rows of the table */
		{7, 3, 4, PRB_ERR_CONFLICT, PRB_PUT_NEW},
		{7, 3, 8, PRB_OK, PRB_PUT_NEW},
		{0, 1, 2, PRB_OK, PRB_PUT_REPLAYED},
		{8, 9, 2, PRB_ERR_NOT_FOUND, PRB_PUT_NEW},
	};

	(void)state;
	for (int each = 0; each < 2; each++) {
		char dir[STATE_PATH_BYTES];
		struct prb_state *made;
		struct state_writing w;

		state_path(dir, each != 0 ? "each" : "all");
		made = state_make(dir, 0);
		assert_int_equal(state_put_batch(made, 0, 4), PRB_OK);
		state_writing_begin(&w, made);
		for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
			struct prb_stored_attestation stored =
				state_attestation(rows[i].n, rows[i].declaration);

			stored.seen = rows[i].seen;
			if (rows[i].n == 0)
				stored.idempotency_key = PRB_SPAN("once");
			assert_int_equal(state_put_attestation(&w, &stored), rows[i].err);
			if (rows[i].err == PRB_OK)
				assert_int_equal(w.what, rows[i].what);
			if (each != 0) {
				state_writing_end(&w);
				state_writing_begin(&w, made);
			}
		}
		state_writing_end(&w);
		prb_state_close(made);
		(void)state_verified(dir);
	}
}

static enum prb_err
check_revocation(struct state_writing *w, const struct prb_stored_revocation *stored)
{
	prb_str_reset(&w->sealed);
	assert_int_equal(prb_seal_revocation(w->sealer, stored, &w->sealed), PRB_OK);
	return prb_batch_check_revocation(w->batch, prb_str_span(&w->sealed));
}

/* What is looked at before anything is put is what putting would say, and changes nothing. */
static void
checked_first(void **state)
{
	char dir[STATE_PATH_BYTES];
	struct prb_state *made;
	struct prb_stored_attestation there, missing;
	struct prb_stored_revocation good, wrong_place, of_none;
	struct state_writing w;

	(void)state;
	state_path(dir, "s");
	made = make_attested(dir, 3);
	there = state_attestation(1, 1);
	missing = state_attestation(7, 1);
	good = state_revocation(1, &there.id, there.status);
	wrong_place = state_revocation(1, &there.id, missing.status);
	of_none = state_revocation(1, &missing.id, missing.status);
	state_writing_begin(&w, made);
	assert_int_equal(check_revocation(&w, &wrong_place), PRB_ERR_VALUE);
	assert_int_equal(check_revocation(&w, &of_none), PRB_ERR_NOT_FOUND);
	assert_int_equal(check_revocation(&w, &good), PRB_OK);
	assert_int_equal(check_revocation(&w, &good), PRB_OK);
	assert_int_equal(state_put_attestation(&w, &missing), PRB_OK);
	assert_int_equal(
		prb_batch_check_revocation(w.batch, prb_str_span(&w.sealed)), PRB_ERR_VALUE);
	assert_int_equal(state_put_revocation(&w, &good), PRB_OK);
	assert_int_equal(w.sequence, 9);
	assert_int_equal(check_revocation(&w, &good), PRB_ERR_CONFLICT);
	assert_int_equal(check_revocation(&w, &of_none), PRB_OK);
	state_writing_end(&w);
	prb_state_close(made);
	(void)state_verified(dir);
}

static void
revoking(void **state)
{
	char dir[STATE_PATH_BYTES];
	struct prb_state *made;
	struct prb_state_reader *reader;
	struct prb_stored_declaration first;
	struct prb_stored_attestation second;
	struct prb_stored_revocation stored, found;
	struct prb_found_attestation attestation;
	struct state_writing w;

	(void)state;
	state_path(dir, "s");
	made = make_attested(dir, 3);
	first = state_declaration(2);
	second = state_attestation(1, 1);
	assert_int_equal(prb_state_reader_create(made, &reader), PRB_OK);
	assert_int_equal(prb_find_revocation(reader, &second.id, arena, &found), PRB_ERR_NOT_FOUND);
	state_writing_begin(&w, made);
	/* One without a place in a list, as earlier versions made them, and one with. */
	stored = state_revocation(0, &first.attestation_id, first.status);
	assert_int_equal(state_put_revocation(&w, &stored), PRB_OK);
	stored = state_revocation(1, &second.id, second.status);
	assert_int_equal(state_put_revocation(&w, &stored), PRB_OK);
	assert_int_equal(w.sequence, 9);
	assert_int_equal(w.index, 8);
	assert_int_equal(state_put_revocation(&w, &stored), PRB_ERR_CONFLICT);
	state_writing_end(&w);
	assert_int_equal(prb_find_revocation(reader, &second.id, arena, &found), PRB_OK);
	assert_int_equal(found.tenant, 1);
	assert_true(found.time_ms == stored.time_ms);
	assert_memory_equal(&found.attestation_id, &second.id, PRB_ID_BYTES);
	assert_true(prb_span_equal(found.revocation, stored.revocation));
	assert_true(prb_span_equal(found.log_entry, stored.log_entry));
	assert_memory_equal(found.log_salt, stored.log_salt, PRB_LOG_SALT_BYTES);
	assert_memory_equal(found.leaf_hash, stored.leaf_hash, PRB_SHA256_BYTES);
	assert_int_equal(found.status.index, second.status.index);
	assert_int_equal(found.sequence, 9);
	assert_int_equal(found.log_index, 8);
	assert_int_equal(prb_find_attestation(reader, &second.id, arena, &attestation), PRB_OK);
	assert_true(attestation.revoked);
	assert_int_equal(
		prb_find_attestation(reader, &first.attestation_id, arena, &attestation), PRB_OK);
	assert_true(attestation.revoked);
	/* Once and for good, in a later batch too. */
	state_writing_begin(&w, made);
	stored = state_revocation(2, &second.id, second.status);
	assert_int_equal(state_put_revocation(&w, &stored), PRB_ERR_CONFLICT);
	state_writing_end(&w);
	prb_state_reader_destroy(reader);
	prb_state_close(made);
	(void)state_verified(dir);
}

/* What cannot stand is refused, and its batch goes on. */
static void
refused(void **state)
{
	char dir[STATE_PATH_BYTES];
	struct prb_state *made;
	struct prb_stored_attestation stored, other;
	struct prb_stored_declaration declaration;
	struct prb_stored_revocation revocation;
	struct prb_stored_system system;
	struct state_writing w;

	(void)state;
	state_path(dir, "s");
	made = make_attested(dir, 4);
	state_writing_begin(&w, made);
	stored = state_attestation(1, 1);
	assert_int_equal(state_put_attestation(&w, &stored), PRB_ERR_CONFLICT);
	stored = state_attestation(5, 9); /* of a declaration that is not there */
	assert_int_equal(state_put_attestation(&w, &stored), PRB_ERR_NOT_FOUND);
	other = state_attestation(2, 2);
	stored = state_attestation(5, 1);
	stored.status = other.status;
	assert_int_equal(state_put_attestation(&w, &stored), PRB_ERR_CONFLICT);
	declaration = state_declaration(5);
	declaration.status = other.status;
	assert_int_equal(state_put_declaration(&w, &declaration), PRB_ERR_CONFLICT);
	/* A key that led to a record: the same request, another one, another kind. */
	stored = state_attestation(3, 3);
	assert_int_equal(state_put_attestation(&w, &stored), PRB_OK);
	assert_int_equal(w.what, PRB_PUT_REPLAYED);
	assert_int_equal(w.sequence, 8);
	assert_int_equal(w.index, 7);
	stored.request_sha256[0] ^= 1;
	assert_int_equal(state_put_attestation(&w, &stored), PRB_OK);
	assert_int_equal(w.what, PRB_PUT_KEY_REUSED);
	declaration = state_declaration(6);
	declaration.idempotency_key = stored.idempotency_key;
	memcpy(declaration.request_sha256, state_attestation(3, 3).request_sha256,
		PRB_SHA256_BYTES);
	assert_int_equal(state_put_declaration(&w, &declaration), PRB_OK);
	assert_int_equal(w.what, PRB_PUT_KEY_REUSED);
	/* Revocations of nothing, of what has another place, of a declaration's id. */
	stored = state_attestation(6, 2);
	revocation = state_revocation(0, &stored.id, stored.status);
	assert_int_equal(state_put_revocation(&w, &revocation), PRB_ERR_NOT_FOUND);
	stored = state_attestation(0, 0);
	revocation = state_revocation(0, &stored.id, (struct prb_stored_place){1, 77});
	assert_int_equal(state_put_revocation(&w, &revocation), PRB_ERR_VALUE);
	revocation = state_revocation(0, &stored.id, (struct prb_stored_place){0, 0});
	assert_int_equal(state_put_revocation(&w, &revocation), PRB_ERR_VALUE);
	revocation = state_revocation(0, &stored.declaration_id, stored.status);
	assert_int_equal(state_put_revocation(&w, &revocation), PRB_ERR_NOT_FOUND);
	/* Bytes that are another record's. */
	stored = state_attestation(8, 0);
	system = state_system(0);
	prb_str_reset(&w.sealed);
	assert_int_equal(prb_seal_system(&system, &w.sealed), PRB_OK);
	assert_int_equal(prb_batch_put_attestation(w.batch, &stored, prb_str_span(&w.sealed),
				 &w.what, &w.sequence, &w.index),
		PRB_ERR_VALUE);
	system.hash[3] ^= 1;
	assert_int_equal(prb_batch_put_system(
				 w.batch, &system, prb_str_span(&w.sealed), &w.sequence, &w.index),
		PRB_ERR_VALUE);
	/* Sizes and places that cannot be. */
	prb_str_reset(&w.sealed);
	stored.status.index = PRB_STATE_STATUS_ENTRIES;
	assert_int_equal(prb_seal_attestation(w.sealer, &stored, &w.sealed), PRB_ERR_RANGE);
	stored = state_attestation(8, 0);
	stored.attestation.n = 0;
	assert_int_equal(prb_seal_attestation(w.sealer, &stored, &w.sealed), PRB_ERR_RANGE);
	stored = state_attestation(8, 0);
	stored.leaf_hash[0] ^= 1;
	assert_int_equal(prb_seal_attestation(w.sealer, &stored, &w.sealed), PRB_ERR_VALUE);
	stored = state_attestation(8, 0);
	stored.tenant = 5;
	assert_int_equal(prb_seal_attestation(w.sealer, &stored, &w.sealed), PRB_ERR_NOT_FOUND);
	revocation = state_revocation(0, &stored.id, stored.status);
	revocation.revocation.n = 0;
	assert_int_equal(prb_seal_revocation(w.sealer, &revocation, &w.sealed), PRB_ERR_RANGE);
	revocation = state_revocation(0, &stored.id, stored.status);
	revocation.tenant = 5;
	assert_int_equal(prb_seal_revocation(w.sealer, &revocation, &w.sealed), PRB_ERR_NOT_FOUND);
	assert_int_equal(w.sealed.n, 0);
	stored = state_attestation(8, 0);
	assert_int_equal(state_put_attestation(&w, &stored), PRB_OK);
	assert_int_equal(w.sequence, 9);
	state_writing_end(&w);
	prb_state_close(made);
	assert_int_equal(state_verified(dir).records, 9);
}

/* What another tenant has cannot be revoked, nor attested again. */
static void
other_tenant(void **state)
{
	char dir[STATE_PATH_BYTES], path[STATE_PATH_BYTES], lines[4096];
	struct prb_state *made;
	struct prb_stored_attestation stored;
	struct prb_stored_revocation revocation;
	struct state_writing w;
	FILE *file;
	size_t n;

	(void)state;
	state_path(dir, "s");
	state_join(path, dir, "keyring");
	prb_state_close(make_attested(dir, 4));
	file = fopen(path, "rb");
	assert_non_null(file);
	n = fread(lines, 1, sizeof(lines) / 2, file);
	(void)fclose(file);
	lines[n] = '\0';
	(void)snprintf(strstr(lines, "sum "), sizeof(lines) / 2,
		"key 2 2 0 ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
	state_write_ring(dir, lines);
	made = state_open(dir, false);
	state_writing_begin(&w, made);
	stored = state_attestation(2, 2);
	revocation = state_revocation(0, &stored.id, stored.status);
	revocation.tenant = 2;
	assert_int_equal(state_put_revocation(&w, &revocation), PRB_ERR_NOT_FOUND);
	stored = state_attestation(8, 2);
	stored.tenant = 2;
	assert_int_equal(state_put_attestation(&w, &stored), PRB_ERR_NOT_FOUND);
	state_writing_end(&w);
	prb_state_close(made);
	(void)state_verified(dir);
}

static bool
has_bit(const uint8_t *bits, uint32_t index)
{
	return (bits[index / 8] & 0x80U >> index % 8) != 0;
}

static void
status_lists(void **state)
{
	static const uint32_t places[] = {0, 1, 7, 8, 255, 256, 131071, 65536};
	static uint8_t bits[PRB_STATE_STATUS_ENTRIES / 8];
	char dir[STATE_PATH_BYTES];
	struct prb_state *made;
	struct prb_state_reader *reader;
	struct state_writing w;
	uint32_t list = 9;
	uint64_t at = 9;

	(void)state;
	state_path(dir, "s");
	made = state_make(dir, 0);
	assert_int_equal(prb_state_reader_create(made, &reader), PRB_OK);
	assert_int_equal(prb_status_newest(reader, &list, bits), PRB_OK);
	assert_int_equal(list, 0);
	assert_int_equal(prb_status_revoked(reader, 1, bits, &at), PRB_ERR_NOT_FOUND);
	assert_int_equal(at, 9);
	for (uint32_t number = 1; number <= 2; number++) {
		size_t set = 0;

		state_writing_begin(&w, made);
		for (size_t i = 0; i < 8; i++) {
			struct prb_stored_declaration stored =
				state_declaration(8 * (number - 1) + i);
			struct prb_stored_revocation revocation;

			stored.status = (struct prb_stored_place){number, places[i]};
			assert_int_equal(state_put_declaration(&w, &stored), PRB_OK);
			revocation = state_revocation(i, &stored.attestation_id, stored.status);
			if (i % 2 == 1)
				assert_int_equal(state_put_revocation(&w, &revocation), PRB_OK);
		}
		state_writing_end(&w);
		memset(bits, 0xFF, sizeof(bits));
		assert_int_equal(prb_status_newest(reader, &list, bits), PRB_OK);
		assert_int_equal(list, number);
		for (uint32_t i = 0; i < PRB_STATE_STATUS_ENTRIES; i++)
			set += has_bit(bits, i);
		assert_int_equal(set, 8);
		for (size_t i = 0; i < 8; i++)
			assert_true(has_bit(bits, places[i]));
		assert_int_equal(bits[0], 0xC1);
		assert_int_equal(prb_status_revoked(reader, number, bits, &at), PRB_OK);
		assert_int_equal(at, 12 * number);
		for (size_t i = 0, n = 0; i < 8; i++, n++)
			assert_int_equal(has_bit(bits, places[i]), i % 2 == 1);
	}
	assert_int_equal(prb_status_revoked(reader, 3, bits, &at), PRB_ERR_NOT_FOUND);
	assert_int_equal(prb_status_revoked(reader, 0, bits, &at), PRB_ERR_NOT_FOUND);
	prb_state_reader_destroy(reader);
	prb_state_close(made);
	(void)state_verified(dir);
}

static void
system_records(void **state)
{
	char dir[STATE_PATH_BYTES];
	struct prb_state *made;
	struct prb_state_reader *reader;
	struct prb_stored_system found[8], stored;
	struct state_writing w;
	size_t count = 5;

	(void)state;
	state_path(dir, "s");
	made = state_make(dir, 0);
	assert_int_equal(prb_state_reader_create(made, &reader), PRB_OK);
	assert_int_equal(prb_find_system(reader, found, 0, &count), PRB_OK);
	assert_int_equal(count, 0);
	state_writing_begin(&w, made);
	for (uint64_t n = 0; n < 6; n++) {
		stored = state_system(n);
		assert_int_equal(state_put_system(&w, &stored), PRB_OK);
		assert_int_equal(w.sequence, n + 1);
		assert_int_equal(w.index, n);
	}
	/* The same release again, and a key that stands otherwise from now on. */
	stored = state_system(0);
	stored.time_ms += 500;
	assert_int_equal(state_put_system(&w, &stored), PRB_OK);
	stored = state_system(2);
	stored.standing = 3;
	assert_int_equal(state_put_system(&w, &stored), PRB_OK);
	state_writing_end(&w);
	assert_int_equal(prb_find_system(reader, found, 5, &count), PRB_ERR_TOO_LARGE);
	assert_int_equal(count, 0);
	assert_int_equal(prb_find_system(reader, found, 8, &count), PRB_OK);
	assert_int_equal(count, 6);
	for (uint64_t n = 0; n < 6; n++) {
		stored = state_system(n);
		assert_int_equal(found[n].kind, stored.kind);
		assert_memory_equal(found[n].hash, stored.hash, sizeof(stored.hash));
		assert_int_equal(found[n].use, stored.use);
		assert_int_equal(found[n].number, stored.number);
		assert_true(found[n].expires == stored.expires);
		assert_int_equal(found[n].standing, n == 2 ? 3 : stored.standing);
		assert_true(found[n].time_ms == stored.time_ms + (n == 0 ? 500 : 0));
		assert_int_equal(found[n].sequence, n == 0 ? 7 : n == 2 ? 8 : n + 1);
		assert_int_equal(found[n].log_index, found[n].sequence - 1);
	}
	prb_state_reader_destroy(reader);
	prb_state_close(made);
	/* Nothing is sealed here: there is no record to try the ring with, and none is needed. */
	assert_int_equal(state_verified(dir).records, 8);
	/* With one, it is found behind what the server says of itself. */
	made = state_open(dir, false);
	assert_int_equal(state_put_batch(made, 0, 0), PRB_OK);
	state_writing_begin(&w, made);
	struct prb_stored_declaration declaration = state_declaration(0);
	assert_int_equal(state_put_declaration(&w, &declaration), PRB_OK);
	for (uint64_t n = 6; n < 12; n++) {
		stored = state_system(n);
		assert_int_equal(state_put_system(&w, &stored), PRB_OK);
	}
	state_writing_end(&w);
	prb_state_close(made);
	assert_int_equal(state_verified(dir).records, 15);
	state_write_ring(dir, ring_line);
	assert_int_equal(state_open_error(dir, false, false, NULL), PRB_ERR_STATE_DAMAGED);
}

/* A tenant's key thrown away: nobody reads it any more, and all that is public stays. */
static void
erased(void **state)
{
	static uint8_t bits[PRB_STATE_STATUS_ENTRIES / 8];
	char dir[STATE_PATH_BYTES], out[STATE_PATH_BYTES];
	struct prb_state_counts before, after;
	struct prb_state *made;
	struct prb_state_reader *reader;
	struct prb_stored_attestation stored = state_attestation(1, 1);
	struct prb_stored_revocation revocation = state_revocation(0, &stored.id, stored.status);
	struct prb_found_attestation found;
	struct state_writing w;
	struct prb_fault fault;
	size_t count;
	uint64_t at;
	bool more;

	(void)state;
	state_path(dir, "s");
	state_path(out, "out");
	made = make_attested(dir, 4);
	state_writing_begin(&w, made);
	assert_int_equal(state_put_revocation(&w, &revocation), PRB_OK);
	state_writing_end(&w);
	prb_state_close(made);
	before = state_verified(dir);
	state_write_ring(dir, "probity keyring 1\nerased 1 1\n");
	after = state_verified(dir);
	assert_memory_equal(after.state_sha256, before.state_sha256, PRB_SHA256_BYTES);
	made = state_open(dir, false);
	assert_int_equal(prb_state_reader_create(made, &reader), PRB_OK);
	assert_int_equal(
		prb_find_attestation(reader, &stored.id, arena, &found), PRB_ERR_NOT_FOUND);
	assert_int_equal(
		prb_find_revocation(reader, &stored.id, arena, &revocation), PRB_ERR_NOT_FOUND);
	assert_int_equal(prb_find_attestations_of(reader, 1, &stored.declaration_id, 1, arena,
				 &found, &count, &more),
		PRB_ERR_NOT_FOUND);
	assert_int_equal(prb_status_revoked(reader, 1, bits, &at), PRB_OK);
	assert_true(has_bit(bits, stored.status.index));
	prb_state_reader_destroy(reader);
	prb_state_close(made);
	assert_int_equal(prb_state_rebuild(dir, out, NULL, NULL, &after, &fault), PRB_OK);
	assert_true(after.same);
}

static bool
flip(void *context, uint8_t *key, size_t key_n, uint8_t *value, size_t value_n)
{
	size_t at = *(const size_t *)context;

	if (value_n == 0 || at % 2 == 1)
		key[at % key_n] ^= 0x10;
	else
		value[at % value_n] ^= 0x10;
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

/* A changed byte in any row of any table, and a row that is gone, are found. */
static void
damage(void **state)
{
	static const char *const tables[] = {"attested", "log", "object", "status"};

	(void)state;
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++)
		for (size_t i = 0; i < 40; i++) {
			char dir[STATE_PATH_BYTES];
			struct prb_state *made;
			struct prb_state_counts counts;
			struct prb_stored_attestation stored = state_attestation(2, 2);
			struct prb_stored_revocation revocation =
				state_revocation(0, &stored.id, stored.status);
			struct prb_stored_system system = state_system(i);
			struct state_writing w;
			struct prb_fault fault;
			size_t row, at = i * 7919;

			state_path(dir, "s");
			made = make_attested(dir, 4);
			state_writing_begin(&w, made);
			assert_int_equal(state_put_revocation(&w, &revocation), PRB_OK);
			assert_int_equal(state_put_system(&w, &system), PRB_OK);
			state_writing_end(&w);
			prb_state_close(made);
			row = i % state_row_count(dir, tables[t]);
			state_change(dir, tables[t], row, i % 7 == 6 ? drop : flip, &at);
			made = state_open(dir, true);
			if (prb_state_verify(made, NULL, NULL, &counts, &fault) !=
				PRB_ERR_STATE_DAMAGED)
				fail_msg("table %s, row %zu, %zu: not found", tables[t], row, at);
			prb_state_close(made);
			state_remove();
		}
}

static uint64_t random_state;

static uint64_t
draw(uint64_t below)
{
	random_state = random_state * 6364136223846793005U + 1442695040888963407U;
	return (random_state >> 33) % below;
}

/* What was put, to draw from. */
struct made {
	uint64_t declarations, attestations, revocations, systems, decisions, records, leaves;
	bool revoked[512];
};

static void
put_any(struct state_writing *w, struct made *m)
{
	uint64_t kind = draw(10), n;

	if (m->declarations == 0 || kind < 2) {
		struct prb_stored_declaration stored = state_declaration(m->declarations);

		/* Some as earlier versions made them. */
		if (m->declarations % 3 != 0)
			stored.status = (struct prb_stored_place){
				2, (uint32_t)(m->declarations * 1543 % PRB_STATE_STATUS_ENTRIES)};
		assert_int_equal(state_put_declaration(w, &stored), PRB_OK);
		m->declarations++;
	} else if (kind < 6 && m->attestations < 512) {
		struct prb_stored_attestation stored =
			state_attestation(m->attestations, m->attestations % m->declarations);

		assert_int_equal(state_put_attestation(w, &stored), PRB_OK);
		m->attestations++;
	} else if (kind < 7) {
		struct prb_stored_system stored = state_system(m->systems);

		assert_int_equal(state_put_system(w, &stored), PRB_OK);
		m->systems++;
	} else if (kind < 8) {
		struct prb_stored_decision stored = state_decision(m->decisions);

		assert_int_equal(state_put_decision(w, &stored), PRB_OK);
		m->decisions++;
		m->leaves--;
	} else {
		struct prb_stored_attestation stored;
		struct prb_stored_revocation revocation;

		if (m->attestations == 0)
			return;
		n = draw(m->attestations);
		stored = state_attestation(n, 0);
		revocation = state_revocation(m->revocations, &stored.id, stored.status);
		assert_int_equal(state_put_revocation(w, &revocation),
			m->revoked[n] ? PRB_ERR_CONFLICT : PRB_OK);
		if (m->revoked[n])
			return;
		m->revoked[n] = true;
		m->revocations++;
	}
	m->records++;
	m->leaves++;
	assert_int_equal(w->sequence, m->records);
}

/* Random interleavings of all kinds of record, in batches of any size: everything follows from the
 * journal. */
static void
interleavings(void **state)
{
	uint8_t seed[4];

	(void)state;
	randombytes_buf(seed, sizeof(seed));
	random_state = (uint64_t)seed[0] << 24 | seed[1] << 16 | seed[2] << 8 | seed[3];
	print_message("seed %llu\n", (unsigned long long)random_state);
	for (int round = 0; round < 8; round++) {
		char dir[STATE_PATH_BYTES], out[STATE_PATH_BYTES];
		struct prb_state_counts counts, again;
		struct made m = {.records = 0};
		struct prb_state *made;
		struct state_writing w;
		struct prb_fault fault;

		state_path(dir, "s");
		state_path(out, "out");
		made = state_make(dir, 0);
		for (uint64_t batches = 1 + draw(12); batches > 0; batches--) {
			state_writing_begin(&w, made);
			for (uint64_t n = draw(30); n > 0; n--)
				put_any(&w, &m);
			state_writing_end(&w);
		}
		prb_state_close(made);
		counts = state_verified(dir);
		assert_int_equal(counts.records, m.records);
		assert_int_equal(counts.log_size, m.leaves);
		assert_int_equal(counts.decisions, m.decisions);
		if (prb_state_rebuild(dir, out, NULL, NULL, &again, &fault) != PRB_OK)
			fail_msg("%s", fault.detail);
		assert_true(again.same);
		assert_memory_equal(again.state_sha256, counts.state_sha256, PRB_SHA256_BYTES);
		assert_memory_equal(again.log_root, counts.log_root, PRB_SHA256_BYTES);
		state_remove();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(pinned, after_each),
		cmocka_unit_test_teardown(pinned_system, after_each),
		cmocka_unit_test_teardown(finding, after_each),
		cmocka_unit_test_teardown(of_a_declaration, after_each),
		cmocka_unit_test_teardown(made_at_once, after_each),
		cmocka_unit_test_teardown(checked_first, after_each),
		cmocka_unit_test_teardown(revoking, after_each),
		cmocka_unit_test_teardown(refused, after_each),
		cmocka_unit_test_teardown(other_tenant, after_each),
		cmocka_unit_test_teardown(status_lists, after_each),
		cmocka_unit_test_teardown(system_records, after_each),
		cmocka_unit_test_teardown(erased, after_each),
		cmocka_unit_test_teardown(damage, after_each),
		cmocka_unit_test_teardown(interleavings, after_each),
	};

	return cmocka_run_group_tests_name("state attestations", tests, setup, teardown);
}
