// SPDX-License-Identifier: Apache-2.0
// One thing that must hold, and the count of them.
let passed = 0;
let failed = 0;

/** @param {string} words @param {boolean} condition @param {*} [seen] shown where it does not hold */
export function check(words, condition, seen) {
	if (condition === true) {
		passed++;
		return;
	}
	failed++;
	console.error(`FAILED: ${words}${seen === undefined ? '' : `: ${typeof seen === 'string' ? seen : JSON.stringify(seen)}`}`);
}

/** It rejects, for a reason that matches. */
export async function refuses(words, promise, pattern = /./) {
	try {
		await promise;
		check(`${words}: it was taken`, false);
	} catch (error) {
		check(`${words}: refused for another reason`, pattern.test(String(error.message ?? error)), String(error.message ?? error));
	}
}

/** The closing line, and the exit status. */
export function finish() {
	console.log(`${passed} passed, ${failed} failed`);
	process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

/** Numbers from a seed (the one of the environment, else drawn), which is printed (mulberry32). */
export function draw() {
	const seed = process.env.PROBITY_SEED === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(process.env.PROBITY_SEED);
	console.log(`seed ${seed} (PROBITY_SEED)`);
	let state = seed >>> 0;
	const next = () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return (t ^ (t >>> 14)) >>> 0;
	};
	return { below: (n) => next() % n, of: (list) => list[next() % list.length] };
}
