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

static const char ascii_folded[] = "0123456789abcdefghijklmnopqrstuvwxyz";

/* The table says the same of ASCII; this is its shortcut. */
static struct prb_span
fold_ascii(unsigned char c)
{
	if (c >= 'a' && c <= 'z')
		return (struct prb_span){ascii_folded + 10 + (c - 'a'), 1};
	if (c >= 'A' && c <= 'Z')
		return (struct prb_span){ascii_folded + 10 + (c - 'A'), 1};
	if (c >= '0' && c <= '9')
		return (struct prb_span){ascii_folded + (c - '0'), 1};
	return PRB_SPAN_NONE;
}

size_t
prb_fold_character(const struct prb_fold_table *table, const char *p, size_t n,
	uint32_t *code_point, struct prb_span *folded)
{
	size_t bytes;

	if ((unsigned char)*p < 0x80) {
		*code_point = (unsigned char)*p;
		*folded = fold_ascii((unsigned char)*p);
		return 1;
	}
	bytes = prb_utf8_decode(p, n, code_point);
	*folded = PRB_SPAN_NONE;
	if (bytes == 0) {
		*code_point = 0;
		return 1;
	}
	*folded = lookup(table, *code_point);
	if (!folded->p)
		*folded = (struct prb_span){p, bytes};
	else if (folded->n == 1 && folded->p[0] == ' ')
		*folded = PRB_SPAN_NONE;
	return bytes;
}

static void
fold(const struct prb_fold_table *table, struct prb_span text, struct prb_str *out, bool blanks)
{
	struct folder f = {.out = out, .blanks = blanks};
	struct prb_span folded;
	uint32_t code_point;

	for (size_t i = 0; i < text.n;) {
		i += prb_fold_character(table, text.p + i, text.n - i, &code_point, &folded);
		if (!folded.p)
			f.pending = true;
		else if (folded.n > 0)
			put(&f, folded.p, folded.n);
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
