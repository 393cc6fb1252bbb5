// SPDX-License-Identifier: Apache-2.0
// Two suppliers side by side. Rows in which they differ say so.
import { html } from 'lit';
import { say, sayKey, texts } from '../lib/say.js';
import { ratingBadge } from '../parts/rating.js';
import { stateSign } from './heat_view.js';
import { fromTo, questionText, reasonText, starNote, stateWord } from './words.js';

const listed = (s) => (s.listings.length ? s.listings.map(({ entity, decision }) => `${entity} (${sayKey('name_decision', decision)})`).join(' · ') : say('company.no_match'));
// [label, plain value for the comparison, what is shown]
const rows = [
  ['col_rating', (s) => s.rating, (s) => ratingBadge(s.rating)],
  ['col_range', (s) => `${s.best} ${s.worst}`, (s) => fromTo(s.best, s.worst)],
  ['col_country', (s) => s.country, (s) => texts.country(s.country)],
  ['col_exposure', (s) => `${s.inherent} ${s.low} ${s.high}`, (s) => html`${texts.number(s.inherent)} <span class="small">${say('company.from_to', { low: s.low, high: s.high })}</span>`],
  ['col_residual', (s) => s.residual, (s) => texts.number(s.residual)],
  ['col_coverage', (s) => s.coverage, (s) => texts.percent(s.coverage)],
  ['col_known', (s) => s.known, (s) => say('company.of_eleven', { count: s.known })],
  ['listings', listed, (s) => html`<bdi>${listed(s)}</bdi>`],
  ['col_reason', (s) => reasonText(s.reason), (s) => reasonText(s.reason)],
  ['col_question', (s) => questionText(s.question), (s) => questionText(s.question)],
];

const line = (label, [a, b], plain, show) => html`<tr class=${plain(a) === plain(b) ? '' : 'differs'}><th scope="row">${label}${plain(a) === plain(b) ? '' : html`<span class="small"> ${say('company.differs')}</span>`}</th><td>${show(a)}</td><td>${show(b)}</td></tr>`;

export function compareView(pair) {
  const keys = Object.keys(pair[0].states);
  return html`<p><a href="#">${say('company.back_to_list')}</a></p><h1 tabindex="-1" data-focus>${say('company.compare_title')}</h1>
    <div class="scroll" tabindex="0" role="region" aria-label=${say('company.compare_title')}><table class="compare"><caption class="visually-hidden">${say('company.compare_title')}</caption>
    <thead><tr><td></td>${pair.map((s) => html`<th scope="col"><a href="#supplier=${s.n}"><bdi>${s.name}</bdi></a></th>`)}</tr></thead>
    <tbody>${rows.map(([key, plain, show]) => line(say(`company.${key}`), pair, plain, show))}
      ${keys.map((key) => line(texts.indicator(key), pair, (s) => s.states[key], (s) => html`${stateSign(s.states[key])} <span aria-hidden="true">${stateWord(s.states[key])}</span>`))}</tbody></table></div>${starNote(keys)}`;
}
