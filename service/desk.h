/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_DESK_H
#define PRB_SERVICE_DESK_H

/*
 * The tools of one thread (handler.h), made and put away.
 */

#include "service/handlers/handler.h"
#include "service/settings.h"

/* A desk with what it stands on, which is kept for as long as the desk is. */
struct prb_bench {
	struct prb_desk desk;
	struct prb_dataset *dataset;
	struct prb_pages *pages; /* NULL: none */
	size_t exchanges;        /* that work at it, of a worker's */
	struct prb_bench *next;
};

/* NULL without memory, or without a place to read the state from. Holds dataset and pages of the
 * settings. */
struct prb_bench *prb_bench_create(
	const struct prb_service *service, const struct prb_settings *settings);
/* Whether it stands on what these settings have. */
bool prb_bench_fits(const struct prb_bench *bench, const struct prb_settings *settings);
void prb_bench_destroy(struct prb_bench *bench);

#endif
