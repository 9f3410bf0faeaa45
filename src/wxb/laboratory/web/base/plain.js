// What is foreign, as a text of one line: no control signs, no turns of direction, no half of a letter, at most so long.

const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const HALVES = /\p{Cs}/gu; // of a letter of two: an address cannot hold one alone

/** A name of a foreign table or address. */
export function plainText(text, most = Infinity) {
  return cutText(text.replace(UNSEEN, ""), most);
}

/** At most so many units of a text, whole letters only. */
export function cutText(text, most = Infinity) {
  return text.slice(0, most).replace(HALVES, "");
}
