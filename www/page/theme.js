// The theme is the system's until the visitor chooses one.

export function setUpTheme(button) {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () =>
    (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
  const show = () => {
    button.textContent = dark() ? "Light" : "Dark";
    button.setAttribute(
      "aria-label",
      `Switch to the ${dark() ? "light" : "dark"} theme`,
    );
  };
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch {
      // Storage may be blocked; the choice then lasts as long as the page.
    }
    show();
  });
  system.addEventListener("change", show);
  show();
}
