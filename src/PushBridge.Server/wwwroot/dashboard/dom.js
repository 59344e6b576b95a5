export const $ = (id) => document.getElementById(id);

/** An element with a class, or none, and children; text is only ever text. */
export function element(name, className, ...children) {
  const node = document.createElement(name);
  if (className) {
    node.className = className;
  }
  node.append(...children);
  return node;
}

/** Sets a text where it differs, so that nothing is drawn or read out again for nothing. */
export function show(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}
