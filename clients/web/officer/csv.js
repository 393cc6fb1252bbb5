// SPDX-License-Identifier: Apache-2.0
// A table as CSV (RFC 4180) that a spreadsheet opens as text: a cell that begins like a formula gets an apostrophe in front.
const cell = (value) => {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** @param {(string|number)[][]} rows @returns {string} with the mark by which spreadsheets know UTF-8 */
export const csvOf = (rows) => `\ufeff${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
