/* SPDX-License-Identifier: Apache-2.0 */
#include "service/warnings.h"

#include "scoring/base/arena.h"
#include "service/handlers/handler.h"
#include "service/logging/logging.h"
#include "service/messages/bodies.h"

#define FIRST_BYTES_MAX ((size_t)64 * 1024) /* what is said of one organisation, or two */

/* A public URL means that a proxy stands before the loopback address, and an open server takes
 * whoever the proxy lets through for its owner. */
static void
warn_of_open(const struct prb_config *config)
{
	const char *named = config->public_url[0] != '\0'        ? "[issuer] public_url"
			    : config->trusted_proxies[0] != '\0' ? "[server] trusted_proxies"
								 : NULL;

	if (!config->auth_open || named == NULL)
		return;
	prb_say(PRB_LEVEL_WARNING, "open_to_a_proxy",
		"WARNING: there is a %s, and [auth] mode is open: whom "
		"a proxy lets through may store declarations, read them with the openings of what "
		"is withheld, attest, decide and revoke. Set [auth] mode = required, or let the "
		"proxy pass these alone, by method and whole path:",
		named);
	for (size_t i = 0; i < prb_routes_count; i++)
		if (prb_routes[i].scope == PRB_SCOPE_ANYONE &&
			(prb_routes[i].handler != prb_handle_metrics || config->metrics_anyone))
			prb_say(PRB_LEVEL_WARNING, "open_to_a_proxy", "  %s %s",
				prb_routes[i].method == PRB_METHOD_POST ? "POST" : "GET",
				prb_routes[i].pattern);
}

/* Keys and declarations would cross the net for everybody on the way to read. */
static void
warn_of_plain(const struct prb_config *config)
{
	if (config->is_loopback || config->tls_certificate[0] != '\0')
		return;
	prb_say(PRB_LEVEL_WARNING, "plain",
		"WARNING: %s is listened on without TLS: give [tls] certificate and key, "
		"or let nobody but a proxy with TLS reach it",
		config->host);
}

/* A public URL is https: without TLS of its own there is a proxy, and all come with its address. */
static void
warn_of_unnamed_proxy(const struct prb_config *config)
{
	if (config->public_url[0] == '\0' || config->trusted_proxies[0] != '\0' ||
		config->tls_certificate[0] != '\0')
		return;
	prb_say(PRB_LEVEL_WARNING, "proxy_not_named",
		"WARNING: there is a [issuer] public_url, no TLS here, and no [server] "
		"trusted_proxies: %s; name the proxy",
		config->is_loopback && config->limits_loopback == 0
			? "a proxy of this machine is exempt from the limits, and all who come "
			  "through it are"
			: "all who come through a proxy share one limit");
}

/* An open server has no organisations, and messages are for the keys of one. */
static void
warn_of_uncollected(const struct prb_config *config)
{
	if (config->messages_bodies[0] != '\0' && config->auth_open)
		prb_say(PRB_LEVEL_WARNING, "messages_uncollected",
			"WARNING: there is a [messages] bodies, and [auth] mode is open: people "
			"can "
			"write, and nobody can collect what they wrote. Set [auth] mode = "
			"required");
}

void
prb_warn_of_config(const struct prb_config *config)
{
	warn_of_open(config);
	warn_of_plain(config);
	warn_of_unnamed_proxy(config);
	warn_of_uncollected(config);
}

/* Without an organisation there is no key, and nobody who could make one but the operator. */
static void
say_no_keys(struct prb_state_reader *reader, struct prb_arena *arena)
{
	struct prb_stored_organisation first;
	size_t count = 1;

	(void)prb_find_organisations(reader, NULL, 1, arena, &first, &count);
	if (count == 0)
		prb_say(PRB_LEVEL_NOTICE, "no_keys",
			"[auth] mode = required, and there is no key yet: public lookups alone are "
			"answered; `probity admin organisation add` makes an organisation, "
			"`probity "
			"admin key add` a key of it");
}

/* What came from nobody in particular is nobody's to see, until it is somebody's. */
static void
say_orphaned(struct prb_state_reader *reader, struct prb_arena *arena)
{
	struct prb_stored_organisation of;
	struct prb_audit_line first;
	size_t count = 0;
	uint64_t next;

	if (prb_find_organisation_of(reader, PRB_TENANT_OPEN, arena, &of) != PRB_ERR_NOT_FOUND ||
		prb_find_audit(reader, PRB_TENANT_OPEN, 0, 1, arena, &first, &count, &next) !=
			PRB_OK ||
		count == 0)
		return;
	prb_say(PRB_LEVEL_NOTICE, "open_records",
		"[auth] mode = required, and what was stored in open mode can be read and erased "
		"by nobody: `probity admin organisation add NAME --adopt-open` makes an "
		"organisation that has it");
}

void
prb_say_how_to_begin(const struct prb_config *config, struct prb_state *state)
{
	struct prb_state_reader *reader;
	struct prb_arena *arena = prb_arena_create(FIRST_BYTES_MAX);

	if (!config->auth_open && arena != NULL &&
		prb_state_reader_create(state, &reader) == PRB_OK) {
		say_no_keys(reader, arena);
		say_orphaned(reader, arena);
		prb_state_reader_destroy(reader);
	}
	prb_arena_destroy(arena);
}

void
prb_warn_of_bodies(
	const struct prb_config *config, const struct prb_bodies *bodies, struct prb_state *state)
{
	struct prb_state_reader *reader;
	struct prb_arena *arena;

	if (config->auth_open || prb_bodies_count(bodies) == 0 ||
		prb_state_reader_create(state, &reader) != PRB_OK)
		return;
	for (size_t i = 0; i < prb_bodies_count(bodies); i++) {
		const struct prb_body *body = prb_bodies_at(bodies, i);

		arena = prb_arena_create(FIRST_BYTES_MAX);
		if (arena != NULL && !prb_body_is_collected(body, reader, arena))
			prb_say(PRB_LEVEL_WARNING, "messages_uncollected",
				"WARNING: %s: the organisation of remedy body %s is not here or "
				"not active, so nobody is told of this body and nothing is taken "
				"for it; `probity admin organisation list` shows the ids",
				config->messages_bodies, body->id.p);
		prb_arena_destroy(arena);
	}
	prb_state_reader_destroy(reader);
}
