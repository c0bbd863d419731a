// Makes elements. Texts of answers and spans are untrusted, so they enter the page
// only as text nodes.

export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (/^(aria|data)-/.test(name)) element.setAttribute(name, String(value));
    else if (value === false) continue;
    else if (name.startsWith("on"))
      element.addEventListener(name.slice(2), value);
    else if (name === "style")
      for (const [key, of] of Object.entries(value))
        element.style.setProperty(key, of);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(
    ...children.flat().filter((c) => c !== null && c !== undefined),
  );
  return element;
}

export const byId = (id) => document.getElementById(id);
