/* What a query says: its words, and what the words are alike. site_builder/publishing/search/terms.py has the
   same rules for words and files. */

const SMALL = new Set(
  ("i på en ett och att är om av för till jag man hur när var vart vad vem vilka vilken min mitt mina det den de " +
    "du vi ni som med från hos åt kan ska vill har hade finns får får göra gör gå går någon något några inte ej sig " +
    "få fick mig dig honom henne oss dem ha haft hur mycket många länge ofta gå går gick åka kunna vilja vill veta " +
    "idag nu imorgon ikväll igår bara också mycket lite mer mest alltid aldrig behöver måste blir blev bli vara varit " +
    "sida sidan sidor mot utan under över efter innan så då där här upp ut in ner mina er era vår våra deras hans hennes " +
    "bort bakom bredvid kom kommer kommit händer hända hänt gammal gammalt gamla innan ens ju väl varför framför tar ta ser bli stå står hör hörs själv sånt vårt andra olika enligt " +
    "pa nar for fran ar gor gar " +
    "the a an my to in of how do i is are can where what when does you your need want get apply and with there who about at on report find should would not someone speak talk").split(" "),
);
const ENGLISH = new Set("the my to of how do where what when does your need want get apply with there who about report find should would".split(" "));
const COMMON = ["for", "kom", "und", "int", "sam", "ove", "upp", "bes", "ans", "utb", "tyr", "til"];
const FILES = 512;

/** The words of a text in lower case. */
export const words = (text) => text.normalize("NFC").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Letters without their dots: `forskola` finds `förskola`. */
export const fold = (word) => word.normalize("NFD").replace(/\p{M}/gu, "");

/** Whether a query has a small word that English alone has: `where can I park`. */
export const inEnglish = (query) => words(query).some((word) => ENGLISH.has(word));

/** The words of a query, without the smallest; where all are small, and `always`, all of them. */
export function wanted(query, always = true) {
  const all = words(query);
  const kept = all.filter((word) => !isSmall(word));
  return [...new Set(kept.length || !always ? kept : all)];
}

export const isSmall = (word) => SMALL.has(word);

/** The number of the file that holds a word (FNV-1a of how it begins). */
export function fileOf(word) {
  const plain = fold(word);
  const beginning = COMMON.some((one) => plain.startsWith(one)) ? plain.slice(0, 5) : plain.slice(0, 3);
  let value = 2166136261;
  for (const byte of new TextEncoder().encode(beginning)) value = Math.imul(value ^ byte, 16777619) >>> 0;
  return value % FILES;
}

/* Endings of Swedish nouns, adjectives and verbs, the longest first (Snowball's first step, and genitive s). */
const ENDINGS = (
  "heterna hetens arnas ernas ornas andes heten heter arens ernas arna erna orna ande arne aste anden andet aren " +
  "ades erns ade are ens ern het ast ing ar en er or as es at et ad na ta te a e n t s"
).split(" ");

/** A word without its ending; at least three letters are left. */
export function stem(word) {
  const plain = word.length > 4 && word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word;
  for (const ending of ENDINGS) {
    if (plain.endsWith(ending) && plain.length - ending.length >= 3) return plain.slice(0, -ending.length);
  }
  return plain;
}

/** How much a word of a page is the one that was asked for, 0 to 1; both without dots. */
export function alike(asked, word) {
  if (word === asked) return 1;
  if (asked.length < 3 || /^\d/.test(asked)) return 0;
  const mine = stem(asked);
  const its = stem(word);
  if (its === mine) return 0.9;
  if ((word === mine && asked.length - mine.length < 3) || (its === asked && word.length - its.length < 3)) return 0.9; /* `plan` and `planen` */
  if (mine.length >= 4 && word.startsWith(mine)) {
    if (ENDINGS.includes(word.slice(mine.length))) return 0.8;
    return mine.length >= 5 || word.startsWith(asked) ? 0.6 : 0;
  }
  if (asked.length === 3 && word.startsWith(asked)) return 0.5;
  return 0;
}

/** Like `alike`, where the word may also stand last in a compound: for names and search words alone. */
export function inside(asked, word) {
  const found = alike(asked, word);
  if (found || asked.length < 4) return found;
  const mine = stem(asked);
  return mine.length >= 4 && word.length > mine.length && word.includes(mine) ? 0.45 : 0;
}

const ALIKE = ["aeiouyåäö", "ckgqjsxz", "dt", "bp", "fvw", "mn", "lr"]; /* heard alike, or all vowels */
const KEYS = ["qwertyuiopå", "asdfghjklöä", "zxcvbnm"];
const beside = (a, b) => KEYS.some((row) => row.includes(a) && row.includes(b) && Math.abs(row.indexOf(a) - row.indexOf(b)) === 1);

const costs = new Map();

/** What one letter for another costs: little where they sound alike or are neighbours on the keyboard. */
function changed(a, b) {
  if (a === b) return 0;
  const pair = a + b;
  if (!costs.has(pair)) costs.set(pair, ALIKE.some((all) => all.includes(a) && all.includes(b)) || beside(a, b) ? 1 : 1.8);
  return costs.get(pair);
}

/** How many letters differ, a swap counting as one; stops counting beyond `most`. */
export function distance(one, other, most) {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let last = [];
  let before = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const now = [i];
    for (let j = 1; j <= other.length; j++) {
      now[j] = Math.min(before[j] + 1, now[j - 1] + 1, before[j - 1] + changed(one[i - 1], other[j - 1]));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) now[j] = Math.min(now[j], last[j - 2] + 1);
    }
    [last, before] = [before, now];
  }
  return before[other.length];
}

/** `2011 KSM 0391` and `2011KSM0391` as one word; empty where there is no registration number. */
export function reference(text) {
  const found = text.match(/\b((?:19|20)\d\d)[ /-]{0,2}([a-zåäö]{2,4})[ -]?(\d{2,4})\b/i);
  return found ? `${found[1]}${found[2].toLowerCase()}${found[3].padStart(4, "0")}` : "";
}

/** The date, year and paragraph that a query names. */
export function named(text) {
  const date = text.match(/\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b/);
  const paragraph = text.match(/§\s*(\d+)|\bparagraf\s+(\d+)|\b(?:19|20)\d\d-(\d{1,3})\b(?!-)|\d-\d\d\s+(\d{1,3})\b/i);
  return {
    date: date ? date[0] : "",
    year: text.match(/\b(?:19|20)\d\d\b/)?.[0] ?? "",
    paragraph: paragraph ? String(Number(paragraph.slice(1).find(Boolean))) : "",
  };
}
