// SPDX-License-Identifier: Apache-2.0
// What holds for every page in every language: it opens, says its language and direction, breaks no policy, and axe finds nothing, in
// light and dark, at both widths; the keyboard reaches everything; nothing is wider than the screen.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, langs, openBrowser, paths, picture, startServer, visit } from './lib.mjs';

let browser, server;
before(async () => { [browser, server] = await Promise.all([openBrowser(), startServer()]); });
after(async () => { await browser?.close(); await server?.stop(); });

for (const [name, path] of Object.entries(paths))
  for (const lang of langs)
    test(`${name} in ${lang}`, async () => {
      for (const [size, dark] of [['desktop', false], ['phone', true]]) {
        const page = await visit(browser, server, path, { lang, size, dark });
        assert.equal(await page.getAttribute('html', 'dir'), lang === 'ar' ? 'rtl' : 'ltr');
        assert.ok((await page.getAttribute('html', 'lang')).startsWith(lang));
        assert.equal(await page.locator('h1').count(), 1);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(wide, 0, `${name} in ${lang} is wider than a ${size}`);
        await accessible(page, `${name} in ${lang}, ${size}`);
        if (['ar', 'en'].includes(lang)) await picture(page, `${name}-${lang}-${size}`, { hide: ['.of-the-moment'], whole: name !== 'data' });
        await page.done();
      }
    });
