// SPDX-License-Identifier: Apache-2.0
// The results: how many of each rating, filters, and the same suppliers as table, heat map, map and chart.
import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { say, sayKey, texts } from '../lib/say.js';
import { order, ratingBadge } from '../parts/rating.js';
import { downloads } from './download.js';
import { heatView } from './heat_view.js';
import { countRatings, filtered, isFiltered, noFilter, sorted } from './results.js';
import { tableView } from './table_view.js';
import './exposure_chart.js';
import './world_map.js';

const REFUSED_MAX = 200, phone = matchMedia('(max-width: 40rem)');
const pageRows = () => (phone.matches ? 20 : 50);
const views = ['table', 'heat', 'map', 'exposure'];

const countButtons = (app) => {
  const counts = countRatings(app.suppliers);
  return html`<ul class="counts" aria-label=${say('company.counts')}>${order.filter((rating) => counts[rating]).map((rating) => html`<li>
    <button type="button" class="count" aria-pressed=${app.filter.rating === rating} @click=${() => app.choose({ rating: app.filter.rating === rating ? '' : rating })}>
      ${ratingBadge(rating)}<strong>${texts.number(counts[rating])}</strong></button></li>`)}</ul>`;
};

function filters(app) {
  const countries = [...new Set(app.suppliers.map(({ country }) => country))].map((code) => [code, texts.country(code)]).sort(([, a], [, b]) => a.localeCompare(b, texts.locale));
  const indicators = Object.keys(app.suppliers[0].states);
  return html`<form class="filters row" role="search" aria-label=${say('company.filters')} @submit=${(e) => e.preventDefault()}>
    <div class="field"><label for="f-text">${say('company.filter_text')}</label><input id="f-text" type="search" dir="auto" .value=${app.filter.text} @input=${(e) => app.choose({ text: e.target.value })}></div>
    <div class="field"><label for="f-country">${say('company.col_country')}</label><select id="f-country" @change=${(e) => app.choose({ country: e.target.value })}>
      <option value="">${say('frame.country_any')}</option>${countries.map(([code, name]) => html`<option value=${code} .selected=${live(code === app.filter.country)}>${name}</option>`)}</select></div>
    <div class="field"><label for="f-indicator">${say('company.filter_indicator')}</label><select id="f-indicator" @change=${(e) => app.choose({ indicator: e.target.value })}>
      <option value="">${say('company.filter_indicator_any')}</option>${indicators.map((key) => html`<option value=${key} .selected=${live(key === app.filter.indicator)}>${texts.indicator(key)}</option>`)}</select></div>
    <label class="check listed-only"><input type="checkbox" .checked=${app.filter.listed} @change=${(e) => app.choose({ listed: e.target.checked })}>${say('company.filter_listed')}</label>
    ${isFiltered(app.filter) ? html`<button type="button" class="quiet-button" @click=${() => app.set({ filter: noFilter, page: 0 })}>${say('company.filter_clear')}</button>` : nothing}</form>`;
}

const viewButtons = (app) => html`<div class="views" role="group" aria-label=${say('company.views')}>${views.map((view) => html`
  <button type="button" class="quiet-button" aria-pressed=${app.view === view} @click=${() => app.set({ view, page: 0 })}>${say(`company.view_${view}`)}</button>`)}</div>`;

/** Fifty rows a page, fewer on a phone; which ones, and the way on, above and below them. */
function pages(app, count) {
  const rows = pageRows();
  const last = Math.max(Math.ceil(count / rows) - 1, 0), page = Math.min(app.page, last);
  const from = page * rows;
  const go = (to) => { app.set({ page: to }); app.updateComplete.then(() => app.querySelector('.shown')?.focus()); };
  const buttons = last > 0 ? html`<button type="button" class="quiet-button" ?disabled=${page === 0} @click=${() => go(page - 1)}>${say('company.page_before')}</button>
      <button type="button" class="quiet-button" ?disabled=${page === last} @click=${() => go(page + 1)}>${say('company.page_next')}</button>` : nothing;
  const controls = html`<nav class="pager" aria-label=${say('company.pages')}>
    <p class="small shown" tabindex="-1" role="status">${count === 0 ? say('company.nothing_shown') : say('company.shown', { from: from + 1, to: Math.min(from + rows, count), count })}</p>${buttons}</nav>`;
  const below = last > 0 ? html`<div class="pager" role="group" aria-label=${say('company.pages')}>${buttons}</div>` : nothing;
  return { from, to: from + rows, controls, below };
}

function shown(app, suppliers) {
  const { from, to, controls, below } = pages(app, suppliers.length);
  const some = suppliers.slice(from, to);
  switch (app.view) {
    case 'heat': return html`${controls}${heatView(some)}${below}`;
    case 'map': return html`<prb-world-map .suppliers=${suppliers} .chosen=${app.filter.country} .choose=${(country) => app.choose({ country: app.filter.country === country ? '' : country })}></prb-world-map>`;
    case 'exposure': return html`${controls}<prb-exposure-chart .suppliers=${some}></prb-exposure-chart>${below}`;
    default: return html`${controls}${tableView(app, some)}${below}`;
  }
}

export function resultsView(app) {
  const suppliers = sorted(filtered(app.suppliers, app.filter), app.sort);
  return html`<section class="results"><h2>${say('company.results_title', { count: app.suppliers.length })}</h2>
    <p class="list-name"><bdi>${app.list.name}</bdi></p>
    <p class="jumps"><a href="#what-changed">${say('company.changes_title')}</a><a href="#another-list">${say('company.other_title')}</a></p>
    ${countButtons(app)}${downloads(app)}${filters(app)}${viewButtons(app)}
    ${app.compared.length ? html`<p class="notice comparing">${say('company.comparing', { count: app.compared.length })}
      ${app.compared.length === 2 ? html`<a class="button" href="#compare=${app.compared.join(',')}">${say('company.compare_go')}</a>` : nothing}</p>` : nothing}
    ${shown(app, suppliers)}
    <p class="small">${sayKey('note', 'rating_is_not_a_finding_of_law')}</p></section>`;
}

// What to do about a row is a text of ours by the kind of problem; what the server said of this one stands behind it.
const kindOf = ({ error }) => (error.type ?? '').split('/').pop();
const advice = (line) => {
  const key = `company.refused_${kindOf(line).replaceAll('-', '_')}`;
  return texts.has(key) ? say(key) : say('company.refused_other');
};

export function refusedView(app) {
  const { refused } = app;
  if (refused.length === 0) return nothing;
  const firstCells = new Map(app.list.rows().map(({ line, cells }) => [line, cells.filter(Boolean).slice(0, 3).join(' · ').slice(0, 120)]));
  return html`<details class="card refused" ?open=${app.suppliers.length === 0}><summary>${say('company.refused_title', { count: refused.length })}</summary><p>${say('company.refused_lead')}</p>
    <div class="scroll" tabindex="0" role="region" aria-label=${say('company.refused_caption')}><table><caption class="visually-hidden">${say('company.refused_caption')}</caption>
    <thead><tr><th scope="col" class="number">${say('company.line')}</th><th scope="col">${say('company.refused_row')}</th><th scope="col">${say('company.refused_what')}</th></tr></thead>
    <tbody>${refused.slice(0, REFUSED_MAX).map((line) => html`<tr><td class="number">${line.line ? texts.number(line.line) : '–'}</td><td><bdi>${firstCells.get(line.line) ?? ''}</bdi></td>
      <td>${advice(line)}<span class="small said" lang="en" dir="ltr">${line.error.detail}</span></td></tr>`)}</tbody></table></div>
    ${refused.length > REFUSED_MAX ? html`<p class="small">${say('company.refused_more', { count: refused.length - REFUSED_MAX })}</p>` : nothing}</details>`;
}
