// A file is dropped where it may be chosen as well; its name is shown before it is sent.
const over = (event) => event.target.closest?.("[data-drop]");

for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    const place = over(event);
    if (!place) return;
    event.preventDefault();
    place.classList.add("over");
  });
}
for (const kind of ["dragleave", "drop"]) {
  document.addEventListener(kind, (event) => over(event)?.classList.remove("over"));
}

document.addEventListener("drop", (event) => {
  const place = over(event);
  if (!place || !event.dataTransfer?.files.length) return;
  event.preventDefault();
  const input = place.querySelector("input[type=file]");
  const one = new DataTransfer();
  one.items.add(event.dataTransfer.files[0]);
  input.files = one.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

document.addEventListener("change", (event) => {
  const place = event.target.type === "file" && over(event);
  if (place) place.querySelector("[data-dropped]").textContent = event.target.files[0]?.name ?? "";
});
