// SPDX-License-Identifier: Apache-2.0
// The pages: one row each. `shared` are prefixes of the texts that clients/render has in common with the server and the command
// line ("rating" stands for all of "rating.*"); `names` are lists of names that the page needs,
// `fixedNames` those that fixed.js alone does.
export const pages = [
  { name: 'index', path: '/', shared: [], names: [] },
  { name: 'shop', path: '/shop', nav: true, shared: [], names: [], fixedNames: ['countries'], marker: '<!--shop-->' },
  { name: 'company', path: '/company', nav: true, shared: ['*'], names: ['countries', 'indicators', 'goods', 'laws'] },
  { name: 'invitation', path: '/invitation', shared: ['*'], names: ['countries', 'indicators', 'goods', 'laws'] },
  { name: 'officer', path: '/officer', nav: true, shared: ['*'], names: ['countries', 'indicators', 'goods', 'laws'] },
  { name: 'worker', path: '/worker', nav: true, quiet: true, shared: [], names: ['countries'] },
  { name: 'data', path: '/data', nav: true, shared: ['*'], names: ['countries', 'indicators', 'goods', 'laws', 'lists', 'meanings'] },
];
