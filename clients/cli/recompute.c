/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/recompute.h"

#include <stdio.h>
#include <string.h>

#include "clients/render/json_diff.h"
#include "clients/render/texts.h"
#include "scoring/attest/multibase.h"
#include "scoring/base/jcs.h"
#include "scoring/rules/report.h"

#define TEXT_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define SHOWN_BYTES_MAX 200

static const struct prb_json *
member(const struct prb_json *object, const char *name, enum prb_json_kind kind)
{
	const struct prb_json *found =
		prb_json_kind(object) == PRB_JSON_OBJECT ? prb_json_member(object, name) : NULL;

	return found != NULL && prb_json_kind(found) == kind ? found : NULL;
}

/* The canonical form, in the arena; p NULL without memory. */
static struct prb_span
canonical(struct prb_arena *arena, const struct prb_json *json)
{
	struct prb_span copy = PRB_SPAN_NONE;
	struct prb_str text;

	prb_str_init(&text, TEXT_BYTES_MAX);
	prb_jcs_write(arena, json, &text);
	if (!text.failed)
		copy = prb_arena_copy(arena, prb_str_span(&text));
	prb_str_finish(&text);
	return copy;
}

static enum prb_err
no_memory(struct prb_fault *fault)
{
	return prb_fault_set(
		fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "there is no memory for this text");
}

/*
 * Reading.
 */

static enum prb_err
read_stored(struct prb_arena *arena, const struct prb_json *root, struct declared *out,
	struct prb_fault *fault)
{
	const struct prb_json *id = member(root, "id", PRB_JSON_STRING),
			      *salt = member(root, "salt", PRB_JSON_STRING);
	struct declared read = {.salted = true};

	if (id == NULL || prb_json_string(id).n != PRB_UUID_BYTES - 1)
		return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, "/id",
			"the id of the stored declaration is wanted, a UUID");
	memcpy(read.id, prb_json_string(id).p, PRB_UUID_BYTES - 1);
	if (salt == NULL || prb_base64url_decode(prb_json_string(salt), read.salt,
				    sizeof read.salt) != sizeof read.salt)
		return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, "/salt",
			"the salt of the stored declaration is wanted, %d bytes in base64url",
			PRB_DECLARATION_SALT_BYTES);
	read.decisions = member(root, "decisions", PRB_JSON_ARRAY);
	root = prb_json_member(root, "declaration");
	read.says_declarant = member(root, "declarant", PRB_JSON_STRING) != NULL;
	read.text = canonical(arena, root);
	if (read.text.p == NULL)
		return no_memory(fault);
	*out = read;
	return PRB_OK;
}

enum prb_err
declared_read(struct prb_arena *arena, struct prb_span text, struct declared *out,
	struct prb_fault *fault)
{
	const struct prb_json *root;
	enum prb_err err = prb_json_parse(arena, text, TEXT_BYTES_MAX, fault, &root);

	if (err != PRB_OK)
		return err;
	/* No declaration has a member of that name. */
	if (member(root, "declaration", PRB_JSON_OBJECT) != NULL)
		return read_stored(arena, root, out, fault);
	*out = (struct declared){
		.text = text,
		.says_declarant = member(root, "declarant", PRB_JSON_STRING) != NULL,
	};
	return PRB_OK;
}

enum prb_err
kept_report_read(struct prb_arena *arena, struct prb_span text, struct kept_report *out,
	struct prb_fault *fault)
{
	struct kept_report read = {.bytes = prb_span_trim(text)};
	const struct prb_json *inner;
	uint8_t hash[PRB_SHA256_BYTES];
	enum prb_err err = prb_json_parse(arena, text, TEXT_BYTES_MAX, fault, &read.json);

	if (err != PRB_OK)
		return err;
	inner = member(read.json, "report", PRB_JSON_OBJECT);
	if (inner != NULL) {
		read.json = inner;
		read.bytes = canonical(arena, inner);
		if (read.bytes.p == NULL)
			return no_memory(fault);
	}
	read.decisions = member(read.json, "decisions", PRB_JSON_ARRAY);
	err = prb_claims_of_report(read.json, &read.says, fault);
	if (err != PRB_OK)
		return err;
	prb_store_sha256(hash, read.bytes.p, read.bytes.n);
	prb_sha256_hex(hash, read.sha256);
	*out = read;
	return PRB_OK;
}

/*
 * Computing.
 */

/* A stored declaration has an id of its own, a UUIDv7; a derived one (UUIDv8) follows from the
 * digest and is left to follow. */
static const char *
stored_id(const struct declared *declared, const struct prb_claims *said)
{
	const char *id = declared->id[0] != '\0' ? declared->id : said->declaration_id;

	return id[14] == '7' ? id : NULL;
}

enum prb_err
recompute(struct screener *screener, const struct declared *declared, const struct prb_claims *said,
	const struct prb_book *book, struct prb_str *text, struct prb_arena *arena,
	struct recomputed *out, const struct prb_faults **faults)
{
	const struct prb_score_options options = {
		.as_of = said->as_of,
		.declarant = (enum prb_declarant)said->declarant,
		.sha256 = prb_store_sha256,
		.salt = declared->salted ? declared->salt : NULL,
		.declaration_id = stored_id(declared, said),
		.book = book,
	};
	uint8_t hash[PRB_SHA256_BYTES];
	struct prb_fault fault;
	enum prb_err err;

	prb_str_reset(text);
	err = screener_report(screener, declared->text, &options, text, faults);
	if (err != PRB_OK)
		return err;
	out->bytes = prb_str_span(text);
	/* Our own report: what it lacks is our mistake, and memory is all that can be missing. */
	if (prb_json_parse(arena, out->bytes, out->bytes.n, &fault, &out->json) != PRB_OK ||
		prb_claims_of_report(out->json, &out->says, &fault) != PRB_OK)
		return PRB_ERR_MEMORY;
	prb_store_sha256(hash, out->bytes.p, out->bytes.n);
	prb_sha256_hex(hash, out->says.sha256[PRB_CLAIM_REPORT]);
	return PRB_OK;
}

/*
 * Comparing.
 */

static int64_t
count_open(const struct prb_json *report)
{
	const struct prb_json *paths = member(report, "upstream", PRB_JSON_ARRAY),
			      *more = member(report, "upstream_left_out", PRB_JSON_NUMBER);
	int64_t count = 0;

	if (more != NULL && !prb_json_int(more, &count))
		count = 0;
	for (const struct prb_json *p = paths ? prb_json_first(paths) : NULL; p;
		p = prb_json_next(p)) {
		const struct prb_json *found = member(p, "found", PRB_JSON_BOOL);

		count += found != NULL && !prb_json_bool(found);
	}
	return count;
}

bool
lacks_upstream(const struct prb_json *recomputed, const struct prb_json *kept)
{
	return count_open(recomputed) > (kept != NULL ? count_open(kept) : 0);
}

void
print_safely(struct prb_span text)
{
	struct prb_str safe;

	prb_str_init(&safe, 4 * SHOWN_BYTES_MAX);
	if (text.n > SHOWN_BYTES_MAX) {
		/* At a character's edge. */
		text.n = SHOWN_BYTES_MAX;
		while (text.n > 0 && ((unsigned char)text.p[text.n] & 0xC0) == 0x80)
			text.n--;
		prb_text_safe(text, false, &safe);
		prb_str_add_text(&safe, " ...");
	} else {
		prb_text_safe(text, false, &safe);
	}
	if (safe.n != 0 && !safe.failed)
		fwrite(safe.p, 1, safe.n, stdout);
	prb_str_finish(&safe);
}

struct printing {
	struct prb_arena *arena;
	const char *indent;
	size_t left;
};

static void
print_value(const struct printing *p, const char *label, const struct prb_json *value)
{
	struct prb_span text = PRB_SPAN("nothing");

	if (value != NULL)
		text = canonical(p->arena, value);
	printf("%s    %-11s ", p->indent, label);
	print_safely(text.p != NULL ? text : PRB_SPAN("(there is no memory to show it)"));
	putchar('\n');
}

static void
print_difference(
	void *context, struct prb_span pointer, const struct prb_json *a, const struct prb_json *b)
{
	struct printing *p = context;

	if (p->left == 0)
		return;
	p->left--;
	printf("%s", p->indent);
	print_safely(pointer.n != 0 ? pointer : PRB_SPAN("the whole"));
	putchar('\n');
	print_value(p, "recomputed", a);
	print_value(p, "kept", b);
}

size_t
print_differences(struct prb_arena *arena, struct prb_span recomputed, const struct prb_json *kept,
	size_t shown, const char *indent)
{
	struct printing printing = {arena, indent, shown};
	const struct prb_json *json;
	struct prb_fault fault;
	size_t count;

	if (prb_json_parse(arena, recomputed, recomputed.n, &fault, &json) != PRB_OK)
		return SIZE_MAX;
	count = prb_json_diff(json, kept, print_difference, &printing);
	if (count != SIZE_MAX && count > shown)
		printf("%sand %zu more\n", indent, count - shown);
	return count;
}
