// A long list of options is looked through by typing; what is chosen stays in sight. Records are asked of the town (hx-get).
function offer(root) {
  for (const field of root.querySelectorAll("input.find[hidden]")) field.hidden = false; // of no use without this script
}
offer(document);
document.addEventListener("htmx:load", (event) => offer(event.target));

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches("input.find") || field.hasAttribute("hx-get")) return;
  const wanted = field.value.trim().toLowerCase();
  for (const option of document.getElementById(field.getAttribute("aria-controls")).options) {
    option.hidden = option.value !== "" && !option.selected && !option.label.toLowerCase().includes(wanted);
  }
});

// Enter in such a field must not send the form around it.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input.find")) event.preventDefault();
});
