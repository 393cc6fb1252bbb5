// SPDX-License-Identifier: Apache-2.0
// The transparency log as far as a reader of one attestation needs it: signed notes, checkpoints and receipts (C2SP
// signed-note, tlog-checkpoint, tlog-proof), and inclusion in a Merkle tree (RFC 6962; RFC 9162 section 2.1.3.2).
import { base64, fromUtf8, join, refuse, same, sha256, utf8 } from './bytes.js';
import { holds } from './ed25519.js';

const RECEIPT_BYTES_MAX = 64 * 1024;
const SIGNATURES_MAX = 64;
const PROOF_MAX = 64;
const SIZE_MAX = 2n ** 63n - 1n;
const ED25519 = 1;

// A name holds no plus and no White_Space of Unicode.
const isName = (name) => name !== '' && !/[\0-\x20+\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/.test(name);

/** Verifier key: name, id (4 bytes) and public key. */
async function noteKey(name, key) {
	const id = (await sha256(utf8(`${name}\n`), [ED25519], key)).subarray(0, 4);
	return { name, id, key };
}

/** "NAME+HEX+BASE64". */
export async function readNoteKey(text) {
	const [, name, hex, coded] = /^\s*([^\s+]+)\+([0-9a-f]{8})\+(\S+)\s*$/u.exec(text) ?? refuse('the log\'s key is no verifier key (NAME+HEX+BASE64)');
	const bytes = base64(coded);
	if (bytes?.length !== 33 || bytes[0] !== ED25519)
		refuse('the log\'s key is no Ed25519 key');
	const key = await noteKey(name, bytes.subarray(1));
	if (parseInt(hex, 16) !== new DataView(key.id.buffer).getUint32(0))
		refuse('the log\'s key is misspelt: its id is not that of its name and key');
	return key;
}

/** The form alone. */
export function readNote(note) {
	const end = note.lastIndexOf('\n\n');
	if (end < 0 || !note.endsWith('\n') || /[\0-\x09\x0b-\x1f]/.test(note))
		refuse('the checkpoint is no signed note');
	const lines = note.slice(end + 2, -1).split('\n');
	if (lines.length > SIGNATURES_MAX)
		refuse(`the checkpoint has more than ${SIGNATURES_MAX} signatures`);
	const signatures = lines.map((line) => {
		const [, name, coded] = /^\u2014 ([^ ]+) ([^ ]+)$/u.exec(line) ?? [];
		const bytes = name !== undefined && isName(name) ? base64(coded) : null;
		if (bytes === null || bytes.length < 5)
			refuse('the checkpoint has a line that is no signature');
		return { name, id: bytes.subarray(0, 4), bytes: bytes.subarray(4) };
	});
	return { text: note.slice(0, end + 1), signatures };
}

function readCheckpoint(text) {
	const lines = text.split('\n');
	const root = base64(lines[2] ?? '');
	if (lines.length < 4 || lines[0] === '' || lines.slice(3, -1).includes('') || !/^(0|[1-9]\d{0,18})$/.test(lines[1]) || root?.length !== 32)
		refuse('the note is no checkpoint: origin, size and root are wanted');
	const size = BigInt(lines[1]);
	return size > SIZE_MAX ? refuse('the checkpoint\'s size is out of range') : { origin: lines[0], size, root };
}

/**
 * The first of the keys that has signed the note; signatures by others are passed over, and one by that key that does not hold
 * fails the whole. @param {{name: string, id: Uint8Array, key: Uint8Array, check?: () => void}[]} keys
 */
export async function signerOf({ text, signatures }, keys) {
	for (const key of keys) {
		const own = signatures.filter((s) => s.name === key.name && same(s.id, key.id));
		if (own.length === 0)
			continue;
		key.check?.();
		for (const signature of own)
			if (!(await holds(key.key, signature.bytes, utf8(text))))
				refuse(`the signature of ${key.name} is not over this note`);
		return key;
	}
	return refuse('the note is not signed by the log\'s key');
}

/** @param {(origin: string) => Promise<object[]>} keysOf */
async function openCheckpoint(text, keysOf) {
	const note = readNote(text);
	const checkpoint = readCheckpoint(note.text);
	const key = await signerOf(note, await keysOf(checkpoint.origin));
	return key.name === checkpoint.origin ? checkpoint : refuse(`the checkpoint is of the log ${checkpoint.origin}, and the key is of ${key.name}`);
}

const HEAD = 'c2sp.org/tlog-proof@v1\n';

/** @param {string|Uint8Array} text */
function asText(text) {
	const read = typeof text === 'string' ? text : fromUtf8(text);
	return read !== null && utf8(read).length <= RECEIPT_BYTES_MAX ? read : refuse('it is no text, or longer than 64 KiB');
}

function readReceipt(text) {
	const cut = text.indexOf('\n\n');
	const head = /^(?:extra (\S+)\n)?index (0|[1-9]\d{0,18})((?:\n\S+)*)$/.exec(text.startsWith(HEAD) && cut >= 0 ? text.slice(HEAD.length, cut) : '');
	const hashes = head?.[3].split('\n').slice(1).map(base64) ?? [];
	if (head === null || hashes.length > PROOF_MAX || hashes.some((hash) => hash?.length !== 32))
		refuse('the receipt is no tlog-proof');
	const extra = head[1] === undefined ? new Uint8Array() : base64(head[1]);
	return { extra: extra ?? refuse('the receipt\'s extra line is not base64'), index: BigInt(head[2]), hashes, checkpoint: text.slice(cut + 2) };
}

/** @returns {Promise<boolean>} whether the leaf stands at that place in the tree of that root */
export async function includes(index, size, leaf, hashes, root) {
	if (index < 0n || index >= size || root.length !== 32)
		return false;
	let at = index;
	let last = size - 1n;
	let hash = leaf;
	for (const other of hashes) {
		if (last === 0n)
			return false;
		const right = (at & 1n) === 1n;
		hash = right || at === last ? await sha256([1], other, hash) : await sha256([1], hash, other);
		if (!right && at === last)
			for (; at !== 0n && (at & 1n) === 0n; at >>= 1n)
				last >>= 1n;
		at >>= 1n;
		last >>= 1n;
	}
	return last === 0n && same(hash, root);
}

/**
 * The keys under which a checkpoint counts: the one that was given, else those of the issuer, whose log has its address.
 * @param {string|undefined} given verifier key @param {{address: string, keys: object[]}|undefined} issuer
 */
const keysFor = (given, issuer) => async (origin) => {
	if (given !== undefined)
		return [await readNoteKey(given)];
	if (origin.toLowerCase() !== `${issuer.address}/log`.toLowerCase())
		refuse(`the receipt is of the log ${origin}, which is not the issuer's own: give its key to trust it`);
	return Promise.all(issuer.keys.map(async ({ key, check }) => ({ ...await noteKey(origin, key), check })));
};

/** @param {string|Uint8Array|undefined} text whether it begins as a receipt */
export const isReceipt = (text) => text !== undefined && asText(text).startsWith(HEAD);

/**
 * That the entry stands in the log.
 * @param {string|Uint8Array} given the receipt
 * @param {(salt: Uint8Array) => Promise<string>} entryOf what the leaf says
 * @param {string|undefined} logKey @param {object|undefined} issuer see keysFor
 * @param {string|Uint8Array|undefined} trusted a checkpoint that the reader trusts, or a receipt with one
 */
export async function checkReceipt(given, entryOf, logKey, issuer, trusted) {
	const receipt = readReceipt(asText(given));
	const keysOf = keysFor(logKey, issuer);
	const checkpoint = await openCheckpoint(receipt.checkpoint, keysOf);
	const leaf = await sha256([0], utf8(await entryOf(receipt.extra)));
	if (!(await includes(receipt.index, checkpoint.size, leaf, receipt.hashes, checkpoint.root)))
		refuse('the receipt does not lead from this attestation to the root of its checkpoint');
	if (trusted !== undefined) {
		const note = isReceipt(trusted) ? readReceipt(asText(trusted)).checkpoint : asText(trusted);
		const other = await openCheckpoint(note, keysOf);
		if (other.size !== checkpoint.size)
			refuse(`the receipt's tree has ${checkpoint.size} entries, that of the trusted checkpoint ${other.size}: they cannot be compared offline`);
		if (!same(other.root, checkpoint.root))
			refuse('the log was split: it signed two trees of one size. Keep both, they are the evidence');
	}
	return `entry ${receipt.index} of ${checkpoint.size} in the log ${checkpoint.origin}`;
}
