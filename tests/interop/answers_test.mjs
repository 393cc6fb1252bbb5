// SPDX-License-Identifier: Apache-2.0
// Every answer that the scenarios of tests/e2e got (PROBITY_ANSWERS, see record_answer in server_lib.sh), held against the description
// of the interface: its status, media type, fields and body are those that openapi.json names for the operation. Beside: each
// operation was seen, with each of its statuses below 300, and what the answers never showed is listed.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { check, finish } from './check.mjs';
import { startServer } from './server.mjs';

const { PROBITY_ANSWERS: folder, WORK } = process.env;
// Of every HTTP answer, of the connection, or for browsers alone: not described for each.
const OF_HTTP = new Set(['connection', 'content-length', 'content-type', 'date', 'transfer-encoding', 'content-security-policy',
	'cross-origin-opener-policy', 'cross-origin-resource-policy', 'permissions-policy', 'referrer-policy', 'strict-transport-security', 'x-content-type-options']);

mkdirSync(`${WORK}/answers_server`, { recursive: true });
const server = await startServer(`${WORK}/answers_server`);
const description = JSON.parse((await server.ask('GET', '/openapi.json')).text);
await server.stop();

/* A reference within the document, followed. */
function follow(value) {
	if (value?.$ref === undefined)
		return value;
	return follow(value.$ref.slice(2).split('/').reduce((at, name) => at[name.replaceAll('~1', '/').replaceAll('~0', '~')], description));
}

// What is described may grow, and readers are told to expect that; what this server sends is all described. So in this test an object
// has no other members than those; but those of the credential are W3C's and UNTP's.
const schemas = structuredClone(description.components.schemas);
for (const [name, schema] of Object.entries(schemas))
	if (schema.properties !== undefined && name !== 'credential')
		schema.additionalProperties = false;
const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: true });
addFormats(ajv);
ajv.addSchema({ $id: 'openapi:document', components: { schemas } });
const compiled = new Map();
function schemaOf(schema) {
	const text = JSON.stringify(schema).replaceAll('"#/', '"openapi:document#/');
	if (!compiled.has(text))
		compiled.set(text, ajv.compile(JSON.parse(text)));
	return compiled.get(text);
}

// A template's parameter is one segment, or the rest of the path where the description says so.
const paths = Object.entries(description.paths).map(([template, item]) => {
	const many = new Set([...(item.parameters ?? []), ...Object.values(item).flatMap((operation) => operation.parameters ?? [])]
		.map(follow).filter((parameter) => parameter['x-segments'] === 'many').map((parameter) => parameter.name));
	const pattern = template.replace(/[.+?^$()|[\]\\]/g, '\\$&').replace(/\{([^}]*)\}/g, (_, name) => (many.has(name) ? '.+' : '[^/]+'));
	return { template, item, pattern: new RegExp(`^${pattern}$`) };
});

/** @returns {{method: string, target: string, status: number, fields: Map<string, string>, body: string}} */
function read(name) {
	const [method, target] = readFileSync(`${folder}/${name}.request`, 'utf8').trim().split(' ');
	// Of several heads (100 Continue) the last counts.
	const head = readFileSync(`${folder}/${name}.head`, 'utf8').trim().split('\r\n\r\n').at(-1).split('\r\n');
	const fields = new Map(head.slice(1).map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
	const bytes = readFileSync(`${folder}/${name}.body`);
	const body = (fields.get('content-encoding') === 'gzip' && bytes.length > 0 ? gunzipSync(bytes) : bytes).toString('utf8');
	// curl --head prints the head where the body would stand.
	if (body.startsWith('HTTP/1.1 '))
		return { method: 'HEAD', target, status: Number(head[0].split(' ')[1]), fields, body: '' };
	return { method, target, status: Number(head[0].split(' ')[1]), fields, body };
}

const seen = new Map(); // 'operation status' -> count
let counted = 0;

/* RFC 3986 section 6.2.2.2: what needs no escape is the same with one. */
function plain(path) {
	return path.replace(/%([0-9a-f]{2})/gi, (escape, hex) => {
		const meant = String.fromCharCode(parseInt(hex, 16));
		return /[A-Za-z0-9._~-]/.test(meant) ? meant : escape;
	});
}

/* The described answer to a request, or why there is none. A HEAD is answered as its GET. */
function find(answer) {
	const path = plain(answer.target.split('?')[0]);
	const found = paths.filter(({ pattern }) => pattern.test(path));
	const method = answer.method === 'HEAD' ? 'get' : answer.method.toLowerCase();
	const at = found.find(({ item }) => item[method] !== undefined) ?? found[0];
	if (at === undefined)
		return { other: 'nothing is described there' };
	const operation = at.item[method];
	return operation === undefined ? { other: 'the method is not described', template: at.template } : { operation };
}

function checkFields(words, answer, described) {
	const headers = described.headers ?? {};
	for (const [name, reference] of Object.entries(headers)) {
		const header = follow(reference);
		const value = answer.fields.get(name.toLowerCase());
		if (header.required)
			check(`${words}: the field ${name} is there`, value !== undefined);
		if (value === undefined || header.schema === undefined)
			continue;
		const number = ['integer', 'number'].includes(header.schema.type);
		const validate = schemaOf(header.schema);
		check(`${words}: the field ${name} is as described`, validate(number ? Number(value) : value), value);
	}
	// A 412 has none where there is nothing yet, so the description cannot say for all answers that it is there.
	if (['GET', 'HEAD'].includes(answer.method) && [200, 304].includes(answer.status))
		check(`${words}: there is an ETag`, answer.fields.has('etag'));
	const known = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
	const odd = [...answer.fields.keys()].filter((name) => !OF_HTTP.has(name) && !known.has(name));
	check(`${words}: no field that is not described`, odd.length === 0, odd);
}

function checkBody(words, answer, described) {
	const type = (answer.fields.get('content-type') ?? '').split(';')[0];
	if (described.content === undefined) {
		check(`${words}: no body`, answer.body === '');
		return;
	}
	const media = described.content[type];
	check(`${words}: the media type ${type} is described`, media !== undefined);
	if (media === undefined || answer.method === 'HEAD')
		return;
	let value = answer.body;
	if (/[/+]json$/.test(type) || type === 'application/vc')
		try {
			value = JSON.parse(answer.body);
		} catch {
			check(`${words}: the body is JSON`, false, answer.body.slice(0, 200));
			return;
		}
	const validate = schemaOf(media.schema ?? {});
	check(`${words}: the body is as described`, validate(value), validate.errors?.slice(0, 2));
	// OpenAPI 3.1 has no schema for lines; x-lines is ours.
	const ofLines = media.schema?.['x-lines'];
	for (const line of ofLines === undefined ? [] : answer.body.split('\n').filter((text) => text !== '')) {
		const validateLine = schemaOf(ofLines);
		check(`${words}: a line is as described`, validateLine(JSON.parse(line)), validateLine.errors?.slice(0, 2));
	}
}

for (const file of readdirSync(folder).filter((name) => name.endsWith('.request')).sort()) {
	const name = file.slice(0, -'.request'.length);
	const answer = read(name);
	if (Number.isNaN(answer.status))
		continue; // the client had no answer: the scenario says whether it should have had one
	counted++;
	const words = `${name} ${answer.method} ${answer.target.slice(0, 80)} ${answer.status}`;
	const { operation, other } = find(answer);
	if (other !== undefined) {
		check(`${words}: ${other}`, answer.method === 'OPTIONS' ? answer.status === 204 : [400, 404, 405, 414, 429, 501].includes(answer.status));
		continue;
	}
	const described = follow(operation.responses[answer.status]);
	check(`${words}: the status is described`, described !== undefined);
	if (described === undefined)
		continue;
	const key = `${operation.operationId} ${answer.status}`;
	seen.set(key, (seen.get(key) ?? 0) + 1);
	checkFields(words, answer, described);
	checkBody(words, answer, described);
}

// Both directions: nothing is described that nobody ever saw.
const unseen = [];
for (const { item } of paths)
	for (const operation of Object.values(item).filter((value) => value.operationId !== undefined)) {
		const statuses = Object.keys(operation.responses);
		check(`${operation.operationId} was seen`, statuses.some((status) => seen.has(`${operation.operationId} ${status}`)));
		for (const status of statuses.filter((value) => !seen.has(`${operation.operationId} ${value}`)))
			if (Number(status) < 300)
				check(`${operation.operationId} was seen to answer ${status}`, false);
			else
				unseen.push(`${operation.operationId} ${status}`);
	}
const operations = new Set([...seen.keys()].map((key) => key.split(' ')[0]));
console.log(`${counted} answers of ${operations.size} operations, with ${seen.size} pairs of operation and status; ${unseen.length} described refusals were not met`);
finish();
