// SPDX-License-Identifier: Apache-2.0
// Suppliers by the eleven indicators: a table whose cells are drawn, so that who sees it and who hears it are told the same.
import { html } from 'lit';
import { say, texts } from '../lib/say.js';
import { ratingBadge } from '../parts/rating.js';
import { starNote, stateWord } from './words.js';

const signs = { present: '●', contested: '◐', historic: '○', remedied: '✓', absent: '–', unknown: '?' };

export const stateSign = (state) => html`<span class="state state-${state}"><span aria-hidden="true">${signs[state] ?? '?'}</span><span class="visually-hidden">${stateWord(state)}</span></span>`;

const legend = () => html`<ul class="legend" aria-label=${say('company.legend')}>${Object.entries(signs).map(([state, sign]) => html`<li><span class="state state-${state}" aria-hidden="true">${sign}</span> ${stateWord(state)}</li>`)}</ul>`;

export function heatView(suppliers) {
  if (suppliers.length === 0) return '';
  const keys = Object.keys(suppliers[0].states);
  const silent = suppliers.every((s) => keys.every((key) => s.states[key] === 'unknown'));
  return html`${silent ? html`<p class="notice">${say('company.heat_all_unknown')}</p>` : ''}${legend()}
    <ol class="small indicator-names">${keys.map((key) => html`<li>${texts.indicator(key)}</li>`)}</ol>${starNote(keys)}
    <div class="scroll" tabindex="0" role="region" aria-label=${say('company.heat_caption')}><table class="heat"><caption class="visually-hidden">${say('company.heat_caption')}</caption>
    <thead><tr><th scope="col">${say('company.col_name')}</th><th scope="col">${say('company.col_rating')}</th>
      ${keys.map((key, i) => html`<th scope="col" class="cell" title=${texts.indicator(key)}><span aria-hidden="true">${texts.number(i + 1)}</span><span class="visually-hidden">${texts.indicator(key)}</span></th>`)}</tr></thead>
    <tbody>${suppliers.map((s) => html`<tr><th scope="row" class="name"><a href="#supplier=${s.n}"><bdi>${s.name}</bdi></a></th><td>${ratingBadge(s.rating)}</td>
      ${keys.map((key) => html`<td class="cell">${stateSign(s.states[key])}</td>`)}</tr>`)}</tbody></table></div>`;
}
