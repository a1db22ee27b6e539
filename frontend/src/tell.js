// Short messages, and the few words that scripts need: the page brings them in its own language.
const given = JSON.parse(document.getElementById("js-words")?.textContent || "{}");

/** The word of a key, its braces filled. */
export function words(key, fill = {}) {
  return (given[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => fill[name] ?? "");
}

let asked = false;

/** The session has ended: where somebody acts they sign in and come back; a page that looks by itself says so, once. */
export function signedOut(acted) {
  const way = `/signin?next=${encodeURIComponent(location.pathname + location.search)}`;
  if (acted) location.assign(way);
  if (acted || asked) return;
  asked = true;
  const note = Object.assign(document.createElement("p"), { className: "toast late", textContent: `${words("signed_out")} ` });
  note.append(Object.assign(document.createElement("a"), { href: way, textContent: words("sign_in") }));
  put(note);
}

/** Above everything, an open dialog too. */
function put(note) {
  const box = document.getElementById("toasts");
  box.append(note);
  if (!box.popover) return; // an old browser
  if (box.matches(":popover-open")) box.hidePopover();
  box.showPopover();
}

/** A line at the foot of the page that is read out and goes away. */
export function toast(text, late = false) {
  const note = Object.assign(document.createElement("p"), { className: late ? "toast late" : "toast", textContent: text });
  put(note);
  setTimeout(() => note.remove(), 6000);
}
