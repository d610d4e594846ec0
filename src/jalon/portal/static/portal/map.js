// The map of France, coloured by the chosen figure at the chosen grain, or covered with circles.
// The page works without this file: the form, the legend and the table are made by the server.
import { Map as LibreMap, NavigationControl, addProtocol } from "maplibre-gl";
import { Protocol } from "pmtiles";
import { MapCard } from "map-card";
import { MapChoice } from "map-choice";
import { followImages } from "map-image";
import { LAYERS, SOURCE, palette, repaint, showGrains, style } from "map-style";

const SMALLEST_CIRCLE = 1.5; // pixels, as on the server
const FULL_WIDTH = 700; // pixels: on a narrower map, circles and their legend shrink together
const FRENCH = {
  "Map.Title": "Carte de France ; les flèches la déplacent, + et − l’agrandissent ou la réduisent",
  "NavigationControl.ZoomIn": "Agrandir",
  "NavigationControl.ZoomOut": "Réduire",
};

const container = document.getElementById("carte");
const first = JSON.parse(document.getElementById("carte-reglages").textContent);

function classOf(value, breaks) {
  // Breaks are the upper bounds of the classes but the last; as on the server, they belong below.
  const above = breaks.findIndex((bound) => value <= bound);
  return above === -1 ? breaks.length : above;
}

function shrink() {
  return Math.min(1, Math.max(0.5, container.clientWidth / FULL_WIDTH));
}

function radiusOf(value, circles) {
  if (value <= 0) return 0;
  return Math.max(SMALLEST_CIRCLE, shrink() * circles.rayon * Math.sqrt(value / circles.maximum));
}

function paintValues(map, grain, answer) {
  const outline = { source: SOURCE, sourceLayer: LAYERS[grain] };
  const centre = { source: SOURCE, sourceLayer: `${LAYERS[grain]}_centres` };
  map.removeFeatureState(outline);
  map.removeFeatureState(centre);
  for (const [id, value] of Object.entries(answer.valeurs)) {
    const ton = answer.tons[classOf(value, answer.bornes)];
    map.setFeatureState({ ...outline, id }, { ton, valeur: value });
    if (answer.cercles) map.setFeatureState({ ...centre, id }, { ton, rayon: radiusOf(value, answer.cercles) });
  }
}

async function read(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} : ${response.status}`);
  return response.json();
}

class FranceMap {
  constructor(map) {
    this.map = map;
    this.run = 0;
    this.hasCircles = false;
    this.settings = first;
    this.card = new MapCard(document.getElementById("carte-fiche"), map, Object.keys(LAYERS));
    map.on("zoom", () => this.showLegend());
    new MutationObserver(() => repaint(map, palette(container), this.hasCircles)).observe(document.documentElement, {
      attributeFilter: ["data-fr-theme"],
    });
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-emprise]");
      if (button) this.goTo(button.dataset.emprise);
    });
  }

  goTo(box) {
    const [west, south, east, north] = box.split(",").map(Number);
    this.map.fitBounds([[west, south], [east, north]], { padding: 12, animate: false });
  }

  // Everything is read before anything changes on the screen: nothing blinks.
  async show(settings) {
    const run = ++this.run;
    this.settings = settings;
    container.dataset.mapReady = "loading";
    this.showLegend();
    const nowhere = { points: { type: "FeatureCollection", features: [] }, presences: {} };
    const [places, ...answers] = await Promise.all([
      settings.programmes ? read(settings.programmes) : nowhere,
      ...settings.mailles.map((grain) => read(grain.valeurs)),
    ]);
    if (run !== this.run) return;
    this.hasCircles = answers.some((answer) => answer.cercles);
    this.card.learn(settings, answers, places.presences);
    answers.forEach((answer) => paintValues(this.map, answer.maille, answer));
    this.map.getSource("programmes").setData(places.points);
    repaint(this.map, palette(container), this.hasCircles);
    showGrains(this.map, settings.mailles, this.hasCircles);
    if (!this.map.loaded()) await this.map.once("idle");
    if (run === this.run) container.dataset.mapReady = "true";
  }

  showLegend() {
    const zoom = this.map.getZoom();
    const grains = this.settings.mailles;
    const shown = grains.find(({ de, a }) => zoom >= de && zoom < a) ?? grains[0];
    for (const part of document.querySelectorAll("[data-maille]")) {
      part.hidden = part.dataset.maille !== shown?.code;
    }
    for (const drawing of document.querySelectorAll(".jalon-carte__circles svg")) {
      const side = drawing.viewBox.baseVal.width * shrink();
      drawing.setAttribute("width", side);
      drawing.setAttribute("height", side);
    }
  }
}

function fail(error) {
  document.getElementById("carte-absente").hidden = false;
  container.dataset.mapReady = "failed";
  console.error(error);
}

async function start() {
  const protocol = new Protocol();
  addProtocol("pmtiles", protocol.tile);
  const map = new LibreMap({
    container,
    style: style(palette(container), first.tuiles),
    bounds: first.emprise,
    fitBoundsOptions: { padding: 12 },
    hash: "vue",
    maxZoom: 13,
    dragRotate: false,
    pitchWithRotate: false,
    attributionControl: false,
    locale: FRENCH,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-left");
  await map.once("load");
  const shown = new FranceMap(map);
  const choice = new MapChoice(document.getElementById("carte-choix"));
  choice.onSettings = (settings) => shown.show(settings).catch(fail);
  followImages();
  await shown.show(first);
}

start().catch(fail);
