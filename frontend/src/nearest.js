// The worker's queue by distance. Where the phone is stays on the phone: it sorts here, and nothing is sent.
import { toast, words } from "./tell.js";

const button = document.querySelector("[data-nearest]");
const list = document.querySelector(".jobs");

if (button && list && navigator.geolocation) {
  button.hidden = false;
  const soonest = [...list.children];
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-pressed") === "true") {
      button.setAttribute("aria-pressed", "false");
      list.append(...soonest);
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const shrink = Math.cos((coords.latitude * Math.PI) / 180);
        const away = (card) =>
          card.dataset.lon ? Math.hypot((card.dataset.lon - coords.longitude) * shrink, card.dataset.lat - coords.latitude) : Infinity;
        list.append(...[...soonest].sort((a, b) => away(a) - away(b)));
        button.setAttribute("aria-pressed", "true");
      },
      () => toast(words("gps_failed")),
      { timeout: 10000 },
    );
  });
}
