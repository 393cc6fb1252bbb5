/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/lib/fetch.h"

#include <stdio.h>
#include <stdlib.h>

#include "clients/lib/wire.h"

#define TIMEOUT_MS 60000L
#define CONNECT_TIMEOUT_MS 10000L
#define TRIES 2

struct prb_fetcher {
	struct prb_address address;
	struct prb_wire *wire;
	const char *ca_file;
};

enum prb_err
prb_fetcher_create(
	const char *url, const char *ca_file, struct prb_fetcher **out, struct prb_fault *fault)
{
	struct prb_fetcher *fetcher = calloc(1, sizeof *fetcher);
	enum prb_err err;

	if (fetcher == NULL)
		return prb_fault_set(
			fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "there is no memory");
	err = prb_address_read(url, &fetcher->address, fault);
	if (err == PRB_OK) {
		fetcher->ca_file = ca_file;
		fetcher->wire = prb_wire_create();
		if (fetcher->wire == NULL)
			err = prb_fault_set(
				fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "there is no memory");
	}
	if (err != PRB_OK) {
		prb_fetcher_destroy(fetcher);
		return err;
	}
	*out = fetcher;
	return PRB_OK;
}

void
prb_fetcher_destroy(struct prb_fetcher *fetcher)
{
	if (fetcher == NULL)
		return;
	prb_wire_destroy(fetcher->wire);
	free(fetcher);
}

const char *
prb_fetcher_base(const struct prb_fetcher *fetcher)
{
	return fetcher->address.base;
}

static enum prb_err
judge(const char *url, size_t bytes_max, const struct prb_wire_reply *reply,
	struct prb_fault *fault)
{
	if (reply->end == PRB_WIRE_TOO_LARGE)
		return prb_fault_set(fault, PRB_ERR_TOO_LARGE, PRB_NO_OFFSET, NULL,
			"%s: the answer is larger than the %zu bytes it may have", url, bytes_max);
	if (reply->end == PRB_WIRE_MEMORY)
		return prb_fault_set(
			fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "there is no memory");
	if (reply->end != PRB_WIRE_DONE)
		return prb_fault_set(fault, PRB_ERR_CONNECTION, PRB_NO_OFFSET, NULL, "%s: %s", url,
			reply->reason);
	if (reply->status == 404 || reply->status == 410)
		return prb_fault_set(fault, PRB_ERR_NOT_FOUND, PRB_NO_OFFSET, NULL,
			"%s: there is nothing (status %d)", url, reply->status);
	if (reply->status != 200)
		return prb_fault_set(fault, PRB_ERR_CONNECTION, PRB_NO_OFFSET, NULL,
			"%s: the answer has status %d", url, reply->status);
	return PRB_OK;
}

enum prb_err
prb_fetch(struct prb_fetcher *fetcher, const char *path, size_t bytes_max, struct prb_str *body,
	struct prb_fault *fault)
{
	struct prb_wire_settings settings = {.ca_file = fetcher->ca_file,
		.timeout_ms = TIMEOUT_MS,
		.connect_timeout_ms = CONNECT_TIMEOUT_MS,
		.body_bytes_max = bytes_max,
		.direct = fetcher->address.loopback};
	struct prb_wire_request request = {.fields = {"Accept: */*"}};
	struct prb_wire_reply reply = {.body = *body};
	size_t room = body->bytes_max;
	char url[PRB_ADDRESS_BYTES_MAX + 256];
	int n = snprintf(url, sizeof url, "%s%s", fetcher->address.base, path);

	if (n < 0 || (size_t)n >= sizeof url)
		return prb_fault_set(
			fault, PRB_ERR_TARGET, PRB_NO_OFFSET, NULL, "the address is too long");
	request.url = url;
	/* The wire bounds a body by the room that its text has. */
	reply.body.bytes_max = bytes_max + 1;
	for (int tries = 0; tries < TRIES; tries++) {
		prb_wire_exchange(fetcher->wire, &settings, &request, &reply);
		if (reply.end != PRB_WIRE_LOST)
			break;
	}
	*body = reply.body;
	body->bytes_max = room;
	return judge(url, bytes_max, &reply, fault);
}
