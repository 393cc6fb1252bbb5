/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/log_seen.h"

#include "clients/cli/remote.h"
#include "clients/render/texts.h"
#include "scoring/log/entry.h"

#define ARENA_BYTES_MAX ((size_t)16 << 20)
#define ENTRY_BYTES_MAX ((size_t)65536) /* tlog-tiles; those that are shown are far shorter */

static const struct {
	const char *word, *many, *time;
	bool is_named;
} kinds[LOG_KINDS] = {
#define LOG_KIND(name, word, many, time, is_named) {word, many, time, is_named},
#include "clients/cli/log_kinds.def"
#undef LOG_KIND
};

bool
log_seen_init(struct log_seen *seen)
{
	*seen = (struct log_seen){.arena = prb_arena_create(ARENA_BYTES_MAX)};
	prb_str_init(&seen->words, LOG_SEEN_JSON_BYTES_MAX);
	prb_str_init(&seen->json, LOG_SEEN_JSON_BYTES_MAX);
	return seen->arena != NULL;
}

void
log_seen_finish(struct log_seen *seen)
{
	prb_str_finish(&seen->words);
	prb_str_finish(&seen->json);
	prb_arena_destroy(seen->arena);
}

static struct prb_span
text_of(const struct prb_json *entry, const char *name)
{
	const struct prb_json *value = prb_json_member(entry, name);

	if (value == NULL || prb_json_kind(value) != PRB_JSON_STRING)
		return PRB_SPAN_NONE;
	return prb_json_string(value);
}

static enum log_kind
kind_of(const struct prb_json *entry)
{
	int kind = 0;

	if (prb_json_kind(entry) != PRB_JSON_OBJECT)
		return LOG_KINDS;
	while (kind < LOG_KINDS && !prb_span_is(text_of(entry, "type"), kinds[kind].word))
		kind++;
	return (enum log_kind)kind;
}

/* "key z6Mk.. attestation in_use", "release ab12..", "method 2.0 ab12..": words of a stranger, each
 * without what could look like another line. */
static void
add_words(struct log_seen *seen, uint64_t index, enum log_kind kind, const struct prb_json *entry)
{
	static const char *const members[] = {
		"version", "release", "key", "use", "standing", "sha256"};

	prb_str_addf(&seen->words, "entry %-5llu ", (unsigned long long)index);
	prb_text_safe(text_of(entry, kinds[kind].time), false, &seen->words);
	prb_str_addf(&seen->words, " %s", kinds[kind].word);
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		struct prb_span text = text_of(entry, members[i]);

		if (text.n == 0)
			continue;
		prb_str_add_char(&seen->words, ' ');
		prb_text_safe(text, false, &seen->words);
	}
	prb_str_add_char(&seen->words, '\n');
}

static void
add_json(struct log_seen *seen, uint64_t index, const struct prb_json *entry)
{
	prb_str_addf(&seen->json, "%s{\"entry\":", seen->json.n > 0 ? "," : "");
	prb_jcs_write(seen->arena, entry, &seen->json);
	prb_str_addf(&seen->json, ",\"index\":%llu}", (unsigned long long)index);
}

static bool
take_named(struct log_seen *seen, uint64_t index, enum log_kind kind, const struct prb_json *entry)
{
	if (seen->named == LOG_SEEN_NAMED_MAX)
		return true;
	add_words(seen, index, kind, entry);
	add_json(seen, index, entry);
	seen->named++;
	return !seen->words.failed && !seen->json.failed;
}

bool
log_seen_take(struct log_seen *seen, uint64_t index, struct prb_span entry)
{
	const struct prb_json *json = NULL;
	enum log_kind kind = LOG_KINDS;
	enum prb_err err;

	prb_arena_reset(seen->arena);
	err = prb_json_parse(seen->arena, entry, ENTRY_BYTES_MAX, NULL, &json);
	if (err == PRB_ERR_MEMORY)
		return false;
	if (err == PRB_OK)
		kind = kind_of(json);
	if (kind != LOG_KINDS && kinds[kind].is_named && entry.n > PRB_ENTRY_BYTES_MAX)
		kind = LOG_KINDS;
	if (kind == LOG_KINDS) {
		seen->unknown++;
		return true;
	}
	seen->counts[kind]++;
	return !kinds[kind].is_named || take_named(seen, index, kind, json);
}

static uint64_t
count_named(const struct log_seen *seen)
{
	uint64_t count = 0;

	for (int i = 0; i < LOG_KINDS; i++)
		count += kinds[i].is_named ? seen->counts[i] : 0;
	return count;
}

void
log_seen_print(const struct log_seen *seen, FILE *stream)
{
	uint64_t more = count_named(seen) - seen->named;

	if (seen->words.n > 0)
		remote_say_safely(stream, seen->words.p);
	if (more > 0)
		fprintf(stream, "and %llu more keys, methods and releases\n",
			(unsigned long long)more);
	fprintf(stream, "%-11s", "replayed");
	for (int i = 0; i < LOG_KINDS; i++)
		fprintf(stream, "%s %llu %s", i > 0 ? "," : "", (unsigned long long)seen->counts[i],
			kinds[i].many);
	fprintf(stream, ", %llu of unknown kinds\n", (unsigned long long)seen->unknown);
}

void
log_seen_write_counts(const struct log_seen *seen, struct prb_writer *w)
{
	prb_writer_key(w, "counts");
	prb_writer_object(w);
	for (int i = 0; i < LOG_KINDS; i++)
		prb_writer_member_int(w, kinds[i].word, (int64_t)seen->counts[i]);
	prb_writer_member_int(w, "unknown", (int64_t)seen->unknown);
	prb_writer_end(w);
}

void
log_seen_write_named(const struct log_seen *seen, struct prb_writer *w)
{
	prb_writer_key(w, "named");
	prb_writer_array(w);
	if (seen->json.n > 0)
		prb_writer_raw(w, prb_str_span(&seen->json));
	prb_writer_end(w);
}
