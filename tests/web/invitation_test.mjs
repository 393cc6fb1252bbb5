// SPDX-License-Identifier: Apache-2.0
// The supplier's story: a link, the form, a draft, the sign-off, what it means; and what goes wrong on the way.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { accessible, adminOf, invitationOf, openBrowser, picture, program, startServer, visit } from './lib.mjs';

let browser, server;
const folder = mkdtempSync(join(tmpdir(), 'invitation-'));
const admin = (...args) => adminOf(server, ...args);

before(async () => {
  [browser, server] = await Promise.all([openBrowser(), startServer('[auth]\nmode = required')]);
  admin('organisation', 'add', 'Example Retail');
});
after(async () => { await browser?.close(); await server?.stop(); });

const invitation = (name = 'Example Knitwear Ltd', ...more) => invitationOf(server, name, ...more);

// The texts that the page itself was given, so that the story can be told in any language.
const texts = (page) => page.evaluate(() => JSON.parse(document.getElementById('messages').textContent).texts);
const open = async (lang, key, more) => {
  const page = await visit(browser, server, `/invitation?lang=${lang}#${key}`, { lang, ...more });
  await page.waitForSelector('.steps');
  return page;
};
const step = (page, n) => page.locator('.steps button').nth(n).click();

for (const lang of ['en', 'ar'])
  test(`the whole story in ${lang}`, async () => {
    const page = await open(lang, invitation('Example Knitwear Ltd', '--country', 'BGD'));
    const t = await texts(page);
    assert.equal(new URL(page.url()).hash, '', 'the key stays out of the address');
    assert.ok((await page.locator('.notice').first().innerText()).includes('Example Retail'));
    assert.equal(await page.inputValue('#f-supplier-name'), 'Example Knitwear Ltd');
    assert.equal(await page.inputValue('#f-supplier-country'), 'BGD');
    await accessible(page, `supplier, first step, ${lang}`);
    if (lang === 'ar') await picture(page, 'invitation-supplier-ar', { hide: ['.notice'] });
    await step(page, 2);
    await page.click('#f-products-add');
    await page.fill('#f-products-0-hs', '6109');
    await page.selectOption('#f-products-0-origin', 'BGD');
    await step(page, 3);
    await page.fill('#f-workforce-total', '1200');
    await page.selectOption('#f-workforce-recruitment_fees', 'employer_pays');
    await accessible(page, `supplier, workforce, ${lang}`);
    await step(page, 4);
    await page.locator('.finding summary').nth(6).click();
    await page.click('#add-retention_of_identity_documents');
    await page.selectOption('#f-findings-0-state', 'present');
    await page.selectOption('#f-findings-0-source', 'self');
    await page.fill('#f-findings-0-date', '2026-01-15');
    await accessible(page, `supplier, findings, ${lang}`);
    await step(page, 5);
    await page.selectOption('#control-grievance_mechanism', 'documented');
    await step(page, 7);
    await page.waitForSelector('input[name=sign]');
    await accessible(page, `supplier, review, ${lang}`);
    await page.check('input[name=sign]');
    await page.getByRole('button', { name: t['invitation.send'] }).click();
    await page.waitForSelector('.answered');
    await page.waitForSelector('prb-verdict .done');
    assert.equal(await page.locator('.rating').first().getAttribute('class'), 'rating rating-high large');
    await accessible(page, `supplier, answer, ${lang}`);
    const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: t['invitation.get_attestation'] }).click()]);
    const file = join(folder, `attestation-${lang}.json`);
    await saved.saveAs(file);
    assert.match(execFileSync(program, ['verify', file], { encoding: 'utf8' }), /verified/);
    await page.done();
  });

test('a link that is cut, or was withdrawn, is said to be so, and no key is asked for', async () => {
  const file = join(folder, 'withdrawn'), id = admin('invite', 'add', 'Example Knitwear Ltd', '--organisation', 'Example Retail', '--link-out', file).match(/^id +(\S+)/m)[1];
  const key = readFileSync(file, 'utf8').trim().replace(/^.*#/, '');
  const opened = await open('en', key);
  const t = await texts(opened);
  admin('invite', 'revoke', id, '--organisation', 'Example Retail');
  await opened.selectOption('#f-supplier-country', 'DEU');
  await step(opened, 7);
  await opened.check('input[name=sign]');
  await opened.getByRole('button', { name: 'Send the declaration' }).click();
  await opened.locator('[role=alert]', { hasText: t['invitation.link_refused'] }).waitFor();
  await opened.done();
  for (const link of [key, `prb_${'B'.repeat(43)}`]) {
    const page = await visit(browser, server, `/invitation?lang=en#${link}`);
    assert.equal(await page.locator('[role=alert]').innerText(), t['invitation.link_refused']);
    await page.done();
  }
});

// A mark at the end of a Latin word goes to its other side in a text from right to left, where nothing holds it.
test('in Arabic, too, a key begins with prb_ and not with _prb', async () => {
  const page = await visit(browser, server, '/invitation', { lang: 'ar' });
  await page.waitForSelector('#link-hint');
  const [first, last] = await page.locator('#link-hint').evaluate((hint) => {
    const node = [...hint.childNodes].find(({ textContent }) => textContent.includes('prb_')), at = node.textContent.indexOf('prb_');
    return [at, at + 3].map((from) => { const range = document.createRange(); range.setStart(node, from); range.setEnd(node, from + 1); return range.getBoundingClientRect().x; });
  });
  assert.ok(last > first, `p at ${first}, _ at ${last}`);
  await page.done();
});

// A telephone's clock is seldom right to the second, and a server with a public address signs as did:web.
test('the answer verifies on a slow clock, of a did:key and of a did:web', async () => {
  const web = await startServer('[auth]\nmode = required\n[issuer]\npublic_url = https://probity.example');
  try {
    adminOf(web, 'organisation', 'add', 'Example Retail');
    for (const [from, slow, outcome, issuer] of [[server, 30, 'done', /^did:key:/], [web, 30, 'done', /^did:web:probity\.example$/], [web, 300, 'problem', /^did:web:/]]) {
      const page = await visit(browser, from, `/invitation?lang=en#${invitationOf(from, 'Example Knitwear Ltd', '--country', 'BGD')}`, { slow });
      await page.waitForSelector('.steps');
      await step(page, 7);
      await page.check('input[name=sign]');
      await page.getByRole('button', { name: 'Send the declaration' }).click();
      await page.waitForSelector(`prb-verdict .${outcome}`);
      assert.match(await page.locator('prb-verdict').evaluate(({ attestation }) => attestation.issuer.id), issuer);
      await page.done();
    }
  } finally {
    await web.stop();
  }
});

test('a draft is forgotten unless kept, kept where it is asked, and taken from a file', async () => {
  const page = await open('en', invitation());
  await page.fill('#f-supplier-city', 'Gazipur');
  await page.locator('#f-supplier-city').blur();
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  await page.locator('.saving summary').click();
  await page.check('.saving input[type=checkbox]');
  assert.match(await page.evaluate(() => Object.values(localStorage).join()), /Gazipur/);
  assert.doesNotMatch(await page.evaluate(() => Object.keys(localStorage).join()), /prb_/, 'the key is not kept');
  const [saved] = await Promise.all([page.waitForEvent('download'), page.locator('.saving button').first().click()]);
  const file = join(folder, 'draft.json');
  await saved.saveAs(file);
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).supplier.city, 'Gazipur');
  await page.uncheck('.saving input[type=checkbox]');
  assert.equal(await page.evaluate(() => localStorage.length), 0);
  writeFileSync(file, JSON.stringify({ supplier: { name: 'Other', country: 'IND', city: 'Tiruppur' } }));
  await page.setInputFiles('.saving input[type=file]', file);
  await page.waitForFunction(() => document.querySelector('#f-supplier-city')?.value === 'Tiruppur');
  const supplier = { name: 'Wrong', country: 'IND' };
  const wrong = [{ supplier, findings: 'y' }, { supplier, sites: [null] }, { supplier, controls: [1] }, { supplier, destination_markets: 7 }, { supplier: { name: {} } }].map((one) => JSON.stringify(one));
  for (const [i, text] of ['[not a declaration', ...wrong].entries()) {
    const other = join(folder, `wrong-${i}.json`);
    writeFileSync(other, text);
    await page.setInputFiles('.saving input[type=file]', other);
    await page.waitForFunction((n) => { const said = document.querySelector('prb-invitation').innerText; return /no draft/.test(said) && said.includes(`wrong-${n}.json`); }, i);
  }
  assert.equal(await page.inputValue('#f-supplier-city'), 'Tiruppur');
  await page.done();
});

test('what the server refuses stands beside its field, and nothing typed is lost', async () => {
  const page = await open('en', invitation());
  await page.selectOption('#f-supplier-country', 'BGD');
  await step(page, 2);
  await page.click('#f-products-add');
  await page.click('#f-products-add');
  await page.click('#f-products-add');
  await page.getByRole('button', { name: 'Remove number 3' }).press('Enter');
  await page.waitForFunction(() => document.activeElement.id === 'f-products-add');
  await page.fill('#f-products-1-hs', '61x');
  await step(page, 7);
  await page.check('input[name=sign]');
  await page.getByRole('button', { name: 'Send the declaration' }).click();
  await page.waitForSelector('.summary li');
  assert.ok(await page.evaluate(() => document.activeElement.classList.contains('summary')));
  assert.equal(await page.locator('.summary li button').first().innerText(), 'Product 2 · HS code', 'the fault is named as its field is');
  await page.locator('.summary li button').first().click();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'f-products-1-hs', 'the empty first row does not shift the place');
  assert.equal(await page.getAttribute('#f-products-1-hs', 'aria-invalid'), 'true');
  await accessible(page, 'supplier, a fault');
  await page.fill('#f-products-1-hs', '6109');
  await step(page, 7);
  await page.check('input[name=sign]');
  await page.getByRole('button', { name: 'Send the declaration' }).click();
  await page.waitForSelector('.answered');
  assert.deepEqual(await page.evaluate(() => Object.keys(sessionStorage)), ['probity-invitation'], 'nothing that was sent stays behind');
  await page.done();
});

test('a draft belongs to its invitation, and waits for it', async () => {
  const one = invitation('Example Knitwear Ltd', '--country', 'BGD'), two = invitation('Second Supplier Ltd', '--country', 'DEU');
  const page = await open('en', one), name = () => page.inputValue('#f-supplier-name'), city = () => page.inputValue('#f-supplier-city');
  await page.fill('#f-supplier-city', 'Gazipur');
  await page.locator('#f-supplier-city').blur();
  await page.locator('.saving summary').click();
  await page.check('.saving input[type=checkbox]');
  const follow = async (key, supplier) => {
    await page.goto(`${server.url}/invitation?lang=fr#${key}`); // another address than before: the page is loaded anew
    await page.waitForFunction((wanted) => document.querySelector('#f-supplier-name')?.value === wanted, supplier);
  };
  await follow(two, 'Second Supplier Ltd');
  assert.deepEqual([await city(), await page.inputValue('#f-supplier-country')], ['', 'DEU'], 'nothing of another invitation');
  await page.fill('#f-supplier-city', 'Bremen');
  await page.locator('#f-supplier-city').blur();
  // The first link is pasted over the open page, which is not loaded anew; a field may still have the caret in it.
  await page.locator('#f-supplier-region').pressSequentially('Nord');
  await page.evaluate((key) => { location.hash = key; }, one);
  await page.waitForFunction(() => document.querySelector('#f-supplier-city')?.value === 'Gazipur');
  assert.deepEqual([await name(), await page.inputValue('#f-supplier-country')], ['Example Knitwear Ltd', 'BGD']);
  assert.equal(new URL(page.url()).hash, '', 'the key stays out of the address');
  await page.evaluate((key) => { location.hash = key; }, two);
  await page.waitForFunction(() => document.querySelector('#f-supplier-city')?.value === 'Bremen');
  assert.deepEqual([await name(), await page.inputValue('#f-supplier-region')], ['Second Supplier Ltd', 'Nord']);
  await page.evaluate(() => { location.hash = 'prb_cut'; });
  await page.waitForSelector('#link');
  assert.equal(new URL(page.url()).hash, '', 'nor does a part of one');
  await page.done();
});

test('a link that was used up, one that is none, and no link at all', async () => {
  const key = invitation();
  const first = await open('en', key);
  await first.selectOption('#f-supplier-country', 'BGD');
  await step(first, 7);
  await first.check('input[name=sign]');
  await first.getByRole('button', { name: 'Send the declaration' }).click();
  await first.waitForSelector('.answered');
  const id = await first.locator('.answered code').innerText();
  await first.reload();
  await first.waitForSelector('.used');
  assert.equal(await first.locator('.steps').count(), 0, 'no form where nothing can be sent');
  assert.match(await first.locator('.used').innerText(), /Nothing more can be sent[^]*Example Knitwear Ltd: sent on [^]*20\d\d[^]*Example Retail/);
  await accessible(first, 'a link that was used up');
  await first.getByRole('button', { name: 'Show what was answered' }).click();
  await first.waitForSelector('prb-verdict .done');
  assert.equal(await first.locator('.answered code').innerText(), id, 'the same answer');
  const [saved] = await Promise.all([first.waitForEvent('download'), first.getByRole('button', { name: 'Download the declaration' }).click()]);
  assert.equal(JSON.parse(readFileSync(await saved.path(), 'utf8')).supplier.country, 'BGD');
  await first.done();
  const none = await visit(browser, server, `/invitation#prb_${'A'.repeat(43)}`);
  await none.waitForSelector('.problem');
  await accessible(none, 'a link that is none');
  await none.done();
  const cut = await visit(browser, server, '/invitation#prb_abc%E0%A4');
  await cut.waitForSelector('prb-invitation p');
  assert.match(await cut.locator('prb-invitation').innerText(), /needs the link/);
  await cut.done();
  const bare = await visit(browser, server, '/invitation');
  assert.match(await bare.locator('prb-invitation').innerText(), /needs the link/);
  await bare.fill('#link', 'https://screening.example/invitation#prb_cut');
  await bare.keyboard.press('Enter');
  await bare.waitForFunction(() => /not the whole link/.test(document.querySelector('#link-fault').textContent));
  await bare.fill('#link', `${server.url}/invitation#${invitation()}`);
  await bare.keyboard.press('Enter');
  await bare.waitForSelector('.steps');
  await bare.done();
});

test('without a public URL the command says what the supplier opens', () => {
  const file = join(folder, 'bare');
  const { status, stderr } = spawnSync(program, ['admin', 'invite', 'add', 'Example Knitwear Ltd', '--organisation', 'Example Retail', '--link-out', file, '--state', server.state], { encoding: 'utf8' });
  assert.equal(status, 0);
  assert.match(readFileSync(file, 'utf8'), /^prb_/);
  assert.match(stderr, /opens SERVER\/invitation#KEY/);
  assert.doesNotMatch(stderr, /prb_/, 'the key is in the file alone');
});

test('a hostile name is text', async () => {
  const name = '<img src=x onerror=alert(1)>\u202eevil';
  const page = await open('en', invitation('Harmless', '--country', 'BGD'));
  await page.fill('#f-supplier-name', name);
  await step(page, 7);
  assert.equal(await page.locator('img[src=x]').count(), 0);
  assert.ok(!(await page.locator('label', { hasText: 'This is what we declare' }).innerText()).includes('\u202e'));
  await page.done();
});

test('by the keyboard alone', async () => {
  const page = await open('en', invitation('Example Knitwear Ltd', '--country', 'BGD'));
  const press = async (key, until, most = 80) => {
    for (let i = 0; i < most; i++) {
      if (await page.evaluate(until)) return;
      await page.keyboard.press(key);
    }
    assert.fail(`${key} never led to ${until}`);
  };
  await press('Tab', () => document.activeElement.textContent === 'Look over and sign off');
  await page.keyboard.press('Enter');
  await press('Tab', () => document.activeElement.name === 'sign');
  await page.keyboard.press('Space');
  await press('Tab', () => document.activeElement.textContent.trim() === 'Send the declaration');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.answered');
  await page.done();
});
