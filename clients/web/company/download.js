// SPDX-License-Identifier: Apache-2.0
// The list as it came, with columns of ours behind its own, or in the place of those that an earlier download added: as separated values, and where a spreadsheet came in, as that spreadsheet.
import { html, nothing } from 'lit';
import { download } from '../lib/download.js';
import { say } from '../lib/say.js';
import { csvLine, harmlessCell } from './csv.js';
import { fromTo, questionText, ratingWord, reasonText } from './words.js';

/** What tells a supplier again in a later list. */
export const keyOf = (s) => [s.name, s.country, s.place].map((text) => text.normalize('NFKC').toLocaleLowerCase('en').replace(/\s+/g, ' ').trim()).join(' | ');

// Name of the column, its width, its value. The name stands behind its words in brackets: by it a later visit, in any language,
// knows the column again.
const columns = [
  ['rating', 12, (s) => ratingWord(s.rating)],
  ['range', 18, (s) => fromTo(s.best, s.worst)],
  ['exposure', 10, (s) => s.inherent],
  ['exposure_low', 10, (s) => s.low],
  ['exposure_high', 10, (s) => s.high],
  ['residual', 10, (s) => s.residual],
  ['coverage', 10, (s) => s.coverage],
  ['known', 10, (s) => s.known],
  ['reason', 40, (s) => reasonText(s.reason)],
  ['question', 40, (s) => questionText(s.question)],
  ['report', 36, (s) => s.id],
  ['release', 18, (s) => s.release],
  ['as_of', 12, (s) => s.asOf],
  ['code', 20, (s) => `${s.rating} ${s.best} ${s.worst}`],
  ['key', 30, keyOf],
];
const header = (name) => `${say(`company.out_${name}`)} [probity:${name}]`;
export const headerName = (cell) => cell.match(/\[probity:(\w+)\]\s*$/)?.[1];

// A row that was refused keeps its place, and says so where the rating would stand.
function cellsByLine(app) {
  const found = new Map(app.suppliers.map((s) => [s.line, columns.map(([, , value]) => value(s))]));
  for (const { line } of app.refused) if (line) found.set(line, columns.map(([name]) => (name === 'rating' ? say('company.out_refused') : '')));
  return found;
}

const widthOf = (app) => Math.max(...app.list.records().map(({ cells }) => cells.length));

// Where each column goes: where a list that was downloaded here before has it, else behind the last one.
function places(app) {
  const header = app.list.header().map(headerName);
  let next = widthOf(app);
  return columns.map(([name]) => (header.includes(name) ? header.indexOf(name) : next++));
}

function saveCsv(app) {
  const added = cellsByLine(app), at = places(app), width = Math.max(widthOf(app), ...at.map((place) => place + 1)), { delimiter, headerLine } = app.list;
  const lines = app.list.records().map(({ line, cells }) => {
    const whole = [...cells, ...Array(width - cells.length).fill('')];
    const ours = line === headerLine ? columns.map(([name]) => header(name)) : added.get(line);
    if (line >= headerLine) at.forEach((place, i) => { whole[place] = ours?.[i] ?? ''; });
    return csvLine(whole.map(harmlessCell), delimiter);
  });
  const [kind, type] = delimiter === '\t' ? ['tsv', 'text/tab-separated-values'] : ['csv', 'text/csv'];
  // The mark at the beginning is what spreadsheets know UTF-8 by.
  download(`${app.list.stem}-probity.${kind}`, `\ufeff${lines.join('\r\n')}\r\n`, `${type};charset=utf-8`);
}

async function saveSheet(app) {
  const added = cellsByLine(app), at = places(app);
  const bytes = await app.list.withColumns(columns.map(([name, width], i) => ({ at: at[i] + 1, header: header(name), width, cells: [...added].map(([line, cells]) => [line, cells[i]]) })));
  download(`${app.list.stem}-probity.xlsx`, bytes, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
}

export const downloads = (app) => html`<div class="actions" role="group" aria-label=${say('frame.download')}>
  ${app.list.kind === 'xlsx' ? html`<button type="button" class="save-xlsx" ?disabled=${Boolean(app.running)} @click=${() => saveSheet(app)}>${say('company.save_xlsx')}</button>` : nothing}
  <button type="button" class="save-csv ${app.list.kind === 'xlsx' ? 'quiet-button' : ''}" ?disabled=${Boolean(app.running)} @click=${() => saveCsv(app)}>${say('company.save_csv')}</button></div>`;
