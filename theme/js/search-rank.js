/* Which pages answer the words of a query, and which of them come first. */

import { fold, inside, isSmall, stem, wanted, words } from "./search-query.js";

const PART = 0.5; /* of the weight of a query's words, where a page has not all */
const NAMED = 0.25; /* the same, where the word that it has is all of a name */
const NEAR = 0.3; /* of the points of the best, for a page that has not all the words */
export const IN_NAME = 7; /* a word in a name or a search word, nearly as it was asked for */
export const PROMINENT = 4; /* a word in a summary, a search word or a name */
const EXACT = 16; /* for a title that is the query, word for word */
const LIKE = 9; /* for a name that has the words of the query and no others */
const HELD = 1.5; /* so much more for a name of several words that the query holds as it is */
const KINDS = {
  Tjänst: 1.4, Fråga: 1.12, "E-tjänst": 1.1, Sida: 1.05, Kontakt: 1, Trygghetsråd: 1, Plats: 0.95, Organ: 0.95, Ämne: 0.9,
  Ansvarsområde: 0.95, Driftinformation: 0.8, Anslag: 0.6, Nyhet: 0.6, Granskning: 0.6, Beslut: 0.5, Möte: 0.45,
}; /* lists have no kind */

/** What a page's kind is worth, more where the query is after it. */
export function factor({ kind, year }, row, said) {
  const usual = said ? 1 : (KINDS[kind] ?? (year ? 0.5 : 0.9));
  return row?.kinds.includes(kind) ? Math.max(usual, 0.9) * 2 : usual;
}

/** The pages that have all the words of the lists, and those that have most of what matters in a name. */
export function matching(lists, names) {
  const weight = lists.reduce((sum, list) => sum + list.rarity, 0) || 1;
  const strong = new Set(lists.filter((list) => names.whole.has(stem(fold(list.word)))));
  const found = new Map();
  for (const list of lists) {
    for (const [number, much] of list.found) {
      const one = found.get(number) ?? { number, points: 0, covered: 0, best: 0, named: false };
      found.set(number, {
        number,
        points: one.points + (much * list.rarity) / weight,
        covered: one.covered + list.rarity / weight,
        best: Math.max(one.best, much),
        named: one.named || (strong.has(list) && much >= IN_NAME),
      });
    }
  }
  for (const list of lists.filter((one) => one.common)) {
    for (const one of found.values()) if (!list.found.has(one.number)) one.covered += list.rarity / weight;
  }
  const all = [...found.values()];
  const some = !all.some((one) => one.covered > 0.999);
  const hits = all.filter((one) => one.covered > 0.999 || (one.best >= IN_NAME && one.covered >= (one.named ? NAMED : PART)));
  return { some, hits: hits.map((one) => ({ ...one, points: one.points * one.covered ** 2 })) };
}

/** How much of a name the words of the query are, and how much of them the name is: 0 to 1. */
function likeness(name, phrase, lists, weight, text) {
  const told = name.filter((word) => !isSmall(word));
  if (!told.length) return 0;
  const literal = (name.length > 1 && text.includes(` ${phrase} `)) || ` ${phrase}`.startsWith(text);
  let ofName = 0;
  let ofQuery = 0;
  for (const word of told) ofName += Math.max(0, ...lists.map((list) => inside(list.plain, word)));
  for (const list of lists) ofQuery += list.rarity * Math.max(0, ...told.map((word) => inside(list.plain, word)));
  return (ofName / told.length) * (ofQuery / weight) * (literal ? HELD : 1);
}

/** The points of the hits, with what one can do before what was said, and what is called just so before all. */
export function weighed(hits, { texts, lists, row, said, some, names, group }) {
  const weight = lists.reduce((sum, list) => sum + list.rarity, 0) || 1;
  const asked = new Set(texts.flatMap((text) => [words(text), wanted(text)].map((all) => all.map(fold).join(" "))));
  const text = ` ${words(texts[0]).map(fold).join(" ")} `;
  const found = new Map(hits.map((hit) => [hit.number, hit]));
  for (const page of names.pages) {
    const exact = some ? -1 : page.phrases.findIndex((name) => asked.has(name));
    const hit = found.get(page.number) ?? (exact < 0 ? null : { number: page.number, points: 0, covered: 1, best: 10 });
    if (!hit) continue;
    const like = Math.max(...page.names.map((name, place) => likeness(name, page.phrases[place], lists, weight, text) * (place ? Math.max(0.5, 0.9 - 0.04 * place) : 1)));
    const just = exact < 0 ? 0 : exact ? Math.max(4, 14 - 2 * exact) : EXACT;
    found.set(page.number, { ...hit, points: hit.points + Math.max(just, LIKE * like) });
  }
  const best = Math.max(0, ...[...found.values()].map((hit) => hit.points));
  return [...found.values()]
    .filter((hit) => hit.covered === undefined || hit.covered > 0.999 || hit.points >= NEAR * best)
    .map((hit) => ({ ...hit, points: hit.points * factor(group(hit.number), row, said) }));
}

/** Best first; of equals the latest. */
export function sorted(hits, group) {
  const year = (hit) => Number(group(hit.number).year) || 0;
  return hits.sort((a, b) => b.points - a.points || year(b) - year(a) || b.number - a.number);
}
