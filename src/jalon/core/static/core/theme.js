// Choose the theme before the first paint: the design system does it too, but only once loaded.
(() => {
  let scheme = "system";
  try {
    scheme = localStorage.getItem("scheme") || scheme;
  } catch {
    // Storage is refused by the browser: follow the system.
  }
  const isDark = scheme === "dark"
    || (scheme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-fr-theme", isDark ? "dark" : "light");
})();
