// SPDX-License-Identifier: Apache-2.0
// Where the link of an invitation leads: a declaration filled in step by step, saved where its author wants it, signed off, and answered
// with the report. The key stands behind the # of the link; it goes from there into this tab, and into no address again.
import { LitElement, html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import '../frame/frame.js';
import './invitation.css';
import '../parts/drop.js';
import { answered } from './answered.js';
import { declarationOf, formOf, valueAt, withValue } from './declaration.js';
import { Draft, downloadDraft } from './draft.js';
import { drawAll, nameOf } from './fields.js';
import { steps } from './form.js';
import { review } from './review.js';
import { answerAgain, sentBefore, used } from './used.js';
import { Problem, getJson, postJson } from '../lib/api.js';
import { isKey } from '../lib/key.js';
import { say, sayKey, texts } from '../lib/say.js';
import { ofVisit } from '../lib/storage.js';
import { problemBox } from '../parts/problem.js';
import { hex, sha256, utf8 } from '../verify/bytes.js';

const place = 'probity-invitation';

// Taken out of the address at once: whoever looks over a shoulder, or at the history, does not find it. A link that was cut off leads
// nowhere, and not to the invitation that was open before.
function takeKey() {
  const given = location.hash.slice(1); // as it is: a key needs no escapes, and a link cut off inside one is no key
  if (!given.startsWith('prb_')) return ofVisit.getItem(place);
  history.replaceState(null, '', location.pathname + location.search);
  if (!isKey(given)) return null;
  ofVisit.setItem(place, given);
  return given;
}

// The same declaration sent twice, because an answer was lost, must not count twice. Its digest is enough to know it again.
async function idempotencyKey(draft, text) {
  const digest = hex(await sha256(utf8(text)));
  const kept = draft.sent();
  if (kept?.digest === digest) return kept.key;
  const key = crypto.randomUUID();
  draft.sends({ digest, key });
  return key;
}

class Invitation extends LitElement {
  static properties = { invitation: { state: true }, form: { state: true }, step: { state: true }, faults: { state: true }, error: { state: true }, answer: { state: true }, sending: { state: true }, sent: { state: true }, word: { state: true } };

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('hashchange', () => { if (location.hash.startsWith('#prb_')) this.#follow(); });
    this.#begin(takeKey());
  }

  // A link pasted over an open page. What was typed until then is in the draft of its own invitation.
  #follow() {
    document.activeElement.blur();
    this.#begin(takeKey());
  }

  async #begin(key) {
    Object.assign(this, { key, form: {}, step: 0, faults: new Map(), sending: false, sent: [], draft: null, invitation: undefined, error: undefined, answer: undefined, word: undefined });
    if (!key) return;
    try {
      const invitation = await getJson('/v1/invitation', { key });
      const draft = await Draft.of(key), sent = invitation.declared.length ? await sentBefore(key) : [];
      if (this.key === key) this.#opened(invitation, draft, sent);
    } catch (error) {
      if (this.key === key) this.error = error;
    }
  }

  #opened(invitation, draft, sent) {
    const { supplier } = invitation;
    let form = draft.read() ?? {};
    if (!form.supplier?.name) form = withValue(form, '/supplier/name', supplier.name);
    if (supplier.country) form = withValue(form, '/supplier/country', supplier.country);
    Object.assign(this, { invitation, draft, sent, form });
  }

  // What the drawing of fields needs of the form.
  get #context() {
    return {
      get: (pointer) => valueAt(this.form, pointer),
      set: (pointer, value) => { this.form = withValue(this.form, pointer, value); this.faults.delete(pointer); this.draft.changed(this.form); },
      faults: this.faults,
      hasFault: (start) => [...this.faults.keys()].some((pointer) => pointer.startsWith(`${start}/`)),
      sites: () => (this.form.sites ?? []).filter((site) => site.id).map((site) => [site.id, site.name ?? site.id]),
      indicators: texts.indicatorKeys(),
    };
  }

  #missing() {
    const faults = new Map();
    for (const pointer of ['/supplier/name', '/supplier/country'])
      if (!valueAt(this.form, pointer)) faults.set(pointer, { words: say('invitation.needed') });
    (this.form.findings ?? []).forEach((finding, i) => {
      if (Object.keys(finding).length > 1) for (const name of ['state', 'source']) if (!finding[name]) faults.set(`/findings/${i}/${name}`, { words: say('invitation.needed') });
    });
    return faults;
  }

  // After drawing: the heading of a new step, or the summary of faults, is where a reader goes on.
  async #goTo(step) {
    this.step = step;
    await this.updateComplete;
    this.querySelector('h2').focus();
  }

  async #send() {
    this.faults = this.#missing();
    if (this.faults.size === 0) {
      const { declaration, places } = declarationOf(this.form), { key, draft } = this;
      const text = JSON.stringify(declaration);
      this.sending = true;
      this.error = undefined;
      try {
        const answer = await postJson('/v1/declarations', declaration, { key, headers: { 'Idempotency-Key': await idempotencyKey(draft, text) } });
        draft.forget();
        if (this.key === key) this.answer = { ...answer, declared: declaration };
      } catch (error) {
        if (this.key === key) this.#refused(error, places);
      }
      if (this.key !== key) return; // another link was opened meanwhile
      this.sending = false;
    }
    await this.updateComplete;
    (this.querySelector('.summary') ?? this.querySelector('h2'))?.focus();
  }

  #refused(error, places) {
    this.error = error;
    if (error instanceof Problem) for (const fault of error.errors) this.faults.set(places.get(fault.pointer) ?? fault.pointer ?? '', fault);
  }

  async #showAgain(one) {
    const { key } = this;
    this.error = undefined;
    try {
      const answer = await answerAgain(one, key);
      if (this.key === key) this.answer = answer;
    } catch (error) {
      if (this.key === key) this.error = error;
    }
    await this.updateComplete;
    this.querySelector('.answered h2')?.focus();
  }

  #stepOf(pointer) {
    const top = pointer.split('/')[1];
    const found = steps.findIndex((step) => step.fields.some((field) => field.name === top));
    return found === -1 ? 0 : found;
  }

  async #show(pointer) {
    this.step = this.#stepOf(pointer);
    await this.updateComplete;
    const field = this.querySelector(`#f${CSS.escape(pointer.replaceAll('/', '-'))}`) ?? this.querySelector('h2');
    field.focus();
  }

  #faultSummary() {
    if (this.faults.size === 0) return nothing;
    return html`<div class="notice problem summary" role="alert" tabindex="-1"><p><strong>${say('invitation.faults', { count: this.faults.size })}</strong></p>
      <ul>${[...this.faults].map(([pointer, fault]) => html`<li><button type="button" class="plain" @click=${() => this.#show(pointer)}>${nameOf(this.form, pointer)}</button> ${fault.words ?? html`<span lang="en" dir="ltr">${fault.detail}</span>`}</li>`)}</ul></div>`;
  }

  async #load(file) {
    const form = file.size > 4 * 1024 * 1024 ? null : formOf(await file.text());
    this.word = say(form ? 'invitation.loaded' : 'invitation.not_loaded', { file: file.name });
    if (!form) return;
    this.form = form;
    this.draft.changed(form);
  }

  #saving() {
    return html`<details class="saving"><summary>${say('invitation.save_title')}</summary>
      <label class="check"><input type="checkbox" .checked=${live(this.draft.isKept())} @change=${(e) => { this.draft.keep(e.target.checked, this.form); this.requestUpdate(); }}>${say('invitation.save_here')}</label>
      <p class="small">${say('invitation.save_shared')}</p>
      <p><button type="button" class="quiet-button" @click=${() => downloadDraft(declarationOf(this.form).declaration)}>${say('invitation.save_file')}</button></p>
      <prb-drop id="load" label=${say('invitation.load_file')} accept=".json,application/json" @file=${(e) => this.#load(e.detail)}></prb-drop></details>
      <p role="status">${this.word ?? nothing}</p>`;
  }

  #marked() { return texts.indicatorKeys().some((key) => texts.indicator(key).endsWith('*')); }

  #progress() {
    return html`<nav aria-label=${say('invitation.steps')}><ol class="steps">${steps.map((step, i) => html`<li><button type="button" class=${i === this.step ? 'here' : 'quiet-button'} aria-current=${i === this.step ? 'step' : nothing}
      @click=${() => this.#goTo(i)}>${say(`invitation.step_${step.name}`)}</button></li>`)}</ol></nav>`;
  }

  // A link that came in a letter, or that a mail program has cut: the whole of it, or the key alone.
  #open(event) {
    event.preventDefault();
    const key = new FormData(event.target).get('link').trim().replace(/^.*#/s, '');
    this.word = isKey(key) ? '' : say('invitation.paste_wrong');
    if (this.word) return;
    ofVisit.setItem(place, key);
    this.#begin(key);
  }

  #paste() {
    return html`<p>${say('invitation.no_link')}</p><form class="card" novalidate @submit=${(e) => this.#open(e)}><div class="field"><label for="link">${say('invitation.paste_label')}</label>
      <p class="hint" id="link-hint">${say('invitation.link_form')}</p>
      <input id="link" name="link" dir="ltr" autocomplete="off" spellcheck="false" aria-describedby="link-hint link-fault" aria-invalid=${this.word ? 'true' : 'false'}>
      <p id="link-fault" class="fault" role="alert">${this.word ?? nothing}</p></div><button>${say('invitation.paste_open')}</button></form>`;
  }

  // The key here is the link's, which nobody who was invited has ever heard called one.
  #problem() {
    return this.error?.status === 401 ? html`<div class="notice problem" role="alert"><p>${say('invitation.link_refused')}</p></div>` : problemBox(this.error);
  }

  #head() {
    const { invited_by: who, expires_at: until, declarations_left: left } = this.invitation;
    return html`<div class="notice"><p>${say('invitation.who', { organisation: who })} ${until ? say('invitation.until', { date: texts.date(until) }) : nothing} ${say('invitation.left', { count: left })}</p></div>`;
  }

  render() {
    if (!this.key) return this.#paste();
    if (this.answer) return answered(this.answer);
    if (!this.invitation) return this.error ? this.#problem() : html`<p role="status">${say('invitation.opening')}</p>`;
    if (this.invitation.declarations_left === 0) return html`${this.#problem()}${used(this.invitation, this.sent, (one) => this.#showAgain(one))}`;
    const step = steps[this.step], last = this.step === steps.length - 1;
    return html`${this.#head()}${this.sent.length ? used(this.invitation, this.sent, (one) => this.#showAgain(one)) : nothing}${this.#progress()}${this.#faultSummary()}${this.#problem()}
      <section class="step"><h2 tabindex="-1">${say(`invitation.step_${step.name}`)}</h2><p>${say(`invitation.step_${step.name}_text`)}</p>
      ${last ? review(this.form, { sending: this.sending, left: this.invitation.declarations_left, send: () => this.#send() }) : html`<form novalidate @submit=${(e) => e.preventDefault()}>${drawAll(this.#context, step.fields, '', '')}</form>
        ${step.name === 'findings' && this.#marked() ? html`<p class="small">${sayKey('explain', 'not_official')}</p>` : nothing}`}
      <div class="actions">${this.step > 0 ? html`<button type="button" class="quiet-button" @click=${() => this.#goTo(this.step - 1)}>${say('frame.back')}</button>` : nothing}
        ${last ? nothing : html`<button type="button" @click=${() => this.#goTo(this.step + 1)}>${say('invitation.next')}</button>`}</div></section>
      ${this.#saving()}`;
  }
}
customElements.define('prb-invitation', Invitation);
document.getElementById('page').append(document.createElement('prb-invitation'));
