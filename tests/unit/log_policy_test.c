/* SPDX-License-Identifier: Apache-2.0 */
/* The file that names the witnesses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "service/log/policy.h"
#include "tests/unit/log_support.h"

/* Verifier keys of fixed seeds: two witnesses, the first under another name, and a log. */
static char first[PRB_NOTE_VKEY_BYTES_MAX], renamed[PRB_NOTE_VKEY_BYTES_MAX],
	second[PRB_NOTE_VKEY_BYTES_MAX], log_key[PRB_NOTE_VKEY_BYTES_MAX];

static void
write_key(const char *name, enum prb_note_algorithm algorithm, uint8_t seed,
	char out[PRB_NOTE_VKEY_BYTES_MAX])
{
	struct log_signer signer;
	struct prb_str text;

	assert_true(log_signer_make(name, algorithm, seed, &signer));
	prb_str_init(&text, PRB_NOTE_VKEY_BYTES_MAX);
	prb_note_key_write(&signer.key, &text);
	assert_false(text.failed);
	memcpy(out, text.p, text.n + 1);
	prb_str_finish(&text);
}

static int
set_up(void **state)
{
	(void)state;
	write_key("witness.example/a", PRB_NOTE_COSIGNATURE, 1, first);
	write_key("witness.example/z", PRB_NOTE_COSIGNATURE, 1, renamed);
	write_key("witness.example/b", PRB_NOTE_COSIGNATURE, 2, second);
	write_key("log.example/log", PRB_NOTE_ED25519, 3, log_key);
	return 0;
}

/* A, Z, B and L stand for the keys above. */
static struct prb_span
fill_in(const char *pattern)
{
	static char text[16 * 1024];
	size_t n = 0;

	for (; *pattern != '\0'; pattern++) {
		const char *key = *pattern == 'A'   ? first
				  : *pattern == 'Z' ? renamed
				  : *pattern == 'B' ? second
				  : *pattern == 'L' ? log_key
						    : NULL;

		if (key == NULL)
			text[n++] = *pattern;
		else
			n += (size_t)snprintf(text + n, sizeof text - n, "%s", key);
		assert_true(n < sizeof text);
	}
	return (struct prb_span){text, n};
}

static void
taken(void **state)
{
	static const struct {
		const char *text;
		size_t count;
	} rows[] = {
		{"quorum none\n", 0},
		{"quorum none", 0},
		{"# nobody\n\n \t\n  # yet\nquorum none\n", 0},
		{"witness one A https://one.example\nquorum one\n", 1},
		{"\twitness  one\tA https://one.example:8443/w/  \nquorum any\n", 1},
		{"witness one A http://127.0.0.1:9\nwitness two B http://[::1]:9/w\n"
		 "quorum two\n",
			2},
		{"witness one A http://localhost\nquorum none\n", 1},
		{"witness \xC3\xA9 A https://one.example\nquorum \xC3\xA9\n", 1},
	};
	struct prb_policy policy;
	struct prb_fault fault;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (prb_policy_read(fill_in(rows[i].text), "f", &policy, &fault) != PRB_OK)
			fail_msg("%s: %s", rows[i].text, fault.detail);
		assert_int_equal(policy.count, rows[i].count);
	}
	assert_int_equal(prb_policy_read(fill_in("witness one A https://one.example/w//\n"
						 "witness two B https://two.example\n"
						 "quorum any\n"),
				 "f", &policy, &fault),
		PRB_OK);
	assert_string_equal(policy.witnesses[0].name, "one");
	assert_string_equal(policy.witnesses[0].url, "https://one.example/w");
	assert_string_equal(policy.witnesses[0].key.name, "witness.example/a");
	assert_string_equal(policy.witnesses[1].url, "https://two.example");
}

static void
refused(void **state)
{
	static const struct {
		const char *text, *detail;
	} rows[] = {
		{"", "f:0: the quorum line is missing"},
		{"# nothing\n", "f:1: the quorum line is missing"},
		{"quorum\n", "f:1: `quorum NAME`"},
		{"quorum none none\n", "f:1: `quorum NAME`"},
		{"quorum none\nquorum none\n", "f:2: there is more than one"},
		{"quorum one\n", "f:1: no line before it names"},
		{"quorum one\nwitness one A https://one.example\n", "f:1: no line before"},
		{"log L\nquorum none\n", "f:1: the lines that are known"},
		{"\ngroup g any one\nquorum none\n", "f:2: the lines that are known"},
		{"Witness one A https://one.example\n", "f:1: the lines that are known"},
		{"witness one A\n", "f:1: `witness NAME VKEY URL`"},
		{"witness one A https://one.example x\n", "f:1: `witness NAME VKEY URL`"},
		{"witness one A https://one.example x y\n", "f:1: `witness NAME VKEY URL`"},
		{"witness none A https://one.example\n", "f:1: this name cannot be"},
		{"witness any A https://one.example\n", "f:1: this name cannot be"},
		{"witness one A https://one.example\nwitness one B https://two.example\n",
			"f:2: this name stands there twice"},
		{"witness one A https://one.example\nwitness two Z https://two.example\n",
			"f:2: this key stands there twice"},
		{"witness one L https://one.example\n", "f:1: the key is none of cosignatures"},
		{"witness one A1 https://one.example\n", "f:1: the verifier key"},
		{"witness one x+00000000+AA== https://one.example\n", "f:1: the verifier key"},
		{"witness one A http://one.example\n", "f:1: the URL is https"},
		{"witness one A http://127.0.0.1.example\n", "f:1: the URL is https"},
		{"witness one A http://127.0.0.1:9@one.example\n", "f:1: the URL is scheme"},
		{"witness one A https://one.example?x\n", "f:1: the URL is scheme"},
		{"witness one A https://one.example/#x\n", "f:1: the URL is scheme"},
		{"witness one A https:///x\n", "f:1: the URL is https"},
		{"witness one A https://\n", "f:1: the URL is https"},
		{"witness one A file:///etc/passwd\n", "f:1: the URL is https"},
		{"witness one A ftp://one.example\n", "f:1: the URL is https"},
		{"witness one A https://on\xC3\xA9.example\n", "f:1: the URL is scheme"},
		{"quorum none\r\n", "f:1: a control character"},
		{"# \x7F\nquorum none\n", "f:1: a control character"},
	};
	struct prb_policy policy;
	struct prb_fault fault;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (prb_policy_read(fill_in(rows[i].text), "f", &policy, &fault) != PRB_ERR_CONFIG)
			fail_msg("taken: %s", rows[i].text);
		if (strncmp(fault.detail, rows[i].detail, strlen(rows[i].detail)) != 0)
			fail_msg("%s: %s", rows[i].text, fault.detail);
	}
}

/* As many as there may be, and one more; and a URL of the greatest length, and one longer. */
static void
ceilings(void **state)
{
	static char text[64 * 1024];
	struct prb_policy policy;
	struct prb_fault fault;
	char name[64], key[PRB_NOTE_VKEY_BYTES_MAX];
	size_t n = 0;

	(void)state;
	for (int i = 0; i <= PRB_POLICY_WITNESSES_MAX; i++) {
		size_t before = n;

		(void)snprintf(name, sizeof name, "w.example/%d", i);
		write_key(name, PRB_NOTE_COSIGNATURE, (uint8_t)(10 + i), key);
		n += (size_t)snprintf(text + n, sizeof text - n,
			"witness w%d %s https://w.example/%d\n", i, key, i);
		assert_true(n < sizeof text);
		if (i == PRB_POLICY_WITNESSES_MAX) {
			assert_int_equal(
				prb_policy_read((struct prb_span){text, n}, "f", &policy, &fault),
				PRB_ERR_CONFIG);
			assert_non_null(strstr(fault.detail, "more than 32 witnesses"));
			n = before;
		}
	}
	n += (size_t)snprintf(text + n, sizeof text - n, "quorum w31\n");
	assert_int_equal(prb_policy_read((struct prb_span){text, n}, "f", &policy, &fault), PRB_OK);
	assert_int_equal(policy.count, PRB_POLICY_WITNESSES_MAX);
	for (int extra = 0; extra < 2; extra++) {
		n = (size_t)snprintf(text, sizeof text, "witness w %s https://w/", first);
		memset(text + n, 'x', PRB_WITNESS_URL_BYTES_MAX);
		n += PRB_WITNESS_URL_BYTES_MAX - 1 - 10 + (size_t)extra;
		n += (size_t)snprintf(text + n, sizeof text - n, "\nquorum w\n");
		assert_int_equal(prb_policy_read((struct prb_span){text, n}, "f", &policy, &fault),
			extra == 0 ? PRB_OK : PRB_ERR_CONFIG);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(taken),
		cmocka_unit_test(refused),
		cmocka_unit_test(ceilings),
	};

	return cmocka_run_group_tests_name("log policy", tests, set_up, NULL);
}
