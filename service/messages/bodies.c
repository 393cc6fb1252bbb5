/* SPDX-License-Identifier: Apache-2.0 */
#include "service/messages/bodies.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "scoring/base/json.h"
#include "service/state/files.h"
#include "service/state/state.h"

#define ARENA_BYTES_MAX ((size_t)16 * 1024 * 1024)

struct prb_bodies {
	atomic_uint holders;
	struct prb_arena *arena; /* all texts */
	struct prb_body *items;
	size_t count;
};

struct reading {
	struct prb_bodies *bodies;
	const char *file;
	size_t number; /* of the body in hand, from 1; 0: of the whole file */
	struct prb_fault *fault;
};

/* ---- holding ---- */

struct prb_bodies *
prb_bodies_hold(struct prb_bodies *b)
{
	if (b != NULL)
		atomic_fetch_add_explicit(&b->holders, 1, memory_order_relaxed);
	return b;
}

void
prb_bodies_drop(struct prb_bodies *b)
{
	if (b == NULL || atomic_fetch_sub_explicit(&b->holders, 1, memory_order_acq_rel) != 1)
		return;
	prb_arena_destroy(b->arena);
	free(b);
}

size_t
prb_bodies_count(const struct prb_bodies *b)
{
	return b != NULL ? b->count : 0;
}

const struct prb_body *
prb_bodies_at(const struct prb_bodies *b, size_t i)
{
	return &b->items[i];
}

const struct prb_body *
prb_bodies_find(const struct prb_bodies *b, struct prb_span id)
{
	for (size_t i = 0; i < prb_bodies_count(b); i++)
		if (prb_span_equal(b->items[i].id, id))
			return &b->items[i];
	return NULL;
}

const struct prb_body *
prb_bodies_of(const struct prb_bodies *b, const struct prb_id *organisation)
{
	for (size_t i = 0; i < prb_bodies_count(b); i++)
		if (memcmp(&b->items[i].organisation, organisation, sizeof *organisation) == 0)
			return &b->items[i];
	return NULL;
}

/* ---- texts ---- */

static bool refuse(struct reading *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Always false. */
static bool
refuse(struct reading *r, const char *format, ...)
{
	char text[PRB_FAULT_DETAIL_BYTES_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (r->number == 0)
		(void)prb_fault_set(
			r->fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL, "%s: %s", r->file, text);
	else
		(void)prb_fault_set(r->fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
			"%s: remedy body %zu: %s", r->file, r->number, text);
	return false;
}

static bool
refuse_memory(struct reading *r)
{
	(void)prb_fault_set(
		r->fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "%s: memory ran out", r->file);
	return false;
}

/* One line that says what it seems to say: no control characters, and none that turn text. */
static bool
is_line(struct prb_span text)
{
	uint32_t c;

	for (size_t i = 0, n; i < text.n; i += n) {
		n = prb_utf8_decode(text.p + i, text.n - i, &c);
		if (n == 0 || c < ' ' || (c >= 0x7F && c < 0xA0) || (c >= 0x2028 && c <= 0x202E) ||
			(c >= 0x2066 && c <= 0x2069))
			return false;
	}
	return prb_span_trim(text).n != 0;
}

static bool
keep(struct reading *r, struct prb_span text, struct prb_span *out)
{
	*out = prb_arena_copy(r->bodies->arena, text);
	return out->p != NULL || refuse_memory(r);
}

static bool
read_line(struct reading *r, const struct prb_json *m, size_t max, struct prb_span *out)
{
	struct prb_span text;

	if (prb_json_kind(m) != PRB_JSON_STRING)
		return refuse(r, "%s: a string is wanted", prb_json_name(m));
	text = prb_json_string(m);
	if (text.n == 0 || text.n > max || !is_line(text))
		return refuse(r,
			"%s: one line of 1 to %zu bytes is wanted, without control characters",
			prb_json_name(m), max);
	return keep(r, text, out);
}

static bool
is_word(struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (!(c >= 'a' && c <= 'z') && !(i > 0 && ((c >= '0' && c <= '9') || c == '-')))
			return false;
	}
	return text.n > 0 && text.n <= PRB_BODY_ID_BYTES_MAX;
}

static bool
is_country(struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < 'A' || text.p[i] > 'Z')
			return false;
	return text.n == 3;
}

static bool
is_language(struct prb_span text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
			!(i > 0 && ((c >= '0' && c <= '9') || c == '-')))
			return false;
	}
	return text.n >= 2 && text.n <= PRB_BODY_LANGUAGE_BYTES_MAX;
}

/* ---- members ---- */

static bool
read_id(struct reading *r, const struct prb_json *m, struct prb_body *out)
{
	if (!read_line(r, m, PRB_BODY_ID_BYTES_MAX, &out->id))
		return false;
	return is_word(out->id) ||
	       refuse(r, "id: a word is wanted that begins with a to z and has a to z, 0 to 9 and "
			 "- alone");
}

static bool
read_key(struct reading *r, const struct prb_json *m, struct prb_body *out)
{
	uint8_t trial[PRB_MESSAGE_SEALED_BYTES];

	if (prb_json_kind(m) == PRB_JSON_STRING &&
		prb_message_key_read(prb_json_string(m), out->public_key) &&
		prb_message_seal(PRB_SPAN("trial"), out->public_key, trial))
		return true;
	return refuse(r, "public_key: the public key that `probity messages keygen` prints is "
			 "wanted");
}

static bool
read_website(struct reading *r, const struct prb_json *m, struct prb_body *out)
{
	static const struct prb_span https = {"https://", 8};

	if (!read_line(r, m, PRB_BODY_WEBSITE_BYTES_MAX, &out->website))
		return false;
	for (size_t i = 0; i < out->website.n; i++)
		if (out->website.p[i] <= ' ' || strchr("\"<>\\^`{|}", out->website.p[i]) != NULL)
			return refuse(r, "website: an address without blanks and quotes is wanted");
	return (prb_span_starts(out->website, https) && out->website.n > https.n) ||
	       refuse(r, "website: an address is wanted that begins with https://");
}

/* Some have letters in them, or a word on when it is answered: that goes into `note`. */
static bool
read_phone(struct reading *r, const struct prb_json *m, struct prb_body *out)
{
	if (!read_line(r, m, PRB_BODY_PHONE_BYTES_MAX, &out->phone))
		return false;
	for (size_t i = 0; i < out->phone.n; i++)
		if (strchr("0123456789+-() ./", out->phone.p[i]) == NULL)
			return refuse(r, "phone: digits, blanks and + - ( ) . / are wanted");
	return true;
}

static bool
read_organisation(struct reading *r, const struct prb_json *m, struct prb_body *out)
{
	return (prb_json_kind(m) == PRB_JSON_STRING &&
		       prb_id_read(prb_json_string(m), &out->organisation)) ||
	       refuse(r, "organisation: the id is wanted that `probity admin organisation list` "
			 "shows");
}

/* An array of short words, each as `is` wants it. */
static bool
read_words(struct reading *r, const struct prb_json *m, size_t max,
	bool (*is)(struct prb_span text), const char *what, const struct prb_span **out,
	size_t *count)
{
	struct prb_span *words;
	size_t n = 0;

	if (prb_json_kind(m) != PRB_JSON_ARRAY || prb_json_size(m) > max)
		return refuse(
			r, "%s: an array of at most %zu %s is wanted", prb_json_name(m), max, what);
	words = prb_arena_array(r->bodies->arena, prb_json_size(m), sizeof *words);
	if (words == NULL)
		return refuse_memory(r);
	for (const struct prb_json *e = prb_json_first(m); e != NULL; e = prb_json_next(e)) {
		if (prb_json_kind(e) != PRB_JSON_STRING || !is(prb_json_string(e)))
			return refuse(r, "%s: %s are wanted", prb_json_name(m), what);
		if (!keep(r, prb_json_string(e), &words[n++]))
			return false;
	}
	*out = words;
	*count = n;
	return true;
}

static bool
read_countries(struct reading *r, const struct prb_json *m, struct prb_body *out)
{
	return read_words(r, m, PRB_BODY_COUNTRIES_MAX, is_country,
		"alpha-3 codes of countries (BGD)", &out->countries, &out->countries_count);
}

static bool
read_languages(struct reading *r, const struct prb_json *m, struct prb_body *out)
{
	return read_words(r, m, PRB_BODY_LANGUAGES_MAX, is_language,
		"tags of languages (bn, zh-Hant)", &out->languages, &out->languages_count);
}

static bool
read_name(struct reading *r, const struct prb_json *m, struct prb_body *out)
{
	return read_line(r, m, PRB_BODY_NAME_BYTES_MAX, &out->name);
}

static bool
read_note(struct reading *r, const struct prb_json *m, struct prb_body *out)
{
	return read_line(r, m, PRB_BODY_NOTE_BYTES_MAX, &out->note);
}

static const struct member {
	const char *name;
	bool (*read)(struct reading *r, const struct prb_json *m, struct prb_body *out);
	bool required;
} members[] = {
	{"countries", read_countries, true},
	{"id", read_id, true},
	{"languages", read_languages, true},
	{"name", read_name, true},
	{"note", read_note, false},
	{"organisation", read_organisation, true},
	{"phone", read_phone, false},
	{"public_key", read_key, true},
	{"website", read_website, false},
};
#define MEMBERS (sizeof members / sizeof members[0])

static const struct member *
find_member(const char *name)
{
	for (size_t i = 0; i < MEMBERS; i++)
		if (strcmp(members[i].name, name) == 0)
			return &members[i];
	return NULL;
}

/* Two of one key would be one person who reads what was written to another. */
static bool
is_new(struct reading *r, const struct prb_body *body)
{
	for (size_t i = 0; i < r->bodies->count; i++) {
		const struct prb_body *other = &r->bodies->items[i];

		if (prb_span_equal(other->id, body->id))
			return refuse(r, "id: another one has it");
		if (memcmp(&other->organisation, &body->organisation, sizeof body->organisation) ==
			0)
			return refuse(r, "organisation: it has another remedy body already");
		if (memcmp(other->public_key, body->public_key, sizeof body->public_key) == 0)
			return refuse(r, "public_key: another one has it");
	}
	return true;
}

static bool
read_body(struct reading *r, const struct prb_json *object)
{
	struct prb_body body = {.countries_count = 0};

	if (prb_json_kind(object) != PRB_JSON_OBJECT)
		return refuse(r, "an object is wanted");
	for (const struct prb_json *m = prb_json_first(object); m != NULL; m = prb_json_next(m)) {
		const struct member *member = find_member(prb_json_name(m));

		if (member == NULL)
			return refuse(r, "%.40s: there is no such member", prb_json_name(m));
		if (!member->read(r, m, &body))
			return false;
	}
	for (size_t i = 0; i < MEMBERS; i++)
		if (members[i].required && prb_json_member(object, members[i].name) == NULL)
			return refuse(r, "%s is missing", members[i].name);
	if (!is_new(r, &body))
		return false;
	r->bodies->items[r->bodies->count++] = body;
	return true;
}

static bool
read_all(struct reading *r, const struct prb_json *root)
{
	const struct prb_json *list =
		prb_json_kind(root) == PRB_JSON_OBJECT ? prb_json_member(root, "bodies") : NULL;

	if (list == NULL || prb_json_kind(list) != PRB_JSON_ARRAY || prb_json_size(root) != 1)
		return refuse(r, "{\"bodies\":[..]} is wanted");
	if (prb_json_size(list) > PRB_BODIES_MAX)
		return refuse(r, "there are more than %d remedy bodies", PRB_BODIES_MAX);
	r->bodies->items =
		prb_arena_array(r->bodies->arena, prb_json_size(list), sizeof *r->bodies->items);
	if (r->bodies->items == NULL)
		return refuse_memory(r);
	for (const struct prb_json *e = prb_json_first(list); e != NULL; e = prb_json_next(e)) {
		r->number++;
		if (!read_body(r, e))
			return false;
	}
	return true;
}

/* ---- the whole ---- */

static struct prb_bodies *
create(void)
{
	struct prb_bodies *b = calloc(1, sizeof *b);

	if (b == NULL)
		return NULL;
	atomic_init(&b->holders, 1);
	b->arena = prb_arena_create(ARENA_BYTES_MAX);
	if (b->arena != NULL)
		return b;
	free(b);
	return NULL;
}

enum prb_err
prb_bodies_read(
	struct prb_span text, const char *file, struct prb_bodies **out, struct prb_fault *fault)
{
	struct prb_fault own;
	struct reading r = {
		.bodies = create(), .file = file, .fault = fault != NULL ? fault : &own};
	struct prb_fault json_fault;
	const struct prb_json *root;
	enum prb_err err;

	if (r.bodies == NULL) {
		(void)refuse_memory(&r);
		return PRB_ERR_MEMORY;
	}
	err = prb_json_parse(r.bodies->arena, text, PRB_BODIES_FILE_BYTES_MAX, &json_fault, &root);
	if (err == PRB_ERR_MEMORY)
		(void)refuse_memory(&r);
	else if (err != PRB_OK)
		(void)refuse(&r, "byte %zu: %s",
			json_fault.offset == PRB_NO_OFFSET ? 0 : json_fault.offset,
			json_fault.detail);
	if (err == PRB_OK && read_all(&r, root)) {
		*out = r.bodies;
		return PRB_OK;
	}
	prb_bodies_drop(r.bodies);
	return r.fault->err;
}

enum prb_err
prb_bodies_load(const char *path, struct prb_bodies **out, struct prb_fault *fault)
{
	struct prb_str text;
	enum prb_err err;

	if (path[0] == '\0')
		return prb_bodies_read(PRB_SPAN("{\"bodies\":[]}"), path, out, fault);
	prb_str_init(&text, PRB_BODIES_FILE_BYTES_MAX + PRB_FILE_PIECE_BYTES);
	err = prb_file_of_option(
		"[messages] bodies", path, PRB_BODIES_FILE_BYTES_MAX, &text, fault);
	if (err == PRB_OK)
		err = prb_bodies_read(prb_str_span(&text), path, out, fault);
	prb_str_finish(&text);
	return err;
}

bool
prb_body_is_collected(
	const struct prb_body *body, struct prb_state_reader *reader, struct prb_arena *arena)
{
	struct prb_stored_organisation of;

	return prb_find_organisation(reader, &body->organisation, arena, &of) == PRB_OK &&
	       !of.erased && of.standing == PRB_ORGANISATION_ACTIVE;
}
