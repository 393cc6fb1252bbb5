/* SPDX-License-Identifier: Apache-2.0 */
/* The reference data in use: indicators, entity lists, the release and its tables. */
#include <stdio.h>

#include "clients/render/texts.h"
#include "service/handlers/facts.h"

static const char *const languages[] = {"ar", "en", "es", "fr", "ru", "zh"};
static const char *const no_parameters[] = {NULL};

static void
begin(struct prb_writer *w, struct prb_exchange *x)
{
	prb_writer_init(w, &x->reply.body);
	prb_writer_object(w);
}

/*
 * Indicators.
 */

/* The n-th of a record's texts; "" where it has fewer. */
static const char *
text_at(struct prb_span value, size_t at)
{
	struct prb_cursor c;
	const char *text = "";

	if (value.p == NULL || prb_texts_begin(value, &c) <= at)
		return "";
	for (size_t i = 0; i <= at; i++)
		text = prb_get_text(&c);
	return text;
}

static void
write_names(struct prb_writer *w, const struct prb_exchange *x, int code, const char *name,
	size_t column)
{
	prb_writer_key(w, name);
	prb_writer_object(w);
	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
		char key[16];
		int n = snprintf(key, sizeof(key), "%d" PRB_KEY_SEPARATOR "%s", code, languages[i]);

		prb_write_if(w, languages[i],
			text_at(prb_reader_get(x->desk->reader, PRB_TABLE_INDICATOR_NAME,
					(struct prb_span){key, (size_t)n}),
				column));
	}
	prb_writer_end(w);
}

static void
write_indicator(struct prb_writer *w, const struct prb_exchange *x, int code)
{
	enum { KEY, SIDE, PARAPHRASE, STATUS };
	char key[3] = {(char)('0' + code / 10), (char)('0' + code % 10), '\0'};
	struct prb_span value =
		prb_reader_get(x->desk->reader, PRB_TABLE_INDICATOR, prb_span_of(key));

	prb_writer_object(w);
	prb_writer_member_int(w, "code", code);
	prb_writer_member_text(w, "description", text_at(value, PARAPHRASE));
	prb_writer_member_text(w, "key", prb_indicator_key((enum prb_indicator)code));
	write_names(w, x, code, "names", 0);
	write_names(w, x, code, "names_status", 1);
	prb_writer_member_text(w, "side", text_at(value, SIDE));
	prb_writer_member_text(w, "status", text_at(value, STATUS));
	prb_writer_end(w);
}

enum prb_handled
prb_handle_indicators(struct prb_exchange *x)
{
	static const char *const tables[] = {"indicators_ilo11", "indicator_names", NULL};
	struct prb_writer w;

	if (!prb_query_takes(x, no_parameters))
		return PRB_REPLIED;
	begin(&w, x);
	prb_write_data(&w, x);
	prb_writer_key(&w, "items");
	prb_writer_array(&w);
	for (int code = 1; code <= PRB_INDICATORS; code++)
		write_indicator(&w, x, code);
	prb_writer_end(&w);
	prb_writer_key(&w, "next");
	prb_writer_null(&w);
	prb_writer_key(&w, "sources");
	prb_write_sources(&w, x, tables);
	prb_writer_end(&w);
	return prb_answer_json(x);
}

/*
 * Lists.
 */

static bool
write_list(void *context, struct prb_span key, struct prb_span value)
{
	struct prb_writer *w = context;
	struct prb_list_record list;

	if (!prb_list_read(value, &list)) {
		w->out->failed = true;
		return false;
	}
	prb_writer_object(w);
	prb_writer_member_text(w, "completeness", list.completeness);
	prb_writer_key(w, "countries_taken_as_one");
	prb_writer_array(w);
	for (struct prb_span rest = prb_span_of(list.countries_equal); rest.n >= 3;) {
		size_t used = rest.n > 3 ? 4 : 3; /* codes with ';' between them */

		prb_writer_string(w, (struct prb_span){rest.p, 3});
		rest = (struct prb_span){rest.p + used, rest.n - used};
	}
	prb_writer_end(w);
	prb_writer_member_text(w, "edition", list.edition);
	prb_writer_member_text(w, "effect", list.effect_words);
	prb_writer_member_int(w, "entries", list.entries);
	prb_writer_member_string(w, "list", key);
	prb_writer_member_text(w, "official_page", list.url_words);
	prb_writer_member_text(w, "publisher", list.publisher);
	prb_writer_member_text(w, "title", list.title);
	prb_writer_end(w);
	return true;
}

enum prb_handled
prb_handle_lists(struct prb_exchange *x)
{
	struct prb_writer w;

	if (!prb_query_takes(x, no_parameters))
		return PRB_REPLIED;
	prb_speak(x);
	begin(&w, x);
	prb_write_data(&w, x);
	prb_writer_key(&w, "items");
	prb_writer_array(&w);
	if (!prb_reader_each(x->desk->reader, PRB_TABLE_LIST, write_list, &w))
		return prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
	prb_writer_end(&w);
	prb_writer_key(&w, "next");
	prb_writer_null(&w);
	prb_write_rendered(&w, x, "notice", "note", "no_match_is_no_clearance", NULL, 0);
	prb_writer_end(&w);
	return prb_answer_json(x);
}

/*
 * The release.
 */

static bool
write_table(void *context, struct prb_span key, struct prb_span value)
{
	struct prb_writer *w = context;
	struct prb_source_record source;

	if (!prb_source_read(value, &source)) {
		w->out->failed = true;
		return false;
	}
	prb_writer_object(w);
	prb_write_if(w, "doubts", source.doubts);
	prb_write_if(w, "edition", source.edition);
	prb_write_if(w, "licence", source.licence);
	prb_write_if(w, "publisher", source.publisher);
	prb_write_if(w, "renew", source.renew);
	prb_write_if(w, "retrieved_from", source.retrieved_from);
	prb_write_if(w, "retrieved_on", source.retrieved_on);
	prb_writer_member_int(w, "rows", source.rows);
	prb_writer_member_text(w, "sha256", source.sha256);
	prb_writer_member_string(w, "table", key);
	prb_write_if(w, "title", source.title);
	prb_writer_end(w);
	return true;
}

enum prb_handled
prb_handle_data(struct prb_exchange *x)
{
	struct prb_release_info info;
	struct prb_writer w;

	if (!prb_query_takes(x, no_parameters))
		return PRB_REPLIED;
	prb_release_info(x->desk->release, &info);
	begin(&w, x);
	prb_write_data(&w, x);
	prb_writer_key(&w, "file");
	prb_writer_object(&w);
	prb_writer_member_int(&w, "bytes", (int64_t)info.bytes);
	prb_writer_member_int(&w, "format", info.format);
	prb_writer_member_text(&w, "sha256", info.file_sha256);
	prb_writer_end(&w);
	prb_writer_key(&w, "items");
	prb_writer_array(&w);
	if (!prb_reader_each(x->desk->reader, PRB_TABLE_SOURCE, write_table, &w))
		return prb_refuse(x, PRB_ERR_MEMORY, "memory ran out");
	prb_writer_end(&w);
	prb_write_method(&w, x);
	prb_writer_key(&w, "next");
	prb_writer_null(&w);
	prb_writer_end(&w);
	return prb_answer_json(x);
}
