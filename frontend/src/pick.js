// A field for a case's number offers what fits while one types: a combobox with a listbox that the town fills (hx-get).
// Without this script the number is typed by hand.
const listOf = (field) => document.getElementById(field.getAttribute("aria-controls"));
const options = (field) => [...listOf(field).querySelectorAll("[role=option]")];

function offer(root) {
  for (const field of root.querySelectorAll("[data-pick][hidden]")) field.hidden = false; // of no use without this script
}
offer(document);
document.addEventListener("htmx:load", (event) => offer(event.target));

function show(field, open) {
  listOf(field).hidden = !open;
  field.setAttribute("aria-expanded", open);
  if (!open) mark(field, null);
}

function mark(field, chosen) {
  for (const option of options(field)) option.setAttribute("aria-selected", option === chosen);
  if (chosen) field.setAttribute("aria-activedescendant", chosen.id);
  else field.removeAttribute("aria-activedescendant");
  chosen?.scrollIntoView({ block: "nearest" });
}

const say = (field, text) => {
  field.closest(".pick").querySelector("[data-picked]").textContent = text; // read out: it is a live region
};

/** The number goes into the field; into the list of numbers above it, where there may be several. */
function take(field, option) {
  const many = document.getElementById(field.dataset.pick);
  if (many) {
    const there = many.value.split(/\s+/).filter(Boolean);
    many.value = [...new Set([...there, option.dataset.value])].join("\n");
    field.value = "";
  } else field.value = option.dataset.value;
  say(field, `${option.dataset.value} ${option.querySelector(".what").textContent}`);
  (many ?? field).dispatchEvent(new Event("change", { bubbles: true }));
  show(field, false);
}

document.addEventListener("htmx:afterSwap", (event) => {
  const field = document.querySelector(`[data-pick][aria-controls="${CSS.escape(event.target.id)}"]`);
  if (!field || field !== document.activeElement) return;
  const none = !options(field).length; // a list of nothing is not opened; that there is none is said
  show(field, !none);
  if (none) say(field, listOf(field).textContent.trim());
});
document.addEventListener("input", (event) => {
  if (event.target.matches?.("[data-pick]")) say(event.target, ""); // what was picked is not what is typed now
});

const moves = { ArrowDown: 1, ArrowUp: -1 };
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches?.("[data-pick]")) return;
  const open = !listOf(field).hidden;
  const chosen = options(field).find((option) => option.getAttribute("aria-selected") === "true");
  if (event.key in moves) {
    event.preventDefault();
    if (!open) field.dispatchEvent(new Event("pick")); // asks for what fits so far
    else {
      const all = options(field);
      const from = chosen ? all.indexOf(chosen) : Math.min(0, -moves[event.key]); // up from nowhere: the last one
      mark(field, all[(from + moves[event.key] + all.length) % all.length]);
    }
  } else if (event.key === "Enter" && (open || field.type === "search")) {
    event.preventDefault(); // it picks, and does not send the form around it
    if (chosen) take(field, chosen);
    else show(field, false);
  } else if (event.key === "Escape" && open) {
    event.preventDefault(); // it closes the list: neither the dialog around it, nor what was typed, is lost
    show(field, false);
  }
});

// Before the field loses the focus, so that a touch on the list is not a touch beside it.
document.addEventListener("pointerdown", (event) => {
  if (event.target.closest?.(".pick [role=listbox]")) event.preventDefault();
});
document.addEventListener("click", (event) => {
  const option = event.target.closest?.(".pick [role=option]");
  if (option) take(option.closest(".pick").querySelector("[data-pick]"), option);
});
document.addEventListener("focusout", (event) => {
  if (event.target.matches?.("[data-pick]")) show(event.target, false);
});
