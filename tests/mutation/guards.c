/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an arena hands out lies side by side in one block, where a sanitizer sees nothing: here each
 * piece has a guarded gap behind it, so that a change that reads or writes beyond it ends the
 * program. The linker puts the __wrap functions in place of the arena's own.
 */
#include <sanitizer/asan_interface.h>
#include <stdint.h>
#include <string.h>

#include "scoring/base/arena.h"

#define GAP 32

void *__real_prb_arena_alloc(struct prb_arena *arena, size_t n);
void *__wrap_prb_arena_alloc(struct prb_arena *arena, size_t n);
void *__wrap_prb_arena_array(struct prb_arena *arena, size_t count, size_t size);
struct prb_span __wrap_prb_arena_copy(struct prb_arena *arena, struct prb_span text);

void *
__wrap_prb_arena_alloc(struct prb_arena *arena, size_t n)
{
	char *p;

	if (n > SIZE_MAX - GAP)
		return NULL;
	p = __real_prb_arena_alloc(arena, n + GAP);
	if (p == NULL)
		return NULL;
	__asan_unpoison_memory_region(p, n);
	__asan_poison_memory_region(p + n, GAP);
	return p;
}

void *
__wrap_prb_arena_array(struct prb_arena *arena, size_t count, size_t size)
{
	void *p;

	if (size != 0 && count > SIZE_MAX / size)
		return NULL;
	p = __wrap_prb_arena_alloc(arena, count * size);
	if (p != NULL)
		memset(p, 0, count * size);
	return p;
}

struct prb_span
__wrap_prb_arena_copy(struct prb_arena *arena, struct prb_span text)
{
	char *p = text.n == SIZE_MAX ? NULL : __wrap_prb_arena_alloc(arena, text.n + 1);

	if (p == NULL)
		return PRB_SPAN_NONE;
	if (text.n > 0)
		memcpy(p, text.p, text.n);
	p[text.n] = '\0';
	return (struct prb_span){p, text.n};
}
