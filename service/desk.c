/* SPDX-License-Identifier: Apache-2.0 */
#include "service/desk.h"

#include <string.h>

#include "datasets/store/release.h"
#include "service/handlers/decided.h"

/* One declaration and everything that is made of it. */
#define DESK_BYTES_MAX ((size_t)64 * 1024 * 1024)
/* One decision, packed, as fields and as a tree. */
#define LOOK_BYTES_MAX ((size_t)4 * 1024 * 1024)

bool
prb_desk_init(struct prb_desk *desk, const struct prb_service *service)
{
	memset(desk, 0, sizeof *desk);
	desk->facts_since = service->started_at;
	prb_str_init(&desk->scratch, 2 * PRB_DECLARATION_BYTES_MAX);
	prb_str_init(&desk->text, PRB_SEALED_BYTES_MAX);
	if (prb_reader_create(service->release, &desk->reader) != PRB_OK)
		return false;
	desk->gatherer = prb_gatherer_create(desk->reader);
	desk->arena = prb_arena_create(DESK_BYTES_MAX);
	desk->tier = prb_arena_create(DESK_BYTES_MAX);
	desk->look = prb_arena_create(LOOK_BYTES_MAX);
	if (desk->gatherer == NULL || desk->arena == NULL || desk->tier == NULL ||
		desk->look == NULL ||
		prb_state_reader_create(service->state, &desk->state_reader) != PRB_OK)
		return false;
	prb_decided_attach(desk, service);
	return true;
}

void
prb_desk_finish(struct prb_desk *desk)
{
	prb_state_reader_destroy(desk->state_reader);
	prb_arena_destroy(desk->arena);
	prb_arena_destroy(desk->tier);
	prb_arena_destroy(desk->look);
	prb_gatherer_destroy(desk->gatherer);
	prb_reader_destroy(desk->reader);
	prb_str_finish(&desk->scratch);
	prb_str_finish(&desk->text);
}
