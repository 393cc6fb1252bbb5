/* SPDX-License-Identifier: Apache-2.0 */
#include "service/handlers/handler.h"

#define DAY_MS 86400000

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

prb_date
prb_exchange_day(const struct prb_exchange *x)
{
	int64_t days = x->now_ms / DAY_MS;

	return (prb_date)(x->now_ms % DAY_MS < 0 ? days - 1 : days);
}
