/* SPDX-License-Identifier: Apache-2.0 */
/* GET /v1/statistics: what was counted as of a midnight, by what is asked for. */
#include "service/statistics/statistics.h"

#include "service/handlers/facts.h"

#define WORKERS "workers"
#define COUNTING_RETRY_AFTER_S 5

/* One word of `by`; false with a refusal made. */
static bool
take_word(struct prb_exchange *x, struct prb_span word, struct prb_statistics_query *q)
{
	if (prb_span_is(word, WORKERS) && !q->with_workers) {
		q->with_workers = true;
		return true;
	}
	for (int i = 0; i < PRB_COUNTS_BY; i++) {
		if (!prb_span_is(word, prb_count_by_word((enum prb_count_by)i)))
			continue;
		if (q->b != PRB_BY_NOTHING || (int)q->a == i)
			break;
		q->b = q->a;
		q->a = (enum prb_count_by)i;
		if (q->b < q->a) {
			q->a = q->b;
			q->b = (enum prb_count_by)i;
		}
		return true;
	}
	(void)prb_refuse_query(x, "by: one or two of chapter, country, indicator, month and rating "
				  "are wanted, or one with workers, a comma between them");
	return false;
}

static bool
read_by(struct prb_exchange *x, struct prb_statistics_query *q)
{
	struct prb_span by = prb_query_get(&x->query, "by");

	while (by.n > 0) {
		size_t n = 0;

		while (n < by.n && by.p[n] != ',')
			n++;
		if (!take_word(x, (struct prb_span){by.p, n}, q))
			return false;
		if (n + 1 == by.n)
			return take_word(x, PRB_SPAN(""), q);
		by.p += n < by.n ? n + 1 : n;
		by.n -= n < by.n ? n + 1 : n;
	}
	if (q->with_workers && q->b != PRB_BY_NOTHING) {
		(void)prb_refuse_query(x, "by: sums of workers are given by one dimension at most");
		return false;
	}
	return true;
}

enum prb_handled
prb_handle_statistics(struct prb_exchange *x)
{
	static const char *const known[] = {"by", NULL};
	struct prb_statistics_query q = {.a = PRB_BY_NOTHING, .b = PRB_BY_NOTHING};
	enum prb_err err = PRB_ERR_BUSY;

	if (!prb_query_takes(x, known) || !read_by(x, &q))
		return PRB_REPLIED;
	if (x->service->statistics != NULL)
		err = prb_statistics_answer(x->service->statistics, &q, &x->reply.body);
	if (err == PRB_ERR_BUSY) {
		x->reply.retry_after_s = COUNTING_RETRY_AFTER_S;
		return prb_refuse(x, err, "the declarations are being counted");
	}
	return err == PRB_OK ? prb_answer(x, 200, PRB_TYPE_JSON) : prb_refuse(x, err, NULL);
}
