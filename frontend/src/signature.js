// A signature drawn by finger, mouse or pen. The picture goes into the file field beside it, so that a form is sent, kept
// and queued like any other, and whoever cannot draw uploads one.
import { words } from "./tell.js";

const [WIDE, HIGH] = [900, 300]; // pixels of the picture that is sent, whatever the screen
const PEN = 5;

/** Put a canvas before the file field of a place. */
export function mount(place) {
  const input = place.querySelector("input[type=file]");
  const canvas = Object.assign(document.createElement("canvas"), { width: WIDE, height: HIGH });
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${place.dataset.signature}: ${words("sign_here")}`);
  const hint = Object.assign(document.createElement("span"), { className: "sign-hint", textContent: words("sign_here") });
  hint.setAttribute("aria-hidden", "true");
  const clear = Object.assign(document.createElement("button"), { type: "button", className: "btn small", textContent: words("sign_clear"), hidden: true });
  const pad = Object.assign(document.createElement("div"), { className: "pad" });
  pad.append(canvas, hint);
  place.prepend(pad, clear);
  place.classList.add("drawn"); // the bare file field becomes a quiet button

  const pen = canvas.getContext("2d");
  pen.lineWidth = PEN;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = pen.fillStyle = "#111";
  let last = null;

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * WIDE, ((event.clientY - box.top) / box.height) * HIGH];
  };
  const blank = () => {
    pen.clearRect(0, 0, WIDE, HIGH);
    hint.hidden = false;
    clear.hidden = true;
  };
  const put = () =>
    canvas.toBlob((blob) => {
      const drawn = new DataTransfer();
      drawn.items.add(new File([blob], "signature.png", { type: "image/png" }));
      input.files = drawn.files;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }, "image/png");

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    hint.hidden = true;
    clear.hidden = false;
    last = at(event);
    pen.beginPath();
    pen.arc(...last, PEN / 2, 0, 2 * Math.PI); // a dot is a stroke too
    pen.fill();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    for (const step of event.getCoalescedEvents?.() ?? [event]) {
      const next = at(step);
      pen.beginPath();
      pen.moveTo(...last);
      pen.lineTo(...next);
      pen.stroke();
      last = next;
    }
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      if (last) put();
      last = null;
    });
  }
  clear.addEventListener("click", () => {
    blank();
    input.value = "";
    input.focus();
  });
  input.addEventListener("change", async () => {
    blank(); // an uploaded picture takes the place of what was drawn
    if (!input.files.length) return;
    hint.hidden = true;
    clear.hidden = false;
    const picture = await createImageBitmap(input.files[0]).catch(() => null); // a kind that only the server can read
    if (!picture) return;
    const share = Math.min(WIDE / picture.width, HIGH / picture.height);
    const [wide, high] = [picture.width * share, picture.height * share];
    pen.drawImage(picture, (WIDE - wide) / 2, (HIGH - high) / 2, wide, high);
  });
  input.form?.addEventListener("reset", blank);
}
