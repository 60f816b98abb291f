// Drawing. All marks and labels are painted on a layer of their own, which is larger than the canvas:
// panning only moves it. The chosen word and its neighbors are drawn on a canvas over it.
let sprites = { key: "" };
let isBlank = false; // whether the canvas over the layer is empty
const MARGIN = 0.3; // of the layer beyond each side of the canvas, in sides of the canvas
const REACH = 120; // pixels that labels reach beyond the outermost words

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

function covers(area) {
  // Beyond the words there is nothing to paint.
  const within = (middle, side, from, to, areaMiddle, areaSide) => {
    const reach = REACH / view.scale;
    const half = side / 2 / view.scale;
    const areaHalf = areaSide / 2 / view.scale + 1e-9;
    return Math.max(middle - half, from - reach) >= areaMiddle - areaHalf
      && Math.min(middle + half, to + reach) <= areaMiddle + areaHalf;
  };
  return within(view.x, view.width, bounds.left, bounds.right, area.x, area.width)
    && within(view.y, view.height, bounds.top, bounds.bottom, area.y, area.height);
}

function paintLayer() {
  const now = spritesNow();
  const isSameScale = layer.scale === view.scale;
  if (layer.key === now.key && isSameScale && covers(layer)) return now;
  // While one zooms every frame is painted, so it has no margin.
  const sides = isSameScale || layer.key === "" ? 1 + 2 * MARGIN : 1;
  Object.assign(layer, { key: now.key, x: view.x, y: view.y, scale: view.scale });
  layer.width = Math.round(view.width * sides);
  layer.height = Math.round(view.height * sides);
  const [wide, high] = [Math.round(layer.width * view.ratio), Math.round(layer.height * view.ratio)];
  if (layer.canvas.width !== wide || layer.canvas.height !== high) {
    layer.canvas.width = wide;
    layer.canvas.height = high;
    layer.canvas.style.width = `${wide / view.ratio}px`;
    layer.canvas.style.height = `${high / view.ratio}px`;
  }
  paint(layer.context, layer, now);
  return now;
}

function paint(to, area, { made, ink }) {
  to.setTransform(1, 0, 0, 1, 0, 0);
  to.globalAlpha = 1;
  to.fillStyle = ink["--ground"];
  to.fillRect(0, 0, layer.canvas.width, layer.canvas.height);
  const scale = area.scale * view.ratio;
  const left = (area.width / 2) * view.ratio - area.x * scale;
  const top = (area.height / 2) * view.ratio - area.y * scale;
  const classes = colourings[state.colouring].of;
  to.globalAlpha = 0.85;
  for (const n of paintingOrder()) {
    const x = xs[n] * scale + left;
    const y = ys[n] * scale + top;
    if (x < -9 || y < -9 || x > layer.canvas.width + 9 || y > layer.canvas.height + 9) continue;
    const { picture, half } = made[classes[n]];
    to.drawImage(picture, Math.round(x) - half, Math.round(y) - half);
  }
  to.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
  to.globalAlpha = 1;
  prepareText(to);
  labels.fillTo(area.scale);
  paintWords(to, area, ink);
  paintNames(to, area, ink);
}

// Rare words first, so that frequent words lie on top of them, and words of a group on all others.
function paintingOrder() {
  const order = Array.from(words.keys()).reverse();
  if (state.colouring !== "group") return order;
  const { names, of } = colourings.group;
  const isOther = (word) => names[of[word]] === NO_GROUP;
  return [...order.filter(isOther), ...order.filter((word) => !isOther(word))];
}

function prepareText(to) {
  to.textAlign = "center";
  to.textBaseline = "middle";
  to.lineJoin = "round";
}

function paintText(to, text, x, y, ink) {
  to.lineWidth = 3;
  to.strokeStyle = ink["--ground"];
  to.strokeText(text, x, y);
  to.fillStyle = ink["--ink"];
  to.fillText(text, x, y);
}

function paintWords(to, area, ink) {
  const level = labels.levelAt(area.scale);
  let size = 0;
  for (let word = 0; word < nWords; word++) {
    if (levelOfWord[word] < 0 || levelOfWord[word] > level) continue;
    const [x, y] = onCanvas(word, area);
    const half = widthOf(word) / 2;
    if (x < -half || y < -9 || x > area.width + half || y > area.height + 20) continue;
    if (size !== sizeOf(word)) {
      size = sizeOf(word);
      to.font = fontOf(size, 500);
    }
    paintText(to, shown(words[word]), x, y - LIFT, ink);
  }
}

function paintNames(to, area, ink) {
  if (!labels.showsNames(area.scale)) return;
  to.font = fontOf(NAME_SIZE, 700);
  const isColoured = state.colouring === "cluster";
  for (const { cluster, level } of labels.names) {
    if (level > labels.levelAt(area.scale)) continue;
    const [px, py] = given.clusters.places[cluster];
    const x = (px - area.x) * area.scale + area.width / 2;
    const y = (py - area.y) * area.scale + area.height / 2 - LIFT;
    const text = shortName(cluster);
    const box = boxAt(x, y, to.measureText(text).width + 32, 20);
    paintPlate(to, box, ink);
    if (isColoured) {
      const style = styleOf("cluster", cluster);
      to.fillStyle = style.hue;
      trace(to, style.shape, box.left + 13, y, 5);
      to.fill();
    }
    to.fillStyle = ink["--ink"];
    to.fillText(text, x + (isColoured ? 7 : 0), y + 0.5);
  }
}

function paintPlate(to, box, ink) {
  to.fillStyle = ink["--ground"];
  to.strokeStyle = ink["--soft"];
  to.lineWidth = 1;
  to.globalAlpha = 0.86;
  to.beginPath();
  to.roundRect(box.left, box.top, box.right - box.left, box.bottom - box.top, 6);
  to.fill();
  to.stroke();
  to.globalAlpha = 1;
}

function draw() {
  const now = paintLayer();
  const scale = view.scale * view.ratio;
  // The layer is moved by whole pixels, which keeps its text sharp.
  const left = Math.round((layer.x - view.x) * scale + (canvas.width - layer.canvas.width) / 2) / view.ratio;
  const top = Math.round((layer.y - view.y) * scale + (canvas.height - layer.canvas.height) / 2) / view.ratio;
  layer.canvas.style.transform = `translate(${left}px, ${top}px)`;
  const word = active();
  // Other words turn pale.
  layer.canvas.style.opacity = word < 0 ? "" : "0.4";
  if (word < 0 && isBlank) return;
  context.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
  context.clearRect(0, 0, view.width, view.height);
  isBlank = word < 0;
  if (!isBlank) drawNeighbors(word, now);
}

function overlaps(box, others) {
  return others.some((other) =>
    box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom);
}

// Lines from a word to its neighbors, their marks and labels.
function drawNeighbors(word, { made, ink }) {
  const classes = colourings[state.colouring].of;
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
    const side = (2 * half) / view.ratio;
    context.drawImage(picture, ex - side / 2, ey - side / 2, side, side);
  }
  context.lineWidth = 2;
  context.strokeStyle = ink["--ink"];
  context.beginPath();
  context.arc(x, y, 8, 0, 2 * Math.PI);
  context.stroke();
  prepareText(context);
  const taken = [];
  for (const each of [word, ...near]) {
    const [ex, ey] = onCanvas(each);
    const size = each === word ? 16 : 13;
    context.font = fontOf(size, each === word ? 700 : 600);
    const text = shown(words[each]);
    const wide = context.measureText(text).width + 6;
    const lift = each === word ? 18 : LIFT + 2;
    const spots = [[0, -lift], [0, lift], [wide / 2 + 8, 0], [-wide / 2 - 8, 0]];
    const boxOf = ([sx, sy]) => boxAt(ex + sx, ey + sy, wide, size);
    const spot = spots.find((tried) => !overlaps(boxOf(tried), taken));
    if (!spot) continue; // the list beside the map has it
    const box = boxOf(spot);
    taken.push(box);
    context.fillStyle = ink["--ground"];
    context.globalAlpha = 0.8;
    context.fillRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
    context.globalAlpha = 1;
    paintText(context, text, ex + spot[0], ey + spot[1], ink);
  }
}
