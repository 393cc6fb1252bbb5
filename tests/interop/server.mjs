// SPDX-License-Identifier: Apache-2.0
// A real probityd on loopback, on a free port, and what is asked of it.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const START_SECONDS_MAX = 60;

/** @param {string} folder of its own, must be there @param {string} [publicUrl] makes it a did:web */
export async function startServer(folder, publicUrl) {
	writeFileSync(`${folder}/server.ini`, publicUrl ? `[auth]\nmode = open\n[issuer]\npublic_url = ${publicUrl}\n` : '');
	const child = spawn(process.env.PROBITYD, ['--listen', '127.0.0.1:0', '--state', `${folder}/state`, '--config', `${folder}/server.ini`],
		{ stdio: ['ignore', 'ignore', 'pipe'], env: process.env });
	let said = '';
	const port = await new Promise((resolve, reject) => {
		const tooLong = setTimeout(() => {
			child.kill('SIGKILL');
			reject(new Error(`the server did not start: ${said}`));
		}, START_SECONDS_MAX * 1000);
		child.on('exit', (status) => reject(new Error(`the server ended with ${status}: ${said}`)));
		child.stderr.on('data', (data) => {
			said += data;
			const found = /listening on 127\.0\.0\.1:(\d+)$/m.exec(said);
			if (found) {
				clearTimeout(tooLong);
				resolve(Number(found[1]));
			}
		});
	});
	const url = `http://127.0.0.1:${port}`;
	return {
		/** @returns {Promise<{status: number, type: string, text: string}>} */
		async ask(method, path, { body, accept, type = 'application/json' } = {}) {
			const headers = { ...(accept && { Accept: accept }), ...(body !== undefined && { 'Content-Type': type }) };
			const answer = await fetch(url + path, { method, headers, body: typeof body === 'object' ? JSON.stringify(body) : body, signal: AbortSignal.timeout(30000) });
			return { status: answer.status, type: answer.headers.get('content-type') ?? '', retry: Number(answer.headers.get('retry-after') ?? 0), text: await answer.text() };
		},
		stop: () => new Promise((resolve) => {
			child.removeAllListeners('exit');
			child.on('exit', (status) => resolve(status));
			child.kill('SIGTERM');
		}),
	};
}
