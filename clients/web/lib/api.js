// SPDX-License-Identifier: Apache-2.0
// The server that the page came from, and no other. Answers are in the page's language; what is refused becomes a Problem.
import { keyOf } from './key.js';
import { say, texts } from './say.js';

/** A refusal: `status` 0 where the server could not be reached. `title` and `detail` are the server's words, in English; `keyed`: the key of this visit went along. */
export class Problem extends Error {
  constructor(status, problem = {}, retryAfter = null, keyed = false) {
    super(problem.detail ?? problem.title ?? String(status));
    Object.assign(this, { name: 'Problem', status, type: problem.type ?? '', title: problem.title ?? '', detail: problem.detail ?? '', errors: problem.errors ?? [], retryAfter, keyed });
  }
}

async function problemOf(response, keyed) {
  const text = await response.text();
  let problem = {};
  try {
    problem = JSON.parse(text);
  } catch {
    // An answer of a proxy in between is none of ours; its status says enough.
  }
  return new Problem(response.status, problem, Number(response.headers.get('retry-after')) || null, keyed);
}

/** fetch, with language and key; throws a Problem for everything that is not 2xx. */
export async function request(path, { method = 'GET', headers = {}, body, key = keyOf(), signal } = {}) {
  const sent = { 'Accept-Language': texts.lang, ...headers };
  if (key) sent.Authorization = `Bearer ${key}`;
  let response;
  try {
    response = await fetch(path, { method, headers: sent, body, signal, cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer' });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem(0);
  }
  if (!response.ok) throw await problemOf(response, Boolean(key) && key === keyOf());
  return response;
}

// What is no JSON came from somebody in between: a hotel's sign-in page, or half an answer. The server itself was not reached.
export async function jsonOf(response) {
  try {
    return await response.json();
  } catch (error) {
    throw error.name === 'AbortError' ? error : new Problem(0);
  }
}

export const getJson = async (path, options = {}) => jsonOf(await request(path, { headers: { Accept: 'application/json' }, ...options }));

export async function postJson(path, value, options = {}) {
  const response = await request(path, { method: 'POST', ...options, headers: { 'Content-Type': 'application/json', ...options.headers }, body: JSON.stringify(value) });
  return jsonOf(response);
}

/** Each line of an NDJSON answer as it comes. A Problem where the connection is lost on the way. */
export async function* lines(response) {
  try {
    yield* read(response);
  } catch (error) {
    throw ['AbortError', 'Problem'].includes(error.name) ? error : new Problem(0);
  }
}

async function* read(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    const parts = (rest + (value ?? '')).split('\n');
    rest = parts.pop();
    for (const line of parts) if (line !== '') yield JSON.parse(line);
    if (done) break;
  }
  // A stream that was cut off ends inside a line.
  if (rest !== '') throw new Problem(0);
}

/** Whether another key would help: none was given, or this one is not taken, or may not. */
export const wantsKey = (error) => error instanceof Problem && [401, 403].includes(error.status);

/** What to tell a person about any failure: words of the language first, the server's own behind. */
export function explainProblem(error) {
  if (!(error instanceof Problem)) return { text: say('frame.error_page'), detail: String(error.message ?? error) };
  const known = { 0: 'offline', 401: error.keyed ? 'key_refused' : 'key_needed', 403: 'key_not_allowed', 404: 'not_found', 413: 'too_large', 429: 'too_often', 503: 'busy', 507: 'server_full' };
  const key = known[error.status] ?? (error.status >= 500 ? 'server' : 'refused');
  const text = say(`frame.error_${key}`, { seconds: error.retryAfter ?? 10 });
  return { text, detail: error.detail, errors: error.errors };
}
