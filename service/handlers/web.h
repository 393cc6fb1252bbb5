/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_WEB_H
#define PRB_HANDLERS_WEB_H

/*
 * Answers with the pages for people (service/pages). A page is in the language of `?lang=`, which
 * people keep in links, else in that of Accept-Language. Other members of the query are left alone:
 * links are shared with whatever others have put into them.
 */

#include "service/handlers/handler.h"

/* Finds the page in its language (prb_speak_page); NULL where it is not built. */
const struct prb_page_file *prb_web_find(struct prb_exchange *exchange, enum prb_page page);
/* Answers with the page as it is, or, where it is not built (file NULL), with 404 and what to do.
 */
enum prb_handled prb_web_send(
	struct prb_exchange *exchange, enum prb_page page, const struct prb_page_file *file);

/*
 * For a page with a mark: what is before it is appended to reply.body, the handler appends what it
 * has to say, and the end appends what is behind it and answers.
 */
void prb_web_begin(struct prb_exchange *exchange, const struct prb_page_file *file);
enum prb_handled prb_web_end(
	struct prb_exchange *exchange, enum prb_page page, const struct prb_page_file *file);

#endif
