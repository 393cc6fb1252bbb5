/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_SETTINGS_H
#define PRB_SERVICE_SETTINGS_H

/*
 * What can change while the server runs, as one whole that never changes itself: the configuration,
 * the TLS context, the dataset, the pages. After SIGHUP another whole takes its place (reload.h):
 * each thread is offered it, and takes it at a moment of its own. Nothing is locked, and what
 * nobody holds any more is gone.
 */

#include <stdatomic.h>
#include <stdint.h>

#include "datasets/store/release.h"
#include "service/config.h"
#include "service/messages/bodies.h"
#include "service/pages/pages.h"
#include "service/tls.h"

/* A dataset release that is held by whoever works with it, and closed when the last drops it. */
struct prb_dataset;
struct prb_dataset *prb_dataset_hold(struct prb_dataset *dataset);
void prb_dataset_drop(struct prb_dataset *dataset);
const struct prb_release *prb_dataset_release(const struct prb_dataset *dataset);
/* When it was opened: what answers about facts say that they changed last. */
int64_t prb_dataset_since(const struct prb_dataset *dataset);

struct prb_settings {
	atomic_uint holders;
	atomic_uint awaited; /* threads that have not taken them yet, nor been offered others */
	const struct prb_config *config;
	struct prb_config own;     /* where it was read for these settings */
	struct prb_tls *tls;       /* NULL: plain HTTP */
	struct prb_bodies *bodies; /* that messages can go to */
	struct prb_dataset *dataset;
	struct prb_pages *pages; /* NULL: none */
	/* What is said once every thread has taken them, whole lines: of what is taken over, and of
	 * what takes a restart. */
	struct prb_str said, stays;
};

/* The settings of the start, held once. The configuration is borrowed. */
enum prb_err prb_settings_start(const struct prb_config *config, int64_t now,
	struct prb_settings **out, struct prb_fault *fault);
/*
 * Settings to follow those in use: reads flags and file again, and takes over what can change while
 * the server runs. What cannot stays as it is, and is said. On failure nothing is changed and the
 * fault says why.
 */
enum prb_err prb_settings_again(int argc, char **argv, const struct prb_settings *running,
	int64_t now, struct prb_settings **out, struct prb_fault *fault);

/* From any thread. */
struct prb_settings *prb_settings_hold(struct prb_settings *settings);
void prb_settings_drop(struct prb_settings *settings);
/* A thread has taken them; the last one says so on standard error. */
void prb_settings_taken(struct prb_settings *settings);

#endif
