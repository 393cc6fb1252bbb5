// SPDX-License-Identifier: Apache-2.0
// The enveloping form (W3C VC-JOSE-COSE, RFC 7515, RFC 8037): a compact JWS over the credential without a proof.
import { base64url, refuse, utf8 } from './bytes.js';
import { isObject, parse, textOf } from './json.js';

const HEADER_BYTES_MAX = 4096;
// By these a header would bring its own key, change what is signed, or have to be understood (RFC 7515, RFC 7797).
const NEVER = ['crit', 'b64', 'jwk', 'jku', 'x5u', 'x5c'];
const DATA = 'data:application/vc+jwt,';
const ENVELOPE_BYTES_MAX = 2 * 1024 * 1024;

/** The JWS that the text is, or that the id of an EnvelopedVerifiableCredential holds; null where it is another thing. */
export const asEnvelope = (text) => (/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+[ \t\r\n]*$/.test(text) ? text.trimEnd() : null);
export const inData = (id) => (id?.startsWith(DATA) ? asEnvelope(id.slice(DATA.length)) : null);

/** @param {string} text @returns {{kid: string, payload: Uint8Array, signed: Uint8Array, signature: Uint8Array}} */
export function readEnvelope(text) {
	if (text.length > ENVELOPE_BYTES_MAX)
		refuse('a JWS of more than 2 MiB is not read');
	const [header, payload, signature] = text.split('.').map((part) => base64url(part) ?? refuse('a part of the JWS is not base64url'));
	const said = parse(header, HEADER_BYTES_MAX);
	const kid = textOf(said, 'kid');
	if (!isObject(said) || !['EdDSA', 'Ed25519'].includes(said.alg))
		refuse('the JWS header\'s alg must be EdDSA');
	if (said.typ !== 'vc+jwt' || ('cty' in said && said.cty !== 'vc'))
		refuse('the JWS header\'s typ must be vc+jwt, its cty vc');
	if (!kid || ('iss' in said && (!textOf(said, 'iss') || !kid.startsWith(`${said.iss}#`))))
		refuse('the JWS header has no kid, or an iss whose key it is not');
	for (const name of NEVER)
		if (name in said)
			refuse(`the JWS header has "${name}", which is not taken here`);
	if (signature.length !== 64)
		refuse(`the signature has ${signature.length} bytes, where one has 64`);
	return {
		kid,
		payload,
		signed: utf8(text.slice(0, text.lastIndexOf('.'))),
		signature,
	};
}
