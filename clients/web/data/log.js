// SPDX-License-Identifier: Apache-2.0
// The newest checkpoint of the log (c2sp.org/tlog-checkpoint), and the command that replays all of it.
import { html, nothing } from 'lit';
import { say, words } from '../lib/say.js';

// Origin, size and root hash stand on the first three lines of a checkpoint.
function readCheckpoint(note) {
  const [origin, size, root] = (note ?? '').split('\n');
  return /^\d+$/.test(size ?? '') ? { origin, size: Number(size), root, note } : null;
}

const codes = (text) => html`<pre class="code" dir="ltr" tabindex="0"><code>${text}</code></pre>`;

export function logSection({ checkpoint, key, did }) {
  const read = readCheckpoint(checkpoint);
  let issuer = null;
  try {
    issuer = JSON.parse(did ?? 'null')?.id;
  } catch {
    // A page of a proxy in between: the section does without.
  }
  return html`<p>${say('data.log_lead')}</p>
    ${read ? html`<p class="of-the-moment"><strong>${say('data.log_entries', { count: read.size })}</strong></p>` : html`<p>${say('data.log_none')}</p>`}
    <p>${say('data.log_check')}</p>${codes(`probity log audit ${location.origin}/log`)}
    ${read ? html`<details class="fold"><summary>${say('data.log_show')}</summary><dl class="facts"><dt>${say('data.log_origin')}</dt><dd><code>${read.origin}</code></dd>
      <dt>${say('data.log_root')}</dt><dd><code class="of-the-moment">${read.root}</code></dd>
      <dt>${say('data.log_key')}</dt><dd><code>${(key ?? '').trim()}</code></dd>
      ${issuer ? html`<dt>${say('data.issuer')}</dt><dd><code>${issuer}</code></dd>` : nothing}</dl>
      <h3>${say('data.log_note')}</h3>${codes(read.note)}
      <p class="small">${say('data.log_witness', { program: words('probity log witness') })}</p></details>` : nothing}`;
}
