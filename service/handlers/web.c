/* SPDX-License-Identifier: Apache-2.0 */
/* GET /company and the other pages for people, and GET /assets/{file}, what they load. */
#include "service/handlers/web.h"

/* Everything from this server alone, and no script or style within a page: what a text smuggles
 * into one is not run. blob: and data: are what a page draws and makes itself. */
#define POLICY(wasm)                                                                               \
	"default-src 'none'; script-src 'self'" wasm "; style-src 'self'; "                        \
	"img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; base-uri 'none'; "     \
	"form-action 'self'; frame-ancestors 'none'"

/* What is named by what is in it (clients/web/build) is always what it was. */
#define FOR_GOOD "public, max-age=31536000, immutable"
#define HASH_BYTES 8
/* All else is asked for again each time, and answered 304: a page names what goes with it. */
#define ASK_AGAIN "no-cache"

static const char *
policy_of(enum prb_page page)
{
	return prb_page_facts(page)->uses_wasm ? POLICY(" 'wasm-unsafe-eval'") : POLICY("");
}

const struct prb_page_file *
prb_web_find(struct prb_exchange *x, enum prb_page page)
{
	prb_speak_page(x);
	return prb_pages_find(x->desk->pages, page, x->lang);
}

/* What every page has in common. They are for people: no other site reads or opens them. */
static enum prb_handled
answer(struct prb_exchange *x, enum prb_page page, const struct prb_page_file *file)
{
	x->reply.page_policy = policy_of(page);
	x->reply.uses_camera = prb_page_facts(page)->uses_camera;
	x->reply.is_public = false;
	return prb_answer(x, 200, file->type);
}

/* A file as it is; nothing of it is copied. */
static void
put(struct prb_reply *reply, const struct prb_page_file *file)
{
	reply->parts[0] = file->bytes;
	reply->parts_count = 1;
	reply->packed = file->packed;
	reply->etag = file->etag;
}

enum prb_handled
prb_web_send(struct prb_exchange *x, enum prb_page page, const struct prb_page_file *file)
{
	if (file == NULL)
		return prb_refuse(x, PRB_ERR_NOT_FOUND,
			"this page is not built: clients/web/build --out DIR makes the pages, and "
			"[server] pages = DIR names them; /openapi.json lists what else there is");
	put(&x->reply, file);
	x->reply.cache_control = ASK_AGAIN;
	return answer(x, page, file);
}

void
prb_web_begin(struct prb_exchange *x, const struct prb_page_file *file)
{
	prb_str_add(&x->reply.body, file->bytes.p, file->mark);
}

enum prb_handled
prb_web_end(struct prb_exchange *x, enum prb_page page, const struct prb_page_file *file)
{
	size_t behind = file->mark + prb_page_facts(page)->mark.n;

	prb_str_add(&x->reply.body, file->bytes.p + behind, file->bytes.n - behind);
	x->reply.cache_control = ASK_AGAIN;
	return answer(x, page, file);
}

#define ANSWER_PAGE(name)                                                                          \
	enum prb_handled prb_handle_##name##_page(struct prb_exchange *x)                          \
	{                                                                                          \
		return prb_web_send(x, PRB_PAGE_##name, prb_web_find(x, PRB_PAGE_##name));         \
	}
ANSWER_PAGE(company)
ANSWER_PAGE(data)
ANSWER_PAGE(officer)
ANSWER_PAGE(worker)

/* "company-B8naTicD.js". */
static bool
is_named_by_hash(struct prb_span name)
{
	const char *dot = memchr(name.p, '.', name.n);

	return dot != NULL && dot - name.p > HASH_BYTES + 1 && dot[-HASH_BYTES - 1] == '-';
}

enum prb_handled
prb_handle_asset(struct prb_exchange *x)
{
	const struct prb_page_file *file = prb_pages_asset(x->desk->pages, x->params[0]);

	if (file == NULL)
		return prb_refuse(x, PRB_ERR_NOT_FOUND,
			"no page loads such a file: a page that was built anew loads others");
	put(&x->reply, file);
	x->reply.cache_control = is_named_by_hash(file->name) ? FOR_GOOD : ASK_AGAIN;
	/* A script that runs as a worker has a policy of its own: this. */
	if (prb_span_starts(prb_span_of(file->type), PRB_SPAN("text/javascript")))
		x->reply.page_policy = POLICY("");
	x->reply.is_public = false;
	return prb_answer(x, 200, file->type);
}
