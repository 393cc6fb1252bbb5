/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_NAMES_FOLD_H
#define PRB_NAMES_FOLD_H

/*
 * Folding of names: what makes two spellings of one name equal.
 *
 * Each code point is replaced by what the release's own table says (NFKC case fold, then
 * transliteration to Latin without marks, written by `data build`), with a shortcut for ASCII. So
 * the same bytes come out whatever Unicode library is installed. The table is borrowed; it may
 * point into a memory map and is read byte by byte, never as wider integers. The surprise: folding
 * goes character by character, so it is not the transliteration of whole words ("新疆" folds to
 * "xinjiang", one word; a letter and a combining mark behind it fold like the letter alone).
 */

#include <stdint.h>

#include "scoring/base/text.h"

/*
 * The table's bytes: magic "PRBF", u32 version 1, u32 pages count P, u32 bytes of strings, then
 * 4352 u16 page numbers (one for each 256 code points of 0..0x10FFFF; page 0 is "unchanged"), then
 * P pages of 256 u32 entries (length << 24 | offset into strings; the entry 0xFFFFFFFF means
 * "unchanged"; length 0 means "dropped"; the string " " means "parts words"), then the strings. All
 * little-endian.
 */
struct prb_fold_table {
	const unsigned char *bytes;
	size_t n;
};

/* False where the bytes are no such table (every offset in it is checked, so that later reads need
 * not be). */
bool prb_fold_table_open(struct prb_fold_table *table, const void *bytes, size_t n);

/* Appends the folded text: lower-case Latin letters and digits (other scripts where the table has
 * no Latin), words apart by one blank, everything else dropped; no blank at either end. Invalid
 * UTF-8 bytes count as separators. */
void prb_fold(const struct prb_fold_table *table, struct prb_span text, struct prb_str *out);

/* The key under which equal names meet: the folded text without its blanks ("Co., Ltd" =
 * "Co.Ltd."). */
void prb_fold_key(const struct prb_fold_table *table, struct prb_span text, struct prb_str *out);

/* One character at p (n > 0 bytes left): returns its length and sets `folded` to what stands for
 * it, borrowed from p or the table; folded.p = NULL where the character parts words, folded.n = 0
 * with a pointer where it is dropped. Bytes that are not UTF-8 part words one by one. */
size_t prb_fold_character(const struct prb_fold_table *table, const char *p, size_t n,
	uint32_t *code_point, struct prb_span *folded);

#endif
