/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_KEYS_H
#define PRB_CLI_KEYS_H

/* `probity keys`: what its two files share. */

#include <stdbool.h>
#include <stdint.h>

struct prb_keys_arguments {
	const char *file, *out, *passphrase_file, *log_name, *state;
	bool log, compromised;
	uint32_t number; /* of a key; 0: not given, or no number */
};

/* keys_rotate.c; an exit status. */
int prb_keys_rotate(const struct prb_keys_arguments *arguments);
int prb_keys_revoke(const struct prb_keys_arguments *arguments);

#endif
