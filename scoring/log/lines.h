/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LOG_LINES_H
#define PRB_LOG_LINES_H

/* What the texts of the log are made of: lines that end in a newline, sizes, hashes. */

#include "scoring/base/hash.h"
#include "scoring/log/base64.h"

/* Cuts one line, without its newline, off `rest`. False where there is no newline. */
bool prb_line_next(struct prb_span *rest, struct prb_span *line);
/* The line's rest behind this word. */
bool prb_line_behind(struct prb_span line, const char *word, struct prb_span *rest);
/* A size or an index: decimal, up to PRB_TREE_SIZE_MAX, without leading zeros. */
bool prb_line_size(struct prb_span line, uint64_t *out);
/* A hash in base64. */
bool prb_line_hash(struct prb_span line, uint8_t out[PRB_SHA256_BYTES]);
void prb_line_add_hash(struct prb_str *out, const uint8_t hash[PRB_SHA256_BYTES]);

#endif
