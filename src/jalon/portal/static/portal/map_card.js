// The card of the territory under the pointer, or at the centre of the map for the keyboard.

const WHOLE = new Intl.NumberFormat("fr-FR");

function ranksOf(values) {
  const decreasing = Object.entries(values).sort((a, b) => b[1] - a[1]);
  const ranks = {};
  decreasing.forEach(([code, value], i) => {
    const before = i > 0 && decreasing[i - 1][1] === value ? decreasing[i - 1][0] : null;
    ranks[code] = before ? ranks[before] : i + 1;
  });
  return ranks;
}

export class MapCard {
  constructor(element, map, layers) {
    this.element = element;
    this.map = map;
    this.layers = layers;
    this.grains = {};
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
      if (document.activeElement === map.getCanvas()) this.showAtCentre();
    });
  }

  learn(settings, answers, presences) {
    this.hide();
    this.settings = settings;
    this.grains = {};
    for (const answer of answers) {
      const { nom } = settings.mailles.find(({ code }) => code === answer.maille);
      this.grains[answer.maille] = {
        answer,
        kind: nom,
        ranks: ranksOf(answer.valeurs),
        presences: presences[answer.maille] ?? {},
        number: new Intl.NumberFormat("fr-FR", { maximumFractionDigits: answer.decimales }),
      };
    }
  }

  showAtCentre() {
    if (!this.map.getCanvas().matches(":focus-visible")) return;
    this.showAt(this.map.project(this.map.getCenter()));
  }

  showAt(point) {
    const [feature] = this.map.queryRenderedFeatures(point, { layers: this.layers });
    if (!feature || !this.grains[feature.layer.id]) {
      this.hide();
      return;
    }
    const { code, nom } = feature.properties;
    if (this.shown?.code === code && this.shown.grain === feature.layer.id) return;
    this.mark(feature, code);
    this.fill(feature.layer.id, code, nom);
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

  linesOf(grain, code) {
    const { answer, kind, ranks, presences, number } = this.grains[grain];
    const value = answer.valeurs[code];
    const lines = [`${kind} ${code}`];
    if (answer.secrets?.includes(code)) lines.push("secret");
    else if (value === undefined) lines.push(this.settings.absente);
    else lines.push(`${number.format(value)} ${answer.unite}`);
    if (answer.phrases) lines.push(answer.phrases[code] ?? "");
    else if (answer.noms) {
      const names = (answer.presences[code] ?? []).map((place) => answer.noms[place]);
      lines.push(...(names.length || value === undefined ? names : ["zone blanche : aucun des programmes comptés"]));
    } else if (value !== undefined) {
      const of = Object.keys(answer.valeurs).length;
      lines.push(`${WHOLE.format(ranks[code])}ᵉ sur ${WHOLE.format(of)}`.replace(/^1ᵉ /, "1ᵉʳ "));
    }
    return [...lines, ...(presences[code] ?? [])].filter(Boolean);
  }

  fill(grain, code, name) {
    const link = document.createElement("a");
    link.href = this.settings.adresse.replace("nature", grain).replace("code", code);
    link.textContent = name;
    const title = document.createElement("p");
    title.className = "jalon-carte__card-title";
    title.append(link);
    this.element.replaceChildren(
      title,
      ...this.linesOf(grain, code).map((text) => {
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
