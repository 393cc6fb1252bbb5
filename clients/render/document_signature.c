/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "clients/render/build.h"

/*
 * By what a report is known and who stands for it. Nothing is verified here, and the words say so:
 * whoever believes a page verifies the attestation.
 */

#define SIGNATURE_ROWS 10U
#define SHA256_BYTES 32U
#define MULTIHASH_BYTES (2 + SHA256_BYTES)

struct rows {
	struct prb_cell *cells; /* two a row */
	size_t count;
};

/* A term, and its value as it stands, where there is one. */
static void
add_row(struct prb_builder *b, struct rows *rows, const char *term, struct prb_span value,
	bool code)
{
	struct prb_cell *cells = &rows->cells[2 * rows->count];

	if (value.n == 0 || rows->count == SIGNATURE_ROWS)
		return;
	cells[0].words = prb_build_label(b, "report", prb_span_of(term), NULL, 0);
	/* Code is set apart by whoever writes the page; marks of direction would be copied along.
	 */
	if (code)
		prb_text_safe(value, false, &b->words);
	else
		prb_build_foreign(b, value);
	cells[1] = (struct prb_cell){.words = prb_build_words(b), .code = code};
	rows->count++;
}

/* The day of a moment, as the language writes it. */
static void
add_day(struct prb_builder *b, struct rows *rows, const char *term, struct prb_span moment)
{
	struct prb_span day = {moment.p, moment.n < 10 ? moment.n : 10};
	struct prb_cell *cells = &rows->cells[2 * rows->count];

	if (moment.n == 0 || rows->count == SIGNATURE_ROWS)
		return;
	cells[0].words = prb_build_label(b, "report", prb_span_of(term), NULL, 0);
	cells[1].words = prb_build_label(b, "report", PRB_SPAN("day"), &day, 1);
	rows->count++;
}

/* 0..63; 64 for what is no letter of base64url. */
static unsigned
letter_of(char c)
{
	return c >= 'A' && c <= 'Z'   ? (unsigned)(c - 'A')
	       : c >= 'a' && c <= 'z' ? (unsigned)(c - 'a') + 26
	       : c >= '0' && c <= '9' ? (unsigned)(c - '0') + 52
	       : c == '-'             ? 62U
	       : c == '_'             ? 63U
				      : 64U;
}

/* "uEi..." (scoring/attest/ATTESTATION.md, Digests) as the hexadecimal digits that sha256sum
 * prints; empty where it is no such digest. */
static struct prb_span
hex_of_digest(struct prb_span digest, char hex[2 * SHA256_BYTES])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[MULTIHASH_BYTES + 2];
	unsigned bits = 0, held = 0;
	size_t n = 0;

	if (digest.n != 1 + (MULTIHASH_BYTES * 4 + 2) / 3 || digest.p[0] != 'u')
		return PRB_SPAN("");
	for (size_t i = 1; i < digest.n; i++) {
		unsigned letter = letter_of(digest.p[i]);

		if (letter == 64)
			return PRB_SPAN("");
		bits = bits << 6 | letter;
		held += 6;
		if (held >= 8) {
			held -= 8;
			bytes[n++] = (unsigned char)(bits >> held & 0xFF);
		}
	}
	if (n != MULTIHASH_BYTES || bytes[0] != 0x12 || bytes[1] != SHA256_BYTES)
		return PRB_SPAN("");
	for (size_t i = 0; i < SHA256_BYTES; i++) {
		hex[2 * i] = digits[bytes[i + 2] >> 4];
		hex[2 * i + 1] = digits[bytes[i + 2] & 15];
	}
	return (struct prb_span){hex, 2 * SHA256_BYTES};
}

/* Whether the attestation's link to its report, where it discloses one, ends in this report's id:
 * the words of one report must not stand over the signature of another. */
static bool
is_of_report(struct prb_span link, struct prb_span id)
{
	return link.n == 0 || (link.n > id.n && memcmp(link.p + link.n - id.n, id.p, id.n) == 0);
}

static enum prb_err
refuse(struct prb_builder *b, enum prb_err err, const char *pointer, const char *detail)
{
	if (b->err == PRB_OK)
		b->err = prb_fault_set(b->fault, err, PRB_NO_OFFSET, pointer, "%s", detail);
	return b->err;
}

static void
add_attested(struct prb_builder *b, struct rows *rows, const struct prb_json *answer)
{
	const struct prb_json *inner = prb_member(answer, "attestation", PRB_JSON_OBJECT),
			      *log = prb_member(answer, "log", PRB_JSON_OBJECT);
	const struct prb_json *credential = inner != NULL ? inner : answer;
	const struct prb_json *issuer = prb_member(credential, "issuer", PRB_JSON_OBJECT),
			      *subject =
				      prb_member(credential, "credentialSubject", PRB_JSON_OBJECT),
			      *index = log != NULL ? prb_member(log, "index", PRB_JSON_NUMBER)
						   : NULL,
			      *link;
	char hex[2 * SHA256_BYTES], digits[PRB_NUMBER_BYTES];
	int64_t number;

	if (issuer == NULL || subject == NULL || prb_member_text(credential, "id").n == 0) {
		(void)refuse(b, PRB_ERR_TYPE, "", "this is no attestation");
		return;
	}
	link = prb_member(subject, "auditableEvidence", PRB_JSON_OBJECT);
	if (link != NULL &&
		!is_of_report(prb_member_text(link, "linkURL"), prb_member_text(b->report, "id"))) {
		(void)refuse(b, PRB_ERR_VALUE, "/credentialSubject/auditableEvidence/linkURL",
			"this attestation is of another report");
		return;
	}
	add_row(b, rows, "fact_issuer", prb_member_text(issuer, "name"), false);
	add_row(b, rows, "fact_issuer_id", prb_member_text(issuer, "id"), true);
	add_row(b, rows, "fact_attestation", prb_member_text(credential, "id"), true);
	add_day(b, rows, "fact_valid_until", prb_member_text(credential, "validUntil"));
	if (index != NULL && prb_json_int(index, &number))
		add_row(b, rows, "fact_log_index", prb_build_digits(number, digits), true);
	if (link != NULL)
		add_row(b, rows, "fact_report_sha256",
			hex_of_digest(prb_member_text(link, "digestMultibase"), hex), true);
}

/* Hashes that the report itself names; no fault where it names none. */
static void
add_named(struct prb_builder *b, struct rows *rows)
{
	static const char *const named[][2] = {{"declaration", "fact_declaration_sha256"},
		{"data", "fact_release_sha256"}, {"method", "fact_method_sha256"}};

	add_row(b, rows, "fact_report", prb_member_text(b->report, "id"), true);
	for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
		const struct prb_json *of = prb_member(b->report, named[i][0], PRB_JSON_OBJECT);

		if (of != NULL)
			add_row(b, rows, named[i][1], prb_member_text(of, "sha256"), true);
	}
}

/* What a phone is led to by a picture must be a page. */
static bool
is_web_address(struct prb_span url)
{
	return prb_span_starts(url, PRB_SPAN("https://")) ||
	       prb_span_starts(url, PRB_SPAN("http://"));
}

static void
build_qr(struct prb_builder *b, struct prb_span url)
{
	struct prb_block *block;

	if (url.n == 0)
		return;
	if (!is_web_address(url)) {
		(void)refuse(b, PRB_ERR_VALUE, "",
			"an address to verify at begins with https:// or http://");
		return;
	}
	prb_text_safe(url, false, &b->words);
	url = prb_build_words(b);
	prb_build_say(b, "report", PRB_SPAN("scan"), NULL, 0);
	block = prb_build_block(b, PRB_BLOCK_QR, PRB_ON_PAGE);
	block->qr.url = url;
}

void
prb_build_signature(struct prb_builder *b, const struct prb_document_options *options)
{
	struct rows rows = {prb_arena_array(b->arena, 2 * SIGNATURE_ROWS, sizeof *rows.cells), 0};
	bool attested = options->attestation != NULL;
	struct prb_block *block;

	prb_build_heading(b, "signature");
	if (rows.cells == NULL) {
		b->words.failed = true;
	} else {
		if (attested)
			add_attested(b, &rows, options->attestation);
		add_named(b, &rows);
	}
	prb_build_say(b, "report", attested ? PRB_SPAN("signed") : PRB_SPAN("not_signed"), NULL, 0);
	block = prb_build_block(b, PRB_BLOCK_SIGNATURE, PRB_ON_PAGE);
	block->signature = (struct prb_block_signature){rows.cells, rows.count, attested};
	if (attested && options->verify_url.n == 0) {
		prb_build_say(b, "report", PRB_SPAN("no_address"), NULL, 0);
		(void)prb_build_block(b, PRB_BLOCK_NOTE, PRB_ON_PAGE);
	}
	build_qr(b, options->verify_url);
}
