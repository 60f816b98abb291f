// Marks of the words. Colours are told apart by colour-blind people, and each class has a shape too.
const HUES = {
  light: ["#0072b2", "#d55e00", "#00805d", "#b8568c", "#7d6400", "#3a8fc4", "#c98500", "#565b60"],
  dark: ["#4ea9e2", "#ff8b4d", "#2fc79a", "#e59cc5", "#d8c14b", "#9ad6f7", "#f2b632", "#b7bdc2"],
};
const RAMP = {
  light: ["#00204c", "#31446b", "#666970", "#8b8465", "#b0a052", "#cfbb3c"],
  dark: ["#ffe945", "#d9c55a", "#b0a473", "#8a8779", "#6c6f7c", "#52617f"],
};
const FREQUENT = [100, 1000, 5000, 10000, 30000, Infinity];
const SHAPES = 6;
const NO_GROUP = "(no group)"; // as w2v_cli/reports/groups.py has it
const darkness = matchMedia("(prefers-color-scheme: dark)");

function theme() {
  return darkness.matches ? "dark" : "light";
}

// The colour, shape and size of a class; two of the first 48 classes differ in colour or shape.
function styleOf(kind, place) {
  if (kind === "frequency") return { hue: RAMP[theme()][place], shape: 0, size: 1.7 - 0.17 * place };
  if (kind === "group" && given.groups.names[place] === NO_GROUP) {
    return { hue: { light: "#b5babf", dark: "#565f68" }[theme()], shape: 0, size: 0.75 };
  }
  const round = Math.floor(place / 8);
  return { hue: HUES[theme()][place % 8], shape: ((place % 8) + round) % SHAPES, size: 1 };
}

function trace(context, shape, x, y, r) {
  context.beginPath();
  if (shape === 0) {
    context.arc(x, y, r, 0, 2 * Math.PI);
  } else if (shape === 1) {
    context.rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r);
  } else if (shape === 4) {
    context.rect(x - r * 1.1, y - r * 0.38, r * 2.2, r * 0.76);
    context.rect(x - r * 0.38, y - r * 1.1, r * 0.76, r * 2.2);
  } else {
    // A triangle, a diamond, and a triangle that stands on its tip.
    const corners = { 2: [[0, -1.2], [1.15, 0.85], [-1.15, 0.85]], 3: [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]],
      5: [[0, 1.2], [1.15, -0.85], [-1.15, -0.85]] }[shape];
    corners.forEach(([dx, dy], n) => context[n ? "lineTo" : "moveTo"](x + dx * r, y + dy * r));
    context.closePath();
  }
}

// A small picture of a mark, which is drawn much faster than its path.
function sprite(style, r) {
  const picture = document.createElement("canvas");
  const half = Math.ceil(r * style.size * 1.4) + 1;
  picture.width = picture.height = 2 * half;
  const context = picture.getContext("2d");
  context.fillStyle = style.hue;
  trace(context, style.shape, half, half, r * style.size);
  context.fill();
  return { picture, half };
}

const colourings = {
  cluster: {
    label: "cluster",
    names: given.clusters.names,
    of: clusterOf,
  },
  frequency: {
    label: "frequency",
    names: FREQUENT.map((end, n) =>
      n === 0 ? "rank 1 to 100" : end === Infinity ? "rare: rank above 30,000"
        : `rank ${grouped(FREQUENT[n - 1] + 1)} to ${grouped(end)}`),
    of: Float64Array.from({ length: nWords }, (_, n) => FREQUENT.findIndex((end) => rankOf(n) <= end)),
  },
};
if (given.groups) {
  colourings.group = { label: "group", names: given.groups.names, of: wholeNumbers(given.groups.of, 2) };
}
