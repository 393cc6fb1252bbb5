/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_PASSPHRASE_H
#define PRB_CLI_PASSPHRASE_H

/* The passphrase of a command: handed over by the service manager, read from a file, or asked for
 * on a terminal without echo. Never an argument or a variable of the environment: others see both.
 */

#include "service/issuer/secret.h"

enum prb_ask {
	PRB_ASK_NEVER,
	PRB_ASK_ONCE,
	PRB_ASK_TWICE, /* where a wrong key would lock something for good */
};

/* file: of --passphrase-file, or NULL. *out is NULL where there is none and none was asked for.
 * PRB_ERR_KEY with what to do where one is wanted and there is no terminal to ask on. */
enum prb_err prb_cli_passphrase(
	const char *file, enum prb_ask ask, struct prb_passphrase **out, struct prb_fault *fault);

#endif
