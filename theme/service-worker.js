/* The site's only service worker: what goes on working without network. Each part of the site that does has a file, which
   says what it saves and what it answers; everything else passes by untouched, so that nothing else is ever saved.

   With network every answer comes from the network, and replaces what was saved of it. Without, the saved answer says when
   it was saved (`X-Saved`). With no parts the worker removes what it saved, and itself. */

const VERSION = "1"; /* another one begins anew, and removes what this one saved */
const PARTS = ["/js/offline-search.js"];
const SAVED = `medborgarfokus-${VERSION}`;
const WAIT = 4000; /* milliseconds for the network, where something is saved */

const parts = [];
self.register = (part) => parts.push(part);
if (PARTS.length) importScripts(...PARTS);

self.addEventListener("install", (event) => event.waitUntil(save().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(begin()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (parts.some((part) => part.answers(url.pathname))) event.respondWith(answer(event.request, url.pathname));
});

async function save() {
  const store = await caches.open(SAVED);
  const addresses = parts.flatMap((part) => part.saves);
  await Promise.all(addresses.map(async (address) => put(store, address, await fetch(address, { cache: "no-cache" }))));
}

async function begin() {
  for (const name of await caches.keys()) if (name !== SAVED || !parts.length) await caches.delete(name);
  if (!parts.length) return self.registration.unregister();
  return self.clients.claim();
}

/** What the network says; what was saved, where it says nothing or nothing in time. */
async function answer(request, address) {
  const store = await caches.open(SAVED);
  const saved = await store.match(address);
  const fresh = fetch(request).then(async (told) => {
    if (told.ok && !told.redirected) await put(store, address, told.clone());
    return told;
  });
  if (!saved) return fresh;
  const late = new Promise((resolve) => setTimeout(resolve, WAIT, saved));
  return Promise.race([fresh.catch(() => saved), late]);
}

/** Save an answer with the moment, whatever is asked of the address. */
async function put(store, address, told) {
  if (!told.ok) throw new Error(`${address}: ${told.status}`);
  const headers = new Headers(told.headers);
  headers.set("X-Saved", new Date().toISOString());
  await store.put(address, new Response(await told.arrayBuffer(), { headers }));
}
