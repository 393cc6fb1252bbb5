/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LOG_BASE64_H
#define PRB_LOG_BASE64_H

/* Base64 of RFC 4648 section 4, padded: the one text that the bytes have, and no other. */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/text.h"

/* *n is how many bytes the text says; of them the first `room` are written. False where it is not
 * such a text. */
bool prb_base64_read(struct prb_span text, uint8_t *out, size_t room, size_t *n);
void prb_base64_write(const uint8_t *bytes, size_t n, struct prb_str *out); /* appends */

#endif
