// Photos are made smaller before they travel (a phone's picture is 4 MB, 300 kB do) and shown before they are sent.
import { free } from "./once.js";
import { toast, words } from "./tell.js";

const LONGEST = 1600;
const QUALITY = 0.82;
const PATIENCE = 8000; // for the town to answer

/** The picture as a JPEG of at most LONGEST pixels; drawing it anew also leaves its hidden data behind. */
export async function smaller(file) {
  if (!file.type.startsWith("image/")) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const share = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * share);
    canvas.height = Math.round(picture.height * share);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file; // a kind this browser cannot draw: the server decides
  }
}

function show(box, input) {
  for (const shot of box.querySelectorAll(".shot")) shot.remove();
  [...input.files].forEach((file, n) => {
    const image = Object.assign(document.createElement("img"), { src: URL.createObjectURL(file), alt: "" });
    image.onload = () => URL.revokeObjectURL(image.src);
    const drop = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    drop.setAttribute("aria-label", words("remove"));
    drop.onclick = () => {
      const rest = new DataTransfer();
      [...input.files].forEach((other, i) => i !== n && rest.items.add(other));
      input.files = rest.files;
      show(box, input);
    };
    const shot = Object.assign(document.createElement("div"), { className: "shot" });
    shot.append(image, drop);
    box.insertBefore(shot, box.querySelector(".add-shot"));
  });
}

document.addEventListener("change", async (event) => {
  const input = event.target;
  const box = input.closest?.("[data-photos]");
  if (!box || !input.files.length) return;
  const kept = input.multiple ? (box.kept ?? []) : [];
  const fresh = await Promise.all([...input.files].filter((file) => !kept.includes(file)).map(smaller));
  const all = new DataTransfer();
  for (const file of [...kept, ...fresh].slice(0, 9)) all.items.add(file);
  input.files = all.files;
  box.kept = [...input.files];
  show(box, input);
});

// Whoever comes back from the browser's own page of failure finds the words again (drafts.js), but no pictures: before
// these go out the town is asked whether it can be reached. What waits for a signal (queue.js) asks by itself.
document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  const pictures = [...form.querySelectorAll("[data-photos] input[type=file]")].some((input) => input.files.length);
  if (event.defaultPrevented || !pictures || form.matches("[data-queue], [hx-post]")) return;
  event.preventDefault();
  try {
    await fetch("/offline", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE) });
  } catch {
    free(form);
    toast(words("no_network"), true);
    return;
  }
  if (submitter?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: submitter.name, value: submitter.value }));
  form.submit();
});
