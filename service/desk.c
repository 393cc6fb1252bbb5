/* SPDX-License-Identifier: Apache-2.0 */
#include "service/desk.h"

#include <stdlib.h>

#include "datasets/store/release.h"
#include "service/handlers/decided.h"

/* One declaration and everything that is made of it. */
#define DESK_BYTES_MAX ((size_t)64 * 1024 * 1024)
/* One decision, packed, as fields and as a tree. */
#define LOOK_BYTES_MAX ((size_t)4 * 1024 * 1024)

/* False without memory; the desk is then to be finished all the same. */
static bool
init(struct prb_desk *desk, const struct prb_service *service, const struct prb_settings *settings)
{
	int64_t since = prb_dataset_since(settings->dataset);

	desk->release = prb_dataset_release(settings->dataset);
	desk->pages = settings->pages;
	desk->facts_since = prb_pages_since(settings->pages);
	if (desk->facts_since < since)
		desk->facts_since = since;
	prb_str_init(&desk->scratch, 2 * PRB_DECLARATION_BYTES_MAX);
	prb_str_init(&desk->text, PRB_SEALED_BYTES_MAX);
	if (prb_reader_create(desk->release, &desk->reader) != PRB_OK)
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

static void
finish(struct prb_desk *desk)
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

struct prb_bench *
prb_bench_create(const struct prb_service *service, const struct prb_settings *settings)
{
	struct prb_bench *bench = calloc(1, sizeof *bench);

	if (bench == NULL)
		return NULL;
	bench->dataset = prb_dataset_hold(settings->dataset);
	bench->pages = prb_pages_hold(settings->pages);
	if (init(&bench->desk, service, settings))
		return bench;
	prb_bench_destroy(bench);
	return NULL;
}

void
prb_bench_destroy(struct prb_bench *bench)
{
	if (bench == NULL)
		return;
	finish(&bench->desk);
	prb_dataset_drop(bench->dataset);
	prb_pages_drop(bench->pages);
	free(bench);
}

bool
prb_bench_fits(const struct prb_bench *bench, const struct prb_settings *settings)
{
	return bench->dataset == settings->dataset && bench->pages == settings->pages;
}
