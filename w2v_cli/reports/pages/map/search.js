// The search: words that begin with what is typed, without regard to case and diacritics.
const MATCHES = 8;
const find = element("find");
const matches = element("matches");
let foldedWords = null;
let found = [];
let marked = -1;

function search() {
  foldedWords ??= words.map(folded);
  const wanted = folded(find.value.trim());
  const exact = words.indexOf(find.value.trim());
  found = exact >= 0 ? [exact] : [];
  for (let word = 0; wanted && word < nWords && found.length < MATCHES; word++) {
    if (word !== exact && foldedWords[word].startsWith(wanted)) found.push(word);
  }
  showMatches(found.length ? 0 : -1);
  if (wanted && !found.length) element("spoken").textContent = "no word begins so";
}

function showMatches(which) {
  marked = which;
  matches.hidden = !found.length;
  find.setAttribute("aria-expanded", String(found.length > 0));
  matches.replaceChildren(...found.map((word, n) => {
    const line = document.createElement("li");
    line.id = `match${n}`;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", String(n === marked));
    line.append(made("bdi", shown(words[word])), made("span", countOf(word) ? grouped(countOf(word)) : ""));
    line.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      take(n);
    });
    return line;
  }));
  if (marked >= 0) find.setAttribute("aria-activedescendant", `match${marked}`);
  else find.removeAttribute("aria-activedescendant");
}

function take(n) {
  const word = found[n];
  if (word === undefined) return;
  find.value = shown(words[word]);
  found = [];
  showMatches(-1);
  choose(word, "search");
}

find.addEventListener("input", search);
find.addEventListener("blur", () => {
  found = [];
  showMatches(-1);
});
find.addEventListener("keydown", (event) => {
  if (event.key === "Enter") {
    take(marked);
  } else if (event.key === "Escape") {
    find.value = "";
    found = [];
    showMatches(-1);
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && found.length) {
    const step = event.key === "ArrowDown" ? 1 : -1;
    showMatches((marked + step + found.length) % found.length);
  } else {
    return;
  }
  event.stopPropagation();
  if (event.key !== "Enter") event.preventDefault();
});
