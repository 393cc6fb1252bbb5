// SPDX-License-Identifier: Apache-2.0
/*
 * What other people's libraries say of what the server issues, and what `probity verify` and the ES module say of what they issue.
 * Offline: see loader.mjs. SOURCE: the top of the tree; PROBITY, PROBITYD: the programs; PROBITY_DATA: a release; WORK: a folder.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as vc from '@digitalbazaar/vc';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { createSignCryptosuite, createVerifyCryptosuite } from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as statusLists from '@digitalbazaar/vc-bitstring-status-list';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import canonicalize from 'canonicalize';
import * as jose from 'jose';
import jsonld from 'jsonld';
import { check, finish, refuses } from './check.mjs';
import { makeLoader } from './loader.mjs';
import { startServer } from './server.mjs';

const { SOURCE, WORK, PROBITY } = process.env;
const { verifyAttestation } = await import(`${SOURCE}/clients/web/verify/verify.js`);
// Digital Bazaar's reader of status lists judges them by the machine's clock, so that the servers go by it too.
const clock = () => new Date().toISOString().replace(/\.\d+Z$/, 'Z');
const EARLIER = '2026-07-02T00:00:00Z'; // within the validity of the UNTP example
const read = (name) => readFileSync(`${SOURCE}/tests/${name}`, 'utf8');
const changed = (value, change) => {
	const copy = structuredClone(value);
	change(copy);
	return copy;
};

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
const fitsSchema = ajv.compile(JSON.parse(read('interop/untp/dcc-schema.json')));

/* ---- the three of us ---- */

const verifySuite = () => new DataIntegrityProof({ cryptosuite: createVerifyCryptosuite() });

/** Digital Bazaar's word. A status that is set is not in `verified`: it stands in results[].status. */
async function theyVerify(credential, loader, now = clock()) {
	const checkStatus = (options) => statusLists.checkStatus({ ...options, suite: verifySuite() });
	const seen = await vc.verifyCredential({ credential: structuredClone(credential), suite: verifySuite(), documentLoader: loader, checkStatus, now });
	return {
		verified: seen.verified === true,
		revoked: seen.statusResult?.results?.some((one) => one.status === true) ?? null,
		why: JSON.stringify(seen.error?.errors?.map((e) => e.message) ?? seen.error?.message ?? seen.statusResult?.error?.message),
	};
}

let files = 0;
/** Ours, both: the program and the module must agree. */
async function weVerify(words, text, given = {}, at = clock()) {
	const put = (value) => {
		const name = `${WORK}/${++files}`;
		writeFileSync(name, value);
		return name;
	};
	const flags = { didDocument: '--did', statusList: '--status', receipt: '--receipt', logKey: '--log-key', checkpoint: '--checkpoint', openings: '--open' };
	const args = Object.entries(given).flatMap(([name, value]) => [flags[name], put(value)]);
	const run = spawnSync(PROBITY, ['verify', '--json', '--at', at, ...args, put(text)], { encoding: 'utf8', timeout: 60000 });
	const module = await verifyAttestation(text, {
		now: Date.parse(at) / 1000, skewSeconds: 60, answerToo: true, statusWanted: 'statusList' in given, logWanted: 'receipt' in given || 'logKey' in given || 'checkpoint' in given, ...given,
	});
	let program = { checks: [] };
	try {
		program = JSON.parse(run.stdout);
	} catch {
		check(`${words}: probity verify`, false, run.stderr);
	}
	const outcomes = (seen) => seen.checks.map((one) => `${one.check} ${one.outcome}`).join();
	check(`${words}: program and module agree`, outcomes(program) === outcomes(module) && program.verified === module.verified, { program, module });
	return { verified: program.verified, ...Object.fromEntries(program.checks.map((one) => [one.check, one.outcome])), detail: run.stdout };
}

/* ---- what the server issues ---- */

const declaration = JSON.stringify({
	supplier: { name: 'Example Garments "Grün" Ltd', country: 'BGD' },
	products: [{ hs: '6109', description: 'T-shirts' }],
	workforce: { total: 1200, migrant: 40 },
	findings: [{ indicator: 'withholding_of_wages', state: 'present', source: 'audit_announced', date: '2025-11-02', reference: 'audit report 17' }],
});

/** Everything that the server says of one attestation. */
/** What a revoked key signed is not enveloped anew: 406. */
async function fetchAll(server, id, enveloped = true) {
	const embedded = await server.ask('GET', `/v1/attestations/${id}`, { accept: 'application/vc' });
	const jwt = await server.ask('GET', `/v1/attestations/${id}`, { accept: 'application/vc+jwt' });
	check('as application/vc', embedded.status === 200 && embedded.type.startsWith('application/vc'), embedded);
	check('as application/vc+jwt', enveloped ? jwt.status === 200 && jwt.type.startsWith('application/vc+jwt') : jwt.status === 406, jwt);
	return { id, text: embedded.text, credential: JSON.parse(embedded.text), jwt: jwt.text.trim() };
}

/** The receipt, once a checkpoint covers the entry: it is asked for as often as the server says, within a minute. */
async function fetchProof(server, id) {
	for (const end = Date.now() + 60000; Date.now() < end; ) {
		const answer = await server.ask('GET', `/v1/attestations/${id}/proof`);
		if (answer.status !== 202)
			return answer;
		await new Promise((resolve) => setTimeout(resolve, Math.min(answer.retry * 1000, 1000) || 100));
	}
	return { status: 0, text: '' };
}

async function fetchList(server) {
	const [embedded, jwt] = [await server.ask('GET', '/status/1', { accept: 'application/vc' }), await server.ask('GET', '/status/1', { accept: 'application/vc+jwt' })];
	check('the status list, in both forms', embedded.status === 200 && jwt.status === 200, { embedded: embedded.status, jwt: jwt.status });
	return { text: embedded.text, document: JSON.parse(embedded.text), jwt: jwt.text.trim() };
}

/** Each leaf of the value with another value in its place. */
function* leaves(value, change, place = '') {
	for (const [name, inner] of Object.entries(value)) {
		const here = `${place}/${name}`;
		const set = (to) => change((root) => {
			const names = here.split('/').slice(1);
			const last = names.pop();
			names.reduce((object, one) => object[one], root)[last] = to;
		});
		if (inner !== null && typeof inner === 'object')
			yield* leaves(inner, change, here);
		else
			yield [here, set(typeof inner === 'string' ? `${inner.slice(0, -1)}${inner.endsWith('x') ? 'y' : 'x'}` : typeof inner === 'number' ? inner + 1 : !inner)];
	}
}

const moved = (c) => {
	c.credentialSubject.proof = c.proof;
	delete c.proof;
};
const tampered = [
	['contexts swapped', (c) => c['@context'].reverse()],
	['a context fewer', (c) => c['@context'].pop()],
	['a context in front of the second', (c) => c['@context'].splice(1, 0, 'https://w3id.org/security/multikey/v1')],
	['a member more', (c) => { c.credentialSubject.registeredId = 'x'; }],
	['a member fewer', (c) => delete c.validUntil],
	['an assessment fewer', (c) => c.credentialSubject.conformityAssessment.pop()],
	['the type of the credential', (c) => c.type.pop()],
	['no proof', (c) => delete c.proof],
	['proof moved', moved],
	['another cryptosuite', (c) => { c.proof.cryptosuite = 'eddsa-rdfc-2022'; }],
	['another purpose', (c) => { c.proof.proofPurpose = 'authentication'; }],
	['a proof without its context', (c) => delete c.proof['@context']],
	['a proof with more', (c) => { c.proof.domain = 'a.example'; }],
	['another key', (c) => { c.proof.verificationMethod = 'did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2'; }],
];

async function checkJwt(words, { credential, jwt }, didDocument) {
	const header = jose.decodeProtectedHeader(jwt);
	check(`${words}: the header`, header.alg === 'EdDSA' && header.typ === 'vc+jwt' && header.cty === 'vc', header);
	const did = credential.issuer.id ?? credential.issuer;
	const method = didDocument.verificationMethod.find((one) => one.id === header.kid);
	const raw = async ({ publicKeyMultibase }) => (await (await Ed25519Multikey.from({ id: header.kid, controller: did, type: 'Multikey', publicKeyMultibase })).export({ publicKey: true, raw: true })).publicKey;
	const key = method.publicKeyJwk ?? { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(await raw(method)).toString('base64url') };
	check(`${words}: its key is for assertions`, didDocument.assertionMethod.includes(header.kid), header.kid);
	const verify = async (text) => jose.compactVerify(text, await jose.importJWK(key, 'EdDSA'), { algorithms: ['EdDSA'] });
	const { payload } = await verify(jwt);
	const { proof, ...facts } = credential;
	check(`${words}: the same facts`, new TextDecoder().decode(payload) === canonicalize(facts));
	const parts = jwt.split('.');
	const forged = Buffer.from(JSON.stringify({ ...facts, name: 'another' })).toString('base64url');
	for (const [how, text] of [
		['payload', [parts[0], forged, parts[2]]],
		['header', [Buffer.from(JSON.stringify({ ...header, cty: 'x' })).toString('base64url'), parts[1], parts[2]]],
		['signature', [parts[0], parts[1], parts[2].replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))]],
	])
		await refuses(`${words}: jose, ${how} changed`, verify(text.join('.')), /signature verification failed/);
}

async function checkIssued(words, one, { did, list, server }) {
	const loader = makeLoader({ [did.id]: did, [list.document.id]: list.document });
	const { credential } = one;
	check(`${words}: canonical, as another library writes it`, canonicalize(credential) === one.text.trim());
	check(`${words}: the UNTP schema (ajv)`, fitsSchema(credential), fitsSchema.errors);
	check(`${words}: the context is in the proof too`, canonicalize(credential.proof['@context']) === canonicalize(credential['@context']));
	check(`${words}: the topic as UNTP's samples write it`, one.text.includes('/conformity-topic/forced-labor-elimination') && !one.text.includes('conformity-topics'));
	check(`${words}: a place in a status list, as UNTP wants it`, Number.isInteger(credential.credentialStatus?.statusListIndex) && credential.credentialStatus.statusListCredential === list.document.id, credential.credentialStatus);
	check(`${words}: the purpose of the list is a plain text`, list.document.credentialSubject.statusPurpose === 'revocation');
	// Safe expansion fails where a term is in no context.
	const expanded = await jsonld.expand(structuredClone(credential), { documentLoader: loader, safe: true }).catch((error) => error);
	check(`${words}: safe JSON-LD`, Array.isArray(expanded) && expanded.length === 1, String(expanded));
	const seen = await theyVerify(credential, loader);
	check(`${words}: @digitalbazaar/vc`, seen.verified && seen.revoked === false, seen);
	const own = await theyVerify(list.document, loader);
	check(`${words}: @digitalbazaar/vc on the list`, own.verified, own);
	await checkJwt(words, one, did);
	await checkJwt(`${words}, list`, { credential: list.document, jwt: list.jwt }, did);
	const given = { didDocument: JSON.stringify(did), statusList: list.text };
	check(`${words}: ours`, (await weVerify(words, one.text, given)).verified === true);
	const ourJwt = await weVerify(`${words}, vc+jwt`, one.jwt, { ...given, statusList: list.jwt });
	check(`${words}: ours, vc+jwt`, ourJwt.verified === true && ourJwt.status === 'passed', ourJwt.detail);
	for (const [how, change] of tampered) {
		const other = changed(credential, change);
		check(`${words}: theirs, ${how}`, (await theyVerify(other, loader)).verified === false);
		check(`${words}: ours, ${how}`, (await weVerify(`${words}: ${how}`, JSON.stringify(other), given)).verified === false);
	}
	let count = 0;
	for (const [place, other] of leaves(credential, (change) => changed(credential, change))) {
		count++;
		check(`${words}: theirs, ${place} changed`, (await theyVerify(other, loader)).verified === false);
		check(`${words}: the module, ${place} changed`, (await verifyAttestation(JSON.stringify(other), { now: Date.parse(clock()) / 1000, skewSeconds: 60, ...given })).verified === false);
	}
	check(`${words}: every leaf was changed`, count > 80, count);
	for (const [how, change] of [
		['no subject', (c) => delete c.credentialSubject],
		['an index as a text', (c) => { c.credentialStatus.statusListIndex = '1'; }],
		['a level that is none', (c) => { c.credentialSubject.assessorLevel = 'best'; }],
		['no name', (c) => delete c.name],
		['an issuer without a name', (c) => delete c.issuer.name],
	])
		check(`${words}: ajv, ${how}`, !fitsSchema(changed(credential, change)));
	const proof = await fetchProof(server, one.id);
	const logKey = await server.ask('GET', '/log/key');
	check(`${words}: a receipt`, proof.status === 200 && logKey.status === 200, { proof, logKey });
	const withReceipt = await weVerify(`${words}, receipt`, one.text, { ...given, receipt: proof.text, logKey: logKey.text.trim() });
	check(`${words}: the receipt`, withReceipt.log === 'passed' && withReceipt.verified, withReceipt.detail);
	writeFileSync(`${WORK}/${words}.receipt`, proof.text);
	writeFileSync(`${WORK}/${words}.vkey`, logKey.text.trim());
	writeFileSync(`${WORK}/${words}.json`, one.text);
	return given;
}

async function checkServer(words, publicUrl) {
	rmSync(`${WORK}/${words}`, { recursive: true, force: true });
	mkdirSync(`${WORK}/${words}`, { recursive: true });
	const server = await startServer(`${WORK}/${words}`, publicUrl);
	try {
		const accepted = await server.ask('POST', '/v1/declarations', { body: declaration });
		check(`${words}: accepted`, accepted.status === 201, accepted);
		const answer = JSON.parse(accepted.text);
		const id = answer.attestation.id.split(/[/:]/).pop();
		const did = JSON.parse((await server.ask('GET', '/.well-known/did.json')).text);
		const one = await fetchAll(server, id);
		const list = await fetchList(server);
		const given = await checkIssued(words, one, { did, list, server });
		if (publicUrl) {
			const proof = await fetchProof(server, id);
			const seen = await weVerify(`${words}: the log's key of the DID document`, one.text, { ...given, receipt: proof.text });
			check(`${words}: the DID document holds the log's key`, seen.log === 'passed', seen.detail);
		}

		// A second one that says little, and is opened; and is revoked.
		const more = await server.ask('POST', '/v1/attestations', { body: { report: answer.report.id, disclose: ['rating'] } });
		check(`${words}: a second attestation`, more.status === 201, more);
		const second = await fetchAll(server, JSON.parse(more.text).id.split(/[/:]/).pop());
		await checkIssued(`${words}, withheld`, second, { did, list, server });
		check(`${words}: the supplier is not named`, !second.text.includes('Example Garments'));
		// For the reader of receipts in Go: the tree of the first receipt is a beginning of that of the second.
		const sizeOf = (name) => Number(readFileSync(name, 'utf8').split('\n\n')[1].split('\n')[1]);
		const [from, to] = [`${WORK}/${words}.receipt`, `${WORK}/${words}, withheld.receipt`];
		const consistency = await server.ask('GET', `/log/proof/consistency?from=${sizeOf(from)}&to=${sizeOf(to)}`);
		check(`${words}: a consistency proof`, consistency.status === 200, consistency);
		writeFileSync(`${WORK}/${words}.consistency`, JSON.stringify({ from, to, vkey: `${WORK}/${words}.vkey`, hashes: JSON.parse(consistency.text).proof }));
		const openings = await server.ask('GET', `/v1/attestations/${second.id}/openings`);
		const opened = await weVerify(`${words}: opened`, second.text, { ...given, openings: openings.text });
		check(`${words}: opened`, opened.openings === 'passed' && openings.text.includes('Example Garments'), opened.detail);
		for (const item of JSON.parse(openings.text).items) {
			const alone = await weVerify(`${words}: ${item.part}`, second.text, { ...given, openings: JSON.stringify(item) });
			check(`${words}: ${item.part} opened alone`, alone.openings === 'passed', alone.detail);
			const other = await weVerify(`${words}: ${item.part}, another value`, second.text, { ...given, openings: JSON.stringify({ ...item, value: 'another' }) });
			check(`${words}: ${item.part}, another value`, other.openings === 'failed' && !other.verified, other.detail);
		}
		const revoked = await server.ask('POST', `/v1/attestations/${second.id}/revoke`, { body: { reason: 'issued_in_error' } });
		check(`${words}: revoked`, revoked.status === 200, revoked);
		const later = await fetchList(server);
		const loader = makeLoader({ [did.id]: did, [later.document.id]: later.document });
		const theirs = await theyVerify(second.credential, loader);
		check(`${words}: theirs, revoked: "verified" as before, and the status is set`, theirs.verified === true && theirs.revoked === true, theirs);
		check(`${words}: theirs, the first is not`, (await theyVerify(one.credential, loader)).revoked === false);
		for (const [how, text] of [['vc', second.text], ['vc+jwt', second.jwt]]) {
			const ours = await weVerify(`${words}: revoked, ${how}`, text, { ...given, statusList: later.text });
			check(`${words}: ours, revoked, ${how}`, ours.status === 'failed' && ours.verified === false, ours.detail);
		}
		const first = await weVerify(`${words}: not revoked`, one.text, { ...given, statusList: later.text });
		check(`${words}: ours, the first is not`, first.status === 'passed' && first.verified, first.detail);
	} finally {
		check(`${words}: the server ends with 0`, await server.stop() === 0);
	}
}

/** Keys come and go: what each of them signed, read with the document of today. */
async function checkRotation() {
	const folder = `${WORK}/rotation`;
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const issued = [];
	for (const [round, rotate] of [['first', undefined], ['second', []], ['third', ['--compromised']]]) {
		if (rotate) {
			const run = spawnSync(PROBITY, ['keys', 'rotate', '--state', `${folder}/state`, ...rotate], { encoding: 'utf8', timeout: 60000 });
			check(`${round}: the key is rotated`, run.status === 0, run.stderr);
		}
		const server = await startServer(folder, 'https://probity.example');
		try {
			const accepted = await server.ask('POST', '/v1/declarations', { body: declaration });
			check(`${round}: accepted`, accepted.status === 201, accepted);
			issued.push(await fetchAll(server, JSON.parse(accepted.text).attestation.id.split('/').pop()));
			const did = JSON.parse((await server.ask('GET', '/.well-known/did.json')).text);
			const list = await fetchList(server);
			const loader = makeLoader({ [did.id]: did, [list.document.id]: list.document });
			const given = { didDocument: JSON.stringify(did), statusList: list.text };
			for (const [i, one] of issued.entries()) {
				// The second key is the one that was compromised.
				const good = !(round === 'third' && i === 1);
				const ours = await weVerify(`${round}: of key ${i + 1}`, one.text, given);
				check(`${round}: ours, of key ${i + 1}`, ours.verified === good && ours.issuer === (good ? 'passed' : 'failed'), ours.detail);
				const again = await fetchAll(server, one.id, good);
				check(`${round}: of key ${i + 1}, the same bytes as before`, again.text === one.text);
				if (good) {
					check(`${round}: ours, of key ${i + 1}, enveloped today`, (await weVerify(`${round}: vc+jwt ${i + 1}`, again.jwt, given)).verified === true);
					await checkJwt(`${round}: of key ${i + 1}`, again, did);
					check(`${round}: theirs, of key ${i + 1}`, (await theyVerify(one.credential, loader)).verified === true);
				}
				// The server says the same of its own, without being given anything.
				const asked = await server.ask('POST', '/v1/verify', { body: one.text, type: 'application/vc' });
				check(`${round}: the server, of key ${i + 1}`, asked.status === 200 && JSON.parse(asked.text).verified === good, asked);
			}
		} finally {
			check(`${round}: the server ends with 0`, await server.stop() === 0);
		}
	}
}

/* ---- what they issue ---- */

async function checkTheirs() {
	const { credentialStatus, ...example } = JSON.parse(read('interop/untp/example-forced-labour-risk.json'));
	check('the example fits the schema', fitsSchema({ ...example, credentialStatus }), fitsSchema.errors);
	for (const name of ['one', 'two', 'three']) {
		const key = await Ed25519Multikey.generate();
		const multikey = key.publicKeyMultibase;
		const did = `did:key:${multikey}`;
		Object.assign(key, { id: `${did}#${multikey}`, controller: did });
		const date = '2026-06-01T00:00:00Z';
		const issue = (one) => vc.issue({
			credential: structuredClone(one),
			suite: new DataIntegrityProof({ signer: key.signer(), date, cryptosuite: createSignCryptosuite() }),
			documentLoader: makeLoader(),
			now: date,
		});
		const credential = { ...example, issuer: { ...example.issuer, id: did }, name };
		const issued = await issue(credential);
		const seen = await weVerify(`theirs, ${name}`, JSON.stringify(issued), {}, EARLIER);
		check(`theirs, ${name}: verified`, seen.verified === true && seen.proof === 'passed' && seen.issuer === 'passed' && seen.schema === 'passed', seen.detail);
		for (const [how, change] of tampered)
			check(`theirs, ${name}, ${how}: refused`, (await weVerify(`theirs, ${name}, ${how}`, JSON.stringify(changed(issued, change)), {}, EARLIER)).verified === false);
		for (const [place, other] of leaves(issued, (change) => changed(issued, change)))
			check(`theirs, ${name}, ${place} changed: refused`, (await verifyAttestation(JSON.stringify(other), { now: Date.parse(EARLIER) / 1000 })).verified === false);

		const { publicKey, secretKey } = await key.export({ publicKey: true, secretKey: true, raw: true });
		const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url'), d: Buffer.from(secretKey.slice(0, 32)).toString('base64url') };
		const sign = (header) => new jose.CompactSign(new TextEncoder().encode(JSON.stringify(credential))).setProtectedHeader({ alg: 'EdDSA', typ: 'vc+jwt', cty: 'vc', kid: key.id, ...header });
		const jwt = await sign({}).sign(await jose.importJWK(jwk, 'EdDSA'));
		const ofJose = await weVerify(`jose, ${name}`, jwt, {}, EARLIER);
		check(`jose, ${name}: verified`, ofJose.verified === true, ofJose.detail);
		const parts = jwt.split('.');
		const forged = [parts[0], Buffer.from(JSON.stringify({ ...credential, name: 'other' })).toString('base64url'), parts[2]].join('.');
		check(`jose, ${name}, changed: refused`, (await weVerify(`jose, ${name}, changed`, forged, {}, EARLIER)).proof === 'failed');
		const typed = await sign({ typ: 'JWT' }).sign(await jose.importJWK(jwk, 'EdDSA'));
		check(`jose, ${name}, another typ: refused`, (await weVerify(`jose, ${name}, typ`, typed, {}, EARLIER)).verified === false);
		// HS256 with the public key as the secret: the oldest trick.
		const shared = await sign({ alg: 'HS256' }).sign(publicKey);
		check(`jose, ${name}, HS256: refused`, (await weVerify(`jose, ${name}, HS256`, shared, {}, EARLIER)).verified === false);

		const list = await statusLists.createList({ length: 131072 });
		list.setStatus(5, true);
		const address = 'https://scanner.example/status/1';
		const signed = await issue({ ...await statusLists.createCredential({ id: address, list, statusPurpose: 'revocation' }), issuer: did, validFrom: date });
		for (const [index, wanted] of [[4, 'passed'], [5, 'failed'], [6, 'passed']]) {
			const withStatus = await issue({ ...credential, credentialStatus: { ...credentialStatus, id: `${address}#${index}`, statusListIndex: index } });
			const ours = await weVerify(`their list, ${index}`, JSON.stringify(withStatus), { statusList: JSON.stringify(signed) }, EARLIER);
			check(`their list, ${index}`, ours.status === wanted && ours.verified === (wanted === 'passed'), ours.detail);
		}
	}
	// The W3C's own, which both take.
	const published = read('unit/vectors/eddsa-jcs-2022/signedJCS.json');
	check('the W3C\'s vector', (await weVerify('the W3C\'s vector', published)).proof === 'passed');
}

await checkTheirs();
await checkServer('did-key');
await checkServer('did-web', 'https://probity.example');
await checkRotation();
finish();
