// SPDX-License-Identifier: Apache-2.0
// How many declarations were stored, by what the reader chooses. What is too few to show is said, never drawn as nothing.
import { LitElement, html, nothing } from 'lit';
import { getJson } from '../lib/api.js';
import { say, sayKey, texts } from '../lib/say.js';
import { problemBox } from '../parts/problem.js';
import { rangeBar } from '../parts/bar.js';

const dimensions = ['rating', 'country', 'indicator', 'chapter', 'month'];

// The word for one value of a dimension.
function named(by, value) {
  if (value === 'other') return say('data.statistics_other');
  if (value === 'none') return say('data.country_unknown');
  if (by === 'rating') return sayKey('rating', value);
  if (by === 'country') return texts.country(value);
  if (by === 'indicator') return texts.indicator(value);
  return value;
}

class Statistics extends LitElement {
  static properties = { by: { state: true }, answer: { state: true }, error: { state: true } };

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    this.#ask('rating');
  }

  async #ask(by) {
    this.by = by;
    this.answer = this.error = undefined;
    try {
      this.answer = await getJson(`/v1/statistics?by=${by}`);
    } catch (error) {
      this.error = error;
    }
  }

  #rows() {
    const { items, total, suppressed, minimum_cell: least, as_of: asOf } = this.answer;
      const most = Math.max(1, ...items.map((item) => item.declarations ?? 0));
    if (items.length === 0) return html`<p>${say('data.statistics_none', { count: least })}</p>`;
    return html`<table><caption>${say('data.statistics_caption', { date: texts.time(asOf) })}</caption>
      <thead><tr><th scope="col">${say(`data.by_${this.by}`)}</th><th scope="col" class="number">${say('data.statistics_count')}</th><th scope="col"><span class="visually-hidden">${say('data.statistics_bar')}</span></th></tr></thead>
      <tbody>${items.map((item) => html`<tr><th scope="row">${named(this.by, item[this.by])}</th>
        <td class="number">${item.declarations === null ? say('data.statistics_few', { count: least }) : texts.number(item.declarations)}</td>
        <td class="value">${item.declarations === null ? nothing : rangeBar({ low: 0, value: null, high: 100 * item.declarations / most })}</td></tr>`)}</tbody></table>
      <p class="small">${total === null ? nothing : say('data.statistics_total', { count: total })} ${suppressed ? say('data.statistics_suppressed', { count: suppressed, least }) : nothing}</p>`;
  }

  render() {
    return html`<p>${say('data.statistics_lead')}</p>
      <fieldset class="choices"><legend>${say('data.statistics_by')}</legend>${dimensions.map((by) => html`<label class="check"><input type="radio" name="by" value=${by} ?checked=${by === this.by} @change=${() => this.#ask(by)}>${say(`data.by_${by}`)}</label>`)}</fieldset>
      <div aria-live="polite">${problemBox(this.error)}${this.answer ? this.#rows() : nothing}</div>`;
  }
}
customElements.define('prb-statistics', Statistics);

export const statisticsSection = () => html`<prb-statistics></prb-statistics>`;
