// SPDX-License-Identifier: Apache-2.0
// A rating: word, sign and colour together, so that none of them has to be seen.
import { html, svg } from 'lit';
import { sayKey } from '../lib/say.js';

// How full the sign is says the order: unknown has a question mark, and is never drawn as low.
const fill = { critical: 4, high: 3, medium: 2, low: 1 };
const sign = (rating) => fill[rating]
  ? [0, 1, 2, 3].map((i) => svg`<rect x=${i * 4} y=${12 - i * 4} width="3" height=${4 + i * 4} fill=${i < fill[rating] ? 'currentColor' : 'none'} stroke="currentColor" stroke-width="0.8"></rect>`)
  : svg`<text x="8" y="14" text-anchor="middle" font-size="16" font-weight="700" fill="currentColor">?</text>`;

export const order = ['critical', 'high', 'medium', 'unknown', 'low'];

/** rating: critical, high, medium, low or unknown. */
export const ratingBadge = (rating, { large = false } = {}) =>
  html`<span class="rating rating-${rating}${large ? ' large' : ''}"><svg viewBox="0 0 16 16" aria-hidden="true">${sign(rating)}</svg>${sayKey('rating', rating)}</span>`;
