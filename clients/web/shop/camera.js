// SPDX-License-Identifier: Apache-2.0
// Reads barcodes with the camera where the browser itself can. Pictures stay in the browser, and nothing is kept.
import { digitsOf, fits, hasLength } from './gtin.js';

const formats = ['ean_13', 'ean_8', 'upc_a', 'upc_e', 'itf'];
const BETWEEN_MS = 150; // a look takes some ten milliseconds: the telephone stays cool

export const canScan = () => 'BarcodeDetector' in globalThis && Boolean(navigator.mediaDevices?.getUserMedia);

/** Shows the camera in `video` until a barcode is read (answers its digits) or `signal` aborts (answers null). Throws where it may not. */
export async function scan(video, signal) {
  const detector = new globalThis.BarcodeDetector({ formats });
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
  try {
    video.srcObject = stream;
    await video.play();
    while (!signal.aborted) {
      for (const { rawValue } of await detector.detect(video)) {
        const digits = digitsOf(rawValue);
        if (digits && hasLength(digits) && fits(digits)) return digits;
      }
      await new Promise((resolve) => { setTimeout(resolve, BETWEEN_MS); });
    }
    return null;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}
