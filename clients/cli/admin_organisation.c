/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/admin.h"
#include "scoring/base/jcs.h"

#define ORGANISATIONS "/v1/organisations"
#define BODY_BYTES_MAX ((size_t)16 * 1024)

static const struct admin_column columns[] = {
	{"id", "/id"},
	{"name", "/name"},
	{"standing", "/standing"},
	{"created", "/created_at"},
};
#define COLUMNS (sizeof columns / sizeof columns[0])

/* Posts one member, or two, and shows the organisation that comes. adopts: of a new one. */
static int
post(struct admin *a, const char *path, const char *name, const char *value, bool adopts)
{
	struct probity_answer *answer;
	struct prb_str body;
	struct prb_writer w;

	prb_str_init(&body, BODY_BYTES_MAX);
	prb_writer_init(&w, &body);
	prb_writer_object(&w);
	if (adopts)
		prb_writer_member_bool(&w, "adopts_open", true);
	prb_writer_member_text(&w, name, value);
	prb_writer_end(&w);
	answer = admin_post(a, path, &body);
	prb_str_finish(&body);
	return admin_end(a, answer, columns, COLUMNS);
}

/* The path of the organisation that the first word names; false with a word on stderr. */
static bool
path_of(struct admin *a, const char *part, char out[ADMIN_PATH_BYTES])
{
	char id[ADMIN_ID_BYTES];

	if (!admin_find_organisation(a, a->words[0], id))
		return false;
	(void)snprintf(out, ADMIN_PATH_BYTES, ORGANISATIONS "/%s%s", id, part);
	return true;
}

int
admin_organisation_add(struct admin *a)
{
	return post(a, ORGANISATIONS, "name", a->words[0], a->adopt_open);
}

int
admin_organisation_list(struct admin *a)
{
	return admin_list(a, ORGANISATIONS, columns, COLUMNS);
}

int
admin_organisation_show(struct admin *a)
{
	char path[ADMIN_PATH_BYTES];

	return path_of(a, "", path) ? admin_end(a, admin_get(a, path), columns, COLUMNS)
				    : PRB_EXIT_FAILED;
}

static int
change(struct admin *a, const char *name, const char *value)
{
	char path[ADMIN_PATH_BYTES];

	return path_of(a, "", path) ? post(a, path, name, value, false) : PRB_EXIT_FAILED;
}

int
admin_organisation_rename(struct admin *a)
{
	return change(a, "name", a->words[1]);
}

int
admin_organisation_suspend(struct admin *a)
{
	return change(a, "standing", "suspended");
}

int
admin_organisation_resume(struct admin *a)
{
	return change(a, "standing", "active");
}

int
admin_organisation_erase(struct admin *a)
{
	static const struct admin_column erased[] = {
		{"id", "/id"},
		{"erased", "/erased_at"},
		{"before", "/before"},
		{"keys", "/keys"},
		{"kept from", "/kept_from"},
	};
	char path[ADMIN_PATH_BYTES];
	struct probity_answer *answer;
	struct prb_str body;
	struct prb_writer w;

	if (a->confirm == NULL)
		return prb_cli_usage("admin",
			"what is erased is gone for good: say --confirm with the organisation's "
			"name, letter by letter");
	if (!path_of(a, "/erase", path))
		return PRB_EXIT_FAILED;
	prb_str_init(&body, BODY_BYTES_MAX);
	prb_writer_init(&w, &body);
	prb_writer_object(&w);
	if (a->before != NULL)
		prb_writer_member_text(&w, "before", a->before);
	prb_writer_member_text(&w, "confirm", a->confirm);
	prb_writer_end(&w);
	answer = admin_post(a, path, &body);
	prb_str_finish(&body);
	return admin_end(a, answer, erased, sizeof erased / sizeof erased[0]);
}
