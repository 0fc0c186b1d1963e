/* The search page: best bets first, then Pagefind's hits, with the words of the vocabularies for everyday ones. */

const STEP = 20;
const TITLES = { typ: "Slag", ämne: "Ämne", organ: "Organ" };

const form = document.getElementById("sokform");
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
    json("/api/v1/best-bets.json"),
    json("/api/v1/search-synonyms.json"),
  ]));

/** The words of a query, without the smallest ones. */
function words(query) {
  const small = new Set(["i", "på", "en", "ett", "och", "att", "är", "om", "av", "för", "till", "jag", "hur", "när", "var", "vad", "vem", "min", "mitt", "det", "den", "de", "the", "a"]);
  const all = query.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const kept = all.filter((word) => !small.has(word));
  return kept.length ? kept : all;
}

/** `sopor` and `soporna` mean the same: a shared beginning, long enough to mean something. */
function alike(wanted, word) {
  if (word === wanted) return 3;
  const stem = wanted.length > 5 ? wanted.slice(0, -2) : wanted;
  if (stem.length >= 3 && word.startsWith(stem)) return 2;
  return wanted.length >= 5 && word.length >= 4 && (word.includes(wanted) || wanted.startsWith(word)) ? 1 : 0;
}

/** Services, e-services, questions and contacts whose title or search words hold every word of the query. */
function bets(all, wanted, phrase) {
  const kinds = ["tjänst", "e-tjänst", "fråga", "kontakt", "trygghetsråd", "sida"];
  return all
    .map((bet) => {
      const has = bet.words.match(/[\p{L}\p{N}]+/gu) ?? [];
      const title = bet.title.toLowerCase();
      const points = wanted.map((word) => Math.max(0, ...has.map((one) => alike(word, one))));
      if (points.includes(0)) return { bet, score: 0 };
      const exact = bet.words.includes(phrase) ? 3 : 0;
      const inTitle = wanted.filter((word) => title.includes(word)).length;
      return { bet, score: points.reduce((a, b) => a + b, 0) + exact + inTitle + (kinds.length - kinds.indexOf(bet.kind)) / 10 };
    })
    .filter((one) => one.score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, 5)
    .map((one) => one.bet);
}

/** The query, and what the site calls the things that it names. */
function queries(query, wanted, synonyms) {
  const phrase = query.toLowerCase().trim();
  const terms = new Set([...(synonyms[phrase] ?? []), ...wanted.flatMap((word) => synonyms[word] ?? [])]);
  return [query, ...[...terms].slice(0, 3)];
}

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
    kind: data.filters?.typ?.[0],
    summary: data.meta.summary ?? data.plain_excerpt,
  };
}

function filters(found) {
  const open = filterBox.querySelector("details")?.open ?? matchMedia("(min-width: 60em)").matches;
  const focused = document.activeElement?.id;
  const details = document.createElement("details");
  details.open = open;
  const summary = document.createElement("summary");
  summary.textContent = "Avgränsa";
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

async function hits(pagefind, asked) {
  const wanted = Object.fromEntries(Object.entries(chosen).map(([name, values]) => [name, { any: values }]));
  const answers = await Promise.all(asked.map((one) => pagefind.search(one, { filters: wanted })));
  const seen = new Set();
  const found = answers.flatMap((answer) => answer.results).filter((hit) => !seen.has(hit.id) && seen.add(hit.id));
  return { found, counts: answers[0].filters };
}

async function search() {
  const query = input.value.trim();
  const mine = ++turn;
  document.title = (query ? `${query} – ` : "") + document.title.replace(/^.* – (?=Sök)/, "");
  if (!query) return clear();
  status.textContent = "Söker …";
  try {
    const [pagefind, allBets, synonyms] = await load();
    const wanted = words(query);
    const first = Object.keys(chosen).length ? [] : bets(allBets, wanted, query.toLowerCase());
    const { found, counts } = await hits(pagefind, queries(query, wanted, synonyms));
    if (mine !== turn) return;
    const data = await Promise.all(found.slice(0, STEP).map((hit) => hit.data()));
    if (mine !== turn) return;
    const top = new Set(first.map((bet) => bet.url));
    const others = data.map(fromPagefind).filter((hit) => !top.has(hit.url));
    list.replaceChildren();
    rest = [...first, ...others, ...found.slice(STEP)];
    const count = first.length + others.length + Math.max(0, found.length - STEP);
    status.textContent =
      count === 0 ? `Inga träffar på ”${query}”. Pröva ett annat ord, eller välj bland länkarna här nedanför.`
        : count === 1 ? `1 träff på ”${query}”.` : `${count} träffar på ”${query}”.`;
    filters(counts);
    help.hidden = count > 0;
    await showMore(false);
  } catch (error) {
    console.warn(error);
    clear();
    status.textContent = "Sökningen går inte att använda just nu. Leta i stället bland länkarna här nedanför.";
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
