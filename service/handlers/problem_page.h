/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_HANDLERS_PROBLEM_PAGE_H
#define PRB_HANDLERS_PROBLEM_PAGE_H

/* A problem as a page, for somebody who followed a link or typed an address. */

#include "service/handlers/handler.h"

/* Whether people come to an address below or at this one; else programs do. */
bool prb_is_page_address(struct prb_span path);
/* Whether the request is a browser's, for a page: GET or HEAD, at such an address, and Accept
 * prefers HTML to JSON. */
bool prb_wants_problem_page(const struct prb_exchange *exchange);
/* Puts the page in the place of the problem that is the reply, in the language of `lang` or
 * Accept-Language: what it means and what to do; `detail`, in English, below. Where memory runs out
 * the reply stays as it was. Any thread of the exchange's own. */
void prb_put_problem_page(struct prb_exchange *exchange, struct prb_span detail);

#endif
