// SPDX-License-Identifier: Apache-2.0
// An earlier download of ours against the list of now. Suppliers are the same by name, country and address.
import { asItWas, parseCsv } from './csv.js';
import { headerName, keyOf } from './download.js';
import { FileFault } from './workbook.js';
import { badness } from './screening.js';

/** records: [{line, cells}] of an earlier download. Answers Map key -> {rating, worst, asOf, name}; throws where it is none. */
export function earlierOf(records) {
  const head = records.find(({ cells }) => cells.some((cell) => headerName(cell) === 'key'));
  if (!head) throw new FileFault('no_download');
  const at = Object.fromEntries(head.cells.map((cell, i) => [headerName(cell), i]).filter(([name]) => name));
  const found = new Map();
  for (const { line, cells } of records) {
    const key = asItWas(cells[at.key] ?? ''), [rating, , worst] = (cells[at.code] ?? '').split(' ');
    if (line > head.line && key && rating) found.set(key, { rating, worst, residual: Number(cells[at.residual]), asOf: cells[at.as_of], name: key.split(' | ')[0] });
  }
  return found;
}

/** {rose, fell, added, gone, same}: of those that rose or fell [supplier now, what it was]. */
export function changed(suppliers, earlier) {
  const result = { rose: [], fell: [], added: [], gone: [], same: 0 }, seen = new Set();
  for (const s of suppliers) {
    const key = keyOf(s), before = earlier.get(key);
    seen.add(key);
    if (!before) result.added.push(s);
    else if (before.rating === s.rating) result.same += 1;
    else result[badness(s.rating) < badness(before.rating) ? 'rose' : 'fell'].push([s, before]);
  }
  for (const [key, before] of earlier) if (!seen.has(key)) result.gone.push(before);
  return result;
}

// A download has the delimiter of the list that came in: the one by which most of our columns are found.
const ours = (records) => Math.max(0, ...records.map(({ cells }) => cells.filter(headerName).length));
export const readDownload = (text) => [',', ';', '\t', '|'].map((delimiter) => parseCsv(text, delimiter)).reduce((best, records) => (ours(records) > ours(best) ? records : best));
