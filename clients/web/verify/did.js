// SPDX-License-Identifier: Apache-2.0
// Which key a DID URL names (Controlled Identifiers 1.0, section 3.3). A did:key holds its key; a did:web's document is given
// from outside, and says which keys its holder signs attestations with.
import { base58, base64url, moment, refuse } from './bytes.js';
import { isObject, parse, textOf } from './json.js';

const DOCUMENT_BYTES_MAX = 256 * 1024;

/** "z6Mk...": an Ed25519 key. @returns {Uint8Array|null} */
export function multikey(text) {
	const bytes = text?.startsWith('z') ? base58(text.slice(1)) : null;
	return bytes?.length === 34 && bytes[0] === 0xed && bytes[1] === 0x01 ? bytes.subarray(2) : null;
}

/** RFC 8037 section 2. A secret key (d) that is published is anybody's. */
function jwk(key) {
	if (textOf(key, 'kty') !== 'OKP' || textOf(key, 'crv') !== 'Ed25519' || 'd' in key)
		return null;
	if (('alg' in key && !['EdDSA', 'Ed25519'].includes(key.alg)) || ('use' in key && key.use !== 'sig'))
		return null;
	const bytes = base64url(textOf(key, 'x') ?? '');
	return bytes?.length === 32 ? bytes : null;
}

/** @param {string} url of a key @returns {{did: string, fragment: string}} */
export function splitUrl(url, place) {
	const hash = url.indexOf('#');
	if (!url.startsWith('did:') || hash < 0)
		refuse(`${place} is no DID URL (did:...#...)`);
	return { did: url.slice(0, hash), fragment: url.slice(hash + 1) };
}

/** HOST[:PORT][/a/b] of a did:web. */
export function webAddress(did) {
	return did.slice('did:web:'.length).replace(/:|%3A/g, (found) => (found === ':' ? '/' : ':'));
}

/** The DID document of `did`. @param {string|Uint8Array|undefined} text */
export function readDocument(text, did) {
	const address = webAddress(did);
	if (text === undefined)
		refuse(`the issuer's DID document is needed, and was not given (https://${address}${address.includes('/') ? '' : '/.well-known'}/did.json)`);
	const document = parse(text, DOCUMENT_BYTES_MAX);
	if (textOf(document, 'id') !== did)
		refuse('the DID document is not the issuer\'s');
	return document;
}

const listOf = (document, name) => (Array.isArray(document[name]) ? document[name] : []);

/** Both ends are judged now, and not at the time of signing. */
export function checkEnds(method, now) {
	for (const end of ['revoked', 'expires']) {
		if (!(end in method))
			continue;
		const at = moment(method[end]) ?? refuse(`the key's "${end}" in the DID document is no moment with its zone`);
		if (now >= at)
			refuse(`the issuer ${end === 'revoked' ? 'revoked' : 'ended the use of'} the key at ${method[end]}`);
	}
}

/** The keys of the issuer's log, #log-N. @returns {{method: object, key: Uint8Array}[]} */
export function logKeys(document, did) {
	return listOf(document, 'verificationMethod')
		.filter((method) => textOf(method, 'id')?.startsWith(`${did}#log-`) && textOf(method, 'controller') === did && textOf(method, 'type') === 'Multikey')
		.map((method) => ({ method, key: multikey(textOf(method, 'publicKeyMultibase')) }))
		.filter(({ key }) => key !== null);
}

function findWeb(url, did, text, now, form) {
	const document = readDocument(text, did);
	const listed = listOf(document, 'assertionMethod');
	const byId = (method) => textOf(method, 'id') === url;
	const method = listOf(document, 'verificationMethod').find(byId) ?? listed.find(byId);
	if (method === undefined)
		refuse('the DID document does not hold the key that is named');
	if (!listed.includes(url) && !listed.some(byId))
		refuse('the DID document does not list the key under assertionMethod: it is not for attestations');
	if (textOf(method, 'controller') !== did)
		refuse('the key\'s controller in the DID document is not the issuer');
	checkEnds(method, now);
	const type = textOf(method, 'type');
	const key = type !== form ? null
		: form === 'Multikey' ? multikey(textOf(method, 'publicKeyMultibase'))
		: isObject(method.publicKeyJwk) ? jwk(method.publicKeyJwk) : null;
	return key ?? refuse(`the DID document's key is no Ed25519 ${form}`);
}

/**
 * @param {{did: string, fragment: string}} name
 * @param {string|Uint8Array|undefined} document of a did:web
 * @param {'Multikey'|'JsonWebKey'} form what the signature wants
 * @returns {Uint8Array} throws Fault
 */
export function findKey({ did, fragment }, document, now, form) {
	if (did.startsWith('did:web:'))
		return findWeb(`${did}#${fragment}`, did, document, now, form);
	if (!did.startsWith('did:key:'))
		refuse(`keys of ${did} are not supported: did:key and did:web are`);
	const key = did.slice('did:key:'.length);
	if (key !== fragment)
		refuse('the part behind # in the key\'s name is not the key of its did:key');
	return multikey(key) ?? refuse('the did:key holds no Ed25519 key (z6Mk...)');
}
