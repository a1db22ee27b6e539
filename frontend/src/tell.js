// Short messages, and the few words that scripts need: the page brings them in its own language.
const given = JSON.parse(document.getElementById("js-words")?.textContent || "{}");

/** The word of a key, its braces filled. */
export function words(key, fill = {}) {
  return (given[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => fill[name] ?? "");
}

/** A line at the foot of the page that is read out and goes away. */
export function toast(text, late = false) {
  const note = Object.assign(document.createElement("p"), { className: late ? "toast late" : "toast", textContent: text });
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), 6000);
}
