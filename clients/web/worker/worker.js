// SPDX-License-Identifier: Apache-2.0
// A sealed message to somebody who helps. Nothing that is typed is kept: not in the page's address, not in the browser, not here.
import '../frame/frame.js';
import './worker.css';
import { LitElement, html, nothing } from 'lit';
import { getJson, postJson } from '../lib/api.js';
import { say, texts, words } from '../lib/say.js';
import { prepareToLeave } from './leave.js';

prepareToLeave();

// A key that was given elsewhere in this tab would say who writes.
const anonymous = { key: null };
const LOW_ROOM = 0.1;

const bytesOf = (text) => new TextEncoder().encode(text).length;

function languageName(tag) {
  try {
    return new Intl.DisplayNames([texts.locale], { type: 'language' }).of(tag);
  } catch {
    return tag;
  }
}

const listOf = (items) => new Intl.ListFormat(texts.locale, { type: 'conjunction' }).format(items);

class WorkerPage extends LitElement {
  static properties = {
    bodies: { state: true }, country: { state: true }, chosen: { state: true }, text: { state: true }, reach: { state: true },
    faults: { state: true }, stage: { state: true }, print: { state: true },
  };

  constructor() {
    super();
    this.bodies = null;
    this.stage = 'loading';
    this.#empty();
    this.#load();
  }

  createRenderRoot() { return this; }

  #empty() {
    Object.assign(this, { country: '', chosen: null, text: '', reach: '', faults: {}, print: '' });
  }

  async #load() {
    try {
      const answer = await getJson('/v1/remedy-bodies', anonymous);
      this.bodies = answer.items;
      this.paddedBytes = answer.padded_bytes;
      this.#begin();
    } catch {
      this.stage = 'unreachable';
    }
  }

  // Comes when writing begins: most of what this page weighs.
  async #sealing() {
    const sealer = await import('./seal.js');
    if (this.chosen) this.print = sealer.fingerprint(this.chosen.public_key);
    return sealer;
  }

  // Where it does not come, sending says so.
  #prepare() { this.#sealing().catch(() => {}); }

  #choose(body) {
    this.chosen = body;
    this.faults = { ...this.faults, body: false };
    this.print = '';
    this.#prepare();
  }

  // Where there is one alone it is chosen.
  #begin() {
    this.#empty();
    if (this.bodies.length === 1) [this.chosen] = this.bodies;
    this.stage = 'writing';
  }

  get #whole() {
    const reach = this.reach.trim();
    return reach === '' ? this.text.trim() : `${this.text.trim()}\n\n${say('worker.reach_line')}: ${reach}`;
  }

  get #room() { return 1 - bytesOf(this.#whole) / (this.paddedBytes - 1); }

  async #send(event) {
    event.preventDefault();
    this.faults = { body: !this.chosen, text: this.text.trim() === '', room: this.#room < 0 };
    if (Object.values(this.faults).some(Boolean)) {
      await this.updateComplete;
      this.querySelector('[aria-invalid=true]')?.focus();
      return;
    }
    this.stage = 'sending';
    try {
      const { seal } = await this.#sealing();
      await postJson('/v1/messages', { to: this.chosen.id, sealed: seal(this.#whole, this.chosen.public_key, this.paddedBytes) }, anonymous);
      this.sentTo = this.chosen;
      this.#empty();
      this.stage = 'sent';
    } catch (error) {
      this.stage = error.status === 507 ? 'full' : 'failed';
    }
    await this.updateComplete;
    this.querySelector('#outcome')?.focus();
  }

  #contacts(body) {
    return html`${body.phone ? html`<a class="phone" href=${`tel:${body.phone.replace(/[^+\d]/g, '')}`}><bdi dir="ltr">${body.phone}</bdi></a>` : nothing}
      ${body.website ? html`<a href=${body.website} rel="noreferrer noopener"><bdi dir="ltr">${body.website.replace(/^https:\/\//, '').replace(/\/$/, '')}</bdi></a>` : nothing}`;
  }

  #body(body) {
    const spoken = body.languages.map(languageName);
    return html`<div class="card body">
      <label class="check"><input type="radio" name="body" .checked=${this.chosen === body} aria-invalid=${this.faults.body ? 'true' : 'false'}
        aria-describedby=${this.faults.body ? 'body-fault' : nothing} @change=${() => this.#choose(body)}><span><bdi>${body.name}</bdi></span></label>
      <div class="about">${body.note ? html`<p><bdi>${body.note}</bdi></p>` : nothing}
      ${spoken.length ? html`<p>${say('worker.speaks', { languages: words(listOf(spoken)) })}</p>` : nothing}
      <p class="contacts">${this.#contacts(body)}</p></div>
    </div>`;
  }

  #countryField(countries) {
    return html`<div class="field"><label for="country">${say('worker.country')}</label>
      <select id="country" autocomplete="off" .value=${this.country} @change=${(e) => { this.country = e.target.value; this.chosen = null; }}>
      <option value="">${say('frame.country_any')}</option>${countries.map(([iso3, name]) => html`<option value=${iso3}>${name}</option>`)}</select></div>`;
  }

  #who() {
    const named = new Set(this.bodies.flatMap((body) => body.countries));
    const fit = this.bodies.filter((body) => !this.country || body.countries.length === 0 || body.countries.includes(this.country));
    return html`<fieldset><legend><h2>${say('worker.who')}</h2></legend>
      ${named.size > 1 ? this.#countryField(texts.countries().filter(([iso3]) => named.has(iso3))) : nothing}
      ${fit.map((body) => this.#body(body))}
      <p id="body-fault" class="fault" role="alert">${this.faults.body ? say('worker.need_body') : nothing}</p>
      ${this.print ? html`<details><summary>${say('worker.key')}</summary><p>${say('worker.key_what')}</p><p><code id="fingerprint">${this.print}</code></p></details>` : nothing}
    </fieldset>`;
  }

  #textFault() {
    if (this.faults.text) return say('worker.need_text');
    if (this.#room < 0) return say('worker.too_long');
    return this.#room < LOW_ROOM ? say('worker.room', { percent: words(texts.percent(Math.floor(this.#room * 100))) }) : nothing;
  }

  #what() {
    const bad = this.faults.text || this.#room < 0;
    return html`<fieldset><legend><h2>${say('worker.what')}</h2></legend>
      <div class="field"><label for="text">${say('worker.text')}</label><p class="hint" id="text-hint">${say('worker.text_hint')}</p>
      <textarea id="text" rows="8" dir="auto" autocomplete="off" autocorrect="off" spellcheck="false" translate="no" data-gramm="false" aria-describedby="text-hint text-fault"
        aria-invalid=${bad ? 'true' : 'false'} .value=${this.text} @focus=${this.#prepare}
        @input=${(e) => { this.text = e.target.value; this.faults = { ...this.faults, text: false }; }}></textarea>
      <p id="text-fault" class="fault" role="status">${this.#textFault()}</p></div>
      <div class="field"><label for="reach">${say('worker.reach')} <span class="small">(${say('frame.optional')})</span></label><p class="hint" id="reach-hint">${say('worker.reach_hint')}</p>
      <input id="reach" type="text" dir="auto" autocomplete="off" autocorrect="off" spellcheck="false" translate="no" aria-describedby="reach-hint" .value=${this.reach}
        @input=${(e) => { this.reach = e.target.value; }}></div></fieldset>`;
  }

  #failure() {
    if (!['failed', 'full'].includes(this.stage)) return nothing;
    return html`<div class="notice problem" id="outcome" tabindex="-1" role="alert"><p>${say(this.stage === 'full' ? 'worker.full' : 'worker.failed')}</p>
      <p class="contacts">${this.#contacts(this.chosen)}</p></div>`;
  }

  #form() {
    const busy = this.stage === 'sending';
    return html`<form @submit=${this.#send} autocomplete="off" novalidate>${this.#who()}${this.#what()}
      <div class="actions"><button ?disabled=${busy}>${say(busy ? 'worker.sending' : 'worker.send')}</button></div>
      <div role="status" class="visually-hidden">${busy ? say('worker.sending') : nothing}</div></form>${this.#failure()}`;
  }

  #sent() {
    return html`<div class="notice done" id="outcome" tabindex="-1" role="status"><h2>${say('worker.sent_title')}</h2>
      <p>${say('worker.sent', { name: this.sentTo.name })}</p><p>${say('worker.sent_next')}</p><p class="contacts">${this.#contacts(this.sentTo)}</p></div>
      <div class="actions"><button type="button" class="quiet-button" @click=${this.#begin}>${say('worker.again')}</button></div>`;
  }

  // What is to be known before writing is in the way behind it.
  updated() {
    const before = document.getElementById('before');
    if (before) before.hidden = this.stage === 'sent'; // else somebody has left meanwhile
  }

  render() {
    if (this.stage === 'loading') return html`<p role="status">${say('worker.loading')}</p>`;
    if (this.stage === 'unreachable') return html`<p class="notice problem" role="alert">${say('frame.error_offline')}</p>`;
    if (this.bodies.length === 0) return html`<p class="notice" role="status">${say('worker.nobody')}</p>`;
    return this.stage === 'sent' ? this.#sent() : this.#form();
  }
}
customElements.define('prb-worker', WorkerPage);
document.getElementById('page').append(document.createElement('prb-worker'));
