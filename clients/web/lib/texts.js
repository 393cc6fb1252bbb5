// SPDX-License-Identifier: Apache-2.0
// Words of one language: the same catalogues and the same rules as clients/render/texts.c. The build uses it for what needs no script,
// the pages for everything else.
import { IntlMessageFormat } from 'intl-messageformat';
import { parse, TYPE } from '@formatjs/icu-messageformat-parser';

export const escapeHtml = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

// U+2068 and U+2069 hold a part apart, so that neither direction turns the other round.
const isolate = (text) => `\u2068${text}\u2069`;
// With the month's name: figures alone are read as another day elsewhere, and in Arabic they bring marks of direction along.
const day = { day: 'numeric', month: 'short', year: 'numeric' };
// Control characters, and marks that turn the direction of writing, could make a name show as another. U+200E, U+200F and U+061C stay:
// they turn nothing, and dates in Arabic hold them.
const harmless = (text) => String(text).replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '?');

// A count that stands alone is written as the language writes numbers; MessageFormat would leave it as it is.
function numbersIn(elements, names) {
  for (const element of elements) {
    if (element.type === TYPE.argument && names.has(element.value)) element.type = TYPE.number;
    for (const option of Object.values(element.options ?? {})) numbersIn(option.value, names);
  }
  return elements;
}

export class Texts {
  #messages; #formats = new Map(); #rtl;

  /** messages: {lang, locale, texts, args, countries, alpha2, indicators, goods, laws, lists, meanings}, as the build wrote it. */
  constructor(messages) { this.become(messages); }

  /** The words of another language from here on. */
  become(messages) {
    this.#messages = messages;
    this.#formats.clear();
    this.#rtl = messages.lang === 'ar';
  }

  get lang() { return this.#messages.lang; }
  get locale() { return this.#messages.locale; }
  get rtl() { return this.#rtl; }
  has(key) { return key in this.#messages.texts; }

  /** Text of unknown origin, inside words of the language. */
  foreign(text) { return this.#rtl ? isolate(harmless(text)) : harmless(text); }
  number(value, options) { return new Intl.NumberFormat(this.locale, options).format(value); }
  percent(value) { return this.number(value / 100, { style: 'percent', maximumFractionDigits: 0 }); }
  /** YYYY-MM-DD as the language writes days; YYYY and YYYY-MM stay as they are. */
  date(text) {
    if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return String(text);
    return new Intl.DateTimeFormat(this.locale, { ...day, timeZone: 'UTC' }).format(new Date(`${text.slice(0, 10)}T00:00:00Z`));
  }
  /** A moment in RFC 3339, in the reader's own time zone. */
  time(text) { return new Intl.DateTimeFormat(this.locale, { ...day, hour: '2-digit', minute: '2-digit' }).format(new Date(text)); }
  country(iso3) { return this.#messages.countries?.[iso3] ?? iso3; }
  /** [[iso3, name]], in the order of the language. */
  countries() { return Object.entries(this.#messages.countries ?? {}).sort(([, a], [, b]) => a.localeCompare(b, this.locale)); }
  alpha2(iso3) { return this.#messages.alpha2?.[iso3]; }
  /** The keys of the eleven, in the order of the ILO. */
  indicatorKeys() { return Object.keys(this.#messages.indicators ?? {}); }
  /** The name as it stands alone; with * where it is not official in this language. */
  indicator(key) {
    const [name, official] = this.#messages.indicators?.[key] ?? [key, true];
    return official ? name : `${name}*`;
  }

  /** A good, a law, or what is said of a list, as the sources have it, in the words of the language where it has some. */
  good(name) { return this.#named('goods', name); }
  law(name) { return this.#named('laws', name); }
  hasListWords(words) { return Object.hasOwn(this.#messages.lists ?? {}, words); }
  listWords(words) { return this.#named('lists', words); }
  #named(table, name) { return Object.hasOwn(this.#messages[table] ?? {}, name) ? this.#messages[table][name] : this.foreign(name); }
  /** What an indicator means; undefined in English, which the server says. */
  meaning(key) { return this.#messages.meanings?.[key]; }

  #format(key, numbers) {
    let format = this.#formats.get(key);
    if (!format) {
      format = new IntlMessageFormat(numbersIn(parse(this.#messages.texts[key]), numbers), this.locale, undefined, { ignoreTag: true });
      this.#formats.set(key, format);
    }
    return format;
  }

  /** A page's own text, {name: value}. Strings count as of unknown origin unless they come from `words`. */
  say(key, values = {}) {
    if (!this.has(key)) return key;
    const safe = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? this.foreign(value) : value instanceof Words ? value.text : value]));
    return this.#format(key, new Set(Object.entries(safe).filter(([, value]) => typeof value === 'number').map(([name]) => name))).format(safe);
  }

  /** A text of a report: prefix and key, with the arguments in the order in which the report gives them. */
  sayKey(prefix, key, args = []) {
    const full = `${prefix}.${key}`;
    if (!this.has(full)) return String(key);
    const rows = this.#messages.args[full] ?? [];
    const values = Object.fromEntries(rows.map(([name, kind], i) => [name, this.#argument(kind, args[i] ?? '')]));
    return this.#format(full, new Set(rows.filter(([, kind]) => kind === 'number').map(([name]) => name))).format(values);
  }

  #argument(kind, value) {
    switch (kind) {
      case '': case 'id': return this.foreign(value);
      case 'number': return value === '' ? '' : Number(value);
      case 'date': return this.date(value);
      case 'words': return value;
      case 'country': return this.country(value);
      case 'good': return this.good(value);
      case 'scope_law': return this.law(value);
      case 'list_words': return this.listWords(value);
      case 'indicator': return this.#inSentence(value);
      default: return this.has(`${kind}.${value}`) ? this.sayKey(kind, value) : this.foreign(value);
    }
  }

  #inSentence(key) {
    const name = this.indicator(key);
    return name.slice(0, 1).toLocaleLowerCase(this.locale) + name.slice(1);
  }
}

/** Words that were rendered before, in the same language: no text of unknown origin. */
export class Words {
  constructor(text) { this.text = text; }
}
export const words = (text) => new Words(text);
