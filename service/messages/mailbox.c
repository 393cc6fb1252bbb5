/* SPDX-License-Identifier: Apache-2.0 */
#include "service/messages/mailbox.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "service/state/files.h"

#define FOLDER_NAME "messages"
#define PATH_BYTES_MAX 4096
#define PLACE_BYTES (PRB_MESSAGE_ID_BYTES + PRB_MESSAGE_SEALED_BYTES)
#define FILE_BYTES ((off_t)PRB_MESSAGES_MAX * PLACE_BYTES)
#define DAY_SECONDS 86400

struct prb_mailbox {
	pthread_mutex_t lock;     /* of the files: who has it waits for the disk */
	pthread_mutex_t names;    /* of `bodies` */
	char dir[PATH_BYTES_MAX]; /* of the messages */
	int64_t (*now_s)(void);
	struct prb_bodies *bodies;
};

/* What stands in one place of the file. An id of zeros: nothing. */
struct place {
	struct prb_message_id id;
	uint8_t sealed[PRB_MESSAGE_SEALED_BYTES];
};
static_assert(sizeof(struct place) == PLACE_BYTES, "as it stands in the file");

static const struct prb_message_id no_message;

/* ---- ids ---- */

static bool
is_same(const struct prb_message_id *a, const struct prb_message_id *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

struct prb_message_id
prb_message_id_of(const uint8_t sealed[PRB_MESSAGE_SEALED_BYTES])
{
	struct prb_message_id id;

	(void)crypto_generichash(
		id.bytes, sizeof id.bytes, sealed, PRB_MESSAGE_SEALED_BYTES, NULL, 0);
	return id;
}

void
prb_message_id_write(const struct prb_message_id *id, char out[PRB_MESSAGE_ID_CHARS + 1])
{
	(void)sodium_bin2hex(out, PRB_MESSAGE_ID_CHARS + 1, id->bytes, sizeof id->bytes);
}

bool
prb_message_id_read(struct prb_span text, struct prb_message_id *out)
{
	struct prb_message_id id;
	size_t n;

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] >= 'A' && text.p[i] <= 'F')
			return false;
	if (text.n != PRB_MESSAGE_ID_CHARS ||
		sodium_hex2bin(id.bytes, sizeof id.bytes, text.p, text.n, NULL, &n, NULL) != 0 ||
		n != sizeof id.bytes)
		return false;
	*out = id;
	return true;
}

/* ---- files ---- */

static enum prb_err
make_folder(const struct prb_mailbox *m, struct prb_fault *fault)
{
	if (mkdir(m->dir, S_IRWXU) != 0 && errno != EEXIST)
		return prb_file_failed(fault, m->dir, "making it", errno);
	return PRB_OK;
}

/* What can be set of its times says the day and no more. */
static void
hide_time(const struct prb_mailbox *m, int fd)
{
	int64_t now = m->now_s();
	struct timespec midnight = {.tv_sec = (time_t)(now - now % DAY_SECONDS)};
	struct timespec both[2] = {midnight, midnight};

	(void)futimens(fd, both);
}

/* All its blocks at once: those of a file with holes would tell how many messages ever came. */
static int
fill_file(const struct prb_mailbox *m, int fd)
{
	int error = posix_fallocate(fd, 0, FILE_BYTES);

	if (error == 0 && fsync(fd) != 0)
		error = errno;
	return error == 0 ? prb_folder_sync(m->dir) : error;
}

/* The file of a remedy body, made where it is not there. */
static enum prb_err
open_file(const struct prb_mailbox *m, const char *body, int *fd, struct prb_fault *fault)
{
	char path[PATH_BYTES_MAX];
	struct stat status;
	int opened, error = 0;

	if (snprintf(path, sizeof path, "%s/%s", m->dir, body) >= (int)sizeof path)
		return prb_file_failed(fault, m->dir, "opening", ENAMETOOLONG);
	opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	if (opened < 0)
		return prb_file_failed(fault, path, "opening", errno);
	if (fstat(opened, &status) != 0)
		error = errno;
	else if (!S_ISREG(status.st_mode) || status.st_size > FILE_BYTES)
		error = EINVAL;
	else if (status.st_size < FILE_BYTES)
		error = fill_file(m, opened);
	if (error != 0) {
		(void)close(opened);
		return prb_file_failed(fault, path, "opening", error);
	}
	*fd = opened;
	return PRB_OK;
}

static void
close_file(const struct prb_mailbox *m, int fd)
{
	hide_time(m, fd);
	(void)close(fd);
}

/* All or nothing; errno. */
static int
read_at(int fd, void *bytes, size_t n, off_t at)
{
	ssize_t got;

	do
		got = pread(fd, bytes, n, at);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno;
	return (size_t)got == n ? 0 : EIO;
}

static int
write_at(int fd, const void *bytes, size_t n, off_t at)
{
	const char *p = bytes;

	while (n > 0) {
		ssize_t put = pwrite(fd, p, n, at);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return put < 0 ? errno : ENOSPC;
		p += put;
		at += put;
		n -= (size_t)put;
	}
	return fdatasync(fd) == 0 ? 0 : errno;
}

static off_t
offset_of(size_t place)
{
	return (off_t)place * PLACE_BYTES;
}

static int
clear(int fd, size_t place)
{
	static const struct place nothing;

	return write_at(fd, &nothing, sizeof nothing, offset_of(place));
}

/* ---- the mailbox ---- */

struct prb_mailbox *
prb_mailbox_create(const char *state_dir, int64_t (*now_s)(void))
{
	struct prb_mailbox *m = calloc(1, sizeof *m);

	if (m == NULL)
		return NULL;
	m->now_s = now_s;
	if (snprintf(m->dir, sizeof m->dir, "%s/" FOLDER_NAME, state_dir) >= (int)sizeof m->dir ||
		pthread_mutex_init(&m->lock, NULL) != 0) {
		free(m);
		return NULL;
	}
	if (pthread_mutex_init(&m->names, NULL) == 0)
		return m;
	(void)pthread_mutex_destroy(&m->lock);
	free(m);
	return NULL;
}

void
prb_mailbox_destroy(struct prb_mailbox *m)
{
	if (m == NULL)
		return;
	prb_bodies_drop(m->bodies);
	(void)pthread_mutex_destroy(&m->names);
	(void)pthread_mutex_destroy(&m->lock);
	free(m);
}

static enum prb_err
make_files(const struct prb_mailbox *m, const struct prb_bodies *bodies, struct prb_fault *fault)
{
	enum prb_err err = PRB_OK;

	if (prb_bodies_count(bodies) != 0)
		err = make_folder(m, fault);
	for (size_t i = 0; err == PRB_OK && i < prb_bodies_count(bodies); i++) {
		int fd;

		err = open_file(m, prb_bodies_at(bodies, i)->id.p, &fd, fault);
		if (err == PRB_OK)
			close_file(m, fd);
	}
	return err;
}

enum prb_err
prb_mailbox_serve(struct prb_mailbox *m, struct prb_bodies *bodies, struct prb_fault *fault)
{
	struct prb_bodies *before;
	enum prb_err err;

	(void)pthread_mutex_lock(&m->lock);
	err = make_files(m, bodies, fault);
	(void)pthread_mutex_unlock(&m->lock);
	if (err != PRB_OK)
		return err;
	(void)pthread_mutex_lock(&m->names);
	before = m->bodies;
	m->bodies = prb_bodies_hold(bodies);
	(void)pthread_mutex_unlock(&m->names);
	prb_bodies_drop(before);
	return PRB_OK;
}

struct prb_bodies *
prb_mailbox_bodies(struct prb_mailbox *m)
{
	struct prb_bodies *held;

	(void)pthread_mutex_lock(&m->names);
	held = prb_bodies_hold(m->bodies);
	(void)pthread_mutex_unlock(&m->names);
	return held;
}

/* The first place from `from` on, and round, whose id this is. PRB_ERR_NOT_FOUND. */
static enum prb_err
find(int fd, size_t from, const struct prb_message_id *id, size_t *place, int *error)
{
	struct prb_message_id stands;

	for (size_t i = 0; i < PRB_MESSAGES_MAX; i++) {
		size_t at = (from + i) % PRB_MESSAGES_MAX;

		*error = read_at(fd, &stands, sizeof stands, offset_of(at));
		if (*error != 0)
			return PRB_ERR_IO;
		if (is_same(&stands, id)) {
			*place = at;
			return PRB_OK;
		}
	}
	return PRB_ERR_NOT_FOUND;
}

static enum prb_err
put(int fd, const uint8_t sealed[PRB_MESSAGE_SEALED_BYTES], int *error)
{
	struct place p = {.id = prb_message_id_of(sealed)};
	size_t at;
	enum prb_err err;

	/* Sent again, since the answer was lost on the way: it is one message. Written once more
	 * where it stands: it may have been cut off there. */
	err = find(fd, 0, &p.id, &at, error);
	if (err == PRB_ERR_NOT_FOUND)
		err = find(fd, randombytes_uniform(PRB_MESSAGES_MAX), &no_message, &at, error);
	if (err == PRB_ERR_NOT_FOUND)
		return PRB_ERR_BUSY;
	if (err != PRB_OK)
		return err;
	memcpy(p.sealed, sealed, sizeof p.sealed);
	*error = write_at(fd, &p, sizeof p, offset_of(at));
	if (*error != 0)
		(void)clear(fd, at);
	return *error == 0 ? PRB_OK : PRB_ERR_IO;
}

/* A call on the file of one remedy body, with nobody else at it. */
struct call {
	enum { PUT, LIST, GET, REMOVE } what;
	const uint8_t *sealed;
	const struct prb_message_id *id;
	uint8_t *out;
	struct prb_message_id *ids;
	size_t from, max, count, next;
};

/* A place that was not written to its end holds nobody's message: nobody was told that it was
 * kept. */
static enum prb_err
list(int fd, struct call *c, int *error)
{
	struct place p;

	for (size_t at = c->from; at < PRB_MESSAGES_MAX && c->next == 0; at++) {
		struct prb_message_id is;

		*error = read_at(fd, &p.id, sizeof p.id, offset_of(at));
		if (*error == 0 && is_same(&p.id, &no_message))
			continue;
		if (*error == 0)
			*error = read_at(fd, &p, sizeof p, offset_of(at));
		if (*error != 0)
			return PRB_ERR_IO;
		is = prb_message_id_of(p.sealed);
		if (!is_same(&is, &p.id))
			*error = clear(fd, at);
		else if (c->count == c->max)
			c->next = at;
		else
			c->ids[c->count++] = p.id;
		if (*error != 0)
			return PRB_ERR_IO;
	}
	return PRB_OK;
}

static enum prb_err
get_or_remove(int fd, const struct call *c, int *error)
{
	struct prb_message_id is;
	struct place p;
	size_t at;
	enum prb_err err =
		is_same(c->id, &no_message) ? PRB_ERR_NOT_FOUND : find(fd, 0, c->id, &at, error);

	if (err != PRB_OK)
		return err;
	if (c->what == REMOVE) {
		*error = clear(fd, at);
		return *error == 0 ? PRB_OK : PRB_ERR_IO;
	}
	*error = read_at(fd, &p, sizeof p, offset_of(at));
	if (*error != 0)
		return PRB_ERR_IO;
	is = prb_message_id_of(p.sealed);
	if (!is_same(&is, c->id))
		return PRB_ERR_NOT_FOUND;
	memcpy(c->out, p.sealed, sizeof p.sealed);
	return PRB_OK;
}

static enum prb_err
act(int fd, struct call *c, int *error)
{
	switch (c->what) {
	case PUT:
		return put(fd, c->sealed, error);
	case LIST:
		return list(fd, c, error);
	default:
		return get_or_remove(fd, c, error);
	}
}

static enum prb_err
call(struct prb_mailbox *m, const char *body, struct call *c, struct prb_fault *fault)
{
	int fd, error = 0;
	enum prb_err err;

	(void)pthread_mutex_lock(&m->lock);
	err = open_file(m, body, &fd, fault);
	if (err == PRB_OK) {
		err = act(fd, c, &error);
		close_file(m, fd);
		if (error != 0)
			err = prb_file_failed(fault, m->dir, "reading or writing", error);
	}
	(void)pthread_mutex_unlock(&m->lock);
	return err;
}

enum prb_err
prb_mailbox_put(struct prb_mailbox *m, const char *body,
	const uint8_t sealed[PRB_MESSAGE_SEALED_BYTES], struct prb_fault *fault)
{
	struct call c = {.what = PUT, .sealed = sealed};

	return call(m, body, &c, fault);
}

enum prb_err
prb_mailbox_list(struct prb_mailbox *m, const char *body, size_t from, size_t max,
	struct prb_message_id *out, size_t *count, size_t *next, struct prb_fault *fault)
{
	struct call c = {.what = LIST, .ids = out, .from = from, .max = max};
	enum prb_err err = call(m, body, &c, fault);

	if (err == PRB_OK) {
		*count = c.count;
		*next = c.next;
	}
	return err;
}

enum prb_err
prb_mailbox_get(struct prb_mailbox *m, const char *body, const struct prb_message_id *id,
	uint8_t sealed[PRB_MESSAGE_SEALED_BYTES], struct prb_fault *fault)
{
	struct call c = {.what = GET, .id = id, .out = sealed};

	return call(m, body, &c, fault);
}

enum prb_err
prb_mailbox_remove(struct prb_mailbox *m, const char *body, const struct prb_message_id *id,
	struct prb_fault *fault)
{
	struct call c = {.what = REMOVE, .id = id};

	return call(m, body, &c, fault);
}
