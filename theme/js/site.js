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

  function article(alert) {
    const made = document.createElement("article");
    made.lang = "sv";
    const severity = english ? ENGLISH[alert.severity] : alert.severity[0].toUpperCase() + alert.severity.slice(1);
    const heading = element("h2", "", made);
    const example = alert.example ? (english ? "Example. " : "Exempel. ") : "";
    const exercise = alert.kind === "övning" ? (english ? "Exercise. " : "Övning. ") : "";
    const label = element("span", `${example}${exercise}${severity}: `, heading);
    const link = element("a", alert.title, heading);
    link.href = new URL(alert.url).pathname;
    const place = element("p", `${alert.area_text || "Hela kommunen"}, `, made);
    const time = element("span", `${until(alert.expires)}.`, place);
    if (english) label.lang = time.lang = "en";
    if (alert.instruction) element("p", alert.instruction, made);
    return made;
  }

  function show(alerts, region) {
    const now = Date.now();
    const active = alerts
      .filter((alert) => Date.parse(alert.effective) <= now && now < Date.parse(alert.expires))
      .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
    const key = JSON.stringify(active);
    if (key === shown) return; /* a screen reader hears only what is new */
    shown = key;
    region.replaceChildren(...active.map(article));
  }

  function alerts() {
    const region = document.getElementById("_viktigt");
    if (!region) return;
    let known = [];
    const read = async () => {
      if (document.visibilityState === "hidden") return;
      try {
        const answer = await fetch("/api/v1/alerts.json", { cache: "no-cache" });
        if (answer.ok) known = (await answer.json()).alerts;
      } catch {
        /* without network the alerts last read stand until they expire */
      }
      show(known, region);
    };
    document.addEventListener("visibilitychange", read);
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

  menu();
  alerts();
  suggestions();
})();
