/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever a server says: "STATUS TYPE", or an address, in the first line, the body behind it. It
 * is an answer, a refusal or none; its words are clean lines; its values are found or not.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/lib/address.h"
#include "clients/lib/answer.h"

#define TEXT_BYTES_MAX ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Not assert: a broken promise must stop the program in any build. */
static void
require(bool kept, const char *promise)
{
	if (kept)
		return;
	fprintf(stderr, "broken: %s\n", promise);
	abort();
}

static void
require_line(const char *text)
{
	size_t n = strlen(text);

	require(prb_utf8_check(text, n) == n, "words are UTF-8");
	for (size_t i = 0; i < n; i++)
		require((unsigned char)text[i] >= ' ', "words are one line");
}

static void
read_address(const char *line)
{
	struct prb_address first, again;
	struct prb_fault fault;

	if (prb_address_read(line, &first, &fault) != PRB_OK) {
		require_line(fault.detail);
		return;
	}
	require(prb_address_read(first.base, &again, &fault) == PRB_OK, "an address can be read");
	require(strcmp(first.base, again.base) == 0, "an address is its own address");
	require(first.loopback == again.loopback && first.secure == again.secure,
		"and goes to the same place");
}

static void
read_answer(const char *line, const char *body, size_t n)
{
	static const char *const pointers[] = {
		"", "/", "/a", "/a/0", "/report/rating", "/errors/0/detail", "/~1/~0", "x"};
	struct prb_wire_reply reply = {.end = PRB_WIRE_DONE, .status = atoi(line) % 1000};
	struct probity_answer *answer = prb_answer_create();
	const struct probity_faults *faults;
	const char *type = strchr(line, ' ');
	enum probity_result result;

	(void)snprintf(reply.type, sizeof reply.type, "%s", type != NULL ? type + 1 : "");
	prb_str_init(&reply.body, TEXT_BYTES_MAX + 1);
	prb_str_add(&reply.body, body, n);
	require(answer != NULL && !reply.body.failed, "there is memory");
	prb_answer_read(answer, &reply, 200, false, NULL);
	result = probity_answer_result(answer);
	faults = probity_answer_faults(answer);
	require((result == PROBITY_OK) == (probity_faults_count(faults) == 0),
		"what is wrong is said, and nothing else");
	require((result == PROBITY_OK) == (probity_answer_title(answer)[0] == '\0'),
		"with a title");
	require_line(probity_answer_title(answer));
	require_line(probity_answer_detail(answer));
	for (size_t i = 0; i < probity_faults_count(faults); i++) {
		require_line(probity_fault_name(faults, i));
		require_line(probity_fault_pointer(faults, i));
		require_line(probity_fault_detail(faults, i));
	}
	for (size_t i = 0; i < sizeof pointers / sizeof pointers[0]; i++) {
		size_t found = 0;
		const char *text = probity_answer_at(answer, pointers[i], &found);

		require(text == NULL || strlen(text) == found, "a value has no NUL");
	}
	probity_answer_destroy(answer);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size == 0 ? NULL : memchr(data, '\n', size);
	char line[4096];
	size_t n = end == NULL ? 0 : (size_t)(end - data);

	if (end == NULL || n >= sizeof line || size > TEXT_BYTES_MAX)
		return 0;
	memcpy(line, data, n);
	line[n] = '\0';
	read_address(line);
	read_answer(line, (const char *)end + 1, size - n - 1);
	return 0;
}
