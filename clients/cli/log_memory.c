/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/log_memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clients/cli/cli.h"
#include "clients/cli/log.h"
#include "clients/lib/address.h"

#define FILE_BYTES_MAX (PRB_NOTE_VKEY_BYTES_MAX + PRB_CHECKPOINT_BYTES_MAX)

static bool
default_path(const char *kind, struct prb_span name, char out[PATH_MAX])
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char hex[PRB_SHA256_HEX_BYTES];
	int n;

	log_origin_hex(name, hex);
	if (state != NULL && state[0] == '/')
		n = snprintf(out, PATH_MAX, "%s/probity/log/%s%s", state, kind, hex);
	else if (home != NULL && home[0] == '/')
		n = snprintf(out, PATH_MAX, "%s/.local/state/probity/log/%s%s", home, kind, hex);
	else
		n = -1;
	if (n >= 0 && n < PATH_MAX)
		return true;
	prb_cli_say("there is no place to remember the log in: name a file with --remember");
	return false;
}

static bool
read_memory(struct prb_span text, struct log_memory *out, struct prb_fault *fault)
{
	const char *end = text.n == 0 ? NULL : memchr(text.p, '\n', text.n);
	struct prb_span first = {text.p, end == NULL ? 0 : (size_t)(end - text.p)};
	struct prb_checkpoint checkpoint;
	struct prb_note note;

	if (end == NULL || prb_note_key_read(first, &out->key, fault) != PRB_OK)
		return false;
	text.p += first.n + 1;
	text.n -= first.n + 1;
	if (prb_checkpoint_open(text, &out->key, &note, &checkpoint, fault) != PRB_OK)
		return false;
	out->size = checkpoint.size;
	memcpy(out->root, checkpoint.root, sizeof out->root);
	return true;
}

bool
log_memory_read(const char *path, struct prb_span origin, struct log_memory *out)
{
	struct prb_fault fault = {.detail = "the name is too long"};
	struct prb_str text;
	enum prb_err err;
	bool done = true;

	*out = (struct log_memory){.is_there = false};
	if (path == NULL && !default_path("", origin, out->path))
		return false;
	if (path != NULL && snprintf(out->path, PATH_MAX, "%s", path) >= PATH_MAX) {
		prb_cli_say("%s: the name is too long", path);
		return false;
	}
	prb_str_init(&text, FILE_BYTES_MAX + 4096);
	err = log_read_file(out->path, FILE_BYTES_MAX, &text, &fault);
	if (err == PRB_OK) {
		out->is_there = read_memory(prb_str_span(&text), out, &fault);
		done = out->is_there && prb_span_is(origin, out->key.name);
		if (!out->is_there)
			prb_cli_say(
				"%s: this is not what an audit remembers (%s); where it is of no "
				"use, take it away",
				out->path, fault.detail);
		else if (!done)
			prb_cli_say(
				"%s: it remembers another log; name another --remember", out->path);
	} else if (err != PRB_ERR_NOT_FOUND) {
		prb_cli_say("%s", fault.detail);
		done = false;
	}
	prb_str_finish(&text);
	return done;
}

/* "address": the log's verifier key in the first line, and the address, for a reader, behind it. */
static bool
read_address(struct prb_span text, struct log_memory *memory, struct prb_fault *fault)
{
	const char *end = text.n == 0 ? NULL : memchr(text.p, '\n', text.n);
	struct prb_span first = {text.p, end == NULL ? 0 : (size_t)(end - text.p)};

	return prb_note_key_read(first, &memory->address_key, fault) == PRB_OK;
}

bool
log_memory_read_address(const char *named, const char *url, struct log_memory *memory)
{
	struct prb_fault fault;
	struct prb_str text;
	enum prb_err err;

	if (named != NULL)
		return true;
	if (!default_path("address-", prb_span_of(url), memory->address_path))
		return false;
	prb_str_init(&text, FILE_BYTES_MAX + 4096);
	err = log_read_file(memory->address_path, FILE_BYTES_MAX, &text, &fault);
	memory->address_is_there =
		err == PRB_OK && read_address(prb_str_span(&text), memory, &fault);
	prb_str_finish(&text);
	if (memory->address_is_there || err == PRB_ERR_NOT_FOUND)
		return true;
	prb_cli_say("%s: this is not what an audit remembers (%s); where it is of no use, take it "
		    "away",
		memory->address_path, fault.detail);
	return false;
}

/* Each folder on the way, for this user alone. */
static bool
make_folders(const char *path, struct prb_fault *fault)
{
	char folder[PATH_MAX];

	for (size_t i = 1; path[i] != '\0'; i++) {
		if (path[i] != '/')
			continue;
		memcpy(folder, path, i);
		folder[i] = '\0';
		if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
			(void)prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL, "%s: %s",
				folder, strerror(errno));
			return false;
		}
	}
	return true;
}

static bool
write_file(const char *path, const struct prb_note_key *key, struct prb_span behind,
	struct prb_fault *fault)
{
	struct prb_str text;
	bool written;

	prb_str_init(&text, FILE_BYTES_MAX + 4096);
	prb_note_key_write(key, &text);
	prb_str_add_char(&text, '\n');
	prb_str_add_span(&text, behind);
	if (text.failed)
		(void)prb_fault_set(
			fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "there is no memory");
	written = !text.failed && make_folders(path, fault) &&
		  log_replace_file(path, prb_str_span(&text), fault);
	prb_str_finish(&text);
	return written;
}

bool
log_memory_write(struct log_memory *memory, const char *url, const struct prb_note_key *key,
	struct prb_span checkpoint, struct prb_fault *fault)
{
	char line[PRB_ADDRESS_BYTES_MAX + 2];

	(void)snprintf(line, sizeof line, "%s\n", url);
	return write_file(memory->path, key, checkpoint, fault) &&
	       (memory->address_path[0] == '\0' ||
		       write_file(memory->address_path, key, prb_span_of(line), fault));
}

bool
log_memory_keep(const struct log_memory *memory, struct prb_span checkpoint, char out[PATH_MAX],
	struct prb_fault *fault)
{
	char hex[PRB_SHA256_HEX_BYTES];

	log_origin_hex(checkpoint, hex);
	if (snprintf(out, PATH_MAX, "%s.%.16s", memory->path, hex) >= PATH_MAX) {
		(void)prb_fault_set(fault, PRB_ERR_IO, PRB_NO_OFFSET, NULL,
			"%s: the name is too long", memory->path);
		return false;
	}
	return make_folders(out, fault) && log_replace_file(out, checkpoint, fault);
}
