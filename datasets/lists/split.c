/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/lists/split.h"

#include <string.h>

#define NO_COUNT 0

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool
is_letter(char c)
{
	return (lower(c) >= 'a' && lower(c) <= 'z') || (unsigned char)c >= 0x80;
}

static struct prb_span
from(struct prb_span text, size_t at)
{
	return (struct prb_span){text.p + at, text.n - at};
}

static struct prb_span
until(struct prb_span text, size_t at)
{
	return (struct prb_span){text.p, at};
}

static bool
begins(struct prb_span text, const char *words)
{
	size_t n = strlen(words);

	if (text.n < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (lower(text.p[i]) != words[i])
			return false;
	return !is_letter(words[n - 1]) || text.n == n || !is_letter(text.p[n]);
}

/* Blanks and the commas that a cut leaves behind go, and so does a lone "and". */
static struct prb_span
strip(struct prb_span text)
{
	for (;;) {
		struct prb_span before = text;

		while (text.n > 0 && strchr(" ,;:", text.p[0]))
			text = from(text, 1);
		while (text.n > 0 && strchr(" ,;:", text.p[text.n - 1]))
			text.n--;
		if (begins(text, "and "))
			text = from(text, 4);
		if (text.n >= 4 && memcmp(text.p + text.n - 4, " and", 4) == 0)
			text.n -= 4;
		if (text.n == before.n)
			return text;
	}
}

/* The wordings of the US lists (Federal Register notices on the UFLPA Entity List, CBP's table of
 * orders) and their short forms. A mark that needs a colon could else be part of a name. */
static const struct mark {
	const char *words;
	uint8_t kind;
	bool at_start; /* only where a clause begins */
} marks[] = {
	{"also known as", PRB_ENTRY_ALIAS, false},
	{"also known by", PRB_ENTRY_ALIAS, false},
	{"also doing business as", PRB_ENTRY_ALIAS, false},
	{"formerly known as", PRB_ENTRY_FORMER, false},
	{"previously known as", PRB_ENTRY_FORMER, false},
	{"doing business as", PRB_ENTRY_ALIAS, false},
	{"now known as", PRB_ENTRY_ALIAS, false},
	{"trading as", PRB_ENTRY_ALIAS, true},
	{"a.k.a.", PRB_ENTRY_ALIAS, false},
	{"a/k/a", PRB_ENTRY_ALIAS, false},
	{"aka", PRB_ENTRY_ALIAS, false},
	{"f.k.a.", PRB_ENTRY_FORMER, false},
	{"f/k/a", PRB_ENTRY_FORMER, false},
	{"fka", PRB_ENTRY_FORMER, false},
	{"d.b.a.", PRB_ENTRY_ALIAS, false},
	{"d/b/a", PRB_ENTRY_ALIAS, false},
	{"dba", PRB_ENTRY_ALIAS, true},
	{"formerly", PRB_ENTRY_FORMER, true},
	{"previously", PRB_ENTRY_FORMER, true},
	{"alias:", PRB_ENTRY_ALIAS, true},
	{"aliases:", PRB_ENTRY_ALIAS, true},
	{"alias", PRB_ENTRY_ALIAS, true},
};

static const char *const numbers[] = {"one", "two", "three", "four", "five", "six", "seven",
	"eight", "nine", "ten", "eleven", "twelve"};

/* "and two aliases:", "including one alias:", "two aliases:": its length and the number, or 0. */
static size_t
counted_mark(struct prb_span text, size_t *count)
{
	size_t at = 0;

	if (begins(text, "and "))
		at = 4;
	else if (begins(text, "including "))
		at = 10;
	else if (begins(text, "with "))
		at = 5;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		size_t end = at + strlen(numbers[i]);

		if (!begins(from(text, at), numbers[i]) || end >= text.n || text.p[end] != ' ')
			continue;
		if (begins(from(text, end + 1), "aliases"))
			end += 8;
		else if (begins(from(text, end + 1), "alias"))
			end += 6;
		else
			return 0;
		while (end < text.n && text.p[end] == ' ')
			end++;
		*count = i + 1;
		return end < text.n && text.p[end] == ':' ? end + 1 : 0;
	}
	return 0;
}

/* The length of the mark that the text begins with, or 0. */
static size_t
mark_at(struct prb_span text, bool at_start, uint8_t *kind, size_t *count)
{
	size_t n = counted_mark(text, count);

	if (n > 0) {
		*kind = PRB_ENTRY_ALIAS;
		return n;
	}
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if ((at_start || !marks[i].at_start) && begins(text, marks[i].words)) {
			*kind = marks[i].kind;
			*count = NO_COUNT;
			return strlen(marks[i].words);
		}
	return 0;
}

/* Chinese characters: the blocks that names of companies are written in. */
static bool
is_han(uint32_t c)
{
	return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
	       (c >= 0x20000 && c <= 0x3FFFF);
}

static bool
has_han(struct prb_span text, bool *alone)
{
	bool has = false;
	uint32_t c;

	*alone = true;
	for (size_t i = 0; i < text.n;) {
		size_t n = prb_utf8_decode(text.p + i, text.n - i, &c);

		if (n == 0)
			return false;
		if (is_han(c))
			has = true;
		else if (c != ' ' && c != 0xFF08 && c != 0xFF09)
			*alone = false;
		i += n;
	}
	*alone = *alone && has;
	return has;
}

static void
add(struct prb_split *out, struct prb_span text, uint8_t kind)
{
	bool alone;

	text = strip(text);
	if (text.n == 0)
		return;
	if (out->names_count == PRB_SPLIT_NAMES_MAX) {
		out->overflow = true;
		return;
	}
	if (kind == PRB_ENTRY_ALIAS && has_han(text, &alone))
		kind = PRB_ENTRY_ZH;
	out->names[out->names_count].text = text;
	out->names[out->names_count++].kind = kind;
}

/* "Co., Ltd." and its like: the comma before such a word parts no names. */
static bool
is_form(struct prb_span text)
{
	static const char *const forms[] = {"ltd", "limited", "inc", "incorporated", "llc", "l.l.c",
		"llp", "lp", "co", "corp", "corporation", "company", "plc", "pte", "pvt", "private",
		"sdn", "gmbh", "ag", "kg", "s.a", "sa", "s.l", "spa", "s.p.a", "srl", "s.r.l",
		"b.v", "bv", "n.v", "nv", "jsc", "ooo", "tic", "san"};

	text = prb_span_trim(text);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (begins(text, forms[i]))
			return true;
	return false;
}

static int
depth_change(char c)
{
	return c == '(' ? 1 : c == ')' ? -1 : 0;
}

/* Cuts at the separator outside parentheses; gives the next part and moves on. */
static bool
next_part(struct prb_span *rest, char separator, struct prb_span *part)
{
	int depth = 0;

	if (rest->p == NULL)
		return false;
	for (size_t i = 0; i < rest->n; i++) {
		depth += depth_change(rest->p[i]);
		if (depth > 0 || rest->p[i] != separator ||
			(separator == ',' && is_form(from(*rest, i + 1))))
			continue;
		*part = until(*rest, i);
		*rest = from(*rest, i + 1);
		return true;
	}
	*part = *rest;
	*rest = PRB_SPAN_NONE;
	return true;
}

static size_t
count_parts(struct prb_span text, char separator, bool *last_and)
{
	struct prb_span part;
	size_t n = 0;

	*last_and = false;
	while (next_part(&text, separator, &part)) {
		*last_and = begins(prb_span_trim(part), "and ");
		n += prb_span_trim(part).n > 0;
	}
	return n;
}

static void
add_parts(struct prb_split *out, struct prb_span text, char separator, uint8_t kind)
{
	struct prb_span part;

	while (next_part(&text, separator, &part))
		add(out, part, kind);
}

/* "X and Y" where two were announced and one "and" stands there. */
static bool
add_two(struct prb_split *out, struct prb_span text, uint8_t kind)
{
	size_t found = 0, at = 0;

	for (size_t i = 0; i + 5 <= text.n; i++)
		if (memcmp(text.p + i, " and ", 5) == 0) {
			found++;
			at = i;
		}
	if (found != 1)
		return false;
	add(out, until(text, at), kind);
	add(out, from(text, at + 5), kind);
	return true;
}

/* The names of one clause. Semicolons part names; commas do where the words say so, since names
 * hold commas too. */
static void
add_clause(struct prb_split *out, struct prb_span text, uint8_t kind, size_t count)
{
	bool last_and;
	size_t parts;

	text = strip(text);
	if (memchr(text.p ? text.p : "", ';', text.n)) {
		add_parts(out, text, ';', kind);
		return;
	}
	parts = count_parts(text, ',', &last_and);
	if (parts > 1 && (last_and || parts == count))
		add_parts(out, text, ',', kind);
	else if (count != 2 || !add_two(out, text, kind))
		add(out, text, kind);
}

/* What stands inside a parenthesis that opens with a mark: clauses, each behind a mark of its own.
 */
static void
add_group(struct prb_split *out, struct prb_span text)
{
	uint8_t kind = PRB_ENTRY_ALIAS, next_kind;
	size_t count = NO_COUNT, next_count, start = 0;
	bool at_start = true;
	int depth = 0;

	for (size_t i = 0; i < text.n;) {
		bool word = depth == 0 && (i == 0 || !is_letter(text.p[i - 1]));
		size_t n = word ? mark_at(from(text, i), at_start, &next_kind, &next_count) : 0;

		if (n > 0) {
			add_clause(out, (struct prb_span){text.p + start, i - start}, kind, count);
			kind = next_kind;
			count = next_count;
			start = i += n;
			continue;
		}
		depth += depth_change(text.p[i]);
		if (text.p[i] != ' ')
			at_start = text.p[i] == ';' || text.p[i] == ',';
		i++;
	}
	add_clause(out, from(text, start), kind, count);
}

/* The end of the group that opens at `at`: the offset of its closing parenthesis, or the text's
 * end. */
static size_t
group_end(struct prb_span text, size_t at)
{
	int depth = 0;

	for (size_t i = at; i < text.n; i++) {
		depth += depth_change(text.p[i]);
		if (depth == 0)
			return i;
	}
	return text.n;
}

static bool
take_group(struct prb_split *out, struct prb_span inside)
{
	uint8_t kind;
	size_t count;
	bool alone;

	inside = prb_span_trim(inside);
	if (mark_at(inside, true, &kind, &count) > 0)
		add_group(out, inside);
	else if (has_han(inside, &alone) && alone)
		add(out, inside, PRB_ENTRY_ZH);
	else
		return false;
	return true;
}

/* ", a/k/a B, a/k/a C" without parentheses; "AKA" alone may be a word of the name there. */
static bool
is_mark_alone(struct prb_span text, size_t at)
{
	uint8_t kind;
	size_t count = NO_COUNT, n = 0;

	if (at > 1 && text.p[at - 1] == ' ')
		n = mark_at(from(text, at), false, &kind, &count);
	for (size_t i = 0; i < n && count == NO_COUNT; i++)
		if (!is_letter(text.p[at + i]))
			return true;
	return false;
}

/* The words about other parties begin here, or at the text's end. */
static size_t
find_tail(struct prb_span text)
{
	static const char *const words[] = {"and its ", "and their ", "and subsidiaries",
		"and all subsidiaries", "and affiliates", "and any subsidiaries"};
	int depth = 0;

	for (size_t i = 0; i < text.n; i++) {
		depth += depth_change(text.p[i]);
		if (depth != 0 || (i > 0 && text.p[i - 1] != ' ' && text.p[i - 1] != ')'))
			continue;
		for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
			if (begins(from(text, i), words[k]))
				return i;
	}
	return text.n;
}

/* Parties that the words name: "which include A, B, and C", "and its subsidiary A". */
static void
take_named_parties(struct prb_split *out, struct prb_span tail)
{
	static const char *const openings[] = {
		"which include ", "including ", "subsidiary ", "affiliate "};

	for (size_t i = 0; i < tail.n; i++)
		for (size_t k = 0; k < sizeof(openings) / sizeof(openings[0]); k++)
			if ((i == 0 || tail.p[i - 1] == ' ') &&
				begins(from(tail, i), openings[k])) {
				struct prb_span list = from(tail, i + strlen(openings[k]));

				add_parts(out, list, memchr(list.p, ';', list.n) ? ';' : ',',
					PRB_ENTRY_ALIAS);
				return;
			}
}

void
prb_split_aka(struct prb_span cell, struct prb_split *out)
{
	struct prb_span text = prb_span_trim(cell), tail;
	size_t name_end = text.n, behind = text.n, at;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < text.n; i++) {
		size_t end;

		if (is_mark_alone(text, i)) { /* all that is left are names */
			add_group(out, from(text, i));
			if (name_end == text.n)
				name_end = i;
			behind = text.n;
			break;
		}
		if (text.p[i] != '(')
			continue;
		end = group_end(text, i);
		if (take_group(out, (struct prb_span){text.p + i + 1, end - i - 1})) {
			if (name_end == text.n)
				name_end = i;
			behind = end < text.n ? end + 1 : text.n;
		}
		i = end;
	}
	at = find_tail(until(text, name_end));
	tail = at < name_end ? (struct prb_span){text.p + at, name_end - at} : from(text, behind);
	out->name = strip(until(text, at));
	out->note = prb_span_trim(tail);
	while (out->note.n > 0 && strchr(" ,;", out->note.p[0]))
		out->note = from(out->note, 1);
	take_named_parties(out, out->note);
	if (out->name.n == 0) /* a cell of nothing but a parenthesis is a name as it stands */
		*out = (struct prb_split){.name = text};
}
