// The map of France: départements from afar, communes from zoom 7, coloured by the chosen figure.
// The page works without this file: the form, the legend and the tables are made by the server.
import { Map as LibreMap, NavigationControl, addProtocol } from "maplibre-gl";
import { Protocol } from "pmtiles";
import { MapCard } from "map-card";

const COMMUNES_FROM_ZOOM = 7;
const CLASSES = 5;
const FRENCH = {
  "Map.Title": "Carte de France ; les flèches la déplacent, + et − l’agrandissent ou la réduisent",
  "NavigationControl.ZoomIn": "Agrandir",
  "NavigationControl.ZoomOut": "Réduire",
};
const GRAINS = {
  departement: { layer: "departements", minzoom: 0, maxzoom: COMMUNES_FROM_ZOOM },
  commune: { layer: "communes", minzoom: COMMUNES_FROM_ZOOM, maxzoom: 24 },
};

const container = document.getElementById("carte");
const settings = JSON.parse(document.getElementById("carte-reglages").textContent);

function colour(name) {
  // A CSS variable may hold another one; the computed colour of a probe is always plain.
  const probe = document.createElement("span");
  probe.className = name;
  container.append(probe);
  const found = getComputedStyle(probe).backgroundColor;
  probe.remove();
  return found;
}

function palette() {
  const classes = Array.from({ length: CLASSES }, (_, i) => colour(`jalon-swatch--${i + 1}`));
  return {
    classes,
    missing: colour("jalon-swatch--0"),
    paper: colour("jalon-carte__paper"),
    rule: colour("jalon-carte__rule"),
    programme: colour("jalon-carte__programme"),
  };
}

function fillColour(colours) {
  const cases = colours.classes.flatMap((one, i) => [i + 1, one]);
  return ["match", ["coalesce", ["feature-state", "classe"], 0], ...cases, colours.missing];
}

function style(colours) {
  const layers = [{ id: "fond", type: "background", paint: { "background-color": colours.paper } }];
  for (const [grain, { layer, minzoom, maxzoom }] of Object.entries(GRAINS)) {
    const common = { source: "territoires", "source-layer": layer, minzoom, maxzoom };
    layers.push(
      { ...common, id: grain, type: "fill", paint: { "fill-color": fillColour(colours) } },
      {
        ...common,
        id: `${grain}-contour`,
        type: "line",
        paint: { "line-color": colours.rule, "line-width": ["interpolate", ["linear"], ["zoom"], 7, 0.3, 12, 1] },
      },
      {
        ...common,
        id: `${grain}-choisi`,
        type: "line",
        paint: {
          "line-color": colours.programme,
          "line-width": ["case", ["boolean", ["feature-state", "choisi"], false], 3, 0],
        },
      },
    );
  }
  layers.push(
    {
      id: "departement-limite",
      type: "line",
      source: "territoires",
      "source-layer": "departements",
      minzoom: COMMUNES_FROM_ZOOM,
      paint: { "line-color": colours.rule, "line-width": 1.5 },
    },
    {
      id: "programmes",
      type: "circle",
      source: "programmes",
      paint: {
        "circle-color": colours.programme,
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 4, 2, 9, 5],
        "circle-stroke-color": colours.paper,
        "circle-stroke-width": 1,
      },
    },
  );
  return {
    version: 8,
    sources: {
      territoires: { type: "vector", url: `pmtiles://${settings.tuiles}`, promoteId: "code" },
      programmes: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
    },
    layers,
  };
}

function classOf(value, breaks) {
  // Breaks are the upper bounds of the classes but the last; as on the server, they belong below.
  const above = breaks.findIndex((bound) => value <= bound);
  return (above === -1 ? breaks.length : above) + 1;
}

function paintValues(map, grain, answer) {
  const target = { source: "territoires", sourceLayer: GRAINS[grain].layer };
  for (const [code, value] of Object.entries(answer.valeurs)) {
    map.setFeatureState({ ...target, id: code }, { classe: classOf(value, answer.bornes), valeur: value });
  }
}

async function read(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} : ${response.status}`);
  return response.json();
}

function followTheme(map) {
  new MutationObserver(() => {
    const colours = palette();
    map.setPaintProperty("fond", "background-color", colours.paper);
    map.setPaintProperty("departement-limite", "line-color", colours.rule);
    for (const grain of Object.keys(GRAINS)) {
      map.setPaintProperty(grain, "fill-color", fillColour(colours));
      map.setPaintProperty(`${grain}-contour`, "line-color", colours.rule);
      map.setPaintProperty(`${grain}-choisi`, "line-color", colours.programme);
    }
    map.setPaintProperty("programmes", "circle-color", colours.programme);
    map.setPaintProperty("programmes", "circle-stroke-color", colours.paper);
  }).observe(document.documentElement, { attributeFilter: ["data-fr-theme"] });
}

function followZoom(map) {
  const show = () => {
    const grain = map.getZoom() < COMMUNES_FROM_ZOOM ? "departement" : "commune";
    for (const legend of document.querySelectorAll("[data-maille]")) {
      legend.hidden = legend.dataset.maille !== grain;
    }
  };
  map.on("zoom", show);
  show();
}

function followButtons(map) {
  for (const button of document.querySelectorAll("[data-emprise]")) {
    button.addEventListener("click", () => {
      const [west, south, east, north] = button.dataset.emprise.split(",").map(Number);
      map.fitBounds([[west, south], [east, north]], { padding: 12, animate: false });
    });
  }
}

async function start() {
  const protocol = new Protocol();
  addProtocol("pmtiles", protocol.tile);
  const map = new LibreMap({
    container,
    style: style(palette()),
    bounds: settings.emprise,
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
  const card = new MapCard(document.getElementById("carte-fiche"), map, settings, Object.keys(GRAINS));
  followTheme(map);
  followZoom(map);
  followButtons(map);
  const readings = Object.entries(settings.valeurs).map(async ([grain, address]) => {
    const answer = await read(address);
    paintValues(map, grain, answer);
    card.learn(grain, answer);
  });
  if (settings.programmes) {
    readings.push(
      read(settings.programmes).then((answer) => {
        map.getSource("programmes").setData(answer.points);
        card.presences = answer.presences;
      }),
    );
  }
  await Promise.all(readings);
  if (!map.loaded()) await map.once("idle");
  container.dataset.mapReady = "true";
}

start().catch((error) => {
  document.getElementById("carte-absente").hidden = false;
  container.dataset.mapReady = "failed";
  console.error(error);
});
