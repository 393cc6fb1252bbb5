// SPDX-License-Identifier: Apache-2.0
// The words for what a report holds, as clients/render says them.
import { html, nothing } from 'lit';
import { say, sayKey, texts, words } from '../lib/say.js';

/** A reason: the row that fired is named by the rules, all others by the reasons. */
export function reasonText(reason) {
  if (!reason) return '';
  return sayKey(texts.has(`reason.${reason.key}`) ? 'reason' : 'rule', reason.key, reason.args ?? []);
}

export const questionText = (question) => (question ? sayKey('question', question.key, question.args ?? []) : '');

const METHOD = 'the method: ';
/** Source, edition and date of a reason, parted by the language's comma. */
export function sourceText({ source, edition, date }) {
  const parts = [];
  if (source?.startsWith(METHOD)) parts.push(sayKey('explain', 'source_method', [source.slice(METHOD.length)]));
  else if (source) parts.push(sayKey('explain', 'source', [source]));
  if (edition) parts.push(sayKey('explain', 'edition', [edition]));
  if (date) parts.push(sayKey('explain', 'dated', [date]));
  return parts.join(sayKey('explain', 'comma'));
}

export const rangeText = (best, worst) => (best === worst ? sayKey('explain', 'range_same', [best]) : sayKey('explain', 'range', [best, worst]));
export const ratingWord = (rating) => sayKey('rating', rating);
/** What the star behind a name of these indicators means, where one has it. */
export const starNote = (keys) => (keys.some((key) => texts.indicator(key).endsWith('*')) ? html`<p class="small star">${sayKey('explain', 'not_official')}</p>` : nothing);
export const stateWord = (state) => sayKey('state', state);
/** "low to high", of words of the language. */
export const fromTo = (best, worst) => (best === worst ? ratingWord(best) : say('company.range', { best: words(ratingWord(best)), worst: words(ratingWord(worst)) }));
