/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "clients/cli/cli.h"
#include "clients/cli/options.h"
#include "scoring/base/jcs.h"

#define TEXT_BYTES_MAX (64 * 1024 * 1024)
#define ARENA_BYTES_MAX ((size_t)2048 * 1024 * 1024)

static const char help[] =
	"usage: probity canonicalize FILE|-\n\n"
	"Prints the canonical form (RFC 8785) of a JSON text, without a newline behind it. The "
	"text must be I-JSON (RFC 7493):\n"
	"what is not is refused with the byte where it goes wrong.\n\n"
	"Exit status: 0; 1 where it cannot be read or is refused; 2 usage.\n\n"
	"  probity canonicalize report.json | sha256sum\n";

static int
canonicalize(struct prb_span text, const char *name)
{
	struct prb_arena *arena = prb_arena_create(ARENA_BYTES_MAX);
	const struct prb_json *json;
	struct prb_fault fault;
	struct prb_str out;
	int status = PRB_EXIT_FAILED;

	prb_str_init(&out, ARENA_BYTES_MAX);
	if (arena == NULL) {
		prb_cli_say("there is no memory");
	} else if (prb_json_parse(arena, text, TEXT_BYTES_MAX, &fault, &json) != PRB_OK) {
		prb_cli_say("%s: byte %zu: %s", name,
			fault.offset == PRB_NO_OFFSET ? 0 : fault.offset, fault.detail);
	} else {
		prb_jcs_write(arena, json, &out);
		if (out.failed)
			prb_cli_say("%s: there is no memory for its canonical form", name);
		else if (fwrite(out.p, 1, out.n, stdout) == out.n && prb_cli_flush())
			status = PRB_EXIT_OK;
		else
			prb_cli_flush();
	}
	prb_str_finish(&out);
	prb_arena_destroy(arena);
	return status;
}

int
prb_command_canonicalize(int argc, char **argv)
{
	static const struct option options[] = {
		{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	struct prb_str text;
	int status = prb_cli_options("canonicalize", help, options, argc, argv, NULL, NULL);

	if (status != -1)
		return status;
	if (argc - optind != 1)
		return prb_cli_usage("canonicalize", "one file is wanted, or - for standard input");
	status = PRB_EXIT_FAILED;
	if (prb_cli_read(argv[optind], TEXT_BYTES_MAX, &text))
		status = canonicalize(prb_str_span(&text), argv[optind]);
	prb_str_finish(&text);
	return status;
}
