/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_CATALOGUE_H
#define PRB_RENDER_CATALOGUE_H

/*
 * One language as it is held in memory: patterns that were read, and names of indicators,
 * countries, goods and laws. The bytes stand in the program (embed.cmake); nothing is opened.
 */

#include "clients/render/pattern.h"
#include "clients/render/texts.h"
#include "scoring/base/json.h"
#include "scoring/model/words.h"

#define PRB_TEXT_NAME_BYTES 24

/* How many texts there are. */
enum {
	PRB_TEXTS = 0
#define PRB_TEXT(key, arguments) +1
#include "clients/render/texts.def"
#undef PRB_TEXT
};

enum prb_text_kind {
	PRB_TEXT_FOREIGN, /* of unknown origin */
	PRB_TEXT_NUMBER,
	PRB_TEXT_DATE,
	PRB_TEXT_WORDS, /* rendered before */
	PRB_TEXT_ID,    /* of a row of our tables */
	PRB_TEXT_KEY,   /* of another text, under `prefix` */
};

struct prb_text_argument {
	char name[PRB_TEXT_NAME_BYTES], prefix[PRB_TEXT_NAME_BYTES];
	enum prb_text_kind kind;
};

struct prb_text_row {
	const char *key;
	struct prb_text_argument arguments[PRB_TEXT_ARGS_MAX];
	size_t arguments_count;
};

struct prb_catalogue_name {
	struct prb_span name; /* p NULL where there is none */
	bool official;
};

/* Names by what the sources call a thing, in the order of that. */
struct prb_catalogue_table {
	struct prb_catalogue_entry {
		struct prb_span key, name;
	} * rows;
	size_t count;
};

struct prb_catalogue {
	struct prb_arena *arena;
	bool rtl;
	/* By the row of texts.def, as written. The pattern is NULL where the text has no argument.
	 */
	struct prb_span texts[PRB_TEXTS];
	struct prb_pattern *patterns[PRB_TEXTS];
	struct prb_catalogue_name indicators[PRB_INDICATORS + 1]; /* in small letters, marked */
	struct prb_catalogue_table countries;                     /* by alpha-3 code */
	/* By their names in English, which has no rows: what the sources call them is English. */
	struct prb_catalogue_table goods, laws, lists;
	struct prb_pattern_days *days;
};

/* The language, read where it was not yet. NULL where memory ran out; the next call tries again. */
const struct prb_catalogue *prb_catalogue_of(enum prb_lang lang);
/* The row of "PREFIX.KEY"; PRB_TEXTS where there is none. */
size_t prb_catalogue_row(const char *prefix, struct prb_span key);
const struct prb_text_row *prb_catalogue_rows(
	void); /* PRB_TEXTS of them, once a language is read */
/* The catalogue as it was written. */
struct prb_span prb_catalogue_bytes(enum prb_lang lang);

#endif
