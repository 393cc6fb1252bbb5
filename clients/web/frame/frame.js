// SPDX-License-Identifier: Apache-2.0
// What every page does: its style, a choice of language that keeps what stands in the address, and the page's own name in sight.
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

// The languages cover what is below them: they close as a menu does. The header may have been exchanged, so it is looked for each time.
const openLanguages = () => document.querySelector('.languages details[open]');
function close(unless) {
  const languages = openLanguages();
  if (languages && !languages.contains(unless)) languages.open = false;
}
addEventListener('click', (event) => close(event.target));
addEventListener('focusin', (event) => close(event.target));
addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !openLanguages()) return;
  openLanguages().querySelector('summary').focus();
  close(null);
});

/** Where the pages scroll sideways, the one that is open stands in the middle. Moves nothing else. */
export function showCurrentPage() {
  const current = document.querySelector('.site-nav [aria-current]'), list = current?.closest('ul');
  if (!list) return;
  const middle = (box) => box.left + box.width / 2;
  list.scrollLeft += middle(current.getBoundingClientRect()) - middle(list.getBoundingClientRect());
}
showCurrentPage();
