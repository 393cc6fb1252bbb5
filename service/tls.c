/* SPDX-License-Identifier: Apache-2.0 */
#include "service/tls.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "scoring/base/timestamp.h"
#include "service/issuer/secret.h"
#include "service/logging/logging.h"

#define KEY_FILE_BYTES_MAX ((size_t)64 * 1024)
/* What a client may send us to verify, and how long its chain may be. */
#define CLIENT_CHAIN_BYTES_MAX 32768
#define CLIENT_CHAIN_DEPTH_MAX 4
/* Forward secrecy and authenticated encryption alone: RFC 9325 section 4.2. TLS 1.3 has nothing
 * else. */
#define CIPHERS "ECDHE+AESGCM:ECDHE+CHACHA20"

struct prb_tls {
	SSL_CTX *context;
};

static enum prb_err
refuse(struct prb_fault *fault, const char *option, const char *path, const char *what)
{
	ERR_clear_error();
	return prb_fault_set(
		fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL, "[tls] %s: %s: %s", option, path, what);
}

/* What OpenSSL says of its last failure, in its own words; a literal of its own. */
static const char *
reason(const char *otherwise)
{
	const char *text = ERR_reason_error_string(ERR_peek_last_error());

	return text != NULL ? text : otherwise;
}

/* ---- the certificate and its key ---- */

static bool
seconds_of(const ASN1_TIME *time, int64_t *out)
{
	static const int64_t day = 86400;
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	int days = 0, seconds = 0;
	bool read = epoch != NULL && ASN1_TIME_diff(&days, &seconds, epoch, time) == 1;

	ASN1_TIME_free(epoch);
	*out = days * day + seconds;
	return read;
}

static void
warn_of_times(const char *path, const X509 *certificate, int64_t now)
{
	char text[PRB_TIMESTAMP_BYTES];
	int64_t from, until;

	if (!seconds_of(X509_get0_notBefore(certificate), &from) ||
		!seconds_of(X509_get0_notAfter(certificate), &until))
		return;
	if (now >= from && now <= until)
		return;
	prb_timestamp_format(now < from ? from : until, text);
	prb_say(PRB_LEVEL_WARNING, "certificate",
		"WARNING: %s: the certificate %s %s: clients will refuse it; renew it, "
		"then send SIGHUP",
		path, now < from ? "is not valid before" : "was valid until", text);
}

static enum prb_err
use_certificate(SSL_CTX *context, const char *path, int64_t now, struct prb_fault *fault)
{
	if (SSL_CTX_use_certificate_chain_file(context, path) != 1)
		return refuse(fault, "certificate", path,
			reason("no certificate in PEM can be read from it"));
	warn_of_times(path, SSL_CTX_get0_certificate(context), now);
	return PRB_OK;
}

/* There is nobody to ask. Without this OpenSSL would ask at the terminal. */
static int
no_passphrase(char *out, int room, int writing, void *context)
{
	(void)out;
	(void)room;
	(void)writing;
	*(bool *)context = true;
	return -1;
}

/* A link is followed, since those who renew certificates turn links round. A file of the service
 * manager's credentials may be root's. */
static enum prb_err
open_key(const char *path, int *fd, struct prb_fault *fault)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	struct prb_secret_place place;
	char *real = realpath(path, NULL);
	enum prb_err err;

	if (real == NULL)
		return refuse(fault, "key", path, strerror(errno));
	err = prb_secret_place_set(&place, "", real, fault) ? PRB_OK : PRB_ERR_KEY;
	if (err == PRB_OK) {
		size_t n = folder != NULL ? strlen(folder) : 0;

		place.is_credential = n > 1 && strncmp(real, folder, n) == 0 && real[n] == '/';
		err = prb_secret_place_open(&place, KEY_FILE_BYTES_MAX, fd, fault);
	}
	free(real);
	return err;
}

static enum prb_err
use_key(SSL_CTX *context, const char *path, struct prb_fault *fault)
{
	bool is_encrypted = false;
	EVP_PKEY *key = NULL;
	FILE *file = NULL;
	int fd = -1, used;
	enum prb_err err = open_key(path, &fd, fault);

	if (err != PRB_OK)
		return err;
	file = fdopen(fd, "r");
	if (file == NULL) {
		close(fd);
		return refuse(fault, "key", path, strerror(errno));
	}
	/* Nothing of the key stays behind in a buffer of the stream's. */
	setvbuf(file, NULL, _IONBF, 0);
	key = PEM_read_PrivateKey(file, NULL, no_passphrase, &is_encrypted);
	fclose(file);
	if (key == NULL)
		return refuse(fault, "key", path,
			is_encrypted ? "the key is encrypted: write it without a passphrase, "
				       "readable for the server alone"
				     : reason("no key in PEM can be read from it"));
	used = SSL_CTX_use_PrivateKey(context, key);
	EVP_PKEY_free(key);
	if (used != 1 || SSL_CTX_check_private_key(context) != 1)
		return refuse(fault, "key", path, "it is not the key of the certificate");
	return PRB_OK;
}

/* ---- clients ---- */

static enum prb_err
use_client_ca(SSL_CTX *context, const char *path, bool required, struct prb_fault *fault)
{
	STACK_OF(X509_NAME) * names;

	if (path[0] == '\0')
		return PRB_OK;
	names = SSL_load_client_CA_file(path);
	if (names == NULL || SSL_CTX_load_verify_file(context, path) != 1) {
		sk_X509_NAME_pop_free(names, X509_NAME_free);
		return refuse(fault, "client_ca", path,
			reason("no certificate in PEM can be read from it"));
	}
	SSL_CTX_set_client_CA_list(context, names); /* takes them */
	SSL_CTX_set_verify_depth(context, CLIENT_CHAIN_DEPTH_MAX);
	SSL_CTX_set_max_cert_list(context, CLIENT_CHAIN_BYTES_MAX);
	SSL_CTX_set_verify(context,
		SSL_VERIFY_PEER | SSL_VERIFY_CLIENT_ONCE |
			(required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
		NULL);
	return PRB_OK;
}

/* Who offers other protocols alone is told at once: RFC 7301 section 3.2. */
static int
choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *n, const unsigned char *offered,
	unsigned offered_n, void *context)
{
	static const unsigned char http11[] = "http/1.1";

	(void)ssl;
	(void)context;
	for (unsigned at = 0; at < offered_n; at += offered[at] + 1U)
		if (offered[at] == sizeof http11 - 1 && at + sizeof http11 <= offered_n &&
			memcmp(offered + at + 1, http11, sizeof http11 - 1) == 0) {
			*out = offered + at + 1;
			*n = offered[at];
			return SSL_TLSEXT_ERR_OK;
		}
	return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static bool
harden(SSL_CTX *context)
{
	/* A client that closes without close_notify has only itself to blame: messages tell their
	 * own length. */
	SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
					     SSL_OP_NO_TICKET | SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	/* An idle connection keeps no buffers. What the socket did not take is offered again from
	 * where libevent has it by then, with what has come behind it. */
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
					  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	/* Messages of the protocol itself, such as new keys, have the loop's turns between them:
	 * else whoever sends one after the other has the worker for as long as he does. */
	SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
	SSL_CTX_set_alpn_select_cb(context, choose_protocol, NULL);
	return SSL_CTX_set_num_tickets(context, 0) == 1 &&
	       SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
	       SSL_CTX_set_cipher_list(context, CIPHERS) == 1;
}

enum prb_err
prb_tls_create(
	const struct prb_config *config, int64_t now, struct prb_tls **out, struct prb_fault *fault)
{
	struct prb_tls *tls;
	enum prb_err err = PRB_OK;

	if (config->tls_certificate[0] == '\0') {
		*out = NULL;
		return PRB_OK;
	}
	tls = calloc(1, sizeof *tls);
	if (tls != NULL)
		tls->context = SSL_CTX_new(TLS_server_method());
	if (tls == NULL || tls->context == NULL || !harden(tls->context))
		err = prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL,
			"[tls]: memory ran out, or this OpenSSL knows none of the "
			"ciphers " CIPHERS);
	if (err == PRB_OK)
		err = use_certificate(tls->context, config->tls_certificate, now, fault);
	if (err == PRB_OK)
		err = use_key(tls->context, config->tls_key, fault);
	if (err == PRB_OK)
		err = use_client_ca(tls->context, config->tls_client_ca,
			config->tls_client_required != 0, fault);
	if (err == PRB_OK)
		*out = tls;
	else
		prb_tls_destroy(tls);
	return err;
}

void
prb_tls_destroy(struct prb_tls *tls)
{
	if (tls == NULL)
		return;
	SSL_CTX_free(tls->context); /* connections hold what they need of it */
	free(tls);
}

/* ---- connections ---- */

struct bufferevent *
prb_tls_accept(const struct prb_tls *tls, struct event_base *base, evutil_socket_t fd)
{
	SSL *ssl = SSL_new(tls->context);
	struct bufferevent *io = NULL;

	if (ssl != NULL)
		io = bufferevent_openssl_socket_new(
			base, fd, ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
	ERR_clear_error();
	return io;
}

void
prb_tls_peer(struct bufferevent *io, struct prb_peer *peer)
{
	SSL *ssl = bufferevent_openssl_get_ssl(io);
	X509 *certificate = SSL_get1_peer_certificate(ssl);
	unsigned n = 0;

	/* The handshake fails for one that cannot be verified; asked again all the same, since
	 * everything hangs on it. */
	peer->has_certificate =
		certificate != NULL && SSL_get_verify_result(ssl) == X509_V_OK &&
		X509_digest(certificate, EVP_sha256(), peer->certificate_sha256, &n) == 1 &&
		n == PRB_SHA256_BYTES &&
		seconds_of(X509_get0_notAfter(certificate), &peer->certificate_until);
	X509_free(certificate);
}

void
prb_tls_end(struct bufferevent *io)
{
	SSL *ssl = bufferevent_openssl_get_ssl(io);

	/* What the socket does not take now is not waited for. */
	if (SSL_is_init_finished(ssl))
		(void)SSL_shutdown(ssl);
	ERR_clear_error();
}
