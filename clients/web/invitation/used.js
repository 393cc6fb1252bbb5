// SPDX-License-Identifier: Apache-2.0
// What was sent by an invitation before: said in place of the form once nothing more can be sent, and shown again where it is wanted.
import { html, nothing } from 'lit';
import { getJson } from '../lib/api.js';
import { say, texts, words } from '../lib/say.js';

/** What the key sent: [{id, accepted_at, attestation_id, supplier}], newest first. */
export const sentBefore = async (key) => (await getJson('/v1/declarations', { key })).items;

/** The answer to one of them, as it was when it was sent. */
export async function answerAgain({ id, attestation_id: attested }, key) {
  const [report, attestation, { declaration }] = await Promise.all([
    getJson(`/v1/reports/${id}`, { key }), getJson(`/v1/attestations/${attested}`, { key, headers: { Accept: 'application/vc' } }), getJson(`/v1/declarations/${id}`, { key }),
  ]);
  return { id, report, attestation, declared: declaration };
}

const line = (one, show) => html`<li>${say('invitation.sent_on', { name: one.supplier.name, date: words(texts.time(one.accepted_at)) })}
  <button type="button" class="quiet-button" @click=${() => show(one)}>${say('invitation.show_again')}</button></li>`;

export function used({ invited_by: organisation, declarations_left: left }, sent, show) {
  return html`<section class="used">${left === 0 ? html`<h2 tabindex="-1">${say('invitation.used_up')}</h2>` : nothing}
    ${sent.length ? html`<ul>${sent.map((one) => line(one, show))}</ul>` : nothing}
    ${left === 0 ? html`<p>${say('invitation.used_ask', { organisation })}</p>` : nothing}</section>`;
}
