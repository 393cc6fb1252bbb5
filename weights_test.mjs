// SPDX-License-Identifier: Apache-2.0
// What a first visit to each page loads, in kB as gzip packs it: the page in its longest language, and the scripts and styles that it names.
// What a page loads later, when it is needed, is not in it. The table is the one of clients/web/README.md.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { langs, paths, startServer } from './lib.mjs';

const MOST = { shop: 60 }, MOST_OTHERWISE = 300;
const { PAGES } = process.env;
const kb = (bytes) => bytes / 1000;
const packed = (path) => kb(gzipSync(readFileSync(join(PAGES, path)), { level: 9 }).length);

/** {html, css, js, all} of one page. */
function weigh(name) {
  const html = Math.max(...langs.map((lang) => packed(`pages/${name}.${lang}.html`)));
  const files = [...readFileSync(join(PAGES, 'pages', `${name}.en.html`), 'utf8').matchAll(/(?:href|src)="\/(assets\/[^"]+\.(css|js))"/g)];
  const of = (kind) => [...new Set(files.filter((file) => file[2] === kind).map((file) => file[1]))].reduce((sum, path) => sum + packed(path), 0);
  const css = of('css'), js = of('js');
  return { html, css, js, all: html + css + js };
}

const weights = Object.fromEntries(Object.keys(paths).map((name) => [name, weigh(name)]));
const row = (cells) => `| ${cells.join(' | ')} |`;
console.log([row(['page', 'HTML', 'CSS', 'JS', 'first load, kB']), row(['---', '---:', '---:', '---:', '---:']),
  ...Object.entries(weights).map(([name, w]) => row([name, w.html.toFixed(1), w.css.toFixed(1), w.js.toFixed(1), w.all.toFixed(1)]))].join('\n'));

for (const [name, { css, js, all }] of Object.entries(weights))
  test(`the weight of ${name}`, () => {
    assert.ok(css > 1 && js > 0, 'styles and scripts were found');
    const most = MOST[name] ?? MOST_OTHERWISE;
    assert.ok(all <= most, `${all.toFixed(1)} kB, at most ${most}`);
  });

// The same with an answer in it, as the server writes it.
test('the weight of the shop page with an answer', async () => {
  const server = await startServer();
  const asked = await fetch(`${server.url}/shop?lang=ar&q=cotton&origin=CHN`);
  const html = kb(gzipSync(Buffer.from(await asked.arrayBuffer()), { level: 9 }).length);
  await server.stop();
  assert.equal(asked.status, 200);
  assert.ok(html > weights.shop.html, 'there is an answer in it');
  assert.ok(html + weights.shop.css + weights.shop.js <= MOST.shop, `${html.toFixed(1)} kB of HTML`);
});
