#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// node cli.mjs [OPTION FILE]... FILE: prints what verify.js says, as JSON. Exit status: 0 verified, 1 not, 2 usage.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { verifyAttestation } from './verify.js';

const text = { type: 'string' };
const usage = 'usage: cli.mjs [--at SECONDS] [--skew SECONDS] [--did FILE] [--status FILE] [--receipt FILE] [--log-key KEY] [--checkpoint FILE] [--open FILE]... FILE';
let given;
try {
	given = parseArgs({
		allowPositionals: true,
		options: { at: text, skew: text, did: text, status: text, receipt: text, 'log-key': text, checkpoint: text, open: { ...text, multiple: true } },
	});
} catch (error) {
	given = { positionals: [], error };
}
if (given.positionals.length !== 1) {
	console.error(given.error ? `${given.error.message}\n${usage}` : usage);
	process.exit(2);
}
const { values, positionals } = given;
const file = (name) => (name === undefined ? undefined : new Uint8Array(readFileSync(name)));
const seen = await verifyAttestation(file(positionals[0]), {
	answerToo: true,
	now: values.at === undefined ? undefined : Number(values.at),
	skewSeconds: values.skew === undefined ? 60 : Number(values.skew),
	didDocument: file(values.did),
	statusList: file(values.status),
	receipt: file(values.receipt),
	logKey: values['log-key'],
	checkpoint: file(values.checkpoint),
	openings: values.open?.map(file),
});
console.log(JSON.stringify(seen));
process.exit(seen.verified ? 0 : 1);
