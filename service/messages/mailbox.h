/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_MESSAGES_MAILBOX_H
#define PRB_MESSAGES_MAILBOX_H

/*
 * Where sealed messages lie until they are collected: STATE/messages/ID, one file for each remedy
 * body, of one size from the day it is made. It has PRB_MESSAGES_MAX places of one size; a message
 * takes a free one by chance. So nothing there has a name, an order or a time of its own: a file
 * for each message would have a time that nobody can take back (its status change). The times of
 * the file itself that can be set are those of a midnight.
 *
 * A message is known by a hash of its sealed bytes, which are random to whoever cannot open them.
 * The same hash shows whether a place was written to its end before the machine fell.
 *
 * Nothing of this is in the journal: it is not ordered, logged, backed up or brought back. What was
 * removed is written over with zeros.
 *
 * Any thread; one at a time is let in. The disk is waited for: not for a loop.
 */

#include "service/messages/bodies.h"

#define PRB_MESSAGES_MAX 4096 /* for one remedy body: 25 MiB */
#define PRB_MESSAGE_ID_BYTES 16
#define PRB_MESSAGE_ID_CHARS 32

struct prb_message_id {
	uint8_t bytes[PRB_MESSAGE_ID_BYTES];
};
/* The id that a message is known by: a hash of its sealed bytes. */
struct prb_message_id prb_message_id_of(const uint8_t sealed[PRB_MESSAGE_SEALED_BYTES]);
void prb_message_id_write(const struct prb_message_id *id, char out[PRB_MESSAGE_ID_CHARS + 1]);
/* Hexadecimal digits, small ones. */
bool prb_message_id_read(struct prb_span text, struct prb_message_id *out);

struct prb_mailbox;
/* `now_s` gives seconds since 1970. NULL without memory. Nothing is opened. */
struct prb_mailbox *prb_mailbox_create(const char *state_dir, int64_t (*now_s)(void));
void prb_mailbox_destroy(struct prb_mailbox *mailbox);
/* These are written to from now on; it holds them. Makes their files, so that the time when one was
 * made is none of a message. */
enum prb_err prb_mailbox_serve(
	struct prb_mailbox *mailbox, struct prb_bodies *bodies, struct prb_fault *fault);
/* Those, held for the caller, who drops them. */
struct prb_bodies *prb_mailbox_bodies(struct prb_mailbox *mailbox);

/* On the disk when it returns. PRB_ERR_BUSY: all places are taken; PRB_ERR_FULL: the disk is full;
 * PRB_ERR_IO. Also for the functions below. */
enum prb_err prb_mailbox_put(struct prb_mailbox *mailbox, const char *body,
	const uint8_t sealed[PRB_MESSAGE_SEALED_BYTES], struct prb_fault *fault);
/* Up to `max` ids from the place `from` on, in an order that says nothing; *next is where to go on,
 * 0 at the end. Places that were not written to their end are freed. */
enum prb_err prb_mailbox_list(struct prb_mailbox *mailbox, const char *body, size_t from,
	size_t max, struct prb_message_id *out, size_t *count, size_t *next,
	struct prb_fault *fault);
/* PRB_ERR_NOT_FOUND where there is none. */
enum prb_err prb_mailbox_get(struct prb_mailbox *mailbox, const char *body,
	const struct prb_message_id *id, uint8_t sealed[PRB_MESSAGE_SEALED_BYTES],
	struct prb_fault *fault);
enum prb_err prb_mailbox_remove(struct prb_mailbox *mailbox, const char *body,
	const struct prb_message_id *id, struct prb_fault *fault);

#endif
