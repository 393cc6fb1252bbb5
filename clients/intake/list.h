/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_INTAKE_LIST_H
#define PRB_INTAKE_LIST_H

/*
 * A published supplier list: finds the delimiter and the header row, then hands out one declaration
 * for each row.
 */

#include "clients/intake/charset.h"
#include "clients/intake/intake.h"

struct prb_intake_list;

/* `start` is the beginning of the text, for the delimiter alone: it is fed again. NULL where memory
 * ran out. options and events must outlive the list. */
struct prb_intake_list *prb_intake_list_create(const struct prb_intake_options *options,
	const struct prb_intake_events *events, enum prb_intake_charset charset,
	struct prb_span start);
void prb_intake_list_destroy(struct prb_intake_list *list);
enum prb_err prb_intake_list_feed(
	struct prb_intake_list *list, struct prb_span text, struct prb_fault *fault);
enum prb_err prb_intake_list_finish(struct prb_intake_list *list, struct prb_fault *fault);

#endif
