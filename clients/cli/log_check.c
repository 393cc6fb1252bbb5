/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/log.h"

#include <stdio.h>
#include <string.h>

#include "clients/cli/cli.h"
#include "clients/cli/options.h"
#include "clients/cli/remote.h"
#include "scoring/base/json.h"
#include "scoring/log/lines.h"

/* Checks of what others gave, offline: nothing is fetched, and nothing remembered. */

#define COSIGNERS_MAX 16
#define ENTRY_BYTES_MAX ((size_t)65535) /* tlog-tiles */
#define ARENA_BYTES_MAX ((size_t)4 << 20)

static const char checkpoint_help[] =
	"usage: probity log verify-checkpoint --key VKEY|FILE [--witness-key VKEY|FILE]... "
	"FILE|-\n\n"
	"Checks, offline, that a checkpoint is signed by the log's key, and cosigned by each "
	"witness that is named.\n\n"
	"  --key VKEY|FILE          the log's verifier key\n"
	"  --witness-key VKEY|FILE  the verifier key of a witness; at most 16\n\n"
	"Exit status: 0 verified; 1 not; 2 usage.\n\n"
	"  probity log verify-checkpoint --key log.vkey checkpoint\n";

static const char inclusion_help[] =
	"usage: probity log verify-inclusion --key VKEY|FILE (--entry FILE | --leaf HEX) "
	"[--checkpoint FILE] PROOF|-\n\n"
	"Checks, offline, that an entry stands in the tree of a checkpoint that the log has "
	"signed.\n\n"
	"PROOF is a receipt (c2sp.org/tlog-proof@v1, with its checkpoint in it), or the JSON that "
	"/log/proof/inclusion gives, and\n"
	"then --checkpoint is wanted. Of an attestation, `probity verify` makes the entry "
	"itself.\n\n"
	"  --key VKEY|FILE    the log's verifier key\n"
	"  --entry FILE       the entry, as it stands in the log\n"
	"  --leaf HEX         or the hash of its leaf\n"
	"  --checkpoint FILE  the checkpoint of the tree that the JSON speaks of\n\n"
	"Exit status: 0 it stands there; 1 not, or it cannot be told; 2 usage.\n\n"
	"  probity log verify-inclusion --key log.vkey --leaf 6e34..a01d attestation.tlog-proof\n";

static const char consistency_help[] =
	"usage: probity log verify-consistency --key VKEY|FILE OLD NEW [PROOF]\n\n"
	"Checks, offline, that the tree of one checkpoint is a beginning of another's: that "
	"nothing in it was changed or taken away.\n\n"
	"OLD and NEW are checkpoints that the log has signed, PROOF the JSON that "
	"/log/proof/consistency gives; none is needed where\n"
	"both have one size.\n\n"
	"  --key VKEY|FILE  the log's verifier key\n\n"
	"Exit status: 0 it is; 1 not, or it cannot be told; 2 usage.\n\n"
	"  probity log verify-consistency --key log.vkey checkpoint.old checkpoint.new "
	"proof.json\n";

struct asked {
	struct prb_note_key key, cosigners[COSIGNERS_MAX];
	size_t cosigners_count;
	bool has_key, has_leaf;
	uint8_t leaf[PRB_SHA256_BYTES];
	const char *checkpoint;
};

static int
not_verified(const char *detail)
{
	fputs("probity: not verified: ", stderr);
	remote_say_safely(stderr, detail);
	fputc('\n', stderr);
	return PRB_EXIT_FAILED;
}

static int
verified(void)
{
	prb_cli_print_verified();
	return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

/*
 * ---- Options ----
 */

static bool
take_entry(struct asked *asked, const char *path)
{
	struct prb_str entry, scratch;
	bool done = prb_cli_read(path, ENTRY_BYTES_MAX, &entry);

	prb_str_init(&scratch, ENTRY_BYTES_MAX + 1);
	if (done) {
		prb_tree_leaf(log_sha256, &scratch, prb_str_span(&entry), asked->leaf);
		done = !scratch.failed;
	}
	asked->has_leaf = done;
	prb_str_finish(&scratch);
	prb_str_finish(&entry);
	return done;
}

static bool
take_leaf(struct asked *asked, const char *hex)
{
	asked->has_leaf = log_unhex(hex, asked->leaf);
	if (!asked->has_leaf)
		prb_cli_say("--leaf %s: 64 hexadecimal digits are wanted", hex);
	return asked->has_leaf;
}

static bool
take(struct asked *asked, int option, const char *value)
{
	switch (option) {
	case 'k':
		asked->has_key = log_read_key(value, &asked->key);
		return asked->has_key;
	case 'w':
		if (asked->cosigners_count == COSIGNERS_MAX) {
			prb_cli_say("at most %d witnesses are looked for", COSIGNERS_MAX);
			return false;
		}
		return log_read_key(value, &asked->cosigners[asked->cosigners_count++]);
	case 'e':
		return take_entry(asked, value);
	case 'l':
		return take_leaf(asked, value);
	default:
		asked->checkpoint = value;
		return true;
	}
}

static int
take_option(void *context, int option, const char *value)
{
	return take(context, option, value) ? PRB_EXIT_OK : PRB_EXIT_USAGE;
}

/* -1: go on; else the exit status. */
static int
read_options(const char *command, const char *help, const struct option *options, int argc,
	char **argv, struct asked *asked)
{
	int status = prb_cli_options(command, help, options, argc, argv, take_option, asked);

	if (status != -1)
		return status;
	if (!asked->has_key)
		return prb_cli_usage(command, "--key is wanted, the log's verifier key");
	return -1;
}

/*
 * ---- verify-checkpoint ----
 */

static bool
open_checkpoint(const struct asked *asked, const char *path, struct prb_str *text,
	struct prb_note *note, struct prb_checkpoint *out, struct prb_fault *fault)
{
	if (!prb_cli_read(path, PRB_CHECKPOINT_BYTES_MAX, text)) {
		(void)prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL,
			"%s: it cannot be read as a checkpoint", path);
		return false;
	}
	return prb_checkpoint_open(prb_str_span(text), &asked->key, note, out, fault) == PRB_OK;
}

static int
check_cosignatures(const struct asked *asked, const struct prb_note *note)
{
	for (size_t i = 0; i < asked->cosigners_count; i++) {
		const struct prb_note_key *key = &asked->cosigners[i];
		char moment[LOG_MOMENT_BYTES] = "";
		struct prb_fault fault;
		int64_t time = -1;

		if (prb_note_check(note, key, &time) != PRB_NOTE_GOOD) {
			(void)prb_fault_set(&fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
				"the checkpoint has no good cosignature by %s", key->name);
			return not_verified(fault.detail);
		}
		if (key->algorithm == PRB_NOTE_COSIGNATURE)
			log_moment(time, moment);
		fputs("cosigned  ", stdout);
		remote_say_safely(stdout, key->name);
		printf("%s%s\n", moment[0] != '\0' ? " at " : "", moment);
	}
	return PRB_EXIT_OK;
}

static void
print_checkpoint(const struct prb_checkpoint *checkpoint, const struct prb_note_key *key)
{
	char root[LOG_BASE64_BYTES];

	log_base64(checkpoint->root, root);
	fputs("log       ", stdout);
	/* The origin is the key's name. */
	remote_say_safely(stdout, key->name);
	printf("\nsize      %llu\nroot      %s\n", (unsigned long long)checkpoint->size, root);
}

int
prb_log_verify_checkpoint(int argc, char **argv)
{
	static const struct option options[] = {{"key", required_argument, NULL, 'k'},
		{"witness-key", required_argument, NULL, 'w'}, {"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	struct asked asked = {.has_key = false};
	struct prb_checkpoint checkpoint;
	struct prb_fault fault;
	struct prb_note note;
	struct prb_str text;
	int status =
		read_options("log verify-checkpoint", checkpoint_help, options, argc, argv, &asked);

	if (status != -1)
		return status;
	if (argc - optind != 1)
		return prb_cli_usage("log verify-checkpoint", "one checkpoint is wanted");
	if (open_checkpoint(&asked, argv[optind], &text, &note, &checkpoint, &fault)) {
		print_checkpoint(&checkpoint, &asked.key);
		status = check_cosignatures(&asked, &note);
		if (status == PRB_EXIT_OK)
			status = verified();
	} else {
		status = not_verified(fault.detail);
	}
	prb_str_finish(&text);
	return status;
}

/*
 * ---- Proofs as JSON ----
 */

static bool
read_size(const struct prb_json *object, const char *name, uint64_t *out)
{
	const struct prb_json *value = prb_json_member(object, name);
	int64_t number;

	if (value == NULL || prb_json_kind(value) != PRB_JSON_NUMBER ||
		!prb_json_int(value, &number) || number < 0)
		return false;
	*out = (uint64_t)number;
	return true;
}

static bool
read_hashes(const struct prb_json *object, struct prb_tree_proof *out)
{
	const struct prb_json *proof = prb_json_member(object, "proof"), *hash;

	out->count = 0;
	if (proof == NULL || prb_json_kind(proof) != PRB_JSON_ARRAY)
		return false;
	for (hash = prb_json_first(proof); hash != NULL; hash = prb_json_next(hash))
		if (out->count == PRB_TREE_PROOF_MAX || prb_json_kind(hash) != PRB_JSON_STRING ||
			!prb_line_hash(prb_json_string(hash), out->hashes[out->count++]))
			return false;
	return true;
}

/* Two sizes (or index and size) and the hashes. */
static bool
read_json_proof(struct prb_span text, const char *first_name, const char *second_name,
	uint64_t *first, uint64_t *second, struct prb_tree_proof *out, struct prb_fault *fault)
{
	struct prb_arena *arena = prb_arena_create(ARENA_BYTES_MAX);
	const struct prb_json *json = NULL;
	bool read = arena != NULL &&
		    prb_json_parse(arena, text, PRB_RECEIPT_BYTES_MAX, fault, &json) == PRB_OK;

	if (read &&
		(prb_json_kind(json) != PRB_JSON_OBJECT || !read_size(json, first_name, first) ||
			!read_size(json, second_name, second) || !read_hashes(json, out))) {
		(void)prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
			"the proof has no %s, %s and proof of hashes in base64", first_name,
			second_name);
		read = false;
	} else if (arena == NULL) {
		(void)prb_fault_set(
			fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "there is no memory");
	}
	prb_arena_destroy(arena);
	return read;
}

/*
 * ---- verify-inclusion ----
 */

static bool
check_receipt(const struct asked *asked, struct prb_span text, struct prb_checkpoint *out,
	struct prb_fault *fault)
{
	uint8_t extra[PRB_RECEIPT_EXTRA_BYTES_MAX];
	struct prb_receipt receipt;

	return prb_receipt_read(text, extra, &receipt, fault) == PRB_OK &&
	       prb_receipt_check(log_sha256, &receipt, asked->leaf, &asked->key, out, fault) ==
		       PRB_OK;
}

static bool
check_json_inclusion(const struct asked *asked, struct prb_span text, struct prb_checkpoint *out,
	struct prb_fault *fault)
{
	struct prb_tree_proof proof;
	struct prb_str bytes;
	struct prb_note note;
	uint64_t index, size;
	bool holds = open_checkpoint(asked, asked->checkpoint, &bytes, &note, out, fault) &&
		     read_json_proof(text, "index", "size", &index, &size, &proof, fault);

	if (holds && size != out->size) {
		(void)prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
			"the proof is of a tree of %llu entries, the checkpoint of one of %llu: "
			"ask "
			"for the proof with size=%llu",
			(unsigned long long)size, (unsigned long long)out->size,
			(unsigned long long)out->size);
		holds = false;
	} else if (holds && !prb_tree_inclusion_holds(
				    log_sha256, index, size, asked->leaf, &proof, out->root)) {
		(void)prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
			"the entry does not stand in the checkpoint's tree at that index: its "
			"proof "
			"does not lead to the root");
		holds = false;
	}
	prb_str_finish(&bytes);
	return holds;
}

static int
verify_inclusion(const struct asked *asked, struct prb_span text)
{
	struct prb_checkpoint checkpoint;
	struct prb_fault fault;
	bool holds;

	if (prb_receipt_is(text) == (asked->checkpoint != NULL))
		return prb_cli_usage("log verify-inclusion",
			"a receipt has its checkpoint in it, and a proof "
			"in JSON wants --checkpoint");
	holds = asked->checkpoint == NULL ? check_receipt(asked, text, &checkpoint, &fault)
					  : check_json_inclusion(asked, text, &checkpoint, &fault);
	if (!holds)
		return not_verified(fault.detail);
	/* Its origin may be gone with the text; it is the key's name. */
	print_checkpoint(&checkpoint, &asked->key);
	return verified();
}

int
prb_log_verify_inclusion(int argc, char **argv)
{
	static const struct option options[] = {{"key", required_argument, NULL, 'k'},
		{"entry", required_argument, NULL, 'e'}, {"leaf", required_argument, NULL, 'l'},
		{"checkpoint", required_argument, NULL, 'c'}, {"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	struct asked asked = {.has_key = false};
	struct prb_str text;
	int status =
		read_options("log verify-inclusion", inclusion_help, options, argc, argv, &asked);

	if (status != -1)
		return status;
	if (!asked.has_leaf || argc - optind != 1)
		return prb_cli_usage(
			"log verify-inclusion", "--entry or --leaf is wanted, and one proof");
	if (prb_cli_read(argv[optind], PRB_RECEIPT_BYTES_MAX, &text))
		status = verify_inclusion(&asked, prb_str_span(&text));
	else
		status = PRB_EXIT_FAILED;
	prb_str_finish(&text);
	return status;
}

/*
 * ---- verify-consistency ----
 */

static bool
check_consistency(const struct prb_checkpoint *from, const struct prb_checkpoint *to,
	struct prb_span text, struct prb_fault *fault)
{
	struct prb_tree_proof proof = {.count = 0};
	uint64_t first = from->size, second = to->size;

	if (from->size > to->size) {
		(void)prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
			"OLD has %llu entries and NEW only %llu: a log does not shrink",
			(unsigned long long)from->size, (unsigned long long)to->size);
		return false;
	}
	if (text.p != NULL && !read_json_proof(text, "from", "to", &first, &second, &proof, fault))
		return false;
	if (first != from->size || second != to->size) {
		(void)prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
			"the proof is from %llu to %llu entries, and wanted from %llu to %llu",
			(unsigned long long)first, (unsigned long long)second,
			(unsigned long long)from->size, (unsigned long long)to->size);
		return false;
	}
	if (prb_tree_consistency_holds(
		    log_sha256, from->size, to->size, from->root, to->root, &proof))
		return true;
	(void)prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL,
		"nothing shows that OLD is a beginning of NEW: the proof does not lead to both "
		"roots");
	return false;
}

static int
verify_consistency(const struct asked *asked, char **paths, const char *proof_path)
{
	struct prb_checkpoint from, to;
	struct prb_str texts[3];
	struct prb_fault fault = {.detail = "the proof cannot be read"};
	struct prb_note note;
	int status;

	for (int i = 0; i < 3; i++)
		prb_str_init(&texts[i], 0);
	if (open_checkpoint(asked, paths[0], &texts[0], &note, &from, &fault) &&
		open_checkpoint(asked, paths[1], &texts[1], &note, &to, &fault) &&
		(proof_path == NULL ||
			prb_cli_read(proof_path, PRB_RECEIPT_BYTES_MAX, &texts[2])) &&
		check_consistency(&from, &to, prb_str_span(&texts[2]), &fault)) {
		print_checkpoint(&to, &asked->key);
		status = verified();
	} else {
		status = not_verified(fault.detail);
	}
	for (int i = 0; i < 3; i++)
		prb_str_finish(&texts[i]);
	return status;
}

int
prb_log_verify_consistency(int argc, char **argv)
{
	static const struct option options[] = {{"key", required_argument, NULL, 'k'},
		{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	struct asked asked = {.has_key = false};
	int status = read_options(
		"log verify-consistency", consistency_help, options, argc, argv, &asked);
	int words = argc - optind;

	if (status != -1)
		return status;
	if (words != 2 && words != 3)
		return prb_cli_usage("log verify-consistency",
			"two checkpoints are wanted, and the proof where their sizes differ");
	return verify_consistency(&asked, argv + optind, words == 3 ? argv[optind + 2] : NULL);
}
