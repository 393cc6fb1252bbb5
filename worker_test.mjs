// SPDX-License-Identifier: Apache-2.0
// The worker's page: a message is sealed in the page, sent, and opened by the remedy body's key alone; nothing of it stays behind; and
// the way out.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { accessible, langs, openBrowser, picture, program, speak, startServer, visit } from './lib.mjs';

const work = mkdtempSync(join(process.env.WORK, 'worker-'));
const file = (name) => join(work, name);
const run = (...words) => execFileSync(program, words, { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
const field = (text, name) => text.match(new RegExp(`^${name} +(.*)$`, 'm'))[1];

let browser, server, fingerprint;

async function until(holds, what) {
  for (let i = 0; i < 600; i++) {
    if (holds()) return;
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
  assert.fail(what);
}

before(async () => {
  writeFileSync(file('bodies.json'), '{"bodies":[]}');
  [browser, server] = await Promise.all([openBrowser(),
    startServer(`[auth]\nmode = required\n[logging]\nrequests = all\n[messages]\nbodies = ${file('bodies.json')}\n`)]);
  const made = run('messages', 'keygen', '--out', file('secret'));
  fingerprint = field(made, 'fingerprint');
  const other = run('messages', 'keygen', '--out', file('other.secret'));
  const ids = ['Office', 'Union'].map((name) => field(run('admin', '--state', server.state, 'organisation', 'add', name), 'id'));
  run('admin', '--state', server.state, 'key', 'add', '--organisation', 'Office', '--role', 'remedy_body', '--name', 'collector', '--key-out', file('key'));
  writeFileSync(file('bodies.json'), JSON.stringify({ bodies: [
    { id: 'office', name: 'Example Help Office', countries: ['MYS', 'BGD'], languages: ['ar', 'bn', 'en'], note: 'Sunday to Thursday, 9 to 17', organisation: ids[0], phone: '+880 2 5500 00', public_key: field(made, 'public key'), website: 'https://office.example/' },
    { id: 'union', name: 'Example Union', countries: ['THA'], languages: ['th', 'my'], organisation: ids[1], public_key: field(other, 'public key') },
  ] }));
  process.kill(server.pid, 'SIGHUP');
  await until(() => server.said().includes('the configuration was read again'), 'the remedy bodies were not taken');
});
after(async () => { await browser?.close(); await server?.stop(); });

const collect = (secret = 'secret') => {
  const inbox = mkdtempSync(join(work, 'inbox-'));
  run('messages', 'collect', '--server', server.url, '--key-file', file('key'), '--secret', file(secret), '--out', inbox);
  return readdirSync(inbox).map((name) => readFileSync(join(inbox, name), 'utf8'));
};
/** What a page could have kept. */
const kept = (page) => page.evaluate(async () => ({ local: localStorage.length, session: sessionStorage.length, cookies: document.cookie, caches: (await caches.keys()).length, databases: (await indexedDB.databases()).length }));
const nothing = { local: 0, session: 0, cookies: '', caches: 0, databases: 0 };

/** Nothing in focus, and the way out where it stands at first. */
const fromTheTop = (page) => page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });

const stories = {
  en: { text: 'They keep our passports since March.\nWe are nine people.', reach: 'after 22:00 only' },
  ar: { text: 'يحتفظون بجوازات سفرنا منذ مارس.', reach: 'بعد الساعة 22' },
};
for (const [lang, story] of Object.entries(stories))
  test(`a message in ${lang}`, async () => {
    const size = lang === 'ar' ? 'phone' : 'desktop';
    const page = await visit(browser, server, '/worker', { lang, size });
    const sent = [];
    page.on('request', (request) => { if (request.method() === 'POST') sent.push(request); });
    await page.waitForSelector('prb-worker form');
    const said = server.said().length;

    // What is missing is said, and nothing is sent.
    await page.click('prb-worker form button:not([type=button])');
    assert.equal(await page.locator('[aria-invalid=true]').count(), 3, 'both remedy bodies and the text are marked');
    assert.equal(sent.length, 0);
    await accessible(page, `worker in ${lang}, with faults`);

    await page.selectOption('#country', 'MYS');
    assert.equal(await page.locator('.body').count(), 1);
    await page.check('.body input');
    await page.waitForSelector('#fingerprint', { state: 'attached' });
    assert.equal(await page.locator('#fingerprint').textContent(), fingerprint);
    await page.fill('#text', story.text);
    await page.fill('#reach', story.reach);
    await accessible(page, `worker in ${lang}, written`);
    await fromTheTop(page);
    await picture(page, `worker-${lang}-written-${size}`);
    await page.click('prb-worker form button:not([type=button])');
    await page.waitForSelector('.notice.done');
    await accessible(page, `worker in ${lang}, sent`);
    await fromTheTop(page);
    await picture(page, `worker-${lang}-sent-${size}`);

    // It went out sealed, once, without a key; nothing of it is left in the page, in the browser, in the server's words.
    assert.equal(sent.length, 1);
    const body = JSON.parse(sent[0].postData());
    assert.deepEqual(Object.keys(body).sort(), ['sealed', 'to']);
    assert.equal(body.sealed.length, 8256);
    assert.equal((await sent[0].allHeaders()).authorization, undefined);
    const content = await page.content();
    for (const words of [story.text.split('\n')[0], story.reach]) assert.ok(!content.includes(words), 'the words are still in the page');
    assert.deepEqual(await kept(page), nothing);
    assert.equal(server.said().slice(said), '', 'the server said something');

    const [message, ...more] = collect();
    assert.equal(more.length, 0);
    assert.ok(message.startsWith(`${story.text}\n\n`), message);
    assert.ok(message.includes(story.reach));
    await page.done();
  });

test('the key of another does not open it', async () => {
  const page = await visit(browser, server, '/worker');
  await page.check('.body input >> nth=0');
  await page.fill('#text', 'for the office alone');
  await page.click('prb-worker form button:not([type=button])');
  await page.waitForSelector('.notice.done');
  assert.throws(() => collect('other.secret'), /stays on the server/);
  assert.deepEqual(collect(), ['for the office alone\n']);
  await page.done();
});

test('what cannot be sent is not lost', async () => {
  const page = await visit(browser, server, '/worker');
  await page.check('.body input >> nth=0');
  await page.fill('#text', 'ы'.repeat(3100));
  await page.click('prb-worker form button:not([type=button])');
  assert.equal(await page.getAttribute('#text', 'aria-invalid'), 'true');
  await page.fill('#text', 'still here');
  await page.waitForSelector('#fingerprint', { state: 'attached' });
  await page.route('**/v1/messages', (route) => route.abort());
  await page.click('prb-worker form button:not([type=button])');
  await page.waitForSelector('.notice.problem#outcome');
  assert.equal(await page.inputValue('#text'), 'still here');
  assert.equal(await page.getAttribute('#outcome a.phone', 'href'), 'tel:+8802550000');
  await accessible(page, 'worker, not sent');
  await page.done();
});

for (const lang of langs)
  test(`to be filled in, in ${lang}`, async () => {
    const page = await visit(browser, server, '/worker', { lang, size: 'phone', dark: true });
    await page.waitForSelector('prb-worker form');
    await page.check('.body input >> nth=1');
    await page.waitForSelector('#fingerprint', { state: 'attached' });
    await page.click('#traces summary');
    await accessible(page, `worker in ${lang}, to be filled in`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(wide, 0, `worker in ${lang} is wider than a phone`);
    await page.done();
  });

async function hasLeft(page) {
  await page.waitForSelector('main.calendar');
  const today = await page.locator('.calendar .today').textContent();
  assert.notEqual(today, '');
  assert.equal(await page.title(), await page.locator('h1').textContent());
  const content = await page.content();
  for (const words of ['my secret', 'Example Help Office', 'passports', 'Message', 'frame.']) assert.ok(!content.includes(words), `${words} is still there`);
  assert.equal(new URL(page.url()).pathname, '/');
  assert.deepEqual(await kept(page), nothing);
}

test('the way out', async () => {
  for (const way of ['button', 'keys']) {
    const page = await visit(browser, server, '/shop', { size: 'phone' });
    await page.goto(`${server.url}/worker?lang=en`);
    // Another language takes the place of the page.
    await speak(page, 'fr');
    await page.waitForSelector('html[lang=fr] prb-worker form');
    await page.fill('#text', 'my secret');
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    assert.ok(await page.locator('#leave').evaluate((e) => { const box = e.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight; }), 'the way out is in sight');
    if (way === 'button') await page.click('#leave');
    else {
      await page.keyboard.press('Escape');
      assert.equal(await page.locator('main.calendar').count(), 0, 'once is not enough');
      await page.keyboard.press('Escape');
    }
    await hasLeft(page);
    await accessible(page, 'the calendar');
    await page.goBack();
    assert.equal(new URL(page.url()).pathname, '/shop');
    await page.goForward();
    assert.equal(new URL(page.url()).pathname, '/');
    await page.done();
  }
});

test('what a browser is told not to keep', async () => {
  const page = await visit(browser, server, '/worker');
  const answer = await page.request.get(`${server.url}/worker?lang=en`);
  assert.equal(answer.headers()['cache-control'], 'no-store');
  assert.equal(answer.headers()['referrer-policy'], 'no-referrer');
  await page.waitForSelector('prb-worker form');
  assert.equal(await page.title(), 'Message');
  for (const id of ['text', 'reach']) {
    assert.equal(await page.getAttribute(`#${id}`, 'autocomplete'), 'off');
    assert.equal(await page.getAttribute(`#${id}`, 'spellcheck'), 'false');
    assert.equal(await page.getAttribute(`#${id}`, 'translate'), 'no');
  }
  await page.done();
});

test('without a script', async () => {
  const page = await visit(browser, server, '/worker', { script: false });
  assert.ok(await page.locator('#before').isVisible());
  assert.match(await page.locator('noscript').first().textContent(), /JavaScript/);
  assert.equal(await page.getAttribute('#leave', 'href'), 'about:blank');
  await page.done();
});
