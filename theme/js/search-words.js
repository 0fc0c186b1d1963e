/* What a query means: its words, the records known by them, what is near a misspelt one, which decisions it names. */

/** Best first: what a citizen most often is after. */
const KINDS = ["tjänst", "e-tjänst", "organ", "fråga", "sida", "kontakt", "trygghetsråd", "möten", "beslut", "topic"];
const SMALL = new Set(
  "i på en ett och att är om av för till jag man hur när var vad vem min mitt mina det den de the a an my to in of how do i".split(" "),
);
const split = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** The words of a text that Pagefind has marked as what it found. */
export const marked = (text) => [...text.matchAll(/<mark>(.*?)<\/mark>/g)].flatMap((one) => split(fold(one[1])));

/** Swedish letters without their dots, so that `forskola` means `förskola`. */
export const fold = (word) => word.normalize("NFD").replace(/\p{M}/gu, "");

/** The words of a query, without the smallest ones. */
export function words(query) {
  const all = split(query);
  const kept = all.filter((word) => !SMALL.has(word));
  return kept.length ? kept : all;
}

/** `sopor` and `soporna` mean the same: a shared beginning, long enough to mean something. */
export function alike(wanted, word) {
  if (word === wanted) return 3;
  const stem = wanted.length > 5 ? wanted.slice(0, -2) : wanted;
  if (stem.length >= 3 && word.startsWith(stem)) return 2;
  const part = wanted.startsWith(word) && word.length >= 6 && word.length * 2 > wanted.length;
  return part || (wanted.length >= 5 && word.includes(wanted)) ? 1 : 0;
}

/** How well a record answers: its own name or search word is asked for, or its words hold all of the query's. */
function score(bet, wanted, phrase) {
  const kind = KINDS.length - KINDS.indexOf(bet.kind);
  const known = [bet.title, ...bet.words].map((text) => fold(words(text).join(" ")));
  const place = known.indexOf(phrase);
  if (place >= 0) return 1000 + kind * 20 - place;
  if (known[0].startsWith(`${phrase} `)) return 1000 + kind * 20 - known.length;
  const has = split(fold(`${bet.title} ${bet.words.join(" ")}`));
  const points = wanted.map((word) => Math.max(0, ...has.map((one) => alike(word, one))));
  if (!points.length || points.includes(0)) return 0;
  const title = fold(bet.title.toLowerCase());
  return points.reduce((a, b) => a + b, 0) + wanted.filter((word) => title.includes(word)).length + kind / 4;
}

/** The five that answer best. */
export function bets(all, query) {
  const wanted = words(query).map(fold);
  const phrase = wanted.join(" ");
  return all
    .map((bet) => ({ bet, score: score(bet, wanted, phrase) }))
    .filter((one) => one.score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, 5)
    .map((one) => one.bet);
}

/** The query, and what the site calls the things that it names. */
export function queries(query, wanted, synonyms) {
  const phrase = query.toLowerCase().trim();
  const terms = new Set([...(synonyms[phrase] ?? []), ...wanted.flatMap((word) => synonyms[word] ?? [])]);
  return [query, ...[...terms].slice(0, 3)];
}

/** `§ 71`, `2012-71`, `2012 § 71` and `beslut 2012` ask for decisions: the words that their pages are known by. */
export function decisionWords(query) {
  const number = query.match(/§\s*(\d+)|\b(?:19|20)\d\d-(\d+)\b(?!-)|\bparagraf\s+(\d+)/i);
  const year = query.match(/\b(?:19|20)\d\d\b/)?.[0] ?? "";
  const paragraph = number && Number(number[1] ?? number[2] ?? number[3]);
  if (paragraph) return [`${year}paragraf${paragraph}`];
  return year ? [query] : [];
}

/** How many letters differ; stops counting beyond `most`. */
function distance(one, other, most) {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let before = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const now = [i];
    for (let j = 1; j <= other.length; j++) {
      now[j] = Math.min(before[j] + 1, now[j - 1] + 1, before[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
    }
    before = now;
  }
  return before[other.length];
}

/** A query with a word in place of another. */
export const replaced = (query, word, other) =>
  query.toLowerCase().replace(new RegExp(`(?<![\\p{L}\\p{N}])${word}(?![\\p{L}\\p{N}])`, "u"), other);

/** The known word nearest to a misspelt one; empty where none is near enough. */
export function correction(all, wrong) {
  const most = wrong.length < 4 ? 0 : wrong.length < 7 ? 1 : 2;
  const folded = fold(wrong);
  let best = ["", most + 1];
  for (const word of new Set(all.flatMap((bet) => split(`${bet.title} ${bet.words.join(" ")}`)))) {
    const far = distance(folded, fold(word), most) - (word[0] === wrong[0] ? 0.5 : 0);
    if (far < best[1] && far <= most) best = [word, far];
  }
  return best[0];
}
