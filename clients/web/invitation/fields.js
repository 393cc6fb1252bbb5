// SPDX-License-Identifier: Apache-2.0
// One function for each kind of field. `c` is the form's context: {get(pointer), set(pointer, value), faults: Map, sites}.
import { html, nothing } from 'lit';
import { say, sayKey, texts } from '../lib/say.js';
import { controls, evidence, findingFields } from './form.js';

const labelKey = (path, name) => [`invitation.${path}_${name}`, `invitation.${name}`].find((key) => texts.has(key)) ?? name;
const hintOf = (key) => (texts.has(`${key}_hint`) ? say(`${key}_hint`) : null);
const idOf = (pointer) => `f${pointer.replaceAll('/', '-')}`;

/** What a place of the form is called, in words: its row, and the label of its field. */
export function nameOf(form, pointer) {
  const words = [];
  let path = '';
  for (const part of pointer.split('/').slice(1)) {
    const isRow = /^\d+$/.test(part), key = isRow ? `invitation.${path}_row` : labelKey(path, part);
    if (isRow && path === 'findings') words.push(texts.indicator(form.findings[part]?.indicator));
    else if (texts.has(key)) words.push(say(key, isRow ? { number: Number(part) + 1 } : {}));
    if (!isRow) path = path === '' ? part : `${path}_${part}`;
  }
  return words.join(' · ') || pointer;
}

function wrapped(c, field, pointer, path, control) {
  const key = labelKey(path, field.name), hint = hintOf(key), id = idOf(pointer), fault = c.faults.get(pointer);
  return html`<div class="field"><label for=${id}>${say(key)}${field.required ? nothing : html` <span class="small">(${say('frame.optional')})</span>`}</label>
    ${hint ? html`<p class="hint" id="${id}-hint">${hint}</p>` : nothing}
    ${control({ id, described: `${hint ? `${id}-hint ` : ''}${fault ? `${id}-fault` : ''}`, invalid: fault ? 'true' : 'false' })}
    ${fault ? html`<p class="fault" id="${id}-fault">${fault.words ?? html`<span lang="en" dir="ltr">${fault.detail}</span>`}</p>` : nothing}</div>`;
}

const typed = (c, pointer, read) => (e) => c.set(pointer, read(e.target.value));
const asText = (value) => (value.trim() === '' ? undefined : value);
const asCount = (value) => (value === '' ? undefined : Number(value));
const options = (c, pointer, all) => html`<option value="">${say('invitation.not_said')}</option>${all.map(([value, word]) => html`<option value=${value} ?selected=${c.get(pointer) === value}>${word}</option>`)}`;

const drawers = {
  text: (c, field, pointer, path) => wrapped(c, field, pointer, path, (a) => html`<input id=${a.id} dir=${field.ltr ? 'ltr' : 'auto'} maxlength=${field.max} .value=${c.get(pointer) ?? ''} ?required=${field.required} autocomplete="off"
    aria-describedby=${a.described || nothing} aria-invalid=${a.invalid} @change=${typed(c, pointer, asText)}>`),
  area: (c, field, pointer, path) => wrapped(c, field, pointer, path, (a) => html`<textarea id=${a.id} dir="auto" maxlength=${field.max} .value=${c.get(pointer) ?? ''} aria-describedby=${a.described || nothing} aria-invalid=${a.invalid} @change=${typed(c, pointer, asText)}></textarea>`),
  lines: (c, field, pointer, path) => wrapped(c, field, pointer, path, (a) => html`<textarea id=${a.id} dir="auto" class="short" .value=${(c.get(pointer) ?? []).join('\n')} aria-describedby=${a.described || nothing} aria-invalid=${a.invalid}
    @change=${(e) => { const all = e.target.value.split('\n').map((line) => line.trim()).filter(Boolean); c.set(pointer, all.length ? all : undefined); }}></textarea>`),
  country: (c, field, pointer, path) => wrapped(c, field, pointer, path, (a) => html`<select id=${a.id} ?required=${field.required} aria-describedby=${a.described || nothing} aria-invalid=${a.invalid} @change=${typed(c, pointer, asText)}>${options(c, pointer, texts.countries())}</select>`),
  countries: (c, field, pointer, path) => wrapped(c, field, pointer, path, (a) => html`<select id=${a.id} multiple size="6" aria-describedby=${a.described || nothing} aria-invalid=${a.invalid}
    @change=${(e) => { const all = [...e.target.selectedOptions].map((o) => o.value); c.set(pointer, all.length ? all : undefined); }}>${texts.countries().map(([iso3, name]) => html`<option value=${iso3} ?selected=${(c.get(pointer) ?? []).includes(iso3)}>${name}</option>`)}</select>`),
  count: (c, field, pointer, path) => wrapped(c, field, pointer, path, (a) => html`<input id=${a.id} type="number" inputmode="numeric" min="0" max=${field.max} step="1" class="count" .value=${String(c.get(pointer) ?? '')} aria-describedby=${a.described || nothing} aria-invalid=${a.invalid} @change=${typed(c, pointer, asCount)}>`),
  percent: (c, field, pointer, path) => wrapped(c, field, pointer, path, (a) => html`<input id=${a.id} type="number" inputmode="decimal" min="0" max="100" step="any" class="count" .value=${c.get(pointer) === undefined ? '' : String(Math.round(c.get(pointer) * 10000) / 100)}
    aria-describedby=${a.described || nothing} aria-invalid=${a.invalid} @change=${typed(c, pointer, (v) => (v === '' ? undefined : Number(v) / 100))}>`),
  date: (c, field, pointer, path) => wrapped(c, field, pointer, path, (a) => html`<input id=${a.id} type="date" class="count" .value=${c.get(pointer) ?? ''} aria-describedby=${a.described || nothing} aria-invalid=${a.invalid} @change=${typed(c, pointer, asText)}>`),
  choice: (c, field, pointer, path) => wrapped(c, field, pointer, path, (a) => html`<select id=${a.id} aria-describedby=${a.described || nothing} aria-invalid=${a.invalid} @change=${typed(c, pointer, asText)}>
    ${options(c, pointer, field.options.map((option) => [option, field.prefix.startsWith('invitation.') ? say(`${field.prefix}_${option}`) : sayKey(field.prefix, option)]))}</select>`),
  truth: (c, field, pointer, path) => wrapped(c, field, pointer, path, (a) => html`<select id=${a.id} aria-describedby=${a.described || nothing} aria-invalid=${a.invalid} @change=${(e) => c.set(pointer, e.target.value === '' ? undefined : e.target.value === 'true')}>
    <option value="">${say('invitation.not_said')}</option>${[true, false].map((value) => html`<option value=${String(value)} ?selected=${c.get(pointer) === value}>${say(value ? 'invitation.answer_yes' : 'invitation.answer_no')}</option>`)}</select>`),
  site: (c, field, pointer, path) => (c.sites().length === 0 ? nothing : wrapped(c, field, pointer, path, (a) => html`<select id=${a.id} aria-describedby=${a.described || nothing} aria-invalid=${a.invalid} @change=${typed(c, pointer, asText)}>${options(c, pointer, c.sites())}</select>`)),
  group: (c, field, pointer, path) => (path === '' ? drawAll(c, field.fields, pointer, field.name) : html`<fieldset><legend>${say(labelKey(path, field.name))}</legend>${drawAll(c, field.fields, pointer, `${path}_${field.name}`)}</fieldset>`),
  list: drawList,
  findings: drawFindings,
  controls: drawControls,
};

// The button goes with its row: whoever is at the keyboard goes on at the one that adds a row.
const removing = (remove) => ({ currentTarget }) => {
  const rows = currentTarget.closest('.rows, .finding');
  remove();
  requestAnimationFrame(() => rows.querySelector(':scope > button')?.focus());
};

function drawList(c, field, pointer, path) {
  const rows = c.get(pointer) ?? [], name = path === '' ? field.name : `${path}_${field.name}`, none = pointer.replace(/[^/]+$/, `no_${field.name}`);
  const fresh = () => (field.id ? { id: freeId(rows, field.id) } : {});
  return html`<div class="rows">${rows.map((row, i) => html`<fieldset class="row-of-list"><legend>${say(`invitation.${name}_row`, { number: i + 1 })}</legend>
      ${drawAll(c, field.fields, `${pointer}/${i}`, name)}
      <button type="button" class="quiet-button" @click=${removing(() => c.set(pointer, rows.filter((_, j) => j !== i)))}>${say('invitation.remove_row', { number: i + 1 })}</button></fieldset>`)}
    ${field.none && rows.length === 0 ? html`<label class="check"><input type="checkbox" .checked=${c.get(none) === true} @change=${(e) => c.set(none, e.target.checked || undefined)}>${say(`invitation.${name}_none`)}</label>` : nothing}
    ${rows.length < field.max && !(field.none && c.get(none)) ? html`<button type="button" class="quiet-button" id="${idOf(pointer)}-add" @click=${() => c.set(pointer, [...rows, fresh()])}>${say(`invitation.${name}_add`)}</button>` : nothing}</div>`;
}

function freeId(rows, stem) {
  for (let n = 1; ; n++) if (!rows.some((row) => row.id === `${stem}-${n}`)) return `${stem}-${n}`;
}

// For each of the eleven: whether anybody looked, and what was found; as often as there are sites or groups to speak of.
function drawFindings(c, field, pointer) {
  const all = c.get(pointer) ?? [];
  return html`${c.indicators.map((key) => {
    const own = all.map((finding, i) => [finding, i]).filter(([finding]) => finding.indicator === key);
    return html`<details class="card finding" ?open=${own.some(([, i]) => c.hasFault(`${pointer}/${i}`))}><summary><strong>${texts.indicator(key)}</strong> <span class="small">${own.length ? say('invitation.findings_count', { count: own.length }) : say('invitation.not_said')}</span></summary>
      ${own.map(([, i], n) => html`<fieldset><legend>${say('invitation.findings_row', { number: n + 1 })}</legend>${drawAll(c, findingFields, `${pointer}/${i}`, 'findings')}
        <button type="button" class="quiet-button" @click=${removing(() => c.set(pointer, all.filter((_, j) => j !== i)))}>${say('invitation.remove_row', { number: n + 1 })}</button></fieldset>`)}
      <button type="button" class="quiet-button" id="add-${key}" @click=${() => c.set(pointer, [...all, { indicator: key }])}>${say('invitation.findings_add')}</button></details>`;
  })}`;
}

function drawControls(c, field, pointer) {
  const all = c.get(pointer) ?? [];
  return html`${controls.map((key) => {
    const i = all.findIndex((row) => row.control === key), at = `${pointer}/${i === -1 ? all.length : i}`, id = `control-${key}`;
    const put = (change) => c.set(pointer, change.evidence === undefined && 'evidence' in change ? all.filter((_, j) => j !== i) : i === -1 ? [...all, { control: key, ...change }] : all.map((row, j) => (j === i ? { ...row, ...change } : row)));
    return html`<div class="card control"><p class="label" id="${id}-label">${say(`invitation.control_${key}`)}</p><div class="row">
      <div class="field"><label for=${id}>${say('invitation.controls_evidence')}</label><select id=${id} aria-describedby="${id}-label" @change=${(e) => put({ evidence: asText(e.target.value) })}><option value="">${say('invitation.not_said')}</option>${evidence.map((word) => html`<option value=${word} ?selected=${all[i]?.evidence === word}>${say(`invitation.evidence_${word}`)}</option>`)}</select></div>
      ${i === -1 ? nothing : drawers.date(c, { name: 'date' }, `${at}/date`, 'controls')}</div></div>`;
  })}`;
}

/** The fields of a step or group. path: the names on the way, joined by _; it chooses the texts. */
export function drawAll(c, fields, pointer, path) {
  return fields.map((field) => drawers[field.kind](c, field, `${pointer}/${field.name}`, path));
}
