// SPDX-License-Identifier: Apache-2.0
/*
 * `probity verify` and clients/web/verify say the same of whatever is given to them: verified or not, and each check's outcome.
 * Good attestations of every kind with what belongs to them, then thousands of damaged ones, by a seed that is printed. Some are
 * damaged first and then signed, so that the checks behind the signature are reached. What they disagree on is kept under WORK.
 * SOURCE: the top of the tree; PROBITY: the program; WORK: a folder; PROBITY_CASES: how many.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { check, draw, finish } from './check.mjs';
import * as make from './maker.mjs';

const { SOURCE, PROBITY, WORK } = process.env;
const { verifyAttestation } = await import(`${SOURCE}/clients/web/verify/verify.js`);
const cases = Number(process.env.PROBITY_CASES ?? 2000);
const random = draw();
const folder = `${WORK}/agreement`;
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const key = make.makeKey(0);
const other = make.makeKey(100);
const logKey = make.makeKey(200);
const web = 'did:web:screening.example';
const origin = 'screening.example/log';
const vector = (name) => JSON.parse(readFileSync(`${SOURCE}/tests/unit/vectors/attestation/${name}`, 'utf8'));

/* ---- good ones ---- */

// A case before it is text: what is signed, how, and what is given beside it. `write` makes the bytes.
const statused = make.makeCredential(web, { credentialStatus: make.statusEntry(70000) });
const withheld = make.withhold(statused, 'supplier', { name: 'Example Works' });
const didOf = () => make.didDocument(web, key, { more: [{ controller: web, id: `${web}#log-1`, publicKeyMultibase: logKey.multikey, type: 'Multikey' }] });
const { proof: ofVector, ...vectorCredential } = vector('did_key.json');
const { proof: ofWebVector, ...webCredential } = vector('did_web.json');
const bases = [
	() => ({ credential: make.makeCredential(key.did) }),
	() => ({ credential: vectorCredential }),
	() => ({ credential: webCredential, did: didOf() }),
	() => ({ credential: statused, did: didOf(), list: make.statusList(web, [69999, 70001]), receipt: {} }),
	() => ({ credential: statused, did: didOf(), list: make.statusList(web, [70000]), listForm: 'jwt' }),
	() => ({ credential: withheld.credential, did: didOf(), openings: [withheld.opening], list: make.statusList(web, []), receipt: { size: 9, index: 8 }, givenKey: true }),
	() => ({ credential: statused, form: 'jwt', did: didOf(), list: make.statusList(web, []), listForm: 'jwt' }),
	() => ({ credential: make.makeCredential(key.did), form: 'jwt' }),
	() => ({ credential: make.makeCredential(key.did), form: 'wrapped' }),
	() => ({ credential: { ...statused, '@context': [make.CREDENTIALS], type: 'VerifiableCredential', credentialStatus: [make.statusEntry('70000')] }, did: didOf(), list: make.statusList(web, []) }),
	() => ({ credential: make.makeCredential(key.did), form: 'answer' }),
];

function write(one) {
	const embedded = make.secure(one.credential, key, { options: one.options });
	const jwt = () => make.envelop(one.credential, key, { header: one.header });
	const form = {
		jwt,
		wrapped: () => ({ '@context': [make.CREDENTIALS], type: 'EnvelopedVerifiableCredential', id: `data:application/vc+jwt,${jwt()}` }),
		answer: () => ({ attestation: embedded, id: 'x', report: {} }),
		embedded: () => embedded,
	}[one.form ?? 'embedded']();
	const text = (value) => (value === undefined ? undefined : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
	const list = one.list && (one.listForm === 'jwt' ? make.envelop(one.list, key) : make.secure(one.list, key));
	return {
		text: text(form),
		did: text(one.did),
		status: text(list),
		receipt: one.receipt && text(make.makeReceipt(embedded, origin, logKey, one.receipt)),
		'log-key': one.givenKey ? text(make.verifierKey(origin, logKey)) : undefined,
		checkpoint: one.checkpoint && text(make.makeReceipt(embedded, origin, logKey, one.checkpoint)),
		open: text(one.openings),
	};
}

/* ---- damage ---- */

const scalars = [null, true, false, 0, -1, 1.5, 1e21, 131071, 131072, '', 'x', 'a:b', key.did, other.did, web, `${web}#key-1`, `${web}#jwk-1`, '2026-08-01T00:00:00Z', '2026-08-01T00:00:30Z', '2026-07-31T23:59:59.9Z',
	'2026-08-01T02:00:00+02:00', '2026-02-30T00:00:00Z', '1960-01-01T00:00:00Z', '9999-12-31T23:59:59-14:00', '2026-06-30', make.CREDENTIALS, make.UNTP, 'VerifiableCredential', 'DigitalConformityCredential', 'revocation', 'suspension', 'message', '7', '-0', key.multikey, other.multikey,
	'\u00e9', '\ud83d\ude00', '\ufdd0', '__proto__', [], {}, [[]], [{}], 9007199254740991, 9007199254740992];
const names = ['id', 'type', 'name', 'proof', '@context', 'issuer', 'expires', 'revoked', 'created', 'validFrom', 'validUntil', 'vc', 'iss', 'exp', 'nbf', 'jti', 'sub', 'credentialStatus', 'previousProof', '__proto__', 'constructor', 'd', 'alg', 'use', 'crit', 'x',
	'items', 'attestation', 'linkName', 'evidence', 'statusPurpose', 'controller'];

/** Every place in the value that can be changed: the object or array, and the name in it. */
function places(value, found = []) {
	if (value !== null && typeof value === 'object')
		for (const name of Object.keys(value)) {
			found.push([value, name]);
			places(value[name], found);
		}
	return found;
}

/** One random change inside a copy. */
function reshape(value) {
	const copy = { root: structuredClone(value) };
	const all = places(copy);
	const [object, name] = random.of(all);
	const [from, taken] = random.of(all);
	const set = (to, what) => Object.defineProperty(object, to, { value: what, enumerable: true, configurable: true, writable: true });
	switch (random.below(7)) {
	case 0:
		if (Array.isArray(object))
			object.splice(Number(name), 1);
		else if (object !== copy)
			delete object[name];
		break;
	case 1:
		if (Array.isArray(object) || object === copy)
			set(name, [object[name]]);
		else
			set(random.of(names), object[name]);
		break;
	case 2:
		set(name, structuredClone(from[taken]));
		break;
	case 3:
		if (Array.isArray(object[name]))
			set(name, random.below(2) ? object[name][0] : [...object[name]].reverse());
		else if (object[name] !== null && typeof object[name] === 'object')
			set(name, { ...object[name], [random.of(names)]: random.of(scalars) });
		break;
	case 4:
		if (typeof object[name] === 'string' && object[name] !== '')
			set(name, object[name].slice(0, -1) + random.of(['', 'A', '0', 'z', ' ', '=']));
		else
			set(name, random.of(scalars));
		break;
	default:
		set(name, random.of(scalars));
	}
	return copy.root;
}

const snippets = ['"', '{', '}', '[', ']', ',', ':', ' ', '\n', '\0', '\\', '\\u0000', '\\ud800', '0', '1', 'e', '.', '-', 'null', '\ufeff', '"id":"x",', '=', '+', '/', '_', '\u2014', '1e400', '\u00a0', '\r'];

/** One random change of the bytes. */
function scratch(bytes) {
	const at = random.below(bytes.length + 1);
	const changed = Buffer.from(bytes);
	switch (random.below(5)) {
	case 0:
		if (at < bytes.length)
			changed[at] ^= 1 << random.below(8);
		return changed;
	case 1:
		return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(4))]);
	case 2:
		return Buffer.concat([bytes.subarray(0, at), Buffer.from(random.of(snippets)), bytes.subarray(at + random.below(2))]);
	case 3:
		return bytes.subarray(0, at);
	default: {
		const end = Math.min(bytes.length, at + 1 + random.below(200));
		return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
	}
	}
}

/** Before it is signed or written. */
function damageBefore(one) {
	const parts = ['credential', 'did', 'list', 'openings'].filter((name) => one[name] !== undefined);
	const what = random.below(10);
	if (what === 0)
		one.options = random.of([{ created: undefined }, { '@context': undefined }, { created: random.of(scalars) }, { expires: random.of(scalars) }, { proofPurpose: 'authentication' }, { '@context': make.CREDENTIALS }, { '@context': [] },
			{ verificationMethod: random.of(scalars) }, { [random.of(names)]: random.of(scalars) }]);
	else if (what === 1)
		one.header = { [random.of([...names, 'kid', 'typ', 'cty'])]: random.of([...scalars, 'EdDSA', 'Ed25519', 'ES256', 'vc+jwt', 'vc']) };
	else if (what === 2 && one.receipt)
		one.receipt = { ...one.receipt, ...random.of([{ salt: Buffer.alloc(15) }, { extra: null }, { size: 300, index: 255 }, { size: 1, index: 0 }, { change: (hashes) => hashes.slice(1) }, { checkpointOptions: { more: 'x\n' } }, { checkpointOptions: { size: 8 } }]) };
	else if (what === 3 && one.receipt)
		one.checkpoint = { ...one.receipt, ...random.of([{}, { size: 20 }, { salt: Buffer.alloc(16) }]) };
	else {
		const part = random.below(2) ? 'credential' : random.of(parts);
		const changed = reshape(one[part]);
		// The maker signs objects.
		if (changed !== null && typeof changed === 'object')
			one[part] = changed;
	}
}

function damageBehind(given) {
	const name = random.below(2) ? 'text' : random.of(Object.keys(given).filter((one) => given[one] !== undefined));
	if (random.below(3) > 0)
		given[name] = scratch(given[name]);
	else
		try {
			given[name] = Buffer.from(JSON.stringify(reshape(JSON.parse(given[name]))) ?? '');
		} catch {
			given[name] = scratch(given[name]);
		}
	if (random.below(8) === 0)
		given[name] = undefined;
	given.text ??= Buffer.from('');
}

/* ---- the two ---- */

const AT = ['2026-08-01T00:00:00Z', '2026-08-01T00:00:00Z', '2026-07-01T12:00:00Z', '2026-07-01T11:59:00Z', '2026-07-01T11:58:59Z', '2026-12-28T12:00:00Z', '2026-12-28T12:00:01Z'];
const summary = (seen) => `${seen.verified} ${seen.checks.map((one) => `${one.check} ${one.outcome}`).join()}`;
const reached = new Map();

async function compare(words, given, at) {
	const here = `${folder}/${words.replace(/\W+/g, '-')}`;
	mkdirSync(here);
	const args = ['verify', '--json', '--at', at];
	for (const [name, bytes] of Object.entries(given)) {
		if (bytes === undefined)
			continue;
		writeFileSync(`${here}/${name}`, bytes);
		if (name !== 'text')
			args.push(`--${name}`, `${here}/${name}`);
	}
	const run = await new Promise((resolve) => {
		execFile(PROBITY, [...args, `${here}/text`], { timeout: 60000, maxBuffer: 1 << 26 }, (error, stdout, stderr) => resolve({ status: error?.code ?? 0, stdout, stderr }));
	});
	const bytes = (name) => (given[name] === undefined ? undefined : new Uint8Array(given[name]));
	const module = await verifyAttestation(bytes('text'), {
		now: Date.parse(at) / 1000, skewSeconds: 60, answerToo: true, didDocument: bytes('did'), statusList: bytes('status'), receipt: bytes('receipt'),
		logKey: given['log-key']?.toString(), checkpoint: bytes('checkpoint'), openings: bytes('open'),
		// Who gives them to the program wants to know.
		statusWanted: given.status !== undefined, logWanted: ['receipt', 'log-key', 'checkpoint'].some((name) => given[name] !== undefined),
	});
	let program;
	try {
		program = JSON.parse(run.stdout);
	} catch {
		program = { verified: run.stderr, checks: [] };
	}
	for (const { check: name, outcome } of module.checks)
		reached.set(`${name} ${outcome}`, (reached.get(`${name} ${outcome}`) ?? 0) + 1);
	const agreed = summary(program) === summary(module) && run.status === (module.verified ? 0 : 1);
	check(`${words}: they disagree: ${here}, --at ${at}`, agreed, agreed ? undefined : `\nprogram ${summary(program)}\nmodule  ${summary(module)}\n${JSON.stringify(program.checks.filter((one, i) => one.outcome !== module.checks[i]?.outcome))}`);
	if (agreed)
		rmSync(here, { recursive: true });
	return module;
}

for (const [i, base] of bases.entries()) {
	const seen = await compare(`good ${i}`, write(base()), AT[0]);
	check(`good ${i}: the rest of it holds`, seen.checks.filter((one) => one.outcome === 'failed').every((one) => ['schema', 'status'].includes(one.check)), seen);
}
// Moments that cannot be written in UTC, or stand in no log.
for (const validFrom of ['1969-12-31T23:59:59Z', '0001-01-01T00:00:00+00:01', '9999-12-31T23:59:59-00:01'])
	await compare(`valid from ${validFrom}`, write({ credential: { ...statused, validFrom }, did: didOf(), receipt: {} }), AT[0]);
// What seldom comes by chance with a proof that holds: openings are looked at behind it alone.
const withOpenings = (openings) => write({ credential: withheld.credential, did: didOf(), openings });
for (const [i, change] of [{}, { value: null }, { value: { name: 'Other Works' } }, { salt: 'AAAA' }, { salt: 7 }, { part: 'rating' }, { part: 'worker' }, { more: 1 }, { part: undefined }, { value: undefined }].entries()) {
	await compare(`opening ${i}`, withOpenings([{ ...withheld.opening, ...change }]), AT[0]);
	await compare(`opening ${i}, behind a good one`, withOpenings([withheld.opening, { ...withheld.opening, ...change }]), AT[0]);
}
for (const count of [0, 1, 2, 4, 5])
	for (const set of [[], [70000]])
		await compare(`${count} entries, ${set}`, write({ credential: { ...statused, '@context': [make.CREDENTIALS], type: 'VerifiableCredential', credentialStatus: Array(count).fill(make.statusEntry('70000')) }, did: didOf(), list: make.statusList(web, set) }), AT[0]);
for (const from of ['2026-08-02T00:00:00Z', '2027-01-01T00:00:00Z'])
	for (const set of [[], [70000]])
		await compare(`a list from ${from}, ${set}`, write({ credential: statused, did: didOf(), list: make.statusList(web, set, { more: { validFrom: from, validUntil: '2027-01-02T00:00:00Z' } }) }), AT[0]);
const { proof: signed, ...unsecured } = make.secure(statused, key);
await compare('a context behind', { ...write({ credential: statused, did: didOf() }), text: Buffer.from(JSON.stringify({ ...unsecured, '@context': [...unsecured['@context'], 'https://a.example/'], proof: signed })) }, AT[0]);
let next = 0;
async function work() {
	while (next < cases) {
		const number = next++;
		const one = random.of(bases)();
		if (random.below(2))
			for (let i = random.below(2); i >= 0; i--)
				damageBefore(one);
		const given = write(one);
		if (one.options === undefined && one.header === undefined && random.below(5) < 2)
			for (let i = random.below(2); i >= 0; i--)
				damageBehind(given);
		await compare(`case ${number}`, given, random.of(AT));
	}
}
await Promise.all([work(), work()]);
// Each outcome of each check was met, or the comparison says little.
for (const name of ['form', 'schema', 'proof', 'issuer', 'validity', 'status', 'log', 'openings'])
	for (const outcome of ['passed', 'failed'])
		check(`${name} ${outcome} was met`, (reached.get(`${name} ${outcome}`) ?? 0) >= 10, Object.fromEntries(reached));
finish();
