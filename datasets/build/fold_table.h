/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_BUILD_FOLD_TABLE_H
#define PRB_BUILD_FOLD_TABLE_H

/*
 * Makes the table that names are folded by (scoring/names/fold.h), with ICU: each character alone
 * is case-folded with compatibility forms resolved (NFKC_Casefold) and transliterated by
 * "Any-Latin; Latin-ASCII; Lower". Some two seconds. Where names are spelled otherwise in practice
 * than ICU's letter for letter, a row of romanization.csv says how.
 */

#include "scoring/base/fault.h"
#include "scoring/base/text.h"

/* What one case-folded character becomes: Latin letters, nothing (dropped), or " " (parts words).
 */
struct prb_fold_override {
	uint32_t code_point;
	struct prb_span latin;
};

enum prb_err prb_fold_table_make(const struct prb_fold_override *overrides, size_t count,
	struct prb_str *out, struct prb_fault *fault);

/* True where a character belongs to a script that sets no blanks between words. */
bool prb_script_is_unspaced(uint32_t code_point);
/* True for the Arabic script, in which Uyghur is written. */
bool prb_script_is_arabic(uint32_t code_point);

#endif
