/* SPDX-License-Identifier: Apache-2.0 */

/* The index over the names of all entries, which names are screened against. */

#include "datasets/build/compile.h"
#include "datasets/entities/index.h"
#include "datasets/store/keys.h"

#define OWNER_BYTES_MAX 1024

struct adding {
	struct prb_index_builder *builder;
	struct prb_str owner;
};

static void
add_name(void *context, struct prb_span id, struct prb_span name, uint8_t kind)
{
	struct adding *adding = context;

	prb_str_reset(&adding->owner);
	prb_name_owner_write(id, kind, &adding->owner);
	prb_index_builder_add(adding->builder, name, prb_str_span(&adding->owner));
}

void
prb_compile_name_index(struct prb_compiler *c)
{
	static const unsigned char none[PRB_INDEX_EDITION_BYTES]; /* the release's own tables */
	struct adding adding = {.builder = prb_index_builder_create(&c->fold, &c->lexicon)};
	size_t n = 0;
	void *bytes = NULL;

	prb_str_init(&adding.owner, OWNER_BYTES_MAX);
	if (adding.builder) {
		prb_entities_each_name(c, add_name, &adding);
		n = adding.owner.failed ? 0 : prb_index_builder_finish(adding.builder, none);
	}
	if (n > 0)
		bytes = prb_arena_alloc(c->arena, n);
	if (bytes) {
		prb_index_builder_write(adding.builder, bytes);
		prb_compiler_add(c, PRB_TABLE_NAME_INDEX, PRB_SPAN(PRB_NAME_INDEX_KEY),
			(struct prb_span){bytes, n});
	} else {
		c->failed = true;
	}
	prb_index_builder_destroy(adding.builder);
	prb_str_finish(&adding.owner);
}
