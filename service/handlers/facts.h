/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_FACTS_H
#define PRB_HANDLERS_FACTS_H

/*
 * What the handlers of reference data share. Their answers depend on target, language, release and
 * day alone, as they are kept and given again.
 */

#include "datasets/store/records.h"
#include "scoring/base/jcs.h"
#include "service/handlers/handler.h"

/* Refuses with invalid-query; the texts quoted must be clean (see prb_query_takes). */
enum prb_handled prb_refuse_query(struct prb_exchange *exchange, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Whether the query holds parameters of these names alone (ended by NULL), and only characters that
 * I-JSON takes. If not, the exchange is refused. */
bool prb_query_takes(struct prb_exchange *exchange, const char *const *known);
/* The parameters of a page: `limit`, from 1 to max, and `cursor`, where that is an id. What was not
 * given is left as it is. False, with a refusal made. */
bool prb_query_limit(struct prb_exchange *exchange, int max, int64_t *limit);
bool prb_query_cursor(struct prb_exchange *exchange, struct prb_id *last, bool *given);

/* The members "as_of", "data" and "method", each with its key. */
void prb_write_as_of(struct prb_writer *w, const struct prb_exchange *exchange);
void prb_write_data(struct prb_writer *w, const struct prb_exchange *exchange);
void prb_write_method(struct prb_writer *w, const struct prb_exchange *exchange);
/* An array of the rows of SOURCE of these tables (ended by NULL) that the release has. */
void prb_write_sources(
	struct prb_writer *w, const struct prb_exchange *exchange, const char *const *tables);
/* Begins {"items":[ , and ends it behind them: the member "next", null where next is NULL. */
void prb_write_items(struct prb_writer *w);
void prb_write_next(struct prb_writer *w, const char *next);
/* A member, left out where its text is empty or NULL. */
void prb_write_if(struct prb_writer *w, const char *name, const char *text);
/* A member whose text is made of a key and arguments, in the exchange's language; uses the desk's
 * text. */
void prb_write_rendered(struct prb_writer *w, const struct prb_exchange *exchange, const char *name,
	const char *prefix, const char *key, const struct prb_span *args, size_t args_count);
/* {"key", "text"}: a fixed text of clients/render. */
void prb_write_keyed(struct prb_writer *w, const struct prb_exchange *exchange, const char *prefix,
	const char *key, const struct prb_span *args, size_t args_count);
/* A member with a country's name in the exchange's language; uses the desk's text. */
void prb_write_country_name(struct prb_writer *w, const struct prb_exchange *exchange,
	const char *name, const char *iso3);
/* The edition of a source table; NULL where there is none. */
const char *prb_edition_of(const struct prb_exchange *exchange, const char *table);

/* Ends a JSON answer. */
enum prb_handled prb_answer_json(struct prb_exchange *exchange);

#endif
