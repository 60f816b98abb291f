// Pointer, keyboard, and the start.
const pointers = new Map();
let moved = 0;

function placeOf(event) {
  const { left, top } = canvas.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}

function spread() {
  const [[ax, ay], [bx, by]] = [...pointers.values()];
  return { x: (ax + bx) / 2, y: (ay + by) / 2, apart: Math.hypot(ax - bx, ay - by) || 1 };
}

canvas.addEventListener("pointerdown", (event) => {
  cancelAnimationFrame(flight);
  canvas.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, placeOf(event));
  moved = pointers.size > 1 ? Infinity : 0;
});
canvas.addEventListener("pointermove", (event) => {
  const [px, py] = placeOf(event);
  const before = pointers.get(event.pointerId);
  if (!before) {
    hover(event.pointerType === "mouse" ? wordAt(px, py, 14) : -1);
    return;
  }
  const old = pointers.size === 2 ? spread() : null;
  pointers.set(event.pointerId, [px, py]);
  if (old) {
    const now = spread();
    moveTo(view.x - (now.x - old.x) / view.scale, view.y - (now.y - old.y) / view.scale, view.scale);
    zoomAt(now.x, now.y, now.apart / old.apart);
  } else {
    moved += Math.hypot(px - before[0], py - before[1]);
    moveTo(view.x - (px - before[0]) / view.scale, view.y - (py - before[1]) / view.scale, view.scale);
  }
});
function release(event) {
  if (!pointers.delete(event.pointerId) || moved > 6 || event.type === "pointercancel") return;
  const word = wordAt(...placeOf(event), event.pointerType === "mouse" ? 14 : 26);
  if (word >= 0) choose(word, "map");
  else letGo();
}
canvas.addEventListener("pointerup", release);
canvas.addEventListener("pointercancel", release);
canvas.addEventListener("pointerleave", () => hover(-1));
canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  cancelAnimationFrame(flight);
  const lines = event.deltaMode === 1 ? 16 : 1;
  zoomAt(...placeOf(event), Math.exp(-Math.max(-300, Math.min(300, event.deltaY * lines)) * 0.0016));
}, { passive: false });

function hover(word) {
  if (word === state.hovered) return;
  state.hovered = word;
  showWord();
  redraw();
}

function zoom(factor) {
  fly(view.x, view.y, allowedScale(view.scale * factor));
}

const KEYS = {
  ArrowLeft: () => moveTo(view.x - 60 / view.scale, view.y, view.scale),
  ArrowRight: () => moveTo(view.x + 60 / view.scale, view.y, view.scale),
  ArrowUp: () => moveTo(view.x, view.y - 60 / view.scale, view.scale),
  ArrowDown: () => moveTo(view.x, view.y + 60 / view.scale, view.scale),
  "+": () => zoom(1.6),
  "=": () => zoom(1.6),
  "-": () => zoom(1 / 1.6),
  0: showWhole,
  Enter: () => choose(wordAt(view.width / 2, view.height / 2, Infinity), "map"),
};
canvas.addEventListener("keydown", (event) => {
  const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") letGo();
  if (event.key === "/" && document.activeElement !== find) {
    event.preventDefault();
    find.focus();
  }
});
element("near").addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const buttons = [...element("near").querySelectorAll("button")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length].focus();
});
element("nearer").addEventListener("click", () => zoom(1.6));
element("farther").addEventListener("click", () => zoom(1 / 1.6));
element("whole").addEventListener("click", () =>
  fly((bounds.left + bounds.right) / 2, (bounds.top + bounds.bottom) / 2, view.whole));

const colour = element("colour");
colour.append(...Object.entries(colourings).map(([kind, { label }]) => {
  const option = made("option", label);
  option.value = kind;
  return option;
}));
state.colouring = given.groups ? "group" : "cluster";
colour.value = state.colouring;
colour.addEventListener("change", () => {
  state.colouring = colour.value;
  showLegend();
  redraw();
});
darkness.addEventListener("change", () => {
  showLegend();
  redraw();
});
addEventListener("hashchange", readAddress);
new ResizeObserver(resize).observe(canvas);
resize();
showFacts();
showLegend();
readAddress();
