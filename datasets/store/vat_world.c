/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Tax numbers of countries outside the European Union. Beside each rule: the name of what describes
 * it. Iceland, Ukraine, Indonesia and Mexico are held to the form alone: no public specification of
 * their check digits is known to us, or (Mexico) numbers that break it have been given. Where sole
 * traders pay under the number of their identity card (Turkey, Viet Nam, Indonesia) that number is
 * no form of this table: it names a person.
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

static enum prb_vat_verdict
form(bool fits)
{
	return fits ? PRB_VAT_HOLDS : PRB_VAT_NO_SUCH_FORM;
}

static unsigned
at(const char *p)
{
	return (unsigned)(*p - '0');
}

/* Cuts one of the endings off that people write behind a number. */
static void
cut_ending(char *p, size_t digits, const char *const *endings, size_t n)
{
	if (strlen(p) <= digits)
		return;
	for (size_t i = 0; i < n; i++)
		if (strcmp(p + digits, endings[i]) == 0)
			p[digits] = '\0';
}

/* HM Revenue and Customs: weights 8 to 2 and a check number modulo 97; in the series that restarted
 * at 100 in November 2009, 55 less. A branch writes three digits more; the number is that of the
 * company. Government departments and health authorities have short ones without a check. */
enum prb_vat_verdict
prb_vat_gb(char *p)
{
	unsigned sum;

	if (prb_shape(p, "GD999") || prb_shape(p, "HA999"))
		return form(p[0] == 'G' ? p[2] < '5' : p[2] >= '5');
	if (prb_digits(p, 12))
		p[9] = '\0';
	if (!prb_digits(p, 9))
		return PRB_VAT_NO_SUCH_FORM;
	sum = PRB_WEIGHED(p, 8, 7, 6, 5, 4, 3, 2) + at(p + 7) * 10 + at(p + 8);
	return verdict(sum % 97 == 0 || (p[0] != '0' && (sum + 55) % 97 == 0));
}

/* Swiss Federal Statistical Office: UID, modulus 11 (eCH-0097). */
enum prb_vat_verdict
prb_vat_che(char *p)
{
	static const char *const endings[] = {"MWST", "TVA", "IVA", "TPV"};

	cut_ending(p, 9, endings, sizeof(endings) / sizeof(endings[0]));
	if (!prb_digits(p, 9))
		return PRB_VAT_NO_SUCH_FORM;
	return verdict((11 - PRB_WEIGHED(p, 5, 4, 3, 2, 7, 6, 5, 4) % 11) % 11 == at(p + 8));
}

/* Broennoeysund Register Centre: organisation number, modulus 11. */
enum prb_vat_verdict
prb_vat_no(char *p)
{
	static const char *const endings[] = {"MVA"};

	cut_ending(p, 9, endings, 1);
	if (!prb_digits(p, 9))
		return PRB_VAT_NO_SUCH_FORM;
	return verdict((11 - PRB_WEIGHED(p, 3, 2, 7, 6, 5, 4, 3, 2) % 11) % 11 == at(p + 8));
}

enum prb_vat_verdict
prb_vat_is(char *p)
{
	return form(prb_digits(p, 5) || prb_digits(p, 6));
}

/* Turkish Revenue Administration: vergi kimlik numarasi, each digit moved by its place and doubled
 * as often as places follow, modulo 9. */
static bool
tr_company_holds(const char *p)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < 9; i++) {
		unsigned moved = (at(p + i) + 9 - i) % 10;
		unsigned rest = (moved << (9 - i)) % 9;

		sum += moved != 0 && rest == 0 ? 9 : rest;
	}
	return (10 - sum % 10) % 10 == at(p + 9);
}

enum prb_vat_verdict
prb_vat_tr(char *p)
{
	if (!prb_digits(p, 10))
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(tr_company_holds(p));
}

/* Serbian Tax Administration: PIB, ISO 7064 MOD 11,10. */
enum prb_vat_verdict
prb_vat_rs(char *p)
{
	if (!prb_digits(p, 9) || p[0] == '0')
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(prb_mod_11_10_holds(p, 9));
}

/* The register number of a company has 8 digits, its number for value added tax 12. */
enum prb_vat_verdict
prb_vat_ua(char *p)
{
	return form(prb_digits(p, 8) || prb_digits(p, 9) || prb_digits(p, 10) || prb_digits(p, 12));
}

/* Federal Tax Service of Russia, order of 29 June 2012 No. MMV-7-6/435@: structure of the INN. The
 * nine characters of the KPP (a reason of registration) are often written behind it. */
enum prb_vat_verdict
prb_vat_ru(char *p)
{
	if (prb_shape(p, "99999999999999XX999"))
		p[10] = '\0';
	if (prb_digits(p, 10))
		return verdict(PRB_WEIGHED(p, 2, 4, 10, 3, 5, 9, 4, 6, 8) % 11 % 10 == at(p + 9));
	if (!prb_digits(p, 12))
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(PRB_WEIGHED(p, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8) % 11 % 10 == at(p + 10) &&
		       PRB_WEIGHED(p, 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8) % 11 % 10 == at(p + 11));
}

/* Goods and Services Tax Network: state, permanent account number, number within the state, and a
 * check character: weights 1 and 2 in turn, quotient and rest by 36 added up. */
enum prb_vat_verdict
prb_vat_in(char *p)
{
	unsigned sum = 0;

	if (!prb_shape(p, "99AAAAA9999AXXX"))
		return PRB_VAT_NO_SUCH_FORM;
	for (size_t i = 0; i < 15; i++) {
		unsigned value = p[i] <= '9' ? at(p + i) : (unsigned)(p[i] - 'A') + 10;
		unsigned product = value * (i % 2 == 0 ? 1 : 2);

		sum += product / 36 + product % 36;
	}
	return verdict(sum % 36 == 0);
}

/* GB 32100-2015, Coding rule of the unified social credit identifier: powers of 3 modulo 31 over an
 * alphabet without I, O, S, V and Z. */
enum prb_vat_verdict
prb_vat_cn(char *p)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	unsigned sum = 0, weight = 1;

	if (!prb_shape(p, "XX999999XXXXXXXXXX") || strspn(p, alphabet) != 18)
		return PRB_VAT_NO_SUCH_FORM;
	for (size_t i = 0; i < 17; i++) {
		sum += (unsigned)(strchr(alphabet, p[i]) - alphabet) * weight;
		weight = weight * 3 % 31;
	}
	return verdict(alphabet[(31 - sum % 31) % 31] == p[17]);
}

/* National Tax Service of South Korea: the ninth digit counts five times, and once more the tens of
 * that. */
enum prb_vat_verdict
prb_vat_kr(char *p)
{
	unsigned sum;

	if (!prb_digits(p, 10))
		return PRB_VAT_NO_SUCH_FORM;
	sum = PRB_WEIGHED(p, 1, 3, 7, 1, 3, 7, 1, 3, 5) + at(p + 8) * 5 / 10;
	return verdict((sum + at(p + 9)) % 10 == 0);
}

/* Ministry of Finance of Taiwan, notice on the check of unified business numbers: since 1 April
 * 2023 5 divides the sum, before that 10 did. A seventh digit of 7 makes 28, 2 + 8 = 10, which may
 * be taken as 1 or as 0. */
enum prb_vat_verdict
prb_vat_tw(char *p)
{
	unsigned sum;

	if (!prb_digits(p, 8))
		return PRB_VAT_NO_SUCH_FORM;
	sum = PRB_WEIGHED_CROSSWISE(p, 1, 2, 1, 2, 1, 2, 4, 1);
	return verdict(sum % 5 == 0 || (p[6] == '7' && (sum + 1) % 5 == 0));
}

/* Revenue Department of Thailand: thirteen digits, of companies their registration number, weights
 * 13 to 2. */
enum prb_vat_verdict
prb_vat_th(char *p)
{
	unsigned sum;

	if (!prb_digits(p, 13))
		return PRB_VAT_NO_SUCH_FORM;
	sum = PRB_WEIGHED(p, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2);
	return verdict((11 - sum % 11) % 10 == at(p + 12));
}

/* Ministry of Finance of Viet Nam, Circular 105/2020/TT-BTC, Article 5: ten digits and of a
 * dependent unit three more. */
enum prb_vat_verdict
prb_vat_vn(char *p)
{
	size_t n = strlen(p);

	if ((n != 10 && n != 13) || !prb_digits(p, n))
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(10 - PRB_WEIGHED(p, 31, 29, 23, 19, 17, 13, 7, 5, 3) % 11 == at(p + 9));
}

/* Directorate General of Taxes of Indonesia: fifteen digits; since 2024 with a zero before
 * them (Regulation 112/PMK.03/2022). */
enum prb_vat_verdict
prb_vat_id(char *p)
{
	if (prb_digits(p, 16) && p[0] == '0')
		memmove(p, p + 1, 16);
	return form(prb_digits(p, 15));
}

static unsigned
cnpj_digit(const char *p, size_t n)
{
	unsigned sum = 0, rest;

	/* Weights 2 to 9 from the right, again from 2; letters (allowed from July 2026) count as
	 * their ASCII code less 48 (Receita Federal, Instrucao Normativa 2.229/2024). */
	for (size_t i = 0; i < n; i++)
		sum += at(p + n - 1 - i) * (unsigned)(2 + i % 8);
	rest = sum % 11;
	return rest < 2 ? 0 : 11 - rest;
}

bool
prb_cnpj_holds(const char *p)
{
	return prb_shape(p, "XXXXXXXXXXXX99") && cnpj_digit(p, 12) == at(p + 12) &&
	       cnpj_digit(p, 13) == at(p + 13);
}

enum prb_vat_verdict
prb_vat_br(char *p)
{
	if (!prb_shape(p, "XXXXXXXXXXXX99"))
		return PRB_VAT_NO_SUCH_FORM;
	return verdict(prb_cnpj_holds(p));
}

/* Servicio de Administracion Tributaria of Mexico: letters of the name (among them & and Ñ), the
 * date it began, and three characters told apart by the tax office. */
enum prb_vat_verdict
prb_vat_mx(char *p)
{
	unsigned letters = 0, month, day;

	for (;;) {
		if ((p[0] >= 'A' && p[0] <= 'Z') || p[0] == '&')
			p++;
		else if (strncmp(p, "\xC3\x91", 2) == 0)
			p += 2;
		else
			break;
		letters++;
	}
	if ((letters != 3 && letters != 4) || !prb_shape(p, "999999XXX"))
		return PRB_VAT_NO_SUCH_FORM;
	month = prb_digits_modulo(p + 2, 2, 100);
	day = prb_digits_modulo(p + 4, 2, 100);
	return form(month >= 1 && month <= 12 && day >= 1 && day <= 31);
}

/* Federal Administration of Public Revenue of Argentina: CUIT, modulus 11. Of a rest that asks for
 * ten the tax office gives another beginning; where it stands all the same it is written 9. */
enum prb_vat_verdict
prb_vat_ar(char *p)
{
	unsigned check;

	if (!prb_digits(p, 11))
		return PRB_VAT_NO_SUCH_FORM;
	check = (11 - PRB_WEIGHED(p, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11) % 11;
	return verdict((check == 10 ? 9 : check) == at(p + 10));
}

/* Servicio de Impuestos Internos of Chile: RUT, weights 2 to 7 from the right, ten is written K. */
enum prb_vat_verdict
prb_vat_cl(char *p)
{
	unsigned check;

	if (prb_shape(p, "9999999X")) {
		memmove(p + 1, p, 9);
		p[0] = '0';
	}
	if (!prb_shape(p, "99999999X") || (p[8] > '9' && p[8] != 'K'))
		return PRB_VAT_NO_SUCH_FORM;
	check = (11 - PRB_WEIGHED(p, 3, 2, 7, 6, 5, 4, 3, 2) % 11) % 11;
	return verdict("0123456789K"[check] == p[8]);
}

/* DIAN of Colombia, Orden Administrativa 4 of 1989: primes from the right. */
enum prb_vat_verdict
prb_vat_co(char *p)
{
	static const uint8_t primes[15] = {
		71, 67, 59, 53, 47, 43, 41, 37, 29, 23, 19, 17, 13, 7, 3};
	size_t n = strlen(p);
	unsigned rest;

	if (n < 8 || n > 16 || !prb_digits(p, n))
		return PRB_VAT_NO_SUCH_FORM;
	rest = prb_weighed(p, primes + (16 - n), n - 1) % 11;
	return verdict((rest < 2 ? rest : 11 - rest) == at(p + n - 1));
}

/* SUNAT of Peru: RUC, modulus 11; ten and eleven are written 0 and 1. */
enum prb_vat_verdict
prb_vat_pe(char *p)
{
	if (!prb_digits(p, 11))
		return PRB_VAT_NO_SUCH_FORM;
	return verdict((11 - PRB_WEIGHED(p, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11) % 10 == at(p + 10));
}
