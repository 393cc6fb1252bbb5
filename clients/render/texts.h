/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_TEXTS_H
#define PRB_RENDER_TEXTS_H

/*
 * Texts for people. Reports hold keys and arguments; here they become words. English only in this
 * version.
 */

#include <stdbool.h>

#include "scoring/base/text.h"

#define PRB_TEXT_ARGS_MAX 4

/* The pattern of "PREFIX.KEY"; NULL when there is none. */
const char *prb_text_find(const char *prefix, struct prb_span key);
/* Appends the text with its arguments put in; the bare key where there is no text for it. */
void prb_text_render(const char *prefix, struct prb_span key, const struct prb_span *args,
	size_t args_count, struct prb_str *out);

/* Appends text of unknown origin for a terminal or a page: control characters, and marks that turn
 * the direction of writing (which can make a name show as another), become '?'. Newlines stay where
 * `newlines` is set. */
void prb_text_safe(struct prb_span text, bool newlines, struct prb_str *out);

#endif
