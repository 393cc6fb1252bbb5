/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ALIGN alignof(max_align_t)
/* The chunks are 64, 128, 256, 512 KiB, 1 MiB, 1 MiB ... long, whatever was asked before: whether a
 * request finds room depends on that request alone, never on the ones that came earlier. */
#define FIRST_CHUNK_BYTES ((size_t)64 << 10)
#define CHUNK_BYTES_MAX ((size_t)1 << 20)
/* Reset keeps the first four chunks (960 KiB together), more than an ordinary request needs; what
 * one unusual request took beyond them goes back, so that an idle server stays small. */
#define CHUNKS_KEPT 4

struct chunk {
	struct chunk *next;
	size_t size;
	alignas(max_align_t) char bytes[];
};

struct prb_arena {
	size_t bytes_max;
	size_t taken; /* bytes of the chunks in use; at most bytes_max */
	size_t held;  /* the same with the kept chunks that wait for use; at most bytes_max too */
	size_t used;  /* bytes handed out */
	size_t chunks_malloc; /* since creation */
	struct chunk *first;
	struct chunk *now; /* the chunk that is being filled */
	size_t now_used;
	struct chunk *large; /* requests longer than a chunk, one chunk each */
};

static void
chunks_free(struct prb_arena *arena, struct chunk **chunks)
{
	while (*chunks) {
		struct chunk *chunk = *chunks;

		*chunks = chunk->next;
		arena->held -= chunk->size;
		free(chunk);
	}
}

static struct chunk *
chunk_take(struct prb_arena *arena, size_t size)
{
	if (size > SIZE_MAX - sizeof(struct chunk))
		return NULL;
	if (arena->now && size > arena->bytes_max - arena->held)
		chunks_free(arena, &arena->now->next);
	struct chunk *chunk = malloc(sizeof(*chunk) + size);
	if (!chunk)
		return NULL;
	chunk->next = NULL;
	chunk->size = size;
	arena->held += size;
	arena->chunks_malloc++;
	return chunk;
}

struct prb_arena *
prb_arena_create(size_t bytes_max)
{
	struct prb_arena *arena = calloc(1, sizeof(*arena));

	if (!arena)
		return NULL;
	arena->bytes_max = bytes_max;
	arena->first =
		chunk_take(arena, bytes_max < FIRST_CHUNK_BYTES ? bytes_max : FIRST_CHUNK_BYTES);
	if (!arena->first) {
		free(arena);
		return NULL;
	}
	arena->now = arena->first;
	arena->taken = arena->first->size;
	return arena;
}

void
prb_arena_destroy(struct prb_arena *arena)
{
	if (!arena)
		return;
	chunks_free(arena, &arena->first);
	chunks_free(arena, &arena->large);
	free(arena);
}

void
prb_arena_reset(struct prb_arena *arena)
{
	struct chunk *last = arena->first;

	for (int i = 1; i < CHUNKS_KEPT && last->next; i++)
		last = last->next;
	chunks_free(arena, &last->next);
	chunks_free(arena, &arena->large);
	arena->now = arena->first;
	arena->now_used = 0;
	arena->taken = arena->first->size;
	arena->used = 0;
}

/* How long the chunk behind the present one is, or would be. */
static size_t
next_chunk_size(const struct prb_arena *arena)
{
	size_t left = arena->bytes_max - arena->taken;
	size_t size = arena->now->size * 2;

	if (size > CHUNK_BYTES_MAX)
		size = CHUNK_BYTES_MAX;
	return size < left ? size : left;
}

static void *
alloc_large(struct prb_arena *arena, size_t n)
{
	if (n > arena->bytes_max - arena->taken)
		return NULL;
	struct chunk *chunk = chunk_take(arena, n);
	if (!chunk)
		return NULL;
	chunk->next = arena->large;
	arena->large = chunk;
	arena->taken += n;
	arena->used += n;
	return chunk->bytes;
}

/* Moves on to the next chunk, a kept one where there is one. */
static bool
advance(struct prb_arena *arena, size_t size)
{
	/* Near the bound the last chunk is cut to what large requests left over, so a kept one may
	 * not fit. */
	if (arena->now->next && arena->now->next->size != size)
		chunks_free(arena, &arena->now->next);
	if (!arena->now->next)
		arena->now->next = chunk_take(arena, size);
	if (!arena->now->next)
		return false;
	arena->now = arena->now->next;
	arena->now_used = 0;
	arena->taken += size;
	return true;
}

void *
prb_arena_alloc(struct prb_arena *arena, size_t n)
{
	if (n > SIZE_MAX - ALIGN)
		return NULL;
	n = n == 0 ? ALIGN : (n + ALIGN - 1) / ALIGN * ALIGN;
	if (n > arena->now->size - arena->now_used) {
		size_t size = next_chunk_size(arena);

		if (n > size)
			return alloc_large(arena, n);
		if (!advance(arena, size))
			return NULL;
	}
	void *p = arena->now->bytes + arena->now_used;
	arena->now_used += n;
	arena->used += n;
	return p;
}

void *
prb_arena_array(struct prb_arena *arena, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		return NULL;
	void *p = prb_arena_alloc(arena, count * size);

	if (p)
		memset(p, 0, count * size);
	return p;
}

struct prb_span
prb_arena_copy(struct prb_arena *arena, struct prb_span text)
{
	if (text.n == SIZE_MAX)
		return PRB_SPAN_NONE;
	char *p = prb_arena_alloc(arena, text.n + 1);

	if (!p)
		return PRB_SPAN_NONE;
	if (text.n > 0)
		memcpy(p, text.p, text.n);
	p[text.n] = '\0';
	return (struct prb_span){p, text.n};
}

size_t
prb_arena_used(const struct prb_arena *arena)
{
	return arena->used;
}

size_t
prb_arena_chunks_taken(const struct prb_arena *arena)
{
	return arena->chunks_malloc;
}
