/* The search page: best bets first, then Pagefind's hits, with the words of the vocabularies for everyday ones. */

import { bets, correction, decisionWords, queries, words } from "./search-words.js";

const STEP = 20;
const LANG = document.documentElement.lang;
const TITLES = LANG === "sv" ? { typ: "Slag", ämne: "Ämne", organ: "Organ" } : {};

const form = document.getElementById("sokform");
const says = JSON.parse(form.dataset.says);
const input = document.getElementById("q");
const status = document.getElementById("antal");
const list = document.getElementById("traffar");
const more = document.getElementById("fler");
const filterBox = document.getElementById("filter");
const help = document.getElementById("hjalp-utan");

let chosen = {};
let rest = [];
let turn = 0;

const json = async (address) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
};
let loading;
const load = () =>
  (loading ??= Promise.all([
    import("/pagefind/pagefind.js").then(async (pagefind) => {
      await pagefind.options({ ranking: { termFrequency: 0.6 } });
      await pagefind.init();
      await pagefind.filters(); /* so that each answer says how many there are of each */
      return pagefind;
    }),
    json("/api/v1/best-bets.json").then((all) => all.filter((bet) => (bet.lang ?? "sv") === LANG)),
    LANG === "sv" ? json("/api/v1/search-synonyms.json") : {},
  ]));

const say = (key, parts = {}) => says[key].replace(/\{(\w+)\}/g, (_, name) => parts[name]);

function row(hit) {
  const item = document.createElement("li");
  const heading = document.createElement("h2");
  const link = document.createElement("a");
  link.href = hit.url;
  link.textContent = hit.title;
  heading.append(link);
  const kind = document.createElement("p");
  kind.className = "meta";
  kind.textContent = hit.kind ? hit.kind[0].toUpperCase() + hit.kind.slice(1) : "";
  const summary = document.createElement("p");
  summary.textContent = hit.summary ?? "";
  item.append(heading, ...(hit.kind ? [kind] : []), summary);
  return item;
}

async function showMore(focus) {
  const part = rest.splice(0, STEP);
  const mine = turn;
  const data = await Promise.all(part.map(async (hit) => hit.data ? fromPagefind(await hit.data()) : hit));
  if (mine !== turn) return;
  const rows = data.map(row);
  list.append(...rows);
  more.hidden = rest.length === 0;
  if (focus) rows[0]?.querySelector("a").focus();
}

function fromPagefind(data) {
  return {
    url: data.url,
    title: data.meta.title,
    kind: LANG === "sv" ? data.filters?.typ?.[0] : "",
    summary: data.meta.summary ?? data.plain_excerpt,
  };
}

function filters(found) {
  const open = filterBox.querySelector("details")?.open ?? matchMedia("(min-width: 60em)").matches;
  const focused = document.activeElement?.id;
  const details = document.createElement("details");
  details.open = open;
  const summary = document.createElement("summary");
  summary.textContent = say("narrow");
  details.append(summary);
  for (const [name, title] of Object.entries(TITLES)) {
    const values = Object.entries(found[name] ?? {})
      .filter(([value, count]) => count > 0 || chosen[name]?.includes(value))
      .sort((a, b) => b[1] - a[1])
      .slice(0, 12);
    if (!values.length) continue;
    const set = document.createElement("fieldset");
    const legend = document.createElement("legend");
    legend.textContent = title;
    set.append(legend);
    values.forEach(([value, count], index) => {
      const label = document.createElement("label");
      const box = document.createElement("input");
      box.type = "checkbox";
      box.id = `${name}-${index}`;
      box.name = name;
      box.value = value;
      box.checked = chosen[name]?.includes(value) ?? false;
      box.addEventListener("change", () => {
        chosen[name] = [...set.querySelectorAll("input:checked")].map((one) => one.value);
        if (!chosen[name].length) delete chosen[name];
        search();
      });
      label.append(box, `${value} (${count})`);
      set.append(label);
    });
    details.append(set);
  }
  filterBox.replaceChildren(...(details.children.length > 1 ? [details] : []));
  if (focused && focused.match(/-\d+$/)) document.getElementById(focused)?.focus();
}

async function hits(pagefind, asked, only = {}) {
  const chosenNow = Object.fromEntries(Object.entries(chosen).map(([name, values]) => [name, { any: values }]));
  const answers = await Promise.all(asked.map((one) => pagefind.search(one, { filters: { ...only, ...chosenNow } })));
  return { found: unique(answers.flatMap((answer) => answer.results)), counts: answers[0].filters };
}

function unique(results) {
  const seen = new Set();
  return results.filter((hit) => !seen.has(hit.id) && seen.add(hit.id));
}

/** What to search for in place of a query with words that are nowhere on the site; null where nothing is near. */
async function corrected(pagefind, allBets, query, wanted) {
  const counts = await Promise.all(wanted.map(async (word) => (await pagefind.search(`"${word}"`)).results.length));
  let better = query;
  for (const word of wanted.filter((_, index) => counts[index] === 0)) {
    const near = correction(allBets, word);
    if (near) better = better.toLowerCase().replace(word, near);
  }
  return better === query ? null : better;
}

/** Everything that answers a query: the best bets, Pagefind's hits, and a note on how they were found. */
async function answer(query) {
  const [pagefind, allBets, synonyms] = await load();
  const wanted = words(query);
  const narrowed = Object.keys(chosen).length > 0;
  const first = bets(allBets, query);
  if (!first.length) {
    const better = await corrected(pagefind, allBets, query, wanted);
    if (better) return { ...(await answer(better)), note: say("instead", { wrong: query, right: better }) };
  }
  const { found, counts } = await hits(pagefind, queries(query, wanted, synonyms));
  const asked = decisionWords(query);
  const decisions = asked.length && !narrowed ? (await hits(pagefind, asked, { typ: "Beslut" })).found : [];
  if (first.length + found.length + decisions.length || wanted.length < 2 || narrowed) {
    const named = decisions.length && asked[0] !== query; /* a § is no year */
    return { first: narrowed || named ? [] : first, found: unique([...decisions, ...found]), counts, note: "" };
  }
  const some = await hits(pagefind, wanted);
  return { first: [], ...some, note: some.found.length ? say("some") : "" };
}

async function search() {
  const query = input.value.trim();
  const mine = ++turn;
  document.title = (query ? `${query} – ` : "") + document.title.replace(/^.* – (?=S(ök|earch))/, "");
  if (!query) return clear();
  status.textContent = say("busy");
  try {
    const { first, found, counts, note } = await answer(query);
    if (mine !== turn) return;
    const data = await Promise.all(found.slice(0, STEP).map((hit) => hit.data()));
    if (mine !== turn) return;
    const top = new Set(first.map((bet) => bet.url));
    const others = data.map(fromPagefind).filter((hit) => !top.has(hit.url));
    list.replaceChildren();
    rest = [...first, ...others, ...found.slice(STEP)];
    const count = first.length + others.length + Math.max(0, found.length - STEP);
    const total = say(count === 0 ? "none" : count === 1 ? "one" : "many", { n: count, q: query });
    status.textContent = note ? `${total} ${note}` : total;
    filters(counts);
    help.hidden = count > 0;
    await showMore(false);
  } catch (error) {
    console.warn(error);
    clear();
    status.textContent = say("failed");
  }
}

function clear() {
  list.replaceChildren();
  filterBox.replaceChildren();
  status.textContent = "";
  rest = [];
  more.hidden = true;
  help.hidden = false;
}

function fromAddress() {
  input.value = new URLSearchParams(location.search).get("q") ?? "";
  chosen = {};
  search();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  chosen = {};
  const query = input.value.trim();
  history.pushState(null, "", query ? `?q=${encodeURIComponent(query)}` : location.pathname);
  search();
});
addEventListener("popstate", fromAddress);
more.addEventListener("click", () => showMore(true));
fromAddress();
