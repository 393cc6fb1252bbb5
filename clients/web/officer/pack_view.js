// SPDX-License-Identifier: Apache-2.0
// One ZIP for a tender, of a stored report or of an attestation whose id is known.
import { LitElement, html, nothing } from 'lit';
import { download } from '../lib/download.js';
import { say } from '../lib/say.js';
import '../parts/drop.js';
import { namedIn } from './evidence.js';
import { OPENINGS_BYTES_MAX } from './judge.js';
import { makePack } from './pack.js';
import { Refused } from './refused.js';
import { tellKeyNeeded } from './stored.js';
import { faultBox } from './verify_view.js';

export class PackView extends LitElement {
  static properties = { openings: { state: true }, done: { state: true }, working: { state: true }, fault: { state: true } };

  createRenderRoot() { return this; }

  async open() {
    await this.updateComplete;
    this.querySelector('prb-stored').open();
  }

  /** @param {string} id fills the form, for whoever comes from elsewhere on the page */
  use(id) { this.querySelector('#pack-id').value = id; }

  // Under a megabyte, as the checks read no more of it.
  async #bytesOfOpenings() {
    if (!this.openings) return undefined;
    if (this.openings.size > OPENINGS_BYTES_MAX) throw new Refused('pack_openings');
    return new Uint8Array(await this.openings.arrayBuffer());
  }

  async #forget() {
    this.openings = null;
    await this.updateComplete;
    this.querySelector('#pack-openings-input').focus();
  }

  async #make(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    Object.assign(this, { working: true, fault: null, done: null });
    try {
      const named = namedIn(form.get('id'));
      if (!named) throw new Refused('no_id');
      const pack = await makePack(named.id, form.has('report'), await this.#bytesOfOpenings());
      download(`bidder-pack-${named.id}.zip`, pack.zip, 'application/zip');
      this.done = pack;
    } catch (error) {
      this.fault = error;
      tellKeyNeeded(this, error);
    }
    this.working = false;
  }

  #said({ names, leftOut }) {
    return html`<div class="notice done"><p>${say('officer.pack_done', { count: names.length })}</p>
      <ul>${names.map((name) => html`<li><bdi dir="ltr">${name}</bdi></li>`)}</ul>
      ${leftOut.length ? html`<p>${say('officer.how_left_out')} <bdi dir="ltr">${leftOut.join(', ')}</bdi></p>` : nothing}</div>`;
  }

  render() {
    return html`<h2 tabindex="-1">${say('officer.pack_title')}</h2><p>${say('officer.pack_hint')}</p>
      <prb-stored id="pack-stored" @chosen=${(e) => this.use(e.detail?.attestation_id ?? '')}></prb-stored>
      <form @submit=${this.#make}><div class="field"><label for="pack-id">${say('officer.pack_id')}</label><input id="pack-id" name="id" dir="ltr" spellcheck="false" autocomplete="off"></div>
        <label class="check"><input type="checkbox" name="report" checked aria-describedby="pack-report-hint"><span>${say('officer.pack_report')}</span></label>
        <p class="hint" id="pack-report-hint">${say('officer.pack_report_hint')}</p>
        <details><summary>${say('officer.pack_openings')}</summary>
          <prb-drop id="pack-openings" .label=${say('officer.pack_openings_label')} .hint=${say('officer.pack_openings_hint')} accept=".json,application/json" @file=${(e) => { this.openings = e.detail; }}></prb-drop>
          ${this.openings ? html`<p class="chosen" role="status"><bdi>${this.openings.name}</bdi> <button type="button" class="plain" @click=${this.#forget}>${say('officer.remove')}</button></p>` : nothing}</details>
        <div class="actions"><button ?disabled=${this.working}>${say('officer.pack_go')}</button></div></form>
      <div aria-live="polite">${this.working ? html`<p>${say('officer.working')}</p>` : nothing}${faultBox(this.fault)}${this.done ? this.#said(this.done) : nothing}</div>`;
  }
}
customElements.define('prb-pack', PackView);
