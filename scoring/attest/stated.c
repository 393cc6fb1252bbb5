/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/attest/stated.h"

#include <string.h>

#include "scoring/attest/claims.h"
#include "scoring/attest/verify_parts.h"
#include "scoring/model/words.h"

#define POINT (PRB_PPM_ONE / 100)

static bool
read_int(const struct prb_json *object, const char *name, int64_t max, int64_t *out)
{
	const struct prb_json *value = prb_verify_member(object, name, PRB_JSON_NUMBER);

	return value != NULL && prb_json_int(value, out) && *out >= 0 && *out <= max;
}

/* [lo, hi] in points. A credential gives points as well, so that nothing is lost. */
static bool
read_range(const struct prb_json *object, const char *name, prb_ppm *lo, prb_ppm *hi)
{
	const struct prb_json *range = prb_verify_member(object, name, PRB_JSON_ARRAY);
	const struct prb_json *first = range == NULL ? NULL : prb_json_first(range);
	const struct prb_json *second = first == NULL ? NULL : prb_json_next(first);
	int64_t points[2];

	if (second == NULL || prb_json_kind(first) != PRB_JSON_NUMBER ||
		prb_json_kind(second) != PRB_JSON_NUMBER || !prb_json_int(first, &points[0]) ||
		!prb_json_int(second, &points[1]))
		return false;
	*lo = points[0] * POINT;
	*hi = points[1] * POINT;
	return points[0] >= 0 && points[0] <= points[1] && points[1] <= 100;
}

static bool
read_exposure(const struct prb_json *report, struct prb_exposure_result *out)
{
	const struct prb_json *e = prb_verify_member(report, "exposure", PRB_JSON_OBJECT);

	return read_int(e, "inherent_ppm", PRB_PPM_ONE, &out->worst.inherent) &&
	       read_int(e, "residual_ppm", PRB_PPM_ONE, &out->residual) &&
	       read_range(e, "range", &out->lo, &out->hi) &&
	       read_range(e, "residual_range", &out->residual_lo, &out->residual_hi);
}

static bool
read_indicator(const struct prb_json *row, struct prb_indicator_result *out)
{
	struct prb_span grade = prb_verify_text(row, "grade");
	struct prb_span state = prb_verify_text(row, "state");

	out->grade = prb_span_is(grade, "confirmed")  ? PRB_GRADE_CONFIRMED
		     : prb_span_is(grade, "reported") ? PRB_GRADE_REPORTED
						      : PRB_GRADE_NONE;
	for (uint8_t s = PRB_STATE_ABSENT; s <= PRB_STATE_PRESENT; s++)
		if (prb_span_is(state, prb_state_word((enum prb_indicator_state)s))) {
			out->state = s;
			return true;
		}
	return false;
}

static bool
read_indicators(const struct prb_json *report, struct prb_result *out)
{
	const struct prb_json *rows = prb_verify_member(report, "indicators", PRB_JSON_ARRAY);
	const struct prb_json *row = rows == NULL ? NULL : prb_json_first(rows);
	int64_t code;

	for (int i = 1; i <= PRB_INDICATORS; i++, row = prb_json_next(row))
		if (row == NULL || !read_int(row, "code", PRB_INDICATORS, &code) || code != i ||
			!read_indicator(row, &out->indicators[i]))
			return false;
	return row == NULL;
}

static bool
find_rule(struct prb_span key, uint8_t *rule)
{
	for (uint8_t i = 0; i < PRB_RATING_RULES; i++)
		if (prb_span_is(key, prb_rating_rule_key((enum prb_rating_rule)i))) {
			*rule = i;
			return true;
		}
	return false;
}

/* The row that fired is the first of the table that holds. */
static bool
read_rating(
	const struct prb_json *report, struct prb_rating_row *row, struct prb_rating_result *out)
{
	const struct prb_json *rows = prb_verify_member(report, "decision_table", PRB_JSON_ARRAY);
	const struct prb_json *fired = rows == NULL ? NULL : prb_json_first(rows);
	struct prb_span word = prb_verify_text(report, "rating");
	int64_t number;

	for (; fired != NULL; fired = prb_json_next(fired)) {
		const struct prb_json *holds = prb_verify_member(fired, "holds", PRB_JSON_BOOL);

		if (holds != NULL && prb_json_bool(holds))
			break;
	}
	if (!read_int(fired, "row", UINT8_MAX, &number) ||
		!find_rule(prb_verify_text(report, "rule"), &row->rule) ||
		!prb_span_equal(prb_verify_text(fired, "rule"), prb_verify_text(report, "rule")))
		return false;
	row->number = (uint8_t)number;
	out->fired = row;
	out->rating = row->rating = (uint8_t)prb_rating_find(word);
	return prb_span_is(word, prb_rating_word((enum prb_rating)out->rating));
}

/* Method and release under their own names. */
static enum prb_err
read_reference(struct prb_arena *arena, const struct prb_json *report,
	const struct prb_claims *claims, struct prb_reference *out)
{
	struct prb_span version =
		prb_verify_text(prb_verify_member(report, "method", PRB_JSON_OBJECT), "version");
	char *text;

	if (version.p == NULL)
		return PRB_ERR_VALUE;
	text = prb_arena_array(arena, version.n + 1, 1);
	if (text == NULL)
		return PRB_ERR_MEMORY;
	memcpy(text, version.p, version.n);
	out->method_version = text;
	memcpy(out->release, claims->sha256[PRB_CLAIM_RELEASE], sizeof out->release);
	memcpy(out->method_sha256, claims->sha256[PRB_CLAIM_METHOD], sizeof out->method_sha256);
	return PRB_OK;
}

static bool
read_ids(const struct prb_json *report, const struct prb_claims *claims, struct prb_result *out)
{
	struct prb_span id = prb_verify_text(report, "id");

	if (id.n != sizeof out->id - 1)
		return false;
	memcpy(out->id, id.p, id.n);
	memcpy(out->declaration_id, claims->declaration_id, sizeof out->declaration_id);
	memcpy(out->declaration_sha256, claims->sha256[PRB_CLAIM_DECLARATION],
		sizeof out->declaration_sha256);
	out->as_of = claims->as_of;
	out->declarant = claims->declarant;
	return true;
}

enum prb_err
prb_result_stated(struct prb_arena *arena, struct prb_span report,
	const struct prb_declaration *declaration, struct prb_result **out)
{
	struct prb_result *result = prb_arena_array(arena, 1, sizeof *result);
	struct prb_reference *reference = prb_arena_array(arena, 1, sizeof *reference);
	struct prb_rating_row *row = prb_arena_array(arena, 1, sizeof *row);
	const struct prb_json *root;
	struct prb_claims claims;
	struct prb_fault fault;
	enum prb_err err;

	if (result == NULL || reference == NULL || row == NULL)
		return PRB_ERR_MEMORY;
	err = prb_json_parse(arena, report, report.n, &fault, &root);
	if (err == PRB_OK)
		err = prb_claims_of_report(root, &claims, &fault);
	if (err == PRB_OK)
		err = read_reference(arena, root, &claims, reference);
	if (err != PRB_OK)
		return err;
	result->declaration = declaration;
	result->reference = reference;
	if (!read_ids(root, &claims, result) || !read_exposure(root, &result->exposure) ||
		!read_indicators(root, result) || !read_rating(root, row, &result->rating))
		return PRB_ERR_VALUE;
	*out = result;
	return PRB_OK;
}
