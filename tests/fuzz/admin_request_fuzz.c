/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the body of a request for organisations, keys and invitations, and as a certificate:
 * taken within its bounds, or refused with a reason. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "datasets/store/release.h"
#include "service/handlers/admin.h"
#include "service/handlers/certificate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define AT(member) offsetof(struct prb_admin_request, member)

static const struct prb_admin_row rows[] = {
	{"adopts_open", PRB_ADMIN_TRUTH, AT(adopts_open), 0, 0, false},
	{"before", PRB_ADMIN_DATE, AT(before), 0, 0, false},
	{"certificate", PRB_ADMIN_PEM, AT(certificate), 1, PRB_ADMIN_CERTIFICATE_BYTES_MAX, false},
	{"expires_days", PRB_ADMIN_NUMBER, AT(expires_days), 1, 365, false},
	{"name", PRB_ADMIN_TEXT, AT(name), 1, PRB_ADMIN_NAME_BYTES_MAX, false},
	{"role", PRB_ADMIN_ROLE, AT(role), 0, 0, false},
	{"scopes", PRB_ADMIN_SCOPES, AT(scopes), 0, 0, false},
	{"standing", PRB_ADMIN_STANDING, AT(standing), 0, 0, false},
	{"supplier", PRB_ADMIN_PARTY, 0, 0, 0, false},
};

static void
require(bool kept, const char *promise)
{
	if (kept)
		return;
	fprintf(stderr, "broken: %s\n", promise);
	abort();
}

static void
check_certificate(struct prb_arena *arena, struct prb_span pem)
{
	uint8_t hash[PRB_SHA256_BYTES];
	const char *what = NULL;

	if (prb_certificate_sha256(arena, pem, prb_store_sha256, hash, &what) != PRB_OK)
		require(what != NULL && what[0] != '\0', "a certificate is refused with a reason");
}

static void
check_request(struct prb_exchange *x)
{
	struct prb_admin_request out = {.before = PRB_DATE_NONE, .expires_days = 1};

	if (!prb_admin_read(x, rows, sizeof rows / sizeof rows[0], &out)) {
		require(x->faults.count != 0 && x->faults.items[0].detail[0] != '\0',
			"a refusal says why");
		require(x->reply.status >= 400 && out.name.p == NULL, "and takes nothing");
		return;
	}
	require(out.expires_days >= 1 && out.expires_days <= 365, "days within their bounds");
	require(out.name.n <= PRB_ADMIN_NAME_BYTES_MAX, "names within their bounds");
	require((out.scopes >> PRB_SCOPES) == 0, "scopes of the table");
	if (out.certificate.n != 0)
		check_certificate(x->arena, out.certificate);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct prb_exchange x;
	struct prb_arena *arena = prb_arena_create((size_t)64 << 20);

	require(arena != NULL, "memory");
	memset(&x, 0, sizeof x);
	x.arena = arena;
	x.body = (struct prb_span){(const char *)data, size};
	x.head.fields[0].name = PRB_SPAN("content-type");
	x.head.fields[0].value = PRB_SPAN("application/json");
	x.head.fields_count = 1;
	prb_str_init(&x.reply.body, PRB_REPLY_BODY_BYTES_MAX);
	check_request(&x);
	prb_str_finish(&x.reply.body);
	check_certificate(arena, x.body);
	prb_arena_destroy(arena);
	return 0;
}
