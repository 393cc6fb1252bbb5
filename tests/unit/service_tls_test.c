/* SPDX-License-Identifier: Apache-2.0 */
/* Who is at the other end of a TLS connection: a client certificate that the authority has signed,
 * one that somebody else has, or none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "service/tls.h"

#define PATH_BYTES 128
#define PATIENCE_S 30

static char nothing[] = "";
static char folder[] = "/tmp/probity-tls-test-XXXXXX";

struct party {
	char certificate_path[PATH_BYTES], key_path[PATH_BYTES];
	X509 *certificate;
	EVP_PKEY *key;
};
static struct party authority, server, client, stranger;

static void
write_party(struct party *p, const char *name)
{
	FILE *file;

	(void)snprintf(p->certificate_path, PATH_BYTES, "%s/%s.pem", folder, name);
	(void)snprintf(p->key_path, PATH_BYTES, "%s/%s.key", folder, name);
	file = fopen(p->certificate_path, "w");
	assert_non_null(file);
	assert_int_equal(PEM_write_X509(file, p->certificate), 1);
	assert_int_equal(fclose(file), 0);
	file = fopen(p->key_path, "w");
	assert_non_null(file);
	assert_int_equal(fchmod(fileno(file), S_IRUSR | S_IWUSR), 0);
	assert_int_equal(PEM_write_PrivateKey(file, p->key, NULL, NULL, 0, NULL, NULL), 1);
	assert_int_equal(fclose(file), 0);
}

/* signer NULL: by itself. */
static void
make(struct party *p, const char *name, const struct party *signer, bool may_sign)
{
	const X509 *issuer;
	X509_EXTENSION *extension;

	p->key = EVP_EC_gen("P-256");
	p->certificate = X509_new();
	assert_non_null(p->key);
	assert_non_null(p->certificate);
	issuer = signer != NULL ? signer->certificate : p->certificate;
	assert_int_equal(X509_set_version(p->certificate, X509_VERSION_3), 1);
	assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(p->certificate), 7), 1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(p->certificate), -3600));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(p->certificate), 3600));
	assert_int_equal(X509_NAME_add_entry_by_txt(X509_get_subject_name(p->certificate), "CN",
				 MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0),
		1);
	assert_int_equal(X509_set_issuer_name(p->certificate, X509_get_subject_name(issuer)), 1);
	assert_int_equal(X509_set_pubkey(p->certificate, p->key), 1);
	extension = X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints,
		may_sign ? "critical,CA:TRUE" : "critical,CA:FALSE");
	assert_non_null(extension);
	assert_int_equal(X509_add_ext(p->certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
	assert_true(
		X509_sign(p->certificate, signer != NULL ? signer->key : p->key, EVP_sha256()) > 0);
	write_party(p, name);
}

static void
forget(struct party *p)
{
	(void)unlink(p->certificate_path);
	(void)unlink(p->key_path);
	X509_free(p->certificate);
	EVP_PKEY_free(p->key);
}

/* ---- one handshake ---- */

struct caller {
	const struct party *as; /* NULL: without a certificate */
	int fd;
};

/* The client's end, in a thread of its own. It stays until the server has closed. */
static void *
call(void *context)
{
	const struct timeval patience = {.tv_sec = PATIENCE_S};
	struct caller *c = context;
	SSL_CTX *made = SSL_CTX_new(TLS_client_method());
	SSL *ssl;
	char byte;

	if (made == NULL)
		abort();
	(void)setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	if (c->as != NULL && (SSL_CTX_use_certificate(made, c->as->certificate) != 1 ||
				     SSL_CTX_use_PrivateKey(made, c->as->key) != 1))
		abort();
	ssl = SSL_new(made);
	if (ssl == NULL || SSL_set_fd(ssl, c->fd) != 1)
		abort();
	if (SSL_connect(ssl) == 1)
		while (SSL_read(ssl, &byte, 1) > 0)
			;
	SSL_free(ssl);
	SSL_CTX_free(made);
	close(c->fd);
	return NULL;
}

struct met {
	struct event_base *base;
	struct prb_peer peer;
	bool shaken;
};

static void
on_event(struct bufferevent *io, short what, void *context)
{
	struct met *met = context;

	met->shaken = (what & BEV_EVENT_CONNECTED) != 0;
	if (met->shaken)
		prb_tls_peer(io, &met->peer);
	event_base_loopbreak(met->base);
}

static struct prb_config
config_of(bool asks, bool wants)
{
	return (struct prb_config){.tls_certificate = server.certificate_path,
		.tls_key = server.key_path,
		.tls_client_ca = asks ? authority.certificate_path : nothing,
		.tls_client_required = wants};
}

static struct met
meet(bool asks, bool wants, const struct party *as)
{
	const struct timeval patience = {.tv_sec = PATIENCE_S};
	struct prb_config config = config_of(asks, wants);
	struct met met = {.base = event_base_new()};
	struct caller caller = {.as = as};
	struct prb_tls *tls = NULL;
	struct bufferevent *io;
	struct prb_fault fault;
	pthread_t thread;
	int ends[2];

	assert_non_null(met.base);
	if (prb_tls_create(&config, time(NULL), &tls, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(evutil_make_socket_nonblocking(ends[0]), 0);
	caller.fd = ends[1];
	assert_int_equal(pthread_create(&thread, NULL, call, &caller), 0);
	io = prb_tls_accept(tls, met.base, ends[0]);
	assert_non_null(io);
	/* The connection lives on without the context that it began with. */
	prb_tls_destroy(tls);
	bufferevent_setcb(io, NULL, NULL, on_event, &met);
	bufferevent_enable(io, EV_READ | EV_WRITE);
	event_base_loopexit(met.base, &patience);
	event_base_dispatch(met.base);
	if (met.shaken)
		prb_tls_end(io);
	bufferevent_free(io);
	event_base_free(met.base);
	pthread_join(thread, NULL);
	return met;
}

/* ---- tests ---- */

static void
test_peers(void **state)
{
	const struct {
		const struct party *as;
		bool asks, wants, shaken, has_certificate;
	} rows[] = {
		{NULL, false, false, true, false},
		/* Not asked for, not looked at. */
		{&client, false, false, true, false},
		{NULL, true, false, true, false},
		{&client, true, false, true, true},
		{&client, true, true, true, true},
		{NULL, true, true, false, false},
		{&stranger, true, false, false, false},
		{&stranger, true, true, false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct met met = meet(rows[i].asks, rows[i].wants, rows[i].as);
		uint8_t hash[PRB_SHA256_BYTES];
		unsigned n = 0;

		assert_int_equal(met.shaken, rows[i].shaken);
		assert_int_equal(met.peer.has_certificate, rows[i].has_certificate);
		if (!met.peer.has_certificate)
			continue;
		assert_int_equal(X509_digest(client.certificate, EVP_sha256(), hash, &n), 1);
		assert_memory_equal(met.peer.certificate_sha256, hash, sizeof hash);
		assert_true(X509_cmp_time(X509_get0_notAfter(client.certificate),
				    &(time_t){met.peer.certificate_until + 1}) < 0);
		assert_true(X509_cmp_time(X509_get0_notAfter(client.certificate),
				    &(time_t){met.peer.certificate_until - 1}) > 0);
	}
}

static void
test_refused(void **state)
{
	struct prb_config config = config_of(false, false);
	struct prb_tls *tls = NULL;
	struct prb_fault fault;

	(void)state;
	config.tls_key = client.key_path;
	assert_int_equal(prb_tls_create(&config, 0, &tls, &fault), PRB_ERR_CONFIG);
	assert_non_null(strstr(fault.detail, "it is not the key of the certificate"));
	config.tls_key = server.key_path;
	assert_int_equal(chmod(server.key_path, S_IRUSR | S_IWUSR | S_IROTH), 0);
	assert_int_equal(prb_tls_create(&config, 0, &tls, &fault), PRB_ERR_KEY);
	assert_int_equal(chmod(server.key_path, S_IRUSR | S_IWUSR), 0);
	assert_null(tls);
	/* Without a certificate there is no TLS, and nothing wrong. */
	config.tls_certificate = nothing;
	assert_int_equal(prb_tls_create(&config, 0, &tls, &fault), PRB_OK);
	assert_null(tls);
}

static int
setup(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	make(&authority, "authority", NULL, true);
	make(&server, "server", &authority, false);
	make(&client, "client", &authority, false);
	make(&stranger, "stranger", NULL, false);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	forget(&authority);
	forget(&server);
	forget(&client);
	forget(&stranger);
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_peers),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
