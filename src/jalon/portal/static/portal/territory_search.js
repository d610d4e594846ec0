// Turn the search form into a combobox (WAI-ARIA 1.2); without this file it stays a plain form.
const DELAY = 120;

// Where a suggestion leads: its page, or the comparison to which it is added.
function addressOf(suggestion, form) {
  return form.dataset.add ? form.dataset.add + suggestion.key : suggestion.url;
}

function option(suggestion, index, form) {
  const item = document.createElement("li");
  item.id = `suggestion-${index}`;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.dataset.url = addressOf(suggestion, form);
  const detail = document.createElement("span");
  detail.className = "jalon-search__detail";
  detail.textContent = suggestion.detail;
  item.append(suggestion.name, detail);
  return item;
}

function enhance(form) {
  const input = form.querySelector("input[type=search]");
  const list = form.querySelector("[role=listbox]");
  const status = form.querySelector("[role=status]");
  let active = -1;
  let timer;
  let latest = 0;

  const options = () => [...list.children];

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function select(index) {
    const all = options();
    active = (index + all.length) % all.length;
    all.forEach((item, place) => item.setAttribute("aria-selected", String(place === active)));
    input.setAttribute("aria-activedescendant", all[active].id);
    all[active].scrollIntoView({ block: "nearest" });
  }

  function announce(count) {
    const { one, many, none } = status.dataset;
    status.textContent = count === 0 ? none : count === 1 ? one : `${count} ${many}`;
  }

  async function suggest() {
    const text = input.value.trim();
    const request = ++latest;
    if (text.length < 2) {
      close();
      return;
    }
    let found;
    try {
      const answer = await fetch(`${form.dataset.suggestions}?q=${encodeURIComponent(text)}`);
      found = (await answer.json()).suggestions;
    } catch {
      return; // the form itself still works
    }
    if (request !== latest || document.activeElement !== input) return;
    list.replaceChildren(...found.map((one, index) => option(one, index, form)));
    announce(found.length);
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
  }

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, DELAY);
  });
  input.addEventListener("blur", () => close());
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      close();
    } else if (!list.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      select(event.key === "ArrowDown" ? active + 1 : active < 0 ? -1 : active - 1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      location.assign(options()[active].dataset.url);
    }
  });
  // Before the input loses focus, which closes the list.
  list.addEventListener("mousedown", (event) => {
    const chosen = event.target.closest("[role=option]");
    if (chosen) {
      event.preventDefault();
      location.assign(chosen.dataset.url);
    }
  });
}

document.querySelectorAll("form.jalon-search").forEach(enhance);
