// SPDX-License-Identifier: Apache-2.0
/** What was given cannot be looked at; the page's text officer.fault_WHY says so. */
export class Refused extends Error {
  constructor(why, values = {}) {
    super(why);
    Object.assign(this, { why, values });
  }
}
