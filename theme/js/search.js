/* The search page: best bets first, then Pagefind's hits, with the words of the vocabularies for everyday ones. */

import { alike, bets, correction, decisionWords, fold, marked, queries, replaced, words } from "./search-words.js";

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
const other = document.getElementById("annat-sprak");
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
  const found = unique(answers.flatMap((answer) => answer.results));
  return { found, counts: answers.length === 1 ? answers[0].filters : await counted(pagefind, found) };
}

/** Which pages have each value of each filter; asked for once, without loading any page. */
let having;
async function pages(pagefind) {
  const all = [];
  for (const [name, values] of Object.entries(await pagefind.filters())) {
    for (const value of name in TITLES ? Object.keys(values) : []) {
      const { results } = await pagefind.search(null, { filters: { [name]: value } });
      all.push([name, value, results.map((hit) => hit.id)]);
    }
  }
  return all;
}

/** How many hits have each value of each filter: Pagefind counts those of one query only. */
async function counted(pagefind, found) {
  const ids = new Set(found.map((hit) => hit.id));
  const counts = {};
  for (const [name, value, those] of await (having ??= pages(pagefind))) {
    (counts[name] ??= {})[value] = those.filter((id) => ids.has(id)).length;
  }
  return counts;
}

function unique(results) {
  const seen = new Set();
  return results.filter((hit) => !seen.has(hit.id) && seen.add(hit.id));
}

/** Those of the words that are nowhere on the site. */
async function strange(pagefind, wanted) {
  const counts = await Promise.all(wanted.map(async (word) => (await pagefind.search(`"${word}"`)).results.length));
  return wanted.filter((_, index) => counts[index] === 0);
}

/** What to search for in place of a query with misspelt words, and what to say of each. */
function corrected(allBets, query, unknown) {
  const near = unknown.map((word) => [word, correction(allBets, word)]).filter(([wrong, right]) => right && right !== wrong);
  return {
    better: near.reduce((text, [wrong, right]) => replaced(text, wrong, right), query),
    note: near.map(([wrong, right]) => say("instead", { wrong, right })).join(" "),
  };
}

/** Whether what was found has anything of the words: for nonsense Pagefind finds what begins with the same letter. */
async function related(found, wanted) {
  if (!found.length) return false;
  const there = marked((await found[0].data()).excerpt);
  return wanted.map(fold).some((word) => there.some((one) => alike(word, one) > 0));
}

/** Everything that answers a query: the best bets, Pagefind's hits, and a note on how they were found. */
async function answer(query) {
  const [pagefind, allBets, synonyms] = await load();
  const wanted = words(query);
  const narrowed = Object.keys(chosen).length > 0;
  const first = bets(allBets, query);
  const unknown = first.length ? [] : await strange(pagefind, wanted);
  const { better, note } = corrected(allBets, query, unknown);
  if (note) {
    const other = await answer(better);
    return { ...other, note: other.note ? `${note} ${other.note}` : note };
  }
  const asked = decisionWords(query);
  const terms = queries(query, wanted, synonyms);
  let { found, counts } = await hits(pagefind, terms);
  const nonsense = unknown.length === wanted.length && terms.length === 1 && !asked.length && !narrowed;
  if (nonsense && !(await related(found, wanted))) {
    return { query, first, found: [], counts: {}, note: "" };
  }
  const decisions = asked.length && !narrowed ? (await hits(pagefind, asked, { typ: "Beslut" })).found : [];
  if (first.length + found.length + decisions.length || wanted.length < 2 || narrowed) {
    const named = decisions.length && asked[0] !== query; /* a § is no year */
    if (decisions.length) {
      found = unique([...decisions, ...found]);
      counts = await counted(pagefind, found);
    }
    return { query, first: narrowed || named ? [] : first, found, counts, note: "" };
  }
  const some = await hits(pagefind, wanted.filter((word) => !unknown.includes(word)));
  return { query, first: [], ...some, note: some.found.length ? say("some") : "" };
}

async function search() {
  const query = input.value.trim();
  const mine = ++turn;
  lead(query);
  document.title = (query ? `${query} – ` : "") + document.title.replace(/^.* – (?=S(ök|earch))/, "");
  if (!query) return clear();
  status.textContent = say("busy");
  try {
    const { query: used, first, found, counts, note } = await answer(query);
    if (mine !== turn) return;
    const data = await Promise.all(found.slice(0, STEP).map((hit) => hit.data()));
    if (mine !== turn) return;
    const top = new Set(first.map((bet) => bet.url));
    const others = data.map(fromPagefind).filter((hit) => !top.has(hit.url));
    list.replaceChildren();
    rest = [...first, ...others, ...found.slice(STEP)];
    const count = first.length + others.length + Math.max(0, found.length - STEP);
    const total = say(count === 0 ? "none" : count === 1 ? "one" : "many", { n: count, q: used });
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

/** The same question to the search in the other language. */
function lead(query) {
  const address = new URL(other.href);
  address.search = query ? new URLSearchParams({ q: query }) : "";
  other.href = address;
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
