/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_MATCH_H
#define PRB_CLI_MATCH_H

/* What the ways of `match` share: one name, pairs of names, an index over a file of names. */

#include "clients/cli/cli.h"
#include "datasets/facts/screen_name.h"

struct prb_match_settings {
	const char *data;            /* --data */
	const char *pairs;           /* --pairs */
	const char *build, *out;     /* --build, --out of an index */
	const char *index, *queries; /* --index, --queries */
	const char *timing;          /* --timing */
	const char *country, *city, *address;
	int32_t similarity_min;
	size_t limit; /* 0 where it is not given */
	prb_date as_of;
	enum prb_lang lang;
	unsigned jobs; /* with --queries */
	bool json;
};

/* The release with what reads it; NULL members where it could not be opened. */
struct prb_match_data {
	struct prb_release *release;
	struct prb_reader *reader;
	struct prb_gatherer *gatherer;
	struct prb_arena *arena;
};

/* False with a word on stderr. */
bool prb_match_open(struct prb_match_data *data, const char *path);
void prb_match_close(struct prb_match_data *data);

/* Each returns the exit status. */
int prb_match_name(const struct prb_match_settings *settings, const char *name);
int prb_match_pairs(const struct prb_match_settings *settings);

/* "0.8731": four decimals, the last cut off, so that 1.0000 means equal. */
#define PRB_SIMILARITY_TEXT_BYTES 8
void prb_match_similarity(int32_t similarity_ppm, char out[PRB_SIMILARITY_TEXT_BYTES]);

#endif
