// SPDX-License-Identifier: Apache-2.0
// Separated values (RFC 4180): read with the place of each record, so that one can be replaced, and written so that no
// spreadsheet takes a cell for a formula.

const LF = 10, CR = 13, QUOTE = 34;

/** [{line, start, end, cells}]: line counts from 1, start and end are places in the text without the line end. */
export function parseCsv(text, delimiter) {
  const separator = delimiter.charCodeAt(0), records = [];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0, line = 1;
  while (at < text.length) {
    const record = { line, start: at, end: at, cells: [] };
    for (;;) {
      const [cell, behind, lines] = cellAt(text, at, separator);
      record.cells.push(cell);
      line += lines;
      at = behind;
      if (text.charCodeAt(at) !== separator) break;
      at += 1;
    }
    record.end = at;
    if (text.charCodeAt(at) === CR) at += 1;
    if (text.charCodeAt(at) === LF) at += 1;
    line += 1;
    if (record.cells.length > 1 || record.cells[0] !== '') records.push(record);
  }
  return records;
}

// [text, place behind it, line ends inside it]
function cellAt(text, start, separator) {
  let at = start, quoted = '', lines = 0;
  if (text.charCodeAt(at) === QUOTE) {
    let from = at + 1;
    for (;;) {
      at = text.indexOf('"', from);
      if (at < 0) at = text.length; // never closed: the rest of the text
      quoted += text.slice(from, at);
      if (text.charCodeAt(at + 1) !== QUOTE) break;
      quoted += '"';
      from = at + 2;
    }
    lines = quoted.split('\n').length - 1;
    start = at = Math.min(at + 1, text.length);
  }
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === separator || code === LF || code === CR) break;
  }
  return [quoted + text.slice(start, at), at, lines];
}

const quote = (cell) => (/[",;|\r\n\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** One line, without the line end. */
export const csvLine = (cells, delimiter = ',') => cells.map((cell) => quote(String(cell ?? ''))).join(delimiter);

// A plain number may begin with a sign; anything else that a spreadsheet would compute is held apart by an apostrophe.
const plainNumber = /^[+-]?\d+([.,]\d+)?%?$/;
export const harmlessCell = (cell) => {
  const text = String(cell ?? '');
  return /^\s*[=+\-@\t\r]/.test(text) && !plainNumber.test(text) ? `'${text}` : text;
};
/** What harmlessCell made of a cell, undone. */
export const asItWas = (cell) => (/^'\s*[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell);
