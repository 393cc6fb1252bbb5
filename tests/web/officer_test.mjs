// SPDX-License-Identifier: Apache-2.0
// The page for officials: good and bad attestations, packs that `probity verify` takes too, bidders side by side, hostile input.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { PNG } from 'pngjs';
import encodeQR from 'qr';
import { accessible, openBrowser, picture, program, source, startServer, visit } from './lib.mjs';

const words = Object.fromEntries(['ar', 'en'].map((lang) => [lang, JSON.parse(readFileSync(source(`clients/web/messages/officer/${lang}.json`), 'utf8'))]));
const vector = (name) => readFileSync(source(`tests/unit/vectors/attestation/${name}`));
const CHECKS = ['form', 'schema', 'proof', 'issuer', 'validity', 'status', 'log', 'openings'];
const RECEIPT_MS_MAX = 60000;
let browser, server, work, bad, good, listed;

async function ask(path, { body, ...options } = {}) {
  const response = await fetch(`${server.url}${path}`, body === undefined ? options : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body), ...options });
  assert.ok(response.ok, `${path}: ${response.status}`);
  return response;
}

const idOf = (attestation) => attestation.id.slice(-36);

// Until a checkpoint covers it there is no receipt.
async function receiptOf(id) {
  const until = Date.now() + RECEIPT_MS_MAX;
  while ((await ask(`/v1/attestations/${id}/proof`)).status !== 200) {
    assert.ok(Date.now() < until, 'no checkpoint covers the attestation');
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
}

const declarationOf = (name) => JSON.parse(readFileSync(source(`tests/golden/${name}/declaration.json`), 'utf8'));

async function declare(name) {
  const declaration = declarationOf(name);
  const { attestation, report } = await (await ask('/v1/declarations', { body: declaration })).json();
  await receiptOf(idOf(attestation));
  const text = await (await ask(`/v1/attestations/${idOf(attestation)}`, { headers: { Accept: 'application/vc' } })).text();
  return { id: idOf(attestation), text, report };
}

before(async () => {
  [browser, server] = await Promise.all([openBrowser(), startServer()]);
  work = mkdtempSync(join(process.env.WORK, 'officer-'));
  bad = await declare('delphi-c4-coercive');
  good = await declare('worked-14-low');
  listed = await declare('worked-01-listed-party');
});
after(async () => { await browser?.close(); await server?.stop(); });

const open = (lang = 'en', tail = '', options = {}) => visit(browser, server, `/officer?lang=${lang}${tail}`, { lang, ...options });
const verdict = (page) => page.locator('prb-verify #verdict').innerText();
const outcomes = (page) => page.locator('prb-verify .checks li').evaluateAll((lines) => lines.map((line) => line.className));

async function paste(page, text) {
  await page.fill('#verify-text', text);
  await page.click('prb-verify .paste button:not([type])');
  await page.locator('prb-verify :is(#verdict, [role=alert])').first().waitFor();
}

const file = (name, content, mimeType = 'application/json') => ({ name, mimeType, buffer: Buffer.from(content) });
async function drop(page, ...files) {
  await page.setInputFiles('#verify-file-input', files);
  await page.locator('prb-verify :is(#verdict, [role=alert])').first().waitFor();
}

/** @param {string} text @param {number} [turn] in radians @returns {Buffer} a PNG of its QR code */
function qrPicture(text, turn = 0) {
  const rows = encodeQR(text, 'raw', { border: 4, scale: 5 });
  const middle = rows.length / 2;
  const cos = Math.cos(turn), sin = Math.sin(turn);
  const side = Math.round(rows.length * (Math.abs(cos) + Math.abs(sin)));
  const png = new PNG({ width: side, height: side });
  for (let i = 0; i < side * side; i += 1) {
    const x = (i % side) + 0.5 - side / 2, y = Math.floor(i / side) + 0.5 - side / 2;
    const dark = rows[Math.floor(middle - x * sin + y * cos)]?.[Math.floor(middle + x * cos + y * sin)];
    png.data.set(dark ? [0, 0, 0, 255] : [255, 255, 255, 255], i * 4);
  }
  return PNG.sync.write(png);
}

async function makePack(page, id, { report = true } = {}) {
  await page.goto(page.url().replace(/#.*/, '') + '#pack');
  await page.fill('#pack-id', id);
  await page.setChecked('prb-pack input[name=report]', report);
  const waiting = page.waitForEvent('download');
  await page.click('prb-pack form .actions button');
  return readFileSync(await (await waiting).path());
}

for (const lang of ['en', 'ar']) {
  const say = (key) => words[lang][`officer.${key}`];

  test(`a good one by its address, in ${lang}`, async () => {
    const page = await open(lang, `&attestation=${bad.id}`);
    await page.locator('#verdict').waitFor();
    assert.ok((await verdict(page)).includes(say('verified_title')));
    assert.deepEqual(await outcomes(page), [...CHECKS.slice(0, 7).map(() => 'passed'), 'skipped']);
    assert.ok((await page.locator('prb-verify .says').innerText()).includes('Example Car Parts GmbH'));
    assert.equal(await page.locator('prb-verify .says .rating-critical').count(), 1);
    assert.equal(await page.locator('prb-verify .state-present').count(), 4);
    assert.equal(await page.locator('prb-verify .state-unknown').count(), 7);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'verdict');
    assert.equal(await page.locator('#verify-text').count(), 0, 'the verdict stands first');
    await accessible(page, `a verified attestation in ${lang}`);
    await picture(page, `officer-verified-${lang}`, { hide: ['bdi.long', '.checks [lang=en]', '.of-the-moment', '.came ul'] });
    await page.getByRole('button', { name: say('another') }).click();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'verify-file-input');
    await page.done();
  });

  test(`pasted, nothing is asked; then looked up, in ${lang}`, async () => {
    const page = await open(lang);
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await paste(page, bad.text);
    assert.ok((await verdict(page)).includes(say('holds_title')));
    assert.deepEqual(await outcomes(page), [...CHECKS.slice(0, 5).map(() => 'passed'), 'skipped', 'skipped', 'skipped']);
    assert.deepEqual(asked, []);
    await accessible(page, `signed by a bare key in ${lang}`);
    assert.ok(await page.evaluate(() => document.querySelector('prb-verify .verdict').nextElementSibling.contains(document.querySelector('prb-verify .look-up button'))), 'the look-up stands under the verdict');
    await page.click('prb-verify .result .notice button');
    await page.locator('prb-verify .verdict.done').waitFor();
    assert.deepEqual((await outcomes(page)).slice(5, 7), ['passed', 'passed']);
    await page.done();
  });

  test(`tampered ones, in ${lang}`, async () => {
    const page = await open(lang);
    const proof = bad.text.match(/"proofValue":"z(.)/)[1];
    for (const text of [bad.text.replace('"code":"critical","definition"', '"code":"low","definition"'), bad.text.replace(`"proofValue":"z${proof}`, `"proofValue":"z${proof === '3' ? '4' : '3'}`)]) {
      assert.notEqual(text, bad.text);
      await paste(page, text);
      assert.ok((await verdict(page)).includes(say('failed_title')));
      assert.equal((await outcomes(page))[2], 'failed');
      assert.ok((await page.locator('prb-verify').innerText()).includes(say('says_unverified')));
      assert.equal(await page.locator('prb-verify details.not-to-rely-on:not([open])').count(), 1);
      await page.click('prb-verify .not-to-rely-on summary');
      assert.equal(await page.locator('prb-verify :is([class*=rating-], .bar, .state)').count(), 0, 'what did not verify is grey words');
      assert.ok(await page.locator('prb-verify .not-to-rely-on .plain-word').count() >= 12);
      await accessible(page, `a tampered attestation, all of it, in ${lang}`);
      await page.fill('#verify-text', '');
      await page.reload();
    }
    await paste(page, bad.text.replace('"code":"critical","definition"', '"code":"low","definition"'));
    assert.ok((await page.locator('.verdict').innerText()).includes(say('proof_failed')));
    await accessible(page, `a tampered attestation in ${lang}`);
    await picture(page, `officer-tampered-${lang}`, { hide: ['.checks [lang=en]', '#verify-text'] });
    await page.done();
  });

  test(`a pack, which probity verify takes too, in ${lang}`, async () => {
    const page = await open(lang);
    const zip = await makePack(page, listed.id);
    await page.locator('prb-pack .notice.done').waitFor();
    await accessible(page, `a pack in ${lang}`);
    const files = unzipSync(new Uint8Array(zip));
    const folder = mkdtempSync(join(work, 'pack-'));
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    for (const name of ['credential.json', 'report.json', 'report.html', 'report.pdf', 'receipt.tlog-proof', 'status.json', 'did.json', 'log.key', 'checkpoint', 'HOW-TO-VERIFY.txt', 'SHA256SUMS']) assert.ok(files[name], name);
    assert.equal(Buffer.from(files['report.pdf']).toString('latin1', 0, 5), '%PDF-');
    const how = readFileSync(join(folder, 'HOW-TO-VERIFY.txt'), 'utf8');
    assert.ok(how.startsWith(say('how_title')));
    for (const title of [words.ar, words.en]) assert.ok(how.includes(title['officer.how_program']));
    assert.equal(how.split('\n----\n').length, 6);
    const command = how.split('\n').find((line) => line.trim().startsWith('probity verify')).trim().split(' ');
    const checked = spawnSync(program, command.slice(1), { cwd: folder, encoding: 'utf8' });
    assert.equal(checked.status, 0, checked.stdout + checked.stderr);
    assert.match(checked.stdout, /log/);
    assert.equal(spawnSync('sha256sum', ['--strict', '-c', 'SHA256SUMS'], { cwd: folder }).status, 0);

    // Dropped on the page it is checked without any network.
    await page.goto(page.url().replace(/#.*/, '#verify'));
    await page.context().setOffline(true);
    await drop(page, file('pack.zip', zip, 'application/zip'));
    assert.ok((await verdict(page)).includes(say('holds_title')));
    assert.deepEqual((await outcomes(page)).filter((outcome) => outcome !== 'passed'), ['skipped']);
    assert.ok((await page.locator('prb-verify .checks').innerText()).includes(say('report_passed')));
    // With another report in it, it is not.
    const other = zipSync({ ...files, 'report.json': strToU8(JSON.stringify(good.report)) });
    await page.reload({ waitUntil: 'commit' }).catch(() => {});
    await page.context().setOffline(false);
    await page.goto(`${server.url}/officer?lang=${lang}`);
    await drop(page, file('pack.zip', other, 'application/zip'));
    assert.ok((await page.locator('.verdict').innerText()).includes(say('report_failed')));
    await page.done();
  });

  test(`bidders side by side, in ${lang}`, async () => {
    const page = await open(lang);
    const packs = [await makePack(page, listed.id), await makePack(page, good.id)];
    await page.goto(page.url().replace(/#.*/, '#compare'));
    const tampered = bad.text.replace('"code":"critical","definition"', '"code":"low","definition"');
    await page.setInputFiles('#compare-file-input', [file('a.zip', packs[0], 'application/zip'), file('b.zip', packs[1], 'application/zip'), file('c.json', tampered)]);
    await page.locator('table.compare thead th').nth(3).waitFor();
    const column = (n) => page.locator(`table.compare tbody tr td:nth-child(${n + 1})`).allInnerTexts();
    const [first, second, third] = await Promise.all([1, 2, 3].map(column));
    assert.ok(first.some((text) => text.includes('Taepyung Salt Farm')), 'the entry on a list');
    assert.ok(second.includes(say('listed_none')));
    assert.equal(third[0], say('failed_title'));
    assert.deepEqual([...new Set(third.slice(1))], [say('not_shown')]);
    assert.equal(await page.locator('table.compare .rating-critical').count(), 1);
    assert.equal(await page.locator('table.compare .bar').count(), 4);
    await accessible(page, `bidders side by side in ${lang}`);
    await picture(page, `officer-compare-${lang}`, { hide: ['.long', '.of-the-moment', 'prb-compare .notice'] });

    const waiting = page.waitForEvent('download');
    await page.click('prb-compare .actions button');
    const csv = readFileSync(await (await waiting).path(), 'utf8');
    assert.equal(csv.trimEnd().split('\r\n').length, 25);
    assert.ok(csv.includes('Taepyung Salt Farm'));
    // This server knows which of them are its own.
    assert.ok(await page.evaluate(() => document.querySelector('prb-compare .look-up').nextElementSibling.querySelector('table.compare')), 'the look-up stands above the table');
    await page.getByRole('button', { name: say('lookup') }).click();
    await page.locator('table.compare .word-verified').nth(1).waitFor();
    assert.equal(await page.locator('table.compare .word-failed').count(), 1);
    await page.click('table.compare thead th:nth-child(4) button');
    assert.equal(await page.locator('table.compare thead th').count(), 3);
    await page.done();
  });
}

test('revoked', async () => {
  const { id } = await declare('worked-13-nothing-known');
  await ask(`/v1/attestations/${id}/revoke`, { body: { reason: 'superseded' } });
  const page = await open('en', `&attestation=${id}`);
  await page.locator('.verdict.problem').waitFor();
  assert.ok((await page.locator('.verdict').innerText()).includes(words.en['officer.status_revoked']));
  assert.equal((await outcomes(page))[5], 'failed');
  await page.done();
});

test('expired', async () => {
  const page = await open();
  await page.clock.setFixedTime(new Date('2033-01-01T00:00:00Z'));
  await paste(page, bad.text);
  assert.ok((await page.locator('.verdict').innerText()).includes(words.en['officer.validity_expired']));
  await page.done();
});

test('who signed: another issuer, another than expected, a document that came along', async () => {
  const page = await open();
  await page.clock.setFixedTime(new Date('2026-08-01T00:00:00Z'));
  const text = vector('did_key.json').toString();
  const did = JSON.parse(text).issuer.id;
  await paste(page, text.replaceAll(`"issuer":{"id":"${did}"`, '"issuer":{"id":"did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"'));
  assert.equal((await outcomes(page))[3], 'failed');
  assert.ok((await page.locator('.verdict').innerText()).includes(words.en['officer.failed_title']));
  await page.reload();

  await page.click('prb-verify details summary');
  await page.fill('#expected', 'did:web:screening.example');
  await paste(page, text);
  assert.ok((await page.locator('.verdict').innerText()).includes(words.en['officer.expected_failed']));
  await page.fill('#expected', did);
  await page.press('#expected', 'Tab');
  await page.locator('.verdict.done').waitFor();
  await page.reload();

  const web = [file('a.json', vector('did_web.json')), file('d.json', vector('did_web_document.json')), file('r', vector('did_web.tlog-proof'), 'text/plain')];
  await drop(page, web[0]);
  assert.equal((await outcomes(page))[3], 'failed', 'without its document a did:web is nobody');
  await page.reload();
  await drop(page, ...web);
  assert.ok((await page.locator('.verdict').innerText()).includes(words.en['officer.holds_given']));
  assert.equal((await outcomes(page))[6], 'passed');
  await page.click('prb-verify .result .notice button');
  await page.locator('prb-verify .result > .verdict + .notice.warning').waitFor();
  assert.ok((await page.locator('prb-verify .result').innerText()).includes(words.en['officer.lookup_not_issuer']));
  await page.reload();

  // The enveloping form, and openings of what is withheld.
  await drop(page, file('a.jwt', vector('did_web.jwt'), 'text/plain'), web[1]);
  assert.ok((await verdict(page)).includes(words.en['officer.holds_title']));
  await page.reload();
  await drop(page, file('a.json', vector('did_web_withheld.json')), file('o.json', vector('did_web_withheld_openings.json')), web[1]);
  assert.equal((await outcomes(page))[7], 'passed');
  const opened = await page.locator('prb-verify .says').innerText();
  assert.ok(opened.includes('Example "Works" Grün') && opened.includes('81 of 100'), opened);
  await page.reload();
  await drop(page, file('a.json', vector('did_web_withheld.json')), web[1]);
  assert.ok((await page.locator('prb-verify .says').innerText()).includes(words.en['officer.withheld']));
  await page.done();
});

test('a QR code, as a picture and before the camera', async () => {
  const address = `${server.url}/officer?attestation=${bad.id}`;
  const page = await open();
  await drop(page, file('qr.png', qrPicture(address), 'image/png'));
  assert.ok((await verdict(page)).includes(words.en['officer.verified_title']));
  await page.reload();
  await drop(page, file('qr.png', qrPicture('https://other.example/officer?attestation=' + bad.id), 'image/png'));
  assert.match(await page.locator('prb-verify [role=alert]').innerText(), /other\.example/);
  await page.reload();
  await drop(page, file('qr.png', qrPicture('hello'), 'image/png'));
  assert.ok((await page.locator('prb-verify [role=alert]').innerText()).includes(words.en['officer.fault_qr_other']));
  await page.done();

  // A camera that sees the code: its frames are a canvas.
  const filmed = await open();
  await filmed.evaluate(async (bytes) => {
    const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: 'image/png' }));
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: bitmap.width, height: bitmap.height });
    const context = canvas.getContext('2d');
    const draw = () => { context.drawImage(bitmap, 0, 0); requestAnimationFrame(draw); };
    draw();
    navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(30);
  }, [...qrPicture(address)]);
  await filmed.getByRole('button', { name: words.en['officer.camera'] }).click();
  await filmed.locator('.verdict.done').waitFor();
  assert.equal(await filmed.locator('video').count(), 0, 'the camera is off again');
  await filmed.done();
});

test('QR codes that one look misses', async () => {
  const page = await open();
  const address = (number) => `https://other.example/officer?attestation=${String(number).padStart(8, '0')}-0000-4000-8000-000000000000`;
  const pictures = [
    ...[114, 380, 1086, 1270, 1403, 1539].map((number) => [`clean, number ${number}`, qrPicture(address(number))]),
    ...[0.25, 0.5, 1, 1.25, 1.75].map((turn) => [`turned by ${turn} of half a right angle`, qrPicture(address(1), turn * Math.PI / 4)]),
  ];
  for (const [name, picture] of pictures) {
    await drop(page, file('qr.png', picture, 'image/png'));
    assert.match(await page.locator('prb-verify [role=alert]').innerText(), /other\.example/, name);
    await page.reload();
  }
  await page.done();
});

test('a pack with openings: the page and the program open them, those of another attestation are refused', async () => {
  const withheld = async (disclose) => {
    const id = (await (await ask('/v1/attestations', { body: { report: good.report.id, disclose, valid_days: 9 }, headers: { 'Content-Type': 'application/json', Accept: 'application/vc' } })).json()).id.slice(-36);
    await receiptOf(id);
    return { id, openings: await (await ask(`/v1/attestations/${id}/openings`)).text() };
  };
  const mine = await withheld(['rating']), other = await withheld(['rating']);
  const page = await open('en', '#pack');
  await page.fill('#pack-id', mine.id);
  await page.setChecked('prb-pack input[name=report]', false);
  await page.click('prb-pack form summary');
  const forged = mine.openings.replace(/"name":"[^"]*"/, '"name":"Somebody Else"');
  assert.notEqual(forged, mine.openings);
  for (const wrong of [other.openings, forged, '[]', '{"part":"supplier"}', 'no openings']) {
    await page.setInputFiles('#pack-openings-input', file('given.json', wrong));
    await page.locator('prb-pack .chosen').waitFor();
    await page.click('prb-pack form .actions button');
    await page.locator('prb-pack [role=alert]', { hasText: words.en['officer.fault_pack_openings'] }).waitFor();
    assert.equal(await page.locator('prb-pack .notice.done').count(), 0, wrong.slice(0, 30));
    await accessible(page, 'openings that were refused');
    await page.click('prb-pack .chosen button');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'pack-openings-input');
  }
  await page.setInputFiles('#pack-openings-input', file('given.json', mine.openings));
  const waiting = page.waitForEvent('download');
  await page.click('prb-pack form .actions button');
  const zip = readFileSync(await (await waiting).path());
  const files = unzipSync(new Uint8Array(zip));
  assert.deepEqual(JSON.parse(Buffer.from(files['openings.json']).toString()), JSON.parse(mine.openings).items, 'an array, as the program takes it');
  const how = Buffer.from(files['HOW-TO-VERIFY.txt']).toString();
  assert.ok(how.includes(words.en['officer.how_openings']) && how.includes(words.ar['officer.how_openings']));

  // The command as the pack says it, in the pack's folder.
  const folder = mkdtempSync(join(work, 'openings-'));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  const [, args] = how.match(/^ {2}probity (verify .*)$/m);
  assert.match(args, / --open openings\.json /);
  const run = spawnSync(program, args.split(' '), { cwd: folder, encoding: 'utf8' });
  assert.equal(run.status, 0, run.stdout + run.stderr);
  assert.match(run.stdout, /^passed +openings .*: supplier,/m);
  assert.equal(spawnSync('sha256sum', ['-c', 'SHA256SUMS'], { cwd: folder }).status, 0);

  await page.goto(`${server.url}/officer?lang=en`);
  await drop(page, file('pack.zip', zip, 'application/zip'));
  assert.equal((await outcomes(page))[7], 'passed');
  assert.ok((await page.locator('prb-verify .says').innerText()).includes(good.report.supplier.name));
  await page.done();
});

test('asking for one: a link for a supplier, and another attestation with parts withheld', async () => {
  const page = await open('en', '#request');
  await page.locator('#attest-stored-list option', { hasText: 'Example Car Parts GmbH' }).first().waitFor({ state: 'attached' });
  await page.selectOption('#attest-stored-list', { label: await page.locator('#attest-stored-list option', { hasText: 'Example Car Parts GmbH' }).first().innerText() });
  await page.uncheck('prb-request input[name=supplier]');
  assert.equal(await page.isDisabled('prb-request input[name=report]'), true);
  await page.getByRole('button', { name: words.en['officer.attest_go'] }).click();
  await page.locator('prb-request .verdict.done').waitFor();
  const said = await page.locator('prb-request .says').innerText();
  assert.ok(!said.includes('Example Car Parts') && said.includes(words.en['officer.withheld']));
  await accessible(page, 'an attestation that was made');

  // Its pack has no report: the attestation withholds it.
  await page.getByRole('button', { name: words.en['officer.attest_pack'] }).click();
  const waiting = page.waitForEvent('download');
  await page.click('prb-pack form .actions button');
  const files = unzipSync(new Uint8Array(readFileSync(await (await waiting).path())));
  assert.ok(files['credential.json'] && !files['report.json']);

  // An invitation is an organisation's: a key is asked for.
  const admin = (...args) => { const done = spawnSync(program, ['admin', '--state', server.state, ...args], { encoding: 'utf8' }); assert.equal(done.status, 0, done.stderr); };
  const keyFile = join(work, 'company.key');
  admin('organisation', 'add', 'Example Authority');
  admin('key', 'add', '--organisation', 'Example Authority', '--role', 'company', '--name', 'purchasing', '--key-out', keyFile);
  await page.goto(`${server.url}/officer?lang=en#request`);
  await page.getByRole('button', { name: words.en['officer.invite_go'] }).click();
  assert.ok((await page.locator('prb-request [role=alert]').innerText()).includes(words.en['officer.fault_no_name']));
  await page.fill('#invite-name', 'Example Knitwear Ltd');
  await page.selectOption('#invite-country', 'BGD');
  await page.getByRole('button', { name: words.en['officer.invite_go'] }).click();
  await page.fill('#key', readFileSync(keyFile, 'utf8').trim());
  await page.press('#key', 'Enter');
  await page.locator('#key').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: words.en['officer.invite_go'] }).click();
  await page.locator('#invite-link').waitFor();
  assert.match(await page.inputValue('#invite-link'), new RegExp(`^${server.url}/invitation#prb_[A-Za-z0-9_-]{43}$`));
  await accessible(page, 'an invitation that was made');

  await page.done();
});

// A file of a server with a public address has no keys in it: that is no fault of the attestation's.
test('an attestation of a did:web without its document is not checked yet, and with it it holds', async () => {
  const state = mkdtempSync(join(work, 'web-'));
  const web = await startServer('[auth]\nmode = required\n[issuer]\npublic_url = https://probity.example');
  try {
    const admin = (...args) => spawnSync(program, ['admin', '--state', web.state, ...args], { encoding: 'utf8' });
    const keyFile = join(state, 'key'), at = (name) => join(state, name);
    admin('organisation', 'add', 'Example Retail');
    admin('key', 'add', '--organisation', 'Example Retail', '--role', 'company', '--name', 'page', '--key-out', keyFile);
    writeFileSync(at('declaration.json'), JSON.stringify(declarationOf('worked-14-low')));
    const sent = spawnSync(program, ['submit', '--server', web.url, '--key-file', keyFile, '--attestation', at('attestation.json'), at('declaration.json')], { encoding: 'utf8' });
    assert.equal(sent.status, 0, sent.stderr);
    const attestation = file('attestation.json', readFileSync(at('attestation.json')));
    const did = file('did.json', await (await fetch(`${web.url}/.well-known/did.json`)).text());
    const page = await open();
    await drop(page, attestation);
    assert.ok((await verdict(page)).includes(words.en['officer.keyless_title']));
    const box = await page.locator('.verdict').innerText();
    assert.ok(box.includes('https://probity.example/.well-known/did.json') && !box.includes(words.en['officer.failed_do']), box);
    assert.equal(await page.locator('.not-to-rely-on[open]').count(), 0, 'nothing of it is relied on');
    await drop(page, attestation, did);
    await page.locator('#verdict', { hasText: words.en['officer.holds_title'] }).waitFor();
    await page.done();
  } finally {
    await web.stop();
  }
});

test('a server that has no time for a look-up is said to be busy; nothing is said of the attestation', async () => {
  const page = await open('en');
  for (const path of ['.well-known/did.json', 'status/*', 'log/key', 'v1/attestations/*/proof']) {
    await page.route(`**/${path}`, (route) => route.fulfill({ status: 429, headers: { 'Retry-After': '7' } }));
    await paste(page, good.id);
    assert.match(await page.locator('prb-verify [role=alert]').innerText(), /7 seconds/, path);
    assert.equal(await page.locator('#verdict').count(), 0);
    await page.unroute(`**/${path}`);
  }
  await page.done();
});

test('a server that is busy is asked again, and is not taken for one that makes no PDF', async () => {
  const page = await open();
  let asked = 0;
  await page.route('**/v1/reports/*', (route) => {
    if (route.request().headers().accept !== 'application/pdf') return route.continue();
    asked += 1;
    return asked === 1 ? route.fulfill({ status: 503, headers: { 'Retry-After': '1' } }) : route.fulfill({ contentType: 'application/pdf', body: '%PDF-' });
  });
  const files = unzipSync(new Uint8Array(await makePack(page, listed.id)));
  assert.equal(asked, 2);
  assert.ok(files['report.pdf']);
  await page.unroute('**/v1/reports/*');
  await page.done();
});

test('the files of a pack, unpacked: one attestation, and what is for people is left aside', async () => {
  const page = await open();
  const files = Object.entries(unzipSync(new Uint8Array(await makePack(page, listed.id)))).map(([name, bytes]) => file(name, bytes, ''));
  await page.goto(`${server.url}/officer?lang=en`);
  await drop(page, ...files);
  assert.ok((await verdict(page)).includes(words.en['officer.holds_title']));
  assert.equal(await page.locator('prb-verify').isVisible(), true, 'one bidder, and not several');
  assert.deepEqual((await outcomes(page)).filter((outcome) => outcome !== 'passed'), ['skipped']);
  const aside = await page.locator('.came .aside').innerText();
  for (const name of ['HOW-TO-VERIFY.txt', 'SHA256SUMS', 'report.html', 'report.pdf']) assert.ok(aside.includes(name), name);
  assert.ok(!aside.includes('.json'));
  await accessible(page, 'an unpacked pack');
  await page.locator('nav.views a[href="#compare"]').click();
  await page.setInputFiles('#compare-file-input', files);
  await page.waitForSelector('prb-compare table');
  assert.equal(await page.locator('prb-compare .word-failed').count(), 0);
  assert.equal(await page.locator('prb-compare thead th').count(), 2, 'one bidder');
  assert.ok((await page.locator('prb-compare .aside').innerText()).includes('SHA256SUMS'));
  await page.done();
});

test('a report for people, and rubbish, are no attestation; a damaged one is judged', async () => {
  const page = await open(), alert = () => page.locator('prb-verify [role=alert]').innerText();
  const address = `${server.url}/officer?attestation=${listed.id}`;
  const pack = unzipSync(new Uint8Array(await makePack(page, listed.id)));
  await page.goto(`${server.url}/officer?lang=en`);
  for (const [name, bytes] of [['report.html', pack['report.html']], ['report.pdf', pack['report.pdf']], ['report.json', pack['report.json']], ['a.pdf', `%PDF-1.5\n<< /URI (${address}) >>`], ['a.html', `<!DOCTYPE html><a href="${address}" rel="noreferrer">${address}</a>`]]) {
    await drop(page, file(name, bytes, ''));
    await page.locator('prb-verify [role=alert]', { hasText: words.en['officer.fault_report'] }).waitFor();
    assert.equal(await page.locator('prb-verify .checks').count(), 0, name);
    assert.equal(await page.locator(`prb-verify [role=alert] a[href="${address}"]`).count(), name.startsWith('a.') ? 1 : 0, name);
  }
  await accessible(page, 'a report for people');
  await page.click('prb-verify [role=alert] a');
  await page.waitForSelector('#verdict');
  assert.ok((await verdict(page)).includes(words.en['officer.verified_title']));
  await page.goto(`${server.url}/officer?lang=en`);
  const text = (name) => new TextDecoder().decode(pack[name]);
  for (const [rubbish, fault] of [['0123', 'no_attestation'], ['Guten Tag', 'no_attestation'], [text('report.json'), 'report'], ['[1]', 'no_attestation'], [text('report.html'), 'report'], [text('did.json'), 'no_attestation']]) {
    await paste(page, rubbish);
    await page.locator('prb-verify [role=alert]', { hasText: words.en[`officer.fault_${fault}`] }).waitFor();
    assert.equal(await page.locator('#verdict').count(), 0, rubbish.slice(0, 40));
  }
  await drop(page, file('notes.txt', 'a:b', 'text/plain'));
  assert.ok((await alert()).includes(words.en['officer.fault_nothing_in_it']));
  const cut = bad.text.slice(0, -20), late = bad.text.slice(1), mailed = bad.text.replace(/^/, '> ');
  for (const give of [() => paste(page, cut), () => paste(page, late), () => paste(page, mailed), () => drop(page, file('a.txt', late, 'text/plain')), () => drop(page, file('a.json', '"', ''))]) {
    await page.goto(`${server.url}/officer?lang=en`);
    await give();
    await page.waitForSelector('#verdict');
    assert.ok((await verdict(page)).includes(words.en['officer.failed_title']));
  }
  await page.done();
});

test('with the keyboard alone', async () => {
  const page = await open();
  const at = () => page.evaluate(() => document.activeElement.id);
  for (let i = 0; i < 60 && (await at()) !== 'verify-text'; i++) await page.keyboard.press('Tab');
  assert.equal(await at(), 'verify-text');
  await page.keyboard.type(bad.id);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('.verdict.done').waitFor();
  assert.equal(await at(), 'verdict');
  await page.done();
});

test('hostile input', async () => {
  const page = await open();
  const zip = (files) => file('x.zip', zipSync(files), 'application/zip');
  const alert = () => page.locator('prb-verify [role=alert]').innerText();
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`f${i}.json`, strToU8('{}')]));
  for (const [given, why] of [
    [zip({ 'credential.json': new Uint8Array(40 * 1024 * 1024) }), 'zip_large'],
    [zip(many), 'zip'],
    [zip({ 'a.json': strToU8('{}'), 'b.json': strToU8('{}') }), 'zip_two'],
    [zip({ 'README.txt': strToU8('nothing') }), 'nothing_in_it'],
    [file('x.zip', Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(500, 0xff)]), 'application/zip'), null],
    [file('x.json', Buffer.alloc(17 * 1024 * 1024, 0x20)), 'too_large'],
    [file('x.png', 'no picture', 'image/png'), 'picture'],
  ]) {
    await drop(page, given);
    if (why) assert.ok((await alert()).includes(words.en[`officer.fault_${why}`]), why);
    else assert.ok(await page.locator('prb-verify [role=alert]').count());
    await page.reload();
  }
  for (const text of [`{"a":"${'x'.repeat(10 * 1024 * 1024)}"}`, `${'['.repeat(100000)}`, bad.text.replace('{', '{"__proto__":{"verified":true},'), bad.text.replace('{', '{"id":"x",'), '"', '{}', 'null', '{"credentialSubject":[],"issuer":7}']) {
    await drop(page, file('x.json', text));
    assert.ok((await verdict(page)).includes(words.en['officer.failed_title']), text.slice(0, 40));
    await page.reload();
  }
  assert.equal(await page.evaluate(() => ({}).verified), undefined);
  // A name that would be markup, and one that would turn the line round, are text.
  const declaration = { supplier: { name: '<img src=x onerror=alert(1)> \u202Egnp.exe', country: 'PRT' } };
  const response = await fetch(`${server.url}/v1/declarations`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(declaration) });
  if (response.ok) {
    await paste(page, JSON.stringify((await response.json()).attestation));
    assert.equal(await page.locator('prb-verify img').count(), 0);
    assert.ok((await page.locator('prb-verify .says').innerText()).includes('<img src=x'));
  } else {
    assert.equal(response.status, 422);
  }
  await page.done();
});
