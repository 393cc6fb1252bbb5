// SPDX-License-Identifier: Apache-2.0
/*
 * clients/web/verify in a browser, under a policy that allows scripts of its own address alone: the same outcomes as under Node.
 * SOURCE: the top of the tree; WORK: a folder; CHROMIUM: the program.
 */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { check, finish } from './check.mjs';
import * as make from './maker.mjs';

const { SOURCE, WORK, CHROMIUM } = process.env;
const { verifyAttestation } = await import(`${SOURCE}/clients/web/verify/verify.js`);
const SECONDS_MAX = 120;

const key = make.makeKey(0);
const logKey = make.makeKey(200);
const web = 'did:web:screening.example';
const text = JSON.stringify;
const plain = make.makeCredential(key.did);
const good = make.secure(plain, key);
const { credential, opening } = make.withhold(make.makeCredential(web, { credentialStatus: make.statusEntry(70000) }), 'supplier', { name: 'Example Works' });
const whole = make.secure(credential, key);
const options = {
	now: make.NOW,
	didDocument: text(make.didDocument(web, key, { more: [{ controller: web, id: `${web}#log-1`, publicKeyMultibase: logKey.multikey, type: 'Multikey' }] })),
	statusList: text(make.secure(make.statusList(web, [69999]), key)),
	receipt: make.makeReceipt(whole, 'screening.example/log', logKey),
	openings: text(opening),
};
const listOf = (set, more) => text(make.secure(make.statusList(web, set, more), key));
const cases = [
	[text(good), { now: make.NOW }],
	[text(good).replace('Example Works', 'Example Worlds'), { now: make.NOW }],
	[text(good), { now: make.NOW + 400 * 86400 }],
	[make.envelop(plain, key), { now: make.NOW }],
	[make.envelop(plain, make.makeKey(1), { kid: `${key.did}#${key.multikey}` }), { now: make.NOW }],
	[text(whole), options],
	[text(whole), { ...options, statusList: listOf([70000]) }],
	[text(whole), { ...options, statusList: listOf([], { bytes: 2 << 20 }) }],
	[text(whole), { ...options, statusList: listOf([], { packed: Buffer.from('no gzip') }) }],
	[text(whole), { ...options, receipt: options.receipt.replace('index 4', 'index 5') }],
	[text(whole), { ...options, openings: text({ ...opening, value: null }) }],
	[text(whole), { ...options, didDocument: undefined }],
	['{"a":1,"a":2}', { now: make.NOW }],
	['{"a":"\\ud800"}', { now: make.NOW }],
	...[0, 40, 400, 900].map((at) => [text(good).slice(0, at), { now: make.NOW }]),
];
const page = '<!doctype html><meta charset="utf-8"><title>verify</title><script type="module" src="/page.js"></script>';
const script = `import { verifyAttestation } from '/verify.js';
const seen = [];
for (const [text, options] of await (await fetch('/cases')).json())
	seen.push(await verifyAttestation(text, options));
await fetch('/seen', { method: 'POST', body: JSON.stringify(seen) });
`;

/** What the page has posted. */
const seen = await new Promise((resolve, reject) => {
	const profile = `${WORK}/chromium`;
	rmSync(profile, { recursive: true, force: true });
	let child;
	const stop = (settle, value) => {
		clearTimeout(tooLong);
		if (child?.pid)
			process.kill(-child.pid, 'SIGKILL'); // its group: a browser is many processes
		server.closeAllConnections();
		server.close(() => settle(value));
	};
	const server = createServer((request, answer) => {
		const send = (type, body) => answer.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': "default-src 'none'; script-src 'self'; connect-src 'self'" }).end(body);
		if (request.url === '/')
			send('text/html', page);
		else if (request.url === '/page.js')
			send('text/javascript', script);
		else if (request.url === '/cases')
			send('application/json', text(cases));
		else if (/^\/[a-z0-9]+\.js$/.test(request.url))
			send('text/javascript', readFileSync(`${SOURCE}/clients/web/verify${request.url}`));
		else if (request.url === '/seen') {
			const parts = [];
			request.on('data', (part) => parts.push(part)).on('end', () => {
				send('text/plain', '');
				stop(resolve, JSON.parse(Buffer.concat(parts)));
			});
		} else
			answer.writeHead(404).end();
	});
	const tooLong = setTimeout(() => stop(reject, new Error('the browser did not answer')), SECONDS_MAX * 1000);
	server.listen(0, '127.0.0.1', () => {
		// As root, in a container, the browser's own sandbox cannot be made.
		const asRoot = process.getuid() === 0 ? ['--no-sandbox'] : [];
		child = spawn(CHROMIUM, ['--headless', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--no-first-run', ...asRoot, `--user-data-dir=${profile}`, `http://127.0.0.1:${server.address().port}/`], { stdio: 'ignore', detached: true });
		child.on('error', (error) => stop(reject, error));
	});
});
for (const [i, [given, options]] of cases.entries()) {
	const wanted = await verifyAttestation(given, options);
	check(`case ${i}: as under Node`, text(seen[i]) === text(wanted), { seen: seen[i], wanted });
}
check('the first is verified, and everything of the sixth', seen[0].verified && seen[5].verified && seen[5].checks.every((one) => one.outcome === 'passed'), seen[5]);
finish();
