// What the page says, in the reader's language: texts by key, their places filled in, Korean particles that fit.
//
//     teach({en: {key: text}, ko: {…}})      the texts of the page (lab/texts.py), once
//     speak("ko")                            from now on that language
//     t("cost.sentence", {cost: "11.95"})    a text; its places {cost} are filled once, never looked at again
//     tn("rows", 3, {n: "3"})                the form that goes with a number: rows_one or rows_many
//
// The twin of wxb/i18n.py: "{name}은(는)" becomes "W는" but "값은".

let taught = { en: {}, ko: {} };
let spokenLanguage = "en";

/** The texts of every language: {en: {key: text}, ko: {key: text}}. */
export function teach(texts) {
  taught = texts;
}

/** From now on "en" or "ko"; another code changes nothing. */
export function speak(code) {
  if (code === "en" || code === "ko") spokenLanguage = code;
  return spokenLanguage;
}

/** The language that is spoken. */
export function spoken() {
  return spokenLanguage;
}

/** Whether there is a text of that key. */
export function isText(key) {
  return Object.hasOwn(taught[spokenLanguage], key);
}

/** The text of a key, its places filled in; the key itself where there is none. */
export function t(key, values = {}) {
  const text = isText(key) ? taught[spokenLanguage][key] : key;
  const filled = text.replace(/\{(\w+)\}/g, (place, name) => (Object.hasOwn(values, name) ? String(values[name]) : place));
  return spokenLanguage === "ko" && text.includes("(") ? withParticles(filled) : filled;
}

/** The text that goes with a number; Korean has one form. */
export function tn(key, n, values = {}) {
  return t(`${key}_${n === 1 && spokenLanguage === "en" ? "one" : "many"}`, { n, ...values });
}

const PARTICLES = [
  ["은(는)", "은", "는"],
  ["이(가)", "이", "가"],
  ["을(를)", "을", "를"],
  ["과(와)", "과", "와"],
  ["으로(로)", "으로", "로"],
  ["이라(라)", "이라", "라"],
  ["이나(나)", "이나", "나"],
  ["이며(며)", "이며", "며"],
  ["이어야(여야)", "이어야", "여야"],
  ["이라는(라는)", "이라는", "라는"],
];
const SAID = /[0-9A-Za-z가-힣²³⁰¹⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉αβγδελμρστφχω%×ŷ]/u;
const CONSONANT = /[036⁰³⁶₀₃₆mn]/iu; // letters and digits go by how Koreans say their names: n is 엔, 3 is 삼
const RIEUL = /[178¹⁷⁸₁₇₈lr]/iu;
const VOWEL = /[aeiou]/;

/** A Korean text whose particles fit the words before them. */
export function withParticles(text) {
  for (const [both, consonant, vowel] of PARTICLES) {
    const [first, ...rest] = text.split(both);
    text = rest.reduce((before, after) => before + particle(before, both, consonant, vowel) + after, first);
  }
  return text;
}

/** After ㄹ it is 로 as after a vowel. */
function particle(before, both, consonant, vowel) {
  const final = finalOf([...before.slice(-80)].slice(-40));
  return final === "" || (both === "으로(로)" && final === "ㄹ") ? vowel : consonant;
}

/** The final sound of what is said last, as letters: "" for none, "ㄹ", "ㅇ" for any other. */
function finalOf(heard) {
  const letters = heard.slice(0, heard.findLastIndex((letter) => SAID.test(letter)) + 1);
  const last = letters.at(-1) ?? "";
  if (last >= "가" && last <= "힣") {
    const place = (last.charCodeAt(0) - 0xac00) % 28;
    return place === 0 ? "" : place === 8 ? "ㄹ" : "ㅇ";
  }
  const word = letters.join("").match(/[A-Za-z]*$/)[0];
  const spelled = word.length < 3 || word === word.toUpperCase() || !/[aeiouy]/i.test(word);
  if (!spelled) return finalOfWord(word.toLowerCase());
  return RIEUL.test(last) ? "ㄹ" : CONSONANT.test(last) ? "ㅇ" : "";
}

/** That of an English word, as Koreans write it: what follows a short vowel stays a final sound, else it gets a vowel. */
function finalOfWord(word) {
  if (word.at(-1) === "e" && !VOWEL.test(word.at(-2))) {
    return { m: "ㅇ", n: "ㅇ", l: "ㄹ" }[word.at(-2)] ?? ""; // a silent e leaves 타임, 라인, 파일, but 데이트, 스코어
  }
  const [earlier, before, last] = [word.at(-3), word.at(-2), word.at(-1)];
  if (/[mn]/.test(last) || word.endsWith("ng") || (last === "k" && before === "c")) return "ㅇ";
  if (last === "l") return "ㄹ";
  if (/[ptbc]/.test(last) && VOWEL.test(before)) {
    return last !== "t" || !VOWEL.test(earlier) || earlier + before === "ou" ? "ㅇ" : "";
  }
  return last === "k" && earlier + before === "oo" ? "ㅇ" : "";
}
