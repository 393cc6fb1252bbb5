// SPDX-License-Identifier: Apache-2.0
/*
 * Checks an attestation of probity where it is read: no server is asked, and nothing but the browser (or Node) is needed. The
 * checks, their order and their outcomes are those of `probity verify`; scoring/attest/ATTESTATION.md says what each is over. A
 * check that could not be made is "skipped" and says why, never "passed".
 */
import { Fault, Skip, base58, base64url, fromUtf8, hex, join, moment, momentText, refuse, same, sha256, skip, utf8 } from './bytes.js';
import { checkEnds, findKey, logKeys, readDocument, splitUrl, webAddress } from './did.js';
import { holds as signatureHolds } from './ed25519.js';
import { asEnvelope, inData, readEnvelope } from './envelope.js';
import { canonical, holds, isObject, objectOf, parse, textOf } from './json.js';
import { checkReceipt, isReceipt } from './log.js';
import { CREDENTIALS, UNTP, checkSchema } from './schema.js';
import { lookUp, unpackList } from './status.js';

/**
 * @typedef {string|Uint8Array} Text
 * @typedef {object} Options what to check with; what is missing is skipped, and said to be so
 * @property {number} [now] seconds since 1970; the clock's where it is missing
 * @property {number} [skewSeconds] a clock that is slow by so much is taken for right; 0 where it is missing
 * @property {Text} [didDocument] of the issuer: a did:web fails `issuer` without
 * @property {Text} [statusList] the status list credential, with its proof or as vc+jwt
 * @property {Text} [receipt] the tlog-proof of the attestation
 * @property {string} [logKey] the verifier key of the log; where it is missing, those of the DID document (#log-N)
 * @property {Text} [checkpoint] one that the reader trusts: the receipt must agree; a receipt with one will do
 * @property {(Text|Text[])} [openings] of withheld parts: {"part","salt","value"}, an array of them, or the server's {"items":[..]}
 * @property {boolean} [statusWanted] a status that was not looked up is a failure
 * @property {boolean} [logWanted] likewise
 * @property {boolean} [answerToo] the text may be a server's whole answer, whose member "attestation" is meant
 *
 * @typedef {object} Check
 * @property {string} check @property {'passed'|'failed'|'skipped'} outcome @property {string} detail one line
 *
 * @typedef {object} Verification
 * @property {boolean} verified none failed, and form, schema, proof, issuer and validity passed
 * @property {Check[]} checks in the order of CHECKS
 * @property {object} attestation what it says, believed or not: id, issuer, issuer_name, subject_name, valid_from, valid_until
 */

export const CHECKS = ['form', 'schema', 'proof', 'issuer', 'validity', 'status', 'log', 'openings'];
const REQUIRED = CHECKS.slice(0, 5);
const CREDENTIAL_BYTES_MAX = 1024 * 1024;
const ANSWER_BYTES_MAX = 8 * CREDENTIAL_BYTES_MAX;
const MEMBERS_MAX = 64;
const STATUS_ENTRIES_MAX = 4;
const DETAIL_MAX = 600; // characters

const fits = (object) => Object.keys(object).length <= MEMBERS_MAX;

/** A copy of the object's own members, but for those named. */
function without(object, ...names) {
	return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/* ---- form: what there is to look at ---- */

function takeEnvelope(v, jws) {
	v.envelope = readEnvelope(jws);
	return parse(v.envelope.payload, CREDENTIAL_BYTES_MAX);
}

function readRoot(v, text) {
	const max = v.options.answerToo ? ANSWER_BYTES_MAX : CREDENTIAL_BYTES_MAX;
	const jws = asEnvelope(typeof text === 'string' ? text : fromUtf8(text) ?? '');
	if (jws !== null)
		return takeEnvelope(v, jws);
	const whole = parse(text, max);
	const inner = v.options.answerToo && isObject(whole) && !('@context' in whole) ? whole.attestation : undefined;
	if (typeof inner === 'string' && asEnvelope(inner) !== null)
		return takeEnvelope(v, asEnvelope(inner));
	const root = isObject(inner) ? inner : whole;
	if (!isObject(root) || !holds(root.type, 'EnvelopedVerifiableCredential'))
		return root;
	// Nothing in it is signed but what its id holds.
	const inside = Object.keys(root).length === 3 && holds(root['@context'], CREDENTIALS) ? inData(textOf(root, 'id')) : null;
	return takeEnvelope(v, inside ?? refuse('an EnvelopedVerifiableCredential has @context, type and an id data:application/vc+jwt,... and nothing else'));
}

function checkForm(v, text) {
	const root = readRoot(v, text);
	if (!isObject(root))
		refuse('an attestation is an object');
	if (!fits(root))
		refuse(`there are more than ${MEMBERS_MAX} members, which no attestation has`);
	v.root = root;
	v.issuer = textOf(root, 'issuer') ?? textOf(root.issuer, 'id');
	if (!Array.isArray(root['@context']) || root['@context'][0] !== CREDENTIALS)
		refuse(`/@context must be an array that begins with ${CREDENTIALS}`);
	if (!holds(root.type, 'VerifiableCredential'))
		refuse('/type does not name VerifiableCredential');
	if (v.envelope && ('proof' in root || 'vc' in root || 'vp' in root))
		refuse('the payload of a vc+jwt is the credential itself, with no proof of its own and no claim "vc" or "vp"');
	return `strict JSON, a W3C Verifiable Credential 2.0${v.envelope ? ', enveloped (vc+jwt)' : ''}`;
}

/* ---- issuer and proof ---- */

function checkIssuer(v) {
	const place = v.envelope ? 'the header\'s kid' : '/proof/verificationMethod';
	const url = v.envelope ? v.envelope.kid : textOf(objectOf(v.root, 'proof'), 'verificationMethod');
	const name = splitUrl(url ?? skip('not looked at: no proof names a key'), place);
	const isKey = name.did.startsWith('did:key:');
	// The document of somebody who is not the issuer is of no use.
	if (v.issuer === name.did || isKey)
		v.key = findKey(name, v.options.didDocument, v.now, v.envelope ? 'JsonWebKey' : 'Multikey');
	if (v.issuer === undefined)
		refuse('/issuer names nobody: a text or an object with an id is wanted');
	if (v.issuer !== name.did)
		refuse(`it was signed with a key of ${name.did}, and the issuer is ${v.issuer}`);
	return isKey ? `the issuer is the key itself (${name.did}); who holds it, it does not say`
		: `the DID document lists the key for attestations of ${name.did}`;
}

/** What of the proof is not the signature. */
function readProof(v, proof) {
	if (proof === undefined)
		refuse('there is no proof: it is not signed');
	if (!isObject(proof) || !fits(proof) || 'previousProof' in proof)
		refuse('/proof must be one object: sets and chains of proofs are not supported');
	if (textOf(proof, 'type') !== 'DataIntegrityProof' || textOf(proof, 'cryptosuite') !== 'eddsa-jcs-2022')
		refuse('/proof must be a DataIntegrityProof of the cryptosuite eddsa-jcs-2022');
	if (textOf(proof, 'proofPurpose') !== 'assertionMethod')
		refuse('/proof/proofPurpose must be assertionMethod');
	if (textOf(proof, 'verificationMethod') === undefined)
		refuse('/proof/verificationMethod is missing: no key is named');
	for (const name of ['created', 'expires'])
		if (name in proof && moment(proof[name]) === null)
			refuse(`/proof/${name} is no moment with its zone`);
	if ('expires' in proof && v.now > moment(proof.expires))
		refuse('the proof itself has expired (/proof/expires)');
}

const listed = (context) => (Array.isArray(context) ? context : [context]);

async function checkProof(v) {
	if (v.envelope)
		return checkEnvelope(v);
	const proof = v.root.proof;
	readProof(v, proof);
	const document = without(v.root, 'proof');
	if ('@context' in proof) {
		const own = listed(v.root['@context']);
		if (!('@context' in v.root) || !listed(proof['@context']).every((context, i) => i < own.length && canonical(context) === canonical(own[i])))
			refuse('/@context does not begin with the contexts that were signed (/proof/@context)');
		if (own.length > listed(proof['@context']).length)
			refuse('a context was added behind the signed ones, which no signature covers (/@context)');
		document['@context'] = proof['@context'];
	}
	const value = textOf(proof, 'proofValue') ?? refuse('/proof/proofValue is missing');
	const signature = value.startsWith('z') ? base58(value.slice(1)) : null;
	if (signature?.length !== 64)
		refuse('/proof/proofValue must be the 64 bytes of a signature in base58btc, behind "z"');
	if (v.key === undefined)
		skip('there is no key to check the signature with: see issuer');
	const hashes = join(await sha256(utf8(canonical(without(proof, 'proofValue')))), await sha256(utf8(canonical(document))));
	if (!(await signatureHolds(v.key, signature, hashes)))
		refuse('the signature is not over this text: the text or its proof was changed, or the proof belongs to another text or key');
	return `eddsa-jcs-2022, by ${proof.verificationMethod}`;
}

async function checkEnvelope(v) {
	// Claims of JWT say the same as the credential's members; nbf and exp are the signature's own.
	const pairs = { iss: v.issuer, jti: textOf(v.root, 'id'), sub: textOf(objectOf(v.root, 'credentialSubject'), 'id') };
	for (const [claim, value] of Object.entries(pairs))
		if (claim in v.root && textOf(v.root, claim) !== value)
			refuse(`the claim "${claim}" of the vc+jwt is not what the credential says`);
	const { nbf = v.now, exp = Number.MAX_SAFE_INTEGER } = v.root;
	if (!Number.isSafeInteger(nbf) || !Number.isSafeInteger(exp) || nbf - v.skew > v.now || v.now >= exp)
		refuse('the claims "nbf" and "exp" of the vc+jwt do not hold now');
	if (v.key === undefined)
		skip('there is no key to check the signature with: see issuer');
	if (!(await signatureHolds(v.key, v.envelope.signature, v.envelope.signed)))
		refuse('the signature is not over this text, or is another key\'s');
	return `vc+jwt, EdDSA, by ${v.envelope.kid}`;
}

/* ---- validity ---- */

function checkValidity(v) {
	const read = (name) => moment(v.root[name]) ?? refuse(`/${name} is ${name in v.root ? 'no moment: YYYY-MM-DDThh:mm:ssZ is wanted' : 'missing'}`);
	const from = 'validFrom' in v.root || !v.isList ? read('validFrom') : v.now;
	const until = 'validUntil' in v.root ? read('validUntil') : Infinity;
	const at = `judged at ${momentText(v.now)}`;
	if (until < from)
		refuse('/validUntil lies before /validFrom');
	// A list may be signed later than the moment that is judged: a bit that is clear then was clear before.
	if (!v.isList && from - v.skew > v.now)
		refuse(`not valid yet: from ${v.root.validFrom}, ${at}`);
	if (v.now > until)
		refuse(`expired: valid until ${v.root.validUntil}, ${at}`);
	// Made in what is still to come: then nothing that its clock says can be relied upon.
	if (!v.isList && (moment(objectOf(v.root, 'proof')?.created) ?? -Infinity) - v.skew > v.now)
		refuse(`the proof says that it was made later than now (/proof/created), ${at}`);
	return `from ${v.root.validFrom} ${until === Infinity ? 'without an end' : `until ${v.root.validUntil}`}, ${at}`;
}

/* ---- status ---- */

/** The list, its signature and validity checked, as the issuer's own. */
async function readList(v) {
	const list = await look(v.options.statusList, { ...v.options, answerToo: false }, true);
	for (const name of ['form', 'issuer', 'proof', 'validity'])
		if (list.said[name].outcome !== 'passed')
			refuse(`STATUS_VERIFICATION_ERROR: the status list does not hold: ${name}: ${list.said[name].detail}`);
	if (list.issuer !== v.issuer)
		refuse('STATUS_VERIFICATION_ERROR: the status list is of another issuer');
	return list.root;
}

/** A number in a DCC, whose schema wants one; a text of digits elsewhere, as W3C does. */
function indexOf(v, entry) {
	const index = entry.statusListIndex;
	const dcc = holds(v.root.type, 'DigitalConformityCredential') || holds(v.root['@context'], UNTP);
	if (dcc ? !Number.isSafeInteger(index) || index < 0 : typeof index !== 'string' || !/^(0|[1-9]\d{0,14})$/.test(index))
		refuse(`MALFORMED_VALUE_ERROR: statusListIndex must be ${dcc ? 'a whole number' : 'digits as a text'}`);
	return Number(index);
}

function readEntry(v, entry) {
	const purpose = textOf(entry, 'statusPurpose');
	const address = textOf(entry, 'statusListCredential');
	if (textOf(entry, 'type') !== 'BitstringStatusListEntry' || purpose === undefined || address === undefined)
		refuse('MALFORMED_VALUE_ERROR: /credentialStatus is no BitstringStatusListEntry with purpose and list');
	return { purpose, address, index: indexOf(v, entry) };
}

async function checkStatus(v) {
	const given = 'credentialStatus' in v.root ? listed(v.root.credentialStatus) : undefined;
	if (given?.length === 0 || given?.length > STATUS_ENTRIES_MAX)
		refuse(`MALFORMED_VALUE_ERROR: /credentialStatus is an empty array, or has more than ${STATUS_ENTRIES_MAX} entries`);
	const entries = (given ?? [])
		.map((entry) => readEntry(v, entry))
		.filter(({ purpose }) => purpose === 'revocation' || purpose === 'suspension');
	if (entries.length === 0)
		skip('it names no status list: whether it was revoked cannot be looked up');
	if (v.options.statusList === undefined)
		skip('it names a status list, which was not looked up');
	const list = await readList(v);
	const bits = await unpackList(list);
	for (const { purpose, address, index } of entries)
		if (lookUp(list, bits, address, purpose, index))
			refuse(`the issuer has ${purpose === 'revocation' ? 'revoked' : 'suspended'} it`);
	return `not revoked: its bit is clear in ${textOf(list, 'id')}, as of ${textOf(list, 'validFrom')}`;
}

/* ---- log and openings ---- */

/** The log of a did:web: its keys are the document's #log-N. */
function issuersLog(v) {
	if (v.options.logKey !== undefined)
		return undefined;
	if (!v.issuer?.startsWith('did:web:'))
		refuse('the key of the log is needed (NAME+HEX+BASE64): the issuer has no DID document to hold it');
	const keys = logKeys(readDocument(v.options.didDocument, v.issuer), v.issuer);
	return { address: webAddress(v.issuer), keys: keys.map(({ method, key }) => ({ key, check: () => checkEnds(method, v.now) })) };
}

async function checkLog(v) {
	const { checkpoint } = v.options;
	const receipt = v.options.receipt ?? (isReceipt(checkpoint) ? checkpoint : undefined);
	if (receipt === undefined)
		skip('no receipt of the log was given');
	if (v.envelope)
		refuse('the log holds the digest of the form with an embedded proof: check that one against the receipt');
	const entry = async (salt) => {
		if (salt.length !== 16)
			refuse('the receipt\'s extra line does not hold the 16 bytes of salt');
		const at = moment(v.root.validFrom) ?? -1;
		if (at < 0) // the log counts from 1970
			refuse('without a validFrom from 1970 on there is no entry to look for');
		return canonical({ issuedAt: momentText(at), sha256: hex(await sha256(salt, utf8(canonical(v.root)))), type: 'attestation' });
	};
	return checkReceipt(receipt, entry, v.options.logKey, issuersLog(v), v.options.receipt && checkpoint);
}

async function checkOpening(v, opening, opened) {
	if (!isObject(opening) || Object.keys(opening).sort().join() !== 'part,salt,value')
		refuse('an opening is an object of part, salt and value, and nothing else');
	const { part, salt: text, value } = opening;
	if (typeof part !== 'string' || !/^(supplier|rating|exposure|declaration|report|indicators\/[a-z_]+)$/.test(part))
		refuse('an opening names no part of an attestation');
	if (opened.includes(part)) // which bounds the work
		refuse(`${part} is opened twice: one opening of each part is wanted`);
	const salt = typeof text === 'string' ? base64url(text) : null;
	if (salt?.length !== 16)
		refuse(`${part}: the salt must be 16 bytes as base64url`);
	const first = objectOf(v.root, 'credentialSubject')?.conformityAssessment?.[0];
	const links = isObject(first) && Array.isArray(first.evidence) ? first.evidence : [];
	const link = links.find((one) => textOf(one, 'linkName') === `Withheld: ${part}`) ?? refuse(`the attestation withholds no ${part}`);
	const stated = textOf(link, 'digestMultibase') ?? '';
	const digest = await sha256(salt, utf8(canonical({ part, value })));
	// "u": base64url; 12 20: SHA-256, 32 bytes.
	if (!stated.startsWith('u') || !same(base64url(stated.slice(1)) ?? [], join([0x12, 0x20], digest)))
		refuse(`this is not the ${part} that the attestation withholds: value or salt is another`);
	return part;
}

async function checkOpenings(v) {
	const texts = v.options.openings === undefined ? [] : listed(v.options.openings);
	const parts = [];
	if (texts.length > 0 && v.said.proof.outcome !== 'passed')
		skip('not looked at: the proof of what they are openings of did not pass');
	for (const text of texts) {
		const given = parse(text, CREDENTIAL_BYTES_MAX);
		for (const opening of listed(isObject(given) && Array.isArray(given.items) ? given.items : given))
			parts.push(await checkOpening(v, opening, parts));
	}
	return parts.length > 0 ? `opened: ${parts.join(', ')}` : skip('nothing that it withholds was opened');
}

/* ---- the whole ---- */

/** It quotes the input: one line of readable text comes out. */
const clean = (text) => text.slice(0, DETAIL_MAX).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\ufffd');

async function judge(v, name, check) {
	try {
		v.said[name] = { outcome: 'passed', detail: clean(await check(v)) };
	} catch (fault) {
		if (!(fault instanceof Fault))
			throw fault;
		v.said[name] = { outcome: fault instanceof Skip ? 'skipped' : 'failed', detail: clean(fault.message) };
	}
}

/** The checks of whatever is signed. The issuer comes first: it finds the key. */
async function look(text, options, isList = false) {
	const v = { options, now: options.now, skew: options.skewSeconds ?? 0, isList, said: {} };
	await judge(v, 'form', () => checkForm(v, text));
	for (const [name, check] of [['issuer', checkIssuer], ['proof', checkProof], ['validity', checkValidity]])
		await judge(v, name, v.root ? check : () => skip('not looked at: there is nothing of the right form to look at'));
	return v;
}

function whatItSays({ root = {}, issuer }) {
	const said = {
		id: textOf(root, 'id'),
		issuer,
		issuer_name: textOf(root.issuer, 'name'),
		subject_name: textOf(objectOf(objectOf(root, 'credentialSubject'), 'issuedToParty'), 'name'),
		valid_from: textOf(root, 'validFrom'),
		valid_until: textOf(root, 'validUntil'),
	};
	return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

/**
 * The credential that is in the text, for showing what it says: nothing is checked but its form.
 * @param {Text} text as for verifyAttestation @param {Options} [options]
 * @returns {object} without a prototype; throws Fault where there is none
 */
export function readAttestation(text, options = {}) {
	const v = { options, said: {} };
	checkForm(v, text);
	return v.root;
}

/** How far ahead of this clock a signer's may run where nobody says, as `probity verify` has it: a telephone is seldom right to the second. */
export const SKEW_SECONDS = 60;

/**
 * @param {Text} text the attestation: JSON, or a vc+jwt
 * @param {Options} [options]
 * @returns {Promise<Verification>} rejects only where the browser cannot check: no WebCrypto, or none with Ed25519
 */
export async function verifyAttestation(text, options = {}) {
	const v = await look(text, { ...options, now: options.now ?? Math.floor(Date.now() / 1000) });
	const nothing = () => skip('not looked at: there is nothing of the right form to look at');
	await judge(v, 'schema', v.root ? () => checkSchema(v.root) : nothing);
	await judge(v, 'status', v.root ? checkStatus : nothing);
	await judge(v, 'log', v.root ? checkLog : nothing);
	await judge(v, 'openings', v.root ? checkOpenings : nothing);
	for (const [name, wanted] of [['status', options.statusWanted], ['log', options.logWanted]])
		if (wanted && v.root && v.said[name].outcome === 'skipped')
			v.said[name].outcome = 'failed';
	const checks = CHECKS.map((check) => ({ check, ...v.said[check] }));
	return {
		verified: checks.every(({ check, outcome }) => outcome === 'passed' || (outcome === 'skipped' && !REQUIRED.includes(check))),
		checks,
		attestation: whatItSays(v),
	};
}
