// SPDX-License-Identifier: Apache-2.0
// Data and method: what it shows is what the server says, the method is there without a script, and a section that fails leaves the others.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, langs, openBrowser, sizes, speak, startServer, visit } from './lib.mjs';

let browser, server;
before(async () => { [browser, server] = await Promise.all([openBrowser(), startServer()]); });
after(async () => { await browser?.close(); await server?.stop(); });

const answer = async (path) => (await fetch(server.url + path)).json();

for (const lang of ['en', 'ar', 'zh'])
  test(`the whole page in ${lang}`, async () => {
    const page = await visit(browser, server, '/data', { lang });
    await page.waitForSelector('#tables code');
    const [indicators, lists, data] = await Promise.all(['/v1/indicators', '/v1/lists', '/v1/data'].map(answer));
    assert.equal(await page.locator('#indicators dt').count(), indicators.items.length);
    assert.equal(await page.locator('#lists details').count(), lists.items.length);
    assert.equal(await page.locator('#tables tbody tr').count(), data.items.length);
    assert.equal(await page.locator('#tables code').first().innerText(), data.data.sha256);
    assert.equal(await page.locator('#method tbody tr').count(), 14);
    const checkpoint = (await (await fetch(`${server.url}/log/checkpoint`)).text()).split('\n');
    await page.click('#log summary');
    assert.equal(await page.locator('#log dd code').first().innerText(), checkpoint[0]);
    assert.ok((await page.locator('#log pre').first().innerText()).includes(`probity log audit ${server.url}/log`));
    await page.selectOption('#country select', 'CHN');
    await page.waitForSelector('#country article');
    const china = await answer('/v1/countries/CHN');
    assert.equal(await page.locator('#country tbody tr').count(), china.components.length);
    assert.equal(new URL(page.url()).searchParams.get('country'), 'CHN');
    await page.check('#statistics input[value=country]');
    await page.waitForSelector('#statistics [aria-live] > *');
    await accessible(page, `data in ${lang}`);
    await page.done();
  });

test('on a telephone the whole structure is four screens at most, and a link opens what it leads to', async () => {
  for (const lang of langs) {
    const page = await visit(browser, server, '/data', { lang, size: 'phone' });
    await page.waitForSelector('#tables code');
    const high = await page.evaluate(() => document.documentElement.scrollHeight);
    assert.ok(high <= 4 * sizes.phone.height, `${lang}: ${high} pixels`);
    await page.done();
  }
  const page = await visit(browser, server, '/data#decision-table');
  const open = (selector) => page.locator(selector).evaluate((e) => e.open);
  await page.waitForSelector('#tables code');
  await page.locator('#decision-table').waitFor();
  for (const section of ['method', 'indicators', 'tables']) {
    assert.equal(await open(`#${section} > .fold.all`), false);
    for (let i = 0; i < 2; i++) { // the second time the address is there already
      await page.click(`.contents a[href="#${section}"]`);
      await page.waitForSelector(`#${section} > .fold.all[open]`);
      await page.click(`#${section} > .fold.all > summary`);
      await page.waitForSelector(`#${section} > .fold.all:not([open])`);
    }
  }
  const list = await page.locator('#lists > .fold').first().getAttribute('id');
  await page.evaluate((id) => { location.hash = id; }, list);
  await page.waitForSelector(`#${list}[open]`);
  await page.locator('.fold').evaluateAll((folds) => { for (const fold of folds) fold.open = true; });
  await accessible(page, 'all of it open');
  await page.goto(`${server.url}/data?lang=en#indicators`);
  await page.waitForSelector('#indicators > .fold[open]');
  await page.done();
});

test('the language switch keeps the country', async () => {
  const page = await visit(browser, server, '/data?country=THA');
  await page.waitForSelector('#country article');
  await speak(page, 'fr');
  await page.waitForSelector('#country article h3');
  assert.equal(await page.locator('#country article h3').innerText(), 'Thaïlande');
  await page.done();
});

test('without a script the method stands there', async () => {
  const page = await visit(browser, server, '/data', { script: false });
  assert.equal(await page.locator('#method tbody tr').count(), 14);
  await page.click('#method .fold:not(.all) summary');
  await page.locator('#decision-table').waitFor();
  assert.ok(await page.locator('noscript').count());
  await page.done();
});

test('a country in the address that is none is left alone', async () => {
  const page = await visit(browser, server, `/data?country=${encodeURIComponent('"><script>')}`);
  await page.waitForSelector('#tables code');
  assert.equal(await page.locator('#country article').count(), 0);
  await page.done();
});
