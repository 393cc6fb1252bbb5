/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/lib/fetch_named.h"

#include <stdio.h>
#include <string.h>

#include "clients/lib/address.h"
#include "clients/lib/wire.h"

#define TIMEOUT_MS 20000L
#define CONNECT_TIMEOUT_MS 10000L

/* What may be asked at all. */
static enum prb_err
read_url(struct prb_span url, struct prb_address *out, struct prb_fault *fault)
{
	char text[PRB_ADDRESS_BYTES_MAX];
	struct prb_fault inner;

	if (url.n >= sizeof text || (url.n > 0 && memchr(url.p, '\0', url.n) != NULL))
		return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
			"its address is too long, or none");
	(void)snprintf(text, sizeof text, "%.*s", PRB_SPAN_ARGS(url));
	if (prb_address_read(text, out, &inner) != PRB_OK)
		return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
			"%s is no address that can be asked: https://... is", text);
	if (!out->secure && !out->loopback)
		return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
			"%s is not asked over http, where others can change what comes: only https "
			"is",
			text);
	return PRB_OK;
}

static void
exchange(struct prb_wire *wire, const struct prb_address *address, const struct prb_named *how,
	struct prb_wire_reply *reply)
{
	const struct prb_wire_settings settings = {.ca_file = how->ca_file,
		.timeout_ms = TIMEOUT_MS,
		.connect_timeout_ms = CONNECT_TIMEOUT_MS,
		.body_bytes_max = how->bytes_max,
		.direct = address->loopback};
	char field[256];
	struct prb_wire_request request = {.url = address->base, .fields = {field}};

	(void)snprintf(field, sizeof field, "Accept: %s", how->accept);
	prb_wire_exchange(wire, &settings, &request, reply);
}

static enum prb_err
read_reply(const struct prb_address *address, const struct prb_wire_reply *reply,
	struct prb_str *out, struct prb_fault *fault)
{
	if (reply->end == PRB_WIRE_TOO_LARGE)
		return prb_fault_set(fault, PRB_ERR_CONNECTION, PRB_NO_OFFSET, NULL,
			"what %s gives is larger than is taken here", address->base);
	if (reply->end != PRB_WIRE_DONE)
		return prb_fault_set(fault, PRB_ERR_CONNECTION, PRB_NO_OFFSET, NULL,
			"%s could not be fetched: %s", address->base, reply->reason);
	if (reply->status == 202)
		return prb_fault_set(fault, PRB_ERR_NOT_FOUND, PRB_NO_OFFSET, NULL,
			"%s is not there yet (202): try again in some seconds", address->base);
	if (reply->status != 200)
		return prb_fault_set(fault, PRB_ERR_NOT_FOUND, PRB_NO_OFFSET, NULL,
			"%s answers %d, where 200 is wanted", address->base, reply->status);
	prb_str_add_span(out, prb_str_span(&reply->body));
	return out->failed ? prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
				     "there is no memory for %s", address->base)
			   : PRB_OK;
}

enum prb_err
prb_fetch_named(struct prb_span url, const struct prb_named *how, struct prb_str *out,
	struct prb_fault *fault)
{
	struct prb_wire_reply reply;
	struct prb_address address;
	struct prb_wire *wire;
	enum prb_err err = read_url(url, &address, fault);

	if (err != PRB_OK)
		return err;
	wire = prb_wire_create();
	if (wire == NULL)
		return prb_fault_set(
			fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "there is no memory");
	prb_str_init(&reply.body, how->bytes_max + 1);
	exchange(wire, &address, how, &reply);
	err = read_reply(&address, &reply, out, fault);
	prb_str_finish(&reply.body);
	prb_wire_destroy(wire);
	return err;
}
