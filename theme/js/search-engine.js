/* The search: which pages answer a query, best first.

   A page answers when it has all the words of the query, small ones aside, in its name, in what people call it or in its
   text, or most of what matters of them in a name. The rarer a word and the more prominent its place, the more it counts,
   most where the query is what a page is called; what one can do comes before what was said once, unless the query names a
   year, a date, a paragraph or a registration number. Where no page has all the words the page says so, and where no page
   has one of them at most three are shown, or none. */

import { Index, json } from "./search-index.js";
import { Names, namedPage, topicInEnglish } from "./search-names.js";
import { alike, fold, inEnglish, inside, isSmall, named, reference, wanted, words } from "./search-query.js";
import { factor, IN_NAME, matching, PROMINENT, sorted, weighed } from "./search-rank.js";
import { Table } from "./search-table.js";

const FEW = 3; /* hits, where a word of the query is on no page */
const IN_PART = 2; /* for each part of a compound that no page has whole */
const MEANT = 0.9; /* of the points, for a page found by other words of the table */
const IN_ENGLISH = 3; /* for a page in English, beside those found by the Swedish of a query */

/** The search in one language, and beside it that in the other. */
export class Engine {
  static async open(lang) {
    const [index, told] = await Promise.all([Index.open(), json("/api/v1/search-phrases.json")]);
    const engines = { sv: new Engine(index, told, "sv"), en: new Engine(index, told, "en") };
    engines.sv.english = engines.en;
    engines.en.swedish = engines.sv;
    return engines[lang];
  }

  constructor(index, told, lang) {
    this.index = index;
    this.lang = lang;
    this.group = (number) => index.group(number);
    this.table = new Table(told.phrases);
    this.synonyms = lang === "sv" ? told.synonyms : {};
    const pages = index.core.rows.filter((row) => this.group(row[0]).lang === lang).map(namedPage);
    this.names = new Names(lang === "en" ? [...pages, ...told.topics_en.map(topicInEnglish)] : pages, this.group);
  }

  /** What a hit shows. */
  async shown({ number }) {
    return (number < 0 ? null : await this.index.shown(number)) ?? { ...this.group(number), ...this.names.byNumber.get(number) };
  }

  topicsOf() {
    return this.index.topicsOf();
  }

  suggest(text) {
    return this.names.suggest(text, (number) => factor(this.group(number), null, false));
  }

  nearestTopic(query) {
    return this.names.nearestTopic(query);
  }

  // -- words ------------------------------------------------------------------------------------------------

  /** Every page that has a word: number → how much it counts there, 0 to 10. */
  async having(word) {
    const own = fold(word) === word ? fold : (term) => term; /* `får` is not `far`, but `far` may mean `får` */
    const found = new Map();
    const add = (number, points) => points > (found.get(number) ?? 0) && found.set(number, points);
    let whole = 0;
    let common = false;
    for (const [term, [count, ...rest]] of Object.entries(await this.index.beside(word))) {
      const much = alike(word, own(term)) * (own(term) === term ? 1 : 0.95);
      if (!much) continue;
      if (much >= 0.85) whole += count;
      common ||= rest.length < 2 * count; /* the file tells of those alone where the word weighs most */
      for (let index = 0, number = 0; index < rest.length; index += 2) {
        number += rest[index];
        add(number, much * rest[index + 1]);
      }
    }
    const { name, known } = this.index.core.weights;
    for (const [one, places] of this.names.places) {
      const much = inside(word, own(one));
      if (much) for (const [number, inTitle] of places) add(number, much * (inTitle ? name : known));
    }
    for (const number of [...found.keys()]) if (number >= 0 && this.group(number).lang !== this.lang) found.delete(number);
    const rarity = Math.sqrt(Math.log(1 + this.index.core.pages / Math.max(1, whole, found.size)));
    return { word, plain: fold(word), found, common, rarity };
  }

  /** A word with what the vocabulary says of it, in its parts where no page has it whole. */
  async list(word) {
    const list = await this.having(word);
    for (const other of this.synonyms[word] ?? []) await this.add(list, words(other).filter((one) => !isSmall(one)), 0.35, 4);
    const named = [...list.found.values()].some((much) => much >= PROMINENT);
    if (named || list.found.size > FEW) return list;
    const before = list.found.size;
    await this.add(list, this.names.parted(word), 0.6, 9, IN_PART);
    if (list.found.size > before) return list;
    const part = this.names.part(word);
    await this.add(list, part ? [part] : [], 0.6, 9, PROMINENT);
    return { ...list, guessed: !before || list.found.size > before };
  }

  /** Add the pages that have all of `others` to those of a word, for less. */
  async add(list, others, share, most, least = 0) {
    if (!others.length) return;
    const lists = await Promise.all(others.map((one) => this.having(one)));
    for (const [number] of lists[0].found) {
      const much = Math.min(...lists.map((one) => one.found.get(number) ?? 0));
      const points = Math.min(most, share * much + 1);
      if (much > least && points > (list.found.get(number) ?? 0)) list.found.set(number, points);
    }
  }

  // -- queries ----------------------------------------------------------------------------------------------

  /** The hits of a query, best first, and what must be said of how they were found. */
  async find(query) {
    if (this.swedish) return this.inEnglish(query);
    const first = await this.meant(query);
    const english = inEnglish(query) || this.table.isEnglish(query, this.names.places);
    const foreign = english || !first.hits.length ? await this.english.inEnglish(query) : null;
    if (foreign?.hits.length && (english || !foreign.unknown)) return { ...foreign, english: true };
    if (first.hits.length && !first.some) return first;
    return (await this.corrected(query, first)) ?? (first.lists.some((list) => list.guessed) ? few(first) : first);
  }

  /** The answer to a query with its unknown words as they may have been meant; null where there is no such. */
  async corrected(query, first) {
    const unknown = first.lists.filter((list) => list.guessed).map((list) => list.word);
    const wrong = unknown.map((word) => [word, this.names.correction(word)]).filter(([, right]) => right);
    if (!wrong.length) return null;
    const better = wrong.reduce((text, [from, to]) => replaced(text, from, to), query.toLowerCase());
    const second = await this.meant(better);
    if (!second.hits.length || second.some) return null;
    const nothing = !first.hits.length || first.lists.some((list) => list.guessed && list.found.size);
    return nothing ? { ...second, corrected: better, wrong } : { ...few(first), suggestion: better };
  }

  /** The hits of a query and of what the table says that it means. */
  async meant(query) {
    const [first, ...others] = await Promise.all([query, ...this.table.inOtherWords(query)].map((one) => this.hits(one)));
    const good = others.filter((one) => one.hits.length && (!one.some || first.some));
    if (!good.length) return first;
    const hits = first.some && good.some((one) => !one.some) ? [] : [first];
    return { ...(hits.length ? first : good[0]), query, hits: merged([[first, 1], ...good.map((one) => [one, MEANT])], this.group) };
  }

  /** An English query: the pages in English, and the Swedish ones that the table has its words for. */
  async inEnglish(query) {
    const own = await this.hits(query);
    const { found, unknown } = this.table.inSwedish(query);
    const queries = found.length === 1 ? found[0] : found.length ? [found.map(([first]) => first).join(" ")] : [];
    const others = await Promise.all(queries.map((one) => this.swedish.hits(one)));
    const topics = new Set(own.hits.map(({ number }) => this.names.byNumber.get(number)?.url));
    const good = others.map((one) => ({ ...one, hits: one.hits.filter(({ number }) => !topics.has(this.swedish.names.byNumber.get(number)?.url)) }));
    const whole = [own, ...good].filter((one) => one.hits.length && !one.some);
    const hits = merged([own, ...(whole.length ? good.filter((one) => !one.some) : good)].map((one) => [one, one !== own ? MEANT : own.some ? 1 : IN_ENGLISH]), this.group);
    const missed = !whole.length || (own.some && unknown.length > 0);
    return { ...own, hits: missed ? hits.slice(0, FEW) : hits, some: missed, unknown: missed && unknown.length > 0 };
  }

  async hits(told) {
    const query = this.table.unpacked(told, (word) => this.names.knows(word));
    const number = reference(query);
    if (number) {
      const list = await this.having(number);
      if (list.found.size) return { query, lists: [list], some: false, hits: sorted([...list.found].map(([page, points]) => ({ number: page, points })), this.group) };
    }
    const when = named(query);
    const said = Boolean(when.date || when.year || when.paragraph);
    const { row, rest, used } = this.table.aim(query);
    const body = this.names.body(query);
    let asked = this.names.joined(wanted(rest, !row?.first.length));
    if (said) asked = asked.filter((word) => !/^\d+$/.test(word) && word !== "paragraf");
    if (said && body) asked = asked.filter((word) => !` ${body.name} `.includes(` ${fold(word)} `));
    if (!asked.length && !said) asked = wanted(query);
    const lists = await Promise.all(asked.map((word) => this.list(word)));
    let { hits, some } = matching(lists, this.names);
    for (const word of [...(row?.words ?? []), ...used.filter((one) => !isSmall(one))]) hits = more(hits, await this.having(word));
    if (said) {
      const only = await this.saidIn(when, body, asked.length ? hits : null);
      if (!only.length) return this.without(when, query);
      [hits, some] = [only, false];
    }
    const texts = said ? [query] : [query, rest, asked.join(" ")];
    const weighedHits = weighed(hits, { texts, lists, row, said, some, names: this.names, group: this.group });
    return { query, lists, row, some: (some || lists.some((list) => list.guessed)) && !row?.first.length, hits: sorted(this.withFirst(weighedHits, row, !wanted(rest, false).length), this.group) };
  }

  /** The hits of a query without its date, year and paragraph, those that tell of the year before others. */
  async without({ year }, query) {
    const told = await this.hits(unsaid(query));
    return { ...told, hits: year ? sorted(more(told.hits, await this.having(year), 1), this.group) : told.hits, some: true };
  }

  /** The pages that the table puts first, where nothing else is called what is asked for beside its expression. */
  withFirst(hits, row, alone) {
    const found = new Map(hits.map((hit) => [hit.number, hit]));
    const first = (row?.first ?? []).map((url) => this.names.pages.find((one) => one.url === url)).filter(Boolean);
    const [top, next] = [...hits].sort((a, b) => b.points - a.points);
    for (const [place, { number }] of first.entries()) {
      const own = found.get(number);
      const before = alone || !top || top.best < PROMINENT || (own?.covered > 0.999 && own.best >= IN_NAME);
      const points = before ? (top?.points ?? 10) * 1.1 : Math.max(top.points * 0.95, ((next?.points ?? 0) + top.points) / 2);
      found.set(number, { covered: 1, ...own, number, points: points - place / 100 });
    }
    return [...found.values()];
  }

  /** What was said on a day, in a year, under a paragraph, by a committee: of `hits`, or of all where that is null. */
  async saidIn({ date, year, paragraph }, body, hits) {
    const terms = [];
    if (date) terms.push(date.replaceAll("-", ""));
    if (paragraph) terms.push(year ? `${year}paragraf${paragraph}` : `paragraf${paragraph}`);
    if (!terms.length) terms.push(year);
    const lists = await Promise.all(terms.map((term) => this.having(term)));
    const points = hits && new Map(hits.map((hit) => [hit.number, hit.points]));
    return [...lists[0].found]
      .filter(([number]) => lists.every((list) => list.found.has(number)) && (!points || points.has(number)))
      .filter(([number]) => (!year || this.group(number).year === year) && (!body || this.group(number).body === body.title))
      .map(([number, much]) => ({ number, points: (points?.get(number) ?? 1) + much / 10 + (this.group(number).kind === "Beslut" ? 3 : 0) }));
  }
}

/** The best of an answer of which a word is on no page. */
const few = (answer) => ({ ...answer, hits: answer.hits.slice(0, FEW), some: true });

/** The hits, those with more where they have a word too that nobody asked for. */
function more(hits, { found }, share = 0.3) {
  return hits.map((hit) => ({ ...hit, points: hit.points + (found.get(hit.number) ?? 0) * share }));
}

/** The hits of several answers, each page by the answer that it suits best. */
function merged(answers, group) {
  const found = new Map();
  for (const [answer, share] of answers) {
    for (const hit of answer.hits) {
      const points = hit.points * share;
      if (points > (found.get(hit.number)?.points ?? 0)) found.set(hit.number, { ...hit, points });
    }
  }
  return sorted([...found.values()], group);
}

/** A query without its dates, years and paragraphs. */
const unsaid = (query) => query.replace(/§\s*\d*|\bparagraf\b|\d+(-\d+)*/gi, " ").trim();

/** A query with a word in place of another. */
const replaced = (query, word, other) => query.replace(new RegExp(`(?<![\\p{L}\\p{N}])${word}(?![\\p{L}\\p{N}])`, "u"), other);
