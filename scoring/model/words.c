/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/model/words.h"

#include <assert.h>

static const char *const indicator_words[] = {
#define PRB_INDICATOR(name, code, key, side) key,
#include "scoring/model/indicators.def"
#undef PRB_INDICATOR
};
static const uint8_t indicator_sides[] = {
	PRB_SIDE_NONE,
#define PRB_INDICATOR(name, code, key, side) PRB_SIDE_##side,
#include "scoring/model/indicators.def"
#undef PRB_INDICATOR
};
static const char *const source_words[] = {
#define PRB_SOURCE(name, word, rank) word,
#include "scoring/model/sources.def"
#undef PRB_SOURCE
};
static const uint8_t source_ranks[] = {
	0,
#define PRB_SOURCE(name, word, rank) rank,
#include "scoring/model/sources.def"
#undef PRB_SOURCE
};
static const char *const control_words[] = {
#define PRB_CONTROL(name, word) word,
#include "scoring/model/controls.def"
#undef PRB_CONTROL
};
static const char *const dimension_words[] = {
#define PRB_DIMENSION(name, word) word,
#include "scoring/model/dimensions.def"
#undef PRB_DIMENSION
};
static const char *const component_ids[] = {
#define PRB_COMPONENT(lens, name, id) id,
#include "scoring/model/components.def"
#undef PRB_COMPONENT
};
static const uint8_t component_lenses[] = {
#define PRB_COMPONENT(lens, name, id) PRB_LENS_##lens,
#include "scoring/model/components.def"
#undef PRB_COMPONENT
};
static const char *const constant_keys[] = {
#define PRB_CONSTANT(name, key) key,
#include "scoring/model/constants.def"
#undef PRB_CONSTANT
};
static const char *const rating_rule_keys[] = {
#define PRB_RATING_RULE(name, key) key,
#include "scoring/model/rating_rules.def"
#undef PRB_RATING_RULE
};
static const char *const declarant_words[] = {"supplier", "company", "officer", "auditor"};
static const char *const finding_state_words[] = {"present", "absent"};
static const char *const evidence_words[] = {"claimed", "documented", "verified"};
static const char *const remediation_words[] = {"none", "claimed", "documented", "verified"};
static const char *const contested_by_words[] = {"court", "authority", "independent_body"};
static const char *const answer_words[] = {"yes", "no", "unknown"};
static const char *const fees_words[] = {"workers_pay", "employer_pays", "unknown"};
static const char *const housing_words[] = {"employer", "independent", "unknown"};
static const char *const prison_words[] = {"none", "public", "private_party", "unknown"};
static const char *const scheme_words[] = {"lei", "os_id", "gln", "duns", "vat", "cnpj", "other"};
static const char *const rating_words[] = {"unknown", "low", "medium", "high", "critical"};
static const char *const lens_words[] = {"where", "what", "who"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WORDS(name, array) const struct prb_words prb_words_##name = {#name, array, COUNT(array)}

WORDS(indicator, indicator_words);
WORDS(source, source_words);
WORDS(control, control_words);
WORDS(declarant, declarant_words);
WORDS(finding_state, finding_state_words);
WORDS(evidence, evidence_words);
WORDS(remediation, remediation_words);
WORDS(contested_by, contested_by_words);
WORDS(answer, answer_words);
WORDS(fees, fees_words);
WORDS(housing, housing_words);
WORDS(prison, prison_words);
WORDS(scheme, scheme_words);
WORDS(dimension, dimension_words);

static_assert(COUNT(indicator_words) == PRB_INDICATORS, "the ILO lists eleven indicators");
static_assert(COUNT(control_words) == 10, "section 3 names ten controls");
static_assert(COUNT(source_words) == PRB_SOURCE_COUNT - 1, "a word for each source class");

uint8_t
prb_words_find(const struct prb_words *words, struct prb_span word)
{
	for (uint8_t i = 0; i < words->count; i++)
		if (prb_span_is(word, words->words[i]))
			return (uint8_t)(i + 1);
	return 0;
}

const char *
prb_words_text(const struct prb_words *words, uint8_t value)
{
	assert(value <= words->count);
	return value == 0 ? "" : words->words[value - 1];
}

const char *
prb_rating_word(enum prb_rating rating)
{
	assert((size_t)rating < COUNT(rating_words));
	return rating_words[rating];
}

enum prb_rating
prb_rating_find(struct prb_span word)
{
	for (size_t i = 0; i < COUNT(rating_words); i++)
		if (prb_span_is(word, rating_words[i]))
			return (enum prb_rating)i;
	return PRB_RATING_UNKNOWN;
}

const char *
prb_indicator_key(enum prb_indicator indicator)
{
	return prb_words_text(&prb_words_indicator, (uint8_t)indicator);
}

enum prb_side
prb_indicator_side(enum prb_indicator indicator)
{
	assert((size_t)indicator < COUNT(indicator_sides));
	return (enum prb_side)indicator_sides[indicator];
}

int
prb_source_rank(enum prb_source source)
{
	assert((size_t)source < COUNT(source_ranks));
	return source_ranks[source];
}

const char *
prb_component_id(enum prb_component component)
{
	assert((size_t)component < COUNT(component_ids));
	return component_ids[component];
}

enum prb_lens
prb_component_lens(enum prb_component component)
{
	assert((size_t)component < COUNT(component_lenses));
	return (enum prb_lens)component_lenses[component];
}

bool
prb_component_is_overlay(enum prb_component component)
{
	return component >= PRB_OVERLAYS_FROM && component < PRB_WHERE_COMPONENTS;
}

const char *
prb_lens_word(enum prb_lens lens)
{
	assert((size_t)lens < COUNT(lens_words));
	return lens_words[lens];
}

const char *
prb_constant_key(enum prb_constant constant)
{
	assert((size_t)constant < COUNT(constant_keys));
	return constant_keys[constant];
}

const char *
prb_rating_rule_key(enum prb_rating_rule rule)
{
	assert((size_t)rule < COUNT(rating_rule_keys));
	return rating_rule_keys[rule];
}
