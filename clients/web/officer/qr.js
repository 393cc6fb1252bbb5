// SPDX-License-Identifier: Apache-2.0
// QR codes from a picture or a camera, read in the page.
import decodeQR from 'qr/decode.js';
import { Refused } from './refused.js';

const SIDE_MAX = 1600; // pixels: larger ones only take longer
const LOOKS_PER_SECOND = 6;

/*
 * How a picture is looked at, first to last: a factor of its size and a turn, in radians. The reader misses one clean code
 * in some two hundred, and each that is turned by half a right angle; drawn a little otherwise it reads the same picture.
 */
const LOOKS = [[1, 0], [0.8, 0.12], [0.8, 0.75], [0.6, -0.35], [0.5, 0.45], [0.7, 0.95], [0.9, 0.25]];

function pixels(source, width, height, [factor, turn]) {
  const scale = factor * Math.min(1, SIDE_MAX / Math.max(width, height));
  const across = Math.abs(Math.cos(turn)), along = Math.abs(Math.sin(turn));
  const size = (a, b) => Math.max(1, Math.round(scale * (a * across + b * along)));
  const canvas = new OffscreenCanvas(size(width, height), size(height, width));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.fillStyle = '#fff'; // what is transparent, and what a turn leaves free, counts as paper
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.translate(canvas.width / 2, canvas.height / 2);
  context.rotate(turn);
  context.scale(scale, scale);
  context.drawImage(source, -width / 2, -height / 2);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function look(source, width, height, how) {
  try {
    return decodeQR(pixels(source, width, height, how));
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
  try {
    for (const how of LOOKS) {
      const text = look(picture, picture.width, picture.height, how);
      if (text !== null) return text;
    }
  } finally {
    picture.close();
  }
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
    for (let frame = 0; !signal.aborted; frame += 1) {
      const text = video.videoWidth > 0 ? look(video, video.videoWidth, video.videoHeight, LOOKS[frame % LOOKS.length]) : null;
      if (text !== null) return text;
      await new Promise((resolve) => { setTimeout(resolve, 1000 / LOOKS_PER_SECOND); });
    }
    return null;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}
