// SPDX-License-Identifier: Apache-2.0
// What if: the declaration with fixes and facts put into it. Each function answers a new declaration; the one given stays as it is.

// What is contested or historic was said too, and goes with its remedy.
const reported = new Set(['present', 'contested', 'historic']);

/** [{key, site, findings: [index]}]: each indicator that was reported, place by place. */
export function fixesOf(declaration, report) {
  const found = new Map();
  for (const indicator of report.indicators)
    for (const { finding, use } of indicator.evidence) {
      const at = finding.match(/^\/findings\/(\d+)$/);
      if (!at || !reported.has(use)) continue;
      const site = declaration.findings[at[1]].site ?? null, id = `${indicator.key} ${site ?? ''}`;
      const fix = found.get(id) ?? { id, key: indicator.key, site, findings: [] };
      fix.findings.push(Number(at[1]));
      found.set(id, fix);
    }
  return [...found.values()];
}

/** The findings of these fixes remedied, verified by an authority at this date. */
export function withFixes(declaration, fixes, date) {
  const copy = structuredClone(declaration);
  // What an authority verified is not the supplier's own word, which would count for less.
  if (fixes.length && copy.declarant === 'supplier') copy.declarant = 'company';
  for (const { findings } of fixes) for (const i of findings) copy.findings[i].remediation = { state: 'verified', source: 'authority', date };
  return copy;
}

const fees = ['employer_pays', 'workers_pay'], answers = ['no', 'yes'], housing = ['independent', 'employer'];
const truth = { kind: 'truth', values: ['false', 'true'] }, count = (max) => ({ kind: 'count', max });
// Where a question is answered, and by what (scoring/model/shapes.c).
const places = {
  '/supplier/region': { kind: 'text' },
  '/products/-/origin': { kind: 'country' },
  '/products/-/hs': { kind: 'hs' },
  '/workforce/labour_transfer': { kind: 'word', values: answers },
  '/workforce/recruitment_fees': { kind: 'word', values: fees },
  '/workforce/fees_reimbursed': { kind: 'word', values: answers },
  '/workforce/housing': { kind: 'word', values: housing },
  '/workforce/phones_kept_by_employer': truth,
  '/workforce/piece_rate': truth,
  '/workforce/migrant': count(10000000),
  '/workforce/agency': count(10000000),
  '/workforce/under_18': count(10000000),
  '/workforce/peak_hours_per_week': count(168),
  '/workforce/rest_days_per_month': count(31),
  '/workforce/months_at_sea': count(120),
};

/** [{at, question, kind, values}]: what the report asks and can be tried here, once for each place. */
export function factsOf(report) {
  const found = new Map();
  for (const question of report.next_questions) if (places[question.asks] && !found.has(question.asks)) found.set(question.asks, { at: question.asks, question, ...places[question.asks] });
  return [...found.values()];
}

const typed = (kind, text) => (kind === 'truth' ? text === 'true' : kind === 'count' ? Number(text) : text);

/** values: {place: text}; empty ones are left out. */
export function withFacts(declaration, values) {
  const copy = structuredClone(declaration);
  for (const [at, text] of Object.entries(values)) {
    if (text === '') continue;
    const [, member, ...rest] = at.split('/'), value = typed(places[at].kind, text);
    // A product that a list does not name is one of which just this is known.
    if (member === 'products') for (const product of (copy.products = copy.products?.length ? copy.products : [{}])) product[rest.at(-1)] ??= value;
    else copy[member] = { ...copy[member], [rest[0]]: value };
  }
  return copy;
}
