/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies of requests, read by their tables of members. */
#include <stdio.h>
#include <string.h>

#include "service/handlers/admin.h"
#include "service/handlers/answers.h"

struct reading {
	struct prb_exchange *x;
	struct prb_admin_request *out;
};

/* A name out of a request, quoted no longer than a pointer may be. */
static void
fault(struct reading *r, enum prb_err err, const char *base, const char *name, const char *what)
{
	char pointer[64];

	(void)snprintf(pointer, sizeof pointer, "%s/%.40s", base, name);
	(void)prb_faults_add(&r->x->faults, err, pointer, "%s", what);
}

/* Control characters (Unicode's category Cc), its line and paragraph separator, and its property
 * Bidi_Control (PropList.txt), with which a name can be made to look like another. */
static bool
steers(uint32_t c)
{
	return c < ' ' || (c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F ||
	       (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* What people read in lists and tables: no line ends and nothing else that steers. */
static bool
is_one_line(struct prb_span text)
{
	uint32_t c;
	size_t n;

	for (size_t i = 0; i < text.n; i += n) {
		n = prb_utf8_decode(text.p + i, text.n - i, &c);
		if (n == 0 || steers(c))
			return false;
	}
	return prb_span_trim(text).n != 0;
}

static void
read_text(struct reading *r, const struct prb_json *m, const char *base,
	const struct prb_admin_row *row, void *at)
{
	char pointer[64];
	struct prb_span text;

	if (prb_json_kind(m) != PRB_JSON_STRING) {
		fault(r, PRB_ERR_TYPE, base, row->name, "a string is wanted");
		return;
	}
	text = prb_json_string(m);
	if ((int64_t)text.n < row->min || (int64_t)text.n > row->max) {
		(void)snprintf(pointer, sizeof pointer, "%s/%s", base, row->name);
		(void)prb_faults_add(&r->x->faults, PRB_ERR_RANGE, pointer,
			"a text of %lld to %lld bytes is wanted", (long long)row->min,
			(long long)row->max);
	} else if (row->kind == PRB_ADMIN_TEXT && !is_one_line(text)) {
		fault(r, PRB_ERR_VALUE, base, row->name,
			"a line of text is wanted, without control characters and without those "
			"that change the direction of text");
	} else {
		*(struct prb_span *)at = text;
	}
}

static void
read_number(struct reading *r, const struct prb_json *m, const struct prb_admin_row *row, void *at)
{
	char pointer[64];
	int64_t number;

	if (prb_json_kind(m) != PRB_JSON_NUMBER) {
		fault(r, PRB_ERR_TYPE, "", row->name, "a number is wanted");
	} else if (!prb_json_int(m, &number) || number < row->min || number > row->max) {
		(void)snprintf(pointer, sizeof pointer, "/%s", row->name);
		(void)prb_faults_add(&r->x->faults, PRB_ERR_RANGE, pointer,
			"a whole number from %lld to %lld is wanted", (long long)row->min,
			(long long)row->max);
	} else {
		*(int64_t *)at = number;
	}
}

static struct prb_span
string_of(const struct prb_json *m)
{
	return prb_json_kind(m) == PRB_JSON_STRING ? prb_json_string(m) : PRB_SPAN("");
}

static void
read_date(struct reading *r, const struct prb_json *m, const struct prb_admin_row *row, void *at)
{
	if (!prb_date_parse(string_of(m), at))
		fault(r, PRB_ERR_DATE, "", row->name, "a date is wanted, YYYY-MM-DD");
}

static void
read_role(struct reading *r, const struct prb_json *m, const struct prb_admin_row *row, void *at)
{
	const struct prb_role_facts *role = prb_role_named(string_of(m));

	if (role == NULL)
		fault(r, PRB_ERR_VALUE, "", row->name,
			"one of these is wanted: supplier, company, officer, auditor, admin, "
			"remedy_body");
	else
		*(const struct prb_role_facts **)at = role;
}

/* Which of them the role can have is for the handler to say: both must be read first. */
static void
read_scopes(struct reading *r, const struct prb_json *m, const struct prb_admin_row *row, void *at)
{
	uint32_t scopes = 0;

	if (prb_json_kind(m) != PRB_JSON_ARRAY || prb_json_first(m) == NULL) {
		fault(r, PRB_ERR_TYPE, "", row->name, "an array of scopes is wanted, one or more");
		return;
	}
	for (const struct prb_json *e = prb_json_first(m); e != NULL; e = prb_json_next(e)) {
		enum prb_access_scope scope;

		if (!prb_scope_named(string_of(e), &scope)) {
			fault(r, PRB_ERR_VALUE, "", row->name,
				"there is no such scope: service/API.md lists them");
			return;
		}
		if ((scopes & 1U << scope) != 0) {
			fault(r, PRB_ERR_VALUE, "", row->name, "a scope stands there twice");
			return;
		}
		scopes |= 1U << scope;
	}
	*(uint32_t *)at = scopes;
}

static void
read_standing(
	struct reading *r, const struct prb_json *m, const struct prb_admin_row *row, void *at)
{
	struct prb_span word = string_of(m);

	if (prb_span_is(word, "active"))
		*(int64_t *)at = PRB_ORGANISATION_ACTIVE;
	else if (prb_span_is(word, "suspended"))
		*(int64_t *)at = PRB_ORGANISATION_SUSPENDED;
	else
		fault(r, PRB_ERR_VALUE, "", row->name, "active or suspended is wanted");
}

static void
read_truth(struct reading *r, const struct prb_json *m, const struct prb_admin_row *row, void *at)
{
	if (prb_json_kind(m) == PRB_JSON_BOOL)
		*(bool *)at = prb_json_bool(m);
	else
		fault(r, PRB_ERR_TYPE, "", row->name, "true or false is wanted");
}

static void
read_party(struct reading *r, const struct prb_json *m, const struct prb_admin_row *row)
{
	static const struct prb_admin_row name = {"name", PRB_ADMIN_TEXT, 0, 1,
						  PRB_ADMIN_NAME_BYTES_MAX, true},
					  country = {"country", PRB_ADMIN_TEXT, 0, 1,
						  PRB_ADMIN_NAME_BYTES_MAX, false};

	if (prb_json_kind(m) != PRB_JSON_OBJECT) {
		fault(r, PRB_ERR_TYPE, "", row->name, "an object with name and country is wanted");
		return;
	}
	for (const struct prb_json *p = prb_json_first(m); p != NULL; p = prb_json_next(p)) {
		if (strcmp(prb_json_name(p), "name") == 0)
			read_text(r, p, "/supplier", &name, &r->out->party_name);
		else if (strcmp(prb_json_name(p), "country") == 0)
			read_text(r, p, "/supplier", &country, &r->out->party_country);
		else
			fault(r, PRB_ERR_MEMBER_UNKNOWN, "/supplier", prb_json_name(p),
				"a supplier has name and country here");
	}
	if (prb_json_member(m, "name") == NULL)
		fault(r, PRB_ERR_MEMBER_MISSING, "/supplier", "name", "this member is required");
}

static void
read_value(struct reading *r, const struct prb_json *m, const struct prb_admin_row *row)
{
	void *at = (char *)r->out + row->at;

	switch (row->kind) {
	case PRB_ADMIN_TEXT:
	case PRB_ADMIN_PEM:
		read_text(r, m, "", row, at);
		break;
	case PRB_ADMIN_NUMBER:
		read_number(r, m, row, at);
		break;
	case PRB_ADMIN_DATE:
		read_date(r, m, row, at);
		break;
	case PRB_ADMIN_ROLE:
		read_role(r, m, row, at);
		break;
	case PRB_ADMIN_SCOPES:
		read_scopes(r, m, row, at);
		break;
	case PRB_ADMIN_STANDING:
		read_standing(r, m, row, at);
		break;
	case PRB_ADMIN_TRUTH:
		read_truth(r, m, row, at);
		break;
	case PRB_ADMIN_PARTY:
		read_party(r, m, row);
		break;
	}
}

static const struct prb_admin_row *
find_row(const struct prb_admin_row *rows, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

/* "this is no member here: expires_days, name and role are" */
static void
refuse_unknown(struct reading *r, const struct prb_admin_row *rows, size_t count, const char *name)
{
	char what[PRB_FAULT_DETAIL_BYTES_MAX] = "this is no member here: ";

	for (size_t i = 0; i < count; i++) {
		size_t n = strlen(what);

		(void)snprintf(what + n, sizeof what - n, "%s%s", rows[i].name,
			i + 1 == count   ? count == 1 ? " is" : " are"
			: i + 2 == count ? " and "
					 : ", ");
	}
	fault(r, PRB_ERR_MEMBER_UNKNOWN, "", name, what);
}

static void
read_all(struct reading *r, const struct prb_json *root, const struct prb_admin_row *rows,
	size_t count)
{
	for (const struct prb_json *m = prb_json_first(root); m != NULL; m = prb_json_next(m)) {
		const struct prb_admin_row *row = find_row(rows, count, prb_json_name(m));

		if (row != NULL)
			read_value(r, m, row);
		else
			refuse_unknown(r, rows, count, prb_json_name(m));
	}
	for (size_t i = 0; i < count; i++)
		if (rows[i].required && prb_json_member(root, rows[i].name) == NULL)
			fault(r, PRB_ERR_MEMBER_MISSING, "", rows[i].name,
				"this member is required");
}

bool
prb_admin_read(struct prb_exchange *x, const struct prb_admin_row *rows, size_t count,
	struct prb_admin_request *out)
{
	struct prb_admin_request read = *out;
	struct reading r = {x, &read};
	const struct prb_json *root;
	struct prb_fault bad;
	enum prb_err err;

	if (!prb_body_is(x, PRB_TYPE_JSON)) {
		(void)prb_refuse(x, PRB_ERR_MEDIA_TYPE, "the body is sent as application/json");
		return false;
	}
	err = prb_json_parse(x->arena, x->body, PRB_ADMIN_REQUEST_BYTES_MAX, &bad, &root);
	if (err != PRB_OK) {
		x->faults.count = 1;
		x->faults.items[0] = bad;
	} else if (prb_json_kind(root) != PRB_JSON_OBJECT) {
		(void)prb_faults_add(&x->faults, PRB_ERR_TYPE, "", "an object is wanted");
	} else {
		read_all(&r, root, rows, count);
	}
	if (x->faults.count == 0) {
		*out = read;
		return true;
	}
	(void)prb_refuse(x, x->faults.items[0].err, NULL);
	return false;
}
