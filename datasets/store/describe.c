/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/store/describe.h"

#include <stdio.h>
#include <string.h>

#include "datasets/store/records.h"

#define DIFF_LINES_MAX 1000

static bool
describe_source(void *context, struct prb_span key, struct prb_span value)
{
	struct prb_source_record source;
	struct prb_str *out = context;

	if (!prb_source_read(value, &source))
		return true;
	prb_str_addf(out, "\n%.*s: %u rows", PRB_SPAN_ARGS(key), source.rows);
	if (source.title[0] != '\0')
		prb_str_addf(out, "\n  %s\n  %s, edition %s; licence: %s", source.title,
			source.publisher, source.edition, source.licence);
	if (source.doubts[0] != '\0')
		prb_str_addf(out, "\n  doubts: %s", source.doubts);
	prb_str_add_char(out, '\n');
	return true;
}

/* Said at the top too: such a release rates otherwise than one that everybody can build. */
static bool
name_overlay(void *context, struct prb_span key, struct prb_span value)
{
	struct prb_str *out = context;

	(void)value;
	if (prb_span_starts(key, PRB_SPAN("list_")))
		prb_str_addf(out, "list     %.*s, loaded by the operator\n",
			(int)(key.n - strlen("list_")), key.p + strlen("list_"));
	if (prb_span_starts(key, PRB_SPAN("overlay_")))
		prb_str_addf(out, "overlay  %.*s, a copy of the user's own\n",
			(int)(key.n - strlen("overlay_")), key.p + strlen("overlay_"));
	return true;
}

static bool
describe_list(void *context, struct prb_span key, struct prb_span value)
{
	struct prb_list_record list;
	struct prb_str *out = context;

	if (prb_list_read(value, &list))
		prb_str_addf(out, "\n%.*s: %u entries\n  %s, edition %s\n  %s\n",
			PRB_SPAN_ARGS(key), list.entries, list.title, list.edition,
			list.completeness);
	return true;
}

void
prb_release_describe(const struct prb_release *release, struct prb_str *out)
{
	const struct prb_reference *reference = prb_release_reference(release);
	struct prb_release_info info;
	struct prb_reader *reader;

	prb_release_info(release, &info);
	prb_str_addf(out,
		"release  %s\nfile     %s\nsha256   %s\nbytes    %llu\nformat   %u\nmethod   "
		"version %s, %s\n",
		info.release, info.path, info.file_sha256, (unsigned long long)info.bytes,
		info.format, reference->method_version, reference->method_sha256);
	if (prb_reader_create(release, &reader) != PRB_OK) {
		out->failed = true;
		return;
	}
	prb_reader_each(reader, PRB_TABLE_SOURCE, name_overlay, out);
	prb_str_add_text(out, "\nSource tables\n");
	prb_reader_each(reader, PRB_TABLE_SOURCE, describe_source, out);
	prb_str_add_text(out, "\nEntity lists: our copies and how complete they are\n");
	prb_reader_each(reader, PRB_TABLE_LIST, describe_list, out);
	prb_str_add_char(out, '\n');
	prb_reader_destroy(reader);
}

struct comparing {
	const struct prb_reader *other;
	enum prb_table table;
	char missing; /* the mark of a row that the other does not have */
	bool compare; /* say also rows that both have with different values */
	size_t differences;
	struct prb_str *out;
};

/* Keys as people can read them: what is not printable becomes a dot. */
static void
put_key(struct prb_str *out, struct prb_span key)
{
	for (size_t i = 0; i < key.n; i++) {
		unsigned char c = (unsigned char)key.p[i];

		prb_str_add_char(out, c == 0x1F ? '/' : c < 0x20 || c == 0x7F ? '.' : (char)c);
	}
}

static bool
compare_row(void *context, struct prb_span key, struct prb_span value)
{
	struct comparing *c = context;
	struct prb_span other = prb_reader_get(c->other, c->table, key);
	char mark = other.p == NULL ? c->missing : '~';

	if (other.p != NULL && (!c->compare || prb_span_equal(value, other)))
		return true;
	if (c->differences++ < DIFF_LINES_MAX) {
		prb_str_addf(c->out, "%c %s ", mark, prb_table_name(c->table));
		put_key(c->out, key);
		prb_str_add_char(c->out, '\n');
	}
	return true;
}

size_t
prb_release_diff(const struct prb_release *a, const struct prb_release *b, struct prb_str *out)
{
	struct prb_reader *old = NULL, *new = NULL;
	size_t differences = 0;

	if (prb_reader_create(a, &old) != PRB_OK || prb_reader_create(b, &new) != PRB_OK) {
		out->failed = true;
		prb_reader_destroy(old);
		return 1;
	}
	for (int t = 0; t < PRB_TABLES; t++) {
		struct comparing gone = {new, (enum prb_table)t, '-', true, differences, out};
		struct comparing come = {old, (enum prb_table)t, '+', false, 0, out};

		if (t == PRB_TABLE_SEAL)
			continue;
		prb_reader_each(old, (enum prb_table)t, compare_row, &gone);
		come.differences = gone.differences;
		prb_reader_each(new, (enum prb_table)t, compare_row, &come);
		differences = come.differences;
	}
	if (differences > DIFF_LINES_MAX)
		prb_str_addf(out, "... and %zu more\n", differences - DIFF_LINES_MAX);
	prb_str_addf(out, "%zu rows differ\n", differences);
	prb_reader_destroy(old);
	prb_reader_destroy(new);
	return differences;
}
