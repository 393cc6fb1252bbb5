/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STORE_RECORD_H
#define PRB_STORE_RECORD_H

/*
 * The bytes of a value: integers little-endian, texts with their length in front and a NUL behind,
 * so that a text can be borrowed as a C string from where it lies. A reader never leaves its span:
 * what does not fit makes it `bad`, and everything read from then on is 0 or "". Ask once, at the
 * end.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/text.h"

void prb_put_u8(struct prb_str *out, uint8_t value);
void prb_put_u16(struct prb_str *out, uint16_t value);
void prb_put_u32(struct prb_str *out, uint32_t value);
void prb_put_i32(struct prb_str *out, int32_t value);
void prb_put_i64(struct prb_str *out, int64_t value);
void prb_put_text(struct prb_str *out, struct prb_span text);

struct prb_cursor {
	const unsigned char *p;
	size_t n;
	bool bad;
};

void prb_cursor_init(struct prb_cursor *c, struct prb_span value);
uint8_t prb_get_u8(struct prb_cursor *c);
uint16_t prb_get_u16(struct prb_cursor *c);
uint32_t prb_get_u32(struct prb_cursor *c);
int32_t prb_get_i32(struct prb_cursor *c);
int64_t prb_get_i64(struct prb_cursor *c);
/* Ended by NUL, never NULL. */
const char *prb_get_text(struct prb_cursor *c);
/* Copies a short text; one that does not fit with its NUL makes the cursor bad. */
void prb_get_chars(struct prb_cursor *c, char *out, size_t room);
/* True when everything was read and nothing is left over. */
bool prb_cursor_done(const struct prb_cursor *c);

#endif
