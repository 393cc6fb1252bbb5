// SPDX-License-Identifier: Apache-2.0
// The enveloping form (W3C VC-JOSE-COSE, RFC 7515, RFC 8037): a compact JWS over the credential without a proof.
import { base64url, refuse, utf8 } from './bytes.js';
import { parse, textOf } from './json.js';

const HEADER_BYTES_MAX = 4096;
const MEMBERS = ['alg', 'cty', 'iss', 'kid', 'typ'];
const DATA = 'data:application/vc+jwt,';

/** The JWS that the text is, or that an EnvelopedVerifiableCredential holds; null where it is another thing. */
export const asEnvelope = (text) => (/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+[ \t\r\n]*$/.test(text) ? text.trimEnd() : null);
export const inData = (id) => (id?.startsWith(DATA) ? asEnvelope(id.slice(DATA.length)) : null);

/** @param {string} text @returns {{kid: string, iss?: string, payload: Uint8Array, signed: Uint8Array, signature: Uint8Array}} */
export function readEnvelope(text) {
	const [header, payload, signature] = text.split('.').map((part) => base64url(part) ?? refuse('a part of the JWS is not base64url'));
	const said = parse(header, HEADER_BYTES_MAX);
	for (const name of Object.keys(said))
		if (!MEMBERS.includes(name))
			refuse(`the JWS header's member "${name}" is not taken: the key is the issuer's, and nothing is critical`);
	if (!['EdDSA', 'Ed25519'].includes(said.alg))
		refuse('the JWS header\'s alg must be EdDSA');
	if (said.typ !== 'vc+jwt' || (said.cty ?? 'vc') !== 'vc')
		refuse('the JWS header\'s typ must be vc+jwt, its cty vc');
	if (signature.length !== 64)
		refuse(`the signature has ${signature.length} bytes, where one has 64`);
	return {
		kid: textOf(said, 'kid') ?? refuse('the JWS header has no kid: no key is named'),
		iss: said.iss,
		payload,
		signed: utf8(text.slice(0, text.lastIndexOf('.'))),
		signature,
	};
}
