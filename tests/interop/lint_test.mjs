// SPDX-License-Identifier: Apache-2.0
// openapi.json under Spectral's rules for OpenAPI and its OWASP set: no finding of any severity. What is switched off stands with its
// reason in openapi.spectral.yaml. That the linter looks at all is shown by descriptions with one thing wrong.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { check, finish } from './check.mjs';
import { startServer } from './server.mjs';

const { WORK } = process.env;
const LINT_MS_MAX = 300000;

mkdirSync(`${WORK}/lint_server`, { recursive: true });
const server = await startServer(`${WORK}/lint_server`);
const text = (await server.ask('GET', '/openapi.json')).text;
await server.stop();

/** Whether there is a finding, and what the linter said. */
function lint(name, document) {
	const file = `${WORK}/lint_server/${name}.json`;
	writeFileSync(file, JSON.stringify(document));
	// The rules are looked for beside the packages.
	const told = spawnSync('node_modules/.bin/spectral', ['lint', file, '--ruleset', 'openapi.spectral.yaml', '--fail-severity', 'hint'], { encoding: 'utf8', timeout: LINT_MS_MAX });
	check(`${name}: the linter ran`, told.status === 0 || told.status === 1, told.stderr);
	return { found: told.status === 1, said: told.stdout };
}

const whole = lint('openapi', JSON.parse(text));
check('no finding', !whole.found, whole.said);

const faults = {
	'no operationId': (document) => delete document.paths['/healthz'].get.operationId,
	'a parameter that is not in the path': (document) => { document.paths['/problems'] = document.paths['/problems/{name}']; },
	'an example that does not fit': (document) => {
		document.paths['/healthz'].get.responses[200].content['application/json'].example = { status: 7 };
	},
	'a text without a bound': (document) => delete document.components.schemas.problem.properties.detail.maxLength,
	'a refusal that is not described': (document) => delete document.paths['/v1/entities'].get.responses[401],
};
for (const [name, spoil] of Object.entries(faults)) {
	const document = JSON.parse(text);
	spoil(document);
	check(`found: ${name}`, lint(name.replaceAll(' ', '_'), document).found);
}
finish();
