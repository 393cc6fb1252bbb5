/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/attest/status_list.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define ZLIB_CONST /* what is read is const */
#include <zlib.h>

#include "scoring/attest/multibase.h"
#include "scoring/attest/proof.h"
#include "scoring/attest/verify_parts.h"
#include "scoring/base/jcs.h"

/* RFC 1952 instead of RFC 1950 (zlib's manual: 16 more than the logarithm of the window). */
#define GZIP_WINDOW (15 + 16)
#define GZIP_MEMORY 8 /* zlib's default */
/* A list that does not pack at all (deflateBound: a thousandth and some more), as base64url. */
#define PACKED_BYTES_MAX (PRB_STATUS_BYTES + 1024)

void
prb_status_list_id(const struct prb_issuer *issuer, uint32_t list, prb_sha256_fn sha256,
	char out[PRB_STATUS_ID_BYTES_MAX])
{
	char hashed[PRB_DID_BYTES_MAX + 32], uuid[PRB_UUID_BYTES];
	uint8_t hash[PRB_SHA256_BYTES];
	int n;

	if (issuer->public_url[0] != '\0') {
		(void)snprintf(out, PRB_STATUS_ID_BYTES_MAX, "%s/status/%lu", issuer->public_url,
			(unsigned long)list);
		return;
	}
	n = snprintf(
		hashed, sizeof hashed, "probity/status/%s/%lu", issuer->did, (unsigned long)list);
	assert(n > 0 && (size_t)n < sizeof hashed);
	sha256(hash, hashed, (size_t)n);
	prb_uuid8(hash, uuid);
	(void)snprintf(out, PRB_STATUS_ID_BYTES_MAX, "urn:uuid:%s", uuid);
}

/* ---- writing ---- */

/* zlib writes no time and no name where it is given none, so that the same bits are the same bytes.
 * Returns the length, 0 without memory. */
static size_t
pack(const uint8_t bits[PRB_STATUS_BYTES], uint8_t *out, size_t room)
{
	z_stream z = {.next_in = bits,
		.avail_in = PRB_STATUS_BYTES,
		.next_out = out,
		.avail_out = (uInt)room};
	size_t n;

	if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY,
		    Z_DEFAULT_STRATEGY) != Z_OK)
		return 0;
	n = deflate(&z, Z_FINISH) == Z_STREAM_END ? room - z.avail_out : 0;
	(void)deflateEnd(&z);
	return n;
}

static void
write_subject(struct prb_writer *w, const struct prb_status_list_request *request, const char *id,
	const uint8_t *packed, size_t n)
{
	char list[PRB_STATUS_ID_BYTES_MAX + 8];

	(void)snprintf(list, sizeof list, "%s#list", id);
	prb_writer_key(w, "credentialSubject");
	prb_writer_object(w);
	prb_writer_key(w, "encodedList");
	prb_str_add_text(w->out, "\"u");
	prb_base64url_encode(packed, n, w->out);
	prb_str_add_char(w->out, '"');
	prb_writer_member_text(w, "id", list);
	prb_writer_member_text(w, "statusPurpose", PRB_STATUS_PURPOSE);
	if (request->ttl_seconds > 0)
		prb_writer_member_int(w, "ttl", request->ttl_seconds * 1000);
	prb_writer_member_text(w, "type", "BitstringStatusList");
	prb_writer_end(w);
}

static void
write_unsecured(const struct prb_status_list_request *request, const uint8_t *packed, size_t n,
	struct prb_str *out)
{
	char id[PRB_STATUS_ID_BYTES_MAX], from[PRB_TIMESTAMP_BYTES], until[PRB_TIMESTAMP_BYTES];
	struct prb_writer w;

	prb_status_list_id(request->issuer, request->list, request->sha256, id);
	prb_timestamp_format(request->issued_at, from);
	prb_timestamp_format(request->issued_at + request->valid_seconds, until);
	prb_writer_init(&w, out);
	prb_writer_object(&w);
	prb_writer_key(&w, "@context");
	prb_writer_array(&w);
	prb_writer_text(&w, PRB_CONTEXT_CREDENTIALS);
	prb_writer_end(&w);
	write_subject(&w, request, id, packed, n);
	prb_writer_member_text(&w, "id", id);
	prb_writer_member_text(&w, "issuer", request->issuer->did);
	prb_writer_key(&w, "type");
	prb_writer_array(&w);
	prb_writer_text(&w, "VerifiableCredential");
	prb_writer_text(&w, "BitstringStatusListCredential");
	prb_writer_end(&w);
	prb_writer_member_text(&w, "validFrom", from);
	prb_writer_member_text(&w, "validUntil", until);
	prb_writer_end(&w);
}

enum prb_err
prb_status_list_write(struct prb_arena *arena, const struct prb_status_list_request *request,
	struct prb_str *out, struct prb_fault *fault)
{
	uint8_t *packed = prb_arena_alloc(arena, PACKED_BYTES_MAX);
	size_t n = packed == NULL ? 0 : pack(request->bits, packed, PACKED_BYTES_MAX);
	enum prb_err err = PRB_ERR_MEMORY;
	struct prb_str text;

	assert(request->list > 0);
	assert(request->valid_seconds > 0);
	prb_str_init(&text, PRB_STATUS_LIST_TEXT_BYTES_MAX);
	if (n > 0)
		write_unsecured(request, packed, n, &text);
	if (n > 0 && !text.failed)
		err = prb_proof_add(arena, prb_str_span(&text), request->issuer,
			request->secret_key, request->issued_at, request->sha256, out, fault);
	else
		(void)prb_fault_set(
			fault, err, PRB_NO_OFFSET, NULL, "there is no memory for the status list");
	prb_str_finish(&text);
	return err;
}

/* ---- reading ---- */

/* The first word is the Recommendation's name of the error (section 3.5). */
static enum prb_status_found
failed(struct prb_fault *fault, const char *why)
{
	(void)prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL, "%s", why);
	return PRB_STATUS_FAILED;
}

/* One gzip member and nothing behind it, of less than room bytes. */
static const char *
inflate_all(const uint8_t *packed, size_t packed_n, uint8_t *out, size_t room, size_t *n)
{
	z_stream z = {.next_in = packed,
		.avail_in = (uInt)packed_n,
		.next_out = out,
		.avail_out = (uInt)room};
	int seen;

	if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
		return "STATUS_RETRIEVAL_ERROR: there is no memory to unpack the list";
	seen = inflate(&z, Z_FINISH);
	*n = room - z.avail_out;
	packed_n = z.avail_in;
	(void)inflateEnd(&z);
	if (seen == Z_MEM_ERROR)
		return "STATUS_RETRIEVAL_ERROR: there is no memory to unpack the list";
	if (*n == room)
		return "RANGE_ERROR: the list unpacks to more than 1 MiB, which is not read";
	if (seen == Z_STREAM_END)
		return packed_n == 0 ? NULL
				     : "MALFORMED_VALUE_ERROR: bytes stand behind the gzip data of "
				       "/credentialSubject/encodedList";
	return "MALFORMED_VALUE_ERROR: /credentialSubject/encodedList is not gzip, or cut off";
}

/* NULL, or why not. */
static const char *
unpack(struct prb_arena *arena, struct prb_span encoded, struct prb_status_list *out)
{
	/* One byte more than may come, to see that more comes. */
	const size_t room = PRB_STATUS_UNPACKED_BYTES_MAX + 1;
	uint8_t *packed, *bits;
	const char *why;
	size_t n;

	if (encoded.n < 2 || encoded.p[0] != 'u')
		return "MALFORMED_VALUE_ERROR: /credentialSubject/encodedList must be base64url: "
		       "it does not begin with \"u\"";
	packed = prb_arena_alloc(arena, encoded.n);
	bits = prb_arena_alloc(arena, room);
	if (packed == NULL || bits == NULL)
		return "STATUS_RETRIEVAL_ERROR: there is no memory to unpack the list";
	n = prb_base64url_decode(
		(struct prb_span){encoded.p + 1, encoded.n - 1}, packed, encoded.n);
	if (n == SIZE_MAX)
		return "MALFORMED_VALUE_ERROR: /credentialSubject/encodedList is not base64url "
		       "without padding";
	why = inflate_all(packed, n, bits, room, &out->n);
	if (why == NULL)
		out->bits = bits;
	return why;
}

/* NULL, or why it is not that list. */
static const char *
check_list(const struct prb_json *credential, const struct prb_json *subject, struct prb_span id,
	const char *purpose)
{
	struct prb_span own = prb_verify_text(credential, "id");

	if (!prb_verify_contains(
		    prb_json_member(credential, "type"), "BitstringStatusListCredential"))
		return "STATUS_VERIFICATION_ERROR: /type does not hold "
		       "BitstringStatusListCredential";
	if (subject == NULL ||
		!prb_span_is(prb_verify_text(subject, "type"), "BitstringStatusList"))
		return "STATUS_VERIFICATION_ERROR: /credentialSubject is no BitstringStatusList";
	if (own.p == NULL || !prb_span_equal(own, id))
		return "STATUS_VERIFICATION_ERROR: it is not the list that the attestation names: "
		       "/id is another";
	if (!prb_verify_contains(prb_json_member(subject, "statusPurpose"), purpose))
		return "STATUS_VERIFICATION_ERROR: the list has another purpose than the "
		       "attestation names";
	return NULL;
}

enum prb_status_found
prb_status_list_look(struct prb_arena *arena, struct prb_status_list *list, struct prb_span id,
	const char *purpose, uint64_t index, struct prb_fault *fault)
{
	const struct prb_json *credential = list->credential;
	const struct prb_json *subject =
		prb_verify_member(credential, "credentialSubject", PRB_JSON_OBJECT);
	const char *why = prb_json_kind(credential) == PRB_JSON_OBJECT
				  ? check_list(credential, subject, id, purpose)
				  : "MALFORMED_VALUE_ERROR: a status list is an object";

	if (why == NULL && list->bits == NULL)
		why = unpack(arena, prb_verify_text(subject, "encodedList"), list);
	if (why != NULL)
		return failed(fault, why);
	if (list->n < PRB_STATUS_BYTES)
		return failed(
			fault, "STATUS_LIST_LENGTH_ERROR: the list has fewer than 131,072 entries");
	if (index >= (uint64_t)list->n * 8)
		return failed(fault, "RANGE_ERROR: the list ends before the attestation's index");
	return (list->bits[index >> 3] & 0x80 >> (index & 7)) != 0 ? PRB_STATUS_SET
								   : PRB_STATUS_CLEAR;
}
