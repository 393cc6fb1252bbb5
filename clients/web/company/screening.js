// SPDX-License-Identifier: Apache-2.0
// One pass of a list through the server. Of each report that is kept which table, map and charts need, and the declaration: ten
// thousand whole reports would be a hundred megabytes. A report is fetched again when a supplier is opened.
import { jsonOf, lines, request } from '../lib/api.js';
import { order } from '../parts/rating.js';

const ADDRESS = '/v1/screenings';

/** How bad, for sorting: 0 is the worst. Unknown is worse than low. */
export const badness = (rating) => order.indexOf(rating);

// The rule that fired is the first reason; behind it the first that is of this supplier alone.
function mainReason(report) {
  const [rule, ...others] = report.reasons;
  return others[0] ?? rule ?? null;
}

const allQuestions = (report) => report.next_questions ?? [];
// Questions that narrow the range come first; of the others the first one.
const mainQuestion = (report) => [...allQuestions(report)].sort((a, b) => b.narrows - a.narrows)[0] ?? null;

export function summaryOf({ declaration, line, report }, n) {
  const { exposure, supplier } = report;
  return {
    n, line, declaration,
    id: report.id, asOf: report.as_of, release: report.data.release,
    name: supplier.name, country: supplier.country,
    place: [declaration.supplier.address, declaration.supplier.city].filter(Boolean).join(', '),
    rating: report.rating, best: report.rating_range[0], worst: report.rating_range[1],
    inherent: exposure.inherent, low: exposure.range[0], high: exposure.range[1], residual: exposure.residual,
    coverage: report.coverage, known: report.indicators_known,
    states: Object.fromEntries(report.indicators.map(({ key, state }) => [key, state])),
    listings: report.listings.filter(({ decision }) => decision !== 'different').map(({ entity, list, decision }) => ({ entity, list, decision })),
    presumed: report.determination.state_imposed,
    reason: mainReason(report), question: mainQuestion(report),
  };
}

/** Sends a list and answers its lines as they come: {columns, ..}, {declaration, line, report} or {error, line}. */
export async function* screened({ type, bytes }, signal) {
  const response = await request(`${ADDRESS}?with=columns,declarations`, { method: 'POST', headers: { 'Content-Type': type, Accept: 'application/x-ndjson' }, body: bytes, signal });
  yield* lines(response);
}

/** One declaration scored, nothing stored: the report. */
export async function scored(declaration, signal) {
  const response = await request(ADDRESS, { method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body: JSON.stringify(declaration), signal });
  return jsonOf(response);
}

/** The same as a page or as PDF: a Blob. A server that makes none answers 406. */
export async function printed(declaration, type) {
  const response = await request(ADDRESS, { method: 'POST', headers: { 'Content-Type': 'application/json', Accept: type }, body: JSON.stringify(declaration) });
  return response.blob();
}
