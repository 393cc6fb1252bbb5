/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_SERVICE_CHARGE_H
#define PRB_SERVICE_CHARGE_H

/*
 * What a request takes from the limits of whoever sends it: of its key where it has one, else of
 * its address. Loopback is exempt unless `[limits] loopback` says otherwise: those who have a shell
 * on the machine are not kept out by this. Through a trusted proxy nobody is exempt, wherever it
 * stands.
 */

#include "service/connection.h"

/* A new connection: whether it is a trusted proxy's. */
void prb_charge_open(struct prb_connection *connection);
/* x->peer: whom a proxy names, else the connection's. */
void prb_charge_peer(struct prb_connection *connection, struct prb_exchange *exchange);
/* Takes it from the limits of x->caller, and fills reply.rate_fields. False, with 429 made. */
bool prb_charge_request(struct prb_connection *connection, struct prb_exchange *exchange);
/* The same for a public lookup that is answered from memory: false where the ordinary way has to
 * refuse it, and nothing was taken. Appends the rate fields, if any, to `out`. */
bool prb_charge_lookup(
	struct prb_connection *connection, const struct prb_head *head, struct prb_str *out);
/* One more streamed body of this caller at a time; given back with the slot. False, with 429 made.
 */
bool prb_charge_stream(struct prb_connection *connection, struct prb_exchange *exchange);
/* One more exchange of this caller with the pool at a time, so that nobody has all its places;
 * given back with the slot, and taken once for it. False where the caller has as many as it may. */
bool prb_charge_work(struct prb_slot *slot);

#endif
