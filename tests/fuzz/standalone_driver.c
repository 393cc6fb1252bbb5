/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands in for libFuzzer where it is not wanted: gives every file of the folders named as
 * arguments to the fuzz target, once. So corpora, and every input that once broke something, run as
 * ordinary tests with any compiler.
 */
#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The file in a block of exactly its size, so that a sanitizer sees any byte read behind it. */
static uint8_t *
read_whole(const char *path, size_t *size)
{
	uint8_t *data = NULL;
	FILE *file = fopen(path, "rb");

	*size = 0;
	if (!file)
		return NULL;
	if (fseek(file, 0, SEEK_END) == 0) {
		long length = ftell(file);

		rewind(file);
		if (length >= 0)
			data = malloc(length > 0 ? (size_t)length : 1);
		if (data)
			*size = fread(data, 1, (size_t)length, file);
	}
	fclose(file);
	return data;
}

/* How many files of the folder were run, or -1. */
static long
run_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	long count = 0;
	struct dirent *entry;

	if (!dir)
		return -1;
	while (count >= 0 && (entry = readdir(dir))) {
		char path[4096];
		size_t size;

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		uint8_t *data = read_whole(path, &size);
		if (!data) {
			fprintf(stderr, "%s cannot be read\n", path);
			count = -1;
			continue;
		}
		/* Without a newline behind it, so that after a crash the name of the file is the
		 * last word. */
		fprintf(stderr, " %s", entry->d_name);
		(void)LLVMFuzzerTestOneInput(data, size);
		free(data);
		count++;
	}
	closedir(dir);
	fprintf(stderr, "\n");
	return count;
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		long count = run_folder(argv[i]);

		if (count <= 0) {
			fprintf(stderr, "%s: no inputs\n", argv[i]);
			return 1;
		}
		printf("%s: %ld inputs\n", argv[i], count);
	}
	if (argc < 2) {
		fprintf(stderr, "usage: %s FOLDER ...\n", argv[0]);
		return 2;
	}
	return 0;
}
