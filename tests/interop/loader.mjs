// SPDX-License-Identifier: Apache-2.0
// Where the outside libraries get contexts, DID documents and status lists from: files of this folder and what the server said.
// Nothing is fetched: an address that is not here is refused.
import { readFileSync } from 'node:fs';

const file = (name) => JSON.parse(readFileSync(`${process.env.SOURCE}/tests/interop/${name}`, 'utf8'));
const MULTIKEY = 'https://w3id.org/security/multikey/v1';
const contexts = {
	'https://www.w3.org/ns/credentials/v2': file('contexts/credentials-v2.jsonld'),
	'https://w3id.org/security/data-integrity/v2': file('contexts/data-integrity-v2.jsonld'),
	[MULTIKEY]: file('contexts/multikey-v1.jsonld'),
	'https://vocabulary.uncefact.org/untp/0.7.0/context/': file('untp/untp-context.jsonld'),
};

const didKey = (did) => {
	const multikey = did.slice('did:key:'.length);
	const id = `${did}#${multikey}`;
	return { '@context': ['https://www.w3.org/ns/did/v1', MULTIKEY], id: did, verificationMethod: [{ id, type: 'Multikey', controller: did, publicKeyMultibase: multikey }], assertionMethod: [id] };
};

/** @param {Record<string, object>} more documents by address: DID documents, status lists */
export const makeLoader = (more = {}) => async (url) => {
	const [address, fragment] = url.split('#');
	let document = contexts[url] ?? more[url] ?? more[address] ?? (address.startsWith('did:key:') ? didKey(address) : undefined);
	if (document === undefined)
		throw new Error(`not here: ${url}`);
	if (fragment !== undefined && address.startsWith('did:')) {
		document = document.verificationMethod?.find((method) => method.id === url);
		if (document === undefined)
			throw new Error(`no such method: ${url}`);
		document = { '@context': MULTIKEY, ...document };
	}
	return { contextUrl: null, documentUrl: url, document: structuredClone(document) };
};
