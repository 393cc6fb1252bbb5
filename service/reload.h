/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_RELOAD_H
#define PRB_SERVICE_RELOAD_H

/*
 * SIGHUP: new settings are read, checked and opened in a thread of their own, so that no loop waits
 * for a disk; a release that comes into use is recorded; then the main thread hands them to the
 * others. Whatever is wrong, nothing is changed, and it is said why. One at a time: a SIGHUP that
 * comes meanwhile is followed by another round.
 */

#include <event2/event.h>

#include "service/settings.h"

struct prb_metrics;
struct prb_publisher;
struct prb_state;
struct prb_reloader;

struct prb_reload_options {
	int argc;
	char **argv;
	struct event_base *base; /* the main thread's */
	struct prb_state *state;
	struct prb_publisher *publisher; /* told of what was recorded; may be NULL */
	struct prb_sheet *sheet;
	int64_t (*clock_ms)(void);
	struct prb_settings **running; /* those in use: others take their place here */
	/* Main thread: these are in use from now on. It takes no hold by being called. */
	void (*take)(void *context, struct prb_settings *settings);
	void *context;
};

/* NULL without memory or file descriptors. */
struct prb_reloader *prb_reloader_create(const struct prb_reload_options *options);
/* Main thread, each. What is being read when it is destroyed is waited for, and dropped. */
void prb_reloader_ask(struct prb_reloader *reloader);
void prb_reloader_destroy(struct prb_reloader *reloader);

#endif
