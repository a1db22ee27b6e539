// Keeps what the worker's pages need, so that they open with no signal. Pages with matters are kept only for the
// worker's own queue and only until signing out; everything else is always asked of the town.
const SHELL = "gridtown-shell-1";
const PAGES = "gridtown-pages-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (![SHELL, PAGES].includes(name)) await caches.delete(name);
    await self.clients.claim();
  })());
});

async function freshFirst(request, box) {
  const cache = await caches.open(box);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await cache.put(request, answer.clone());
    return answer;
  } catch (cut) {
    const kept = await cache.match(request, { ignoreSearch: box === SHELL });
    if (kept) return kept;
    throw cut;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "POST" && pathname === "/signout") {
    event.waitUntil(caches.delete(PAGES)); // nothing of the town's stays on the phone
    return;
  }
  if (request.method !== "GET") return;
  if (pathname.startsWith("/static/") || pathname === "/outline.geojson") event.respondWith(freshFirst(request, SHELL));
  else if (request.mode === "navigate" && (pathname === "/work" || pathname === "/work/report" || /^\/case\/[^/]+(\/[a-z_]+)?$/.test(pathname))) {
    event.respondWith(freshFirst(request, PAGES));
  }
});
