/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clients/cli/cli.h"
#include "clients/cli/remote.h"
#include "service/messages/mailbox.h"

/* For a remedy body: its keys, and the sealed messages that wait for it (service/MESSAGES.md). */

#define PATH_BYTES 4096
#define SECRET_FILE_BYTES_MAX 512
#define POINTER_BYTES 64
#define EMPTY_REQUEST "{}"

static const char help[] =
	"usage: probity messages keygen --out FILE\n"
	"       probity messages public --secret FILE\n"
	"       probity messages collect --secret FILE --out DIR [--keep] [--server URL] "
	"--key-file "
	"FILE\n"
	"       probity messages open --secret FILE SEALED|-\n"
	"       probity messages seal --to PUBLICKEY TEXT|-\n\n"
	"For a remedy body (a union, a hotline, an inspection) to which people write sealed "
	"messages through a server's page /worker.\n\n"
	"keygen   makes a key. The secret part goes into the file --out, which must not be there "
	"yet: keep it off the server, and a copy of\n"
	"         it in a safe place, since nobody can open the messages without it. Prints the "
	"public part, which the operator of the\n"
	"         server enters, and its fingerprint, which the page shows\n"
	"public   prints both again\n"
	"collect  fetches the messages, opens them, writes each as a text into the folder --out, "
	"and removes it from the server once it is\n"
	"         on the disk. --keep leaves them on the server\n"
	"open     opens one sealed message from a file\n"
	"seal     seals a text of at most 6143 bytes to a public key, as the page "
	"does\n\n" REMOTE_HELP
	"\nExit status: 0; 1 where something failed, or a message could not be opened; 2 usage.\n\n"
	"  probity messages keygen --out messages.secret\n"
	"  probity messages collect --server https://probity.example --key-file key --secret "
	"messages.secret --out inbox\n";

struct messages {
	struct remote remote;
	const char *secret, *out, *to;
	bool keep;
	const char *word; /* the file of open and seal */
	uint8_t secret_key[PRB_MESSAGE_KEY_BYTES];
};

enum { OPT_SECRET = REMOTE_NEXT, OPT_OUT, OPT_TO, OPT_KEEP };

static const struct option long_options[] = {
	{"secret", required_argument, NULL, OPT_SECRET},
	{"out", required_argument, NULL, OPT_OUT},
	{"to", required_argument, NULL, OPT_TO},
	{"keep", no_argument, NULL, OPT_KEEP},
	REMOTE_LONG_OPTIONS,
	{NULL, 0, NULL, 0},
};

static int
set_option(void *context, int option, const char *value)
{
	struct messages *m = context;

	if (option == OPT_KEEP)
		m->keep = true;
	else
		*(option == OPT_SECRET ? &m->secret : option == OPT_OUT ? &m->out : &m->to) = value;
	return PRB_EXIT_OK;
}

static bool
failed(const char *path)
{
	prb_cli_say("%s: %s", path, strerror(errno));
	return false;
}

/* ---- files ---- */

/* A new file, its owner's alone, on the disk when it returns. */
static bool
write_new(const char *path, struct prb_span bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
	FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
	bool written;

	if (file == NULL) {
		(void)failed(path);
		if (fd >= 0)
			(void)close(fd);
		return false;
	}
	written =
		fwrite(bytes.p, 1, bytes.n, file) == bytes.n && fflush(file) == 0 && fsync(fd) == 0;
	if (fclose(file) == 0 && written)
		return true;
	(void)failed(path);
	(void)unlink(path);
	return false;
}

static bool
sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool synced = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);

	if (!synced)
		(void)failed(path);
	if (fd >= 0)
		(void)close(fd);
	return synced;
}

/* The secret key, from a file that nobody else may read. */
static bool
read_secret(struct messages *m)
{
	struct stat status;
	struct prb_str text;
	bool read;

	if (stat(m->secret, &status) != 0)
		return failed(m->secret);
	if (S_ISREG(status.st_mode) && (status.st_mode & 077) != 0) {
		prb_cli_say("%s: others have access to this file: `chmod 600` it", m->secret);
		return false;
	}
	if (!prb_cli_read(m->secret, SECRET_FILE_BYTES_MAX, &text))
		return false;
	read = prb_message_key_read(prb_span_trim(prb_str_span(&text)), m->secret_key);
	if (!read)
		prb_cli_say("%s: this is no secret key: `probity messages keygen` makes one",
			m->secret);
	remote_wipe(text.p, text.n);
	prb_str_finish(&text);
	return read;
}

/* ---- keys ---- */

/* Eight groups of four digits, as the page shows them. */
static void
print_fingerprint(const uint8_t public_key[PRB_MESSAGE_KEY_BYTES])
{
	uint8_t hash[PRB_MESSAGE_FINGERPRINT_BYTES];

	prb_message_fingerprint(public_key, hash);
	printf("%-13s", "fingerprint");
	for (size_t i = 0; i < sizeof hash; i++)
		printf("%s%02x", i > 0 && i % 2 == 0 ? " " : "", hash[i]);
	putchar('\n');
}

static int
print_public(const uint8_t public_key[PRB_MESSAGE_KEY_BYTES])
{
	char text[PRB_MESSAGE_KEY_CHARS + 1];

	prb_message_key_write(public_key, text);
	printf("%-13s%s\n", "public key", text);
	print_fingerprint(public_key);
	return prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

static int
keygen(struct messages *m)
{
	uint8_t public_key[PRB_MESSAGE_KEY_BYTES];
	char text[PRB_MESSAGE_KEY_CHARS + 2];
	bool written;

	if (m->out == NULL)
		return prb_cli_usage("messages", "keygen: --out FILE is wanted");
	prb_message_keys(public_key, m->secret_key);
	prb_message_key_write(m->secret_key, text);
	memcpy(text + PRB_MESSAGE_KEY_CHARS, "\n", 2);
	written = write_new(m->out, prb_span_of(text));
	remote_wipe(text, sizeof text);
	return written ? print_public(public_key) : PRB_EXIT_FAILED;
}

static int
show_public(struct messages *m)
{
	uint8_t public_key[PRB_MESSAGE_KEY_BYTES];

	if (m->secret == NULL)
		return prb_cli_usage("messages", "public: --secret FILE is wanted");
	if (!read_secret(m))
		return PRB_EXIT_FAILED;
	if (prb_message_public_key(m->secret_key, public_key))
		return print_public(public_key);
	prb_cli_say("%s: this is no secret key", m->secret);
	return PRB_EXIT_FAILED;
}

/* ---- one message ---- */

static int
open_one(struct messages *m)
{
	uint8_t sealed[PRB_MESSAGE_SEALED_BYTES];
	struct prb_str text, opened;
	int status = PRB_EXIT_FAILED;

	if (m->secret == NULL || m->word == NULL)
		return prb_cli_usage("messages", "open: --secret FILE and a file are wanted");
	if (!read_secret(m) || !prb_cli_read(m->word, 2 * PRB_MESSAGE_SEALED_CHARS, &text))
		return PRB_EXIT_FAILED;
	prb_str_init(&opened, PRB_MESSAGE_PADDED_BYTES);
	if (!prb_message_sealed_read(prb_span_trim(prb_str_span(&text)), sealed))
		prb_cli_say("%s: this is no sealed message: %d characters of base64url are",
			m->word, PRB_MESSAGE_SEALED_CHARS);
	else if (!prb_message_open(sealed, m->secret_key, &opened))
		prb_cli_say("%s: it cannot be opened: it was sealed to another key, or was changed",
			m->word);
	else if (fwrite(opened.p, 1, opened.n, stdout) == opened.n && putchar('\n') != EOF &&
		 prb_cli_flush())
		status = PRB_EXIT_OK;
	remote_wipe(opened.p, opened.n);
	prb_str_finish(&opened);
	prb_str_finish(&text);
	return status;
}

static int
seal_one(struct messages *m)
{
	uint8_t sealed[PRB_MESSAGE_SEALED_BYTES], public_key[PRB_MESSAGE_KEY_BYTES];
	char out[PRB_MESSAGE_SEALED_CHARS + 1];
	struct prb_str text;
	bool done;

	if (m->to == NULL || m->word == NULL)
		return prb_cli_usage("messages", "seal: --to PUBLICKEY and a file are wanted");
	if (!prb_message_key_read(prb_span_of(m->to), public_key))
		return prb_cli_usage("messages",
			"seal: --to: the public key that `probity messages keygen` prints is "
			"wanted");
	if (!prb_cli_read(m->word, PRB_MESSAGE_TEXT_BYTES_MAX, &text))
		return PRB_EXIT_FAILED;
	done = prb_utf8_check(text.p != NULL ? text.p : "", text.n) == text.n &&
	       prb_message_seal(prb_str_span(&text), public_key, sealed);
	remote_wipe(text.p, text.n);
	prb_str_finish(&text);
	if (!done) {
		prb_cli_say("%s: a text in UTF-8 is wanted", m->word);
		return PRB_EXIT_FAILED;
	}
	prb_message_sealed_write(sealed, out);
	return puts(out) != EOF && prb_cli_flush() ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

/* ---- collecting ---- */

struct tally {
	unsigned written, unopened;
};

/* DIR/ID.txt, whole or not at all. One that is there was written by a run that could not remove the
 * message: an id has one text. */
static bool
write_text(const struct messages *m, const char *id, struct prb_span text)
{
	char path[PATH_BYTES], fresh[PATH_BYTES];

	if (snprintf(path, sizeof path, "%s/%s.txt", m->out, id) >= (int)sizeof path ||
		snprintf(fresh, sizeof fresh, "%s/%s.new", m->out, id) >= (int)sizeof fresh) {
		errno = ENAMETOOLONG;
		return failed(m->out);
	}
	(void)unlink(fresh);
	if (!write_new(fresh, text))
		return false;
	if (rename(fresh, path) != 0)
		return failed(path);
	return sync_folder(m->out);
}

static bool
remove_from_server(struct messages *m, const char *id)
{
	char path[PATH_BYTES];
	struct probity_answer *answer;
	bool done;

	if (m->keep)
		return true;
	(void)snprintf(path, sizeof path, "/v1/messages/%s/remove", id);
	answer = probity_client_post(
		m->remote.client, path, EMPTY_REQUEST, sizeof EMPTY_REQUEST - 1, "");
	done = remote_accept(answer);
	probity_answer_destroy(answer);
	return done;
}

/* A message that this key does not open stays where it is: another key may. */
/* A server that gives another text under an id could replace what was collected before. */
static bool
is_of(const char *id, const uint8_t sealed[PRB_MESSAGE_SEALED_BYTES])
{
	const struct prb_message_id of = prb_message_id_of(sealed);
	char text[PRB_MESSAGE_ID_CHARS + 1];

	prb_message_id_write(&of, text);
	return strcmp(text, id) == 0;
}

static bool
take_sealed(struct messages *m, const char *id, const char *sealed_text, struct tally *tally)
{
	uint8_t sealed[PRB_MESSAGE_SEALED_BYTES];
	struct prb_str text;
	bool done = true;

	prb_str_init(&text, PRB_MESSAGE_PADDED_BYTES + 1);
	if (sealed_text != NULL && prb_message_sealed_read(prb_span_of(sealed_text), sealed) &&
		is_of(id, sealed) && prb_message_open(sealed, m->secret_key, &text)) {
		prb_str_add_char(&text, '\n');
		done = write_text(m, id, prb_str_span(&text)) && remove_from_server(m, id);
		tally->written += done;
	} else {
		prb_cli_say("%s: it cannot be opened with this key, or is not the message of this "
			    "id, and stays on the server",
			id);
		tally->unopened++;
	}
	remote_wipe(text.p, text.n);
	prb_str_finish(&text);
	return done;
}

static bool
take(struct messages *m, const char *id, struct tally *tally)
{
	char path[PATH_BYTES];
	struct probity_answer *answer;
	struct prb_message_id read;
	bool done;

	if (!prb_message_id_read(prb_span_of(id), &read)) {
		prb_cli_say("the server's answer has no ids of messages");
		return false;
	}
	(void)snprintf(path, sizeof path, "/v1/messages/%s", id);
	answer = probity_client_get(m->remote.client, path);
	done = remote_accept(answer) &&
	       take_sealed(m, id, probity_answer_at(answer, "/sealed", NULL), tally);
	probity_answer_destroy(answer);
	return done;
}

/* One page; *next is "" at the end. */
static bool
take_page(struct messages *m, char next[POINTER_BYTES], struct tally *tally)
{
	char path[PATH_BYTES], pointer[POINTER_BYTES];
	const char *id, *cursor;
	struct probity_answer *answer;
	bool done;

	(void)snprintf(
		path, sizeof path, "/v1/messages%s%s", next[0] != '\0' ? "?cursor=" : "", next);
	answer = probity_client_get(m->remote.client, path);
	done = remote_accept(answer);
	for (int i = 0; done; i++) {
		(void)snprintf(pointer, sizeof pointer, "/items/%d/id", i);
		id = probity_answer_at(answer, pointer, NULL);
		if (id == NULL)
			break;
		done = take(m, id, tally);
	}
	cursor = done ? probity_answer_at(answer, "/next", NULL) : NULL;
	/* A place in a file: digits alone. */
	if (cursor == NULL || strspn(cursor, "0123456789") != strlen(cursor))
		cursor = "";
	(void)snprintf(next, POINTER_BYTES, "%.20s", cursor);
	probity_answer_destroy(answer);
	return done;
}

static int
collect(struct messages *m)
{
	char next[POINTER_BYTES] = "";
	struct tally tally = {0, 0};
	int status;
	bool done;

	if (m->secret == NULL || m->out == NULL)
		return prb_cli_usage("messages", "collect: --secret FILE and --out DIR are wanted");
	if (!read_secret(m))
		return PRB_EXIT_FAILED;
	if (mkdir(m->out, S_IRWXU) != 0 && errno != EEXIST) {
		(void)failed(m->out);
		return PRB_EXIT_FAILED;
	}
	status = remote_open(&m->remote);
	if (status != PRB_EXIT_OK)
		return status;
	do
		done = take_page(m, next, &tally);
	while (done && next[0] != '\0');
	remote_close(&m->remote);
	printf("%-13s%u\n", "messages", tally.written);
	if (tally.unopened != 0)
		printf("%-13s%u\n", "not opened", tally.unopened);
	return prb_cli_flush() && done && tally.unopened == 0 ? PRB_EXIT_OK : PRB_EXIT_FAILED;
}

static const struct verb {
	const char *name;
	int (*run)(struct messages *m);
	bool has_word;
} verbs[] = {
	{"keygen", keygen, false},
	{"public", show_public, false},
	{"collect", collect, false},
	{"open", open_one, true},
	{"seal", seal_one, true},
};

static const struct verb *
find_verb(const char *name)
{
	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

int
prb_command_messages(int argc, char **argv)
{
	struct messages m = {.remote = {.command = "messages"}};
	const struct verb *verb;
	int status = remote_read_options(&m.remote, help, long_options, argc, argv, set_option, &m);

	if (status != -1)
		return status;
	if (optind == argc)
		return prb_cli_usage(
			"messages", "one of keygen, public, collect, open and seal is wanted");
	verb = find_verb(argv[optind]);
	if (verb == NULL)
		return prb_cli_usage("messages", "%s: there is no such verb", argv[optind]);
	if (argc - optind != 1 + verb->has_word)
		return prb_cli_usage("messages", "%s: %s", verb->name,
			verb->has_word ? "one file is wanted, or - for standard input"
				       : "no further words are wanted");
	m.word = verb->has_word ? argv[optind + 1] : NULL;
	if (sodium_init() < 0)
		return PRB_EXIT_FAILED;
	status = verb->run(&m);
	sodium_memzero(m.secret_key, sizeof m.secret_key);
	return status;
}
