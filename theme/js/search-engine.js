/* The search: which pages answer a query, best first.

   A page answers when it has all the words of the query, small ones aside, in its name, in what people call it or
   in its text. The rarer a word and the more prominent its place, the more it counts; what one can do comes before
   what was said once, unless the query names a year, a date, a paragraph or a registration number. Where no page
   has all the words, those with most of what matters in them are shown, and the page says so; where that is too little
   of the query, nothing is. */

import { alike, distance, fileOf, fold, inEnglish, inside, isSmall, named, reference, stem, words } from "./search-query.js";

const FOLDER = "/sok/index/";
const ENOUGH = 0.4; /* of the weight of the words that any page has, where no page has them all */
const SHARE = 0.82; /* of one word's even share of the weight of all, those that no page has too */
const MOST = 0.6; /* the same, beside pages that have them all */
const IN_NAME = 7; /* a word in a name or a search word, nearly as it was asked for */
const PROMINENT = 4; /* a word in a summary, a search word or a name */
const IN_SWEDISH = { kind: "", body: "", year: "", lang: "en" };
const KINDS = {
  Tjänst: 1.4, Fråga: 1.12, "E-tjänst": 1.1, Sida: 1.05, Kontakt: 1, Trygghetsråd: 1, Plats: 0.95, Organ: 0.95, Ämne: 0.9,
  Ansvarsområde: 0.95, Driftinformation: 0.8, Anslag: 0.6, Nyhet: 0.6, Granskning: 0.6, Beslut: 0.5, Möte: 0.45,
}; /* lists have no kind */

const json = async (address) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
};

/** The index of one language; its files are fetched when they are needed, and once. */
export class Engine {
  static async open(lang) {
    const [core, phrases] = await Promise.all([json(`${FOLDER}core.json`), json("/api/v1/search-phrases.json")]);
    return new Engine(core, phrases, lang);
  }

  constructor(core, phrases, lang) {
    this.core = core;
    this.lang = lang;
    this.groups = new Map(Object.entries(core.groups).map(([id, [kind, body, year, of]]) => [Number(id), { kind, body, year, lang: of }]));
    this.phrases = lang === "sv" ? phrases.phrases : [];
    this.synonyms = lang === "sv" ? phrases.synonyms : {};
    this.pages = core.rows.filter((row) => this.group(row[0]).lang === lang).map(named_page);
    if (lang === "en") this.pages.push(...phrases.topics_en.map(topicInEnglish));
    this.bodies = this.pages.filter((page) => this.group(page.number).kind === "Organ");
    this.vocabulary = new Set(this.pages.flatMap((page) => page.words.filter((word) => word.length > 2)));
    this.stems = new Set([...this.vocabulary].map((word) => stem(fold(word))));
    this.files = new Map();
    this.chunks = new Map();
    if (lang === "sv") this.english = new Engine(core, phrases, "en");
  }

  /** Kind, committee, year and language of a page. */
  group(number) {
    return this.groups.get(Math.floor(number / this.core.slots)) ?? IN_SWEDISH;
  }

  words(file) {
    if (!this.files.has(file)) this.files.set(file, json(`${FOLDER}ord/${file}.json`).catch(() => ({})));
    return this.files.get(file);
  }

  /** What a hit shows. */
  async shown({ number }) {
    if (number < 0) return this.pages.find((page) => page.number === number);
    const chunk = Math.floor(number / this.core.together);
    if (!this.chunks.has(chunk)) this.chunks.set(chunk, json(`${FOLDER}sidor/${chunk}.json`));
    const [title, url, summary, date] = (await this.chunks.get(chunk))[number] ?? [];
    return { title, url, summary, date, ...this.group(number) };
  }

  /** The number of a page → its topics. */
  async topicsOf() {
    this.topics ??= json(`${FOLDER}amnen.json`).then((lists) => {
      const found = new Map();
      for (const [topic, steps] of Object.entries(lists)) {
        let number = 0;
        for (const step of steps) found.set((number += step), [...(found.get(number) ?? []), topic]);
      }
      return found;
    });
    return this.topics;
  }

  /** The pages whose names hold every word that is typed, the last one as far as it goes. */
  suggest(text) {
    const typed = words(text).map(fold);
    const last = typed[typed.length - 1] ?? "";
    const whole = typed.slice(0, -1).filter((word) => !isSmall(word));
    const found = [];
    for (const page of this.pages) {
      const plain = page.words.map(fold);
      const at = plain.findIndex((word) => word.startsWith(last));
      if (at < 0 || !whole.every((word) => plain.some((one) => alike(word, one) > 0))) continue;
      const name = page.names.findIndex((one) => one.startsWith(typed.join(" ")));
      const points = (at < page.titled ? 3 : 1) + (name === 0 ? 4 : name > 0 ? 2 : 0);
      found.push({ page, points: points * this.factor(page.number, null, false) });
    }
    found.sort((a, b) => b.points - a.points || a.page.title.localeCompare(b.page.title, "sv"));
    return found.slice(0, 6).map(({ page }) => ({ ...page, kind: this.group(page.number).kind }));
  }

  /** The topic that has most of a query's words in its names; null where none has any. */
  nearestTopic(query) {
    const asked = wanted(query);
    let best = { points: 0.5, page: null };
    for (const page of this.pages) {
      if (this.group(page.number).kind !== "Ämne") continue;
      const points = asked.reduce((sum, word) => sum + Math.max(0, ...page.words.map((one) => inside(word, one))), 0);
      if (points > best.points) best = { points, page };
    }
    return best.page;
  }

  // -- words ------------------------------------------------------------------------------------------------

  /** Every page that has a word: number → how much it counts there, 0 to 10. */
  async having(word) {
    const own = fold(word) === word ? fold : (term) => term; /* `får` is not `far`, but `far` may mean `får` */
    const found = new Map();
    const add = (number, points) => points > (found.get(number) ?? 0) && found.set(number, points);
    let whole = 0;
    for (const [term, [count, ...rest]] of Object.entries(await this.words(fileOf(word)))) {
      const much = alike(word, own(term)) * (own(term) === term ? 1 : 0.95);
      if (!much) continue;
      if (much >= 0.85) whole += count;
      for (let index = 0, number = 0; index < rest.length; index += 2) {
        number += rest[index];
        add(number, much * rest[index + 1]);
      }
    }
    const { name, known } = this.core.weights;
    for (const page of this.pages) {
      page.words.forEach((one, place) => {
        const much = inside(word, own(one));
        if (much) add(page.number, much * (place < page.titled ? name : known));
      });
    }
    for (const number of [...found.keys()]) if (this.group(number).lang !== this.lang) found.delete(number);
    return { word, found, rarity: Math.sqrt(Math.log(1 + this.core.pages / Math.max(1, whole, found.size))) };
  }

  /** A word with what the vocabulary says of it, in its parts where no page has it whole, `loose` by its last part. */
  async list(word, loose) {
    const list = await this.having(word);
    for (const other of this.synonyms[word] ?? []) await this.add(list, words(other).filter((one) => !isSmall(one)), 0.35, 4);
    if (!list.found.size) await this.add(list, this.parted(word), 0.6, 9);
    if (loose && !list.found.size) {
      for (let at = 3; !list.found.size && word.length - at >= 6; at++) await this.add(list, [word.slice(at)], 0.9, 8, IN_NAME / 2);
      if (list.found.size) list.rarity /= 2;
    }
    return list;
  }

  /** Add the pages that have all of `others` to those of a word, for less. */
  async add(list, others, share, most, least = 0) {
    if (!others.length) return;
    const lists = await Promise.all(others.map((one) => this.having(one)));
    for (const { number } of this.matching(lists).hits) {
      const much = Math.min(...lists.map((one) => one.found.get(number) ?? 0));
      const points = Math.min(most, share * much + 1);
      if (much >= least && points > (list.found.get(number) ?? 0)) list.found.set(number, points);
    }
  }

  /** A compound as two words of the site's: `förskoleavgift` as `förskole`, `avgift`; empty where it is none. */
  parted(word) {
    const knows = (part) => !isSmall(part) && [part, part.replace(/s$/, "")].some((one) => this.stems.has(stem(fold(one))));
    for (let at = word.length - 3; at >= 3; at--) {
      const parts = [word.slice(0, at), word.slice(at)];
      if (parts.every(knows)) return parts;
    }
    return [];
  }

  /** Words written apart that the site writes as one: `anslags tavla`. */
  joined(asked) {
    const found = [...asked];
    for (let index = 0; index + 1 < found.length; index++) {
      const whole = found[index] + found[index + 1];
      if (this.stems.has(stem(fold(whole)))) found.splice(index, 2, whole);
    }
    return found;
  }

  /** The known word nearest to one that no page has; empty where none is near. */
  correction(word) {
    if (word.length < 4 || isSmall(word) || /\d/.test(word)) return "";
    const most = word.length < 7 ? 1 : 2;
    let best = ["", most + 0.5];
    for (const one of this.vocabulary) {
      let far = distance(fold(word), fold(one), most) + (fold(one[0]) === fold(word[0]) ? 0 : 0.5);
      if (far < best[1] && distance(word, one, most) > far) far += 0.5; /* dots besides: `vargar` is not `vägar` */
      if (far < best[1]) best = [one, far];
    }
    return best[0];
  }

  // -- queries ----------------------------------------------------------------------------------------------

  /** The hits of a query, best first, and what must be said of how they were found. */
  async find(query) {
    const first = await this.hits(query);
    if (first.hits.length && !first.some && !(this.english && inEnglish(query))) return first;
    const unknown = first.lists.filter((list) => !list.found.size).map((list) => list.word);
    const foreign = this.english ? await this.english.hits(query) : null;
    const clearer = foreign && unheard(foreign) < unheard(first);
    if (foreign?.hits.length && !foreign.some && (!first.hits.length || clearer || inEnglish(query))) return { ...foreign, english: true };
    if (first.hits.length && !first.some) return first;
    const wrong = unknown.map((word) => [word, this.correction(word)]).filter(([, right]) => right);
    const better = wrong.reduce((text, [from, to]) => replaced(text, from, to), query.toLowerCase());
    const second = wrong.length ? await this.hits(better) : first;
    if (second.hits.length && !second.some) return first.hits.length ? { ...first, suggestion: better } : { ...second, corrected: better, wrong };
    if (first.hits.length || !unknown.length) return worthwhile(first);
    if (foreign?.hits.length) return { ...foreign, english: true };
    if (unknown.length > 1) return first; /* two guesses are none */
    return worthwhile({ ...(await this.hits(query, true)), some: true });
  }

  async hits(query, loose = false) {
    const number = reference(query);
    if (number) {
      const list = await this.having(number);
      if (list.found.size) return { query, lists: [list], some: false, hits: sorted([...list.found].map(([page, points]) => ({ number: page, points })), this) };
    }
    const when = named(query);
    const { row, rest } = this.phrase(query);
    const body = this.body(query);
    const said = Boolean(when.date || when.year || when.paragraph);
    let asked = this.joined(row?.first.length ? words(rest).filter((word) => !isSmall(word)) : wanted(rest));
    if (said) asked = asked.filter((word) => !/^\d+$/.test(word) && word !== "paragraf");
    if (said && body) asked = asked.filter((word) => !` ${body.name} `.includes(` ${fold(word)} `));
    if (!asked.length && !said) return this.only(query, row);
    const lists = await Promise.all(asked.map((word) => this.list(word, loose)));
    let { hits, some } = this.matching(lists);
    for (const word of row?.words ?? []) hits = this.more(hits, await this.having(word));
    if (said) {
      const only = await this.saidIn(when, body, asked.length ? hits : null);
      if (only.length) [hits, some] = [only, false];
      else if (!hits.length) return { ...(await this.hits(unsaid(query))), some: true };
    }
    return { query, lists, row, some, hits: sorted(this.weighed(hits, { query, rest, row, said, some }), this) };
  }

  /** A query that is nothing but an expression of the table: its pages first, then what has its words. */
  async only(query, row) {
    const lists = await Promise.all(wanted(query).map((word) => this.list(word)));
    const { hits, some } = this.matching(lists);
    const all = this.weighed(some && row?.first.length ? [] : hits, { query, rest: query, row, said: false, some: row?.first.length ? true : some });
    return { query, lists, row, some: some && !row?.first.length, hits: sorted(all, this) };
  }

  /** The pages that have all the words; where none has, those where most of what is known of them is in names. */
  matching(lists) {
    const points = new Map();
    for (const { found, rarity } of lists) {
      for (const [number, much] of found) {
        const one = points.get(number) ?? { number, points: 0, covered: 0, best: 0 };
        points.set(number, { number, points: one.points + much * rarity, covered: one.covered + rarity, best: Math.max(one.best, much) });
      }
    }
    const all = [...points.values()];
    const weight = lists.reduce((sum, list) => sum + list.rarity, 0);
    const whole = all.filter((one) => one.covered >= weight * 0.999);
    if (lists.length < 2 || (lists.length === 2 && whole.length)) return { hits: whole, some: false };
    if (whole.length) {
      const most = all.filter((one) => one.covered >= weight * MOST && one.best >= IN_NAME);
      return { hits: [...new Set([...whole, ...most])].map((one) => ({ ...one, points: one.points * (one.covered / weight) ** 2 })), some: false };
    }
    const known = lists.filter((list) => list.found.size).reduce((sum, list) => sum + list.rarity, 0);
    const most = all.filter((one) => one.covered >= known * ENOUGH && one.best >= IN_NAME);
    return { hits: most.map((one) => ({ ...one, points: one.points * (one.covered / known) ** 2 })), some: true };
  }

  /** The hits, those with more where they have a word too that nobody asked for. */
  more(hits, { found, rarity }) {
    return hits.map((hit) => ({ ...hit, points: hit.points + (found.get(hit.number) ?? 0) * rarity * 0.5 }));
  }

  /** What the query is about by the editors' table: the row whose expression it holds, and the query without it. */
  phrase(query) {
    const text = ` ${words(query).join(" ")} `;
    const own = fold(text) === text ? fold : (one) => one; /* `overklaga` is `överklaga` */
    let found = { row: null, rest: query, length: 0 };
    for (const row of this.phrases) {
      const phrase = row.phrases.map(own).find((one) => text.includes(` ${one} `));
      if (phrase && phrase.length > found.length) found = { row, rest: text.replace(` ${phrase} `, " ").trim(), length: phrase.length };
    }
    return found;
  }

  /** The committee or unit that a query names, by title or by what people call it. */
  body(query) {
    const text = ` ${words(query).map(fold).join(" ")} `;
    let best = null;
    for (const page of this.bodies) {
      for (const name of page.names) {
        if (name.length > (best?.name.length ?? 1) && text.includes(` ${name} `)) best = { title: page.title, name };
      }
    }
    return best;
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

  /** The points, with what one can do before what was said, and what is called just so before all. */
  weighed(hits, { query, rest, row, said, some }) {
    const found = new Map(hits.map((hit) => [hit.number, { ...hit, points: hit.points * this.factor(hit.number, row, said) }]));
    const asked = new Set([query, rest].flatMap((text) => [words(text), wanted(text)].map((all) => all.map(fold).join(" "))));
    for (const page of some ? [] : this.pages) {
      const place = page.names.findIndex((name) => asked.has(name));
      if (place < 0) continue;
      const hit = found.get(page.number) ?? { number: page.number, points: 0, best: 10 };
      const more = (place ? Math.max(4, 14 - 2 * place) : 24) * this.factor(page.number, row, said);
      found.set(page.number, { ...hit, points: hit.points + more });
    }
    const top = [...found.values()].sort((a, b) => b.points - a.points)[0];
    for (const [place, url] of (row?.first ?? []).entries()) {
      const page = this.pages.find((one) => one.url === url);
      const points = top ? top.points * (top.best >= PROMINENT && !some ? 0.95 : 1.1) : 10;
      if (page) found.set(page.number, { number: page.number, points: points - place / 100 });
    }
    return [...found.values()];
  }

  factor(number, row, said) {
    const { kind, year } = this.group(number);
    const usual = said ? 1 : (KINDS[kind] ?? (year ? 0.5 : 0.9));
    return row?.kinds.includes(kind) ? usual * 1.6 : usual;
  }
}

/** A page of the core: its names as plain words, and all their words, those of the title first. */
function named_page([number, title, url, known]) {
  const told = [title, ...(known ? known.split("|") : [])].map(words);
  return { number, title, url, names: told.map((one) => one.map(fold).join(" ")), words: told.flat(), titled: told[0].length };
}

/** A topic's page, which is in Swedish, by its English name. */
function topicInEnglish([name, url], index) {
  const page = named_page([-1 - index, name, url, ""]);
  return { ...page, title: `${name} (in Swedish)`, summary: "", kind: "", lang: "sv" };
}

/** An answer without the pages that have too little of all that was asked for. */
function worthwhile(answer) {
  const weight = answer.lists.reduce((sum, list) => sum + list.rarity, 0);
  const least = (weight * SHARE) / answer.lists.length;
  return { ...answer, hits: answer.hits.filter(({ covered }) => covered === undefined || covered >= least) };
}

/** How many of the words of a query no page has. */
const unheard = ({ lists }) => lists.filter((list) => !list.found.size).length;

/** A query without its dates, years and paragraphs. */
const unsaid = (query) => query.replace(/§\s*\d*|\bparagraf\b|\d+(-\d+)*/gi, " ").trim();

/** The words of a query, without the smallest. */
export function wanted(query) {
  const all = words(query);
  const kept = all.filter((word) => !isSmall(word));
  return [...new Set(kept.length ? kept : all)];
}

/** A query with a word in place of another. */
const replaced = (query, word, other) => query.replace(new RegExp(`(?<![\\p{L}\\p{N}])${word}(?![\\p{L}\\p{N}])`, "u"), other);

/** Best first; of equals the latest. */
function sorted(hits, engine) {
  const year = (hit) => Number(engine.group(hit.number).year) || 0;
  return hits.sort((a, b) => b.points - a.points || year(b) - year(a) || b.number - a.number);
}
