// SPDX-License-Identifier: Apache-2.0
// Ed25519 (RFC 8032) by WebCrypto, and what implementations of it do not agree on: keys and points of small order, under
// which one signature holds for many texts, encodings that are not reduced, and S beyond the order. All are refused here.
import { subtle } from './bytes.js';

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
// The y of the eight points of small order: order 1, 2, 4 (both), 8 (twice both).
const Y8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7n;
const SMALL = [1n, P - 1n, 0n, Y8, P - Y8];

const number = (bytes) => bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
const y = (point) => number(point) & (2n ** 255n - 1n);

/** @param {Uint8Array} key @param {Uint8Array} signature @param {Uint8Array} message @returns {Promise<boolean>} */
export async function holds(key, signature, message) {
	if (key.length !== 32 || signature.length !== 64 || y(key) >= P || number(signature.subarray(32)) >= ORDER)
		return false;
	if (SMALL.includes(y(key)) || SMALL.includes(y(signature.subarray(0, 32)) % P))
		return false;
	const crypto = await subtle();
	try {
		return await crypto.verify('Ed25519', await crypto.importKey('raw', key, 'Ed25519', false, ['verify']), signature, message);
	} catch (error) {
		if (error.name === 'NotSupportedError')
			throw error; // a browser without Ed25519 must not look like a bad signature
		return false; // the key is no point of the curve
	}
}
