/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RULES_EXPOSURE_H
#define PRB_RULES_EXPOSURE_H

/*
 * Inherent and residual exposure: where, what, who (scoring/METHOD.md section 3). Inside
 * scoring/rules, and for scoring/validation.
 */

#include "scoring/rules/score.h"

/* What a report names as the source of a point that is a figure of the method. */
#define PRB_SOURCE_OF_IMPUTED "the method: method_constants"

enum prb_err prb_exposure_evaluate(struct prb_arena *arena, const struct prb_reference *reference,
	const struct prb_declaration *declaration, const struct prb_facts *facts,
	enum prb_declarant declarant, struct prb_exposure_result *out);

/* Inherent exposure of a party of which nothing is known but its country and what it delivers:
 * silence about the rest. */
prb_ppm prb_exposure_of_party(const struct prb_reference *reference, int16_t country,
	const struct prb_goods_facts *goods);

/* The five components of `what` for goods of an origin; the origin is declared, or else taken from
 * the site's country. */
void prb_exposure_what(const struct prb_reference *reference, const struct prb_product *product,
	const struct prb_product_facts *facts, int16_t origin, bool origin_declared,
	struct prb_value values[PRB_COMPONENTS]);

/* The eleven components of `who` where the country of the site is `country`. Reads the point of
 * GOOD_LISTED, and of the facts what was confirmed alone (NULL: nothing). */
void prb_exposure_who(const struct prb_reference *reference,
	const struct prb_declaration *declaration, const struct prb_facts *facts,
	enum prb_declarant declarant, int16_t country, struct prb_value values[PRB_COMPONENTS]);

/* The components of `where` of a country. */
void prb_exposure_where(const struct prb_reference *reference, int16_t country,
	struct prb_value values[PRB_COMPONENTS]);

/* A lens at its point, and what three of them make together. For scoring/validation, which scores
 * pairs of an origin and a good without a declaration. */
prb_ppm prb_exposure_lens(const struct prb_reference *reference,
	const struct prb_value values[PRB_COMPONENTS], enum prb_lens lens);
prb_ppm prb_exposure_of_lenses(
	const struct prb_reference *reference, const prb_ppm lens[PRB_LENSES]);

#endif
