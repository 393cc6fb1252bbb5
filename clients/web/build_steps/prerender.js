// SPDX-License-Identifier: Apache-2.0
// A plugin of vite: once the scripts are written, each page is written in each language as a file of its own, so that language,
// direction, title and whatever needs no script are right before any script runs.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkTexts, countryCodes, countryNames, indicatorNames, languages, namesOf, ownTexts, sharedArguments, sharedTexts, table } from './texts.js';
import { htmlOf } from './template.js';
import { Texts } from '../lib/texts.js';
import { pages } from '../site.js';

function shared(all, prefixes) {
  return Object.fromEntries(Object.entries(all).filter(([key]) => prefixes.includes('*') || prefixes.some((prefix) => key.startsWith(`${prefix}.`))));
}

// Everything that the page's script is given, as one object.
function messagesOf({ root, web }, page, lang, rows) {
  const ours = shared(sharedTexts(root, lang.tag), page.shared);
  const args = Object.fromEntries(Object.keys(ours).filter((key) => rows[key]?.length).map((key) => [key, rows[key]]));
  return {
    lang: lang.tag,
    locale: lang.locale,
    texts: { ...ours, ...ownTexts(web, 'frame', lang.tag), ...ownTexts(web, page.name, lang.tag) },
    args,
    countries: page.names.includes('countries') ? countryNames(root, lang.tag) : undefined,
    alpha2: page.names.includes('countries') ? countryCodes(root) : undefined,
    indicators: page.names.includes('indicators') ? indicatorNames(root, lang.tag) : undefined,
    goods: page.names.includes('goods') ? namesOf(root, 'goods', lang.tag) : undefined,
    laws: page.names.includes('laws') ? namesOf(root, 'laws', lang.tag) : undefined,
    lists: page.names.includes('lists') ? namesOf(root, 'lists', lang.tag) : undefined,
    meanings: page.names.includes('meanings') ? namesOf(root, 'indicators', lang.tag) : undefined,
  };
}

// What fixed.js is given besides: it stands in the page once already.
const fixedNames = ({ root }, page, lang) => page.fixedNames?.includes('countries') ? { countries: countryNames(root, lang.tag) } : {};

// The style sheets and scripts that an entry of the manifest needs, the entry's own script first.
function filesOf(manifest, source) {
  const entry = manifest[source];
  const seen = new Set(), scripts = [], styles = [];
  const visit = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    for (const name of manifest[key].imports ?? []) visit(name);
    styles.push(...(manifest[key].css ?? []));
    if (key !== source) scripts.push(manifest[key].file);
  };
  visit(source);
  return { script: entry.file, preload: scripts, styles };
}

export function prerender({ root, web, out }) {
  return {
    name: 'probity-pages',
    async closeBundle() {
      const manifestPath = join(out, '.vite/manifest.json');
      if (!existsSync(manifestPath)) return; // the bundle failed, which vite has said
      const manifest = JSON.parse(readFileSync(manifestPath, 'utf8'));
      const langs = languages(root), rows = sharedArguments(root), rating = table(root, 'method_rating.csv');
      for (const folder of ['frame', ...pages.map((page) => page.name)])
        checkTexts(folder, Object.fromEntries(langs.map(({ tag }) => [tag, ownTexts(web, folder, tag)])), langs);
      mkdirSync(join(out, 'pages'), { recursive: true });
      for (const page of pages) {
        const fixed = join(web, page.name, 'fixed.js');
        const body = existsSync(fixed) ? (await import(`${pathToFileURL(fixed)}?${Date.now()}`)).fixed : () => '';
        for (const lang of langs) {
          const messages = messagesOf({ root, web }, page, lang, rows);
          const html = htmlOf({ page, pages, lang, langs, messages, files: filesOf(manifest, `${page.name}/${page.name}.js`), fixed: body(new Texts({ ...messages, ...fixedNames({ root }, page, lang) }), { rating }) });
          writeFileSync(join(out, 'pages', `${page.name}.${lang.tag}.html`), html);
        }
      }
      rmSync(join(out, '.vite'), { recursive: true });
    },
  };
}
