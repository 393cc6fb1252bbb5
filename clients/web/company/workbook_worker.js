// SPDX-License-Identifier: Apache-2.0
// A spreadsheet is opened in a worker: the page goes on answering, and a file that wants too much ends with the worker. The file
// stays here, so that columns can be added to the very one that was dropped. exceljs without its polyfills needs no eval.
import ExcelJS from 'exceljs/dist/exceljs.bare.min.js';
import { unzipSync, zipSync } from 'fflate';

const UNPACKED_BYTES_MAX = 256 * 1024 * 1024, ENTRIES_MAX = 4096, ROWS_MAX = 200000, COLUMNS_MAX = 400;
let packed = null, workbook = null;

// A packed file says how large its parts are; fflate unpacks into just as much, and copies a part that is only stored by its packed
// size, where parts may overlap: the larger of the two is counted.
function bounded(bytes) {
  let total = 0, entries = 0;
  const parts = unzipSync(bytes, {
    filter: (part) => {
      total += Math.max(part.size, part.originalSize);
      entries += 1;
      if (total > UNPACKED_BYTES_MAX || entries > ENTRIES_MAX) throw new Error('large');
      return true;
    },
  });
  if (!('xl/workbook.xml' in parts)) throw new Error('word/document.xml' in parts ? 'document' : 'no_workbook');
  return zipSync(parts, { level: 0 });
}

async function load() {
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(packed);
  return book;
}

// Cells that only look like something, as far as the last column of the sheet, are none.
function widthOf(sheet) {
  let width = 0;
  sheet.eachRow((row) => row.eachCell((cell, at) => { if (cell.value !== null) width = Math.max(width, at); }));
  return width;
}

const isMerged = (cell) => cell.isMerged && cell.master !== cell;

function textOf(value, format) {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString().slice(0, 10);
  if (typeof value === 'number') return /%/.test(format ?? '') ? `${Number((value * 100).toFixed(4))}%` : String(value);
  if (typeof value !== 'object') return String(value);
  if ('richText' in value) return value.richText.map((run) => run.text).join('');
  if ('error' in value) return '';
  if ('formula' in value || 'sharedFormula' in value) return textOf(value.result, format); // what it came to when it was saved
  if ('text' in value) return textOf(value.text, format);
  return '';
}

function rowsOf(sheet) {
  const rows = [], width = widthOf(sheet);
  if (sheet.rowCount > ROWS_MAX) throw new Error('large');
  if (width > COLUMNS_MAX) throw new Error('wide'); // never some of the columns without a word
  for (let n = 1; n <= sheet.rowCount; n += 1) {
    const row = sheet.findRow(n), cells = [];
    // No line ends: a line of what is sent is a row of the sheet, and places of the server's words stay right.
    for (let c = 1; row && c <= width; c += 1) {
      const cell = row.findCell(c);
      cells.push(!cell || isMerged(cell) ? '' : textOf(cell.value, cell.numFmt).replace(/[\r\n]+/g, ' '));
    }
    rows.push(cells);
  }
  return rows;
}

const plain = (style) => structuredClone(style ?? {});

// Columns where they are to stand: one that an earlier download added is written over, one behind the last takes over how that looks.
function addColumns(sheet, headerLine, columns) {
  const last = widthOf(sheet);
  for (const { at, header, width, cells } of columns) {
    const head = sheet.getCell(headerLine, at);
    head.value = header;
    if (at > last) {
      head.style = plain(sheet.getCell(headerLine, last).style);
      sheet.getColumn(at).width = width;
    } else {
      for (let line = headerLine + 1; line <= sheet.rowCount; line += 1) sheet.getCell(line, at).value = null;
    }
    for (const [line, value] of cells) {
      const cell = sheet.getCell(line, at);
      cell.value = value;
      if (typeof value === 'string') cell.numFmt = '@';
      cell.alignment = { vertical: 'top', wrapText: width > 24 };
    }
  }
}

const tasks = {
  async open({ bytes }) {
    packed = bounded(new Uint8Array(bytes));
    workbook = await load();
    return workbook.worksheets.filter((sheet) => sheet.rowCount > 0).map((sheet) => ({ id: sheet.id, name: sheet.name, rows: sheet.actualRowCount, hidden: sheet.state !== 'visible' }));
  },
  rows: ({ sheet }) => rowsOf(workbook.getWorksheet(sheet)),
  async add({ sheet, headerLine, columns }) {
    const book = await load(); // each download begins with the list as it came
    addColumns(book.getWorksheet(sheet), headerLine, columns);
    return book.xlsx.writeBuffer();
  },
};

addEventListener('message', async ({ data }) => {
  try {
    postMessage({ id: data.id, answer: await tasks[data.task](data) });
  } catch (error) {
    postMessage({ id: data.id, fault: ['large', 'document', 'no_workbook', 'wide'].includes(error.message) ? error.message : 'broken' });
  }
});
