/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_BASE_JCS_H
#define PRB_BASE_JCS_H

/*
 * RFC 8785, the canonical form of a JSON text, and a writer that can make no other.
 *
 * Members are sorted by UTF-16 code units, strings escape only what must be escaped, numbers are
 * printed as ECMAScript prints them (shortest text that reads back).
 */

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "scoring/base/date.h"
#include "scoring/base/json.h"
#include "scoring/base/text.h"

#define PRB_JCS_NUMBER_BYTES_MAX 32

/* Appends the canonical form of value to out (failure shows in out->failed). The arena holds sort
 * keys. */
void prb_jcs_write(struct prb_arena *arena, const struct prb_json *value, struct prb_str *out);
/*
 * The same, without the members of these names wherever they stand; or, where `replace` is not
 * NULL, with what it appends in the place of their strings (which must be one JSON value). Members
 * of these names that are no strings are written as they are then. It is called in the order of the
 * canonical text.
 */
struct prb_jcs_masked {
	const char *const *names;
	size_t count;
	void (*replace)(void *context, struct prb_span text, struct prb_str *out);
	void *context;
};
void prb_jcs_write_masked(struct prb_arena *arena, const struct prb_json *value,
	const struct prb_jcs_masked *masked, struct prb_str *out);
/* ECMAScript's Number::toString for a finite number; returns the length, ends the text with NUL. -0
 * gives "0". */
size_t prb_jcs_number(double number, char out[PRB_JCS_NUMBER_BYTES_MAX]);
/* Appends a quoted, escaped string. The bytes must be UTF-8. */
void prb_jcs_string(struct prb_str *out, struct prb_span text);
/* Orders two member names as RFC 8785 section 3.2.3 does (UTF-16 code units). */
int prb_jcs_compare(struct prb_span a, struct prb_span b);

/*
 * The writer streams canonical JSON into a prb_str: the caller gives members in sorted order, and
 * the writer asserts that they are. Numbers are whole numbers only: no float reaches a signed text.
 */
#define PRB_WRITER_DEPTH_MAX 16

struct prb_writer_level {
	bool is_object;
	bool has_items;
	struct prb_span
		last; /* the last member's name: caller's memory, string literals as a rule */
};

struct prb_writer {
	struct prb_str *out;
	int depth;
	struct prb_writer_level level[PRB_WRITER_DEPTH_MAX];
};

void prb_writer_init(struct prb_writer *w, struct prb_str *out);
void prb_writer_object(struct prb_writer *w); /* { */
void prb_writer_array(struct prb_writer *w);  /* [ */
void prb_writer_end(struct prb_writer *w);    /* } or ] */
void prb_writer_string(struct prb_writer *w, struct prb_span text);
void prb_writer_text(struct prb_writer *w, const char *text);
void prb_writer_int(struct prb_writer *w, int64_t number);
void prb_writer_bool(struct prb_writer *w, bool value);
void prb_writer_null(struct prb_writer *w);
/* A value that is already canonical JSON, as it is. */
void prb_writer_raw(struct prb_writer *w, struct prb_span json);

/* For the functions below: true when a name may follow the last one of this level. */
bool prb_writer_in_order(const struct prb_writer *w, struct prb_span name);

/*
 * Writes ,"name": and makes room for `more` bytes behind it in one go; returns where they go, NULL
 * on failure. Names are literals of the code: ASCII that needs no escape. Inline, as most of a
 * report is names, and their length is known to the compiler.
 */
static inline char *
prb_writer_begin_member(struct prb_writer *w, const char *name, size_t n, size_t more)
{
	struct prb_writer_level *level = &w->level[w->depth - 1];
	bool comma = level->has_items;
	char *at;

	assert(w->depth > 0 && level->is_object);
	/* Nearly all names differ in their first byte. */
	assert(!comma || (unsigned char)level->last.p[0] < (unsigned char)name[0] ||
		prb_writer_in_order(w, (struct prb_span){name, n}));
	level->has_items = true;
	level->last = (struct prb_span){name, n};
	at = prb_str_extend(w->out, comma + n + 3 + more);
	if (at == NULL)
		return NULL;
	*at = ',';
	at += comma;
	*at++ = '"';
	memcpy(at, name, n);
	memcpy(at + n, "\":", 2);
	return at + n + 2;
}

static inline void
prb_writer_key(struct prb_writer *w, const char *name)
{
	(void)prb_writer_begin_member(w, name, strlen(name), 0);
}

/* Key and value in one go, as most members are written. */
static inline void
prb_writer_member_string(struct prb_writer *w, const char *name, struct prb_span text)
{
	prb_writer_key(w, name);
	prb_jcs_string(w->out, text);
}

static inline void
prb_writer_member_text(struct prb_writer *w, const char *name, const char *text)
{
	prb_writer_member_string(w, name, prb_span_of(text));
}

static inline void
prb_writer_member_int(struct prb_writer *w, const char *name, int64_t number)
{
	prb_writer_key(w, name);
	prb_writer_int(w, number);
}

/* Members that are canonical JSON as they stand: "\"a\":1,\"b\":true", of which `first` and `last`
 * are the names of the first and the last. For what is the same in every text. */
void prb_writer_members(
	struct prb_writer *w, const char *first, const char *last, const char *text);

/* YYYY-MM-DD; null for PRB_DATE_NONE. */
void prb_writer_member_date(struct prb_writer *w, const char *name, prb_date date);

static inline void
prb_writer_member_bool(struct prb_writer *w, const char *name, bool value)
{
	char *at = prb_writer_begin_member(w, name, strlen(name), value ? 4 : 5);

	if (at != NULL)
		memcpy(at, value ? "true" : "false", value ? 4 : 5);
}

#endif
