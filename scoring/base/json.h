/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_BASE_JSON_H
#define PRB_BASE_JSON_H

/*
 * Reading strict I-JSON (RFC 7493), and nothing else.
 *
 * The text is checked first, byte by byte, and only then given to cJSON, which alone takes invalid
 * texts. The tree lives in the arena and is never freed by itself. cJSON is seen by json.c alone.
 *
 * Refused, each with the byte offset: bytes that are not UTF-8, a byte order mark, duplicate
 * members (compared after unescaping), lone surrogates, noncharacters (RFC 7493 section 2.1),
 * U+0000 inside strings (cJSON would cut the string there), numbers beyond the double range, or
 * whole numbers beyond 2^53-1 (however they are spelled, up to 1e21, from where RFC 8785 prints
 * exponents), depth past PRB_JSON_DEPTH_MAX, anything but blanks behind the value.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/arena.h"
#include "scoring/base/fault.h"
#include "scoring/base/text.h"

#define PRB_JSON_DEPTH_MAX 64
#define PRB_JSON_INT_MAX 9007199254740991LL /* 2^53-1, RFC 7493 section 2.2 */

struct prb_json; /* a value of the tree */

enum prb_json_kind {
	PRB_JSON_NULL,
	PRB_JSON_BOOL,
	PRB_JSON_NUMBER,
	PRB_JSON_STRING,
	PRB_JSON_ARRAY,
	PRB_JSON_OBJECT,
};

/* Checks alone, without building a tree; the arena holds the member names meanwhile. */
enum prb_err prb_json_check(
	struct prb_arena *arena, struct prb_span text, size_t bytes_max, struct prb_fault *fault);
/* Checks and reads. *out is untouched on failure. */
enum prb_err prb_json_parse(struct prb_arena *arena, struct prb_span text, size_t bytes_max,
	struct prb_fault *fault, const struct prb_json **out);

enum prb_json_kind prb_json_kind(const struct prb_json *value);
const char *prb_json_kind_name(
	enum prb_json_kind kind); /* "a string", "a number" ... for messages */

/* Values of the right kind only (asserted). */
bool prb_json_bool(const struct prb_json *value);
double prb_json_number(const struct prb_json *value);
/* True when the number is whole and within +-PRB_JSON_INT_MAX. */
bool prb_json_int(const struct prb_json *value, int64_t *out);
struct prb_span prb_json_string(const struct prb_json *value);

/* Members and elements in the order of the text. name is NULL for array elements. */
size_t prb_json_size(const struct prb_json *value); /* elements or members; walks the list */
const struct prb_json *prb_json_first(const struct prb_json *value);
const struct prb_json *prb_json_next(const struct prb_json *value);
const char *prb_json_name(const struct prb_json *value);
/* Case-sensitive; NULL when absent. */
const struct prb_json *prb_json_member(const struct prb_json *object, const char *name);

#endif
