/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_LOG_MEMORY_H
#define PRB_CLI_LOG_MEMORY_H

/*
 * What an audit remembers of a log: the key in the file's first line, and behind it the last
 * checkpoint that held, as it was signed. Without it an audit sees only that a log agrees with
 * itself today.
 */

#include <limits.h>

#include "scoring/log/checkpoint.h"

struct log_memory {
	char path[PATH_MAX];
	bool is_there;
	struct prb_note_key key;
	uint64_t size;
	uint8_t root[PRB_SHA256_BYTES];
};

/* path NULL: the default for this origin, below $XDG_STATE_HOME or ~/.local/state. False with a
 * word on stderr, also where the file is damaged or of another log. */
bool log_memory_read(const char *path, struct prb_span origin, struct log_memory *out);
/* Puts the checkpoint, which was opened with the key, in the place of what was remembered. */
bool log_memory_write(struct log_memory *memory, const struct prb_note_key *key,
	struct prb_span checkpoint, struct prb_fault *fault);

#endif
