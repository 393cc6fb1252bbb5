// SPDX-License-Identifier: Apache-2.0
// The company's story: a list of 500 published rows is dropped, looked at from all sides, taken home and compared; a spreadsheet, a list
// that nobody understands, hostile cells, a plan of what would change; and all of it from the keyboard.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import ExcelJS from 'exceljs';
import { accessible, openBrowser, picture, program, source, speak, startServer, visit } from './lib.mjs';

const { csvLine, parseCsv } = await import(source('clients/web/company/csv.js'));
let browser, server;
before(async () => { [browser, server] = await Promise.all([openBrowser(), startServer()]); });
after(async () => { await browser?.close(); await server?.stop(); });

// The published lists of tests/samples as one list of 500 rows: [file, line of the header, name, country, address, product].
const samples = [
  ['nike_2021', 2, 'Factory Name', 'Country/Region', 'Address', 'Product Type'], ['cos_2024', 1, 'Production Unit', 'Country', 'Production Unit Address', ''],
  ['oar_2019', 1, 'name', 'country', 'address', ''], ['apple', 1, 'supplier_name', 'country', 'supplier_address', ''], ['vegoil', 1, 'name', 'country', 'city', 'commodity'],
];
const realRows = samples.flatMap(([name, line, ...wanted]) => {
  const [head, ...rows] = parseCsv(readFileSync(source(`tests/samples/${name}_sample.csv`), 'utf8'), ',').filter((record) => record.line >= line);
  const at = wanted.map((column) => head.cells.indexOf(column));
  return rows.map(({ cells }) => at.map((i) => cells[i] ?? ''));
});
const realList = [['Factory name', 'Country', 'Address', 'Product'], ...realRows].map((row) => csvLine(row)).join('\r\n');
const csv = (text, name = 'suppliers.csv') => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
const declarations = (...folders) => ({ name: 'declarations.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from(folders.map((folder) => JSON.stringify(JSON.parse(readFileSync(source(`tests/golden/${folder}/declaration.json`), 'utf8')))).join('\n')) });

const texts = (page) => page.evaluate(() => JSON.parse(document.getElementById('messages').textContent).texts);
const open = (lang = 'en', more = {}) => visit(browser, server, '/company', { lang, ...more });
// An earlier list's results may still stand there: the name says whose they are.
async function drop(page, file) {
  await page.setInputFiles('#list-input', file);
  await page.locator('.list-name', { hasText: file.name }).waitFor();
  await page.waitForFunction(() => !document.querySelector('.progress'));
}
async function download(page, selector) {
  const [got] = await Promise.all([page.waitForEvent('download'), page.click(selector)]);
  return { name: got.suggestedFilename(), path: await got.path() };
}
const readCsv = (path, delimiter = ',') => parseCsv(readFileSync(path, 'utf8'), delimiter).map(({ cells }) => cells);
const widerThan = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const column = (rows, name) => rows[0].findIndex((head) => head.endsWith(`[probity:${name}]`));
const view = (page, n) => page.locator('.views button').nth(n).click();

for (const lang of ['en', 'ar'])
  test(`500 published rows from the drop to the comparison in ${lang}`, async () => {
    assert.equal(realRows.length, 500);
    const page = await open(lang, lang === 'ar' ? { size: 'phone', dark: true } : {}), t = await texts(page), pageRows = lang === 'ar' ? 20 : 50;
    await drop(page, csv(realList));
    const counts = await page.locator('.count strong').allInnerTexts();
    const refused = await page.locator('.refused tbody tr').count();
    assert.equal(counts.reduce((sum, text) => sum + Number(text), 0) + refused, 500, 'each row has a rating or a reason');
    assert.equal(await page.locator('.suppliers tbody tr').count(), pageRows, 'fewer on a phone');
    assert.equal(await page.locator('.pager').count(), 2, 'the way on is above and below');
    await accessible(page, `company, table, ${lang}`);

    await page.locator('.count').first().click();
    assert.equal(await page.locator('.count').first().getAttribute('aria-pressed'), 'true');
    await page.locator('.count').first().click();
    await page.fill('#f-text', 'textile');
    for (const name of await page.locator('.suppliers tbody .name').allInnerTexts()) assert.match(name.toLowerCase(), /textile/);
    await page.fill('#f-text', 'shenzhou');
    // Two lines of the reason at most, and all of it for whoever listens.
    const lines = await page.locator('.suppliers .why > span').evaluateAll((all) => all.map((e) => [e.clientHeight / parseFloat(getComputedStyle(e).lineHeight), e.textContent.trim().length]));
    for (const [high, letters] of lines) assert.ok(high < 2.2 && letters > 20, `${high} lines, ${letters} letters`);
    await picture(page, `company-table-${lang}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(wide, 0);
    await page.fill('#f-text', '');
    await page.locator('.pager button').nth(1).click();
    assert.match(await page.innerText('.shown'), lang === 'ar' ? /21|٢١/ : /51/);
    assert.equal(await page.isVisible('.lead'), false, 'the way in is not said again');

    await view(page, 1);
    assert.equal(await page.locator('.heat tbody tr').first().locator('td.cell').count(), 11);
    assert.equal(await widerThan(page), 0, 'indicators');
    assert.equal(await page.locator('.star').count(), lang === 'ar' ? 1 : 0, 'a star is explained where it is');
    await accessible(page, `company, indicators, ${lang}`);
    await view(page, 2);
    await page.waitForSelector('.world path.has');
    await accessible(page, `company, map, ${lang}`);
    assert.equal(await widerThan(page), 0, 'map');
    if (lang === 'en') await picture(page, 'company-map-en');
    await page.locator('prb-world-map tbody button').first().click();
    assert.equal(await page.locator('prb-world-map tbody tr').count(), 1, 'a country of the table is a filter');
    await page.locator('prb-world-map tbody button').first().click();
    await view(page, 3);
    await page.locator('.exposure-drawing').waitFor({ state: 'attached' });
    assert.equal(await page.locator('.exposure-drawing circle').count(), pageRows);
    assert.equal(await page.locator('.exposure-drawing [aria-label=dot] path').count(), 0, 'what no control lowers has one mark');
    assert.equal(await page.locator('.exposure-drawing [aria-label="x-axis tick label"]').count(), 2, 'numbers above and below');
    assert.equal(await widerThan(page), 0, 'exposure');
    assert.equal(await page.locator('.exposure-drawing style').count(), 0);
    await page.locator('prb-exposure-chart summary').click();
    assert.equal(await page.locator('prb-exposure-chart tbody tr').count(), pageRows);
    await accessible(page, `company, exposure, ${lang}`);
    await view(page, 0);

    await page.locator('.suppliers tbody input').nth(0).check();
    await page.locator('.suppliers tbody input').nth(1).check();
    await page.click('.comparing a');
    await page.waitForSelector('.compare');
    assert.equal(await page.locator('.compare tbody tr').count(), 21, 'ten rows and eleven indicators');
    assert.equal(await page.innerText('h1:visible'), t['company.compare_title']);
    assert.equal(await widerThan(page), 0, 'compare');
    await accessible(page, `company, compare, ${lang}`);
    await page.goBack();

    await page.locator('.suppliers tbody a').first().click();
    await page.waitForSelector('.supplier');
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1', 'who cannot see is told where they are');
    assert.equal(await page.locator('h1:visible').count(), 1, 'the heading is the name');
    assert.equal(await widerThan(page), 0, 'supplier');
    assert.ok((await page.locator('.reasons li').count()) > 1);
    await page.locator('.facts select').first().selectOption({ index: 1 });
    await page.waitForSelector('.before-after');
    await accessible(page, `company, supplier, ${lang}`);
    await page.goBack();
    await page.waitForSelector('.suppliers');

    const { name, path } = await download(page, '.save-csv');
    assert.equal(name, 'suppliers-probity.csv');
    const rows = readCsv(path);
    assert.equal(rows.length, 501);
    assert.deepEqual(rows[0].slice(0, 4), ['Factory name', 'Country', 'Address', 'Product']);
    assert.ok(rows[0][4].startsWith(t['company.out_rating']));
    assert.deepEqual(rows.slice(1, 4).map((row) => row[0]), realRows.slice(0, 3).map((row) => row[0]), 'rows stay in their order');

    // What changed: one supplier is renamed, of two the rating was another one.
    const code = column(rows, 'code'), key = column(rows, 'key');
    const rated = rows.slice(1).filter((row) => row[code] && rows.filter((other) => other[key] === row[key]).length === 1);
    const [medium, unknown, other] = [rated.find((row) => row[code].startsWith('medium')), rated.find((row) => row[code].startsWith('unknown')), rated.find((row) => row[code].startsWith('high'))];
    medium[code] = 'critical critical critical';
    unknown[code] = 'low low low';
    other[key] = 'somebody else | deu | ';
    await page.setInputFiles('#earlier-input', csv(rows.map((row) => csvLine(row)).join('\n'), 'earlier.csv'));
    await page.waitForSelector('.changes-found');
    const found = page.locator('.changes-found');
    assert.equal(await found.locator('table').count(), 2, 'one rose, one fell');
    await found.locator('details').first().locator('summary').click();
    assert.ok((await found.innerText()).includes(unknown[0]) && (await found.innerText()).includes(medium[0]));
    assert.equal(await found.locator('details').count(), 2, 'one is new, one is gone');
    await accessible(page, `company, changes, ${lang}`);
    await page.setInputFiles('#earlier-input', csv('a,b\n1,2\n'));
    await page.locator('.changes [role=alert]').waitFor();
    assert.equal((await page.innerText('.changes [role=alert]')).trim(), t['company.file_no_download']);
    await page.done();
  });

async function workbook() {
  const book = new ExcelJS.Workbook();
  book.addWorksheet('Notes').addRow(['nothing here']);
  const sheet = book.addWorksheet('Suppliers');
  sheet.mergeCells('A1:D1');
  sheet.getCell('A1').value = 'Suppliers of the year';
  sheet.addRow(['Supplier name', 'Country', 'Since', 'Total workers']);
  sheet.getRow(2).font = { bold: true };
  sheet.addRow(['Example Knitwear Ltd', 'Bangladesh', new Date(Date.UTC(2020, 0, 15)), { formula: '600+600', result: 1200 }]);
  sheet.addRow([{ richText: [{ text: 'Example ' }, { text: 'Gloves' }] }, 'Malaysia', new Date(Date.UTC(2021, 4, 1)), 300]);
  sheet.addRow(['Nobody', '', null, 5]);
  sheet.getCell('A4').fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFFFEE00' } };
  const other = book.addWorksheet('Others');
  other.addRow(['Supplier name', 'Country']);
  other.addRow(['Example Car Parts GmbH', 'Germany']);
  return { name: 'suppliers.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from(await book.xlsx.writeBuffer()) };
}

test('a spreadsheet comes back as it was, with columns', async () => {
  const page = await open();
  await drop(page, await workbook());
  assert.equal(await page.locator('.suppliers tbody tr').count(), 2);
  assert.equal(await page.locator('.refused tbody tr').count(), 1);
  assert.equal(await page.locator('.refused tbody td').first().textContent(), '5', 'the row of the sheet is named');
  for (const again of [1, 2]) { // the second download has the columns once, too
    const { name, path } = await download(page, '.save-xlsx');
    assert.equal(name, 'suppliers-probity.xlsx');
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(path);
    assert.deepEqual(book.worksheets.map((sheet) => sheet.name), ['Notes', 'Suppliers', 'Others'], `download ${again}`);
    const sheet = book.getWorksheet('Suppliers');
    assert.equal(sheet.columnCount, 19, `download ${again}`);
    assert.match(sheet.getCell('E2').value, /^Rating \[probity:rating\]$/);
    assert.equal(sheet.getCell('E2').font.bold, true, 'the heading looks as its neighbour');
    assert.match(sheet.getCell('E3').value, /high|medium|low|unknown|critical/);
    assert.equal(typeof sheet.getCell('G3').value, 'number');
    assert.equal(sheet.getCell('E5').value, 'Refused: no rating');
    assert.equal(sheet.getCell('D3').value.formula, '600+600');
    assert.ok(sheet.getCell('C3').value instanceof Date);
    assert.equal(sheet.getCell('A4').fill.fgColor.argb, 'FFFFEE00');
  }
  await page.locator('.columns summary').click();
  await page.selectOption('#sheet', { label: 'Others' });
  await page.locator('.suppliers a', { hasText: 'Example Car Parts GmbH' }).waitFor();
  await page.done();
});

// The cells under our headings, by name; a name that stands twice fails.
function ofOurs(rows) {
  const names = rows[0].map((cell) => `${cell}`.match(/\[probity:(\w+)\]$/)?.[1]), found = names.filter(Boolean);
  assert.deepEqual([found.length, new Set(found).size], [15, 15]);
  return Object.fromEntries(found.map((name) => [name, rows.slice(1).map((row) => row[names.indexOf(name)])]));
}

test('a download that is dropped again gets its columns anew, and not twice', async () => {
  const page = await open();
  await drop(page, csv('Name,Country,Since\nAlpha Works,DEU,2019\nBeta Works,BGD,2020\n'));
  const first = readCsv((await download(page, '.save-csv')).path);
  // Somebody adds a column behind ours, takes one of ours away, and an old rating is wrong by now.
  const known = column(first, 'known'), rating = column(first, 'rating');
  const edited = first.map((row, i) => [...row.map((cell, at) => (i > 0 && at === rating ? 'old' : cell)).filter((_, at) => at !== known), i ? `mine ${i}` : 'Mine']);
  await page.goto(`${server.url}/company?lang=fr`);
  await drop(page, csv(edited.map((row) => csvLine(row)).join('\n'), 'edited.csv'));
  const again = readCsv((await download(page, '.save-csv')).path), ours = ofOurs(again);
  assert.deepEqual(again.map((row) => row.slice(0, 3)), first.map((row) => row.slice(0, 3)));
  assert.deepEqual(again.map((row) => row[edited[0].length - 1]), ['Mine', 'mine 1', 'mine 2'], 'what is theirs stays in its place');
  assert.equal(column(again, 'rating'), rating);
  assert.equal(column(again, 'known'), edited[0].length, 'what is gone comes behind the last');
  assert.ok(ours.rating.every((cell) => cell !== 'old' && cell !== ''));
  assert.deepEqual(ours.key, ofOurs(first).key, 'they are the same suppliers');

  await drop(page, await workbook());
  const file = (await download(page, '.save-xlsx')).path;
  await drop(page, { name: 'again.xlsx', mimeType: 'application/octet-stream', buffer: readFileSync(file) });
  const book = new ExcelJS.Workbook();
  await book.xlsx.readFile((await download(page, '.save-xlsx')).path);
  const sheet = book.getWorksheet('Suppliers'), rows = [2, 3, 4, 5].map((line) => sheet.getRow(line).values.slice(1));
  assert.equal(sheet.columnCount, 19);
  assert.deepEqual(ofOurs(rows).code.map((code) => /^\w+ \w+ \w+$/.test(code ?? '')), [true, true, false]);
  assert.equal(sheet.getCell('D3').value.formula, '600+600');
  await page.done();
});

test('of two files that are dropped the later one stays, however slow the one before', async () => {
  const page = await open();
  await page.evaluate(() => {
    const { arrayBuffer } = File.prototype;
    File.prototype.arrayBuffer = async function slow() {
      if (this.name === 'suppliers.xlsx') await new Promise((done) => { setTimeout(done, 1500); });
      window.slowRead = (await arrayBuffer.call(this)).byteLength && this.name === 'suppliers.xlsx';
      return arrayBuffer.call(this);
    };
  });
  await page.setInputFiles('#list-input', await workbook());
  await drop(page, csv('Name,Country\nBeta Works,BGD\n', 'later.csv'));
  await page.waitForFunction(() => window.slowRead);
  await page.waitForTimeout(1500); // so long a small workbook is opened and screened
  assert.equal(await page.innerText('.list-name'), 'later.csv');
  assert.deepEqual(await page.locator('.suppliers tbody a').allInnerTexts(), ['Beta Works']);
  await page.done();
});

test('what is no list is called what it is, and nothing of it is sent', async () => {
  const page = await open(), t = await texts(page), text = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));
  const kinds = [
    [text('%PDF-1.7\n%\n'), 'pdf'], [text([0x89], 'PNG\r\n\x1a\n'), 'picture'], [text([0xff, 0xd8, 0xff, 0xe0], 'JFIF'), 'picture'], [text('{\\rtf1 table}'), 'document'],
    [text([0xd0, 0xcf, 0x11, 0xe0], 'x'.repeat(600), 'W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0'), 'document'], [text([0xd0, 0xcf, 0x11, 0xe0], 'W\0o\0r\0k\0b\0o\0o\0k\0'), 'old_excel'],
    [Buffer.from(Array.from({ length: 2000 }, (_, i) => (i * 7919) % 256)), 'binary'], [text([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), 'binary'],
  ];
  const sent = [];
  page.on('request', (request) => { if (request.method() === 'POST') sent.push(request.url()); });
  for (const [buffer, key] of kinds) {
    await page.setInputFiles('#list-input', { name: 'list.csv', mimeType: 'text/csv', buffer });
    await page.locator('[role=alert]', { hasText: t[`company.file_${key}`] }).waitFor();
    assert.deepEqual(sent, [], key);
    await page.setInputFiles('#list-input', { name: 'none.csv', mimeType: 'text/csv', buffer: Buffer.alloc(0) });
    await page.locator('[role=alert]', { hasText: t['company.file_empty'] }).waitFor();
  }
  await page.done();
});

test('a list without rows is said to have none; UTF-16 is no binary file', async () => {
  const page = await open(), t = await texts(page), book = new ExcelJS.Workbook();
  book.addWorksheet('list').addRow(['Name', 'Country']);
  for (const file of [csv('Name,Country\n'), { name: 'x.xlsx', mimeType: '', buffer: Buffer.from(await book.xlsx.writeBuffer()) }]) {
    await page.setInputFiles('#list-input', file);
    await page.locator('[role=alert]', { hasText: t['company.file_no_rows'] }).waitFor();
  }
  await drop(page, { ...csv(''), name: 'wide.csv', buffer: Buffer.from('\ufeffName,Country\nAlpha Works,DEU\n', 'utf16le') });
  assert.deepEqual(await page.locator('.suppliers tbody a').allInnerTexts(), ['Alpha Works']);
  await page.locator('.suppliers tbody a').first().click();
  await page.waitForSelector('.supplier');
  await page.reload();
  await page.getByText(t['company.gone']).waitFor();
  assert.equal(new URL(page.url()).hash, '', 'a supplier that is gone');
  await accessible(page, 'company, loaded anew');
  await page.done();
});

test('a column that was not understood is chosen, one that was wrong is corrected', async () => {
  const page = await open();
  await page.setInputFiles('#list-input', csv('Zulieferer;Land;Ort\nExample Knitwear Ltd;Bangladesh;Dhaka\nExample Gloves;Malaysia;Penang\n'));
  await page.waitForSelector('.columns[open]');
  await accessible(page, 'company, columns');
  await page.selectOption('[name=column-1]', 'name');
  await page.selectOption('[name=column-2]', 'country');
  await page.click('.columns form button');
  await page.locator('.results h2').waitFor();
  assert.deepEqual((await page.locator('.suppliers tbody a').allInnerTexts()).sort(), ['Example Gloves', 'Example Knitwear Ltd']);
  await page.locator('.columns summary').click();
  assert.equal(await page.inputValue('[name=column-1]'), 'name');
  await page.selectOption('[name=column-3]', 'city');
  await page.click('.columns form button');
  await page.locator('.suppliers .place', { hasText: 'Penang' }).waitFor();
  const { path } = await download(page, '.save-csv'), rows = readCsv(path, ';');
  assert.deepEqual(rows[0].slice(0, 3), ['Zulieferer', 'Land', 'Ort'], 'the list keeps its own headings, and what stands between them');
  assert.equal(rows[0].length, 18);
  await page.setInputFiles('#earlier-input', { ...csv(readFileSync(path, 'utf8')), name: 'earlier.csv' });
  await page.waitForSelector('.changes-found');
  assert.match(await page.innerText('.changes-found'), /Nothing has changed: 2 suppliers/);
  await page.done();
});

for (const lang of ['en', 'ar', 'ru'])
  test(`columns are corrected on a phone in ${lang}`, async () => {
    const page = await open(lang, { size: 'phone' });
    await page.setInputFiles('#list-input', csv('Zulieferer;Land;Ort\nExample Knitwear Ltd;Bangladesh;Dhaka\n'));
    await page.waitForSelector('.columns[open]');
    for (const select of await page.locator('.columns td select').all()) {
      const { x, width } = await select.boundingBox();
      assert.ok(x >= 0 && x + width <= 390, `${lang}: ${x} to ${x + width}`);
    }
    assert.deepEqual(await page.locator('.columns .scroll').evaluate((box) => box.scrollWidth - box.clientWidth), 0);
    assert.equal(await widerThan(page), 0);
    await accessible(page, `company, columns on a phone, ${lang}`);
    await page.done();
  });

test('another language keeps the list, its filters and what is open', async () => {
  const page = await open();
  await drop(page, csv('Name,Country\nAlpha Works,DEU\nBeta Works,BGD\n'));
  await page.fill('#f-text', 'beta');
  await speak(page, 'ar');
  await page.waitForSelector('html[dir=rtl][lang=ar]');
  const t = await page.evaluate(async () => JSON.parse(new DOMParser().parseFromString(await (await fetch('/company?lang=ar')).text(), 'text/html').getElementById('messages').textContent).texts);
  await page.locator('h2', { hasText: t['company.changes_title'] }).waitFor();
  assert.deepEqual(await page.locator('.suppliers tbody a').allInnerTexts(), ['Beta Works']);
  assert.equal(await page.innerText('h1'), t['company.title']);
  assert.equal(await page.isVisible('.lead'), false);
  assert.ok((await page.innerText('#list-input-what')).includes(t['company.drop_other']), 'each part speaks it');
  assert.match(page.url(), /[?]lang=ar/);
  assert.equal(await page.evaluate(() => document.activeElement.matches('.languages summary')), true, 'the focus stays');
  await accessible(page, 'company, another language');
  await page.locator('.suppliers tbody a').first().click();
  await page.waitForSelector('.supplier');
  await speak(page, 'fr');
  await page.waitForSelector('html[dir=ltr][lang=fr]');
  await page.locator('.supplier h2', { hasText: 'Pourquoi' }).waitFor();
  assert.equal(await page.innerText('h1:visible'), 'Beta Works');
  await page.done();
});

test('a list in a character set that nobody declared is read once it is chosen', async () => {
  const page = await open('zh');
  // GB18030: the words for name and country, Example Works and China.
  const bytes = [0xc3, 0xfb, 0xb3, 0xc6, 0x2c, 0xb9, 0xfa, 0xbc, 0xd2, 0x0a, 0xca, 0xbe, 0xc0, 0xfd, 0xb9, 0xa4, 0xb3, 0xa7, 0x2c, 0xd6, 0xd0, 0xb9, 0xfa, 0x0a];
  await page.setInputFiles('#list-input', { name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(bytes) });
  await page.selectOption('#charset', 'gb18030');
  await page.locator('.suppliers a', { hasText: '示例工厂' }).waitFor();
  const rows = readCsv((await download(page, '.save-csv')).path);
  assert.deepEqual(rows[1].slice(0, 2), ['示例工厂', '中国']);
  await page.done();
});

test('separated values keep quotes, line ends and places', () => {
  const records = parseCsv('\ufeffa;"b ""c""\nd";\r\n\r\n"e";f;"g;h"\n"never closed;\nz', ';');
  assert.deepEqual(records.map(({ line, cells }) => [line, cells]), [[1, ['a', 'b "c"\nd', '']], [4, ['e', 'f', 'g;h']], [5, ['never closed;\nz']]]);
  const cells = ['plain', 'a,b', 'say "x"', 'two\nlines', ''];
  assert.deepEqual(parseCsv(csvLine(cells), ',')[0].cells, cells);
});

test('hostile cells are shown as text and go home as text', async () => {
  const names = ['=HYPERLINK("http://x.invalid","a")', '+1+1', '@SUM(A1)', '<script>alert(1)</script><img src=x onerror=alert(2)>', '\u202Egnp.exe', `long ${'x'.repeat(100 * 1024)}`];
  const page = await open();
  page.on('dialog', () => assert.fail('a script ran'));
  await drop(page, csv(`Name,Country,Note\n${names.map((name) => csvLine([name, 'DEU', '-2+3'])).join('\n')}\n`));
  assert.equal(await page.locator('.suppliers tbody tr').count() + await page.locator('.refused tbody tr').count(), names.length);
  assert.equal(await page.locator('.refused tbody tr').count(), 1, 'the long one is refused, with words');
  assert.equal(await page.locator('#page img, #page script').count(), 0);
  const rows = readCsv((await download(page, '.save-csv')).path);
  for (const row of rows.slice(1)) for (const cell of row) assert.doesNotMatch(cell, /^[=+@\t]|^-(?!\d+$)/);
  assert.equal(rows[1][0], `'${names[0]}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(wide, 0);
  for (const [bytes, key] of [[[0x50, 0x4b, 3, 4, 1, 2, 3], 'file_broken'], [[0xd0, 0xcf, 0x11, 0xe0], 'file_old_excel'], [[], 'file_empty']]) {
    await page.setInputFiles('#list-input', { name: 'x.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) });
    await page.locator('[role=alert]', { hasText: (await texts(page))[`company.${key}`] }).waitFor();
  }
  await page.done();
});

// Many stored parts that all stand on the same bytes, and say they hold none.
function overlapping(parts, bytes) {
  const local = Buffer.alloc(31), entry = Buffer.alloc(47), end = Buffer.alloc(22);
  local.writeUInt32LE(0x04034b50, 0); local.writeUInt32LE(bytes, 18); local.writeUInt16LE(1, 26); local.write('a', 30);
  entry.writeUInt32LE(0x02014b50, 0); entry.writeUInt32LE(bytes, 20); entry.writeUInt16LE(1, 28); entry.write('a', 46);
  end.writeUInt32LE(0x06054b50, 0); end.writeUInt16LE(parts, 8); end.writeUInt16LE(parts, 10); end.writeUInt32LE(parts * entry.length, 12); end.writeUInt32LE(local.length + bytes, 16);
  return Buffer.concat([local, Buffer.alloc(bytes), ...Array(parts).fill(entry), end]);
}

test('a workbook that wants too much, or is too wide, is refused in words', async () => {
  const page = await open(), t = await texts(page), book = new ExcelJS.Workbook(),
    wide = Array.from({ length: 401 }, (_, i) => `column ${i}`);
  book.addWorksheet('wide').addRows([wide, wide]);
  for (const [buffer, key] of [[overlapping(64, 5 * 1024 * 1024), 'file_large'], [Buffer.from(await book.xlsx.writeBuffer()), 'file_wide']]) {
    await page.setInputFiles('#list-input', { name: 'x.xlsx', mimeType: 'application/octet-stream', buffer });
    await page.locator('[role=alert]', { hasText: t[`company.${key}`] }).waitFor();
  }
  book.addWorksheet('narrow').addRows([['Name', 'Country'], ['Example Knitwear', 'BGD'], ['Example Works', 'DEU']]);
  await drop(page, { name: 'two.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from(await book.xlsx.writeBuffer()) });
  await page.locator('details.columns > summary, .columns summary').first().click();
  await page.selectOption('#sheet', { label: 'wide' });
  await page.locator('[role=alert]', { hasText: t['company.file_wide'] }).waitFor();
  assert.equal(await page.locator('.suppliers tbody tr').count(), 2, 'the sheet before stays');
  await page.done();
});

test('ten thousand rows: progress, and a stop', async () => {
  const page = await open();
  // Slow enough that there is something left to stop.
  const devtools = await page.context().newCDPSession(page), line = { offline: false, latency: 0, downloadThroughput: 200000, uploadThroughput: -1 };
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', line);
  const many = `Name,Country\n${Array.from({ length: 10000 }, (_, i) => `Example Works ${i},${['BGD', 'DEU', 'CHN', 'VNM'][i % 4]}`).join('\n')}\n`;
  await page.setInputFiles('#list-input', csv(many));
  await page.waitForSelector('.progress');
  await page.waitForSelector('.results');
  await page.click('.progress button');
  await page.waitForSelector('.stopped');
  assert.equal(await page.locator('.progress').count(), 0);
  await devtools.send('Network.emulateNetworkConditions', { ...line, downloadThroughput: -1 });
  await drop(page, csv(many, 'again.csv'));
  assert.match(await page.innerText('.results h2'), /10,000/);
  assert.equal(await page.locator('.suppliers tbody tr').count(), 50, 'a page of them at a time');
  await page.done();
});

for (const lang of ['en', 'ar'])
  test(`what would change a rating, tick by tick, in ${lang}`, async () => {
    const page = await open(lang);
    await drop(page, declarations('change-three', 'worked-13-nothing-known'));
    await view(page, 1);
    assert.equal(await page.locator('.heat .state-present').count(), 3);
    await page.locator('.heat a').first().click();
    await page.waitForSelector('.fixes');
    const ratings = () => page.locator('.before-after .rating').evaluateAll((all) => all.map((one) => one.className.match(/rating-(\w+)/)[1]));
    await page.locator('.fixes input').first().check();
    await page.waitForSelector('.before-after');
    assert.deepEqual(await ratings(), ['high', 'high'], 'one of three is not enough');
    await accessible(page, `company, planner, ${lang}`);
    await page.locator('.planner li button').first().click();
    await page.waitForFunction(() => document.querySelectorAll('.before-after .rating-medium').length === 1);
    assert.deepEqual(await ratings(), ['high', 'medium'], 'the set that the report names');
    if (lang === 'ar') await picture(page, 'company-planner-ar', { hide: ['.of-the-moment'] });
    const { path } = await download(page, '.supplier .actions button:first-child');
    assert.match(readFileSync(path, 'utf8'), /^<!DOCTYPE html>/);
    // A server that makes no PDF says 406: the button goes away.
    await page.route('**/v1/screenings', (route) => (route.request().headers().accept === 'application/pdf' ? route.fulfill({ status: 406, contentType: 'application/problem+json', body: '{}' }) : route.continue()));
    await page.locator('.supplier .actions button').nth(1).click();
    await page.waitForFunction(() => document.querySelectorAll('.supplier .actions button').length === 1);
    await page.done();
  });

test('what a remedy of a supplier’s own declaration promises is what the tick shows', async () => {
  const page = await open();
  await drop(page, declarations('worked-05-wages-withheld'));
  await page.locator('.suppliers tbody a').first().click();
  await page.waitForSelector('.fixes');
  await page.locator('.fixes input').first().check();
  await page.waitForSelector('.before-after');
  assert.deepEqual(await page.locator('.before-after .rating').evaluateAll((all) => all.map((one) => one.className.match(/rating-(\w+)/)[1])), ['high', 'medium']);
  await page.done();
});

test('from the keyboard alone', async () => {
  const page = await open();
  await drop(page, csv('Name,Country\nAlpha Works,DEU\nBeta Works,BGD\n'));
  const reach = async (selector) => {
    for (let i = 0; i < 80; i += 1) {
      if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`the keyboard does not reach ${selector}`);
  };
  await reach('.columns summary');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('.columns').getAttribute('open'), '');
  await reach('.count');
  await page.keyboard.press('Space');
  assert.equal(await page.locator('.suppliers tbody tr').count(), 1);
  await page.keyboard.press('Space');
  await reach('[aria-sort] .sort');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('[aria-sort=ascending]').count(), 1);
  assert.equal(await page.locator('.suppliers tbody a').first().innerText(), 'Alpha Works');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('.suppliers tbody a').first().innerText(), 'Beta Works');
  await reach('.suppliers tbody a');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement.tagName === 'H1');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.suppliers');
  await page.done();
});

test('a server that asks for a key asks here, and goes on', async () => {
  const closed = await startServer('[auth]\nmode = required');
  try {
    const admin = (...args) => execFileSync(program, ['admin', ...args, '--state', closed.state], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    admin('organisation', 'add', 'Example Retail');
    const keyOf = (...more) => admin('key', 'add', '--role', 'company', '--name', 'page', '--organisation', 'Example Retail', ...more).match(/prb_[A-Za-z0-9_-]{43,}/)[0];
    const key = keyOf();
    const page = await visit(browser, closed, '/company');
    await page.setInputFiles('#list-input', csv('Name,Country\nAlpha Works,DEU\n'));
    await page.waitForSelector('#key');
    await accessible(page, 'company, key');
    // A key that is not taken, or may not, is said to be so, and the place for another one stays.
    for (const [wrong, said] of [[`prb_${'A'.repeat(43)}`, /does not take this key/], [keyOf('--scopes', 'read'), /does not allow/]]) {
      await page.fill('#key', wrong);
      await page.click('prb-key-panel button');
      await page.locator('.notice.problem p', { hasText: said }).waitFor();
    }
    await page.fill('#key', key);
    await page.click('prb-key-panel button');
    await page.locator('.suppliers a', { hasText: 'Alpha Works' }).waitFor();
    await page.done();
  } finally {
    await closed.stop();
  }
});
