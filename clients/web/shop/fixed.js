// SPDX-License-Identifier: Apache-2.0
// The countries that the form's field offers, in the order of the language; the server knows the names of all six.
import { escapeHtml } from '../lib/texts.js';

/** HTML for a page that needs no script. */
export function fixed(texts) {
  return `<datalist id="countries">${texts.countries().map(([, name]) => `<option value="${escapeHtml(name)}"></option>`).join('')}</datalist>`;
}
