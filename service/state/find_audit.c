/* SPDX-License-Identifier: Apache-2.0 */

/* What is listed: pages of declarations, all of them for counting, the audit trail. */

#include <assert.h>
#include <string.h>

#include "service/state/bytes.h"
#include "service/state/reader.h"

/*
 * Erasures take whole periods, the oldest first: behind so many erased ones in a row there is
 * nothing that could be read. It bounds a look at a tenant of which little is left.
 */
#define ERASED_LOOKS_MAX 1024
/* In one look at the journal, so that no snapshot is held for long. */
#define JOURNAL_LOOKS_MAX 4096

enum prb_err
prb_find_held(struct prb_state_reader *reader, uint32_t tenant, const struct prb_id *holder,
	const struct prb_id *declaration)
{
	struct prb_span plain = {(const char *)holder->bytes, PRB_ID_BYTES}, value;
	uint8_t keyed[PRB_KEYED_BYTES], key[PRB_HELD_KEY_BYTES];
	enum prb_err err;
	int error;

	if (reader->state->lacks[PRB_STATE_HELD] ||
		!prb_keyring_hash(reader->state->ring, tenant, PRB_KEYED_HOLDER, plain, keyed))
		return PRB_ERR_NOT_FOUND;
	prb_held_key(tenant, keyed, declaration, key);
	err = prb_look_begin(reader);
	if (err != PRB_OK)
		return err;
	error = prb_state_get(reader->state, reader->txn, PRB_STATE_HELD,
		(struct prb_span){(const char *)key, sizeof(key)}, &value);
	return prb_look_end(reader, error == 0 ? PRB_OK : prb_look_failed(reader, error));
}

enum prb_err
prb_find_held_ids(struct prb_state_reader *reader, uint32_t tenant, const struct prb_id *holder,
	size_t max, struct prb_id *out, size_t *count)
{
	struct prb_span plain = {(const char *)holder->bytes, PRB_ID_BYTES};
	uint8_t keyed[PRB_KEYED_BYTES], key[PRB_HELD_KEY_BYTES];
	struct prb_walk walk;
	size_t n = 0;
	enum prb_err err;
	int error;

	*count = 0;
	if (max == 0 || reader->state->lacks[PRB_STATE_HELD] ||
		!prb_keyring_hash(reader->state->ring, tenant, PRB_KEYED_HOLDER, plain, keyed))
		return PRB_OK;
	prb_held_key(tenant, keyed, &prb_id_last, key);
	err = prb_look_begin(reader);
	if (err != PRB_OK)
		return err;
	error = prb_walk_begin(&walk, reader->state, reader->txn, PRB_STATE_HELD, key, sizeof(key),
		sizeof(key) - PRB_ID_BYTES);
	while (error == 0 && n < max && (error = prb_walk_back(&walk)) == 0)
		out[n++] = prb_walk_id(&walk);
	err = prb_look_walked(reader, &walk, PRB_OK, error);
	if (err == PRB_OK)
		*count = n;
	return prb_look_end(reader, err);
}

struct declarations {
	uint32_t tenant;
	struct prb_arena *arena;
	struct prb_stored_declaration *out;
	size_t max, count, erased;
};

static enum prb_err
take_declaration(
	struct declarations *page, struct prb_state_reader *reader, const struct prb_id *id)
{
	struct prb_record record;
	uint64_t sequence, log_index;
	enum prb_err err = prb_look_object(reader, PRB_OBJECT_DECLARATION, page->tenant, id->bytes,
		&sequence, &log_index, &record);

	if (err == PRB_ERR_NOT_FOUND)
		return PRB_ERR_STATE_DAMAGED;
	if (err == PRB_OK)
		err = prb_open_declaration(
			reader, sequence, log_index, &record, page->arena, &page->out[page->count]);
	if (err == PRB_ERR_NOT_FOUND) {
		page->erased++;
		return PRB_OK;
	}
	if (err != PRB_OK)
		return err;
	page->erased = 0;
	page->count++;
	return PRB_OK;
}

/* Both tables have the declaration's id at the end of their keys. */
static enum prb_err
walk_declarations(struct declarations *page, struct prb_state_reader *reader,
	enum prb_state_table table, const uint8_t *behind, size_t n)
{
	struct prb_walk walk;
	enum prb_err err = PRB_OK;
	int error = prb_walk_begin(
		&walk, reader->state, reader->txn, table, behind, n, n - PRB_ID_BYTES);

	while (error == 0 && err == PRB_OK && page->count < page->max &&
		page->erased < ERASED_LOOKS_MAX && (error = prb_walk_back(&walk)) == 0) {
		const struct prb_id id = prb_walk_id(&walk);

		err = take_declaration(page, reader, &id);
	}
	return prb_look_walked(reader, &walk, err, error);
}

enum prb_err
prb_find_declarations(struct prb_state_reader *reader, uint32_t tenant, const struct prb_id *holder,
	const struct prb_id *before, size_t max, struct prb_arena *arena,
	struct prb_stored_declaration *out, size_t *count)
{
	const struct prb_state *state = reader->state;
	struct declarations page = {.tenant = tenant, .arena = arena, .out = out, .max = max};
	enum prb_state_table table = holder ? PRB_STATE_HELD : PRB_STATE_OBJECT;
	size_t n = holder ? PRB_HELD_KEY_BYTES : PRB_OBJECT_KEY_BYTES;
	uint8_t key[PRB_HELD_KEY_BYTES], keyed[PRB_KEYED_BYTES];
	struct prb_span plain = {holder ? (const char *)holder->bytes : NULL, PRB_ID_BYTES};
	enum prb_err err;

	*count = 0;
	if (max == 0 || state->lacks[table] || prb_keyring_newest(state->ring, tenant) == 0)
		return PRB_OK;
	if (holder && !prb_keyring_hash(state->ring, tenant, PRB_KEYED_HOLDER, plain, keyed))
		return PRB_OK;
	if (!before)
		before = &prb_id_last;
	if (holder)
		prb_held_key(tenant, keyed, before, key);
	else
		prb_object_key(PRB_OBJECT_DECLARATION, tenant, before->bytes, key);
	err = prb_look_begin(reader);
	if (err != PRB_OK)
		return err;
	err = walk_declarations(&page, reader, table, key, n);
	if (err == PRB_OK)
		*count = page.count;
	return prb_look_end(reader, err);
}

static enum prb_err
take_any(struct declarations *page, struct prb_state_reader *reader, uint64_t sequence)
{
	struct prb_record record;
	enum prb_err err = prb_look_for(reader, sequence, &record);

	if (err != PRB_OK || record.kind != PRB_RECORD_DECLARATION)
		return err;
	err = prb_open_declaration_at(
		reader, sequence, &record, page->arena, &page->out[page->count]);
	if (err == PRB_OK)
		page->count++;
	return err == PRB_ERR_NOT_FOUND ? PRB_OK : err;
}

enum prb_err
prb_find_all_declarations(struct prb_state_reader *reader, uint64_t from, size_t max,
	struct prb_arena *arena, struct prb_stored_declaration *out, size_t *count, uint64_t *next)
{
	struct declarations page = {.arena = arena, .out = out, .max = max};
	uint64_t first = from == 0 ? 1 : from, at = first;
	enum prb_err err = prb_look_begin(reader);

	if (err != PRB_OK)
		return err;
	while (err == PRB_OK && page.count < max && at - first < JOURNAL_LOOKS_MAX) {
		err = take_any(&page, reader, at);
		if (err == PRB_OK)
			at++;
	}
	if (err == PRB_ERR_NOT_FOUND) { /* behind the last record */
		at = 0;
		err = PRB_OK;
	}
	if (err == PRB_OK) {
		*count = page.count;
		*next = at;
	}
	return prb_look_end(reader, err);
}

/* ---- the audit trail ---- */

/* What is not there stays that. */
static bool
copy(struct prb_arena *arena, struct prb_span bytes, struct prb_span *out)
{
	if (bytes.n == 0)
		return true;
	*out = prb_arena_copy(arena, bytes);
	return out->p != NULL;
}

static enum prb_err
open_line(struct prb_state_reader *reader, uint32_t tenant, uint64_t sequence,
	struct prb_arena *arena, struct prb_audit_line *out)
{
	struct prb_record record;
	struct prb_body body;
	enum prb_err err = prb_look_at(reader, sequence, &record);

	if (err != PRB_OK)
		return err;
	*out = (struct prb_audit_line){.sequence = sequence,
		.time_ms = record.time_ms,
		.tenant = tenant,
		.kind = record.kind,
		.caller = record.erased_by,
		.object = prb_record_object(&record),
		.standing = record.standing,
		.role = record.role,
		.scopes = record.scopes,
		.expires = record.expires,
		.erased_tenant = record.erased_tenant,
		.erased_before_ms = record.before_ms};
	if (!prb_record_is_sealed(&record))
		return PRB_OK;
	err = prb_opener_open(reader->opener, &record, NULL, &body, NULL);
	if (err == PRB_ERR_NOT_FOUND) {
		out->erased = true;
		return PRB_OK;
	}
	if (err != PRB_OK)
		return err;
	out->caller = body.caller;
	/* What a key is called may be changed by nobody, and an invitation's says whom it is for.
	 */
	if (record.kind == PRB_RECORD_ORGANISATION && !copy(arena, body.label, &out->name))
		return PRB_ERR_MEMORY;
	return copy(arena, body.event, &out->event) ? PRB_OK : PRB_ERR_MEMORY;
}

static enum prb_err
walk_trail(struct prb_state_reader *reader, uint32_t tenant, uint64_t from, size_t max,
	struct prb_arena *arena, struct prb_audit_line *out, size_t *count, uint64_t *next)
{
	uint8_t start[PRB_AUDIT_KEY_BYTES];
	enum prb_err err = PRB_OK;
	struct prb_walk walk;
	int error;

	prb_audit_key(tenant, from, start);
	error = prb_walk_begin(&walk, reader->state, reader->txn, PRB_STATE_AUDIT, start,
		sizeof(start), sizeof(start) - PRB_SEQUENCE_BYTES);
	while (error == 0 && err == PRB_OK && *next == 0 && (error = prb_walk_on(&walk)) == 0) {
		uint64_t at = prb_walk_sequence(&walk);

		if (*count == max)
			*next = at;
		else
			err = open_line(reader, tenant, at, arena, &out[(*count)++]);
	}
	return prb_look_walked(reader, &walk, err, error);
}

enum prb_err
prb_find_audit(struct prb_state_reader *reader, uint32_t tenant, uint64_t from, size_t max,
	struct prb_arena *arena, struct prb_audit_line *out, size_t *count, uint64_t *next)
{
	size_t found = 0;
	uint64_t behind = 0;
	enum prb_err err = reader->state->lacks[PRB_STATE_AUDIT] ? PRB_ERR_STATE_FORMAT
								 : prb_look_begin(reader);

	if (err != PRB_OK)
		return err;
	err = walk_trail(reader, tenant, from, max, arena, out, &found, &behind);
	if (err == PRB_OK) {
		*count = found;
		*next = behind;
	}
	return prb_look_end(reader, err);
}

/* ---- places ---- */

#define TAG_BYTES 8

static_assert(PRB_AUDIT_PLACE_BYTES == TAG_BYTES + PRB_SEQUENCE_BYTES,
	"a place is a tag and a sequence under it");

/* The first bytes of the tenant's keyed hash of a word and 8 bytes; zero where it has no key. */
static void
keyed_bytes(const struct prb_state_reader *reader, uint32_t tenant, char word,
	const uint8_t bytes[8], uint8_t out[8])
{
	uint8_t keyed[PRB_KEYED_BYTES] = {0};
	char plain[9] = {word};

	memcpy(plain + 1, bytes, 8);
	(void)prb_keyring_hash(reader->state->ring, tenant, PRB_KEYED_PLACE,
		(struct prb_span){plain, sizeof plain}, keyed);
	memcpy(out, keyed, 8);
}

/* The tag is made of the sequence, and what covers the sequence of the tag: the construction of
 * RFC 5297 for a message of one piece, so that no number has to be drawn for each page. */
void
prb_audit_place(const struct prb_state_reader *reader, uint32_t tenant, uint64_t sequence,
	uint8_t out[PRB_AUDIT_PLACE_BYTES])
{
	uint8_t plain[PRB_SEQUENCE_BYTES], cover[8];

	prb_put_be(plain, sequence, PRB_SEQUENCE_BYTES);
	keyed_bytes(reader, tenant, 't', plain, out);
	keyed_bytes(reader, tenant, 'c', out, cover);
	for (size_t i = 0; i < PRB_SEQUENCE_BYTES; i++)
		out[TAG_BYTES + i] = plain[i] ^ cover[i];
}

bool
prb_audit_place_read(const struct prb_state_reader *reader, uint32_t tenant,
	const uint8_t place[PRB_AUDIT_PLACE_BYTES], uint64_t *sequence)
{
	uint8_t plain[PRB_SEQUENCE_BYTES], cover[8], tag[TAG_BYTES];

	keyed_bytes(reader, tenant, 'c', place, cover);
	for (size_t i = 0; i < PRB_SEQUENCE_BYTES; i++)
		plain[i] = place[TAG_BYTES + i] ^ cover[i];
	keyed_bytes(reader, tenant, 't', plain, tag);
	if (memcmp(tag, place, TAG_BYTES) != 0)
		return false;
	*sequence = prb_get_be(plain, PRB_SEQUENCE_BYTES);
	return true;
}
