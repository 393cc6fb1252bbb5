// SPDX-License-Identifier: Apache-2.0
// The way out. Whoever is surprised has no time for a network: the page turns into a calendar where it stands, at once, and its place in
// the tab's history is taken by the way in, so that neither "back" nor "reload" shows it again (service/decisions has the reasons).
import { texts } from '../lib/say.js';

const ESCAPE_MS = 1500;

function firstDayOf(locale) {
  const { weekInfo, getWeekInfo } = new Intl.Locale(locale), info = weekInfo ?? getWeekInfo?.call(new Intl.Locale(locale));
  return (info?.firstDay ?? 1) % 7;
}

function element(name, text, more = {}) {
  return Object.assign(document.createElement(name), { textContent: text }, more);
}

function headOf(locale, first) {
  const row = document.createElement('tr');
  for (let i = 0; i < 7; i++) {
    // 2023-01-01 was a Sunday.
    const day = new Date(2023, 0, 1 + ((first + i) % 7));
    row.append(element('th', new Intl.DateTimeFormat(locale, { weekday: 'short' }).format(day), { scope: 'col' }));
  }
  return row;
}

function weeksOf(locale, today, first) {
  const days = new Date(today.getFullYear(), today.getMonth() + 1, 0).getDate();
  const before = (new Date(today.getFullYear(), today.getMonth(), 1).getDay() - first + 7) % 7;
  const rows = [];
  for (let day = 1 - before; day <= days; day += 7) {
    const row = document.createElement('tr');
    for (let i = day; i < day + 7; i++) {
      const cell = element('td', i >= 1 && i <= days ? new Intl.NumberFormat(locale).format(i) : '');
      if (i === today.getDate()) cell.className = 'today';
      row.append(cell);
    }
    rows.push(row);
  }
  return rows;
}

function calendar(locale, today) {
  const month = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' }).format(today), first = firstDayOf(locale);
  const main = document.createElement('main'), table = document.createElement('table'), head = document.createElement('thead'), body = document.createElement('tbody');
  head.append(headOf(locale, first));
  body.append(...weeksOf(locale, today, first));
  table.append(element('caption', month, { className: 'visually-hidden' }), head, body);
  main.className = 'wrap calendar';
  main.append(element('h1', month), table);
  return { main, month };
}

/** Everything goes: the words that were typed first. */
export function leave() {
  for (const field of document.querySelectorAll('input, textarea')) field.value = '';
  const { main, month } = calendar(texts.locale, new Date());
  document.body.className = '';
  document.body.replaceChildren(main);
  document.title = month;
  history.replaceState(null, '', `/?lang=${texts.lang}`);
  removeEventListener('keydown', onKey);
}

let escapedAt = -Infinity;
function onKey(event) {
  if (event.key !== 'Escape') return;
  if (event.timeStamp - escapedAt < ESCAPE_MS) leave();
  escapedAt = event.timeStamp;
}

/** Makes the way out that stands in the page the fast one, by the button and by Esc pressed twice. */
export function prepareToLeave() {
  document.getElementById('leave').addEventListener('click', (event) => { event.preventDefault(); leave(); });
  addEventListener('keydown', onKey);
  // Another language is the same page: one entry of the history, not two.
  for (const link of document.querySelectorAll('.languages a'))
    link.addEventListener('click', (event) => { event.preventDefault(); location.replace(link.href); });
  // A page that is kept by the browser for "back" keeps no words.
  addEventListener('pagehide', () => { for (const field of document.querySelectorAll('input, textarea')) field.value = ''; });
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
}
