/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What storing one declaration costs: sealing in the thread that asks, and the writer's commits of
 * 64 records with one fsync each. The report and the attestation are those of a made-up
 * declaration, scored and signed as a server does; ids rise as they do there.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "datasets/facts/gather.h"
#include "scoring/attest/credential.h"
#include "scoring/rules/report.h"
#include "service/state/digest.h"
#include "service/state/pack.h"
#include "service/state/record.h"
#include "service/state/state.h"

#define ROUNDS 301
#define BATCH 64
#define BATCHES 400
#define ARENA_BYTES_MAX ((size_t)64 << 20)

static const char typical[] =
	"{\"declarant\":\"auditor\",\"supplier\":{\"name\":\"Example Garments Private Limited\","
	"\"country\":\"BGD\",\"city\":\"Gazipur\",\"address\":\"Plot 12, Example Road, Gazipur\"},"
	"\"sites\":[{\"id\":\"unit-1\",\"country\":\"BGD\",\"address\":\"Plot 12, Example Road\"},"
	"{\"id\":\"unit-2\",\"country\":\"BGD\"}],\"products\":[{\"hs\":\"6109\",\"origin\":"
	"\"BGD\","
	"\"inputs\":[{\"hs\":\"5205\",\"origin\":\"IND\"}]},{\"hs\":\"6203\",\"origin\":\"BGD\"}],"
	"\"workforce\":{\"total\":1200,\"women\":800,\"migrant\":40,\"agency\":100,\"under_18\":0,"
	"\"recruitment_fees\":\"employer_pays\",\"housing\":\"independent\","
	"\"peak_hours_per_week\":62,\"rest_days_per_month\":4,\"piece_rate\":true,"
	"\"phones_kept_by_employer\":false,\"labour_transfer\":\"no\"},\"findings\":["
#define FINDING(key, state, source)                                                                \
	"{\"indicator\":\"" key "\",\"state\":\"" state "\",\"source\":\"" source                  \
	"\",\"date\":\"2026-02-11\",\"site\":\"unit-1\"}"
	FINDING("deception", "absent", "audit_unannounced") "," FINDING("isolation", "absent",
		"audit_unannounced") "," FINDING("physical_and_sexual_violence", "absent",
		"worker") "," FINDING("retention_of_identity_documents", "present",
		"ngo") "," FINDING("withholding_of_wages", "absent",
		"document") "," FINDING("abusive_working_and_living_conditions", "present",
		"media") "," FINDING("excessive_overtime", "present",
		"audit_unannounced") "],"
				     "\"controls\":[{\"control\":\"grievance_mechanism\","
				     "\"evidence\":\"documented\"},"
				     "{\"control\":\"wage_records\",\"evidence\":\"verified\"}]}";

struct bench {
	struct prb_stored_declaration stored;
	struct prb_id_source ids;
	struct prb_state *state;
	struct prb_sealer *sealer;
	struct prb_opener *opener;
	struct prb_packer *packer;
	size_t packed;
	struct prb_str report, attestation, sealed;
};

static void
must(bool done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "state_bench: %s failed\n", what);
	exit(1);
}

static void
sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n)
{
	crypto_hash_sha256(out, bytes, n);
}

static void
prepare(struct bench *b, const char *path)
{
	struct prb_arena *arena = prb_arena_create(ARENA_BYTES_MAX);
	struct prb_credential_request request = {.id = "018f0000-0000-7000-8000-000000000000",
		.issued_at = 1790000000,
		.valid_days = PRB_CREDENTIAL_DAYS_DEFAULT,
		.disclosed = PRB_PARTS_ALL,
		.sha256 = sha256};
	struct prb_score_options options = {
		.as_of = prb_date_from_civil(2026, 6, 30), .sha256 = sha256};
	struct prb_issuer issuer;
	struct prb_declaration *declaration;
	struct prb_facts *facts;
	struct prb_result *result;
	struct prb_faults faults = {.count = 0};
	struct prb_fault fault = {.detail = ""};
	struct prb_release *release = NULL;
	struct prb_reader *reader;
	struct prb_gatherer *gatherer;
	struct prb_str scratch;
	uint8_t public_key[32], secret_key[64], hash[PRB_SHA256_BYTES];

	(void)prb_release_open(path, &release, &fault);
	must(release && arena && prb_reader_create(release, &reader) == PRB_OK, "the release");
	gatherer = prb_gatherer_create(reader);
	prb_str_init(&scratch, 2 * PRB_DECLARATION_BYTES_MAX);
	options.scratch = &scratch;
	crypto_sign_keypair(public_key, secret_key);
	must(prb_issuer_fill(public_key, 1, NULL, "Example", &issuer, &fault) == PRB_OK,
		"the issuer");
	must(prb_declaration_read(arena, PRB_SPAN(typical), &faults, &declaration) == PRB_OK &&
			prb_facts_gather(gatherer, arena, declaration, options.as_of, &faults,
				&facts) == PRB_OK &&
			prb_score(arena, prb_release_reference(release), declaration, facts,
				&options, &faults, &result) == PRB_OK,
		"scoring");
	prb_report_write(arena, result, &b->report);
	sha256(hash, b->report.p, b->report.n);
	request.result = result;
	request.report_sha256 = hash;
	request.issuer = &issuer;
	request.secret_key = secret_key;
	prb_credential_write(arena, &request, &b->attestation);
	must(!b->report.failed && !b->attestation.failed, "report and attestation");
	prb_str_finish(&scratch);
	prb_gatherer_destroy(gatherer);
	prb_reader_destroy(reader);
	prb_release_close(release);
	prb_arena_destroy(arena);
}

/* The next declaration: other ids and another place in the status list, the same text. */
static void
next(struct bench *b)
{
	static const char entry[] = "{\"id\":\"urn:uuid:018f0000-0000-7000-8000-000000000000\","
				    "\"issuedAt\":\"2026-09-21T14:13:20Z\",\"sha256\":\"0123456789a"
				    "bcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"type"
				    "\":\"attestation\"}";
	uint8_t random[2][10];
	struct prb_digest digest;

	randombytes_buf(random, sizeof(random));
	b->stored.tenant = PRB_TENANT_OPEN;
	b->stored.time_ms = 1790000000000;
	b->stored.id = prb_id_next(&b->ids, b->stored.time_ms, random[0]);
	b->stored.attestation_id = prb_id_next(&b->ids, b->stored.time_ms, random[1]);
	randombytes_buf(&b->stored.report_id, sizeof(b->stored.report_id));
	/* Each place once, as if drawn at random. */
	b->stored.status.list = 1;
	b->stored.status.index = (b->stored.status.index + 50021) % PRB_STATE_STATUS_ENTRIES;
	b->stored.declaration = PRB_SPAN(typical);
	b->stored.report = prb_str_span(&b->report);
	b->stored.attestation = prb_str_span(&b->attestation);
	if (b->stored.log_entry.n != 0)
		return;
	b->stored.log_entry = PRB_SPAN(entry);
	must(prb_digest_init(&digest), "OpenSSL");
	prb_digest_leaf(&digest, b->stored.log_entry, b->stored.leaf_hash);
	prb_digest_destroy(&digest);
}

static double
microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int
ascending(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
measure(struct bench *b, const char *what, void (*run)(struct bench *))
{
	static double rounds[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		double start = microseconds();

		for (int j = 0; j < 10; j++)
			run(b);
		rounds[i] = (microseconds() - start) / 10;
	}
	qsort(rounds, ROUNDS, sizeof(rounds[0]), ascending);
	printf("%-44s %8.2f us   (best %.2f)\n", what, rounds[ROUNDS / 2], rounds[0]);
}

static void
run_seal(struct bench *b)
{
	prb_str_reset(&b->sealed);
	must(prb_seal_declaration(b->sealer, &b->stored, &b->sealed) == PRB_OK, "sealing");
}

static void
run_open(struct bench *b)
{
	struct prb_record record;
	struct prb_body body;

	must(prb_record_read(prb_str_span(&b->sealed), &record, NULL) == PRB_OK &&
			prb_opener_open(b->opener, &record, NULL, &body, NULL) == PRB_OK,
		"opening");
}

/* The packing alone. */
static void
run_pack(struct bench *b)
{
	static uint8_t out[1 << 20];
	const struct prb_span parts[] = {
		b->stored.declaration, b->stored.report, b->stored.attestation};

	b->packed = prb_pack(b->packer, parts, 3, out, sizeof(out));
	must(b->packed != 0, "packing");
}

static void
measure_commits(struct bench *b)
{
	static struct prb_str sealed[BATCH];
	static struct prb_stored_declaration stored[BATCH];
	struct prb_batch *batch;
	double putting = 0, committing = 0, best = 1e9;

	must(prb_batch_create(b->state, &batch) == PRB_OK, "the batch");
	for (int i = 0; i < BATCH; i++)
		prb_str_init(&sealed[i], PRB_SEALED_BYTES_MAX);
	for (int n = 0; n < BATCHES; n++) {
		double start, middle;

		for (int i = 0; i < BATCH; i++) {
			next(b);
			stored[i] = b->stored;
			prb_str_reset(&sealed[i]);
			must(prb_seal_declaration(b->sealer, &stored[i], &sealed[i]) == PRB_OK,
				"sealing");
		}
		start = microseconds();
		must(prb_batch_begin(batch) == PRB_OK, "begin");
		for (int i = 0; i < BATCH; i++) {
			enum prb_put what;
			uint64_t sequence, index;

			must(prb_batch_put_declaration(batch, &stored[i], prb_str_span(&sealed[i]),
				     &what, &sequence, &index) == PRB_OK,
				"put");
		}
		middle = microseconds();
		must(prb_batch_commit(batch, NULL) == PRB_OK, "commit");
		putting += middle - start;
		best = middle - start < best ? middle - start : best;
		committing += microseconds() - middle;
	}
	printf("%d records in commits of %d: %.0f records/s; putting %.2f us a record "
	       "(best %.2f), commit %.0f us\n",
		BATCH * BATCHES, BATCH, BATCH * BATCHES * 1e6 / (putting + committing),
		putting / (BATCH * BATCHES), best / BATCH, committing / BATCHES);
	for (int i = 0; i < BATCH; i++)
		prb_str_finish(&sealed[i]);
	prb_batch_destroy(batch);
}

int
main(int argc, char **argv)
{
	const struct prb_state_options options = {.create = true};
	struct bench b = {.ids = {.last_ms = 0}};
	struct prb_keyring *ring;
	struct prb_fault fault;

	if (argc != 3) {
		fprintf(stderr, "usage: state_bench RELEASE DIR\n");
		return 2;
	}
	must(sodium_init() >= 0, "libsodium");
	prb_str_init(&b.report, PRB_REPORT_BYTES_MAX);
	prb_str_init(&b.attestation, PRB_CREDENTIAL_BYTES_MAX);
	prb_str_init(&b.sealed, PRB_SEALED_BYTES_MAX);
	prepare(&b, argv[1]);
	if (prb_state_open(argv[2], &options, &b.state, &fault) != PRB_OK) {
		fprintf(stderr, "state_bench: %s\n", fault.detail);
		return 1;
	}
	must(prb_keyring_read(argv[2], &ring, &fault) == PRB_OK, "the key ring");
	b.sealer = prb_sealer_create(b.state);
	b.opener = prb_opener_create(ring);
	must(b.sealer && b.opener, "setting up");
	next(&b);
	run_seal(&b);
	printf("declaration %zu, report %zu, attestation %zu bytes; sealed %zu\n",
		b.stored.declaration.n, b.report.n, b.attestation.n, b.sealed.n);
	measure(&b, "prb_seal_declaration: wanted below 60", run_seal);
	measure(&b, "reading it: decrypt, unpack", run_open);
	b.packer = prb_packer_create();
	must(b.packer != NULL, "memory");
	measure(&b, "of it packing", run_pack);
	printf("  packed to %zu bytes\n", b.packed);
	prb_packer_destroy(b.packer);
	measure_commits(&b);
	prb_opener_destroy(b.opener);
	prb_sealer_destroy(b.sealer);
	prb_keyring_destroy(ring);
	prb_state_close(b.state);
	return 0;
}
