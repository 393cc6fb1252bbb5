/* SPDX-License-Identifier: Apache-2.0 */
#include "service/reload.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "service/keys.h"
#include "service/log/publisher.h"
#include "service/logging/logging.h"
#include "service/metrics/metrics.h"

struct prb_reloader {
	struct prb_reload_options options;
	struct event *done;
	int wake_fd;
	bool at_work, again;
	/* The thread's while it is at work. */
	pthread_t thread;
	struct prb_settings *next; /* NULL: it failed */
	struct prb_fault fault;
};

static enum prb_err
record(struct prb_reloader *r, const struct prb_settings *next)
{
	const struct prb_reload_options *o = &r->options;
	const struct prb_reference *before = prb_release_reference(
					   prb_dataset_release((*o->running)->dataset)),
				   *now_used = prb_release_reference(
					   prb_dataset_release(next->dataset));
	enum prb_err err;

	if (strcmp(before->release, now_used->release) == 0)
		return PRB_OK;
	err = prb_keys_record_data(o->state, before, now_used, o->clock_ms() / 1000, &r->fault);
	if (err == PRB_OK)
		prb_publisher_grown(o->publisher);
	return err;
}

static void *
run(void *argument)
{
	struct prb_reloader *r = argument;
	const struct prb_reload_options *o = &r->options;
	uint64_t one = 1;

	prctl(PR_SET_NAME, "reload");
	if (prb_settings_again(o->argc, o->argv, *o->running, o->clock_ms() / 1000, &r->next,
		    &r->fault) == PRB_OK &&
		record(r, r->next) != PRB_OK) {
		prb_settings_drop(r->next);
		r->next = NULL;
	}
	if (write(r->wake_fd, &one, sizeof one) < 0)
		prb_say(PRB_LEVEL_ERROR, "main_asleep", "the main thread could not be woken: %s",
			strerror(errno));
	return NULL;
}

static void
start(struct prb_reloader *r)
{
	r->again = false;
	r->next = NULL;
	r->fault.detail[0] = '\0';
	r->at_work = pthread_create(&r->thread, NULL, run, r) == 0;
	if (r->at_work)
		return;
	prb_count(r->options.sheet, PRB_COUNT_RELOAD_FAILURES, 1);
	prb_say(PRB_LEVEL_ERROR, "reload_failed",
		"the configuration was not read again: no thread can be started; everything stays "
		"as it was");
}

static void
on_done(evutil_socket_t fd, short what, void *context)
{
	struct prb_reloader *r = context;
	const struct prb_reload_options *o = &r->options;
	uint64_t count;

	(void)what;
	if (read(fd, &count, sizeof count) < 0 || !r->at_work)
		return;
	pthread_join(r->thread, NULL);
	r->at_work = false;
	prb_count(o->sheet, r->next != NULL ? PRB_COUNT_RELOADS : PRB_COUNT_RELOAD_FAILURES, 1);
	if (r->next != NULL) {
		prb_settings_drop(*o->running);
		*o->running = r->next;
		o->take(o->context, r->next);
	} else
		prb_say(PRB_LEVEL_ERROR, "reload_refused",
			"the configuration was refused, and everything stays as it was: %s",
			r->fault.detail);
	if (r->again)
		start(r);
}

struct prb_reloader *
prb_reloader_create(const struct prb_reload_options *options)
{
	struct prb_reloader *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	r->options = *options;
	r->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (r->wake_fd >= 0)
		r->done = event_new(options->base, r->wake_fd, EV_READ | EV_PERSIST, on_done, r);
	if (r->done != NULL && event_add(r->done, NULL) == 0)
		return r;
	prb_reloader_destroy(r);
	return NULL;
}

void
prb_reloader_ask(struct prb_reloader *r)
{
	if (r->at_work)
		r->again = true;
	else
		start(r);
}

void
prb_reloader_destroy(struct prb_reloader *r)
{
	if (r == NULL)
		return;
	if (r->at_work) {
		pthread_join(r->thread, NULL);
		prb_settings_drop(r->next);
	}
	if (r->done != NULL)
		event_free(r->done);
	if (r->wake_fd >= 0)
		close(r->wake_fd);
	free(r);
}
