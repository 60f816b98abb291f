// What part of the map is shown.
const canvas = document.getElementById("map");
const context = canvas.getContext("2d");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const bounds = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
for (let word = 0; word < nWords; word++) {
  bounds.left = Math.min(bounds.left, xs[word]);
  bounds.right = Math.max(bounds.right, xs[word]);
  bounds.top = Math.min(bounds.top, ys[word]);
  bounds.bottom = Math.max(bounds.bottom, ys[word]);
}
const view = { x: 0, y: 0, scale: 1, width: 0, height: 0, ratio: 1, whole: 1 };
const state = { chosen: -1, hovered: -1, colouring: "cluster" };
let labels = null;
const layer = { key: "", x: 0, y: 0, scale: 0, width: 0, height: 0, canvas: document.getElementById("layer") };
layer.context = layer.canvas.getContext("2d", { alpha: false });
let isDue = false;

function wholeScale() {
  const width = Math.max(bounds.right - bounds.left, 1);
  const height = Math.max(bounds.bottom - bounds.top, 1);
  // The names of clusters at the border need room.
  return Math.min((view.width - (view.width > 600 ? 150 : 90)) / width, (view.height - 50) / height);
}

function showWhole() {
  moveTo((bounds.left + bounds.right) / 2, (bounds.top + bounds.bottom) / 2, view.whole);
}

function resize() {
  const { width, height } = canvas.getBoundingClientRect();
  const isFirst = view.width === 0;
  const middle = [view.x, view.y, view.scale / view.whole];
  view.ratio = Math.min(window.devicePixelRatio || 1, 2);
  view.width = Math.max(width, 80);
  view.height = Math.max(height, 80);
  canvas.width = Math.round(view.width * view.ratio);
  canvas.height = Math.round(view.height * view.ratio);
  view.whole = wholeScale();
  labels = new Labels(view.whole);
  layer.key = "";
  isBlank = false;
  if (isFirst) showWhole();
  else moveTo(middle[0], middle[1], middle[2] * view.whole);
}

// A scale between 0.6 and 400 times the one that shows the whole map.
function allowedScale(scale) {
  return Math.min(Math.max(scale, view.whole * 0.6), view.whole * 400);
}

function moveTo(x, y, scale) {
  view.scale = allowedScale(scale);
  view.x = Math.min(Math.max(x, bounds.left), bounds.right);
  view.y = Math.min(Math.max(y, bounds.top), bounds.bottom);
  redraw();
}

// Zoom so that what lies under a point of the canvas stays there.
function zoomAt(px, py, factor) {
  const before = view.scale;
  const [x, y] = [view.x + (px - view.width / 2) / before, view.y + (py - view.height / 2) / before];
  const scale = allowedScale(before * factor);
  moveTo(x - (px - view.width / 2) / scale, y - (py - view.height / 2) / scale, scale);
}

let flight = 0;
function fly(x, y, scale) {
  cancelAnimationFrame(flight);
  if (still.matches) {
    moveTo(x, y, scale);
    return;
  }
  const from = { ...view };
  const start = performance.now();
  const step = (now) => {
    const t = Math.min(Math.max((now - start) / 500, 0), 1);
    const eased = t * t * (3 - 2 * t);
    const at = from.scale * (scale / from.scale) ** eased;
    // In a zoom the place under the eye moves with 1 / scale, not with time.
    const share = Math.abs(scale - from.scale) < 1e-9 ? eased : (1 / from.scale - 1 / at) / (1 / from.scale - 1 / scale);
    moveTo(from.x + (x - from.x) * share, from.y + (y - from.y) * share, at);
    if (t < 1) flight = requestAnimationFrame(step);
  };
  flight = requestAnimationFrame(step);
}

function onCanvas(word, area = view) {
  return [(xs[word] - area.x) * area.scale + area.width / 2, (ys[word] - area.y) * area.scale + area.height / 2];
}

// The word nearest to a point of the canvas, at most `reach` pixels away; -1 if there is none.
function wordAt(px, py, reach) {
  const x = view.x + (px - view.width / 2) / view.scale;
  const y = view.y + (py - view.height / 2) / view.scale;
  let found = -1;
  let least = (reach / view.scale) ** 2;
  for (let word = 0; word < nWords; word++) {
    const distance = (xs[word] - x) ** 2 + (ys[word] - y) ** 2;
    if (distance < least) [found, least] = [word, distance];
  }
  return found;
}

function redraw() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    draw();
  });
}

function active() {
  return state.hovered >= 0 ? state.hovered : state.chosen;
}
