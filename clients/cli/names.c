/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/names.h"

#include <string.h>

#include "clients/cli/cli.h"

#define NAME_BYTES_MAX 32
#define LISTED_MAX 32 /* names in one message */
#define LISTED_BYTES_MAX 512

const char *
prb_names_at(const struct prb_names *names, size_t i)
{
	const char *row = (const char *)names->first + i * names->stride;

	return *(const char *const *)(const void *)row;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Edits from one word to the other (optimal string alignment); both shorter than NAME_BYTES_MAX. */
static size_t
distance(const char *a, const char *b)
{
	size_t rows[3][NAME_BYTES_MAX], n = strlen(b);
	size_t *before = rows[0], *above = rows[1], *row = rows[2], *free_row;

	for (size_t j = 0; j <= n; j++)
		above[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			row[j] = least(least(above[j], row[j - 1]) + 1,
				above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		free_row = before;
		before = above;
		above = row;
		row = free_row;
	}
	return above[n];
}

/* A word that a name begins with is an edit away for each name: what is short of letters was cut,
 * and not mistaken. */
static size_t
apart(const char *word, const char *name)
{
	size_t n = strlen(word);

	return n > 1 && strncmp(word, name, n) == 0 ? 1 : distance(word, name);
}

const char *
prb_names_nearest(const struct prb_names *names, const char *word)
{
	size_t nearest = SIZE_MAX;
	const char *found = NULL;

	if (word[0] == '\0' || strlen(word) >= NAME_BYTES_MAX)
		return NULL;
	for (size_t i = 0; i < names->count; i++) {
		const char *name = prb_names_at(names, i);
		size_t edits;

		if (name == NULL || strlen(name) >= NAME_BYTES_MAX ||
			(found != NULL && strcmp(name, found) == 0))
			continue;
		edits = apart(word, name);
		if (edits > nearest || 3 * edits > strlen(name) + 2)
			continue;
		found = edits == nearest ? NULL : name;
		nearest = edits;
	}
	return found;
}

/* "a, b or c" of what is there, each once. */
static void
list(const struct prb_names *names, char out[LISTED_BYTES_MAX])
{
	const char *listed[LISTED_MAX];
	size_t count = 0, at = 0;

	for (size_t i = 0; i < names->count && count < LISTED_MAX; i++)
		if (prb_names_at(names, i) != NULL &&
			(count == 0 || strcmp(prb_names_at(names, i), listed[count - 1]) != 0))
			listed[count++] = prb_names_at(names, i);
	out[0] = '\0';
	for (size_t i = 0; i < count && at < LISTED_BYTES_MAX; i++) {
		const char *before = i == 0 ? "" : i + 1 == count ? " or " : ", ";

		at += (size_t)snprintf(out + at, LISTED_BYTES_MAX - at, "%s%s", before, listed[i]);
	}
}

int
prb_names_usage(const char *command, const struct prb_names *names, const char *word)
{
	const char *meant = word != NULL ? prb_names_nearest(names, word) : NULL;
	char listed[LISTED_BYTES_MAX];

	list(names, listed);
	if (word == NULL)
		return prb_cli_usage(command, "%s is wanted", listed);
	if (meant != NULL)
		return prb_cli_usage(command, "there is no \"%s\"; did you mean `probity %s %s`?",
			word, command, meant);
	return prb_cli_usage(command, "there is no \"%s\"; %s is wanted", word, listed);
}
