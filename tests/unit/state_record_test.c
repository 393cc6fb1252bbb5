/* SPDX-License-Identifier: Apache-2.0 */

/* Records, packing, key ring and tree, byte by byte as service/state/JOURNAL.md has them. */

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scoring/base/json.h"
#include "service/state/bytes.h"
#include "service/state/pack.h"
#include "tests/unit/state_support.h"

/* Data key 00 01 .. 1f of tenant 1 as key 1; key 2 of tenant 7 thrown away. */
static const char ring_lines[] =
	"probity keyring 1\n"
	"key 1 1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
	"erased 2 7\n";

static void
ring_text(const char *lines, char out[1024])
{
	uint8_t sum[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof(sum) + 1];

	crypto_hash_sha256(sum, (const unsigned char *)lines, strlen(lines));
	sodium_bin2hex(hex, sizeof(hex), sum, sizeof(sum));
	(void)snprintf(out, 1024, "%ssum %s\n", lines, hex);
}

static struct prb_keyring *
ring_of(const char *lines)
{
	struct prb_keyring *ring = NULL;
	struct prb_fault fault;
	char text[1024];

	ring_text(lines, text);
	if (prb_keyring_parse(prb_span_of(text), &ring, &fault) != PRB_OK)
		fail_msg("%s", fault.detail);
	return ring;
}

static struct prb_stored_declaration
small(void)
{
	struct prb_stored_declaration stored = {.tenant = 1,
		.time_ms = 0x0102030405,
		.declaration = PRB_SPAN("{\"a\":1}"),
		.report = PRB_SPAN("{\"b\":2}"),
		.attestation = PRB_SPAN("{\"c\":3}"),
		.log_entry = PRB_SPAN("entry"),
		.idempotency_key = PRB_SPAN("order 7")};
	struct prb_digest digest;

	memset(&stored.id, 0x11, sizeof(stored.id));
	memset(&stored.attestation_id, 0x22, sizeof(stored.attestation_id));
	memset(&stored.report_id, 0x33, sizeof(stored.report_id));
	memset(stored.salt, 0x44, sizeof(stored.salt));
	memset(stored.log_salt, 0x55, sizeof(stored.log_salt));
	memset(stored.request_sha256, 0x66, sizeof(stored.request_sha256));
	assert_true(prb_digest_init(&digest));
	prb_digest_leaf(&digest, stored.log_entry, stored.leaf_hash);
	prb_digest_destroy(&digest);
	return stored;
}

static void
seal(const struct prb_keyring *ring, const struct prb_stored_declaration *stored,
	struct prb_str *out)
{
	struct prb_sealer *sealer = prb_sealer_create_with(ring);

	assert_non_null(sealer);
	prb_str_reset(out);
	assert_int_equal(prb_seal_declaration(sealer, stored, out), PRB_OK);
	prb_sealer_destroy(sealer);
}

/*
 * The format must not drift: what was computed apart from this code, by hand from JOURNAL.md. The
 * keyed hashes were made with an HMAC of another library; the packed bytes are zstd's to
 * choose, so the ciphertext is decrypted here and its fields compared.
 */
static void
pinned(void **state)
{
	static const char open_hex[] = "01"
				       "01"
				       "0000"
				       "00000001"
				       "0000000102030405"
				       "00000001"
				       "00000079"
				       "%08x"
				       "00000000"
				       "0001"
				       "00000010"
				       "11111111111111111111111111111111"
				       "0002"
				       "00000010"
				       "22222222222222222222222222222222"
				       "0003"
				       "00000010"
				       "fd1922e1ab489ca0ba5bdce2918afd61"
				       "0004"
				       "00000010"
				       "0dac960ea70ce3a5e3f6fb465f0f5fc7"
				       "0005"
				       "00000010"
				       "1a47a9eb9cfe357263487fd61a1ca570"
				       "0006"
				       "00000005"
				       "656e747279";
	static const char fields_hex[] =
		"0101"
		"00000010"
		"33333333333333333333333333333333"
		"0102"
		"00000020"
		"4444444444444444444444444444444444444444444444444444444444444444"
		"0103"
		"00000010"
		"55555555555555555555555555555555"
		"0104"
		"00000007"
		"7b2261223a317d"
		"0105"
		"00000007"
		"7b2262223a327d"
		"0106"
		"00000007"
		"7b2263223a337d";
	static const char seal_key_hex[] =
		"6cf5a5d866c2e9c3a25ddf7d83115afdadc1835d3f3b6b27dc18bde7dc37d6d0";
	struct prb_keyring *ring = ring_of(ring_lines);
	struct prb_stored_declaration stored = small();
	struct prb_unpacker *unpacker = prb_unpacker_create();
	char expected[sizeof(open_hex) + 8], found[2 * 1024 + 1];
	uint8_t key[32], plain[1024], fields[1024];
	size_t open_bytes = 32 + 0x79, plain_bytes;
	struct prb_str sealed, again;

	(void)state;
	prb_str_init(&sealed, PRB_SEALED_BYTES_MAX);
	prb_str_init(&again, PRB_SEALED_BYTES_MAX);
	seal(ring, &stored, &sealed);
	(void)snprintf(expected, sizeof(expected), open_hex, (unsigned)(sealed.n - open_bytes));
	sodium_bin2hex(found, sizeof(found), (const unsigned char *)sealed.p, open_bytes);
	assert_string_equal(found, expected);

	assert_int_equal(sodium_hex2bin(key, sizeof(key), seal_key_hex, 64, NULL, NULL, NULL), 0);
	plain_bytes = sealed.n - open_bytes - 24 - 16;
	assert_true(plain_bytes < sizeof(plain));
	assert_int_equal(crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL,
				 (const unsigned char *)sealed.p + open_bytes + 24,
				 plain_bytes + 16, (const unsigned char *)sealed.p, open_bytes,
				 (const unsigned char *)sealed.p + open_bytes, key),
		0);
	assert_int_equal(plain[0], PRB_PACKING_TRAINED);
	assert_int_equal(prb_get_be(plain + 1, 4), sizeof(fields_hex) / 2);
	assert_true(prb_unpack(unpacker, plain[0],
		(struct prb_span){(const char *)plain + 5, plain_bytes - 5}, fields,
		sizeof(fields_hex) / 2));
	sodium_bin2hex(found, sizeof(found), fields, sizeof(fields_hex) / 2);
	assert_string_equal(found, fields_hex);
	/* A nonce never comes twice. */
	seal(ring, &stored, &again);
	assert_int_equal(again.n, sealed.n);
	assert_memory_not_equal(again.p + open_bytes, sealed.p + open_bytes, 24);
	prb_unpacker_destroy(unpacker);
	prb_str_finish(&again);
	prb_str_finish(&sealed);
	prb_keyring_destroy(ring);
}

/* A record written on another day: packings 1 to 3, as zstd 1.5.4 made them. */
static void
packings(void **state)
{
	static const struct {
		uint8_t packing;
		const char *hex;
	} rows[] = {{1, "28b52ffd2035a901007b2261735f6f66223a22323032362d30362d3330222c22617373756d"
			"707469"
			"6f6e73223a5b5d2c22636f766572616765223a31327d"},
		{2, "28b52ffd2035050100403330756d7331327d0600e4bb6ec08833b7b17c71139cc19e3f57e4d0a3"
		    "0201"},
		{3, "28b52ffd23e830921735dd0000a3c0015dc808e7b3f0d904fc62c12126202d9c425a24da535915"
		    "03"}};
	static const char text[] = "{\"as_of\":\"2026-06-30\",\"assumptions\":[],\"coverage\":12}";
	struct prb_unpacker *unpacker = prb_unpacker_create();
	uint8_t packed[256], out[sizeof(text)];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n;

		assert_int_equal(sodium_hex2bin(packed, sizeof(packed), rows[i].hex,
					 strlen(rows[i].hex), NULL, &n, NULL),
			0);
		struct prb_span span = {(const char *)packed, n};
		assert_true(prb_unpack(unpacker, rows[i].packing, span, out, sizeof(text) - 1));
		assert_memory_equal(out, text, sizeof(text) - 1);
		/* One byte more, one less, one left. */
		assert_false(prb_unpack(unpacker, rows[i].packing, span, out, sizeof(text)));
		assert_false(prb_unpack(unpacker, rows[i].packing, span, out, sizeof(text) - 2));
		span.n--;
		assert_false(prb_unpack(unpacker, rows[i].packing, span, out, sizeof(text) - 1));
	}
	prb_unpacker_destroy(unpacker);
}

/* Stored records cannot be read with another text: a new one is a new packing. */
static void
dictionary_pinned(void **state)
{
	static const struct {
		enum prb_packing packing;
		const char *sha256;
	} rows[] = {
		{PRB_PACKING_TEXT,
			"b435645626159692b4e2e05cdabcc051f89c9fd65024b136454990106b5196de"},
		{PRB_PACKING_TRAINED,
			"1a7c40174e72ef67fd8ab77763dfd0ad7e063e49d906524dfe61cfdf21c35627"},
	};

	(void)state;
	assert_int_equal(prb_pack_dictionary(PRB_PACKING_PLAIN).n, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_span text = prb_pack_dictionary(rows[i].packing);
		uint8_t hash[32];
		char hex[65];

		crypto_hash_sha256(hash, (const unsigned char *)text.p, text.n);
		sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
		assert_string_equal(hex, rows[i].sha256);
	}
}

static void
round_trip(void **state)
{
	struct prb_keyring *ring = ring_of(ring_lines);
	struct prb_sealer *sealer = prb_sealer_create_with(ring);
	struct prb_opener *opener = prb_opener_create(ring);
	struct prb_str sealed;

	(void)state;
	prb_str_init(&sealed, PRB_SEALED_BYTES_MAX);
	for (uint64_t n = 0; n < 50; n++) {
		struct prb_stored_declaration stored = state_declaration(n);
		struct prb_record record;
		struct prb_body body;
		struct prb_fault fault;

		prb_str_reset(&sealed);
		prb_str_add_text(&sealed, "before");
		assert_int_equal(prb_seal_declaration(sealer, &stored, &sealed), PRB_OK);
		assert_memory_equal(sealed.p, "before", 6);
		struct prb_span bytes = {sealed.p + 6, sealed.n - 6};
		assert_int_equal(prb_record_read(bytes, &record, &fault), PRB_OK);
		assert_int_equal(prb_opener_open(opener, &record, NULL, &body, &fault), PRB_OK);
		assert_true(prb_span_equal(body.report, stored.report));
		assert_true(prb_span_equal(body.attestation, stored.attestation));
		assert_true(prb_span_equal(body.declaration, stored.declaration));
		assert_true(prb_span_equal(record.log_entry, stored.log_entry));
		assert_int_equal(record.has_idempotency, stored.idempotency_key.n > 0);
	}
	prb_str_finish(&sealed);
	prb_opener_destroy(opener);
	prb_sealer_destroy(sealer);
	prb_keyring_destroy(ring);
}

static enum prb_err
open_bytes(struct prb_opener *opener, const char *p, size_t n)
{
	struct prb_fault fault = {.err = PRB_OK};
	struct prb_record record;
	struct prb_body body;
	/* Of exactly that length, so that a sanitizer sees a read behind it. */
	char *copy = malloc(n > 0 ? n : 1);
	enum prb_err err;

	assert_non_null(copy);
	memcpy(copy, p, n);
	err = prb_record_read((struct prb_span){copy, n}, &record, &fault);
	if (err == PRB_OK)
		err = prb_opener_open(opener, &record, NULL, &body, &fault);
	assert_int_equal(err, fault.err);
	assert_true(err == PRB_OK || fault.detail[0] != '\0');
	free(copy);
	return err;
}

/* Cut anywhere it is damage; any changed byte is damage too, or the mark of another version. */
static void
cut_and_flipped(void **state)
{
	struct prb_keyring *ring = ring_of(ring_lines);
	struct prb_opener *opener = prb_opener_create(ring);
	struct prb_stored_declaration stored = small();
	struct prb_str sealed;
	size_t other = 0;

	(void)state;
	prb_str_init(&sealed, PRB_SEALED_BYTES_MAX);
	seal(ring, &stored, &sealed);
	assert_int_equal(open_bytes(opener, sealed.p, sealed.n), PRB_OK);
	for (size_t n = 0; n < sealed.n; n++)
		assert_int_equal(open_bytes(opener, sealed.p, n), PRB_ERR_STATE_DAMAGED);
	prb_str_add_char(&sealed, 'x');
	assert_int_equal(open_bytes(opener, sealed.p, sealed.n), PRB_ERR_STATE_DAMAGED);
	sealed.n--;
	for (size_t at = 0; at < sealed.n; at++)
		for (unsigned bit = 0; bit < 8; bit++) {
			enum prb_err err;

			sealed.p[at] = (char)(sealed.p[at] ^ (1 << bit));
			err = open_bytes(opener, sealed.p, sealed.n);
			if (err != PRB_ERR_STATE_DAMAGED && err != PRB_ERR_STATE_FORMAT)
				fail_msg("byte %zu bit %u gives %s", at, bit, prb_err_wire(err));
			other += err == PRB_ERR_STATE_FORMAT;
			sealed.p[at] = (char)(sealed.p[at] ^ (1 << bit));
		}
	assert_true(other > 0);
	prb_str_finish(&sealed);
	prb_opener_destroy(opener);
	prb_keyring_destroy(ring);
}

/* What another version may write is called that, and named. */
static void
other_versions(void **state)
{
	static const struct {
		size_t at;
		char byte;
		const char *says;
	} rows[] = {
		{0, 2, "format 2"},
		{0, (char)255, "format 255"},
		{1, 13, "kind 13"},
		{2, 1, "flags 256"},
		{3, 4, "flags 4"},
		{32, 2, "field 513"},
	};
	struct prb_keyring *ring = ring_of(ring_lines);
	struct prb_stored_declaration stored = small();
	struct prb_record record;
	struct prb_fault fault;
	struct prb_str sealed;

	(void)state;
	prb_str_init(&sealed, PRB_SEALED_BYTES_MAX);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum prb_err err;

		seal(ring, &stored, &sealed);
		sealed.p[rows[i].at] = rows[i].byte;
		err = prb_record_read(prb_str_span(&sealed), &record, &fault);
		/* A field that rises past all others leaves the ones before it missing. */
		if (rows[i].at == 32)
			assert_int_equal(err, PRB_ERR_STATE_DAMAGED);
		else {
			assert_int_equal(err, PRB_ERR_STATE_FORMAT);
			if (!strstr(fault.detail, rows[i].says))
				fail_msg("\"%s\" does not say %s", fault.detail, rows[i].says);
		}
	}
	prb_str_finish(&sealed);
	prb_keyring_destroy(ring);
}

static void
fields(void **state)
{
	static const struct {
		const char *hex; /* of the sealed fields' fronts and sizes, short ones */
		enum prb_err err;
	} rows[] = {
		{"", PRB_ERR_STATE_DAMAGED},
		{"01", PRB_ERR_STATE_DAMAGED},
		{"010100000010", PRB_ERR_STATE_DAMAGED},
		{"0101ffffffff", PRB_ERR_STATE_DAMAGED},
		{"01010000000100", PRB_ERR_STATE_DAMAGED},
		{"000000000000", PRB_ERR_STATE_DAMAGED},
		{"000100000000", PRB_ERR_STATE_FORMAT},
		{"01040000000000", PRB_ERR_STATE_DAMAGED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[64];
		size_t n;
		struct prb_body body;
		struct prb_fault fault;

		assert_int_equal(sodium_hex2bin(bytes, sizeof(bytes), rows[i].hex,
					 strlen(rows[i].hex), NULL, &n, NULL),
			0);
		if (prb_body_read((struct prb_span){(const char *)bytes, n}, PRB_RECORD_DECLARATION,
			    &body, &fault) != rows[i].err)
			fail_msg("row %zu: %s", i, fault.detail);
	}
}

static void
refused_to_seal(void **state)
{
	struct prb_keyring *ring = ring_of(ring_lines);
	struct prb_sealer *sealer = prb_sealer_create_with(ring);
	struct prb_stored_declaration stored = small();
	static char long_key[PRB_IDEMPOTENCY_KEY_BYTES_MAX + 1];
	struct prb_str out;

	(void)state;
	prb_str_init(&out, PRB_SEALED_BYTES_MAX);
	stored.leaf_hash[5] ^= 1;
	assert_int_equal(prb_seal_declaration(sealer, &stored, &out), PRB_ERR_VALUE);
	stored = small();
	stored.tenant = 2;
	assert_int_equal(prb_seal_declaration(sealer, &stored, &out), PRB_ERR_NOT_FOUND);
	stored.tenant = 7; /* erased */
	assert_int_equal(prb_seal_declaration(sealer, &stored, &out), PRB_ERR_NOT_FOUND);
	stored = small();
	stored.idempotency_key = (struct prb_span){long_key, sizeof(long_key)};
	assert_int_equal(prb_seal_declaration(sealer, &stored, &out), PRB_ERR_RANGE);
	stored = small();
	stored.log_entry = PRB_SPAN_NONE;
	assert_int_equal(prb_seal_declaration(sealer, &stored, &out), PRB_ERR_RANGE);
	stored = small();
	stored.report.n = (size_t)PRB_BODY_BYTES_MAX + 1;
	assert_int_equal(prb_seal_declaration(sealer, &stored, &out), PRB_ERR_TOO_LARGE);
	assert_int_equal(out.n, 0);
	prb_str_finish(&out);
	prb_str_init(&out, 100);
	stored = small();
	assert_int_equal(prb_seal_declaration(sealer, &stored, &out), PRB_ERR_MEMORY);
	assert_int_equal(out.n, 0);
	prb_str_finish(&out);
	prb_sealer_destroy(sealer);
	prb_keyring_destroy(ring);
}

/* Another key, the right key under another tenant's name, no key, a key that was thrown away. */
static void
other_rings(void **state)
{
	static const struct {
		const char *lines;
		enum prb_err err;
	} rows[] = {
		{"probity keyring 1\nkey 1 1 "
		 "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
			PRB_ERR_STATE_DAMAGED},
		{"probity keyring 1\nkey 1 2 "
		 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
			PRB_ERR_STATE_DAMAGED},
		{"probity keyring 1\nkey 3 1 "
		 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
			PRB_ERR_STATE_DAMAGED},
		{"probity keyring 1\nerased 1 1\n", PRB_ERR_NOT_FOUND},
	};
	struct prb_keyring *ring = ring_of(ring_lines);
	struct prb_stored_declaration stored = small();
	struct prb_str sealed;

	(void)state;
	prb_str_init(&sealed, PRB_SEALED_BYTES_MAX);
	seal(ring, &stored, &sealed);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_keyring *other = ring_of(rows[i].lines);
		struct prb_opener *opener = prb_opener_create(other);

		assert_int_equal(open_bytes(opener, sealed.p, sealed.n), rows[i].err);
		prb_opener_destroy(opener);
		prb_keyring_destroy(other);
	}
	prb_str_finish(&sealed);
	prb_keyring_destroy(ring);
}

/* A tenant's newest key seals, its first one makes the keyed hashes. */
static void
newest_key(void **state)
{
	static const char more[] =
		"key 5 1 ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
	struct prb_keyring *ring = ring_of(ring_lines), *longer;
	char lines[1024];
	uint8_t a[PRB_KEYED_BYTES], b[PRB_KEYED_BYTES];

	(void)state;
	(void)snprintf(lines, sizeof(lines), "%s%s", ring_lines, more);
	longer = ring_of(lines);
	assert_int_equal(prb_keyring_newest(ring, 1), 1);
	assert_int_equal(prb_keyring_newest(longer, 1), 5);
	assert_int_equal(prb_keyring_newest(longer, 7), 0);
	assert_true(prb_keyring_hash(ring, 1, PRB_KEYED_REPORT, PRB_SPAN("x"), a));
	assert_true(prb_keyring_hash(longer, 1, PRB_KEYED_REPORT, PRB_SPAN("x"), b));
	assert_memory_equal(a, b, sizeof(a));
	assert_true(prb_keyring_hash(ring, 1, PRB_KEYED_REQUEST, PRB_SPAN("x"), b));
	assert_memory_not_equal(a, b, sizeof(a));
	assert_false(prb_keyring_hash(ring, 7, PRB_KEYED_REPORT, PRB_SPAN("x"), a));
	prb_keyring_destroy(ring);
	prb_keyring_destroy(longer);
}

#define KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static void
ring_refused(void **state)
{
	static const struct {
		const char *lines;
		enum prb_err err;
		const char *says;
	} rows[] = {
		{"", PRB_ERR_KEY, "begin"},
		{"probity keyring\n", PRB_ERR_KEY, "begin"},
		{"probity keyring 3\nkey 1 1 0 " KEY "\n", PRB_ERR_STATE_FORMAT, "format 3"},
		{"probity keyring 1\nkey 1 1 " KEY "0\n", PRB_ERR_KEY, "line"},
		{"probity keyring 1\nkey 1 1 00\n", PRB_ERR_KEY, "line"},
		{"probity keyring 1\nkey 0 1 " KEY "\n", PRB_ERR_KEY, "line"},
		{"probity keyring 1\nkey 1 0 " KEY "\n", PRB_ERR_KEY, "line"},
		{"probity keyring 1\nkey  1 1 " KEY "\n", PRB_ERR_KEY, "line"},
		{"probity keyring 1\nkey 4294967296 1 " KEY "\n", PRB_ERR_KEY, "line"},
		{"probity keyring 1\nkey 1 1\n", PRB_ERR_KEY, "line"},
		{"probity keyring 1\nerased 1 1 " KEY "\n", PRB_ERR_KEY, "line"},
		{"probity keyring 1\nspoon 1 1 " KEY "\n", PRB_ERR_KEY, "line"},
		{"probity keyring 1\n\n", PRB_ERR_KEY, "line"},
		{"probity keyring 1\nkey 1 1 "
		 "000102030405060708090A0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n",
			PRB_ERR_KEY, "line"},
		{"probity keyring 1\nkey 2 1 " KEY "\nkey 2 1 " KEY "\n", PRB_ERR_KEY, "order"},
		{"probity keyring 1\nindex 1 1 " KEY "\n", PRB_ERR_KEY, "line"},
		{"probity keyring 1\nkey 1 1 5 " KEY "\n", PRB_ERR_KEY, "line"},
		{"probity keyring 2\nkey 1 1 " KEY "\n", PRB_ERR_KEY, "line"},
		{"probity keyring 2\nkey 1 1 -5 " KEY "\n", PRB_ERR_KEY, "line"},
		{"probity keyring 2\nindex 1 1 5 " KEY "\n", PRB_ERR_KEY, "line"},
		{"probity keyring 2\nindex 1 1 00\n", PRB_ERR_KEY, "line"},
		{"probity keyring 2\nindex 2 1 " KEY "\nkey 1 1 0 " KEY "\n", PRB_ERR_KEY, "order"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct prb_keyring *ring = NULL;
		struct prb_fault fault = {.detail = ""};
		char text[1024];

		ring_text(rows[i].lines, text);
		if (prb_keyring_parse(prb_span_of(text), &ring, &fault) != rows[i].err || ring ||
			!strstr(fault.detail, rows[i].says))
			fail_msg("row %zu: \"%s\"", i, fault.detail);
	}
}

/* Cut or changed anywhere it is refused. */
static void
ring_damaged(void **state)
{
	struct prb_keyring *ring = NULL;
	struct prb_fault fault;
	char text[1024];
	size_t n;

	(void)state;
	ring_text(ring_lines, text);
	n = strlen(text);
	for (size_t cut = 0; cut < n; cut++)
		assert_int_not_equal(
			prb_keyring_parse((struct prb_span){text, cut}, &ring, &fault), PRB_OK);
	for (size_t at = 0; at < n; at++)
		for (unsigned bit = 0; bit < 8; bit++) {
			text[at] = (char)(text[at] ^ (1 << bit));
			assert_int_not_equal(
				prb_keyring_parse((struct prb_span){text, n}, &ring, &fault),
				PRB_OK);
			text[at] = (char)(text[at] ^ (1 << bit));
		}
	assert_null(ring);
}

/* The reference tree of RFC 6962: roots by size, from the edge alone. */
static void
reference_tree(void **state)
{
	static char file[65536];
	struct prb_arena *arena = prb_arena_create(1 << 20);
	FILE *stream = fopen(
		PROBITY_SOURCE_DIR "/tests/unit/vectors/merkle/rfc6962-reference-tree.json", "rb");
	const struct prb_json *json, *leaf, *root;
	struct prb_digest digest;
	struct prb_tree tree = {.size = 0};
	struct prb_fault fault;
	uint8_t hash[32], entry[64];
	char hex[65];
	size_t n;

	(void)state;
	assert_non_null(stream);
	n = fread(file, 1, sizeof(file), stream);
	(void)fclose(stream);
	assert_int_equal(
		prb_json_parse(arena, (struct prb_span){file, n}, sizeof(file), &fault, &json),
		PRB_OK);
	assert_true(prb_digest_init(&digest));
	prb_tree_root(&tree, prb_state_sha256, hash);
	prb_sha256_hex(hash, hex);
	assert_true(prb_span_is(prb_json_string(prb_json_member(json, "emptyRoot")), hex));
	leaf = prb_json_first(prb_json_member(json, "leaves"));
	root = prb_json_first(prb_json_member(json, "rootsBySize"));
	for (n = 0; leaf; leaf = prb_json_next(leaf), root = prb_json_next(root), n++) {
		struct prb_span text = prb_json_string(leaf);
		size_t bytes;

		assert_int_equal(
			sodium_hex2bin(entry, sizeof(entry), text.p, text.n, NULL, &bytes, NULL),
			0);
		prb_digest_leaf(&digest, (struct prb_span){(const char *)entry, bytes}, hash);
		prb_tree_append(&tree, prb_state_sha256, hash, NULL, NULL);
		prb_tree_root(&tree, prb_state_sha256, hash);
		prb_sha256_hex(hash, hex);
		assert_true(prb_span_is(prb_json_string(root), hex));
	}
	assert_int_equal(n, 8);
	assert_int_equal(tree.size, 8);
	assert_int_equal(prb_tree_edge_count(tree.size), 1);
	assert_int_equal(prb_tree_edge_count(PRB_TREE_SIZE_MAX), PRB_TREE_EDGE_MAX);
	assert_false(digest.failed);
	prb_digest_destroy(&digest);
	prb_arena_destroy(arena);
}

/* RFC 6962's own recursion, for comparison: split at the largest power of two below n. */
static void
slow_root(struct prb_digest *digest, uint8_t (*leaves)[32], size_t n, uint8_t out[32])
{
	uint8_t left[32], right[32];
	size_t split = 1;

	if (n == 1) {
		memcpy(out, leaves[0], 32);
		return;
	}
	while (split * 2 < n)
		split *= 2;
	slow_root(digest, leaves, split, left);
	slow_root(digest, leaves + split, n - split, right);
	prb_tree_node(prb_state_sha256, left, right, out);
}

static void
many_sizes(void **state)
{
	static uint8_t leaves[300][32];
	struct prb_tree tree = {.size = 0};
	struct prb_digest digest;
	uint8_t fast[32], slow[32];

	(void)state;
	assert_true(prb_digest_init(&digest));
	for (size_t n = 0; n < 300; n++) {
		struct prb_state_head head = {.records = n + 1}, read;
		uint8_t bytes[PRB_STATE_HEAD_BYTES_MAX];

		prb_digest_leaf(&digest, (struct prb_span){(const char *)&n, sizeof(n)}, leaves[n]);
		prb_tree_append(&tree, prb_state_sha256, leaves[n], NULL, NULL);
		prb_tree_root(&tree, prb_state_sha256, fast);
		slow_root(&digest, leaves, n + 1, slow);
		assert_memory_equal(fast, slow, sizeof(fast));
		head.tree = tree;
		size_t size = prb_state_head_write(&head, bytes);
		assert_true(
			prb_state_head_read((struct prb_span){(const char *)bytes, size}, &read));
		prb_tree_root(&read.tree, prb_state_sha256, fast);
		assert_memory_equal(fast, slow, sizeof(fast));
		assert_false(prb_state_head_read(
			(struct prb_span){(const char *)bytes, size - 1}, &read));
		memset(bytes + 40, 0xFF, 8);
		assert_false(
			prb_state_head_read((struct prb_span){(const char *)bytes, size}, &read));
	}
	prb_digest_destroy(&digest);
}

static int
setup(void **state)
{
	(void)state;
	return sodium_init() < 0 ? -1 : 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pinned),
		cmocka_unit_test(packings),
		cmocka_unit_test(dictionary_pinned),
		cmocka_unit_test(round_trip),
		cmocka_unit_test(cut_and_flipped),
		cmocka_unit_test(other_versions),
		cmocka_unit_test(fields),
		cmocka_unit_test(refused_to_seal),
		cmocka_unit_test(other_rings),
		cmocka_unit_test(newest_key),
		cmocka_unit_test(ring_refused),
		cmocka_unit_test(ring_damaged),
		cmocka_unit_test(reference_tree),
		cmocka_unit_test(many_sizes),
	};

	return cmocka_run_group_tests_name("state record", tests, setup, NULL);
}
