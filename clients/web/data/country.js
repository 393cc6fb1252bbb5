// SPDX-License-Identifier: Apache-2.0
// What the release holds of a country: figures with source and year, goods that are listed for it. They say nothing of one employer.
import { LitElement, html, nothing } from 'lit';
import { getJson } from '../lib/api.js';
import { say, sayKey, texts, words } from '../lib/say.js';
import { rangeBar } from '../parts/bar.js';
import { problemBox } from '../parts/problem.js';

// A law or list for a good; for whatever is made there where it names none.
function scopeItem({ good, law, as_of: date }) {
  const named = { law: words(texts.law(law)), date };
  return html`<li>${good ? say('data.country_scope_good', { good: words(texts.good(good)), ...named }) : say('data.country_scope', named)}</li>`;
}

class CountryFacts extends LitElement {
  static properties = { answer: { state: true }, error: { state: true } };

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    const asked = new URL(location.href).searchParams.get('country');
    if (/^[A-Z]{3}$/.test(asked ?? '')) this.#ask(asked);
  }

  async #ask(iso3) {
    this.answer = this.error = undefined;
    const here = new URL(location.href);
    if (iso3) here.searchParams.set('country', iso3);
    else here.searchParams.delete('country');
    history.replaceState(null, '', here);
    if (!iso3) return;
    try {
      this.answer = await getJson(`/v1/countries/${iso3}`);
    } catch (error) {
      this.error = error;
    }
  }

  #goods(listed, title) {
    const goods = this.answer.listed_goods.filter((good) => good.listed === listed);
    return goods.length ? html`<h4>${title}</h4><ul class="goods">${goods.map(({ good, by_input: byInput }) => html`<li>${texts.good(good)}${byInput ? html` <span class="small">${say('data.country_by_input')}</span>` : nothing}</li>`)}</ul>` : nothing;
  }

  #facts() {
    const { iso3, components, state_imposed: scopes } = this.answer;
    return html`<article class="card"><h3>${texts.country(iso3)}</h3><p>${say('data.country_notice')}</p>
      <div class="scroll" tabindex="0" role="region" aria-label=${say('data.country_caption')}><table><caption>${say('data.country_caption')}</caption>
      <thead><tr><th scope="col">${say('data.country_component')}</th><th scope="col">${say('data.country_value')}</th><th scope="col">${say('data.country_source')}</th></tr></thead>
      <tbody>${components.map((c) => html`<tr><th scope="row">${sayKey('component', c.id)}</th>
        <td class="value">${c.value_ppm === undefined ? say('data.country_unknown') : html`${texts.number(Math.round(c.value_ppm / 10000))}${rangeBar({ low: 0, value: null, high: c.value_ppm / 10000 })}`}</td>
        <td><span lang="en" dir="ltr">${c.source}${c.year ? ` (${c.year})` : ''}</span>${c.imputed ? html` <span class="small">${say('data.country_imputed')}</span>` : nothing}</td></tr>`)}</tbody></table></div>
      ${this.#goods('forced_labour', say('data.country_goods'))}${this.#goods('child_labour_only', say('data.country_goods_child'))}
      ${scopes?.length ? html`<h4>${say('data.country_scopes')}</h4><ul class="scopes">${scopes.map(scopeItem)}</ul>` : nothing}</article>`;
  }

  render() {
    const asked = new URL(location.href).searchParams.get('country');
    return html`<p>${say('data.country_lead')}</p>
      <div class="field"><label for="country-choice">${say('data.country_label')}</label>
      <select id="country-choice" @change=${(e) => this.#ask(e.target.value)}><option value="">${say('frame.choose')}</option>
        ${texts.countries().map(([iso3, name]) => html`<option value=${iso3} ?selected=${iso3 === asked}>${name}</option>`)}</select></div>
      <div aria-live="polite">${problemBox(this.error)}${this.answer ? this.#facts() : nothing}</div>`;
  }
}
customElements.define('prb-country', CountryFacts);

export const countrySection = () => html`<prb-country></prb-country>`;
