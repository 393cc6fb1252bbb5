/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROBITY_H
#define PROBITY_H

/*
 * libprobity: forced labour risk of suppliers, scored by the published rules of the International
 * Labour Organization. Three parts, each usable without the others:
 *
 *   scoring       a declaration and a dataset release in, a report out; offline, and the same bytes
 *                 on every machine
 *   verification  whether an attestation is what it says to be; offline
 *   client        the operations of a server, probityd, over HTTP
 *
 * Text is UTF-8. What comes in is a pointer with a length; what goes out as const char * is ended
 * by NUL, belongs to the object that was asked, and lives as long as that object, or until the
 * object's next use where a function says so. Lengths leave the NUL out. Objects are made by
 * _create, _open or the function that returns them, and ended by the matching _destroy or _close,
 * which do nothing for NULL. Outputs are not touched on failure.
 *
 * Threads: the library has no state of its own. A struct probity_data may be used by any number of
 * threads at once; every other object is for one thread at a time, and different objects do not
 * meet. The one exception lies below: libcjson's memory hooks are set, once, to functions that call
 * malloc and free for everybody else; a program that sets those hooks itself must not use this
 * library.
 *
 * Reading this header needs C99 or C++; linking needs nothing but -lprobity.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define PROBITY_MUST_USE __attribute__((warn_unused_result))
#else
#define PROBITY_MUST_USE
#endif

/* The library's version, "0.1.0". */
const char *probity_version(void);
/* Frees a text that a function gave away. NULL is fine. */
void probity_free(char *text);

enum probity_result {
	PROBITY_OK = 0,
	PROBITY_REFUSED = 1, /* what was given cannot stand; the faults say where, and what to do */
	PROBITY_FAILED = 2   /* the world failed: file, memory, connection; the fault says which */
};

/*
 * ---- Faults ----
 *
 * What went wrong, one entry for each thing, in the order they were met. The caller makes the
 * object and hands it to calls, which empty it first; NULL where nobody asks.
 */

struct probity_faults;

/* NULL without memory. */
struct probity_faults *probity_faults_create(void);
void probity_faults_destroy(struct probity_faults *faults);
size_t probity_faults_count(const struct probity_faults *faults);
/* How many more there were than the object holds. */
size_t probity_faults_dropped(const struct probity_faults *faults);

/* For i below the count; "" beyond it. The name is a row of scoring/base/ERRORS.md
 * ("unknown-country"), the pointer a JSON pointer (RFC 6901, "" for the whole), the detail one line
 * that says what to change. They live until the object is used again. */
const char *probity_fault_name(const struct probity_faults *faults, size_t i);
const char *probity_fault_pointer(const struct probity_faults *faults, size_t i);
const char *probity_fault_detail(const struct probity_faults *faults, size_t i);
/* Bytes from the start of a text that could not be read; SIZE_MAX where there is no such place. */
size_t probity_fault_offset(const struct probity_faults *faults, size_t i);

/*
 * ---- Scoring ----
 */

struct probity_data;   /* an open dataset release */
struct probity_scorer; /* what one thread needs to score */

/* Opens the release at this path; FAILED where it is missing or damaged. Close it after its
 * scorers. */
PROBITY_MUST_USE enum probity_result probity_data_open(
	const char *path, struct probity_data **data, struct probity_faults *faults);
void probity_data_close(struct probity_data *data);
/* The release's name: the SHA-256 of its content, 64 hexadecimal digits, as reports name it. */
const char *probity_data_release(const struct probity_data *data);

/* NULL without memory. Borrows the data. */
struct probity_scorer *probity_scorer_create(const struct probity_data *data);
void probity_scorer_destroy(struct probity_scorer *scorer);

struct probity_score_options {
	const char *as_of; /* the day at which dates are judged, "2026-06-30"; NULL: today, UTC */
	const char *declarant; /* "supplier", "company", "officer" or "auditor", where the
				  declaration does not say; NULL: "company" */
};

/*
 * Scores one declaration (JSON, at most 1 MiB). *report is the report in canonical form (RFC 8785),
 * n bytes, to be freed with probity_free: the same bytes that `probity screen --out ndjson` prints
 * as that line. REFUSED with the faults where the declaration cannot stand. options may be NULL.
 */
PROBITY_MUST_USE enum probity_result probity_score(struct probity_scorer *scorer,
	const char *declaration, size_t n, const struct probity_score_options *options,
	char **report, size_t *report_n, struct probity_faults *faults);

/*
 * ---- Verification ----
 */

struct probity_verification;

#define PROBITY_NOW INT64_MIN

/*
 * What there is to check with. Leave what you do not use zero (start with = {0}): later versions
 * may have more members behind these. A check that could not be made is "skipped", and said; it
 * never counts as passed.
 */
struct probity_verify_options {
	int64_t now; /* seconds since 1970, UTC, at which it is to hold; PROBITY_NOW for the
			clock's */
	const char *did_document; /* the issuer's DID document, JSON; NULL where there is none:
				     did:key needs none, did:web does not verify without */
	size_t did_document_n;    /* bytes */
	const char *status_list;  /* the status list that the attestation names, as it was fetched
				     from there; NULL: whether it was revoked is not looked at */
	size_t status_list_n;
	const char *receipt; /* GET /v1/attestations/{id}/proof; NULL: whether it stands in the
				log is not looked at. A receipt that was given passes or fails */
	size_t receipt_n;
	const char *log_key; /* the log's verifier key, "NAME+HEX+BASE64" (GET /log/key); NULL: a
				key of the log in did_document */
	size_t log_key_n;
	const char *checkpoint; /* a signed checkpoint of that log that you trust: the receipt
				   must be of the same tree */
	size_t checkpoint_n;
	const char *openings; /* of what the attestation withholds: {"part","salt","value"}, or an
				 array of such, JSON */
	size_t openings_n;
	bool status_wanted, log_wanted; /* not looked at is not verified */
	int64_t skew_seconds; /* how far the signer's clock may run ahead, up to 86,400; 0: not at
				 all, and what a server signed this second may then be refused.
				 `probity verify` allows 60 */
	const char *issuer;   /* the DID whose attestation it must be: the check "issuer" fails for
				 another's. NULL: anybody's, and it is yours to look at
				 probity_verification_issuer */
};

/*
 * Checks an attestation, offline. The text may be anything: what cannot be read is not verified. It
 * may be the credential with its proof (application/vc) or the enveloping form
 * (application/vc+jwt). options NULL: now, without anything to check with. NULL without memory; ask
 * probity_verified, which says no for NULL.
 */
PROBITY_MUST_USE struct probity_verification *probity_verify(
	const char *text, size_t n, const struct probity_verify_options *options);
void probity_verification_destroy(struct probity_verification *verification);

/* Whether no check failed and every one that is required passed. */
PROBITY_MUST_USE bool probity_verified(const struct probity_verification *verification);
/*
 * Whether it is verified and holds the SHA-256 of these bytes among its evidence: of a report's
 * canonical form, as the server gives it. An attestation that verifies is not yet one of the report
 * beside it.
 */
PROBITY_MUST_USE bool probity_verification_covers(
	const struct probity_verification *verification, const char *bytes, size_t n);

/* The checks, for i below the count; "" beyond it. The outcome is "passed", "failed" or "skipped";
 * the detail one line with the reason. */
size_t probity_checks_count(const struct probity_verification *verification);
const char *probity_check_name(const struct probity_verification *verification, size_t i);
const char *probity_check_outcome(const struct probity_verification *verification, size_t i);
const char *probity_check_detail(const struct probity_verification *verification, size_t i);

/* What the attestation says of itself, verified or not; "" where it could not be read. */
const char *probity_verification_id(const struct probity_verification *verification);
const char *probity_verification_issuer(const struct probity_verification *verification);
const char *probity_verification_issuer_name(const struct probity_verification *verification);
const char *probity_verification_subject(const struct probity_verification *verification);
const char *probity_verification_valid_from(const struct probity_verification *verification);
const char *probity_verification_valid_until(const struct probity_verification *verification);
/* Where the status list is that says whether it was revoked: an address, or a urn:uuid where the
 * issuer has none; "" where it names no list. What stands there is for `status_list` above. */
const char *probity_verification_status_list(const struct probity_verification *verification);

/*
 * ---- Client ----
 *
 * Only http and https are spoken, certificates are checked, redirects are not followed, and each
 * answer has a bound in bytes and in time. A key travels over https or to this machine's loopback
 * only. Proxies are taken from the environment (https_proxy, no_proxy), never for loopback. A call
 * blocks until its answer is there.
 */

struct probity_client;
struct probity_answer;

struct probity_client_options {
	const char *url;         /* "https://probity.example" , with port and path where needed; or
				    "unix:PATH", a socket of this machine */
	const char *key;         /* an API key, "prb_..."; NULL for none */
	const char *ca_file;     /* PEM file of the certificates to trust; NULL: the system's */
	long timeout_ms;         /* for one whole exchange; a stream may take longer, but not fall
				    silent so long. 0: 30,000 */
	long connect_timeout_ms; /* 0: 10,000 */
	unsigned tries_max;      /* 1 to 10; 0: 4 */
	size_t answer_bytes_max; /* at most 1 GiB; 0: 8 MiB */
	bool (*wait)(void *context, long ms); /* called between two tries; false ends them. NULL:
						 the thread sleeps */
	void *context;
	const char *language; /* of texts in answers, as Accept-Language has it: "fr", or "fr-CA,
				 en;q=0.5". NULL: the server's, which is English */
};

/* REFUSED where the URL or the key cannot stand, or the key would travel in the clear. Nothing is
 * sent. The options' texts are copied. */
PROBITY_MUST_USE enum probity_result probity_client_create(
	const struct probity_client_options *options, struct probity_client **client,
	struct probity_faults *faults);
void probity_client_destroy(struct probity_client *client);

/*
 * Each operation returns an answer, which may outlive the client: ask probity_answer_result. NULL
 * without memory.
 *
 * A try that lost its connection, or was answered 503 or 202 with Retry-After of at most a minute,
 * is repeated, tries_max in all. Repeating a submission is safe: all tries carry one
 * Idempotency-Key, so that the server stores one declaration.
 */

/* POST /v1/declarations: stores the declaration and scores it. idempotency_key: 1 to 255 visible
 * ASCII characters without " and \; NULL: a random one is made. To repeat it in another process,
 * keep the key. */
PROBITY_MUST_USE struct probity_answer *probity_client_submit(struct probity_client *client,
	const char *declaration, size_t n, const char *idempotency_key);
/* GET /v1/reports/{id}, by the report's own id or its declaration's. */
PROBITY_MUST_USE struct probity_answer *probity_client_report(
	struct probity_client *client, const char *id);
/* GET /v1/attestations/{id}. It is not verified here. */
PROBITY_MUST_USE struct probity_answer *probity_client_attestation(
	struct probity_client *client, const char *id);
/* The same in its enveloping form, application/vc+jwt: a text that is no JSON. */
PROBITY_MUST_USE struct probity_answer *probity_client_attestation_jwt(
	struct probity_client *client, const char *id);
/* POST /v1/attestations: signs a further attestation of what is stored. request is JSON:
 * {"report": id} or {"declaration": id}, with "disclose" and "valid_days" where wanted. The
 * idempotency key is that of probity_client_submit. The answer is the attestation. */
PROBITY_MUST_USE struct probity_answer *probity_client_attest(
	struct probity_client *client, const char *request, size_t n, const char *idempotency_key);
/* What belongs to an attestation: its receipt of the log, a text (where no published checkpoint
 * covers it yet it is waited for, as long as there are tries left; then the status is 202); for its
 * owner, the openings of what it withholds; and, where it is revoked, the revocation. */
PROBITY_MUST_USE struct probity_answer *probity_client_proof(
	struct probity_client *client, const char *id);
PROBITY_MUST_USE struct probity_answer *probity_client_openings(
	struct probity_client *client, const char *id);
PROBITY_MUST_USE struct probity_answer *probity_client_revocation(
	struct probity_client *client, const char *id);
/* POST /v1/attestations/{id}/revoke, for good. reason: "superseded", "issued_in_error",
 * "key_compromised" or "withdrawn". */
PROBITY_MUST_USE struct probity_answer *probity_client_revoke(
	struct probity_client *client, const char *id, const char *reason);
/* GET /v1/products: each may be NULL. words are free text, hs a code of the Harmonized System,
 * origin a country. */
PROBITY_MUST_USE struct probity_answer *probity_client_product(
	struct probity_client *client, const char *words, const char *hs, const char *origin);
/* For what has no function of its own: GET of any path, query included ("/v1/keys?limit=10"), and
 * POST of JSON to any. Any 2xx with a JSON object is OK. The idempotency key is that of
 * probity_client_submit; "": none is sent, and nothing repeated. */
PROBITY_MUST_USE struct probity_answer *probity_client_get(
	struct probity_client *client, const char *path);
PROBITY_MUST_USE struct probity_answer *probity_client_post(struct probity_client *client,
	const char *path, const char *json, size_t n, const char *idempotency_key);
/* GET /.well-known/did.json, the issuer's DID document. */
PROBITY_MUST_USE struct probity_answer *probity_client_did(struct probity_client *client);

struct probity_stream {
	/* Of what is sent: "application/x-ndjson", "text/csv", or "text/csv; charset=NAME". */
	const char *content_type;
	/* Fills at most room bytes and returns how many; 0 at the end, SIZE_MAX to give up. */
	size_t (*read)(void *context, char *buffer, size_t room);
	/* Takes the next bytes of the answer, not cut at lines; false to give up. */
	bool (*write)(void *context, const char *bytes, size_t n);
	void *context;
};

/* POST /v1/screenings: scores any number of declarations without storing them; reports come while
 * rows are still sent. Tried once. The answer has no body unless the server refused. */
PROBITY_MUST_USE struct probity_answer *probity_client_screen(
	struct probity_client *client, const struct probity_stream *stream);

void probity_answer_destroy(struct probity_answer *answer);

/*
 * OK: a 2xx with a body of the right kind. REFUSED: the server said no, or the request could not
 * stand and was not sent. FAILED: there is no usable answer. NULL gives FAILED.
 */
PROBITY_MUST_USE enum probity_result probity_answer_result(const struct probity_answer *answer);
/* The status of the last try; 0 where there was none. */
int probity_answer_http_status(const struct probity_answer *answer);
const char *probity_answer_content_type(const struct probity_answer *answer);
/* The body as it came, also a problem's. n may be NULL. */
const char *probity_answer_body(const struct probity_answer *answer, size_t *n);
/* What went wrong: a problem's title and detail (RFC 9457) or the client's own; "" for OK. Text
 * from a server is of unknown origin: a terminal should not get it as it is. */
const char *probity_answer_title(const struct probity_answer *answer);
const char *probity_answer_detail(const struct probity_answer *answer);
/* One entry for each fault that a problem names. */
const struct probity_faults *probity_answer_faults(const struct probity_answer *answer);
/* How many tries there were, and the Idempotency-Key of a submission ("" for others). */
unsigned probity_answer_tries(const struct probity_answer *answer);
const char *probity_answer_idempotency_key(const struct probity_answer *answer);
/* Whether any of it may have reached the server: false where no try got so far as a connection. A
 * submission that FAILED but was sent may be stored. */
bool probity_answer_sent(const struct probity_answer *answer);
/*
 * A value of the JSON body by its JSON pointer ("/report/rating"): a string without its quotes,
 * anything else in its canonical form; n may be NULL. NULL where there is none. It lives as long as
 * the answer.
 */
const char *probity_answer_at(struct probity_answer *answer, const char *pointer, size_t *n);

#ifdef __cplusplus
}
#endif

#endif
