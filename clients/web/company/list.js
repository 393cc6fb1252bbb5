// SPDX-License-Identifier: Apache-2.0
// The list that a person dropped: what is sent to the server, and its own rows, for the download and for what each column holds.
import { csvLine, parseCsv } from './csv.js';
import { FileFault, Workbook } from './workbook.js';

const FILE_BYTES_MAX = 64 * 1024 * 1024, HEADER_LINES = 30;
/** What a column of guess() is taken for: the server decides by its heading. */
export const AS_FOUND = 'probity:as_found';
const zip = [0x50, 0x4b, 3, 4], oldOffice = [0xd0, 0xcf, 0x11, 0xe0];
const begins = (bytes, mark, from = 0) => mark.every((byte, i) => bytes[from + i] === byte);
const ascii = (text) => [...text].map((letter) => letter.charCodeAt(0));
const noLists = [
  ['pdf', ascii('%PDF-')], ['document', ascii('{\\rtf')],
  ['picture', [0x89, ...ascii('PNG')]], ['picture', [0xff, 0xd8, 0xff]], ['picture', ascii('GIF8')], ['picture', ascii('II*\0')], ['picture', ascii('MM\0*')], ['picture', ascii('WEBP'), 8], ['picture', ascii('ftyphei'), 4],
];

// The parts of an old Office file are named in UTF-16.
const isOldWord = (bytes) => new TextDecoder('latin1').decode(bytes).includes([...'WordDocument'].join('\0'));

// No text of any character set has more than a few control signs. Of UTF-16, which says in its first bytes what it is, nearly every
// second byte may be zero, but never those between them, too.
function isBinary(bytes) {
  const some = bytes.subarray(0, 4096), share = (wanted) => some.filter(wanted).length / some.length;
  if (begins(some, [0xff, 0xfe]) || begins(some, [0xfe, 0xff])) return false;
  const controls = share((byte) => (byte > 0 && byte < 9) || (byte > 13 && byte < 26) || (byte > 27 && byte < 32));
  const zeros = [0, 1].map((odd) => share((byte, i) => byte === 0 && i % 2 === odd));
  return controls + Math.min(...zeros) > 0.02;
}

// What certainly is no list, as a key of company.file_*; nothing of it is sent.
function noListOf(bytes) {
  const [kind] = noLists.find(([, mark, from]) => begins(bytes, mark, from)) ?? [];
  if (kind) return kind;
  if (begins(bytes, oldOffice)) return isOldWord(bytes) ? 'document' : 'old_excel';
  return !begins(bytes, zip) && isBinary(bytes) ? 'binary' : null;
}

/** A list of either kind; throws a FileFault. The name of a file is not believed: its first bytes say what it is. */
export async function openList(file) {
  if (file.size === 0) throw new FileFault('empty');
  if (file.size > FILE_BYTES_MAX) throw new FileFault('large');
  const bytes = new Uint8Array(await file.arrayBuffer());
  const noList = noListOf(bytes);
  if (noList) throw new FileFault(noList);
  if (begins(bytes, zip)) return SheetList.open(file.name, bytes);
  return looksLikeJson(bytes) ? new JsonList(file.name, bytes) : new TextList(file.name, bytes);
}

const looksLikeJson = (bytes) => /^\ufeff?\s*(\{|\[\s*\{)/.test(new TextDecoder().decode(bytes.subarray(0, 256)));

/** All kinds: name, kind, body(headers) -> {type, bytes}, learn(line about columns), records(), header(), close(). */
class List {
  delimiter = ','; // between the values of the download
  #headerLine = 0;
  constructor(name) { this.name = name; }
  get stem() { return this.name.replace(/\.[^.]*$/, ''); }
  get headerLine() { return this.#headerLine; }
  learn({ line }) { this.#headerLine = line; }
  header() { return this.records().find((record) => record.line === this.#headerLine)?.cells ?? []; }
  /** The rows below the header. */
  rows() { return this.records().filter((record) => record.line > this.#headerLine); }
  /** A line about columns of our own, for a list in which the server finds none: the first row that is about as wide as the widest. */
  guess() {
    const filled = ({ cells }) => cells.filter((cell) => cell.trim() !== '').length;
    const first = this.records().slice(0, HEADER_LINES), most = Math.max(...first.map(filled));
    const header = first.find((record) => filled(record) >= most * 0.6);
    return header && { line: header.line, columns: header.cells.map((cell, i) => ({ at: i + 1, header: cell, taken: AS_FOUND })) };
  }
  close() {}
}

// Separated values go to the server as they came, byte for byte: which character set and delimiter they have it says in its first line.
export class TextList extends List {
  kind = 'csv'; charset = null;
  #bytes; #text = null; #records = null; #read = null;

  constructor(name, bytes) { super(name); this.#bytes = bytes; }

  /** Another character set than the one that was found. */
  declare(charset) { this.charset = charset; this.#read = null; }

  body(headers = null) {
    if (headers) return { type: 'text/csv; charset=utf-8', bytes: this.#withHeader(headers) };
    return { type: this.charset ? `text/csv; charset=${this.charset}` : 'text/csv', bytes: this.#bytes };
  }

  learn(line) {
    super.learn(line);
    if (!this.#read) this.#decode(line.charset, line.delimiter || ','); // what was sent again is our own UTF-8
  }

  #decode(charset, delimiter) {
    this.#read = this.charset ?? charset;
    this.delimiter = delimiter;
    this.#text = decoder(this.#read).decode(this.#bytes);
    this.#records = parseCsv(this.#text, delimiter);
  }

  guess() {
    const charset = likelyCharset(this.#bytes), start = decoder(charset).decode(this.#bytes.subarray(0, 4096));
    this.#decode(charset, [',', ';', '\t', '|'].reduce((best, sign) => (start.split(sign).length > start.split(best).length ? sign : best)));
    return { ...super.guess(), charset, delimiter: this.delimiter };
  }

  records() { return this.#records ?? []; }

  #withHeader(headers) {
    const { start, end } = this.records().find((record) => record.line === this.headerLine);
    return new TextEncoder().encode(this.#text.slice(0, start) + csvLine(headers, this.delimiter) + this.#text.slice(end));
  }
}

function decoder(charset) {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder(); // one that the browser does not know; the server read it all the same
  }
}

/** Declarations as JSON: one, an array of them, or one a line. They have no columns to speak of; what they say of each supplier stands for a row. */
export class JsonList extends List {
  kind = 'json';
  #lines; #records;

  constructor(name, bytes) {
    super(name);
    const text = new TextDecoder().decode(bytes);
    this.#lines = whole(text) ?? text.split('\n').filter((line) => line.trim() !== '');
    this.#records = [{ line: 0, cells: ['name', 'country', 'address'] }, ...this.#lines.map((line, i) => ({ line: i + 1, cells: supplierCells(line) }))];
  }

  body() { return { type: 'application/x-ndjson', bytes: new TextEncoder().encode(`${this.#lines.join('\n')}\n`) }; }
  records() { return this.#records; }
}

// The declarations of a text that is one JSON value; null where it is many.
function whole(text) {
  try {
    return [JSON.parse(text)].flat().map((one) => JSON.stringify(one));
  } catch {
    return null;
  }
}

function supplierCells(line) {
  try {
    const { name = '', country = '', address = '' } = JSON.parse(line).supplier;
    return [name, country, address].map(String);
  } catch {
    return ['', '', '']; // the server says what is wrong with it
  }
}

function likelyCharset(bytes) {
  if (begins(bytes, [0xff, 0xfe])) return 'utf-16le';
  if (begins(bytes, [0xfe, 0xff])) return 'utf-16be';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

/** A spreadsheet: one sheet of it is sent as separated values, a line for each row. */
export class SheetList extends List {
  kind = 'xlsx';
  #workbook; #rows = [];

  static async open(name, bytes) {
    const list = new SheetList(name);
    list.#workbook = new Workbook();
    try {
      const sheets = await list.#workbook.open(bytes.buffer);
      list.sheets = sheets.filter((sheet) => sheet.rows > 1);
      if (list.sheets.length === 0) throw new FileFault(sheets.length ? 'no_rows' : 'empty');
      // The one with most rows that is not hidden is mostly the one that is meant.
      const [first] = [...list.sheets].sort((a, b) => a.hidden - b.hidden || b.rows - a.rows);
      await list.choose(first.id);
      return list;
    } catch (error) {
      list.close();
      throw error;
    }
  }

  async choose(id) {
    this.#rows = (await this.#workbook.rows(id)).map((cells, i) => ({ line: i + 1, cells }));
    this.sheet = id; // only now: a sheet that cannot be read leaves the one before
  }

  records() { return this.#rows.filter(({ cells }) => cells.some((cell) => cell !== '')); }

  body(headers = null) {
    const lines = this.#rows.map(({ line, cells }) => csvLine(headers && line === this.headerLine ? headers : cells));
    return { type: 'text/csv; charset=utf-8', bytes: new TextEncoder().encode(`${lines.join('\n')}\n`) };
  }

  withColumns(columns) { return this.#workbook.withColumns(this.sheet, this.headerLine, columns); }
  close() { this.#workbook.close(); }
}
