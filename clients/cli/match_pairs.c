/* SPDX-License-Identifier: Apache-2.0 */

/* `match --pairs`: names beside names, and what stands beside each. */

#include <stdlib.h>
#include <string.h>

#include "clients/cli/match.h"

#define FILE_BYTES_MAX ((size_t)1024 * 1024 * 1024)
#define COLUMNS_MAX 256

enum column {
	QUERY,
	CANDIDATE,
	QUERY_COUNTRY,
	CANDIDATE_COUNTRY,
	QUERY_ADDRESS,
	CANDIDATE_ADDRESS,
	COLUMNS
};

static const char *const column_names[COLUMNS] = {"query", "candidate", "query_country",
	"candidate_country", "query_address", "candidate_address"};

struct pairs {
	struct prb_match_data data;
	const struct prb_fold_table *fold;
	const struct prb_lexicon *lexicon;
	const char *path;
	size_t line, refused;
	int at[COLUMNS]; /* a column's number in the file, or -1 */
};

/* Cuts the next cell off a line; false at its end. */
static bool
next_cell(struct prb_span *line, struct prb_span *cell)
{
	const char *tab;

	if (line->p == NULL)
		return false;
	tab = line->n > 0 ? memchr(line->p, '\t', line->n) : NULL;
	*cell = (struct prb_span){line->p, tab ? (size_t)(tab - line->p) : line->n};
	if (tab == NULL) {
		line->p = NULL;
	} else {
		line->n -= cell->n + 1;
		line->p = tab + 1;
	}
	return true;
}

static bool
next_line(struct prb_span *text, struct prb_span *line)
{
	const char *end;

	if (text->n == 0)
		return false;
	end = memchr(text->p, '\n', text->n);
	*line = (struct prb_span){text->p, end ? (size_t)(end - text->p) : text->n};
	text->n -= line->n + (end ? 1 : 0);
	text->p += line->n + (end ? 1 : 0);
	if (line->n > 0 && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

static bool
read_head(struct pairs *p, struct prb_span line)
{
	struct prb_span cell;

	for (size_t i = 0; i < COLUMNS; i++)
		p->at[i] = -1;
	for (int number = 0; next_cell(&line, &cell); number++)
		for (size_t i = 0; i < COLUMNS; i++)
			if (prb_span_is(prb_span_trim(cell), column_names[i]) && p->at[i] < 0)
				p->at[i] = number;
	for (size_t i = QUERY; i <= CANDIDATE; i++) {
		if (p->at[i] >= 0)
			continue;
		prb_cli_say("%s:1: the header row names no column \"%s\"; columns are parted by "
			    "tabs",
			p->path, column_names[i]);
		return false;
	}
	return true;
}

/* Codes or names with ';' or '|' between them; a country that is not known is none. */
static size_t
read_countries(struct pairs *p, struct prb_span text, int countries[], size_t room)
{
	size_t count = 0, from = 0;

	for (size_t i = 0; i <= text.n && count < room; i++) {
		struct prb_span word;
		bool assumed;

		if (i < text.n && text.p[i] != ';' && text.p[i] != '|')
			continue;
		word = prb_span_trim((struct prb_span){text.p + from, i - from});
		from = i + 1;
		if (word.n == 0)
			continue;
		countries[count] = prb_facts_country(p->data.gatherer, word, &assumed);
		if (countries[count] >= 0)
			count++;
	}
	return count;
}

static bool
is_china(const struct pairs *p, int country)
{
	const char *iso3 = prb_release_reference(p->data.release)->countries[country].iso3;

	return strcmp(iso3, "CHN") == 0 || strcmp(iso3, "HKG") == 0 || strcmp(iso3, "MAC") == 0;
}

/* China, Hong Kong and Macao beside each other tell nothing: lists name companies of one under
 * another. */
static enum prb_beside
compare_countries(struct pairs *p, struct prb_span a_text, struct prb_span b_text)
{
	int a[16], b[16];
	size_t a_count = read_countries(p, a_text, a, 16),
	       b_count = read_countries(p, b_text, b, 16);
	bool unsure = false;

	if (a_count == 0 || b_count == 0)
		return PRB_BESIDE_MISSING;
	for (size_t i = 0; i < a_count; i++)
		for (size_t j = 0; j < b_count; j++) {
			if (a[i] == b[j])
				return PRB_BESIDE_EQUAL;
			if (is_china(p, a[i]) && is_china(p, b[j]))
				unsure = true;
		}
	return unsure ? PRB_BESIDE_MISSING : PRB_BESIDE_DIFFERS;
}

static enum prb_beside
compare_addresses(struct pairs *p, struct prb_span a_text, struct prb_span b_text)
{
	struct prb_name a, b;

	if (a_text.n == 0 || b_text.n == 0)
		return PRB_BESIDE_MISSING;
	prb_name_parse(&a, p->fold, p->lexicon, a_text);
	prb_name_parse(&b, p->fold, p->lexicon, b_text);
	return prb_addresses_compare(&a, &b);
}

/* A name so long is compared with nothing, and said. */
static void
check_length(const struct pairs *p, enum column column, struct prb_span name)
{
	if (name.n <= PRB_NAME_READ_BYTES_MAX)
		return;
	prb_cli_say("%s:%zu: %s has %zu bytes: a name has at most %d, so this one is like none",
		p->path, p->line, column_names[column], name.n, PRB_NAME_READ_BYTES_MAX);
}

/* The most alike of the names in both cells. */
static void
compare_variants(const struct pairs *p, const struct prb_span cells[COLUMNS],
	struct prb_name_evidence *evidence)
{
	struct prb_span a[PRB_NAME_VARIANTS_MAX], b[PRB_NAME_VARIANTS_MAX];
	size_t a_count = prb_name_variants(cells[QUERY], a);
	size_t b_count = prb_name_variants(cells[CANDIDATE], b);

	for (size_t i = 0; i < a_count; i++)
		for (size_t j = 0; j < b_count; j++) {
			struct prb_name query, candidate;
			struct prb_name_pieces pieces;
			int32_t similarity;

			prb_name_parse(&query, p->fold, p->lexicon, a[i]);
			prb_name_parse(&candidate, p->fold, p->lexicon, b[j]);
			similarity = prb_names_compare(&query, &candidate, &pieces);
			if (i + j > 0 && similarity <= evidence->similarity_ppm)
				continue;
			evidence->similarity_ppm = similarity;
			evidence->doubt = (uint8_t)prb_names_doubt(&query, &candidate, &pieces);
			evidence->generic = query.generic || candidate.generic;
		}
}

static bool
compare_row(struct pairs *p, const struct prb_span cells[COLUMNS])
{
	struct prb_name_evidence evidence = {.similarity_ppm = 0};
	struct prb_name_verdict verdict = {.decision = PRB_NAME_NONE};
	char similarity[PRB_SIMILARITY_TEXT_BYTES];

	check_length(p, QUERY, cells[QUERY]);
	check_length(p, CANDIDATE, cells[CANDIDATE]);
	if (cells[QUERY].n <= PRB_NAME_READ_BYTES_MAX &&
		cells[CANDIDATE].n <= PRB_NAME_READ_BYTES_MAX) {
		compare_variants(p, cells, &evidence);
		evidence.country = (uint8_t)compare_countries(
			p, cells[QUERY_COUNTRY], cells[CANDIDATE_COUNTRY]);
		evidence.place = (uint8_t)compare_addresses(
			p, cells[QUERY_ADDRESS], cells[CANDIDATE_ADDRESS]);
		verdict = prb_name_decide(&evidence);
	}
	prb_match_similarity(verdict.similarity_ppm, similarity);
	/* As they came: a cell may hold any byte but those that part cells. */
	return fwrite(cells[QUERY].p, 1, cells[QUERY].n, stdout) == cells[QUERY].n &&
	       putchar('\t') != EOF &&
	       fwrite(cells[CANDIDATE].p, 1, cells[CANDIDATE].n, stdout) == cells[CANDIDATE].n &&
	       printf("\t%s\t%s\n", similarity,
		       prb_name_decision_word((enum prb_name_decision)verdict.decision)) > 0;
}

static bool
compare_line(struct pairs *p, struct prb_span line)
{
	struct prb_span cells[COLUMNS] = {{NULL, 0}}, cell;
	int number = 0;

	for (; next_cell(&line, &cell); number++)
		for (size_t i = 0; i < COLUMNS; i++)
			if (p->at[i] == number)
				cells[i] = cell;
	if (number <= p->at[QUERY] || number <= p->at[CANDIDATE]) {
		prb_cli_say("%s:%zu: the row has %d columns: query or candidate is missing",
			p->path, p->line, number);
		p->refused++;
		return true;
	}
	return compare_row(p, cells);
}

static int
compare_all(struct pairs *p, struct prb_span text)
{
	struct prb_span line;
	bool written = true;

	if (text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0)
		text = (struct prb_span){text.p + 3, text.n - 3};
	if (!next_line(&text, &line)) {
		prb_cli_say("%s: the file is empty; a header row is wanted", p->path);
		return PRB_EXIT_REFUSED;
	}
	p->line = 1;
	if (!read_head(p, line))
		return PRB_EXIT_REFUSED;
	written = puts("query\tcandidate\tsimilarity\tdecision") >= 0;
	while (written && next_line(&text, &line)) {
		p->line++;
		if (line.n > 0)
			written = compare_line(p, line);
	}
	if (!prb_cli_flush())
		return PRB_EXIT_FAILED;
	return p->refused > 0 ? PRB_EXIT_REFUSED : PRB_EXIT_OK;
}

int
prb_match_pairs(const struct prb_match_settings *settings)
{
	struct pairs p = {.path = settings->pairs};
	struct prb_str text;
	int status = PRB_EXIT_FAILED;

	if (!prb_cli_read(settings->pairs, FILE_BYTES_MAX, &text)) {
		prb_str_finish(&text);
		return PRB_EXIT_FAILED;
	}
	if (prb_match_open(&p.data, settings->data)) {
		p.fold = prb_release_fold(p.data.release);
		p.lexicon = prb_release_lexicon(p.data.release);
		status = compare_all(&p, prb_str_span(&text));
		prb_match_close(&p.data);
	}
	prb_str_finish(&text);
	return status;
}
