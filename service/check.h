/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_CHECK_H
#define PRB_SERVICE_CHECK_H

/*
 * Whether a server can start with a configuration: the one list of what is looked at before
 * anything is made, locked or listened on. A start goes through it first, and --check-config ends
 * with it.
 */

#include "service/settings.h"

/*
 * The files of [tls] and the dataset release, which *out then holds; the passphrase and the keys,
 * the witnesses' file, the state, the operator's socket. A server may be running with all of them.
 */
enum prb_err prb_check_start(const struct prb_config *config, int64_t now,
	struct prb_settings **out, struct prb_fault *fault);

#endif
