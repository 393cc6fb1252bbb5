// SPDX-License-Identifier: Apache-2.0
// Between what a form holds and what is sent: a member that says nothing is left out, and a place in what is sent leads back to the form.
import { findingFields, steps } from './form.js';

const isEmpty = (value) => value === undefined || value === null || value === ''
  || (Array.isArray(value) ? value.length === 0 : typeof value === 'object' && Object.keys(value).length === 0);

// `places` takes, for each place in what is sent, the place in the form. A list that says "none" ({none: true}) is sent empty.
function pruned(value, sent, form, places) {
  places.set(sent, form);
  if (Array.isArray(value)) {
    const kept = [];
    value.forEach((item, i) => {
      const part = pruned(item, `${sent}/${kept.length}`, `${form}/${i}`, places);
      if (!isEmpty(part)) kept.push(part);
    });
    return kept;
  }
  if (value === null || typeof value !== 'object') return typeof value === 'string' ? value.trim() : value;
  const kept = {};
  for (const [name, member] of Object.entries(value)) {
    if (name.startsWith('no_')) {
      if (member) kept[name.slice(3)] = [];
      continue;
    }
    const part = pruned(member, `${sent}/${name}`, `${form}/${name}`, places);
    if (!isEmpty(part)) kept[name] ??= part;
  }
  return kept;
}

// An id alone, or an indicator alone, says nothing.
const saysSomething = (row, silent) => Object.keys(row).some((name) => !silent.includes(name));

/** {declaration, places}: what is sent, and a Map from its JSON pointers to those of the form. */
export function declarationOf(form) {
  const places = new Map();
  const declaration = pruned(form, '', '', places);
  if (declaration.sites) declaration.sites = declaration.sites.filter((site) => saysSomething(site, ['id']));
  if (declaration.findings) declaration.findings = declaration.findings.filter((finding) => saysSomething(finding, ['indicator']));
  for (const name of ['sites', 'findings']) if (declaration[name]?.length === 0) delete declaration[name];
  return { declaration: { declarant: 'supplier', ...declaration }, places };
}

/** The value at a JSON pointer of the form; undefined where nothing stands. */
export function valueAt(form, pointer) {
  return pointer.split('/').slice(1).reduce((value, name) => value?.[name], form);
}

/** The form with the value put at the pointer; what is missing on the way is made. */
export function withValue(form, pointer, value) {
  const copy = structuredClone(form);
  const names = pointer.split('/').slice(1), last = names.pop();
  let at = copy;
  names.forEach((name, i) => {
    const next = names[i + 1] ?? last;
    at[name] ??= /^\d+$/.test(next) ? [] : {};
    at = at[name];
  });
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

const isText = (value) => typeof value === 'string';
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const areTexts = (value) => Array.isArray(value) && value.every(isText);
const holds = (fields, value) => isObject(value) && fields.every((field) => value[field.name] === undefined || fitsKind[field.kind](value[field.name], field));
const areRows = (fields, value) => Array.isArray(value) && value.every((row) => holds(fields, row));
const texts = (...names) => names.map((name) => ({ name, kind: 'text' }));

// What each kind of field can draw.
const fitsKind = {
  text: isText, area: isText, country: isText, choice: isText, date: isText, site: isText,
  count: Number.isFinite, percent: Number.isFinite,
  truth: (value) => typeof value === 'boolean',
  lines: areTexts, countries: areTexts,
  group: (value, field) => holds(field.fields, value),
  list: (value, field) => areRows([...texts('id'), ...field.fields], value),
  findings: (value) => areRows([...texts('indicator'), ...findingFields], value),
  controls: (value) => areRows(texts('control', 'evidence', 'date'), value),
};

/** Whether every field of the form can be drawn from it; members that no field shows may be anything. */
export const isForm = (value) => holds(steps.flatMap((step) => step.fields), value);

/** A declaration from a file, as a form holds it; null where it is none. */
export function formOf(text) {
  try {
    const read = JSON.parse(text);
    if (!isForm(read) || !read.supplier) return null;
    const { declarant, ...form } = read;
    (form.products ?? []).forEach((product) => { if (product.inputs?.length === 0) product.no_inputs = true; });
    return form;
  } catch {
    return null;
  }
}
