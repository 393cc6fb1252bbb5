/* SPDX-License-Identifier: Apache-2.0 */
/* What was read into a declaration: a reader must be able to object to it. */
#include <stdio.h>
#include <string.h>

#include "scoring/rules/report_parts.h"

#define CODES_SHOWN_MAX 4

static void
write_assumption(struct prb_writer *w, const char *key, const char *at, const char *first,
	const char *second)
{
	prb_writer_object(w);
	prb_writer_key(w, "args");
	prb_writer_array(w);
	if (first != NULL)
		prb_writer_text(w, first);
	if (second != NULL)
		prb_writer_text(w, second);
	prb_writer_end(w);
	prb_writer_member_text(w, "at", at);
	prb_writer_member_text(w, "key", key);
	prb_writer_end(w);
}

/* A place: a country word that was guessed, a region that was read from other words than a declared
 * region. */
static void
write_place(struct prb_writer *w, const struct prb_result *r, const struct prb_place *place,
	const char *at, const char *country)
{
	char pointer[96];

	if (place->country_assumed) {
		snprintf(pointer, sizeof pointer, "%s/%s", at, country);
		write_assumption(w, "country_assumed", pointer,
			r->reference->countries[place->country].iso3, NULL);
	}
	if (place->region[0] != '\0' && strcmp(place->region_basis, "declared") != 0)
		write_assumption(w, "region_read", at, place->region_basis, place->region);
}

static void
write_goods(struct prb_writer *w, const struct prb_result *r, const struct prb_goods_facts *goods,
	const char *at, bool is_product)
{
	char codes[CODES_SHOWN_MAX * (PRB_HS_BYTES + 1) + 8] = "";
	size_t n = 0;

	write_place(w, r, &goods->origin, at, "origin");
	/* Only of products: an input without an origin is taken to come from nowhere. */
	if (is_product && goods->origin.country == PRB_COUNTRY_NONE)
		write_assumption(w, "origin_of_place", at, NULL, NULL);
	if (goods->basis != PRB_HS_KEYWORD && goods->basis != PRB_HS_BROAD)
		return;
	for (uint8_t i = 0; i < goods->hs_count && i < CODES_SHOWN_MAX; i++)
		n += (size_t)snprintf(
			codes + n, sizeof codes - n, "%s%s", i ? ", " : "", goods->hs[i]);
	if (goods->hs_count > CODES_SHOWN_MAX)
		snprintf(codes + n, sizeof codes - n, " ...");
	write_assumption(w,
		goods->basis == PRB_HS_BROAD ? "goods_from_broad_words" : "goods_from_words", at,
		codes, NULL);
}

void
prb_report_assumptions(struct prb_writer *w, const struct prb_result *r)
{
	char at[64];

	prb_writer_key(w, "assumptions");
	prb_writer_array(w);
	write_place(w, r, &r->facts->supplier, "/supplier", "country");
	for (size_t i = 0; i < r->declaration->sites_count; i++) {
		snprintf(at, sizeof at, "/sites/%zu", i);
		write_place(w, r, &r->facts->sites[i], at, "country");
	}
	for (size_t i = 0; i < r->declaration->products_count; i++) {
		snprintf(at, sizeof at, "/products/%zu", i);
		write_goods(w, r, &r->facts->products[i].goods, at, true);
		for (size_t j = 0; j < r->declaration->products[i].inputs_count; j++) {
			snprintf(at, sizeof at, "/products/%zu/inputs/%zu", i, j);
			write_goods(w, r, &r->facts->products[i].inputs[j], at, false);
		}
	}
	prb_writer_end(w);
}
