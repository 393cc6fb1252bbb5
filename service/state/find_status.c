/* SPDX-License-Identifier: Apache-2.0 */
#include "service/state/reader.h"

#include <string.h>

#include "service/state/bytes.h"

/* The status lists, and what the server uses. */

#define PARTS (PRB_STATE_STATUS_ENTRIES / PRB_STATUS_PART_BITS)

/* The bits of one list, of those parts that have any. *found: whether there was one. */
static enum prb_err
gather(struct prb_state_reader *reader, enum prb_status_what what, uint32_t list,
	uint8_t bits[PRB_STATE_STATUS_ENTRIES / 8], bool *found)
{
	uint8_t from[PRB_STATUS_KEY_BYTES];
	struct prb_walk walk;
	int error;

	prb_status_key(what, list, 0, from);
	memset(bits, 0, PRB_STATE_STATUS_ENTRIES / 8);
	*found = false;
	error = prb_walk_begin(
		&walk, reader->state, reader->txn, PRB_STATE_STATUS, from, sizeof(from), 5);
	while (error == 0 && (error = prb_walk_on(&walk)) == 0) {
		uint64_t part = prb_get_be((const uint8_t *)walk.key.mv_data + 5, 2);

		if (part >= PARTS || walk.value.mv_size != PRB_STATUS_VALUE_BYTES) {
			error = MDB_CORRUPTED;
			break;
		}
		memcpy(bits + part * PRB_STATUS_VALUE_BYTES, walk.value.mv_data,
			PRB_STATUS_VALUE_BYTES);
		*found = true;
	}
	return prb_look_walked(reader, &walk, PRB_OK, error);
}

/* The list of the last row of its kind; 0: there is none. */
static enum prb_err
newest_list(struct prb_state_reader *reader, uint32_t *list)
{
	uint8_t behind[PRB_STATUS_KEY_BYTES];
	const uint8_t *key;
	int error;

	prb_status_key(PRB_STATUS_TAKEN + 1, 0, 0, behind);
	error = prb_last_before(
		reader->state, reader->txn, PRB_STATE_STATUS, behind, sizeof(behind), 0, &key);
	*list = error == 0 ? (uint32_t)prb_get_be(key + 1, 4) : 0;
	return error == 0 || error == MDB_NOTFOUND ? PRB_OK : prb_look_failed(reader, error);
}

enum prb_err
prb_status_newest(struct prb_state_reader *reader, uint32_t *list,
	uint8_t taken[PRB_STATE_STATUS_ENTRIES / 8])
{
	uint8_t bits[PRB_STATE_STATUS_ENTRIES / 8] = {0};
	uint32_t newest = 0;
	bool found;
	enum prb_err err = PRB_OK;

	if (!reader->state->lacks[PRB_STATE_STATUS]) {
		err = prb_look_begin(reader);
		if (err != PRB_OK)
			return err;
		err = newest_list(reader, &newest);
		if (err == PRB_OK && newest != 0)
			err = gather(reader, PRB_STATUS_TAKEN, newest, bits, &found);
		(void)prb_look_end(reader, err);
	}
	if (err != PRB_OK)
		return err;
	*list = newest;
	memcpy(taken, bits, sizeof(bits));
	return PRB_OK;
}

enum prb_err
prb_status_revoked(struct prb_state_reader *reader, uint32_t list,
	uint8_t bits[PRB_STATE_STATUS_ENTRIES / 8], uint64_t *at)
{
	uint8_t found_bits[PRB_STATE_STATUS_ENTRIES / 8];
	struct prb_state_head head;
	bool begun = false, any;
	enum prb_err err;
	int error;

	if (reader->state->lacks[PRB_STATE_STATUS])
		return PRB_ERR_NOT_FOUND;
	err = prb_look_begin(reader);
	if (err != PRB_OK)
		return err;
	err = gather(reader, PRB_STATUS_TAKEN, list, found_bits, &begun);
	if (err == PRB_OK && !begun)
		err = PRB_ERR_NOT_FOUND;
	if (err == PRB_OK)
		err = gather(reader, PRB_STATUS_REVOKED, list, found_bits, &any);
	error = prb_state_head_get(reader->state, reader->txn, &head);
	if (err == PRB_OK && error != 0)
		err = prb_lmdb_failed(reader->state, NULL, "reading", error);
	(void)prb_look_end(reader, err);
	if (err != PRB_OK)
		return err;
	memcpy(bits, found_bits, sizeof(found_bits));
	*at = head.records;
	return PRB_OK;
}

static enum prb_err
read_system(struct prb_state_reader *reader, uint64_t sequence, uint64_t log_index,
	struct prb_stored_system *out)
{
	struct prb_record record;
	enum prb_err err = prb_look_at(reader, sequence, &record);

	if (err != PRB_OK)
		return err;
	if (!prb_record_is_system(&record))
		return PRB_ERR_STATE_DAMAGED;
	*out = (struct prb_stored_system){.kind = (enum prb_system_kind)record.kind,
		.time_ms = record.time_ms,
		.use = record.use,
		.standing = record.standing,
		.number = record.number,
		.expires = record.expires,
		.sequence = sequence,
		.log_index = log_index};
	memcpy(out->hash, record.hash, sizeof(out->hash));
	return PRB_OK;
}

/* Takes the place of an earlier record of the same thing, or the next one. */
static enum prb_err
note_system(const struct prb_stored_system *found, struct prb_stored_system *out, size_t max,
	size_t *count)
{
	size_t i = 0;

	while (i < *count && (out[i].kind != found->kind || out[i].use != found->use ||
				     memcmp(out[i].hash, found->hash, sizeof(found->hash)) != 0))
		i++;
	if (i == max)
		return PRB_ERR_TOO_LARGE;
	out[i] = *found;
	if (i == *count)
		(*count)++;
	return PRB_OK;
}

static enum prb_err
walk_system(
	struct prb_state_reader *reader, struct prb_stored_system *out, size_t max, size_t *count)
{
	const uint8_t none[PRB_ID_BYTES] = {0};
	uint8_t from[PRB_OBJECT_KEY_BYTES];
	struct prb_stored_system found;
	enum prb_err err = PRB_OK;
	struct prb_walk walk;
	int error;

	prb_object_key(PRB_OBJECT_SYSTEM, 0, none, from);
	error = prb_walk_begin(
		&walk, reader->state, reader->txn, PRB_STATE_OBJECT, from, sizeof(from), 1);
	while (error == 0 && err == PRB_OK && (error = prb_walk_on(&walk)) == 0) {
		const uint8_t *p = walk.value.mv_data;

		if (walk.value.mv_size != PRB_OBJECT_VALUE_BYTES)
			err = PRB_ERR_STATE_DAMAGED;
		if (err == PRB_OK)
			err = read_system(reader, prb_get_be(p, 8), prb_get_be(p + 8, 8), &found);
		if (err == PRB_OK)
			err = note_system(&found, out, max, count);
	}
	return prb_look_walked(reader, &walk, err, error);
}

enum prb_err
prb_find_system(
	struct prb_state_reader *reader, struct prb_stored_system *out, size_t max, size_t *count)
{
	size_t found = 0;
	enum prb_err err = prb_look_begin(reader);

	if (err != PRB_OK)
		return err;
	err = walk_system(reader, out, max, &found);
	if (err == PRB_OK)
		*count = found;
	return prb_look_end(reader, err);
}
