/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/status.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "scoring/attest/envelope.h"
#include "scoring/attest/status_list.h"
#include "service/handlers/answers.h"
#include "service/handlers/facts.h"

/*
 * GET /status/{n}. Who asks is not written down anywhere: which list is fetched when, and by whom,
 * must tell nobody which attestation is looked at.
 */

/* A list that says how it stands says so for a day; signed anew after half of it, so that what is
 * kept elsewhere for status_seconds is never out of time. */
#define VALID_SECONDS (INT64_C(24) * 3600)
#define KEPT_MS (VALID_SECONDS * 1000 / 2)
#define SLOTS 16 /* two million attestations */
#define FORMS 2
#define LIST_DIGITS_MAX 10
#define NO_LIST "there is no status list of this number"

static const char *const forms[] = {PRB_TYPE_VC, PRB_TYPE_VC_JWT, PRB_TYPE_JSON};

/* Both forms of one list. */
struct kept {
	uint32_t list; /* 0: nothing is kept here */
	int64_t made_ms;
	struct prb_str forms[FORMS];
};

struct prb_status_lists {
	pthread_mutex_t lock;
	uint64_t changes; /* how often something was revoked */
	bool making;      /* one list, at any time: whoever asks for more takes no thread */
	struct kept kept[SLOTS];
};

struct prb_status_lists *
prb_status_lists_create(void)
{
	struct prb_status_lists *lists = calloc(1, sizeof *lists);

	if (lists == NULL)
		return NULL;
	pthread_mutex_init(&lists->lock, NULL);
	for (size_t i = 0; i < SLOTS; i++)
		for (size_t f = 0; f < FORMS; f++)
			prb_str_init(&lists->kept[i].forms[f], 2 * PRB_STATUS_LIST_TEXT_BYTES_MAX);
	return lists;
}

void
prb_status_lists_destroy(struct prb_status_lists *lists)
{
	if (lists == NULL)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		for (size_t f = 0; f < FORMS; f++)
			prb_str_finish(&lists->kept[i].forms[f]);
	pthread_mutex_destroy(&lists->lock);
	free(lists);
}

void
prb_status_lists_changed(struct prb_status_lists *lists)
{
	if (lists == NULL)
		return;
	pthread_mutex_lock(&lists->lock);
	lists->changes++;
	for (size_t i = 0; i < SLOTS; i++)
		lists->kept[i].list = 0;
	pthread_mutex_unlock(&lists->lock);
}

static uint64_t
changes_of(struct prb_status_lists *lists)
{
	uint64_t changes;

	pthread_mutex_lock(&lists->lock);
	changes = lists->changes;
	pthread_mutex_unlock(&lists->lock);
	return changes;
}

/* Appends what is kept; false where nothing is that may still be given. */
static bool
take(struct prb_status_lists *lists, uint32_t list, int form, int64_t now_ms, struct prb_str *out)
{
	struct kept *kept = &lists->kept[list % SLOTS];
	bool found;

	pthread_mutex_lock(&lists->lock);
	/* A clock that went back makes nothing young again. */
	found = kept->list == list && now_ms >= kept->made_ms && now_ms < kept->made_ms + KEPT_MS;
	if (found)
		prb_str_add_span(out, prb_str_span(&kept->forms[form]));
	pthread_mutex_unlock(&lists->lock);
	return found;
}

/* Keeps both forms, unless something was revoked since they were begun. */
static void
keep(struct prb_status_lists *lists, uint32_t list, uint64_t changes, int64_t now_ms,
	const struct prb_str made[FORMS])
{
	struct kept *kept = &lists->kept[list % SLOTS];

	pthread_mutex_lock(&lists->lock);
	if (lists->changes == changes) {
		kept->list = list;
		kept->made_ms = now_ms;
		for (size_t f = 0; f < FORMS; f++) {
			prb_str_reset(&kept->forms[f]);
			prb_str_add_span(&kept->forms[f], prb_str_span(&made[f]));
			if (kept->forms[f].failed)
				kept->list = 0;
		}
	}
	pthread_mutex_unlock(&lists->lock);
}

/* False where one is being made. */
static bool
begin_making(struct prb_status_lists *lists)
{
	bool begun;

	pthread_mutex_lock(&lists->lock);
	begun = !lists->making;
	lists->making = true;
	pthread_mutex_unlock(&lists->lock);
	return begun;
}

static void
end_making(struct prb_status_lists *lists)
{
	pthread_mutex_lock(&lists->lock);
	lists->making = false;
	pthread_mutex_unlock(&lists->lock);
}

/*
 * Making one.
 */

static enum prb_err
read_bits(struct prb_exchange *x, uint32_t list, uint8_t *bits)
{
	uint64_t at;
	enum prb_err err = prb_status_revoked(x->desk->state_reader, list, bits, &at);

	/* The first list is there from the start. */
	return err == PRB_ERR_NOT_FOUND && list == 1 ? PRB_OK : err;
}

static enum prb_err
make(struct prb_exchange *x, uint32_t list, struct prb_str made[FORMS])
{
	uint8_t *bits = prb_arena_array(x->arena, 1, PRB_STATUS_BYTES);
	struct prb_status_list_request request = {
		.issuer = x->service->issuer,
		.secret_key = x->service->secret_key,
		.list = list,
		.bits = bits,
		.issued_at = x->now_ms / 1000,
		.valid_seconds = VALID_SECONDS,
		.ttl_seconds = x->service->status_seconds,
		.sha256 = x->service->sha256,
	};
	struct prb_fault fault;
	enum prb_err err = bits == NULL ? PRB_ERR_MEMORY : read_bits(x, list, bits);

	if (err == PRB_OK)
		err = prb_status_list_write(x->arena, &request, &made[0], &fault);
	if (err == PRB_OK)
		err = prb_envelope_write(x->arena, prb_str_span(&made[0]), x->service->issuer,
			x->service->secret_key, &made[1], &fault);
	return err;
}

/*
 * Answering.
 */

/* Of a list that there may be; false with a refusal made. What is above the newest costs nothing.
 */
static bool
read_list(struct prb_exchange *x, uint32_t *list)
{
	struct prb_span text = x->params[0];
	int64_t number;

	if (text.n > LIST_DIGITS_MAX || text.p[0] == '0' ||
		!prb_parse_int(text, 1, UINT32_MAX, &number)) {
		(void)prb_refuse(x, PRB_ERR_NOT_FOUND, "a status list has a number from 1 on");
		return false;
	}
	if (number > x->service->newest_status(x->service->status_pool)) {
		(void)prb_refuse(x, PRB_ERR_NOT_FOUND, NO_LIST);
		return false;
	}
	*list = (uint32_t)number;
	return true;
}

static enum prb_handled
answer(struct prb_exchange *x, int form)
{
	struct prb_str *text = &x->desk->text;

	prb_str_reset(text);
	prb_str_addf(text, "public, max-age=%lld", (long long)x->service->status_seconds);
	prb_str_add_char(text, '\0');
	x->reply.cache_control = prb_kept(x->arena, text).p;
	if (x->reply.cache_control == NULL)
		return prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
	return prb_answer(x, 200, form == 1 ? PRB_TYPE_VC_JWT : PRB_TYPE_VC);
}

/* The form that was asked for; JSON stands for the first. */
static int
form_of(const struct prb_exchange *x)
{
	int type = prb_preferred(x, forms, sizeof forms / sizeof forms[0]);

	return type == 2 ? 0 : type;
}

static enum prb_handled
make_and_answer(struct prb_exchange *x)
{
	struct prb_status_lists *lists = x->service->status_lists;
	struct prb_str made[FORMS];
	uint64_t changes = changes_of(lists);
	int form = form_of(x);
	uint32_t list;
	enum prb_err err;

	if (!read_list(x, &list))
		return PRB_REPLIED;
	/* Another may have made it just before this one began. */
	if (take(lists, list, form, x->now_ms, &x->reply.body))
		return answer(x, form);
	for (size_t f = 0; f < FORMS; f++)
		prb_str_init(&made[f], 2 * PRB_STATUS_LIST_TEXT_BYTES_MAX);
	err = make(x, list, made);
	if (err == PRB_OK) {
		keep(lists, list, changes, x->now_ms, made);
		prb_str_add_span(&x->reply.body, prb_str_span(&made[form]));
	}
	for (size_t f = 0; f < FORMS; f++)
		prb_str_finish(&made[f]);
	if (err == PRB_OK)
		return answer(x, form);
	return prb_refuse(x, err, err == PRB_ERR_NOT_FOUND ? NO_LIST : NULL);
}

/* In the pool: a full list takes longer to read than a loop may stand still. */
static enum prb_handled
make_in_pool(struct prb_exchange *x)
{
	enum prb_handled handled = make_and_answer(x);

	end_making(x->service->status_lists);
	return handled;
}

/* One at a time, so that whoever asks for lists holds up nobody who declares or attests. */
static enum prb_handled
have_it_made(struct prb_exchange *x)
{
	if (begin_making(x->service->status_lists)) {
		if (x->service->offload(x, make_in_pool))
			return PRB_LATER;
		end_making(x->service->status_lists);
	}
	return prb_refuse(x, PRB_ERR_BUSY, "a status list is being made: ask again in a second");
}

enum prb_handled
prb_handle_status(struct prb_exchange *x)
{
	static const char *const known[] = {NULL};
	int form = form_of(x);
	uint32_t list;

	x->reply.by_accept = true;
	if (!read_list(x, &list))
		return PRB_REPLIED;
	if (prb_query_get(&x->query, "timestamp").p != NULL)
		return prb_refuse_query(x,
			"timestamp: no history of the list is kept; ask without it for how it "
			"stands now");
	if (!prb_query_takes(x, known))
		return PRB_REPLIED;
	if (form < 0)
		return prb_refuse(x, PRB_ERR_NOT_ACCEPTABLE,
			"a status list is application/vc or application/vc+jwt");
	if (take(x->service->status_lists, list, form, x->now_ms, &x->reply.body))
		return answer(x, form);
	return have_it_made(x);
}
