"""Choose the words that get vectors.

In: word -> count, a part of the words at a time, so that they need not fit into memory. Out: the
vocabulary. Words that are left out are never held.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from w2v_cli.errors import CorpusError
from w2v_cli.vocabulary import Vocabulary, build_vocabulary

PRUNE_ABOVE = 1 << 20
"""Words beyond twice `max_vocab` that may wait until the rarest are dropped."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Which words get vectors.

    Attributes:
        min_count: words that occur less often are left out, unless kept.
        max_vocab: at most so many words, the most frequent ones; kept words take their places
            first.
        keep: these always get a vector if they occur.
        stop: these never do.
    """

    min_count: int = 1
    max_vocab: int | None = None
    keep: frozenset[str] = frozenset()
    stop: frozenset[str] = frozenset()


def choose_vocabulary(
    parts: Iterable[Mapping[str, int]], rules: Rules, option: str = "--min-count"
) -> Vocabulary:
    """Rank the words that `rules` let in.

    Args:
        parts: word -> count; no word is in two parts.
        rules: which words get in.
        option: the name of the least count, for messages.

    Raises:
        CorpusError: fewer than two words are left, so that there is nothing to tell apart, or the
            words to keep are more than the vocabulary may have.
    """
    kept: dict[str, int] = {}
    candidates: dict[str, int] = {}
    n_different = highest = 0
    for counts in parts:
        n_different += len(counts)
        highest = max(highest, max(counts.values(), default=0))
        kept.update({word: counts[word] for word in rules.keep & counts.keys()})
        frequent = {word: n for word, n in counts.items() if n >= rules.min_count}
        for word in (rules.stop | rules.keep) & frequent.keys():
            del frequent[word]
        candidates.update(frequent)
        if rules.max_vocab is not None and len(candidates) > 2 * rules.max_vocab + PRUNE_ABOVE:
            candidates = _first(candidates, rules.max_vocab)
    if rules.max_vocab is not None:
        if len(kept) > rules.max_vocab:
            raise CorpusError(
                f"{len(kept):,} words of --keep-words occur, more than --max-vocab"
                f" {rules.max_vocab:,}; raise it or shorten the list"
            )
        candidates = _first(candidates, rules.max_vocab - len(kept))
    chosen = {**kept, **candidates}
    if len(chosen) < 2:
        raise CorpusError(_too_few(chosen, n_different, highest, rules, option))
    return build_vocabulary(chosen)


def _first(counts: dict[str, int], n: int) -> dict[str, int]:
    """Return the first `n` words in the order of a vocabulary."""
    ranked = build_vocabulary(counts)
    return dict(zip(ranked.words[:n], ranked.counts[:n].tolist(), strict=True))


def _too_few(
    chosen: dict[str, int], n_different: int, highest: int, rules: Rules, option: str
) -> str:
    if not n_different:
        return "the corpus holds no words; check that the files are the right ones"
    if n_different == 1 and chosen:
        return f"the corpus holds one word only, {next(iter(chosen))!r}; training needs two or more"
    if highest < rules.min_count:
        return (
            f"none of the {n_different:,} different words occurs {rules.min_count} times, the most"
            f" frequent one {highest}; lower {option}"
        )
    left = "only 1 word is" if chosen else "no word is"
    ways = {
        f"lower {option}": rules.min_count > 1,
        "raise --max-vocab": rules.max_vocab is not None,
        "shorten --stop-words": bool(rules.stop),
    }
    helpful = " or ".join(way for way, applies in ways.items() if applies)
    return f"{left} left of {n_different:,}; {helpful}"
