/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/log/entry.h"

#include <assert.h>

#include "scoring/base/jcs.h"
#include "scoring/base/timestamp.h"

static void
member_moment(struct prb_writer *w, const char *name, int64_t at)
{
	char text[PRB_TIMESTAMP_BYTES];

	assert(at >= 0);
	prb_timestamp_format(at, text);
	prb_writer_member_text(w, name, text);
}

static void
member_sha256(struct prb_writer *w, const char *name, const uint8_t sha256[PRB_SHA256_BYTES])
{
	char hex[PRB_SHA256_HEX_BYTES];

	prb_sha256_hex(sha256, hex);
	prb_writer_member_text(w, name, hex);
}

static void
begin(struct prb_writer *w, struct prb_str *out)
{
	prb_writer_init(w, out);
	prb_writer_object(w);
}

void
prb_entry_write_salted(enum prb_entry_kind kind, int64_t at,
	const uint8_t salt[PRB_ENTRY_SALT_BYTES], struct prb_span text, prb_sha256_fn sha256,
	struct prb_str *scratch, struct prb_str *out)
{
	uint8_t hash[PRB_SHA256_BYTES];
	struct prb_writer w;

	prb_str_reset(scratch);
	prb_str_add(scratch, salt, PRB_ENTRY_SALT_BYTES);
	prb_str_add_span(scratch, text);
	if (scratch->failed) {
		out->failed = true;
		return;
	}
	sha256(hash, scratch->p, scratch->n);
	begin(&w, out);
	if (kind == PRB_ENTRY_ATTESTATION)
		member_moment(&w, "issuedAt", at);
	else
		member_moment(&w, "revokedAt", at);
	member_sha256(&w, "sha256", hash);
	prb_writer_member_text(
		&w, "type", kind == PRB_ENTRY_ATTESTATION ? "attestation" : "revocation");
	prb_writer_end(&w);
}

void
prb_entry_write_key(
	int64_t at, const char *key, const char *standing, const char *use, struct prb_str *out)
{
	struct prb_writer w;

	begin(&w, out);
	member_moment(&w, "at", at);
	prb_writer_member_text(&w, "key", key);
	prb_writer_member_text(&w, "standing", standing);
	prb_writer_member_text(&w, "type", "key");
	prb_writer_member_text(&w, "use", use);
	prb_writer_end(&w);
}

void
prb_entry_write_release(int64_t at, const uint8_t sha256[PRB_SHA256_BYTES], struct prb_str *out)
{
	struct prb_writer w;

	begin(&w, out);
	member_moment(&w, "at", at);
	member_sha256(&w, "release", sha256);
	prb_writer_member_text(&w, "type", "release");
	prb_writer_end(&w);
}

void
prb_entry_write_method(int64_t at, const uint8_t sha256[PRB_SHA256_BYTES], const char *version,
	struct prb_str *out)
{
	struct prb_writer w;

	begin(&w, out);
	member_moment(&w, "at", at);
	member_sha256(&w, "sha256", sha256);
	prb_writer_member_text(&w, "type", "method");
	prb_writer_member_text(&w, "version", version);
	prb_writer_end(&w);
}
