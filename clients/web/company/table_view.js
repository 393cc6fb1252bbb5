// SPDX-License-Identifier: Apache-2.0
// The suppliers as a table that sorts. Headers are buttons, and say the order to those who listen.
import { html, nothing } from 'lit';
import { say, texts } from '../lib/say.js';
import { rangeBar } from '../parts/bar.js';
import { ratingBadge } from '../parts/rating.js';
import { fromTo, reasonText } from './words.js';

const columns = [['name', false], ['rating', false], ['country', false], ['exposure', true], ['residual', true], ['coverage', true]];

function header(app, [key, number]) {
  const { by, down } = app.sort, here = by === key;
  const order = here ? (down ? 'descending' : 'ascending') : 'none';
  return html`<th scope="col" class=${number ? 'number' : ''} aria-sort=${order}><button type="button" class="plain sort" @click=${() => app.set({ sort: { by: key, down: here && !down }, page: 0 })}>
    ${say(`company.col_${key}`)}<span aria-hidden="true" class="arrow">${here ? (down ? '▼' : '▲') : '↕'}</span></button></th>`;
}

const range = (s) => (s.best === s.worst ? nothing : html`<span class="small range">${fromTo(s.best, s.worst)}</span>`);

// A match is certain; what is only possible waits for a person to decide.
function listed({ listings }) {
  const matches = listings.filter(({ decision }) => decision === 'match').length;
  if (matches > 0) return html`<span class="small listed">${say('company.listed_name', { count: matches })}</span>`;
  return listings.length > 0 ? html`<span class="small listed">${say('company.possible_name')}</span>` : nothing;
}

function toggle(app, s) {
  const has = app.compared.includes(s.n);
  // Two can be compared: a third takes the place of the first.
  app.set({ compared: has ? app.compared.filter((n) => n !== s.n) : [...app.compared, s.n].slice(-2) });
}

const row = (app) => (s) => html`<tr>
  <td class="tick"><input type="checkbox" aria-label=${say('company.compare_tick', { name: s.name })} .checked=${app.compared.includes(s.n)} @change=${() => toggle(app, s)}></td>
  <th scope="row" class="name"><a href="#supplier=${s.n}"><bdi>${s.name}</bdi></a><span class="small place" dir="auto">${s.place}</span></th>
  <td>${ratingBadge(s.rating)}${range(s)}${listed(s)}</td>
  <td>${texts.country(s.country)}</td>
  <td class="number exposure">${texts.number(s.inherent)}${rangeBar({ low: s.low, value: s.inherent, high: s.high })}<span class="small">${say('company.from_to', { low: s.low, high: s.high })}</span></td>
  <td class="number">${texts.number(s.residual)}</td><td class="number">${texts.percent(s.coverage)}<span class="small known">${say('company.known_short', { count: s.known })}</span></td>
  <td class="why"><span>${reasonText(s.reason)}</span></td></tr>`;

export const tableView = (app, suppliers) => html`<div class="scroll" tabindex="0" role="region" aria-label=${say('company.table_caption')}><table class="suppliers">
  <caption class="visually-hidden">${say('company.table_caption')}</caption>
  <thead><tr><th scope="col"><span class="visually-hidden">${say('company.compare_column')}</span></th>${columns.map((column) => header(app, column))}<th scope="col">${say('company.col_reason')}</th></tr></thead>
  <tbody>${suppliers.map(row(app))}</tbody></table></div>`;
