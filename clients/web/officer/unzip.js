// SPDX-License-Identifier: Apache-2.0
// A ZIP file from anybody: how many files it holds and what they unpack to is bounded before it is believed.
import { Unzip, UnzipInflate } from 'fflate';
import { Refused } from './refused.js';

const FILES_MAX = 32;
const FILE_BYTES_MAX = 8 * 1024 * 1024;
const WHOLE_BYTES_MAX = 24 * 1024 * 1024;
// A step of this size unpacks to at most a thousand times as much before it is looked at again.
const STEP_BYTES = 4096;

export const isZip = (bytes) => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;

function whole(chunks, size) {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** @param {Uint8Array} zip @returns {Map<string, Uint8Array>} by name, without folders; throws Refused */
export function unzipBounded(zip) {
  const files = new Map();
  let fault = null, total = 0;
  const unzip = new Unzip((file) => {
    const name = file.name.split('/').pop();
    if (files.size >= FILES_MAX || files.has(name)) fault ??= new Refused('zip');
    if (fault || name === '') return;
    files.set(name, new Uint8Array());
    const chunks = [];
    let size = 0;
    file.ondata = (error, chunk, final) => {
      if (error) fault ??= new Refused('zip');
      if (fault) return;
      size += chunk.length;
      total += chunk.length;
      if (size > FILE_BYTES_MAX || total > WHOLE_BYTES_MAX) {
        fault = new Refused('zip_large');
        return;
      }
      chunks.push(chunk.slice());
      if (final) files.set(name, whole(chunks, size));
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  for (let at = 0; at < zip.length && !fault; at += STEP_BYTES) {
    try {
      unzip.push(zip.subarray(at, at + STEP_BYTES), at + STEP_BYTES >= zip.length);
    } catch {
      fault ??= new Refused('zip'); // a method of packing that is not known here, or no ZIP at all
    }
  }
  if (fault) throw fault;
  return files;
}
