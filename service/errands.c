/* SPDX-License-Identifier: Apache-2.0 */
#include "service/errands.h"

#include "service/charge.h"

static bool
commit(struct prb_exchange *exchange, enum prb_handled (*resume)(struct prb_exchange *exchange))
{
	struct prb_slot *slot = (struct prb_slot *)exchange;

	slot->resume = resume;
	if (prb_journal_writer_submit(slot->worker->server->writer, exchange))
		return true;
	slot->resume = NULL;
	return false;
}

static bool
note(struct prb_exchange *exchange, const struct prb_stored_event *event)
{
	const struct prb_slot *slot = (const struct prb_slot *)exchange;

	return prb_journal_writer_note(slot->worker->server->writer, event);
}

static void
used(struct prb_exchange *exchange, uint32_t tenant, const struct prb_id *key, int32_t day)
{
	const struct prb_slot *slot = (const struct prb_slot *)exchange;

	prb_journal_writer_used(slot->worker->server->writer, tenant, key, day);
}

static bool
offload(struct prb_exchange *exchange, enum prb_handled (*work)(struct prb_exchange *exchange))
{
	struct prb_slot *slot = (struct prb_slot *)exchange;

	return prb_charge_work(slot) && prb_pool_submit(slot->worker->server->pool, exchange, work);
}

static bool
print(struct prb_exchange *exchange, enum prb_handled (*work)(struct prb_exchange *exchange))
{
	struct prb_slot *slot = (struct prb_slot *)exchange;

	return prb_charge_work(slot) &&
	       prb_pool_submit(slot->worker->server->print_pool, exchange, work);
}

void
prb_errands_fill(struct prb_service *s)
{
	s->commit = commit;
	s->note = note;
	s->used = used;
	s->offload = offload;
	s->print = print;
}
