// SPDX-License-Identifier: Apache-2.0
// What the tests of the pages share: a server of their own, a browser that forgives nothing, pictures.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';

const { SOURCE, PROBITY, PROBITYD, PAGES, WORK, CHROMIUM = '/usr/bin/chromium' } = process.env;
export const langs = ['ar', 'en', 'es', 'fr', 'ru', 'zh'];
export const paths = { index: '/', shop: '/shop', company: '/company', invitation: '/invitation', officer: '/officer', worker: '/worker', data: '/data' };
export const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } };
export const program = PROBITY;
export const source = (path) => join(SOURCE, path);

const START_MS = 60000;

/** A server on loopback with the built pages. options: lines of the configuration. Answers {url, state, said(), stop(), pid}. */
export async function startServer(options = '') {
  const state = mkdtempSync(join(WORK, 'state-'));
  const config = join(state, 'probityd.ini');
  const [server, rest = ''] = options.includes('[server]') ? ['', options] : ['[server]\n', options];
  writeFileSync(config, `${server}pages = ${PAGES}\n${rest}\n${options.includes('[state]') ? '' : '[state]\nmap_mib = 1024\n'}`);
  const child = spawn(PROBITYD, ['--config', config, '--listen', '127.0.0.1:0', '--state', join(state, 'state')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  const url = await new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`the server did not start in ${START_MS} ms:\n${said}`)), START_MS).unref();
    child.stderr.on('data', (data) => {
      said += data;
      const found = said.match(/listening on (127\.0\.0\.1:\d+)/);
      if (found) resolve(`http://${found[1]}`);
    });
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}:\n${said}`)));
  });
  const stop = () => new Promise((resolve) => { child.removeAllListeners('exit'); child.on('exit', resolve); child.kill('SIGTERM'); });
  return { url, state: join(state, 'state'), said: () => said, stop, pid: child.pid };
}

/** A command of the operator's, on the state of a server; answers what it prints. */
export const adminOf = ({ state }, ...args) => execFileSync(program, ['admin', ...args, '--state', state], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

/** The key of a new invitation by Example Retail: what its link has behind the #. */
export function invitationOf(server, name, ...more) {
  const file = join(mkdtempSync(join(WORK, 'link-')), 'link');
  adminOf(server, 'invite', 'add', name, '--organisation', 'Example Retail', '--link-out', file, ...more);
  return readFileSync(file, 'utf8').trim().replace(/^.*#/, '');
}

export const openBrowser = () => chromium.launch({
  executablePath: CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--font-render-hinting=none', '--force-color-profile=srgb', '--lang=en'],
});

/**
 * A page that remembers what must not happen: a violation of the policy, an uncaught error, a request to anybody else. visit.done()
 * holds that nothing of it did, and closes it. Its clock is slow by so many seconds; a browser that keepsNothing throws where a page asks for storage.
 */
export async function visit(browser, server, path, { lang = 'en', size = 'desktop', dark = false, script = true, permissions = [], slow = 0, keepsNothing = false } = {}) {
  const context = await browser.newContext({ viewport: sizes[size], colorScheme: dark ? 'dark' : 'light', javaScriptEnabled: script, locale: lang, reducedMotion: 'reduce', timezoneId: 'UTC', permissions, acceptDownloads: true });
  const faults = [];
  await context.addInitScript(() => addEventListener('securitypolicyviolation', (e) => console.error(`policy: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber} ${e.sample}`)));
  if (slow) await context.addInitScript((seconds) => { const now = Date.now; Date.now = () => now() - seconds * 1000; }, slow);
  if (keepsNothing) await context.addInitScript(() => { for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(globalThis, name, { get() { throw new DOMException('The operation is insecure.', 'SecurityError'); } }); });
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(`error: ${error.stack ?? error}`));
  page.on('console', (message) => { if (/^policy:|Refused to|Content Security Policy/.test(message.text())) faults.push(message.text()); });
  page.on('request', (request) => { const to = new URL(request.url()); if (!['data:', 'blob:', 'about:'].includes(to.protocol) && to.origin !== server.url) faults.push(`outside request: ${request.url()}`); });
  const address = new URL(path, server.url);
  if (!address.searchParams.has('lang')) address.searchParams.set('lang', lang);
  const answer = await page.goto(address.href);
  assert.equal(answer.status(), 200, address.href);
  if (script) await page.waitForFunction(() => document.readyState === 'complete');
  page.done = async () => {
    assert.deepEqual(faults, [], 'what must not happen did');
    await context.close();
  };
  return page;
}

/** Chooses another language as a reader does: the choice is opened first. */
export async function speak(page, lang) {
  await page.click('.languages summary');
  await page.click(`.languages a[hreflang^=${lang}]`);
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Holds that axe-core finds nothing against WCAG 2.2 A and AA and its best practices, in the page or what `where` selects. */
export async function accessible(page, what, where = 'html') {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate((selector) => globalThis.axe.run(selector, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }), where);
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.failureSummary}`).join(' | ')}`), [], `axe on ${what}`);
}

// Edges of letters move between versions of a browser: a few pixels everywhere may differ, and in no one place many. A word that is
// another one, or a colour, is many in one place.
const TILE = 32; // pixels of its side
const TILE_PIXELS_MAX = 150;
const PER_THOUSAND = 8;

/** @returns {{all: number, worst: {pixels: number, x: number, y: number}}} how two pictures of one size differ */
export function difference(kept, now) {
  const { width, height } = kept;
  const mask = new PNG({ width, height });
  const all = pixelmatch(kept.data, now.data, mask.data, width, height, { threshold: 0.2, diffMask: true });
  const across = Math.ceil(width / TILE);
  const tiles = new Uint32Array(across * Math.ceil(height / TILE));
  for (let i = 0; all > 0 && i < width * height; i += 1) if (mask.data[i * 4 + 3] !== 0) tiles[Math.floor(Math.floor(i / width) / TILE) * across + Math.floor((i % width) / TILE)] += 1;
  const worst = tiles.reduce((best, pixels, at) => (pixels > best.pixels ? { pixels, x: (at % across) * TILE, y: Math.floor(at / across) * TILE } : best), { pixels: 0, x: 0, y: 0 });
  return { all, worst };
}

/** Compares with shots/NAME.png; RENEW=1 writes it instead. What is of the moment (ids, times) belongs into `hide`. */
export async function picture(page, name, { hide = [], whole = true } = {}) {
  await page.evaluate(() => document.fonts.ready);
  const taken = await page.screenshot({ fullPage: whole, animations: 'disabled', mask: hide.map((selector) => page.locator(selector)), maskColor: '#888888' });
  const path = join(SOURCE, 'tests/web/shots', `${name}.png`);
  if (process.env.RENEW) {
    mkdirSync(join(SOURCE, 'tests/web/shots'), { recursive: true });
    writeFileSync(path, taken);
    return;
  }
  assert.ok(existsSync(path), `there is no ${path}: RENEW=1 makes it`);
  const kept = PNG.sync.read(readFileSync(path)), now = PNG.sync.read(taken);
  const save = () => { const out = join(WORK, `${name}.now.png`); writeFileSync(out, taken); return out; };
  assert.deepEqual([now.width, now.height], [kept.width, kept.height], `${name}: another size; see ${save()}`);
  const { all, worst } = difference(kept, now);
  assert.ok(all * 1000 <= kept.width * kept.height * PER_THOUSAND, `${name}: ${all} pixels differ; see ${save()}`);
  assert.ok(worst.pixels <= TILE_PIXELS_MAX, `${name}: ${worst.pixels} pixels differ about ${worst.x}, ${worst.y}; see ${save()}`);
}
