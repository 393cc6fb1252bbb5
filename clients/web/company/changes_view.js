// SPDX-License-Identifier: Apache-2.0
// What changed since an earlier download: dropped here, compared in the page, sent nowhere.
import { html, nothing } from 'lit';
import { say, texts } from '../lib/say.js';
import { ratingBadge } from '../parts/rating.js';
import { changed, earlierOf, readDownload } from './changes.js';
import { SheetList, openList } from './list.js';
import { FileFault } from './workbook.js';

async function recordsOf(file) {
  const list = await openList(file);
  try {
    return list instanceof SheetList ? list.records() : readDownload(await file.text());
  } finally {
    list.close();
  }
}

async function take(app, file) {
  try {
    app.set({ changes: changed(app.suppliers, earlierOf(await recordsOf(file))), changesFault: null });
    await app.updateComplete;
    app.querySelector('.changes-found')?.focus();
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    app.set({ changes: null, changesFault: error.reason });
  }
}

const moved = (key, pairs) => (pairs.length === 0 ? nothing : html`<h3>${say(`company.changes_${key}`, { count: pairs.length })}</h3>
  <div class="scroll" tabindex="0" role="region" aria-label=${say(`company.changes_${key}`, { count: pairs.length })}><table><caption class="visually-hidden">${say(`company.changes_${key}`, { count: pairs.length })}</caption><thead><tr><th scope="col">${say('company.col_name')}</th><th scope="col">${say('company.before')}</th><th scope="col">${say('company.after_now')}</th></tr></thead>
  <tbody>${pairs.map(([s, before]) => html`<tr><th scope="row"><a href="#supplier=${s.n}"><bdi>${s.name}</bdi></a></th><td>${ratingBadge(before.rating)} <span class="small">${texts.date(before.asOf)}</span></td><td>${ratingBadge(s.rating)}</td></tr>`)}</tbody></table></div>`);

const names = (key, items) => (items.length === 0 ? nothing : html`<details><summary>${say(`company.changes_${key}`, { count: items.length })}</summary>
  <ul>${items.map((s) => html`<li><bdi>${s.name}</bdi> ${ratingBadge(s.rating)}</li>`)}</ul></details>`);

function found({ rose, fell, added, gone, same }) {
  const still = rose.length + fell.length + added.length + gone.length === 0;
  return html`<div class="changes-found" tabindex="-1" role="status"><p>${still ? say('company.changes_none', { count: same }) : say('company.changes_same', { count: same })}</p>
    ${moved('rose', rose)}${moved('fell', fell)}${names('added', added)}${names('gone', gone)}</div>`;
}

export const changesView = (app) => html`<section class="changes"><h2 id="what-changed" tabindex="-1">${say('company.changes_title')}</h2><p>${say('company.changes_lead')}</p>
  <prb-drop id="earlier" label=${say('company.changes_drop')} hint=${say('company.changes_hint')} accept=".csv,.tsv,.xlsx" @file=${(e) => take(app, e.detail)}></prb-drop>
  ${app.changesFault ? html`<div class="notice problem" role="alert"><p>${say(`company.file_${app.changesFault}`)}</p></div>` : nothing}
  ${app.changes ? found(app.changes) : nothing}</section>`;
