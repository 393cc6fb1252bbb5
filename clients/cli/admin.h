/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_ADMIN_H
#define PRB_CLI_ADMIN_H

/*
 * `probity admin`: organisations, keys, invitations and the audit trail of a server. It speaks to
 * the operator's socket in the state's folder, or, as an admin of an organisation, to its address.
 */

#include "clients/cli/cli.h"
#include "clients/cli/remote.h"
#include "scoring/base/jcs.h"

#define ADMIN_ID_BYTES (REMOTE_UUID_CHARACTERS + 1)
#define ADMIN_PATH_BYTES 512
#define ADMIN_PAGE_ITEMS 100   /* the most that the server gives */
#define ADMIN_PAGES_MAX 100000 /* of a list: a server that never ends is left */

struct admin {
	struct remote remote;
	/* The options, as given; NULL where they were not. */
	const char *state, *socket, *organisation, *name, *role, *scopes, *expires_days,
		*overlap_days, *certificate, *key_out, *link_out, *country, *language,
		*declarations, *confirm, *before, *from, *to, *out;
	bool adopt_open, json;
	char **words;                         /* behind noun and verb */
	char organisation_id[ADMIN_ID_BYTES]; /* "" where none was named */
};

/* The verbs; each returns the exit status. */
int admin_organisation_add(struct admin *a);
int admin_organisation_list(struct admin *a);
int admin_organisation_show(struct admin *a);
int admin_organisation_rename(struct admin *a);
int admin_organisation_suspend(struct admin *a);
int admin_organisation_resume(struct admin *a);
int admin_organisation_erase(struct admin *a);
int admin_key_add(struct admin *a);
int admin_key_list(struct admin *a);
int admin_key_rotate(struct admin *a);
int admin_key_revoke(struct admin *a);
int admin_invite_add(struct admin *a);
int admin_invite_list(struct admin *a);
int admin_invite_show(struct admin *a);
int admin_invite_revoke(struct admin *a);
int admin_audit(struct admin *a);

/*
 * ---- What they share ----
 */

/* Whether `text` can be a whole number for a request; NULL can. */
bool admin_is_number(const char *text);
/* Whether it is an id, as far as a path is concerned; else a word on stderr. */
bool admin_is_id(const char *text);
/* The id of an organisation that is named by its id or its name. False with a word on stderr. */
bool admin_find_organisation(struct admin *a, const char *named, char out[ADMIN_ID_BYTES]);

/* A member with a whole number, as it was given. */
void admin_write_number(struct prb_writer *w, const char *name, const char *text);
/* The member "organisation", where one was named. */
void admin_write_organisation(const struct admin *a, struct prb_writer *w);

/* What the server answers, which is the caller's to destroy; NULL, with words on stderr, where that
 * is no yes. */
struct probity_answer *admin_get(struct admin *a, const char *path);
struct probity_answer *admin_post(struct admin *a, const char *path, struct prb_str *body);
/* A value of the answer, or of an item in it ("" for none), by its pointer; NULL for null too. */
const char *admin_text(struct probity_answer *answer, const char *item, const char *pointer);

/* A column of a list, or a line of one thing: what it is called, and its JSON pointer. */
struct admin_column {
	const char *title, *pointer;
};
/* One thing, a line for each member that is there; or as JSON. */
void admin_show(const struct admin *a, struct probity_answer *answer,
	const struct admin_column *columns, size_t count);
/* Shows it and destroys it, and returns the exit status; answer NULL: that it failed. */
int admin_end(const struct admin *a, struct probity_answer *answer,
	const struct admin_column *columns, size_t count);
/* The members of a list in it, at this pointer, as a table; nothing where there are none, and with
 * --json, which shows them already. */
void admin_show_rows(const struct admin *a, struct probity_answer *answer, const char *list,
	const struct admin_column *columns, size_t count);
/* Fetches every page of `path` and prints its items as a table, or each as a line of JSON. */
int admin_list(struct admin *a, const char *path, const struct admin_column *columns, size_t count);
/* Calls `take` for each item of each page, with its pointer ("/items/3"); it returns false to give
 * up. Lines to a terminal say how far it is, where `progress` names what is counted. */
int admin_each(struct admin *a, const char *path, int limit, const char *progress,
	bool (*take)(void *context, struct probity_answer *answer, const char *item),
	void *context);

/*
 * A secret is written to a file that is made before it is asked for, mode 0600: so that none is
 * lost for want of a place. file NULL: none was named, and it goes to standard output.
 */
bool admin_secret_open(const char *path, FILE **file);
/* Writes it and closes; false with a word on stderr. */
bool admin_secret_write(const char *path, FILE *file, const char *text);
/* Nothing came: the empty file goes. */
void admin_secret_drop(const char *path, FILE *file);

#endif
