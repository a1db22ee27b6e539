// Every page's script. Pages work without it: it saves clicks, keeps what was typed, and sends once.
import "./htmx.js";
import "./bulk.js";
import "./drafts.js";
import "./drop.js";
import "./feed.js";
import "./find.js";
import "./nearest.js";
import "./once.js";
import "./photos.js";
import "./pick.js";
import "./queue.js";
import { signedOut, toast, words } from "./tell.js";

const lazy = [
  ["[data-map]", () => import("./map.js")],
  ["[data-chart]", () => import("./chart.js")],
  ["[data-signature]", () => import("./signature.js")],
];

/** Maps, charts and signature pads are fetched only when one of them comes into sight. */
function look(root) {
  for (const [selector, load] of lazy) {
    for (const place of root.querySelectorAll(`${selector}:not([data-seen])`)) {
      place.dataset.seen = "yes";
      new IntersectionObserver((entries, watcher) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        watcher.disconnect();
        load().then((module) => module.mount(place)).catch(() => place.classList.add("failed"));
      }, { rootMargin: "800px" }).observe(place);
    }
  }
}
look(document);
document.addEventListener("htmx:load", (event) => look(event.target));

// The table behind a picture lies open where nothing runs, and on paper; here it is folded away.
const behind = () => document.querySelectorAll("details.behind");
for (const table of behind()) table.open = false;
addEventListener("beforeprint", () => {
  // What has not come into sight is drawn as well.
  for (const place of document.querySelectorAll("[data-chart]:not([data-ready])")) place.classList.add("undrawn");
  for (const table of behind()) {
    table.dataset.was = table.open;
    table.open = true;
  }
});
addEventListener("afterprint", () => {
  for (const table of behind()) table.open = table.dataset.was === "true";
});

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const field = document.querySelector(copy.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // pages on an intranet without https have no clipboard
    }
    toast(words("copied"));
  }
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) {
    event.preventDefault();
    dismiss.closest("dialog")?.close(); // before what stands in it, the button too, is taken out
    document.querySelector(dismiss.dataset.dismiss).replaceChildren();
  }
  if (event.target.closest("[data-print]")) window.print();
});

// A link to a form opens it.
const meant = location.hash.startsWith("#do-") && document.getElementById(location.hash.slice(1));
if (meant) meant.open = true;

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-auto]")) event.target.form.requestSubmit();
});

// A form that arrives in a dialog opens it; answered, the numbers around it are fetched anew.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target instanceof HTMLDialogElement && !event.target.open) event.target.showModal();
  if (event.target.id === "move-form" || event.target instanceof HTMLDialogElement) {
    event.target.querySelector("textarea, select, input:not([type=hidden], [type=radio], [type=checkbox]), button")?.focus();
  }
});
document.addEventListener("htmx:responseError", ({ detail: { xhr, requestConfig } }) => {
  const acted = Boolean(requestConfig.triggeringEvent?.isTrusted);
  if (xhr.status === 401) return signedOut(acted);
  const said = xhr.status < 500 && new DOMParser().parseFromString(xhr.response, "text/html").querySelector(".note p");
  toast(said ? said.textContent : words(xhr.status === 409 ? "overtaken" : "failed"), true);
});
document.addEventListener("moved", () => {
  document.querySelector("dialog[open]")?.close();
  document.body.dispatchEvent(new Event("refresh", { bubbles: true }));
});
// Only what somebody asked for may complain: the bell that looks by itself would drown what a worker is told offline.
document.addEventListener("htmx:sendError", (event) => {
  if (event.detail.requestConfig.triggeringEvent?.isTrusted) toast(words("no_network"), true);
});

for (const clock of document.querySelectorAll("[data-clock]")) {
  const said = new Intl.DateTimeFormat("en-GB", { timeZone: clock.dataset.clock, hour: "2-digit", minute: "2-digit" });
  const behind = Date.now() - Date.parse(clock.dataset.at); // the town's clock counts, not this machine's
  const tick = () => {
    clock.textContent = said.format(Date.now() - behind);
  };
  tick();
  setInterval(tick, 5000);
}

// How tall it is, for one that is taller than the window stays beside the page with its end in sight.
const sides = new ResizeObserver((entries) => {
  for (const { target } of entries) target.style.setProperty("--tall", `${target.offsetHeight}px`);
});
for (const side of document.querySelectorAll(".case-side")) sides.observe(side);

// A procedure wider than the screen begins where the case is.
for (const here of document.querySelectorAll(".procedure .here")) {
  const box = here.closest(".procedure");
  const [at, frame] = [here.getBoundingClientRect(), box.getBoundingClientRect()];
  box.scrollLeft += at.left + at.width / 2 - frame.left - frame.width / 2;
}

if ("serviceWorker" in navigator && document.body.dataset.worker) {
  const unseen = !navigator.serviceWorker.controller || performance.getEntriesByType("navigation")[0]?.redirectCount > 0;
  navigator.serviceWorker.register("/sw.js").catch(() => {}); // without https there is none; the page works as ever
  navigator.serviceWorker.ready.then(({ active }) => {
    const parts = performance.getEntriesByType("resource").map((one) => one.name);
    if (unseen) active.postMessage({ keep: [location.href, ...parts], lang: document.documentElement.lang });
  });
}
