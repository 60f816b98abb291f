// Which labels are shown at which zoom.
//
// Labels are centred over their words, so two labels that do not overlap at one scale overlap at no
// greater one. A label that has appeared stays while one zooms in, and panning changes nothing: no
// label flickers. Levels of the scale are filled one after the other, when they are first needed; in
// each one the names of clusters come first and then the words by falling frequency.
const LEVELS_PER_OCTAVE = 3;
const NAMES_UNTIL = 4; // level: 2.5 times the scale that shows the whole map
const CELL = 64; // pixels
const HEIGHT = 1.15; // of a label, in units of its size
const LIFT = 10; // pixels from a word up to the middle of its label
const NAME_SIZE = 12;
const measuring = document.createElement("canvas").getContext("2d");
const FONT = getComputedStyle(document.body).fontFamily;
const widths = new Float32Array(nWords);
const levelOfWord = new Int16Array(nWords).fill(-1);

function sizeOf(word) {
  return word < 60 ? 15 : word < 600 ? 13 : 12;
}

// The name of a cluster on the map, where there is no room for all of it.
function shortName(cluster) {
  return given.clusters.shortNames[cluster].map(shown).join(", ");
}

function fontOf(size, weight) {
  return `${weight} ${size}px ${FONT}`;
}

function widthOf(word) {
  if (!widths[word]) {
    measuring.font = fontOf(sizeOf(word), 500);
    widths[word] = measuring.measureText(shown(words[word])).width + 6;
  }
  return widths[word];
}

class Boxes {
  constructor() {
    this.cells = new Map();
  }

  // Call `visit` with the key of each cell that a box touches, until it returns true.
  some(box, visit) {
    for (let x = Math.floor(box.left / CELL); x <= Math.floor(box.right / CELL); x++) {
      for (let y = Math.floor(box.top / CELL); y <= Math.floor(box.bottom / CELL); y++) {
        if (visit(x * 1048576 + y)) return true;
      }
    }
    return false;
  }

  isFree(box) {
    return !this.some(box, (key) => (this.cells.get(key) || []).some((other) =>
      box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom));
  }

  add(box) {
    this.some(box, (key) => {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push(box);
      return false;
    });
  }
}

function boxAt(x, y, width, size) {
  const high = (size * HEIGHT) / 2 + 1;
  return { left: x - width / 2, right: x + width / 2, top: y - high, bottom: y + high };
}

class Labels {
  // `scale` is that of level 0, in pixels per unit of the places.
  constructor(scale) {
    this.scale = scale;
    this.filled = -1;
    this.names = [];
    levelOfWord.fill(-1);
  }

  levelAt(scale) {
    return Math.max(0, Math.floor(LEVELS_PER_OCTAVE * Math.log2(scale / this.scale) + 1e-6));
  }

  showsNames(scale) {
    return this.levelAt(scale) < NAMES_UNTIL;
  }

  // Fill all levels up to that of a scale.
  fillTo(scale) {
    while (this.filled < this.levelAt(scale)) this.fill(++this.filled);
  }

  fill(level) {
    const scale = this.scale * 2 ** (level / LEVELS_PER_OCTAVE);
    const boxes = new Boxes();
    const shownNames = new Set(this.names.map((each) => each.cluster));
    const named = level < NAMES_UNTIL ? given.clusters.names : [];
    named.forEach((_, n) => shownNames.has(n) && boxes.add(this.boxOfName(n, scale)));
    for (let word = 0; word < nWords; word++) {
      if (levelOfWord[word] >= 0) boxes.add(this.boxOfWord(word, scale));
    }
    named.forEach((_, n) => {
      if (shownNames.has(n) || !boxes.isFree(this.boxOfName(n, scale))) return;
      boxes.add(this.boxOfName(n, scale));
      this.names.push({ cluster: n, level });
    });
    for (let word = 0; word < nWords; word++) {
      if (levelOfWord[word] >= 0 || !boxes.isFree(this.boxOfWord(word, scale))) continue;
      boxes.add(this.boxOfWord(word, scale));
      levelOfWord[word] = level;
    }
  }

  boxOfWord(word, scale) {
    return boxAt(xs[word] * scale, ys[word] * scale - LIFT, widthOf(word), sizeOf(word));
  }

  boxOfName(cluster, scale) {
    measuring.font = fontOf(NAME_SIZE, 700);
    const width = measuring.measureText(shortName(cluster)).width + 32;
    const [x, y] = given.clusters.places[cluster];
    return boxAt(x * scale, y * scale - LIFT, width, 20);
  }
}
