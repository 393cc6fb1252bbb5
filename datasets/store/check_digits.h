/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STORE_CHECK_DIGITS_H
#define PRB_STORE_CHECK_DIGITS_H

/*
 * The arithmetic that the check digits of many countries share. All take text that was looked at
 * with prb_shape before: a character that is no digit where one is counted is our own mistake.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether text is exactly as shape says: '9' stands for a digit, 'A' for a letter A to Z, 'X' for
 * either, any other character for itself. */
bool prb_shape(const char *text, const char *shape);
/* n digits and nothing else. */
bool prb_digits(const char *text, size_t n);

/* The sum of n digits, each times its weight. */
unsigned prb_weighed(const char *digits, const uint8_t *weights, size_t n);
/* The same with the digits of each product added up: 8 x 2 = 16 counts 7. */
unsigned prb_weighed_crosswise(const char *digits, const uint8_t *weights, size_t n);
/* PRB_WEIGHED("1234", 2, 7, 6, 5): as many digits as weights are given. */
#define PRB_WEIGHED(digits, ...)                                                                   \
	prb_weighed(                                                                               \
		(digits), (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))
#define PRB_WEIGHED_CROSSWISE(digits, ...)                                                         \
	prb_weighed_crosswise(                                                                     \
		(digits), (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

/* The value of n digits, modulo something below 2^24; n may be any number. */
unsigned prb_digits_modulo(const char *digits, size_t n, unsigned modulus);
/* Luhn (ISO/IEC 7812-1 annex B) over n digits, the last of them the check digit. */
bool prb_luhn_holds(const char *digits, size_t n);
/* ISO 7064 MOD 11,10 over n digits, the last of them the check digit. */
bool prb_mod_11_10_holds(const char *digits, size_t n);
/* ISO 7064 MOD 97-10 over digits and letters (A counts 10, Z 35). */
bool prb_mod_97_10_holds(const char *text);

#endif
