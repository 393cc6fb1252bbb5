/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_CERTIFICATE_H
#define PRB_HANDLERS_CERTIFICATE_H

/*
 * A client certificate as text (PEM, RFC 7468), to be known again by the SHA-256 of its DER form.
 * It is not judged here: TLS has done that when somebody comes with it.
 */

#include "scoring/base/arena.h"
#include "scoring/base/fault.h"
#include "scoring/base/hash.h"
#include "scoring/base/text.h"

/* PRB_ERR_VALUE with what is wrong: nothing else than one certificate may stand there, least of all
 * a private key. PRB_ERR_MEMORY. */
enum prb_err prb_certificate_sha256(struct prb_arena *arena, struct prb_span pem,
	prb_sha256_fn sha256, uint8_t out[PRB_SHA256_BYTES], const char **what);

#endif
