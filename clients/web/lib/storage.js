// SPDX-License-Identifier: Apache-2.0
// What this browser keeps for a visit or beyond it. A browser may keep nothing, and then throws at whoever asks: what is of the visit is
// kept in the page until it is left, and what was to outlast it is not kept, which isKept() then says.
function storage(open, instead) {
  const attempt = (use, otherwise) => {
    try {
      return use(open());
    } catch {
      return otherwise;
    }
  };
  return {
    getItem: (name) => instead?.get(name) ?? attempt((kept) => kept.getItem(name), null),
    setItem(name, value) {
      if (attempt((kept) => { kept.setItem(name, value); return true; }, false)) instead?.delete(name);
      else instead?.set(name, value);
    },
    removeItem(name) {
      instead?.delete(name);
      attempt((kept) => kept.removeItem(name));
    },
  };
}

export const ofVisit = storage(() => sessionStorage, new Map());
export const ofBrowser = storage(() => localStorage);
