/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lets the n-th allocation fail, n = 1, 2, 3 ... until the reading goes through: either the failure
 * is told, or what was read is the same as without it. Nothing leaks (under the sanitizers). The
 * linker puts the __wrap functions in malloc's place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clients/intake/intake.h"
#include "tests/unit/wrapped_malloc.h"

#define TEXT(literal)                                                                              \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}

/* All that is handed out, as one number: a test that fails allocations keeps no text. */
struct seen {
	uint64_t hash;
	size_t rows;
	bool told; /* that memory ran out */
};

static void
mix(struct seen *seen, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		seen->hash = (seen->hash ^ (unsigned char)p[i]) * 1099511628211U; /* FNV-1a */
}

static bool
on_row(void *context, uint64_t line, struct prb_span json, const char *const *notes)
{
	struct seen *seen = context;

	seen->hash += line;
	seen->rows++;
	mix(seen, json.p, json.n);
	for (; *notes; notes++)
		mix(seen, *notes, strlen(*notes));
	return true;
}

static bool
on_refused(void *context, uint64_t line, const struct prb_fault *fault)
{
	struct seen *seen = context;

	seen->hash += line;
	seen->told |= fault->err == PRB_ERR_MEMORY;
	mix(seen, fault->detail, strlen(fault->detail));
	return true;
}

static void
on_header(void *context, uint64_t line, const char *encoding, char delimiter,
	const struct prb_intake_column *columns, size_t count)
{
	struct seen *seen = context;

	(void)encoding;
	(void)delimiter;
	seen->hash += line;
	for (size_t i = 0; i < count; i++) {
		mix(seen, columns[i].header, strlen(columns[i].header));
		mix(seen, columns[i].note, strlen(columns[i].note));
	}
}

static struct seen
work(struct prb_span input)
{
	static const struct prb_intake_options options = {
		PRB_INTAKE_AUTO, "6109", "company", NULL, false};
	struct seen seen = {.hash = 14695981039346656037U};
	struct prb_intake_events events = {on_row, on_refused, on_header, &seen};
	struct prb_intake *intake = prb_intake_create(&options, &events);
	enum prb_err err = PRB_ERR_MEMORY;

	if (intake)
		err = prb_intake_feed(intake, input.p, input.n, NULL);
	if (err == PRB_OK)
		err = prb_intake_finish(intake, NULL);
	prb_intake_destroy(intake);
	assert_true(err == PRB_OK || err == PRB_ERR_MEMORY);
	seen.told |= err == PRB_ERR_MEMORY;
	return seen;
}

static void
every_allocation(void **state)
{
	static const struct {
		struct prb_span text;
		size_t rows;
	} inputs[] = {
		{TEXT("Supplier,Factory name,Country,Product,% female,workers,address,state\n"
		      "Müller & Söhne,A,DE,shirts,71%,1.0,\"x\ny\",\n"
		      "M\xFCller,B,DE,,1%,c. 200,x,z\nC\n"),
			2},
		{TEXT("{\"supplier\":{\"name\":\"A\"}}\n{\"products\":[]}\n"), 2},
		{TEXT("\xFF\xFE"
		      "n\0a\0m\0e\0;\0p\0a\0y\0s\0\n\0A\0;\0C\0N\0\n\0"),
			1},
		{TEXT("caf\xE9\nname|country\nA|CN\n"), 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
		struct seen whole = work(inputs[i].text);
		long n = 0;

		assert_false(whole.told);
		assert_int_equal(whole.rows, inputs[i].rows);
		for (;; n++) {
			assert_true(n < 10000);
			allocations_left = n;
			struct seen seen = work(inputs[i].text);
			bool failed = allocations_left < 0;
			allocations_left = -1;
			assert_true(seen.told || seen.hash == whole.hash);
			if (!failed)
				break;
		}
		assert_true(n > 5);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_allocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
