/* SPDX-License-Identifier: Apache-2.0 */

/* What an operator's lists are made of. The first byte chooses: 'm' a manifest, 's' a cell with
 * several names, anything else a file that one fixed manifest reads. */

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "datasets/lists/load.h"
#include "datasets/lists/split.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char fixed[] =
	"{\"list\":\"t\",\"title\":\"T\",\"publisher\":\"P\",\"licence\":\"L\",\"completeness\":"
	"\"c\","
	"\"effect_words\":\"e\",\"effect\":\"other_sanctions\",\"same_id\":\"merge\",\"unknown_"
	"country\":"
	"\"leave_out\",\"format\":{\"short_rows\":true,\"sections\":\"Section\"},\"persons\":{"
	"\"persons\":[{\"column\":\"kind\",\"equals\":[\"person\"]}]},\"columns\":{\"id\":\"id\","
	"\"name\":{\"column\":\"name\",\"split\":\"aka\"},\"aliases\":{\"column\":\"aliases\","
	"\"separator\":\";\"},\"countries\":{\"column\":\"country\",\"separator\":\";\",\"part\":"
	"\"after_last_comma\"},\"identifiers\":{\"column\":\"ids\",\"separator\":\";\",\"scheme\":"
	"\"by_check_digits\"},\"date\":\"date\",\"notes\":{\"column\":\"(section)\"}}}";

static const char *
country(void *context, struct prb_span word)
{
	(void)context;
	return word.n == 2 ? "CHN" : NULL;
}

/* Every part lies in the cell. */
static void
split(struct prb_span cell)
{
	struct prb_split *s = malloc(sizeof(*s));

	assert(s);
	prb_split_aka(cell, s);
	assert(s->name.n <= cell.n && s->names_count <= PRB_SPLIT_NAMES_MAX);
	for (size_t i = 0; i < s->names_count; i++)
		assert(s->names[i].text.p >= cell.p &&
			s->names[i].text.p + s->names[i].text.n <= cell.p + cell.n);
	free(s);
}

/* Every row of data is in one of the counts, whatever stands in it. */
static void
load(struct prb_arena *arena, struct prb_span text)
{
	static unsigned char fold_bytes[16 + 4352 * 2] = "PRBF\x01";
	char path[] = "/tmp/probity-lists-fuzz-XXXXXX";
	struct prb_fold_table fold;
	struct prb_list_manifest manifest;
	struct prb_list_input input = {.manifest = &manifest,
		.path = path,
		.edition = PRB_SPAN("2026-11-20"),
		.arena = arena,
		.fold = &fold,
		.country = country};
	struct prb_entries entries = {.items = NULL};
	struct prb_list_counts n;
	struct prb_fault fault;
	int fd = mkstemp(path);

	assert(fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n);
	(void)close(fd);
	if (!prb_fold_table_open(&fold, fold_bytes, sizeof(fold_bytes)) ||
		prb_list_manifest_parse(arena, "m", prb_span_of(fixed), &manifest, &fault) !=
			PRB_OK)
		abort();
	if (prb_list_load(&input, &entries, &n, &fault) == PRB_OK) {
		assert(n.rows == n.loaded + n.persons + n.filtered + n.refused);
		assert(n.entries == entries.count && n.entries <= n.loaded);
	}
	(void)unlink(path);
	prb_entries_finish(&entries);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prb_span text = {(const char *)data + 1, size - 1};
	struct prb_list_manifest manifest;
	struct prb_arena *arena;
	struct prb_fault fault;

	if (size < 1)
		return 0;
	arena = prb_arena_create(64UL << 20);
	assert(arena);
	if (data[0] == 's')
		split(text);
	else if (data[0] == 'm')
		(void)prb_list_manifest_parse(arena, "m", text, &manifest, &fault);
	else
		load(arena, text);
	prb_arena_destroy(arena);
	return 0;
}
