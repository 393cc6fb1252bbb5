// SPDX-License-Identifier: Apache-2.0
// What every page does: its style, and a choice of language that keeps what stands in the address.
import '../style/tokens.css';
import '../style/frame.css';
import '../style/parts.css';

// The links say ?lang= alone; what a page has put into the address since goes along.
for (const link of document.querySelectorAll('.languages a'))
  link.addEventListener('click', () => {
    const here = new URL(location.href);
    here.searchParams.set('lang', link.hreflang);
    link.href = here.href;
  });
