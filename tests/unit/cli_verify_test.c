/* SPDX-License-Identifier: Apache-2.0 */
/* `probity verify` as a person runs it: what is given beside the attestation, and what --online
 * fetches from a server of this machine that knows paths. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "tests/unit/attest_evidence.h"

#define AT "--at 2026-07-01T12:00:00Z "
#define ONLINE "--online --ca-file ca.pem"
#define PATIENCE_S 20
#define PAGES 3

static struct prb_arena *arena;
static struct attest_evidence own, by_key;
static char folder[] = "/tmp/probity-verify-test-XXXXXX";
static char output[65536];

/* ---- a server ---- */

struct page {
	const char *path, *status; /* "200 OK" */
	const struct prb_str *text;
};

/* One request on each connection, over TLS, or plain. */
static struct {
	SSL_CTX *context;
	int listener, port;
	pthread_t thread;
	atomic_bool stopping, plain;
	struct page pages[PAGES]; /* set between two runs of the program */
	atomic_size_t asked;      /* requests, and hellos of TLS where it is plain */
} server;

static size_t
receive(SSL *tls, int client, char *into, size_t room)
{
	ssize_t n = tls != NULL ? SSL_read(tls, into, (int)room) : recv(client, into, room, 0);

	return n > 0 ? (size_t)n : 0;
}

static void
send_all(SSL *tls, int client, const char *text, size_t n)
{
	while (n > 0) {
		ssize_t sent = tls != NULL ? SSL_write(tls, text, (int)n)
					   : send(client, text, n, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		text += sent;
		n -= (size_t)sent;
	}
}

static void
answer(SSL *tls, int client)
{
	char request[4096] = "", head[256];
	size_t got, n = 0;

	while (strstr(request, "\r\n\r\n") == NULL && n < sizeof(request) - 1) {
		got = receive(tls, client, request + n, sizeof(request) - 1 - n);
		n += got;
		request[n] = '\0';
		/* A hello of TLS: there is none here. */
		if (got == 0 || request[0] == 0x16)
			break;
	}
	server.asked++;
	for (size_t i = 0; i < PAGES; i++) {
		const struct page *page = &server.pages[i];
		size_t length = page->path == NULL ? 0 : strlen(page->path);

		if (length == 0 || strncmp(request, "GET ", 4) != 0 ||
			strncmp(request + 4, page->path, length) != 0 || request[4 + length] != ' ')
			continue;
		(void)snprintf(head, sizeof(head),
			"HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
			page->status, page->text->n);
		send_all(tls, client, head, strlen(head));
		send_all(tls, client, page->text->p, page->text->n);
		return;
	}
	send_all(tls, client, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 45);
}

static void
greet(int client)
{
	SSL *tls = server.plain ? NULL : SSL_new(server.context);

	if (tls != NULL) {
		(void)SSL_set_fd(tls, client);
		if (SSL_accept(tls) == 1) {
			answer(tls, client);
			(void)SSL_shutdown(tls);
		}
		SSL_free(tls);
	} else {
		answer(NULL, client);
	}
}

static void *
serve(void *context)
{
	const struct timeval patience = {.tv_sec = PATIENCE_S};
	sigset_t pipe_alone;

	(void)context;
	/* A client that goes away is no reason to end. */
	sigemptyset(&pipe_alone);
	sigaddset(&pipe_alone, SIGPIPE);
	(void)pthread_sigmask(SIG_BLOCK, &pipe_alone, NULL);
	for (;;) {
		int client = accept(server.listener, NULL, NULL);

		if (client < 0 || server.stopping) {
			if (client >= 0)
				(void)close(client);
			return NULL;
		}
		(void)setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
		greet(client);
		(void)shutdown(client, SHUT_WR);
		(void)close(client);
	}
}

/* For localhost, by itself, for an hour; ca.pem is what to trust. */
static void
certify(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	X509_EXTENSION *names =
		X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "DNS:localhost");
	char path[128];
	FILE *out;

	server.context = SSL_CTX_new(TLS_server_method());
	assert_true(server.context != NULL && key != NULL && certificate != NULL && names != NULL);
	assert_int_equal(X509_set_version(certificate, X509_VERSION_3), 1);
	assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1), 1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(certificate), -60));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(certificate), 3600));
	assert_int_equal(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN",
				 MBSTRING_ASC, (const unsigned char *)"test", -1, -1, 0),
		1);
	assert_int_equal(X509_set_issuer_name(certificate, X509_get_subject_name(certificate)), 1);
	assert_int_equal(X509_set_pubkey(certificate, key), 1);
	assert_int_equal(X509_add_ext(certificate, names, -1), 1);
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
	assert_int_equal(SSL_CTX_use_certificate(server.context, certificate), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(server.context, key), 1);
	(void)snprintf(path, sizeof(path), "%s/ca.pem", folder);
	out = fopen(path, "wb");
	assert_non_null(out);
	assert_int_equal(PEM_write_X509(out, certificate), 1);
	assert_int_equal(fclose(out), 0);
	X509_EXTENSION_free(names);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

static void
start_server(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t n = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server.listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(server.listener >= 0);
	assert_int_equal(bind(server.listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(server.listener, 16), 0);
	assert_int_equal(getsockname(server.listener, (struct sockaddr *)&address, &n), 0);
	server.port = ntohs(address.sin_port);
	assert_int_equal(pthread_create(&server.thread, NULL, serve, NULL), 0);
}

/* ---- the program ---- */

static void
write_file(const char *name, const struct prb_str *text)
{
	char path[128];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(text->p, 1, text->n, file), text->n);
	assert_int_equal(fclose(file), 0);
}

static int
run(const char *arguments)
{
	char command[2048];
	FILE *pipe;
	size_t n;
	int status;

	(void)snprintf(command, sizeof(command), "cd %s && NO_COLOR=1 '%s' verify %s 2>&1", folder,
		PROBITY_PROGRAM, arguments);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	n = fread(output, 1, sizeof(output) - 1, pipe);
	output[n] = '\0';
	status = pclose(pipe);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
says(const char *arguments, const char *part)
{
	if (strstr(output, part) == NULL)
		fail_msg("%s: \"%s\" is not in:\n%s", arguments, part, output);
}

/* The credential with one letter of its signature changed, and all else as it was. */
static void
write_forged(void)
{
	char *letter = strstr(own.credential.p, "\"proofValue\":\"z"), before;

	assert_non_null(letter);
	letter += 20;
	before = *letter;
	*letter = before == 'A' ? 'B' : 'A';
	write_file("forged.json", &own.credential);
	*letter = before;
}

static int
set_up(void **state)
{
	char url[64];

	(void)state;
	arena = prb_arena_create((size_t)64 << 20);
	if (arena == NULL || mkdtemp(folder) == NULL)
		return -1;
	certify();
	start_server();
	(void)snprintf(url, sizeof(url), "https://localhost:%d", server.port);
	attest_evidence_make(arena, url, &own);
	attest_evidence_make(arena, NULL, &by_key);
	write_file("a.json", &own.credential);
	write_forged();
	write_file("a.jwt", &own.jwt);
	write_file("did.json", &own.document);
	write_file("list.json", &own.list);
	write_file("receipt", &own.receipt);
	write_file("checkpoint", &own.checkpoint);
	write_file("vkey", &own.vkey);
	write_file("openings.json", &own.openings);
	write_file("key.json", &by_key.credential);
	write_file("key.receipt", &by_key.receipt);
	write_file("key.list", &by_key.list);
	return 0;
}

static int
tear_down(void **state)
{
	char command[160];

	(void)state;
	server.stopping = true;
	(void)shutdown(server.listener, SHUT_RDWR);
	(void)pthread_join(server.thread, NULL);
	(void)close(server.listener);
	SSL_CTX_free(server.context);
	attest_evidence_finish(&own);
	attest_evidence_finish(&by_key);
	prb_arena_destroy(arena);
	(void)snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command) == 0 ? 0 : -1;
}

static void
offline(void **state)
{
	static const struct {
		const char *arguments;
		int status;
		const char *part;
	} rows[] = {
		{AT "--did did.json --status list.json --receipt receipt --checkpoint checkpoint "
		    "--open openings.json a.json",
			0, "openings  what was opened is what it had committed to: rating, "},
		{AT "--did did.json --status list.json --receipt receipt a.json", 0,
			"\nverified\n"},
		{AT "--did did.json a.json", 0,
			"\nnote: status and log not looked at (--online does)\nverified\n"},
		{AT "--did did.json --status list.json a.json", 0, "\nnote: log not looked at"},
		{AT "--did did.json --receipt receipt a.json", 0, "\nnote: status not looked at"},
		{AT "--did did.json --checkpoint receipt a.json", 0, "passed   log       entry 3"},
		{AT "--did did.json --receipt receipt --log-key vkey a.json", 0, "passed   log "},
		{AT "--did did.json --status list.json a.jwt", 0, "passed   proof     vc+jwt"},
		{AT "--did did.json --receipt receipt a.jwt", 1,
			"not verified: log: the log holds the digest of the form with an embedded"},
		{AT "a.json", 1,
			"\nnote: the issuer's keys not looked up (--online does; --did FILE gives "
			"them)\nnot verified: issuer: the issuer's DID document is needed"},
		{AT "--did did.json --checkpoint checkpoint a.json", 1,
			"not verified: log: no receipt of the log was given"},
		{AT "--did did.json --log-key vkey a.json", 1, "not verified: log: no receipt"},
		{AT "--did did.json --status did.json a.json", 1,
			"not verified: status: STATUS_VERIFICATION_ERROR: the status list's form"},
		{AT "--did did.json --open did.json a.json", 1,
			"not verified: openings: an opening: "},
		{AT "--did did.json --receipt list.json a.json", 1,
			"not verified: log: the receipt: this is no receipt"},
		{AT "--receipt key.receipt key.json", 1, "the key of the log is needed"},
		{AT "--did did.json --open openings.json key.json", 0, "\nverified\n"},
		{"--at 2026-07-01T11:59:00Z --did did.json a.json", 0, "\nverified\n"},
		{"--at 2026-07-01T11:59:59Z --skew 0 --did did.json a.json", 1, "not valid yet"},
		{AT "--did did.json --json a.json", 0, "{\"attestation\":{\"id\":\"https://"},
		{AT "--did nowhere.json a.json", 1, "No such file"},
		{AT "--status - - <a.json", 2, "only one of them can be standard input"},
		{"--skew 86401 a.json", 2, "--skew 86401: 0 to 86400 seconds are wanted"},
		{"--skew -1 a.json", 2, "--skew -1"},
		{AT "--did did.json --issuer did:web:other.example a.json", 1,
			"and did:web:other.example is wanted"},
		{AT "--issuer other.example a.json", 2, "a DID such as did:web:probity.example"},
		{"--ca-file x a.json", 2, "--ca-file is for --online"},
		{"--log-key a.json", 2, "one file is wanted"},
		{"--open", 2, "--open lacks its value"},
		{"--open a --open a --open a --open a --open a --open a --open a --open a --open a "
		 "--open a --open a --open a --open a --open a --open a --open a --open a a.json",
			2, "--open is taken 16 times at most"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int status = run(rows[i].arguments);

		if (status != rows[i].status)
			fail_msg("%s: %d, expected %d:\n%s", rows[i].arguments, status,
				rows[i].status, output);
		says(rows[i].arguments, rows[i].part);
	}
}

/* A verifier key in words is told from the name of a file. */
static void
log_key_in_words(void **state)
{
	char arguments[1024];

	(void)state;
	(void)snprintf(arguments, sizeof(arguments),
		AT "--log-key '%s' --receipt key.receipt key.json", by_key.vkey.p);
	assert_int_equal(run(arguments), 0);
	says(arguments, "passed   log       entry 3 of 5");
}

#define DID_PAGE(text)                                                                             \
	{                                                                                          \
		"/.well-known/did.json", "200 OK", text                                            \
	}
#define LIST_PAGE(status, text)                                                                    \
	{                                                                                          \
		"/status/7", status, text                                                          \
	}
#define PROOF_PAGE(status, text)                                                                   \
	{                                                                                          \
		"/v1/attestations/" ATTEST_ID "/proof", status, text                               \
	}

/* How often the server is asked. */
static void
asks_nobody_else(void)
{
	static const struct {
		const char *arguments;
		bool plain;
		int status;
		size_t asked;
		const char *part;
	} rows[] = {
		{AT "--did did.json a.json", false, 0, 0, "verified"},
		{AT ONLINE " a.json", false, 0, 3, "\nverified\n"},
		/* What nobody has signed does not say whom to ask; the issuer's own keys do. */
		{AT ONLINE " forged.json", false, 1, 1, "not verified: proof: "},
		{AT ONLINE " forged.json", false, 1, 1,
			"failed   status    STATUS_RETRIEVAL_ERROR: not fetched, since"},
		{AT ONLINE " --issuer did:web:other.example a.json", false, 1, 0,
			"not verified: issuer: the issuer is did:web:localhost%3A"},
		/* Where TLS was meant, nothing goes over the wire without it. */
		{AT ONLINE " a.json", true, 1, 1, "could not be fetched"},
	};
	const struct page all[PAGES] = {DID_PAGE(&own.document), LIST_PAGE("200 OK", &own.list),
		PROOF_PAGE("200 OK", &own.receipt)};

	memcpy(server.pages, all, sizeof(server.pages));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int status;

		server.asked = 0;
		server.plain = rows[i].plain;
		status = run(rows[i].arguments);
		if (status != rows[i].status || server.asked != rows[i].asked)
			fail_msg("%s: %d after %zu requests:\n%s", rows[i].arguments, status,
				(size_t)server.asked, output);
		says(rows[i].arguments, rows[i].part);
	}
	server.plain = false;
}

static void
online(void **state)
{
	struct prb_str none, large;
	const struct {
		const char *name;
		struct page pages[PAGES];
		const char *arguments;
		int status;
		const char *part;
	} rows[] = {
		{"all is there",
			{DID_PAGE(&own.document), LIST_PAGE("200 OK", &own.list),
				PROOF_PAGE("200 OK", &own.receipt)},
			AT ONLINE " a.json", 0, "passed   log       entry 3 of 5"},
		{"the enveloping form has no receipt",
			{DID_PAGE(&own.document), LIST_PAGE("200 OK", &own.list)},
			AT ONLINE " a.jwt", 0, "passed   status    not revoked"},
		{"no document", {LIST_PAGE("200 OK", &own.list)}, AT ONLINE " a.json", 1,
			"/.well-known/did.json answers 404, where 200 is wanted"},
		{"no list",
			{DID_PAGE(&own.document), LIST_PAGE("500 No", &none),
				PROOF_PAGE("200 OK", &own.receipt)},
			AT ONLINE " a.json", 1,
			"not verified: status: STATUS_RETRIEVAL_ERROR: https://localhost:"},
		{"elsewhere",
			{DID_PAGE(&own.document), LIST_PAGE("302 Found", &none),
				PROOF_PAGE("200 OK", &own.receipt)},
			AT ONLINE " a.json", 1, "/status/7 answers 302"},
		{"too large",
			{DID_PAGE(&own.document), LIST_PAGE("200 OK", &large),
				PROOF_PAGE("200 OK", &own.receipt)},
			AT ONLINE " a.json", 1, "/status/7 gives is larger than is taken here"},
		{"not covered yet",
			{DID_PAGE(&own.document), LIST_PAGE("200 OK", &own.list),
				PROOF_PAGE("202 Accepted", &none)},
			AT ONLINE " a.json", 1, "is not there yet (202): try again"},
		{"what is given is not fetched", {LIST_PAGE("200 OK", &own.list)},
			AT ONLINE " --did did.json --receipt receipt a.json", 0, "\nverified\n"},
		{"a urn has no address", {DID_PAGE(&own.document)}, AT ONLINE " key.json", 1,
			"STATUS_RETRIEVAL_ERROR: urn:uuid:"},
		{"a urn has no receipt", {DID_PAGE(&own.document)},
			AT ONLINE " --status key.list key.json", 0,
			"skipped  log       its id is no address"},
	};

	(void)state;
	prb_str_init(&none, 16);
	prb_str_init(&large, (size_t)8 << 20);
	prb_str_add_text(&none, "no");
	while (large.n < (size_t)3 << 20)
		prb_str_add_text(&large, "................................................");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int status;

		memcpy(server.pages, rows[i].pages, sizeof(server.pages));
		status = run(rows[i].arguments);
		if (status != rows[i].status)
			fail_msg("%s: %d, expected %d:\n%s", rows[i].name, status, rows[i].status,
				output);
		says(rows[i].name, rows[i].part);
	}
	asks_nobody_else();
	prb_str_finish(&none);
	prb_str_finish(&large);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offline),
		cmocka_unit_test(log_key_in_words),
		cmocka_unit_test(online),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
