// Work goes on without a signal: what could not be sent waits in the browser's database with the key it was made
// with, so that sending it again later, or twice, writes once. It is sent as whoever wrote it: on a phone that several
// people share it waits until they have signed in again, or it would be the next one's word. A phone may believe itself
// online where nothing gets through, so the town is asked for its form token first: whoever has no answer keeps what
// was filled in.
import { forget } from "./drafts.js";
import { free } from "./once.js";
import { toast, words } from "./tell.js";

const STORE = "waiting";
const PATIENCE = 8000; // for the town to answer, where the phone says that there is a network
const AGAIN = 60000;

function open() {
  return new Promise((done, fail) => {
    const asked = indexedDB.open("gridtown", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}

async function inStore(mode, act) {
  const base = await open();
  try {
    const store = base.transaction(STORE, mode).objectStore(STORE);
    const asked = act(store);
    return await new Promise((done, fail) => {
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error);
    });
  } finally {
    base.close();
  }
}

const waiting = () => inStore("readonly", (store) => store.getAll());

const me = () => document.body.dataset.who ?? "";

async function show() {
  const box = document.querySelector("[data-waiting]");
  if (!box) return;
  const items = await waiting();
  box.hidden = items.length === 0;
  const list = box.querySelector("ul");
  list.replaceChildren(
    ...items.map((item) => {
      const line = document.createElement("li");
      const others = item.who && item.who !== me();
      const more = others ? words("others") : !item.refused && item.said?.[0]?.slice(0, 24);
      line.textContent = [item.about, item.label, more].filter(Boolean).join(" · ");
      if (item.refused && !others) line.append(...refusal(item));
      return line;
    }),
  );
  const count = items.filter((item) => !item.refused).length;
  box.querySelector("[data-waiting-count]").textContent = count;
  for (const said of box.querySelectorAll("strong, [data-why]")) said.hidden = !count; // what was refused waits for nothing
}

/** Why the town did not take it, and what had been written: whoever has to do it otherwise need not recall the words. */
function refusal(item) {
  const why = Object.assign(document.createElement("p"), { className: "due late", textContent: item.refused });
  const wrote = Object.assign(document.createElement("p"), { className: "hint", textContent: (item.said ?? []).join(" · ") });
  const look = Object.assign(document.createElement("a"), { className: "btn small", href: item.action.replace(/\/[a-z_]+$/, ""), textContent: words("look") });
  const drop = Object.assign(document.createElement("button"), { type: "button", className: "btn small", textContent: words("drop") });
  drop.onclick = () => inStore("readwrite", (store) => store.delete(item.key)).then(show);
  const buttons = Object.assign(document.createElement("div"), { className: "btns" });
  buttons.append(...(/\/case\/[^/]+\/[a-z_]+$/.test(item.action) ? [look] : []), drop);
  return [why, wrote, buttons];
}

/** A form token, and whose it is, from the address that a form names: staff's, or a record's link; null where it is shut. */
async function token(address) {
  // The way to the sign-in page is not followed: it would give a form token of its own, and one that is open would be refused.
  const page = await fetch(address, { credentials: "same-origin", redirect: "manual", headers: { Accept: "application/json" }, signal: AbortSignal.timeout?.(PATIENCE) });
  if (!page.ok) return null;
  return page.json();
}

let sending = null;

/** Send everything that waits, oldest first; what the town refuses stays, with the reason. One round at a time. */
function flush() {
  sending ??= send().finally(() => {
    sending = null;
  });
  return sending;
}

async function send() {
  const items = (await waiting()).filter((item) => !item.refused).sort((a, b) => a.at - b.at);
  if (!items.length || !navigator.onLine) return show();
  const tokens = new Map();
  for (const item of items) {
    const from = item.token ?? "/work/token";
    if (!tokens.has(from)) tokens.set(from, await token(from));
    const given = tokens.get(from);
    if (!given) continue; // signed out, or the link was renewed: it waits, and its page says so
    if (item.who && !item.token && item.who !== given.who) continue;
    const body = new FormData();
    for (const [name, value] of item.fields) body.append(name, value);
    const answer = await fetch(item.action, { method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": given.token, Accept: "application/json" } });
    if (new URL(answer.url).pathname === "/signin") break; // signed out meanwhile
    if (answer.ok || answer.redirected) {
      await inStore("readwrite", (store) => store.delete(item.key));
      toast(words("sent_later", { what: item.about }));
    } else if (answer.status < 500 && answer.status !== 429) {
      const said = await answer.json().catch(() => ({}));
      await inStore("readwrite", (store) => store.put({ ...item, refused: said.detail || words("failed") }));
    } else {
      break;
    }
  }
  return show();
}

async function keep(form) {
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  const key = form.elements._key.value;
  const label = (form.querySelector("h1, h2") ?? form.querySelector("header"))?.textContent.trim() ?? "";
  const said = [...form.querySelectorAll("textarea, input[type=text]")].filter((field) => field.value && !("personal" in field.dataset)).map((field) => field.value);
  const { queue: about, token } = form.dataset;
  await inStore("readwrite", (store) => store.put({ key, fields, action: form.action, token, who: me(), about, label, said, at: Date.now() }));
  free(form);
  form.reset();
  form.elements._key.value = `${key.slice(0, 60)}.${Date.now().toString(36)}`; // what is filled in next is another thing
  forget(form);
  toast(words("kept"));
  await show();
  document.querySelector("[data-waiting]")?.scrollIntoView({ block: "center" });
}

/** Whether the town can be reached; one that shuts its door, or has gone wrong, can. */
const reached = (form) => token(form.dataset.token ?? "/work/token").then(() => true, (cut) => cut instanceof SyntaxError);

if ("indexedDB" in window) {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.hasAttribute("data-queue")) return;
    event.preventDefault();
    (navigator.onLine ? reached(form) : Promise.resolve(false))
      .then((there) => (there ? form.submit() : keep(form)))
      .catch(() => {
        free(form);
        toast(words("failed"), true);
      });
  });
  addEventListener("online", () => flush().catch(show));
  if (document.querySelector("[data-waiting]")) {
    flush().catch(show);
    setInterval(() => flush().catch(show), AGAIN);
  }
}
