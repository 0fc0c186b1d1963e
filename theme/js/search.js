/* The search page: what the engine finds, narrowed by kind, topic, committee and year; all of it in the address. */

import { Engine } from "./search-engine.js";

const STEP = 10;
const LANG = document.documentElement.lang;
const FACETS = LANG === "sv" ? { typ: "Slag", amne: "Ämne", organ: "Organ", ar: "År" } : {};
const SHOWN = 8; /* values of a facet, until all are asked for */

const form = document.getElementById("sokform");
const says = JSON.parse(form.dataset.says);
const input = document.getElementById("q");
const status = document.getElementById("antal");
const list = document.getElementById("traffar");
const more = document.getElementById("fler");
const filterBox = document.getElementById("filter");
const other = document.getElementById("annat-sprak");
const help = document.getElementById("hjalp-utan");
const nothing = document.getElementById("inget");
const nearest = document.getElementById("narmaste");

let chosen = {};
let whole = new Set();
let rest = [];
let turn = 0;
let opened;

const open = () => (opened ??= Engine.open(LANG).finally(keep));
const say = (key, parts = {}) => says[key].replace(/\{(\w+)\}/g, (_, name) => parts[name]);

/** From now on the search answers without network too: when all else is done, and at the next visit where that fails. */
function keep() {
  const begin = () => navigator.serviceWorker?.register("/service-worker.js", { updateViaCache: "none" }).catch(console.info);
  (window.requestIdleCallback ?? setTimeout)(begin);
}

// -- hits ---------------------------------------------------------------------------------------------------

function element(name, text, parent, attributes = {}) {
  const made = Object.assign(document.createElement(name), attributes);
  made.textContent = text;
  parent.append(made);
  return made;
}

function row(hit) {
  const item = document.createElement("li");
  if (hit.lang && hit.lang !== LANG) item.lang = hit.lang;
  element("a", hit.title, element("h2", "", item), { href: hit.url });
  const meta = [LANG === "sv" || hit.kind === "topic" ? hit.kind : "", hit.kind && hit.year ? hit.date : ""].filter(Boolean);
  if (meta.length) element("p", meta.join(" · "), item, { className: "meta" });
  element("p", hit.summary ?? "", item);
  return item;
}

async function showMore(engine, focus) {
  const mine = turn;
  const found = await Promise.all(rest.splice(0, STEP).map((hit) => engine.shown(hit)));
  if (mine !== turn) return;
  const rows = found.filter((hit) => hit.url).map(row);
  list.append(...rows);
  more.hidden = rest.length === 0;
  if (focus) rows[0]?.querySelector("a").focus();
}

// -- narrowing ----------------------------------------------------------------------------------------------

/** What a hit is, by facet: each a list of values. */
function facetsOf(engine, topics, { number }) {
  const { kind, body, year } = engine.group(number);
  return { typ: kind ? [kind] : [], organ: body ? [body] : [], ar: year ? [year] : [], amne: topics.get(number) ?? [] };
}

const has = (facets, name) => !chosen[name]?.length || facets[name].some((value) => chosen[name].includes(value));

/** The hits that are left, and for each facet how many there are of each value by what is chosen in the others. */
function narrowed(engine, topics, hits) {
  const counts = Object.fromEntries(Object.keys(FACETS).map((name) => [name, new Map()]));
  const left = [];
  for (const hit of hits) {
    const facets = facetsOf(engine, topics, hit);
    const passes = Object.keys(FACETS).filter((name) => has(facets, name));
    if (passes.length === Object.keys(FACETS).length) left.push(hit);
    for (const name of Object.keys(FACETS)) {
      if (passes.length - passes.includes(name) < Object.keys(FACETS).length - 1) continue;
      for (const value of facets[name]) counts[name].set(value, (counts[name].get(value) ?? 0) + 1);
    }
  }
  return { left, counts };
}

function box(name, value, count) {
  const label = document.createElement("label");
  const made = element("input", "", label, { type: "checkbox", name, value, id: `${name}-${value}` });
  made.checked = chosen[name]?.includes(value) ?? false;
  made.addEventListener("change", () => {
    chosen[name] = made.checked ? [...(chosen[name] ?? []), value] : chosen[name].filter((one) => one !== value);
    history.pushState(null, "", address());
    search();
  });
  label.append(`${value} (${count})`);
  return label;
}

function facet(name, title, counts) {
  for (const value of chosen[name] ?? []) if (!counts.has(value)) counts.set(value, 0);
  const values = [...counts].sort((a, b) => (name === "ar" ? b[0] - a[0] : b[1] - a[1] || a[0].localeCompare(b[0], "sv")));
  if (!values.length) return null;
  const set = document.createElement("fieldset");
  element("legend", title, set);
  const short = whole.has(name) ? values : values.filter(([value], index) => index < SHOWN || chosen[name]?.includes(value));
  set.append(...short.map(([value, count]) => box(name, value, count)));
  if (short.length < values.length) {
    const button = element("button", say("all_values", { n: values.length }), set, { type: "button", className: "plain" });
    button.addEventListener("click", () => {
      whole.add(name);
      const made = facet(name, title, counts);
      set.replaceWith(made);
      made.querySelectorAll("input")[SHOWN]?.focus();
    });
  }
  return set;
}

function filters(counts) {
  const unfolded = filterBox.querySelector("details")?.open ?? matchMedia("(min-width: 60em)").matches;
  const focused = document.activeElement?.id;
  const details = document.createElement("details");
  details.open = unfolded;
  element("summary", say("narrow"), details);
  details.append(...Object.entries(FACETS).map(([name, title]) => facet(name, title, counts[name])).filter(Boolean));
  filterBox.replaceChildren(...(details.children.length > 1 ? [details] : []));
  if (focused && filterBox.contains(document.getElementById(focused))) document.getElementById(focused).focus();
}

// -- answers ------------------------------------------------------------------------------------------------

/** What must be said of how the hits were found; a suggestion is a link. */
function note(found, count, saved) {
  const total = say(count === 0 ? "none" : count === 1 ? "one" : "many", { n: count, q: found.corrected ?? found.query });
  status.textContent = total;
  const told = (found.wrong ?? []).map(([wrong, right]) => say("instead", { wrong, right }));
  if (found.english) told.push(say("english"));
  if (found.some && count) told.push(say("some"));
  if (saved) told.push(say("saved", { date: new Date(saved).toLocaleString(LANG, { dateStyle: "long", timeStyle: "short" }) }));
  if (told.length) status.append(" ", told.join(" "));
  if (found.suggestion) {
    status.append(" ", say("meant"), " ");
    element("a", found.suggestion, status, { href: `?q=${encodeURIComponent(found.suggestion)}` });
    status.append("?");
  }
}

function unanswered(engine, query, count) {
  help.hidden = nothing.hidden = count > 0;
  help.hidden = count > 0;
  const topic = count ? null : engine.nearestTopic(query);
  nearest.hidden = !topic;
  if (topic) Object.assign(nearest.querySelector("a"), { href: topic.url, textContent: topic.title });
}

async function search() {
  const query = input.value.trim();
  const mine = ++turn;
  lead(query);
  document.title = (query ? `${query} – ` : "") + document.title.replace(/^.* – (?=S(ök|earch))/, "");
  if (!query) return clear();
  status.textContent = say("busy");
  try {
    const engine = await open();
    const found = await engine.find(query);
    const speaks = found.english ? engine.english : engine;
    const topics = LANG === "sv" && found.hits.length ? await engine.topicsOf() : new Map();
    if (mine !== turn) return;
    const { left, counts } = narrowed(speaks, topics, found.hits);
    list.replaceChildren();
    rest = [...left];
    more.onclick = () => showMore(speaks, true);
    await showMore(speaks, false);
    if (mine !== turn) return;
    note(found, left.length, engine.index.saved);
    filters(counts);
    unanswered(engine, query, left.length);
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
  more.hidden = nothing.hidden = true;
  help.hidden = false;
}

/** The same question to the search in the other language. */
function lead(query) {
  const there = new URL(other.href);
  there.search = query ? new URLSearchParams({ q: query }) : "";
  other.href = there;
}

function address() {
  const told = new URLSearchParams();
  if (input.value.trim()) told.set("q", input.value.trim());
  for (const name of Object.keys(FACETS)) for (const value of chosen[name] ?? []) told.append(name, value);
  return `${location.pathname}${told.size ? `?${told}` : ""}`;
}

function fromAddress() {
  const told = new URLSearchParams(location.search);
  input.value = told.get("q") ?? "";
  chosen = Object.fromEntries(Object.keys(FACETS).map((name) => [name, told.getAll(name)]));
  search();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  chosen = {};
  whole = new Set();
  history.pushState(null, "", address());
  search();
});
addEventListener("popstate", fromAddress);
fromAddress();
