/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_SHOP_H
#define PRB_HANDLERS_SHOP_H

/*
 * The page for somebody in a shop: shop.c reads what is asked, shop_form.c writes the form with it,
 * shop_answer.c the answer. All of it works without a script. What was asked stands again in the
 * fields of the form and, where it is a product that is known, once and short behind the word
 * "Product": a link must not be able to put words into this server's mouth.
 */

#include "clients/render/html_escape.h"
#include "service/handlers/product.h"

/* What somebody typed, and what is wrong with it: keys of texts, NULL where nothing is. */
struct prb_shop_asked {
	struct prb_span q, origin; /* n 0: nothing */
	const char *q_fault, *origin_fault;
	int near; /* of an unknown origin: the country that may have been meant; -1: none */
};

/*
 * Each of these appends to the reply's body, in exchange->lang.
 */

/* The page up to its mark; its links to itself in other languages take along what was asked, so
 * that they do so without a script. `country` is of the origin, -1 where it is not known. */
void prb_shop_begin(struct prb_exchange *exchange, const struct prb_page_file *file,
	const struct prb_shop_asked *asked, int country);
void prb_shop_form(
	struct prb_exchange *exchange, const struct prb_shop_asked *asked, bool answered);
/* False where there was no memory. */
bool prb_shop_answer(struct prb_exchange *exchange, const struct prb_shop_asked *asked,
	const struct prb_lookup *lookup);

/* A text of clients/render, in HTML; uses the desk's text. */
void prb_shop_say(struct prb_exchange *exchange, const char *prefix, const char *key,
	const struct prb_span *args, size_t args_count);
/* The same of the page's own texts, between two pieces of HTML. */
void prb_shop_put(
	struct prb_exchange *exchange, const char *before, const char *key, const char *behind);
void prb_shop_country(struct prb_exchange *exchange, int country);
/* The address of this page for a product and a country (-1: none), in the same language. */
void prb_shop_link(struct prb_exchange *exchange, struct prb_span q, int country);

#endif
