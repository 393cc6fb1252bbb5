/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "clients/cli/admin.h"
#include "scoring/base/jcs.h"

/* Keys and invitations. */

#define KEYS "/v1/keys"
#define INVITATIONS "/v1/invitations"
#define BODY_BYTES_MAX ((size_t)64 * 1024)
#define CERTIFICATE_BYTES_MAX ((size_t)16 * 1024)

static const struct admin_column key_columns[] = {
	{"id", "/id"},
	{"name", "/name"},
	{"role", "/role"},
	{"standing", "/standing"},
	{"expires", "/expires_at"},
	{"last used", "/last_used_on"},
	{"begins with", "/hint"},
};
static const struct admin_column invitation_columns[] = {
	{"id", "/id"}, {"supplier", "/supplier/name"}, {"country", "/supplier/country"},
	{"state", "/state"}, {"expires", "/expires_at"}, {"declared", "/declarations"},
	{"of", "/declarations_max"},
	{"as invited", "/declared/0/same_supplier"}, /* of the newest */
};
static const struct admin_column declared_columns[] = {
	{"declaration", "/id"},
	{"supplier", "/supplier/name"},
	{"country", "/supplier/country"},
	{"as invited", "/same_supplier"},
};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Posts what makes a secret, and brings it where it was asked to go. */
static int
post_secret(struct admin *a, const char *path, struct prb_str *body, const char *pointer,
	const struct admin_column *columns, size_t count)
{
	const char *secret_path = a->key_out != NULL ? a->key_out : a->link_out, *secret;
	bool bare;
	struct probity_answer *answer;
	bool written = true;
	FILE *file;

	if (!admin_secret_open(secret_path, &file))
		return PRB_EXIT_FAILED;
	answer = admin_post(a, path, body);
	if (answer == NULL) {
		admin_secret_drop(secret_path, file);
		return PRB_EXIT_FAILED;
	}
	secret = admin_text(answer, "", pointer);
	/* Without a public URL there is no link: the key alone is given on. */
	bare = secret == NULL;
	if (bare)
		secret = admin_text(answer, "", "/key");
	if (secret == NULL)
		admin_secret_drop(secret_path, file);
	else
		written = admin_secret_write(secret_path, file, secret);
	admin_show(a, answer, columns, count);
	if (!a->json && secret_path == NULL && secret != NULL)
		printf("%-14s%s\n", strncmp(secret, "prb_", 4) == 0 ? "key" : "link", secret);
	if (bare && secret != NULL)
		prb_cli_say("the server has no public URL, so this is the key alone: the supplier "
			    "opens SERVER/invitation#KEY");
	probity_answer_destroy(answer);
	return prb_cli_flush() && written ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

/* "declare,read" as an array. */
static void
write_scopes(struct prb_writer *w, const char *scopes)
{
	prb_writer_key(w, "scopes");
	prb_writer_array(w);
	for (const char *p = scopes; *p != '\0';) {
		size_t n = strcspn(p, ",");

		prb_writer_string(w, prb_span_trim((struct prb_span){p, n}));
		p += n;
		p += *p == ',';
	}
	prb_writer_end(w);
}

/* The member "certificate", where one is named; false with a word on stderr. */
static bool
write_certificate(const struct admin *a, struct prb_writer *w)
{
	struct prb_str text;
	bool read;

	if (a->certificate == NULL)
		return true;
	read = prb_cli_read(a->certificate, CERTIFICATE_BYTES_MAX, &text);
	if (read && prb_utf8_check(text.p != NULL ? text.p : "", text.n) != text.n) {
		prb_cli_say("%s: a certificate in PEM is text", a->certificate);
		read = false;
	}
	if (read)
		prb_writer_member_string(w, "certificate", prb_str_span(&text));
	prb_str_finish(&text);
	return read;
}

int
admin_key_add(struct admin *a)
{
	struct prb_str body;
	struct prb_writer w;
	int status = PRB_EXIT_FAILED;

	if (a->role == NULL || a->name == NULL)
		return prb_cli_usage("admin", "key add: --role and --name are wanted");
	prb_str_init(&body, BODY_BYTES_MAX);
	prb_writer_init(&w, &body);
	prb_writer_object(&w);
	if (write_certificate(a, &w)) {
		admin_write_number(&w, "expires_days", a->expires_days);
		prb_writer_member_text(&w, "name", a->name);
		admin_write_organisation(a, &w);
		prb_writer_member_text(&w, "role", a->role);
		if (a->scopes != NULL)
			write_scopes(&w, a->scopes);
		prb_writer_end(&w);
		status = post_secret(a, KEYS, &body, "/key", key_columns, COUNT(key_columns));
	}
	prb_str_finish(&body);
	return status;
}

/* A list of one organisation's: the operator says whose. */
static int
list(struct admin *a, const char *path, const struct admin_column *columns, size_t count)
{
	char whole[ADMIN_PATH_BYTES];

	(void)snprintf(whole, sizeof whole, "%s%s%s", path,
		a->organisation_id[0] != '\0' ? "?organisation=" : "", a->organisation_id);
	return admin_list(a, whole, columns, count);
}

int
admin_key_list(struct admin *a)
{
	return list(a, KEYS, key_columns, COUNT(key_columns));
}

int
admin_key_rotate(struct admin *a)
{
	char path[ADMIN_PATH_BYTES];
	struct prb_str body;
	struct prb_writer w;
	int status = PRB_EXIT_FAILED;

	if (!admin_is_id(a->words[0]))
		return PRB_EXIT_USAGE;
	(void)snprintf(path, sizeof path, KEYS "/%s/rotate", a->words[0]);
	prb_str_init(&body, BODY_BYTES_MAX);
	prb_writer_init(&w, &body);
	prb_writer_object(&w);
	if (write_certificate(a, &w)) {
		admin_write_number(&w, "expires_days", a->expires_days);
		admin_write_organisation(a, &w);
		admin_write_number(&w, "overlap_days", a->overlap_days);
		prb_writer_end(&w);
		status = post_secret(a, path, &body, "/key", key_columns, COUNT(key_columns));
	}
	prb_str_finish(&body);
	return status;
}

static int
revoke(struct admin *a, const char *folder, const struct admin_column *columns, size_t count)
{
	char path[ADMIN_PATH_BYTES];
	struct probity_answer *answer;
	struct prb_str body;
	struct prb_writer w;

	if (!admin_is_id(a->words[0]))
		return PRB_EXIT_USAGE;
	(void)snprintf(path, sizeof path, "%s/%s/revoke", folder, a->words[0]);
	prb_str_init(&body, BODY_BYTES_MAX);
	prb_writer_init(&w, &body);
	prb_writer_object(&w);
	admin_write_organisation(a, &w);
	prb_writer_end(&w);
	answer = admin_post(a, path, &body);
	prb_str_finish(&body);
	return admin_end(a, answer, columns, count);
}

int
admin_key_revoke(struct admin *a)
{
	return revoke(a, KEYS, key_columns, COUNT(key_columns));
}

int
admin_invite_add(struct admin *a)
{
	struct prb_str body;
	struct prb_writer w;
	int status;

	prb_str_init(&body, BODY_BYTES_MAX);
	prb_writer_init(&w, &body);
	prb_writer_object(&w);
	admin_write_number(&w, "declarations_max", a->declarations);
	admin_write_number(&w, "expires_days", a->expires_days);
	if (a->language != NULL)
		prb_writer_member_text(&w, "language", a->language);
	admin_write_organisation(a, &w);
	prb_writer_key(&w, "supplier");
	prb_writer_object(&w);
	if (a->country != NULL)
		prb_writer_member_text(&w, "country", a->country);
	prb_writer_member_text(&w, "name", a->words[0]);
	prb_writer_end(&w);
	prb_writer_end(&w);
	status = post_secret(
		a, INVITATIONS, &body, "/link", invitation_columns, COUNT(invitation_columns));
	prb_str_finish(&body);
	return status;
}

int
admin_invite_list(struct admin *a)
{
	return list(a, INVITATIONS, invitation_columns, COUNT(invitation_columns));
}

int
admin_invite_show(struct admin *a)
{
	char path[ADMIN_PATH_BYTES];
	struct probity_answer *answer;

	if (!admin_is_id(a->words[0]))
		return PRB_EXIT_USAGE;
	(void)snprintf(path, sizeof path, INVITATIONS "/%s%s%s", a->words[0],
		a->organisation_id[0] != '\0' ? "?organisation=" : "", a->organisation_id);
	answer = admin_get(a, path);
	if (answer == NULL)
		return PRB_EXIT_FAILED;
	admin_show(a, answer, invitation_columns, COUNT(invitation_columns));
	admin_show_rows(a, answer, "/declared", declared_columns, COUNT(declared_columns));
	probity_answer_destroy(answer);
	return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

int
admin_invite_revoke(struct admin *a)
{
	return revoke(a, INVITATIONS, invitation_columns, COUNT(invitation_columns));
}
