/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/reproduce.h"

#include <string.h>
#include <time.h>

#include "clients/cli/cli.h"
#include "clients/cli/options.h"
#include "scoring/attest/proof.h"

static const char help[] =
	"usage: probity reproduce --attestation FILE --declaration FILE [--report FILE] "
	"[OPTION]...\n"
	"       probity reproduce --report FILE --declaration FILE [OPTION]...\n"
	"       probity reproduce --reports FILE.ndjson --declarations FILE.ndjson [OPTION]...\n\n"
	"Computes a report again from the declaration and the dataset release, and says whether it "
	"is the one that was attested, or kept,\n"
	"byte for byte. An attestation is verified first. Where the report as it was kept is given "
	"too, each place that differs is shown as a\n"
	"JSON pointer with both values. Nothing is fetched and nothing is sent.\n\n"
	"  --attestation FILE    the attestation, or the server's whole answer to the "
	"declaration\n"
	"  --report FILE         the report as it was kept, or the server's whole answer\n"
	"  --declaration FILE    the declaration as it was sent; of a stored one, the answer of "
	"GET /v1/declarations/ID, which holds\n"
	"                        the salt of its digest\n"
	"  --reports FILE        many reports, one a line\n"
	"  --declarations FILE   their declarations, one a line, in the same order\n"
	"  --upstream FILE       the declarations that upstream[].declaration refers to, as "
	"`probity screen --upstream` takes them, or as\n"
	"                        GET /v1/declarations/ID answers, one a line\n"
	"  --declarant supplier|company|officer|auditor  who declares, for upstream declarations "
	"that do not say; the role "
	"that `screen` was given, if any\n"
	"  --data RELEASE        the dataset release; else $PROBITY_DATA, else the one beside the "
	"program\n"
	"  --as-of YYYY-MM-DD    computes for that day instead of the report's, to see what "
	"another day changes\n"
	"  --did FILE            the issuer's DID document, as `probity verify` takes it\n"
	"  --at MOMENT           judges the attestation's validity at that moment instead of now, "
	"YYYY-MM-DDThh:mm:ssZ\n\n"
	"Exit status: 0 the same; 1 different, or it could not be compared (the reason is said); 2 "
	"usage.\n\n"
	"  probity reproduce --attestation attestation.json --declaration declaration.json\n"
	"  probity reproduce --report report.json --declaration declaration.json --data old.lmdb\n"
	"  probity screen --out ndjson list.ndjson > r.ndjson; probity reproduce --reports "
	"r.ndjson "
	"--declarations list.ndjson\n"
	"  probity reproduce --report report.json --declaration declaration.json --upstream "
	"suppliers.ndjson\n";

enum {
	OPT_ATTESTATION = 256,
	OPT_REPORT,
	OPT_DECLARATION,
	OPT_REPORTS,
	OPT_DECLARATIONS,
	OPT_DATA,
	OPT_UPSTREAM,
	OPT_DID,
	OPT_DECLARANT,
	OPT_AS_OF,
	OPT_AT
};

static const struct option long_options[] = {
	{"attestation", required_argument, NULL, OPT_ATTESTATION},
	{"report", required_argument, NULL, OPT_REPORT},
	{"declaration", required_argument, NULL, OPT_DECLARATION},
	{"reports", required_argument, NULL, OPT_REPORTS},
	{"declarations", required_argument, NULL, OPT_DECLARATIONS},
	{"data", required_argument, NULL, OPT_DATA},
	{"upstream", required_argument, NULL, OPT_UPSTREAM},
	{"declarant", required_argument, NULL, OPT_DECLARANT},
	{"as-of", required_argument, NULL, OPT_AS_OF},
	{"did", required_argument, NULL, OPT_DID},
	{"at", required_argument, NULL, OPT_AT},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static int
set_option(void *context, int option, const char *value)
{
	struct reproduce_options *o = context;
	const char **files[] = {&o->attestation, &o->report, &o->declaration, &o->reports,
		&o->declarations, &o->data, &o->upstream, &o->did};

	if (option >= OPT_ATTESTATION && option <= OPT_DID) {
		*files[option - OPT_ATTESTATION] = value;
		return PRB_EXIT_OK;
	}
	if (option == OPT_DECLARANT) {
		o->declarant = (enum prb_declarant)prb_words_find(
			&prb_words_declarant, prb_span_of(value));
		return o->declarant != PRB_DECLARANT_NONE
			       ? PRB_EXIT_OK
			       : prb_cli_usage("reproduce",
					 "--declarant %s: supplier, company, officer or auditor is "
					 "wanted",
					 value);
	}
	if (option == OPT_AS_OF)
		return prb_date_parse(prb_span_of(value), &o->as_of)
			       ? PRB_EXIT_OK
			       : prb_cli_usage("reproduce",
					 "--as-of %s: a date such as 2026-01-31 is wanted", value);
	return prb_timestamp_parse(prb_span_of(value), &o->now)
		       ? PRB_EXIT_OK
		       : prb_cli_usage("reproduce",
				 "--at %s: a moment YYYY-MM-DDThh:mm:ssZ is wanted", value);
}

/* Which form it is, and whether it is one; -1: go on. */
static int
check_options(const struct reproduce_options *o)
{
	const char *files[] = {
		o->attestation, o->report, o->declaration, o->reports, o->declarations, o->did};
	int from_stdin = 0;

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		from_stdin += files[i] != NULL && strcmp(files[i], "-") == 0;
	if (from_stdin > 1)
		return prb_cli_usage("reproduce", "only one of the files can be standard input");
	if (o->did != NULL && o->attestation == NULL)
		return prb_cli_usage("reproduce", "--did is of an attestation, and none is given");
	if (o->declarant != PRB_DECLARANT_NONE && o->upstream == NULL)
		return prb_cli_usage("reproduce",
			"--declarant is of upstream declarations, and no file of them is given");
	if (o->reports != NULL || o->declarations != NULL) {
		if (o->reports == NULL || o->declarations == NULL)
			return prb_cli_usage(
				"reproduce", "--reports and --declarations go together");
		if (o->attestation != NULL || o->report != NULL || o->declaration != NULL)
			return prb_cli_usage("reproduce",
				"--reports and --declarations leave no room for a single one");
		return -1;
	}
	if (o->attestation == NULL && o->report == NULL)
		return prb_cli_usage("reproduce", "--attestation or --report is wanted, or both");
	if (o->declaration == NULL)
		return prb_cli_usage("reproduce", "--declaration is wanted");
	return -1;
}

int
prb_command_reproduce(int argc, char **argv)
{
	struct reproduce_options o = {.as_of = PRB_DATE_NONE, .now = (int64_t)time(NULL)};
	int status = prb_cli_options("reproduce", help, long_options, argc, argv, set_option, &o);

	if (status != -1)
		return status;
	if (optind != argc)
		return prb_cli_usage("reproduce", "%s: files are named by options", argv[optind]);
	status = check_options(&o);
	if (status >= 0)
		return status;
	return o.reports != NULL ? reproduce_many(&o) : reproduce_one(&o);
}
