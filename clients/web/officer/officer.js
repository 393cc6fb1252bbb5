// SPDX-License-Identifier: Apache-2.0
// For officials and bidders: is it genuine, several side by side, a pack for a tender, asking for an attestation. The part behind # of
// the address says which of the four is shown; what was done in one stays when another is looked at.
import '../frame/frame.js';
import './officer.css';
import { LitElement, html, nothing } from 'lit';
import { say } from '../lib/say.js';
import '../parts/key_panel.js';
import './verify_view.js';
import './compare_view.js';
import './pack_view.js';
import './request_view.js';

const VIEWS = ['verify', 'compare', 'pack', 'request'];

class Officer extends LitElement {
  static properties = { view: { state: true }, keyNeeded: { state: true } };

  constructor() {
    super();
    this.view = this.#named();
    addEventListener('hashchange', () => this.#show(this.#named()));
    addEventListener('probity-key', () => { this.keyNeeded = false; });
  }

  createRenderRoot() { return this; }

  firstUpdated() { this.#part(this.view).open?.(); }

  #named() {
    const name = location.hash.slice(1);
    return VIEWS.includes(name) ? name : 'verify';
  }

  #part(view) { return this.querySelector(`prb-${view}`); }

  async #show(view) {
    this.view = view;
    await this.updateComplete;
    this.#part(view).open?.();
    this.#part(view).querySelector('h2').focus();
  }

  #several(event) {
    location.hash = 'compare';
    this.#part('compare').add(event.detail);
  }

  #pack(event) {
    location.hash = 'pack';
    this.#part('pack').use(event.detail);
  }

  render() {
    const link = (view) => html`<li><a href="#${view}" aria-current=${view === this.view ? 'true' : 'false'}>${say(`officer.nav_${view}`)}</a></li>`;
    return html`<nav class="views" aria-label=${say('officer.nav')}><ul>${VIEWS.map(link)}</ul></nav>
      ${this.view === 'pack' || this.view === 'request' ? html`<prb-key-panel ?needed=${this.keyNeeded}></prb-key-panel>` : nothing}
      <div @several=${this.#several} @pack=${this.#pack} @key-needed=${() => { this.keyNeeded = true; }}>
        <prb-verify ?hidden=${this.view !== 'verify'}></prb-verify><prb-compare ?hidden=${this.view !== 'compare'}></prb-compare>
        <prb-pack ?hidden=${this.view !== 'pack'}></prb-pack><prb-request ?hidden=${this.view !== 'request'}></prb-request></div>`;
  }
}
customElements.define('prb-officer', Officer);
document.getElementById('page').append(document.createElement('prb-officer'));
