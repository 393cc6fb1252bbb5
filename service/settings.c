/* SPDX-License-Identifier: Apache-2.0 */
#include "service/settings.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "service/logging/logging.h"

#define PAGES_PLACE "share/probity/web" /* where an installation has them */

/* One line for each option, twice over. */
#define SAID_BYTES_MAX ((size_t)16 * 1024)

/* ---- the dataset ---- */

struct prb_dataset {
	atomic_uint holders;
	struct prb_release *release;
	int64_t since;
};

static enum prb_err
open_release(const char *named, bool hashed, struct prb_release **out, struct prb_fault *fault)
{
	char path[PATH_MAX];

	if (!prb_release_find(named, path, sizeof path))
		return prb_fault_set(fault, PRB_ERR_RELEASE_MISSING, PRB_NO_OFFSET, NULL,
			"no dataset release was found: name one with --data or $PROBITY_DATA");
	return hashed ? prb_release_open_hashed(path, out, fault)
		      : prb_release_open(path, out, fault);
}

/* Finds and opens what the option names. With `hashed` the whole file is checked, which takes some
 * 3 ms for each MB; for a thread that nobody waits for. */
static enum prb_err
open_dataset(const char *named, bool hashed, int64_t now, struct prb_dataset **out,
	struct prb_fault *fault)
{
	struct prb_dataset *dataset = calloc(1, sizeof *dataset);
	enum prb_err err;

	if (dataset == NULL)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "memory ran out");
	err = open_release(named, hashed, &dataset->release, fault);
	if (err != PRB_OK) {
		free(dataset);
		return err;
	}
	atomic_init(&dataset->holders, 1);
	dataset->since = now;
	*out = dataset;
	return PRB_OK;
}

struct prb_dataset *
prb_dataset_hold(struct prb_dataset *dataset)
{
	atomic_fetch_add_explicit(&dataset->holders, 1, memory_order_relaxed);
	return dataset;
}

void
prb_dataset_drop(struct prb_dataset *dataset)
{
	if (dataset == NULL ||
		atomic_fetch_sub_explicit(&dataset->holders, 1, memory_order_acq_rel) != 1)
		return;
	prb_release_close(dataset->release);
	free(dataset);
}

const struct prb_release *
prb_dataset_release(const struct prb_dataset *dataset)
{
	return dataset->release;
}

int64_t
prb_dataset_since(const struct prb_dataset *dataset)
{
	return dataset->since;
}

/* ---- the pages ---- */

/* Those of the option; else, where there are any, those beside the program. */
static enum prb_err
open_pages(const char *named, int64_t now, struct prb_pages **out, struct prb_fault *fault)
{
	char path[PATH_MAX];

	*out = NULL;
	if (strcmp(named, "none") == 0)
		return PRB_OK;
	if (named[0] != '\0')
		return prb_pages_load(named, now, out, fault);
	if (!prb_beside_program(PAGES_PLACE, path, sizeof path) || access(path, F_OK) != 0)
		return PRB_OK;
	return prb_pages_load(path, now, out, fault);
}

/* The folder is read each time: what is served changes with it, and with nothing else. */
static enum prb_err
open_next_pages(const struct prb_settings *running, struct prb_settings *next, int64_t now,
	struct prb_fault *fault)
{
	struct prb_pages *read;
	enum prb_err err = open_pages(next->config->pages, now, &read, fault);

	if (err != PRB_OK)
		return err;
	if (prb_pages_same(read, running->pages)) {
		prb_pages_drop(read);
		next->pages = prb_pages_hold(running->pages);
		return PRB_OK;
	}
	prb_str_addf(&next->said, "pages: %zu files, in place of %zu\n", prb_pages_count(read),
		prb_pages_count(running->pages));
	next->pages = read;
	return PRB_OK;
}

/* ---- settings ---- */

static enum prb_err
create(struct prb_settings **out, struct prb_fault *fault)
{
	struct prb_settings *s = calloc(1, sizeof *s);

	if (s == NULL)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "memory ran out");
	atomic_init(&s->holders, 1);
	atomic_init(&s->awaited, 0);
	prb_str_init(&s->said, SAID_BYTES_MAX);
	prb_str_init(&s->stays, SAID_BYTES_MAX);
	*out = s;
	return PRB_OK;
}

enum prb_err
prb_settings_start(const struct prb_config *config, int64_t now, struct prb_settings **out,
	struct prb_fault *fault)
{
	struct prb_settings *s;
	enum prb_err err = create(&s, fault);

	if (err != PRB_OK)
		return err;
	s->config = config;
	err = prb_tls_create(config, now, &s->tls, fault);
	if (err == PRB_OK)
		err = prb_bodies_load(config->messages_bodies, &s->bodies, fault);
	if (err == PRB_OK)
		err = open_dataset(config->data, false, now, &s->dataset, fault);
	if (err == PRB_OK)
		err = open_pages(config->pages, now, &s->pages, fault);
	if (err == PRB_OK)
		*out = s;
	else
		prb_settings_drop(s);
	return err;
}

static void
say_changed(void *context, const char *section, const char *name, bool taken)
{
	struct prb_settings *s = context;

	prb_str_addf(taken ? &s->said : &s->stays, "[%s] %s has changed: %s\n", section, name,
		taken ? "taken over" : "it takes a restart, and stays as it was");
}

/* The listener was made for one of the two, and clients hold on to what it speaks. */
static enum prb_err
check_tls(const struct prb_config *next, const struct prb_config *running, struct prb_fault *fault)
{
	if ((next->tls_certificate[0] != '\0') == (running->tls_certificate[0] != '\0'))
		return PRB_OK;
	return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
		"[tls] certificate: TLS is switched on and off by a restart alone");
}

/* The same file is open already. The same release elsewhere is taken, in silence: where it was may
 * go away. */
static enum prb_err
open_next(const struct prb_settings *running, struct prb_settings *next, int64_t now,
	struct prb_fault *fault)
{
	struct prb_release_info was, is;
	struct prb_dataset *opened;
	enum prb_err err = open_dataset(next->config->data, true, now, &opened, fault);

	if (err != PRB_OK)
		return err;
	prb_release_info(running->dataset->release, &was);
	prb_release_info(opened->release, &is);
	if (strcmp(was.release, is.release) == 0 && strcmp(was.path, is.path) == 0) {
		prb_dataset_drop(opened);
		next->dataset = prb_dataset_hold(running->dataset);
		return PRB_OK;
	}
	err = prb_release_verify(opened->release, fault);
	if (err != PRB_OK) {
		prb_dataset_drop(opened);
		return err;
	}
	if (strcmp(was.release, is.release) != 0)
		prb_str_addf(&next->said, "dataset release %s, in place of %s\n", is.release,
			was.release);
	next->dataset = opened;
	return PRB_OK;
}

enum prb_err
prb_settings_again(int argc, char **argv, const struct prb_settings *running, int64_t now,
	struct prb_settings **out, struct prb_fault *fault)
{
	enum prb_config_outcome outcome;
	struct prb_settings *s;
	enum prb_err err = create(&s, fault);

	if (err != PRB_OK)
		return err;
	s->config = &s->own;
	err = prb_config_read(argc, argv, &s->own, &outcome, fault);
	if (err == PRB_OK)
		err = prb_config_carry(&s->own, running->config, say_changed, s, fault);
	if (err == PRB_OK)
		err = check_tls(&s->own, running->config, fault);
	if (err == PRB_OK)
		err = prb_tls_create(&s->own, now, &s->tls, fault);
	if (err == PRB_OK)
		err = prb_bodies_load(s->own.messages_bodies, &s->bodies, fault);
	if (err == PRB_OK)
		err = open_next(running, s, now, fault);
	if (err == PRB_OK)
		err = open_next_pages(running, s, now, fault);
	if (err == PRB_OK && (s->said.failed || s->stays.failed))
		err = prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "memory ran out");
	if (err == PRB_OK)
		*out = s;
	else
		prb_settings_drop(s);
	return err;
}

struct prb_settings *
prb_settings_hold(struct prb_settings *s)
{
	atomic_fetch_add_explicit(&s->holders, 1, memory_order_relaxed);
	return s;
}

void
prb_settings_drop(struct prb_settings *s)
{
	if (s == NULL || atomic_fetch_sub_explicit(&s->holders, 1, memory_order_acq_rel) != 1)
		return;
	prb_tls_destroy(s->tls);
	prb_bodies_drop(s->bodies);
	prb_dataset_drop(s->dataset);
	prb_pages_drop(s->pages);
	if (s->config == &s->own)
		prb_config_finish(&s->own);
	prb_str_finish(&s->said);
	prb_str_finish(&s->stays);
	free(s);
}

static void
say_lines(const struct prb_str *lines, enum prb_level level, const char *event)
{
	struct prb_span left = prb_str_span(lines);

	while (left.n != 0) {
		size_t n = strcspn(left.p, "\n");

		prb_say(level, event, "%.*s", (int)n, left.p);
		left.p += n + 1;
		left.n -= n + 1;
	}
}

void
prb_settings_taken(struct prb_settings *s)
{
	if (atomic_fetch_sub_explicit(&s->awaited, 1, memory_order_acq_rel) != 1)
		return;
	say_lines(&s->said, PRB_LEVEL_NOTICE, "reloaded");
	/* The file and what runs are no longer the same: somebody has to do something. */
	say_lines(&s->stays, PRB_LEVEL_WARNING, "reload_needs_restart");
	prb_say(PRB_LEVEL_NOTICE, "reloaded", "the configuration was read again, and is in use");
}
