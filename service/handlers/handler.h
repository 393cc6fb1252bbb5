/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_HANDLER_H
#define PRB_HANDLERS_HANDLER_H

/*
 * What a handler sees. Each handler is one function; it fills exchange->reply and returns
 * PRB_REPLIED, or PRB_LATER when somebody else (writer, pool) will finish the exchange. A handler
 * runs to completion, never waits, and everything that it makes lives in the exchange's arena.
 */

#include "clients/render/lang.h"
#include "datasets/facts/decisions.h"
#include "datasets/facts/gather.h"
#include "scoring/attest/key.h"
#include "scoring/rules/score.h"
#include "service/access/caller.h"
#include "service/handlers/peer.h"
#include "service/http/message.h"
#include "service/http/reply.h"
#include "service/http/request_id.h"
#include "service/http/target.h"
#include "service/pages/pages.h"
#include "service/state/state.h"

enum prb_handled { PRB_REPLIED, PRB_LATER };

struct prb_commit;
struct prb_mailbox;
struct prb_exchange;
struct prb_printer;
struct prb_publisher;
struct prb_statistics;
typedef enum prb_handled (*prb_handler)(struct prb_exchange *exchange);

enum prb_body_kind { PRB_BODY_NONE, PRB_BODY_WHOLE, PRB_BODY_STREAM };
enum prb_cache { PRB_CACHE_NEVER, PRB_CACHE_FACTS };

struct prb_route {
	enum prb_method method;
	const char *pattern;
	prb_handler handler;
	enum prb_body_kind body;
	enum prb_access_scope scope; /* that the caller must have */
	enum prb_cache cache;
	const char *operation, *what;
};
extern const struct prb_route prb_routes[];
extern const size_t prb_routes_count;

struct prb_status_pool;
struct prb_status_lists;

/* What all threads share; read-only once the server has started. */
struct prb_service {
	const struct prb_issuer *issuer;
	const uint8_t *secret_key; /* libsodium's 64 bytes */
	/* All that the issuer has or had, the one it signs with among them. */
	const struct prb_issuer_key *keys;
	size_t keys_count;
	struct prb_state *state;
	struct prb_publisher *publisher;   /* service/log/publisher.h */
	struct prb_mailbox *mailbox;       /* service/messages/mailbox.h */
	struct prb_statistics *statistics; /* service/statistics/statistics.h; NULL: none */
	int valid_days;
	struct prb_status_lists *status_lists;
	int64_t status_seconds; /* how long others may keep a status list */
	bool auth_open;         /* [auth] mode = open */
	bool metrics_anyone;    /* else /metrics is the operator's */
	bool key_locked;
	int64_t release_days_max; /* above which it is too old to be ready; 0: never */
	int64_t started_at;       /* seconds since 1970 */
	struct prb_span openapi;  /* made at start */
	struct prb_metrics *metrics;
	prb_sha256_fn sha256;
	/* Hands exchange->commit to the writer; false when its queue is full. resume is called in
	 * the exchange's own thread once the record is on the disk, or has failed. */
	bool (*commit)(struct prb_exchange *exchange,
		enum prb_handled (*resume)(struct prb_exchange *exchange));
	/* For the audit trail, without holding the answer up: the event is copied, and on the disk
	 * within a second. False when the queue is full. */
	bool (*note)(struct prb_exchange *exchange, const struct prb_stored_event *event);
	/* That a key was used on a day (since 1970), where it is not noted yet: the same way. */
	void (*used)(struct prb_exchange *exchange, uint32_t tenant, const struct prb_id *key,
		int32_t day);
	/* A place in a status list that nobody else has, and the newest list that there is. */
	void (*draw_status)(struct prb_status_pool *pool, struct prb_stored_place *place);
	uint32_t (*newest_status)(const struct prb_status_pool *pool);
	struct prb_status_pool *status_pool;
	/* Makes PDFs; NULL: there is no program for it. */
	struct prb_printer *printer;
	/* As offload, in threads that wait for that program. */
	bool (*print)(struct prb_exchange *exchange,
		enum prb_handled (*work)(struct prb_exchange *exchange));
	/* Runs `work` in a thread of the pool, with a desk of that thread; what it returns counts
	 * as the handler's. False when the pool's queue is full. */
	bool (*offload)(struct prb_exchange *exchange,
		enum prb_handled (*work)(struct prb_exchange *exchange));
};

enum prb_commit_kind {
	PRB_COMMIT_DECLARATION,
	PRB_COMMIT_DECISION,
	PRB_COMMIT_ATTESTATION,
	PRB_COMMIT_REVOCATION,
	PRB_COMMIT_ORGANISATION, /* a new one, or what changed of one */
	PRB_COMMIT_API_KEY,
	PRB_COMMIT_ERASURE,
};

/* A record on its way to the journal. Lives in the exchange's arena. */
struct prb_commit {
	enum prb_commit_kind kind;
	union {
		struct prb_stored_declaration declaration;
		struct prb_stored_decision decision;
		struct prb_stored_attestation attestation;
		struct prb_stored_organisation organisation;
		struct prb_stored_api_key api_key;
		struct prb_stored_erasure erasure;
	};
	/* The one revocation; or, with an attestation, those that it supersedes: one transaction.
	 * Which of these others have revoked meanwhile are left as they are. */
	struct prb_stored_revocation *revocations;
	size_t revocations_count;
	enum prb_err err; /* of the commit */
	enum prb_put what;
	uint64_t sequence, log_index;
	unsigned tries; /* how often it was made, where another came between; for the handler */
};

/*
 * A body that is taken in pieces. The handler of a STREAM route sets exchange->stream and returns
 * PRB_LATER, or refuses. piece and end only take in; the work is done in turns, with other
 * connections' turns between them. What a turn has written to reply.body goes out as a chunk.
 */
enum prb_turn {
	PRB_TURN_AGAIN, /* there is more to do before the next piece */
	PRB_TURN_READY, /* the next piece, or the end, may come */
	PRB_TURN_DONE,  /* the exchange is over: a refusal, or the answer's end */
	PRB_TURN_AWAY,  /* all has come; somebody else (pool) will finish the exchange */
};

struct prb_stream {
	void (*piece)(struct prb_exchange *exchange, struct prb_span piece);
	void (*end)(struct prb_exchange *exchange);
	enum prb_turn (*turn)(struct prb_exchange *exchange);
	void (*destroy)(struct prb_exchange *exchange); /* always called, once */
	void *state;
	bool started; /* the answer's head may go out: status and type stand */
};

/* That a key was used on a day is stored once; this is what was said of it lately. */
#define PRB_USED_KEYS 64
struct prb_used_key {
	struct prb_id id;
	int32_t day;
};

/* What the audit trail was told lately and is not told again: a key's reads of the same object
 * within a minute, its refusals at one route within a day; what it asked for there in vain is
 * counted. */
#define PRB_NOTED 256
struct prb_noted {
	struct prb_id key, object;
	const void *what; /* the word for what was read, or the route */
	int64_t until_ms;
	uint32_t times, told; /* in vain, and how often of that the trail has it */
	uint64_t order;       /* how many were kept before it */
};

/* The tools of one thread, for one dataset release. */
struct prb_desk {
	const struct prb_release *release; /* that every answer made here names */
	const struct prb_pages *pages;     /* NULL: none are built */
	struct prb_reader *reader;
	struct prb_gatherer *gatherer;
	struct prb_state_reader *state_reader;
	struct prb_id_source ids;
	/* What is needed while a handler runs and not behind it: the same memory for one request
	 * after the other stays near the processor. */
	struct prb_arena *arena;
	struct prb_arena *tier; /* of one declaration that another refers to (chain.h) */
	struct prb_arena *look; /* of one decision that is looked up (decided.h) */
	struct prb_decision_source decisions;
	uint32_t decisions_tenant; /* whose decisions those are (decided.h) */
	struct prb_used_key
		used[PRB_USED_KEYS];       /* by the last byte of the id; for authenticate.c */
	struct prb_noted noted[PRB_NOTED]; /* for own.c */
	uint64_t noted_count;
	/* Seconds since 1970: when release and pages, the later of the two, came into use here. */
	int64_t facts_since;
	struct prb_str scratch; /* scoring's own, see prb_score_options */
	struct prb_str text;    /* for a handler while it runs */
};

struct prb_exchange {
	const struct prb_service *service;
	struct prb_desk *desk;
	const struct prb_route *route;
	struct prb_head head;                        /* spans live in the arena */
	struct prb_span params[PRB_PATH_PARAMS_MAX]; /* of the path, as sent */
	struct prb_query query;
	struct prb_span body;     /* routes with WHOLE */
	struct prb_peer peer;     /* where it comes from */
	struct prb_caller caller; /* who asks; filled before the handler is called */
	char request_id[PRB_REQUEST_ID_BYTES];
	struct prb_arena *arena;
	struct prb_faults faults; /* for handlers; empty at first */
	enum prb_lang lang;       /* of the texts of the answer; see prb_speak */
	struct prb_reply reply;   /* body initialised, everything else zero */
	int64_t now_ms;           /* milliseconds since 1970, UTC */
	struct prb_commit *commit;
	struct prb_stream stream;
	void *loop; /* the connection's, for worker.c alone */
};

/* 200 with the body as it stands. */
enum prb_handled prb_answer(struct prb_exchange *exchange, int status, const char *type);
/* A problem; detail NULL takes the first of exchange->faults. The body so far is dropped. */
enum prb_handled prb_refuse(struct prb_exchange *exchange, enum prb_err err, const char *detail);
/* exchange->commit of this kind, all else zero. False, with a refusal made. */
bool prb_commit_begin(struct prb_exchange *exchange, enum prb_commit_kind kind);
/* Hands exchange->commit to the writer, resume as in prb_service; or refuses, where it has no room.
 */
enum prb_handled prb_hand_over(
	struct prb_exchange *exchange, enum prb_handled (*resume)(struct prb_exchange *exchange));
/* Has the work done in the pool; or refuses with the detail, where that has no room. */
enum prb_handled prb_offload(struct prb_exchange *exchange,
	enum prb_handled (*work)(struct prb_exchange *exchange), const char *detail);
/* The language for a request: Accept-Language, else English. */
enum prb_lang prb_head_lang(const struct prb_head *head);
/* For routes whose answers hold texts: they are in the request's language, and the answer says so.
 * To be called before the first text. */
void prb_speak(struct prb_exchange *exchange);
/* The same for what people open, where `?lang=` in the link, if it names a language, comes first.
 */
void prb_speak_page(struct prb_exchange *exchange);
/*
 * Optimistic concurrency, RFC 9110 section 13.1, for handlers that change something: `etag` is the
 * one that GET answers with for what is there now (prb_etag_of its body), p NULL where there is
 * nothing. False where If-Match or If-None-Match forbids the change: prb_refuse_changed. Nothing of
 * this holds what another request changes meanwhile; that is what `seen` of a record is for.
 */
bool prb_is_conditional(const struct prb_exchange *exchange);
bool prb_if_match(const struct prb_exchange *exchange, struct prb_span etag);
/* 412, with the ETag of what is there now. */
enum prb_handled prb_refuse_changed(struct prb_exchange *exchange, struct prb_span etag);
/* The ETag of a body: strong, the same for the same bytes. In the arena; p NULL without memory. */
struct prb_span prb_etag_of(struct prb_exchange *exchange, struct prb_span body);
/* A copy of what was written; p NULL where writing failed, or without memory. */
struct prb_span prb_kept(struct prb_arena *arena, const struct prb_str *text);
/* A new id, of the exchange's time. */
struct prb_id prb_exchange_id(struct prb_exchange *exchange);
/* The exchange's day, UTC. */
prb_date prb_exchange_day(const struct prb_exchange *exchange);

#define PRB_HANDLER(name) enum prb_handled prb_handle_##name(struct prb_exchange *exchange)
#define PRB_ROUTE(method, path, handler, body, scope, cache, operation, what) PRB_HANDLER(handler);
#include "service/handlers/routes.def"
#undef PRB_ROUTE

#endif
