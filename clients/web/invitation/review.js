// SPDX-License-Identifier: Apache-2.0
// Before the end: what is declared, what stays open and what that means, and the word that it is so.
import { html, nothing } from 'lit';
import { declarationOf } from './declaration.js';
import { say, texts } from '../lib/say.js';

// What weighs most where it is left open; each with the step where it is asked.
const openAnswers = (d) => [
  [!d.products?.length, 'products'], [d.products?.some((p) => !p.origin), 'origins'], [d.products?.some((p) => p.inputs === undefined), 'inputs'],
  [d.workforce?.total === undefined, 'total'], [d.workforce?.migrant === undefined, 'migrant'], [(d.workforce?.recruitment_fees ?? 'unknown') === 'unknown', 'fees'],
  [!d.findings?.length, 'findings'], [!d.controls?.length, 'controls'],
].filter(([open]) => open).map(([, name]) => name);

// Answers in the supplier's own favour, which count only once somebody else confirms them.
const ownWord = (d) => Boolean(d.controls?.some((c) => c.evidence !== 'claimed') || d.findings?.some((f) => f.state === 'absent' && f.source === 'self') || d.workforce?.recruitment_fees === 'employer_pays');

export function review(form, { sending, left, send }) {
  const { declaration } = declarationOf(form), open = openAnswers(declaration);
  return html`<h3>${say('invitation.review_open')}</h3>
    ${open.length ? html`<p>${say('invitation.review_open_text')}</p><ul>${open.map((name) => html`<li>${say(`invitation.open_${name}`)}</li>`)}</ul>` : html`<p>${say('invitation.review_nothing_open')}</p>`}
    ${ownWord(declaration) ? html`<p class="notice warning">${say('invitation.review_own_word')}</p>` : nothing}
    <details><summary>${say('invitation.review_all')}</summary><pre class="code" dir="ltr" tabindex="0">${JSON.stringify(declaration, null, 2)}</pre></details>
    <form @submit=${(e) => { e.preventDefault(); send(); }}>
      <label class="check"><input type="checkbox" name="sign" required>${say('invitation.sign', { date: texts.date(new Date().toISOString()), organisation: declaration.supplier?.name ?? '' })}</label>
      <p class="small">${say('invitation.sign_note')}</p>
      <button ?disabled=${sending || left === 0}>${say(sending ? 'invitation.sending' : 'invitation.send')}</button></form>`;
}
