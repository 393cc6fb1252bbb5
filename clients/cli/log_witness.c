/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/log_witness.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clients/cli/cli.h"
#include "clients/cli/log.h"
#include "clients/cli/options.h"
#include "scoring/attest/key.h"
#include "scoring/log/witness.h"
#include "service/issuer/keyfile.h"

#define LOGS_MAX 64
#define KEYS_MAX 8 /* of one log */
#define LISTEN_DEFAULT "127.0.0.1:8081"
#define TYPE_TEXT "text/plain; charset=utf-8"
#define TYPE_SIZE "text/x.tlog.size"

static const char help[] =
	"usage: probity log witness --key FILE --log VKEY|FILE --state DIR [OPTION]...\n\n"
	"Runs a small witness (C2SP tlog-witness): it cosigns a log's checkpoint only where a "
	"proof "
	"shows that the log which it\n"
	"remembers is a beginning of it. Who sees a checkpoint with the cosignatures of witnesses "
	"he trusts knows that others saw the\n"
	"same history.\n\n"
	"  --key FILE          the witness's own secret key, as `probity keys new` makes it\n"
	"  --log VKEY|FILE     the verifier key of a log; up to 64 logs. One that has taken a new "
	"key "
	"is named twice, with both\n"
	"  --state DIR         where the last checkpoint of each log is kept, made where it is not "
	"there: one witness for one DIR\n"
	"  --listen HOST:PORT  127.0.0.1:8081 where it is not given; port 0: any that is free\n"
	"  --name NAME         the witness's name in its signatures, such as witness.example; else "
	"one made of its key\n\n"
	"Prints its verifier key and `listening on HOST:PORT`. SIGTERM ends it. It speaks HTTP: "
	"put "
	"TLS before it.\n\n"
	"Exit status: 0 ended; 1 it cannot run; 2 usage.\n\n"
	"  probity keys new --out witness.key\n"
	"  probity log witness --key witness.key --log log.vkey --state /var/lib/witness\n";

struct watched {
	struct prb_note_key keys[KEYS_MAX]; /* of one name: the log's key, and those before it */
	size_t keys_count;
	char hex[PRB_SHA256_HEX_BYTES];
	char path[PATH_MAX]; /* of the file with the last checkpoint */
	struct prb_witness_seen seen;
};

struct witness {
	const char *key_file, *state, *listen, *name;
	struct prb_secret_key *secret;
	struct prb_note_key own;
	int lock;
	struct prb_str text; /* of a file */
	size_t logs_count;
	struct watched logs[LOGS_MAX];
};

/*
 * ---- Answers ----
 */

static void
say(struct witness_answer *answer, int status, const char *line)
{
	answer->status = status;
	answer->type = TYPE_TEXT;
	prb_str_reset(&answer->body);
	prb_str_addf(&answer->body, "%s\n", line);
}

static struct watched *
find_log(struct witness *w, struct prb_span origin)
{
	for (size_t i = 0; i < w->logs_count; i++)
		if (prb_span_is(origin, w->logs[i].keys[0].name))
			return &w->logs[i];
	return NULL;
}

/* The checkpoint as it came, and the new cosignature behind it, are on the disk before the answer
 * goes out. Old cosignatures of this witness are not in it: a log does not send them back. */
static bool
keep(struct witness *w, struct watched *log, struct prb_span checkpoint, struct prb_span line)
{
	struct prb_fault fault;

	prb_str_reset(&w->text);
	prb_str_add_span(&w->text, checkpoint);
	prb_str_add_span(&w->text, line);
	if (!w->text.failed && log_replace_file(log->path, prb_str_span(&w->text), &fault))
		return true;
	prb_cli_say("%s", w->text.failed ? "there is no memory" : fault.detail);
	return false;
}

/* By whichever of the log's keys it is signed. */
static int
decide(struct witness *w, const struct watched *log, const struct prb_witness_request *request,
	struct prb_witness_seen *next, struct prb_str *body)
{
	int status = 403;

	for (size_t i = 0; i < log->keys_count && status == 403; i++) {
		prb_str_reset(body);
		status = prb_witness_decide(log_sha256, request, &log->keys[i], &log->seen, &w->own,
			prb_secret_key_bytes(w->secret), (int64_t)time(NULL), next, body);
	}
	return status;
}

static void
add_checkpoint(struct witness *w, struct prb_span body, struct witness_answer *answer)
{
	struct prb_witness_request request;
	struct prb_witness_seen next;
	struct prb_fault fault;
	struct watched *log;

	if (prb_witness_request_read(body, &request, &fault) != PRB_OK) {
		say(answer, 400, fault.detail);
		return;
	}
	log = find_log(w, request.origin);
	if (log == NULL) {
		say(answer, 404, "the checkpoint is of a log that is not known here");
		return;
	}
	answer->status = decide(w, log, &request, &next, &answer->body);
	answer->type = answer->status == 409 ? TYPE_SIZE : TYPE_TEXT;
	if (answer->status != 200 || answer->body.failed)
		return;
	if (keep(w, log, request.checkpoint, prb_str_span(&answer->body)))
		log->seen = next;
	else
		say(answer, 503, "the checkpoint could not be kept, and is not cosigned");
}

static void
give_checkpoint(struct witness *w, const struct watched *log, struct witness_answer *answer)
{
	struct prb_fault fault;
	enum prb_err err =
		log_read_file(log->path, PRB_WITNESS_REQUEST_BYTES_MAX, &w->text, &fault);

	if (err == PRB_ERR_NOT_FOUND) {
		say(answer, 404, "no checkpoint of this log was seen yet");
	} else if (err != PRB_OK) {
		prb_cli_say("%s", fault.detail);
		say(answer, 503, "the checkpoint cannot be read");
	} else {
		answer->status = 200;
		answer->type = TYPE_TEXT;
		prb_str_add_span(&answer->body, prb_str_span(&w->text));
	}
}

static void
give(struct witness *w, struct prb_span path, struct witness_answer *answer)
{
	char wanted[PRB_SHA256_HEX_BYTES + 16];

	if (prb_span_is(path, "/")) {
		answer->status = 200;
		answer->type = TYPE_TEXT;
		prb_note_key_write(&w->own, &answer->body);
		prb_str_add_char(&answer->body, '\n');
		return;
	}
	for (size_t i = 0; i < w->logs_count; i++) {
		(void)snprintf(wanted, sizeof wanted, "/%s/checkpoint", w->logs[i].hex);
		if (prb_span_is(path, wanted)) {
			give_checkpoint(w, &w->logs[i], answer);
			return;
		}
	}
	say(answer, 404, "there is nothing at this address");
}

static void
answer_request(void *context, enum prb_method method, struct prb_span path, struct prb_span body,
	struct witness_answer *answer)
{
	struct witness *w = context;
	bool adds = prb_span_is(path, "/add-checkpoint");

	if (adds && method == PRB_METHOD_POST) {
		add_checkpoint(w, body, answer);
	} else if (!adds && (method == PRB_METHOD_GET || method == PRB_METHOD_HEAD)) {
		give(w, path, answer);
	} else {
		say(answer, 405, adds ? "POST is wanted here" : "GET is wanted here");
		answer->allow = adds ? "POST" : "GET, HEAD";
	}
}

/*
 * ---- What is remembered ----
 */

/* A file that cannot be read is no reason to begin anew: from nothing, any history could be
 * cosigned. */
static bool
recall(struct witness *w, struct watched *log)
{
	struct prb_checkpoint checkpoint;
	struct prb_fault fault;
	struct prb_note note;
	enum prb_err err =
		log_read_file(log->path, PRB_WITNESS_REQUEST_BYTES_MAX, &w->text, &fault);

	if (err == PRB_ERR_NOT_FOUND)
		return true;
	if (err == PRB_OK) {
		err = PRB_ERR_KEY;
		for (size_t i = 0; i < log->keys_count && err == PRB_ERR_KEY; i++)
			err = prb_checkpoint_open(
				prb_str_span(&w->text), &log->keys[i], &note, &checkpoint, &fault);
	}
	if (err != PRB_OK) {
		prb_cli_say("%s: what was seen of the log cannot be told (%s), and nothing is "
			    "cosigned without it",
			log->path, fault.detail);
		return false;
	}
	log->seen.size = checkpoint.size;
	memcpy(log->seen.root, checkpoint.root, sizeof log->seen.root);
	return true;
}

/* Two witnesses that share a folder could each cosign another history. */
static bool
lock_state(struct witness *w)
{
	struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char path[PATH_MAX];

	if (mkdir(w->state, 0700) != 0 && errno != EEXIST) {
		prb_cli_say("%s: %s", w->state, strerror(errno));
		return false;
	}
	if (snprintf(path, sizeof path, "%s/lock", w->state) >= (int)sizeof path) {
		prb_cli_say("%s: the name is too long", w->state);
		return false;
	}
	w->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (w->lock < 0) {
		prb_cli_say("%s: %s", path, strerror(errno));
		return false;
	}
	if (fcntl(w->lock, F_SETLK, &all) == 0)
		return true;
	prb_cli_say("%s: another witness has it", w->state);
	return false;
}

static bool
recall_all(struct witness *w)
{
	for (size_t i = 0; i < w->logs_count; i++) {
		struct watched *log = &w->logs[i];
		int n = snprintf(
			log->path, sizeof log->path, "%s/%s.checkpoint", w->state, log->hex);

		if (n < 0 || (size_t)n >= sizeof log->path) {
			prb_cli_say("%s: the name is too long", w->state);
			return false;
		}
		if (!recall(w, log))
			return false;
	}
	return true;
}

/*
 * ---- Start ----
 */

static bool
make_name(struct witness *w)
{
	uint8_t public_key[PRB_KEY_PUBLIC_BYTES];
	char multikey[PRB_MULTIKEY_BYTES], name[PRB_NOTE_NAME_BYTES_MAX];
	struct prb_fault fault;

	prb_secret_key_public(w->secret, public_key);
	prb_key_public_multikey(public_key, multikey);
	(void)snprintf(name, sizeof name, "witness.invalid/%s", multikey);
	if (prb_note_key_fill(w->name != NULL ? w->name : name, PRB_NOTE_COSIGNATURE, public_key,
		    &w->own, &fault) == PRB_OK)
		return true;
	prb_cli_say("--name: %s", fault.detail);
	return false;
}

static void
print_key(const struct witness *w)
{
	struct prb_str text;

	prb_str_init(&text, PRB_NOTE_VKEY_BYTES_MAX);
	prb_note_key_write(&w->own, &text);
	if (!text.failed)
		puts(text.p);
	prb_str_finish(&text);
}

static int
run(struct witness *w)
{
	struct prb_fault fault;

	if (prb_keyfile_read(w->key_file, &w->secret, &fault) != PRB_OK) {
		prb_cli_say("%s", fault.detail);
		return PRB_EXIT_FAILED;
	}
	if (!make_name(w))
		return PRB_EXIT_USAGE;
	if (!lock_state(w) || !recall_all(w))
		return PRB_EXIT_FAILED;
	print_key(w);
	return witness_listen(w->listen, answer_request, w) && prb_cli_flush() ? PRB_EXIT_OK
									       : PRB_EXIT_FAILED;
}

/* A log that has taken a new key is named with both: what is remembered of it is signed by one, and
 * what comes by the other. */
static int
add_log(struct witness *w, const char *vkey_or_file)
{
	struct prb_note_key key;
	struct watched *log;

	if (!log_read_key(vkey_or_file, &key))
		return PRB_EXIT_USAGE;
	log = find_log(w, prb_span_of(key.name));
	if (log == NULL) {
		if (w->logs_count == LOGS_MAX)
			return prb_cli_usage(
				"log witness", "at most %d logs are watched", LOGS_MAX);
		log = &w->logs[w->logs_count++];
		log_origin_hex(prb_span_of(key.name), log->hex);
	}
	if (log->keys_count == KEYS_MAX)
		return prb_cli_usage("log witness",
			"%s has more than %d keys: leave the oldest out", key.name, KEYS_MAX);
	log->keys[log->keys_count++] = key;
	return PRB_EXIT_OK;
}

static int
take_option(void *context, int option, const char *value)
{
	struct witness *w = context;

	switch (option) {
	case 'k':
		w->key_file = value;
		return PRB_EXIT_OK;
	case 's':
		w->state = value;
		return PRB_EXIT_OK;
	case 'a':
		w->listen = value;
		return PRB_EXIT_OK;
	case 'n':
		w->name = value;
		return PRB_EXIT_OK;
	default:
		return add_log(w, value);
	}
}

/* -1: go on; else the exit status. */
static int
read_options(struct witness *w, int argc, char **argv)
{
	static const struct option options[] = {{"key", required_argument, NULL, 'k'},
		{"log", required_argument, NULL, 'l'}, {"state", required_argument, NULL, 's'},
		{"listen", required_argument, NULL, 'a'}, {"name", required_argument, NULL, 'n'},
		{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	int status = prb_cli_options("log witness", help, options, argc, argv, take_option, w);

	if (status != -1)
		return status;
	if (w->key_file == NULL || w->state == NULL || w->logs_count == 0 || argc != optind)
		return prb_cli_usage(
			"log witness", "--key, --log and --state are wanted, and nothing else");
	return -1;
}

int
prb_log_witness(int argc, char **argv)
{
	struct witness *w = calloc(1, sizeof *w);
	int status;

	if (w == NULL) {
		prb_cli_say("there is no memory");
		return PRB_EXIT_FAILED;
	}
	w->lock = -1;
	w->listen = LISTEN_DEFAULT;
	prb_str_init(&w->text, 2 * (size_t)PRB_WITNESS_REQUEST_BYTES_MAX);
	status = read_options(w, argc, argv);
	if (status == -1)
		status = run(w);
	if (w->lock >= 0)
		(void)close(w->lock);
	prb_str_finish(&w->text);
	prb_secret_key_destroy(w->secret);
	free(w);
	return status;
}
