/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "service/http/gzip.h"
#include "service/pages/inside.h"

/* Below this a packed file saves nobody a packet. */
#define PACKED_BYTES_MIN 1024
/* The files, what gzip leaves of them, their names and tags. */
#define ARENA_BYTES_MAX (2 * PRB_PAGES_BYTES_MAX + (size_t)4 * 1024 * 1024)
#define PAGE_FILES_MAX ((size_t)PRB_PAGES * PRB_LANGS)

struct type {
	const char *ending, *type;
	bool is_text; /* UTF-8, and worth packing */
};

/* What a page can load. No .map: it tells readers of the page nothing. */
static const struct type types[] = {
	{".css", "text/css; charset=utf-8", true},
	{".js", "text/javascript; charset=utf-8", true},
	{".json", "application/json", true},
	{".png", "image/png", false},
	{".svg", "image/svg+xml", true},
	{".wasm", "application/wasm", false},
	{".woff2", "font/woff2", false},
};
static const struct type html = {".html", "text/html; charset=utf-8", true};

struct loading {
	struct prb_pages *pages;
	struct prb_gzip *gzip;
	struct prb_str packed;
	crypto_hash_sha256_state all; /* of names and bytes */
	size_t bytes;                 /* of all files so far */
	const char *dir;
	struct prb_fault *fault;
};

static enum prb_err
no_memory(struct loading *l)
{
	return prb_fault_set(l->fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "memory ran out");
}

static enum prb_err
refuse(struct loading *l, const char *part, const char *name, const char *why)
{
	return prb_fault_set(l->fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL, "%s/%s%s%s: %s", l->dir,
		part, name[0] != '\0' ? "/" : "", name, why);
}

static enum prb_err
unreadable(struct loading *l, const char *part, const char *name, int error)
{
	if (error == ELOOP)
		return refuse(l, part, name, "a symbolic link; pages are read from plain files");
	return prb_fault_set(l->fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL, "%s/%s%s%s: %s", l->dir,
		part, name[0] != '\0' ? "/" : "", name, strerror(error));
}

/* ---- names ---- */

static bool
is_plain_name(const char *name)
{
	size_t n =
		strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

	return n != 0 && name[n] == '\0' && n <= PRB_PAGES_NAME_BYTES_MAX && name[0] != '.';
}

static bool
ends_with(const char *name, const char *ending)
{
	size_t n = strlen(name), m = strlen(ending);

	return n > m && strcmp(name + n - m, ending) == 0;
}

static const struct type *
type_of(const char *name)
{
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (ends_with(name, types[i].ending))
			return &types[i];
	return NULL;
}

static int
compare_files(const void *a, const void *b)
{
	return prb_span_compare(
		((const struct prb_page_file *)a)->name, ((const struct prb_page_file *)b)->name);
}

static enum prb_err
take_name(struct loading *l, const char *part, const char *name, struct prb_page_file *files,
	size_t max, size_t *count)
{
	/* Such a name is not repeated: what it holds is anybody's guess. */
	if (!is_plain_name(name))
		return refuse(l, part, "",
			"it holds a name that is not of letters, digits, '.', '_' and '-' alone, "
			"begins with '.', or is longer than 100 bytes");
	if (*count == max)
		return refuse(l, part, "", "it holds more files than pages need");
	files[*count].name = prb_arena_copy(l->pages->arena, prb_span_of(name));
	if (files[*count].name.p == NULL)
		return no_memory(l);
	(*count)++;
	return PRB_OK;
}

/* The names in a part of the folder, sorted, so that the order of a disk decides nothing. */
static enum prb_err
list(struct loading *l, const char *part, int fd, struct prb_page_file *files, size_t max,
	size_t *count)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	DIR *dir = own >= 0 ? fdopendir(own) : NULL;
	enum prb_err err = PRB_OK;
	const struct dirent *entry;

	if (dir == NULL) {
		if (own >= 0)
			(void)close(own);
		return unreadable(l, part, "", errno);
	}
	for (*count = 0; err == PRB_OK;) {
		errno = 0;
		entry = readdir(dir);
		if (entry == NULL)
			break;
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			err = take_name(l, part, entry->d_name, files, max, count);
	}
	if (err == PRB_OK && errno != 0)
		err = unreadable(l, part, "", errno);
	(void)closedir(dir);
	if (err == PRB_OK)
		qsort(files, *count, sizeof *files, compare_files);
	return err;
}

/* ---- files ---- */

/* All of it, into the arena: neither less nor more than its size says. */
static enum prb_err
take_bytes(struct loading *l, const char *part, struct prb_page_file *file, int fd, size_t size)
{
	char *at = prb_arena_alloc(l->pages->arena, size + 1);
	size_t n = 0;

	if (at == NULL)
		return no_memory(l);
	while (n < size + 1) {
		ssize_t got = read(fd, at + n, size + 1 - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return unreadable(l, part, file->name.p, errno);
		if (got == 0)
			break;
		n += (size_t)got;
	}
	if (n != size)
		return refuse(l, part, file->name.p, "it changed while it was read");
	file->bytes = (struct prb_span){at, size};
	return PRB_OK;
}

static enum prb_err
read_file(struct loading *l, const char *part, int folder, struct prb_page_file *file)
{
	/* Opening a FIFO or a device must not wait for anybody. */
	int fd = openat(folder, file->name.p, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	enum prb_err err;
	struct stat is;

	if (fd < 0)
		return unreadable(l, part, file->name.p, errno);
	if (fstat(fd, &is) != 0)
		err = unreadable(l, part, file->name.p, errno);
	else if (!S_ISREG(is.st_mode))
		err = refuse(l, part, file->name.p, "no plain file");
	else if (is.st_size <= 0)
		err = refuse(l, part, file->name.p, "it is empty");
	else if ((uintmax_t)is.st_size > PRB_PAGES_FILE_BYTES_MAX)
		err = refuse(l, part, file->name.p, "it has more than 4 MiB");
	else if ((size_t)is.st_size > PRB_PAGES_BYTES_MAX - l->bytes)
		err = refuse(l, part, file->name.p, "with it the pages have more than 32 MiB");
	else
		err = take_bytes(l, part, file, fd, (size_t)is.st_size);
	(void)close(fd);
	l->bytes += file->bytes.n;
	return err;
}

/* Strong, and the same for the same bytes wherever they are served. */
static enum prb_err
tag(struct loading *l, struct prb_page_file *file)
{
	uint8_t hash[PRB_SHA256_BYTES];
	char text[PRB_SHA256_HEX_BYTES + 2] = "\"";

	crypto_hash_sha256(hash, (const uint8_t *)file->bytes.p, file->bytes.n);
	/* The name's end counts: no two lists of names and bytes read the same. */
	crypto_hash_sha256_update(&l->all, (const uint8_t *)file->name.p, file->name.n + 1);
	crypto_hash_sha256_update(&l->all, hash, sizeof hash);
	/* Half of the hash tells two files apart. */
	prb_sha256_hex(hash, text + 1);
	text[33] = '"';
	text[34] = '\0';
	file->etag = prb_arena_copy(l->pages->arena, prb_span_of(text));
	return file->etag.p != NULL ? PRB_OK : no_memory(l);
}

static enum prb_err
pack(struct loading *l, struct prb_page_file *file)
{
	if (file->bytes.n < PACKED_BYTES_MIN)
		return PRB_OK;
	prb_str_reset(&l->packed);
	if (!prb_gzip_pack(l->gzip, &file->bytes, 1, &l->packed))
		return no_memory(l);
	if (l->packed.n >= file->bytes.n)
		return PRB_OK;
	file->packed = prb_arena_copy(l->pages->arena, prb_str_span(&l->packed));
	return file->packed.p != NULL ? PRB_OK : no_memory(l);
}

static enum prb_err
take_file(struct loading *l, const char *part, int folder, const struct type *type,
	struct prb_page_file *file)
{
	enum prb_err err = read_file(l, part, folder, file);

	if (err != PRB_OK)
		return err;
	file->type = type->type;
	if (type->is_text && prb_utf8_check(file->bytes.p, file->bytes.n) != file->bytes.n)
		return refuse(l, part, file->name.p, "it is not UTF-8");
	err = tag(l, file);
	/* What WebAssembly holds packs well, though it is no text. */
	if (err == PRB_OK && (type->is_text || ends_with(file->name.p, ".wasm")))
		err = pack(l, file);
	l->pages->count++;
	return err;
}

/* ---- pages ---- */

/* "shop.ar.html". */
static bool
read_page_name(struct prb_span name, enum prb_page *page, enum prb_lang *lang)
{
	const char *dot = memchr(name.p, '.', name.n);
	struct prb_span first, rest;

	if (dot == NULL)
		return false;
	first = (struct prb_span){name.p, (size_t)(dot - name.p)};
	rest = (struct prb_span){dot + 1, name.n - first.n - 1};
	if (rest.n != 7 || memcmp(rest.p + 2, ".html", 5) != 0)
		return false;
	*lang = prb_lang_find((struct prb_span){rest.p, 2});
	for (*page = 0; *page < PRB_PAGES; (*page)++)
		if (prb_span_is(first, prb_page_facts(*page)->name))
			return *lang != PRB_LANGS;
	return false;
}

static size_t
find(struct prb_span in, struct prb_span what, size_t from)
{
	for (size_t i = from; i + what.n <= in.n; i++)
		if (memcmp(in.p + i, what.p, what.n) == 0)
			return i;
	return in.n;
}

/* Where the server writes into the page: at one place, or it is another page than it was made for.
 */
static enum prb_err
find_mark(struct loading *l, enum prb_page page, struct prb_page_file *file)
{
	struct prb_span mark = prb_page_facts(page)->mark;

	if (mark.n == 0)
		return PRB_OK;
	file->mark = find(file->bytes, mark, 0);
	if (file->mark == file->bytes.n)
		return refuse(l, "pages", file->name.p, "it lacks the mark where the answer goes");
	if (find(file->bytes, mark, file->mark + mark.n) != file->bytes.n)
		return refuse(l, "pages", file->name.p,
			"the mark where the answer goes stands in it twice");
	return PRB_OK;
}

static enum prb_err
load_page(struct loading *l, int folder, struct prb_page_file *file)
{
	enum prb_page page;
	enum prb_lang lang;
	enum prb_err err;

	if (!read_page_name(file->name, &page, &lang))
		return refuse(l, "pages", file->name.p,
			"no page of this server: NAME.LANG.html is wanted, with LANG "
			"of " PRB_LANG_TAGS);
	err = take_file(l, "pages", folder, &html, file);
	if (err == PRB_OK)
		err = find_mark(l, page, file);
	l->pages->pages[page][lang] = file;
	return err;
}

static enum prb_err
check_languages(struct loading *l)
{
	for (enum prb_page page = 0; page < PRB_PAGES; page++) {
		size_t there = 0;

		for (enum prb_lang lang = 0; lang < PRB_LANGS; lang++)
			there += l->pages->pages[page][lang] != NULL;
		if (there != 0 && there != PRB_LANGS)
			return refuse(l, "pages", prb_page_facts(page)->name,
				"it is not there in every language: " PRB_LANG_TAGS);
	}
	return l->pages->count != 0 ? PRB_OK : refuse(l, "pages", "", "there is no page");
}

static enum prb_err
load_assets(struct loading *l, int folder)
{
	struct prb_pages *p = l->pages;
	enum prb_err err =
		list(l, "assets", folder, p->assets, PRB_PAGES_FILES_MAX, &p->assets_count);

	for (size_t i = 0; err == PRB_OK && i < p->assets_count; i++) {
		const struct type *type = type_of(p->assets[i].name.p);

		err = type != NULL ? take_file(l, "assets", folder, type, &p->assets[i])
				   : refuse(l, "assets", p->assets[i].name.p,
					     "no kind of file that pages load: css, js, json, png, "
					     "svg, wasm, woff2");
	}
	return err;
}

static enum prb_err
load_pages(struct loading *l, int folder)
{
	struct prb_page_file *files =
		prb_arena_array(l->pages->arena, PAGE_FILES_MAX, sizeof *files);
	size_t count = 0;
	enum prb_err err = files != NULL ? list(l, "pages", folder, files, PAGE_FILES_MAX, &count)
					 : no_memory(l);

	for (size_t i = 0; err == PRB_OK && i < count; i++)
		err = load_page(l, folder, &files[i]);
	return err == PRB_OK ? check_languages(l) : err;
}

static enum prb_err
load_part(struct loading *l, const char *part, enum prb_err (*load)(struct loading *, int))
{
	char path[4200];
	enum prb_err err;
	int fd;

	if (snprintf(path, sizeof path, "%s/%s", l->dir, part) >= (int)sizeof path)
		return refuse(l, part, "", "the path is too long");
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return unreadable(l, part, "", errno);
	err = load(l, fd);
	(void)close(fd);
	return err;
}

/* ---- the whole ---- */

static struct prb_pages *
create(int64_t now)
{
	struct prb_pages *p = calloc(1, sizeof *p);

	if (p == NULL)
		return NULL;
	atomic_init(&p->holders, 1);
	p->since = now;
	p->arena = prb_arena_create(ARENA_BYTES_MAX);
	if (p->arena != NULL)
		p->assets = prb_arena_array(p->arena, PRB_PAGES_FILES_MAX, sizeof *p->assets);
	if (p->assets != NULL)
		return p;
	prb_pages_drop(p);
	return NULL;
}

enum prb_err
prb_pages_load(const char *dir, int64_t now, struct prb_pages **out, struct prb_fault *fault)
{
	struct loading l = {.dir = dir, .fault = fault};
	enum prb_err err;

	l.pages = create(now);
	l.gzip = prb_gzip_create(PRB_GZIP_SMALL);
	prb_str_init(&l.packed, 2 * PRB_PAGES_FILE_BYTES_MAX);
	crypto_hash_sha256_init(&l.all);
	err = l.pages != NULL && l.gzip != NULL ? load_part(&l, "pages", load_pages)
						: no_memory(&l);
	if (err == PRB_OK)
		err = load_part(&l, "assets", load_assets);
	if (err == PRB_OK) {
		crypto_hash_sha256_final(&l.all, l.pages->hash);
		*out = l.pages;
	} else
		prb_pages_drop(l.pages);
	prb_str_finish(&l.packed);
	prb_gzip_destroy(l.gzip);
	return err;
}
