/* SPDX-License-Identifier: Apache-2.0 */
#include "service/config.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scoring/attest/key.h"
#include "scoring/base/text.h"
#include "service/http/ip.h"
#include "service/logging/logging.h"

enum kind { KIND_TEXT, KIND_NUMBER, KIND_LIVE_TEXT, KIND_LIVE_NUMBER };

struct row {
	const char *section, *name, *flag;
	enum kind kind;
	size_t offset;
	const char *fallback;
	int64_t min, max;
	const char *what;
};

static const struct row rows[] = {
#define PRB_OPTION(section, name, flag, member, kind, fallback, min, max, what)                    \
	{section, name, flag, KIND_##kind, offsetof(struct prb_config, member), fallback, min,     \
		max, what},
#include "service/options.def"
#undef PRB_OPTION
};
#define ROWS (sizeof rows / sizeof rows[0])

static bool
is_number(const struct row *row)
{
	return row->kind == KIND_NUMBER || row->kind == KIND_LIVE_NUMBER;
}

static bool
is_live(const struct row *row)
{
	return row->kind == KIND_LIVE_TEXT || row->kind == KIND_LIVE_NUMBER;
}

static const char examples[] =
	"  probityd                                    loopback, port 8080, state in "
	"./probity-state\n"
	"  probityd --listen 127.0.0.1:0               any free port; it is printed when ready\n"
	"  probityd --config /etc/probity/probityd.ini --workers 2\n"
	"  probityd --config probityd.ini --check-config\n";

void
prb_config_help(void)
{
	fputs("usage: probityd [--config FILE] [--listen HOST:PORT] [--state DIR] [--data RELEASE] "
	      "[--workers N] [--pages DIR] [--passphrase-file FILE]\n\n"
	      "Takes supplier declarations over HTTP, scores them, stores them, and answers with a "
	      "report and a signed attestation.\n"
	      "Prints `listening on HOST:PORT` once it is ready; SIGTERM and SIGINT end it when "
	      "all "
	      "running requests are answered.\n\n"
	      "  --config FILE   options as an INI file; flags win over it\n"
	      "  --check-config  says whether the options can stand, and ends\n"
	      "  --help, --version\n\n"
	      "Options ([section] name, flag, default):\n",
		stdout);
	for (size_t i = 0; i < ROWS; i++)
		printf("  [%s] %s%s%s (%s)\n      %s\n", rows[i].section, rows[i].name,
			rows[i].flag[0] != '\0' ? ", --" : "", rows[i].flag,
			rows[i].fallback[0] != '\0' ? rows[i].fallback : "none", rows[i].what);
	fputs("\n", stdout);
	fputs(examples, stdout);
}

static enum prb_err
set_value(struct prb_config *config, const struct row *row, const char *value, const char *place,
	struct prb_fault *fault)
{
	char *at = (char *)config + row->offset, *copy;
	int64_t number;

	if (is_number(row)) {
		if (!prb_parse_int(prb_span_of(value), row->min, row->max, &number))
			return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
				"%s: %s takes a whole number from %lld to %lld, not \"%s\"", place,
				row->name, (long long)row->min, (long long)row->max, value);
		memcpy(at, &number, sizeof number);
		return PRB_OK;
	}
	if (strlen(value) < (size_t)row->min || strlen(value) > (size_t)row->max)
		return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
			"%s: %s takes %lld to %lld bytes", place, row->name, (long long)row->min,
			(long long)row->max);
	copy = strdup(value);
	if (copy == NULL)
		return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "memory ran out");
	free(*(char **)(void *)at);
	memcpy(at, &copy, sizeof copy);
	return PRB_OK;
}

struct reading {
	struct prb_config *config;
	struct prb_fault *fault;
	enum prb_err err;
	bool seen[ROWS];
};

/* Called by inih for each line; 0 stops it with that line's number. */
static int
take_line(void *context, const char *section, const char *name, const char *value)
{
	struct reading *r = context;

	for (size_t i = 0; i < ROWS; i++) {
		if (strcmp(rows[i].section, section) != 0 || strcmp(rows[i].name, name) != 0)
			continue;
		if (r->seen[i])
			r->err = prb_fault_set(r->fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
				"%s: [%s] %s stands there twice", r->config->file, section, name);
		else
			r->err = set_value(r->config, &rows[i], value, r->config->file, r->fault);
		r->seen[i] = true;
		return r->err == PRB_OK;
	}
	r->err = prb_fault_set(r->fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
		"%s: there is no option [%s] %s; `probityd --help` lists them", r->config->file,
		section, name);
	return 0;
}

struct lines {
	FILE *file;
	int line, max; /* of bytes in a line, where one has more; else 0 */
};

/* inih's fgets: it takes the rest of a line that is longer than its room for another line. */
static char *
read_line(char *to, int room, void *context)
{
	struct lines *lines = context;
	char *got = fgets(to, room, lines->file);

	if (got == NULL)
		return NULL;
	lines->line++;
	if (strchr(to, '\n') != NULL || feof(lines->file))
		return got;
	lines->max = room - 2;
	return NULL;
}

static enum prb_err
read_file(struct prb_config *config, struct prb_fault *fault)
{
	struct reading r = {.config = config, .fault = fault};
	struct lines lines = {.file = fopen(config->file, "r")};
	int line;

	if (lines.file == NULL)
		return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL, "%s: %s",
			config->file, strerror(errno));
	line = ini_parse_stream(read_line, &lines, take_line, &r);
	if (r.err == PRB_OK && ferror(lines.file))
		r.err = prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL, "%s: %s",
			config->file, strerror(errno));
	fclose(lines.file);
	if (r.err == PRB_OK && lines.max != 0)
		return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
			"%s:%d: this line has more than %d bytes, which is all that is read of one",
			config->file, lines.line, lines.max);
	if (r.err != PRB_OK)
		return r.err;
	if (line != 0)
		return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
			"%s:%d: this line is no `name = value`", config->file, line);
	return PRB_OK;
}

/* "127.0.0.1:8080", "[::1]:8080", "localhost:0". */
static enum prb_err
read_address(struct prb_config *config, struct prb_fault *fault)
{
	const char *text = config->listen, *colon = strrchr(text, ':');
	uint8_t address[PRB_IP_BYTES];
	unsigned bits;
	size_t n;
	int64_t port;

	if (colon == NULL || !prb_parse_int(prb_span_of(colon + 1), 0, 65535, &port))
		return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
			"listen: HOST:PORT is wanted, such as 127.0.0.1:8080, not \"%s\"", text);
	n = (size_t)(colon - text);
	if (n > 2 && text[0] == '[' && colon[-1] == ']') {
		text++;
		n -= 2;
	}
	if (n == 0 || n >= sizeof config->host)
		return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
			"listen: \"%s\" names no host; 0.0.0.0:PORT is every address",
			config->listen);
	memcpy(config->host, text, n);
	config->host[n] = '\0';
	if (strcmp(config->host, "localhost") == 0)
		strcpy(config->host, "127.0.0.1");
	config->port = (uint16_t)port;
	if (!prb_ip_read(prb_span_of(config->host), address, &bits))
		return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
			"listen: \"%s\" is no IP address (or localhost)", config->host);
	config->is_loopback = prb_ip_is_loopback(address);
	return PRB_OK;
}

static enum prb_err
refuse_word(const char *option, const char *words, const char *value, struct prb_fault *fault)
{
	return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
		"%s: %s is wanted, not \"%s\"", option, words, value);
}

static enum prb_err
check_logging(const struct prb_config *config, struct prb_fault *fault)
{
	if (prb_level_find(config->logging_level) == PRB_LEVELS)
		return refuse_word("[logging] level", "error, warning, notice, info or debug",
			config->logging_level, fault);
	if (prb_logging_format_find(config->logging_format) == PRB_LOGGING_FORMATS)
		return refuse_word(
			"[logging] format", "text or json", config->logging_format, fault);
	if (prb_logging_requests_find(config->logging_requests) == PRB_LOGGING_REQUESTS)
		return refuse_word("[logging] requests", "none, errors or all",
			config->logging_requests, fault);
	return PRB_OK;
}

/* As the issuer takes name and URL, before a state or a key is made for them. */
static enum prb_err
check_issuer(const struct prb_config *config, struct prb_fault *fault)
{
	static const uint8_t no_key[PRB_KEY_PUBLIC_BYTES];
	struct prb_issuer issuer;

	return prb_issuer_fill(no_key, 1, config->public_url, config->issuer_name, &issuer, fault);
}

static enum prb_err
check_tls(const struct prb_config *config, struct prb_fault *fault)
{
	const char *wrong = NULL;

	if ((config->tls_certificate[0] != '\0') != (config->tls_key[0] != '\0'))
		wrong = "[tls] certificate and key are given together";
	else if (config->tls_client_ca[0] != '\0' && config->tls_certificate[0] == '\0')
		wrong = "[tls] client_ca needs certificate and key";
	else if (config->tls_client_required && config->tls_client_ca[0] == '\0')
		wrong = "[tls] client_required needs client_ca, which says whose certificates are "
			"taken";
	return wrong == NULL
		       ? PRB_OK
		       : prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL, "%s", wrong);
}

/* Who names a public URL or a proxy has one before the loopback address, and then others than the
 * owner of this machine come in by it: what is open to them has to be said. */
static bool
is_for_this_machine(const struct prb_config *config)
{
	return config->is_loopback && config->public_url[0] == '\0' &&
	       config->trusted_proxies[0] == '\0';
}

/* Which of two words it is; where nothing is said, what is good for this machine alone. False: it
 * is neither. */
static bool
choose(const struct prb_config *config, const char *word, const char *yes, const char *no,
	bool *out)
{
	*out = word[0] != '\0' ? strcmp(word, yes) == 0 : is_for_this_machine(config);
	return *out || word[0] == '\0' || strcmp(word, no) == 0;
}

static enum prb_err
check_whole(struct prb_config *config, struct prb_fault *fault)
{
	enum prb_err err = read_address(config, fault);

	if (err != PRB_OK)
		return err;
	if (!choose(config, config->auth_mode, "open", "required", &config->auth_open))
		return refuse_word("[auth] mode", "open or required", config->auth_mode, fault);
	if (config->auth_open && !config->is_loopback)
		return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
			"[auth] mode = open is for loopback alone, and %s is not: anybody could "
			"read and "
			"store declarations",
			config->host);
	if (!choose(config, config->metrics_for, "anyone", "operator", &config->metrics_anyone))
		return refuse_word(
			"[server] metrics", "anyone or operator", config->metrics_for, fault);
	err = prb_proxies_read(
		config->trusted_proxies, config->proxy_field, &config->proxies, fault);
	if (err == PRB_OK)
		err = check_logging(config, fault);
	if (err == PRB_OK)
		err = check_tls(config, fault);
	return err == PRB_OK ? check_issuer(config, fault) : err;
}

static const struct row *
find_flag(const char *name, size_t n)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].flag[0] != '\0' && strlen(rows[i].flag) == n &&
			memcmp(rows[i].flag, name, n) == 0)
			return &rows[i];
	return NULL;
}

/* --name VALUE or --name=VALUE. With `files` only --config is taken, else all but it. */
static enum prb_err
read_flags(int argc, char **argv, struct prb_config *config, bool files,
	enum prb_config_outcome *outcome, struct prb_fault *fault)
{
	for (int i = 1; i < argc; i++) {
		const char *name = argv[i], *equals = strchr(name, '='), *value;
		size_t n = equals != NULL ? (size_t)(equals - name) : strlen(name);
		const struct row *row;

		if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
			*outcome = PRB_CONFIG_HELP;
			return PRB_OK;
		}
		if (strcmp(name, "--check-config") == 0) {
			*outcome = PRB_CONFIG_CHECKED;
			continue;
		}
		row = n > 2 ? find_flag(name + 2, n - 2) : NULL;
		if (strncmp(name, "--", 2) != 0 ||
			(row == NULL && !(n == 8 && memcmp(name, "--config", 8) == 0)))
			return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
				"%s is no option; `probityd --help` lists them", name);
		if (equals == NULL && i + 1 == argc)
			return prb_fault_set(fault, PRB_ERR_CONFIG, PRB_NO_OFFSET, NULL,
				"%s lacks its value", name);
		value = equals != NULL ? equals + 1 : argv[++i];
		if (files && row == NULL)
			config->file = value;
		if (!files && row != NULL) {
			char place[64];

			snprintf(place, sizeof place, "%.*s", (int)n, name);
			if (set_value(config, row, value, place, fault) != PRB_OK)
				return fault->err;
		}
	}
	return PRB_OK;
}

enum prb_err
prb_config_read(int argc, char **argv, struct prb_config *config, enum prb_config_outcome *outcome,
	struct prb_fault *fault)
{
	enum prb_err err = PRB_OK;

	memset(config, 0, sizeof *config);
	*outcome = PRB_CONFIG_RUN;
	for (size_t i = 0; i < ROWS && err == PRB_OK; i++)
		err = set_value(config, &rows[i], rows[i].fallback, "default", fault);
	if (err == PRB_OK)
		err = read_flags(argc, argv, config, true, outcome, fault);
	if (err == PRB_OK && *outcome == PRB_CONFIG_HELP)
		return PRB_OK;
	if (err == PRB_OK && config->file != NULL)
		err = read_file(config, fault);
	if (err == PRB_OK)
		err = read_flags(argc, argv, config, false, outcome, fault);
	return err == PRB_OK ? check_whole(config, fault) : err;
}

static bool
is_same(const struct row *row, const void *a, const void *b)
{
	if (is_number(row))
		return memcmp(a, b, sizeof(int64_t)) == 0;
	return strcmp(*(char *const *)a, *(char *const *)b) == 0;
}

enum prb_err
prb_config_carry(struct prb_config *next, const struct prb_config *running,
	void (*changed)(void *context, const char *section, const char *name, bool taken),
	void *context, struct prb_fault *fault)
{
	/* Also where another option decides it, such as a proxy that is named now. */
	if (next->auth_open != running->auth_open &&
		strcmp(next->auth_mode, running->auth_mode) == 0)
		changed(context, "auth", "mode", false);
	if (next->metrics_anyone != running->metrics_anyone &&
		strcmp(next->metrics_for, running->metrics_for) == 0)
		changed(context, "server", "metrics", false);
	for (size_t i = 0; i < ROWS; i++) {
		const struct row *row = &rows[i];
		char *to = (char *)next + row->offset, *copy;
		const char *from = (const char *)running + row->offset;

		if (is_same(row, to, from))
			continue;
		changed(context, row->section, row->name, is_live(row));
		if (is_live(row))
			continue;
		if (is_number(row)) {
			memcpy(to, from, sizeof(int64_t));
			continue;
		}
		copy = strdup(*(char *const *)(const void *)from);
		if (copy == NULL)
			return prb_fault_set(
				fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "memory ran out");
		free(*(char **)(void *)to);
		memcpy(to, &copy, sizeof copy);
	}
	memcpy(next->host, running->host, sizeof next->host);
	next->port = running->port;
	next->is_loopback = running->is_loopback;
	next->auth_open = running->auth_open;
	next->metrics_anyone = running->metrics_anyone;
	return PRB_OK;
}

void
prb_config_finish(struct prb_config *config)
{
	for (size_t i = 0; i < ROWS; i++)
		if (!is_number(&rows[i]))
			free(*(char **)(void *)((char *)config + rows[i].offset));
}
