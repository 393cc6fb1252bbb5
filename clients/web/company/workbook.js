// SPDX-License-Identifier: Apache-2.0
// The page's end of workbook_worker.js.

/** A file that cannot be read as what it seems to be: `reason` is a key company.file_REASON. */
export class FileFault extends Error {
  constructor(reason) { super(reason); this.reason = reason; }
}

export class Workbook {
  #worker = new Worker(new URL('./workbook_worker.js', import.meta.url), { type: 'module' });
  #waiting = new Map(); #next = 1;

  constructor() {
    this.#worker.addEventListener('message', ({ data: { id, answer, fault } }) => {
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (fault) reject(new FileFault(fault)); else resolve(answer);
    });
    // The worker itself failed, as where memory ran out: nobody waits for ever.
    this.#worker.addEventListener('error', () => { for (const { reject } of this.#waiting.values()) reject(new FileFault('broken')); this.#waiting.clear(); });
  }

  #ask(task, data, transfer = []) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, task, ...data }, transfer);
    });
  }

  /** [{id, name, rows, hidden}] */
  open(bytes) { return this.#ask('open', { bytes }, [bytes]); }
  /** The cells of each row, as text, from row 1 on. */
  rows(sheet) { return this.#ask('rows', { sheet }); }
  /** columns: [{at, header, width, cells: [[row, value], ..]}], `at` counting from 1; answers the file with them. */
  withColumns(sheet, headerLine, columns) { return this.#ask('add', { sheet, headerLine, columns }); }
  close() { this.#worker.terminate(); }
}
