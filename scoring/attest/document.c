/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/attest/document.h"

#include <assert.h>
#include <string.h>

#include "scoring/base/jcs.h"

/* One more than an object may have: the one that is added. */
struct members {
	size_t count;
	struct {
		struct prb_span name;
		const struct prb_json *value; /* NULL: the one that is added */
	} item[PRB_DOCUMENT_MEMBERS_MAX + 1];
};

bool
prb_document_fits(const struct prb_json *object)
{
	size_t n = 0;

	for (const struct prb_json *m = prb_json_first(object); m; m = prb_json_next(m))
		if (++n > PRB_DOCUMENT_MEMBERS_MAX)
			return false;
	return true;
}

/* Few members, and mostly in order: each goes straight to its place. */
static void
insert(struct members *members, struct prb_span name, const struct prb_json *value)
{
	size_t at = members->count++;

	assert(at <= PRB_DOCUMENT_MEMBERS_MAX);
	for (; at > 0 && prb_jcs_compare(members->item[at - 1].name, name) > 0; at--)
		members->item[at] = members->item[at - 1];
	members->item[at].name = name;
	members->item[at].value = value;
}

static void
collect(const struct prb_json *object, const struct prb_document_change *change,
	struct members *members)
{
	members->count = 0;
	for (const struct prb_json *m = prb_json_first(object); m; m = prb_json_next(m)) {
		const char *name = prb_json_name(m);

		assert(change->added == NULL || strcmp(name, change->added) != 0);
		if (change->left_out == NULL || strcmp(name, change->left_out) != 0)
			insert(members, prb_span_of(name), m);
	}
	if (change->added != NULL)
		insert(members, prb_span_of(change->added), NULL);
}

void
prb_document_write(struct prb_arena *arena, const struct prb_json *object,
	const struct prb_document_change *change, struct prb_str *out)
{
	struct members members;

	collect(object, change, &members);
	prb_str_add_char(out, '{');
	for (size_t i = 0; i < members.count; i++) {
		const struct prb_json *value = members.item[i].value;

		if (i > 0)
			prb_str_add_char(out, ',');
		prb_jcs_string(out, members.item[i].name);
		prb_str_add_char(out, ':');
		if (value == NULL)
			prb_str_add_span(out, change->added_json);
		else if (change->context != NULL && prb_span_is(members.item[i].name, "@context"))
			prb_jcs_write(arena, change->context, out);
		else
			prb_jcs_write(arena, value, out);
	}
	prb_str_add_char(out, '}');
}

void
prb_proof_write(const struct prb_proof_said *said, struct prb_str *out)
{
	struct prb_writer w;

	prb_writer_init(&w, out);
	prb_writer_object(&w);
	if (said->context.p != NULL) {
		prb_writer_key(&w, "@context");
		prb_writer_raw(&w, said->context);
	}
	prb_writer_member_text(&w, "created", said->created);
	prb_writer_member_text(&w, "cryptosuite", PRB_CRYPTOSUITE);
	prb_writer_member_text(&w, "proofPurpose", "assertionMethod");
	if (said->value != NULL)
		prb_writer_member_text(&w, "proofValue", said->value);
	prb_writer_member_text(&w, "type", "DataIntegrityProof");
	prb_writer_member_text(&w, "verificationMethod", said->method);
	prb_writer_end(&w);
}
