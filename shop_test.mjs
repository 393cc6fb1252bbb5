// SPDX-License-Identifier: Apache-2.0
// Somebody in a shop: words, codes and barcodes in several languages, with a script and without, by hand and by keyboard; what cannot be
// read; what wants to be more than words.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessible, openBrowser, picture, speak, startServer, visit } from './lib.mjs';

let browser, server;
before(async () => { [browser, server] = await Promise.all([openBrowser(), startServer()]); });
after(async () => { await browser?.close(); await server?.stop(); });

async function ask(page, product, origin) {
  await page.fill('#shop-q', product);
  await page.fill('#shop-origin', origin);
  await Promise.all([page.waitForURL(/[?&]q=/), page.click('.shop-form button[type=submit]')]);
}
const risk = (page) => page.textContent('#risk');
const rating = async (page) => (await page.getAttribute('#answer', 'class')).replace(/.*answer-/, '');

const stories = [
  { lang: 'en', product: 'T-shirts', origin: 'Bangladesh', rating: 'high', risk: 'Risk in this supply chain: high', steps: 'Where in the chain' },
  { lang: 'ar', product: 'القطن', origin: 'تركمانستان', rating: 'critical', risk: 'مستوى الخطر في سلسلة التوريد هذه: حرج', steps: 'في أي حلقة من السلسلة' },
  { lang: 'zh', product: '虾', origin: '泰国', rating: 'high', risk: '这条供应链的风险：高', steps: '在供应链的哪一环' },
];
for (const script of [true, false])
  for (const story of stories)
    test(`${story.product} in ${story.lang}, ${script ? 'with' : 'without'} a script`, async () => {
      const page = await visit(browser, server, '/shop', { lang: story.lang, size: 'phone', script });
      assert.equal(await page.locator('#answer').count(), 0);
      await ask(page, story.product, story.origin);
      assert.equal(new URL(page.url()).searchParams.get('lang'), story.lang);
      assert.equal(await page.getAttribute('html', 'lang'), story.lang === 'zh' ? 'zh-Hans' : story.lang);
      assert.equal(await risk(page), story.risk);
      assert.equal(await rating(page), story.rating);
      assert.equal(await page.textContent('#steps'), story.steps);
      assert.equal(await page.locator('.steps tbody tr').count(), 5);
      assert.ok(await page.locator('#questions li').count() >= 5);
      assert.ok((await page.textContent('.headline')).length > 20);
      assert.equal(await page.inputValue('#shop-q'), story.product);
      assert.equal(await page.inputValue('#shop-origin'), story.origin);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, 'wider than a telephone');
      if (script) {
        await accessible(page, `the answer in ${story.lang}`);
        if (story.lang !== 'zh') await picture(page, `shop-answer-${story.lang}-phone`);
      }
      await page.done();
    });

test('where the origin is not given, the countries lead on', async () => {
  const page = await visit(browser, server, '/shop?q=shrimps', { lang: 'en' });
  assert.equal(await rating(page), 'unknown');
  assert.match(await risk(page), /does not mean low/);
  await accessible(page, 'an answer without an origin');
  await page.click('.origins a:has-text("Thailand")');
  await page.waitForSelector('#steps');
  assert.equal(await page.inputValue('#shop-origin'), 'Thailand');
  assert.equal(await page.inputValue('#shop-q'), 'shrimps');
  await page.done();
});

test('the choice of language keeps what was asked', async () => {
  const page = await visit(browser, server, '/shop?q=6109&origin=BGD', { lang: 'en' });
  await speak(page, 'ar');
  await page.waitForSelector('html[lang=ar] #answer');
  assert.equal(await page.inputValue('#shop-q'), '6109');
  assert.equal(await page.inputValue('#shop-origin'), 'بنغلاديش');
  await page.done();
});

test('without a script the choice of language keeps what was asked, and no language is wider than a telephone', async () => {
  const page = await visit(browser, server, '/shop?q=shrimps&origin=THA', { lang: 'en', size: 'phone', script: false });
  for (const lang of ['ru', 'fr', 'es', 'ar', 'zh']) {
    await speak(page, lang);
    await page.waitForSelector(`html[lang^=${lang}] #answer`);
    assert.equal(await page.inputValue('#shop-q'), 'shrimps');
    assert.equal(await rating(page), 'high');
    assert.match(await page.textContent('.asked'), /«shrimps»/);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, lang);
  }
  await page.done();
});

test('a barcode is checked while it is typed, and is no origin', async () => {
  const page = await visit(browser, server, '/shop', { lang: 'en' });
  await page.fill('#shop-q', '4006381333932');
  assert.equal(await page.textContent('.digits'), 'The last digit does not fit yet.');
  await page.fill('#shop-q', '4 006381 333931');
  assert.equal(await page.textContent('.digits'), 'The check digit fits: this is a barcode.');
  for (const typed of ['٤٠٠٦٣٨١٣٣٣٩٣١', '۴۰۰۶۳۸۱۳۳۳۹۳۱', '４００６３８１３３３９３１']) {
    await page.fill('#shop-q', '');
    await page.fill('#shop-q', typed);
    assert.equal(await page.textContent('.digits'), 'The check digit fits: this is a barcode.', typed);
  }
  await ask(page, '4 006381 333931', '');
  assert.equal(await rating(page), 'unknown');
  assert.match(await page.textContent('main'), /which organisation gave out the number, not where the product was made/);
  await accessible(page, 'the answer to a barcode');
  await page.done();
});

test('the camera, where the browser can read barcodes: asked for on a click alone, and stopped', async () => {
  const page = await visit(browser, server, '/data', { lang: 'en' });
  await page.addInitScript(() => {
    globalThis.asked = 0;
    globalThis.stopped = 0;
    globalThis.codes = [];
    globalThis.BarcodeDetector = class { async detect() { return globalThis.codes.map((rawValue) => ({ rawValue })); } };
    const canvas = document.createElement('canvas');
    Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia: async () => {
      globalThis.asked++;
      canvas.getContext('2d').fillRect(0, 0, 9, 9);
      const stream = canvas.captureStream(10);
      for (const track of stream.getTracks()) { const stop = track.stop.bind(track); track.stop = () => { globalThis.stopped++; stop(); }; }
      return stream;
    } } });
  });
  await page.goto(`${server.url}/shop?lang=en`);
  const scan = page.getByRole('button', { name: 'Scan the barcode' }), stop = page.getByRole('button', { name: 'Stop the camera' });
  await scan.waitFor();
  assert.equal(await page.evaluate(() => globalThis.asked), 0);
  await scan.click();
  await stop.waitFor();
  await accessible(page, 'the camera');
  await stop.click();
  await scan.waitFor();
  assert.equal(await page.evaluate(() => globalThis.stopped), 1);
  await page.evaluate(() => { globalThis.codes = ['4006381333932', '4006381333931']; });
  await scan.click();
  await page.waitForFunction(() => document.getElementById('shop-q').value === '4006381333931');
  await scan.waitFor();
  assert.equal(await page.evaluate(() => globalThis.stopped), 2);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'shop-origin');
  await page.done();
});

test('an unknown country: what may have been meant is one click away', async () => {
  const page = await visit(browser, server, '/shop', { lang: 'ar' });
  const [answer] = await Promise.all([page.waitForNavigation(), (async () => { await page.fill('#shop-q', 'قطن'); await page.fill('#shop-origin', 'Turkmenistn'); await page.keyboard.press('Enter'); })()]);
  assert.equal(answer.status(), 422);
  assert.equal(await page.getAttribute('#shop-origin', 'aria-invalid'), 'true');
  assert.ok((await page.getAttribute('#shop-origin', 'aria-describedby')).includes('shop-origin-fault'));
  await accessible(page, 'a fault');
  await picture(page, 'shop-fault-ar-desktop');
  await page.click('.meant a');
  await page.waitForSelector('#answer');
  assert.equal(await page.inputValue('#shop-origin'), 'تركمانستان');
  await page.done();
});

test('words that want to be more stay words', async () => {
  const page = await visit(browser, server, `/shop?q=${encodeURIComponent('"><script>globalThis.ran=1</script><img src=x onerror="globalThis.ran=1">')}&origin=IND`, { lang: 'en' });
  assert.equal(await page.evaluate(() => globalThis.ran), undefined);
  assert.equal(await page.locator('main img, main script').count(), 0);
  assert.match(await page.inputValue('#shop-q'), /<script>/);
  assert.equal(await rating(page), 'unknown');
  await page.done();
});

test('by keyboard alone, and the questions to take along', async () => {
  const page = await visit(browser, server, '/shop', { lang: 'en', permissions: ['clipboard-read', 'clipboard-write'] });
  await page.focus('.skip');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'shop-q');
  await page.keyboard.type('bricks');
  await page.keyboard.press('Tab');
  await page.keyboard.type('India');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#answer');
  assert.equal(await rating(page), 'high');
  await page.getByRole('button', { name: 'Copy the questions' }).press('Enter');
  await page.getByText('The questions were copied.').waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied.split('\n').length, await page.locator('#questions li').count());
  assert.match(copied, /^- What are its main materials/m);
  await page.done();
});

test('an example answers at once, in the dark', async () => {
  const page = await visit(browser, server, '/shop', { lang: 'en', dark: true });
  await page.click('.examples a >> nth=1');
  await page.waitForSelector('#answer');
  assert.equal(await rating(page), 'high');
  await accessible(page, 'an answer in the dark');
  await picture(page, 'shop-answer-en-desktop');
  await page.done();
});
