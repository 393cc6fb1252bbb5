/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_ENTITIES_KEYS_H
#define PRB_ENTITIES_KEYS_H

/*
 * Under which hashes a word is kept and looked up, the same for builder and search.
 *
 * Two words within d edits of each other have a text in common that is made of each by leaving out
 * at most d letters, and so have their first PRB_NEAR_LETTERS letters. So each word is kept under
 * the hashes of all such texts, and looked up under them; whether it is near indeed is then
 * measured.
 */

#include "scoring/names/name.h"

/* Letters looked at, and letters left out: 1 + 7 + 21 hashes for a long word. */
#define PRB_NEAR_LETTERS 7
#define PRB_NEAR_HASHES_MAX 29
#define PRB_SOUND_BYTES_MAX 16
/* Names of so many words have initials that somebody might write instead. */
#define PRB_INITIALS_MIN 3
#define PRB_INITIALS_MAX 8

uint32_t prb_key_hash(const char *p, size_t n);

/* The hashes of what is left of the word's first letters when at most `left_out` (0..2) are left
 * out; rising, each once. */
size_t prb_near_hashes(
	struct prb_span word, unsigned left_out, uint32_t hashes[PRB_NEAR_HASHES_MAX]);
/* An entry of the table: a tag of the hash and of the word's length above its number. Whether a
 * word of n bytes may be near that of an entry. */
uint32_t prb_near_entry(uint32_t hash, size_t n, uint32_t number);
bool prb_near_may_be(uint32_t entry, uint32_t hash, size_t n);
/* How many letters a word of n bytes has left out: as an entry of the index, as a question. */
unsigned prb_near_kept(size_t n);
unsigned prb_near_asked(size_t n);

/* The hash of how a word sounds; false where that is too short to say much. */
bool prb_sound_hash(struct prb_span word, uint32_t *hash);

/* A hash of what the words of a name say, whatever their order; legal forms and stop words are left
 * out. */
uint32_t prb_whole_hash(const struct prb_name *name);

/* The initials of a name's words that are no legal forms or stop words; 0 where it has too few or
 * too many. */
size_t prb_name_initials(const struct prb_name *name, char out[PRB_INITIALS_MAX]);

#endif
