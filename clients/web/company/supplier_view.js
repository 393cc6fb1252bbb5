// SPDX-License-Identifier: Apache-2.0
// One supplier: the whole report, fetched anew, and what would change it.
import { LitElement, html, nothing } from 'lit';
import { Problem } from '../lib/api.js';
import { download } from '../lib/download.js';
import { say, sayKey, texts } from '../lib/say.js';
import { rangeBar } from '../parts/bar.js';
import { problemBox } from '../parts/problem.js';
import { ratingBadge } from '../parts/rating.js';
import { stateSign } from './heat_view.js';
import { factsOf, fixesOf, withFacts, withFixes } from './planner.js';
import { printed, scored } from './screening.js';
import { questionText, rangeText, reasonText, sourceText, starNote, stateWord } from './words.js';

const printable = [['text/html', 'html'], ['application/pdf', 'pdf']];
const indicatorAt = ({ indicator, site }) => (site ? sayKey('explain', 'change_at', [indicator, site]) : texts.indicator(indicator));

// Several parts of the exposure can ask the same thing: it is asked once, with the most that an answer narrows.
function oncePerText(questions) {
  const found = new Map();
  for (const question of questions) {
    const text = questionText(question), before = found.get(text);
    if (!before || before.narrows < question.narrows) found.set(text, { text, narrows: question.narrows });
  }
  return [...found.values()];
}

class Supplier extends LitElement {
  static properties = { supplier: {}, back: {}, report: { state: true }, problem: { state: true }, after: { state: true }, trial: { state: true }, trialProblem: { state: true }, printProblem: { state: true }, unprintable: { state: true } };

  constructor() {
    super();
    this.ticked = new Set();
    this.facts = {};
    this.unprintable = [];
  }

  createRenderRoot() { return this; }

  willUpdate(changed) {
    if (!changed.has('supplier')) return;
    Object.assign(this, { report: null, after: null, problem: null, trialProblem: null, printProblem: null, ticked: new Set(), facts: {} });
    this.#load(this.supplier);
  }

  async #load(supplier) {
    try {
      const report = await scored(supplier.declaration);
      if (this.supplier === supplier) this.report = report;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem = error;
    }
    await this.updateComplete;
    this.querySelector('h1')?.focus();
  }

  // Ticks may come faster than answers: the last one counts.
  async #try() {
    const { supplier, report } = this, fixes = fixesOf(supplier.declaration, report).filter(({ id }) => this.ticked.has(id));
    const mark = this.mark = {};
    if (fixes.length === 0 && Object.values(this.facts).every((value) => value === '')) {
      Object.assign(this, { after: null, trialProblem: null });
      return;
    }
    this.trial = true;
    try {
      const after = await scored(withFacts(withFixes(supplier.declaration, fixes, report.as_of), this.facts));
      if (this.mark === mark) Object.assign(this, { after, trialProblem: null });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (this.mark === mark) Object.assign(this, { after: null, trialProblem: error });
    } finally {
      if (this.mark === mark) this.trial = false;
    }
  }

  #tick(id, on) {
    if (on) this.ticked.add(id); else this.ticked.delete(id);
    this.requestUpdate();
    this.#try();
  }

  #takeSet(change) {
    this.ticked = new Set(change.remedy.map(({ indicator, site }) => `${indicator} ${site ?? ''}`));
    this.requestUpdate();
    this.#try();
  }

  async #print([type, ending]) {
    this.printProblem = null;
    try {
      download(`${this.supplier.name.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 60)}.${ending}`, await printed(this.supplier.declaration, type));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 406) this.unprintable = [...this.unprintable, type];
      else this.printProblem = error;
    }
  }

  #head() {
    const { country, place } = this.supplier, { rating, rating_range: [best, worst], exposure, coverage, indicators_known: known } = this.report;
    return html`<p>${texts.country(country)}${place ? html` · <bdi>${place}</bdi>` : nothing}</p>
      <p>${ratingBadge(rating, { large: true })}</p><p>${rangeText(best, worst)}</p>
      <dl class="figures"><div><dt>${say('company.col_exposure')}</dt><dd><strong>${texts.number(exposure.inherent)}</strong> <span class="small">${say('company.from_to', { low: exposure.range[0], high: exposure.range[1] })}</span>${rangeBar({ low: exposure.range[0], value: exposure.inherent, high: exposure.range[1] })}</dd></div>
        <div><dt>${say('company.col_residual')}</dt><dd><strong>${texts.number(exposure.residual)}</strong> <span class="small">${say('company.from_to', { low: exposure.residual_range[0], high: exposure.residual_range[1] })}</span>${rangeBar({ low: exposure.residual_range[0], value: exposure.residual, high: exposure.residual_range[1] })}</dd></div>
        <div><dt>${say('company.col_coverage')}</dt><dd><strong>${texts.percent(coverage)}</strong>${rangeBar({ low: 0, value: null, high: coverage })}</dd></div>
        <div><dt>${say('company.col_known')}</dt><dd><strong>${say('company.of_eleven', { count: known })}</strong></dd></div></dl>
      <div class="actions">${printable.filter(([type]) => !this.unprintable.includes(type)).map((form) => html`<button type="button" class="quiet-button" @click=${() => this.#print(form)}>${say(`company.print_${form[1]}`)}</button>`)}</div>${problemBox(this.printProblem)}`;
  }

  #reasons() {
    return html`<h2>${say('company.why')}</h2><ul class="reasons">${this.report.reasons.map((reason) => html`<li>${reasonText(reason)}<span class="small source" dir="auto">${sourceText(reason)}</span></li>`)}</ul>
      ${this.report.listings.length ? html`<h2>${say('company.listings')}</h2><ul>${this.report.listings.map((l) => html`<li><bdi>${l.entity}</bdi> · ${sayKey('list', l.list)} · ${sayKey('status', l.status)} · ${sayKey('name_decision', l.decision)}</li>`)}</ul>` : nothing}`;
  }

  #indicators() {
    return html`<h2>${say('company.indicators')}</h2><div class="scroll" tabindex="0" role="region" aria-label=${say('company.indicators')}><table class="indicators"><caption class="visually-hidden">${say('company.indicators')}</caption>
      <thead><tr><th scope="col">${say('company.indicator')}</th><th scope="col">${say('company.state')}</th></tr></thead>
      <tbody>${this.report.indicators.map(({ key, state }) => html`<tr><th scope="row">${texts.indicator(key)}</th><td>${stateSign(state)} <span aria-hidden="true">${stateWord(state)}</span></td></tr>`)}</tbody></table></div>${starNote(this.report.indicators.map(({ key }) => key))}`;
  }

  #outcome() {
    const { report, after } = this;
    if (!after) return html`<p role="status" class="small outcome">${this.trial ? say('company.trying') : say('company.try_none')}</p>`;
    return html`<div class="outcome" role="status"><p class="before-after"><span class="label">${say('company.before')}</span> ${ratingBadge(report.rating)} <span class="label">${say('company.after')}</span> ${ratingBadge(after.rating)}</p>
      <p>${rangeText(...after.rating_range)}</p><p class="small">${say('company.exposure_after', { before: report.exposure.residual, after: after.exposure.residual, low: after.exposure.residual_range[0], high: after.exposure.residual_range[1] })}</p></div>`;
  }

  #change(change) {
    if (change.key !== 'set') return html`<li>${sayKey('explain', `change_${change.key}`, [change.rating])}</li>`;
    const pairs = change.remedy.map(indicatorAt).join(sayKey('explain', 'comma'));
    return html`<li>${sayKey('explain', 'change_set', [change.rating, pairs])} <button type="button" class="plain" @click=${() => this.#takeSet(change)}>${say('company.try_set')}</button></li>`;
  }

  #fixes() {
    const fixes = fixesOf(this.supplier.declaration, this.report), changes = this.report.what_would_change ?? [];
    if (fixes.length === 0) return changes.length ? html`<ul>${changes.map((change) => this.#change(change))}</ul>` : nothing;
    const remedies = new Map(this.report.remediation.map((remedy) => [remedy.indicator, remedy]));
    return html`<p>${say('company.fix_lead')}</p>${changes.length ? html`<p>${sayKey('explain', 'change_title')}</p><ul>${changes.map((change) => this.#change(change))}</ul>` : nothing}
      <fieldset class="fixes"><legend>${say('company.fix_legend')}</legend>${fixes.map(({ id, key, site }) => html`<label class="check"><input type="checkbox" .checked=${this.ticked.has(id)} @change=${(e) => this.#tick(id, e.target.checked)}>
        <span>${indicatorAt({ indicator: key, site })}${remedies.has(key) ? html`<span class="small">${sayKey('remedy', key)}</span>` : nothing}</span></label>`)}</fieldset>`;
  }

  #fact(fact, i) {
    const id = `fact-${i}`, change = (e) => { this.facts = { ...this.facts, [fact.at]: e.target.value.trim() }; this.#try(); };
    const options = fact.kind === 'country' ? texts.countries() : (fact.values ?? []).map((value) => [value, say(`company.fact_${value}`)]);
    return html`<div class="field"><label for=${id}>${questionText(fact.question)}</label>
      ${fact.question.narrows ? html`<p class="hint">${say('company.narrows', { points: fact.question.narrows })}</p>` : nothing}
      ${options.length ? html`<select id=${id} @change=${change}><option value="">${say('company.fact_unknown')}</option>${options.map(([value, name]) => html`<option value=${value}>${name}</option>`)}</select>`
        : html`<input id=${id} @change=${change} type=${fact.kind === 'count' ? 'number' : 'text'} min=${fact.kind === 'count' ? 0 : nothing} max=${fact.max ?? nothing} inputmode=${fact.kind === 'hs' ? 'numeric' : nothing} placeholder=${fact.kind === 'hs' ? '610910' : nothing}>`}</div>`;
  }

  #planner() {
    const facts = factsOf(this.report);
    return html`<section class="planner card"><h2>${say('company.planner')}</h2><p>${say('company.planner_lead')}</p>${this.#outcome()}${problemBox(this.trialProblem)}${this.#fixes()}
      ${facts.length ? html`<fieldset><legend>${say('company.facts_legend')}</legend><p class="hint">${say('company.facts_hint')}</p><div class="facts">${facts.map((fact, i) => this.#fact(fact, i))}</div></fieldset>` : nothing}</section>`;
  }

  #ask() {
    const { referrals } = this.report, questions = oncePerText(this.report.next_questions);
    return html`<h2>${say('company.questions')}</h2><ul>${questions.map(({ text, narrows }) => html`<li>${text}${narrows ? html` <span class="small">${say('company.narrows', { points: narrows })}</span>` : nothing}</li>`)}</ul>
      ${referrals.length ? html`<h2>${sayKey('guidance', 'referrals_title')}</h2><ul>${referrals.map((r) => html`<li>${sayKey('guidance', 'referral_item', [r.country, r.body, r.kind])}
        ${r.phone ? html` <span class="ltr">${r.phone}</span>` : nothing}${/^https:\/\//.test(r.url ?? '') ? html` <a href=${r.url} rel="noopener noreferrer" class="ltr">${new URL(r.url).host}</a>` : nothing}${r.caution ? html` <span class="small">${sayKey('caution', r.caution)}</span>` : nothing}</li>`)}</ul>` : nothing}`;
  }

  render() {
    const back = html`<p><a href="#" @click=${(e) => { e.preventDefault(); this.back(); }}>${say('company.back_to_list')}</a></p><h1 tabindex="-1" data-focus><bdi>${this.supplier.name}</bdi></h1>`;
    if (!this.report) return html`${back}${problemBox(this.problem)}${this.problem ? nothing : html`<p role="status">${say('company.opening')}</p>`}`;
    const { report } = this;
    return html`${back}<article class="supplier">${this.#head()}<div class="two"><div>${this.#reasons()}</div><div>${this.#indicators()}</div></div>
      ${this.#planner()}${this.#ask()}<ul class="small">${report.notes.map((note) => html`<li>${sayKey('note', note)}</li>`)}</ul>
      <p class="small of-the-moment">${sayKey('explain', 'report', [report.id, report.as_of, report.method.version, report.data.release])}</p></article>`;
  }
}
customElements.define('prb-supplier', Supplier);
