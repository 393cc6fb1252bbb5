// SPDX-License-Identifier: Apache-2.0
// A text padded to one length and sealed to a key that only the reader has: the same bytes as service/messages/sealed.c. This file comes
// when somebody begins to write.
import sodium from 'libsodium-wrappers';

await sodium.ready;
const variant = sodium.base64_variants.URLSAFE_NO_PADDING;

/** base64url of the sealed text; its UTF-8 must be shorter than `paddedBytes`. */
export function seal(text, publicKey, paddedBytes) {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length >= paddedBytes) throw new RangeError('the text is too long');
  const padded = sodium.pad(bytes, paddedBytes);
  const sealed = sodium.crypto_box_seal(padded, sodium.from_base64(publicKey, variant));
  sodium.memzero(padded);
  sodium.memzero(bytes);
  return sodium.to_base64(sealed, variant);
}

/** What people compare: eight groups of four digits, as `probity messages keygen` prints them. */
export function fingerprint(publicKey) {
  const hash = sodium.to_hex(sodium.crypto_generichash(16, sodium.from_base64(publicKey, variant)));
  return hash.match(/.{4}/g).join(' ');
}
