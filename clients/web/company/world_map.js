// SPDX-License-Identifier: Apache-2.0
// Where the suppliers are. The map is for the eye; the table beside it says and does the same. Land and projection come when it is shown.
import { LitElement, html, svg } from 'lit';
import { say, texts, words } from '../lib/say.js';
import { order, ratingBadge } from '../parts/rating.js';
import { countCountries } from './results.js';
import { ratingWord } from './words.js';

const WIDTH = 960, HEIGHT = 470;

// {land: [{alpha3, path}]}, once for all maps. world-atlas names countries by ISO 3166-1 numeric codes; Kosovo has none there but its name.
let loading = null;
function load() {
  loading ??= Promise.all([import('d3-geo'), import('topojson-client'), import('world-atlas/countries-110m.json'), import('i18n-iso-countries/codes.json')])
    .then(([{ geoNaturalEarth1, geoPath }, { feature }, { default: atlas }, { default: codes }]) => {
      const alpha3 = new Map(codes.map(([, three, numeric]) => [numeric, three]));
      const land = feature(atlas, atlas.objects.countries).features.filter(({ id }) => id !== '010'); // Antarctica has no suppliers
      const path = geoPath(geoNaturalEarth1().fitSize([WIDTH, HEIGHT], { type: 'FeatureCollection', features: land }));
      path.digits?.(1);
      return land.map((country) => ({ alpha3: alpha3.get(country.id) ?? (country.properties.name === 'Kosovo' ? 'XKX' : ''), path: path(country) }));
    });
  return loading;
}

class WorldMap extends LitElement {
  static properties = { suppliers: {}, chosen: {}, choose: {}, land: { state: true }, failed: { state: true } };

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    load().then((land) => { this.land = land; }, () => { loading = null; this.failed = true; });
  }

  #drawing(counts) {
    const byCode = new Map(counts.map((entry) => [entry.country, entry]));
    return html`<svg class="world" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${say('company.map_label', { count: counts.length })}>
      <defs><pattern id="unknown-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="hatch-ground"></rect><line x1="0" y1="0" x2="0" y2="6" class="hatch-line"></line></pattern></defs>
      ${this.land.map(({ alpha3, path }) => {
        const entry = byCode.get(alpha3);
        return entry
          ? svg`<path d=${path} class="country has worst-${entry.worst} ${alpha3 === this.chosen ? 'chosen' : ''}" @click=${() => this.choose(alpha3)}><title>${say('company.map_country', { country: words(texts.country(alpha3)), count: entry.count, rating: words(ratingWord(entry.worst)) })}</title></path>`
          : svg`<path d=${path} class="country"></path>`;
      })}</svg>
      <ul class="legend" aria-label=${say('company.map_legend')}>${order.map((rating) => html`<li><svg class="swatch" viewBox="0 0 16 16" aria-hidden="true"><rect width="16" height="16" rx="3" class="country worst-${rating}"></rect></svg>${ratingWord(rating)}</li>`)}</ul>`;
  }

  render() {
    const counts = countCountries(this.suppliers);
    return html`<div class="map-and-table"><div>${this.land ? this.#drawing(counts) : html`<p role="status">${say(this.failed ? 'company.chart_failed' : 'company.chart_loading')}</p>`}</div>
      <div class="scroll tall" tabindex="0" role="region" aria-label=${say('company.map_caption')}><table><caption class="visually-hidden">${say('company.map_caption')}</caption>
        <thead><tr><th scope="col">${say('company.col_country')}</th><th scope="col" class="number">${say('company.suppliers')}</th><th scope="col">${say('company.map_worst')}</th></tr></thead>
        <tbody>${counts.map(({ country, count, worst }) => html`<tr><th scope="row"><button type="button" class="plain" aria-pressed=${country === this.chosen} @click=${() => this.choose(country)}>${texts.country(country)}</button></th>
          <td class="number">${texts.number(count)}</td><td>${ratingBadge(worst)}</td></tr>`)}</tbody></table></div></div>`;
  }
}
customElements.define('prb-world-map', WorldMap);
