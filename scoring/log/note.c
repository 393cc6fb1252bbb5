/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/log/note.h"

#include <assert.h>

#include <sodium.h>

#include "scoring/log/lines.h"

#define DASH "\xE2\x80\x94 " /* U+2014 and a blank */
#define HEX_DIGITS (2 * PRB_NOTE_KEY_ID_BYTES)
#define COSIGNED_HEAD_BYTES 64 /* "cosignature/v1", "time" and its digits */

static enum prb_err
refuse(struct prb_fault *fault, const char *reason)
{
	return prb_fault_set(fault, PRB_ERR_VALUE, PRB_NO_OFFSET, NULL, "%s", reason);
}

/*
 * ---- Keys ----
 */

/* White_Space of the Unicode Character Database, the control characters among it. */
static bool
is_space(uint32_t c)
{
	return c <= 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
	       c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

static bool
is_name(struct prb_span name)
{
	size_t n;
	uint32_t c;

	for (size_t i = 0; i < name.n; i += n) {
		n = prb_utf8_decode(name.p + i, name.n - i, &c);
		if (n == 0 || c == '+' || is_space(c))
			return false;
	}
	return name.n > 0;
}

/* SHA-256 of name, newline, algorithm and public key, its first bytes (signed-note,
 * "Signatures"). */
static void
fill_id(struct prb_note_key *key)
{
	uint8_t bytes[PRB_NOTE_NAME_BYTES_MAX + 2 + PRB_NOTE_PUBLIC_BYTES];
	uint8_t hash[PRB_SHA256_BYTES];
	size_t n = strlen(key->name);

	memcpy(bytes, key->name, n);
	bytes[n++] = '\n';
	bytes[n++] = key->algorithm;
	memcpy(bytes + n, key->public_key, PRB_NOTE_PUBLIC_BYTES);
	(void)crypto_hash_sha256(hash, bytes, n + PRB_NOTE_PUBLIC_BYTES);
	memcpy(key->id, hash, sizeof key->id);
}

static enum prb_err
fill_key(struct prb_span name, uint8_t algorithm, const uint8_t public_key[PRB_NOTE_PUBLIC_BYTES],
	struct prb_note_key *out, struct prb_fault *fault)
{
	struct prb_note_key key = {.algorithm = algorithm};

	if (name.n >= sizeof key.name || !is_name(name))
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"the key's name is none: 1 to %d bytes of UTF-8 without blanks and +",
			PRB_NOTE_NAME_BYTES_MAX - 1);
	memcpy(key.name, name.p, name.n);
	memcpy(key.public_key, public_key, sizeof key.public_key);
	fill_id(&key);
	*out = key;
	return PRB_OK;
}

enum prb_err
prb_note_key_fill(const char *name, enum prb_note_algorithm algorithm,
	const uint8_t public_key[PRB_NOTE_PUBLIC_BYTES], struct prb_note_key *out,
	struct prb_fault *fault)
{
	return fill_key(prb_span_of(name), (uint8_t)algorithm, public_key, out, fault);
}

static struct prb_span
cut_at_plus(struct prb_span *rest)
{
	const char *plus = rest->n == 0 ? NULL : memchr(rest->p, '+', rest->n);
	struct prb_span part = {rest->p, plus == NULL ? 0 : (size_t)(plus - rest->p)};

	if (plus != NULL)
		*rest = (struct prb_span){plus + 1, rest->n - part.n - 1};
	return part;
}

static void
id_hex(const struct prb_note_key *key, char out[HEX_DIGITS + 1])
{
	(void)sodium_bin2hex(out, HEX_DIGITS + 1, key->id, sizeof key->id);
}

enum prb_err
prb_note_key_read(struct prb_span vkey, struct prb_note_key *out, struct prb_fault *fault)
{
	struct prb_span rest = prb_span_trim(vkey), name = cut_at_plus(&rest);
	struct prb_span id = cut_at_plus(&rest);
	uint8_t bytes[1 + PRB_NOTE_PUBLIC_BYTES];
	char hex[HEX_DIGITS + 1];
	struct prb_note_key key;
	enum prb_err err;
	size_t n;

	if (name.n == 0 || id.n == 0 || !prb_base64_read(rest, bytes, sizeof bytes, &n))
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"the verifier key is none: it is written NAME+HEX+BASE64");
	if (n != sizeof bytes || (bytes[0] != PRB_NOTE_ED25519 && bytes[0] != PRB_NOTE_COSIGNATURE))
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"the verifier key is of a kind not known here: Ed25519 signatures (1) and "
			"Ed25519 cosignatures (4) are");
	err = fill_key(name, bytes[0], bytes + 1, &key, fault);
	if (err != PRB_OK)
		return err;
	id_hex(&key, hex);
	if (!prb_span_is(id, hex))
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"the verifier key's id is not that of its name and key: a character of it "
			"is wrong");
	*out = key;
	return PRB_OK;
}

void
prb_note_key_write(const struct prb_note_key *key, struct prb_str *out)
{
	uint8_t bytes[1 + PRB_NOTE_PUBLIC_BYTES];
	char hex[HEX_DIGITS + 1];

	id_hex(key, hex);
	bytes[0] = key->algorithm;
	memcpy(bytes + 1, key->public_key, PRB_NOTE_PUBLIC_BYTES);
	prb_str_addf(out, "%s+%s+", key->name, hex);
	prb_base64_write(bytes, sizeof bytes, out);
}

/*
 * ---- Signing ----
 */

/* What a witness signs (tlog-cosignature, "Ed25519 signed message"); 0 where it is too long. */
static size_t
cosigned(struct prb_span text, int64_t time,
	char out[COSIGNED_HEAD_BYTES + PRB_NOTE_COSIGNED_BYTES_MAX])
{
	static const char head[] = "cosignature/v1\ntime ";
	char digits[24];
	size_t n = sizeof digits, length;

	if (text.n > PRB_NOTE_COSIGNED_BYTES_MAX)
		return 0;
	digits[--n] = '\n';
	do {
		digits[--n] = (char)('0' + time % 10);
		time /= 10;
	} while (time > 0);
	memcpy(out, head, sizeof head - 1);
	length = sizeof head - 1;
	memcpy(out + length, digits + n, sizeof digits - n);
	length += sizeof digits - n;
	memcpy(out + length, text.p, text.n);
	return length + text.n;
}

static void
put_time(int64_t time, uint8_t out[8])
{
	for (int i = 0; i < 8; i++)
		out[i] = (uint8_t)((uint64_t)time >> (56 - 8 * i));
}

void
prb_note_sign(struct prb_span text, const struct prb_note_key *key, const uint8_t *secret_key,
	int64_t time, struct prb_str *out)
{
	char message[COSIGNED_HEAD_BYTES + PRB_NOTE_COSIGNED_BYTES_MAX];
	uint8_t bytes[PRB_NOTE_KEY_ID_BYTES + PRB_NOTE_COSIGNATURE_BYTES];
	struct prb_span what = text;
	size_t n = PRB_NOTE_KEY_ID_BYTES;

	assert(text.n > 0);
	assert(text.p[text.n - 1] == '\n');
	memcpy(bytes, key->id, n);
	if (key->algorithm == PRB_NOTE_COSIGNATURE) {
		assert(time >= 0);
		what = (struct prb_span){message, cosigned(text, time, message)};
		put_time(time, bytes + n);
		n += 8;
	}
	if (what.n == 0) {
		out->failed = true;
		return;
	}
	(void)crypto_sign_detached(
		bytes + n, NULL, (const unsigned char *)what.p, what.n, secret_key);
	prb_str_addf(out, DASH "%s ", key->name);
	prb_base64_write(bytes, n + PRB_NOTE_SIGNATURE_BYTES, out);
	prb_str_add_char(out, '\n');
}

/*
 * ---- Reading ----
 */

/* "NAME BASE64", behind the dash. */
static bool
read_signature(struct prb_span text, struct prb_note_signature *out)
{
	const char *blank = text.n == 0 ? NULL : memchr(text.p, ' ', text.n);
	uint8_t bytes[PRB_NOTE_KEY_ID_BYTES + PRB_NOTE_COSIGNATURE_BYTES];
	struct prb_span base64;
	size_t n;

	if (blank == NULL)
		return false;
	out->name = (struct prb_span){text.p, (size_t)(blank - text.p)};
	base64 = (struct prb_span){blank + 1, text.n - out->name.n - 1};
	if (!is_name(out->name) || !prb_base64_read(base64, bytes, sizeof bytes, &n) ||
		n <= PRB_NOTE_KEY_ID_BYTES)
		return false;
	memcpy(out->id, bytes, sizeof out->id);
	out->n = n > sizeof bytes ? 0 : n - PRB_NOTE_KEY_ID_BYTES;
	memcpy(out->bytes, bytes + PRB_NOTE_KEY_ID_BYTES, out->n);
	return true;
}

static enum prb_err
read_signatures(struct prb_span rest, struct prb_note *out, struct prb_fault *fault)
{
	struct prb_span line, text;

	for (out->count = 0; rest.n > 0; out->count++) {
		struct prb_note_signature *signature = &out->signatures[out->count];

		if (out->count == PRB_NOTE_SIGNATURES_MAX)
			return prb_fault_set(fault, PRB_ERR_TOO_LARGE, PRB_NO_OFFSET, NULL,
				"the note has more than %d signatures", PRB_NOTE_SIGNATURES_MAX);
		if (!prb_line_next(&rest, &line) || !prb_line_behind(line, DASH, &text) ||
			!read_signature(text, signature))
			return refuse(fault,
				"a signature line of the note is none: a long dash, the key's "
				"name and base64 are wanted");
		signature->line = (struct prb_span){line.p, line.n + 1};
	}
	if (out->count == 0)
		return refuse(fault, "the note has no signature");
	return PRB_OK;
}

static bool
is_text(struct prb_span bytes)
{
	for (size_t i = 0; i < bytes.n; i++)
		if ((unsigned char)bytes.p[i] < 0x20 && bytes.p[i] != '\n')
			return false;
	return prb_utf8_check(bytes.p, bytes.n) == bytes.n;
}

/* Where the last empty line is: how many bytes are before it; 0 where there is none. */
static size_t
text_length(struct prb_span bytes)
{
	for (size_t n = bytes.n; n > 1; n--)
		if (bytes.p[n - 1] == '\n' && bytes.p[n - 2] == '\n')
			return n - 1;
	return 0;
}

enum prb_err
prb_note_read(struct prb_span bytes, struct prb_note *out, struct prb_fault *fault)
{
	size_t n;

	if (bytes.n > PRB_NOTE_BYTES_MAX)
		return prb_fault_set(fault, PRB_ERR_TOO_LARGE, PRB_NO_OFFSET, NULL,
			"the note is larger than %d bytes", PRB_NOTE_BYTES_MAX);
	if (!is_text(bytes))
		return refuse(fault, "the note is not UTF-8, or holds control characters");
	n = text_length(bytes);
	if (n == 0)
		return refuse(fault, "the note has no empty line before its signatures");
	out->text = (struct prb_span){bytes.p, n};
	return read_signatures((struct prb_span){bytes.p + n + 1, bytes.n - n - 1}, out, fault);
}

/*
 * ---- Checking ----
 */

static bool
holds(struct prb_span text, const uint8_t *signature, const struct prb_note_key *key)
{
	return crypto_sign_verify_detached(
		       signature, (const unsigned char *)text.p, text.n, key->public_key) == 0;
}

static bool
cosignature_holds(struct prb_span text, const struct prb_note_signature *signature,
	const struct prb_note_key *key, int64_t *time)
{
	char message[COSIGNED_HEAD_BYTES + PRB_NOTE_COSIGNED_BYTES_MAX];
	uint64_t seconds = 0;
	size_t n;

	if (signature->n != PRB_NOTE_COSIGNATURE_BYTES)
		return false;
	for (int i = 0; i < 8; i++)
		seconds = seconds << 8 | signature->bytes[i];
	if (seconds > INT64_MAX)
		return false;
	n = cosigned(text, (int64_t)seconds, message);
	if (n == 0 || !holds((struct prb_span){message, n}, signature->bytes + 8, key))
		return false;
	if (time != NULL)
		*time = (int64_t)seconds;
	return true;
}

static bool
signature_holds(struct prb_span text, const struct prb_note_signature *signature,
	const struct prb_note_key *key, int64_t *time)
{
	if (key->algorithm == PRB_NOTE_COSIGNATURE)
		return cosignature_holds(text, signature, key, time);
	return signature->n == PRB_NOTE_SIGNATURE_BYTES && holds(text, signature->bytes, key);
}

enum prb_note_verdict
prb_note_check(const struct prb_note *note, const struct prb_note_key *key, int64_t *time)
{
	enum prb_note_verdict verdict = PRB_NOTE_UNKNOWN;
	int64_t latest = 0;

	for (size_t i = 0; i < note->count; i++) {
		const struct prb_note_signature *signature = &note->signatures[i];
		int64_t seconds = 0;

		if (!prb_span_is(signature->name, key->name) ||
			memcmp(signature->id, key->id, sizeof key->id) != 0)
			continue;
		if (!signature_holds(note->text, signature, key, &seconds))
			return PRB_NOTE_BAD;
		verdict = PRB_NOTE_GOOD;
		if (seconds > latest)
			latest = seconds;
	}
	if (verdict == PRB_NOTE_GOOD && time != NULL && key->algorithm == PRB_NOTE_COSIGNATURE)
		*time = latest;
	return verdict;
}
