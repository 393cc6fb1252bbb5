// SPDX-License-Identifier: Apache-2.0
// What the contestants in Node do alike; see common.py.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export const LIMIT = 5;
const WARM = 50;

export const [data, out, seconds, modules] = process.argv.slice(2);
export const load = createRequire(join(modules, "node_modules", "none.js"));

export function column(path) {
	return readFileSync(path, "utf8").split("\n").slice(1, -1).map((line) => line.split("\t")[0]);
}

/* Asks each query until the time is up: `ask` gives [[name, score], ...]. */
export function askAll(ask, warm = WARM) {
	const queries = column(join(data, "queries.tsv"));
	for (const query of queries.slice(0, warm))
		ask(query);
	const before = process.cpuUsage();
	const answers = [], spent = [], end = process.hrtime.bigint() + BigInt(seconds) * 1000000000n;
	for (let i = 0; i < queries.length; i++) {
		const began = process.hrtime.bigint();
		const found = ask(queries[i]);
		const now = process.hrtime.bigint();
		spent.push(now - began);
		for (const [name, score] of found)
			answers.push(`${i}\t${name}\t${score}\n`);
		if (now > end)
			break;
	}
	const { user, system } = process.cpuUsage(before);
	return { answers, spent, cpu_s: (user + system) / 1e6 };
}

export function write({ answers, spent, cpu_s }, facts) {
	mkdirSync(out, { recursive: true });
	writeFileSync(join(out, "answers.tsv"), answers.join(""));
	writeFileSync(join(out, "timing"), spent.map((ns) => `${ns}\n`).join(""));
	writeFileSync(join(out, "facts"), Object.entries({ cpu_s, ...facts }).map(([key, value]) => `${key}\t${value}\n`).join(""));
}

export function residentKib() {
	return /^Pss:\s+(\d+)/m.exec(readFileSync("/proc/self/smaps_rollup", "utf8"))[1];
}

export function seconds_since(began) {
	return Number(process.hrtime.bigint() - began) / 1e9;
}
