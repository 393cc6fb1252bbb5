// SPDX-License-Identifier: Apache-2.0
// A report in words, from its JSON alone: the same keys and texts as `probity explain`.
import { html, nothing } from 'lit';
import { say, sayKey, texts, words } from '../lib/say.js';
import { rangeBar } from './bar.js';
import { ratingBadge } from './rating.js';

// A reason is a row of the decision table or a reason of its own.
const reasonWords = ({ key, args }) => (texts.has(`rule.${key}`) ? sayKey('rule', key, args) : sayKey('reason', key, args));

const ofTheMethod = /^the method: (\w+)$/;
// Who or what says so: a kind of source, a table of the method, or the name of a publication.
function sourceWords(source) {
  const table = source.match(ofTheMethod)?.[1];
  if (table) return sayKey('explain', 'source_method', [table]);
  return texts.has(`source.${source}`) ? say('frame.source', { source: words(sayKey('source', source)) }) : say('frame.source', { source });
}
const sourceOf = (reason) => (reason.source ? html`<span class="small">${sourceWords(reason.source)}</span>` : nothing);

/** Rating, range, exposure with its bar. */
export function reportHead(report) {
  const { exposure, rating, rating_range: [best, worst], supplier } = report;
  return html`<div class="report-head"><p class="report-name"><bdi>${supplier.name}</bdi> · ${texts.country(supplier.country)}</p>
    <p>${ratingBadge(rating, { large: true })}</p>
    <p>${best === worst ? sayKey('explain', 'range_same', [best]) : sayKey('explain', 'range', [best, worst])}</p>
    <p>${sayKey('explain', 'exposure', [exposure.inherent, ...exposure.range, exposure.residual])}</p>
    ${rangeBar({ low: exposure.range[0], value: exposure.inherent, high: exposure.range[1] })}
    <p>${sayKey('explain', 'known', [report.coverage, report.indicators_known])}</p></div>`;
}

export const reasonList = (report) => html`<ul class="reasons">${report.reasons.map((reason) => html`<li>${reasonWords(reason)} ${sourceOf(reason)}</li>`)}</ul>`;
// Several open facts may lead to the same question.
const questions = (report) => [...new Set(report.next_questions.map(({ key, args }) => sayKey('question', key, args)))];
export const questionList = (report) => html`<ul>${questions(report).map((question) => html`<li>${question}</li>`)}</ul>`;
export const unconfirmedList = (report) => html`<ul>${report.unconfirmed.map(({ key, args }) => html`<li>${sayKey('unconfirmed', key, args)}</li>`)}</ul>`;
export const noteList = (report) => html`<ul class="small">${report.notes.map((key) => html`<li>${sayKey('note', key)}</li>`)}</ul>`;
// An address that is not one of https is no link, and a broken one no reason to show no report.
function hostOf(url) {
  try {
    return /^https:\/\//.test(url ?? '') ? new URL(url).hostname : null;
  } catch {
    return null;
  }
}
export const referralList = (report) => html`<ul>${report.referrals.map((r) => html`<li><span lang="en" dir="ltr">${r.body}</span> (${texts.country(r.country)})${r.phone ? html` · <span class="ltr">${r.phone}</span>` : nothing}${hostOf(r.url) ? html` · <a href=${r.url} rel="noreferrer">${hostOf(r.url)}</a>` : nothing}</li>`)}</ul>`;
