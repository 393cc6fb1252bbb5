// SPDX-License-Identifier: Apache-2.0
// After the end: what the declaration means, and the signed attestation, which this browser checks itself.
import { LitElement, html, nothing } from 'lit';
import { request } from '../lib/api.js';
import { download } from '../lib/download.js';
import { say } from '../lib/say.js';
import { noteList, questionList, reasonList, referralList, reportHead, unconfirmedList } from '../parts/report.js';
import { SKEW_SECONDS, verifyAttestation } from '../verify/verify.js';

/** A did:web signs with the keys that this server lists; a did:key is its own. */
async function documentOf({ issuer }) {
  if (!(issuer.id ?? issuer).startsWith('did:web:')) return undefined;
  return (await request('/.well-known/did.json', { key: null, headers: { Accept: 'application/json' } })).text();
}

class Verdict extends LitElement {
  static properties = { attestation: {}, verified: { state: true } };

  createRenderRoot() { return this; }

  async connectedCallback() {
    super.connectedCallback();
    try {
      const { verified, checks } = await verifyAttestation(JSON.stringify(this.attestation), { skewSeconds: SKEW_SECONDS, didDocument: await documentOf(this.attestation) });
      // The status list and the log are asked elsewhere; what is here must hold by itself.
      this.verified = verified && checks.every((check) => check.outcome !== 'failed');
    } catch {
      this.verified = false;
    }
  }

  render() {
    if (this.verified === undefined) return nothing;
    return html`<p class="notice ${this.verified ? 'done' : 'problem'}" role="status">${say(this.verified ? 'invitation.verified' : 'invitation.not_verified')}</p>`;
  }
}
customElements.define('prb-verdict', Verdict);

const save = (name, value) => () => download(name, JSON.stringify(value, null, 2), 'application/json');

export function answered({ id, report, attestation, declared }) {
  const section = (title, content, shown = true) => (shown ? html`<h3>${say(`invitation.${title}`)}</h3>${content}` : nothing);
  return html`<section class="answered"><h2 tabindex="-1">${say('invitation.done')}</h2><p>${say('invitation.done_text')} <code class="of-the-moment">${id}</code></p>
    <prb-verdict .attestation=${attestation}></prb-verdict>
    <div class="actions"><button type="button" @click=${save('attestation.json', attestation)}>${say('invitation.get_attestation')}</button>
      <button type="button" class="quiet-button" @click=${save('report.json', report)}>${say('invitation.get_report')}</button>
      <button type="button" class="quiet-button" @click=${save('declaration.json', declared)}>${say('invitation.get_declaration')}</button></div>
    <h3>${say('invitation.means')}</h3><div class="card">${reportHead(report)}</div>
    ${section('reasons', reasonList(report))}${section('unconfirmed', unconfirmedList(report), report.unconfirmed.length > 0)}
    ${section('questions', questionList(report), report.next_questions.length > 0)}${section('help', referralList(report), report.referrals.length > 0)}${noteList(report)}</section>`;
}
