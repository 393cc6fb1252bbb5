/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/log/base64.h"

#include <sodium.h>

/* Piece by piece, so that no text needs a buffer of its size. */
#define PIECE_BYTES 192
#define PIECE_CHARACTERS (PIECE_BYTES / 3 * 4)

/* How many bytes the piece says; 0 where it says none. */
static size_t
read_piece(struct prb_span text, uint8_t bytes[PIECE_BYTES])
{
	char again[PIECE_CHARACTERS + 1];
	size_t n;

	if (sodium_base642bin(bytes, PIECE_BYTES, text.p, text.n, NULL, &n, NULL,
		    sodium_base64_VARIANT_ORIGINAL) != 0)
		return 0;
	(void)sodium_bin2base64(again, sizeof again, bytes, n, sodium_base64_VARIANT_ORIGINAL);
	return prb_span_is(text, again) ? n : 0;
}

bool
prb_base64_read(struct prb_span text, uint8_t *out, size_t room, size_t *n)
{
	uint8_t bytes[PIECE_BYTES];
	size_t total = 0;

	while (text.n > 0) {
		struct prb_span piece = {
			text.p, text.n < PIECE_CHARACTERS ? text.n : PIECE_CHARACTERS};
		size_t length = read_piece(piece, bytes);

		text.p += piece.n;
		text.n -= piece.n;
		/* Padding is at the end alone. */
		if (length == 0 || (text.n > 0 && length < PIECE_BYTES))
			return false;
		if (total < room)
			memcpy(out + total, bytes, length < room - total ? length : room - total);
		total += length;
	}
	*n = total;
	return true;
}

void
prb_base64_write(const uint8_t *bytes, size_t n, struct prb_str *out)
{
	char text[PIECE_CHARACTERS + 1];

	while (n > 0) {
		size_t length = n < PIECE_BYTES ? n : PIECE_BYTES;

		(void)sodium_bin2base64(
			text, sizeof text, bytes, length, sodium_base64_VARIANT_ORIGINAL);
		prb_str_add_text(out, text);
		bytes += length;
		n -= length;
	}
}
