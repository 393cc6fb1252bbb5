/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LIB_ADDRESS_H
#define PRB_LIB_ADDRESS_H

/*
 * A server's address: the URL that its paths are put behind, and whether a key may travel there.
 */

#include <stdbool.h>

#include "scoring/base/fault.h"
#include "scoring/base/text.h"

#define PRB_ADDRESS_BYTES_MAX 2048
#define PRB_SOCKET_PATH_BYTES 108 /* with NUL: the room of sun_path */

struct prb_address {
	char base[PRB_ADDRESS_BYTES_MAX];   /* "https://host:port/path", no slash at its end */
	bool secure;                        /* https */
	bool loopback;                      /* this machine: 127.0.0.0/8, ::1, localhost */
	char socket[PRB_SOCKET_PATH_BYTES]; /* of a socket of this machine, which is gone through;
					       "" */
};

/* PRB_ERR_VALUE with one line that says what is wrong with it. *out is untouched then. */
enum prb_err prb_address_read(const char *url, struct prb_address *out, struct prb_fault *fault);

/* A server behind a socket of this machine, by its path. Apart from URLs, since those may come from
 * anywhere, and nothing that comes from elsewhere may name a socket. PRB_ERR_VALUE where the path
 * is empty or too long. */
enum prb_err prb_address_local(const char *path, struct prb_address *out, struct prb_fault *fault);

/* Appends text with everything but unreserved characters percent-encoded (RFC 3986, section 2.3).
 */
void prb_address_escape(struct prb_span text, struct prb_str *out);

#endif
