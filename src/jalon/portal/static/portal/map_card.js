// The card of the territory under the pointer, or at the centre of the map for the keyboard.

const WHOLE = new Intl.NumberFormat("fr-FR");
const KIND = { departement: "département", commune: "commune" };

export class MapCard {
  constructor(element, map, settings, layers) {
    this.element = element;
    this.map = map;
    this.settings = settings;
    this.layers = layers;
    this.number = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: settings.decimales });
    this.ranks = {};
    this.presences = {};
    this.shown = null;
    map.on("mousemove", (event) => this.showAt(event.point));
    map.on("click", (event) => this.showAt(event.point));
    map.getCanvas().addEventListener("keyup", (event) => {
      if (event.key === "Escape") this.hide();
      else if (event.key === "Enter") this.open();
      else this.showAtCentre();
    });
    map.getCanvas().addEventListener("focus", () => this.showAtCentre());
    map.on("moveend", () => {
      if (document.activeElement === map.getCanvas() && map.getCanvas().matches(":focus-visible")) {
        this.showAtCentre();
      }
    });
  }

  learn(grain, answer) {
    const decreasing = Object.entries(answer.valeurs).sort((a, b) => b[1] - a[1]);
    this.ranks[grain] = { unit: answer.unite, of: decreasing.length, rank: {} };
    decreasing.forEach(([code, value], i) => {
      const before = i > 0 && decreasing[i - 1][1] === value ? decreasing[i - 1][0] : null;
      this.ranks[grain].rank[code] = before ? this.ranks[grain].rank[before] : i + 1;
    });
  }

  showAtCentre() {
    if (!this.map.getCanvas().matches(":focus-visible")) return;
    this.showAt(this.map.project(this.map.getCenter()));
  }

  showAt(point) {
    const [feature] = this.map.queryRenderedFeatures(point, { layers: this.layers });
    if (!feature) {
      this.hide();
      return;
    }
    const { code, nom } = feature.properties;
    if (this.shown?.code === code && this.shown.grain === feature.layer.id) return;
    this.mark(feature, code);
    this.fill(feature.layer.id, code, nom, feature.state.valeur);
  }

  mark(feature, code) {
    this.unmark();
    const target = { source: feature.source, sourceLayer: feature.sourceLayer, id: code };
    this.map.setFeatureState(target, { choisi: true });
    this.shown = { target, code, grain: feature.layer.id };
  }

  unmark() {
    if (this.shown) this.map.setFeatureState(this.shown.target, { choisi: false });
    this.shown = null;
  }

  fill(grain, code, name, value) {
    const known = this.ranks[grain];
    const lines = [`${KIND[grain]} ${code}`];
    if (known && value !== undefined) {
      lines.push(`${this.number.format(value)} ${known.unit}`);
      lines.push(`${WHOLE.format(known.rank[code])}ᵉ sur ${WHOLE.format(known.of)}`.replace(/^1ᵉ /, "1ᵉʳ "));
    } else if (known) {
      lines.push(this.settings.absente);
    }
    lines.push(...(this.presences[code] || []));
    const link = document.createElement("a");
    link.href = this.settings.adresse.replace("nature", grain).replace("code", code);
    link.textContent = name;
    const title = document.createElement("p");
    title.className = "jalon-carte__card-title";
    title.append(link);
    this.element.replaceChildren(
      title,
      ...lines.map((text) => {
        const line = document.createElement("p");
        line.textContent = text;
        return line;
      }),
    );
    this.element.hidden = false;
  }

  open() {
    this.element.querySelector("a")?.click();
  }

  hide() {
    this.unmark();
    this.element.hidden = true;
  }
}
