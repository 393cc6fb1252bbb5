// SPDX-License-Identifier: Apache-2.0
// Judges evidence: the checks of verify/, what else a reader wants to know, and one verdict of it all.
import { base64url, join, same, sha256 } from '../verify/bytes.js';
import { isObject, parse } from '../verify/json.js';
import { SKEW_SECONDS, readAttestation, verifyAttestation } from '../verify/verify.js';
import { webAddress } from '../verify/did.js';
import { openPart, whatItSays } from './says.js';

export const OPENINGS_BYTES_MAX = 1024 * 1024;
const REPORT_BYTES_MAX = 8 * 1024 * 1024;

/** Whether this browser can check signatures at all: pages without https have no WebCrypto, older browsers no Ed25519. */
export async function canCheck() {
  try {
    await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
    return true;
  } catch {
    return false;
  }
}

async function reportCheck(evidence, says) {
  if (!evidence.report || !says.reportDigest) return null;
  const digest = join([0x12, 0x20], await sha256(evidence.report));
  const stated = says.reportDigest.startsWith('u') ? base64url(says.reportDigest.slice(1)) : null;
  return { check: 'report', outcome: stated && same(stated, digest) ? 'passed' : 'failed', detail: '' };
}

/** The openings in one text: one, an array of them, or the server's {"items":[..]}. */
export function openingsIn(text) {
  const given = parse(text, OPENINGS_BYTES_MAX);
  return [isObject(given) && Array.isArray(given.items) ? given.items : given].flat();
}

function openAll(says, openings) {
  for (const opening of openings.flatMap(openingsIn)) openPart(says, opening);
}

function expectedCheck(expected, says) {
  return expected ? { check: 'expected', outcome: expected === says.issuer ? 'passed' : 'failed', detail: '' } : null;
}

// A server can say what keys are its own; under another's name it can say nothing.
function isThisServers(evidence, issuer) {
  if (!evidence.serverDid || evidence.serverDid !== issuer || !evidence.fetched?.includes('didDocument')) return false;
  return issuer.startsWith('did:key:') || webAddress(issuer).split('/')[0] === location.host;
}

/** How far it is known who signed: confirmed; a bare key; or a document that came along with what it is to confirm. */
function identity(evidence, says, expected) {
  if (isThisServers(evidence, says.issuer)) return 'confirmed';
  if (!says.issuer.startsWith('did:key:')) return 'given';
  return expected === says.issuer ? 'confirmed' : 'key';
}

// A did:web's keys are not in the file: as long as nothing else speaks against it, it is unchecked and not false. The words are those of verify/.
function isKeyless(checks) {
  const failed = checks.filter(({ outcome }) => outcome === 'failed');
  return failed.length === 1 && failed[0].check === 'issuer' && failed[0].detail.startsWith("the issuer's DID document is needed");
}

function reportOf(evidence, check) {
  if (check?.outcome !== 'passed') return null;
  try {
    return parse(evidence.report, REPORT_BYTES_MAX);
  } catch {
    return null;
  }
}

/**
 * @param {object} evidence of evidence.js or server.js @param {string} [expected] whose attestation it must be
 * @returns {Promise<{verdict: 'verified'|'holds'|'failed', keyless: boolean, identity: string, checks: object[], says: object|null, report: object|null, evidence: object}>}
 */
export async function judge(evidence, expected = '') {
  const { credential, didDocument, statusList, receipt, logKey, openings } = evidence;
  // A checkpoint inside a pack is the pack's own word, and tells nothing that the receipt does not.
  const checkpoint = evidence.from === 'pack' ? undefined : evidence.checkpoint;
  const { verified, checks } = await verifyAttestation(credential, { answerToo: true, skewSeconds: SKEW_SECONDS, didDocument, statusList, receipt, logKey, checkpoint, openings });
  const says = checks[0].outcome === 'passed' ? whatItSays(readAttestation(credential, { answerToo: true })) : null;
  if (says && checks.find(({ check }) => check === 'openings').outcome === 'passed') openAll(says, openings);
  const report = says && await reportCheck(evidence, says);
  const further = says ? [expectedCheck(expected, says), report].filter(Boolean) : [];
  const all = [...checks, ...further];
  const holds = verified && further.every(({ outcome }) => outcome === 'passed');
  const who = says ? identity(evidence, says, expected) : 'key';
  return { verdict: !holds ? 'failed' : who === 'confirmed' ? 'verified' : 'holds', keyless: isKeyless(all), identity: who, checks: all, says, report: holds ? reportOf(evidence, report) : null, evidence };
}
