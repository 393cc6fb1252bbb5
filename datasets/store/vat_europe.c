/* SPDX-License-Identifier: Apache-2.0 */

/*
 * VAT numbers of the European Union: VIES VAT number construction rules, functional description
 * (European Commission, DG TAXUD). Sole traders of some states pay under a number made of their
 * date of birth; of those no more is asked than the form, or the check digit where that page gives
 * one.
 */

#include <string.h>

#include "datasets/store/check_digits.h"
#include "datasets/store/vat.h"
#include "datasets/store/vat_rules.h"

static enum prb_vat_verdict
verdict(bool holds)
{
	return holds ? PRB_VAT_HOLDS : PRB_VAT_WRONG_DIGIT;
}

/* What the digit at p counts. */
static unsigned
at(const char *p)
{
	return (unsigned)(*p - '0');
}

enum prb_vat_verdict
prb_vat_at(char *p)
{
	if (!prb_shape(p, "U99999999"))
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(
		(PRB_WEIGHED_CROSSWISE(p + 1, 1, 2, 1, 2, 1, 2, 1) + 4 + at(p + 8)) % 10 == 0);
}

enum prb_vat_verdict
prb_vat_be(char *p)
{
	/* Numbers of before April 2005 have nine digits: the same with a zero before them. */
	if (prb_digits(p, 9)) {
		memmove(p + 1, p, 10);
		p[0] = '0';
	}
	if (!prb_digits(p, 10) || p[0] > '1')
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(97 - prb_digits_modulo(p, 8, 97) == at(p + 8) * 10 + at(p + 9));
}

static bool
bg_company_holds(const char *p)
{
	unsigned rest = PRB_WEIGHED(p, 1, 2, 3, 4, 5, 6, 7, 8) % 11;

	if (rest == 10)
		rest = PRB_WEIGHED(p, 3, 4, 5, 6, 7, 8, 9, 10) % 11 % 10;
	return rest == at(p + 8);
}

/* Persons, foreigners, and all others: three sums, and nothing says which of them a number is. */
static bool
bg_other_holds(const char *p)
{
	unsigned rest = PRB_WEIGHED(p, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11;

	return PRB_WEIGHED(p, 2, 4, 8, 5, 10, 9, 7, 3, 6) % 11 % 10 == at(p + 9) ||
	       PRB_WEIGHED(p, 21, 19, 17, 13, 11, 9, 7, 3, 1) % 10 == at(p + 9) ||
	       (11 - rest) % 11 == at(p + 9);
}

enum prb_vat_verdict
prb_vat_bg(char *p)
{
	if (prb_digits(p, 9))
		return verdict(bg_company_holds(p));
	if (prb_digits(p, 10))
		return verdict(bg_other_holds(p));
	return PRB_VAT_NO_SUCH_FORM;
}

enum prb_vat_verdict
prb_vat_cy(char *p)
{
	static const uint8_t odd[10] = {1, 0, 5, 7, 9, 13, 15, 17, 19, 21};
	unsigned sum = 0;

	if (!prb_shape(p, "99999999A") || strncmp(p, "12", 2) == 0)
		return PRB_VAT_NO_SUCH_FORM;
	for (size_t i = 0; i < 8; i++)
		sum += i % 2 == 0 ? odd[at(p + i)] : at(p + i);
	return verdict(sum % 26 == (unsigned)(p[8] - 'A'));
}

enum prb_vat_verdict
prb_vat_cz(char *p)
{
	if (prb_digits(p, 8) && p[0] != '9') {
		unsigned check = (11 - PRB_WEIGHED(p, 8, 7, 6, 5, 4, 3, 2) % 11) % 10;

		return verdict(check == at(p + 7));
	}
	/* Nine digits from 6 on: groups, and persons without a number of birth. */
	if (prb_digits(p, 9) && p[0] == '6') {
		unsigned rest = PRB_WEIGHED(p + 1, 8, 7, 6, 5, 4, 3, 2) % 11;

		return verdict(9 - (11 - rest) % 10 == at(p + 8));
	}
	/* Numbers of birth: until 1953 nine digits without a check, then 11 divides the ten; where
	 * the ninth left a rest of 10 a zero was given for it. */
	if (prb_digits(p, 9))
		return PRB_VAT_HOLDS;
	if (!prb_digits(p, 10))
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(prb_digits_modulo(p, 9, 11) % 10 == at(p + 9));
}

enum prb_vat_verdict
prb_vat_de(char *p)
{
	if (!prb_digits(p, 9) || p[0] == '0')
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(prb_mod_11_10_holds(p, 9));
}

enum prb_vat_verdict
prb_vat_dk(char *p)
{
	if (!prb_digits(p, 8) || p[0] == '0')
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(PRB_WEIGHED(p, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0);
}

enum prb_vat_verdict
prb_vat_ee(char *p)
{
	if (!prb_digits(p, 9))
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(PRB_WEIGHED(p, 3, 7, 1, 3, 7, 1, 3, 7, 1) % 10 == 0);
}

enum prb_vat_verdict
prb_vat_el(char *p)
{
	unsigned sum = 0;

	if (prb_digits(p, 8)) { /* written without the zero it begins with */
		memmove(p + 1, p, 9);
		p[0] = '0';
	}
	if (!prb_digits(p, 9))
		return PRB_VAT_NO_SUCH_FORM;
	for (size_t i = 0; i < 8; i++)
		sum = (sum + at(p + i)) * 2;
	return verdict(sum % 11 % 10 == at(p + 8));
}

/* Of companies a digit, or the letter that stands for it; which of the two depends on the kind of
 * company, but both have been given to the same kind. */
static bool
es_company_holds(const char *p)
{
	unsigned sum = PRB_WEIGHED_CROSSWISE(p + 1, 2, 1, 2, 1, 2, 1, 2);
	unsigned check = (10 - sum % 10) % 10;

	return p[8] == (char)('0' + check) || p[8] == "JABCDEFGHI"[check];
}

enum prb_vat_verdict
prb_vat_es(char *p)
{
	static const char letters[] = "TRWAGMYFPDXBNJZSQVHLCKE";
	unsigned first;

	if (prb_shape(p, "99999999A"))
		return verdict(letters[prb_digits_modulo(p, 8, 23)] == p[8]);
	if (!prb_shape(p, "A9999999X") || strchr("IOT", p[0]) != NULL)
		return PRB_VAT_NO_SUCH_FORM;
	if (strchr("KLM", p[0]) != NULL)
		return verdict(letters[prb_digits_modulo(p + 1, 7, 23)] == p[8]);
	if (p[0] < 'X')
		return verdict(es_company_holds(p));
	/* Foreign persons: X, Y and Z count as 0, 1 and 2 before the seven digits. */
	first = (unsigned)(p[0] - 'X') * (10000000 % 23);
	return verdict(letters[(first + prb_digits_modulo(p + 1, 7, 23)) % 23] == p[8]);
}

enum prb_vat_verdict
prb_vat_fi(char *p)
{
	if (!prb_digits(p, 8))
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(PRB_WEIGHED(p, 7, 9, 10, 5, 8, 4, 2, 1) % 11 == 0);
}

/* A key with letters: both characters from an alphabet without I and O. */
static bool
fr_new_key_holds(const char *p)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
	const char *a = strchr(alphabet, p[0]), *b = strchr(alphabet, p[1]);
	unsigned sum;

	if (!a || !b)
		return false;
	if (p[0] <= '9')
		sum = (unsigned)(a - alphabet) * 24 + (unsigned)(b - alphabet) - 10;
	else
		sum = (unsigned)(a - alphabet) * 34 + (unsigned)(b - alphabet) - 100;
	return (prb_digits_modulo(p + 2, 9, 11) + 1 + sum / 11) % 11 == sum % 11;
}

enum prb_vat_verdict
prb_vat_fr(char *p)
{
	if (!prb_shape(p, "XX999999999"))
		return PRB_VAT_NO_SUCH_FORM;
	/* Numbers of Monaco begin with three zeros and are no SIREN. */
	if (!prb_luhn_holds(p + 2, 9) && strncmp(p + 2, "000", 3) != 0)
		return PRB_VAT_WRONG_DIGIT;
	if (p[0] > '9' || p[1] > '9')
		return verdict(fr_new_key_holds(p));
	return verdict((12 + 3 * prb_digits_modulo(p + 2, 9, 97)) % 97 == at(p) * 10 + at(p + 1));
}

enum prb_vat_verdict
prb_vat_hr(char *p)
{
	if (!prb_digits(p, 11))
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(prb_mod_11_10_holds(p, 11));
}

enum prb_vat_verdict
prb_vat_hu(char *p)
{
	if (!prb_digits(p, 8))
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(PRB_WEIGHED(p, 9, 7, 3, 1, 9, 7, 3, 1) % 10 == 0);
}

static bool
ie_holds(const char *seven, char check, unsigned second)
{
	static const char letters[] = "WABCDEFGHIJKLMNOPQRSTUV";

	return letters[(PRB_WEIGHED(seven, 8, 7, 6, 5, 4, 3, 2) + 9 * second) % 23] == check;
}

enum prb_vat_verdict
prb_vat_ie(char *p)
{
	char seven[7] = "0";

	if (prb_shape(p, "9999999A"))
		return verdict(ie_holds(p, p[7], 0));
	/* A second letter, W or the first nine of the alphabet, counts nine times its place. */
	if (prb_shape(p, "9999999AA") && (p[8] <= 'I' || p[8] == 'W'))
		return verdict(ie_holds(p, p[7], p[8] == 'W' ? 0 : (unsigned)(p[8] - 'A') + 1));
	if (!prb_shape(p, "9A99999A"))
		return PRB_VAT_NO_SUCH_FORM;
	/* Before 2013 a letter stood in the second place and the first digit counts last. */
	memcpy(seven + 1, p + 2, 5);
	seven[6] = p[0];
	return verdict(ie_holds(seven, p[7], 0));
}

enum prb_vat_verdict
prb_vat_it(char *p)
{
	unsigned office;

	if (!prb_digits(p, 11) || strncmp(p, "0000000", 7) == 0)
		return PRB_VAT_NO_SUCH_FORM;
	office = prb_digits_modulo(p + 7, 3, 1000);
	if (office == 0 ||
		(office > 100 && office != 120 && office != 121 && office != 888 && office != 999))
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(prb_luhn_holds(p, 11));
}

static bool
lt_holds(const char *p, size_t n)
{
	static const uint8_t first[11] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2};
	static const uint8_t second[11] = {3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4};
	unsigned rest = prb_weighed(p, first, n - 1) % 11;

	if (rest == 10)
		rest = prb_weighed(p, second, n - 1) % 11 % 10;
	return rest == at(p + n - 1);
}

enum prb_vat_verdict
prb_vat_lt(char *p)
{
	size_t n = strlen(p);

	/* Twelve digits are given for a time only. The last but one is always 1. */
	if ((n != 9 && n != 12) || !prb_digits(p, n) || p[n - 2] != '1')
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(lt_holds(p, n));
}

enum prb_vat_verdict
prb_vat_lu(char *p)
{
	if (!prb_digits(p, 8))
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(prb_digits_modulo(p, 6, 89) == at(p + 6) * 10 + at(p + 7));
}

enum prb_vat_verdict
prb_vat_lv(char *p)
{
	if (!prb_digits(p, 11))
		return PRB_VAT_NO_SUCH_FORM;
	if (p[0] <= '3') /* a person, by the date of birth */
		return PRB_VAT_HOLDS;
	return verdict(PRB_WEIGHED(p, 9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1) % 11 == 3);
}

enum prb_vat_verdict
prb_vat_mt(char *p)
{
	if (!prb_digits(p, 8) || p[0] == '0')
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(PRB_WEIGHED(p, 3, 4, 6, 7, 8, 9, 10, 1) % 37 == 0);
}

enum prb_vat_verdict
prb_vat_nl(char *p)
{
	char whole[15] = "NL";

	if (!prb_shape(p, "999999999B99") || strcmp(p + 10, "00") == 0)
		return PRB_VAT_NO_SUCH_FORM;
	/* Companies have a check digit in the ninth place; sole traders since 2020 check digits
	 * over the whole, with its prefix. */
	if (PRB_WEIGHED(p, 9, 8, 7, 6, 5, 4, 3, 2) % 11 == at(p + 8))
		return PRB_VAT_HOLDS;
	memcpy(whole + 2, p, 13);
	return verdict(prb_mod_97_10_holds(whole));
}

enum prb_vat_verdict
prb_vat_pl(char *p)
{
	if (!prb_digits(p, 10))
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(PRB_WEIGHED(p, 6, 5, 7, 2, 3, 4, 5, 6, 7) % 11 == at(p + 9));
}

enum prb_vat_verdict
prb_vat_pt(char *p)
{
	unsigned check;

	if (!prb_digits(p, 9) || p[0] == '0')
		return PRB_VAT_NO_SUCH_FORM;
	check = 11 - PRB_WEIGHED(p, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
	return verdict((check > 9 ? 0 : check) == at(p + 8));
}

enum prb_vat_verdict
prb_vat_ro(char *p)
{
	static const uint8_t weights[9] = {7, 5, 3, 2, 1, 7, 5, 3, 2};
	size_t n = strlen(p);

	if (n < 2 || n > 10 || !prb_digits(p, n) || p[0] == '0')
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(prb_weighed(p, weights + (10 - n), n - 1) * 10 % 11 % 10 == at(p + n - 1));
}

enum prb_vat_verdict
prb_vat_se(char *p)
{
	/* The last two number the registrations of one company, from 01 to 94. */
	if (!prb_digits(p, 12) || strcmp(p + 10, "01") < 0 || strcmp(p + 10, "94") > 0)
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(prb_luhn_holds(p, 10));
}

enum prb_vat_verdict
prb_vat_si(char *p)
{
	unsigned check;

	if (!prb_digits(p, 8) || p[0] == '0')
		return PRB_VAT_NO_SUCH_FORM;
	check = 11 - PRB_WEIGHED(p, 8, 7, 6, 5, 4, 3, 2) % 11;
	return verdict((check == 10 ? 0 : check) == at(p + 7)); /* 11 is never given */
}

enum prb_vat_verdict
prb_vat_sk(char *p)
{
	if (!prb_digits(p, 10) || p[0] == '0' || strchr("234789", p[2]) == NULL)
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(prb_digits_modulo(p, 10, 11) == 0);
}
