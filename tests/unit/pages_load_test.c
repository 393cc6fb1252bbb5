/* SPDX-License-Identifier: Apache-2.0 */
/* Folders of pages: what is found in a good one, what is said of a bad one, and that the n-th
 * allocation may fail on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "service/pages/pages.h"
#include "tests/unit/wrapped_malloc.h"

#define NOW INT64_C(1782820800) /* 2026-06-30T12:00:00Z */
#define ROUNDS_MAX 2000
#define PATH_BYTES 300

static char dir[] = "/tmp/probity-pages-test-XXXXXX";
static struct prb_fault fault;

static const char *
path_of(const char *name)
{
	static char path[PATH_BYTES];

	assert_true(snprintf(path, sizeof path, "%s/%s", dir, name) < (int)sizeof path);
	return path;
}

static void
put(const char *name, const char *bytes, size_t n)
{
	FILE *file = fopen(path_of(name), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

static void
put_text(const char *name, const char *text)
{
	put(name, text, strlen(text));
}

/* A page in every language. */
static void
put_page(const char *page, const char *text)
{
	static const char *const tags[] = {"ar", "en", "es", "fr", "ru", "zh"};
	char name[64];

	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
		snprintf(name, sizeof name, "pages/%s.%s.html", page, tags[i]);
		put_text(name, text);
	}
}

static void
take_away(const char *name)
{
	assert_int_equal(remove(path_of(name)), 0);
}

static struct prb_pages *
load(void)
{
	struct prb_pages *pages = NULL;

	if (prb_pages_load(dir, NOW, &pages, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
	return pages;
}

static void
refuses(enum prb_err err, const char *why)
{
	struct prb_pages *pages = NULL;

	assert_int_equal(prb_pages_load(dir, NOW, &pages, &fault), err);
	assert_null(pages);
	if (strstr(fault.detail, why) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", fault.detail, why);
}

/* ---- a good folder ---- */

static void
found(void **state)
{
	static const struct {
		const char *name, *type;
	} assets[] = {
		{"a-1.css", "text/css; charset=utf-8"},
		{"a-1.js", "text/javascript; charset=utf-8"},
		{"a-1.json", "application/json"},
		{"a-1.png", "image/png"},
		{"a-1.svg", "image/svg+xml"},
		{"a-1.wasm", "application/wasm"},
		{"a-1.woff2", "font/woff2"},
	};
	const struct prb_page_file *file, *other;
	struct prb_pages *pages, *again;

	(void)state;
	for (size_t i = 0; i < sizeof assets / sizeof assets[0]; i++) {
		char name[64];

		snprintf(name, sizeof name, "assets/%s", assets[i].name);
		put_text(name, assets[i].name);
	}
	put_text("notes.txt", "not looked at");
	pages = load();
	assert_int_equal(prb_pages_since(pages), NOW);
	assert_int_equal(prb_pages_count(pages), 12 + 7);
	file = prb_pages_find(pages, PRB_PAGE_shop, PRB_LANG_ar);
	assert_non_null(file);
	assert_true(prb_span_is(file->name, "shop.ar.html"));
	assert_true(prb_span_is(file->bytes, "<p><!--shop--></p>"));
	assert_int_equal(file->mark, 3);
	assert_null(file->packed.p);
	assert_string_equal(file->type, "text/html; charset=utf-8");
	other = prb_pages_find(pages, PRB_PAGE_index, PRB_LANG_zh);
	assert_int_equal(file->etag.n, 34);
	assert_false(prb_span_equal(file->etag, other->etag));
	assert_null(prb_pages_find(pages, PRB_PAGE_worker, PRB_LANG_en));
	for (size_t i = 0; i < sizeof assets / sizeof assets[0]; i++) {
		file = prb_pages_asset(pages, prb_span_of(assets[i].name));
		assert_non_null(file);
		assert_string_equal(file->type, assets[i].type);
		assert_true(prb_span_is(file->bytes, assets[i].name));
	}
	assert_null(prb_pages_asset(pages, PRB_SPAN("a-1")));
	assert_null(prb_pages_asset(pages, PRB_SPAN("../pages/shop.ar.html")));
	assert_null(prb_pages_asset(pages, PRB_SPAN("shop.ar.html")));
	again = load();
	assert_true(prb_pages_same(pages, again));
	prb_pages_drop(again);
	put_text("assets/a-1.css", "a-1.csz");
	again = load();
	assert_false(prb_pages_same(pages, again));
	assert_false(prb_pages_same(pages, NULL));
	assert_true(prb_pages_same(NULL, NULL));
	assert_ptr_equal(prb_pages_hold(pages), pages);
	prb_pages_drop(pages);
	assert_non_null(prb_pages_find(pages, PRB_PAGE_shop, PRB_LANG_ar));
	prb_pages_drop(pages);
	prb_pages_drop(again);
}

/* No pages at all are as good as none of those asked for. */
static void
none(void **state)
{
	(void)state;
	assert_null(prb_pages_hold(NULL));
	assert_null(prb_pages_find(NULL, PRB_PAGE_index, PRB_LANG_en));
	assert_null(prb_pages_asset(NULL, PRB_SPAN("a-1.js")));
	assert_int_equal(prb_pages_count(NULL), 0);
	prb_pages_drop(NULL);
}

/* What is large and says the same over and over is packed; what is noise is not. */
static void
packed(void **state)
{
	static char same[4000], noise[4000];
	const struct prb_page_file *file;
	struct prb_pages *pages;
	uint32_t random = 1;

	(void)state;
	memset(same, ' ', sizeof same);
	for (size_t i = 0; i < sizeof noise; i++) {
		random = random * 1664525 + 1013904223;
		noise[i] = (char)(random >> 24);
	}
	put("assets/same.js", same, sizeof same);
	put("assets/same.png", same, sizeof same);
	put("assets/noise.wasm", noise, sizeof noise);
	pages = load();
	file = prb_pages_asset(pages, PRB_SPAN("same.js"));
	assert_non_null(file->packed.p);
	assert_true(file->packed.n < 100);
	assert_memory_equal(file->packed.p, "\x1f\x8b", 2);
	assert_null(prb_pages_asset(pages, PRB_SPAN("same.png"))->packed.p);
	assert_null(prb_pages_asset(pages, PRB_SPAN("noise.wasm"))->packed.p);
	prb_pages_drop(pages);
	take_away("assets/same.js");
	take_away("assets/same.png");
	take_away("assets/noise.wasm");
}

/* ---- bad folders ---- */

static void
odd_files(void **state)
{
	(void)state;
	assert_int_equal(symlink("/etc/passwd", path_of("assets/link.js")), 0);
	refuses(PRB_ERR_CONFIG, "assets/link.js: a symbolic link");
	take_away("assets/link.js");
	assert_int_equal(mkfifo(path_of("assets/pipe.js"), 0600), 0);
	refuses(PRB_ERR_CONFIG, "assets/pipe.js: no plain file");
	take_away("assets/pipe.js");
	assert_int_equal(mkdir(path_of("assets/folder.js"), 0700), 0);
	refuses(PRB_ERR_CONFIG, "assets/folder.js: no plain file");
	take_away("assets/folder.js");
	put_text("assets/empty.js", "");
	refuses(PRB_ERR_CONFIG, "assets/empty.js: it is empty");
	take_away("assets/empty.js");
	put_text("assets/latin.js", "caf\xe9");
	refuses(PRB_ERR_CONFIG, "assets/latin.js: it is not UTF-8");
	take_away("assets/latin.js");
	put_text("assets/a.js.map", "{}");
	refuses(PRB_ERR_CONFIG, "assets/a.js.map: no kind of file");
	take_away("assets/a.js.map");
	put_text("assets/page.html", "<p>");
	refuses(PRB_ERR_CONFIG, "assets/page.html: no kind of file");
	take_away("assets/page.html");
}

static void
odd_names(void **state)
{
	static const char *const names[] = {"assets/.hidden.js", "assets/a b.js", "assets/a\nb.js",
		"assets/\xd8\xa7.js", "assets/..js", "assets/%2e%2e.js"};
	char name[16 + PRB_PAGES_NAME_BYTES_MAX] = "assets/";

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		put_text(names[i], "x");
		refuses(PRB_ERR_CONFIG, "it holds a name that is not of letters");
		take_away(names[i]);
	}
	memset(name + 7, 'a', PRB_PAGES_NAME_BYTES_MAX - 2);
	strcpy(name + 7 + PRB_PAGES_NAME_BYTES_MAX - 2, ".js");
	put_text(name, "x");
	refuses(PRB_ERR_CONFIG, "longer than 100 bytes");
	take_away(name);
}

static void
odd_pages(void **state)
{
	static const char *const names[] = {"pages/shop.html", "pages/shop.de.html",
		"pages/shop.en.js", "pages/home.en.html", "pages/shop.en.html.html",
		"pages/shopen.html"};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		put_text(names[i], "x");
		refuses(PRB_ERR_CONFIG, "no page of this server: NAME.LANG.html is wanted");
		take_away(names[i]);
	}
	take_away("pages/index.ru.html");
	refuses(PRB_ERR_CONFIG, "pages/index: it is not there in every language");
	put_text("pages/index.ru.html", "<p>");
	put_text("pages/shop.fr.html", "<p><!-- shop --></p>");
	refuses(PRB_ERR_CONFIG, "pages/shop.fr.html: it lacks the mark");
	put_text("pages/shop.fr.html", "<!--shop--><!--shop-->");
	refuses(PRB_ERR_CONFIG, "stands in it twice");
	put_text("pages/shop.fr.html", "<p><!--shop--></p>");
}

/* One byte more than one file, and then all files, may have. */
static void
large(void **state)
{
	FILE *file;
	char name[64];

	(void)state;
	for (int i = 0; i < 9; i++) {
		snprintf(name, sizeof name, "assets/large-%d.png", i);
		put_text(name, "x");
		assert_int_equal(truncate(path_of(name), (off_t)PRB_PAGES_FILE_BYTES_MAX), 0);
	}
	refuses(PRB_ERR_CONFIG, "with it the pages have more than 32 MiB");
	for (int i = 1; i < 9; i++) {
		snprintf(name, sizeof name, "assets/large-%d.png", i);
		take_away(name);
	}
	prb_pages_drop(load());
	file = fopen(path_of("assets/large-0.png"), "a");
	assert_non_null(file);
	assert_int_equal(fputc('x', file), 'x');
	assert_int_equal(fclose(file), 0);
	refuses(PRB_ERR_CONFIG, "assets/large-0.png: it has more than 4 MiB");
	take_away("assets/large-0.png");
}

static void
many(void **state)
{
	char name[64];

	(void)state;
	for (int i = 0; i < PRB_PAGES_FILES_MAX; i++) {
		snprintf(name, sizeof name, "assets/many-%d.js", i);
		put_text(name, "x");
	}
	refuses(PRB_ERR_CONFIG, "it holds more files than pages need");
	for (int i = 0; i < PRB_PAGES_FILES_MAX; i++) {
		snprintf(name, sizeof name, "assets/many-%d.js", i);
		take_away(name);
	}
}

static void
odd_folders(void **state)
{
	char away[PATH_BYTES], there[PATH_BYTES];
	struct prb_pages *pages = NULL;

	(void)state;
	assert_int_equal(prb_pages_load("/nowhere/at/all", NOW, &pages, &fault), PRB_ERR_IO);
	assert_non_null(strstr(fault.detail, "/nowhere/at/all/pages: No such file"));
	strcpy(there, path_of("assets"));
	strcpy(away, path_of("other"));
	assert_int_equal(rename(there, away), 0);
	refuses(PRB_ERR_IO, "assets: No such file");
	assert_int_equal(symlink(away, there), 0);
	refuses(PRB_ERR_IO, "assets: Not a directory");
	assert_int_equal(unlink(there), 0);
	assert_int_equal(rename(away, there), 0);
	prb_pages_drop(load());
}

/* ---- memory ---- */

static void
memory(void **state)
{
	struct prb_pages *pages = NULL;
	enum prb_err err = PRB_ERR_MEMORY;
	long n = 0;

	(void)state;
	while (err != PRB_OK && n < ROUNDS_MAX) {
		allocations_left = n++;
		err = prb_pages_load(dir, NOW, &pages, &fault);
		allocations_left = -1;
		assert_true(err == PRB_OK || (err == PRB_ERR_MEMORY && pages == NULL));
	}
	assert_int_equal(err, PRB_OK);
	assert_true(n > 3);
	prb_pages_drop(pages);
}

static int
setup(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL || mkdir(path_of("pages"), 0700) != 0 ||
		mkdir(path_of("assets"), 0700) != 0)
		return -1;
	put_page("index", "<p>");
	put_page("shop", "<p><!--shop--></p>");
	return 0;
}

static int
teardown(void **state)
{
	char command[PATH_BYTES];

	(void)state;
	snprintf(command, sizeof command, "rm -rf -- '%s'", dir);
	return system(command);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(found),
		cmocka_unit_test(none),
		cmocka_unit_test(packed),
		cmocka_unit_test(odd_files),
		cmocka_unit_test(odd_names),
		cmocka_unit_test(odd_pages),
		cmocka_unit_test(large),
		cmocka_unit_test(many),
		cmocka_unit_test(odd_folders),
		cmocka_unit_test(memory),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
