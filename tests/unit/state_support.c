/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/state_support.h"

#include <dirent.h>
#include <lmdb.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "service/state/bytes.h"
#include "service/state/digest.h"
#include "service/state/rows.h"

static char base[STATE_PATH_BYTES];

void
state_join(char path[STATE_PATH_BYTES], const char *dir, const char *name)
{
	assert_true(snprintf(path, STATE_PATH_BYTES, "%s/%s", dir, name) < STATE_PATH_BYTES);
}

void
state_path(char path[STATE_PATH_BYTES], const char *name)
{
	const char *temporary = getenv("TMPDIR");

	if (base[0] == '\0') {
		state_join(base, temporary ? temporary : "/tmp", "probity-state-test-XXXXXX");
		assert_non_null(mkdtemp(base));
	}
	state_join(path, base, name);
}

static void
remove_folder(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		char inner[STATE_PATH_BYTES];

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		state_join(inner, path, entry->d_name);
		if (unlink(inner) != 0)
			remove_folder(inner);
	}
	(void)closedir(dir);
	assert_int_equal(rmdir(path), 0);
}

void
state_remove(void)
{
	if (base[0] != '\0')
		remove_folder(base);
	base[0] = '\0';
}

struct prb_state *
state_make(const char *dir, uint64_t map_bytes)
{
	const struct prb_state_options options = {.create = true, .map_bytes = map_bytes};
	struct prb_state *state = NULL;
	struct prb_fault fault;

	if (prb_state_open(dir, &options, &state, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
	return state;
}

struct prb_state *
state_open(const char *dir, bool read_only)
{
	const struct prb_state_options options = {.read_only = read_only};
	struct prb_state *state = NULL;
	struct prb_fault fault;

	if (prb_state_open(dir, &options, &state, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
	return state;
}

enum prb_err
state_open_error(
	const char *dir, bool create, bool read_only, char detail[PRB_FAULT_DETAIL_BYTES_MAX])
{
	const struct prb_state_options options = {.create = create, .read_only = read_only};
	struct prb_state *state = NULL;
	struct prb_fault fault = {.err = PRB_OK};
	enum prb_err err = prb_state_open(dir, &options, &state, &fault);

	assert_int_equal(err == PRB_OK, state != NULL);
	assert_int_equal(err, fault.err);
	prb_state_close(state);
	if (detail)
		memcpy(detail, fault.detail, PRB_FAULT_DETAIL_BYTES_MAX);
	return err;
}

static struct prb_span
text_of(char *text, size_t room, const char *what, uint64_t n, int repeat)
{
	int at = snprintf(text, room, "{\"%s\":%llu,\"text\":\"", what, (unsigned long long)n);

	for (int i = 0; i < repeat; i++)
		at += snprintf(text + at, room - (size_t)at, "%s %llu, ", what,
			(unsigned long long)(n * 2654435761U % 1000003U + (uint64_t)i));
	at += snprintf(text + at, room - (size_t)at, "\"}");
	assert_true((size_t)at < room);
	return (struct prb_span){text, (size_t)at};
}

static void
fill(uint8_t *bytes, size_t count, uint64_t n, unsigned salt)
{
	for (size_t i = 0; i < count; i++)
		bytes[i] = (uint8_t)((n >> (8 * (i % 4))) + 31 * i + salt);
}

struct prb_stored_declaration
state_declaration(uint64_t n)
{
	static char texts[4][5][4096];
	char(*text)[4096] = texts[n % 4];
	struct prb_id_source source = {.last_ms = 0};
	struct prb_stored_declaration stored = {
		.tenant = PRB_TENANT_OPEN, .time_ms = 1790000000000 + (int64_t)n};
	struct prb_digest digest;
	uint8_t random[10];

	fill(random, sizeof(random), n, 1);
	stored.id = prb_id_next(&source, stored.time_ms, random);
	fill(random, sizeof(random), n, 2);
	stored.attestation_id = prb_id_next(&source, stored.time_ms, random);
	/* Every second report has the id of the one before it, as equal declarations have. */
	fill(stored.report_id.bytes, PRB_ID_BYTES, n / 2, 3);
	fill(stored.salt, sizeof(stored.salt), n, 4);
	fill(stored.log_salt, sizeof(stored.log_salt), n, 5);
	stored.declaration = text_of(text[0], sizeof(text[0]), "declaration", n, 20);
	stored.report = text_of(text[1], sizeof(text[1]), "report", n, 100);
	stored.attestation = text_of(text[2], sizeof(text[2]), "attestation", n, 50);
	stored.log_entry = text_of(text[3], sizeof(text[3]), "entry", n, 1);
	if (n % 3 == 0) {
		int length = snprintf(text[4], sizeof(text[4]), "key-%llu", (unsigned long long)n);

		stored.idempotency_key = (struct prb_span){text[4], (size_t)length};
		fill(stored.request_sha256, sizeof(stored.request_sha256), n, 6);
	}
	assert_true(prb_digest_init(&digest));
	prb_digest_leaf(&digest, stored.log_entry, stored.leaf_hash);
	prb_digest_destroy(&digest);
	return stored;
}

void
state_same(const struct prb_stored_declaration *found, const struct prb_stored_declaration *stored)
{
	assert_int_equal(found->tenant, stored->tenant);
	assert_true(found->time_ms == stored->time_ms);
	assert_memory_equal(&found->id, &stored->id, sizeof(stored->id));
	assert_memory_equal(
		&found->attestation_id, &stored->attestation_id, sizeof(stored->attestation_id));
	assert_memory_equal(&found->report_id, &stored->report_id, sizeof(stored->report_id));
	assert_memory_equal(found->salt, stored->salt, sizeof(stored->salt));
	assert_memory_equal(found->log_salt, stored->log_salt, sizeof(stored->log_salt));
	assert_memory_equal(found->leaf_hash, stored->leaf_hash, sizeof(stored->leaf_hash));
	assert_true(prb_span_equal(found->declaration, stored->declaration));
	assert_true(prb_span_equal(found->report, stored->report));
	assert_true(prb_span_equal(found->attestation, stored->attestation));
	assert_true(prb_span_equal(found->log_entry, stored->log_entry));
	assert_int_equal(found->idempotency_key.n, 0);
}

enum prb_err
state_put_batch(struct prb_state *state, uint64_t first, uint64_t count)
{
	struct prb_sealer *sealer = prb_sealer_create(state);
	struct prb_batch *batch = NULL;
	struct prb_str sealed;
	enum prb_err err;

	assert_non_null(sealer);
	prb_str_init(&sealed, PRB_SEALED_BYTES_MAX);
	assert_int_equal(prb_batch_create(state, &batch), PRB_OK);
	err = prb_batch_begin(batch);
	for (uint64_t n = first; n < first + count && err == PRB_OK; n++) {
		struct prb_stored_declaration stored = state_declaration(n);
		enum prb_put what;
		uint64_t sequence, index;

		prb_str_reset(&sealed);
		assert_int_equal(prb_seal_declaration(sealer, &stored, &sealed), PRB_OK);
		err = prb_batch_put_declaration(
			batch, &stored, prb_str_span(&sealed), &what, &sequence, &index);
		if (err == PRB_OK) {
			assert_int_equal(what, PRB_PUT_NEW);
			assert_true(index == sequence - 1);
		}
	}
	if (err == PRB_OK)
		err = prb_batch_commit(batch, NULL);
	prb_batch_destroy(batch);
	prb_str_finish(&sealed);
	prb_sealer_destroy(sealer);
	return err;
}

static void
leaf_of(struct prb_span entry, uint8_t out[PRB_SHA256_BYTES])
{
	struct prb_digest digest;

	assert_true(prb_digest_init(&digest));
	prb_digest_leaf(&digest, entry, out);
	prb_digest_destroy(&digest);
}

struct prb_stored_attestation
state_attestation(uint64_t n, uint64_t of)
{
	static char texts[4][5][4096];
	char(*text)[4096] = texts[n % 4];
	struct prb_id_source source = {.last_ms = 0};
	struct prb_stored_declaration declaration = state_declaration(of);
	struct prb_stored_attestation stored = {.tenant = PRB_TENANT_OPEN,
		.time_ms = 1795000000000 + (int64_t)n,
		.declaration_id = declaration.id,
		.report_id = declaration.report_id,
		.status = {1, (uint32_t)(n * 7919 % PRB_STATE_STATUS_ENTRIES)}};
	uint8_t random[10];

	fill(random, sizeof(random), n, 12);
	stored.id = prb_id_next(&source, stored.time_ms, random);
	fill(stored.log_salt, sizeof(stored.log_salt), n, 15);
	if (n % 2 == 1) {
		fill(stored.report_id.bytes, PRB_ID_BYTES, n, 13);
		stored.report = text_of(text[0], sizeof(text[0]), "newer report", n, 100);
	}
	if (n % 5 == 0)
		stored.openings = text_of(text[1], sizeof(text[1]), "openings", n, 5);
	stored.attestation = text_of(text[2], sizeof(text[2]), "further", n, 50);
	stored.log_entry = text_of(text[3], sizeof(text[3]), "further entry", n, 1);
	leaf_of(stored.log_entry, stored.leaf_hash);
	if (n % 3 == 0) {
		int length =
			snprintf(text[4], sizeof(text[4]), "attest-%llu", (unsigned long long)n);

		stored.idempotency_key = (struct prb_span){text[4], (size_t)length};
		fill(stored.request_sha256, sizeof(stored.request_sha256), n, 16);
	}
	return stored;
}

struct prb_stored_revocation
state_revocation(uint64_t n, const struct prb_id *attestation, struct prb_stored_place place)
{
	static char texts[4][2][4096];
	char(*text)[4096] = texts[n % 4];
	struct prb_stored_revocation stored = {.tenant = PRB_TENANT_OPEN,
		.time_ms = 1796000000000 + (int64_t)n,
		.attestation_id = *attestation,
		.status = place};

	fill(stored.log_salt, sizeof(stored.log_salt), n, 25);
	stored.revocation = text_of(text[0], sizeof(text[0]), "revocation", n, 1);
	stored.log_entry = text_of(text[1], sizeof(text[1]), "revocation entry", n, 1);
	leaf_of(stored.log_entry, stored.leaf_hash);
	return stored;
}

struct prb_stored_system
state_system(uint64_t n)
{
	static char texts[4][4096];
	static const enum prb_system_kind kinds[] = {
		PRB_SYSTEM_RELEASE, PRB_SYSTEM_METHOD, PRB_SYSTEM_KEY};
	struct prb_stored_system stored = {
		.kind = kinds[n % 3], .time_ms = 1797000000000 + (int64_t)n};

	fill(stored.hash, sizeof(stored.hash), n, 35);
	stored.log_entry = text_of(texts[n % 4], sizeof(texts[0]), "in use", n, 1);
	if (stored.kind != PRB_SYSTEM_KEY)
		return stored;
	stored.use = 1;
	stored.standing = 2;
	stored.number = (uint32_t)n;
	stored.expires = 1800000000 + (int64_t)n;
	return stored;
}

struct prb_stored_decision
state_decision(uint64_t n)
{
	static char texts[4][4][64];
	const uint8_t seed[crypto_sign_SEEDBYTES] = {1, 2, 3}, random[10] = {(uint8_t)n, 9};
	uint8_t secret[crypto_sign_SECRETKEYBYTES];
	char(*text)[64] = texts[n % 4];
	struct prb_id_source source = {.last_ms = 0};
	struct prb_stored_decision stored = {
		.tenant = PRB_TENANT_OPEN, .time_ms = 1798000000000 + (int64_t)n};
	unsigned long long number = n;

	stored.id = prb_id_next(&source, stored.time_ms, random);
	(void)snprintf(text[0], 64, "{\"decision\":\"same\",\"n\":%llu}", number);
	(void)snprintf(text[1], 64, "hit %llu", number % 7);
	(void)snprintf(text[2], 64, "name %llu", number % 5);
	(void)snprintf(text[3], 64, "entity %llu", number % 3);
	stored.decision = prb_span_of(text[0]);
	stored.hit = prb_span_of(text[1]);
	stored.name = prb_span_of(text[2]);
	stored.entity = prb_span_of(text[3]);
	assert_int_equal(crypto_sign_seed_keypair(stored.signer, secret, seed), 0);
	crypto_sign_detached(stored.signature, NULL, (const uint8_t *)stored.decision.p,
		stored.decision.n, secret);
	return stored;
}

struct prb_stored_caller
state_caller(uint64_t n)
{
	struct prb_stored_caller caller = {.kind = (uint8_t)(1 + n % 5)};

	if (caller.kind != 1)
		fill(caller.id.bytes, PRB_ID_BYTES, n, 41);
	return caller;
}

static struct prb_id
id_of(int64_t time_ms, uint64_t n, unsigned salt)
{
	struct prb_id_source source = {.last_ms = 0};
	uint8_t random[10];

	fill(random, sizeof(random), n, salt);
	return prb_id_next(&source, time_ms, random);
}

struct prb_stored_organisation
state_organisation(uint64_t n, uint32_t tenant)
{
	static char texts[4][256];
	struct prb_stored_organisation stored = {.tenant = tenant,
		.time_ms = 1790000000000 + (int64_t)n,
		.standing = PRB_ORGANISATION_ACTIVE,
		.caller = state_caller(n),
		.seen = PRB_SEEN_NONE};

	stored.id = id_of(stored.time_ms, n, 42);
	stored.created_ms = stored.time_ms;
	stored.name = text_of(texts[n % 4], sizeof(texts[0]), "organisation", n, 1);
	return stored;
}

struct prb_stored_api_key
state_api_key(uint64_t n, uint32_t tenant)
{
	static char texts[4][3][256];
	char(*text)[256] = texts[n % 4];
	struct prb_stored_api_key stored = {.tenant = tenant,
		.time_ms = 1791000000000 + (int64_t)n,
		.kind = (uint8_t)(n % 4 == 3 ? 5 : 2 + n % 2),
		.role = (uint8_t)(1 + n % 5),
		.standing = PRB_API_KEY_IN_USE,
		.scopes = (uint32_t)n * 3 + 1,
		.expires = n % 2 == 0 ? 0 : 1800000000 + (int64_t)n,
		.declarations_max = (uint32_t)n % 3,
		.caller = state_caller(n + 1),
		.seen = PRB_SEEN_NONE};

	stored.id = id_of(stored.time_ms, n, 43);
	stored.created_ms = stored.time_ms;
	fill(stored.holder.bytes, PRB_ID_BYTES, n, 44);
	fill(stored.sha256, sizeof(stored.sha256), n, 45);
	stored.name = text_of(text[0], sizeof(text[0]), "key", n, 1);
	if (stored.kind != 5)
		stored.hint = PRB_SPAN("prb_Ab3d");
	if (n % 3 == 0) {
		int length =
			snprintf(text[1], sizeof(text[1]), "api-key-%llu", (unsigned long long)n);

		stored.idempotency_key = (struct prb_span){text[1], (size_t)length};
		fill(stored.request_sha256, sizeof(stored.request_sha256), n, 46);
	}
	return stored;
}

struct prb_stored_event
state_event(uint64_t n, uint32_t tenant)
{
	static char texts[4][256];

	return (struct prb_stored_event){.tenant = tenant,
		.time_ms = 1792000000000 + (int64_t)n,
		.event = text_of(texts[n % 4], sizeof(texts[0]), "read", n, 1),
		.caller = state_caller(n + 2)};
}

void
state_writing_begin(struct state_writing *w, struct prb_state *state)
{
	*w = (struct state_writing){.sealer = prb_sealer_create(state)};
	assert_non_null(w->sealer);
	prb_str_init(&w->sealed, PRB_SEALED_BYTES_MAX);
	assert_int_equal(prb_batch_create(state, &w->batch), PRB_OK);
	assert_int_equal(prb_batch_begin(w->batch), PRB_OK);
}

void
state_writing_end(struct state_writing *w)
{
	assert_int_equal(prb_batch_commit(w->batch, NULL), PRB_OK);
	prb_batch_destroy(w->batch);
	prb_str_finish(&w->sealed);
	prb_sealer_destroy(w->sealer);
}

enum prb_err
state_put_declaration(struct state_writing *w, const struct prb_stored_declaration *stored)
{
	prb_str_reset(&w->sealed);
	assert_int_equal(prb_seal_declaration(w->sealer, stored, &w->sealed), PRB_OK);
	return prb_batch_put_declaration(
		w->batch, stored, prb_str_span(&w->sealed), &w->what, &w->sequence, &w->index);
}

enum prb_err
state_put_attestation(struct state_writing *w, const struct prb_stored_attestation *stored)
{
	prb_str_reset(&w->sealed);
	assert_int_equal(prb_seal_attestation(w->sealer, stored, &w->sealed), PRB_OK);
	return prb_batch_put_attestation(
		w->batch, stored, prb_str_span(&w->sealed), &w->what, &w->sequence, &w->index);
}

enum prb_err
state_put_revocation(struct state_writing *w, const struct prb_stored_revocation *stored)
{
	prb_str_reset(&w->sealed);
	assert_int_equal(prb_seal_revocation(w->sealer, stored, &w->sealed), PRB_OK);
	return prb_batch_put_revocation(
		w->batch, stored, prb_str_span(&w->sealed), &w->sequence, &w->index);
}

enum prb_err
state_put_system(struct state_writing *w, const struct prb_stored_system *stored)
{
	prb_str_reset(&w->sealed);
	assert_int_equal(prb_seal_system(stored, &w->sealed), PRB_OK);
	return prb_batch_put_system(
		w->batch, stored, prb_str_span(&w->sealed), &w->sequence, &w->index);
}

enum prb_err
state_put_decision(struct state_writing *w, const struct prb_stored_decision *stored)
{
	prb_str_reset(&w->sealed);
	assert_int_equal(prb_seal_decision(w->sealer, stored, &w->sealed), PRB_OK);
	return prb_batch_put_decision(
		w->batch, stored, prb_str_span(&w->sealed), &w->what, &w->sequence);
}

enum prb_err
state_put_organisation(struct state_writing *w, const struct prb_stored_organisation *stored)
{
	prb_str_reset(&w->sealed);
	assert_int_equal(prb_seal_organisation(w->sealer, stored, &w->sealed), PRB_OK);
	return prb_batch_put_organisation(w->batch, stored, prb_str_span(&w->sealed), &w->sequence);
}

enum prb_err
state_put_api_key(struct state_writing *w, const struct prb_stored_api_key *stored)
{
	prb_str_reset(&w->sealed);
	assert_int_equal(prb_seal_api_key(w->sealer, stored, &w->sealed), PRB_OK);
	return prb_batch_put_api_key(
		w->batch, stored, prb_str_span(&w->sealed), &w->what, &w->sequence);
}

enum prb_err
state_put_event(struct state_writing *w, const struct prb_stored_event *stored)
{
	prb_str_reset(&w->sealed);
	assert_int_equal(prb_seal_event(w->sealer, stored, &w->sealed), PRB_OK);
	return prb_batch_put_event(w->batch, stored, prb_str_span(&w->sealed), &w->sequence);
}

enum prb_err
state_put_erasure(struct state_writing *w, const struct prb_stored_erasure *stored)
{
	prb_str_reset(&w->sealed);
	assert_int_equal(prb_seal_erasure(w->sealer, stored, &w->sealed), PRB_OK);
	return prb_batch_put_erasure(w->batch, stored, prb_str_span(&w->sealed), &w->sequence);
}

struct prb_stored_organisation
state_found(struct prb_state *state, uint64_t n)
{
	struct prb_stored_organisation stored;
	struct state_writing w;
	struct prb_fault fault;
	uint32_t tenant = 0;

	if (prb_tenant_make(state, 1790000000000 + (int64_t)n, &tenant, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
	stored = state_organisation(n, tenant);
	state_writing_begin(&w, state);
	assert_int_equal(state_put_organisation(&w, &stored), PRB_OK);
	stored.sequence = w.sequence;
	state_writing_end(&w);
	return stored;
}

struct prb_state_counts
state_verified(const char *dir)
{
	struct prb_state *state = state_open(dir, true);
	struct prb_state_counts counts;
	struct prb_fault fault;

	if (prb_state_verify(state, NULL, NULL, &counts, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
	prb_state_close(state);
	return counts;
}

void
state_expect_damage(const char *dir, const char *words)
{
	struct prb_state *state = state_open(dir, true);
	struct prb_state_counts counts;
	struct prb_fault fault;

	assert_int_equal(
		prb_state_verify(state, NULL, NULL, &counts, &fault), PRB_ERR_STATE_DAMAGED);
	if (strstr(fault.detail, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", fault.detail, words);
	prb_state_close(state);
}

void
state_write_ring(const char *dir, const char *lines)
{
	uint8_t sum[crypto_hash_sha256_BYTES];
	char path[STATE_PATH_BYTES], hex[2 * sizeof(sum) + 1];
	FILE *file;

	crypto_hash_sha256(sum, (const unsigned char *)lines, strlen(lines));
	sodium_bin2hex(hex, sizeof(hex), sum, sizeof(sum));
	state_join(path, dir, "keyring");
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_true(fprintf(file, "%ssum %s\n", lines, hex) > 0);
	assert_int_equal(fclose(file), 0);
}

static void
raw(const char *dir, const char *table, void (*work)(MDB_txn *txn, MDB_dbi dbi, void *context),
	void *context)
{
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;

	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_set_maxdbs(env, 32), 0);
	assert_int_equal(mdb_env_set_mapsize(env, 1 << 28), 0);
	assert_int_equal(mdb_env_open(env, dir, 0, 0600), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
	assert_int_equal(mdb_dbi_open(txn, table, 0, &dbi), 0);
	work(txn, dbi, context);
	assert_int_equal(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

static void
drop_table(MDB_txn *txn, MDB_dbi dbi, void *context)
{
	(void)context;
	assert_int_equal(mdb_drop(txn, dbi, 1), 0);
}

static void
narrow_rows(MDB_txn *txn, MDB_dbi dbi, void *context)
{
	MDB_stat status;

	(void)context;
	assert_int_equal(mdb_stat(txn, dbi, &status), 0);
	for (uint64_t i = 0; i < status.ms_entries; i++) {
		uint8_t bytes[PRB_SEQUENCE_BYTES], row[PRB_LOG_VALUE_BYTES];
		MDB_val key = {.mv_size = sizeof(bytes), .mv_data = bytes}, value;

		prb_put_be(bytes, i, sizeof(bytes));
		assert_int_equal(mdb_get(txn, dbi, &key, &value), 0);
		memcpy(row, value.mv_data, sizeof(row));
		value = (MDB_val){.mv_size = sizeof(row), .mv_data = row};
		assert_int_equal(mdb_put(txn, dbi, &key, &value, 0), 0);
	}
}

static void
put_format(MDB_txn *txn, MDB_dbi dbi, void *context)
{
	static char name[] = PRB_STATE_FORMAT_KEY;
	uint8_t bytes[PRB_FORMAT_BYTES];
	MDB_val key = {.mv_size = strlen(name), .mv_data = name};
	MDB_val value = {.mv_size = sizeof(bytes), .mv_data = bytes};

	prb_put_be(bytes, *(const unsigned *)context, sizeof(bytes));
	assert_int_equal(mdb_put(txn, dbi, &key, &value, 0), 0);
}

void
state_make_earlier(const char *dir, unsigned format)
{
	static const char *const fourth[] = {"access", "audit", "held", "organisation", "used"};

	for (size_t i = 0; format < 4 && i < sizeof(fourth) / sizeof(fourth[0]); i++)
		raw(dir, fourth[i], drop_table, NULL);
	if (format < 3) {
		raw(dir, "log", narrow_rows, NULL);
		raw(dir, "attested", drop_table, NULL);
		raw(dir, "status", drop_table, NULL);
	}
	if (format == 1)
		raw(dir, "decision", drop_table, NULL);
	raw(dir, "meta", put_format, &format);
}

struct changing {
	size_t n;
	bool (*change)(void *context, uint8_t *key, size_t key_n, uint8_t *value, size_t value_n);
	void *context;
};

static void
change_row(MDB_txn *txn, MDB_dbi dbi, void *context)
{
	struct changing *changing = context;
	MDB_cursor *cursor;
	MDB_val key, value;
	uint8_t *key_bytes, *value_bytes;
	bool keep;

	assert_int_equal(mdb_cursor_open(txn, dbi, &cursor), 0);
	for (size_t i = 0; i <= changing->n; i++)
		assert_int_equal(mdb_cursor_get(cursor, &key, &value, MDB_NEXT), 0);
	key_bytes = malloc(key.mv_size);
	value_bytes = malloc(value.mv_size);
	assert_non_null(key_bytes);
	assert_non_null(value_bytes);
	memcpy(key_bytes, key.mv_data, key.mv_size);
	memcpy(value_bytes, value.mv_data, value.mv_size);
	keep = changing->change(
		changing->context, key_bytes, key.mv_size, value_bytes, value.mv_size);
	key.mv_data = key_bytes;
	value.mv_data = value_bytes;
	assert_int_equal(mdb_cursor_del(cursor, 0), 0);
	mdb_cursor_close(cursor);
	if (keep)
		assert_int_equal(mdb_put(txn, dbi, &key, &value, 0), 0);
	free(key_bytes);
	free(value_bytes);
}

void
state_change(const char *dir, const char *table, size_t n,
	bool (*change)(void *context, uint8_t *key, size_t key_n, uint8_t *value, size_t value_n),
	void *context)
{
	struct changing changing = {n, change, context};

	raw(dir, table, change_row, &changing);
}

static void
count_rows(MDB_txn *txn, MDB_dbi dbi, void *context)
{
	MDB_stat status;

	assert_int_equal(mdb_stat(txn, dbi, &status), 0);
	*(size_t *)context = status.ms_entries;
}

size_t
state_row_count(const char *dir, const char *table)
{
	size_t count = 0;

	raw(dir, table, count_rows, &count);
	return count;
}
