/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/answers.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "scoring/attest/multibase.h"
#include "scoring/attest/proof.h"
#include "scoring/base/jcs.h"

static bool
same_word(struct prb_span a, const char *word)
{
	return a.n == strlen(word) && strncasecmp(a.p, word, a.n) == 0;
}

/* Cuts the next part off, ended by `end`; what is left stays in *rest. Quoted strings are not
 * cut through. */
static struct prb_span
next_part(struct prb_span *rest, char end)
{
	struct prb_span part = {rest->p, 0};
	bool quoted = false;

	while (part.n < rest->n && (quoted || rest->p[part.n] != end)) {
		if (rest->p[part.n] == '"')
			quoted = !quoted;
		else if (quoted && rest->p[part.n] == '\\' && part.n + 1 < rest->n)
			part.n++;
		part.n++;
	}
	rest->p += part.n < rest->n ? part.n + 1 : part.n;
	rest->n -= part.n < rest->n ? part.n + 1 : part.n;
	return prb_span_trim(part);
}

/* "charset=utf-8", the value perhaps in quotes. */
static bool
is_utf8(struct prb_span parameter)
{
	struct prb_span name = next_part(&parameter, '=');

	parameter = prb_span_trim(parameter);
	if (!same_word(name, "charset"))
		return true;
	return same_word(parameter, "utf-8") || same_word(parameter, "\"utf-8\"");
}

bool
prb_body_is(const struct prb_exchange *x, const char *type)
{
	bool many = false;
	struct prb_span rest = prb_head_field(&x->head, "content-type", &many);

	if (rest.p == NULL || many || !same_word(next_part(&rest, ';'), type))
		return false;
	while (rest.n != 0 && strcmp(type, PRB_TYPE_CSV) != 0)
		if (!is_utf8(next_part(&rest, ';')))
			return false;
	return true;
}

bool
prb_body_charset(const struct prb_exchange *x, struct prb_span *charset)
{
	struct prb_span rest = prb_head_field(&x->head, "content-type", NULL);

	*charset = PRB_SPAN_NONE;
	(void)next_part(&rest, ';');
	while (rest.n != 0) {
		struct prb_span value = next_part(&rest, ';');
		struct prb_span name = next_part(&value, '=');

		if (!same_word(name, "charset"))
			continue;
		if (charset->p != NULL)
			return false;
		*charset = prb_span_trim(value);
		if (charset->n >= 2 && charset->p[0] == '"' && charset->p[charset->n - 1] == '"') {
			charset->p++;
			charset->n -= 2;
		}
	}
	return true;
}

/* How closely a media range names the type: 0 not, 1 all, 2 the main type, 3 itself. */
static int
closeness(struct prb_span range, const char *type)
{
	size_t main_type = (size_t)(strchr(type, '/') - type) + 1;

	if (same_word(range, type))
		return 3;
	if (range.n == main_type + 1 && range.p[main_type] == '*' &&
		strncasecmp(range.p, type, main_type) == 0)
		return 2;
	return prb_span_is(range, "*/*") ? 1 : 0;
}

#define WEIGHT_ONE 1000

/* "0.5" as thousandths (RFC 9110 section 12.4.2). What is no weight counts as one. */
static int
read_weight(struct prb_span text)
{
	int weight = 0, unit = 100;

	if (text.n == 0 || text.p[0] != '0')
		return WEIGHT_ONE;
	for (size_t i = 2; i < text.n && unit != 0; i++, unit /= 10)
		if (text.p[i] >= '0' && text.p[i] <= '9')
			weight += (text.p[i] - '0') * unit;
	return weight;
}

static int
weight_among(struct prb_span parameters)
{
	while (parameters.n != 0) {
		struct prb_span value = next_part(&parameters, ';');
		struct prb_span name = next_part(&value, '=');

		if (same_word(name, "q"))
			return read_weight(prb_span_trim(value));
	}
	return WEIGHT_ONE;
}

/* How much Accept wants this type, by the range that names it most closely: 0 to a thousand. */
static int
weight_of(const struct prb_exchange *x, const char *type)
{
	bool seen = false;
	int best = 0, weight = 0;

	for (size_t i = 0; i < x->head.fields_count; i++) {
		struct prb_span rest = x->head.fields[i].value;

		if (!same_word(x->head.fields[i].name, "accept"))
			continue;
		while (rest.n != 0) {
			struct prb_span range = next_part(&rest, ',');
			struct prb_span name = next_part(&range, ';');
			int close = closeness(name, type), given = weight_among(range);

			seen = seen || name.n != 0;
			if (close > best || (close == best && close != 0 && given > weight)) {
				best = close;
				weight = given;
			}
		}
	}
	return seen ? weight : WEIGHT_ONE;
}

bool
prb_accepts(const struct prb_exchange *x, const char *type)
{
	return weight_of(x, type) > 0;
}

int
prb_preferred(const struct prb_exchange *x, const char *const *types, size_t count)
{
	int best = -1, most = 0;

	for (size_t i = 0; i < count; i++) {
		int weight = weight_of(x, types[i]);

		if (weight > most) {
			best = (int)i;
			most = weight;
		}
	}
	return best;
}

bool
prb_path_id(struct prb_exchange *x, struct prb_id *id)
{
	if (prb_id_read(x->params[0], id))
		return true;
	(void)prb_refuse(x, PRB_ERR_NOT_FOUND, "an id is a UUID in lower case");
	return false;
}

/* A key is a string of RFC 8941 in quotes, or, as many clients send it, bare. */
static bool
read_key(struct prb_span value, struct prb_span *key)
{
	if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"') {
		value.p++;
		value.n -= 2;
	}
	if (value.n == 0 || value.n > PRB_IDEMPOTENCY_KEY_BYTES_MAX)
		return false;
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] <= ' ' || value.p[i] > '~' || value.p[i] == '"' ||
			value.p[i] == '\\')
			return false;
	*key = value;
	return true;
}

/* Two holders of one organisation never meet: the key is taken together with its holder. */
static bool
hold_key(struct prb_exchange *x, struct prb_span *key)
{
	static const uint8_t nobody[PRB_CALLER_ID_BYTES];
	uint8_t held[PRB_CALLER_ID_BYTES + PRB_SHA256_BYTES];

	if (memcmp(x->caller.holder, nobody, sizeof nobody) == 0)
		return true;
	memcpy(held, x->caller.holder, PRB_CALLER_ID_BYTES);
	x->service->sha256(held + PRB_CALLER_ID_BYTES, key->p, key->n);
	*key = prb_arena_copy(x->arena, (struct prb_span){(const char *)held, sizeof held});
	if (key->p == NULL)
		(void)prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
	return key->p != NULL;
}

bool
prb_idempotency_key(struct prb_exchange *x, struct prb_span *key)
{
	bool many = false;
	struct prb_span value = prb_head_field(&x->head, "idempotency-key", &many);

	*key = PRB_SPAN_NONE;
	if (value.p == NULL)
		return true;
	if (!many && read_key(value, key))
		return hold_key(x, key);
	(void)prb_refuse(x, PRB_ERR_REQUEST,
		"Idempotency-Key is one field of 1 to 255 visible ASCII characters");
	return false;
}

enum prb_err
prb_request_sha256(struct prb_exchange *x, const char *line, uint8_t out[PRB_SHA256_BYTES])
{
	struct prb_str *text = &x->desk->text;

	prb_str_reset(text);
	prb_str_add_text(text, line);
	prb_str_add_span(text, x->body);
	if (text->failed)
		return PRB_ERR_MEMORY;
	x->service->sha256(out, text->p, text->n);
	return PRB_OK;
}

/* {"attestation": <stored>, "id", "log": {..}, "report": <stored>} out of parts: the stored bytes
 * stay where they are. */
enum prb_handled
prb_answer_accepted(struct prb_exchange *x, const struct prb_stored_declaration *stored)
{
	char id[PRB_UUID_BYTES], leaf[PRB_SHA256_HEX_BYTES];
	struct prb_str *text = &x->desk->text;
	struct prb_span middle, location;

	prb_id_text(&stored->id, id);
	prb_sha256_hex(stored->leaf_hash, leaf);
	prb_str_reset(text);
	prb_str_add_text(text, ",\"id\":\"");
	prb_str_add_text(text, id);
	prb_str_add_text(text, "\",\"log\":{\"index\":");
	prb_str_add_int(text, (int64_t)stored->log_index);
	prb_str_add_text(text, ",\"leaf_hash\":\"");
	prb_str_add_text(text, leaf);
	prb_str_add_text(text, "\",\"salt\":\"");
	prb_base64url_encode(stored->log_salt, sizeof stored->log_salt, text);
	prb_str_add_text(text, "\"},\"report\":");
	middle = prb_kept(x->arena, text);
	prb_str_reset(text);
	prb_str_add_text(text, "/v1/declarations/");
	prb_str_add_text(text, id);
	location = prb_kept(x->arena, text);
	if (middle.p == NULL || location.p == NULL)
		return prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
	/* The bytes stay; the reply's body is no answer by itself. */
	x->reply.body.n = 0;
	x->reply.parts[0] = PRB_SPAN("{\"attestation\":");
	x->reply.parts[1] = stored->attestation;
	x->reply.parts[2] = middle;
	x->reply.parts[3] = stored->report;
	x->reply.parts[4] = PRB_SPAN("}");
	x->reply.parts_count = 5;
	x->reply.location = location;
	return prb_answer(x, 201, PRB_TYPE_JSON);
}

/* What persons decided stands in the report; whoever computes it again needs it beside the
 * declaration. False without memory. */
static bool
write_decisions(struct prb_exchange *x, struct prb_span report, struct prb_writer *w)
{
	const struct prb_json *root, *decisions;
	struct prb_str *text = &x->desk->text;

	if (prb_json_parse(x->arena, report, report.n, NULL, &root) != PRB_OK)
		return false;
	decisions = prb_json_member(root, "decisions");
	if (decisions == NULL)
		return true;
	prb_str_reset(text);
	prb_jcs_write(x->arena, decisions, text);
	prb_writer_key(w, "decisions");
	prb_writer_raw(w, prb_str_span(text));
	return !text->failed;
}

enum prb_handled
prb_answer_declaration(struct prb_exchange *x, const struct prb_stored_declaration *stored)
{
	char id[PRB_UUID_BYTES], attestation[PRB_UUID_BYTES], report[PRB_UUID_BYTES];
	char time[PRB_TIMESTAMP_BYTES];
	struct prb_str salt;
	struct prb_writer w;

	prb_id_text(&stored->id, id);
	prb_id_text(&stored->attestation_id, attestation);
	prb_id_text(&stored->report_id, report);
	prb_timestamp_format(stored->time_ms / 1000, time);
	prb_str_init(&salt, 64);
	prb_base64url_encode(stored->salt, sizeof stored->salt, &salt);
	prb_writer_init(&w, &x->reply.body);
	prb_writer_object(&w);
	prb_writer_member_text(&w, "accepted_at", time);
	prb_writer_member_text(&w, "attestation_id", attestation);
	if (!write_decisions(x, stored->report, &w))
		return prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
	prb_writer_key(&w, "declaration");
	prb_writer_raw(&w, stored->declaration);
	prb_writer_member_text(&w, "id", id);
	prb_writer_member_text(&w, "report_id", report);
	prb_writer_member_string(&w, "salt", prb_str_span(&salt));
	prb_writer_end(&w);
	x->reply.body.failed = x->reply.body.failed || salt.failed;
	prb_str_finish(&salt);
	return prb_answer(x, 200, PRB_TYPE_JSON);
}
