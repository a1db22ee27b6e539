// Ticking rows shows what can be done with all of them at once.
const bar = document.querySelector("[data-bulk]");
const boxes = () => [...document.querySelectorAll("td.pick [type=checkbox]")];

function count() {
  if (!bar) return;
  const picked = boxes().filter((box) => box.checked).length;
  bar.hidden = picked === 0;
  bar.querySelector("[data-count]").textContent = picked;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-all]")) for (const box of boxes()) box.checked = event.target.checked;
  if (event.target.matches(".pick [type=checkbox]")) count();
});
count();
