/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_LOG_POLICY_H
#define PRB_SERVICE_LOG_POLICY_H

/*
 * The file that names the witnesses, a part of C2SP tlog-policy: lines
 *
 *   witness NAME VKEY URL
 *   quorum NAME|none|any
 *
 * blanks and tabs between the words, empty lines, and comments behind #. The URL is the witness's
 * submission prefix: https, or http of this machine. The quorum, of which there is one, says what a
 * reader of the log asks for: a checkpoint is published before any witness has seen it, so that
 * here it is checked and otherwise of no effect. Pure.
 */

#include "scoring/log/note.h"

#define PRB_POLICY_BYTES_MAX (64 * 1024)
#define PRB_POLICY_WITNESSES_MAX 32 /* as many as the standard asks for */
#define PRB_WITNESS_URL_BYTES_MAX 512

struct prb_policy_witness {
	char name[PRB_NOTE_NAME_BYTES_MAX];  /* in the file alone; the key has a name of its own */
	struct prb_note_key key;             /* of cosignatures */
	char url[PRB_WITNESS_URL_BYTES_MAX]; /* without a slash at its end */
};

struct prb_policy {
	size_t count;
	struct prb_policy_witness witnesses[PRB_POLICY_WITNESSES_MAX];
};

/* PRB_ERR_CONFIG with "FILE:LINE: what is wrong". */
enum prb_err prb_policy_read(
	struct prb_span text, const char *file, struct prb_policy *out, struct prb_fault *fault);
/* The same of a file. */
enum prb_err prb_policy_load(const char *path, struct prb_policy *out, struct prb_fault *fault);

#endif
