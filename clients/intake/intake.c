/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/intake/intake.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "clients/intake/charset.h"
#include "clients/intake/documents.h"
#include "clients/intake/list.h"

/* What is looked at before reading begins. A header row stands in the first 4 KiB of every list
 * seen; 64 KiB shows some three hundred rows of letters to the look for the character set. */
#define WINDOW_BYTES ((size_t)64 << 10)
#define PIECE_BYTES ((size_t)16 << 10) /* decoded at a time */
/* The longest that a byte becomes: three in the sets of one byte a letter ("€"), and four in those
 * that count from a window (SCSU). UTF-16 gives three for two. */
#define DECODED_BYTES_MAX (4 * (WINDOW_BYTES + 4) + 1)

static const char *const format_words[] = {
	[PRB_INTAKE_AUTO] = "auto",
	[PRB_INTAKE_JSON] = "json",
	[PRB_INTAKE_NDJSON] = "ndjson",
	[PRB_INTAKE_CSV] = "csv",
};

struct prb_intake {
	struct prb_intake_options options;
	struct prb_intake_events events;
	struct prb_str window; /* the beginning, until it is understood */
	bool begun;
	bool finished; /* or failed: nothing more is read */
	enum prb_intake_format format;
	struct prb_intake_decoder *decoder; /* NULL where the bytes are taken as they are */
	struct prb_str decoded;
	struct prb_intake_list *list; /* one of the two, once begun */
	struct prb_intake_documents *documents;
};

struct prb_intake *
prb_intake_create(const struct prb_intake_options *options, const struct prb_intake_events *events)
{
	struct prb_intake *intake = calloc(1, sizeof(*intake));

	if (!intake)
		return NULL;
	assert(events->row && events->refused);
	intake->options = *options;
	intake->events = *events;
	prb_str_init(&intake->window, WINDOW_BYTES + 1);
	prb_str_init(&intake->decoded, DECODED_BYTES_MAX);
	return intake;
}

void
prb_intake_destroy(struct prb_intake *intake)
{
	if (!intake)
		return;
	prb_intake_list_destroy(intake->list);
	prb_intake_documents_destroy(intake->documents);
	prb_intake_decoder_destroy(intake->decoder);
	prb_str_finish(&intake->window);
	prb_str_finish(&intake->decoded);
	free(intake);
}

static enum prb_err
no_memory(struct prb_fault *fault)
{
	return prb_fault_set(fault, PRB_ERR_MEMORY, PRB_NO_OFFSET, NULL, "memory ran out");
}

static enum prb_intake_format
look_for_format(struct prb_span text)
{
	struct prb_span start = prb_span_trim(text);

	if (start.n > 0 && start.p[0] == '[')
		return PRB_INTAKE_JSON;
	if (start.n > 0 && start.p[0] == '{')
		return prb_intake_looks_like_lines(start) ? PRB_INTAKE_NDJSON : PRB_INTAKE_JSON;
	return PRB_INTAKE_CSV;
}

static enum prb_err
feed_reader(struct prb_intake *intake, struct prb_span text, struct prb_fault *fault)
{
	if (intake->list)
		return prb_intake_list_feed(intake->list, text, fault);
	return prb_intake_documents_feed(intake->documents, text, fault);
}

/* Decodes a piece, if need be, and reads it. */
static enum prb_err
read_piece(struct prb_intake *intake, struct prb_span piece, bool last, struct prb_fault *fault)
{
	if (!intake->decoder)
		return feed_reader(intake, piece, fault);
	prb_str_reset(&intake->decoded);
	prb_intake_decoder_feed(intake->decoder, piece, last, &intake->decoded);
	if (intake->decoded.failed)
		return no_memory(fault);
	return feed_reader(intake, prb_str_span(&intake->decoded), fault);
}

static enum prb_err
not_text(struct prb_span start, struct prb_fault *fault)
{
	const char *what = prb_intake_charset_known_file(start);

	return prb_fault_set(fault, PRB_ERR_ENCODING, 0, NULL,
		"this is no text but %s; save it as CSV in UTF-8", what ? what : "a binary file");
}

static enum prb_err
refuse_empty(enum prb_intake_format format, struct prb_fault *fault)
{
	bool is_json = format == PRB_INTAKE_JSON || format == PRB_INTAKE_NDJSON;

	return prb_fault_set(fault, is_json ? PRB_ERR_JSON : PRB_ERR_TABLE, 0, NULL,
		"the input is empty: a declaration in JSON or a list with a header row is needed");
}

/* 8-bit texts hold the signs of JSON and CSV as they are, so the format is found on their bytes; a
 * JSON text must be UTF-8 (RFC 8259 section 8.1), and what is not is left for its reader to refuse.
 */
static bool
make_reader(struct prb_intake *intake, enum prb_intake_charset charset, struct prb_span text)
{
	bool may_turn = intake->options.format == PRB_INTAKE_AUTO;

	intake->format = may_turn ? look_for_format(text) : intake->options.format;
	if (intake->format != PRB_INTAKE_CSV) {
		intake->documents = prb_intake_documents_create(&intake->options, &intake->events,
			intake->format == PRB_INTAKE_NDJSON, may_turn);
		return intake->documents;
	}
	if (charset == PRB_INTAKE_WINDOWS1252) {
		intake->decoder = prb_intake_decoder_create(charset);
		if (!intake->decoder)
			return false;
	}
	intake->list = prb_intake_list_create(&intake->options, &intake->events, charset, text);
	return intake->list;
}

static bool
is_wide(enum prb_intake_charset charset)
{
	return charset != PRB_INTAKE_UTF8 && charset != PRB_INTAKE_WINDOWS1252;
}

/* What the character set is told from: the window; of lines of JSON the first one, since reading
 * begins with it, and the outcome must not hang on how much came along behind it. */
static struct prb_span
start_of(const struct prb_intake *intake)
{
	struct prb_span start = prb_str_span(&intake->window);
	const char *end = intake->options.format == PRB_INTAKE_NDJSON && start.n > 0
				  ? memchr(start.p, '\n', start.n)
				  : NULL;

	if (end != NULL)
		start.n = (size_t)(end - start.p) + 1;
	return start;
}

/* Which set the bytes are in: *charset, and *decoder where they must be decoded before anything is
 * seen in them. UTF-8 is read as it is, with or without a mark. */
static enum prb_err
find_charset(struct prb_intake *intake, struct prb_span start, bool whole,
	enum prb_intake_charset *charset, size_t *mark_bytes, struct prb_fault *fault)
{
	const char *declared = intake->options.charset;

	*charset = prb_intake_charset_sniff(start, whole, mark_bytes);
	if (declared && !prb_intake_charset_known_file(start)) {
		*mark_bytes *= *charset == PRB_INTAKE_UTF8 && prb_intake_charset_is_utf8(declared);
		*charset = PRB_INTAKE_UTF8;
		if (prb_intake_charset_is_utf8(declared))
			return PRB_OK;
		intake->decoder = prb_intake_decoder_create_declared(declared);
		return intake->decoder ? PRB_OK : no_memory(fault);
	}
	if (*charset == PRB_INTAKE_NOT_TEXT)
		return not_text(start, fault);
	if (!is_wide(*charset))
		return PRB_OK;
	intake->decoder = prb_intake_decoder_create(*charset);
	return intake->decoder ? PRB_OK : no_memory(fault);
}

/* The beginning, decoded; without a byte order mark that its set counts as a letter. */
static struct prb_span
decode_start(struct prb_intake *intake, struct prb_span bytes, bool whole)
{
	static const struct prb_span mark = {"\xEF\xBB\xBF", 3};
	struct prb_span text;

	prb_intake_decoder_feed(intake->decoder, bytes, whole, &intake->decoded);
	text = prb_str_span(&intake->decoded);
	if (prb_span_starts(text, mark)) {
		text.p += mark.n;
		text.n -= mark.n;
	}
	return text;
}

/* Looks at the window, makes the reader, and reads the window. `whole`: there is no more. */
static enum prb_err
begin(struct prb_intake *intake, bool whole, struct prb_fault *fault)
{
	struct prb_span start = prb_str_span(&intake->window);
	enum prb_intake_charset charset;
	size_t mark_bytes;

	intake->begun = true;
	if (start.n == 0)
		return refuse_empty(intake->options.format, fault);
	struct prb_span first = start_of(intake);
	enum prb_err err = find_charset(
		intake, first, whole && first.n == start.n, &charset, &mark_bytes, fault);
	if (err != PRB_OK)
		return err;
	struct prb_span bytes = {start.p + mark_bytes, start.n - mark_bytes};
	bool is_decoded = intake->decoder != NULL;
	struct prb_span text = is_decoded ? decode_start(intake, bytes, whole) : bytes;
	if (intake->decoded.failed)
		return no_memory(fault);
	if (whole && prb_span_trim(text).n == 0)
		return refuse_empty(intake->options.format, fault);
	if (!make_reader(intake, charset, text))
		return no_memory(fault);
	err = is_decoded ? feed_reader(intake, text, fault)
			 : read_piece(intake, bytes, whole, fault);
	prb_str_finish(&intake->window);
	return err;
}

/* What did not go into the window any more, in pieces that the room for decoded text holds. */
static enum prb_err
read_on(struct prb_intake *intake, struct prb_span bytes, struct prb_fault *fault)
{
	while (bytes.n > 0) {
		size_t n = bytes.n > PIECE_BYTES ? PIECE_BYTES : bytes.n;
		enum prb_err err = read_piece(intake, (struct prb_span){bytes.p, n}, false, fault);

		if (err != PRB_OK)
			return err;
		bytes.p += n;
		bytes.n -= n;
	}
	return PRB_OK;
}

/* Lines of JSON that are said to be such are read as soon as one is there: whoever streams them
 * waits for the first answer. A list is looked at longer, since its first row says little about its
 * letters. */
static bool
has_enough(const struct prb_intake *intake)
{
	if (intake->window.n == WINDOW_BYTES)
		return true;
	return intake->options.format == PRB_INTAKE_NDJSON &&
	       memchr(intake->window.p, '\n', intake->window.n) != NULL;
}

enum prb_err
prb_intake_feed(struct prb_intake *intake, const void *bytes, size_t n, struct prb_fault *fault)
{
	struct prb_span piece = {bytes, n};
	enum prb_err err = PRB_OK;

	if (intake->finished || n == 0)
		return PRB_OK;
	if (!intake->begun) {
		size_t room = WINDOW_BYTES - intake->window.n;
		size_t taken = n < room ? n : room;

		prb_str_add(&intake->window, piece.p, taken);
		if (intake->window.failed)
			err = no_memory(fault);
		piece.p += taken;
		piece.n -= taken;
		if (err == PRB_OK && has_enough(intake))
			err = begin(intake, false, fault);
	}
	if (err == PRB_OK && piece.n > 0)
		err = read_on(intake, piece, fault);
	intake->finished = err != PRB_OK;
	return err;
}

enum prb_err
prb_intake_finish(struct prb_intake *intake, struct prb_fault *fault)
{
	enum prb_err err = PRB_OK;

	if (intake->finished)
		return PRB_OK;
	intake->finished = true;
	if (!intake->begun)
		err = begin(intake, true, fault);
	else if (intake->decoder)
		err = read_piece(intake, PRB_SPAN_NONE, true, fault);
	if (err != PRB_OK)
		return err;
	if (intake->list)
		return prb_intake_list_finish(intake->list, fault);
	return prb_intake_documents_finish(intake->documents, fault);
}

enum prb_intake_format
prb_intake_format_find(const char *word)
{
	for (int i = PRB_INTAKE_JSON; i <= PRB_INTAKE_CSV; i++) {
		if (strcmp(word, format_words[i]) == 0)
			return (enum prb_intake_format)i;
	}
	return PRB_INTAKE_AUTO;
}

const char *
prb_intake_format_word(enum prb_intake_format format)
{
	return format_words[format];
}

enum prb_intake_format
prb_intake_format_used(const struct prb_intake *intake)
{
	if (intake->documents && prb_intake_documents_are_lines(intake->documents))
		return PRB_INTAKE_NDJSON;
	return intake->format;
}
