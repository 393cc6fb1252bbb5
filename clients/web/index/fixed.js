// SPDX-License-Identifier: Apache-2.0
// The way in: a door for each kind of user, and what a rating is.
import { escapeHtml } from '../lib/texts.js';

const doors = [['shop', '/shop'], ['company', '/company'], ['officer', '/officer'], ['worker', '/worker'], ['supplier', '/invitation'], ['data', '/data']];

/** HTML for a page that needs no script. */
export function fixed(texts) {
  const say = (key) => escapeHtml(texts.say(key));
  const door = ([name, path]) => `<li class="card"><h2>${say(`index.${name}_question`)}</h2><p>${say(`index.${name}_answer`)}</p>
    <p><a class="button" href="${path}?lang=${texts.lang}">${say(`index.${name}_go`)}</a></p></li>`;
  return `<ul class="cards doors">${doors.map(door).join('\n')}</ul>
<section><h2>${say('index.what_title')}</h2><p>${say('index.what')}</p><p>${say('index.check')}</p></section>`;
}
