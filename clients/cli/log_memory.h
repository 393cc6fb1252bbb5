/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_LOG_MEMORY_H
#define PRB_CLI_LOG_MEMORY_H

/*
 * What an audit remembers of a log: the key in the file's first line, and behind it the last
 * checkpoint that held, as it was signed. Without it an audit sees only that a log agrees with
 * itself today. It is found by the log's origin; beside it stands, found by the address, whose log
 * was there: a server that says another origin today would else begin with nothing remembered.
 */

#include <limits.h>

#include "scoring/log/checkpoint.h"

struct log_memory {
	char path[PATH_MAX];
	bool is_there;
	struct prb_note_key key;
	uint64_t size;
	uint8_t root[PRB_SHA256_BYTES];
	char address_path[PATH_MAX]; /* "": not remembered by address */
	bool address_is_there;
	struct prb_note_key address_key; /* of the log that stood there */
};

/* path NULL: the default for this origin, below $XDG_STATE_HOME or ~/.local/state. False with a
 * word on stderr, also where the file is damaged or of another log. */
bool log_memory_read(const char *path, struct prb_span origin, struct log_memory *out);
/* What is remembered of the address, into *memory, which was read; nothing where a file was named
 * for it. False with a word on stderr. */
bool log_memory_read_address(const char *named, const char *url, struct log_memory *memory);
/* Puts the checkpoint, which was opened with the key, in the place of what was remembered. */
bool log_memory_write(struct log_memory *memory, const char *url, const struct prb_note_key *key,
	struct prb_span checkpoint, struct prb_fault *fault);
/* Keeps a signed checkpoint that speaks against what is remembered, in a file of its own beside it:
 * "PATH.HEX", HEX the first 16 digits of its SHA-256. */
bool log_memory_keep(const struct log_memory *memory, struct prb_span checkpoint,
	char out[PATH_MAX], struct prb_fault *fault);

#endif
