/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mutate FILE: lists what could be changed in a C source (or a .def table), one change a line, by
 * tabs: number, line, column, operator, the line's text. mutate FILE NUMBER: prints the file with
 * that change.
 *
 * It reads tokens, not grammar: enough to find comparisons, whole numbers, && and ||, conditions,
 * choices by ?: and labels of a switch. What asserts say is left alone: they guard against our own
 * mistakes, and no input reaches them; so is the length of buffers for text.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES_MAX ((size_t)1 << 20)
#define TOKENS_MAX ((size_t)1 << 18)

struct token {
	enum { WORD, NUMBER, SIGN, OTHER } kind;
	size_t at, n;
};

static char text[FILE_BYTES_MAX + 1];
static size_t text_n;
static struct token tokens[TOKENS_MAX];
static size_t count;
static long wanted = -1, changes; /* wanted < 0: list */

/*
 * Tokens.
 */

static size_t
skip_blank(size_t i)
{
	if (text[i] == '/' && text[i + 1] == '*') {
		const char *end = strstr(text + i + 2, "*/");

		return end == NULL ? text_n : (size_t)(end - text) + 2;
	}
	if (text[i] == '/' && text[i + 1] == '/')
		return i + strcspn(text + i, "\n");
	return isspace((unsigned char)text[i]) ? i + 1 : i;
}

/* A directive goes to the end of its last line. What a #define says is read, behind its name. */
static size_t
skip_directive(size_t i)
{
	size_t word = i + 1 + strspn(text + i + 1, " \t");

	if (strncmp(text + word, "define", 6) == 0) {
		word += 6;
		word += strspn(text + word, " \t");
		while (isalnum((unsigned char)text[word]) || text[word] == '_')
			word++;
		return word;
	}
	while (i < text_n && text[i] != '\n')
		i += text[i] == '\\' && i + 1 < text_n ? 2 : 1;
	return i;
}

static size_t
quoted_end(size_t i)
{
	char quote = text[i++];

	while (i < text_n && text[i] != quote)
		i += text[i] == '\\' ? 2 : 1;
	return i + 1;
}

static size_t
sign_length(size_t i)
{
	static const char *const signs[] = {"<<=", ">>=", "...", "->", "++", "--", "<<", ">>",
		"<=", ">=", "==", "!=", "&&", "||",
		"|=", "&=", "+=", "-=", "*=", "/=", "%=", "^=", "##"};

	for (size_t k = 0; k < sizeof signs / sizeof signs[0]; k++)
		if (strncmp(text + i, signs[k], strlen(signs[k])) == 0)
			return strlen(signs[k]);
	return 1;
}

static size_t
read_token(size_t i)
{
	struct token *t = &tokens[count];
	unsigned char c = (unsigned char)text[i];

	if (count == TOKENS_MAX) {
		fputs("mutate: too many tokens\n", stderr);
		exit(1);
	}
	*t = (struct token){OTHER, i, 1};
	if (isalnum(c) || c == '_') {
		t->kind = isdigit(c) ? NUMBER : WORD;
		while (isalnum((unsigned char)text[i + t->n]) || text[i + t->n] == '_')
			t->n++;
	} else if (c == '"' || c == '\'') {
		t->n = quoted_end(i) - i;
	} else {
		t->kind = SIGN;
		t->n = sign_length(i);
	}
	count++;
	return i + t->n;
}

static void
read_tokens(void)
{
	bool line_start = true;
	size_t i = 0;

	while (i < text_n) {
		size_t next = skip_blank(i);

		if (next != i) {
			line_start |= text[i] == '\n';
			i = next;
		} else if (line_start && text[i] == '#') {
			i = skip_directive(i);
			line_start = false;
		} else if (text[i] == '\\') {
			i++;
		} else {
			i = read_token(i);
			line_start = false;
		}
	}
}

static bool
is(size_t k, const char *word)
{
	return k < count && tokens[k].n == strlen(word) &&
	       memcmp(text + tokens[k].at, word, tokens[k].n) == 0;
}

/* The closing sign of the bracket at token k, or `count`. */
static size_t
closing(size_t k)
{
	int depth = 0;

	for (; k < count; k++) {
		depth += is(k, "(") || is(k, "[") || is(k, "{");
		depth -= is(k, ")") || is(k, "]") || is(k, "}");
		if (depth == 0)
			return k;
	}
	return count;
}

/*
 * Changes.
 */

static void
list(size_t at, const char *what)
{
	size_t start = at, line = 1, end;

	while (start > 0 && text[start - 1] != '\n')
		start--;
	for (size_t i = 0; i < start; i++)
		line += text[i] == '\n';
	end = start + strcspn(text + start, "\n");
	printf("%ld\t%zu\t%zu\t%s\t", changes, line, at - start + 1, what);
	while (start < end && isspace((unsigned char)text[start]))
		start++;
	for (; start < end; start++)
		putchar(text[start] == '\t' ? ' ' : text[start]);
	putchar('\n');
}

/* The text from `at` to `end` becomes `with`; the mark shows in the list. */
static void
change(size_t at, size_t end, const char *with, size_t with_n, const char *what)
{
	if (wanted < 0) {
		list(at, what);
	} else if (changes == wanted) {
		fwrite(text, 1, at, stdout);
		fwrite(with, 1, with_n, stdout);
		fwrite(text + end, 1, text_n - end, stdout);
		exit(fflush(stdout) == 0 ? 0 : 1);
	}
	changes++;
}

static void
replace(size_t k, const char *with)
{
	char what[64];

	(void)snprintf(
		what, sizeof what, "%.*s to %s", (int)tokens[k].n, text + tokens[k].at, with);
	change(tokens[k].at, tokens[k].at + tokens[k].n, with, strlen(with), what);
}

/* Each flipped, and made off by one. */
static void
mutate_sign(size_t k)
{
	static const char *const pairs[][2] = {{"<", ">="}, {"<", "<="}, {"<=", ">"}, {"<=", "<"},
		{">", "<="}, {">", ">="}, {">=", "<"}, {">=", ">"}, {"==", "!="}, {"!=", "=="},
		{"&&", "||"}, {"||", "&&"}, {"|=", "&="}, {"&=", "|="}};

	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (is(k, pairs[i][0]))
			replace(k, pairs[i][1]);
}

static void
mutate_number(size_t k)
{
	char *end, with[64];
	const char *start = text + tokens[k].at;
	uintmax_t value = strtoumax(start, &end, 0);
	size_t digits = (size_t)(end - start);

	if (digits == 0 || digits > tokens[k].n)
		return;
	(void)snprintf(
		with, sizeof with, "%" PRIuMAX "%.*s", value + 1, (int)(tokens[k].n - digits), end);
	replace(k, with);
	if (value == 0)
		(void)snprintf(with, sizeof with, "(-1)");
	else
		(void)snprintf(with, sizeof with, "%" PRIuMAX "%.*s", value - 1,
			(int)(tokens[k].n - digits), end);
	replace(k, with);
}

/* The inside of the brackets at token k. */
static void
force(size_t k, const char *value, const char *what)
{
	size_t end = closing(k);

	if (end < count)
		change(tokens[k].at + 1, tokens[end].at, value, 1, what);
}

/* The second part of a for's head. */
static void
force_loop(size_t k)
{
	size_t end = closing(k), parts[2], found = 0;
	int depth = 0;

	for (size_t i = k; i < end && found < 2; i++) {
		depth += is(i, "(") || is(i, "[") || is(i, "{");
		depth -= is(i, ")") || is(i, "]") || is(i, "}");
		if (depth == 1 && is(i, ";"))
			parts[found++] = i;
	}
	if (found == 2 && parts[1] > parts[0] + 1)
		change(tokens[parts[0]].at + 1, tokens[parts[1]].at, "0", 1, "for false");
}

/* Up to a comma, a semicolon, a colon of its own or an unmatched bracket: where an operand of ?:
 * ends. */
static size_t
operand_end(size_t k, bool middle)
{
	int depth = 0, choices = 0;

	for (; k < count; k++) {
		if (depth == 0 && (is(k, ")") || is(k, "]") || is(k, "}") || is(k, ";")))
			return k;
		if (depth == 0 && !middle && is(k, ","))
			return k;
		if (depth == 0 && choices == 0 && is(k, ":"))
			return k;
		choices += depth == 0 && is(k, "?");
		choices -= depth == 0 && choices > 0 && is(k, ":");
		depth += is(k, "(") || is(k, "[") || is(k, "{");
		depth -= is(k, ")") || is(k, "]") || is(k, "}");
	}
	return count;
}

/* c ? a : b becomes a, and b, whatever c is: the other is written in its place. */
static void
mutate_choice(size_t k)
{
	size_t colon = operand_end(k + 1, true), end;
	size_t a, a_end, b, b_end;

	if (colon + 1 >= count || !is(colon, ":"))
		return;
	end = operand_end(colon + 1, false);
	if (end == count)
		return;
	a = tokens[k].at + 1;
	a_end = tokens[colon].at;
	b = a_end + 1;
	b_end = tokens[end - 1].at + tokens[end - 1].n;
	change(b, b_end, text + a, a_end - a, "?: true");
	change(a, a_end, text + b, b_end - b, "?: false");
}

static void
remove_label(size_t k, const char *what)
{
	for (size_t i = k; i < count; i++)
		if (is(i, ":")) {
			change(tokens[k].at, tokens[i].at + 1, "", 0, what);
			return;
		}
}

/* How long a buffer of text is says nothing about what is written there: too short, and it is cut
 * or refused, which tests of the writer hold. Skips "char name[..] = .., name[..]". */
static size_t
skip_buffers(size_t k)
{
	size_t end = k;

	if (!is(k, "char") || !is(k + 2, "["))
		return k;
	while (end < count && !is(end, ";") && !is(end, ")") && !is(end, "{"))
		end++;
	return end;
}

static void
mutate_word(size_t k)
{
	if (is(k, "if") && is(k + 1, "(")) {
		force(k + 1, "0", "if false");
		force(k + 1, "1", "if true");
	} else if (is(k, "while") && is(k + 1, "(")) {
		force(k + 1, "0", "while false");
	} else if (is(k, "for") && is(k + 1, "(")) {
		force_loop(k + 1);
	} else if (is(k, "case")) {
		remove_label(k, "case removed");
	} else if (is(k, "default") && is(k + 1, ":")) {
		remove_label(k, "default removed");
	}
}

static void
mutate(void)
{
	for (size_t k = 0; k < count; k++) {
		if ((is(k, "assert") || is(k, "static_assert")) && is(k + 1, "("))
			k = closing(k + 1);
		else if (skip_buffers(k) != k)
			k = skip_buffers(k);
		else if (tokens[k].kind == SIGN && is(k, "?"))
			mutate_choice(k);
		else if (tokens[k].kind == SIGN)
			mutate_sign(k);
		else if (tokens[k].kind == NUMBER)
			mutate_number(k);
		else if (tokens[k].kind == WORD)
			mutate_word(k);
	}
}

int
main(int argc, char **argv)
{
	FILE *file;

	if (argc != 2 && argc != 3) {
		fputs("usage: mutate FILE [NUMBER]\n", stderr);
		return 2;
	}
	file = fopen(argv[1], "rb");
	if (file == NULL) {
		perror(argv[1]);
		return 1;
	}
	text_n = fread(text, 1, FILE_BYTES_MAX, file);
	(void)fclose(file);
	if (argc == 3)
		wanted = strtol(argv[2], NULL, 10);
	read_tokens();
	mutate();
	return wanted < 0 && fflush(stdout) == 0 ? 0 : 1;
}
