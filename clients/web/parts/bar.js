// SPDX-License-Identifier: Apache-2.0
// A value and its range of 0 to 100, drawn with attributes alone: the policy of the pages takes no style attributes. The numbers
// stand beside it in words, so it is hidden from those who listen.
import { html, svg } from 'lit';

/** low <= value <= high, each 0..100; value null: a range alone. */
export const rangeBar = ({ low, value, high }) => html`<svg class="bar" aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 100 10">
  <rect class="track" x="0" y="2" width="100" height="6" rx="1" stroke-width="0.2"></rect>
  <rect class="span" x=${low} y="2" width=${Math.max(high - low, 0.6)} height="6"></rect>
  ${value === null ? '' : svg`<rect class="mark" x=${Math.min(Math.max(value - 0.7, 0), 98.6)} y="0.5" width="1.4" height="9"></rect>`}
</svg>`;
