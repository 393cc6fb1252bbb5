// SPDX-License-Identifier: Apache-2.0
// Bad circumstances: a browser that keeps nothing, a connection that is cut, somebody in between who answers instead, paper.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { adminOf, invitationOf, openBrowser, paths, speak, startServer, visit } from './lib.mjs';

let browser, server;
before(async () => { [browser, server] = await Promise.all([openBrowser(), startServer()]); });
after(async () => { await browser?.close(); await server?.stop(); });

const texts = (page) => page.evaluate(() => JSON.parse(document.getElementById('messages').textContent).texts);
const list = { name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from('name,country\nFirst Mill,BGD\nSecond Mill,CHE\n') };
const drop = async (page) => { await page.waitForSelector('prb-drop input[type=file]', { state: 'attached' }); await page.setInputFiles('prb-drop input[type=file]', list); };

test('a browser that keeps nothing: every page is there, and a list is screened', async () => {
  for (const path of Object.values(paths)) {
    const page = await visit(browser, server, path, { keepsNothing: true });
    await page.waitForLoadState('networkidle');
    assert.equal(await page.locator('main .notice.problem').count(), 0, path);
    if (path === '/company') {
      await drop(page);
      await page.waitForSelector('.suppliers tbody tr >> nth=1');
    }
    if (path === '/data') await page.waitForSelector('#tables .fold');
    await page.done();
  }
});

test('a browser that keeps nothing: a supplier answers, and is not told that a draft was kept', async () => {
  const keyed = await startServer('[auth]\nmode = required');
  try {
    adminOf(keyed, 'organisation', 'add', 'Example Retail');
    const page = await visit(browser, keyed, `/invitation?lang=en#${invitationOf(keyed, 'Example Knitwear Ltd', '--country', 'BGD')}`, { keepsNothing: true });
    await page.waitForSelector('.steps');
    await page.locator('.saving summary').click();
    await page.locator('.saving input[type=checkbox]').click();
    assert.equal(await page.isChecked('.saving input[type=checkbox]'), false);
    await page.locator('.steps button').nth(7).click();
    await page.check('input[name=sign]');
    await page.getByRole('button', { name: 'Send the declaration' }).click();
    await page.waitForSelector('prb-verdict .done');
    await page.done();
  } finally {
    await keyed.stop();
  }
});

for (const [what, answer] of [
  ['the connection is cut inside a row', { contentType: 'application/x-ndjson', body: '{"columns":[]}\n{"supplier":{"na' }],
  ['somebody in between answers with a page', { contentType: 'text/html', body: '<!doctype html><title>Sign in</title>\n<p>Welcome to the hotel\n' }],
])
  test(`a list, and ${what}: it is said, and can be tried again`, async () => {
    const page = await visit(browser, server, '/company'), t = await texts(page);
    await page.route('**/v1/screenings*', (route) => route.fulfill({ status: 200, ...answer }));
    await drop(page);
    await page.locator('.notice.problem', { hasText: t['frame.error_offline'] }).waitFor();
    assert.equal(await page.locator('progress').count(), 0, 'nothing is under way');
    await page.unroute('**/v1/screenings*');
    await page.reload();
    await drop(page);
    await page.waitForSelector('.suppliers tbody tr >> nth=1');
    await page.done();
  });

test('another language, and somebody in between answers with a page: it is said, and the list is kept', async () => {
  const page = await visit(browser, server, '/company'), t = await texts(page);
  await drop(page);
  await page.waitForSelector('.suppliers tbody tr >> nth=1');
  await page.route('**/company?*', (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<p>Welcome' }));
  await speak(page, 'fr');
  await page.locator('.notice.problem', { hasText: t['frame.error_offline'] }).waitFor();
  assert.equal(await page.locator('.suppliers tbody tr').count(), 2);
  await page.done();
});

test('data, and somebody in between answers with a page: its section says so, the others are there', async () => {
  const page = await visit(browser, server, '/');
  const t = await texts(await visit(browser, server, '/data'));
  await page.route('**/v1/lists', (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<p>Welcome' }));
  await page.goto(`${server.url}/data?lang=en`);
  await page.locator('#lists .notice.problem', { hasText: t['frame.error_offline'] }).waitFor();
  await page.waitForSelector('#tables .fold');
  await page.done();
});

test('in the reader\'s own colours: what is chosen is told from what is not', async () => {
  const page = await visit(browser, server, '/company');
  await drop(page);
  await page.waitForSelector('.suppliers tbody tr >> nth=1');
  await page.emulateMedia({ forcedColors: 'active' });
  const grounds = (selector) => page.locator(selector).evaluateAll((all) => all.map((one) => getComputedStyle(one).backgroundColor));
  const [chosen] = await grounds('.views [aria-pressed=true]'), others = await grounds('.views [aria-pressed=false]');
  assert.ok(others.length > 0 && !others.includes(chosen), `${chosen} among ${others}`);
  await page.goto(`${server.url}/officer?lang=en`);
  await page.waitForSelector('.views a');
  for (const among of ['.views a', '.site-nav a']) {
    const [here] = await grounds(`${among}[aria-current]:not([aria-current=false])`), rest = await grounds(`${among}:is([aria-current=false], :not([aria-current]))`);
    assert.ok(here && rest.length > 0 && !rest.includes(here), `${among}: ${here} among ${rest}`);
  }
  await page.done();
});

test('on paper: dark on light, whole, with the heads of the columns', async () => {
  for (const path of Object.values(paths)) {
    const page = await visit(browser, server, path, { dark: true });
    if (path === '/company') {
      await drop(page);
      await page.waitForSelector('.suppliers tbody tr >> nth=1');
    }
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const [ground, ink, shown] = await page.evaluate(() => {
      const lightness = (color) => color.match(/\d+/g).slice(0, 3).reduce((sum, n) => sum + Number(n), 0) / 765;
      const style = getComputedStyle(document.body), heading = getComputedStyle(document.querySelector('h1, h2'));
      return [lightness(style.backgroundColor), lightness(heading.color), [...document.querySelectorAll('main button, .site-header')].filter((one) => one.checkVisibility() && !one.closest('table')).length];
    });
    assert.ok(ground > 0.95 && ink < 0.5, `${path}: ${ink} on ${ground}`);
    assert.equal(shown, 0, `${path}: what can be pressed is not on paper`);
    if (path === '/company') {
      for (const head of await page.locator('.suppliers thead th').all()) assert.ok((await head.innerText()).trim().length > 0);
      const cut = await page.locator('.suppliers .why > span, .suppliers .place, main .scroll').evaluateAll((all) => all.filter((one) => one.checkVisibility() && getComputedStyle(one).overflowX !== 'visible').map((one) => one.className));
      assert.deepEqual(cut, [], 'nothing is cut');
    }
    await page.done();
  }
});
