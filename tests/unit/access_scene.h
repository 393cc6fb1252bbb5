/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_TESTS_ACCESS_SCENE_H
#define PRB_TESTS_ACCESS_SCENE_H

/*
 * A server without sockets and threads: requests are bytes, routes and handlers are the server's,
 * the state is a real one in a folder of its own, and what is committed is on the disk before the
 * handler goes on. The clock stands where the test puts it.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "service/access/token.h"
#include "service/handlers/handler.h"

#define SCENE_NOW_MS 1782820800000LL /* 2026-06-30T12:00:00Z */

struct scene_key {
	char token[PRB_TOKEN_BYTES];
	struct prb_stored_api_key stored; /* as it was put last; spans are literals */
};

struct scene {
	struct prb_service service;
	struct prb_desk desk;
	struct prb_exchange exchange; /* of the last request */
	int64_t now_ms;
	struct prb_peer peer; /* of requests */
	bool admit_only;      /* no handler is called: who is let in has status 0 */
	bool ends_there;      /* a commit is the last that happens, as where the server falls */
	bool is_full;         /* nothing can be committed */
	const char *fields;   /* further ones of requests, each with its line's end */
	struct prb_str body;  /* of the last answer, whatever parts it came in */
	unsigned notes, uses; /* how often the handlers asked for one */
	bool notes_full;      /* and there is no room for any */
	struct prb_str note;  /* the last event, and who it is of */
	uint32_t note_tenant;
	struct prb_stored_caller note_caller;
	char dir[64]; /* of the scene's own; the state lies in it */
};
extern struct scene scene;

/* Fails the test where it cannot. */
void scene_open(void);
void scene_close(void);
/* The same, as cmocka calls them before and behind a group of tests. */
int scene_set_up(void **state);
int scene_tear_down(void **state);

/* A new organisation's number; its name is a literal. */
struct prb_stored_organisation scene_organisation(const char *name);
/* The same of one that takes over what was stored in open mode: once in a scene. */
struct prb_stored_organisation scene_adopting_organisation(const char *name);
void scene_stand(struct prb_stored_organisation *organisation, uint8_t standing);
/* Its keys and records are gone for good: what the writer does of an erasure. */
void scene_erase(const struct prb_stored_organisation *organisation);
/* A key with all that its role may have, in use, for good, with a holder of its own. */
struct scene_key scene_key(uint32_t tenant, enum prb_caller_kind kind, enum prb_role role);
/* A key as `stored` says, new or changed: tenant, id and token are the key's. */
void scene_put_key(struct scene_key *key);
/* Many at once, as they are. */
void scene_put_keys(struct prb_stored_api_key *keys, size_t count);

/*
 * Asks. token NULL: no key; body NULL: none (else it is JSON); idempotency NULL: no such key.
 * Returns the status; the answer stands in scene.exchange and scene.body until the next.
 */
int scene_ask(const char *token, const char *method, const char *target, const char *body,
	const char *idempotency);
/* The same of a request as it comes over a connection: its head, and its body behind it. Returns 0
 * where it comes to no handler: no head, no route, no query, a body where none is taken. */
int scene_ask_bytes(struct prb_span head, struct prb_span body);
/* The text of the first member of that name in the last answer; "" where there is none. Two of them
 * stand at a time. */
const char *scene_member(const char *name);

#endif
