// SPDX-License-Identifier: Apache-2.0
// What somebody gives (files, a pack, a text) sorted into an attestation and what it is checked with. Files are told apart by what
// stands in them, since names are anybody's.
import { parse, isObject, holds } from '../verify/json.js';
import { isZip, unzipBounded } from './unzip.js';
import { Refused } from './refused.js';
import { textInPicture } from './qr.js';

export const FILE_BYTES_MAX = 16 * 1024 * 1024;
const JSON_BYTES_MAX = 8 * 1024 * 1024;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

const decode = (bytes) => new TextDecoder().decode(bytes);

const isOpening = (item) => isObject(item) && 'part' in item;

function kindOfJson(value) {
  if (Array.isArray(value) && value.length > 0 && value.every(isOpening)) return 'openings';
  if (!isObject(value)) return 'credential';
  if (holds(value.type, 'BitstringStatusListCredential')) return 'statusList';
  if (Array.isArray(value.verificationMethod) && typeof value.id === 'string') return 'didDocument';
  if (isOpening(value) || (Array.isArray(value.items) && value.items.every(isOpening))) return 'openings';
  if ('decision_table' in value && 'rating' in value) return 'report';
  return 'credential';
}

/** Which part of the evidence a file is. What is none of them counts as the credential. */
function kindOf(bytes) {
  const head = decode(bytes.subarray(0, 512)).trimStart();
  if (head.startsWith('c2sp.org/tlog-proof')) return 'receipt';
  if (/^[^\s+]+\+[0-9a-f]{8}\+\S+\s*$/.test(head)) return 'logKey';
  if (!head.startsWith('{') && /\n\u2014 /.test(decode(bytes.subarray(0, 4096)))) return 'checkpoint';
  try {
    return kindOfJson(parse(bytes, JSON_BYTES_MAX));
  } catch {
    return 'credential';
  }
}

// What its form is judged of, and not passed over, however damaged it may be.
const likeAttestation = (text) => /^\s*(\{|ey[\w-]+\.)|credentialSubject|VerifiableCredential|DataIntegrityProof/.test(text);
const isMeantAsOne = (name, bytes) => /\.(json|jwt)$/i.test(name) || likeAttestation(decode(bytes));

// A report for people, printed; the address behind its QR code stands in it as text.
const isReport = (bytes) => /^\s*(%PDF-|<!doctype html|<html)/i.test(decode(bytes.subarray(0, 512)));
const addressIn = (bytes) => /https?:\/\/[^\s"'<>()\\]{1,300}\/officer\?attestation=[0-9a-f-]{36}/i.exec(decode(bytes))?.[0];

// The other files of a pack: for people and for other programs.
const forPeople = /\.(html|pdf|txt)$|^(checkpoint|SHA256SUMS)$/i;

function ofPack(name, zip) {
  const evidence = { name, from: 'pack', openings: [] };
  for (const [file, bytes] of unzipBounded(zip)) {
    if (forPeople.test(file)) continue;
    const kind = kindOf(bytes);
    if (kind === 'openings') evidence.openings.push(bytes);
    else if (evidence[kind] && kind === 'credential') throw new Refused('zip_two');
    else evidence[kind] = kind === 'logKey' ? decode(bytes) : bytes;
  }
  if (!evidence.credential) throw new Refused('nothing_in_it');
  return evidence;
}

/** @returns {{id: string, origin: string|null}|null} the attestation that a text names: an id, an address, what a QR code holds */
export function namedIn(text) {
  const one = text.trim();
  if (one.length > 2048 || /[\s{]/.test(one) || !UUID.test(one)) return null;
  const id = one.match(UUID)[0].toLowerCase();
  if (new RegExp(`^(urn:uuid:)?${id}$`, 'i').test(one)) return { id, origin: null };
  try {
    const address = new URL(one);
    return /^https?:$/.test(address.protocol) ? { id, origin: address.origin } : null;
  } catch {
    return null;
  }
}

/** A text that was pasted, or stood in a QR code: evidence, or {named}. */
export function ofText(text, from = 'paste') {
  if (text.trim() === '') throw new Refused('empty');
  if (text.length > FILE_BYTES_MAX) throw new Refused('too_large');
  const named = namedIn(text);
  if (named) return { named };
  if (from === 'qr' && !/^[{e]/.test(text)) throw new Refused('qr_other');
  const bytes = new TextEncoder().encode(text), kind = kindOf(bytes);
  if (kind === 'report' || isReport(bytes)) throw new Refused('report', { address: addressIn(bytes) });
  if (kind !== 'credential' || !likeAttestation(text)) throw new Refused('no_attestation');
  return { name: '', from, openings: [], credential: text };
}

const isPicture = (file) => /^image\/(png|jpeg|webp|gif|bmp)$/.test(file.type);

/**
 * Files that were given at once: loose ones beside an attestation are what it is checked with. What is neither is named in `aside`.
 * @param {File[]} files @returns {Promise<object[]>} evidence of each attestation, or {named}; throws Refused
 */
export async function ofFiles(files) {
  const found = [], shared = { openings: [], aside: [] };
  let report = null;
  for (const file of files) {
    if (file.size > FILE_BYTES_MAX) throw new Refused('too_large');
    if (isPicture(file)) {
      found.push(ofText(await textInPicture(file), 'qr'));
      continue;
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (bytes.length === 0) throw new Refused('empty');
    if (isZip(bytes)) {
      found.push(ofPack(file.name, bytes));
      continue;
    }
    const kind = kindOf(bytes);
    if (kind === 'credential' && !isMeantAsOne(file.name, bytes)) {
      shared.aside.push(file.name);
      if (isReport(bytes)) report ??= { address: addressIn(bytes) };
    } else if (kind === 'credential') found.push({ name: file.name, from: 'file', openings: [], credential: bytes });
    else if (kind === 'openings') shared.openings.push(bytes);
    else shared[kind] = ['logKey', 'checkpoint'].includes(kind) ? decode(bytes) : bytes;
  }
  if (found.length === 0) throw report || shared.report ? new Refused('report', report ?? {}) : new Refused('nothing_in_it');
  return found.map((evidence) => (evidence.named ? evidence : { ...shared, ...evidence, openings: [...shared.openings, ...evidence.openings] }));
}
