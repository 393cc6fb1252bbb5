/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/base/fault.h"
#include "scoring/base/hash.h"
#include "scoring/base/text.h"

static void
table(void **state)
{
	(void)state;
	for (int i = 1; i < PRB_ERR_COUNT; i++) {
		const char *wire = prb_err_wire((enum prb_err)i);

		assert_in_range(prb_err_status((enum prb_err)i), 400, 599);
		assert_true(strlen(prb_err_title((enum prb_err)i)) > 0);
		assert_int_equal(strspn(wire, "abcdefghijklmnopqrstuvwxyz-"), strlen(wire));
		for (int j = 1; j < i; j++)
			assert_string_not_equal(wire, prb_err_wire((enum prb_err)j));
	}
	assert_string_equal(prb_err_wire(PRB_ERR_COUNTRY), "unknown-country");
	assert_int_equal(prb_err_status(PRB_ERR_JSON), 400);
	assert_string_equal(prb_err_wire(PRB_OK), "ok");
}

static void
filling(void **state)
{
	struct prb_fault fault;

	(void)state;
	assert_int_equal(prb_fault_set(NULL, PRB_ERR_VALUE, 3, "/a", "x"), PRB_ERR_VALUE);
	assert_int_equal(
		prb_fault_set(&fault, PRB_ERR_RANGE, 3, "/a/0", "at most %d", 9), PRB_ERR_RANGE);
	assert_int_equal(fault.err, PRB_ERR_RANGE);
	assert_int_equal(fault.offset, 3);
	assert_string_equal(fault.pointer, "/a/0");
	assert_string_equal(fault.detail, "at most 9");
	prb_fault_set(&fault, PRB_ERR_VALUE, PRB_NO_OFFSET, fault.pointer, "again");
	assert_string_equal(fault.pointer, "/a/0");
	prb_fault_set(&fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL, "whole");
	assert_string_equal(fault.pointer, "");
}

static void
cleaning(void **state)
{
	struct prb_fault fault;

	(void)state;
	prb_fault_set(&fault, PRB_ERR_VALUE, 0, "/\n\x7F", "%s",
		"a\tb\x1B[31m \xC2\x85 \xFF \xC3\xA9 \xED\xA0\x80 "
		"\xEF\xBF\xBF\xEF\xB7\x90\xF0\x9F\xBF\xBE");
	assert_string_equal(fault.pointer, "/??");
	assert_string_equal(fault.detail, "a?b?[31m ? ? \xC3\xA9 ??? ???");
}

/* A text of three-byte characters, cut at every possible place, is cut between two of them. */
static void
cutting(void **state)
{
	struct prb_fault fault;
	char text[PRB_FAULT_DETAIL_BYTES_MAX * 2];

	(void)state;
	for (size_t shift = 0; shift < 4; shift++) {
		memset(text, 'x', shift);
		for (size_t at = shift; at + 4 < sizeof(text); at += 3)
			memcpy(text + at, "\xE2\x82\xAC", 4);
		prb_fault_set(&fault, PRB_ERR_VALUE, 0, text, "%s", text);
		size_t n = strlen(fault.detail);
		assert_int_equal(prb_utf8_check(fault.detail, n), n);
		assert_in_range(n, PRB_FAULT_DETAIL_BYTES_MAX - 3, PRB_FAULT_DETAIL_BYTES_MAX - 1);
		assert_memory_equal(fault.detail, text, n);
		n = strlen(fault.pointer);
		assert_in_range(
			n, PRB_FAULT_POINTER_BYTES_MAX - 3, PRB_FAULT_POINTER_BYTES_MAX - 1);
		assert_memory_equal(fault.pointer, text, n);
	}
}

static void
lists(void **state)
{
	static struct prb_faults faults;

	(void)state;
	for (int i = 0; i < PRB_FAULTS_MAX + 5; i++)
		assert_int_equal(
			prb_faults_add(&faults, PRB_ERR_TYPE, "/x", "%d", i), PRB_ERR_TYPE);
	assert_int_equal(faults.count, PRB_FAULTS_MAX);
	assert_int_equal(faults.dropped, 5);
	assert_string_equal(faults.items[0].detail, "0");
	assert_string_equal(faults.items[PRB_FAULTS_MAX - 1].detail, "31");
	assert_true(faults.items[7].offset == PRB_NO_OFFSET);
}

static void
hashes(void **state)
{
	uint8_t hash[PRB_SHA256_BYTES];
	char hex[PRB_SHA256_HEX_BYTES];
	char uuid[PRB_UUID_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(hash); i++)
		hash[i] = (uint8_t)(i * 0x11);
	prb_sha256_hex(hash, hex);
	assert_string_equal(hex, "00112233445566778899aabbccddeeff"
				 "102132435465768798a9bacbdcedfe0f");
	prb_uuid8(hash, uuid);
	assert_string_equal(uuid, "00112233-4455-8677-8899-aabbccddeeff");
	memset(hash, 0xFF, sizeof(hash));
	prb_uuid8(hash, uuid);
	assert_string_equal(uuid, "ffffffff-ffff-8fff-bfff-ffffffffffff");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(filling),
		cmocka_unit_test(cleaning),
		cmocka_unit_test(cutting),
		cmocka_unit_test(lists),
		cmocka_unit_test(hashes),
	};

	return cmocka_run_group_tests_name("base fault and hash", tests, NULL, NULL);
}
