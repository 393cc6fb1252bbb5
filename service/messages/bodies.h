/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_MESSAGES_BODIES_H
#define PRB_MESSAGES_BODIES_H

/*
 * The remedy bodies that a person can write to: a file that the operator writes (`[messages]
 * bodies`, service/MESSAGES.md). Read whole, checked, and never changed; whoever uses them holds
 * them, and they go when the last one drops them.
 */

#include <stdbool.h>
#include <stdint.h>

#include "scoring/base/fault.h"
#include "scoring/base/text.h"
#include "service/messages/sealed.h"
#include "service/state/id.h"

#define PRB_BODIES_MAX 64
#define PRB_BODIES_FILE_BYTES_MAX ((size_t)256 * 1024)
#define PRB_BODY_ID_BYTES_MAX 32
#define PRB_BODY_COUNTRIES_MAX 250
#define PRB_BODY_LANGUAGES_MAX 40
#define PRB_BODY_LANGUAGE_BYTES_MAX 12
#define PRB_BODY_NAME_BYTES_MAX 200
#define PRB_BODY_NOTE_BYTES_MAX 500
#define PRB_BODY_PHONE_BYTES_MAX 60
#define PRB_BODY_WEBSITE_BYTES_MAX 300

struct prb_body {
	struct prb_span id; /* a word of a-z, 0-9 and -, ended by NUL */
	struct prb_span name;
	struct prb_span note, phone, website; /* n 0: none */
	/* As written: ISO 3166-1 alpha-3 codes; none: wherever somebody writes from. */
	const struct prb_span *countries;
	size_t countries_count;
	const struct prb_span *languages; /* BCP 47 */
	size_t languages_count;
	uint8_t public_key[PRB_MESSAGE_KEY_BYTES];
	struct prb_id organisation; /* whose keys of role remedy_body collect */
};

struct prb_arena;
struct prb_bodies;
struct prb_state_reader;

/* Reads the file; "" gives a set without any. `*out` is held once. The fault's detail begins with
 * the file's name. */
enum prb_err prb_bodies_load(const char *path, struct prb_bodies **out, struct prb_fault *fault);
/* The same of its text. */
enum prb_err prb_bodies_read(
	struct prb_span text, const char *file, struct prb_bodies **out, struct prb_fault *fault);
/* From any thread; NULL is nobody's. */
struct prb_bodies *prb_bodies_hold(struct prb_bodies *bodies);
void prb_bodies_drop(struct prb_bodies *bodies);

size_t prb_bodies_count(const struct prb_bodies *bodies);
const struct prb_body *prb_bodies_at(const struct prb_bodies *bodies, size_t i);
/* NULL where there is none. */
const struct prb_body *prb_bodies_find(const struct prb_bodies *bodies, struct prb_span id);
const struct prb_body *prb_bodies_of(
	const struct prb_bodies *bodies, const struct prb_id *organisation);
/* Whether its organisation is there and active: nothing is taken from a person in need that nobody
 * could collect. */
bool prb_body_is_collected(
	const struct prb_body *body, struct prb_state_reader *reader, struct prb_arena *arena);

#endif
