// SPDX-License-Identifier: Apache-2.0
// The words of this page, from the block that the build put into it.
import { Texts } from './texts.js';

export { words } from './texts.js';
export const texts = new Texts(JSON.parse(document.getElementById('messages').textContent));
export const say = (key, values) => texts.say(key, values);
export const sayKey = (prefix, key, args) => texts.sayKey(prefix, key, args);
