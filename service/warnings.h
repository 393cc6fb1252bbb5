/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_WARNINGS_H
#define PRB_SERVICE_WARNINGS_H

/*
 * What is said at the start of a configuration that can stand, and should be known.
 */

#include "service/config.h"

struct prb_bodies;
struct prb_state;

/* Of the configuration alone; also for --check-config. */
void prb_warn_of_config(const struct prb_config *config);
/* Where keys are asked for and no organisation is there yet: how to begin. */
void prb_say_how_to_begin(const struct prb_config *config, struct prb_state *state);
/* Where keys are asked for: remedy bodies that nobody collects for, one line each. */
void prb_warn_of_bodies(
	const struct prb_config *config, const struct prb_bodies *bodies, struct prb_state *state);

#endif
