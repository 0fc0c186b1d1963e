/* Suggestions while one types in a search field: a combobox with a list (ARIA Authoring Practices, "list autocomplete
   with manual selection"). The first key fetches the index; without script the field is an ordinary one. */

import { Engine } from "./search-engine.js";

const WAIT = 20; /* milliseconds without a key */
const LANG = document.documentElement.lang;
const SAYS = LANG === "en"
  ? { list: "Suggestions", none: "No suggestions", some: (n) => `${n} suggestions, use the arrow keys` }
  : { list: "Förslag", none: "Inga förslag", some: (n) => `${n} förslag, välj med piltangenterna` };

let opened;
let numbered = 0;

class Suggestions {
  constructor(input) {
    this.input = input;
    this.form = input.form;
    this.list = document.createElement("ul");
    this.list.className = "suggestions";
    this.list.id = `_forslag-${++numbered}`;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", SAYS.list);
    this.live = document.createElement("p");
    this.live.className = "vh";
    this.live.setAttribute("role", "status");
    input.after(this.list);
    this.form.append(this.live);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id })) {
      input.setAttribute(name, value);
    }
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    this.form.addEventListener("submit", () => this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); /* the field keeps the focus */
    this.list.addEventListener("click", (event) => this.go(event.target.closest("li")));
    if (document.activeElement === input && input.value) this.typed(); /* what was typed while this file came */
  }

  typed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.suggest(), WAIT);
  }

  async suggest() {
    const text = this.input.value.trim();
    const found = text.length < 2 ? [] : await (opened ??= Engine.open(LANG)).then((engine) => engine.suggest(text), () => []);
    if (text !== this.input.value.trim() || document.activeElement !== this.input) return;
    this.list.replaceChildren(...found.map((page, index) => this.option(page, index)));
    this.list.hidden = found.length === 0;
    this.list.style.top = `${this.input.offsetTop + this.input.offsetHeight}px`; /* the button may stand below */
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    this.input.removeAttribute("aria-activedescendant");
    this.live.textContent = text.length < 2 ? "" : found.length ? SAYS.some(found.length) : SAYS.none;
  }

  option(page, index) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${index}`;
    item.dataset.href = page.url;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.append(page.title);
    if (page.kind && LANG === "sv") {
      const kind = document.createElement("span");
      kind.className = "meta";
      kind.textContent = page.kind;
      item.append(" ", kind);
    }
    return item;
  }

  key(event) {
    const items = [...this.list.children];
    const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
    if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && at >= 0 && !this.list.hidden) {
      event.preventDefault();
      this.go(items[at]);
    } else if (event.key === "ArrowDown" && this.list.hidden) {
      this.typed();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !this.list.hidden) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const next = at < 0 ? (step > 0 ? 0 : items.length - 1) : at + step;
      items[at]?.setAttribute("aria-selected", "false");
      if (items[next]) {
        items[next].setAttribute("aria-selected", "true");
        items[next].scrollIntoView({ block: "nearest" });
        this.input.setAttribute("aria-activedescendant", items[next].id);
      } else {
        this.input.removeAttribute("aria-activedescendant");
      }
    }
  }

  go(item) {
    if (item) location.href = item.dataset.href;
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.live.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

for (const input of document.querySelectorAll('form[role="search"] input[name="q"]')) new Suggestions(input);
