// SPDX-License-Identifier: Apache-2.0
// What each column was taken for, and how to say better. A header of the server's own ("probity:name") is taken for its field and no other.
import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { say, texts, words } from '../lib/say.js';
import { AS_FOUND } from './list.js';
import { FileFault } from './workbook.js';

export const fields = ['name', 'country', 'address', 'address_part', 'city', 'product', 'hs', 'origin', 'total', 'women', 'women_share', 'migrant', 'migrant_share',
  'parent', 'alias', 'lei', 'os_id', 'gln', 'duns', 'vat', 'cnpj', 'other_id', 'unused'];
const charsets = ['utf-8', 'utf-16le', 'windows-1252', 'windows-1250', 'windows-1251', 'windows-1256', 'iso-8859-15', 'koi8-r', 'gb18030', 'big5', 'shift_jis', 'euc-kr'];
const SAMPLES = 3, SAMPLE_LENGTH = 60;

const fieldName = (field) => say(`company.field_${field}`);
const fieldOf = (taken) => (taken ?? 'probity:unused').replace('probity:', '');

// A few cells that are not empty, so that nobody has to open the list to know what a column is.
function samplesOf(rows, at) {
  const found = new Set();
  for (const { cells } of rows) {
    const cell = (cells[at] ?? '').trim();
    if (cell) found.add(cell.length > SAMPLE_LENGTH ? `${cell.slice(0, SAMPLE_LENGTH)}…` : cell);
    if (found.size === SAMPLES) break;
  }
  return [...found];
}

function apply(app, form) {
  const chosen = new FormData(form);
  const header = app.list.header();
  // Only a column that somebody changed is named by us: what the server finds out about the others stays its own.
  const headers = header.map((cell, i) => {
    const column = app.columns.columns.find(({ at }) => at === i + 1);
    const now = chosen.get(`column-${i + 1}`) ?? fieldOf(column?.taken);
    return now === 'as_found' || (now === fieldOf(column?.taken) && !app.corrected) ? cell : `probity:${now}`;
  });
  app.corrected = true;
  app.screen(headers);
}

// Other words in the cells: nothing that was found out about the columns still holds.
function anew(app) {
  app.set({ columns: null, corrected: false });
  app.screen();
}

const charsetChoice = (app) => html`<div class="field"><label for="charset">${say('company.charset')}</label><p class="hint" id="charset-hint">${say('company.charset_hint')}</p>
  <select id="charset" aria-describedby="charset-hint" @change=${(e) => { app.list.declare(e.target.value); anew(app); }}>
    ${[...new Set([(app.list.charset ?? app.columns.charset ?? 'utf-8').toLowerCase(), ...charsets])].map((name, i) => html`<option value=${name} .selected=${live(i === 0)}>${name.toUpperCase()}</option>`)}</select></div>`;

// A sheet that cannot be taken is said to be so, and the one before stays.
async function chooseSheet(app, id) {
  try {
    await app.list.choose(id);
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    app.set({ fault: error.reason });
    return;
  }
  app.set({ fault: null });
  anew(app);
}

const sheetChoice = (app) => html`<div class="field"><label for="sheet">${say('company.sheet')}</label>
  <select id="sheet" @change=${(e) => chooseSheet(app, Number(e.target.value))}>
    ${app.list.sheets.map((sheet) => html`<option value=${sheet.id} .selected=${live(sheet.id === app.list.sheet)} dir="auto">${sheet.name}</option>`)}</select></div>`;

const row = (app, rows, headings) => ({ at, header: sent, taken, note }) => {
  const header = headings[at - 1] ?? sent; // its own, not the one of ours that was sent
  return html`<tr><th scope="row"><bdi>${header || say('company.column_unnamed', { at })}</bdi></th>
  <td class="samples">${samplesOf(rows, at - 1).map((cell) => html`<bdi>${cell}</bdi>`)}</td>
  <td><select name="column-${at}" aria-label=${say('company.column_taken_for', { header: header || String(at) })}>
    ${(taken === AS_FOUND ? ['as_found', ...fields] : fields).map((field) => html`<option value=${field} .selected=${live(field === fieldOf(taken))}>${fieldName(field)}</option>`)}</select>
    ${note && taken ? html`<p class="small" lang="en" dir="ltr">${note}</p>` : nothing}</td></tr>`;
};

export function columnsView(app) {
  const columns = app.columns?.columns ?? [];
  if (!app.list || columns.length === 0) return nothing;
  const used = columns.filter(({ taken }) => taken && taken !== 'probity:unused' && taken !== AS_FOUND), rows = app.list.rows();
  const has = (field) => used.some(({ taken }) => taken === `probity:${field}`);
  const lacking = ['name', 'country'].filter((field) => !has(field));
  return html`<details class="columns card" ?open=${lacking.length > 0}><summary>${say('company.columns_title', { used: used.length, count: columns.length })}</summary>
    ${lacking.length ? html`<p class="notice warning">${say('company.columns_lacking', { fields: words(new Intl.ListFormat(texts.locale).format(lacking.map(fieldName))) })}</p>` : nothing}
    <p>${say('company.columns_lead')}</p>
    <form @submit=${(e) => { e.preventDefault(); apply(app, e.target); }}>
    ${app.list.sheets?.length > 1 ? sheetChoice(app) : nothing}${app.list.kind === 'csv' ? charsetChoice(app) : nothing}
    <div class="scroll" tabindex="0" role="region" aria-label=${say('company.columns_caption')}><table><caption class="visually-hidden">${say('company.columns_caption')}</caption>
      <thead><tr><th scope="col">${say('company.columns_header')}</th><th scope="col">${say('company.columns_samples')}</th><th scope="col">${say('company.columns_taken')}</th></tr></thead>
      <tbody>${columns.map(row(app, rows, app.list.header()))}</tbody></table></div>
    <div class="actions"><button>${say('company.columns_apply')}</button></div></form></details>`;
}

