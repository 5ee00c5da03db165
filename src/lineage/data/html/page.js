// Wakes the parts of the page: drawings when they are first seen, the place in the address, and paper.
const drawings = new Map();
const wake = (root) => {
  for (const area of root.querySelectorAll(".graph-area")) {
    if (!area.closest("details:not([open])") && !drawings.has(area)) drawings.set(area, new Drawing(area));
  }
};
document.addEventListener("toggle", (event) => { if (event.target.open) wake(event.target); }, true);

const reveal = () => {
  const at = document.getElementById(location.hash.slice(1));
  if (!at) return;
  const folded = [...document.querySelectorAll("details:not([open])")].filter((one) => one.contains(at) || one.parentElement === at);
  for (const one of folded) one.open = true;
  if (folded.length) at.scrollIntoView();
};
addEventListener("hashchange", reveal);

addEventListener("beforeprint", () => { for (const drawing of drawings.values()) drawing.print(true); });
addEventListener("afterprint", () => { for (const drawing of drawings.values()) drawing.print(false); });

wake(document);
for (const table of document.querySelectorAll("table.sortable")) new Overview(table);
reveal();
