/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_LOG_SEEN_H
#define PRB_CLI_LOG_SEEN_H

/*
 * What stands in a log, as far as a reader of it is told: how many entries of each kind, and the
 * keys, releases and method tables themselves, since a change of one is seen here. Entries of a
 * kind that is not known are counted.
 */

#include <stdio.h>

#include "scoring/base/arena.h"
#include "scoring/base/jcs.h"

/* So many of the named entries are shown; the rest is counted. One is at most PRB_ENTRY_BYTES_MAX
 * long, or it is of a kind that is not known. */
#define LOG_SEEN_NAMED_MAX 1000
#define LOG_SEEN_JSON_BYTES_MAX ((size_t)4 << 20)

enum log_kind {
#define LOG_KIND(name, word, many, time, is_named) LOG_KIND_##name,
#include "clients/cli/log_kinds.def"
#undef LOG_KIND
	LOG_KINDS
};

struct log_seen {
	uint64_t counts[LOG_KINDS], unknown, named;
	struct prb_str words, json; /* of the named ones: lines, and elements of an array */
	struct prb_arena *arena;
};

bool log_seen_init(struct log_seen *seen);
void log_seen_finish(struct log_seen *seen);
/* False without memory. */
bool log_seen_take(struct log_seen *seen, uint64_t index, struct prb_span entry);
void log_seen_print(const struct log_seen *seen, FILE *stream);
/* The members `counts`, an object, and `named`, an array. */
void log_seen_write_counts(const struct log_seen *seen, struct prb_writer *w);
void log_seen_write_named(const struct log_seen *seen, struct prb_writer *w);

#endif
