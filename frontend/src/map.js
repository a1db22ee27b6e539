// Maps of the town's own polygons: no tile server and no glyph server is asked.
import { Map as Canvas, Marker, NavigationControl, setWorkerUrl } from "maplibre-gl";
import { words } from "./tell.js";

setWorkerUrl(new URL("./map-worker.js", import.meta.url).href);

const FONTS = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
const NOTHING = { type: "FeatureCollection", features: [] };
const dark = document.documentElement.dataset.theme === "dark";
const ink = dark
  ? { paper: "#0e1a1c", land: "#152a2e", line: "#3f646b", grid: "#23424a", text: "#a9c3c7", halo: "#0e1a1c", late: "#ff8a7a", soon: "#f3bf5b", open: "#6fc3d2", ended: "#5d7275", on: "#06222a" }
  : { paper: "#eceeea", land: "#fafbf9", line: "#8fa39d", grid: "#d5ded9", text: "#4a5a56", halo: "#ffffff", late: "#b3231b", soon: "#b46b00", open: "#0f4c5c", ended: "#8a9693", on: "#ffffff" };

function style() {
  const size = (base) => ["interpolate", ["linear"], ["zoom"], 10, base, 15, base + 3];
  return {
    version: 8,
    sources: { outline: { type: "geojson", data: NOTHING }, points: { type: "geojson", data: NOTHING }, drawn: { type: "geojson", data: NOTHING } },
    layers: [
      { id: "paper", type: "background", paint: { "background-color": ink.paper } },
      { id: "land", type: "fill", source: "outline", filter: ["==", ["get", "level"], "village"], paint: { "fill-color": ink.land } },
      { id: "grids", type: "line", source: "outline", filter: ["==", ["get", "level"], "grid"], minzoom: 11.5, paint: { "line-color": ink.grid, "line-width": 1 } },
      { id: "villages", type: "line", source: "outline", filter: ["==", ["get", "level"], "village"], paint: { "line-color": ink.line, "line-width": ["interpolate", ["linear"], ["zoom"], 10, 1, 14, 2.2] } },
      { id: "drawn-land", type: "fill", source: "drawn", paint: { "fill-color": ink.soon, "fill-opacity": 0.16 } },
      { id: "drawn-edge", type: "line", source: "drawn", paint: { "line-color": ink.soon, "line-width": 1.6 } },
      {
        id: "names", type: "symbol", source: "outline", filter: ["==", ["get", "level"], "village"],
        layout: { "text-field": ["get", document.documentElement.lang === "en" ? "name_en" : "name"], "text-font": ["sans"], "text-size": size(12), "text-padding": 6 },
        paint: { "text-color": ink.text, "text-halo-color": ink.halo, "text-halo-width": 1.4 },
      },
    ],
  };
}

function stylesheet(href) {
  if (document.querySelector(`link[href="${href}"]`)) return;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
}

function extent(features) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const walk = (part) => {
    if (typeof part[0] === "number") {
      box[0] = Math.min(box[0], part[0]);
      box[1] = Math.min(box[1], part[1]);
      box[2] = Math.max(box[2], part[0]);
      box[3] = Math.max(box[3], part[1]);
    } else for (const inner of part) walk(inner);
  };
  for (const feature of features) walk(feature.geometry.coordinates);
  return box;
}

/** A pin that says where: tapped, dragged, or set by the phone's own position. */
function pin(map, place) {
  const form = place.closest("form");
  const marker = new Marker({ color: ink.late, draggable: true });
  const set = (at, tell = true) => {
    marker.setLngLat(at).addTo(map);
    const { lng, lat } = marker.getLngLat();
    if (tell) form.dispatchEvent(new CustomEvent("pinned", { bubbles: true, detail: { lon: lng, lat } }));
  };
  map.on("click", (event) => set(event.lngLat));
  marker.on("dragend", () => set(marker.getLngLat()));
  form.addEventListener("pinned", (event) => {
    if (!event.detail.fly) return;
    set([event.detail.lon, event.detail.lat], false);
    map.flyTo({ center: [event.detail.lon, event.detail.lat], zoom: 15 });
  });
  if (form.elements.lon.value) set([+form.elements.lon.value, +form.elements.lat.value], false);
}

/** Clusters by viewport, counted by the database; each worst light colours and shapes its cluster. */
function cases(map, place, shapes) {
  let asked = 0;
  const marks = new Set();
  const named = names(map, shapes);
  async function draw() {
    const turn = ++asked;
    const box = map.getBounds();
    const address = new URL(place.dataset.points, location.href);
    address.searchParams.set("bbox", [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((n) => n.toFixed(5)).join());
    address.searchParams.set("zoom", Math.floor(map.getZoom()));
    if (place.dataset.place) address.searchParams.set("place", place.dataset.place);
    const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null); // a cut: what is shown stays
    if (!answer?.ok || answer.redirected || turn !== asked) return; // sent to sign in: a page, and no points
    const { features } = await answer.json();
    for (const mark of marks) mark.remove();
    marks.clear();
    for (const feature of features) marks.add(mark(map, feature));
    keepClear(map, named, marks);
    place.dataset.ready = "yes";
  }
  map.on("moveend", draw);
  document.addEventListener("told", draw);
  draw();
}

/** The villages' names, as marks of their own, which the cases' marks do not cover. */
function names(map, shapes) {
  map.setLayoutProperty("names", "visibility", "none");
  const said = document.documentElement.lang === "en" ? "name_en" : "name";
  return shapes.features.filter((f) => f.properties.level === "village").map((f) => {
    const [west, south, east, north] = extent([f]);
    const element = Object.assign(document.createElement("span"), { className: "place-name", textContent: f.properties[said] });
    return new Marker({ element }).setLngLat([(west + east) / 2, (south + north) / 2]).addTo(map);
  });
}

const AROUND = [[0, 0], [0, -24], [0, 24], [-32, 0], [32, 0], [-32, -24], [32, -24], [-32, 24], [32, 24]];
const FAR = 4; // what a pixel away from its own place weighs against a pixel that is covered

/** Move each name a little to where it covers least; one that would lie on another name is left out until one zooms in. */
function keepClear(map, named, marks) {
  const spots = [...marks].map((one) => box(map, one, one.getElement().offsetWidth, one.getElement().offsetHeight));
  const shown = [];
  for (const name of named) {
    const element = name.getElement();
    const at = box(map, name, element.offsetWidth, element.offsetHeight);
    const covers = (others, [dx, dy]) => others.reduce((sum, other) => sum + overlap(at, dx, dy, other), 0);
    const cost = (by) => covers(spots, by) + 2 * covers(shown, by) + FAR * Math.hypot(...by);
    const best = AROUND.reduce((one, two) => (cost(two) < cost(one) ? two : one));
    name.setOffset(best);
    const hidden = covers(shown, best) > 0;
    element.classList.toggle("crowded", hidden);
    if (!hidden) shown.push({ ...at, x: at.x + best[0], y: at.y + best[1] });
  }
}

const box = (map, marker, w, h) => ({ ...map.project(marker.getLngLat()), w, h });
const side = (a, wa, b, wb) => Math.max(0, (wa + wb) / 2 - Math.abs(a - b));
const overlap = (one, dx, dy, other) => side(one.x + dx, one.w, other.x, other.w) * side(one.y + dy, one.h, other.y, other.h);

function mark(map, { geometry, properties: p }) {
  const light = p.late ? "late" : p.soon ? "soon" : "open";
  const item = document.createElement(p.number ? "a" : "button");
  const size = p.count > 1 ? Math.min(44, 20 + 5 * Math.log2(p.count)) : 16;
  item.className = `spot ${light}`;
  item.style.setProperty("--size", `${size}px`);
  if (p.count > 1) item.textContent = p.count;
  if (p.number) {
    item.href = `/case/${p.number}`;
    item.title = `${p.title ?? ""} ${p.number}`;
    item.setAttribute("aria-label", item.title);
  } else {
    item.type = "button";
    item.setAttribute("aria-label", words("count", { n: p.count }));
    item.onclick = () => map.easeTo({ center: geometry.coordinates, zoom: map.getZoom() + 2 });
  }
  return new Marker({ element: item }).setLngLat(geometry.coordinates).addTo(map);
}

/** Draw a map into `place`: data-map is pin, view or room; the addresses of its data are attributes too. */
export async function mount(place) {
  stylesheet(new URL("./map.css", import.meta.url).href);
  const { lon, lat, outline, map: mode } = place.dataset;
  const shapes = outline ? await fetch(outline).then((answer) => (answer.ok && !answer.redirected ? answer.json() : NOTHING)) : NOTHING;
  const within = place.dataset.place?.length >= 12 ? shapes.features.filter((f) => f.properties.code.startsWith(place.dataset.place)) : shapes.features;
  const set = mode === "pin" ? place.closest("form").elements : null;
  const drawn = JSON.parse(place.dataset.drawn ?? "[]").map((ring) => ({ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } }));
  const here = set?.lon.value ? [+set.lon.value, +set.lat.value] : lon && lat ? [+lon, +lat] : null;
  const map = new Canvas({
    container: place,
    style: style(),
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    localIdeographFontFamily: FONTS,
    cooperativeGestures: mode === "pin" && matchMedia("(pointer: coarse)").matches,
    locale: {
      "CooperativeGesturesHandler.MobileHelpText": words("two_fingers"),
      "NavigationControl.ZoomIn": words("zoom_in"),
      "NavigationControl.ZoomOut": words("zoom_out"),
      "Map.Title": words("map"),
      "Marker.Title": words("pin"),
    },
    maxZoom: 18,
    ...(drawn.length ? { bounds: extent([...drawn, ...(here ? [{ geometry: { coordinates: here } }] : [])]), fitBoundsOptions: { padding: 24, maxZoom: 15 } } : here ? { center: here, zoom: 14 } : within.length ? { bounds: extent(within), fitBoundsOptions: { padding: mode === "room" ? 32 : 16 } } : { center: [119.97, 30.39], zoom: 11 }),
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  place.map = map;
  map.once("load", () => {
    map.getSource("outline").setData(shapes);
    map.getSource("drawn").setData({ type: "FeatureCollection", features: drawn });
    if (mode === "pin") pin(map, place);
    if (mode === "view" && here) new Marker({ color: ink.late }).setLngLat(here).addTo(map);
    if (mode === "room") cases(map, place, shapes);
    else map.once("idle", () => (place.dataset.ready = "yes"));
  });
  return map;
}
