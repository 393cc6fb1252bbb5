/* SPDX-License-Identifier: Apache-2.0 */
/* A program of somebody else, with nothing but the installed library: stranger RELEASE DECLARATION
   DAY [ATTESTATION MOMENT] prints the report of a declaration and, where an attestation is named,
   whether it held at that moment. library.sh builds it. */
#include <probity.h>
#include <stdio.h>
#include <stdlib.h>

static char text[1 << 20];

static size_t
read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	size_t n = file ? fread(text, 1, sizeof text, file) : 0;

	if (file)
		fclose(file);
	return n;
}

static int
verify(const char *path, const char *moment)
{
	struct probity_verify_options options = {0};
	struct probity_verification *verification;
	int verified;

	options.now = strtoll(moment, NULL, 10);
	verification = probity_verify(text, read_file(path), &options);
	verified = probity_verified(verification);
	puts(verified ? "verified" : "not verified");
	probity_verification_destroy(verification);
	return verified ? 0 : 1;
}

int
main(int argc, char **argv)
{
	struct probity_score_options options = {NULL, NULL};
	struct probity_faults *faults = probity_faults_create();
	struct probity_data *data = NULL;
	struct probity_scorer *scorer = NULL;
	char *report = NULL;
	size_t n;
	int status = 1;

	if (argc < 4)
		return 2;
	options.as_of = argv[3];
	if (probity_data_open(argv[1], &data, faults) == PROBITY_OK)
		scorer = probity_scorer_create(data);
	n = read_file(argv[2]);
	if (scorer && probity_score(scorer, text, n, &options, &report, &n, faults) == PROBITY_OK) {
		puts(report);
		status = argc > 5 ? verify(argv[4], argv[5]) : 0;
	} else {
		fprintf(stderr, "%s: %s: %s\n", probity_fault_name(faults, 0),
			probity_fault_pointer(faults, 0), probity_fault_detail(faults, 0));
	}
	probity_free(report);
	probity_scorer_destroy(scorer);
	probity_data_close(data);
	probity_faults_destroy(faults);
	return status;
}
