/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_EMBEDDED_H
#define PRB_RENDER_EMBEDDED_H

/* Files that stand in the program byte by byte: the build writes embedded.c from them. */

#include <stddef.h>

struct prb_embedded {
	const unsigned char *bytes;
	size_t n;
};

#define PRB_LANG(tag, locale, rtl) extern const struct prb_embedded prb_embedded_##tag;
#include "clients/render/langs.def"
#undef PRB_LANG
extern const struct prb_embedded prb_embedded_countries;
extern const struct prb_embedded prb_embedded_goods;
extern const struct prb_embedded prb_embedded_headings; /* large: in a part of its own */
extern const struct prb_embedded prb_embedded_indicator_names;
extern const struct prb_embedded prb_embedded_laws;
extern const struct prb_embedded prb_embedded_lists;

#endif
