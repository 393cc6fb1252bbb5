// SPDX-License-Identifier: Apache-2.0
// Bitstring Status List 1.0 (W3C Recommendation, 15 May 2025), section 3.2 "Validate Algorithm". Failures begin with the
// Recommendation's own word.
import { base64url, gunzip, refuse } from './bytes.js';
import { holds, objectOf, textOf } from './json.js';

const ENTRIES_MIN = 131072; // fewer would tell who is looked at
const UNPACKED_BYTES_MAX = 1024 * 1024;

/** The bits of a list. @param {object} list its credential, verified before @returns {Promise<Uint8Array>} */
export async function unpackList(list) {
	const subject = objectOf(list, 'credentialSubject');
	if (!holds(list.type, 'BitstringStatusListCredential') || textOf(subject, 'type') !== 'BitstringStatusList')
		refuse('STATUS_VERIFICATION_ERROR: what was given is no status list');
	const coded = textOf(subject, 'encodedList') ?? '';
	const packed = coded.startsWith('u') ? base64url(coded.slice(1)) : null;
	const bits = packed === null ? null : await gunzip(packed, UNPACKED_BYTES_MAX);
	if (bits === null)
		refuse('MALFORMED_VALUE_ERROR: the list is not base64url of gzip, or unpacks to more than 1 MiB');
	if (bits.length * 8 < ENTRIES_MIN)
		refuse(`STATUS_LIST_LENGTH_ERROR: the list has fewer than ${ENTRIES_MIN} entries`);
	return bits;
}

/** The bit of an entry. @param {Uint8Array} bits what unpackList made of the list @returns {boolean} */
export function lookUp(list, bits, address, purpose, index) {
	if (textOf(list, 'id') !== address)
		refuse('STATUS_VERIFICATION_ERROR: the status list is not the one that is named');
	if (!holds(objectOf(list, 'credentialSubject').statusPurpose, purpose))
		refuse(`STATUS_VERIFICATION_ERROR: the status list is not one of ${purpose}`);
	if (index >= bits.length * 8)
		refuse('RANGE_ERROR: the index lies beyond the list');
	return (bits[index >> 3] & (0x80 >> (index & 7))) !== 0;
}
