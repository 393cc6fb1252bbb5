/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_PRINT_H
#define PRB_PRINT_H

/*
 * PDFs of reports. Each is made by a process of its own, with the report on its standard input and
 * the PDF on its standard output: it has no socket, no file of the state and no environment but
 * where fonts are, little memory and little time, and whatever happens in it, the server goes on.
 */

#include <stdint.h>

#include "scoring/base/fault.h"
#include "scoring/base/text.h"

/* One page of text takes some 30 KB, its fonts some 100. */
#define PRB_PRINT_BYTES_MAX ((size_t)8 * 1024 * 1024)
#define PRB_PRINT_MS_MAX 20000

struct prb_printer;

/* `program` is one that takes the options of `probity`. NULL without memory. */
struct prb_printer *prb_printer_create(const char *program);
void prb_printer_destroy(struct prb_printer *printer);
/* From any thread, at the end: what is being made then is broken off at this time (monotonic
 * milliseconds). */
void prb_printer_hurry(struct prb_printer *printer, int64_t until_ms);

struct prb_print_job {
	struct prb_span report;      /* canonical JSON */
	struct prb_span attestation; /* the credential; p NULL for none */
	struct prb_span verify_url;  /* ended by NUL; n 0 for none */
	const char *lang;
};

/*
 * Appends the PDF; on failure *out is as it was. Several threads may print at once, each waits for
 * its own process. PRB_ERR_IO where the program failed, took too long or wrote too much, which is
 * said in the log; PRB_ERR_MEMORY.
 */
enum prb_err prb_print(
	struct prb_printer *printer, const struct prb_print_job *job, struct prb_str *out);

#endif
