/* SPDX-License-Identifier: Apache-2.0 */
#include "service/log/publisher.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "service/log/policy.h"
#include "service/log/timer.h"
#include "service/log/witnesses.h"
#include "service/logging/logging.h"

#define BETWEEN_MS_MIN 1000 /* at most one checkpoint a second, whoever asks */
#define PATH_BYTES_MAX 4096
/* Name, key id, time and signature in base64, with what stands between them. */
#define COSIGNATURE_BYTES_MAX (PRB_NOTE_NAME_BYTES_MAX + 128)

/* What is served: the log's own note, and behind it what each witness said of it. */
struct served {
	uint64_t size;
	int64_t at_ms;
	size_t n; /* of the note */
	char note[PRB_CHECKPOINT_BYTES_MAX];
	struct {
		size_t n;
		char bytes[COSIGNATURE_BYTES_MAX];
	} cosignatures[PRB_POLICY_WITNESSES_MAX];
};

struct prb_publisher {
	pthread_t thread;
	pthread_mutex_t lock; /* over `served` and the condition */
	pthread_cond_t called;
	atomic_bool asked, grown;
	bool stopping;
	_Atomic uint64_t size; /* of what is served */
	/* A bit for each witness that has seen another log. */
	_Atomic uint32_t disputed;
	struct served served;

	/* The thread's own, and before it runs the starter's. */
	struct prb_state *state;
	struct prb_state_reader *reader;
	struct prb_note_key key;
	const uint8_t *secret_key;
	_Atomic int64_t between_ms;
	int64_t last_ms;
	int64_t (*clock_ms)(void);
	prb_sha256_fn sha256;
	struct prb_sheet *sheet;
	struct prb_witnesses *witnesses;
	struct prb_str made;
	enum prb_err said; /* of the last try, so that a failure is said once */
	char dir[PATH_BYTES_MAX];
};

static void
count(struct prb_publisher *p, enum prb_counter counter)
{
	if (p->sheet != NULL)
		prb_count(p->sheet, counter, 1);
}

static enum prb_err
failed(struct prb_fault *fault, enum prb_err err, const char *doing)
{
	return prb_fault_set(fault, err, PRB_NO_OFFSET, NULL, "%s: %s", doing, prb_err_title(err));
}

/*
 * Publishing.
 */

/* The note goes out; the cosignatures of the one before go with it. */
static void
serve(struct prb_publisher *p, uint64_t size, struct prb_span note)
{
	pthread_mutex_lock(&p->lock);
	p->served.size = size;
	p->served.at_ms = p->clock_ms();
	p->served.n = note.n;
	memcpy(p->served.note, note.p, note.n);
	for (size_t i = 0; i < PRB_POLICY_WITNESSES_MAX; i++)
		p->served.cosignatures[i].n = 0;
	atomic_store(&p->size, size);
	/* Before anybody else has it. There is nothing to witness in a log without entries. */
	if (p->witnesses != NULL && size != 0)
		prb_witnesses_show(p->witnesses, size, note);
	pthread_mutex_unlock(&p->lock);
}

/* In the witnesses' thread. */
static void
add_cosignature(void *context, uint64_t size, size_t witness, struct prb_span line)
{
	struct prb_publisher *p = context;

	if (line.n > COSIGNATURE_BYTES_MAX)
		return;
	pthread_mutex_lock(&p->lock);
	if (p->served.size == size) {
		p->served.cosignatures[witness].n = line.n;
		memcpy(p->served.cosignatures[witness].bytes, line.p, line.n);
	}
	pthread_mutex_unlock(&p->lock);
}

/* In the witnesses' thread. What was published stands; more would be another log of the same name,
 * for all to see. */
static void
hold(void *context, size_t witness, bool disputed)
{
	struct prb_publisher *p = context;
	uint32_t bit = UINT32_C(1) << witness, before;

	static_assert(PRB_POLICY_WITNESSES_MAX <= 32, "a bit each");
	before = disputed ? atomic_fetch_or(&p->disputed, bit)
			  : atomic_fetch_and(&p->disputed, ~bit);
	if (disputed && before == 0)
		prb_say(PRB_LEVEL_ERROR, "log_held",
			"NO CHECKPOINT IS PUBLISHED ANY MORE: a witness has seen another "
			"log of this name, longer than this one or not its beginning. An older "
			"backup was brought back: stop the server and restore the newest state, "
			"see probity-state(1)");
	if (!disputed && before == bit) {
		prb_say(PRB_LEVEL_NOTICE, "log_released",
			"the witnesses know this log: it is published again");
		prb_publisher_wake(p);
	}
}

/* The checkpoint of this tree, signed, in p->made. */
static enum prb_err
make_note(struct prb_publisher *p, const struct prb_tree *tree)
{
	struct prb_checkpoint checkpoint = {.origin = prb_span_of(p->key.name), .size = tree->size};
	struct prb_str text;

	prb_tree_root(tree, p->sha256, checkpoint.root);
	prb_str_init(&text, PRB_CHECKPOINT_BYTES_MAX);
	prb_checkpoint_write(&checkpoint, &text);
	prb_str_reset(&p->made);
	prb_str_add_span(&p->made, prb_str_span(&text));
	prb_str_add_char(&p->made, '\n');
	if (!text.failed)
		prb_note_sign(prb_str_span(&text), &p->key, p->secret_key, 0, &p->made);
	p->made.failed |= text.failed;
	prb_str_finish(&text);
	return p->made.failed ? PRB_ERR_MEMORY : PRB_OK;
}

/* On the disk first, then to be seen. Nothing happens where the tree has not grown. */
static enum prb_err
publish(struct prb_publisher *p, struct prb_fault *fault)
{
	struct prb_tree tree;
	enum prb_err err = prb_log_tree(p->reader, &tree);

	if (err != PRB_OK)
		return failed(fault, err, "the tree of the log cannot be read");
	if (p->served.n != 0 && tree.size == p->served.size)
		return PRB_OK;
	err = make_note(p, &tree);
	if (err != PRB_OK)
		return failed(fault, err, "a checkpoint cannot be made");
	err = prb_checkpoint_keep(p->state, prb_str_span(&p->made), fault);
	if (err != PRB_OK)
		return err;
	serve(p, tree.size, prb_str_span(&p->made));
	count(p, PRB_COUNT_CHECKPOINTS);
	return PRB_OK;
}

/* fault: of a failure. Nothing is done while a witness disputes the log. */
static void
publish_and_say(struct prb_publisher *p, struct prb_fault *fault)
{
	enum prb_err err;

	if (prb_publisher_is_held(p)) {
		p->last_ms = prb_timer_now_ms();
		return;
	}
	err = publish(p, fault);
	p->last_ms = prb_timer_now_ms();
	if (err != PRB_OK) {
		atomic_store(&p->grown, true);
		count(p, PRB_COUNT_CHECKPOINT_FAILURES);
	}
	if (err == p->said)
		return;
	p->said = err;
	if (err != PRB_OK)
		prb_say(PRB_LEVEL_ERROR, "log_failed", "the log cannot be published: %s",
			fault->detail);
	else
		prb_say(PRB_LEVEL_NOTICE, "log_works", "the log is published again");
}

/*
 * The thread.
 */

static int64_t
due_ms(const struct prb_publisher *p)
{
	if (atomic_load(&p->asked))
		return p->last_ms + BETWEEN_MS_MIN;
	return atomic_load(&p->grown) ? p->last_ms + p->between_ms : PRB_NEVER_MS;
}

static void *
run(void *argument)
{
	struct prb_publisher *p = argument;
	struct prb_fault fault;

	prctl(PR_SET_NAME, "publisher");
	pthread_mutex_lock(&p->lock);
	while (!p->stopping) {
		int64_t due = due_ms(p);

		if (due > prb_timer_now_ms()) {
			prb_timer_wait(&p->called, &p->lock, due);
			continue;
		}
		/* Before the tree is looked at, so that what comes meanwhile is seen later. */
		atomic_store(&p->asked, false);
		atomic_store(&p->grown, false);
		pthread_mutex_unlock(&p->lock);
		publish_and_say(p, &fault);
		pthread_mutex_lock(&p->lock);
	}
	pthread_mutex_unlock(&p->lock);
	publish_and_say(p, &fault);
	return NULL;
}

/* Who comes second finds the thread called already, and takes no lock. */
static void
call(struct prb_publisher *p, atomic_bool *why)
{
	if (atomic_exchange(why, true))
		return;
	pthread_mutex_lock(&p->lock);
	pthread_cond_signal(&p->called);
	pthread_mutex_unlock(&p->lock);
}

void
prb_publisher_set_seconds(struct prb_publisher *p, int64_t seconds)
{
	if (p != NULL)
		atomic_store(&p->between_ms, seconds * 1000);
}

void
prb_publisher_wake(struct prb_publisher *p)
{
	if (p != NULL)
		call(p, &p->asked);
}

void
prb_publisher_grown(struct prb_publisher *p)
{
	if (p != NULL)
		call(p, &p->grown);
}

/*
 * What was published before the start.
 */

/* A checkpoint that was published is a promise: this tree must begin with that one. */
static enum prb_err
check_contains(struct prb_publisher *p, const struct prb_checkpoint *kept, struct prb_fault *fault)
{
	uint8_t root[PRB_SHA256_BYTES];
	struct prb_tree tree;
	enum prb_err err = prb_log_tree(p->reader, &tree);

	if (err != PRB_OK)
		return failed(fault, err, "the tree of the log cannot be read");
	if (tree.size < kept->size)
		return prb_fault_set(fault, PRB_ERR_STATE_DAMAGED, PRB_NO_OFFSET, NULL,
			"the state is older than the checkpoint of %llu entries that this log "
			"published (it has %llu): restore the newest backup; starting would split "
			"the log",
			(unsigned long long)kept->size, (unsigned long long)tree.size);
	err = prb_log_tree_at(p->reader, kept->size, &tree);
	if (err != PRB_OK)
		return failed(fault, err, "the tree of the log cannot be read");
	prb_tree_root(&tree, p->sha256, root);
	if (memcmp(root, kept->root, sizeof root) != 0)
		return prb_fault_set(fault, PRB_ERR_STATE_DAMAGED, PRB_NO_OFFSET, NULL,
			"the first %llu entries of the log are not those that %s/checkpoint was "
			"published for: restore the state that belongs to it; starting would "
			"split the log",
			(unsigned long long)kept->size, p->dir);
	return PRB_OK;
}

static enum prb_err
set_aside(struct prb_publisher *p, const struct prb_note *note, struct prb_fault *fault)
{
	const uint8_t *id = note->signatures[0].id;
	char from[PATH_BYTES_MAX + 32], to[PATH_BYTES_MAX + 32];

	(void)snprintf(from, sizeof from, "%s/checkpoint", p->dir);
	(void)snprintf(to, sizeof to, "%s/checkpoint.OLD-%02x%02x%02x%02x", p->dir, id[0], id[1],
		id[2], id[3]);
	(void)unlink(to); /* of an earlier turn of the same key */
	if (link(from, to) != 0)
		return prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL,
			"%s: setting the old checkpoint aside: %s", to, strerror(errno));
	prb_say(PRB_LEVEL_WARNING, "checkpoint_kept",
		"the last checkpoint was published under another key or name: it is "
		"kept as %s, and whoever watches this log has to be told",
		to);
	return PRB_OK;
}

static enum prb_err
damaged(struct prb_publisher *p, struct prb_fault *fault, const char *what)
{
	return prb_fault_set(fault, PRB_ERR_STATE_DAMAGED, PRB_NO_OFFSET, NULL,
		"%s/checkpoint, which this log published last, %s: restore it from a backup",
		p->dir, what);
}

static enum prb_err
take_kept(struct prb_publisher *p, struct prb_span kept, struct prb_fault *fault)
{
	struct prb_checkpoint checkpoint;
	enum prb_note_verdict verdict;
	struct prb_note note;
	enum prb_err err;

	if (prb_note_read(kept, &note, NULL) != PRB_OK || note.count == 0 ||
		prb_checkpoint_read(note.text, &checkpoint, NULL) != PRB_OK)
		return damaged(p, fault, "cannot be read");
	verdict = prb_note_check(&note, &p->key, NULL);
	if (verdict == PRB_NOTE_BAD)
		return damaged(p, fault, "has a signature that does not hold");
	err = check_contains(p, &checkpoint, fault);
	if (err != PRB_OK)
		return err;
	if (verdict == PRB_NOTE_UNKNOWN || !prb_span_is(checkpoint.origin, p->key.name))
		return set_aside(p, &note, fault);
	serve(p, checkpoint.size, kept);
	return PRB_OK;
}

static enum prb_err
look_back(struct prb_publisher *p, struct prb_fault *fault)
{
	struct prb_str kept;
	enum prb_err err;

	prb_str_init(&kept, PRB_CHECKPOINT_BYTES_MAX);
	err = prb_checkpoint_kept(p->state, &kept);
	if (err == PRB_OK)
		err = take_kept(p, prb_str_span(&kept), fault);
	else if (err == PRB_ERR_NOT_FOUND)
		err = PRB_OK;
	else
		err = failed(fault, err, "the last checkpoint cannot be read");
	prb_str_finish(&kept);
	return err;
}

/*
 * Start and end.
 */

void
prb_log_origin(const struct prb_issuer *issuer, const uint8_t log_public_key[PRB_KEY_PUBLIC_BYTES],
	char out[PRB_LOG_ORIGIN_BYTES_MAX])
{
	static const char scheme[] = "https://";
	const char *url = issuer->public_url;
	char multikey[PRB_MULTIKEY_BYTES];

	if (strncmp(url, scheme, sizeof scheme - 1) == 0)
		url += sizeof scheme - 1;
	prb_key_public_multikey(log_public_key, multikey);
	if (url[0] != '\0')
		(void)snprintf(out, PRB_LOG_ORIGIN_BYTES_MAX, "%.*s/log",
			(int)sizeof issuer->public_url, url);
	else
		(void)snprintf(out, PRB_LOG_ORIGIN_BYTES_MAX, "probity.invalid/%s", multikey);
}

static enum prb_err
start_witnesses(struct prb_publisher *p, const char *path, struct prb_fault *fault)
{
	struct prb_witnesses_options options = {.state = p->state,
		.sheet = p->sheet,
		.cosigned = add_cosignature,
		.disputed = hold,
		.context = p};
	struct prb_policy *policy;
	enum prb_err err;

	if (path == NULL || path[0] == '\0')
		return PRB_OK;
	policy = calloc(1, sizeof *policy);
	if (policy == NULL)
		return failed(fault, PRB_ERR_MEMORY, path);
	options.policy = policy;
	err = prb_policy_load(path, policy, fault);
	if (err == PRB_OK && policy->count != 0)
		err = prb_witnesses_start(&options, &p->witnesses, fault);
	free(policy);
	return err;
}

static void
destroy(struct prb_publisher *p)
{
	prb_witnesses_stop(p->witnesses);
	prb_state_reader_destroy(p->reader);
	pthread_cond_destroy(&p->called);
	pthread_mutex_destroy(&p->lock);
	prb_str_finish(&p->made);
	free(p);
}

/* All but the thread: in the order in which one thing needs the other. */
static enum prb_err
prepare(struct prb_publisher *p, const struct prb_publisher_options *options,
	struct prb_fault *fault)
{
	enum prb_err err = prb_note_key_fill(
		options->origin, PRB_NOTE_ED25519, options->public_key, &p->key, fault);

	if (err == PRB_OK &&
		snprintf(p->dir, sizeof p->dir, "%s", options->dir) >= (int)sizeof p->dir)
		err = prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL,
			"%s: the path is too long", options->dir);
	if (err == PRB_OK) {
		err = prb_state_reader_create(options->state, &p->reader);
		if (err != PRB_OK)
			return failed(fault, err, "the log cannot be read");
	}
	if (err == PRB_OK)
		err = start_witnesses(p, options->witnesses, fault);
	return err == PRB_OK ? look_back(p, fault) : err;
}

enum prb_err
prb_publisher_start(const struct prb_publisher_options *options, struct prb_publisher **out,
	struct prb_fault *fault)
{
	struct prb_publisher *p = calloc(1, sizeof *p);
	enum prb_err err;

	if (p == NULL)
		return failed(fault, PRB_ERR_MEMORY, "publishing the log");
	prb_timer_init(&p->lock, &p->called);
	prb_str_init(&p->made, PRB_CHECKPOINT_BYTES_MAX);
	p->state = options->state;
	p->secret_key = options->secret_key;
	p->between_ms = options->seconds * 1000;
	p->clock_ms = options->clock_ms;
	p->sha256 = options->sha256;
	p->sheet = options->sheet;
	err = prepare(p, options, fault);
	if (err == PRB_OK) {
		publish_and_say(p, fault);
		/* There is nothing to go on serving: an empty log would contradict what was. */
		if (p->served.n == 0)
			err = p->said;
	}
	if (err == PRB_OK && pthread_create(&p->thread, NULL, run, p) != 0)
		err = failed(fault, PRB_ERR_MEMORY, "the publisher's thread");
	if (err != PRB_OK) {
		destroy(p);
		return err;
	}
	*out = p;
	return PRB_OK;
}

void
prb_publisher_stop(struct prb_publisher *p)
{
	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->stopping = true;
	pthread_cond_signal(&p->called);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->thread, NULL);
	destroy(p);
}

/*
 * Asking.
 */

void
prb_publisher_current(struct prb_publisher *p, struct prb_published *out)
{
	pthread_mutex_lock(&p->lock);
	out->size = p->served.size;
	out->at_ms = p->served.at_ms;
	out->n = p->served.n;
	memcpy(out->note, p->served.note, p->served.n);
	for (size_t i = 0; i < PRB_POLICY_WITNESSES_MAX; i++) {
		size_t n = p->served.cosignatures[i].n;

		if (n > sizeof out->note - out->n)
			break;
		memcpy(out->note + out->n, p->served.cosignatures[i].bytes, n);
		out->n += n;
	}
	pthread_mutex_unlock(&p->lock);
}

uint64_t
prb_publisher_size(struct prb_publisher *p)
{
	return atomic_load(&p->size);
}

bool
prb_publisher_is_held(const struct prb_publisher *p)
{
	return atomic_load(&p->disputed) != 0;
}

void
prb_publisher_vkey(const struct prb_publisher *p, struct prb_str *out)
{
	prb_note_key_write(&p->key, out);
	prb_str_add_char(out, '\n');
}
