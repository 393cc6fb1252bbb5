// SPDX-License-Identifier: Apache-2.0
/*
 * Attestations and what belongs to them, made apart from the code under test: with Node's own Ed25519, SHA-256 and gzip, and
 * nothing of clients/web/verify or scoring. Good ones, and through the options of each function bad ones.
 */
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { gzipSync } from 'node:zlib';

export const MOMENT = '2026-07-01T12:00:00Z';
export const NOW = Date.parse('2026-08-01T00:00:00Z') / 1000;
export const CREDENTIALS = 'https://www.w3.org/ns/credentials/v2';
export const UNTP = 'https://vocabulary.uncefact.org/untp/0.7.0/context/';

export const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
export function base58(bytes) {
	let number = BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
	let digits = '';
	for (; number > 0n; number /= 58n)
		digits = ALPHABET[Number(number % 58n)] + digits;
	for (let i = 0; i < bytes.length && bytes[i] === 0; i++)
		digits = `1${digits}`;
	return digits;
}

export function canonical(value) {
	if (Array.isArray(value))
		return `[${value.map(canonical).join()}]`;
	if (value === null || typeof value !== 'object')
		return JSON.stringify(value);
	return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`;
}

/** A key whose 32 bytes of seed count up from `first`. */
export function makeKey(first) {
	const seed = Buffer.from(Array.from({ length: 32 }, (_, i) => (first + i) & 255));
	const secret = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' });
	const jwk = createPublicKey(secret).export({ format: 'jwk' });
	const raw = Buffer.from(jwk.x, 'base64url');
	const multikey = `z${base58(Buffer.concat([Buffer.from([0xed, 1]), raw]))}`;
	return { seed, raw, jwk, multikey, did: `did:key:${multikey}`, sign: (bytes) => sign(null, bytes, secret) };
}

const methodOf = (issuer, key, fragment) => `${issuer}#${issuer.startsWith('did:key:') ? key.multikey : fragment}`;

export function didDocument(did, key, { number = 1, method = {}, jwk = {}, more = [], asserted = [`${did}#key-${number}`, `${did}#jwk-${number}`] } = {}) {
	return {
		'@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1', 'https://w3id.org/security/jwk/v1'],
		assertionMethod: asserted,
		id: did,
		verificationMethod: [
			{ controller: did, id: `${did}#key-${number}`, publicKeyMultibase: key.multikey, type: 'Multikey', ...method },
			{ controller: did, id: `${did}#jwk-${number}`, publicKeyJwk: { crv: 'Ed25519', kty: 'OKP', x: key.jwk.x }, type: 'JsonWebKey', ...jwk },
			...more,
		],
	};
}

/** A conformity credential with everything that the schema requires, and little else. */
export function makeCredential(did, more = {}) {
	const party = { id: 'urn:x:supplier', name: 'Example Works', type: ['Party'] };
	const topic = 'https://vocabulary.uncefact.org/conformity-topic/forced-labor-elimination';
	return {
		'@context': [CREDENTIALS, UNTP],
		credentialSubject: {
			assessmentLevel: 'no-endorsement',
			assessorLevel: 'commercial',
			attestationType: 'verification',
			conformityAssessment: [{
				assessedPerformance: [{ score: { code: 'absent' } }],
				assessmentCriteria: [{ id: 'urn:x:criterion', name: 'Debt bondage', type: ['Criterion'] }],
				assessmentDate: '2026-06-30',
				conformityTopic: [{ id: topic, name: 'Forced labour', type: ['ConformityTopic'] }],
				id: 'urn:x:assessment',
				name: 'Debt bondage',
				type: ['ConformityAssessment'],
			}],
			id: 'urn:x:attestation',
			issuedToParty: party,
			name: 'Screening',
			referenceScheme: { id: 'urn:x:scheme', name: 'Scheme', type: ['ConformityScheme'] },
			type: ['ConformityAttestation'],
		},
		id: 'urn:uuid:01980000-0000-7000-8000-00000000000a',
		issuer: { id: did, name: 'Example Screening', type: ['CredentialIssuer'] },
		name: 'Screening',
		type: ['DigitalConformityCredential', 'VerifiableCredential'],
		validFrom: MOMENT,
		validUntil: '2026-12-28T12:00:00Z',
		...more,
	};
}

const didOf = (credential) => String(credential.issuer?.id ?? credential.issuer);

/** eddsa-jcs-2022. */
export function secure(credential, key, { method = methodOf(didOf(credential), key, 'key-1'), options = {} } = {}) {
	const { proof: ignored, ...document } = credential;
	const config = {
		'@context': credential['@context'],
		created: MOMENT,
		cryptosuite: 'eddsa-jcs-2022',
		proofPurpose: 'assertionMethod',
		type: 'DataIntegrityProof',
		verificationMethod: method,
		...options,
	};
	for (const name of Object.keys(config))
		if (config[name] === undefined)
			delete config[name];
	const signature = key.sign(Buffer.concat([sha256(canonical(config)), sha256(canonical(document))]));
	return { ...document, proof: { ...config, proofValue: `z${base58(signature)}` } };
}

/** vc+jwt. */
export function envelop(credential, key, { header = {}, kid = methodOf(didOf(credential), key, 'jwk-1') } = {}) {
	const { proof: ignored, ...payload } = credential;
	const said = { alg: 'EdDSA', cty: 'vc', kid, typ: 'vc+jwt', ...header };
	const parts = [canonical(said), canonical(payload)].map((text) => Buffer.from(text).toString('base64url')).join('.');
	return `${parts}.${key.sign(Buffer.from(parts)).toString('base64url')}`;
}

export const LIST = 'https://screening.example/status/1';
export const statusEntry = (index, more = {}) => ({
	id: `${LIST}#${index}`, statusListCredential: LIST, statusListIndex: index, statusPurpose: 'revocation', type: 'BitstringStatusListEntry', ...more,
});

export function statusList(did, set = [], { bytes = 16384, subject = {}, more = {}, packed } = {}) {
	const bits = Buffer.alloc(bytes);
	for (const index of set)
		bits[index >> 3] |= 0x80 >> (index & 7);
	const list = {
		'@context': [CREDENTIALS],
		credentialSubject: {
			encodedList: `u${(packed ?? gzipSync(bits)).toString('base64url')}`, id: `${LIST}#list`, statusPurpose: 'revocation', ttl: 300000, type: 'BitstringStatusList', ...subject,
		},
		id: LIST,
		issuer: did,
		type: ['VerifiableCredential', 'BitstringStatusListCredential'],
		validFrom: MOMENT,
		validUntil: '2026-12-28T12:00:00Z',
		...more,
	};
	return JSON.parse(JSON.stringify(list)); // without what is undefined
}

/** Withholds a part: the credential with its commitment, and the opening. */
export function withhold(credential, part, value, salt = Buffer.alloc(16, 7)) {
	const digest = Buffer.concat([Buffer.from([0x12, 0x20]), sha256(salt, canonical({ part, value }))]);
	const changed = structuredClone(credential);
	const first = changed.credentialSubject.conformityAssessment[0];
	(first.evidence ??= []).push({ digestMultibase: `u${digest.toString('base64url')}`, linkName: `Withheld: ${part}`, linkURL: `ni:///sha-256;${digest.subarray(2).toString('base64url')}` });
	return { credential: changed, opening: { part, salt: salt.toString('base64url'), value } };
}

/* ---- the log ---- */

const half = (n) => 2 ** (31 - Math.clz32(n - 1));
const leafOf = (entry) => sha256(Buffer.from([0]), entry);
const node = (left, right) => sha256(Buffer.from([1]), left, right);
const rootOf = (leaves) => (leaves.length === 1 ? leaves[0] : node(rootOf(leaves.slice(0, half(leaves.length))), rootOf(leaves.slice(half(leaves.length)))));
/** RFC 6962 section 2.1.1, as it is written there. */
const path = (m, leaves) => {
	const k = half(leaves.length);
	if (leaves.length === 1)
		return [];
	return m < k ? [...path(m, leaves.slice(0, k)), rootOf(leaves.slice(k))] : [...path(m - k, leaves.slice(k)), rootOf(leaves.slice(0, k))];
};

export const noteKeyId = (name, key, type = 1) => sha256(`${name}\n`, Buffer.from([type]), key.raw).subarray(0, 4);
export const verifierKey = (name, key, type = 1) => `${name}+${noteKeyId(name, key, type).toString('hex')}+${Buffer.concat([Buffer.from([type]), key.raw]).toString('base64')}`;
export const signatureLine = (text, name, key) => `\u2014 ${name} ${Buffer.concat([noteKeyId(name, key), key.sign(Buffer.from(text))]).toString('base64')}\n`;

export function checkpoint(origin, leaves, key, { name = origin, size = leaves.length, more = '', lines = '' } = {}) {
	const text = `${origin}\n${size}\n${rootOf(leaves).toString('base64')}\n${more}`;
	return `${text}\n${lines}${signatureLine(text, name, key)}`;
}

export const entryOf = (secured, salt) =>
	canonical({ issuedAt: secured.validFrom, sha256: sha256(salt, canonical(secured)).toString('hex'), type: 'attestation' });

/** A log of `size` entries with the attestation at `index`: its receipt. */
export function makeReceipt(secured, origin, key, { size = 7, index = 4, salt = Buffer.alloc(16, 9), extra = salt, checkpointOptions = {}, change = (hashes) => hashes } = {}) {
	const leaves = Array.from({ length: size }, (_, i) => leafOf(i === index ? entryOf(secured, salt) : `entry ${i}`));
	const hashes = change(path(index, leaves).map((hash) => hash.toString('base64')));
	const note = checkpoint(origin, leaves, key, checkpointOptions);
	return ['c2sp.org/tlog-proof@v1', ...(extra ? [`extra ${extra.toString('base64')}`] : []), `index ${index}`, ...hashes, '', note].join('\n');
}
