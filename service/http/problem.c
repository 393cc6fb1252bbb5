/* SPDX-License-Identifier: Apache-2.0 */
/* Problems (RFC 9457): the body of every answer that says no. */
#include <assert.h>
#include <stdio.h>

#include "scoring/base/jcs.h"
#include "service/http/reply.h"

#define TYPE_BYTES_MAX 64
#define RETRY_AFTER_S 1 /* a turn of the writer takes milliseconds */

static void
write_type(struct prb_writer *w, enum prb_err err)
{
	char bytes[TYPE_BYTES_MAX];
	const char *wire = prb_err_wire(err);
	size_t n = 0;

	for (const char *p = "/problems/"; *p; p++)
		bytes[n++] = *p;
	for (; *wire && n < sizeof(bytes); wire++)
		bytes[n++] = *wire;
	prb_writer_member_string(w, "type", (struct prb_span){bytes, n});
}

static void
write_fault(struct prb_writer *w, const struct prb_fault *fault)
{
	prb_writer_object(w);
	prb_writer_member_text(w, "detail", fault->detail);
	if (fault->offset != PRB_NO_OFFSET)
		prb_writer_member_int(w, "offset", (int64_t)fault->offset);
	else
		prb_writer_member_text(w, "pointer", fault->pointer);
	write_type(w, fault->err);
	prb_writer_end(w);
}

static void
write_faults(struct prb_writer *w, const struct prb_faults *faults)
{
	prb_writer_key(w, "errors");
	prb_writer_array(w);
	for (size_t i = 0; i < faults->count; i++)
		write_fault(w, &faults->items[i]);
	prb_writer_end(w);
	if (faults->dropped > 0)
		prb_writer_member_int(w, "errors_dropped", (int64_t)faults->dropped);
}

const char *
prb_problem_detail(enum prb_err err, const char *detail, const struct prb_faults *faults)
{
	if (detail)
		return detail;
	return faults && faults->count > 0 ? faults->items[0].detail : prb_err_title(err);
}

/* The request's id as a URN (RFC 9562 section 4), since an instance is a URI. */
static void
write_instance(struct prb_writer *w, struct prb_span id)
{
	char text[64];

	assert(id.n == 32);
	(void)snprintf(text, sizeof(text), "urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s", id.p, id.p + 8,
		id.p + 12, id.p + 16, id.p + 20);
	prb_writer_member_text(w, "instance", text);
}

void
prb_reply_problem(struct prb_reply *reply, enum prb_err err, const char *detail,
	const struct prb_faults *faults)
{
	struct prb_writer w;

	reply->status = prb_err_status(err);
	reply->type = PRB_TYPE_PROBLEM;
	reply->location = PRB_SPAN_NONE;
	reply->etag = PRB_SPAN_NONE;
	reply->link = PRB_SPAN_NONE;
	reply->challenge = PRB_SPAN_NONE;
	reply->cache_control = NULL;
	reply->language = NULL;
	reply->is_packed = false;
	reply->last_modified = 0;
	reply->page_policy = NULL;
	if (reply->status == 503 && reply->retry_after_s == 0)
		reply->retry_after_s = RETRY_AFTER_S;
	prb_str_reset(&reply->body);
	prb_writer_init(&w, &reply->body);
	prb_writer_object(&w);
	prb_writer_member_text(&w, "detail", prb_problem_detail(err, detail, faults));
	if (faults && faults->count > 0)
		write_faults(&w, faults);
	if (reply->request_id.p)
		write_instance(&w, reply->request_id);
	prb_writer_member_int(&w, "status", reply->status);
	prb_writer_member_text(&w, "title", prb_err_title(err));
	write_type(&w, err);
	prb_writer_end(&w);
}
