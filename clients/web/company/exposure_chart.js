// SPDX-License-Identifier: Apache-2.0
// The range of exposure of each supplier as a line, what it is on what is declared and what is left after controls as marks.
import { LitElement, html } from 'lit';
import { say, texts } from '../lib/say.js';

const ROW = 22, NAME = 230, LEFT = NAME + 20;
const pen = document.createElement('canvas').getContext('2d');
// A name is cut between characters where it would be wider than its place, and keeps to its own direction inside the drawing.
function short(name) {
  pen.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const letters = [...name].slice(0, NAME);
  if (pen.measureText(name).width <= NAME) return `\u2068${name}\u2069`;
  while (pen.measureText(`${letters.join('')}…`).width > NAME) letters.pop();
  return `\u2068${letters.join('')}…\u2069`;
}

class ExposureChart extends LitElement {
  static properties = { suppliers: {}, plot: { state: true }, failed: { state: true } };

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    import('@observablehq/plot').then((plot) => { this.plot = plot; }, () => { this.failed = true; });
  }

  #drawing() {
    const { plot, suppliers } = this;
    const label = new Map(suppliers.map((s) => [s.n, short(s.name)]));
    const side = texts.rtl ? 'right' : 'left';
    const drawing = plot.plot({
      width: 900, height: suppliers.length * ROW + 60, marginLeft: texts.rtl ? 20 : LEFT, marginRight: texts.rtl ? LEFT : 20, marginTop: 28, marginBottom: 28,
      x: { domain: [0, 100], reverse: texts.rtl, label: null, grid: true, axis: 'both', tickFormat: (value) => texts.number(value) },
      y: { domain: suppliers.map((s) => s.n), label: null, axis: side, tickFormat: (n) => label.get(n), tickSize: 0 },
      marks: [
        plot.ruleY(suppliers, { x1: 'low', x2: 'high', y: 'n', stroke: 'var(--accent)', strokeWidth: 7, strokeOpacity: 0.3, strokeLinecap: 'round' }),
        plot.dot(suppliers, { x: 'inherent', y: 'n', r: 5, fill: 'var(--accent-strong)' }),
        plot.dot(suppliers.filter((s) => s.residual !== s.inherent), { x: 'residual', y: 'n', r: 4.5, symbol: 'diamond', stroke: 'var(--focus)', strokeWidth: 2 }),
      ],
    });
    // Its style element would break the policy of the pages; company.css has what it said. It is taken out before the browser sees it.
    drawing.querySelector('style')?.remove();
    drawing.setAttribute('class', 'exposure-drawing');
    drawing.setAttribute('aria-hidden', 'true');
    return drawing;
  }

  render() {
    if (!this.suppliers.length) return html``;
    return html`<ul class="legend" aria-hidden="true"><li><span class="key-range"></span>${say('company.exposure_range')}</li><li><span class="key-point"></span>${say('company.col_exposure')}</li><li><span class="key-rest"></span>${say('company.col_residual')}</li></ul>
      <div class="scroll chart" tabindex="0" role="region" aria-label=${say('company.view_exposure')}>${this.plot ? this.#drawing() : html`<p role="status">${say(this.failed ? 'company.chart_failed' : 'company.chart_loading')}</p>`}</div>
      <details><summary>${say('frame.as_table')}</summary><div class="scroll" tabindex="0" role="region" aria-label=${say('company.exposure_caption')}><table><caption class="visually-hidden">${say('company.exposure_caption')}</caption>
        <thead><tr><th scope="col">${say('company.col_name')}</th><th scope="col" class="number">${say('company.col_exposure')}</th><th scope="col" class="number">${say('company.exposure_range')}</th><th scope="col" class="number">${say('company.col_residual')}</th></tr></thead>
        <tbody>${this.suppliers.map((s) => html`<tr><th scope="row"><a href="#supplier=${s.n}"><bdi>${s.name}</bdi></a></th><td class="number">${texts.number(s.inherent)}</td><td class="number">${say('company.from_to', { low: s.low, high: s.high })}</td><td class="number">${texts.number(s.residual)}</td></tr>`)}</tbody></table></div></details>`;
  }
}
customElements.define('prb-exposure-chart', ExposureChart);
