/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/plain.h"

static void
write_detail(const struct prb_block *block, struct prb_str *out)
{
	struct prb_span url = block->detail.url;

	prb_str_add_text(out, "      ");
	prb_str_add_span(out, url);
	prb_str_add_text(out, url.n > 0 && block->words.n > 0 ? "  " : "");
	prb_str_add_span(out, block->words);
}

/* The kinds that plain text has: all others are for pages alone. */
static void
write_block(const struct prb_block *block, struct prb_str *out)
{
	if (block->gap)
		prb_str_add_char(out, '\n');
	if (block->kind == PRB_BLOCK_TITLE) {
		prb_str_add_span(out, block->title.line);
	} else if (block->kind == PRB_BLOCK_DETAIL) {
		write_detail(block, out);
	} else {
		prb_str_add_text(out, block->level == 0 ? "" : "  ");
		prb_str_add_text(out, block->kind == PRB_BLOCK_ITEM ? "- " : "");
		prb_str_add_span(out, block->words);
	}
	prb_str_add_char(out, '\n');
}

void
prb_plain_write(const struct prb_document *document, struct prb_str *out)
{
	for (const struct prb_block *b = document->first; b != NULL; b = b->next)
		if ((b->on & PRB_ON_TEXT) != 0)
			write_block(b, out);
}

enum prb_err
prb_plain_report(struct prb_arena *arena, const struct prb_json *report, enum prb_lang lang,
	struct prb_str *out, struct prb_fault *fault)
{
	const struct prb_document_options options = {.lang = lang};
	struct prb_document document;
	enum prb_err err = prb_document_of_report(arena, report, &options, &document, fault);

	if (err == PRB_OK)
		prb_plain_write(&document, out);
	return err;
}
