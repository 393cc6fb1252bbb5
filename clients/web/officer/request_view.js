// SPDX-License-Identifier: Apache-2.0
// Asking for an attestation: of a supplier, by a link on which it declares; of a stored report, with a choice of what is said.
import { LitElement, html, nothing } from 'lit';
import { jsonOf, postJson, request } from '../lib/api.js';
import { say, texts, words } from '../lib/say.js';
import { fetchAttestation } from './server.js';
import { judge } from './judge.js';
import { resultOf } from './result.js';
import { Refused } from './refused.js';
import { tellKeyNeeded } from './stored.js';
import { faultBox } from './verify_view.js';

const PARTS = ['supplier', 'rating', 'exposure', 'indicators', 'declaration', 'report'];
const UUID_AT_END = /[0-9a-f-]{36}$/i;

export class RequestView extends LitElement {
  static properties = { invited: { state: true }, copied: { state: true }, inviteFault: { state: true }, attested: { state: true }, attestFault: { state: true }, named: { state: true }, chosen: { state: true } };

  constructor() {
    super();
    this.named = true;
  }

  createRenderRoot() { return this; }

  async open() {
    await this.updateComplete;
    this.querySelector('prb-stored').open();
  }

  async #invite(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    Object.assign(this, { inviteFault: null, invited: null, copied: false });
    try {
      const name = form.get('name').trim();
      if (name === '') throw new Refused('no_name');
      const country = form.get('country');
      const supplier = country ? { name, country } : { name };
      const made = await postJson('/v1/invitations', { supplier, expires_days: Number(form.get('days')), language: form.get('language') });
      // A server without a public address gives the key alone; this page knows where it stands.
      this.invited = { ...made, link: made.link ?? `${location.origin}/invitation#${made.key}` };
    } catch (error) {
      this.inviteFault = error;
      tellKeyNeeded(this, error);
    }
  }

  async #copy() {
    const field = this.querySelector('#invite-link');
    try {
      await navigator.clipboard.writeText(field.value);
      this.copied = true;
    } catch {
      field.select(); // copying is not allowed here: by hand, then
    }
  }

  #inviteForm() {
    const languages = [...document.querySelectorAll('.languages a')];
    return html`<section class="card"><h3>${say('officer.invite_title')}</h3><p>${say('officer.invite_hint')}</p>
      <form @submit=${this.#invite} novalidate>
        <div class="field"><label for="invite-name">${say('officer.invite_name')}</label><input id="invite-name" name="name" dir="auto" autocomplete="off" required></div>
        <div class="field"><label for="invite-country">${say('officer.invite_country')} <span class="small">(${say('frame.optional')})</span></label>
          <select id="invite-country" name="country"><option value="">${say('frame.choose')}</option>${texts.countries().map(([iso3, name]) => html`<option value=${iso3}>${name}</option>`)}</select></div>
        <div class="row"><div class="field"><label for="invite-language">${say('officer.invite_language')}</label>
          <select id="invite-language" name="language">${languages.map((a) => html`<option value=${a.hreflang} lang=${a.hreflang} ?selected=${a.hreflang === texts.lang}>${a.textContent}</option>`)}</select></div>
        <div class="field"><label for="invite-days">${say('officer.invite_days')}</label><input id="invite-days" name="days" type="number" min="1" max="365" value="30" required></div></div>
        <div class="actions"><button>${say('officer.invite_go')}</button></div></form>
      <div aria-live="polite">${faultBox(this.inviteFault)}${this.invited ? html`<div class="notice done"><p>${say('officer.invite_done')}</p>
        <div class="field"><label for="invite-link">${say('officer.invite_link')}</label><input id="invite-link" readonly dir="ltr" .value=${this.invited.link}></div>
        <p><button type="button" @click=${this.#copy}>${this.copied ? say('frame.copied') : say('frame.copy')}</button></p>
        ${this.invited.expires_at ? html`<p>${say('officer.invite_until', { date: words(texts.date(this.invited.expires_at)) })}</p>` : nothing}</div>` : nothing}</div></section>`;
  }

  async #attest(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    Object.assign(this, { attestFault: null, attested: null });
    try {
      if (!this.chosen) throw new Refused('no_report');
      const wanted = { report: this.chosen.report_id, disclose: PARTS.filter((part) => form.has(part)), valid_days: Number(form.get('days')) };
      const response = await request('/v1/attestations', { method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/vc' }, body: JSON.stringify(wanted) });
      const id = UUID_AT_END.exec(response.headers.get('location') ?? '')?.[0] ?? UUID_AT_END.exec((await jsonOf(response)).id)[0];
      this.attested = { id, judged: await judge(await fetchAttestation(id)) };
    } catch (error) {
      this.attestFault = error;
      tellKeyNeeded(this, error);
    }
  }

  // Declaration and report would give the supplier away.
  #part(part) {
    const tied = part === 'declaration' || part === 'report';
    return html`<label class="check"><input type="checkbox" name=${part} checked ?disabled=${tied && !this.named} @change=${(e) => { if (part === 'supplier') this.named = e.target.checked; }}>
      <span>${say(`officer.part_${part}`)}<br><span class="small">${say(`officer.part_${part}_hint`)}</span></span></label>`;
  }

  #attestForm() {
    return html`<section class="card"><h3>${say('officer.attest_title')}</h3><p>${say('officer.attest_hint')}</p>
      <prb-stored id="attest-stored" @chosen=${(e) => { this.chosen = e.detail; }}></prb-stored>
      <form @submit=${this.#attest} novalidate><fieldset><legend>${say('officer.attest_parts')}</legend>${PARTS.map((part) => this.#part(part))}</fieldset>
        <div class="field"><label for="attest-days">${say('officer.attest_days')}</label><input id="attest-days" name="days" type="number" min="1" max="730" value="180" required></div>
        <div class="actions"><button>${say('officer.attest_go')}</button></div></form>
      <div aria-live="polite">${faultBox(this.attestFault)}${this.attested ? html`<p class="notice done">${say('officer.attest_done')} <bdi dir="ltr" class="long">${this.attested.id}</bdi></p>` : nothing}</div>
      ${this.attested ? html`<div class="actions"><button type="button" class="quiet-button" @click=${() => this.dispatchEvent(new CustomEvent('pack', { detail: this.attested.id, bubbles: true }))}>${say('officer.attest_pack')}</button></div>
        <div class="result">${resultOf(this.attested.judged)}</div>` : nothing}</section>`;
  }

  render() {
    return html`<h2 tabindex="-1">${say('officer.request_title')}</h2>${this.#inviteForm()}${this.#attestForm()}`;
  }
}
customElements.define('prb-request', RequestView);
