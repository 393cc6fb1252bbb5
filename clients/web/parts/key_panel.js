// SPDX-License-Identifier: Apache-2.0
// Where a server asks for a key, or for another one: a place to give it, and to forget it.
import { LitElement, html, nothing } from 'lit';
import { forgetKey, isKey, keepKey, keyOf } from '../lib/key.js';
import { say } from '../lib/say.js';

export class KeyPanel extends LitElement {
  static properties = { needed: { type: Boolean }, fault: { state: true } };

  createRenderRoot() { return this; }

  #give(event) {
    event.preventDefault();
    const key = new FormData(event.target).get('key').trim();
    this.fault = !isKey(key);
    if (this.fault) return;
    keepKey(key);
    this.requestUpdate();
  }

  render() {
    if (keyOf() && !this.needed) return html`<p class="small">${say('frame.key_given')} <button class="plain" type="button" @click=${() => { forgetKey(); this.requestUpdate(); }}>${say('frame.key_forget')}</button></p>`;
    if (!this.needed) return nothing;
    return html`<form class="card" @submit=${this.#give} novalidate>
      <div class="field"><label for="key">${say('frame.key_label')}</label><p class="hint" id="key-hint">${say('frame.key_hint')}</p>
        <input id="key" name="key" type="password" autocomplete="off" spellcheck="false" dir="ltr" aria-describedby="key-hint key-fault" aria-invalid=${this.fault ? 'true' : 'false'}>
        <p id="key-fault" class="small" role="alert">${this.fault ? say('frame.key_wrong') : nothing}</p></div>
      <button>${say('frame.key_use')}</button></form>`;
  }
}
customElements.define('prb-key-panel', KeyPanel);
