/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/base/json.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "scoring/base/json_check.h"

/* ---- cJSON ---- */

/* cJSON takes its memory from two functions that serve the whole process. Ours use this thread's
 * arena while prb_json_parse runs, and malloc and free at any other time, so that a program that
 * uses cJSON itself sees no change. */
static _Thread_local struct {
	struct prb_arena *arena;
	bool failed;
} lender;

static void *
lend(size_t n)
{
	if (!lender.arena)
		return malloc(n);
	void *p = prb_arena_alloc(lender.arena, n);

	if (!p)
		lender.failed = true;
	return p;
}

static void
take_back(void *p)
{
	if (!lender.arena)
		free(p);
}

/* cJSON reads numbers by the locale, and fails where the decimal separator is longer than a byte
 * (as in Persian and Pashto); so this thread is in the C locale meanwhile. */
static locale_t c_locale;

static void
prepare(void)
{
	cJSON_Hooks hooks = {lend, take_back};

	cJSON_InitHooks(&hooks);
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

static const cJSON *
read_tree(struct prb_arena *arena, const char *text, size_t n)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, prepare);
	locale_t before = uselocale(c_locale);
	lender.arena = arena;
	lender.failed = false;
	const cJSON *tree = cJSON_ParseWithLengthOpts(text, n, NULL, false);
	lender.arena = NULL;
	(void)uselocale(before);
	return tree;
}

enum prb_err
prb_json_check(
	struct prb_arena *arena, struct prb_span text, size_t bytes_max, struct prb_fault *fault)
{
	const char *readable;

	return prb_json_scan(arena, text, bytes_max, fault, &readable);
}

enum prb_err
prb_json_parse(struct prb_arena *arena, struct prb_span text, size_t bytes_max,
	struct prb_fault *fault, const struct prb_json **out)
{
	const char *readable;
	enum prb_err err = prb_json_scan(arena, text, bytes_max, fault, &readable);

	if (err)
		return err;
	const cJSON *tree = read_tree(arena, readable, text.n);
	if (!tree && lender.failed)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"the text needs more memory than one request may take");
	if (!tree)
		return prb_fault_set(
			fault, PRB_ERR_JSON, PRB_NO_OFFSET, NULL, "the text cannot be read");
	*out = (const struct prb_json *)tree;
	return PRB_OK;
}

/* ---- the tree ---- */

static const cJSON *
node(const struct prb_json *value)
{
	return (const cJSON *)value;
}

enum prb_json_kind
prb_json_kind(const struct prb_json *value)
{
	switch (node(value)->type & 0xFF) {
	case cJSON_False:
	case cJSON_True:
		return PRB_JSON_BOOL;
	case cJSON_Number:
		return PRB_JSON_NUMBER;
	case cJSON_String:
		return PRB_JSON_STRING;
	case cJSON_Array:
		return PRB_JSON_ARRAY;
	case cJSON_Object:
		return PRB_JSON_OBJECT;
	default:
		return PRB_JSON_NULL;
	}
}

const char *
prb_json_kind_name(enum prb_json_kind kind)
{
	static const char *const names[] = {
		[PRB_JSON_NULL] = "null",
		[PRB_JSON_BOOL] = "true or false",
		[PRB_JSON_NUMBER] = "a number",
		[PRB_JSON_STRING] = "a string",
		[PRB_JSON_ARRAY] = "an array",
		[PRB_JSON_OBJECT] = "an object",
	};

	assert((unsigned)kind < sizeof(names) / sizeof(names[0]));
	return names[kind];
}

bool
prb_json_bool(const struct prb_json *value)
{
	assert(prb_json_kind(value) == PRB_JSON_BOOL);
	return (node(value)->type & 0xFF) == cJSON_True;
}

double
prb_json_number(const struct prb_json *value)
{
	assert(prb_json_kind(value) == PRB_JSON_NUMBER);
	return node(value)->valuedouble;
}

bool
prb_json_int(const struct prb_json *value, int64_t *out)
{
	double number = prb_json_number(value);

	if (number < -(double)PRB_JSON_INT_MAX || number > (double)PRB_JSON_INT_MAX)
		return false;
	if ((double)(int64_t)number != number)
		return false;
	*out = (int64_t)number;
	return true;
}

struct prb_span
prb_json_string(const struct prb_json *value)
{
	assert(prb_json_kind(value) == PRB_JSON_STRING);
	return prb_span_of(node(value)->valuestring);
}

size_t
prb_json_size(const struct prb_json *value)
{
	size_t n = 0;

	for (const struct prb_json *child = prb_json_first(value); child;
		child = prb_json_next(child))
		n++;
	return n;
}

const struct prb_json *
prb_json_first(const struct prb_json *value)
{
	return (const struct prb_json *)node(value)->child;
}

const struct prb_json *
prb_json_next(const struct prb_json *value)
{
	return (const struct prb_json *)node(value)->next;
}

const char *
prb_json_name(const struct prb_json *value)
{
	return node(value)->string;
}

const struct prb_json *
prb_json_member(const struct prb_json *object, const char *name)
{
	assert(prb_json_kind(object) == PRB_JSON_OBJECT);
	for (const struct prb_json *m = prb_json_first(object); m; m = prb_json_next(m)) {
		if (strcmp(prb_json_name(m), name) == 0)
			return m;
	}
	return NULL;
}
