// SPDX-License-Identifier: Apache-2.0
// Is this attestation genuine? By file, text, id, picture or camera.
import { LitElement, html, nothing } from 'lit';
import { say } from '../lib/say.js';
import { problemBox } from '../parts/problem.js';
import '../parts/drop.js';
import { canCheck, judge } from './judge.js';
import { ofFiles, ofText } from './evidence.js';
import { hasCamera, textInCamera } from './qr.js';
import { Refused } from './refused.js';
import { resultOf } from './result.js';
import { fetchAttestation, lookUp } from './server.js';

// Any file can name any address: it is shown whole.
const addressOf = ({ address }) => (address ? html`<p>${say('officer.report_address')} <a class="long" dir="ltr" href=${address} rel="noreferrer">${address}</a></p>` : nothing);

export const faultBox = (error) => !error ? nothing
  : error instanceof Refused ? html`<div class="notice problem" role="alert"><p>${say(`officer.fault_${error.why}`, error.values)}</p>${error.why === 'report' ? addressOf(error.values) : nothing}</div>` : problemBox(error);

/** Evidence of whatever was named: this server's attestations are fetched, others' are not. */
export async function evidenceOf({ named, ...evidence }) {
  if (!named) return evidence;
  if (named.origin !== null && named.origin !== location.origin) throw new Refused('other_server', { address: named.origin });
  return fetchAttestation(named.id);
}

export class VerifyView extends LitElement {
  static properties = { judged: { state: true }, working: { state: true }, fault: { state: true }, camera: { state: true }, able: { state: true }, notIssuer: { state: true }, named: { state: true } };
  #pending = [];
  #stop = null;
  #turn = 0;

  constructor() {
    super();
    this.able = true;
    this.expected = '';
  }

  createRenderRoot() { return this; }

  async firstUpdated() {
    this.able = await canCheck();
    const asked = new URLSearchParams(location.search).get('attestation');
    if (!asked || !this.able) return;
    this.named = true;
    await this.#run(async () => [ofText(asked)]);
  }

  // Only the newest thing that was given has a say, however long an older one takes.
  async #run(give) {
    const turn = ++this.#turn;
    Object.assign(this, { working: true, fault: null, judged: null, notIssuer: null });
    try {
      const given = await give();
      if (given.length > 1) {
        this.dispatchEvent(new CustomEvent('several', { detail: given, bubbles: true }));
      } else {
        const judged = await judge(await evidenceOf(given[0]), this.expected);
        if (turn === this.#turn) this.judged = judged;
      }
    } catch (error) {
      if (turn === this.#turn) this.fault = error;
    }
    if (turn !== this.#turn) return;
    this.working = false;
    await this.updateComplete;
    this.querySelector('#verdict')?.focus();
  }

  // Files that are given at once come one by one.
  #take(file) {
    this.#pending.push(file);
    if (this.#pending.length === 1) setTimeout(() => this.#run(() => ofFiles(this.#pending.splice(0))));
  }

  #paste(event) {
    event.preventDefault();
    const text = this.querySelector('#verify-text').value;
    this.#run(async () => [ofText(text)]);
  }

  async #scan() {
    this.#stop = new AbortController();
    this.camera = true;
    await this.updateComplete;
    let text = null;
    try {
      text = await textInCamera(this.querySelector('video'), this.#stop.signal);
    } catch {
      this.fault = new Refused('camera');
    }
    this.camera = false;
    if (text !== null) await this.#run(async () => [ofText(text, 'qr')]);
  }

  async #lookUp() {
    const { evidence } = this.judged;
    await this.#run(async () => {
      const found = await lookUp(evidence);
      this.notIssuer = found.fetched?.includes('didDocument') ? null : found.serverDid;
      return [found];
    });
  }

  #expect(event) {
    this.expected = event.target.value.trim();
    const evidence = this.judged?.evidence;
    if (evidence) this.#run(async () => [evidence]);
  }

  #inputs() {
    return html`<prb-drop id="verify-file" multiple .label=${say('officer.drop_label')} .hint=${say('officer.drop_hint')} accept=".json,.jwt,.zip,.txt,.tlog-proof,image/*,application/json" @file=${(e) => this.#take(e.detail)}></prb-drop>
      <form class="paste" @submit=${this.#paste}><div class="field"><label for="verify-text">${say('officer.paste_label')}</label>
        <textarea id="verify-text" rows="4" dir="ltr" spellcheck="false" autocomplete="off"></textarea></div>
        <div class="actions"><button>${say('officer.check')}</button>
          ${hasCamera() && !this.camera ? html`<button type="button" class="quiet-button" @click=${this.#scan}>${say('officer.camera')}</button>` : nothing}</div></form>
      ${this.camera ? html`<div class="camera"><p>${say('officer.camera_hint')}</p><video playsinline muted aria-label=${say('officer.camera_hint')}></video>
        <div class="actions"><button type="button" class="quiet-button" @click=${() => this.#stop.abort()}>${say('officer.camera_stop')}</button></div></div>` : nothing}
      <details><summary>${say('officer.expected_title')}</summary><div class="field"><label for="expected">${say('officer.expected_label')}</label>
        <p class="hint" id="expected-hint">${say('officer.expected_hint')}</p><input id="expected" dir="ltr" spellcheck="false" autocomplete="off" aria-describedby="expected-hint" @change=${this.#expect}></div></details>`;
  }

  // Whoever came by a QR code sees the verdict first; the ways to give another one come when they are wanted.
  async #another() {
    Object.assign(this, { named: false, judged: null, fault: null });
    await this.updateComplete;
    this.querySelector('#verify-file-input').focus();
  }

  // What a file alone does not show, and this server may know.
  #further() {
    const { evidence, says } = this.judged;
    if (!says || evidence.fetched?.includes('didDocument')) return nothing;
    if (this.notIssuer !== null && this.notIssuer !== undefined) return html`<p class="notice warning">${say('officer.lookup_not_issuer')} <bdi dir="ltr" class="long">${says.issuer}</bdi></p>`;
    return html`<div class="notice look-up"><p>${say('officer.lookup_hint', { host: location.host })}</p><p><button type="button" class="quiet-button" @click=${this.#lookUp}>${say('officer.lookup')}</button></p></div>`;
  }

  render() {
    return html`<h2 tabindex="-1">${say('officer.verify_title')}</h2>
      ${this.able ? nothing : html`<div class="notice problem" role="alert"><p>${say('officer.no_webcrypto')}</p><p dir="ltr" lang="en"><code>probity verify attestation.json</code></p></div>`}
      <p>${say('officer.verify_hint')}</p>
      ${this.able && !this.named ? this.#inputs() : nothing}
      <div aria-live="polite">${this.working ? html`<p>${say('officer.working')}</p>` : nothing}${faultBox(this.fault)}</div>
      ${this.judged ? html`<div class="result">${resultOf(this.judged, this.#further())}</div>` : nothing}
      ${this.named ? html`<p><button type="button" class="quiet-button" @click=${this.#another}>${say('officer.another')}</button></p>` : nothing}`;
  }
}
customElements.define('prb-verify', VerifyView);
