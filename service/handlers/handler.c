/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/handler.h"

#include <strings.h>

#define DAY_MS 86400000
#define LANGUAGE_FIELDS_MAX 8 /* who sends more gets what the first say */

enum prb_handled
prb_answer(struct prb_exchange *x, int status, const char *type)
{
	if (x->reply.body.failed)
		return prb_refuse(x, PRB_ERR_MEMORY, NULL);
	x->reply.status = status;
	x->reply.type = type;
	return PRB_REPLIED;
}

enum prb_handled
prb_refuse(struct prb_exchange *x, enum prb_err err, const char *detail)
{
	prb_str_reset(&x->reply.body);
	x->reply.parts_count = 0;
	prb_reply_problem(&x->reply, err, detail, &x->faults);
	return PRB_REPLIED;
}

enum prb_lang
prb_head_lang(const struct prb_head *head)
{
	static const struct prb_span name = {"accept-language", 15};
	struct prb_span fields[LANGUAGE_FIELDS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < head->fields_count && count < LANGUAGE_FIELDS_MAX; i++)
		if (head->fields[i].name.n == name.n &&
			strncasecmp(head->fields[i].name.p, name.p, name.n) == 0)
			fields[count++] = head->fields[i].value;
	return prb_lang_negotiate(fields, count);
}

void
prb_speak(struct prb_exchange *x)
{
	x->lang = prb_head_lang(&x->head);
	x->reply.language = prb_lang_tag(x->lang);
}

prb_date
prb_exchange_day(const struct prb_exchange *x)
{
	int64_t days = x->now_ms / DAY_MS;

	return (prb_date)(x->now_ms % DAY_MS < 0 ? days - 1 : days);
}
