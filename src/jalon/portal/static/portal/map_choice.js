// Changing what the map shows without loading the page again: the server writes the same page,
// its parts are put in place, and the address always says what is shown.

const WAIT = 150; // milliseconds: an arrow held down on the slider asks once
// What the server takes by default is left out of the address.
const DEFAULTS = { maille: "automatique", methode: "quantiles", classes: "5", figure: "cercles" };

export class MapChoice {
  constructor(form) {
    this.form = form;
    this.onSettings = () => {};
    this.loaded = location.pathname + location.search;
    this.timer = 0;
    form.querySelector("[type=submit]").hidden = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask();
    });
    form.addEventListener("change", (event) => this.ask({ isOther: event.target.name === "indicateur" }));
    document.addEventListener("click", (event) => this.follow(event));
    window.addEventListener("popstate", () => {
      const address = location.pathname + location.search;
      if (address !== this.loaded) this.load(address, { isOther: true });
    });
    this.slide();
  }

  // Another indicator has its own years and grains: its fields are written again by the server.
  ask({ isOther = false } = {}) {
    const asked = new URLSearchParams(new FormData(this.form));
    if (isOther) asked.delete("annee");
    for (const [name, value] of Object.entries(DEFAULTS)) {
      if (asked.get(name) === value) asked.delete(name);
    }
    clearTimeout(this.timer);
    const address = `${this.form.getAttribute("action")}?${asked}`;
    this.timer = setTimeout(() => this.load(address, { isOther, isNew: true, isClean: true }), WAIT);
  }

  // Sorting the table and turning its pages.
  follow(event) {
    const link = event.target.closest("a[data-carte-lien], #carte-tableau .fr-pagination a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { pathname, search } = new URL(link.href);
    this.load(pathname + search, { isNew: true }).then(() => this.focusTable());
  }

  focusTable() {
    document.querySelector("#carte-tableau .fr-table__container")?.focus({ preventScroll: true });
  }

  async load(address, { isOther = false, isNew = false, isClean = false }) {
    this.reading?.abort();
    this.reading = new AbortController();
    const layout = document.querySelector(".jalon-carte__layout");
    layout.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(address, { signal: this.reading.signal });
      if (!response.ok) throw new Error(`${address} : ${response.status}`);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const said = isClean ? page.getElementById("carte-lien")?.getAttribute("href") : null;
      this.loaded = said ?? address;
      if (isNew) history.pushState(null, "", this.loaded + location.hash);
      this.put(page, isOther);
    } catch (error) {
      if (error.name === "AbortError") return;
      location.assign(address);
    }
    layout.removeAttribute("aria-busy");
  }

  put(page, isOther) {
    document.title = page.title;
    const title = page.getElementById("carte-titre").textContent;
    document.getElementById("carte-titre").textContent = title;
    document.getElementById("carte-annonce").textContent = title;
    for (const part of document.querySelectorAll("[data-partie]")) {
      part.replaceChildren(...page.getElementById(part.id).childNodes);
    }
    if (isOther) {
      this.form.elements.indicateur.value = page.getElementById("id_indicateur").value;
      document.getElementById("carte-champs").replaceChildren(...page.getElementById("carte-champs").childNodes);
      this.slide();
    }
    for (const button of document.querySelectorAll("[data-image]")) button.hidden = false;
    this.onSettings(JSON.parse(page.getElementById("carte-reglages").textContent));
  }

  // The list of years becomes a slider; it stays in the form, and alone without this script.
  slide() {
    const group = this.form.querySelector("[data-champ=annee]");
    const select = group?.querySelector("select");
    if (!select || select.options.length < 2) return;
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", id: "id_annee_curseur", className: "jalon-carte__slider" });
    Object.assign(slider, { min: 0, max: select.options.length - 1, step: 1 });
    slider.value = select.selectedIndex;
    const year = document.createElement("output");
    year.className = "jalon-carte__year";
    year.htmlFor = slider.id;
    const label = group.querySelector("label");
    label.htmlFor = slider.id;
    const say = () => {
      select.selectedIndex = Number(slider.value);
      year.textContent = select.selectedOptions[0].text;
      slider.setAttribute("aria-valuetext", year.textContent);
    };
    slider.addEventListener("input", say);
    const ends = document.createElement("p");
    ends.className = "jalon-carte__ends";
    ends.setAttribute("aria-hidden", "true");
    for (const one of [select.options[0], select.options[select.options.length - 1]]) {
      const end = document.createElement("span");
      end.textContent = one.text;
      ends.append(end);
    }
    select.hidden = true;
    label.append(" ", year);
    group.append(slider, ends);
    say();
  }
}
