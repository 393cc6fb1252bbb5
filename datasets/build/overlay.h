/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_BUILD_OVERLAY_H
#define PRB_BUILD_OVERLAY_H

/*
 * Overlays: components of `where` from the user's own copy of a table that the project does not
 * ship (overlays.def).
 *
 * A release that is built without one has no row of it, neither figure nor weight, and so the same
 * name and the same reports as before there were overlays.
 */

#include "datasets/build/sources.h"
#include "scoring/model/reference.h"

/* The name on the command line, and what is said of it. */
const char *prb_overlay_name(enum prb_overlay overlay);
/* PRB_OVERLAYS where there is none of that name. */
enum prb_overlay prb_overlay_find(struct prb_span name);

struct prb_overlay_words {
	const char *title, *publisher, *edition, *licence;
};
const struct prb_overlay_words *prb_overlay_words(enum prb_overlay overlay);

/* The overlay that a table holds; PRB_OVERLAYS for a table of the folder. */
enum prb_overlay prb_overlay_of_table(enum prb_source_table table);
/* False for a table of an overlay that was not named. */
bool prb_overlay_is_read(const struct prb_sources *s, enum prb_source_table table);

/* Whether the release is to have this component: every one that is no overlay, and those of the
 * overlays that are read. */
bool prb_overlay_has(const struct prb_sources *s, struct prb_span component);

/* The component of a country from its overlay, on the scale of method_anchors.csv: true with a
 * value, else it is missing. Source and `verified` (false: nobody but the user has seen the file)
 * are set; texts are borrowed from the sources. */
bool prb_overlay_value(struct prb_sources *s, enum prb_component component, const char *iso3,
	struct prb_where_value *value);

#endif
