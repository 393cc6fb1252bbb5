/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/intake/figures.h"

#include <string.h>

#define FIGURE_BYTES_MAX 48 /* "approximately 1,000,000 - 1,100,000 workers" has 43 */
#define PERCENT_SCALE 4     /* 100 % in units of 10^-4 percent is PRB_PPM_ONE */
#define SHARE_SCALE 6

/* Lower case, signs that mean the same as one ASCII sign; false for anything else that is not
 * ASCII. */
static bool
make_plain(struct prb_span cell, char out[FIGURE_BYTES_MAX], size_t *length)
{
	static const struct {
		uint32_t from;
		char to;
	} signs[] = {{0x2012, '-'}, {0x2013, '-'}, {0x2014, '-'}, {0x2212, '-'}, {0xFF0D, '-'},
		{0x2248, '~'}, {0x2265, '>'}, {0xFF05, '%'}, {0x066A, '%'}, {0x2019, '\''},
		{0xFF0C, ','}};
	size_t n = 0;
	uint32_t c;

	for (size_t i = 0; i < cell.n;) {
		size_t bytes = prb_utf8_decode(cell.p + i, cell.n - i, &c);

		if (bytes == 0 || n == FIGURE_BYTES_MAX - 1)
			return false;
		for (size_t k = 0; c >= 0x80 && k < sizeof(signs) / sizeof(signs[0]); k++) {
			if (signs[k].from == c)
				c = (uint32_t)signs[k].to;
		}
		if (c >= 0x80)
			return false;
		out[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : (char)c;
		i += bytes;
	}
	out[n] = '\0';
	*length = n;
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *
skip_blanks(const char *p)
{
	while (*p == ' ')
		p++;
	return p;
}

static bool
skip_word(const char **p, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*p, word, n) != 0)
		return false;
	*p = skip_blanks(*p + n);
	return true;
}

static enum prb_intake_reading
skip_hedge(const char **p)
{
	static const struct {
		const char *word;
		enum prb_intake_reading reading;
	} hedges[] = {{"approximately", PRB_INTAKE_ABOUT}, {"approx.", PRB_INTAKE_ABOUT},
		{"approx", PRB_INTAKE_ABOUT}, {"about", PRB_INTAKE_ABOUT},
		{"around", PRB_INTAKE_ABOUT}, {"circa", PRB_INTAKE_ABOUT},
		{"ca.", PRB_INTAKE_ABOUT}, {"ca", PRB_INTAKE_ABOUT}, {"c.", PRB_INTAKE_ABOUT},
		{"est.", PRB_INTAKE_ABOUT}, {"~", PRB_INTAKE_ABOUT}, {">=", PRB_INTAKE_AT_LEAST},
		{">", PRB_INTAKE_AT_LEAST}, {"over", PRB_INTAKE_AT_LEAST},
		{"more than", PRB_INTAKE_AT_LEAST}, {"at least", PRB_INTAKE_AT_LEAST},
		{"min.", PRB_INTAKE_AT_LEAST}};

	for (size_t i = 0; i < sizeof(hedges) / sizeof(hedges[0]); i++) {
		if (skip_word(p, hedges[i].word))
			return hedges[i].reading;
	}
	return PRB_INTAKE_EXACT;
}

static bool
three_digits(const char *p)
{
	return is_digit(p[0]) && is_digit(p[1]) && is_digit(p[2]) && !is_digit(p[3]);
}

/* Digits in groups of three, the same sign between all groups; then nothing, or a fraction of zeros
 * ("120.0", as spreadsheets write). "1.234" is 1234: a count has no thousandths. */
static bool
read_whole(const char **at, int64_t max, int64_t *out)
{
	const char *p = *at;
	int64_t value = 0;
	int leading = 0;
	char sign = '\0';

	for (; is_digit(*p); p++, leading++) {
		value = value * 10 + (*p - '0');
		if (value > max)
			return false;
	}
	if (leading == 0)
		return false;
	while (leading <= 3 && *p != '\0' && strchr(",.' ", *p) && (!sign || *p == sign) &&
		three_digits(p + 1)) {
		sign = *p;
		for (int i = 1; i <= 3; i++)
			value = value * 10 + (p[i] - '0');
		if (value > max)
			return false;
		p += 4;
	}
	if ((*p == '.' || *p == ',') && is_digit(p[1])) {
		p++;
		while (*p == '0')
			p++;
		if (is_digit(*p))
			return false;
	}
	*at = skip_blanks(p);
	*out = value;
	return true;
}

/* What may stand behind the number; false where something else does. */
static bool
read_rest(const char *p, int64_t max, int64_t value, enum prb_intake_reading *reading)
{
	int64_t upper;

	if (skip_word(&p, "-") || skip_word(&p, "to ")) {
		if (!read_whole(&p, max, &upper) || upper < value)
			return false;
		*reading = PRB_INTAKE_RANGE;
	} else if (skip_word(&p, "+")) {
		*reading = PRB_INTAKE_AT_LEAST;
	}
	if (!skip_word(&p, "workers") && !skip_word(&p, "employees"))
		(void)skip_word(&p, "people");
	return *p == '\0';
}

enum prb_intake_reading
prb_intake_read_count(struct prb_span cell, int64_t max, int64_t *out)
{
	char plain[FIGURE_BYTES_MAX];
	size_t n;
	int64_t value;

	if (!make_plain(prb_span_trim(cell), plain, &n))
		return PRB_INTAKE_UNREADABLE;
	const char *p = plain;
	enum prb_intake_reading reading = skip_hedge(&p);
	if (!read_whole(&p, max, &value) || !read_rest(p, max, value, &reading))
		return PRB_INTAKE_UNREADABLE;
	*out = value;
	return reading;
}

enum prb_intake_share
prb_intake_read_share(struct prb_span cell, bool header_percent, prb_ppm *out)
{
	char plain[FIGURE_BYTES_MAX];
	size_t n;
	bool percent = header_percent;
	int64_t value;

	if (!make_plain(prb_span_trim(cell), plain, &n))
		return PRB_INTAKE_SHARE_UNREADABLE;
	if (n > 0 && plain[n - 1] == '%') {
		percent = true;
		n--;
	}
	struct prb_span number = prb_span_trim((struct prb_span){plain, n});
	char *comma = memchr(plain, ',', n);
	if (comma)
		*comma = '.';
	if (!prb_parse_decimal(number, SHARE_SCALE, &value) || value < 0)
		return PRB_INTAKE_SHARE_UNREADABLE;
	if (!percent && value <= PRB_PPM_ONE) {
		*out = value;
		return PRB_INTAKE_SHARE_OF_ONE;
	}
	if (!prb_parse_decimal(number, PERCENT_SCALE, &value) || value > PRB_PPM_ONE)
		return PRB_INTAKE_SHARE_UNREADABLE;
	*out = value;
	return PRB_INTAKE_SHARE_PERCENT;
}
