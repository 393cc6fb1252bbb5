// SPDX-License-Identifier: Apache-2.0
// What went wrong, in words of the language; what the server said behind it, in English.
import { html, nothing } from 'lit';
import { explainProblem } from '../lib/api.js';
import { say } from '../lib/say.js';

export function problemBox(error) {
  if (!error) return nothing;
  const { text, detail, errors = [] } = explainProblem(error);
  return html`<div class="notice problem" role="alert"><p>${text}</p>
    ${detail ? html`<details><summary>${say('frame.details')}</summary><p class="small" lang="en" dir="ltr">${detail}</p>
      ${errors.length > 1 ? html`<ul class="small" lang="en" dir="ltr">${errors.map((e) => html`<li><code>${e.pointer ?? ''}</code> ${e.detail}</li>`)}</ul>` : nothing}</details>` : nothing}</div>`;
}
