/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HTTP_IP_H
#define PRB_HTTP_IP_H

/*
 * Addresses of the net as 16 bytes, so that all of them are compared alike: IPv6, or IPv4 mapped
 * into it (RFC 4291 section 2.5.5.2).
 */

#include "scoring/base/text.h"

#define PRB_IP_BYTES 16

/* An address alone, without port and brackets. *bits is how many it was written with: 32 or 128.
 * Where it is false nothing can be said of `out`. */
bool prb_ip_read(struct prb_span text, uint8_t out[PRB_IP_BYTES], unsigned *bits);
/* The mapped form of an IPv4 address. */
void prb_ip_map(const void *four, uint8_t out[PRB_IP_BYTES]);
bool prb_ip_is_four(const uint8_t address[PRB_IP_BYTES]);
bool prb_ip_is_loopback(const uint8_t address[PRB_IP_BYTES]);

#endif
