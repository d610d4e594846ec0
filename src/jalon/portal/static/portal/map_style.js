// The style of the map: colours read from the theme of the page, and the layers of each grain.

export const SOURCE = "territoires";
// From the widest territories to the smallest: the code of each grain and its layer in the tiles.
export const LAYERS = { region: "regions", departement: "departements", epci: "epcis", commune: "communes" };
const TONES = 7;
const BORDERS_FROM_ZOOM = 7;

function colour(container, name) {
  // A CSS variable may hold another one; the computed colour of a probe is always plain.
  const probe = document.createElement("span");
  probe.className = name;
  container.append(probe);
  const found = getComputedStyle(probe).backgroundColor;
  probe.remove();
  return found;
}

export function palette(container) {
  const read = (name) => colour(container, name);
  return {
    tones: Array.from({ length: TONES }, (_, i) => read(`jalon-ton--${i + 1}`)),
    missing: read("jalon-ton--0"),
    known: read("jalon-carte__known"),
    paper: read("jalon-carte__paper"),
    rule: read("jalon-carte__rule"),
    programme: read("jalon-carte__programme"),
    circle: read("jalon-carte__circle"),
    border: read("jalon-carte__border"),
  };
}

const TONE = ["coalesce", ["feature-state", "ton"], 0];

function toneColour(colours) {
  return ["match", TONE, ...colours.tones.flatMap((one, i) => [i + 1, one]), colours.missing];
}

function fillColour(colours, hasCircles) {
  return hasCircles ? ["case", [">", TONE, 0], colours.known, colours.missing] : toneColour(colours);
}

// Paint properties that follow the theme, by layer.
function paints(colours, hasCircles) {
  const found = { fond: { "background-color": colours.paper }, "departement-limite": { "line-color": colours.rule } };
  for (const grain of Object.keys(LAYERS)) {
    found[grain] = { "fill-color": fillColour(colours, hasCircles) };
    found[`${grain}-contour`] = { "line-color": hasCircles ? colours.border : colours.rule };
    found[`${grain}-choisi`] = { "line-color": colours.programme };
    found[`${grain}-cercles`] = { "circle-color": toneColour(colours), "circle-stroke-color": colours.circle };
  }
  found.programmes = { "circle-color": colours.programme, "circle-stroke-color": colours.paper };
  return found;
}

export function repaint(map, colours, hasCircles) {
  for (const [layer, properties] of Object.entries(paints(colours, hasCircles))) {
    for (const [name, value] of Object.entries(properties)) map.setPaintProperty(layer, name, value);
  }
}

// Show these grains, each between its zooms, and no other.
export function showGrains(map, grains, hasCircles) {
  for (const grain of Object.keys(LAYERS)) {
    const shown = grains.find((one) => one.code === grain);
    for (const part of ["", "-contour", "-choisi", "-cercles"]) {
      const isVisible = shown && (part !== "-cercles" || hasCircles);
      map.setLayoutProperty(grain + part, "visibility", isVisible ? "visible" : "none");
      if (shown) map.setLayerZoomRange(grain + part, shown.de, shown.a);
    }
  }
}

export function style(colours, tiles) {
  const territories = [];
  const circles = [];
  for (const [grain, layer] of Object.entries(LAYERS)) {
    const common = { source: SOURCE, layout: { visibility: "none" } };
    const outline = { ...common, "source-layer": layer };
    territories.push(
      { ...outline, id: grain, type: "fill", paint: {} },
      {
        ...outline,
        id: `${grain}-contour`,
        type: "line",
        paint: { "line-width": ["interpolate", ["linear"], ["zoom"], 7, 0.4, 12, 1] },
      },
      {
        ...outline,
        id: `${grain}-choisi`,
        type: "line",
        paint: { "line-width": ["case", ["boolean", ["feature-state", "choisi"], false], 3, 0] },
      },
    );
    circles.push({
      ...common,
      "source-layer": `${layer}_centres`,
      id: `${grain}-cercles`,
      type: "circle",
      paint: {
        "circle-radius": ["coalesce", ["feature-state", "rayon"], 0],
        "circle-opacity": 0.85,
        "circle-stroke-width": ["case", [">", ["coalesce", ["feature-state", "rayon"], 0], 0], 0.8, 0],
      },
    });
  }
  const borders = {
    id: "departement-limite",
    type: "line",
    source: SOURCE,
    "source-layer": "departements",
    minzoom: BORDERS_FROM_ZOOM,
    paint: { "line-width": 1.5 },
  };
  const programmes = {
    id: "programmes",
    type: "circle",
    source: "programmes",
    paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 4, 2, 9, 5], "circle-stroke-width": 1 },
  };
  const layers = [{ id: "fond", type: "background" }, ...territories, borders, ...circles, programmes];
  const painted = paints(colours, false);
  return {
    version: 8,
    sources: {
      [SOURCE]: { type: "vector", url: `pmtiles://${tiles}`, promoteId: "code" },
      programmes: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
    },
    layers: layers.map((layer) => ({ ...layer, paint: { ...layer.paint, ...painted[layer.id] } })),
  };
}
