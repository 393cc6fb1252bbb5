// SPDX-License-Identifier: Apache-2.0
// QR codes from a picture or a camera, read in the page.
import decodeQR from 'qr/decode.js';
import { Refused } from './refused.js';

const SIDE_MAX = 1600; // pixels: larger ones only take longer
const LOOKS_PER_SECOND = 6;

function pixels(source, width, height) {
  const scale = Math.min(1, SIDE_MAX / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.fillStyle = '#fff'; // what is transparent counts as paper
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function look(source, width, height) {
  try {
    return decodeQR(pixels(source, width, height));
  } catch {
    return null; // no code in it, which is what most frames of a camera have
  }
}

/** @param {File} file a picture @returns {Promise<string>} throws Refused */
export async function textInPicture(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    throw new Refused('picture');
  }
  const text = look(picture, picture.width, picture.height);
  picture.close();
  return text ?? refuseNone();
}

function refuseNone() {
  throw new Refused('no_qr');
}

export const hasCamera = () => Boolean(navigator.mediaDevices?.getUserMedia);

/**
 * Shows the camera in `video` until a code is seen. Frames stay in the page.
 * @param {HTMLVideoElement} video @param {AbortSignal} signal ends it
 * @returns {Promise<string|null>} null where it was ended; rejects where there is no camera or it is not allowed
 */
export async function textInCamera(video, signal) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
  try {
    video.srcObject = stream;
    await video.play();
    while (!signal.aborted) {
      const text = video.videoWidth > 0 ? look(video, video.videoWidth, video.videoHeight) : null;
      if (text !== null) return text;
      await new Promise((resolve) => { setTimeout(resolve, 1000 / LOOKS_PER_SECOND); });
    }
    return null;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}
