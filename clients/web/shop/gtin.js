// SPDX-License-Identifier: Apache-2.0
// The number under a barcode, as scoring/model/declaration.c reads it.

// Arabic-Indic, Persian and full-width digits, as keyboards type them: U+0660, U+06F0 and U+FF10 on, so the last four bits are the value.
const plain = (digit) => String(digit.codePointAt(0) & 0xF);

/** The digits of a text, as 0 to 9, without the blanks and dashes that are printed between them; null where it holds anything else. */
export function digitsOf(text) {
  const known = text.replace(/[\u0660-\u0669\u06F0-\u06F9\uFF10-\uFF19]/g, plain);
  return /^[\d\s-]+$/.test(known) ? known.replace(/\D/g, '') : null;
}

/** Whether so many digits are a barcode's. */
export const hasLength = (digits) => [8, 12, 13, 14].includes(digits.length);

/** Whether the last digit fits. GS1 General Specifications 7.9: weights 3 and 1 from the right, the sum a multiple of ten. */
export const fits = (digits) => [...digits].reverse().reduce((sum, digit, i) => sum + Number(digit) * (i % 2 ? 3 : 1), 0) % 10 === 0;
