// SPDX-License-Identifier: Apache-2.0
// Several bidders side by side, in the order in which they were given. Nothing is added up or ranked: lists, what was reported on the
// spot and exposure by place and goods stay apart.
import { LitElement, html, nothing } from 'lit';
import { download } from '../lib/download.js';
import { say, sayKey, texts, words } from '../lib/say.js';
import { ratingBadge } from '../parts/rating.js';
import '../parts/drop.js';
import { csvOf } from './csv.js';
import { ofFiles, ofText } from './evidence.js';
import { judge } from './judge.js';
import { exposure, leftAside, notOfficial, ofTheMoment, partNames, rangeText, stateOf, stateWord, verdictTitle } from './result.js';
import { lookUp } from './server.js';
import { evidenceOf, faultBox } from './verify_view.js';

const BIDDERS_MAX = 8;
const listOf = (value) => (Array.isArray(value) ? value : []);
const withheld = () => say('officer.withheld');
const ratings = (report) => listOf(report?.rating_range).filter((rating) => ['critical', 'high', 'medium', 'low', 'unknown'].includes(rating));
const listings = (report) => listOf(report?.listings).filter((listing) => listing && typeof listing.list === 'string');
const reported = (says) => texts.indicatorKeys().filter((key) => ['present', 'contested'].includes(stateOf(says, key)));

function rangeOfRatings(report) {
  const [low, high] = ratings(report);
  if (!low) return null;
  return low === high ? sayKey('rating', low) : say('officer.from_to', { from: words(sayKey('rating', low)), to: words(sayKey('rating', high)) });
}

function listingText(listing) {
  const entity = typeof listing.entity === 'string' ? listing.entity : '';
  return say('officer.listed', { list: words(sayKey('list', listing.list)), entity, status: words(sayKey('status', String(listing.status))) });
}

const fromReport = (judged, text) => (judged.report ? text ?? say('officer.not_said') : say('officer.report_needed'));

/** The rows: key, what stands in a cell as text, and as HTML where that is more. Nothing of an attestation that failed is shown. */
function rows() {
  const both = (key, text, shown = text) => ({ title: say(`officer.${key}`), text, shown });
  const indicator = (key) => {
    const state = (j) => stateOf(j.says, key);
    return { title: texts.indicator(key), text: (j) => (state(j) === null ? withheld() : sayKey('state', state(j))), shown: (j) => (state(j) === null ? html`<em>${withheld()}</em>` : stateWord(state(j))) };
  };
  const bar = (name) => [(j) => (j.says[name] ? rangeText(j.says[name]) : withheld()), (j) => exposure(j.says[name], j.says.withheld.includes('exposure'))];
  return [
    both('row_country', (j) => fromReport(j, j.report && texts.country(String(j.report.supplier?.country ?? '')))),
    both('says_rating', (j) => (j.says.rating === null ? withheld() : sayKey('rating', j.says.rating)), (j) => (j.says.rating === null ? html`<em>${withheld()}</em>` : ratingBadge(j.says.rating))),
    both('row_range', (j) => fromReport(j, rangeOfRatings(j.report))),
    both('row_listed', (j) => fromReport(j, listings(j.report).map(listingText).join('; ') || say('officer.listed_none')), (j) => fromReport(j, listings(j.report).length ? html`<ul>${listings(j.report).map((l) => html`<li>${listingText(l)}</li>`)}</ul>` : say('officer.listed_none'))),
    both('row_reported', (j) => say('officer.row_reported_count', { count: reported(j.says).length })),
    both('says_inherent', ...bar('inherent')),
    both('says_residual', ...bar('residual')),
    both('row_coverage', (j) => fromReport(j, Number.isFinite(j.report?.coverage) ? texts.percent(j.report.coverage) : null)),
    ...texts.indicatorKeys().map(indicator),
    both('says_withheld', (j) => (j.says.withheld.length ? partNames(j.says.withheld) : say('officer.nothing'))),
    both('says_issuer', (j) => j.says.issuerName || j.says.issuer, (j) => html`<bdi class="long">${j.says.issuerName || j.says.issuer}</bdi>`),
    both('says_assessed', (j) => texts.date(j.says.assessed), (j) => ofTheMoment(texts.date(j.says.assessed))),
    both('row_until', (j) => texts.date(j.says.until), (j) => ofTheMoment(texts.date(j.says.until))),
  ];
}

// What did not verify has no say in its name either.
const nameOf = (judged, i) => (judged.verdict !== 'failed' && judged.says.supplier) || judged.evidence.name || say('officer.bidder', { number: i + 1 });

export class CompareView extends LitElement {
  static properties = { bidders: { state: true }, fault: { state: true }, working: { state: true } };
  #pending = [];

  constructor() {
    super();
    this.bidders = [];
  }

  createRenderRoot() { return this; }

  /** @param {object[]} given evidence, or {named} */
  async add(given) {
    Object.assign(this, { working: true, fault: null });
    try {
      for (const one of given.slice(0, BIDDERS_MAX - this.bidders.length)) {
        const judged = await judge(await evidenceOf(one));
        this.bidders = [...this.bidders, judged];
      }
    } catch (error) {
      this.fault = error;
    }
    this.working = false;
  }

  #take(file) {
    this.#pending.push(file);
    if (this.#pending.length > 1) return;
    setTimeout(async () => {
      // A file that cannot be read must not keep the others out.
      const files = this.#pending.splice(0);
      try {
        await this.add(await ofFiles(files));
      } catch (error) {
        this.fault = error;
      }
    });
  }

  #paste(event) {
    event.preventDefault();
    const input = this.querySelector('#compare-text');
    try {
      this.add([ofText(input.value)]);
      input.value = '';
    } catch (error) {
      this.fault = error;
    }
  }

  async #lookUp() {
    Object.assign(this, { working: true, fault: null });
    try {
      const found = [];
      for (const { evidence } of this.bidders) found.push(await judge(await lookUp(evidence)));
      this.bidders = found;
    } catch (error) {
      this.fault = error;
    }
    this.working = false;
  }

  #csv() {
    const head = [say('officer.row_what'), ...this.bidders.map(nameOf)];
    const verdicts = [say('officer.row_verdict'), ...this.bidders.map(verdictTitle)];
    const body = rows().map((row) => [row.title, ...this.bidders.map((j) => (j.verdict === 'failed' ? '' : row.text(j)))]);
    download('bidders.csv', csvOf([head, verdicts, ...body]), 'text/csv');
  }

  #table() {
    return html`<div class="scroll" tabindex="0" role="region" aria-label=${say('officer.compare_title')}><table class="compare"><caption>${say('officer.compare_caption')}</caption>
      <thead><tr><th scope="col">${say('officer.row_what')}</th>${this.bidders.map((judged, i) => html`<th scope="col"><bdi>${nameOf(judged, i)}</bdi>
        <button type="button" class="plain" aria-label=${say('officer.remove_name', { name: nameOf(judged, i) })} @click=${() => { this.bidders = this.bidders.filter((one) => one !== judged); }}>${say('officer.remove')}</button></th>`)}</tr></thead>
      <tbody><tr><th scope="row">${say('officer.row_verdict')}</th>${this.bidders.map((judged) => html`<td><strong class="word-${judged.verdict}">${verdictTitle(judged)}</strong></td>`)}</tr>
        ${rows().map((row) => html`<tr><th scope="row">${row.title}</th>${this.bidders.map((judged) => html`<td>${judged.verdict === 'failed' ? html`<span class="small">${say('officer.not_shown')}</span>` : row.shown(judged)}</td>`)}</tr>`)}</tbody></table></div>`;
  }

  render() {
    const aside = leftAside(this.bidders.map(({ evidence }) => evidence));
    return html`<h2 tabindex="-1">${say('officer.compare_title')}</h2><p>${say('officer.compare_hint')}</p>
      <p class="notice">${say('officer.compare_note')}</p>
      ${this.bidders.length < BIDDERS_MAX ? html`<prb-drop id="compare-file" multiple .label=${say('officer.compare_drop')} .hint=${say('officer.compare_drop_hint')} accept=".json,.jwt,.zip,image/*,application/json" @file=${(e) => this.#take(e.detail)}></prb-drop>
        <form class="row" @submit=${this.#paste}><div class="field"><label for="compare-text">${say('officer.compare_id')}</label><input id="compare-text" dir="ltr" spellcheck="false" autocomplete="off"></div><button>${say('officer.add')}</button></form>` : nothing}
      <div aria-live="polite">${this.working ? html`<p>${say('officer.working')}</p>` : nothing}${faultBox(this.fault)}</div>
      ${this.bidders.length ? html`<div class="notice look-up"><p>${say('officer.lookup_hint', { host: location.host })}</p><p><button type="button" class="quiet-button" ?disabled=${this.working} @click=${this.#lookUp}>${say('officer.lookup')}</button></p></div>
        ${aside ? html`<p class="small aside">${aside}</p>` : nothing}
        ${this.#table()}${notOfficial()}<p class="small">${say('officer.compare_report')}</p>
        <div class="actions"><button type="button" @click=${this.#csv}>${say('officer.csv')}</button><button type="button" class="quiet-button" @click=${() => print()}>${say('officer.print')}</button></div>` : nothing}`;
  }
}
customElements.define('prb-compare', CompareView);
