/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LOAD_LOOPBACK_H
#define PRB_LOAD_LOOPBACK_H

/*
 * What the clients of this folder share: connections to a server on loopback, in two steps, so that
 * a client can ask something of its own of the socket in between; and a clock for how long things
 * take.
 */

#include <stdint.h>

/* A socket whose sends and receives wait for so many seconds at most (0: for good); -1 without
 * one. */
int loopback_socket(unsigned seconds_max);
/* `fd` once it is connected; otherwise it is closed, and -1 comes back, as for -1. */
int loopback_connect(int fd, uint16_t port);

int64_t loopback_now_us(void);
int64_t loopback_now_ms(void);

#endif
