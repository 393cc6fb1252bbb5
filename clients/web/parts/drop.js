// SPDX-License-Identifier: Apache-2.0
// A place to drop a file on, which is also a button for whoever has no mouse. The browser's own button would speak the browser's
// language, and not the page's.
import { LitElement, html } from 'lit';
import { say } from '../lib/say.js';

/** Attributes: label, hint, accept. Fires `file` with {detail: File}. */
export class FileDrop extends LitElement {
  static properties = { label: {}, hint: {}, accept: {}, over: { state: true } };

  createRenderRoot() { return this; }

  #take(files) {
    this.over = false;
    for (const file of files) this.dispatchEvent(new CustomEvent('file', { detail: file }));
  }

  render() {
    const id = `${this.id || 'drop'}-input`;
    return html`<div class="drop ${this.over ? 'over' : ''}" @dragover=${(e) => { e.preventDefault(); this.over = true; }} @dragleave=${() => { this.over = false; }}
        @drop=${(e) => { e.preventDefault(); this.#take(e.dataTransfer.files); }}>
      <p class="label" id="${id}-what">${this.label}</p><p class="hint">${this.hint ?? ''}</p>
      <input id=${id} class="visually-hidden" type="file" aria-labelledby="${id}-what ${id}-choose" accept=${this.accept ?? ''} ?multiple=${this.hasAttribute('multiple')} @change=${(e) => { this.#take(e.target.files); e.target.value = ''; }}><label class="button quiet-button" id="${id}-choose" for=${id}>${say('frame.choose_file')}</label></div>`;
  }
}
customElements.define('prb-drop', FileDrop);
