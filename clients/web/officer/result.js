// SPDX-License-Identifier: Apache-2.0
// What was found of an attestation: the verdict first, then what it says, then each check.
import { html, nothing } from 'lit';
import { say, sayKey, texts, words } from '../lib/say.js';
import { ratingBadge } from '../parts/rating.js';
import { rangeBar } from '../parts/bar.js';
import { webAddress } from '../verify/did.js';

const signs = { passed: '✓', failed: '✗', skipped: '–' };
const notices = { verified: 'done', holds: 'warning', keyless: 'warning', failed: 'problem' };
const marks = { verified: '✓', holds: '!', keyless: '!', failed: '✗' };
const standing = ({ keyless, verdict }) => (keyless ? 'keyless' : verdict);
/** Its verdict in a few words. */
export const verdictTitle = (judged) => say(`officer.${standing(judged)}_title`);
export const ofTheMoment = (text) => html`<span class="of-the-moment">${text}</span>`;
const bdi = (text) => html`<bdi>${text}</bdi>`;

// Two reasons that a reader should not have to find in small print. The words are those of verify/.
function reason({ check, outcome, detail }) {
  if (outcome === 'failed' && check === 'status' && /^the issuer has (revoked|suspended) it/.test(detail)) return 'officer.status_revoked';
  if (outcome === 'failed' && check === 'validity' && detail.startsWith('expired:')) return 'officer.validity_expired';
  return `officer.${check}_${outcome}`;
}

const failedCheck = (judged) => judged.checks.find(({ outcome }) => outcome === 'failed') ?? judged.checks.find(({ outcome }) => outcome === 'skipped');

function didAddress(did) {
  const address = webAddress(did);
  return `https://${address}${address.includes('/') ? '' : '/.well-known'}/did.json`;
}

function verdictText(judged) {
  if (judged.keyless) return say('officer.keyless_text');
  if (judged.verdict === 'failed') return say(reason(failedCheck(judged)));
  if (judged.verdict === 'verified') return say('officer.verified_text', { issuer: judged.says.issuerName || judged.says.issuer });
  return say(`officer.holds_${judged.identity}`);
}

function whatToDo(judged) {
  if (judged.keyless) return html`<p><bdi dir="ltr" class="long">${didAddress(judged.says.issuer)}</bdi></p>`;
  if (judged.verdict === 'failed') return html`<p>${say('officer.failed_do')}</p>`;
  if (judged.verdict === 'holds' && judged.identity === 'given') return html`<p><bdi dir="ltr" class="long">${didAddress(judged.says.issuer)}</bdi></p>`;
  if (judged.verdict === 'holds') return html`<p><bdi dir="ltr" class="long">${judged.says.issuer}</bdi></p>`;
  return nothing;
}

export const verdictBox = (judged) => html`<div class="notice verdict ${notices[standing(judged)]}">
  <h3 id="verdict" tabindex="-1"><span aria-hidden="true">${marks[standing(judged)]}</span> ${verdictTitle(judged)}</h3>
  <p>${verdictText(judged)}</p>${whatToDo(judged)}</div>`;

const checkLine = ({ check, outcome, detail }) => html`<li class=${outcome}><span class="sign" aria-hidden="true">${signs[outcome]}</span>
  <div><strong>${say(`officer.check_${check}`)}: ${say(`officer.outcome_${outcome}`)}</strong>
    <p>${say(reason({ check, outcome, detail }))}</p>
    ${detail ? html`<p class="small long" lang="en" dir="ltr">${detail}</p>` : nothing}</div></li>`;

const checkList = (judged) => html`<section><h3>${say('officer.checks_title')}</h3>
  <p class="small">${say('officer.checks_hint')}</p>
  <ol class="checks">${judged.checks.map(checkLine)}</ol></section>`;

export const withheldWord = () => html`<em>${say('officer.withheld')}</em>`;
const plainWord = (text) => html`<span class="plain-word">${text}</span>`;
export const stateWord = (state) => html`<span class="state state-${state}"><span aria-hidden="true">${{ present: '■', contested: '◧', historic: '□', remedied: '✓', absent: '○', unknown: '?' }[state]}</span> ${sayKey('state', state)}</span>`;

/** The state of an indicator in what an attestation says: null where it is withheld. */
export const stateOf = (says, key) => (says.withheld.includes(`indicators/${key}`) ? null : says.indicators.get(key) ?? 'unknown');

export const rangeText = ({ value, low, high }) =>
  low === high ? say('officer.points', { value }) : say('officer.points_range', { value, low, high });
export const exposure = (range, withheld) => (range ? html`${rangeText(range)}${rangeBar(range)}` : withheld ? withheldWord() : say('officer.not_said'));

const row = (key, content) => html`<div><dt>${say(`officer.says_${key}`)}</dt><dd>${content}</dd></div>`;
const partName = (part) => (part.startsWith('indicators/') ? texts.indicator(part.slice('indicators/'.length)) : say(`officer.part_${part}`));
// Eleven names of indicators say less than that all of them are withheld.
export function partNames(parts) {
  const keys = parts.filter((part) => part.startsWith('indicators/'));
  const all = keys.length === texts.indicatorKeys().length ? ['indicators'] : keys;
  const others = parts.filter((part) => /^(supplier|rating|exposure|declaration|report)$/.test(part));
  return new Intl.ListFormat(texts.locale, { type: 'conjunction' }).format([...others, ...all].map(partName));
}

/** What the * behind a name means, where one has it. */
export const notOfficial = () => (texts.indicatorKeys().some((key) => texts.indicator(key).endsWith('*')) ? html`<p class="small">${sayKey('explain', 'not_official')}</p>` : nothing);

function indicatorTable(says, { state: shown }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${say('officer.says_indicators')}><table class="indicators"><caption>${say('officer.says_indicators')}</caption>
    <thead><tr><th scope="col">${say('officer.indicator')}</th><th scope="col">${say('officer.state')}</th></tr></thead>
    <tbody>${texts.indicatorKeys().map((key) => {
      const state = stateOf(says, key);
      return html`<tr><th scope="row">${texts.indicator(key)}</th><td>${state === null ? withheldWord() : shown(state)}</td></tr>`;
    })}</tbody></table></div>${notOfficial()}`;
}

// A badge, a bar or a colour would lend weight to what did not verify: there all of it is grey words, and not seen at first.
const relied = { rating: ratingBadge, exposure: (range) => exposure(range), state: stateWord };
const notRelied = { rating: (rating) => plainWord(sayKey('rating', rating)), exposure: (range) => plainWord(rangeText(range)), state: (state) => plainWord(sayKey('state', state)) };

const whatItSays = ({ says, verdict, keyless }) => html`<section><h3>${say('officer.says_title')}</h3>
  ${verdict === 'failed' ? html`<p class="notice ${keyless ? 'warning' : 'problem'}">${say('officer.says_unverified')}</p>
    <details class="not-to-rely-on"><summary>${say('officer.says_show')}</summary>${said(says, notRelied)}</details>`
    : said(says, relied)}</section>`;

function said(says, shown) {
  const exposed = (range) => (range ? shown.exposure(range) : exposure(range, says.withheld.includes('exposure')));
  return html`<dl class="says">
      ${row('supplier', says.supplier === null ? withheldWord() : bdi(says.supplier))}
      ${row('rating', says.rating === null ? withheldWord() : shown.rating(says.rating))}
      ${row('inherent', exposed(says.inherent))}
      ${row('residual', exposed(says.residual))}
      ${row('issuer', html`${says.issuerName ? html`${bdi(says.issuerName)}<br>` : nothing}<bdi dir="ltr" class="long small">${says.issuer}</bdi>`)}
      ${row('assessed', ofTheMoment(texts.date(says.assessed)))}
      ${row('valid', ofTheMoment(say('officer.from_to', { from: words(texts.date(says.from)), to: words(texts.date(says.until)) })))}
      ${row('declared_by', say(says.byItself ? 'officer.by_supplier' : 'officer.by_company'))}
      ${says.withheld.length ? row('withheld', html`${partNames(says.withheld)}<br><span class="small">${say('officer.withheld_hint')}</span>`) : nothing}
      ${row('id', html`<bdi dir="ltr" class="long small">${says.id}</bdi>`)}
    </dl>
    ${indicatorTable(says, shown)}`;
}


const listOf = (names) => new Intl.ListFormat(texts.locale, { type: 'conjunction' }).format(names);

const things = (names) => listOf(names.map((name) => say(`officer.thing_${name}`)));

/** What was given and is no evidence, in words; null where all of it was. */
export function leftAside(all) {
  const names = [...new Set(all.flatMap(({ aside }) => aside ?? []))];
  return names.length ? say('officer.came_aside', { files: words(listOf(names.map((name) => texts.foreign(name)))) }) : null;
}

function whereFrom({ evidence }) {
  const fetched = evidence.fetched ?? [];
  const aside = leftAside([evidence]);
  const given = ['credential', 'didDocument', 'statusList', 'receipt', 'logKey', 'report'].filter((name) => evidence[name] !== undefined && !fetched.includes(name));
  return html`<section class="came"><h3>${say('officer.came_title')}</h3><ul>
    ${given.length ? html`<li>${say('officer.came_given', { things: words(things(given)) })}</li>` : nothing}
    ${fetched.length ? html`<li>${say('officer.came_server', { things: words(things(fetched)), host: location.host })}</li>` : nothing}
    ${aside ? html`<li class="aside">${aside}</li>` : nothing}<li>${say('officer.came_browser')}</li></ul></section>`;
}

/** All of it. @param {object} judged as judge() answers @param further what can be done next; it stands right under the verdict */
export const resultOf = (judged, further = nothing) => html`${verdictBox(judged)}${further}
  ${judged.says ? whatItSays(judged) : nothing}${checkList(judged)}${whereFrom(judged)}`;
