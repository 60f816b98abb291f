// What part of the map is shown, and how: the places of the canvas and the drawing.
const canvas = document.getElementById("map");
const context = canvas.getContext("2d", { alpha: false });
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
let sprites = { key: "" };
let isDue = false;

function wholeScale() {
  const width = Math.max(bounds.right - bounds.left, 1);
  const height = Math.max(bounds.bottom - bounds.top, 1);
  return Math.min((view.width - 60) / width, (view.height - 60) / height);
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
  if (isFirst) showWhole();
  else moveTo(middle[0], middle[1], middle[2] * view.whole);
}

function moveTo(x, y, scale) {
  view.scale = Math.min(Math.max(scale, view.whole * 0.6), view.whole * 400);
  view.x = Math.min(Math.max(x, bounds.left), bounds.right);
  view.y = Math.min(Math.max(y, bounds.top), bounds.bottom);
  redraw();
}

// Zoom so that what lies under a point of the canvas stays there.
function zoomAt(px, py, factor) {
  const before = view.scale;
  const [x, y] = [view.x + (px - view.width / 2) / before, view.y + (py - view.height / 2) / before];
  const scale = Math.min(Math.max(before * factor, view.whole * 0.6), view.whole * 400);
  moveTo(x - (px - view.width / 2) / scale, y - (py - view.height / 2) / scale, scale);
}

let flight = 0;
function fly(x, y, scale) {
  cancelAnimationFrame(flight);
  if (still.matches) return moveTo(x, y, scale);
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
  return undefined;
}

function onCanvas(word) {
  return [(xs[word] - view.x) * view.scale + view.width / 2, (ys[word] - view.y) * view.scale + view.height / 2];
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

function colourOf(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function spritesNow() {
  const base = nWords > 30000 ? 1.1 : nWords > 3000 ? 1.7 : 2.6;
  const r = Math.min(base * (view.scale / view.whole) ** 0.33, 6);
  const size = Math.round(r * view.ratio * 4) / 4;
  const key = `${state.colouring} ${theme()} ${size}`;
  if (sprites.key !== key) {
    const kind = state.colouring;
    const made = colourings[kind].names.map((_, n) => sprite(styleOf(kind, n), size));
    const ink = Object.fromEntries(["--ground", "--ink", "--soft", "--accent"].map((each) => [each, colourOf(each)]));
    sprites = { key, made, ink };
  }
  return sprites;
}

function draw() {
  const { made, ink } = spritesNow();
  const { ratio, width, height } = view;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalAlpha = 1;
  context.fillStyle = ink["--ground"];
  context.fillRect(0, 0, canvas.width, canvas.height);
  const scale = view.scale * ratio;
  const [left, top] = [(width / 2) * ratio - view.x * scale, (height / 2) * ratio - view.y * scale];
  const classes = colourings[state.colouring].of;
  const word = active();
  context.globalAlpha = word < 0 ? 0.85 : 0.35;
  // Rare words first, so that frequent words lie on top of them.
  for (let n = nWords - 1; n >= 0; n--) {
    const x = xs[n] * scale + left;
    const y = ys[n] * scale + top;
    if (x < -9 || y < -9 || x > canvas.width + 9 || y > canvas.height + 9) continue;
    const { picture, half } = made[classes[n]];
    context.drawImage(picture, Math.round(x) - half, Math.round(y) - half);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.globalAlpha = 1;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  const taken = word < 0 ? [] : drawNeighbors(word, ink, made, classes);
  labels.fillTo(view.scale);
  drawNames(ink, taken);
  drawWords(ink, taken, word);
}

function drawText(text, x, y, ink) {
  context.lineWidth = 3;
  context.strokeStyle = ink["--ground"];
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
}

function overlaps(box, others) {
  return others.some((other) =>
    box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom);
}

// Lines from a word to its neighbors, their marks and labels. Returns the boxes of the labels.
function drawNeighbors(word, ink, made, classes) {
  const near = neighborsOf(word).map((each) => each.word);
  const [x, y] = onCanvas(word);
  context.strokeStyle = ink["--accent"];
  context.lineWidth = 1.2;
  context.globalAlpha = 0.8;
  context.beginPath();
  for (const other of near) {
    context.moveTo(x, y);
    context.lineTo(...onCanvas(other));
  }
  context.stroke();
  context.globalAlpha = 1;
  for (const each of [...near, word]) {
    const [ex, ey] = onCanvas(each);
    const { picture, half } = made[classes[each]];
    context.drawImage(picture, ex - half / view.ratio, ey - half / view.ratio, (2 * half) / view.ratio, (2 * half) / view.ratio);
  }
  context.lineWidth = 2;
  context.strokeStyle = ink["--ink"];
  context.beginPath();
  context.arc(x, y, 8, 0, 2 * Math.PI);
  context.stroke();
  const taken = [];
  for (const each of [word, ...near]) {
    const [ex, ey] = onCanvas(each);
    const size = each === word ? 16 : 13;
    context.font = fontOf(size, each === word ? 700 : 600);
    const text = shown(words[each]);
    const wide = context.measureText(text).width + 6;
    const lift = each === word ? 18 : LIFT + 2;
    const spots = [[0, -lift], [0, lift], [wide / 2 + 8, 0], [-wide / 2 - 8, 0]];
    const spot = spots.find(([sx, sy]) => !overlaps(boxAt(ex + sx, ey + sy, wide, size), taken));
    if (!spot) continue;
    taken.push(boxAt(ex + spot[0], ey + spot[1], wide, size));
    context.fillStyle = ink["--ink"];
    drawText(text, ex + spot[0], ey + spot[1], ink);
  }
  return taken;
}

function drawNames(ink, taken) {
  if (!labels.showsNames(view.scale)) return;
  context.font = fontOf(NAME_SIZE, 700);
  for (const { cluster, level } of labels.names) {
    if (level > labels.levelAt(view.scale)) continue;
    const [px, py] = given.clusters.places[cluster];
    const x = (px - view.x) * view.scale + view.width / 2;
    const y = (py - view.y) * view.scale + view.height / 2 - LIFT;
    const text = shown(given.clusters.names[cluster]);
    const wide = context.measureText(text).width;
    const box = boxAt(x, y, wide + 34, 20);
    if (overlaps(box, taken)) continue;
    context.fillStyle = ink["--ground"];
    context.strokeStyle = ink["--soft"];
    context.lineWidth = 1;
    context.globalAlpha = taken.length ? 0.6 : 0.92;
    context.beginPath();
    context.roundRect(box.left, box.top, box.right - box.left, box.bottom - box.top, 6);
    context.fill();
    context.stroke();
    if (state.colouring === "cluster") {
      const style = styleOf("cluster", cluster);
      context.fillStyle = style.hue;
      trace(context, style.shape, box.left + 13, y, 5);
      context.fill();
    }
    context.fillStyle = ink["--ink"];
    context.fillText(text, x + (state.colouring === "cluster" ? 7 : 0), y + 0.5);
    context.globalAlpha = 1;
  }
}

function drawWords(ink, taken, word) {
  const level = labels.levelAt(view.scale);
  context.globalAlpha = word < 0 ? 1 : 0.45;
  context.fillStyle = ink["--ink"];
  let size = 0;
  for (let each = 0; each < nWords; each++) {
    if (levelOfWord[each] < 0 || levelOfWord[each] > level || each === word) continue;
    const [x, y] = onCanvas(each);
    const half = widthOf(each) / 2;
    if (x < -half || y < -9 || x > view.width + half || y > view.height + 20) continue;
    if (taken.length && overlaps(boxAt(x, y - LIFT, 2 * half, sizeOf(each)), taken)) continue;
    if (size !== sizeOf(each)) {
      size = sizeOf(each);
      context.font = fontOf(size, 500);
    }
    drawText(shown(words[each]), x, y - LIFT, ink);
  }
  context.globalAlpha = 1;
}
