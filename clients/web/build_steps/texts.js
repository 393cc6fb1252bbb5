// SPDX-License-Identifier: Apache-2.0
// Reads the catalogues at build time: the shared ones of clients/render and each page's own. Any difference between the languages in
// keys, arguments or plural categories is a fault that ends the build.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, TYPE } from '@formatjs/icu-messageformat-parser';

const rowPattern = /^PRB_TEXT\("([^"]+)", "([^"]*)"\)/gm;
const langPattern = /^PRB_LANG\((\w+),\s*"([^"]+)",\s*(true|false)\)/gm;

/** [{tag, locale, rtl}], in the order of langs.def. */
export function languages(root) {
  const text = readFileSync(join(root, 'clients/render/langs.def'), 'utf8');
  return [...text.matchAll(langPattern)].map(([, tag, locale, rtl]) => ({ tag, locale, rtl: rtl === 'true' }));
}

/** {key: [[name, kind], ..]}: the arguments of the shared texts, in the order in which a report gives them. */
export function sharedArguments(root) {
  const text = readFileSync(join(root, 'clients/render/texts.def'), 'utf8');
  const rows = {};
  for (const [, key, list] of text.matchAll(rowPattern))
    rows[key] = list.split(' ').filter(Boolean).map((word) => {
      const [name, kind = ''] = word.split(':');
      return [name, kind];
    });
  return rows;
}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

export const sharedTexts = (root, tag) => readJson(join(root, 'clients/render/messages', `${tag}.json`));

/** A folder of messages/, where there is one; its keys begin with the folder's name. */
export function ownTexts(web, folder, tag) {
  const path = join(web, 'messages', folder, `${tag}.json`);
  if (!existsSync(path)) return {}; // a page whose texts are all shared
  const texts = readJson(path);
  for (const key of Object.keys(texts))
    if (!key.startsWith(`${folder}.`)) throw new Error(`${path}: "${key}" does not begin with "${folder}."`);
  return texts;
}

function argumentsOf(elements, found = new Set()) {
  for (const element of elements) {
    if (element.type === TYPE.argument || element.type === TYPE.number || element.type === TYPE.date || element.type === TYPE.plural || element.type === TYPE.select)
      found.add(element.value);
    for (const option of Object.values(element.options ?? {})) argumentsOf(option.value, found);
  }
  return found;
}

function checkPlurals(elements, wanted, place) {
  for (const element of elements) {
    if (element.type === TYPE.plural)
      for (const category of wanted)
        if (!(category in element.options)) throw new Error(`${place}: the plural lacks "${category}"`);
    for (const option of Object.values(element.options ?? {})) checkPlurals(option.value, wanted, place);
  }
}

/** Whether every language has the keys and arguments of English, and the plural categories of its own. */
export function checkTexts(folder, byTag, langs) {
  const english = byTag.en;
  for (const { tag, locale } of langs) {
    const wanted = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
    for (const key of Object.keys(english)) if (!(key in byTag[tag])) throw new Error(`messages/${folder}/${tag}.json lacks "${key}"`);
    for (const [key, pattern] of Object.entries(byTag[tag])) {
      const place = `messages/${folder}/${tag}.json: "${key}"`;
      if (!(key in english)) throw new Error(`${place} is not in English`);
      if (/['<]/.test(pattern)) throw new Error(`${place} holds ' or <`);
      const elements = parse(pattern);
      checkPlurals(elements, wanted, place);
      const here = [...argumentsOf(elements)].sort().join(' '), there = [...argumentsOf(parse(english[key]))].sort().join(' ');
      if (here !== there) throw new Error(`${place} has the arguments "${here}", English has "${there}"`);
    }
  }
}

/** A source table as [{column: cell}]. */
export const table = (root, name) => rowsOf(join(root, 'datasets/sources', name));

function rowsOf(path) {
  const [head, ...rows] = readFileSync(path, 'utf8').trim().split(/\r?\n/).filter((line) => !line.startsWith('#')).map(cells);
  return rows.map((row) => Object.fromEntries(head.map((column, i) => [column, row[i]])));
}

// A line of RFC 4180; these tables have no line breaks in their cells.
function cells(line) {
  const found = [];
  for (const [, quoted, plain] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) found.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
  return found;
}

/** {iso3: name} */
export const countryNames = (root, tag) => Object.fromEntries(table(root, 'countries.csv').map((row) => [row.iso3, row[`name_${tag}`]]));
/** {iso3: ISO 3166-1 numeric} is not in our tables; the map takes the alpha-2 code. */
export const countryCodes = (root) => Object.fromEntries(table(root, 'countries.csv').map((row) => [row.iso3, row.iso2]));

/** {key: [name, official]} */
export function indicatorNames(root, tag) {
  const keys = [...readFileSync(join(root, 'scoring/model/indicators.def'), 'utf8').matchAll(/^PRB_INDICATOR\((\w+),\s*(\d+),\s*"([a-z_0-9]+)"/gm)];
  const names = table(root, 'indicator_names.csv').filter((row) => row.lang === tag);
  return Object.fromEntries(keys.map(([, , code, key]) => {
    const row = names.find((name) => name.code === code);
    return [key, [row.name, row.status === 'verified_official']];
  }));
}

/** {what the sources say: what the language says}, of clients/render/names; undefined in English, which is what the sources speak. */
export function namesOf(root, name, tag) {
  const rows = rowsOf(join(root, 'clients/render/names', `${name}.csv`));
  const [first] = Object.keys(rows[0]);
  return tag in rows[0] ? Object.fromEntries(rows.map((row) => [row[first], row[tag]])) : undefined;
}
