// SPDX-License-Identifier: Apache-2.0
/** Gives the reader a file. content: text, bytes or a Blob. */
export function download(name, content, type) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser has taken the address by then; kept any longer it would hold the bytes.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
