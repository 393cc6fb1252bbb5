/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/load/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>

SSL_CTX *
link_context(int version)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());

	if (context == NULL || SSL_CTX_set_min_proto_version(context, version) != 1 ||
		SSL_CTX_set_max_proto_version(context, version) != 1) {
		fputs("link: no TLS\n", stderr);
		exit(2);
	}
	/* There are thousands of them in one process. */
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	return context;
}

size_t
link_hello(SSL_CTX *context, char *out, size_t n)
{
	SSL *ssl = SSL_new(context);
	BIO *in = BIO_new(BIO_s_mem()), *said = BIO_new(BIO_s_mem());
	int got = 0;

	if (ssl != NULL && in != NULL && said != NULL) {
		SSL_set_bio(ssl, in, said); /* takes them */
		(void)SSL_connect(ssl);     /* waits for the server's part */
		got = BIO_read(said, out, (int)n);
	} else {
		BIO_free(in);
		BIO_free(said);
	}
	SSL_free(ssl);
	ERR_clear_error();
	return got > 0 ? (size_t)got : 0;
}

struct link
link_over(int fd, SSL_CTX *context)
{
	struct link l = {.fd = fd};

	if (fd < 0 || context == NULL)
		return l;
	l.ssl = SSL_new(context);
	if (l.ssl == NULL || SSL_set_fd(l.ssl, fd) != 1 || SSL_connect(l.ssl) != 1)
		link_close(&l);
	return l;
}

void
link_close(struct link *l)
{
	SSL_free(l->ssl);
	l->ssl = NULL;
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	ERR_clear_error();
}

bool
link_send(struct link *l, const void *bytes, size_t n)
{
	if (l->ssl == NULL)
		return send(l->fd, bytes, n, MSG_NOSIGNAL) == (ssize_t)n;
	ERR_clear_error();
	return SSL_write(l->ssl, bytes, (int)n) == (int)n;
}

ssize_t
link_receive(struct link *l, void *out, size_t n)
{
	if (l->ssl == NULL)
		return recv(l->fd, out, n, 0);
	ERR_clear_error();
	return SSL_read(l->ssl, out, (int)n);
}
