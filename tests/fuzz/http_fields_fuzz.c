/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as the value of the fields that are read before a handler is called: lists of entity
 * tags, dates, Accept-Encoding, what a request is known by, and those in which a proxy names its
 * client, where nothing that stands before what the proxy adds may change whom it names.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/forwarded.h"
#include "service/http/conditional.h"
#include "service/http/reply.h"
#include "service/http/request_id.h"

#define NOW 1795310717
#define TEXT_BYTES_MAX (1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool kept, const char *promise)
{
	if (kept)
		return;
	fprintf(stderr, "broken: %s\n", promise);
	abort();
}

static struct prb_head head;

static void
set_field(const char *name, struct prb_span value)
{
	head.fields[0].name = prb_span_of(name);
	head.fields[0].value = value;
	head.fields_count = 1;
}

static void
require_tags(struct prb_span text)
{
	enum prb_tags weak, strong;

	set_field("if-match", text);
	weak = prb_head_tags(&head, "if-match", PRB_SPAN("\"a\""), false);
	strong = prb_head_tags(&head, "if-match", PRB_SPAN("\"a\""), true);
	require(weak != PRB_TAGS_ABSENT && strong != PRB_TAGS_ABSENT, "the field is there");
	require(strong == PRB_TAGS_OTHER || weak != PRB_TAGS_OTHER,
		"what matches strongly matches weakly");
	require((weak == PRB_TAGS_ANY) == prb_span_is(text, "*"), "an asterisk alone is any");
	require(prb_head_tags(&head, "if-match", PRB_SPAN_NONE, false) <= PRB_TAGS_ANY,
		"nothing has no tag");
}

static void
require_date(struct prb_span text)
{
	char date[PRB_HTTP_DATE_BYTES];
	int64_t seconds = -1, again;

	if (!prb_http_date_read(text, NOW, &seconds)) {
		require(seconds == -1, "what is no date leaves what was there");
		return;
	}
	prb_http_date(seconds, date);
	require(prb_http_date_read(prb_span_of(date), NOW, &again) && again == seconds,
		"a date that is written is read as the same");
}

/* It stands in the log and in answers: 32 digits and nothing else. */
static void
require_request_id(const char *field, struct prb_span text)
{
	char id[PRB_REQUEST_ID_BYTES] = "as it was";

	set_field(field, text);
	if (!prb_request_id_given(&head, id)) {
		require(strcmp(id, "as it was") == 0, "what is no id leaves what was there");
		return;
	}
	require(strlen(id) == PRB_REQUEST_ID_DIGITS &&
			strspn(id, "0123456789abcdef") == PRB_REQUEST_ID_DIGITS,
		"an id is digits alone");
}

/* The proxy is 10.0.0.1 and adds 203.0.113.7. */
static void
require_forwarded(struct prb_span text, const char *field, const char *added, bool must)
{
	static const uint8_t proxy[16] = {[10] = 255, 255, 10, 0, 0, 1},
			     client[16] = {[10] = 255, 255, 203, 0, 113, 7};
	struct prb_peer peer = {.is_loopback = true};
	struct prb_proxies proxies;
	struct prb_fault fault;
	struct prb_str value;

	prb_str_init(&value, TEXT_BYTES_MAX);
	prb_str_add_span(&value, text);
	prb_str_add_text(&value, added);
	if (prb_proxies_read("10.0.0.1", field, &proxies, &fault) != PRB_OK || value.failed) {
		prb_str_finish(&value);
		return;
	}
	set_field(field, prb_str_span(&value));
	memcpy(peer.address, proxy, sizeof proxy);
	prb_forwarded_apply(&proxies, &head, &peer);
	require(!peer.is_loopback, "nobody becomes somebody of this machine");
	require(memcmp(peer.address, client, sizeof client) == 0 ||
			(!must && memcmp(peer.address, proxy, sizeof proxy) == 0),
		"what a client writes names nobody");
	prb_str_finish(&value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prb_span text = {(const char *)data, size};
	struct prb_proxies proxies;
	struct prb_fault fault;
	struct prb_str list;

	if (size > TEXT_BYTES_MAX / 2)
		return 0;
	require_tags(text);
	require_date(text);
	set_field("accept-encoding", text);
	require(prb_head_coding(&head) <= PRB_CODING_NONE, "one of four");
	require_request_id("x-request-id", text);
	require_request_id("traceparent", text);
	require_forwarded(text, "x-forwarded-for", ",203.0.113.7", true);
	require_forwarded(text, "forwarded", ",for=203.0.113.7", false);
	require_forwarded(text, "forwarded", ",for=\"203.0.113.7:80\"", false);
	prb_str_init(&list, TEXT_BYTES_MAX);
	prb_str_add_span(&list, text);
	prb_str_add_char(&list, '\0');
	if (!list.failed && prb_proxies_read(list.p, "forwarded", &proxies, &fault) == PRB_OK)
		require(proxies.count <= PRB_PROXIES_MAX, "the count is bounded");
	prb_str_finish(&list);
	return 0;
}
