// SPDX-License-Identifier: Apache-2.0
// How long each page takes on a slow telephone: 1.6 Mbit/s, 150 ms there and back, a processor four times slower (the conditions that
// Lighthouse calls mobile). The table that it prints stands in clients/web/README.md.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser, paths, startServer, visit } from './lib.mjs';

const slow = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 };
const CONTENT_SECONDS_MAX = 5;
const MOVED_MAX = 0.1; // up to it the Core Web Vitals call a layout good

let browser, server;
before(async () => { [browser, server] = await Promise.all([openBrowser(), startServer()]); });
after(async () => { await browser?.close(); await server?.stop(); });

// First and largest content painted, layout that moved, and time in which the page could not answer a touch.
const observe = () => {
  globalThis.seen = { largest: 0, moved: 0, blocked: 0 };
  new PerformanceObserver((list) => list.getEntries().forEach((e) => { globalThis.seen.largest = e.startTime; })).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach((e) => { globalThis.seen.moved += e.value; })).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach((e) => { globalThis.seen.blocked += Math.max(0, e.duration - 50); })).observe({ type: 'longtask', buffered: true });
};

test('times on a slow telephone', async (t) => {
  const rows = [];
  for (const [name, path] of Object.entries(paths)) {
    const page = await visit(browser, server, '/healthz', { size: 'phone' });
    await page.addInitScript(observe);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', slow);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    await page.goto(new URL(`${path}?lang=en`, server.url).href, { waitUntil: 'networkidle' });
    const seen = await page.evaluate(() => ({ first: performance.getEntriesByName('first-contentful-paint')[0].startTime, ...globalThis.seen }));
    rows.push([name, seen]);
    await page.done();
  }
  const seconds = (ms) => (ms / 1000).toFixed(1);
  t.diagnostic('| page | first content, s | largest content, s | blocked, s | layout moved |');
  t.diagnostic('| --- | ---: | ---: | ---: | ---: |');
  for (const [name, seen] of rows) t.diagnostic(`| ${name} | ${seconds(seen.first)} | ${seconds(seen.largest)} | ${seconds(seen.blocked)} | ${seen.moved.toFixed(2)} |`);
  for (const [name, seen] of rows) {
    assert.ok(seen.first < CONTENT_SECONDS_MAX * 1000, `${name} shows nothing for ${seconds(seen.first)} s`);
    assert.ok(seen.largest < CONTENT_SECONDS_MAX * 1000, `${name} shows what it is about after ${seconds(seen.largest)} s`);
    assert.ok(seen.moved <= MOVED_MAX, `${name} moves under the finger by ${seen.moved.toFixed(2)}`);
  }
});
