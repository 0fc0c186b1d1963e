/* The editors' table (sökfraser.yml): what an expression in a query is after, what else a word means, and what an
   English word is called in Swedish. */

import { fold, isSmall, stem, wanted, words } from "./search-query.js";

const stems = (all) => all.map((word) => stem(fold(word)));

/** An expression: as it is written, and the stems of its words, the small ones aside. */
function expression(text) {
  const all = words(text);
  const big = all.filter((word) => !isSmall(word));
  const loose = all.length - big.length < 2; /* `beslut om mig` is not any `beslut` */
  return { text: all.join(" "), plain: all.map(fold).join(" "), begins: [all[0], fold(all[0])], stems: loose ? stems(big) : [], length: big.join(" ").length };
}

/** The longest expression of the rows that a query holds, word for word or but for small words and endings. */
function longest(rows, query) {
  const all = words(query);
  const text = ` ${all.join(" ")} `;
  const undotted = fold(text) === text; /* `overklaga` is `överklaga` */
  const asked = all.map((word, place) => ({ word, place, stem: stem(fold(word)) })).filter(({ word }) => !isSmall(word));
  const begins = new Set([...all, ...asked.map((one) => one.stem)]); /* nearly all expressions begin with no word of the query */
  let best = { row: null, rest: query, used: [], length: 0 };
  for (const row of rows) {
    for (const one of row.expressions) {
      if (!begins.has(undotted ? one.begins[1] : one.begins[0]) && !begins.has(one.stems[0])) continue;
      const literal = undotted ? one.plain : one.text;
      if (literal.length + 0.5 > best.length && text.includes(` ${literal} `)) {
        best = { row, rest: text.replace(` ${literal} `, " ").trim(), used: words(literal), length: literal.length + 0.5 };
      } else if (one.stems.length && one.length > best.length) {
        const at = asked.findIndex((_, place) => one.stems.every((told, next) => asked[place + next]?.stem === told));
        if (at < 0) continue;
        const used = asked.slice(at, at + one.stems.length).map(({ place }) => place);
        const kept = (inside) => all.filter((_, place) => used.includes(place) === inside);
        best = { row, rest: kept(false).join(" "), used: kept(true), length: one.length };
      }
    }
  }
  return best;
}

export class Table {
  constructor(rows) {
    const ready = rows.map((row) => ({ ...row, expressions: [...row.phrases, ...row.english].map(expression) }));
    this.aims = ready.filter((row) => row.phrases.length && !row.means.length);
    this.tails = this.aims.flatMap((row) => row.expressions.map((one) => one.plain)).filter((plain) => plain.length > 3 && !plain.includes(" "));
    this.meanings = ready.filter((row) => row.phrases.length && row.means.length);
    this.english = ready.filter((row) => row.english.length);
    this.englishWords = new Set(this.english.flatMap((row) => row.english.flatMap(words)));
  }

  /** The query with compounds that end in an expression as two words: `förskoleplatsansökan`. */
  unpacked(query, knows) {
    const parted = (word) => {
      const tail = this.tails.find((one) => fold(word).endsWith(one) && knows(word.slice(0, -one.length)));
      return tail ? `${word.slice(0, -tail.length)} ${word.slice(-tail.length)}` : word;
    };
    return query.replace(/[\p{L}\p{N}]+/gu, (word) => (knows(word) ? word : parted(word)));
  }

  /** What the query is about: the row whose expression it holds, and the query without it. */
  aim(query) {
    return longest(this.aims, query);
  }

  /** The query in other words: each meaning of the longest expression that has any. */
  inOtherWords(query) {
    const { row, rest } = longest(this.meanings, query);
    return row ? row.means.map((one) => [one, ...wanted(rest, false)].join(" ")) : [];
  }

  /** Whether the words of a query that are no Swedish ones are English ones of the table, most of them. */
  isEnglish(query, swedish) {
    const foreign = wanted(query).filter((word) => !swedish.has(word));
    const known = foreign.filter((word) => this.englishWords.has(word));
    return known.length > 0 && 2 * foreign.length >= wanted(query).length && 2 * known.length > foreign.length;
  }

  /** An English query in Swedish; what the table does not have is left out and counted. */
  inSwedish(query) {
    const found = [];
    let rest = query;
    for (let left = 4; left; left--) {
      const next = longest(this.english, rest);
      if (!next.row) break;
      found.push(next.row.means);
      rest = next.rest;
    }
    return { found, unknown: wanted(rest, false) };
  }
}
