/* The index as the build wrote it: small files, each fetched when it is needed, and once. */

import { fileOf } from "./search-query.js";

const FOLDER = "/sok/index/";
const NO_GROUP = { kind: "", body: "", year: "", lang: "" };

export const json = async (address) => (await got(address)).json();

async function got(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer;
}

export class Index {
  static async open() {
    const told = await got(`${FOLDER}core.json`);
    return new Index(await told.json(), told.headers.get("X-Saved"));
  }

  /** `saved` is the moment of which the index is, where the service worker answers without network; else null. */
  constructor(core, saved) {
    this.core = core;
    this.saved = saved;
    this.groups = new Map(Object.entries(core.groups).map(([id, [kind, body, year, lang]]) => [Number(id), { kind, body, year, lang }]));
    this.files = new Map();
    this.chunks = new Map();
  }

  /** Kind, committee, year and language of a page. */
  group(number) {
    return this.groups.get(Math.floor(number / this.core.slots)) ?? NO_GROUP;
  }

  /** The words that are in one file with this one: word → how many pages have it, then steps and weights. */
  beside(word) {
    const file = fileOf(word);
    if (!this.files.has(file)) this.files.set(file, json(`${FOLDER}ord/${file}.json`).catch(() => ({})));
    return this.files.get(file);
  }

  /** What a hit shows: title, address, summary, date; null where that is not to be had. */
  async shown(number) {
    const chunk = Math.floor(number / this.core.together);
    if (!this.chunks.has(chunk)) this.chunks.set(chunk, json(`${FOLDER}sidor/${chunk}.json`).catch(() => ({})));
    const told = (await this.chunks.get(chunk))[number];
    if (!told) return null;
    const [title, url, summary, date] = told;
    return { title, url, summary, date, ...this.group(number) };
  }

  /** The number of a page → its topics. */
  async topicsOf() {
    this.topics ??= json(`${FOLDER}amnen.json`).catch(() => ({})).then((lists) => {
      const found = new Map();
      for (const [topic, steps] of Object.entries(lists)) {
        let number = 0;
        for (const step of steps) found.set((number += step), [...(found.get(number) ?? []), topic]);
      }
      return found;
    });
    return this.topics;
  }
}
