// SPDX-License-Identifier: Apache-2.0
// What the server that the page came from has about an attestation. No key goes along: all of it is for anyone.
import { Problem, request } from '../lib/api.js';
import { objectOf, parse, textOf } from '../verify/json.js';
import { readAttestation } from '../verify/verify.js';

const LISTS_MAX = 64;
const PROOF_TRIES = 4;

async function textAt(path, accept, signal) {
  const response = await request(path, { key: null, headers: { Accept: accept }, signal });
  return response.status === 202 ? null : response.text();
}

/** undefined where there is none: the checks then say what was not made. A server that is busy has not said that there is none. */
async function maybe(promise) {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429) return undefined;
    throw error;
  }
}

// The address of a list names it where the server has a public one; else it is found by its id.
async function statusList(address) {
  const number = /\/status\/(\d+)$/.exec(address)?.[1];
  if (number) return textAt(`/status/${number}`, 'application/vc');
  for (let list = 1; list <= LISTS_MAX; list++) {
    const text = await textAt(`/status/${list}`, 'application/vc');
    if (textOf(parse(text, 1024 * 1024), 'id') === address) return text;
  }
  return undefined;
}

// A checkpoint covers a new entry after about a second.
async function receipt(id) {
  for (let tries = 1; ; tries++) {
    const text = await textAt(`/v1/attestations/${id}/proof`, 'text/plain');
    if (text !== null) return text;
    if (tries === PROOF_TRIES) return undefined;
    await new Promise((resolve) => { setTimeout(resolve, 700); });
  }
}

const idOf = (root) => /[0-9a-f-]{36}$/i.exec(textOf(root, 'id') ?? '')?.[0];

/** DID document, status list, receipt and log key, as this server has them. `serverDid` is its own name. */
export async function lookUp(evidence) {
  let root = {};
  try {
    root = readAttestation(evidence.credential, { answerToo: true });
  } catch {
    // Its form is judged with the other checks.
  }
  const didDocument = await maybe(textAt('/.well-known/did.json', 'application/json'));
  const serverDid = didDocument ? textOf(parse(didDocument, 256 * 1024), 'id') : undefined;
  const issuer = textOf(root, 'issuer') ?? textOf(root.issuer, 'id');
  if (serverDid === undefined || issuer !== serverDid) return { ...evidence, serverDid: serverDid ?? '', fetched: evidence.fetched ?? [] };
  const entry = Array.isArray(root.credentialStatus) ? root.credentialStatus[0] : objectOf(root, 'credentialStatus');
  const address = textOf(entry, 'statusListCredential'), id = idOf(root);
  const found = {
    didDocument,
    statusList: address && await maybe(statusList(address)),
    receipt: id && await maybe(receipt(id)),
    logKey: await maybe(textAt('/log/key', 'text/plain')),
  };
  const fetched = Object.keys(found).filter((name) => found[name] !== undefined);
  const given = Object.fromEntries(fetched.map((name) => [name, found[name]]));
  return { ...evidence, ...given, serverDid, fetched: [...(evidence.fetched ?? []), ...fetched] };
}

/** The attestation itself, and all that belongs to it. @param {string} id */
export async function fetchAttestation(id) {
  const credential = await textAt(`/v1/attestations/${id}`, 'application/vc');
  return lookUp({ name: id, from: 'server', openings: [], credential, fetched: ['credential'] });
}
