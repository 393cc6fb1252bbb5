// SPDX-License-Identifier: Apache-2.0
// What this server answers from: its lists, its tables, its log, its counts. Each section asks for itself, so that one that fails leaves the others.
import { html, nothing, render } from 'lit';
import '../frame/frame.js';
import './data.css';
import { countrySection } from './country.js';
import { statisticsSection } from './statistics.js';
import { logSection } from './log.js';
import { indicatorsSection, listsSection, tablesSection } from './reference.js';
import { getJson } from '../lib/api.js';
import { say } from '../lib/say.js';
import { problemBox } from '../parts/problem.js';

const place = document.getElementById('page');

function section(name, content) {
  return html`<section id=${name}><h2>${say(`data.${name}_title`)}</h2>${content ?? html`<p class="small" role="status">${say('data.loading')}</p>`}</section>`;
}

const answers = { indicators: null, lists: null, log: null, tables: null };

// What stands below waits for what comes above it, so that nothing moves under a finger.
function draw() {
  const shown = (name, view) => section(name, answers[name] && (answers[name].error ? problemBox(answers[name].error) : view(answers[name])));
  render(html`${shown('indicators', indicatorsSection)}${answers.indicators ? shown('lists', listsSection) : nothing}
    ${answers.indicators && answers.lists ? html`${section('country', countrySection())}${section('statistics', statisticsSection())}
    ${shown('log', logSection)}${shown('tables', tablesSection)}` : nothing}`, place);
}

async function ask(name, get) {
  try {
    answers[name] = await get();
  } catch (error) {
    answers[name] = { error };
  }
  draw();
}

const text = async (path) => {
  const response = await fetch(path, { credentials: 'omit', cache: 'no-store' });
  return response.ok ? response.text() : null;
};

draw();
await Promise.all([
  ask('indicators', () => getJson('/v1/indicators')),
  ask('lists', () => getJson('/v1/lists')),
  ask('tables', () => getJson('/v1/data')),
  ask('log', async () => ({ checkpoint: await text('/log/checkpoint'), key: await text('/log/key'), did: await text('/.well-known/did.json') })),
]);

// A link leads to what is open: the fold that it names, those around it, and the one that a section is all about.
function follow() {
  const target = document.getElementById(location.hash.slice(1));
  if (!target) return;
  for (let fold = target.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
  const all = target.querySelector(':scope > .fold.all');
  if (all) all.open = true;
  target.scrollIntoView();
}
addEventListener('hashchange', follow);
// The address may stay as it is.
document.querySelector('.contents').addEventListener('click', (event) => { if (event.target.hash && event.target.hash === location.hash) follow(); });
// What the address points at was not there when the browser looked for it.
follow();
