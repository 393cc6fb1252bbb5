// SPDX-License-Identifier: Apache-2.0
// What the JSON Schema of the UNTP Digital Conformity Credential 0.7.0 requires of the members that an attestation has, as
// tables: the same ones as scoring/attest/verify_schema.c. "!" behind a kind: the member is required.
import { date, moment, refuse } from './bytes.js';
import { holds, isObject } from './json.js';

export const CREDENTIALS = 'https://www.w3.org/ns/credentials/v2';
export const UNTP = 'https://vocabulary.uncefact.org/untp/0.7.0/context/';

const words = (...list) => ({ test: (v) => list.includes(v), must: 'be one of the schema\'s words' });
const types = (type) => ({ test: (v) => Array.isArray(v) && v.includes(type), must: `be an array that names ${type}` });
const each = (rules) => ({ test: Array.isArray, must: 'be an array', each: rules });
const alone = (rules) => ({ test: (v) => isObject(v) && Object.keys(v).every((name) => name in rules), must: 'be an object without other members than the schema\'s', rules });
const one = (rules) => ({ test: isObject, must: 'be an object', rules });
const must = (rule) => ({ ...rule, required: true });
const is = (what, test) => ({ test, must: `be ${what}` });

const text = is('a text', (v) => typeof v === 'string');
// A scheme and a colon, and nothing that no URI holds (RFC 3986).
const uri = is('a URI', (v) => typeof v === 'string' && /^[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f-\uffff<>"{}|\\^`]+$/.test(v));
const day = is('a date', (v) => typeof v === 'string' && date(v) !== null);
const instant = is('a moment with its zone', (v) => moment(v) !== null);
const whole = is('a whole number', Number.isSafeInteger);
const number = is('a number', (v) => typeof v === 'number');
const thing = (type) => ({ type: types(type), id: must(uri), name: must(text) });

const score = { code: must(text), rank: whole, definition: text };
const measure = { value: must(number), upperTolerance: number, lowerTolerance: number, unit: must(text) };
const link = { linkURL: must(uri), linkName: must(text), digestMultibase: text, mediaType: text };
const assessment = {
	...thing('ConformityAssessment'),
	assessmentCriteria: must(each(thing('Criterion'))),
	assessmentDate: must(day),
	assessedPerformance: must(each({ metric: one(thing('PerformanceMetric')), measure: one(measure), score: one(score) })),
	conformityTopic: must(each(thing('ConformityTopic'))),
	referenceStandard: each(thing('Standard')),
	assessedOrganisation: one(thing('Party')),
	evidence: each(link),
};
const attestation = {
	...thing('ConformityAttestation'),
	description: text,
	assessorLevel: must(words('self', 'commercial', 'buyer', 'membership', 'unspecified', '3rdParty', 'hybrid')),
	assessmentLevel: must(words('authority-benchmark', 'authority-mandate', 'authority-globalmra', 'authority-peer',
		'authority-extended-mra', 'scheme-self', 'scheme-cab', 'no-endorsement')),
	attestationType: must(words('certification', 'declaration', 'inspection', 'testing', 'verification', 'validation', 'calibration')),
	issuedToParty: must(one(thing('Party'))),
	referenceScheme: must(one(thing('ConformityScheme'))),
	referenceProfile: one(thing('ConformityProfile')),
	profileScore: one(score),
	auditableEvidence: one(link),
	conformityAssessment: each(assessment),
};
const status = {
	type: must(words('BitstringStatusListEntry')),
	id: uri,
	statusPurpose: must(words('refresh', 'revocation', 'suspension', 'message')),
	statusListIndex: must(whole),
	statusListCredential: must(uri),
};
const credential = {
	id: must(uri),
	name: must(text),
	issuer: must(one(thing('CredentialIssuer'))),
	validFrom: must(instant),
	validUntil: instant,
	credentialStatus: alone(status),
	credentialSubject: must(one(attestation)),
};

function follow(object, rules, place) {
	for (const [name, rule] of Object.entries(rules)) {
		const value = object[name];
		const here = `${place}/${name}`;
		if (value === undefined && !rule.required)
			continue;
		if (value === undefined)
			refuse(`${here} is missing`);
		if (!rule.test(value))
			refuse(`${here} must ${rule.must}`);
		if (rule.rules)
			follow(value, rule.rules, here);
		for (const [i, element] of rule.each ? value.entries() : [])
			follow(isObject(element) ? element : refuse(`${here}/${i} must be an object`), rule.each, `${here}/${i}`);
	}
}

/** @returns {string} what was seen; throws Fault */
export function checkSchema(root) {
	if (!Array.isArray(root.type) || !holds(root.type, 'DigitalConformityCredential'))
		refuse('not a UNTP Digital Conformity Credential: /type does not name it');
	if (!Array.isArray(root['@context']) || root['@context'][1] !== UNTP)
		refuse(`not of UNTP 0.7: /@context/1 must be ${UNTP}`);
	if (!root['@context'].slice(1).every((context) => typeof context === 'string'))
		refuse('/@context must hold texts alone');
	follow(root, credential, '');
	return 'a UNTP Digital Conformity Credential 0.7';
}
