// SPDX-License-Identifier: Apache-2.0
// Bytes as text and back, SHA-256, gzip, moments. Decoders take the canonical form alone: where two texts stood for the same
// bytes, a signature would not say which was meant.

/** What the input did wrong; any other error is a fault of this module or of the browser. */
export class Fault extends Error {}

/** Why something could not be looked at. */
export class Skip extends Fault {}

/** @param {string} why one line @returns {never} */
export function refuse(why) {
	throw new Fault(why);
}

/** @param {string} why one line @returns {never} */
export function skip(why) {
	throw new Skip(why);
}

export const utf8 = (text) => new TextEncoder().encode(text);

/** @param {Uint8Array} bytes @returns {string|null} null where they are not UTF-8 */
export function fromUtf8(bytes) {
	try {
		return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		return null;
	}
}

export const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
export const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

export function join(...parts) {
	const whole = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BASE58_DIGITS_MAX = 128; // keys and signatures: the time is quadratic

/** base58btc without a prefix. @returns {Uint8Array|null} */
export function base58(text) {
	if (text.length > BASE58_DIGITS_MAX)
		return null;
	let number = 0n;
	for (const digit of text) {
		const value = BASE58.indexOf(digit);
		if (value < 0)
			return null;
		number = number * 58n + BigInt(value);
	}
	const bytes = [];
	for (; number > 0n; number >>= 8n)
		bytes.push(Number(number & 255n));
	for (const digit of text) {
		if (digit !== '1')
			break;
		bytes.push(0);
	}
	return Uint8Array.from(bytes.reverse());
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** RFC 4648 section 4, with its padding; the bits that no byte needs must be zero. @returns {Uint8Array|null} */
export function base64(text) {
	const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
	if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
		return null;
	const left = padding && BASE64.indexOf(text[text.length - 1 - padding]) & (padding === 2 ? 15 : 3);
	return left ? null : Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

/** RFC 4648 section 5, without padding. @returns {Uint8Array|null} */
export function base64url(text) {
	if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1)
		return null;
	return base64(text.replace(/-/g, '+').replace(/_/g, '/') + '='.repeat(-text.length & 3));
}

/** @returns {string} RFC 4648 section 4 */
export const toBase64 = (bytes) => btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(''));

let found;

/** WebCrypto; Node 18 keeps it in a module. */
export async function subtle() {
	found ??= globalThis.crypto?.subtle ?? (await import('node:crypto')).webcrypto.subtle;
	return found;
}

/** @param {...Uint8Array} parts hashed as one @returns {Promise<Uint8Array>} */
export async function sha256(...parts) {
	return new Uint8Array(await (await subtle()).digest('SHA-256', join(...parts)));
}

/** @returns {Promise<Uint8Array|null>} null where it is none of that format, is cut off, or unpacks to more */
async function unpack(format, bytes, bytesMax) {
	const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format)).getReader();
	const parts = [];
	let size = 0;
	try {
		for (let next = await reader.read(); !next.done; next = await reader.read()) {
			size += next.value.length;
			if (size > bytesMax) {
				await reader.cancel();
				return null;
			}
			parts.push(next.value);
		}
	} catch {
		return null;
	}
	return join(...parts);
}

/** The length of a gzip member's header (RFC 1952, section 2.3). */
function headerBytes(bytes) {
	const text = (at) => bytes.indexOf(0, at) + 1 || bytes.length;
	let at = 10;
	if (bytes[3] & 4)
		at += 2 + bytes[at] + 256 * bytes[at + 1];
	if (bytes[3] & 8)
		at = text(at);
	if (bytes[3] & 16)
		at = text(at);
	return bytes[3] & 2 ? at + 2 : at;
}

/** RFC 1950, section 8.2, as it stands at the end of zlib's format. */
function adler32(bytes) {
	let [a, b] = [1, 0];
	for (const byte of bytes) {
		a = (a + byte) % 65521;
		b = (b + a) % 65521;
	}
	return Uint8Array.of(b >> 8, b, a >> 8, a);
}

/** One gzip member (RFC 1952) and nothing behind it. @returns {Promise<Uint8Array|null>} null where it is none, or unpacks to more */
export async function gunzip(bytes, bytesMax) {
	const whole = await unpack('gzip', bytes, bytesMax);
	if (whole === null)
		return null;
	// Some implementations read member after member, or pass over what stands behind them. In zlib's format the same packed data
	// is one piece: it must give the same, and nothing where its last byte is missing.
	const body = bytes.subarray(headerBytes(bytes), -8);
	const zlib = join(Uint8Array.of(0x78, 0x9c), body, adler32(whole));
	const again = await unpack('deflate', zlib, bytesMax);
	return again !== null && same(again, whole) && await unpack('deflate', zlib.subarray(0, -1), bytesMax) === null ? whole : null;
}

const MOMENT = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;
const DAY_SECONDS = 86400;

/** @returns {number|null} days since 1970; null where it is no day of the calendar (YYYY-MM-DD) */
export function date(text) {
	const day = /^\d{4}-\d\d-\d\d$/.test(text) && !text.startsWith('0000') ? Date.parse(text + 'T00:00:00Z') : NaN;
	return Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== text ? null : day / (1000 * DAY_SECONDS);
}

/** XML Schema dateTimeStamp, fractions cut. @returns {number|null} seconds since 1970 */
export function moment(text) {
	const part = typeof text === 'string' ? MOMENT.exec(text) : null;
	if (part === null || date(part[1]) === null)
		return null;
	const [hours, minutes, seconds] = part.slice(2, 5).map(Number);
	const [zoneHours, zoneMinutes] = part.slice(7, 9).map((n) => Number(n ?? 0));
	if (hours > 24 || minutes > 59 || seconds > 59 || zoneHours > 14 || zoneMinutes > 59 || (zoneHours === 14 && zoneMinutes > 0))
		return null;
	if (hours === 24 && (minutes > 0 || seconds > 0 || /[1-9]/.test(part[5] ?? '')))
		return null;
	const zone = (part[6] === '-' ? -60 : 60) * (zoneHours * 60 + zoneMinutes);
	const at = date(part[1]) * DAY_SECONDS + hours * 3600 + minutes * 60 + seconds - zone;
	// By its zone it may lie beyond the years that can be written in UTC.
	return at < date('0001-01-01') * DAY_SECONDS || at >= (date('9999-12-31') + 1) * DAY_SECONDS ? null : at;
}

export const momentText = (seconds) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
