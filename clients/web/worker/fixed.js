// SPDX-License-Identifier: Apache-2.0
// What stands here before any script runs, and without one: the way out, and what to know before writing.
import { escapeHtml } from '../lib/texts.js';

/** The way out leads to an empty page until the script makes it faster. */
export function fixed(texts) {
  const say = (key) => escapeHtml(texts.say(key));
  const item = (key) => `<li>${say(`worker.${key}`)}</li>`;
  return `<div class="way-out"><a class="button" id="leave" href="about:blank" aria-describedby="leave-hint">${say('worker.leave')}</a><span class="small" id="leave-hint">${say('worker.leave_hint')}</span></div>
<section class="notice warning" id="before" aria-labelledby="before-title"><h2 id="before-title">${say('worker.before')}</h2>
<ul>${['not_emergency', 'watched', 'who_reads'].map(item).join('')}</ul>
</section>
<details class="card" id="traces"><summary>${say('worker.traces')}</summary><ul>${['traces_private', 'traces_history', 'traces_page', 'traces_network'].map(item).join('')}</ul></details>
<noscript><p class="notice problem">${say('worker.no_script')}</p></noscript>`;
}
