// A map beside a list: `data-map` names the list, whose `data-map-point`s ("latitude,longitude") stand in lines with a link.
// What a marker says is what its line says. Without tiles the ground is paper with rings of distance around `data-map-at`.
// Leaflet (`L`) is loaded before this module; without it the list stands alone.
const RINGS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000];

const numbers = (text) => text.split(",").map(Number);
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

const draw = (box) => {
  const list = document.getElementById(box.dataset.map);
  const points = [...(list?.querySelectorAll("[data-map-point]") ?? [])];
  if (!globalThis.L || points.length === 0) return;
  box.hidden = false;
  const here = numbers(box.dataset.mapAt);
  const map = L.map(box, {
    attributionControl: Boolean(box.dataset.mapTiles),
    zoomControl: false,
    scrollWheelZoom: false,
    zoomAnimation: !still,
    fadeAnimation: !still,
    markerZoomAnimation: !still,
  });
  L.control.zoom({ zoomInTitle: box.dataset.mapZoomIn, zoomOutTitle: box.dataset.mapZoomOut }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  const all = L.latLngBounds([here]);
  for (const one of points) all.extend(numbers(one.dataset.mapPoint));
  map.fitBounds(all, { padding: [36, 36], maxZoom: 12 });
  if (box.dataset.mapTiles) {
    map.attributionControl.setPrefix(false);
    L.tileLayer(box.dataset.mapTiles, { attribution: box.dataset.mapAttribution ?? "", maxZoom: 18 }).addTo(map);
  } else {
    rings(map, here, all);
  }
  const spot = L.divIcon({ className: "map-here", iconSize: [14, 14] });
  L.marker(here, { icon: spot, keyboard: false, interactive: false }).addTo(map).getElement().setAttribute("aria-hidden", "true");
  for (const [place, lines] of byPlace(points)) mark(map, numbers(place), lines);
};

// Only the rings that the map can show: the widest first, so that the narrower ones lie upon it.
const rings = (map, here, all) => {
  const reach = Math.max(...[all.getNorthEast(), all.getSouthWest()].map((corner) => map.distance(here, corner))) / 1000;
  const end = RINGS.findIndex((km) => km >= reach);
  const shown = RINGS.slice(Math.max(0, (end < 0 ? RINGS.length : end) - 2), end < 0 ? undefined : end + 1);
  for (const km of shown.reverse()) {
    L.circle(here, { radius: km * 1000, className: "map-ring", interactive: false }).addTo(map);
    const label = document.createElement("span");
    label.textContent = `${km.toLocaleString(document.documentElement.lang)} km`;
    const north = here[0] + km / 111.2;
    if (north < 85) L.marker([north, here[1]], { icon: L.divIcon({ className: "map-distance", html: label }), keyboard: false, interactive: false }).addTo(map).getElement().setAttribute("aria-hidden", "true");
  }
};

const byPlace = (points) => {
  const places = new Map();
  for (const one of points) {
    const at = one.dataset.mapPoint;
    places.set(at, [...(places.get(at) ?? []), one]);
  }
  return places;
};

const mark = (map, at, lines) => {
  const links = lines.map((one) => one.closest("li").querySelector("a"));
  const good = lines.some((one) => one.dataset.mapTone === "good");
  const icon = L.divIcon({ className: `map-cell${good ? " map-cell-good" : ""}`, html: lines.length > 1 ? String(lines.length) : "", iconSize: [32, 32] });
  const said = document.createElement("div");
  for (const link of links) {
    const copy = document.createElement("a");
    copy.href = link.href;
    copy.textContent = link.textContent;
    copy.lang = link.closest("[lang]")?.lang ?? "";
    const row = document.createElement("p");
    row.append(copy);
    said.append(row);
  }
  const marker = L.marker(at, { icon }).addTo(map).bindPopup(said, { closeButton: false });
  marker.getElement().setAttribute("aria-label", links.map((link) => link.textContent.trim()).join(", "));
  // Whoever opens it with the keyboard goes on to its links, and comes back with Escape.
  marker.on("popupopen", () => said.querySelector("a").focus({ preventScroll: true }));
  marker.on("popupclose", () => said.contains(document.activeElement) && marker.getElement().focus());
};

for (const box of document.querySelectorAll("[data-map]")) draw(box);
