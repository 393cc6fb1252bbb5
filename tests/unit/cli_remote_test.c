/* SPDX-License-Identifier: Apache-2.0 */
/* The commands that speak to a server, as a person runs them, against a server that gives what a
 * row says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/attest_support.h"
#include "tests/unit/lib_server.h"

#define ID "0191d2f0-4c1e-7a00-8000-000000000000"
#define REPORT "{\"id\":\"" ID "\",\"rating\":\"medium\",\"rating_range\":[\"low\",\"high\"]}"
#define JSON "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
#define VC "HTTP/1.1 200 OK\r\nContent-Type: application/vc\r\n\r\n"
#define OUTPUT_BYTES 65536

static struct prb_arena *arena;
static char folder[] = "/tmp/probity-cli-test-XXXXXX";
static char output[OUTPUT_BYTES];
static struct prb_str by_key, by_web, web_document, of_another_report, ahead, far_ahead;

/* An attestation of a report, issued so many seconds from now. */
static void
make(const char *public_url, const char *report, int64_t from_now, struct prb_str *out,
	struct prb_str *document)
{
	uint8_t hash[PRB_SHA256_BYTES];
	struct attest_key key;
	struct prb_issuer issuer;
	struct prb_credential_request request = {
		.result = attest_result(arena, attest_declaration_full),
		.report_sha256 = hash,
		.id = ATTEST_ID,
		.issuer = &issuer,
		.issued_at = (int64_t)time(NULL) + from_now,
		.valid_days = 10,
		.disclosed = PRB_PARTS_ALL,
		.sha256 = attest_sha256,
	};

	attest_key_make(0, &key);
	attest_issuer_make(&key, public_url, &issuer);
	request.secret_key = key.secret_key;
	attest_sha256(hash, report, strlen(report));
	prb_str_init(out, PRB_CREDENTIAL_BYTES_MAX);
	prb_credential_write(arena, &request, out);
	assert_false(out->failed);
	if (document == NULL)
		return;
	prb_str_init(document, 65536);
	prb_issuer_did_document(&issuer, NULL, 0, document);
	assert_false(document->failed);
}

static void
write_file(const char *name, const char *text, mode_t mode)
{
	char path[128];
	FILE *file;

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static int
setup(void **state)
{
	(void)state;
	arena = prb_arena_create((size_t)64 << 20);
	if (arena == NULL || mkdtemp(folder) == NULL)
		return -1;
	make(NULL, REPORT, -60, &by_key, NULL);
	make("https://probity.example", REPORT, -60, &by_web, &web_document);
	make(NULL, "{}", -60, &of_another_report, NULL);
	make(NULL, REPORT, 30, &ahead, NULL);
	make(NULL, REPORT, 3600, &far_ahead, NULL);
	write_file("one.json", "{\"supplier\":{\"country\":\"BGD\",\"name\":\"A\"}}", 0600);
	write_file("list.json", "[{}]", 0600);
	write_file("list.csv", "name,country\nA,BGD\n", 0600);
	write_file("key", "prb_0123456789\n", 0600);
	write_file("open_key", "prb_0123456789\n", 0644);
	write_file("empty_key", "", 0600);
	return 0;
}

static int
teardown(void **state)
{
	char command[160];

	(void)state;
	prb_str_finish(&by_key);
	prb_str_finish(&by_web);
	prb_str_finish(&web_document);
	prb_str_finish(&of_another_report);
	prb_str_finish(&ahead);
	prb_str_finish(&far_ahead);
	prb_arena_destroy(arena);
	(void)snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command) == 0 ? 0 : -1;
}

/* Runs `probity ARGUMENTS` in the folder; what it says on both streams goes to output. */
static int
run(const char *url, const char *arguments)
{
	char command[1024];
	FILE *pipe;
	size_t n;
	int status;

	(void)snprintf(command, sizeof command,
		"cd %s && PROBITY_SERVER=%s NO_COLOR=1 '%s' %s 2>&1", folder, url, PROBITY_PROGRAM,
		arguments);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	n = fread(output, 1, sizeof output - 1, pipe);
	output[n] = '\0';
	status = pclose(pipe);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
assert_says(const char *part)
{
	if (strstr(output, part) == NULL)
		fail_msg("\"%s\" is not in:\n%s", part, output);
}

static void
assert_says_not(const char *part)
{
	if (strstr(output, part) != NULL)
		fail_msg("\"%s\" is in:\n%s", part, output);
}

static bool
is_there(const char *name)
{
	char path[128];

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	return access(path, F_OK) == 0;
}

/* A 201 with this attestation. */
static char *
created(const struct prb_str *attestation)
{
	struct prb_str out;

	prb_str_init(&out, 1 << 20);
	prb_str_addf(&out,
		"HTTP/1.1 201 Created\r\nContent-Type: "
		"application/json\r\n\r\n{\"attestation\":%s,\"id\":\"" ID
		"\",\"log\":{\"index\":17,\"leaf_hash\":\"00\",\"salt\":\"a\"},\"report\":" REPORT
		"}",
		attestation->p);
	assert_false(out.failed);
	return out.p;
}

static char *
with_head(const char *head, const char *body)
{
	char *text = malloc(strlen(head) + strlen(body) + 1);

	assert_non_null(text);
	return strcat(strcpy(text, head), body);
}

static int
run_against(const char *const *answers, const char *arguments, char *request, size_t room)
{
	struct server *server = server_start(answers);
	int status = run(server_url(server), arguments);

	server_stop(server);
	if (request != NULL)
		(void)snprintf(request, room, "%s", server_request(server, 0));
	server_destroy(server);
	return status;
}

static void
submits(void **state)
{
	char *answer = created(&by_key), request[4096];
	const char *const answers[] = {answer, NULL};

	(void)state;
	assert_int_equal(run_against(answers,
				 "submit --key-file key --idempotency-key mine --attestation "
				 "a.json --report "
				 "r.json one.json",
				 request, sizeof request),
		0);
	assert_says("declaration  " ID "\n");
	assert_says("rating       medium, could be low to high\n");
	assert_says("report       " ID "\n");
	assert_says("attestation  " ATTEST_ID "\n");
	assert_says("log index    17\n");
	assert_says("verified     yes, issued by did:key:z6Mk");
	assert_true(is_there("a.json") && is_there("r.json"));
	assert_non_null(strstr(request, "Authorization: Bearer prb_0123456789\r\n"));
	assert_non_null(strstr(request, "Idempotency-Key: \"mine\"\r\n"));
	assert_int_equal(run_against(answers, "submit --out json - <one.json", NULL, 0), 0);
	assert_memory_equal(output, "{\"attestation\":", 15);
	free(answer);
}

static void
submits_by_web(void **state)
{
	char *answer = created(&by_web);
	char *document = with_head(JSON, web_document.p);
	const char *const answers[] = {answer, document, NULL};
	const char *const without[] = {answer,
		"HTTP/1.1 404 Not Found\r\nContent-Type: application/problem+json\r\n\r\n"
		"{\"title\":\"there is nothing at this address\"}",
		NULL};

	(void)state;
	assert_int_equal(run_against(answers, "submit one.json", NULL, 0), 0);
	assert_says("verified     yes, issued by did:web:probity.example");
	assert_int_equal(run_against(without, "submit one.json", NULL, 0), 1);
	assert_says("there is nothing at this address");
	assert_says("verified     no\n");
	free(answer);
	free(document);
}

/* A server's clock is seldom ours to the second; but one that is an hour ahead is wrong. */
static void
submits_to_a_clock_ahead(void **state)
{
	char *little = created(&ahead), *much = created(&far_ahead);
	const char *const answers[] = {little, NULL}, *const others[] = {much, NULL};

	(void)state;
	assert_int_equal(run_against(answers, "submit one.json", NULL, 0), 0);
	assert_says("verified     yes, issued by did:key:z6Mk");
	assert_int_equal(run_against(others, "submit one.json", NULL, 0), 1);
	assert_says("validity: failed: not valid yet: from ");
	free(little);
	free(much);
}

/* Stored is stored, and is said; but what does not verify is not kept. */
static void
submits_and_does_not_verify(void **state)
{
	char *answer = created(&by_key), *bit = strstr(answer, "\"proofValue\":\"z");
	char *other = created(&of_another_report);
	const char *const answers[] = {answer, NULL}, *const others[] = {other, NULL};

	(void)state;
	assert_non_null(bit);
	bit[20] = bit[20] == 'A' ? 'B' : 'A';
	assert_int_equal(run_against(answers, "submit --attestation no.json one.json", NULL, 0), 1);
	assert_says("the attestation does not verify\n  proof: failed: ");
	assert_says("declaration  " ID "\n");
	assert_says("verified     no\n");
	assert_false(is_there("no.json"));
	assert_int_equal(run_against(others, "submit --attestation no.json one.json", NULL, 0), 1);
	assert_says("it is not one of this report");
	assert_false(is_there("no.json"));
	free(answer);
	free(other);
}

static void
is_refused(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.1 422 Unprocessable Content\r\nContent-Type: "
		"application/problem+json\r\n\r\n"
		"{\"detail\":\"first\",\"errors\":[{\"detail\":\"first\",\"pointer\":\"/supplier/"
		"country\"},{\"detail\":\"at\\u202e last\",\"offset\":9}],\"title\":\"no such "
		"country\",\"type\":\"/problems/unknown-country\"}",
		NULL};
	static const char *const nothing[] = {"", "", "", "", NULL};
	struct server *gone = server_start(nothing);

	(void)state;
	assert_int_equal(run_against(answers, "submit one.json", NULL, 0), 1);
	assert_string_equal(output, "probity: no such country: first\n"
				    "  /supplier/country: first\n"
				    "  byte 9: at? last\n");
	assert_int_equal(
		run_against(nothing, "submit --idempotency-key mine one.json", NULL, 0), 1);
	assert_says("the connection was lost before the answer was complete");
	assert_says("--idempotency-key mine\n");
	/* A server that nobody reaches has stored nothing. */
	server_stop(gone);
	assert_int_equal(run(server_url(gone), "submit one.json"), 1);
	assert_says("the server could not be reached");
	assert_says_not("--idempotency-key");
	server_destroy(gone);
}

static void
is_not_sent(void **state)
{
	static const struct {
		const char *arguments, *says;
		int status;
	} rows[] = {
		{"submit list.json", "lists are for `probity screen`", 1},
		{"submit list.csv", "lists are for `probity screen`", 1},
		{"submit absent.json", "No such file", 1},
		{"submit", "one declaration is wanted", 2},
		{"submit --out table one.json", "summary or json is wanted", 2},
		{"submit --colour one.json", "--colour is not an option", 2},
		{"submit --key-file open_key one.json", "chmod 600 open_key", 1},
		{"submit --key-file empty_key one.json", "there is no key in it", 1},
		{"submit --key-file absent one.json", "No such file", 1},
		{"submit --key-file one.json one.json", "the key is none", 2},
		{"submit --server http://10.0.0.1 --key-file key one.json", "use https", 2},
		{"submit --server probity.example one.json", "is not a URL", 2},
		{"submit --idempotency-key 'a b' one.json", "visible ASCII", 1},
		{"report", "one id is wanted", 2},
		{"report --out pdf " ID, "explain or json is wanted", 2},
		{"report ../x", "a UUID in lower case", 1},
		{"attest " ID " " ID, "one id is wanted", 2},
		{"product", "words, --hs or --origin are wanted", 2},
		{"product --out html shirt", "summary or json is wanted", 2},
	};
	static const char *const nothing[] = {NULL};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct server *server = server_start(nothing);
		int status = run(server_url(server), rows[i].arguments);

		server_stop(server);
		assert_int_equal(server_connections(server), 0);
		server_destroy(server);
		assert_says(rows[i].says);
		assert_int_equal(status, rows[i].status);
	}
}

static void
attests(void **state)
{
	char *answer = with_head(VC, by_key.p), *forged = with_head(VC, by_key.p);
	const char *const answers[] = {answer, NULL}, *const wrong[] = {forged, NULL};
	char *at = strstr(forged, "\"proofValue\":\"z");

	(void)state;
	at[20] = at[20] == 'A' ? 'B' : 'A';
	assert_int_equal(run_against(answers, "attest " ATTEST_ID, NULL, 0), 0);
	assert_says("verified: issued by did:key:z6Mk");
	assert_says(by_key.p);
	assert_int_equal(
		run_against(answers, "attest --out b.json urn:uuid:" ATTEST_ID, NULL, 0), 0);
	assert_true(is_there("b.json"));
	assert_says_not("proofValue");
	assert_int_equal(run_against(answers, "attest --out c.json " ID, NULL, 0), 1);
	assert_says("another attestation than " ID);
	assert_false(is_there("c.json"));
	assert_int_equal(run_against(wrong, "attest " ATTEST_ID, NULL, 0), 1);
	assert_says("the attestation does not verify");
	assert_says_not("proofValue");
	free(answer);
	free(forged);
}

static void
reports(void **state)
{
	static const char *const answers[] = {JSON REPORT, NULL};
	static const char *const none[] = {
		"HTTP/1.1 404 Not Found\r\nContent-Type: application/problem+json\r\n\r\n"
		"{\"title\":\"there is nothing at this address\",\"detail\":\"there is no "
		"report\"}",
		NULL};

	(void)state;
	assert_int_equal(run_against(answers, "report --out json " ID, NULL, 0), 0);
	assert_string_equal(output, REPORT "\n");
	assert_int_equal(run_against(answers, "report " ID, NULL, 0), 1);
	assert_says("the report cannot be put in words");
	assert_int_equal(run_against(none, "report " ID, NULL, 0), 1);
	assert_string_equal(
		output, "probity: there is nothing at this address: there is no report\n");
}

static void
products(void **state)
{
	static const char *const answers[] = {JSON
		"{\"ask_the_shop\":[{\"text\":\"Which "
		"farm?\"}],\"hints\":[],\"notice\":\"Of such "
		"goods.\",\"reasons\":[{\"text\":\"one\"},{\"text\":\"two\\u001b[1m\"}],"
		"\"summary\":\"Listed.\"}",
		NULL};
	static const char *const without[] = {JSON "{}", NULL};
	char request[1024];

	(void)state;
	assert_int_equal(
		run_against(answers, "product --origin BGD cotton shirt", request, sizeof request),
		0);
	assert_string_equal(output, "Listed.\n\nWhy:\n  - one\n  - two?[1m\n\nWhat to ask the "
				    "shop:\n  - Which farm?\n\nOf such goods.\n");
	assert_memory_equal(request, "GET /v1/products?q=cotton%20shirt&origin=BGD HTTP/1.1", 53);
	assert_int_equal(run_against(answers, "product --hs 6109 --out json", NULL, 0), 0);
	assert_memory_equal(output, "{\"ask_the_shop\":", 16);
	assert_int_equal(run_against(without, "product x", NULL, 0), 1);
	assert_says("no summary");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(submits),
		cmocka_unit_test(submits_by_web),
		cmocka_unit_test(submits_to_a_clock_ahead),
		cmocka_unit_test(submits_and_does_not_verify),
		cmocka_unit_test(is_refused),
		cmocka_unit_test(is_not_sent),
		cmocka_unit_test(attests),
		cmocka_unit_test(reports),
		cmocka_unit_test(products),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
