/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first byte chooses the format, the declared charset and what is added, the second the size of
 * the pieces; the rest is the input. What comes out of a list must be JSON, whatever went in;
 * pieces of another size must give the same count of rows.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "clients/intake/intake.h"
#include "scoring/base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct counts {
	size_t rows, refused, headers, bytes;
	struct prb_arena *arena;
};

static bool
on_row(void *context, uint64_t line, struct prb_span json, const char *const *notes)
{
	struct counts *counts = context;

	for (; *notes; notes++) {
		if (prb_utf8_check(*notes, strlen(*notes)) != strlen(*notes))
			abort();
	}
	if (line == 0 || json.n == 0)
		abort();
	if (counts->headers > 0) { /* a list: its texts are ours */
		prb_arena_reset(counts->arena);
		if (prb_json_check(counts->arena, json, json.n, NULL) != PRB_OK)
			abort();
	}
	counts->rows++;
	counts->bytes += json.n;
	return true;
}

static bool
on_refused(void *context, uint64_t line, const struct prb_fault *fault)
{
	struct counts *counts = context;

	if (line == 0 || fault->err == PRB_OK || fault->detail[0] == '\0')
		abort();
	counts->refused++;
	return true;
}

static void
on_header(void *context, uint64_t line, const char *encoding, char delimiter,
	const struct prb_intake_column *columns, size_t count)
{
	struct counts *counts = context;

	for (size_t i = 0; i < count; i++) {
		if (!columns[i].header || !columns[i].field || !columns[i].note)
			abort();
	}
	if (line == 0 || !encoding || delimiter == '\0')
		abort();
	counts->headers++;
}

static enum prb_err
run(uint8_t choice, size_t piece, const uint8_t *data, size_t size, struct counts *counts)
{
	static const char *const charsets[] = {NULL, "utf-8", "gb18030", "utf-16", "shift_jis",
		"windows-1252", "iso-2022-jp", "utf-7"};
	struct prb_intake_options options = {(enum prb_intake_format)(choice & 3),
		choice & 4 ? "6109" : NULL, choice & 8 ? "company" : NULL,
		charsets[choice >> 4 & 7], choice & 128};
	struct prb_intake_events events = {on_row, on_refused, on_header, counts};
	struct prb_intake *intake = prb_intake_create(&options, &events);
	enum prb_err err = PRB_OK;
	struct prb_fault fault;

	if (!intake)
		abort();
	while (size > 0 && err == PRB_OK) {
		size_t n = size < piece ? size : piece;

		err = prb_intake_feed(intake, data, n, &fault);
		data += n;
		size -= n;
	}
	if (err == PRB_OK)
		err = prb_intake_finish(intake, &fault);
	prb_intake_destroy(intake);
	return err;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct counts whole = {.arena = prb_arena_create((size_t)64 << 20)};
	struct counts pieces = {.arena = whole.arena};

	if (!whole.arena)
		abort();
	if (size >= 2) {
		enum prb_err err = run(data[0], size, data + 2, size - 2, &whole);

		if (run(data[0], (size_t)data[1] + 1, data + 2, size - 2, &pieces) != err)
			abort();
		if (whole.rows != pieces.rows || whole.refused != pieces.refused ||
			whole.headers != pieces.headers || whole.bytes != pieces.bytes)
			abort();
	}
	prb_arena_destroy(whole.arena);
	return 0;
}
