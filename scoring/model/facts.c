/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/model/facts.h"

#include <assert.h>

static const char *const status_words[] = {
	"in_force", "lifted", "vacated", "disputed", "expired", "unknown"};
static const char *const decision_words[] = {"possible", "match", "different"};
static const char *const effect_words[] = {"forced_labour", "other_sanctions"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

bool
prb_finding_confirmed(const struct prb_facts *facts, size_t index)
{
	return facts != NULL && facts->evidence != NULL && facts->evidence->findings[index] != NULL;
}

bool
prb_control_confirmed(const struct prb_facts *facts, size_t index)
{
	return facts != NULL && facts->evidence != NULL && facts->evidence->controls[index] != NULL;
}

bool
prb_workforce_confirmed(const struct prb_facts *facts, enum prb_statement statement)
{
	assert(statement < PRB_STATEMENTS);
	return facts != NULL && facts->evidence != NULL &&
	       facts->evidence->workforce[statement] != NULL;
}

const char *
prb_listed_word(enum prb_listed listed)
{
	static const char *const words[] = {"", "child_labour_only", "forced_labour"};

	assert((size_t)listed < COUNT(words));
	return words[listed];
}

const char *
prb_listing_status_word(enum prb_listing_status status)
{
	assert((size_t)status < COUNT(status_words));
	return status_words[status];
}

const char *
prb_listing_decision_word(enum prb_listing_decision decision)
{
	assert((size_t)decision < COUNT(decision_words));
	return decision_words[decision];
}

const char *
prb_decided_word(const struct prb_decided *decided)
{
	static const char *const words[] = {
		[PRB_HIT_MATCH] = "same",
		[PRB_HIT_DIFFERENT] = "different",
		[PRB_DECIDED_CONFIRMED] = "confirmed",
	};

	assert(decided->decision != PRB_HIT_POSSIBLE && decided->decision < COUNT(words));
	return words[decided->decision];
}

const char *
prb_listing_effect_word(enum prb_listing_effect effect)
{
	assert((size_t)effect < COUNT(effect_words));
	return effect_words[effect];
}
