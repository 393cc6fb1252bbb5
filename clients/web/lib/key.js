// SPDX-License-Identifier: Apache-2.0
// The key that a person gives for this visit. It stays in this tab, and is gone with it.
const place = 'probity-key';

export const keyOf = () => sessionStorage.getItem(place);
export const isKey = (text) => /^prb_[A-Za-z0-9_-]{43,}$/.test(text);
export function keepKey(key) {
  sessionStorage.setItem(place, key);
  dispatchEvent(new Event('probity-key'));
}
export function forgetKey() {
  sessionStorage.removeItem(place);
  dispatchEvent(new Event('probity-key'));
}
