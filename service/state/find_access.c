/* SPDX-License-Identifier: Apache-2.0 */

/* Organisations, their keys, and who may come in. */

#include <string.h>

#include "service/state/bytes.h"
#include "service/state/reader.h"

/* No more of a holder's declarations are counted for a list of keys. */
#define HELD_COUNTED_MAX 1000

/* A UUIDv7 begins with its milliseconds (RFC 9562 section 5.7). */
static int64_t
time_of(const struct prb_id *id)
{
	return (int64_t)prb_get_be(id->bytes, 6);
}

static enum prb_err
find_access(struct prb_state_reader *reader, const uint8_t sha256[PRB_SHA256_BYTES],
	struct prb_state_access *out)
{
	const struct prb_state *state = reader->state;
	struct prb_organisation_row organisation;
	struct prb_access_row row;
	int error = prb_access_get(state, reader->txn, sha256, &row);

	if (error != 0)
		return prb_look_failed(reader, error);
	/* Of an organisation that was erased nothing is left that could be asked for. */
	if (prb_keyring_base(state->ring, row.access.tenant) == 0)
		return PRB_ERR_NOT_FOUND;
	error = prb_organisation_get(state, reader->txn, row.access.tenant, &organisation);
	if (error == 0)
		error = prb_used_get(state, reader->txn, &row.access.id, &row.access.used_day);
	if (error != 0)
		return error == MDB_NOTFOUND ? PRB_ERR_STATE_DAMAGED
					     : prb_look_failed(reader, error);
	row.access.organisation_standing = organisation.standing;
	*out = row.access;
	return PRB_OK;
}

enum prb_err
prb_find_access(struct prb_state_reader *reader, const uint8_t sha256[PRB_SHA256_BYTES],
	struct prb_state_access *out)
{
	enum prb_err err;

	if (reader->state->lacks[PRB_STATE_ACCESS])
		return PRB_ERR_NOT_FOUND;
	err = prb_look_begin(reader);
	return err == PRB_OK ? prb_look_end(reader, find_access(reader, sha256, out)) : err;
}

static enum prb_err
open_organisation(struct prb_state_reader *reader, uint64_t sequence, struct prb_arena *arena,
	struct prb_stored_organisation *out)
{
	struct prb_record record;
	struct prb_body body = {.caller = {.kind = 0}};
	enum prb_err err = prb_look_at(reader, sequence, &record);
	bool erased = false;

	if (err == PRB_OK && record.kind != PRB_RECORD_ORGANISATION)
		err = PRB_ERR_STATE_DAMAGED;
	if (err == PRB_OK)
		err = prb_opener_open(reader->opener, &record, arena, &body, NULL);
	if (err == PRB_ERR_NOT_FOUND) {
		erased = true;
		err = PRB_OK;
	}
	if (err != PRB_OK)
		return err;
	*out = (struct prb_stored_organisation){.tenant = record.tenant,
		.time_ms = record.time_ms,
		.id = record.organisation_id,
		.standing = record.standing,
		.name = body.label,
		.caller = body.caller,
		.erased = erased,
		.created_ms = time_of(&record.organisation_id),
		.sequence = sequence};
	return PRB_OK;
}

static enum prb_err
find_organisation(struct prb_state_reader *reader, const struct prb_id *id, struct prb_arena *arena,
	struct prb_stored_organisation *out)
{
	uint64_t sequence, log_index;
	int error = prb_object_get(reader->state, reader->txn, PRB_OBJECT_ORGANISATION, 0,
		id->bytes, &sequence, &log_index);

	return error == 0 ? open_organisation(reader, sequence, arena, out)
			  : prb_look_failed(reader, error);
}

enum prb_err
prb_find_organisation(struct prb_state_reader *reader, const struct prb_id *id,
	struct prb_arena *arena, struct prb_stored_organisation *out)
{
	enum prb_err err = prb_look_begin(reader);

	return err == PRB_OK ? prb_look_end(reader, find_organisation(reader, id, arena, out))
			     : err;
}

enum prb_err
prb_find_organisation_of(struct prb_state_reader *reader, uint32_t tenant, struct prb_arena *arena,
	struct prb_stored_organisation *out)
{
	struct prb_organisation_row row;
	enum prb_err err;
	int error;

	if (reader->state->lacks[PRB_STATE_ORGANISATION])
		return PRB_ERR_NOT_FOUND;
	err = prb_look_begin(reader);
	if (err != PRB_OK)
		return err;
	error = prb_organisation_get(reader->state, reader->txn, tenant, &row);
	err = error == 0 ? open_organisation(reader, row.sequence, arena, out)
			 : prb_look_failed(reader, error);
	return prb_look_end(reader, err);
}

enum prb_err
prb_find_organisations(struct prb_state_reader *reader, const struct prb_id *before, size_t max,
	struct prb_arena *arena, struct prb_stored_organisation *out, size_t *count)
{
	struct prb_walk walk;
	uint64_t sequence;
	size_t n = 0;
	enum prb_err err = prb_look_begin(reader);
	int error;

	if (err != PRB_OK)
		return err;
	error = prb_objects_begin(&walk, reader, PRB_OBJECT_ORGANISATION, 0, before);
	while (error == 0 && err == PRB_OK && n < max &&
		(error = prb_objects_next(&walk, &sequence)) == 0) {
		err = open_organisation(reader, sequence, arena, &out[n]);
		n += err == PRB_OK;
	}
	err = prb_look_walked(reader, &walk, err, error);
	if (err == PRB_OK)
		*count = n;
	return prb_look_end(reader, err);
}

/* How many declarations a holder has stored, up to max; of an erased tenant there are none. */
static enum prb_err
count_held(struct prb_state_reader *reader, uint32_t tenant, const struct prb_id *holder,
	uint32_t max, uint32_t *count)
{
	struct prb_span plain = {(const char *)holder->bytes, PRB_ID_BYTES};
	uint8_t keyed[PRB_KEYED_BYTES];
	int error = 0;

	*count = 0;
	if (prb_keyring_hash(reader->state->ring, tenant, PRB_KEYED_HOLDER, plain, keyed))
		error = prb_held_count(reader->state, reader->txn, tenant, keyed, max, count);
	return error == 0 ? PRB_OK : prb_look_failed(reader, error);
}

/* What the record does not have: use and declarations. */
static enum prb_err
complete(struct prb_state_reader *reader, struct prb_stored_api_key *key)
{
	int error = prb_used_get(reader->state, reader->txn, &key->id, &key->used_day);

	if (error != 0)
		return prb_look_failed(reader, error);
	return count_held(reader, key->tenant, &key->holder, HELD_COUNTED_MAX, &key->declarations);
}

static enum prb_err
look_at_api_key(struct prb_state_reader *reader, uint64_t sequence, struct prb_record *record)
{
	enum prb_err err = prb_look_at(reader, sequence, record);

	return err == PRB_OK && record->kind != PRB_RECORD_API_KEY ? PRB_ERR_STATE_DAMAGED : err;
}

static enum prb_err
open_record(struct prb_state_reader *reader, uint64_t sequence, const struct prb_record *record,
	struct prb_arena *arena, struct prb_stored_api_key *out)
{
	struct prb_stored_api_key found;
	struct prb_body body;
	enum prb_err err = prb_opener_open(reader->opener, record, arena, &body, NULL);

	if (err != PRB_OK)
		return err;
	found = (struct prb_stored_api_key){.tenant = record->tenant,
		.time_ms = record->time_ms,
		.id = record->api_key_id,
		.holder = record->holder_id,
		.kind = record->access_kind,
		.role = record->role,
		.standing = record->standing,
		.scopes = record->scopes,
		.expires = record->expires,
		.declarations_max = record->declarations_max,
		.name = body.label,
		.hint = body.hint,
		.caller = body.caller,
		.created_ms = time_of(&record->api_key_id),
		.sequence = sequence};
	memcpy(found.sha256, record->hash, sizeof(found.sha256));
	err = complete(reader, &found);
	if (err == PRB_OK)
		*out = found;
	return err;
}

static enum prb_err
open_api_key(struct prb_state_reader *reader, uint64_t sequence, struct prb_arena *arena,
	struct prb_stored_api_key *out)
{
	struct prb_record record;
	enum prb_err err = look_at_api_key(reader, sequence, &record);

	return err == PRB_OK ? open_record(reader, sequence, &record, arena, out) : err;
}

struct api_keys {
	struct prb_arena *arena;
	struct prb_stored_api_key *out;
	uint32_t kinds;
	size_t max, count, looks;
	struct prb_id next;
	bool more;
};

static enum prb_err
take_api_key(struct api_keys *page, struct prb_state_reader *reader, uint64_t sequence)
{
	struct prb_record record;
	enum prb_err err;
	bool wanted;

	page->more = page->looks == PRB_API_KEY_LOOKS_MAX;
	if (page->more)
		return PRB_OK;
	err = look_at_api_key(reader, sequence, &record);
	if (err != PRB_OK)
		return err;
	wanted = (page->kinds >> record.access_kind & 1) != 0;
	/* One more than the page has room for shows that there is another. */
	page->more = wanted && page->count == page->max;
	if (page->more)
		return PRB_OK;
	page->looks++;
	page->next = record.api_key_id;
	if (!wanted)
		return PRB_OK;
	err = open_record(reader, sequence, &record, page->arena, &page->out[page->count]);
	if (err == PRB_OK)
		page->count++;
	return err == PRB_ERR_NOT_FOUND ? PRB_OK : err;
}

static enum prb_err
walk_api_keys(struct api_keys *page, struct prb_state_reader *reader, uint32_t tenant,
	const struct prb_id *before)
{
	struct prb_walk walk;
	uint64_t sequence;
	enum prb_err err = PRB_OK;
	int error = prb_objects_begin(&walk, reader, PRB_OBJECT_API_KEY, tenant, before);

	while (error == 0 && err == PRB_OK && !page->more &&
		(error = prb_objects_next(&walk, &sequence)) == 0)
		err = take_api_key(page, reader, sequence);
	return prb_look_walked(reader, &walk, err, error);
}

enum prb_err
prb_find_api_keys(struct prb_state_reader *reader, uint32_t tenant, uint32_t kinds,
	const struct prb_id *before, size_t max, struct prb_arena *arena,
	struct prb_stored_api_key *out, size_t *count, struct prb_id *next, bool *more)
{
	struct api_keys page = {.arena = arena, .out = out, .kinds = kinds, .max = max};
	enum prb_err err = PRB_OK;

	if (max != 0 && prb_keyring_base(reader->state->ring, tenant) != 0) {
		err = prb_look_begin(reader);
		if (err != PRB_OK)
			return err;
		err = prb_look_end(reader, walk_api_keys(&page, reader, tenant, before));
	}
	if (err != PRB_OK)
		return err;
	*count = page.count;
	*more = page.more;
	if (page.more)
		*next = page.next;
	return PRB_OK;
}

struct open_keys {
	const struct prb_open_keys *wanted;
	uint32_t count, looks;
};

/* Whether its holder may store another declaration. */
static enum prb_err
has_declarations_left(
	struct prb_state_reader *reader, const struct prb_record *record, bool *has_left)
{
	uint32_t stored, max = record->declarations_max;
	enum prb_err err;

	*has_left = true;
	if (max == 0)
		return PRB_OK;
	err = count_held(reader, record->tenant, &record->holder_id, max, &stored);
	*has_left = stored < max;
	return err;
}

static enum prb_err
count_open_key(
	struct open_keys *keys, struct prb_state_reader *reader, uint64_t sequence, bool *done)
{
	const struct prb_open_keys *wanted = keys->wanted;
	struct prb_record record;
	enum prb_err err = look_at_api_key(reader, sequence, &record);
	bool is_open;

	if (err != PRB_OK)
		return err;
	*done = time_of(&record.api_key_id) < wanted->made_ms;
	if (*done)
		return PRB_OK;
	is_open = (wanted->kinds >> record.access_kind & 1) != 0 &&
		  record.standing == PRB_API_KEY_IN_USE &&
		  (record.expires == 0 || record.expires > wanted->now);
	if (is_open)
		err = has_declarations_left(reader, &record, &is_open);
	if (err == PRB_OK && is_open)
		keys->count++;
	/* Beyond what is looked at they could all be open. */
	if (++keys->looks == wanted->looks_max)
		keys->count = wanted->max;
	*done = keys->count >= wanted->max;
	return err;
}

enum prb_err
prb_count_open_keys(struct prb_state_reader *reader, uint32_t tenant,
	const struct prb_open_keys *wanted, uint32_t *count)
{
	struct open_keys keys = {.wanted = wanted};
	struct prb_walk walk;
	uint64_t sequence;
	bool done = false;
	enum prb_err err = prb_look_begin(reader);
	int error;

	if (err != PRB_OK)
		return err;
	error = prb_objects_begin(&walk, reader, PRB_OBJECT_API_KEY, tenant, NULL);
	while (error == 0 && err == PRB_OK && !done &&
		(error = prb_objects_next(&walk, &sequence)) == 0)
		err = count_open_key(&keys, reader, sequence, &done);
	err = prb_look_end(reader, prb_look_walked(reader, &walk, err, error));
	if (err == PRB_OK)
		*count = keys.count;
	return err;
}

enum prb_err
prb_find_api_key(struct prb_state_reader *reader, uint32_t tenant, const struct prb_id *id,
	struct prb_arena *arena, struct prb_stored_api_key *out)
{
	uint64_t sequence, log_index;
	enum prb_err err = prb_look_begin(reader);
	int error;

	if (err != PRB_OK)
		return err;
	error = prb_object_get(reader->state, reader->txn, PRB_OBJECT_API_KEY, tenant, id->bytes,
		&sequence, &log_index);
	err = error == 0 ? open_api_key(reader, sequence, arena, out)
			 : prb_look_failed(reader, error);
	return prb_look_end(reader, err);
}

enum prb_err
prb_find_idempotent_api_key(struct prb_state_reader *reader, uint32_t tenant, struct prb_span key,
	const uint8_t request_sha256[PRB_SHA256_BYTES], bool *same, struct prb_arena *arena,
	struct prb_stored_api_key *out)
{
	uint64_t sequence;
	bool found_same;
	enum prb_err err = prb_look_begin(reader);

	if (err != PRB_OK)
		return err;
	err = prb_look_key(
		reader, tenant, key, request_sha256, PRB_RECORD_API_KEY, &found_same, &sequence);
	if (err == PRB_OK && found_same)
		err = open_api_key(reader, sequence, arena, out);
	if (err == PRB_OK)
		*same = found_same;
	return prb_look_end(reader, err);
}
