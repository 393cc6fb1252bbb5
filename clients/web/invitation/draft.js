// SPDX-License-Identifier: Apache-2.0
// A draft stays in this browser only where its author says so; else it lives as long as the tab does. It belongs to one invitation:
// under the link of another one it is neither shown nor touched.
import { download } from '../lib/download.js';
import { ofBrowser, ofVisit } from '../lib/storage.js';
import { hex, sha256, utf8 } from '../verify/bytes.js';
import { isForm } from './declaration.js';

function readFrom(storage, name) {
  try {
    return JSON.parse(storage.getItem(name) ?? 'null');
  } catch {
    return null;
  }
}

export class Draft {
  #kept; #tab; #sent;

  constructor(name) {
    this.#kept = `probity-draft-${name}`;
    this.#tab = `probity-draft-tab-${name}`;
    this.#sent = `probity-invitation-sent-${name}`;
  }

  /** The draft of the invitation with that key. The key itself stands in no name: what is kept outlives the visit. */
  static async of(key) { return new Draft(hex(await sha256(utf8(`probity draft ${key}`))).slice(0, 32)); }

  isKept() { return ofBrowser.getItem(this.#kept) !== null; }
  /** The form as it was left; null where there is none, or what stands there is none. */
  read() { return [readFrom(ofBrowser, this.#kept), readFrom(ofVisit, this.#tab)].find(isForm) ?? null; }
  /** {digest, key} of what was sent last and not answered yet, or null. */
  sent() { return readFrom(ofVisit, this.#sent); }
  sends(what) { ofVisit.setItem(this.#sent, JSON.stringify(what)); }
  changed(form) {
    ofVisit.setItem(this.#tab, JSON.stringify(form));
    if (this.isKept()) ofBrowser.setItem(this.#kept, JSON.stringify(form));
  }
  keep(wanted, form) {
    if (wanted) ofBrowser.setItem(this.#kept, JSON.stringify(form));
    else ofBrowser.removeItem(this.#kept);
  }
  forget() {
    ofBrowser.removeItem(this.#kept);
    ofVisit.removeItem(this.#tab);
    ofVisit.removeItem(this.#sent);
  }
}

export const downloadDraft = (declaration) => download('declaration.json', JSON.stringify(declaration, null, 2), 'application/json');
