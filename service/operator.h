/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_OPERATOR_H
#define PRB_SERVICE_OPERATOR_H

/*
 * The operator's socket: one of this machine, which only its owner can open (mode 0600, from the
 * moment it is there). Who can, is the operator.
 */

#include "scoring/base/fault.h"
#include "service/config.h"

#define PRB_OPERATOR_PATH_BYTES 108 /* what a socket's path may have, with NUL */

struct prb_operator {
	int fd;                             /* that is listened on; -1: there is none */
	char path[PRB_OPERATOR_PATH_BYTES]; /* of a socket that is this server's; else "" */
};

/*
 * Binds and listens, non-blocking. A socket that an earlier process left is removed, so the caller
 * holds the lock of the state. Before there are threads: the umask is the process's. Where nobody
 * named a path, and that in the state's folder would be too long, there is none, and it is said.
 * PRB_ERR_ADDRESS.
 */
enum prb_err prb_operator_open(
	const struct prb_config *config, struct prb_operator *out, struct prb_fault *fault);
/* What opening one that is named would refuse, as far as that can be seen beside a server that has
 * it. */
enum prb_err prb_operator_look(const struct prb_config *config, struct prb_fault *fault);
void prb_operator_close(struct prb_operator *own);

#endif
