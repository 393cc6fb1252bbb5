// SPDX-License-Identifier: Apache-2.0
// What an attestation says, member by member (scoring/attest/ATTESTATION.md). It comes from anybody: what is not of the right kind is
// taken for not said.
import { isObject, objectOf, textOf } from '../verify/json.js';
import { texts } from '../lib/say.js';
import { order } from '../parts/rating.js';

const STATES = ['present', 'contested', 'historic', 'remedied', 'absent'];
const listOf = (object, name) => (Array.isArray(object?.[name]) ? object[name].filter(isObject) : []);
const clamp = (n) => Math.min(100, Math.max(0, n));

/** Value and range of a measure, 0 to 100; null where there is none. */
function measure(performance) {
  const { value, lowerTolerance = 0, upperTolerance = 0 } = objectOf(performance, 'measure') ?? {};
  if (![value, lowerTolerance, upperTolerance].every(Number.isFinite)) return null;
  return { value: clamp(value), low: clamp(value - lowerTolerance), high: clamp(value + upperTolerance) };
}

function indicators(assessments) {
  const known = new Set(texts.indicatorKeys());
  const states = new Map();
  for (const assessment of assessments) {
    const key = (textOf(assessment, 'id') ?? '').split('#').pop();
    const state = textOf(objectOf(listOf(assessment, 'assessedPerformance')[0], 'score'), 'code');
    if (known.has(key) && STATES.includes(state)) states.set(key, state);
  }
  return states;
}

/** What is withheld and was opened, once that check passed. Declaration and report have nothing here to be shown. */
export function openPart(says, { part, value }) {
  const code = textOf(objectOf({ value }, 'value'), 'code');
  says.withheld = says.withheld.filter((name) => name !== part);
  if (part === 'supplier') says.supplier = textOf(value, 'name') ?? '';
  if (part === 'rating') says.rating = code !== 'unknown' && order.includes(code) ? code : 'unknown';
  if (part === 'exposure') [says.inherent, says.residual] = listOf({ value }, 'value').map(measure);
  if (part.startsWith('indicators/') && STATES.includes(code)) says.indicators.set(part.slice('indicators/'.length), code);
}

/** @param {object} root of readAttestation */
export function whatItSays(root) {
  const subject = objectOf(root, 'credentialSubject') ?? {};
  const [first, ...rest] = listOf(subject, 'conformityAssessment');
  const links = listOf(first, 'evidence');
  const withheld = links.map((link) => textOf(link, 'linkName') ?? '').filter((name) => name.startsWith('Withheld: ')).map((name) => name.slice('Withheld: '.length));
  const code = textOf(objectOf(subject, 'profileScore'), 'code');
  const [inherent, residual] = listOf(first, 'assessedPerformance').map(measure);
  return {
    id: textOf(root, 'id') ?? '',
    issuer: textOf(root, 'issuer') ?? textOf(root.issuer, 'id') ?? '',
    issuerName: textOf(root.issuer, 'name') ?? '',
    supplier: withheld.includes('supplier') ? null : textOf(objectOf(subject, 'issuedToParty'), 'name') ?? '',
    lei: textOf(objectOf(subject, 'issuedToParty'), 'registeredId') ?? '',
    byItself: textOf(subject, 'attestationType') === 'declaration',
    rating: withheld.includes('rating') ? null : code !== 'unknown' && order.includes(code) ? code : 'unknown',
    inherent: inherent ?? null,
    residual: residual ?? null,
    indicators: indicators(rest),
    withheld,
    assessed: textOf(first, 'assessmentDate') ?? '',
    from: textOf(root, 'validFrom') ?? '',
    until: textOf(root, 'validUntil') ?? '',
    reportDigest: textOf(objectOf(subject, 'auditableEvidence'), 'digestMultibase') ?? '',
    reportId: /[0-9a-f-]{36}$/i.exec(textOf(objectOf(subject, 'auditableEvidence'), 'linkURL') ?? '')?.[0] ?? '',
  };
}
