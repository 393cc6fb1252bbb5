/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/lib/wire.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* libcurl bounds one line of a head; this bounds all of them. */
#define HEAD_BYTES_MAX ((size_t)64 * 1024)

struct prb_wire {
	CURL *curl;
};

static CURLcode prepared;

static void
prepare(void)
{
	prepared = curl_global_init(CURL_GLOBAL_DEFAULT);
}

struct prb_wire *
prb_wire_create(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct prb_wire *wire;

	(void)pthread_once(&once, prepare);
	if (prepared != CURLE_OK)
		return NULL;
	wire = calloc(1, sizeof *wire);
	if (wire == NULL)
		return NULL;
	wire->curl = curl_easy_init();
	if (wire->curl != NULL)
		return wire;
	free(wire);
	return NULL;
}

/*
 * A peer that goes away while TLS writes raises SIGPIPE, which ends a program that does not expect
 * it. It is held back in this thread meanwhile, and taken away where it came.
 */
struct quiet_pipe {
	sigset_t before;
	bool was_waiting;
};

static void
pipe_alone(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGPIPE);
}

static void
hold_pipe(struct quiet_pipe *quiet)
{
	sigset_t set;

	sigpending(&set);
	quiet->was_waiting = sigismember(&set, SIGPIPE) == 1;
	pipe_alone(&set);
	(void)pthread_sigmask(SIG_BLOCK, &set, &quiet->before);
}

static void
release_pipe(const struct quiet_pipe *quiet)
{
	static const struct timespec at_once = {0, 0};
	sigset_t set;

	pipe_alone(&set);
	if (!quiet->was_waiting)
		(void)sigtimedwait(&set, NULL, &at_once);
	(void)pthread_sigmask(SIG_SETMASK, &quiet->before, NULL);
}

void
prb_wire_destroy(struct prb_wire *wire)
{
	struct quiet_pipe quiet;

	if (wire == NULL)
		return;
	/* It says goodbye to a server that may be gone. */
	hold_pipe(&quiet);
	curl_easy_cleanup(wire->curl);
	release_pipe(&quiet);
	free(wire);
}

/* What the callbacks of one exchange share. */
struct passing {
	CURL *curl;
	const struct prb_wire_request *request;
	struct prb_wire_reply *reply;
	size_t head_bytes;
	bool type_checked;
};

static size_t
stop(struct passing *p, enum prb_wire_end why)
{
	p->reply->end = why;
	return 0; /* fewer than came: libcurl gives up */
}

static size_t
take_head(char *bytes, size_t size, size_t count, void *context)
{
	struct passing *p = context;

	(void)bytes;
	p->head_bytes += size * count;
	return p->head_bytes <= HEAD_BYTES_MAX ? size * count : stop(p, PRB_WIRE_TOO_LARGE);
}

/* Rows go to the caller's hands only from a server that says that they are rows. */
static bool
is_rows(CURL *curl)
{
	static const char *const types[] = {"application/x-ndjson", "application/json"};
	const char *type = NULL;

	(void)curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
	for (size_t i = 0; type != NULL && i < sizeof types / sizeof types[0]; i++) {
		size_t n = strlen(types[i]);

		if (strncasecmp(type, types[i], n) == 0 &&
			(type[n] == '\0' || type[n] == ';' || type[n] == ' '))
			return true;
	}
	return false;
}

static size_t
take_body(char *bytes, size_t size, size_t count, void *context)
{
	struct passing *p = context;
	const struct probity_stream *stream = p->request->stream;
	struct prb_str *body = &p->reply->body;
	size_t n = size * count;
	long status = 0;

	(void)curl_easy_getinfo(p->curl, CURLINFO_RESPONSE_CODE, &status);
	if (stream != NULL && status >= 200 && status < 300) {
		if (!p->type_checked && !is_rows(p->curl))
			return stop(p, PRB_WIRE_WRONG_TYPE);
		p->type_checked = true;
		return stream->write(stream->context, bytes, n) ? n : stop(p, PRB_WIRE_STOPPED);
	}
	if (n >= body->bytes_max - body->n)
		return stop(p, PRB_WIRE_TOO_LARGE);
	prb_str_add(body, bytes, n);
	return body->failed ? stop(p, PRB_WIRE_MEMORY) : n;
}

static size_t
give_body(char *buffer, size_t size, size_t count, void *context)
{
	struct passing *p = context;
	const struct probity_stream *stream = p->request->stream;
	size_t n = stream->read(stream->context, buffer, size * count);

	if (n <= size * count)
		return n;
	p->reply->end = PRB_WIRE_STOPPED;
	return CURL_READFUNC_ABORT;
}

#define SET(option, value) (curl_easy_setopt(curl, CURLOPT_##option, (value)) == CURLE_OK)

static bool
set_limits(CURL *curl, const struct prb_wire_settings *settings, bool streams)
{
	bool set = SET(CONNECTTIMEOUT_MS, settings->connect_timeout_ms) && SET(NOSIGNAL, 1L);

	/* A stream takes as long as its rows; it may not fall silent. */
	if (!streams)
		return set && SET(TIMEOUT_MS, settings->timeout_ms) &&
		       SET(MAXFILESIZE_LARGE, (curl_off_t)settings->body_bytes_max);
	return set && SET(LOW_SPEED_LIMIT, 1L) &&
	       SET(LOW_SPEED_TIME, (settings->timeout_ms + 999) / 1000) && SET(FRESH_CONNECT, 1L);
}

static bool
set_trust(CURL *curl, const struct prb_wire_settings *settings)
{
	return SET(PROTOCOLS_STR, "http,https") && SET(FOLLOWLOCATION, 0L) &&
	       SET(DISALLOW_USERNAME_IN_URL, 1L) && SET(HTTP09_ALLOWED, 0L) &&
	       SET(HTTP_VERSION, CURL_HTTP_VERSION_1_1) && SET(SSL_VERIFYPEER, 1L) &&
	       SET(SSL_VERIFYHOST, 2L) && SET(SSLVERSION, CURL_SSLVERSION_TLSv1_2) &&
	       /* A proxy gets the fields of the tunnel and not the key. */
	       SET(HEADEROPT, CURLHEADER_SEPARATE) &&
	       (settings->ca_file == NULL || SET(CAINFO, settings->ca_file)) &&
	       (!settings->direct || SET(PROXY, "")) &&
	       (settings->socket == NULL || SET(UNIX_SOCKET_PATH, settings->socket));
}

static bool
set_request(CURL *curl, struct passing *p, struct curl_slist *fields, char *reason)
{
	const struct prb_wire_request *request = p->request;
	bool set = SET(URL, request->url) && SET(USERAGENT, "libprobity/" PROBITY_VERSION) &&
		   SET(HTTPHEADER, fields) && SET(ERRORBUFFER, reason) &&
		   SET(HEADERFUNCTION, take_head) && SET(HEADERDATA, p) &&
		   SET(WRITEFUNCTION, take_body) && SET(WRITEDATA, p);

	if (!request->post)
		return set && SET(HTTPGET, 1L);
	set = set && SET(POST, 1L);
	if (request->stream != NULL)
		return set && SET(READFUNCTION, give_body) && SET(READDATA, p) &&
		       SET(POSTFIELDSIZE_LARGE, (curl_off_t)-1);
	return set && SET(POSTFIELDS, request->body.p) &&
	       SET(POSTFIELDSIZE_LARGE, (curl_off_t)request->body.n);
}

/* Expect is taken out: a server that refuses answers at once all the same. */
static struct curl_slist *
write_fields(const struct prb_wire_request *request)
{
	struct curl_slist *fields = curl_slist_append(NULL, "Expect:"), *longer;

	for (size_t i = 0; fields != NULL && request->fields[i] != NULL; i++) {
		longer = curl_slist_append(fields, request->fields[i]);
		if (longer == NULL)
			curl_slist_free_all(fields);
		fields = longer;
	}
	return fields;
}

static enum prb_wire_end
end_of(CURLcode code)
{
	switch (code) {
	case CURLE_OK:
		return PRB_WIRE_DONE;
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return PRB_WIRE_UNREACHED;
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
		return PRB_WIRE_LOST;
	case CURLE_OPERATION_TIMEDOUT:
		return PRB_WIRE_LATE;
	case CURLE_FILESIZE_EXCEEDED:
		return PRB_WIRE_TOO_LARGE;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		return PRB_WIRE_TLS;
	case CURLE_OUT_OF_MEMORY:
		return PRB_WIRE_MEMORY;
	default:
		return PRB_WIRE_BROKEN;
	}
}

static void
read_reply(CURL *curl, CURLcode code, const char *reason, struct prb_wire_reply *reply)
{
	struct curl_header *field;
	const char *text = NULL;
	curl_off_t seconds = 0;
	long status = 0;

	/* A callback that stopped has said why. */
	if (reply->end == PRB_WIRE_DONE)
		reply->end = end_of(code);
	(void)snprintf(reply->reason, sizeof reply->reason, "%s",
		reason[0] != '\0' ? reason : curl_easy_strerror(code));
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	reply->status = (int)status;
	if (curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &text) == CURLE_OK && text != NULL)
		(void)snprintf(reply->type, sizeof reply->type, "%s", text);
	text = NULL;
	if (curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &text) == CURLE_OK && text != NULL)
		(void)snprintf(reply->redirect, sizeof reply->redirect, "%s", text);
	if (curl_easy_header(curl, "Retry-After", 0, CURLH_HEADER, -1, &field) == CURLHE_OK &&
		curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK)
		reply->retry_after_s = seconds > 86400 ? 86400 : (long)seconds;
}

static CURLcode
perform(CURL *curl)
{
	struct quiet_pipe quiet;
	CURLcode code;

	hold_pipe(&quiet);
	code = curl_easy_perform(curl);
	release_pipe(&quiet);
	return code;
}

void
prb_wire_exchange(struct prb_wire *wire, const struct prb_wire_settings *settings,
	const struct prb_wire_request *request, struct prb_wire_reply *reply)
{
	struct passing p = {.curl = wire->curl, .request = request, .reply = reply};
	struct curl_slist *fields = write_fields(request);
	char reason[CURL_ERROR_SIZE] = "";
	CURL *curl = wire->curl;

	reply->end = PRB_WIRE_DONE;
	reply->status = 0;
	reply->retry_after_s = -1;
	reply->type[0] = reply->reason[0] = reply->redirect[0] = '\0';
	prb_str_reset(&reply->body);
	curl_easy_reset(curl);
	if (fields != NULL && set_limits(curl, settings, request->stream != NULL) &&
		set_trust(curl, settings) && set_request(curl, &p, fields, reason))
		read_reply(curl, perform(curl), reason, reply);
	else
		reply->end = PRB_WIRE_MEMORY;
	/* The fields may hold a key; libcurl forgets where it has them. */
	curl_easy_reset(curl);
	curl_slist_free_all(fields);
}
