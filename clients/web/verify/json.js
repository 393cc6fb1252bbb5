// SPDX-License-Identifier: Apache-2.0
// Strict I-JSON (RFC 7493) in, canonical JSON (RFC 8785) out. JSON.parse would keep the last of two members of one name, and
// take surrogates that stand alone: what is then hashed is not what somebody else reads.
import { fromUtf8, refuse, utf8 } from './bytes.js';

const DEPTH_MAX = 64;
const ESCAPES = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const NEVER = /[\p{Cs}\p{Noncharacter_Code_Point}\0]/u;

class Reader {
	constructor(text) {
		this.text = text;
		this.at = 0;
		this.depth = 0;
	}

	/** What the pattern, which is sticky, finds here; null where it does not. */
	take(pattern) {
		pattern.lastIndex = this.at;
		const match = pattern.exec(this.text);
		this.at += match === null ? 0 : match[0].length;
		return match;
	}

	refuse(why) {
		refuse(`character ${this.at}: ${why}`);
	}

	/** One of these characters, and the blanks behind it. */
	sign(signs) {
		const sign = this.text[this.at];
		if (sign === undefined || !signs.includes(sign))
			this.refuse(`one of ${signs} is needed`);
		this.at++;
		this.take(/[ \n\r\t]*/y);
		return sign;
	}

	string() {
		this.at++;
		const start = this.at;
		do // a run at a time: one pattern for the whole string would need a stack of its length
			this.take(/[^"\\\x00-\x1f]*/y);
		while (this.take(/\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y) !== null);
		if (this.text[this.at] !== '"')
			this.refuse('a string that is not closed, or holds what JSON does not allow');
		const raw = this.text.slice(start, this.at++);
		const text = raw.replace(/\\(?:u(....)|(.))/g, (_, unit, one) =>
			unit === undefined ? ESCAPES[one] ?? one : String.fromCharCode(parseInt(unit, 16)));
		if (NEVER.test(text))
			this.refuse('U+0000, a surrogate that stands alone, or a code point that is no character');
		return text;
	}

	number() {
		const match = this.take(/-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y);
		if (match === null)
			this.refuse('a value is needed');
		const value = Number(match[0]);
		const size = Math.abs(value);
		const whole = match[2] === undefined && match[3] === undefined;
		// From 1e21 on the canonical form has an exponent; below, it is a whole number beyond 2^53-1.
		if (size === Infinity || (size > Number.MAX_SAFE_INTEGER && size < 1e21) || (whole && match[1].length > 16))
			this.refuse('a number beyond what I-JSON holds');
		return value;
	}

	/** @param {() => void} item reads one, with the blanks behind it */
	list(close, item) {
		if (this.depth++ === DEPTH_MAX)
			this.refuse(`arrays and objects may be nested ${DEPTH_MAX} deep`);
		this.sign('[{');
		if (this.text[this.at] === close)
			this.at++;
		else
			for (let more = ','; more === ','; ) {
				item();
				this.take(/[ \n\r\t]*/y);
				more = this.text[this.at];
				if (more === ',')
					this.sign(',');
				else if (more === close)
					this.at++;
				else
					this.refuse(`a comma or ${close} is needed`);
			}
		this.depth--;
	}

	object() {
		const object = Object.create(null); // its names are the text's alone, __proto__ among them
		this.list('}', () => {
			if (this.text[this.at] !== '"')
				this.refuse('a member name in double quotes is needed');
			const name = this.string();
			if (name in object)
				this.refuse(`the member ${JSON.stringify(name)} stands twice in one object`);
			this.take(/[ \n\r\t]*/y);
			this.sign(':');
			object[name] = this.value();
		});
		return object;
	}

	value() {
		const word = this.take(/true|false|null/y);
		if (word !== null)
			return { true: true, false: false, null: null }[word[0]];
		switch (this.text[this.at]) {
		case '{':
			return this.object();
		case '[': {
			const array = [];
			this.list(']', () => array.push(this.value()));
			return array;
		}
		case '"':
			return this.string();
		default:
			return this.number();
		}
	}
}

/**
 * @param {string|Uint8Array} text @param {number} bytesMax
 * @returns {*} objects have no prototype; throws Fault
 */
export function parse(text, bytesMax) {
	const bytes = typeof text === 'string' ? utf8(text) : text;
	if (bytes.length > bytesMax)
		refuse(`the text is ${bytes.length} bytes long; at most ${bytesMax} are taken`);
	const read = typeof text === 'string' ? text : fromUtf8(text);
	if (read === null || /\p{Cs}/u.test(read))
		refuse('the bytes are not UTF-8');
	const reader = new Reader(read);
	reader.take(/[ \n\r\t]*/y);
	const value = reader.value();
	reader.take(/[ \n\r\t]*/y);
	if (reader.at < read.length)
		reader.refuse('something stands behind the end of the value');
	return value;
}

/** RFC 8785. Names are sorted by UTF-16 units and numbers printed as ECMAScript does: both are this language's own way. */
export function canonical(value) {
	if (Array.isArray(value))
		return `[${value.map(canonical).join(',')}]`;
	if (value === null || typeof value !== 'object')
		return JSON.stringify(value);
	return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

export const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
/** The member where it is a text. */
export const textOf = (object, name) => (isObject(object) && typeof object[name] === 'string' ? object[name] : undefined);
/** The member where it is an object. */
export const objectOf = (object, name) => (isObject(object) && isObject(object[name]) ? object[name] : undefined);
/** A text, or an array that holds it. */
export const holds = (value, text) => value === text || (Array.isArray(value) && value.includes(text));
