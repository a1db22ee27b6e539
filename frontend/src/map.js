// A map of the town's own polygons: no tile server and no glyph server is asked.
import { Map as Canvas, NavigationControl, setWorkerUrl } from "maplibre-gl";

setWorkerUrl(new URL("./map-worker.js", import.meta.url).href);

function style(href) {
  if (document.querySelector(`link[href="${href}"]`)) return;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
}

/**
 * Draw a map into `place`. Its `data-map` is the id of a <script type="application/json"> that holds
 * `{bounds: [w, s, e, n], grids: <GeoJSON or address>, cases: <GeoJSON or address>}`; all may be left out.
 * Gives the MapLibre map, also as `place.map`.
 */
export function mount(place) {
  style(new URL("./map.css", import.meta.url).href);
  const options = JSON.parse(document.getElementById(place.dataset.map)?.textContent ?? "{}");
  const nothing = { type: "FeatureCollection", features: [] };
  const map = new Canvas({
    container: place,
    bounds: options.bounds,
    fitBoundsOptions: { padding: 24 },
    attributionControl: false,
    localIdeographFontFamily: '"Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif',
    style: {
      version: 8,
      sources: {
        grids: { type: "geojson", data: options.grids ?? nothing },
        cases: { type: "geojson", data: options.cases ?? nothing },
      },
      layers: [
        { id: "paper", type: "background", paint: { "background-color": "#f4f1ea" } },
        { id: "grids", type: "fill", source: "grids", paint: { "fill-color": "#dfe7dd", "fill-outline-color": "#7a8b7a" } },
        { id: "cases", type: "circle", source: "cases", paint: { "circle-radius": 5, "circle-color": "#b3261e" } },
      ],
    },
  });
  map.addControl(new NavigationControl({ showCompass: false }));
  place.map = map;
  map.once("idle", () => (place.dataset.ready = "yes"));
  return map;
}
