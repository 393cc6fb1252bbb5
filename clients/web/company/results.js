// SPDX-License-Identifier: Apache-2.0
// Choosing and ordering suppliers. No state of its own.
import { order } from '../parts/rating.js';
import { texts } from '../lib/say.js';
import { badness } from './screening.js';

export const noFilter = { text: '', country: '', rating: '', indicator: '', listed: false };
export const isFiltered = (filter) => Object.keys(noFilter).some((key) => filter[key] !== noFilter[key]);

const reported = new Set(['present', 'contested', 'historic', 'remedied']);
const fold = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();

export function filtered(suppliers, filter) {
  const wanted = fold(filter.text.trim());
  return suppliers.filter((s) =>
    (!filter.rating || s.rating === filter.rating) && (!filter.country || s.country === filter.country) && (!filter.listed || s.listings.length > 0) &&
    (!filter.indicator || reported.has(s.states[filter.indicator])) && (!wanted || fold(`${s.name} ${s.place}`).includes(wanted)));
}

// The worst first where nothing else is wanted: rating, then the upper end, then the exposure.
export const byBadness = (a, b) => badness(a.rating) - badness(b.rating) || badness(a.worst) - badness(b.worst) || b.residual - a.residual || b.high - a.high || a.n - b.n;

const keys = {
  name: (a, b) => a.name.localeCompare(b.name, texts.locale),
  country: (a, b) => texts.country(a.country).localeCompare(texts.country(b.country), texts.locale),
  rating: byBadness,
  exposure: (a, b) => b.inherent - a.inherent || b.high - a.high,
  residual: (a, b) => b.residual - a.residual,
  coverage: (a, b) => a.coverage - b.coverage,
  known: (a, b) => a.known - b.known,
  line: (a, b) => a.line - b.line,
};

/** sort: {by, down}. down turns the order round. */
export function sorted(suppliers, { by, down }) {
  const compare = keys[by];
  return [...suppliers].sort((a, b) => (down ? -1 : 1) * compare(a, b) || a.n - b.n);
}

/** {rating: how many}, in the order of badness. */
export const countRatings = (suppliers) => Object.fromEntries(order.map((rating) => [rating, suppliers.filter((s) => s.rating === rating).length]));

/** [{country, count, worst}], the worst first. */
export function countCountries(suppliers) {
  const found = new Map();
  for (const s of suppliers) {
    const entry = found.get(s.country) ?? { country: s.country, count: 0, worst: 'low' };
    entry.count += 1;
    if (badness(s.rating) < badness(entry.worst)) entry.worst = s.rating;
    found.set(s.country, entry);
  }
  return [...found.values()].sort((a, b) => badness(a.worst) - badness(b.worst) || b.count - a.count);
}
