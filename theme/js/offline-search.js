/* What the service worker saves of the search: its pages, its scripts and what one comes to do. */

self.register({
  saves: [
    "/sok/", "/search/", "/css/site.css", "/img/icon.svg", "/js/site.js", "/js/search.js", "/js/suggest.js", "/js/search-engine.js",
    "/js/search-index.js", "/js/search-names.js", "/js/search-query.js", "/js/search-rank.js", "/js/search-table.js",
    "/sok/index/core.json", "/sok/index/amnen.json", "/api/v1/search-phrases.json",
  ],
  answers(address) {
    return this.saves.includes(address);
  },
});
