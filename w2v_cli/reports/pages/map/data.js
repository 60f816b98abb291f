// What the page was given. Every word is text: it only reaches the page as textContent or on the canvas.
const given = JSON.parse(document.getElementById("data").textContent);

function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
}

function wholeNumbers(text, width) {
  // Numbers are little-endian whatever the machine that shows the page.
  const view = new DataView(bytes(text));
  const read = width === 4 ? "getUint32" : "getUint16";
  return Float64Array.from({ length: view.byteLength / width }, (_, n) => view[read](n * width, true));
}

const words = given.words;
const nWords = words.length;
const places = wholeNumbers(given.places, 2);
const xs = Float64Array.from({ length: nWords }, (_, n) => places[2 * n]);
const ys = Float64Array.from({ length: nWords }, (_, n) => places[2 * n + 1]);
const clusterOf = wholeNumbers(given.clusters.of, 2);
const nearPacked = wholeNumbers(given.near, 4);
const k = nWords ? nearPacked.length / nWords : 0;
const ID_END = 2 ** 17; // ids are below it; see ID_BITS in w2v_cli/reports/page.py

// The true neighbors of a word, nearest first. An id and a cosine share one number.
function neighborsOf(word) {
  return Array.from({ length: k }, (_, n) => {
    const packed = nearPacked[word * k + n];
    return { word: packed % ID_END, cosine: (Math.floor(packed / ID_END) - 10000) / 10000 };
  });
}

// The k words that are nearest on the map; of equally near ones those of lower rank.
function nearestOnMap(word) {
  const best = [];
  for (let other = 0; other < nWords; other++) {
    if (other === word) continue;
    const distance = (xs[other] - xs[word]) ** 2 + (ys[other] - ys[word]) ** 2;
    if (best.length === k && distance >= best[k - 1].distance) continue;
    let at = best.length;
    while (at > 0 && best[at - 1].distance > distance) at--;
    best.splice(at, 0, { other, distance });
    if (best.length > k) best.pop();
  }
  return new Set(best.map((each) => each.other));
}

function rankOf(word) {
  return given.ranks ? given.ranks[word] : word + 1;
}

// Control characters have no shape of their own, and a very long word would cover the map.
function shown(text) {
  const visible = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, "\u2423");
  const letters = Array.from(visible);
  return letters.length > 40 ? letters.slice(0, 39).join("") + "…" : visible;
}

function folded(text) {
  return text.normalize("NFD").replace(/\p{M}+/gu, "").toLowerCase();
}

function grouped(number) {
  return number.toLocaleString("en-US");
}
