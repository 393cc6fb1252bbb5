// SPDX-License-Identifier: Apache-2.0
// The frame that all pages share: head, navigation, choice of language, footer.
import { Texts, escapeHtml } from '../lib/texts.js';

const ownName = { ar: 'العربية', en: 'English', es: 'Español', fr: 'Français', ru: 'Русский', zh: '中文' };

// Inside a script element only "<" could end the block.
const block = (messages) => JSON.stringify(messages).replaceAll('<', '\\u003c');

function head({ page, lang, files, say }) {
  const styles = files.styles.map((file) => `<link rel="stylesheet" href="/${file}">`);
  const preload = files.preload.map((file) => `<link rel="modulepreload" href="/${file}">`);
  const title = page.quiet ? say(`${page.name}.title`) : `${say(`${page.name}.title`)} · probity`;
  return `<!DOCTYPE html>
<html lang="${lang.tag === 'zh' ? 'zh-Hans' : lang.tag}" dir="${lang.rtl ? 'rtl' : 'ltr'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
${page.quiet ? '<link rel="icon" href="data:,">' : '<link rel="icon" type="image/svg+xml" href="/assets/icon.svg">'}
${[...styles, ...preload].join('\n')}
<script type="module" src="/${files.script}"></script>
</head>`;
}

function navigation({ page, pages, lang, say }) {
  const links = pages.filter((other) => other.nav).map((other) =>
    `<li><a href="${other.path}?lang=${lang.tag}"${other.name === page.name ? ' aria-current="page"' : ''}>${escapeHtml(say(`frame.nav_${other.name}`))}</a></li>`);
  return `<nav class="site-nav" aria-label="${escapeHtml(say('frame.nav'))}"><ul>${links.join('')}</ul></nav>`;
}

const globe = '<svg aria-hidden="true" viewBox="0 0 20 20" width="18" height="18" fill="none" stroke="currentColor" stroke-width="1.5"><circle cx="10" cy="10" r="8"/><ellipse cx="10" cy="10" rx="3.6" ry="8"/><path d="M2 10h16"/></svg>';

// It opens without a script; frame.js closes it again.
function languageSwitch({ page, langs, lang, say }) {
  const links = langs.map(({ tag, rtl }) =>
    `<li><a href="${page.path}?lang=${tag}" hreflang="${tag}" lang="${tag}" dir="${rtl ? 'rtl' : 'ltr'}"${tag === lang.tag ? ' aria-current="true"' : ''}>${ownName[tag]}</a></li>`);
  const label = escapeHtml(say('frame.languages'));
  return `<nav class="languages" aria-label="${label}"><details><summary>${globe}<span class="visually-hidden">${label}: </span>${ownName[lang.tag]}</summary><ul>${links.join('')}</ul></details></nav>`;
}

const brand = ({ lang }) => `<a class="brand" href="/?lang=${lang.tag}"><img src="/assets/icon.svg" alt="" width="28" height="28"><span>probity</span></a>`;

/** One page in one language. `fixed` is HTML that the page has without any script. */
export function htmlOf({ page, pages, lang, langs, messages, files, fixed }) {
  const texts = new Texts(messages);
  const say = (key, values) => texts.say(key, values);
  const context = { page, pages, lang, langs, files, say };
  const lead = `${page.name}.lead` in messages.texts ? `<p class="lead">${escapeHtml(say(`${page.name}.lead`))}</p>` : '';
  return `${head(context)}
<body class="page-${page.name}${page.quiet ? ' quiet' : ''}">
<a class="skip" href="#main">${escapeHtml(say('frame.skip'))}</a>
<header class="site-header"><div class="wrap">
${page.quiet ? '' : brand(context)}
${page.quiet ? '' : navigation(context)}
${languageSwitch(context)}
</div></header>
<main id="main" class="wrap" tabindex="-1">
<h1>${escapeHtml(say(`${page.name}.title`))}</h1>
${lead}
${fixed}
${page.marker ?? ''}
<div id="page" class="page"></div>
${page.marker ? '' : `<noscript><p class="notice">${escapeHtml(say('frame.no_script'))}</p></noscript>`}
</main>
<footer class="site-footer"><div class="wrap">
${page.quiet ? '' : `<p><strong>probity</strong> · ${escapeHtml(say('frame.brand_line'))}</p>
<p>${escapeHtml(say('frame.no_finding'))}</p>
<ul><li><a href="/data?lang=${lang.tag}">${escapeHtml(say('frame.nav_data'))}</a></li><li><a href="/openapi.json">${escapeHtml(say('frame.for_programs'))}</a></li></ul>`}
${lang.tag === 'en' ? '' : `<p class="small">${escapeHtml(say('frame.translated'))}</p>`}
</div></footer>
<script type="application/json" id="messages">${block(messages)}</script>
</body>
</html>
`;
}
