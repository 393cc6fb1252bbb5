// SPDX-License-Identifier: Apache-2.0
// What holds for every page in every language: it opens, says its language and direction, breaks no policy, and axe finds nothing, in
// light and dark, at both widths; the keyboard reaches everything; nothing is wider than the screen.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, langs, openBrowser, paths, picture, sizes, startServer, visit } from './lib.mjs';

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

// A box that is seen whole, sideways.
const inSight = (locator, width) => locator.evaluate((e, most) => { const { left, right } = e.getBoundingClientRect(); return left >= 0 && right <= most; }, width);
for (const lang of langs)
  test(`the frame in ${lang}: low, the open page in sight, the languages with a script and without`, async () => {
    const page = await visit(browser, server, '/data', { lang, size: 'phone' });
    assert.ok(await page.locator('.site-header').evaluate((e) => e.offsetHeight) <= 104, 'two short rows on a telephone');
    assert.ok(await inSight(page.locator('.site-nav [aria-current]'), sizes.phone.width), 'the page that is open');
    await page.locator('.languages summary').press('Enter');
    for (const link of await page.locator('.languages a').all()) assert.ok(await inSight(link, sizes.phone.width));
    await accessible(page, `the languages in ${lang}`, '.site-header');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.matches('.languages a')), true);
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate(() => document.activeElement.matches('.languages summary') && !document.querySelector('.languages [open]')), true, 'Esc closes, and the focus is where it was');
    await page.click('.languages summary');
    await page.click('h1');
    assert.equal(await page.locator('.languages [open]').count(), 0, 'a click elsewhere closes');
    await page.done();
    const plain = await visit(browser, server, '/shop', { lang, script: false });
    assert.ok(await plain.locator('.site-header').evaluate((e) => e.offsetHeight) <= 60, 'one row on a desktop');
    await plain.click('.languages summary');
    await plain.click(`.languages a[hreflang=${lang === 'en' ? 'ru' : 'en'}]`);
    await plain.waitForSelector(`html[lang=${lang === 'en' ? 'ru' : 'en'}]`);
    await plain.done();
  });
