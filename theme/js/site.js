/* On every page: the menu at narrow widths, and the alerts in force. Without this file a link leads to the
   menu in the footer, and the start page and /driftinfo/ carry the alerts. */
(() => {
  "use strict";

  const english = document.documentElement.lang === "en";

  function menu() {
    const link = document.getElementById("_menyknapp");
    const nav = document.getElementById("_meny");
    if (!link || !nav) return;
    const button = document.createElement("button");
    button.type = "button";
    button.id = link.id;
    button.className = "menu-button";
    button.setAttribute("aria-controls", nav.id);
    button.replaceChildren(...link.childNodes);
    const show = (open) => {
      nav.classList.toggle("open", open);
      button.setAttribute("aria-expanded", String(open));
    };
    show(false);
    link.replaceWith(button);
    button.addEventListener("click", () => show(!nav.classList.contains("open")));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && nav.classList.contains("open")) {
        show(false);
        button.focus();
      }
    });
  }

  const SEVERITIES = ["extrem", "allvarlig", "måttlig", "mindre", "okänd"];
  const ENGLISH = { extrem: "Extreme", allvarlig: "Severe", måttlig: "Moderate", mindre: "Minor", okänd: "Unknown" };
  const EVERY = 15000;
  let shown = "";

  function element(name, text, parent) {
    const made = document.createElement(name);
    made.textContent = text;
    parent.append(made);
    return made;
  }

  /* As the pages write it: midnight is the end of the day before. */
  function until(moment) {
    const end = new Date(moment);
    const timeZone = "Europe/Stockholm";
    const clock = end.toLocaleTimeString("sv-SE", { timeZone, hour: "2-digit", minute: "2-digit" }).replace(":", ".");
    const midnight = clock === "00.00";
    const day = new Date(end - (midnight ? 1 : 0))
      .toLocaleDateString(english ? "en-GB" : "sv-SE", { timeZone, day: "numeric", month: "long" });
    return `${english ? "until" : "till"} ${day} ${english ? "at" : "klockan"} ${midnight ? "24.00" : clock}`;
  }

  /* The signs of the pages (theme/parts.html), so that severity is not told by colour alone. */
  const SIGNS = {
    extreme: "M13 13h-2V7h2m-2 8h2v2h-2m4.73-14H8.27L3 8.27v7.46L8.27 21h7.46L21 15.73V8.27z",
    severe: "M13 14h-2V9h2m0 9h-2v-2h2M1 21h22L12 2z",
    moderate: "M11 15h2v2h-2zm0-8h2v6h-2zm1-5a10 10 0 1 0 0 20 10 10 0 0 0 0-20m0 18a8 8 0 1 1 0-16 8 8 0 0 1 0 16",
    minor: "M11 9h2V7h-2m1 13a8 8 0 1 1 0-16 8 8 0 0 1 0 16m0-18a10 10 0 1 0 0 20 10 10 0 0 0 0-20m-1 15h2v-6h-2z",
    over: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20m0 18a8 8 0 1 1 0-16 8 8 0 0 1 0 16m4.59-12.42L10 14.17l-2.59-2.58L6 13l4 4 8-8z",
  };
  const CLASSES = { extrem: "extreme", allvarlig: "severe", måttlig: "moderate", mindre: "minor", okänd: "minor" };

  function sign(name, parent) {
    const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS(drawn.namespaceURI, "path");
    drawn.setAttribute("viewBox", "0 0 24 24");
    path.setAttribute("d", SIGNS[name]);
    drawn.append(path);
    const icon = element("span", "", parent);
    icon.className = "icon";
    icon.ariaHidden = "true";
    icon.append(drawn);
  }

  /* What to do; 112 is something to press. */
  function advice(text, parent) {
    const made = element("p", "", parent);
    made.className = "do";
    for (const part of text.split(/(?<=(?:ring|ringer du|ringa|larma|numret) )(112)(?!\d)/i)) {
      if (part === "112") element("a", part, made).href = "tel:112";
      else made.append(part);
    }
  }

  /* One line: the worst that may be said of it first, and what does not fit is left to the alert's page. */
  function article(alert) {
    const made = document.createElement("article");
    made.lang = "sv";
    const heading = element("h2", "", made);
    const exercise = alert.kind === "övning";
    const kind = CLASSES[alert.severity];
    made.className = alert.over_until ? "over" : exercise ? "exercise" : kind;
    sign(alert.over_until ? "over" : kind, heading);
    const words = [];
    if (alert.example) words.push(english ? "Example" : "Exempel");
    if (exercise) words.push(english ? "Exercise" : "Övning");
    if (alert.over_until) words.push(english ? "Over" : "Över");
    else if (!exercise) words.push(english ? ENGLISH[alert.severity] : alert.severity[0].toUpperCase() + alert.severity.slice(1));
    const label = element("span", `${words.join(". ")}: `, heading);
    const link = element("a", alert.title, heading);
    link.href = new URL(alert.url).pathname;
    if (english) label.lang = "en";
    if (alert.instruction) advice(alert.instruction, made);
    if (alert.over_until) return made;
    const place = element("p", `${alert.area_text || "Hela kommunen"}, `, made);
    const time = element("span", `${until(alert.expires)}.`, place);
    if (english) time.lang = "en";
    return made;
  }

  /* Leaves out what makes a line two: place and time first, then what to do, then the end of a long title. */
  function fit(region) {
    for (const made of region.querySelectorAll("article")) {
      const link = made.querySelector("h2 a");
      const title = link.textContent;
      const lines = () => made.getBoundingClientRect().height / parseFloat(getComputedStyle(made).lineHeight);
      link.textContent = title;
      link.className = "";
      delete made.dataset.short;
      if (lines() < 2) continue;
      made.dataset.short = "place";
      if (lines() < 2) continue;
      made.dataset.short = "do";
      for (let end = title.length; lines() >= 2 && end > 8; ) {
        const space = title.lastIndexOf(" ", end - 1);
        end = space > 0 ? space : end - 4;
        link.textContent = title.slice(0, end);
        link.className = "cut";
        element("span", title.slice(end), link).className = "vh"; /* shortened for the eye alone */
      }
    }
  }

  function show(told, region) {
    const now = Date.now();
    const active = told.alerts
      .filter((alert) => Date.parse(alert.effective) <= now && now < Date.parse(alert.expires))
      .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
    const over = (told.over || []).filter((alert) => now < Date.parse(alert.over_until));
    const key = JSON.stringify([active, over]);
    if (key === shown) return; /* a screen reader hears only what is new */
    shown = key;
    const articles = [...active, ...over].map(article);
    region.replaceChildren(...articles);
    region.classList.toggle("many", articles.length > 4);
    if (articles.length > 1) {
      const all = element("p", "", region);
      all.className = "rest";
      element("a", english ? `All ${articles.length} messages` : `Alla ${articles.length} meddelanden`, all).href = "/driftinfo/";
    }
    fit(region);
  }

  function alerts() {
    const region = document.getElementById("_viktigt");
    if (!region) return;
    let known = { alerts: [] };
    const read = async () => {
      if (document.visibilityState === "hidden") return;
      try {
        const answer = await fetch("/api/v1/alerts.json", { cache: "no-cache" });
        if (answer.ok) known = await answer.json();
      } catch {
        /* without network the alerts last read stand until they expire */
      }
      show(known, region);
    };
    document.addEventListener("visibilitychange", read);
    addEventListener("resize", () => fit(region));
    setInterval(read, EVERY);
    read();
  }

  /* Suggestions are fetched when somebody turns to a search field, and not before. */
  function suggestions() {
    const fields = document.querySelectorAll('form[role="search"] input[name="q"]');
    const begin = () => import("/js/suggest.js").catch(() => {});
    for (const field of fields) field.addEventListener("focus", begin, { once: true });
    if ([...fields].includes(document.activeElement)) begin();
  }

  /* On a phone the foot is folded; where script is off, or the window wide, it stands open. */
  function foot() {
    if (!matchMedia("(max-width: 47.99em)").matches) return;
    for (const part of document.querySelectorAll(".foot details")) part.open = false;
  }

  menu();
  foot();
  alerts();
  suggestions();
})();
