/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_HEADINGS_H
#define PRB_RENDER_HEADINGS_H

#include "clients/render/lang.h"
#include "scoring/base/text.h"

/*
 * The headings of the Harmonized System in the languages that the nomenclature in use has not: our
 * own words (names/headings.csv), for reading alone.
 */

/* What a heading (four digits) or a chapter (two) is called. p is NULL in English, where the
 * nomenclature speaks itself, and for what the table lacks. Up to the first `;` it names the good
 * by itself. Lasts as long as the program; any thread may ask. */
struct prb_span prb_heading_name(enum prb_lang lang, struct prb_span hs);

#endif
