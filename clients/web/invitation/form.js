// SPDX-License-Identifier: Apache-2.0
// The declaration as a form: steps, and in each its fields, in the words of the interface (probity-declaration(5)). A row here is all
// that a field needs: `kind` says how it is drawn and read, `name` is its place, and its texts are invitation.NAME_IN_PLACE.
const text = (name, more = {}) => ({ name, kind: 'text', max: 400, ...more });
const area = (name, more = {}) => ({ name, kind: 'area', max: 4000, ...more });
const country = (name, more = {}) => ({ name, kind: 'country', ...more });
const count = (name, max = 1e9) => ({ name, kind: 'count', max });
const choice = (name, options, prefix) => ({ name, kind: 'choice', options, prefix });
const truth = (name) => ({ name, kind: 'truth' });
const date = (name) => ({ name, kind: 'date' });
const group = (name, fields) => ({ name, kind: 'group', fields });
const list = (name, fields, max, more = {}) => ({ name, kind: 'list', fields, max, ...more });

const yesNo = ['yes', 'no', 'unknown'];
const place = [country('country'), text('region'), text('city'), text('address', { max: 1000 })];
const goods = [text('description', { max: 4000 }), text('hs', { max: 20, ltr: true }), country('origin'), text('region')];
const sources = ['self', 'buyer', 'document', 'media', 'ngo', 'audit_announced', 'audit_unannounced', 'worker', 'authority'];

export const findingFields = [
  { ...choice('state', ['absent', 'present'], 'invitation.state'), required: true },
  { ...choice('source', sources, 'source'), required: true },
  date('date'),
  { name: 'site', kind: 'site' },
  text('worker_group'),
  truth('concerns_under_18'),
  truth('used_to_compel'),
  group('remediation', [choice('state', ['none', 'claimed', 'documented', 'verified'], 'invitation.remediation'), choice('source', sources, 'source'), date('date')]),
  group('contested', [choice('by', ['court', 'authority', 'independent_body'], 'invitation.contested'), text('reference', { max: 4000 }), date('date')]),
  text('reference', { max: 4000 }),
  area('reply'),
];

export const controls = ['forced_labour_policy', 'employer_pays_principle', 'recruiter_due_diligence', 'contract_in_workers_language', 'workers_hold_own_documents',
  'free_movement', 'wage_records', 'grievance_mechanism', 'freedom_of_association', 'supply_chain_tracing'];
export const evidence = ['claimed', 'documented', 'verified'];

export const steps = [
  { name: 'supplier', fields: [group('supplier', [text('name', { required: true }), { ...country('country'), required: true }, ...place.slice(1), { name: 'aliases', kind: 'lines', max: 50 },
    list('identifiers', [choice('scheme', ['lei', 'os_id', 'gln', 'duns', 'vat', 'cnpj', 'other'], 'invitation.scheme'), text('value', { max: 200, ltr: true })], 20)])] },
  { name: 'sites', fields: [list('sites', [text('name'), ...place], 500, { id: 'site' })] },
  { name: 'products', fields: [list('products', [...goods.slice(0, 2), text('gtin', { max: 14, ltr: true }), ...goods.slice(2), list('inputs', goods, 100, { none: true })], 200),
    { name: 'destination_markets', kind: 'lines', max: 50 }] },
  { name: 'workforce', fields: [group('workforce', [count('total'), count('women'), count('migrant'), count('agency'), count('under_18'), { name: 'nationalities', kind: 'countries' },
    choice('recruitment_fees', ['workers_pay', 'employer_pays', 'unknown'], 'invitation.fees'), choice('fees_reimbursed', yesNo, 'invitation.answer'), choice('housing', ['employer', 'independent', 'unknown'], 'invitation.housing'),
    count('peak_hours_per_week', 168), count('rest_days_per_month', 31), count('months_at_sea', 120), truth('piece_rate'), truth('phones_kept_by_employer'),
    choice('labour_transfer', yesNo, 'invitation.answer'), choice('prison_labour', ['none', 'public', 'private_party', 'unknown'], 'invitation.prison'), choice('prison_free_consent', yesNo, 'invitation.answer')])] },
  { name: 'findings', fields: [{ name: 'findings', kind: 'findings' }] },
  { name: 'controls', fields: [{ name: 'controls', kind: 'controls' }] },
  { name: 'upstream', fields: [list('upstream', [count('tier', 100), text('product', { max: 4000 }), { name: 'share', kind: 'percent' }, group('supplier', [text('name'), country('country')]), text('declaration', { max: 36, ltr: true })], 500)] },
  { name: 'review', fields: [] },
];
