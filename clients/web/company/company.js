// SPDX-License-Identifier: Apache-2.0
// A supplier list from the drop to the download: this element holds what is shown, the files beside it show it.
import '../frame/frame.js';
import './company.css';
import '../parts/drop.js';
import '../parts/key_panel.js';
import { LitElement, html, nothing } from 'lit';
import { Problem, wantsKey } from '../lib/api.js';
import { say } from '../lib/say.js';
import { problemBox } from '../parts/problem.js';
import { changesView } from './changes_view.js';
import { columnsView } from './columns_view.js';
import { compareView } from './compare_view.js';
import { speak } from './language.js';
import { openList } from './list.js';
import { refusedView, resultsView } from './results_view.js';
import { noFilter } from './results.js';
import { screened, summaryOf } from './screening.js';
import './supplier_view.js';
import { FileFault } from './workbook.js';

// So often at most the page is drawn while answers come in.
const DRAW_MS = 250;

class Company extends LitElement {
  static properties = { version: { state: true } };
  list = null; columns = null; suppliers = []; refused = []; total = 0; running = null; stopped = false; problem = null; fault = null; keyNeeded = false;
  gone = false; turn = 0;
  view = 'table'; sort = { by: 'rating', down: false }; page = 0; filter = noFilter; compared = []; changes = null;

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    // Loaded anew at a supplier of a list that went with the page before.
    this.gone = /^#(supplier|compare)=/.test(location.hash);
    if (this.gone) history.replaceState(null, '', location.pathname + location.search);
    addEventListener('hashchange', () => this.#follow());
    document.addEventListener('click', (e) => this.#switch(e));
    addEventListener('probity-key', () => { this.keyNeeded = false; if (this.list && wantsKey(this.problem)) this.screen(); else this.draw(); });
  }

  draw() { this.version = (this.version ?? 0) + 1; }
  set(values) { Object.assign(this, values); this.draw(); }

  /** Another filter: from its first page on. */
  choose(filter) { this.set({ filter: { ...this.filter, ...filter }, page: 0 }); }

  // The address says which supplier or pair is open, so that "back" works.
  #follow() {
    this.draw();
    this.updateComplete.then(() => this.querySelector('[data-focus]')?.focus());
  }

  // Without a list the link does what links do.
  async #switch(event) {
    const link = event.target.closest?.('.languages a');
    if (!link || !this.list || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    try {
      await speak(link.hreflang);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem = error;
    }
    this.draw();
    for (const part of this.querySelectorAll('*')) part.requestUpdate?.();
  }

  // The heading is that of what is shown: a supplier's page has its own.
  updated() {
    document.querySelector('main > h1').hidden = Boolean(this.opened || this.pair);
    document.querySelector('main > .lead').hidden = Boolean(this.list);
  }

  get opened() {
    const found = location.hash.match(/^#supplier=(\d+)$/);
    return found ? this.suppliers[Number(found[1]) - 1] : undefined;
  }

  get pair() {
    const found = location.hash.match(/^#compare=(\d+),(\d+)$/);
    const both = found ? [this.suppliers[found[1] - 1], this.suppliers[found[2] - 1]] : [];
    return both.length === 2 && both.every(Boolean) ? both : undefined;
  }

  // Only the newest file has a say, however long an older one takes.
  async take(file) {
    const turn = ++this.turn;
    this.#stop();
    this.list?.close();
    location.hash = '';
    this.set({ list: null, columns: null, suppliers: [], refused: [], problem: null, fault: null, reading: true, gone: false, changes: null, compared: [], filter: noFilter, corrected: false });
    try {
      const list = await openList(file);
      if (turn !== this.turn) return list.close();
      this.list = list;
      this.reading = false;
      await this.screen();
    } catch (error) {
      if (!(error instanceof FileFault)) throw error;
      if (turn === this.turn) this.fault = error.reason;
    } finally {
      if (turn === this.turn) this.set({ reading: false });
    }
  }

  #stop() { this.running?.abort(); this.running = null; }
  cancel() { this.#stop(); this.set({ stopped: true }); this.updateComplete.then(() => this.querySelector('.stopped')?.focus()); }

  /** Sends the list; headers, where given, in place of its own header cells. */
  async screen(headers = null) {
    this.#stop();
    const running = this.running = new AbortController();
    this.set({ suppliers: [], refused: [], total: this.list.rows().length, problem: null, fault: null, stopped: false, page: 0, compared: [], changes: null });
    let drawn = 0;
    try {
      for await (const line of screened(this.list.body(headers), running.signal)) {
        if (running.signal.aborted) return;
        this.#take(line);
        if (Date.now() - drawn > DRAW_MS) { this.draw(); drawn = Date.now(); }
      }
      if (this.suppliers.length + this.refused.length === 0) this.fault = 'no_rows';
    } catch (error) {
      if (error.name === 'AbortError' || running.signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      this.problem = error;
      this.keyNeeded = wantsKey(error);
      // No name or no country was found: the person says which columns they are.
      if (error.type.endsWith('/invalid-table') && !this.columns) this.#guess();
    }
    if (this.running === running) this.running = null;
    this.draw();
  }

  #take(line) {
    if (line.columns) {
      this.list.learn(line);
      this.columns = line;
      this.total = this.list.rows().length;
    } else if (line.report) {
      this.suppliers.push(summaryOf(line, this.suppliers.length + 1));
    } else {
      this.refused.push(line);
    }
  }

  #guess() {
    const columns = this.list.guess();
    if (!columns?.line) return;
    this.list.learn(columns);
    this.columns = columns;
  }

  #progress() {
    const done = this.suppliers.length + this.refused.length;
    if (!this.running) return nothing;
    return html`<div class="progress"><label for="progress">${say('company.progress', { done, total: Math.max(this.total, done) })}</label>
      <progress id="progress" max=${Math.max(this.total, done, 1)} value=${done}></progress>
      <div class="actions"><button type="button" class="quiet-button" @click=${() => this.cancel()}>${say('frame.cancel')}</button></div></div>`;
  }

  // Said to those who listen: when it begins and when it ends, and not each row.
  #said() {
    const done = this.suppliers.length + this.refused.length;
    if (this.reading) return say('company.reading');
    if (this.running || !this.list || this.problem || done === 0) return '';
    return say('company.done', { count: this.suppliers.length, refused: this.refused.length });
  }

  #start() {
    return html`<prb-key-panel ?needed=${this.keyNeeded}></prb-key-panel>
      <prb-drop id="list" label=${say(this.list ? 'company.drop_other' : 'company.drop')} hint=${say('company.drop_hint')} accept=".csv,.tsv,.txt,.xlsx,.json,.ndjson,.jsonl,text/csv" @file=${(e) => this.take(e.detail)}></prb-drop>
      ${this.list ? nothing : html`<ul class="small promise"><li>${say('company.promise_stored')}</li><li>${say('company.promise_columns')}</li><li>${say('company.promise_back')}</li></ul>`}
      ${this.gone ? html`<p class="notice" role="status">${say('company.gone')}</p>` : nothing}
      ${this.fault ? html`<div class="notice problem" role="alert"><p>${say(`company.file_${this.fault}`)}</p></div>` : nothing}`;
  }

  render() {
    const { opened, pair } = this;
    if (opened) return html`<prb-supplier .supplier=${opened} .back=${() => { location.hash = ''; }}></prb-supplier>`;
    if (pair) return compareView(pair);
    return html`${this.suppliers.length ? nothing : this.#start()}
      <p role="status" class=${this.suppliers.length ? 'visually-hidden' : ''}>${this.#said()}</p>
      ${problemBox(this.problem)}
      ${this.columns || this.refused.length ? columnsView(this) : nothing}
      ${this.#progress()}
      ${this.stopped ? html`<div class="notice warning stopped" tabindex="-1"><p>${say('company.stopped', { done: this.suppliers.length, total: this.total })}</p></div>` : nothing}
      ${refusedView(this)}
      ${this.suppliers.length ? html`${resultsView(this)}${changesView(this)}<section><h2 id="another-list" tabindex="-1">${say('company.other_title')}</h2>${this.#start()}</section>` : nothing}`;
  }
}
customElements.define('prb-company', Company);
document.getElementById('page').append(document.createElement('prb-company'));
