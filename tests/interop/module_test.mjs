// SPDX-License-Identifier: Apache-2.0
// clients/web/verify under Node: the published vectors, one row for each way of spoiling what is given to it, and every single bit.
// SOURCE: the top of the tree.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { check, draw, finish } from './check.mjs';
import * as make from './maker.mjs';

const source = process.env.SOURCE;
const module = (name) => import(`${source}/clients/web/verify/${name}.js`);
const bytes = await module('bytes');
const json = await module('json');
const ed25519 = await module('ed25519');
const log = await module('log');
const { multikey } = await module('did');
const { lookUp, unpackList } = await module('status');
const { CHECKS, verifyAttestation } = await module('verify');
const file = (name) => readFileSync(`${source}/tests/unit/vectors/${name}`, 'utf8');
const unhex = (text) => Uint8Array.from(Buffer.from(text, 'hex'));
const refused = (action) => {
	try {
		action();
		return false;
	} catch (fault) {
		return fault instanceof bytes.Fault;
	}
};

/* ---- the vectors ---- */

const names = readdirSync(`${source}/tests/unit/vectors/jcs/input`);
check('JCS: there are documents', names.length >= 6, names);
for (const name of names) {
	const made = bytes.utf8(json.canonical(json.parse(file(`jcs/input/${name}`), 1e6)));
	check(`JCS ${name}`, bytes.hex(made) === file(`jcs/outhex/${name.replace('.json', '.txt')}`).replace(/\s/g, ''), bytes.fromUtf8(made));
}
for (const line of file('jcs/es6-numbers-first-1000.txt').trim().split('\n')) {
	const [coded, text] = line.split(',');
	const number = Buffer.from(coded.padStart(16, '0'), 'hex').readDoubleBE();
	check(`ES6 number ${line}`, json.canonical(number) === text, json.canonical(number));
}
for (const name of ['basic', 'leading_zero', 'two_leading_zeros']) {
	const rows = new Map(file(`multibase/${name}.csv`).trim().split('\n').map((line) => line.split(',').map((cell) => cell.trim().replace(/^"|"$/g, ''))));
	const wanted = rows.get('base16').slice(1);
	check(`${name}: base58btc`, bytes.hex(bytes.base58(rows.get('base58btc').slice(1))) === wanted);
	check(`${name}: base64url`, bytes.hex(bytes.base64url(rows.get('base64url').slice(1))) === wanted);
}
for (const pair of Object.values(JSON.parse(file('multibase/multikey-pairs.json')))) {
	check('a public Multikey is one', multikey(pair.publicKeyMultibase)?.length === 32);
	check('a secret Multikey is no public one', multikey(pair.privateKeyMultibase) === null);
}
for (const { name, publicKey, message, signature } of JSON.parse(file('ed25519/rfc8032-7.1.json')).vectors) {
	const [key, signed, text] = [publicKey, signature, message].map(unhex);
	check(`RFC 8032 ${name}`, await ed25519.holds(key, signed, text));
	for (const part of [key, signed])
		for (let i = 0; i < part.length; i += 7) {
			part[i] ^= 4;
			check(`RFC 8032 ${name}, byte ${i} changed`, !(await ed25519.holds(key, signed, text)));
			part[i] ^= 4;
		}
}
{
	const { jwkPublic, compactJws } = JSON.parse(file('ed25519/rfc8037-appendix-a.json'));
	const cut = compactJws.lastIndexOf('.');
	check('RFC 8037 appendix A', await ed25519.holds(bytes.base64url(jwkPublic.x), bytes.base64url(compactJws.slice(cut + 1)), bytes.utf8(compactJws.slice(0, cut))));
}
{
	const tree = JSON.parse(file('merkle/rfc6962-reference-tree.json'));
	const leaves = await Promise.all(tree.leaves.map((leaf) => bytes.sha256([0], unhex(leaf))));
	for (const { index, size, proof } of tree.inclusion) {
		const holds = (i, hashes) => log.includes(BigInt(i), BigInt(size), leaves[index], hashes, unhex(tree.rootsBySize[size - 1]));
		const hashes = proof.map(unhex);
		check(`reference tree: ${index} of ${size}`, await holds(index, hashes));
		check(`reference tree: ${index + 1} of ${size} is another`, !(await holds(index + 1, hashes)));
		check(`reference tree: ${index} of ${size}, a hash more`, !(await holds(index, [...hashes, leaves[0]])));
		check(`reference tree: ${index} of ${size}, a hash fewer`, hashes.length === 0 || !(await holds(index, hashes.slice(1))));
	}
	for (const line of file('merkle/probes-inclusion.jsonl').trim().split('\n')) {
		const probe = JSON.parse(line);
		const [leaf, root, ...hashes] = [probe.leafHash, probe.root, ...(probe.proof ?? [])].map((text) => Uint8Array.from(Buffer.from(text ?? '', 'base64')));
		const seen = await log.includes(BigInt(probe.leafIdx), BigInt(probe.treeSize), leaf, hashes, root);
		check(`probe ${probe.case}`, seen === !probe.wantErr, probe);
	}
}
{
	const note = file('note/signed-note-example.txt');
	const keys = [await log.readNoteKey(file('note/signed-note-example.vkey'))];
	check('signed note', (await log.signerOf(log.readNote(note), keys)).name === 'example.com/foo');
	check('signed note changed', await log.signerOf(log.readNote(note.replace('an example', 'no example')), keys).then(() => false, (fault) => /not over this/.test(fault.message)));
	check('a cosignature is read', log.readNote(file('note/checkpoint-example.txt')).signatures.length === 2);
}
{
	const { credential: list } = JSON.parse(file('status-list/w3c-example-3.json'));
	for (const index of [0, 1, 94567, 131071])
		check(`W3C status list, ${index}`, lookUp(list, await unpackList(list), list.id, list.credentialSubject.statusPurpose, index) === false);
}

/* ---- readers ---- */

for (const text of ['', ' ', '{', '[1,]', '{"a":1,}', '{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '"\\ud800"', '"\\udc00"', '"\\ud800\\ud800"', '"\\u0000"', '"\\uffff"', '"\ufdd0"',
	'"\n"', '"\\x"', '01', '-', '1.', '.5', '+1', '1e', '9007199254740992', '-9007199254740992', '1e20', '1e400', '00', 'nul', 'NaN', '[1 2]', '{"a" 1}', '{a:1}', '1 1', '\ufeff1',
	'"\ud800"', "'a'", '[', `${'['.repeat(65)}${']'.repeat(65)}`])
	check(`no I-JSON: ${text.slice(0, 30)}`, refused(() => json.parse(text, 1000)));
for (const raw of [[0xff], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0xef, 0xbb, 0xbf, 0x31], [0x22, 0xc3, 0x22]])
	check(`no UTF-8: ${raw}`, refused(() => json.parse(Uint8Array.from(raw), 1000)));
for (const [text, wanted] of [[' 1 ', '1'], ['-0', '0'], ['1.0', '1'], ['9007199254740991', '9007199254740991'], ['1e21', '1e+21'], ['"\\ud83d\\ude00"', '"\ud83d\ude00"'],
	['{"__proto__":1,"b":2,"a":[]}', '{"__proto__":1,"a":[],"b":2}'], ['"\\/\\u00e9\\u001F"', '"/\u00e9\\u001f"'], [`${'['.repeat(64)}${']'.repeat(64)}`, `${'['.repeat(64)}${']'.repeat(64)}`]])
	check(`I-JSON: ${text.slice(0, 30)}`, json.canonical(json.parse(text, 1000)) === wanted);
check('a text that is too long', refused(() => json.parse('"aaaa"', 5)));
check('a long string', json.parse(`"${'a\\n'.repeat(300000)}"`, 1e6).length === 600000);
for (const text of ['YQ=', 'YQ', 'YR==', 'Y===', 'YQ==\n', 'Y Q=', 'YWJ=', '=', '===='])
	check(`no base64: ${text}`, bytes.base64(text) === null);
for (const text of ['YQ==', 'YR', 'Y', 'Y+', 'YWJ', 'YQ\n'])
	check(`no base64url: ${text}`, bytes.base64url(text) === null);
check('base64', bytes.hex(bytes.base64('YWI=')) === '6162' && bytes.base64('').length === 0);
for (const text of ['2026-02-29T00:00:00Z', '2026-01-01T00:00:00', '2026-01-01 00:00:00Z', '2026-01-01T24:00:01Z', '2026-01-01T00:60:00Z', '2026-01-01T00:00:60Z', '2026-01-01T00:00:00.Z',
	'2026-01-01T00:00:00+14:01', '2026-01-01T00:00:00Z ', '0000-01-01T00:00:00Z', '2026-1-01T00:00:00Z', 5, undefined])
	check(`no moment: ${text}`, bytes.moment(text) === null);
for (const [text, wanted] of [['1970-01-01T00:00:00Z', 0], ['2026-07-01T14:00:00.5+02:00', 1782907200], ['2025-12-31T24:00:00Z', 1767225600], ['0001-01-01T00:00:00Z', -62135596800], ['2000-02-29T00:00:00-14:00', 951832800]])
	check(`moment ${text}`, bytes.moment(text) === wanted, bytes.moment(text));
check('gzip', (await bytes.gunzip(gzipSync('abc'), 3)).length === 3 && await bytes.gunzip(gzipSync('abcd'), 3) === null && await bytes.gunzip(Uint8Array.of(1, 2, 3, 4, 5), 9) === null);

/* ---- attestations ---- */

const key = make.makeKey(0);
const other = make.makeKey(100);
const logKey = make.makeKey(200);
const web = 'did:web:screening.example';
const origin = 'screening.example/log';
const now = make.NOW;
const plain = make.makeCredential(key.did);
const good = make.secure(plain, key);
const ofWeb = make.makeCredential(web, { credentialStatus: make.statusEntry(70000) });
const goodWeb = make.secure(ofWeb, key);
const logMethod = (more = {}) => ({ controller: web, id: `${web}#log-1`, publicKeyMultibase: logKey.multikey, type: 'Multikey', ...more });
const did = JSON.stringify(make.didDocument(web, key, { more: [logMethod()] }));
const list = JSON.stringify(make.secure(make.statusList(web, [69999, 70001]), key));
const receipt = make.makeReceipt(goodWeb, origin, logKey);
const text = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

/** The outcomes of the checks that are named must be those. */
async function expect(words, given, options, wanted) {
	const seen = await verifyAttestation(given === undefined || given instanceof Uint8Array ? given : text(given), { now, ...options });
	const outcomes = Object.fromEntries(seen.checks.map(({ check: name, outcome }) => [name, outcome]));
	const { verified = Object.values(wanted).every((outcome) => outcome !== 'failed'), ...named } = wanted;
	check(words, seen.verified === verified && Object.entries(named).every(([name, outcome]) => outcomes[name] === outcome) &&
		seen.checks.map((one) => one.check).join() === CHECKS.join() && seen.checks.every((one) => one.detail.length > 0), seen.checks);
	return seen;
}

const passed = { form: 'passed', schema: 'passed', proof: 'passed', issuer: 'passed', validity: 'passed' };
{
	const seen = await expect('did:key', good, {}, { ...passed, status: 'skipped', log: 'skipped', openings: 'skipped' });
	check('what it says', seen.attestation.issuer === key.did && seen.attestation.subject_name === 'Example Works' && seen.attestation.valid_from === make.MOMENT);
	await expect('the W3C\'s vector: its proof is good, it is no DCC and its key is not the issuer\'s', file('eddsa-jcs-2022/signedJCS.json'), {}, { form: 'passed', schema: 'failed', proof: 'passed', issuer: 'failed' });
	await expect('the W3C\'s vector changed', file('eddsa-jcs-2022/signedJCS.json').replace('did:example:abcdefgh', 'did:example:abcdefgi'), {}, { proof: 'failed' });
	await expect('vector 2', file('attestation/did_key.json'), {}, passed);
	await expect('vector 3', file('attestation/did_web.json'), { didDocument: file('attestation/did_web_document.json') }, passed);
	await expect('vector 3 without its DID document', file('attestation/did_web.json'), {}, { issuer: 'failed', proof: 'skipped' });
	await expect('laid out anew', JSON.stringify(good, null, '\t'), {}, passed);
	await expect('as bytes', bytes.utf8(text(good)), {}, passed);
	await expect('everything', goodWeb, { didDocument: did, statusList: list, receipt }, { ...passed, status: 'passed', log: 'passed' });
	await expect('in an answer', { attestation: good, id: 'x' }, { answerToo: true }, passed);
	await expect('in an answer, not asked for', { attestation: good }, {}, { form: 'failed' });
	await expect('as vc+jwt', make.envelop(plain, key), {}, passed);
	await expect('as vc+jwt of a did:web', `${make.envelop(ofWeb, key)}\n`, { didDocument: did, statusList: list }, { ...passed, status: 'passed' });
	await expect('as an EnvelopedVerifiableCredential', { '@context': [make.CREDENTIALS], type: 'EnvelopedVerifiableCredential', id: `data:application/vc+jwt,${make.envelop(plain, key)}` }, {}, passed);
}

/** A changed copy. */
const changed = (value, change) => {
	const copy = structuredClone(value);
	change(copy);
	return copy;
};
const resigned = (change, options) => make.secure(changed(plain, change), key, options);
const nothing = { form: 'failed', schema: 'skipped', proof: 'skipped', issuer: 'skipped', validity: 'skipped', verified: false };

for (const [words, given, wanted] of [
	['empty', '', nothing],
	['an array', '[]', nothing],
	['null', 'null', nothing],
	['an object of nothing', '{}', { form: 'failed', proof: 'failed', issuer: 'skipped', validity: 'failed' }],
	['65 members', Object.fromEntries(Array.from({ length: 65 }, (_, i) => [i, 0])), nothing],
	['a text of more than a megabyte', `"${'a'.repeat(1048576)}"`, nothing],
	['nested too deep', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, nothing],
	['twice the same member', text(good).replace('"id":"urn:uuid', '"id":"a:b","id":"urn:uuid'), nothing],
	['an issuer of another key', changed(good, (c) => { c.issuer.id = other.did; }), { proof: 'failed', issuer: 'failed' }],
	['a word', changed(good, (c) => { c.credentialSubject.conformityAssessment[0].assessedPerformance[0].score.code = 'present'; }), { proof: 'failed', schema: 'passed' }],
	['contexts swapped', changed(good, (c) => c['@context'].reverse()), { form: 'failed', proof: 'failed' }],
	['a context added in front of the end', changed(good, (c) => c['@context'].splice(1, 0, 'https://a.example/')), { proof: 'failed', schema: 'failed' }],
	['a context added behind', changed(good, (c) => c['@context'].push('https://a.example/')), { proof: 'failed' }],
	['a context added behind and signed', resigned((c) => c['@context'].push('https://a.example/')), { proof: 'passed' }],
	['a context of an object', resigned((c) => c['@context'].push({ a: 'b:c' })), { proof: 'passed', schema: 'failed' }],
	['no proof', changed(good, (c) => delete c.proof), { proof: 'failed', issuer: 'skipped' }],
	['proof moved', changed(good, (c) => { c.credentialSubject.proof = c.proof; delete c.proof; }), { proof: 'failed', issuer: 'skipped' }],
	['a set of proofs', changed(good, (c) => { c.proof = [c.proof]; }), { proof: 'failed', issuer: 'skipped' }],
	['a chain of proofs', changed(good, (c) => { c.proof.previousProof = 'urn:a:b'; }), { proof: 'failed' }],
	['another cryptosuite', changed(good, (c) => { c.proof.cryptosuite = 'eddsa-rdfc-2022'; }), { proof: 'failed' }],
	['another type of proof', changed(good, (c) => { c.proof.type = 'Ed25519Signature2020'; }), { proof: 'failed' }],
	['another purpose', resigned(() => 0, { options: { proofPurpose: 'authentication' } }), { proof: 'failed' }],
	['no proofValue', changed(good, (c) => delete c.proof.proofValue), { proof: 'failed' }],
	['proofValue in another base', changed(good, (c) => { c.proof.proofValue = `u${c.proof.proofValue.slice(1)}`; }), { proof: 'failed' }],
	['a short proofValue', changed(good, (c) => { c.proof.proofValue = 'z1'; }), { proof: 'failed' }],
	['no method', changed(good, (c) => delete c.proof.verificationMethod), { proof: 'failed', issuer: 'skipped' }],
	['a method that is no DID URL', changed(good, (c) => { c.proof.verificationMethod = 'https://a.example/#key'; }), { proof: 'skipped', issuer: 'failed' }],
	['a method of did:jwk', changed(good, (c) => { c.proof.verificationMethod = 'did:jwk:a#0'; }), { proof: 'skipped', issuer: 'failed' }],
	['an X25519 key', make.secure(make.makeCredential('did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc'), key, { method: 'did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc#z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc' }), { proof: 'skipped', issuer: 'failed' }],
	['created tomorrow', resigned(() => 0, { options: { created: '2026-08-02T00:00:00Z' } }), { proof: 'passed', validity: 'failed' }],
	['created unclearly', resigned(() => 0, { options: { created: 'yesterday' } }), { proof: 'failed' }],
	['without created', resigned(() => 0, { options: { created: undefined } }), passed],
	['without the context in the proof', resigned(() => 0, { options: { '@context': undefined } }), passed],
	['a proof that has expired', resigned(() => 0, { options: { expires: '2026-07-31T23:59:59Z' } }), { proof: 'failed' }],
	['a proof that has not', resigned(() => 0, { options: { expires: '2026-08-01T00:00:00Z' } }), passed],
	['not valid yet', resigned((c) => { c.validFrom = '2026-08-01T00:00:01Z'; }), { proof: 'passed', validity: 'failed' }],
	['expired', resigned((c) => { c.validUntil = '2026-07-31T23:59:59Z'; }), { proof: 'passed', validity: 'failed' }],
	['until before from', resigned((c) => { c.validUntil = '2026-06-01T00:00:00Z'; }), { validity: 'failed' }],
	['without an end', resigned((c) => delete c.validUntil), passed],
	['without a beginning', resigned((c) => delete c.validFrom), { validity: 'failed', schema: 'failed' }],
	['a date without a zone', resigned((c) => { c.validFrom = '2026-07-01T12:00:00'; }), { validity: 'failed', schema: 'failed' }],
	['no DCC', resigned((c) => { c.type = ['VerifiableCredential']; }), { form: 'passed', proof: 'passed', schema: 'failed' }],
	['a level that is none', resigned((c) => { c.credentialSubject.assessorLevel = 'best'; }), { proof: 'passed', schema: 'failed' }],
	['no date of assessment', resigned((c) => delete c.credentialSubject.conformityAssessment[0].assessmentDate), { schema: 'failed' }],
	['an id that is no URI', resigned((c) => { c.credentialSubject.id = 'a b'; }), { schema: 'failed' }],
	['a status with another member', resigned((c) => { c.credentialStatus = make.statusEntry(1, { statusSize: 1 }); }), { schema: 'failed' }],
	['a status with a member that every object of the language has', resigned((c) => { c.credentialStatus = make.statusEntry(1, { constructor: 1 }); }), { schema: 'failed' }],
	['an index as a text in a DCC', resigned((c) => { c.credentialStatus = make.statusEntry('1'); }), { schema: 'failed', status: 'failed' }],
	['a status that is none', resigned((c) => { c.credentialStatus = {}; }), { schema: 'failed', status: 'failed' }],
])
	await expect(words, given, {}, wanted);

{
	// S + L signs the same under a verifier that does not look (RFC 8032 section 8.4); a key of small order signs anything.
	const order = 2n ** 252n + 27742317777372353535851937790883648493n;
	const signature = bytes.base58(good.proof.proofValue.slice(1));
	let s = signature.slice(32).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n) + order;
	const longer = Buffer.from(signature);
	for (let i = 32; i < 64; i++, s >>= 8n)
		longer[i] = Number(s & 255n);
	await expect('S + L', changed(good, (c) => { c.proof.proofValue = `z${make.base58(longer)}`; }), {}, { proof: 'failed', issuer: 'passed' });
	const eights = ['26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'];
	const small = ['01', '00', ...eights, 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', 'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', 'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'];
	for (const point of small.flatMap((hex) => [unhex(hex.padEnd(64, '0')), unhex(hex.padEnd(62, '0').slice(0, 62) + (parseInt(hex.padEnd(64, '0').slice(62), 16) | 0x80).toString(16))]))
		for (const zeros of [Buffer.alloc(64), Buffer.concat([point, Buffer.alloc(32)]), Buffer.concat([Buffer.from([1]), Buffer.alloc(63)])])
			check(`small order: ${bytes.hex(point)}`, !(await ed25519.holds(point, zeros, Uint8Array.of(1))) && !(await ed25519.holds(Uint8Array.from(key.raw), zeros, Uint8Array.of(1))));
}

/* ---- DID documents ---- */

for (const [words, document, outcome, more = {}] of [
	['of another', make.didDocument('did:web:a.example', key), 'failed'],
	['no JSON', '{', 'failed'],
	['another number', make.didDocument(web, key, { number: 2 }), 'failed'],
	['not for attestations', make.didDocument(web, key, { asserted: [`${web}#jwk-1`] }), 'failed'],
	['the log\'s key', make.didDocument(web, key, { asserted: [] }), 'failed'],
	['controller', make.didDocument(web, key, { method: { controller: 'did:web:a.example' } }), 'failed'],
	['revoked', make.didDocument(web, key, { method: { revoked: '2026-06-30T00:00:00Z' } }), 'failed'],
	['ended now', make.didDocument(web, key, { method: { expires: '2026-08-01T00:00:00Z' } }), 'failed'],
	['ends later', make.didDocument(web, key, { method: { expires: '2026-08-01T00:00:01Z' } }), 'passed'],
	['ends unclearly', make.didDocument(web, key, { method: { expires: 'soon' } }), 'failed'],
	['another type', make.didDocument(web, key, { method: { type: 'JsonWebKey' } }), 'failed'],
	['a key of P-256', make.didDocument(web, key, { method: { publicKeyMultibase: 'zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169' } }), 'failed'],
	['another key', make.didDocument(web, other), 'passed', { proof: 'failed' }],
	['embedded', { id: web, assertionMethod: [make.didDocument(web, key).verificationMethod[0]] }, 'passed'],
])
	await expect(`DID document: ${words}`, goodWeb, { didDocument: text(document) }, { issuer: outcome, ...more });

/* ---- vc+jwt ---- */

const wrap = (jws, more) => ({ '@context': [make.CREDENTIALS], type: ['EnvelopedVerifiableCredential'], id: `data:application/vc+jwt,${jws}`, ...more });
for (const [words, jws, wanted, didDocument] of [
	['alg none', make.envelop(plain, key, { header: { alg: 'none' } }), nothing],
	['alg HS256', make.envelop(plain, key, { header: { alg: 'HS256' } }), nothing],
	['alg Ed25519', make.envelop(plain, key, { header: { alg: 'Ed25519' } }), passed],
	['typ JWT', make.envelop(plain, key, { header: { typ: 'JWT' } }), nothing],
	['cty', make.envelop(plain, key, { header: { cty: 'vp' } }), nothing],
	...['crit', 'b64', 'jwk', 'jku', 'x5u', 'x5c'].map((name) => [name, make.envelop(plain, key, { header: { [name]: [] } }), nothing]),
	['no kid', make.envelop(plain, key, { header: { kid: undefined } }), nothing],
	['a relative kid', make.envelop(plain, key, { kid: '#jwk-1' }), { issuer: 'failed', proof: 'skipped' }],
	['iss', make.envelop(plain, key, { header: { iss: other.did } }), nothing],
	['the right iss', make.envelop(plain, key, { header: { iss: key.did } }), passed],
	['iss inside', make.envelop({ ...plain, iss: other.did }, key), { proof: 'failed' }],
	['exp', make.envelop({ ...plain, exp: now }, key), { proof: 'failed' }],
	['nbf', make.envelop({ ...plain, nbf: now + 1 }, key), { proof: 'failed' }],
	['claims that hold', make.envelop({ ...plain, exp: now + 1, nbf: now, iss: key.did, jti: plain.id, sub: plain.credentialSubject.id }, key), passed],
	['vc', make.envelop({ ...plain, vc: {} }, key), { form: 'failed' }],
	['another key', make.envelop(plain, other, { kid: `${key.did}#${key.multikey}` }), { proof: 'failed', issuer: 'passed' }],
	['a Multikey method', make.envelop(ofWeb, key, { kid: `${web}#key-1` }), { issuer: 'failed' }, did],
	['a JWK with its secret', make.envelop(ofWeb, key), { issuer: 'failed' }, text(make.didDocument(web, key, { jwk: { publicKeyJwk: { kty: 'OKP', crv: 'Ed25519', x: key.jwk.x, d: key.jwk.x } } }))],
	['a JWK of P-256', make.envelop(ofWeb, key), { issuer: 'failed' }, text(make.didDocument(web, key, { jwk: { publicKeyJwk: { kty: 'EC', crv: 'P-256', x: key.jwk.x, y: key.jwk.x } } }))],
	['a JWK of X25519', make.envelop(ofWeb, key), { issuer: 'failed' }, text(make.didDocument(web, key, { jwk: { publicKeyJwk: { kty: 'OKP', crv: 'X25519', x: key.jwk.x } } }))],
	['a payload that is none', 'e30.e30.e30', nothing],
	['wrapped with more', wrap(make.envelop(plain, key), { name: 'a' }), nothing],
	['wrapped without data', wrap('', {}), nothing],
])
	await expect(`vc+jwt: ${words}`, jws, { didDocument }, wanted);

/* ---- status ---- */

const statusRow = (set, options, signer = key) => text(make.secure(make.statusList(web, set, options), signer, { method: `${web}#key-1` }));
// FEXTRA, FNAME and FCOMMENT of RFC 1952.
const named = (packed) => Buffer.concat([packed.subarray(0, 3), Buffer.of(28), packed.subarray(4, 10), Buffer.of(2, 0, 65, 66), Buffer.from('name\0comment\0'), packed.subarray(10)]);
for (const [words, statusList, wanted] of [
	['revoked', statusRow([70000]), 'failed'],
	['clear', list, 'passed'],
	['as vc+jwt', make.envelop(make.statusList(web, []), key), 'passed'],
	['revoked, as vc+jwt', make.envelop(make.statusList(web, [70000]), key), 'failed'],
	['not signed', text(make.statusList(web, [])), 'failed'],
	['signed by another', statusRow([], {}, other), 'failed'],
	['of another issuer', text(make.secure(make.statusList(other.did, []), other)), 'failed'],
	['another list', statusRow([], { more: { id: 'https://screening.example/status/2' } }), 'failed'],
	['another purpose', statusRow([], { subject: { statusPurpose: 'suspension' } }), 'failed'],
	['several purposes', statusRow([], { subject: { statusPurpose: ['suspension', 'revocation'] } }), 'passed'],
	['too short', statusRow([], { bytes: 16383 }), 'failed'],
	['longer', statusRow([], { bytes: 32768 }), 'passed'],
	['a bomb', statusRow([], { packed: gzipSync(Buffer.alloc(2 << 20)) }), 'failed'],
	['no gzip', statusRow([], { packed: Buffer.alloc(16384) }), 'failed'],
	['gzip cut off', statusRow([], { packed: gzipSync(Buffer.alloc(16384)).subarray(0, 30) }), 'failed'],
	['gzip and more', statusRow([], { packed: Buffer.concat([gzipSync(Buffer.alloc(16384)), Buffer.from('more')]) }), 'failed'],
	['two members of gzip', statusRow([], { packed: Buffer.concat([gzipSync(Buffer.alloc(16384)), gzipSync(Buffer.alloc(16384))]) }), 'failed'],
	['gzip and a copy of its end', statusRow([], { packed: Buffer.concat([gzipSync(Buffer.alloc(16384)), gzipSync(Buffer.alloc(16384)).subarray(-8)]) }), 'failed'],
	['gzip and its size', statusRow([], { packed: Buffer.concat([gzipSync(Buffer.alloc(16384)), Buffer.from([0, 0x40, 0, 0])]) }), 'failed'],
	['an empty member of gzip before it', statusRow([], { packed: Buffer.concat([gzipSync(''), gzipSync(Buffer.alloc(16384))]) }), 'failed'],
	['an empty member of gzip behind it', statusRow([], { packed: Buffer.concat([gzipSync(Buffer.alloc(16384)), gzipSync('')]) }), 'failed'],
	['gzip with a name and more', statusRow([], { packed: named(gzipSync(Buffer.alloc(16384))) }), 'passed'],
	['another base', statusRow([], { subject: { encodedList: 'z' } }), 'failed'],
	['expired', statusRow([], { more: { validUntil: '2026-07-31T00:00:00Z' } }), 'failed'],
	['signed later', statusRow([], { more: { validFrom: '2026-08-02T00:00:00Z', validUntil: '2026-08-03T00:00:00Z' } }), 'passed'],
	['revoked later', statusRow([70000], { more: { validFrom: '2026-08-02T00:00:00Z', validUntil: '2026-08-03T00:00:00Z' } }), 'failed'],
	['without validFrom', statusRow([], { more: { validFrom: undefined } }), 'passed'],
	['no list', statusRow([], { subject: { type: 'Thing' } }), 'failed'],
	['an attestation', text(goodWeb), 'failed'],
	['no JSON', '{', 'failed'],
])
	await expect(`status: ${words}`, goodWeb, { didDocument: did, statusList }, { ...passed, status: wanted });
await expect('an index beyond the list', make.secure(make.makeCredential(web, { credentialStatus: make.statusEntry(131072) }), key), { didDocument: did, statusList: list }, { status: 'failed' });
await expect('a purpose that says nothing of it', make.secure(make.makeCredential(web, { credentialStatus: make.statusEntry(1, { statusPurpose: 'message' }) }), key), { didDocument: did, statusList: list }, { status: 'skipped' });
for (const [count, status] of [[0, 'failed'], [1, 'passed'], [4, 'passed'], [5, 'failed']])
	await expect(`${count} entries`, make.secure(make.makeCredential(web, { credentialStatus: Array(count).fill(make.statusEntry(70000)) }), key), { didDocument: did, statusList: list }, { proof: 'passed', status, verified: false });
await expect('a status that was wanted', goodWeb, { didDocument: did, statusWanted: true }, { status: 'failed' });
await expect('a status that was not', goodWeb, { didDocument: did }, { status: 'skipped' });
await expect('in a plain VC the index is a text', make.secure({ ...ofWeb, '@context': [make.CREDENTIALS], type: ['VerifiableCredential'], credentialStatus: [make.statusEntry('70000')] }, key),
	{ didDocument: did, statusList: list }, { status: 'passed', schema: 'failed' });

/* ---- the log ---- */

const receiptRow = (options) => make.makeReceipt(goodWeb, origin, logKey, options);
for (const [words, options, wanted] of [
	['its own key, given', { receipt, logKey: make.verifierKey(origin, logKey) }, 'passed'],
	['another key', { receipt, logKey: make.verifierKey(origin, other) }, 'failed'],
	['a key of another name', { receipt, logKey: make.verifierKey('a.example/log', logKey) }, 'failed'],
	['a key misspelt', { receipt, logKey: make.verifierKey(origin, logKey).replace('+', '+0') }, 'failed'],
	['the only entry', { receipt: receiptRow({ size: 1, index: 0 }) }, 'passed'],
	['the last of an odd tree', { receipt: receiptRow({ size: 9, index: 8 }) }, 'passed'],
	['without the salt', { receipt: receiptRow({ extra: null }) }, 'failed'],
	['another salt', { receipt: receiptRow({ extra: Buffer.alloc(16) }) }, 'failed'],
	['a salt of 15 bytes', { receipt: receiptRow({ salt: Buffer.alloc(15) }) }, 'failed'],
	['a hash fewer', { receipt: receiptRow({ change: (hashes) => hashes.slice(1) }) }, 'failed'],
	['a hash more', { receipt: receiptRow({ change: (hashes) => [...hashes, hashes[0]] }) }, 'failed'],
	['no hash', { receipt: receiptRow({ change: (hashes) => ['AAAA', ...hashes.slice(1)] }) }, 'failed'],
	['another index', { receipt: receipt.replace('index 4', 'index 5') }, 'failed'],
	['an index with a zero', { receipt: receipt.replace('index 4', 'index 04') }, 'failed'],
	['another size', { receipt: receipt.replace('\n7\n', '\n8\n') }, 'failed'],
	['another log', { receipt: make.makeReceipt(goodWeb, 'a.example/log', logKey) }, 'failed'],
	['another log, trusted', { receipt: make.makeReceipt(goodWeb, 'a.example/log', other), logKey: make.verifierKey('a.example/log', other) }, 'passed'],
	['another signer', { receipt: make.makeReceipt(goodWeb, origin, other) }, 'failed'],
	['signed by others too', { receipt: receiptRow({ checkpointOptions: { lines: make.signatureLine('x\n', 'witness.example', other) } }) }, 'passed'],
	['a second signature that is bad', { receipt: receiptRow({ checkpointOptions: { lines: make.signatureLine('x\n', origin, logKey) } }) }, 'failed'],
	['extension lines', { receipt: receiptRow({ checkpointOptions: { more: 'more\n' } }) }, 'passed'],
	['not signed', { receipt: receipt.slice(0, receipt.indexOf('\u2014')) }, 'failed'],
	['cut off', { receipt: receipt.slice(0, 60) }, 'failed'],
	['of another attestation', { receipt: make.makeReceipt(good, origin, logKey) }, 'failed'],
	['no receipt', { receipt: 'hello' }, 'failed'],
	['huge', { receipt: 'a'.repeat(70000) }, 'failed'],
	['the trusted checkpoint', { receipt, checkpoint: receipt }, 'passed'],
	['a receipt as the checkpoint', { checkpoint: receipt }, 'passed'],
	['another trusted tree', { receipt, checkpoint: receiptRow({ salt: Buffer.alloc(16, 8) }) }, 'failed'],
	['a trusted tree of another size', { receipt, checkpoint: receiptRow({ size: 8 }) }, 'failed'],
	['a log that is wanted', { logWanted: true }, 'failed'],
	['a revoked key of the log', { receipt, didDocument: text(make.didDocument(web, key, { more: [logMethod({ revoked: '2026-07-15T00:00:00Z' })] })) }, 'failed'],
	['no key of the log', { receipt, didDocument: text(make.didDocument(web, key)) }, 'failed'],
])
	await expect(`log: ${words}`, goodWeb, { didDocument: did, ...options }, { ...passed, log: wanted });
await expect('the receipt of a did:key needs the key', good, { receipt: make.makeReceipt(good, 'probity.invalid/x', logKey) }, { log: 'failed' });
await expect('the receipt of a did:key', good, { receipt: make.makeReceipt(good, 'probity.invalid/x', logKey), logKey: make.verifierKey('probity.invalid/x', logKey) }, { log: 'passed' });
await expect('the receipt and a vc+jwt', make.envelop(ofWeb, key), { didDocument: did, receipt }, { log: 'failed' });

/* ---- openings ---- */

const withheld = make.withhold(plain, 'supplier', { name: 'Example Works', registeredId: null });
const two = make.withhold(withheld.credential, 'indicators/debt_bondage', null, Buffer.alloc(16, 3));
const goodWithheld = make.secure(two.credential, key);
for (const [words, openings, wanted] of [
	['one', text(withheld.opening), 'passed'],
	['both', text([withheld.opening, two.opening]), 'passed'],
	['both, one by one', [text(withheld.opening), text(two.opening)], 'passed'],
	['as the server has them', text({ items: [two.opening] }), 'passed'],
	['none', '[]', 'skipped'],
	['one twice', text([withheld.opening, withheld.opening]), 'failed'],
	['one twice, in two texts', [text(withheld.opening), text(withheld.opening)], 'failed'],
	['another value', text({ ...withheld.opening, value: { name: 'Other Works', registeredId: null } }), 'failed'],
	['another salt', text({ ...withheld.opening, salt: Buffer.alloc(16).toString('base64url') }), 'failed'],
	['a short salt', text({ ...withheld.opening, salt: 'AAAA' }), 'failed'],
	['another part', text({ ...withheld.opening, part: 'indicators/debt_bondage' }), 'failed'],
	['a part that is not withheld', text({ ...withheld.opening, part: 'rating' }), 'failed'],
	['a part that is none', text({ ...withheld.opening, part: 'worker' }), 'failed'],
	['a member more', text({ ...withheld.opening, more: 1 }), 'failed'],
	['a good and a bad one', text([withheld.opening, { ...two.opening, value: 'absent' }]), 'failed'],
	['no object', '"supplier"', 'failed'],
	['no JSON', '{', 'failed'],
])
	await expect(`openings: ${words}`, goodWithheld, { openings }, { ...passed, openings: wanted });
await expect('openings without a proof', { ...goodWithheld, name: 'Other' }, { openings: text(withheld.opening) }, { proof: 'failed', openings: 'skipped' });
await expect('skew: validFrom', resigned((c) => { c.validFrom = '2026-08-01T00:00:30Z'; }), { skewSeconds: 60 }, passed);
await expect('skew: not beyond', resigned((c) => { c.validFrom = '2026-08-01T00:01:01Z'; }), { skewSeconds: 60 }, { validity: 'failed' });
await expect('skew: the end is sharp', resigned((c) => { c.validUntil = '2026-07-31T23:59:59Z'; }), { skewSeconds: 60 }, { validity: 'failed' });

/* ---- every bit ---- */

/** Whichever bit of it is turned over, nothing holds. */
async function turnBits(words, whole, holds, bitsOf) {
	const raw = bytes.utf8(whole);
	let tried = 0;
	check(`${words}: it holds`, await holds(raw));
	for (let at = 0; at < raw.length; at++)
		for (const bit of bitsOf) {
			const chosen = typeof bit === 'number' ? bit : bit();
			raw[at] ^= 1 << chosen;
			tried++;
			if (await holds(raw))
				check(`${words}: byte ${at}, bit ${chosen}: it still holds`, false);
			raw[at] ^= 1 << chosen;
		}
	check(`${words}: ${tried} bits turned`, tried === raw.length * bitsOf.length && await holds(raw));
}

const every = [0, 1, 2, 3, 4, 5, 6, 7];
const random = draw();
const outcomeOf = (seen, name) => seen.checks.find((one) => one.check === name).outcome;
await turnBits('a short attestation', make.canonical(good), async (raw) => (await verifyAttestation(raw, { now })).verified, every);
await turnBits('vector 2', json.canonical(json.parse(file('attestation/did_key.json'), 1e6)), async (raw) => (await verifyAttestation(raw, { now })).verified, [() => random.below(8)]);
// The last digits of a vc+jwt's parts have bits that no byte needs: they are refused too.
await turnBits('vc+jwt', make.envelop(plain, key), async (raw) => (await verifyAttestation(raw, { now })).verified, [() => random.below(8)]);
await turnBits('a status list', make.canonical(JSON.parse(list)), async (raw) => outcomeOf(await verifyAttestation(text(goodWeb), { now, didDocument: did, statusList: raw }), 'status') === 'passed', every);
await turnBits('a receipt', receipt, async (raw) => outcomeOf(await verifyAttestation(text(goodWeb), { now, didDocument: did, receipt: raw }), 'log') === 'passed', every);
await turnBits('an opening', make.canonical(withheld.opening), async (raw) => outcomeOf(await verifyAttestation(text(goodWithheld), { now, openings: [raw] }), 'openings') === 'passed', every);
finish();
