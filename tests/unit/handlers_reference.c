/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/handlers_reference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scoring/base/jcs.h"
#include "service/handlers/openapi.h"

#define ARENA_BYTES_MAX ((size_t)64 << 20)

static struct {
	struct prb_release *release;
	struct prb_issuer issuer;
	struct prb_service service;
	struct prb_desk desk;
	struct prb_arena *arena, *spare;
	struct prb_exchange exchange;
	struct prb_str openapi, again;
	const char *language; /* Accept-Language of what is asked; NULL: none */
} all;

void
desk_open(void)
{
	const char *path = getenv("PROBITY_DATA");
	struct prb_fault fault;

	if (all.release != NULL)
		return;
	if (path == NULL || path[0] == '\0')
		path = PROBITY_BINARY_DIR "/share/probity/release.lmdb";
	if (prb_release_open(path, &all.release, &fault) != PRB_OK) {
		fprintf(stderr, "%s\n", fault.detail);
		exit(1);
	}
	if (prb_reader_create(all.release, &all.desk.reader) == PRB_OK)
		all.desk.gatherer = prb_gatherer_create(all.desk.reader);
	all.desk.release = all.release;
	all.arena = prb_arena_create(ARENA_BYTES_MAX);
	all.spare = prb_arena_create(ARENA_BYTES_MAX);
	if (all.desk.gatherer == NULL || all.arena == NULL || all.spare == NULL)
		exit(1);
	prb_str_init(&all.desk.text, PRB_REPLY_BODY_BYTES_MAX);
	prb_str_init(&all.desk.scratch, PRB_REPLY_BODY_BYTES_MAX);
	prb_str_init(&all.exchange.reply.body, PRB_REPLY_BODY_BYTES_MAX);
	prb_str_init(&all.again, PRB_REPLY_BODY_BYTES_MAX);
	prb_str_init(&all.openapi, PRB_OPENAPI_BYTES_MAX);
	prb_openapi_write(&all.openapi);
	strcpy(all.issuer.did, "did:key:z6MkexampleOfATest");
	strcpy(all.issuer.name, "Test <issuer> & \"friends\"");
	all.service = (struct prb_service){.issuer = &all.issuer,
		.openapi = prb_str_span(&all.openapi),
		.sha256 = prb_store_sha256};
}

void
desk_close(void)
{
	prb_str_finish(&all.desk.text);
	prb_str_finish(&all.desk.scratch);
	prb_str_finish(&all.exchange.reply.body);
	prb_str_finish(&all.again);
	prb_str_finish(&all.openapi);
	prb_arena_destroy(all.arena);
	prb_arena_destroy(all.spare);
	prb_gatherer_destroy(all.desk.gatherer);
	prb_reader_destroy(all.desk.reader);
	prb_release_close(all.release);
	memset(&all, 0, sizeof all);
}

void
desk_speak(const char *accept_language)
{
	all.language = accept_language;
}

void
desk_show(const struct prb_pages *pages)
{
	all.desk.pages = pages;
}

const struct prb_exchange *
desk_ask_span(prb_handler handler, struct prb_span query, const char *param)
{
	struct prb_exchange *x = &all.exchange;
	struct prb_str body = x->reply.body;
	struct prb_fault fault;

	prb_arena_reset(all.arena);
	memset(x, 0, sizeof *x);
	x->reply.body = body;
	prb_str_reset(&x->reply.body);
	x->service = &all.service;
	x->desk = &all.desk;
	x->arena = all.arena;
	x->now_ms = DESK_NOW_MS;
	x->params[0] = prb_span_of(param);
	if (all.language != NULL) {
		x->head.fields[0].name = PRB_SPAN("accept-language");
		x->head.fields[0].value = prb_span_of(all.language);
		x->head.fields_count = 1;
	}
	if (query.n > 0 && prb_query_read(all.arena, query, &x->query, &fault) != PRB_OK)
		return NULL;
	return handler(x) == PRB_REPLIED ? x : NULL;
}

const struct prb_exchange *
desk_ask(prb_handler handler, const char *query, const char *param)
{
	return desk_ask_span(handler, prb_span_of(query), param);
}

bool
desk_is_canonical(struct prb_span body, const struct prb_json **out)
{
	const struct prb_json *json;
	struct prb_fault fault;

	prb_arena_reset(all.spare);
	prb_str_reset(&all.again);
	if (prb_json_parse(all.spare, body, PRB_REPLY_BODY_BYTES_MAX, &fault, &json) != PRB_OK) {
		fprintf(stderr, "byte %zu: %s\n", fault.offset, fault.detail);
		return false;
	}
	prb_jcs_write(all.spare, json, &all.again);
	if (out != NULL)
		*out = json;
	return !all.again.failed && prb_span_equal(body, prb_str_span(&all.again));
}
