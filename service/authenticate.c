/* SPDX-License-Identifier: Apache-2.0 */
#include "service/authenticate.h"

#include <stdio.h>
#include <string.h>

#include "scoring/base/date.h"
#include "service/access/token.h"
#include "service/handlers/own.h"
#include "service/http/chars.h"
#include "service/http/ip.h"

#define REALM "Bearer realm=\"probity\""
#define SCOPES_OPERATOR                                                                            \
	(PRB_SCOPE_BIT(OPERATE) | PRB_SCOPE_BIT(ADMIN) | PRB_SCOPE_BIT(AUDIT) |                    \
		PRB_SCOPE_BIT(REVOKE) | PRB_SCOPE_BIT(INVITE))
/* An invitation is for declaring and for reading what came of it. */
#define SCOPES_INVITATION (PRB_SCOPE_BIT(DECLARE) | PRB_SCOPE_BIT(READ))

static bool
refuse(struct prb_exchange *x, enum prb_err err, const char *challenge, const char *detail)
{
	(void)prb_refuse(x, err, detail);
	if (challenge != NULL)
		x->reply.challenge = prb_span_of(challenge);
	return false;
}

/* One answer for a key that is unknown, revoked or expired, and for those of an organisation that
 * is suspended or erased. */
static bool
refuse_key(struct prb_exchange *x)
{
	return refuse(x, PRB_ERR_UNAUTHORIZED, REALM ", error=\"invalid_token\"",
		"this key is not known here, or is no longer good");
}

static bool
is_good(const struct prb_exchange *x, const struct prb_state_access *access, bool certificate)
{
	const struct prb_role_facts *role = prb_role_of((enum prb_role)access->role);

	return role != NULL && access->tenant != 0 &&
	       (access->kind == PRB_CALLER_CERTIFICATE) == certificate &&
	       access->standing == PRB_API_KEY_IN_USE &&
	       access->organisation_standing == PRB_ORGANISATION_ACTIVE &&
	       (access->expires == 0 || x->now_ms / 1000 < access->expires);
}

/* Once a day for each key: the desk remembers what the tables do not say yet. */
static void
note_use(struct prb_exchange *x, const struct prb_state_access *access)
{
	prb_date today = prb_exchange_day(x);
	struct prb_used_key *kept =
		&x->desk->used[access->id.bytes[PRB_ID_BYTES - 1] % PRB_USED_KEYS];

	if (access->used_day >= today ||
		(kept->day == today && memcmp(&kept->id, &access->id, sizeof kept->id) == 0))
		return;
	kept->id = access->id;
	kept->day = today;
	x->service->used(x, access->tenant, &access->id, today);
}

static void
take(struct prb_exchange *x, const struct prb_state_access *access)
{
	struct prb_caller *caller = &x->caller;
	const struct prb_role_facts *role = prb_role_of((enum prb_role)access->role);

	caller->kind = (enum prb_caller_kind)access->kind;
	caller->tenant = access->tenant;
	caller->role = role->role;
	/* No more than the role has today, whatever the key was made with. */
	caller->scopes = access->scopes & role->scopes & PRB_SCOPES_OF_KEYS;
	if (caller->kind == PRB_CALLER_INVITATION)
		caller->scopes &= SCOPES_INVITATION;
	memcpy(caller->key, access->id.bytes, sizeof caller->key);
	memcpy(caller->holder, access->holder.bytes, sizeof caller->holder);
	caller->declarations_max = access->declarations_max;
	note_use(x, access);
}

static bool
take_key(struct prb_exchange *x, struct prb_span value)
{
	uint8_t sha256[PRB_SHA256_BYTES];
	struct prb_state_access access;
	struct prb_span token;
	enum prb_err err;

	if (!prb_token_of_bearer(value, &token))
		return refuse(x, PRB_ERR_UNAUTHORIZED, REALM,
			"keys are taken as Authorization: Bearer prb_... alone");
	if (!prb_token_hash(token, x->service->sha256, sha256))
		return refuse_key(x);
	err = prb_find_access(x->desk->state_reader, sha256, &access);
	if (err == PRB_ERR_NOT_FOUND || (err == PRB_OK && !is_good(x, &access, false)))
		return refuse_key(x);
	if (err != PRB_OK)
		return refuse(x, err, NULL, NULL);
	take(x, &access);
	return true;
}

static bool
take_certificate(struct prb_exchange *x)
{
	struct prb_state_access access;
	enum prb_err err =
		prb_find_access(x->desk->state_reader, x->peer.certificate_sha256, &access);

	if (err != PRB_OK && err != PRB_ERR_NOT_FOUND)
		return refuse(x, err, NULL, NULL);
	if (err == PRB_OK && is_good(x, &access, true))
		take(x, &access);
	return true;
}

/* ---- open: without a key ---- */

/* Of HOST[:PORT], without the brackets of an IPv6 address. */
static struct prb_span
name_of(struct prb_span host)
{
	bool six = host.n != 0 && host.p[0] == '[';
	const char *end;

	if (six) {
		host.p++;
		host.n--;
	}
	end = memchr(host.p, six ? ']' : ':', host.n);
	if (end != NULL)
		host.n = (size_t)(end - host.p);
	return host;
}

static bool
is_loopback(struct prb_span name)
{
	uint8_t address[PRB_IP_BYTES];
	unsigned bits;

	return prb_text_same(name, "localhost") ||
	       (prb_ip_read(name, address, &bits) && prb_ip_is_loopback(address));
}

/* A page of another site may let its own name lead to this machine, and its reader's browser then
 * takes what is here for that site's (DNS rebinding). The name stays in the Host field, so that
 * where no key is asked for the name has to be ours. No browser comes without one. */
static bool
is_for_us(const struct prb_exchange *x)
{
	static const char scheme[] = "https://";
	struct prb_span url = prb_span_of(x->service->issuer->public_url), name;
	char own[PRB_URL_BYTES_MAX];

	if (x->head.host.p == NULL || x->head.host.n == 0)
		return true;
	name = name_of(x->head.host);
	if (is_loopback(name))
		return true;
	if (!prb_span_starts(url, prb_span_of(scheme)))
		return false;
	url.p += sizeof scheme - 1;
	url.n = strcspn(url.p, "/");
	url = name_of(url);
	memcpy(own, url.p, url.n);
	own[url.n] = '\0';
	return prb_text_same(name, own);
}

bool
prb_authenticate(struct prb_exchange *x)
{
	bool many = false;
	struct prb_span value;

	memset(&x->caller, 0, sizeof x->caller);
	/* The handshake looked at the certificate once, and a connection may outlive it. */
	if (x->now_ms / 1000 > x->peer.certificate_until)
		x->peer.has_certificate = false;
	if (x->peer.listener == PRB_LISTENER_OPERATOR) {
		x->caller.kind = PRB_CALLER_OPERATOR;
		x->caller.scopes = SCOPES_OPERATOR;
		return true;
	}
	value = prb_head_field(&x->head, "authorization", &many);
	if (many)
		return refuse(x, PRB_ERR_REQUEST, NULL, "Authorization is one field");
	if (value.p != NULL)
		return take_key(x, value);
	if (x->peer.has_certificate && !take_certificate(x))
		return false;
	if (x->caller.kind == PRB_CALLER_NOBODY && x->service->auth_open && is_for_us(x)) {
		x->caller.kind = PRB_CALLER_OPEN;
		x->caller.tenant = PRB_TENANT_OPEN;
		x->caller.scopes = PRB_SCOPES_OPEN;
	}
	return true;
}

static bool
refuse_nobody(struct prb_exchange *x)
{
	if (x->peer.has_certificate)
		return refuse(x, PRB_ERR_UNAUTHORIZED, REALM,
			"this client certificate is not known here, or is no longer good; a key "
			"is sent as Authorization: Bearer prb_...");
	return refuse(x, PRB_ERR_UNAUTHORIZED, REALM,
		"this address needs a key: Authorization: Bearer prb_...");
}

/* RFC 6750 section 3.1, insufficient_scope. */
static bool
refuse_scope(struct prb_exchange *x)
{
	const struct prb_role_facts *role = prb_role_of(x->caller.role);
	const char *scope = prb_scope_name(x->route->scope);
	char detail[PRB_FAULT_DETAIL_BYTES_MAX], challenge[128];

	if (role == NULL)
		(void)snprintf(detail, sizeof detail,
			"this address needs the scope %s, which %s does not have", scope,
			x->caller.kind == PRB_CALLER_OPERATOR ? "the operator" : "an open server");
	else
		(void)snprintf(detail, sizeof detail,
			"this address needs the scope %s, which this key of role %s does not have",
			scope, role->name);
	(void)snprintf(challenge, sizeof challenge,
		REALM ", error=\"insufficient_scope\", scope=\"%s\"", scope);
	(void)prb_refuse(x, PRB_ERR_FORBIDDEN, detail);
	x->reply.challenge = prb_arena_copy(x->arena, prb_span_of(challenge));
	prb_audit_refused(x);
	return false;
}

bool
prb_authorize(struct prb_exchange *x)
{
	if (prb_caller_may(&x->caller, x->route->scope))
		return true;
	if (x->caller.kind != PRB_CALLER_NOBODY)
		return refuse_scope(x);
	/* The name is all that an open server has against somebody. */
	if (x->service->auth_open)
		return refuse(x, PRB_ERR_MISDIRECTED, NULL,
			"an open server is asked for as localhost, as a loopback address, or by "
			"the host of [issuer] public_url");
	return refuse_nobody(x);
}
