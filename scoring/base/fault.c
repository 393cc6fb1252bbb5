/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/base/fault.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "scoring/base/text.h"

struct error_row {
	const char *wire;
	const char *title;
	int status;
};

static const struct error_row error_rows[] = {
	{"ok", "no error", 200},
#define PRB_ERROR(name, wire, status, title) {wire, title, status},
#include "scoring/base/errors.def"
#undef PRB_ERROR
};

static_assert(
	sizeof(error_rows) / sizeof(error_rows[0]) == PRB_ERR_COUNT, "one row for each error");

static const struct error_row *
error_row(enum prb_err err)
{
	assert((unsigned)err < PRB_ERR_COUNT);
	return &error_rows[err];
}

const char *
prb_err_wire(enum prb_err err)
{
	return error_row(err)->wire;
}

const char *
prb_err_title(enum prb_err err)
{
	return error_row(err)->title;
}

int
prb_err_status(enum prb_err err)
{
	return error_row(err)->status;
}

static bool
is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

/* One clean line of UTF-8, in place: the text may quote input, and stands in JSON later on. A
 * character that was cut at the end goes away; control characters, noncharacters and bytes that are
 * not UTF-8 become '?'. */
static void
clean(char *text, bool was_cut)
{
	size_t n = strlen(text);
	size_t to = 0;

	for (size_t i = 0; i < n;) {
		uint32_t c;
		size_t length = prb_utf8_decode(text + i, n - i, &c);

		if (length == 0 && was_cut && n - i < 4 && (unsigned char)text[i] >= 0xC0)
			break;
		if (length == 0 || is_control(c) || prb_is_noncharacter(c)) {
			text[to++] = '?';
			i += length == 0 ? 1 : length;
			continue;
		}
		memmove(text + to, text + i, length);
		to += length;
		i += length;
	}
	text[to] = '\0';
}

static void fill(struct prb_fault *fault, enum prb_err err, size_t offset, const char *pointer,
	const char *format, va_list args) __attribute__((format(printf, 5, 0)));

static void
fill(struct prb_fault *fault, enum prb_err err, size_t offset, const char *pointer,
	const char *format, va_list args)
{
	int n = vsnprintf(fault->detail, sizeof(fault->detail), format, args);

	if (n < 0)
		fault->detail[0] = '\0';
	clean(fault->detail, n >= (int)sizeof(fault->detail));
	/* The pointer may be the one that this fault holds already. */
	if (pointer != fault->pointer) {
		n = snprintf(fault->pointer, sizeof(fault->pointer), "%s", pointer ? pointer : "");
		clean(fault->pointer, n >= (int)sizeof(fault->pointer));
	}
	fault->err = err;
	fault->offset = offset;
}

enum prb_err
prb_fault_set(struct prb_fault *fault, enum prb_err err, size_t offset, const char *pointer,
	const char *format, ...)
{
	va_list args;

	if (!fault)
		return err;
	va_start(args, format);
	fill(fault, err, offset, pointer, format, args);
	va_end(args);
	return err;
}

enum prb_err
prb_faults_add(
	struct prb_faults *faults, enum prb_err err, const char *pointer, const char *format, ...)
{
	va_list args;

	if (faults->count == PRB_FAULTS_MAX) {
		faults->dropped++;
		return err;
	}
	va_start(args, format);
	fill(&faults->items[faults->count++], err, PRB_NO_OFFSET, pointer, format, args);
	va_end(args);
	return err;
}
