/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/store/record.h"

#include <string.h>

static void
put_number(struct prb_str *out, uint64_t value, size_t bytes)
{
	unsigned char b[8];

	for (size_t i = 0; i < bytes; i++)
		b[i] = (unsigned char)(value >> (8 * i));
	prb_str_add(out, b, bytes);
}

void
prb_put_u8(struct prb_str *out, uint8_t value)
{
	put_number(out, value, 1);
}

void
prb_put_u16(struct prb_str *out, uint16_t value)
{
	put_number(out, value, 2);
}

void
prb_put_u32(struct prb_str *out, uint32_t value)
{
	put_number(out, value, 4);
}

void
prb_put_i32(struct prb_str *out, int32_t value)
{
	put_number(out, (uint32_t)value, 4);
}

void
prb_put_i64(struct prb_str *out, int64_t value)
{
	put_number(out, (uint64_t)value, 8);
}

void
prb_put_text(struct prb_str *out, struct prb_span text)
{
	prb_put_u32(out, (uint32_t)text.n);
	prb_str_add_span(out, text);
	prb_put_u8(out, 0);
}

void
prb_cursor_init(struct prb_cursor *c, struct prb_span value)
{
	c->p = (const unsigned char *)value.p;
	c->n = value.n;
	c->bad = value.p == NULL;
}

static uint64_t
get_number(struct prb_cursor *c, size_t bytes)
{
	uint64_t value = 0;

	if (c->bad || c->n < bytes) {
		c->bad = true;
		return 0;
	}
	for (size_t i = 0; i < bytes; i++)
		value |= (uint64_t)c->p[i] << (8 * i);
	c->p += bytes;
	c->n -= bytes;
	return value;
}

uint8_t
prb_get_u8(struct prb_cursor *c)
{
	return (uint8_t)get_number(c, 1);
}

uint16_t
prb_get_u16(struct prb_cursor *c)
{
	return (uint16_t)get_number(c, 2);
}

uint32_t
prb_get_u32(struct prb_cursor *c)
{
	return (uint32_t)get_number(c, 4);
}

int32_t
prb_get_i32(struct prb_cursor *c)
{
	return (int32_t)(uint32_t)get_number(c, 4);
}

int64_t
prb_get_i64(struct prb_cursor *c)
{
	return (int64_t)get_number(c, 8);
}

const char *
prb_get_text(struct prb_cursor *c)
{
	uint32_t n = prb_get_u32(c);
	const char *text = (const char *)c->p;

	if (c->bad || c->n < 1 || n > c->n - 1 || text[n] != '\0' || memchr(text, '\0', n)) {
		c->bad = true;
		return "";
	}
	c->p += n + 1;
	c->n -= n + 1;
	return text;
}

void
prb_get_chars(struct prb_cursor *c, char *out, size_t room)
{
	const char *text = prb_get_text(c);
	size_t n = strlen(text);

	if (n >= room) {
		c->bad = true;
		n = 0;
	}
	memcpy(out, text, n);
	out[n] = '\0';
}

bool
prb_cursor_done(const struct prb_cursor *c)
{
	return !c->bad && c->n == 0;
}
