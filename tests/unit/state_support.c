/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/state_support.h"

#include <dirent.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "service/state/digest.h"

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
