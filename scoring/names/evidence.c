/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/names/evidence.h"

/* Shares in thousandths, ours, tuned with the others (compare.c). */
enum {
	WHOLE = 1000,
	COUNTRY_DIFFERS = 850,
	COUNTRY_DIFFERS_GENERIC = 650,
	PLACE_DIFFERS = 970,
	PLACE_DIFFERS_GENERIC = 700,
	PLACE_GAIN = 300, /* of what is missing to the whole */
	IDENTIFIER_DIFFERS = 900,
};
/* An equal place says nothing of names that are not alike. */
#define PLACE_GAIN_MIN 600000
/* Names so alike are one although a word of theirs is unsure or left over. */
#define SIMILARITY_SURE 930000
#define ADDRESS_EQUAL_MIN 650000
#define ADDRESS_DIFFERS_MAX 250000
#define ADDRESS_WORDS_MIN 3

static int32_t
share(int32_t similarity, int32_t permille)
{
	return (int32_t)((int64_t)similarity * permille / WHOLE);
}

static int32_t
weigh(const struct prb_name_evidence *e)
{
	int32_t similarity = e->similarity_ppm;

	if (e->country == PRB_BESIDE_DIFFERS)
		similarity =
			share(similarity, e->generic ? COUNTRY_DIFFERS_GENERIC : COUNTRY_DIFFERS);
	else if ((e->place == PRB_BESIDE_EQUAL || e->identifier == PRB_BESIDE_EQUAL) &&
		 similarity >= PLACE_GAIN_MIN)
		similarity += share(PRB_SIMILARITY_MAX - similarity, PLACE_GAIN);
	if (e->place == PRB_BESIDE_DIFFERS)
		similarity = share(similarity, e->generic ? PLACE_DIFFERS_GENERIC : PLACE_DIFFERS);
	if (e->identifier == PRB_BESIDE_DIFFERS)
		similarity = share(similarity, IDENTIFIER_DIFFERS);
	return similarity;
}

/* A short name has to be equal; others are one where they are very much alike. */
static bool
is_doubtful(const struct prb_name_evidence *e)
{
	return (e->doubt == PRB_DOUBT_WORD && e->similarity_ppm < SIMILARITY_SURE) ||
	       (e->doubt == PRB_DOUBT_SHORT && e->similarity_ppm < PRB_SIMILARITY_MAX);
}

struct prb_name_verdict
prb_name_decide(const struct prb_name_evidence *e)
{
	struct prb_name_verdict verdict = {
		.similarity_ppm = weigh(e), .decision = PRB_NAME_POSSIBLE};
	bool equal = e->similarity_ppm == PRB_SIMILARITY_MAX;

	if (verdict.similarity_ppm < PRB_SIMILARITY_POSSIBLE) {
		verdict.decision = PRB_NAME_NONE;
		verdict.because = "name_differs";
	} else if (verdict.similarity_ppm < PRB_SIMILARITY_MATCH &&
		   e->country != PRB_BESIDE_DIFFERS) {
		verdict.because = "name_alike";
	} else if (e->country == PRB_BESIDE_MISSING) {
		verdict.because =
			e->entry_has_country ? "country_missing" : "entry_country_missing";
	} else if (e->country == PRB_BESIDE_DIFFERS) {
		verdict.because =
			equal ? "name_equal_country_differs" : "name_alike_country_differs";
	} else if (e->identifier == PRB_BESIDE_DIFFERS) {
		verdict.because = "identifier_differs";
	} else if (e->place != PRB_BESIDE_EQUAL && e->identifier != PRB_BESIDE_EQUAL &&
		   (e->generic || is_doubtful(e))) {
		verdict.because = e->generic ? "name_generic" : "words_left_over";
	} else {
		verdict.decision = PRB_NAME_MATCH;
		verdict.because = e->identifier == PRB_BESIDE_EQUAL ? "identifier_same_company"
				  : e->place == PRB_BESIDE_EQUAL    ? "name_country_and_city_equal"
								    : "name_and_country_equal";
	}
	return verdict;
}

int32_t
prb_name_similarity_least(int32_t similarity_min)
{
	return similarity_min < PLACE_GAIN_MIN ? similarity_min : PLACE_GAIN_MIN;
}

enum prb_beside
prb_addresses_compare(const struct prb_name *a, const struct prb_name *b)
{
	int32_t similarity;

	if (a->count == 0 || b->count == 0)
		return PRB_BESIDE_MISSING;
	similarity = prb_names_compare(a, b, NULL);
	if (similarity >= ADDRESS_EQUAL_MIN)
		return PRB_BESIDE_EQUAL;
	if (similarity == 0 ||
		(similarity <= ADDRESS_DIFFERS_MAX && a->count >= ADDRESS_WORDS_MIN &&
			b->count >= ADDRESS_WORDS_MIN))
		return PRB_BESIDE_DIFFERS;
	return PRB_BESIDE_MISSING;
}

const char *
prb_name_decision_word(enum prb_name_decision decision)
{
	static const char *const words[] = {"none", "possible", "match"};

	return words[decision];
}
