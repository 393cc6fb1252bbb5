/* SPDX-License-Identifier: Apache-2.0 */
/* What the holder has opened of what the attestation withholds (disclosure.h). */
#include <string.h>

#include "scoring/attest/disclosure.h"
#include "scoring/attest/verify_parts.h"

#define OPENINGS_BYTES_MAX ((size_t)1024 * 1024)
/* What an attestation may list: the words of commitments, whose number only its size bounds. */
#define SAID_BYTES_MAX ((size_t)16 * 1024)

struct opened {
	uint32_t mask; /* of the parts */
	struct prb_str *said;
};

static void
add_word(struct prb_str *said, struct prb_span word)
{
	if (said->n > 0)
		prb_str_add_text(said, ", ");
	prb_str_add_span(said, word);
}

/* The parts that the credential withholds, by the names of their commitments. */
static void
list_withheld(const struct prb_verifying *v, struct prb_str *said)
{
	const struct prb_span prefix = PRB_SPAN(PRB_COMMITMENT_NAME);
	const struct prb_json *subject =
		prb_verify_member(v->root, "credentialSubject", PRB_JSON_OBJECT);
	const struct prb_json *assessments =
		prb_verify_member(subject, "conformityAssessment", PRB_JSON_ARRAY);
	const struct prb_json *links =
		prb_verify_member(assessments == NULL ? NULL : prb_json_first(assessments),
			"evidence", PRB_JSON_ARRAY);

	for (const struct prb_json *e = links == NULL ? NULL : prb_json_first(links); e;
		e = prb_json_next(e)) {
		struct prb_span name = prb_verify_text(e, "linkName");

		if (!prb_span_starts(name, prefix))
			continue;
		name.p += prefix.n;
		name.n -= prefix.n;
		add_word(said, name);
	}
}

/* One opening; false with the outcome said. Each part is opened once, which bounds the work: no
 * more than PRB_PARTS are hashed, however many are given. */
static bool
open_one(struct prb_verifying *v, const struct prb_json *opening, struct opened *opened)
{
	struct prb_span part = prb_verify_text(opening, "part");
	int bit = part.p == NULL ? -1 : prb_part_find(part);
	struct prb_fault fault;

	if (bit >= 0 && (opened->mask >> bit & 1) != 0) {
		prb_verify_say(v, PRB_CHECK_OPENINGS, PRB_OUTCOME_FAILED,
			"%.*s is opened twice: one opening of each part is wanted",
			PRB_SPAN_ARGS(part));
		return false;
	}
	if (prb_opening_check(v->arena, v->root, opening, v->options->sha256, &part, &fault) ==
		PRB_OK) {
		opened->mask |= 1U << bit;
		add_word(opened->said, part);
		return true;
	}
	prb_verify_say(v, PRB_CHECK_OPENINGS, PRB_OUTCOME_FAILED, "%.*s%s%s", PRB_SPAN_ARGS(part),
		part.n > 0 ? ": " : "an opening: ", fault.detail);
	return false;
}

/* A text with one opening, or an array of them. */
static bool
open_text(struct prb_verifying *v, struct prb_span text, struct opened *opened)
{
	const struct prb_json *json, *items;
	struct prb_fault fault;

	if (prb_json_parse(v->arena, text, OPENINGS_BYTES_MAX, &fault, &json) != PRB_OK) {
		prb_verify_say(v, PRB_CHECK_OPENINGS, PRB_OUTCOME_FAILED,
			"an opening cannot be read: %s", fault.detail);
		return false;
	}
	/* The server answers with {"items":[..]}. */
	items = prb_verify_member(json, "items", PRB_JSON_ARRAY);
	if (items != NULL)
		json = items;
	if (prb_json_kind(json) != PRB_JSON_ARRAY)
		return open_one(v, json, opened);
	for (const struct prb_json *e = prb_json_first(json); e; e = prb_json_next(e))
		if (!open_one(v, e, opened))
			return false;
	return true;
}

static void
say_unopened(struct prb_verifying *v, struct prb_str *said)
{
	list_withheld(v, said);
	prb_verify_say(v, PRB_CHECK_OPENINGS, PRB_OUTCOME_SKIPPED, "%s%.*s",
		said->n > 0 || said->failed ? "nothing was opened of what it withholds: "
					    : "it withholds nothing",
		PRB_SPAN_ARGS(prb_str_span(said)));
}

void
prb_verify_openings(struct prb_verifying *v)
{
	const struct prb_verify_options *options = v->options;
	struct prb_str said;
	struct opened opened = {.said = &said};
	bool good = true;

	/* Nobody vouches for commitments whose signature does not hold. */
	if (options->openings_count > 0 &&
		v->out->checks[PRB_CHECK_PROOF].outcome != PRB_OUTCOME_PASSED) {
		prb_verify_say(v, PRB_CHECK_OPENINGS, PRB_OUTCOME_SKIPPED,
			"not looked at: the proof of what they are openings of did not pass");
		return;
	}
	prb_str_init(&said, SAID_BYTES_MAX);
	for (size_t i = 0; good && i < options->openings_count; i++)
		good = open_text(v, options->openings[i], &opened);
	if (good && said.failed)
		prb_verify_say(v, PRB_CHECK_OPENINGS, PRB_OUTCOME_FAILED,
			"there is no memory to look at the openings");
	else if (good && said.n > 0)
		prb_verify_say(v, PRB_CHECK_OPENINGS, PRB_OUTCOME_PASSED,
			"what was opened is what it had committed to: %.*s",
			PRB_SPAN_ARGS(prb_str_span(&said)));
	else if (good)
		say_unopened(v, &said);
	prb_str_finish(&said);
}
