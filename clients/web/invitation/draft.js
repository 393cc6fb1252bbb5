// SPDX-License-Identifier: Apache-2.0
// A draft stays in this browser only where its author says so; else it lives as long as the tab does.
import { download } from '../lib/download.js';
import { isForm } from './declaration.js';

const place = 'probity-draft', tab = 'probity-draft-tab', sent = 'probity-invitation-sent';

function readFrom(storage, name) {
  try {
    return JSON.parse(storage.getItem(name) ?? 'null');
  } catch {
    return null;
  }
}

export const draft = {
  isKept: () => localStorage.getItem(place) !== null,
  /** The form as it was left; null where there is none, or what stands there is none. */
  read: () => [readFrom(localStorage, place), readFrom(sessionStorage, tab)].find(isForm) ?? null,
  /** {digest, key} of what was sent last and not answered yet, or null. */
  sent: () => readFrom(sessionStorage, sent),
  sends: (what) => sessionStorage.setItem(sent, JSON.stringify(what)),
  changed(form) {
    sessionStorage.setItem(tab, JSON.stringify(form));
    if (draft.isKept()) localStorage.setItem(place, JSON.stringify(form));
  },
  keep(wanted, form) {
    if (wanted) localStorage.setItem(place, JSON.stringify(form));
    else localStorage.removeItem(place);
  },
  forget() {
    localStorage.removeItem(place);
    sessionStorage.removeItem(tab);
    sessionStorage.removeItem(sent);
  },
  download: (declaration) => download('declaration.json', JSON.stringify(declaration, null, 2), 'application/json'),
};
