/* SPDX-License-Identifier: Apache-2.0 */
#include "datasets/store/check_digits.h"

#include <assert.h>
#include <string.h>

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return c >= 'A' && c <= 'Z';
}

static unsigned
value(char digit)
{
	assert(is_digit(digit));
	return (unsigned)(digit - '0');
}

bool
prb_shape(const char *text, const char *shape)
{
	for (; *shape != '\0'; shape++, text++) {
		bool fits = *shape == '9'   ? is_digit(*text)
			    : *shape == 'A' ? is_letter(*text)
			    : *shape == 'X' ? is_digit(*text) || is_letter(*text)
					    : *text == *shape;

		if (!fits)
			return false;
	}
	return *text == '\0';
}

bool
prb_digits(const char *text, size_t n)
{
	return strlen(text) == n && strspn(text, "0123456789") == n;
}

unsigned
prb_weighed(const char *digits, const uint8_t *weights, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += value(digits[i]) * weights[i];
	return sum;
}

unsigned
prb_weighed_crosswise(const char *digits, const uint8_t *weights, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned product = value(digits[i]) * weights[i];

		sum += product / 10 + product % 10;
	}
	return sum;
}

unsigned
prb_digits_modulo(const char *digits, size_t n, unsigned modulus)
{
	unsigned rest = 0;

	for (size_t i = 0; i < n; i++)
		rest = (rest * 10 + value(digits[i])) % modulus;
	return rest;
}

bool
prb_luhn_holds(const char *digits, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned product = value(digits[n - 1 - i]) * (i % 2 == 0 ? 1 : 2);

		sum += product / 10 + product % 10;
	}
	return sum % 10 == 0;
}

bool
prb_mod_11_10_holds(const char *digits, size_t n)
{
	unsigned product = 10;

	for (size_t i = 0; i + 1 < n; i++) {
		unsigned sum = (product + value(digits[i])) % 10;

		product = (sum == 0 ? 10 : sum) * 2 % 11;
	}
	return (product + value(digits[n - 1])) % 10 == 1;
}

bool
prb_mod_97_10_holds(const char *text)
{
	unsigned rest = 0;

	for (; *text != '\0'; text++) {
		if (is_letter(*text))
			rest = (rest * 100 + (unsigned)(*text - 'A') + 10) % 97;
		else
			rest = (rest * 10 + value(*text)) % 97;
	}
	return rest == 1;
}
