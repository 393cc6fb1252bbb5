/* SPDX-License-Identifier: Apache-2.0 */
/* Whom the client trusts: a server on this machine, with certificates made on the spot. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "clients/lib/probity.h"

#define ANSWER                                                                                     \
	"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{\"a\":1}"
#define KEY "prb_0123456789abcdef"
#define PATIENCE_S 20

static char folder[] = "/tmp/probity-tls-test-XXXXXX";

struct tls_server {
	SSL_CTX *context;
	int listener;
	bool resets; /* ends the connection inside the request */
	char url[64];
	char request[4096];
	pthread_t thread;
};

static void
add_name(X509 *certificate, const char *names)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;

	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, NID_subject_alt_name, names);
	assert_non_null(extension);
	assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

/* Self-signed, for these names, from and until so many seconds from now; its PEM goes to a file. */
static SSL_CTX *
certify(const char *names, long from, long until, const char *file)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	char path[128];
	FILE *out;

	assert_non_null(context);
	assert_non_null(key);
	assert_non_null(certificate);
	assert_int_equal(X509_set_version(certificate, X509_VERSION_3), 1);
	assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1), 1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(certificate), from));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(certificate), until));
	assert_int_equal(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN",
				 MBSTRING_ASC, (const unsigned char *)"test", -1, -1, 0),
		1);
	assert_int_equal(X509_set_issuer_name(certificate, X509_get_subject_name(certificate)), 1);
	assert_int_equal(X509_set_pubkey(certificate, key), 1);
	add_name(certificate, names);
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
	assert_int_equal(SSL_CTX_use_certificate(context, certificate), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(context, key), 1);
	(void)snprintf(path, sizeof path, "%s/%s", folder, file);
	out = fopen(path, "wb");
	assert_non_null(out);
	assert_int_equal(PEM_write_X509(out, certificate), 1);
	assert_int_equal(fclose(out), 0);
	X509_free(certificate);
	EVP_PKEY_free(key);
	return context;
}

static void
answer(struct tls_server *s, SSL *tls)
{
	int n = SSL_read(tls, s->request, sizeof s->request - 1);

	s->request[n > 0 ? n : 0] = '\0';
	if (n > 0 && SSL_write(tls, ANSWER, (int)strlen(ANSWER)) > 0)
		(void)SSL_shutdown(tls);
}

static void *
serve(void *context)
{
	const struct timeval patience = {.tv_sec = PATIENCE_S};
	const struct linger at_once = {.l_onoff = 1};
	struct tls_server *s = context;
	int client = accept(s->listener, NULL, NULL);
	SSL *tls;
	sigset_t own;
	char byte;

	/* The client must not lean on this side: its own signals stay as they are. */
	sigemptyset(&own);
	sigaddset(&own, SIGPIPE);
	(void)pthread_sigmask(SIG_BLOCK, &own, NULL);
	if (client < 0)
		return NULL; /* the client did not come so far */
	tls = SSL_new(s->context);
	if (tls == NULL)
		abort();
	(void)setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	(void)SSL_set_fd(tls, client);
	if (SSL_accept(tls) == 1) {
		if (s->resets) {
			(void)SSL_read(tls, &byte, 1);
			(void)setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
		} else {
			answer(s, tls);
		}
	}
	(void)close(client);
	SSL_free(tls);
	return NULL;
}

static void
start(struct tls_server *s)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t n = sizeof address;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(s->listener, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(s->listener, 4), 0);
	assert_int_equal(getsockname(s->listener, (struct sockaddr *)&address, &n), 0);
	(void)snprintf(s->url, sizeof s->url, "https://127.0.0.1:%u", ntohs(address.sin_port));
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void
stop(struct tls_server *s)
{
	(void)shutdown(s->listener, SHUT_RDWR);
	assert_int_equal(pthread_join(s->thread, NULL), 0);
	(void)close(s->listener);
	SSL_CTX_free(s->context);
}

static bool
no_wait(void *context, long ms)
{
	(void)context;
	(void)ms;
	return false;
}

static struct probity_answer *
ask(const char *url, const char *ca, const char *declaration, size_t n)
{
	char path[128];
	struct probity_client_options options = {
		.url = url, .key = KEY, .timeout_ms = 15000, .wait = no_wait};
	struct probity_client *client = NULL;
	struct probity_answer *given;

	(void)snprintf(path, sizeof path, "%s/%s", folder, ca == NULL ? "" : ca);
	if (ca != NULL)
		options.ca_file = path;
	assert_int_equal(probity_client_create(&options, &client, NULL), PROBITY_OK);
	given = declaration == NULL ? probity_client_did(client)
				    : probity_client_submit(client, declaration, n, NULL);
	probity_client_destroy(client);
	return given;
}

static void
trust(void **state)
{
	static const struct {
		const char *names;
		long from, until;
		const char *ca;
		bool trusted;
	} rows[] = {
		{"IP:127.0.0.1", -60, 3600, "own.pem", true},
		{"IP:127.0.0.1", -60, 3600, NULL, false},          /* signed by nobody known */
		{"IP:127.0.0.1", -60, 3600, "other.pem", false},   /* nor by this one */
		{"IP:127.0.0.1", -60, 3600, "missing.pem", false}, /* no such file */
		{"DNS:probity.example", -60, 3600, "own.pem", false},
		{"IP:127.0.0.1", -7200, -3600, "own.pem", false},
		{"IP:127.0.0.1", 3600, 7200, "own.pem", false},
	};

	(void)state;
	SSL_CTX_free(certify("IP:127.0.0.1", -60, 3600, "other.pem"));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct tls_server s = {
			.context = certify(rows[i].names, rows[i].from, rows[i].until, "own.pem")};
		struct probity_answer *given;

		start(&s);
		given = ask(s.url, rows[i].ca, NULL, 0);
		stop(&s);
		assert_int_equal(probity_answer_result(given),
			rows[i].trusted ? PROBITY_OK : PROBITY_FAILED);
		if (!rows[i].trusted)
			assert_string_equal(probity_answer_title(given),
				"no connection that can be trusted was made");
		/* The key is not told to whom is not trusted. */
		assert_int_equal(strstr(s.request, KEY) != NULL, rows[i].trusted);
		probity_answer_destroy(given);
	}
}

/* While much is being written to it. */
static void
a_peer_goes_away(void **state)
{
	struct tls_server s = {
		.context = certify("IP:127.0.0.1", -60, 3600, "own.pem"), .resets = true};
	size_t n = (size_t)32 << 20;
	char *text = malloc(n);
	struct probity_answer *given;

	(void)state;
	assert_non_null(text);
	memset(text, ' ', n);
	start(&s);
	given = ask(s.url, "own.pem", text, n);
	stop(&s);
	assert_int_equal(probity_answer_result(given), PROBITY_FAILED);
	assert_string_equal(probity_answer_title(given),
		"the connection was lost before the answer was complete");
	probity_answer_destroy(given);
	free(text);
}

static int
setup(void **state)
{
	(void)state;
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	char path[128];

	(void)state;
	(void)snprintf(path, sizeof path, "%s/own.pem", folder);
	(void)unlink(path);
	(void)snprintf(path, sizeof path, "%s/other.pem", folder);
	(void)unlink(path);
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trust),
		cmocka_unit_test(a_peer_goes_away),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
