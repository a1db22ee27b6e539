// Keeps what the worker's pages need, so that they open with no signal. Pages with matters are kept only for the
// worker's own queue and only until signing out; everything else is always asked of the town.
const SHELL = "gridtown-shell-1";
const PAGES = "gridtown-pages-1";
const OFFLINE = "/offline"; // what is shown instead of a page that was never opened
const PATIENCE = 8000; // for the town to answer, where there is a copy: a phone may think itself online and hear nothing

const isShell = (pathname) => pathname.startsWith("/static/") || pathname === "/outline.geojson";
const isPage = (pathname) => pathname === "/work" || pathname === "/work/report" || /^\/case\/[^/]+(\/[a-z_]+)?$/.test(pathname);

// As a stranger sees it: it stays on the phone when the worker has signed out.
async function keepOffline(lang) {
  const answer = await fetch(OFFLINE, { credentials: "omit", headers: lang ? { "Accept-Language": lang } : {} });
  if (answer.ok) await (await caches.open(SHELL)).put(OFFLINE, answer);
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepOffline().catch(() => {}));
});
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (![SHELL, PAGES].includes(name)) await caches.delete(name);
    await self.clients.claim();
  })());
});

async function freshFirst(request, box) {
  const cache = await caches.open(box);
  const asked = fetch(request).then(async (answer) => {
    if (answer.ok && !answer.redirected) await cache.put(request, answer.clone());
    return answer;
  });
  const kept = await cache.match(request, { ignoreSearch: box === SHELL, ignoreVary: true });
  if (!kept) return asked;
  const waited = new Promise((done) => setTimeout(() => done(kept), PATIENCE));
  return Promise.race([asked, waited]).catch(() => kept);
}

async function orSaySo(asked) {
  try {
    return await asked;
  } catch (cut) {
    const said = await caches.match(OFFLINE, { ignoreVary: true });
    if (said) return said;
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
  if (isShell(pathname)) event.respondWith(freshFirst(request, SHELL));
  else if (request.mode === "navigate") event.respondWith(orSaySo(isPage(pathname) ? freshFirst(request, PAGES) : fetch(request)));
});

// A page that came before this did, or by way of signing in, was not seen here: it says itself what it is made of.
self.addEventListener("message", (event) => {
  const keep = async (address) => {
    const { pathname, origin } = new URL(address, self.location.origin);
    if (origin !== self.location.origin || !(isShell(pathname) || isPage(pathname))) return;
    const answer = await fetch(address);
    if (answer.ok && !answer.redirected) await (await caches.open(isPage(pathname) ? PAGES : SHELL)).put(address, answer);
  };
  event.waitUntil(Promise.allSettled([keepOffline(event.data.lang), ...event.data.keep.map(keep)]));
});
