// SPDX-License-Identifier: Apache-2.0
// A choice among the stored reports that the key sees. Fires `chosen` with {detail: item or null}.
import { LitElement, html, nothing } from 'lit';
import { getJson, wantsKey } from '../lib/api.js';
import { say, sayKey, texts, words } from '../lib/say.js';
import { problemBox } from '../parts/problem.js';

const PAGE = 50;

/** The page then shows the place to give a key. */
export function tellKeyNeeded(element, error) {
  if (wantsKey(error)) element.dispatchEvent(new CustomEvent('key-needed', { bubbles: true }));
}

export class StoredChoice extends LitElement {
  static properties = { items: { state: true }, next: { state: true }, fault: { state: true }, asked: { state: true } };

  constructor() {
    super();
    this.items = [];
    this.again = () => this.#load();
  }

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('probity-key', this.again);
  }

  disconnectedCallback() {
    removeEventListener('probity-key', this.again);
    super.disconnectedCallback();
  }

  /** Asks the server once the view is opened, and not before. */
  open() {
    if (!this.asked) this.#load();
  }

  async #load(cursor = null) {
    this.asked = true;
    try {
      const answer = await getJson(`/v1/declarations?limit=${PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
      this.items = [...(cursor ? this.items : []), ...answer.items];
      this.next = answer.next;
      this.fault = null;
    } catch (error) {
      this.fault = error;
      tellKeyNeeded(this, error);
    }
  }

  #choose(event) {
    this.dispatchEvent(new CustomEvent('chosen', { detail: this.items.find((item) => item.id === event.target.value) ?? null }));
  }

  #line({ supplier, rating, accepted_at: at }) {
    return say('officer.stored_line', { supplier: supplier?.name ?? '', country: words(texts.country(supplier?.country ?? '')), rating: words(sayKey('rating', rating)), date: words(texts.date(at)) });
  }

  render() {
    return html`${problemBox(this.fault)}
      ${this.asked && !this.fault ? html`<div class="field"><label for="${this.id}-list">${say('officer.stored')}</label>
        ${this.items.length ? html`<select id="${this.id}-list" @change=${this.#choose}><option value="">${say('frame.choose')}</option>
          ${this.items.map((item) => html`<option value=${item.id}>${this.#line(item)}</option>`)}</select>` : html`<p>${say('officer.stored_none')}</p>`}
        ${this.next ? html`<button type="button" class="plain" @click=${() => this.#load(this.next)}>${say('officer.stored_more')}</button>` : nothing}</div>` : nothing}`;
  }
}
customElements.define('prb-stored', StoredChoice);
