/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clients/cli/cli.h"
#include "clients/cli/log.h"
#include "clients/cli/log_memory.h"
#include "clients/cli/log_replay.h"
#include "clients/cli/log_seen.h"
#include "clients/cli/options.h"
#include "clients/cli/progress.h"
#include "clients/cli/remote.h"
#include "scoring/base/jcs.h"

#define WITNESSES_MAX 16
#define KEY_BYTES_MAX 4096
#define SHOWN_BYTES_MAX ((size_t)256 * 1024)

static const char help[] =
	"usage: probity log audit [OPTION]... URL\n\n"
	"Replays a whole log: fetches its checkpoint and every entry, grows the tree again, and "
	"compares it with the tiles and the\n"
	"root that the log serves, with the checkpoint of the last audit, and with what witnesses "
	"have seen. Prints the keys, dataset\n"
	"releases and method tables that the log names, as a change of one is seen there.\n\n"
	"  --key VKEY|FILE   the log's verifier key. Without it the key of the last audit counts, "
	"and at the first the one that the log\n"
	"                    itself serves is trusted, which is said\n"
	"  --remember FILE   where the last checkpoint is remembered; else below $XDG_STATE_HOME "
	"or "
	"~/.local/state\n"
	"  --witness URL     a witness, whose copy must be of the same history; at most 16\n"
	"  --ca-file FILE    the certificates to trust (PEM), in place of the system's\n"
	"  --json            the outcome as JSON\n\n"
	"Exit status: 0 fine; 1 a finding, or something that could not be looked at; 2 usage.\n\n"
	"  probity log audit --key log.vkey https://probity.example/log\n"
	"  probity log audit --witness https://witness.example http://127.0.0.1:8080/log\n";

struct witness {
	const char *url;
	uint64_t size;
	char who[PRB_ADDRESS_BYTES_MAX + 32];
	struct prb_str text; /* its copy, signed by the log */
};

struct audit {
	const char *url, *key_named, *remember, *ca_file;
	bool as_json, trusted_at_once;
	struct witness witnesses[WITNESSES_MAX];
	size_t witnesses_count;
	struct prb_fetcher *fetcher;
	struct prb_note_key key;
	struct log_memory memory;
	struct prb_str text; /* the signed checkpoint */
	struct prb_note note;
	struct prb_checkpoint checkpoint;
	struct log_mark marks[WITNESSES_MAX + 1];
	size_t marks_count;
	struct log_seen seen;
	struct log_outcome outcome;
	char evidence[WITNESSES_MAX + 1][PATH_MAX]; /* files */
	size_t evidence_count;
};

/*
 * ---- The log's word ----
 */

/* Nobody's word yet: which log it says it is of. */
static bool
fetch_checkpoint(struct audit *a, struct prb_span *origin)
{
	struct prb_checkpoint checkpoint;
	struct prb_fault fault;

	if (prb_fetch(a->fetcher, "/checkpoint", PRB_CHECKPOINT_BYTES_MAX, &a->text, &fault) !=
		PRB_OK)
		return log_not_fetched(&a->outcome, "checkpoint", &fault);
	if (prb_note_read(prb_str_span(&a->text), &a->note, &fault) != PRB_OK ||
		prb_checkpoint_read(a->note.text, &checkpoint, &fault) != PRB_OK)
		return log_found(&a->outcome, "checkpoint", "%s", fault.detail);
	*origin = checkpoint.origin;
	return true;
}

static bool
open_checkpoint(struct audit *a)
{
	struct prb_fault fault;
	enum prb_err err = prb_checkpoint_open(
		prb_str_span(&a->text), &a->key, &a->note, &a->checkpoint, &fault);

	if (err == PRB_OK)
		return true;
	if (err == PRB_ERR_KEY && a->key_named == NULL && !a->trusted_at_once)
		return log_found(&a->outcome, "key",
			"%s, which was remembered; where the log has another key now and you trust "
			"it, name it with --key",
			fault.detail);
	return log_found(
		&a->outcome, err == PRB_ERR_KEY ? "key" : "checkpoint", "%s", fault.detail);
}

/* On first use: the key that the log gives itself. */
static bool
fetch_key(struct audit *a, struct prb_span origin)
{
	struct prb_fault fault;
	struct prb_str text;
	bool got;

	prb_str_init(&text, KEY_BYTES_MAX + 1);
	got = prb_fetch(a->fetcher, "/key", KEY_BYTES_MAX, &text, &fault) == PRB_OK &&
	      prb_note_key_read(prb_str_span(&text), &a->key, &fault) == PRB_OK;
	prb_str_finish(&text);
	if (!got)
		return log_found(&a->outcome, NULL,
			"the log's key is not known: %s; name it with --key", fault.detail);
	if (!prb_span_is(origin, a->key.name))
		return log_found(&a->outcome, "key",
			"the log gives the key of %s for checkpoints of another origin",
			a->key.name);
	a->trusted_at_once = true;
	return true;
}

/* The key that a log gives itself is no other than the one that was seen at this address. */
static bool
is_of_address(struct audit *a)
{
	const struct prb_note_key *before = &a->memory.address_key;

	if (!a->memory.address_is_there ||
		memcmp(a->key.public_key, before->public_key, sizeof before->public_key) == 0)
		return true;
	a->trusted_at_once = false;
	return log_found(&a->outcome, "key",
		"the log at this address had another key at the last audit; where you trust the "
		"one it has now, name it with --key");
}

/* A log that takes another name would be one that nobody has seen before. */
static bool
is_same_log(struct audit *a, struct prb_span origin)
{
	const char *before = a->memory.address_key.name;

	if (!a->memory.address_is_there || prb_span_is(origin, before))
		return true;
	if (a->key_named == NULL)
		return log_found(&a->outcome, "another log",
			"the log %s stood at this address at the last audit; where you trust the "
			"one that stands there now, name its key with --key",
			before);
	prb_cli_say("another log stands at this address than at the last audit: it was %s", before);
	return true;
}

static bool
choose_key(struct audit *a, struct prb_span origin)
{
	bool another;

	if (a->key_named == NULL && !a->memory.is_there)
		return fetch_key(a, origin) && is_of_address(a);
	if (a->key_named == NULL) {
		a->key = a->memory.key;
		return true;
	}
	another = a->memory.is_there && memcmp(a->key.public_key, a->memory.key.public_key,
						sizeof a->key.public_key) != 0;
	if (another)
		prb_cli_say("the key is another than the one remembered in %s", a->memory.path);
	return true;
}

/*
 * ---- What the tree must agree with ----
 */

static void
add_mark(struct audit *a, uint64_t size, const uint8_t *root, const char *word, const char *who)
{
	struct log_mark *mark = &a->marks[a->marks_count++];

	*mark = (struct log_mark){.size = size, .word = word, .who = who};
	memcpy(mark->root, root, sizeof mark->root);
}

static bool
mark_memory(struct audit *a)
{
	if (!a->memory.is_there)
		return true;
	if (a->memory.size > a->checkpoint.size)
		return log_found(&a->outcome, "rolled back",
			"the log has %llu entries, and had %llu at the last audit",
			(unsigned long long)a->checkpoint.size, (unsigned long long)a->memory.size);
	add_mark(
		a, a->memory.size, a->memory.root, "rewritten", "the checkpoint of the last audit");
	return true;
}

static bool
fetch_witness(struct audit *a, const struct witness *witness, struct prb_str *text)
{
	char path[PRB_SHA256_HEX_BYTES + 16], hex[PRB_SHA256_HEX_BYTES];
	struct prb_fetcher *fetcher = NULL;
	struct prb_fault fault;
	bool got;

	log_origin_hex(prb_span_of(a->key.name), hex);
	(void)snprintf(path, sizeof path, "/%s/checkpoint", hex);
	got = prb_fetcher_create(witness->url, a->ca_file, &fetcher, &fault) == PRB_OK &&
	      prb_fetch(fetcher, path, PRB_CHECKPOINT_BYTES_MAX, text, &fault) == PRB_OK;
	prb_fetcher_destroy(fetcher);
	return got || log_found(&a->outcome, NULL, "the witness has no copy: %s", fault.detail);
}

static bool
mark_witness(struct audit *a, struct witness *witness)
{
	struct prb_checkpoint copy;
	struct prb_fault fault;
	struct prb_note note;
	struct prb_str *text = &witness->text;
	bool read;

	(void)snprintf(witness->who, sizeof witness->who, "the witness %s", witness->url);
	prb_str_init(text, PRB_CHECKPOINT_BYTES_MAX + 1);
	read = fetch_witness(a, witness, text);
	/* Only what the log itself has signed speaks against it. */
	if (read &&
		prb_checkpoint_open(prb_str_span(text), &a->key, &note, &copy, &fault) != PRB_OK)
		read = log_found(&a->outcome, NULL, "%s has a copy that is of no use: %s",
			witness->who, fault.detail);
	if (read) {
		witness->size = copy.size;
		add_mark(a, copy.size, copy.root, "split view", witness->who);
	}
	return read;
}

/* The log may have grown between the two; then it has a newer checkpoint. */
static bool
mark_witnesses(struct audit *a)
{
	uint64_t most = 0;
	struct prb_span origin;

	for (size_t i = 0; i < a->witnesses_count; i++) {
		if (!mark_witness(a, &a->witnesses[i]))
			return false;
		if (a->witnesses[i].size > most)
			most = a->witnesses[i].size;
	}
	if (most <= a->checkpoint.size)
		return true;
	if (!fetch_checkpoint(a, &origin) || !open_checkpoint(a))
		return false;
	if (most <= a->checkpoint.size)
		return true;
	return log_found(&a->outcome, "rolled back",
		"the log has %llu entries, and a witness has seen %llu",
		(unsigned long long)a->checkpoint.size, (unsigned long long)most);
}

/*
 * ---- The replay ----
 */

static bool
take_entry(void *context, uint64_t index, struct prb_span entry, struct log_outcome *outcome)
{
	struct audit *a = context;

	return log_seen_take(&a->seen, index, entry) ||
	       log_found(outcome, NULL, "there is no memory");
}

static void
show_progress(void *context, uint64_t done)
{
	const struct audit *a = context;

	prb_progress_at(done, done, a->checkpoint.size);
}

static bool
replay(struct audit *a)
{
	struct log_replay r = {.fetcher = a->fetcher,
		.checkpoint = &a->checkpoint,
		.marks = a->marks,
		.marks_count = a->marks_count,
		.entry = take_entry,
		.progress = show_progress,
		.context = a};
	bool fine;

	prb_progress_begin("entries", true);
	fine = log_replay_run(&r, &a->outcome);
	prb_progress_end();
	return fine;
}

static bool
remember(struct audit *a)
{
	struct prb_fault fault;

	return log_memory_write(&a->memory, prb_fetcher_base(a->fetcher), &a->key,
		       prb_str_span(&a->text), &fault) ||
	       log_found(&a->outcome, NULL, "the checkpoint could not be remembered: %s",
		       fault.detail);
}

static void
keep(struct audit *a, struct prb_span checkpoint)
{
	struct prb_fault fault;

	if (log_memory_keep(&a->memory, checkpoint, a->evidence[a->evidence_count], &fault))
		a->evidence_count++;
	else
		prb_cli_say("the checkpoint could not be kept as evidence: %s", fault.detail);
}

/* Two histories that the log has both signed: one is remembered or was seen by a witness, the other
 * it shows today, and may not show tomorrow. */
static void
keep_evidence(struct audit *a)
{
	static const char *const words[] = {"rolled back", "rewritten", "split view"};
	bool speaks = false;

	for (size_t i = 0; a->outcome.word != NULL && i < sizeof words / sizeof words[0]; i++)
		speaks = speaks || strcmp(a->outcome.word, words[i]) == 0;
	if (!speaks)
		return;
	keep(a, prb_str_span(&a->text));
	for (size_t i = 0; i < a->witnesses_count; i++)
		if (a->witnesses[i].size > 0)
			keep(a, prb_str_span(&a->witnesses[i].text));
}

/* -1: it ran; else the exit status, with a word on stderr. */
static int
run(struct audit *a)
{
	struct prb_span origin;
	struct prb_fault fault;

	if (prb_fetcher_create(a->url, a->ca_file, &a->fetcher, &fault) != PRB_OK) {
		prb_cli_say("%s", fault.detail);
		return fault.err == PRB_ERR_VALUE ? PRB_EXIT_USAGE : PRB_EXIT_FAILED;
	}
	if (!fetch_checkpoint(a, &origin))
		return -1;
	if (a->key_named != NULL)
		origin = prb_span_of(a->key.name);
	if (!log_memory_read(a->remember, origin, &a->memory) ||
		!log_memory_read_address(a->remember, prb_fetcher_base(a->fetcher), &a->memory))
		return PRB_EXIT_FAILED;
	if (is_same_log(a, origin) && choose_key(a, origin) && open_checkpoint(a) &&
		mark_memory(a) && mark_witnesses(a) && replay(a))
		(void)remember(a);
	keep_evidence(a);
	return -1;
}

/*
 * ---- Words ----
 */

static const char *
verdict_word(const struct log_outcome *outcome)
{
	static const char *const words[] = {
		[LOG_FINE] = "fine", [LOG_FINDING] = "finding", [LOG_UNCHECKED] = "not checked"};

	return words[outcome->verdict];
}

static void
print_line(const char *name, const char *value)
{
	printf("%-11s ", name);
	remote_say_safely(stdout, value);
	putchar('\n');
}

static void
print_words(const struct audit *a, const char *vkey, const char *root)
{
	if (a->key.name[0] != '\0') {
		print_line("log", a->key.name);
		print_line("key", vkey);
	}
	if (a->checkpoint.origin.p != NULL) {
		printf("%-11s %llu entries\n", "size", (unsigned long long)a->checkpoint.size);
		print_line("root", root);
		log_seen_print(&a->seen, stdout);
	}
	if (a->memory.is_there)
		printf("%-11s %llu entries at the last audit\n", "remembered",
			(unsigned long long)a->memory.size);
	for (size_t i = 0; i < a->witnesses_count && a->witnesses[i].who[0] != '\0'; i++)
		printf("%-11s %llu entries: %s\n", "witness",
			(unsigned long long)a->witnesses[i].size, a->witnesses[i].url);
	for (size_t i = 0; i < a->evidence_count; i++)
		print_line("evidence", a->evidence[i]);
	if (a->outcome.word != NULL)
		printf("finding: %s\n", a->outcome.word);
	else
		puts(verdict_word(&a->outcome));
}

static void
member_tree(struct prb_writer *w, const char *name, uint64_t size, const char *root)
{
	prb_writer_key(w, name);
	prb_writer_object(w);
	prb_writer_member_text(w, "root", root);
	prb_writer_member_int(w, "size", (int64_t)size);
	prb_writer_end(w);
}

static void
write_json(const struct audit *a, const char *vkey, const char *root, struct prb_str *out)
{
	char before[LOG_BASE64_BYTES];
	struct prb_writer w;

	prb_writer_init(&w, out);
	prb_writer_object(&w);
	if (a->checkpoint.origin.p != NULL) {
		member_tree(&w, "checkpoint", a->checkpoint.size, root);
		log_seen_write_counts(&a->seen, &w);
	}
	if (a->outcome.verdict != LOG_FINE)
		prb_writer_member_text(&w, "detail", a->outcome.detail);
	prb_writer_key(&w, "evidence");
	prb_writer_array(&w);
	for (size_t i = 0; i < a->evidence_count; i++)
		prb_writer_string(&w, prb_span_of(a->evidence[i]));
	prb_writer_end(&w);
	if (a->outcome.word != NULL)
		prb_writer_member_text(&w, "finding", a->outcome.word);
	if (a->key.name[0] != '\0') {
		prb_writer_member_bool(&w, "first_use", a->trusted_at_once);
		prb_writer_member_text(&w, "key", vkey);
	}
	log_seen_write_named(&a->seen, &w);
	if (a->key.name[0] != '\0')
		prb_writer_member_text(&w, "origin", a->key.name);
	if (a->memory.is_there) {
		log_base64(a->memory.root, before);
		member_tree(&w, "remembered", a->memory.size, before);
	}
	prb_writer_member_text(&w, "verdict", verdict_word(&a->outcome));
	prb_writer_key(&w, "witnesses");
	prb_writer_array(&w);
	for (size_t i = 0; i < a->witnesses_count && a->witnesses[i].who[0] != '\0'; i++) {
		prb_writer_object(&w);
		prb_writer_member_int(&w, "size", (int64_t)a->witnesses[i].size);
		prb_writer_member_text(&w, "url", a->witnesses[i].url);
		prb_writer_end(&w);
	}
	prb_writer_end(&w);
	prb_writer_end(&w);
}

static int
say(const struct audit *a)
{
	char root[LOG_BASE64_BYTES];
	struct prb_str vkey, json;

	prb_str_init(&vkey, PRB_NOTE_VKEY_BYTES_MAX);
	prb_str_init(&json, LOG_SEEN_JSON_BYTES_MAX + SHOWN_BYTES_MAX);
	if (a->key.name[0] != '\0')
		prb_note_key_write(&a->key, &vkey);
	log_base64(a->checkpoint.root, root);
	if (a->as_json) {
		write_json(a, vkey.p, root, &json);
		if (!json.failed)
			puts(json.p);
	} else {
		print_words(a, vkey.p, root);
	}
	prb_str_finish(&vkey);
	prb_str_finish(&json);
	if (!prb_cli_flush())
		return PRB_EXIT_FAILED;
	if (a->trusted_at_once) {
		fputs("probity: this is the first look at ", stderr);
		remote_say_safely(stderr, a->key.name);
		fprintf(stderr, ": its key was taken from the log itself%s\n",
			a->outcome.verdict == LOG_FINE ? " and is remembered" : "");
	}
	if (a->outcome.verdict == LOG_FINE)
		return PRB_EXIT_OK;
	fprintf(stderr, "probity: %s: ",
		a->outcome.word != NULL ? a->outcome.word : verdict_word(&a->outcome));
	remote_say_safely(stderr, a->outcome.detail);
	fputc('\n', stderr);
	return PRB_EXIT_FAILED;
}

/*
 * ---- Options ----
 */

static int
take_option(void *context, int option, const char *value)
{
	struct audit *a = context;

	switch (option) {
	case 'k':
		a->key_named = value;
		break;
	case 'r':
		a->remember = value;
		break;
	case 'w':
		if (a->witnesses_count == WITNESSES_MAX)
			return prb_cli_usage(
				"log audit", "at most %d witnesses are asked", WITNESSES_MAX);
		a->witnesses[a->witnesses_count++].url = value;
		break;
	case 'c':
		a->ca_file = value;
		break;
	default:
		a->as_json = true;
	}
	return PRB_EXIT_OK;
}

/* -1: go on; else the exit status. */
static int
read_options(struct audit *a, int argc, char **argv)
{
	static const struct option options[] = {{"key", required_argument, NULL, 'k'},
		{"remember", required_argument, NULL, 'r'},
		{"witness", required_argument, NULL, 'w'},
		{"ca-file", required_argument, NULL, 'c'}, {"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	int status = prb_cli_options("log audit", help, options, argc, argv, take_option, a);

	if (status != -1)
		return status;
	if (argc - optind != 1)
		return prb_cli_usage("log audit", "the URL of one log is wanted");
	a->url = argv[optind];
	return a->key_named == NULL || log_read_key(a->key_named, &a->key) ? -1 : PRB_EXIT_USAGE;
}

int
prb_log_audit(int argc, char **argv)
{
	struct audit *a = calloc(1, sizeof *a);
	int status;

	if (a == NULL || !log_seen_init(&a->seen)) {
		free(a);
		prb_cli_say("there is no memory");
		return PRB_EXIT_FAILED;
	}
	prb_str_init(&a->text, PRB_CHECKPOINT_BYTES_MAX + 1);
	status = read_options(a, argc, argv);
	if (status == -1)
		status = run(a);
	if (status == -1)
		status = say(a);
	prb_fetcher_destroy(a->fetcher);
	prb_str_finish(&a->text);
	for (size_t i = 0; i < a->witnesses_count; i++)
		prb_str_finish(&a->witnesses[i].text);
	log_seen_finish(&a->seen);
	free(a);
	return status;
}
