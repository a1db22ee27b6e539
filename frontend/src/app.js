// Every page's script: htmx, the guard against sending a form twice, and the lazy parts (map, charts).
import "./htmx.js";
import "htmx-ext-sse"; // server-sent events

// A form carries its own key: sent twice by an impatient thumb, the ledger still writes once.
function giveKey(form) {
  const field = form.querySelector("input[name=key]");
  if (field && !field.value) field.value = crypto.randomUUID();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  giveKey(form);
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) {
    button.setAttribute("aria-disabled", "true");
  }
});

// A page that comes back out of the browser's memory may be sent again, as something new.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.forms) {
    delete form.dataset.sent;
    const field = form.querySelector("input[name=key]");
    if (field) field.value = "";
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
});

const lazy = [
  ["[data-map]", () => import("./map.js")],
  ["[data-chart]", () => import("./chart.js")],
];

async function wake(root) {
  for (const [selector, load] of lazy) {
    const places = [...root.querySelectorAll(selector)].filter((place) => !place.dataset.awake);
    if (!places.length) continue;
    for (const place of places) place.dataset.awake = "yes";
    const { mount } = await load();
    for (const place of places) mount(place);
  }
}

wake(document);
document.addEventListener("htmx:load", (event) => wake(event.target.parentElement ?? document));
