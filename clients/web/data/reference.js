// SPDX-License-Identifier: Apache-2.0
// The eleven indicators, the entity lists, and every table behind a report. What is quoted from the tables is in English; what the
// eleven mean is in the language of the page.
import { html, nothing } from 'lit';
import { say, sayKey, texts } from '../lib/say.js';

const quoted = (text) => html`<span lang="en" dir="ltr" class="quoted">${text}</span>`;

// What is said of a list: in the language of the page where its words are known.
const translated = (text) => (texts.hasListWords(text) ? texts.listWords(text) : quoted(text));

export function indicatorsSection({ items }) {
  const marked = items.some(({ key }) => texts.indicator(key).endsWith('*'));
  return html`<p>${say('data.indicators_lead')}</p>
    <details class="fold all"><summary>${say('data.indicators_show', { count: items.length })}</summary><dl class="indicators">${items.map(({ code, key, side, description }) => html`<div><dt><span class="ordinal">${texts.number(code)}</span> ${texts.indicator(key)}</dt>
      <dd>${texts.meaning(key) ?? quoted(description)} <span class="small">${say(`data.side_${side}`)}</span></dd></div>`)}</dl>
    ${marked ? html`<p class="small">${sayKey('explain', 'not_official')}</p>` : nothing}</details>`;
}

const listFold = ({ list, title, publisher, edition, entries, effect, completeness, official_page: page }) => html`<details class="fold" id="list-${list}">
  <summary><h3>${sayKey('list', list)}</h3> <span class="small">${say('data.list_count', { count: entries })}</span></summary>
  <p class="small">${quoted(title)}<br>${quoted(publisher)}</p>
  <dl><dt>${say('data.list_edition')}</dt><dd>${texts.date(edition)}</dd><dt>${say('data.list_effect')}</dt><dd>${translated(effect)}</dd><dt>${say('data.list_gaps')}</dt><dd>${translated(completeness)}</dd><dt>${say('data.list_page')}</dt><dd>${quoted(page)}</dd></dl></details>`;

export const listsSection = ({ items }) => html`<p>${say('data.lists_lead')}</p>${items.map(listFold)}`;

export const tablesSection = ({ data, method, items }) => html`<p>${say('data.tables_lead')}</p>
  <dl class="facts"><dt>${say('data.release')}</dt><dd><code>${data.sha256}</code></dd><dt>${say('data.method_version', { version: method.version })}</dt><dd><code>${method.sha256}</code></dd></dl>
  <details class="fold all"><summary>${say('data.tables_show', { count: items.length })}</summary><div class="scroll" tabindex="0" role="region" aria-label=${say('data.tables_caption')}><table lang="en" dir="ltr"><caption lang=${texts.lang} dir=${texts.rtl ? 'rtl' : 'ltr'}>${say('data.tables_caption')}</caption>
  <thead><tr lang=${texts.lang}>${['title', 'publisher', 'edition', 'licence', 'rows', 'doubts'].map((name) => html`<th scope="col" class=${name === 'rows' ? 'number' : ''}>${say(name === 'title' ? 'data.tables_caption' : `data.tables_${name}`)}</th>`)}</tr></thead>
  <tbody>${items.map((row) => html`<tr><th scope="row">${row.title ?? row.table}</th><td>${row.publisher}</td><td>${row.edition}</td><td>${row.licence}</td><td class="number">${row.rows === undefined ? '' : texts.number(row.rows)}</td><td>${row.doubts}</td></tr>`)}</tbody></table></div></details>`;
