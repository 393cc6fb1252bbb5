/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/datasets_support.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char release_folder[SUPPORT_PATH_BYTES], release_path[SUPPORT_PATH_BYTES];

uint32_t
support_random(uint64_t *state)
{
	/* Knuth's MMIX generator; the upper half of the state */
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(*state >> 32);
}

void
support_join(char path[SUPPORT_PATH_BYTES], const char *folder, const char *name)
{
	assert_true(snprintf(path, SUPPORT_PATH_BYTES, "%s/%s", folder, name) < SUPPORT_PATH_BYTES);
}

void
support_folder(char path[SUPPORT_PATH_BYTES])
{
	const char *base = getenv("TMPDIR");

	support_join(path, base ? base : "/tmp", "probity-test-XXXXXX");
	assert_non_null(mkdtemp(path));
}

static size_t
each_file(const char *folder, void (*visit)(const char *folder, const char *name, void *context),
	void *context)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	size_t count = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		count++;
		if (visit)
			visit(folder, entry->d_name, context);
	}
	(void)closedir(dir);
	return count;
}

static void
remove_one(const char *folder, const char *name, void *context)
{
	char path[SUPPORT_PATH_BYTES];

	(void)context;
	support_join(path, folder, name);
	assert_int_equal(unlink(path), 0);
}

void
support_remove(const char *folder)
{
	(void)each_file(folder, remove_one, NULL);
	assert_int_equal(rmdir(folder), 0);
}

size_t
support_count(const char *folder)
{
	return each_file(folder, NULL, NULL);
}

char *
support_read(const char *path, size_t *n)
{
	FILE *file = fopen(path, "rb");
	long size;
	char *bytes;

	if (!file)
		fail_msg("%s cannot be read", path);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	size = ftell(file);
	assert_true(size >= 0);
	rewind(file);
	bytes = malloc((size_t)size + 1);
	assert_non_null(bytes);
	*n = fread(bytes, 1, (size_t)size, file);
	assert_int_equal(*n, size);
	bytes[*n] = '\0';
	(void)fclose(file);
	return bytes;
}

void
support_write(const char *path, const char *bytes, size_t n)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

/* Lines behind the header in another order. No cell of the tables holds a line break; the test of
 * the shuffle would show it. */
static void
shuffle(char *bytes, size_t n, uint64_t *state)
{
	char *copy = malloc(n + 1), **lines = malloc((n + 1) * sizeof(*lines)), *out;
	size_t count = 0, header;

	assert_non_null(copy);
	assert_non_null(lines);
	memcpy(copy, bytes, n + 1);
	header = strcspn(copy, "\n") + 1;
	for (char *at = copy + header; at < copy + n; at += strcspn(at, "\n") + 1)
		lines[count++] = at;
	for (size_t i = count; i > 1; i--) {
		size_t k = support_random(state) % i;
		char *swap = lines[i - 1];

		lines[i - 1] = lines[k];
		lines[k] = swap;
	}
	out = bytes + header;
	for (size_t i = 0; i < count; i++) {
		size_t length = strcspn(lines[i], "\n") + 1;

		memcpy(out, lines[i], length);
		out += length;
	}
	assert_ptr_equal(out, bytes + n);
	free(lines);
	free(copy);
}

struct copying {
	const char *to;
	uint64_t state;
};

static void
copy_one(const char *folder, const char *name, void *context)
{
	struct copying *copying = context;
	char path[SUPPORT_PATH_BYTES];
	char *bytes;
	size_t n;

	if (!strstr(name, ".csv"))
		return;
	support_join(path, folder, name);
	bytes = support_read(path, &n);
	if (copying->state != 0)
		shuffle(bytes, n, &copying->state);
	support_join(path, copying->to, name);
	support_write(path, bytes, n);
	free(bytes);
}

void
support_copy_sources(const char *folder, uint32_t shuffle_seed)
{
	struct copying copying = {.to = folder, .state = shuffle_seed};

	assert_true(each_file(SUPPORT_SOURCES, copy_one, &copying) > 30);
}

void
support_edit(const char *path, const char *from, const char *to)
{
	size_t n, before;
	char *bytes = support_read(path, &n), *at = strstr(bytes, from), *edited;

	if (!at)
		fail_msg("%s does not hold \"%s\"", path, from);
	before = (size_t)(at - bytes);
	edited = malloc(n + strlen(to) + 1);
	assert_non_null(edited);
	memcpy(edited, bytes, before);
	memcpy(edited + before, to, strlen(to));
	memcpy(edited + before + strlen(to), at + strlen(from), n - before - strlen(from));
	support_write(path, edited, n - strlen(from) + strlen(to));
	free(edited);
	free(bytes);
}

static void
hear(void *context, const char *line)
{
	struct said *said = context;
	size_t at = strlen(said->text);

	said->lines++;
	(void)snprintf(said->text + at, sizeof(said->text) - at, "%s\n", line);
}

enum prb_err
support_build(const char *sources, const char *out, struct said *said,
	struct prb_build_report *report, struct prb_fault *fault)
{
	memset(said, 0, sizeof(*said));
	memset(fault, 0, sizeof(*fault));
	return prb_build(sources, out, hear, said, report, fault);
}

const char *
support_release(void)
{
	static struct said said;
	struct prb_build_report report;
	struct prb_fault fault;

	if (release_path[0] != '\0')
		return release_path;
	support_folder(release_folder);
	support_join(release_path, release_folder, "release.prb");
	if (support_build(SUPPORT_SOURCES, release_path, &said, &report, &fault) != PRB_OK)
		fail_msg("%s\n%s", fault.detail, said.text);
	return release_path;
}

void
support_release_remove(void)
{
	if (release_path[0] != '\0')
		support_remove(release_folder);
	release_path[0] = '\0';
}
