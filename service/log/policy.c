/* SPDX-License-Identifier: Apache-2.0 */
#include "service/log/policy.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "service/state/files.h"

#define WORDS_MAX 5 /* one more than any line may have */

struct reading {
	struct prb_policy *policy;
	const char *file;
	int line;
	bool has_quorum;
	struct prb_fault *fault;
};

static enum prb_err refuse(struct reading *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static enum prb_err
refuse(struct reading *r, const char *format, ...)
{
	char text[PRB_FAULT_DETAIL_BYTES_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return prb_fault_set(
		r->fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL, "%s:%d: %s", r->file, r->line, text);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Cuts a line into words; those behind the last that counts are not looked at. */
static size_t
split(struct prb_span line, struct prb_span words[WORDS_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < line.n && count < WORDS_MAX;) {
		size_t from = i;

		while (i < line.n && !is_blank(line.p[i]))
			i++;
		if (i > from)
			words[count++] = (struct prb_span){line.p + from, i - from};
		while (i < line.n && is_blank(line.p[i]))
			i++;
	}
	return count;
}

static bool
is_of_this_machine(struct prb_span rest)
{
	static const struct prb_span hosts[] = {{"127.0.0.1", 9}, {"localhost", 9}, {"[::1]", 5}};

	for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++)
		if (prb_span_starts(rest, hosts[i]) &&
			(rest.n == hosts[i].n || rest.p[hosts[i].n] == ':' ||
				rest.p[hosts[i].n] == '/'))
			return true;
	return false;
}

static enum prb_err
read_url(struct reading *r, struct prb_span url, char out[PRB_WITNESS_URL_BYTES_MAX])
{
	static const struct prb_span https = {"https://", 8}, http = {"http://", 7};

	while (url.n > 0 && url.p[url.n - 1] == '/')
		url.n--;
	if (url.n >= PRB_WITNESS_URL_BYTES_MAX)
		return refuse(r, "the URL is longer than %d bytes", PRB_WITNESS_URL_BYTES_MAX - 1);
	for (size_t i = 0; i < url.n; i++)
		if (url.p[i] <= ' ' || url.p[i] > '~' || strchr("@?#\\", url.p[i]) != NULL)
			return refuse(r, "the URL is scheme, host, port and path alone");
	if (!(prb_span_starts(url, https) && url.n > https.n && url.p[https.n] != '/') &&
		!(prb_span_starts(url, http) &&
			is_of_this_machine((struct prb_span){url.p + http.n, url.n - http.n})))
		return refuse(r, "the URL is https (http for this machine alone)");
	memcpy(out, url.p, url.n);
	out[url.n] = '\0';
	return PRB_OK;
}

static const struct prb_policy_witness *
find_named(const struct prb_policy *policy, struct prb_span name)
{
	for (size_t i = 0; i < policy->count; i++)
		if (prb_span_is(name, policy->witnesses[i].name))
			return &policy->witnesses[i];
	return NULL;
}

static bool
has_key(const struct prb_policy *policy, const struct prb_note_key *key)
{
	for (size_t i = 0; i < policy->count; i++)
		if (memcmp(policy->witnesses[i].key.public_key, key->public_key,
			    sizeof key->public_key) == 0)
			return true;
	return false;
}

static enum prb_err
read_witness(struct reading *r, const struct prb_span *words, size_t count)
{
	struct prb_policy *policy = r->policy;
	struct prb_policy_witness *w = &policy->witnesses[policy->count];
	struct prb_fault fault;

	if (count != 4)
		return refuse(r, "`witness NAME VKEY URL` is wanted");
	if (policy->count == PRB_POLICY_WITNESSES_MAX)
		return refuse(r, "there are more than %d witnesses", PRB_POLICY_WITNESSES_MAX);
	if (words[1].n >= sizeof w->name || prb_span_is(words[1], "none") ||
		prb_span_is(words[1], "any"))
		return refuse(r, "this name cannot be a witness's");
	if (find_named(policy, words[1]) != NULL)
		return refuse(r, "this name stands there twice");
	if (prb_note_key_read(words[2], &w->key, &fault) != PRB_OK)
		return refuse(r, "%s", fault.detail);
	if (w->key.algorithm != PRB_NOTE_COSIGNATURE)
		return refuse(r, "the key is none of cosignatures (type 4)");
	if (has_key(policy, &w->key))
		return refuse(r, "this key stands there twice");
	if (read_url(r, words[3], w->url) != PRB_OK)
		return r->fault->err;
	memcpy(w->name, words[1].p, words[1].n);
	w->name[words[1].n] = '\0';
	policy->count++;
	return PRB_OK;
}

static enum prb_err
read_quorum(struct reading *r, const struct prb_span *words, size_t count)
{
	if (count != 2)
		return refuse(r, "`quorum NAME`, `quorum any` or `quorum none` is wanted");
	if (r->has_quorum)
		return refuse(r, "there is more than one quorum line");
	if (!prb_span_is(words[1], "none") && !prb_span_is(words[1], "any") &&
		find_named(r->policy, words[1]) == NULL)
		return refuse(r, "no line before it names this witness");
	r->has_quorum = true;
	return PRB_OK;
}

static enum prb_err
read_line(struct reading *r, struct prb_span line)
{
	struct prb_span words[WORDS_MAX];
	size_t count;

	for (size_t i = 0; i < line.n; i++)
		if ((unsigned char)line.p[i] < ' ' ? line.p[i] != '\t' : line.p[i] == 0x7F)
			return refuse(r, "a control character stands there");
	count = split(line, words);
	if (count == 0 || words[0].p[0] == '#')
		return PRB_OK;
	if (prb_span_is(words[0], "witness"))
		return read_witness(r, words, count);
	if (prb_span_is(words[0], "quorum"))
		return read_quorum(r, words, count);
	return refuse(r, "the lines that are known begin with witness, quorum or #");
}

enum prb_err
prb_policy_read(
	struct prb_span text, const char *file, struct prb_policy *out, struct prb_fault *fault)
{
	struct prb_fault own;
	struct reading r = {.policy = out, .file = file, .fault = fault != NULL ? fault : &own};
	enum prb_err err = PRB_OK;

	out->count = 0;
	while (err == PRB_OK && text.n > 0) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end != NULL ? (size_t)(end - text.p) : text.n;

		r.line++;
		err = read_line(&r, (struct prb_span){text.p, n});
		n += end != NULL;
		text.p += n;
		text.n -= n;
	}
	if (err == PRB_OK && !r.has_quorum)
		err = refuse(&r, "the quorum line is missing: `quorum none` asks for nobody");
	return err;
}

enum prb_err
prb_policy_load(const char *path, struct prb_policy *out, struct prb_fault *fault)
{
	struct prb_str text;
	enum prb_err err;

	prb_str_init(&text, PRB_POLICY_BYTES_MAX + PRB_FILE_PIECE_BYTES);
	err = prb_file_of_option("[log] witnesses", path, PRB_POLICY_BYTES_MAX, &text, fault);
	if (err == PRB_OK)
		err = prb_policy_read(prb_str_span(&text), path, out, fault);
	prb_str_finish(&text);
	return err;
}
