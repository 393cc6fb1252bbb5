// SPDX-License-Identifier: Apache-2.0
// The method in words, and the decision table as the source table has it: to be read without a script.
import { escapeHtml } from '../lib/texts.js';

const steps = ['listings', 'state', 'indicators', 'exposure', 'known', 'range'];

function decisionTable(texts, rating) {
  const say = (key) => escapeHtml(texts.say(key));
  const rows = rating.map((row) => `<tr><td class="number">${texts.number(Number(row.row))}</td>
    <td>${escapeHtml(texts.sayKey('rule', row.rule, [row.rating, row.threshold, row.row]))}</td>
    <td><span class="rating rating-${row.rating}">${escapeHtml(texts.sayKey('rating', row.rating))}</span></td></tr>`);
  return `<div id="decision-table" class="scroll" tabindex="0" role="region" aria-label="${say('data.table_caption')}"><table><caption>${say('data.table_caption')}</caption>
    <thead><tr><th scope="col" class="number">${say('data.table_row')}</th><th scope="col">${say('data.table_rule')}</th><th scope="col">${say('data.table_rating')}</th></tr></thead>
    <tbody>${rows.join('\n')}</tbody></table></div>`;
}

/** HTML for a page that needs no script. */
export function fixed(texts, { rating }) {
  const say = (key) => escapeHtml(texts.say(key));
  const links = ['method', 'indicators', 'lists', 'country', 'statistics', 'log', 'tables'].map((name) => `<li><a href="#${name}">${say(`data.${name}_title`)}</a></li>`);
  return `<nav class="contents" aria-label="${say('data.contents')}"><ul>${links.join('')}</ul></nav>
<section id="method"><h2>${say('data.method_title')}</h2><p>${say('data.method_lead')}</p>
<details class="fold all"><summary>${escapeHtml(texts.say('data.steps_show', { count: steps.length }))}</summary><ol>${steps.map((step) => `<li><strong>${say(`data.step_${step}`)}</strong> ${say(`data.step_${step}_text`)}</li>`).join('\n')}</ol></details>
<p>${say('data.method_first')}</p>
<details class="fold"><summary>${escapeHtml(texts.say('data.table_show', { count: rating.length }))}</summary>${decisionTable(texts, rating)}</details><p class="small">${say('data.method_weights')}</p></section>`;
}
