// SPDX-License-Identifier: Apache-2.0
// The key that a person gives for this visit. It stays in this tab, and is gone with it.
import { ofVisit } from './storage.js';

const place = 'probity-key';

export const keyOf = () => ofVisit.getItem(place);
export const isKey = (text) => /^prb_[A-Za-z0-9_-]{43,}$/.test(text);
export function keepKey(key) {
  ofVisit.setItem(place, key);
  dispatchEvent(new Event('probity-key'));
}
export function forgetKey() {
  ofVisit.removeItem(place);
  dispatchEvent(new Event('probity-key'));
}
