// SPDX-License-Identifier: Apache-2.0
// The pack that a bidder hands over: the attestation with all that it is checked with, the report where the attestation names it, and
// how to check it, in every language of the pages.
import { strToU8, zipSync } from 'fflate';
import { Problem, request } from '../lib/api.js';
import { texts } from '../lib/say.js';
import { Texts } from '../lib/texts.js';
import { hex, sha256 } from '../verify/bytes.js';
import { judge, openingsIn } from './judge.js';
import { Refused } from './refused.js';
import { fetchAttestation } from './server.js';

const evidenceFiles = { credential: 'credential.json', receipt: 'receipt.tlog-proof', statusList: 'status.json', didDocument: 'did.json', logKey: 'log.key' };
const reportFiles = { 'report.json': 'application/json', 'report.html': 'text/html', 'report.pdf': 'application/pdf' };

// The checkpoint is what stands behind the first empty line of a receipt (C2SP tlog-proof).
const checkpointOf = (receipt) => receipt.slice(receipt.indexOf('\n\n') + 2);

const outcomeOf = (judged, name) => judged.checks.find(({ check }) => check === name).outcome;

const TRIES = 3, WAIT_SECONDS_MAX = 10;

// A server that is busy printing says when to come again; one that stays busy is told as such, not left out of the pack.
async function patiently(ask) {
  for (let tried = 1; ; tried += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 503 || tried > TRIES) throw error;
      const seconds = Math.min(error.retryAfter ?? 1, WAIT_SECONDS_MAX);
      await new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });
    }
  }
}

/** The report as a file of that type; null where this server does not make it. A key is needed, and used. */
async function reportAs(id, type) {
  try {
    const response = await patiently(() => request(`/v1/reports/${id}`, { headers: { Accept: type } }));
    if (!response.headers.get('content-type')?.startsWith(type)) return null;
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    if (error instanceof Problem && [404, 406, 500, 501].includes(error.status)) return null;
    throw error;
  }
}

async function reportsOf(id) {
  const found = {};
  for (const [name, type] of Object.entries(reportFiles)) {
    const bytes = await reportAs(id, type);
    if (bytes) found[name] = bytes;
  }
  return found;
}

// The words of another language stand in that language's page.
async function textsOf(tag) {
  if (tag === texts.lang) return texts;
  const response = await request(`/officer?lang=${tag}`, { key: null, headers: { Accept: 'text/html' } });
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  return new Texts(JSON.parse(page.getElementById('messages').textContent));
}

function command(files) {
  const option = (name, file) => (files[file] ? ` ${name} ${file}` : '');
  return `probity verify${option('--did', 'did.json')}${option('--status', 'status.json')}${option('--receipt', 'receipt.tlog-proof')}${option('--log-key', 'log.key')}${option('--open', 'openings.json')} credential.json`;
}

async function howTo(files, leftOut) {
  const tags = [...document.querySelectorAll('.languages a')].map((a) => a.hreflang);
  const parts = [];
  for (const tag of [texts.lang, ...tags.filter((one) => one !== texts.lang)]) {
    const words = await textsOf(tag);
    const lines = (...keys) => keys.map((key) => words.say(`officer.how_${key}`));
    parts.push([
      ...lines('title', 'page'), `  ${location.origin}/officer?lang=${tag}`, ...lines('program'), `  ${command(files)}`, '  sha256sum -c SHA256SUMS',
      ...lines(...(files['openings.json'] ? ['openings'] : []), 'issuer', 'note'), ...(leftOut.length ? [...lines('left_out'), ...leftOut.map((name) => `  ${name}`)] : []),
    ].join('\n'));
  }
  return `${parts.join('\n\n----\n\n')}\n`;
}

async function sums(files) {
  const lines = [];
  for (const name of Object.keys(files).sort()) lines.push(`${hex(await sha256(files[name]))}  ${name}`);
  return `${lines.join('\n')}\n`;
}

/**
 * @param {string} id of an attestation of this server @param {boolean} withReport whether the report goes in, too
 * @param {Uint8Array} [openings] of what it withholds
 * @returns {Promise<{zip: Uint8Array, names: string[], leftOut: string[], judged: object}>} throws Problem or Refused
 */
export async function makePack(id, withReport, openings) {
  const evidence = await fetchAttestation(id);
  if (openings) evidence.openings = [openings];
  const judged = await judge(evidence);
  // Openings of another attestation, or of what this one does not withhold, open nothing for whoever gets them.
  if (openings && outcomeOf(judged, 'proof') === 'passed' && outcomeOf(judged, 'openings') !== 'passed') throw new Refused('pack_openings');
  // What does not verify here would not verify there.
  if (judged.verdict === 'failed') throw new Refused('pack_failed');
  const files = {};
  for (const [name, file] of Object.entries(evidenceFiles)) if (evidence[name]) files[file] = strToU8(evidence[name]);
  if (evidence.receipt) files.checkpoint = strToU8(checkpointOf(evidence.receipt));
  const wanted = withReport && judged.says.reportId && !judged.says.withheld.includes('report');
  if (wanted) Object.assign(files, await reportsOf(judged.says.reportId));
  if (openings) files['openings.json'] = strToU8(`${JSON.stringify(openingsIn(openings), null, 2)}\n`);
  const expected = [...Object.values(evidenceFiles), ...Object.keys(reportFiles)];
  const leftOut = expected.filter((name) => !files[name]);
  files['HOW-TO-VERIFY.txt'] = strToU8(await howTo(files, leftOut));
  files.SHA256SUMS = strToU8(await sums(files));
  return { zip: zipSync(files, { level: 6 }), names: Object.keys(files), leftOut, judged };
}
