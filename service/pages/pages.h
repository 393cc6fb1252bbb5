/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_PAGES_H
#define PRB_PAGES_H

/*
 * The pages for people: ready files, one for each page and language, and what they load. A folder
 * is read as a whole when the server starts and whenever it is told to read again; what was read
 * never changes, is held by whoever answers with it, and is gone when the last has dropped it. No
 * request ever touches the folder.
 */

#include "clients/render/lang.h"
#include "scoring/base/fault.h"
#include "scoring/base/text.h"

#define PRB_PAGES_FILES_MAX 512 /* of assets */
#define PRB_PAGES_NAME_BYTES_MAX 100
#define PRB_PAGES_FILE_BYTES_MAX ((size_t)4 * 1024 * 1024)
#define PRB_PAGES_BYTES_MAX ((size_t)32 * 1024 * 1024) /* of all files together */

enum prb_page {
#define PRB_PAGE(name, camera, wasm, mark) PRB_PAGE_##name,
#include "service/pages/pages.def"
#undef PRB_PAGE
	PRB_PAGES
};

/* A row of pages.def. */
struct prb_page_facts {
	const char *name;
	bool uses_camera, uses_wasm;
	struct prb_span mark; /* n 0: none */
};
const struct prb_page_facts *prb_page_facts(enum prb_page page);

struct prb_page_file {
	struct prb_span name;   /* "shop.ar.html", "shop-B3xk1.js" */
	const char *type;       /* Content-Type */
	struct prb_span bytes;  /* as in the folder */
	struct prb_span packed; /* in gzip; p NULL: not worth it */
	struct prb_span etag;   /* strong, with its quotes */
	size_t mark;            /* where the page's mark stands in `bytes`; without one 0 */
};

struct prb_pages;

/*
 * Reads DIR/pages and DIR/assets; nothing else in the folder is looked at. `now` is what
 * prb_pages_since will say. PRB_ERR_CONFIG with what is wrong with which file, PRB_ERR_IO where one
 * cannot be read, PRB_ERR_MEMORY. A page may be missing, but then in every language; there must be
 * one page at least.
 */
enum prb_err prb_pages_load(
	const char *dir, int64_t now, struct prb_pages **out, struct prb_fault *fault);

/* From any thread. What is given may be NULL: no pages. */
struct prb_pages *prb_pages_hold(struct prb_pages *pages);
void prb_pages_drop(struct prb_pages *pages);

/* NULL where there is none, also where `pages` is NULL. It lives as long as `pages` is held. */
const struct prb_page_file *prb_pages_find(
	const struct prb_pages *pages, enum prb_page page, enum prb_lang lang);
const struct prb_page_file *prb_pages_asset(const struct prb_pages *pages, struct prb_span name);

/* Whether two have the same files, byte by byte; either may be NULL. */
bool prb_pages_same(const struct prb_pages *a, const struct prb_pages *b);
/* How many files, and when they were read: seconds since 1970. */
size_t prb_pages_count(const struct prb_pages *pages);
int64_t prb_pages_since(const struct prb_pages *pages);

#endif
