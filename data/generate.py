"""Write the sample corpus and its questions from the facts and the sentence templates.

In: `facts/*.tsv` and `templates.txt`, beside this file.
Out: `sample.txt`, `analogies.txt`, `pairs.tsv` and `groups.tsv`, the same bytes on every run and
platform.

    python data/generate.py
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, permutations
from pathlib import Path
from random import Random
from typing import TypeVar

T = TypeVar("T")
Fact = dict[str, list[str]]  # column -> the words or phrases that may stand there
Tables = dict[str, list[Fact]]  # table name -> its facts, most frequent first

HERE = Path(__file__).parent
SEED = 1
N_SENTENCES = 54_500
QUESTIONS_PER_SECTION = 64
PAIRS_PER_SCORE = 40

# Facts of one table with the same word here are of the same kind.
KIND = {
    "animal": "group",
    "country": "region",
    "couple": "kind",
    "day": "kind",
    "food": "kind",
    "instrument": "family",
    "material": "kind",
    "month": "season",
    "thing": "kind",
    "vehicle": "kind",
}

# (section, table, column of a and c, column of b and d)
SECTIONS = (
    ("country-capital", "country", "country", "capital"),
    ("country-adjective", "country", "country", "adjective"),
    ("country-dish", "country", "country", "dish"),
    ("animal-young", "animal", "animal", "young"),
    ("male-female", "couple", "male", "female"),
    ("instrument-player", "instrument", "instrument", "player"),
    ("profession-tool", "profession", "profession", "tool"),
    ("cardinal-ordinal", "number", "cardinal", "ordinal"),
    ("gram-comparative", "adjective", "base", "comparative"),
    ("gram-superlative", "adjective", "base", "superlative"),
    ("gram-past", "verb", "base", "past"),
    ("gram-gerund", "verb", "base", "gerund"),
    ("gram-third-person", "verb", "base", "third"),
    ("gram-plural-animals", "animal", "animal", "plural"),
    ("gram-plural-things", "thing", "thing", "plural"),
    ("gram-plural-food", "food", "food", "plural"),
)

SLOT = re.compile(r"\{((\w+?)2?)\.(\w+)\}")
WORDING = re.compile(r"\[([^]]*)\]")


# --- facts and templates


def read_tables(folder: Path) -> Tables:
    """Read every table: a header row, tab-separated cells, `|` between alternatives, `-` for none.

    A fact lists only the columns it has.
    """
    tables = {}
    for path in sorted(folder.glob("*.tsv")):
        header, *rows = (line.split("\t") for line in path.read_text("ascii").splitlines())
        tables[path.stem] = [
            {name: cell.split("|") for name, cell in zip(header, row, strict=True) if cell != "-"}
            for row in rows
        ]
    return tables


@dataclass(frozen=True)
class Topic:
    """Templates on one subject, and its share of all sentences (relative to other topics)."""

    share: int
    templates: list[str]


def read_topics(path: Path) -> list[Topic]:
    """Read templates grouped under `: topic share` headings; `#` begins a remark."""
    topics: list[Topic] = []
    for line in path.read_text("ascii").splitlines():
        if line.startswith(":"):
            _, _, share = line.split()
            topics.append(Topic(int(share), []))
        elif line and not line.startswith("#"):
            topics[-1].templates.append(line)
    return topics


# --- drawing: only Random.random() keeps its sequence across Python versions


def draw(items: Sequence[T], random: Random) -> T:
    """Draw one item, all equally likely."""
    return items[int(random.random() * len(items))]


def draw_many(items: Sequence[T], count: int, random: Random) -> list[T]:
    """Draw up to `count` different items, in the order they stand in `items`."""
    rest = list(range(len(items)))
    chosen = [rest.pop(int(random.random() * len(rest))) for _ in range(min(count, len(items)))]
    return [items[index] for index in sorted(chosen)]


@cache
def rank_weights(n: int) -> list[float]:
    """Return running sums of 1 / (rank + n): Zipf's law with its steep head cut off.

    The first of many items is twice as likely as the last, so none is too rare to learn.
    """
    return list(accumulate(1 / (rank + n) for rank in range(1, n + 1)))


def draw_ranked(items: Sequence[T], random: Random) -> T:
    """Draw one item, earlier ones more often."""
    sums = rank_weights(len(items))
    return items[bisect(sums, random.random() * sums[-1])]


# --- corpus


def draw_facts(template: str, tables: Tables, random: Random) -> dict[str, Fact]:
    """Return a fact for each name the template uses, having every column it asks for.

    The fact for `country2` is another country, of the same kind as `country` where there is one.
    """
    needs: dict[str, set[str]] = {}
    for name, _, column in SLOT.findall(template):
        needs.setdefault(name, set()).add(column)
    facts: dict[str, Fact] = {}
    for name in sorted(needs):  # "country" before "country2"
        table = name.removesuffix("2")
        able = [fact for fact in tables[table] if needs[name] <= fact.keys()]
        if first := facts.get(table):
            others = [fact for fact in able if fact is not first]
            kind = KIND.get(table, "")
            able = [fact for fact in others if fact.get(kind) == first.get(kind)] or others
        facts[name] = draw_ranked(able, random)
    return facts


def sentence(template: str, tables: Tables, random: Random) -> str:
    """Fill a template: one wording of each choice, one fact for each name."""
    facts = draw_facts(template, tables, random)
    text = WORDING.sub(lambda match: draw(match[1].split("|"), random), template)
    text = SLOT.sub(lambda match: draw(facts[match[1]][match[3]], random), text)
    return re.sub(r"\ba (?=[aeiou])", "an ", " ".join(text.split()))


def sentences(tables: Tables, topics: list[Topic], random: Random) -> Iterator[str]:
    """Yield sentences without end; each draws its topic, its template and its facts."""
    shares = list(accumulate(topic.share for topic in topics))
    while True:
        topic = topics[bisect(shares, random.random() * shares[-1])]
        yield sentence(draw(topic.templates, random), tables, random)


# --- questions


def known_words(tables: Tables) -> Counter[str]:
    """Count, for each word of a column that a section asks about, the tables it belongs to."""
    asked = {(table, column) for _, table, *columns in SECTIONS for column in columns}
    return Counter(
        word
        for table, facts in tables.items()
        for word in {
            word
            for fact in facts
            for column, words in fact.items()
            if (table, column) in asked
            for word in words
        }
    )


def relation(tables: Tables, table: str, left: str, right: str) -> list[tuple[str, str]]:
    """Return the (left, right) words of a table's facts that can be asked about without doubt.

    Left out: words with a second meaning in another table, and words that two facts share.
    """
    meanings = known_words(tables)
    pairs = [
        (fact[left][0], fact[right][0]) for fact in tables[table] if {left, right} <= fact.keys()
    ]
    uses = Counter(word for pair in pairs for word in pair)
    return [pair for pair in pairs if all(meanings[word] == uses[word] == 1 for word in pair)]


def analogies(tables: Tables, random: Random) -> Iterator[str]:
    """Yield the lines of the analogy file: a heading a section, then `a b c d` questions."""
    for section, *where in SECTIONS:
        yield f": {section}"
        questions = list(permutations(relation(tables, *where), 2))
        for (a, b), (c, d) in draw_many(questions, QUESTIONS_PER_SECTION, random):
            yield f"{a} {b} {c} {d}"


@dataclass(frozen=True)
class Place:
    """Where a word stands in the tables."""

    word: str
    table: str
    column: str
    row: int
    kind: str


def places(tables: Tables) -> list[Place]:
    """Return the place of each word asked about, one place a word, in tables with kinds."""
    found = {}
    for _, table, left, right in SECTIONS:
        if table not in KIND:
            continue
        words = {word for pair in relation(tables, table, left, right) for word in pair}
        for row, fact in enumerate(tables[table]):
            for column in (left, right):
                word = fact.get(column, [""])[0]
                if word in words:
                    found[word] = Place(word, table, column, row, fact[KIND[table]][0])
    return list(found.values())


def planted_similarity(one: Place, other: Place) -> int:
    """Return 0 to 10: how alike the tables make two words.

    9 same column and kind (two capitals of Europe); 7 same column, another kind; 5 the same fact
    (a country and its dish); 3 the same table only; 0 different tables.
    """
    if one.table != other.table:
        return 0
    if one.column == other.column:
        return 9 if one.kind == other.kind else 7
    return 5 if one.row == other.row else 3


def similarities(tables: Tables, random: Random) -> Iterator[str]:
    """Yield the lines of the pairs file, the same number for each score."""
    all_places = places(tables)
    by_score: dict[int, list[tuple[str, str]]] = {9: [], 7: [], 5: [], 3: [], 0: []}
    for index, one in enumerate(all_places):
        for other in all_places[index + 1 :]:
            by_score[planted_similarity(one, other)].append((one.word, other.word))
    for score, pairs in by_score.items():
        for one_word, other_word in draw_many(pairs, PAIRS_PER_SCORE, random):
            yield f"{one_word}\t{other_word}\t{score}"


def groups(tables: Tables) -> Iterator[str]:
    """Yield the lines of the groups file: each word asked about, and its table and column."""
    for place in places(tables):
        yield f"{place.word}\t{place.table}-{place.column}"


# --- files


def write_lines(path: Path, lines: Iterator[str]) -> None:
    """Write lines ended by a bare newline, whatever the platform."""
    path.write_bytes("".join(f"{line}\n" for line in lines).encode("ascii"))


def main() -> None:
    """Rewrite the four files."""
    tables, topics = read_tables(HERE / "facts"), read_topics(HERE / "templates.txt")
    endless = sentences(tables, topics, Random(SEED))
    write_lines(HERE / "sample.txt", (next(endless) for _ in range(N_SENTENCES)))
    write_lines(HERE / "analogies.txt", analogies(tables, Random(SEED)))
    write_lines(HERE / "pairs.tsv", similarities(tables, Random(SEED)))
    write_lines(HERE / "groups.tsv", groups(tables))


if __name__ == "__main__":
    main()
