/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/attest/credential_parts.h"

#include <stdio.h>
#include <string.h>

#include "scoring/attest/multibase.h"

#define PRB_TERM(NAME, type, hashed, uuid, name)                                                   \
	[PRB_TERM_##NAME] = {PRB_THING(uuid, name, type), sizeof(PRB_THING(uuid, name, type)) - 1},
#define PRB_CRITERION(NAME, hashed, uuid, name)
static const struct prb_span terms[PRB_TERMS] = {
#include "scoring/attest/terms.def"
};
#undef PRB_TERM
#undef PRB_CRITERION

struct prb_span
prb_term_json(enum prb_term term)
{
	return terms[term];
}

#define RULE_SENTENCE_BYTES_MAX 200 /* with NUL */

#define PRB_RULE_SENTENCE(NAME, sentence) static const char rule_##NAME[] = sentence;
#include "scoring/attest/rules.def"
#undef PRB_RULE_SENTENCE

/* A rule without a sentence does not compile, nor a sentence without its rule. */
#define PRB_RATING_RULE(NAME, key)                                                                 \
	static_assert(sizeof(rule_##NAME) > 1 && sizeof(rule_##NAME) <= RULE_SENTENCE_BYTES_MAX,   \
		"each rule of the decision table has a sentence");
#include "scoring/model/rating_rules.def"
#undef PRB_RATING_RULE

static const char *const rule_sentences[] = {
#define PRB_RATING_RULE(NAME, key) [PRB_RULE_##NAME] = rule_##NAME,
#include "scoring/model/rating_rules.def"
#undef PRB_RATING_RULE
};
static_assert(sizeof(rule_sentences) / sizeof(rule_sentences[0]) == PRB_RATING_RULES,
	"one sentence for each rule");

/* ---- lines ---- */

void
prb_line_clear(struct prb_line *line)
{
	line->n = 0;
}

void
prb_line_put(struct prb_line *line, const char *text)
{
	size_t n = strlen(text);

	assert(line->n + n <= sizeof(line->p));
	memcpy(line->p + line->n, text, n);
	line->n += n;
}

struct prb_span
prb_line_span(const struct prb_line *line)
{
	return (struct prb_span){line->p, line->n};
}

void
prb_line_put_id(
	struct prb_line *line, const struct prb_issuer *issuer, const char *kind, const char *id)
{
	const char *url = issuer->public_url;

	prb_line_put(line, url[0] != '\0' ? url : "urn:uuid:");
	if (url[0] != '\0')
		prb_line_put(line, kind);
	prb_line_put(line, id);
}

void
prb_writer_member_raw(struct prb_writer *w, const char *name, struct prb_span json)
{
	prb_writer_key(w, name);
	prb_writer_raw(w, json);
}

/* ---- the supplier ---- */

/* 20 letters and digits whose number, letters counted from 10, leaves 1 by 97 (ISO 17442-1, ISO/IEC
 * 7064 MOD 97-10). */
static bool
lei_is_good(struct prb_span lei)
{
	unsigned rest = 0;

	if (lei.n != 20)
		return false;
	for (size_t i = 0; i < lei.n; i++) {
		char c = lei.p[i];

		if (c >= '0' && c <= '9')
			rest = (rest * 10 + (unsigned)(c - '0')) % 97;
		else if (c >= 'A' && c <= 'Z')
			rest = (rest * 100 + (unsigned)(c - 'A' + 10)) % 97;
		else
			return false;
	}
	return rest == 1;
}

/* The first good LEI that the declaration gives; p NULL where there is none. Other identifiers may
 * hold any text, and none is signed that nobody looked at. */
static struct prb_span
declared_lei(const struct prb_party *supplier)
{
	for (size_t i = 0; i < supplier->identifiers_count; i++)
		if (supplier->identifiers[i].scheme == PRB_SCHEME_LEI &&
			lei_is_good(supplier->identifiers[i].value))
			return supplier->identifiers[i].value;
	return PRB_SPAN_NONE;
}

static void
write_party(struct prb_writing *a, struct prb_span name, struct prb_span lei)
{
	struct prb_writer *w = &a->w;

	prb_writer_object(w);
	if (lei.p != NULL)
		prb_writer_member_text(w, "description",
			"As declared. The registered id is the Legal Entity Identifier (ISO 17442) "
			"that was declared; its register was not asked.");
	prb_writer_member_string(w, "id", prb_line_span(&a->supplier));
	prb_writer_member_string(w, "name", name);
	if (lei.p != NULL)
		prb_writer_member_string(w, "registeredId", lei);
	prb_writer_member_raw(w, "type", PRB_SPAN("[\"Party\"]"));
	prb_writer_end(w);
}

void
prb_party_write_brief(struct prb_writing *a)
{
	write_party(a,
		prb_writing_discloses(a, PRB_PART_SUPPLIER) ? a->result->declaration->supplier.name
							    : PRB_SPAN("Name withheld"),
		PRB_SPAN_NONE);
}

/* ---- links ---- */

static int
hex_value(char c)
{
	return c >= 'a' ? c - 'a' + 10 : c - '0';
}

void
prb_hash_of_hex(const char hex[PRB_SHA256_HEX_BYTES], uint8_t out[PRB_SHA256_BYTES])
{
	assert(strlen(hex) == PRB_SHA256_HEX_BYTES - 1);
	for (size_t i = 0; i < PRB_SHA256_BYTES; i++)
		out[i] = (uint8_t)(hex_value(hex[2 * i]) << 4 | hex_value(hex[2 * i + 1]));
}

static void
begin_link(struct prb_writer *w, const uint8_t hash[PRB_SHA256_BYTES], struct prb_span name)
{
	char digest[PRB_DIGEST_MULTIBASE_BYTES];

	prb_digest_multibase(hash, digest);
	prb_writer_object(w);
	prb_writer_member_text(w, "digestMultibase", digest);
	prb_writer_member_string(w, "linkName", name);
}

/* A text that this service stores, by its address. */
static void
write_stored_link(struct prb_writing *a, const uint8_t hash[PRB_SHA256_BYTES], const char *name,
	const char *kind, const char *id)
{
	struct prb_line url;

	prb_line_clear(&url);
	prb_line_put_id(&url, a->request->issuer, kind, id);
	begin_link(&a->w, hash, prb_span_of(name));
	prb_writer_member_string(&a->w, "linkURL", prb_line_span(&url));
	prb_writer_member_text(&a->w, "mediaType", "application/json");
	prb_writer_end(&a->w);
}

void
prb_link_write_named(
	struct prb_writer *w, const uint8_t hash[PRB_SHA256_BYTES], struct prb_span name)
{
	begin_link(w, hash, name);
	prb_writer_key(w, "linkURL");
	prb_str_add_text(w->out, "\"ni:///sha-256;");
	prb_base64url_encode(hash, PRB_SHA256_BYTES, w->out);
	prb_str_add_char(w->out, '"');
	prb_writer_end(w);
}

static void
write_declaration(struct prb_writing *a)
{
	uint8_t hash[PRB_SHA256_BYTES];

	prb_hash_of_hex(a->result->declaration_sha256, hash);
	write_stored_link(a, hash, "Declaration", "/v1/declarations/", a->result->declaration_id);
}

/* ---- exposure and indicators ---- */

/* Whole points, as the report prints them; the tolerances reach to the ends of its range. */
static void
write_measure(struct prb_writing *a, enum prb_term metric, prb_ppm point, prb_ppm lo, prb_ppm hi)
{
	struct prb_writer *w = &a->w;
	int value = prb_ppm_points(point);

	prb_writer_object(w);
	prb_writer_key(w, "measure");
	prb_writer_object(w);
	prb_writer_member_int(w, "lowerTolerance", value - prb_ppm_points(lo));
	prb_writer_member_text(w, "unit", "P1");
	prb_writer_member_int(w, "upperTolerance", prb_ppm_points(hi) - value);
	prb_writer_member_int(w, "value", value);
	prb_writer_end(w);
	prb_writer_member_raw(w, "metric", prb_term_json(metric));
	prb_writer_end(w);
}

static void
write_exposure(struct prb_writing *a)
{
	const struct prb_exposure_result *e = &a->result->exposure;

	prb_writer_array(&a->w);
	write_measure(a, PRB_TERM_METRIC_INHERENT, e->worst.inherent, e->lo, e->hi);
	write_measure(a, PRB_TERM_METRIC_RESIDUAL, e->residual, e->residual_lo, e->residual_hi);
	prb_writer_end(&a->w);
}

#define SCORE(word, meaning) PRB_SPAN("{\"code\":\"" word "\",\"definition\":\"" meaning "\"}")

static struct prb_span
state_score(const struct prb_indicator_result *indicator)
{
	switch ((enum prb_indicator_state)indicator->state) {
	case PRB_STATE_PRESENT:
		if (indicator->grade == PRB_GRADE_CONFIRMED)
			return SCORE("present",
				"Reported by an authority or by two kinds of independent source");
		return SCORE("present", "Reported");
	case PRB_STATE_CONTESTED:
		return SCORE("contested",
			"Reported, and contested by a court, an authority or an independent body");
	case PRB_STATE_HISTORIC:
		return SCORE("historic", "Reported in the past, not remedied");
	case PRB_STATE_REMEDIED:
		return SCORE("remedied", "Reported, and the remediation is verified");
	case PRB_STATE_ABSENT:
		return SCORE("absent",
			"Looked for and not found, by an unannounced audit, workers or an "
			"authority");
	case PRB_STATE_UNKNOWN:
		break;
	}
	return SCORE("unknown", "Not known");
}

/* An unknown must not read as a score. */
static void
write_state(struct prb_writing *a, int code)
{
	const struct prb_indicator_result *indicator = &a->result->indicators[code];

	if (indicator->state == PRB_STATE_UNKNOWN)
		prb_writer_null(&a->w);
	else
		prb_writer_raw(&a->w, state_score(indicator));
}

/* ---- the rating ---- */

/* The row by its number, and what its rule means: the bare key would be a verdict on somebody. */
static void
write_fired_row(struct prb_writing *a)
{
	const struct prb_rating_row *row = a->result->rating.fired;
	struct prb_line text;
	char number[sizeof("255")];

	assert(row->rule < PRB_RATING_RULES);
	prb_line_clear(&text);
	(void)snprintf(number, sizeof(number), "%d", row->number);
	prb_line_put(&text, "row ");
	prb_line_put(&text, number);
	prb_line_put(&text, " of the decision table: ");
	prb_line_put(&text, rule_sentences[row->rule]);
	prb_writer_member_string(&a->w, "definition", prb_line_span(&text));
}

/* 1 is the best. Nothing where nothing can be said: unknown is no rank. */
static void
write_rating(struct prb_writing *a)
{
	const struct prb_rating_result *rating = &a->result->rating;
	struct prb_writer *w = &a->w;

	if (rating->rating == PRB_RATING_UNKNOWN) {
		prb_writer_null(w);
		return;
	}
	prb_writer_object(w);
	prb_writer_member_text(w, "code", prb_rating_word((enum prb_rating)rating->rating));
	write_fired_row(a);
	prb_writer_member_int(w, "rank", rating->rating);
	prb_writer_end(w);
}

static_assert(PRB_RATING_LOW == 1 && PRB_RATING_CRITICAL == 4, "a rating is its rank");

/* ---- parts ---- */

void
prb_part_write(struct prb_writing *a, unsigned part)
{
	const struct prb_declaration *declaration = a->result->declaration;

	switch (part) {
	case PRB_PART_SUPPLIER:
		write_party(a, declaration->supplier.name, declared_lei(&declaration->supplier));
		return;
	case PRB_PART_RATING:
		write_rating(a);
		return;
	case PRB_PART_EXPOSURE:
		write_exposure(a);
		return;
	case PRB_PART_DECLARATION:
		write_declaration(a);
		return;
	case PRB_PART_REPORT:
		write_stored_link(
			a, a->request->report_sha256, "Report", "/v1/reports/", a->result->id);
		return;
	default:
		write_state(a, (int)(part - PRB_PART_INDICATOR(0)));
	}
}

/* salt || {"part":..,"value":..} at the end of out, hashed there. */
static void
commit(struct prb_writing *a, unsigned part, const uint8_t *salt, struct prb_str *out,
	struct prb_writer *openings)
{
	size_t start = out->n, value;

	prb_str_add(out, salt, PRB_PART_SALT_BYTES);
	prb_writer_init(&a->w, out);
	prb_writer_object(&a->w);
	prb_writer_member_text(&a->w, "part", prb_part_word(part));
	prb_writer_key(&a->w, "value");
	value = out->n;
	prb_part_write(a, part);
	prb_writer_end(&a->w);
	if (out->failed)
		return;
	a->request->sha256(a->commitments[part], out->p + start, out->n - start);
	prb_opening_write(
		openings, part, salt, (struct prb_span){out->p + value, out->n - value - 1});
	out->n = start;
}

void
prb_parts_withhold(struct prb_writing *a, struct prb_str *out)
{
	const struct prb_credential_request *request = a->request;
	struct prb_writer openings;

	assert(request->salts != NULL && request->openings != NULL);
	prb_writer_init(&openings, request->openings);
	prb_writer_array(&openings);
	for (unsigned part = 0; part < PRB_PARTS && !out->failed; part++)
		if (!prb_writing_discloses(a, part))
			commit(a, part, request->salts + (size_t)part * PRB_PART_SALT_BYTES, out,
				&openings);
	prb_writer_end(&openings);
	out->failed = out->failed || request->openings->failed;
}

void
prb_commitments_write(struct prb_writing *a)
{
	for (unsigned part = 0; part < PRB_PARTS; part++) {
		struct prb_line name;

		if (prb_writing_discloses(a, part))
			continue;
		prb_line_clear(&name);
		prb_line_put(&name, PRB_COMMITMENT_NAME);
		prb_line_put(&name, prb_part_word(part));
		prb_link_write_named(&a->w, a->commitments[part], prb_line_span(&name));
	}
}
