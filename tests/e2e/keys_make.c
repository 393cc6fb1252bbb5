/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys_make STATE ROLE[:N]...: makes an organisation in a state that no server has open, and a key
 * of it for each ROLE; with :N an invitation for N declarations. Prints a key a line. So a test has
 * keys without a server that makes them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/sha.h>
#include <sodium.h>

#include "service/access/caller.h"
#include "service/access/token.h"
#include "service/state/state.h"

static struct {
	struct prb_state *state;
	struct prb_sealer *sealer;
	struct prb_batch *batch;
	struct prb_str sealed;
	struct prb_id_source ids;
	int64_t now_ms;
	uint32_t tenant;
} all;

static void
sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n)
{
	SHA256(bytes, n, out);
}

static void
need(enum prb_err err, const char *what)
{
	if (err == PRB_OK)
		return;
	fprintf(stderr, "keys_make: %s: %s\n", what, prb_err_title(err));
	exit(1);
}

static struct prb_id
new_id(void)
{
	uint8_t random[10];

	randombytes_buf(random, sizeof random);
	return prb_id_next(&all.ids, all.now_ms, random);
}

static void
make_organisation(void)
{
	struct prb_stored_organisation o = {.time_ms = all.now_ms,
		.id = new_id(),
		.standing = PRB_ORGANISATION_ACTIVE,
		.name = PRB_SPAN("An organisation"),
		.caller = {.kind = PRB_CALLER_OPERATOR},
		.seen = PRB_SEEN_NONE};
	struct prb_fault fault;
	uint64_t sequence;

	need(prb_tenant_make(all.state, all.now_ms, &all.tenant, &fault), "a number");
	o.tenant = all.tenant;
	need(prb_seal_organisation(all.sealer, &o, &all.sealed), "sealing");
	need(prb_batch_put_organisation(all.batch, &o, prb_str_span(&all.sealed), &sequence),
		"putting");
}

static void
make_key(const char *word)
{
	const char *colon = strchr(word, ':');
	size_t n = colon != NULL ? (size_t)(colon - word) : strlen(word);
	const struct prb_role_facts *role = prb_role_named((struct prb_span){word, n});
	struct prb_stored_api_key k = {.tenant = all.tenant,
		.time_ms = all.now_ms,
		.id = new_id(),
		.kind = colon != NULL ? PRB_CALLER_INVITATION : PRB_CALLER_KEY,
		.standing = PRB_API_KEY_IN_USE,
		.declarations_max = colon != NULL ? (uint32_t)atoi(colon + 1) : 0,
		.name = colon != NULL ? PRB_SPAN("{\"name\":\"A supplier\"}") : PRB_SPAN("A key"),
		.hint = PRB_SPAN("prb_test"),
		.caller = {.kind = PRB_CALLER_OPERATOR},
		.seen = PRB_SEEN_NONE};
	char token[PRB_TOKEN_BYTES];
	enum prb_put what;
	uint64_t sequence;

	need(role != NULL ? PRB_OK : PRB_ERR_VALUE, word);
	k.role = (uint8_t)role->role;
	k.scopes = role->scopes;
	k.holder = k.id;
	prb_token_make(token);
	(void)prb_token_hash(prb_span_of(token), sha256, k.sha256);
	prb_str_reset(&all.sealed);
	need(prb_seal_api_key(all.sealer, &k, &all.sealed), "sealing");
	need(prb_batch_put_api_key(all.batch, &k, prb_str_span(&all.sealed), &what, &sequence),
		"putting");
	puts(token);
}

int
main(int argc, char **argv)
{
	struct prb_state_options options = {.map_bytes = (uint64_t)1 << 30};
	struct prb_fault fault;

	if (argc < 3 || sodium_init() < 0)
		return 2;
	all.now_ms = (int64_t)time(NULL) * 1000;
	need(prb_state_open(argv[1], &options, &all.state, &fault), argv[1]);
	all.sealer = prb_sealer_create(all.state);
	need(all.sealer != NULL ? prb_batch_create(all.state, &all.batch) : PRB_ERR_MEMORY,
		"beginning");
	prb_str_init(&all.sealed, PRB_SEALED_BYTES_MAX);
	need(prb_batch_begin(all.batch), "beginning");
	make_organisation();
	for (int i = 2; i < argc; i++)
		make_key(argv[i]);
	need(prb_batch_commit(all.batch, &fault), "committing");
	prb_str_finish(&all.sealed);
	prb_batch_destroy(all.batch);
	prb_sealer_destroy(all.sealer);
	prb_state_close(all.state);
	return 0;
}
