/* What the pages that one comes to do something on are called: titles and search words. They serve suggestions,
   compounds, misspelt words, committees and the nearest topic. */

import { alike, distance, fold, inside, isSmall, stem, wanted, words } from "./search-query.js";

const LONG = 5; /* letters; a shorter word of a title says too little alone */

/** A page of the core: its names as plain words, and all their words, those of the title first. */
export function namedPage([number, title, url, known]) {
  const told = [title, ...(known ? known.split("|") : [])].map(words);
  const names = told.map((one) => one.map(fold));
  return { number, title, url, names, phrases: names.map((one) => one.join(" ")), words: told.flat(), titled: told[0].length };
}

/** A topic's page, which is in Swedish, by its English name. */
export function topicInEnglish([name, url], index) {
  const page = namedPage([-1 - index, name, url, ""]);
  return { ...page, title: `${name} (in Swedish)`, summary: "", kind: "", lang: "sv" };
}

export class Names {
  constructor(pages, groupOf) {
    this.pages = pages;
    this.groupOf = groupOf;
    this.byNumber = new Map(pages.map((page) => [page.number, page]));
    this.bodies = pages.filter((page) => groupOf(page.number).kind === "Organ");
    this.places = new Map(); /* word → the pages that have it in a name, and whether in the title */
    this.whole = new Set(pages.flatMap((page) => page.names.flatMap((name, place) => name.filter((word) => name.length === 1 || (!place && word.length > LONG))).map(stem)));
    for (const page of pages) {
      page.words.forEach((word, place) => {
        if (!this.places.has(word)) this.places.set(word, []);
        this.places.get(word).push([page.number, place < page.titled]);
      });
    }
    this.vocabulary = [...this.places.keys()].filter((word) => word.length > 2);
    this.plain = new Set(this.vocabulary.map(fold));
    this.stems = new Set([...this.plain].map(stem));
  }

  /** The pages whose names hold every word that is typed, the last one as far as it goes. */
  suggest(text, factor) {
    const typed = words(text).map(fold);
    const last = typed[typed.length - 1] ?? "";
    const whole = typed.slice(0, -1).filter((word) => !isSmall(word));
    const found = [];
    for (const page of this.pages) {
      const plain = page.names.flat();
      const at = plain.findIndex((word) => word.startsWith(last));
      if (at < 0 || !whole.every((word) => plain.some((one) => alike(word, one) > 0))) continue;
      const name = page.phrases.findIndex((one) => one.startsWith(typed.join(" ")));
      const points = (at < page.titled ? 3 : 1) + (name === 0 ? 4 : name > 0 ? 2 : 0);
      found.push({ page, points: points * factor(page.number) });
    }
    found.sort((a, b) => b.points - a.points || a.page.title.localeCompare(b.page.title, "sv"));
    return found.slice(0, 6).map(({ page }) => ({ ...page, kind: this.groupOf(page.number).kind }));
  }

  /** The topic that has most of a query's words in its names; null where none has any. */
  nearestTopic(query) {
    const asked = wanted(query).map(fold);
    let best = { points: 0.5, page: null };
    for (const page of this.pages) {
      if (this.groupOf(page.number).kind !== "Ämne") continue;
      const plain = page.names.flat();
      const points = asked.reduce((sum, word) => sum + Math.max(0, ...plain.map((one) => inside(word, one))), 0);
      if (points > best.points) best = { points, page };
    }
    return best.page;
  }

  /** The committee or unit that a query names, by title or by what people call it. */
  body(query) {
    const text = ` ${words(query).map(fold).join(" ")} `;
    let best = null;
    for (const page of this.bodies) {
      for (const name of page.phrases) {
        if (name.length > (best?.name.length ?? 1) && text.includes(` ${name} `)) best = { title: page.title, name };
      }
    }
    return best;
  }

  /** Whether a word is known whole, save for its ending. */
  knows(word) {
    return this.stems.has(stem(fold(word)));
  }

  /** A compound as two words of the site's: `förskoleavgift` as `förskole`, `avgift`; empty where it is none. */
  parted(word) {
    const knows = (part) => !isSmall(part) && [part, part.replace(/s$/, "")].some((one) => this.knows(one));
    for (let at = word.length - 3; at >= 3; at--) {
      const parts = [word.slice(0, at), word.slice(at)];
      if (parts.every(knows) && (parts[1].length > 3 || this.plain.has(fold(parts[1])))) return parts;
    }
    return [];
  }

  /** What is known of a compound that is none of the site's: the longest word that it begins or else ends with. */
  part(word) {
    const plain = fold(word);
    for (let at = plain.length - 3; at >= 5; at--) {
      for (const one of [plain.slice(0, at), at > 5 ? plain.slice(-at) : ""]) if (this.plain.has(one) || (at > 5 && this.stems.has(stem(one)))) return one;
    }
    return "";
  }

  /** Words written apart that the site writes as one: `anslags tavla`. */
  joined(asked) {
    const found = [...asked];
    for (let index = 0; index + 1 < found.length; index++) {
      const whole = found[index] + found[index + 1];
      if (this.knows(whole)) found.splice(index, 2, whole);
    }
    return found;
  }

  /** The known word nearest to one that no page has; empty where none is near. */
  correction(word) {
    if (word.length < 4 || isSmall(word) || /\d/.test(word)) return "";
    const most = word.length < 7 ? 1 : word.length < 9 ? 1.5 : word.length < 11 ? 2 : 3;
    const mine = fold(word);
    let best = ["", most + 0.3];
    for (const one of this.vocabulary) {
      if (Math.abs(one.length - word.length) > most + 1) continue;
      const its = fold(one);
      let far = Math.min(distance(mine, its, most), distance(stem(mine), stem(its), most) + 0.2) + (its[0] === mine[0] ? 0 : 0.5);
      if (far < best[1] && distance(word, one, most) > far) far += 0.5; /* dots besides: `vargar` is not `vägar` */
      if (far < best[1]) best = [one, far];
    }
    return best[0];
  }
}
