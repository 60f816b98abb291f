// The panel: facts, the chosen word with its true neighbors, and the key of colours and shapes.
function element(id) {
  return document.getElementById(id);
}

function made(name, text) {
  const node = document.createElement(name);
  node.textContent = text;
  return node;
}

const countOf = (word) => (given.counts ? given.counts[word] : 0);
const percent = (share) => `${Math.round(100 * share)}%`;

function describe(word) {
  const seen = countOf(word);
  const parts = [`rank ${grouped(rankOf(word))}`];
  if (seen) parts.push(`seen ${grouped(seen)} time${seen > 1 ? "s" : ""}`);
  parts.push(`cluster: ${shown(given.clusters.names[clusterOf[word]])}`);
  if (given.groups) parts.push(`group: ${shown(given.groups.names[colourings.group.of[word]])}`);
  return parts.join(" · ");
}

function showWord() {
  const word = active();
  element("word").hidden = word < 0;
  if (word < 0) return;
  element("name").textContent = shown(words[word]);
  element("about").textContent = describe(word);
  const onMap = nearestOnMap(word);
  const near = neighborsOf(word);
  element("near").replaceChildren(...near.map((each) => {
    const button = document.createElement("button");
    button.type = "button";
    const isNear = onMap.has(each.word);
    const mark = made("i", isNear ? "●" : "○");
    mark.title = isNear ? "also near on the map" : "not near on the map";
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", mark.title);
    button.append(mark, made("bdi", shown(words[each.word])), made("span", each.cosine.toFixed(4)));
    button.addEventListener("click", () => choose(each.word, "near"));
    const line = document.createElement("li");
    line.append(button);
    return line;
  }));
  const kept = near.filter((each) => onMap.has(each.word)).length;
  element("kept").textContent =
    `Cosines. ${kept} of these ${near.length} are also among its ${near.length} nearest on the map (●).`;
}

// Choose a word: the map flies there, the address names it, and a screen reader says it.
function choose(word, from) {
  state.chosen = word;
  state.hovered = -1;
  const near = neighborsOf(word);
  showWord();
  const [x, y] = [xs[word], ys[word]];
  const reach = near.map((each) => Math.hypot(xs[each.word] - x, ys[each.word] - y)).sort((a, b) => a - b);
  const middle = reach[Math.floor(reach.length / 2)] || 1;
  const wanted = Math.min(view.width, view.height) / (3.2 * middle);
  const scale = Math.min(Math.max(wanted, 4 * view.whole), 150 * view.whole);
  if (from !== "map") fly(x, y, scale);
  else redraw();
  setAddress(word);
  const first = near.slice(0, 3).map((each) => `${shown(words[each.word])} ${each.cosine.toFixed(2)}`);
  element("spoken").textContent = `${shown(words[word])}, ${describe(word)}. Nearest: ${first.join(", ")}.`;
  if (from === "near" && near.length) element("near").querySelector("button").focus();
}

function letGo() {
  state.chosen = state.hovered = -1;
  setAddress(-1);
  element("spoken").textContent = "no word chosen";
  showWord();
  redraw();
}

function setAddress(word) {
  let hash = "";
  try {
    hash = word < 0 ? "" : `#word=${encodeURIComponent(words[word])}`;
  } catch {
    return; // a word that is not valid Unicode cannot stand in an address
  }
  history.replaceState(null, "", hash || location.href.split("#")[0]);
}

function readAddress() {
  const found = /^#word=(.*)$/s.exec(location.hash);
  if (!found) return;
  let wanted = "";
  try {
    wanted = decodeURIComponent(found[1]);
  } catch {
    return;
  }
  const word = words.indexOf(wanted);
  if (word >= 0 && word !== state.chosen) choose(word, "address");
}

function showLegend() {
  const { names, label } = colourings[state.colouring];
  element("legend").setAttribute("aria-label", `Colours by ${label}`);
  element("legend").replaceChildren(...names.map((name, n) => {
    const style = styleOf(state.colouring, n);
    const picture = document.createElement("canvas");
    picture.width = picture.height = 32;
    picture.setAttribute("aria-hidden", "true");
    const drawing = picture.getContext("2d");
    drawing.fillStyle = style.hue;
    trace(drawing, style.shape, 16, 16, 10 * Math.min(style.size, 1));
    drawing.fill();
    const line = document.createElement("li");
    line.append(picture, made("bdi", shown(name)));
    return line;
  }));
}

function showFacts() {
  const all = given.modelWords > nWords ? ` of ${grouped(given.modelWords)}` : "";
  element("facts").textContent =
    `${grouped(nWords)}${all} words. ${percent(given.kept)} of each word's ${k} nearest words lie among its ${k}`
    + " nearest on this map; the rest do not fit on a plane.";
  element("truth").textContent =
    `Words that are used alike lie together (layout: ${given.layout}). A plane cannot keep all distances, so believe`
    + ` the list of nearest words: it has the exact cosines among the ${grouped(nWords)} words of this map.`
    + " ● marks neighbors that are near on the map too. Distances between far groups and the two axes mean nothing.";
}
