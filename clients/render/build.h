/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_RENDER_BUILD_H
#define PRB_RENDER_BUILD_H

/*
 * How the blocks of a document are made: words are said, then become a block. The builder remembers
 * the first failure; after that everything reads as empty and nothing is added, so that the walk
 * over a report goes on in straight lines. Inside clients/render only.
 */

#include "clients/render/document.h"
#include "clients/render/members.h"
#include "clients/render/texts.h"

#define PRB_NUMBER_BYTES 24

struct prb_builder {
	struct prb_arena *arena;
	const struct prb_json *report;
	enum prb_lang lang;
	struct prb_fault *fault;
	enum prb_err err;
	bool marked;          /* a name was shown that is not official */
	struct prb_str words; /* of the block that comes next */
	struct prb_str part;  /* of something inside those words */
	struct prb_block *first, *last;
	struct prb_block nowhere; /* what a block is when there is no memory for it */
};

void prb_build_init(struct prb_builder *b, struct prb_arena *arena, const struct prb_json *report,
	enum prb_lang lang, struct prb_fault *fault);
/* Frees the scratch memory. The blocks stay in the arena. */
void prb_build_finish(struct prb_builder *b);

/*
 * Members that a report must have: the fault is set where one is missing or of another kind. Those
 * that it may have are read through members.h.
 */

const struct prb_json *prb_build_member(struct prb_builder *b, const struct prb_json *object,
	const char *name, enum prb_json_kind kind);
struct prb_span prb_build_text(
	struct prb_builder *b, const struct prb_json *object, const char *name);
int64_t prb_build_int(struct prb_builder *b, const struct prb_json *object, const char *name);
/* The strings of `args`, at most PRB_TEXT_ARGS_MAX; returns how many. */
size_t prb_build_args(const struct prb_json *object, struct prb_span args[PRB_TEXT_ARGS_MAX]);
/* "-12", in `digits`. */
struct prb_span prb_build_digits(int64_t number, char digits[PRB_NUMBER_BYTES]);

/*
 * Words, appended to those of the block that comes next.
 */

void prb_build_say(struct prb_builder *b, const char *prefix, struct prb_span key,
	const struct prb_span *args, size_t args_count);
/* A text of the frame: "explain.KEY". */
void prb_build_frame(
	struct prb_builder *b, const char *key, const struct prb_span *args, size_t args_count);
void prb_build_foreign(struct prb_builder *b, struct prb_span text);
/* " . ", a middle dot, which parts in every language; nothing where there are no words yet. */
void prb_build_part(struct prb_builder *b);
/* What was said so far, as text in the arena; the words start anew. */
struct prb_span prb_build_words(struct prb_builder *b);
/* One text, in the arena; the words must be empty, and are again. */
struct prb_span prb_build_label(struct prb_builder *b, const char *prefix, struct prb_span key,
	const struct prb_span *args, size_t args_count);

/*
 * Blocks, of the words said so far. Never NULL; what is set in a block after a failure is lost.
 */

struct prb_block *prb_build_block(struct prb_builder *b, enum prb_block_kind kind, unsigned on);
/* A heading of pages: "report.ID". */
void prb_build_heading(struct prb_builder *b, const char *id);
/* A line that opens a section of plain text, behind an empty one: "explain.KEY". */
void prb_build_lead(struct prb_builder *b, unsigned on, const char *key,
	const struct prb_span *args, size_t args_count);
/* A line further in: "explain.KEY". */
void prb_build_line(struct prb_builder *b, unsigned on, const char *key,
	const struct prb_span *args, size_t args_count);
/* Details of the item before, parted by dots: a block where there are any words. */
void prb_build_detail(struct prb_builder *b, const char *key, struct prb_span value);
void prb_build_details(struct prb_builder *b);
void prb_build_details_on(struct prb_builder *b, unsigned on);
/* The words for a place of a declaration: "product 1" for "/products/0". False where there are
 * none. */
bool prb_build_place(struct prb_builder *b, struct prb_span pointer, struct prb_str *out);
/* A detail: the pointer itself in plain text, on pages its words. */
void prb_build_detail_place(struct prb_builder *b, struct prb_span pointer, unsigned on);
/* That the supplier replied: in plain text also where. */
void prb_build_detail_reply(struct prb_builder *b, struct prb_span pointer, unsigned on);

/*
 * The sections, in the order of their files (document.c calls them).
 */

void prb_build_head(struct prb_builder *b);          /* document_head.c */
void prb_build_indicators(struct prb_builder *b);    /* document_indicators.c */
void prb_build_reasons(struct prb_builder *b);       /* document_why.c */
void prb_build_steps(struct prb_builder *b);         /* document_why.c */
void prb_build_upstream(struct prb_builder *b);      /* document_upstream.c */
void prb_build_change(struct prb_builder *b);        /* document_change.c */
void prb_build_determination(struct prb_builder *b); /* document_change.c */
void prb_build_findings(struct prb_builder *b);      /* document_indicators.c */
void prb_build_listings(struct prb_builder *b);      /* document_limits.c */
void prb_build_questions(struct prb_builder *b);     /* document_limits.c */
void prb_build_limits(struct prb_builder *b);        /* document_limits.c */
void prb_build_guidance(struct prb_builder *b);      /* document_guidance.c */
/* document_signature.c */
void prb_build_signature(struct prb_builder *b, const struct prb_document_options *options);

#endif
