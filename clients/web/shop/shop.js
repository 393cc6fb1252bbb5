// SPDX-License-Identifier: Apache-2.0
// What a script adds to the page that the server writes: the camera, the check of a number while it is typed, a button that copies.
import '../frame/frame.js';
import './shop.css';
import { say } from '../lib/say.js';
import { canScan, scan } from './camera.js';
import { digitsOf, fits, hasLength } from './gtin.js';

const product = document.getElementById('shop-q'), origin = document.getElementById('shop-origin');

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function watchDigits(field) {
  const status = element('p', { className: 'hint digits', role: 'status' });
  field.after(status);
  const look = () => {
    const digits = digitsOf(field.value);
    const isNumber = digits !== null && digits.length > 10 && hasLength(digits);
    status.textContent = isNumber ? say(fits(digits) ? 'shop.digit_fits' : 'shop.digit_wrong') : '';
  };
  field.addEventListener('input', look);
  return { status, look };
}

function offerCamera(field, { status }) {
  const start = element('button', { type: 'button', className: 'quiet-button', textContent: say('shop.scan') });
  const stop = element('button', { type: 'button', className: 'quiet-button', textContent: say('shop.scan_stop') });
  const video = element('video', { muted: true, playsInline: true });
  video.setAttribute('aria-label', say('shop.picture'));
  const view = element('div', { className: 'camera', hidden: true }, video, stop);
  let running = null;
  const end = () => running?.abort();
  start.addEventListener('click', async () => {
    running = new AbortController();
    start.hidden = true;
    view.hidden = false;
    status.textContent = say('shop.scan_hold');
    try {
      const digits = await scan(video, running.signal);
      if (digits) field.value = digits;
      status.textContent = digits ? say('shop.scanned', { code: digits }) : '';
    } catch {
      status.textContent = say('shop.scan_refused');
    }
    view.hidden = true;
    start.hidden = false;
    (field.value ? origin : start).focus();
  });
  stop.addEventListener('click', end);
  addEventListener('pagehide', end);
  document.addEventListener('visibilitychange', () => { if (document.hidden) end(); });
  field.closest('form').querySelector('.actions').append(start);
  field.closest('form').append(view);
}

function offerCopy(list) {
  const status = element('span', { className: 'hint', role: 'status' });
  const copy = element('button', { type: 'button', className: 'quiet-button', textContent: say('shop.copy') });
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText([...list.children].map((item) => `- ${item.textContent}`).join('\n'));
    status.textContent = say('shop.copied');
  });
  list.after(element('div', { className: 'actions' }, copy, status));
}

const digits = watchDigits(product);
if (canScan()) offerCamera(product, digits);
const questions = document.getElementById('questions');
if (questions && navigator.clipboard) offerCopy(questions);
