/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as they come in over a connection: what is read does not depend on the pieces that they
 * come in, a refusal has words, and what is read of a head keeps what the header promises.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/http/chars.h"
#include "tests/unit/http_rows.h"

#define INPUT_BYTES_MAX ((size_t)1 << 15)
#define TOLD_BYTES_MAX ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool kept, const char *promise)
{
	if (kept)
		return;
	fprintf(stderr, "broken: %s\n", promise);
	abort();
}

static size_t
cut_whole(void *context)
{
	(void)context;
	return INPUT_BYTES_MAX;
}

static size_t
cut_byte(void *context)
{
	(void)context;
	return 1;
}

/* Steps that follow from the bytes themselves, so that a finding can be repeated. */
static size_t
cut_some(void *context)
{
	size_t *state = context;

	*state = *state * 31 + 7;
	return 1 + *state % 13;
}

static void
require_head(const struct prb_head *head, struct prb_span text)
{
	require(head->target.p >= text.p && head->target.p + head->target.n <= text.p + text.n,
		"the target lies in the bytes");
	require(head->path.n > 0 && (head->path.p[0] == '/' || prb_span_is(head->path, "*")),
		"a path begins with a slash, or is an asterisk");
	require(head->path.p >= text.p && head->path.p + head->path.n <= text.p + text.n,
		"the path lies in the bytes");
	require(prb_escapes_stand(head->path), "escapes stand");
	require(head->host.p || head->minor == 0, "1.1 has a host");
	require(!(head->chunked && head->content_length > 0), "one length alone");
	require(head->has_body == (head->chunked || head->content_length > 0),
		"a body has a length");
	for (size_t i = 0; i < head->fields_count; i++) {
		struct prb_span value = head->fields[i].value;

		require(head->fields[i].name.n > 0, "a field has a name");
		require(!memchr(value.p, '\n', value.n) && !memchr(value.p, '\r', value.n) &&
				!memchr(value.p, '\0', value.n),
			"a value is one line");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct prb_message *message;
	struct prb_span text = {(const char *)data, size};
	struct prb_str told[3];
	size_t read[3];
	size_t state = size;
	size_t used;

	if (!message)
		message = prb_message_create();
	if (!message || size > INPUT_BYTES_MAX)
		return 0;
	for (int i = 0; i < 3; i++)
		prb_str_init(&told[i], TOLD_BYTES_MAX);
	prb_message_reset(message);
	enum prb_step step = prb_message_feed(message, text.p, text.n, &used);
	require(used <= size, "no more is used than was given");
	if (step == PRB_STEP_HEAD)
		require_head(prb_message_head(message), text);
	if (step == PRB_STEP_REFUSED)
		require(prb_message_refusal(message)->detail[0] != '\0', "a refusal has words");
	http_read(message, text, cut_whole, NULL, &told[0], &read[0]);
	http_read(message, text, size > 4096 ? cut_some : cut_byte, &state, &told[1], &read[1]);
	http_read(message, text, cut_some, &state, &told[2], &read[2]);
	for (int i = 0; i < 3; i++) {
		require(read[i] == read[0], "as much is read whatever the pieces");
		require(prb_span_equal(prb_str_span(&told[i]), prb_str_span(&told[0])),
			"the same is read whatever the pieces");
	}
	for (int i = 0; i < 3; i++)
		prb_str_finish(&told[i]);
	return 0;
}
