// SPDX-License-Identifier: Apache-2.0
// Another language without leaving the page: a list that was dropped is nowhere but here, and a new page would not have it.
import { showCurrentPage } from '../frame/frame.js';
import { Problem, request } from '../lib/api.js';
import { texts } from '../lib/say.js';

const same = ['.skip', '.site-header', 'main > h1', 'main > .lead', '.site-footer'];

/** Puts the frame and the words of this page at another ?lang= in place of ours; throws a Problem. */
export async function speak(lang) {
  const address = new URL(location.href);
  address.searchParams.set('lang', lang);
  const response = await request(`${address.pathname}${address.search}`, { headers: { Accept: 'text/html', 'Accept-Language': lang } });
  const other = new DOMParser().parseFromString(await response.text(), 'text/html');
  const messages = other.getElementById('messages');
  if (!messages) throw new Problem(0); // somebody in between, not the server
  texts.become(JSON.parse(messages.textContent));
  document.documentElement.lang = other.documentElement.lang;
  document.documentElement.dir = other.documentElement.dir;
  document.title = other.title;
  for (const selector of same) document.querySelector(selector)?.replaceWith(document.adoptNode(other.querySelector(selector)));
  history.replaceState(history.state, '', address);
  showCurrentPage();
  document.querySelector('.languages summary')?.focus();
}
