// Where the words lie in another model, if the map compares two. Each line begins at a ring, where the
// word was, and widens to where it is now.
const moves = given.moves;
const changed = moves ? moves.changed : [];
const isChanged = new Set(changed);
const movedFrom = moves ? wholeNumbers(moves.places, 2) : [];
const moveCosines = moves ? wholeNumbers(moves.cosines, 2) : [];

function oldPlace(word) {
  return [movedFrom[2 * word], movedFrom[2 * word + 1]];
}

function describeMove(word) {
  const cosine = (moveCosines[word] - 10000) / 10000;
  const seen = moves.counts ? `, where it was seen ${grouped(moves.counts[word])} times` : "";
  return `cosine ${cosine.toFixed(2)} with its vector in ${shown(moves.names[0])}${seen}`;
}

function nearBefore(word) {
  const place = changed.indexOf(word);
  if (place < 0) return "";
  return `Near it in ${shown(moves.names[0])}: ${moves.near[place].map((each) => shown(words[each])).join(", ")}`;
}

// Trace the line of a word on the canvas, from its old place to its new one.
function traceMove(to, [fromX, fromY], [x, y]) {
  const length = Math.hypot(x - fromX, y - fromY) || 1;
  const [acrossX, acrossY] = [((fromY - y) / length) * 3, ((x - fromX) / length) * 3];
  to.beginPath();
  to.moveTo(fromX, fromY);
  to.lineTo(x + acrossX, y + acrossY);
  to.lineTo(x - acrossX, y - acrossY);
  to.closePath();
}

function paintMove(to, word, area, ink) {
  const [fromX, fromY] = oldPlace(word);
  const from = [(fromX - area.x) * area.scale + area.width / 2, (fromY - area.y) * area.scale + area.height / 2];
  to.fillStyle = ink["--accent"];
  to.globalAlpha = 0.8;
  traceMove(to, from, onCanvas(word, area));
  to.fill();
  to.globalAlpha = 1;
  to.beginPath();
  to.arc(from[0], from[1], 4, 0, 2 * Math.PI);
  to.fillStyle = ink["--ground"];
  to.fill();
  to.lineWidth = 1.5;
  to.strokeStyle = ink["--accent"];
  to.stroke();
}
