/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/facts.h"

#include <stdarg.h>
#include <stdio.h>

#include "clients/render/texts.h"

#define RELEASE_DIGITS 16 /* of the release's hash: its short name, as in a report */

enum prb_handled
prb_refuse_query(struct prb_exchange *x, const char *format, ...)
{
	char detail[PRB_FAULT_DETAIL_BYTES_MAX * 2];
	struct prb_fault clean;
	va_list args;

	va_start(args, format);
	(void)vsnprintf(detail, sizeof(detail), format, args);
	va_end(args);
	/* Which cuts at the edge of a character. */
	(void)prb_fault_set(&clean, PRB_ERR_QUERY, PRB_NO_OFFSET, "", "%s", detail);
	x->faults.count = x->faults.dropped = 0;
	return prb_refuse(x, PRB_ERR_QUERY, clean.detail);
}

/* Noncharacters are Unicode's own reserve; RFC 7493 keeps them out of JSON. */
static bool
is_clean(struct prb_span text)
{
	for (size_t i = 0; i < text.n;) {
		uint32_t c;
		size_t n = prb_utf8_decode(text.p + i, text.n - i, &c);

		if (n == 0 || c < 0x20 || (c >= 0x7F && c < 0xA0) || (c & 0xFFFE) == 0xFFFE ||
			(c >= 0xFDD0 && c <= 0xFDEF))
			return false;
		i += n;
	}
	return true;
}

bool
prb_query_takes(struct prb_exchange *x, const char *const *known)
{
	struct prb_fault fault;

	for (size_t i = 0; i < x->query.count; i++)
		if (!is_clean(x->query.items[i].name) || !is_clean(x->query.items[i].value)) {
			(void)prb_refuse_query(
				x, "parameter %zu holds a character that is no text", i + 1);
			return false;
		}
	if (prb_query_allow(&x->query, known, &fault) == PRB_OK)
		return true;
	(void)prb_refuse_query(x, "%s", fault.detail);
	return false;
}

bool
prb_query_limit(struct prb_exchange *x, int max, int64_t *limit)
{
	struct prb_span text = prb_query_get(&x->query, "limit");

	if (text.p == NULL || prb_parse_int(text, 1, max, limit))
		return true;
	(void)prb_refuse_query(x, "limit: a number from 1 to %d is wanted", max);
	return false;
}

bool
prb_query_cursor(struct prb_exchange *x, struct prb_id *last, bool *given)
{
	struct prb_span text = prb_query_get(&x->query, "cursor");

	if (text.p == NULL)
		return true;
	*given = prb_id_read(text, last);
	if (!*given)
		(void)prb_refuse_query(x, "cursor: take `next` of the page before");
	return *given;
}

void
prb_write_items(struct prb_writer *w)
{
	prb_writer_object(w);
	prb_writer_key(w, "items");
	prb_writer_array(w);
}

void
prb_write_next(struct prb_writer *w, const char *next)
{
	prb_writer_end(w);
	prb_writer_key(w, "next");
	if (next != NULL)
		prb_writer_text(w, next);
	else
		prb_writer_null(w);
	prb_writer_end(w);
}

void
prb_write_if(struct prb_writer *w, const char *name, const char *text)
{
	if (text != NULL && text[0] != '\0')
		prb_writer_member_text(w, name, text);
}

void
prb_write_as_of(struct prb_writer *w, const struct prb_exchange *x)
{
	char day[PRB_DATE_BYTES];

	prb_date_format(prb_exchange_day(x), day);
	prb_writer_member_text(w, "as_of", day);
}

void
prb_write_data(struct prb_writer *w, const struct prb_exchange *x)
{
	const char *hash = prb_release_reference(x->desk->release)->release;

	prb_writer_key(w, "data");
	prb_writer_object(w);
	prb_writer_member_string(w, "release", (struct prb_span){hash, RELEASE_DIGITS});
	prb_writer_member_text(w, "sha256", hash);
	prb_writer_end(w);
}

void
prb_write_method(struct prb_writer *w, const struct prb_exchange *x)
{
	const struct prb_reference *reference = prb_release_reference(x->desk->release);

	prb_writer_key(w, "method");
	prb_writer_object(w);
	prb_writer_member_text(w, "sha256", reference->method_sha256);
	prb_writer_member_text(w, "version", reference->method_version);
	prb_writer_end(w);
}

static bool
find_source(const struct prb_exchange *x, const char *table, struct prb_source_record *source)
{
	return prb_source_read(
		prb_reader_get(x->desk->reader, PRB_TABLE_SOURCE, prb_span_of(table)), source);
}

void
prb_write_sources(struct prb_writer *w, const struct prb_exchange *x, const char *const *tables)
{
	prb_writer_array(w);
	for (size_t i = 0; tables[i] != NULL; i++) {
		struct prb_source_record source;

		if (!find_source(x, tables[i], &source))
			continue;
		prb_writer_object(w);
		prb_write_if(w, "doubts", source.doubts);
		prb_write_if(w, "edition", source.edition);
		prb_write_if(w, "licence", source.licence);
		prb_write_if(w, "publisher", source.publisher);
		prb_writer_member_text(w, "table", tables[i]);
		prb_write_if(w, "title", source.title);
		prb_writer_end(w);
	}
	prb_writer_end(w);
}

const char *
prb_edition_of(const struct prb_exchange *x, const char *table)
{
	struct prb_source_record source;

	return table != NULL && find_source(x, table, &source) ? source.edition : NULL;
}

void
prb_write_rendered(struct prb_writer *w, const struct prb_exchange *x, const char *name,
	const char *prefix, const char *key, const struct prb_span *args, size_t args_count)
{
	struct prb_str *text = &x->desk->text;

	prb_str_reset(text);
	(void)prb_text_render(x->lang, prefix, prb_span_of(key), args, args_count, text);
	if (text->failed)
		w->out->failed = true;
	prb_writer_member_string(w, name, prb_str_span(text));
}

void
prb_write_keyed(struct prb_writer *w, const struct prb_exchange *x, const char *prefix,
	const char *key, const struct prb_span *args, size_t args_count)
{
	prb_writer_object(w);
	prb_writer_member_text(w, "key", key);
	prb_write_rendered(w, x, "text", prefix, key, args, args_count);
	prb_writer_end(w);
}

void
prb_write_country_name(
	struct prb_writer *w, const struct prb_exchange *x, const char *name, const char *iso3)
{
	prb_write_rendered(w, x, name, "country", iso3, NULL, 0);
}

enum prb_handled
prb_answer_json(struct prb_exchange *x)
{
	return prb_answer(x, 200, PRB_TYPE_JSON);
}
