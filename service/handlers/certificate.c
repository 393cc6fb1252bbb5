/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/certificate.h"

#include <sodium.h>

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"
#define BLANKS " \t\r\n"
#define DER_SEQUENCE 0x30

static bool
holds(struct prb_span text, struct prb_span part)
{
	for (size_t i = 0; i + part.n <= text.n; i++)
		if (memcmp(text.p + i, part.p, part.n) == 0)
			return true;
	return false;
}

/* The base64 between both lines, which begin and end the text; p NULL where they do not. */
static struct prb_span
between(struct prb_span pem)
{
	struct prb_span text = prb_span_trim(pem);
	const size_t begin = sizeof BEGIN - 1, end = sizeof END - 1;

	if (text.n < begin + end || memcmp(text.p, BEGIN, begin) != 0 ||
		memcmp(text.p + text.n - end, END, end) != 0)
		return PRB_SPAN_NONE;
	return (struct prb_span){text.p + begin, text.n - begin - end};
}

/* A SEQUENCE whose length, in the two forms that a certificate's can have, is that of the whole
 * (X.690 section 8.1.3). */
static bool
is_sequence(const uint8_t *der, size_t n)
{
	if (n < 4 || der[0] != DER_SEQUENCE)
		return false;
	if (der[1] == 0x81)
		return n == 3 + (size_t)der[2];
	if (der[1] == 0x82)
		return n == 4 + ((size_t)der[2] << 8 | der[3]);
	return der[1] < 0x80 && n == 2 + (size_t)der[1];
}

enum prb_err
prb_certificate_sha256(struct prb_arena *arena, struct prb_span pem, prb_sha256_fn sha256,
	uint8_t out[PRB_SHA256_BYTES], const char **what)
{
	struct prb_span text = between(pem);
	uint8_t *der;
	size_t n = 0;

	if (holds(pem, PRB_SPAN("PRIVATE KEY"))) {
		*what = "a private key stands here, which must stay with its owner: take it for "
			"known "
			"to others, make a new one, and send the certificate alone";
		return PRB_ERR_VALUE;
	}
	*what = "one certificate in PEM is wanted, from " BEGIN " to " END;
	if (text.p == NULL)
		return PRB_ERR_VALUE;
	der = prb_arena_array(arena, text.n + 1, 1);
	if (der == NULL)
		return PRB_ERR_MEMORY;
	if (sodium_base642bin(der, text.n, text.p, text.n, BLANKS, &n, NULL,
		    sodium_base64_VARIANT_ORIGINAL) != 0 ||
		!is_sequence(der, n))
		return PRB_ERR_VALUE;
	sha256(out, (const char *)der, n);
	return PRB_OK;
}
