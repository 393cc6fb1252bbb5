/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/names/fold.h"

#include <string.h>

#define MAGIC "PRBF"
#define VERSION 1U
#define HEADER_BYTES 16U
#define DIRECTORY_PAGES 4352U /* 0x110000 / 256 */
#define DIRECTORY_BYTES (DIRECTORY_PAGES * 2U)
#define PAGE_ENTRIES 256U
#define PAGE_BYTES (PAGE_ENTRIES * 4U)
#define ENTRY_UNCHANGED 0xFFFFFFFFU
#define RUN_BYTES 128U

static uint32_t
read_u32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t
read_u16(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static bool
entries_fit(const unsigned char *pages, size_t count, const char *strings, uint32_t strings_bytes)
{
	for (size_t i = 0; i < count * PAGE_ENTRIES; i++) {
		uint32_t entry = read_u32(pages + i * 4);
		uint32_t length = entry >> 24, offset = entry & 0xFFFFFFU;

		if (entry == ENTRY_UNCHANGED)
			continue;
		if (offset > strings_bytes || length > strings_bytes - offset)
			return false;
		if (prb_utf8_check(strings + offset, length) != length)
			return false;
	}
	return true;
}

bool
prb_fold_table_open(struct prb_fold_table *table, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	uint32_t pages, strings_bytes;

	if (n < HEADER_BYTES + DIRECTORY_BYTES || memcmp(p, MAGIC, 4) != 0 ||
		read_u32(p + 4) != VERSION)
		return false;
	pages = read_u32(p + 8);
	strings_bytes = read_u32(p + 12);
	if (pages > DIRECTORY_PAGES || n != (size_t)HEADER_BYTES + DIRECTORY_BYTES +
						       (size_t)pages * PAGE_BYTES + strings_bytes)
		return false;
	for (size_t i = 0; i < DIRECTORY_PAGES; i++)
		if (read_u16(p + HEADER_BYTES + i * 2) > pages)
			return false;
	p += HEADER_BYTES + DIRECTORY_BYTES;
	if (!entries_fit(p, pages, (const char *)p + (size_t)pages * PAGE_BYTES, strings_bytes))
		return false;
	table->bytes = bytes;
	table->n = n;
	return true;
}

/* What the table says of a character: its replacement, or p = NULL where it stays as it is. */
static struct prb_span
lookup(const struct prb_fold_table *table, uint32_t code_point)
{
	const unsigned char *p = table->bytes;
	uint32_t page = read_u16(p + HEADER_BYTES + (size_t)(code_point >> 8) * 2);
	uint32_t entry;

	if (page == 0)
		return PRB_SPAN_NONE;
	entry = read_u32(p + HEADER_BYTES + DIRECTORY_BYTES + (size_t)(page - 1) * PAGE_BYTES +
			 (size_t)(code_point & 0xFFU) * 4);
	if (entry == ENTRY_UNCHANGED)
		return PRB_SPAN_NONE;
	p += HEADER_BYTES + DIRECTORY_BYTES + (size_t)read_u32(p + 8) * PAGE_BYTES;
	return (struct prb_span){(const char *)p + (entry & 0xFFFFFFU), entry >> 24};
}

/* Gathers output in short runs: one call into prb_str for many characters. */
struct folder {
	struct prb_str *out;
	bool blanks;  /* words stay apart */
	bool pending; /* a separator was met behind the last word */
	bool any;
	size_t n;
	char run[RUN_BYTES];
};

static void
flush(struct folder *f)
{
	prb_str_add(f->out, f->run, f->n);
	f->n = 0;
}

static void
put(struct folder *f, const char *p, size_t n)
{
	if (f->n + n + 1 > RUN_BYTES)
		flush(f);
	if (f->pending && f->any && f->blanks)
		f->run[f->n++] = ' ';
	f->pending = false;
	f->any = true;
	if (n + 1 > RUN_BYTES) {
		flush(f);
		prb_str_add(f->out, p, n);
		return;
	}
	memcpy(f->run + f->n, p, n);
	f->n += n;
}

/* The table says the same of ASCII; this is its shortcut. */
static void
put_ascii(struct folder *f, unsigned char c)
{
	char letter;

	if (c >= 'A' && c <= 'Z')
		letter = (char)(c + ('a' - 'A'));
	else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
		letter = (char)c;
	else {
		f->pending = true;
		return;
	}
	put(f, &letter, 1);
}

static size_t
put_other(struct folder *f, const struct prb_fold_table *table, const char *p, size_t left)
{
	uint32_t code_point;
	size_t n = prb_utf8_decode(p, left, &code_point);
	struct prb_span folded;

	if (n == 0) {
		f->pending = true;
		return 1;
	}
	folded = lookup(table, code_point);
	if (!folded.p)
		put(f, p, n);
	else if (folded.n == 1 && folded.p[0] == ' ')
		f->pending = true;
	else if (folded.n > 0)
		put(f, folded.p, folded.n);
	return n;
}

static void
fold(const struct prb_fold_table *table, struct prb_span text, struct prb_str *out, bool blanks)
{
	struct folder f = {.out = out, .blanks = blanks};
	size_t i = 0;

	while (i < text.n) {
		unsigned char c = (unsigned char)text.p[i];

		if (c < 0x80) {
			put_ascii(&f, c);
			i++;
		} else {
			i += put_other(&f, table, text.p + i, text.n - i);
		}
	}
	flush(&f);
}

void
prb_fold(const struct prb_fold_table *table, struct prb_span text, struct prb_str *out)
{
	fold(table, text, out, true);
}

void
prb_fold_key(const struct prb_fold_table *table, struct prb_span text, struct prb_str *out)
{
	fold(table, text, out, false);
}
