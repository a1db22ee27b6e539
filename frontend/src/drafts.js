// What was typed and not sent stays on this device: a tunnel, a call or an empty battery costs nobody the words.
// Staff's words about a case stay in the tab that they were typed in (data-draft-in="tab") until they are taken, so that
// a session which has ended meanwhile does not cost them either; whoever opens the browser after them finds nothing.
import { toast, words } from "./tell.js";

const AGE = 7 * 24 * 3600 * 1000;
const NOT_KEPT = /^(_|csrf|contact_|line$|kind$|channel$|consent$|me_too$)/; // nothing personal is left on a shared phone

const SENDING = "gridtown.sent";
const storeOf = (form) => (form.dataset.draftIn === "tab" ? sessionStorage : localStorage);
const slotOf = (form) => `gridtown.draft.${form.dataset.draft}`;

/** What was kept of a form is not needed any more. */
export function forget(form) {
  if (form.dataset.draft) storeOf(form).removeItem(slotOf(form));
  form.dispatchEvent(new Event("forgotten"));
}

/** What there is to keep of a form. */
function said(form) {
  const values = {};
  for (const [name, value] of new FormData(form)) {
    const personal = form.elements[name]?.dataset && "personal" in form.elements[name].dataset;
    if (typeof value === "string" && value && !personal && !NOT_KEPT.test(name)) values[name] = value;
  }
  return values;
}

function watch(form) {
  const [slot, store] = [slotOf(form), storeOf(form)];
  const kept = JSON.parse(store.getItem(slot) || "null");
  let sent = kept?.sent; // under which key these words went out, with no answer seen
  const keep = (values) => store.setItem(slot, JSON.stringify({ at: Date.now(), values, sent }));
  const refused = form.querySelector("[role=alert]"); // it came back with a mistake, and with all that was typed
  const untouched = !refused && [...form.querySelectorAll("textarea")].every((field) => !field.value);
  if (kept && Date.now() - kept.at < AGE && untouched) {
    for (const [name, value] of Object.entries(kept.values)) {
      const field = form.elements[name];
      if (field?.type === "checkbox") field.checked = true;
      else if (field && "value" in field && field.type !== "file" && !(field.type === "hidden" && field.value)) field.value = value;
    }
    if (Object.keys(kept.values).length) toast(words("draft"));
    for (const field of form.querySelectorAll("textarea")) if (field.value) field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  form.addEventListener("input", () => keep(said(form)));
  form.addEventListener("forgotten", () => {
    sent = undefined; // the same words again are another thing
  });
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine && form.hasAttribute("data-queue")) return; // it waits in the queue
    if (!navigator.onLine) {
      event.preventDefault();
      toast(words("offline"), true);
      return;
    }
    const [values, key] = [said(form), form.elements._key];
    const told = JSON.stringify(values);
    // If only the answer was lost the town has it: the same words go out under the same key, and are taken once.
    if (key && sent?.told === told) key.value = sent.key;
    sent = { told, key: key?.value };
    keep(values);
    if (form.hasAttribute("hx-post")) return; // htmx says itself what became of it
    sessionStorage.setItem(SENDING, JSON.stringify({ slot, from: location.href.split("#")[0] }));
  });
}

// A form that was taken is not there on the page that it led to; it is if it was refused, or waits until somebody has
// signed in. A page that somebody went to after the network had failed says nothing of it.
const sending = JSON.parse(sessionStorage.getItem(SENDING) || "null");
if (sending && !document.querySelector("[data-signin]")) {
  const waits = [...document.querySelectorAll("form[data-draft]")].some((form) => slotOf(form) === sending.slot);
  const taken = !waits && document.referrer === sending.from;
  if (taken) for (const store of [sessionStorage, localStorage]) store.removeItem(sending.slot);
  if (taken || waits) sessionStorage.removeItem(SENDING);
}
for (const sent of document.querySelectorAll("[data-sent]")) localStorage.removeItem(`gridtown.draft.${sent.dataset.sent}`);

document.querySelectorAll("form[data-draft]").forEach(watch);
document.addEventListener("htmx:load", (event) => {
  const loaded = event.target;
  if (loaded === document.body) return;
  for (const form of [loaded, ...loaded.querySelectorAll("form")]) if (form.matches("form[data-draft]")) watch(form);
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && event.detail.elt.matches?.("form[data-draft]")) forget(event.detail.elt);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-locate]");
  if (!button) return;
  const form = button.form ?? button.closest("form");
  const said = form.querySelector("[data-located]");
  if (!navigator.geolocation) {
    said.textContent = words("gps_failed");
    return;
  }
  button.disabled = true;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      button.disabled = false;
      said.textContent = words("gps_done", { n: Math.round(coords.accuracy) });
      const fold = form.querySelector("[data-pin]");
      if (fold) fold.open = true; // to be seen, and moved if the phone is wrong
      form.dispatchEvent(new CustomEvent("pinned", { bubbles: true, detail: { lon: coords.longitude, lat: coords.latitude, fly: true } }));
    },
    () => {
      button.disabled = false;
      said.textContent = words("gps_failed");
    },
    { enableHighAccuracy: true, timeout: 10000 },
  );
});

document.addEventListener("pinned", (event) => {
  const form = event.target.closest("form");
  if (!form?.elements.lon) return;
  form.elements.lon.value = event.detail.lon.toFixed(6);
  form.elements.lat.value = event.detail.lat.toFixed(6);
});
