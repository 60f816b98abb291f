"""The top of the report: what the model is, in plain words, and its main figures."""

from pathlib import Path
from typing import Any

from w2v_cli.reports.markup import Markup, joined, tag
from w2v_cli.reports.run_report.section import absent, code, paragraph

OBJECTIVES = {
    "sampled_softmax": "a softmax over the true word and sampled noise words",
    "nce": "noise-contrastive estimation",
    "sampled_logistic": "logistic losses of the true word and of sampled noise words",
    "negative_sampling": "negative sampling",
}


def summary(n_words: int, dimension: int, manifest: dict[str, Any] | None) -> Markup:
    """Return the top of the report; `manifest` is None for a file of another program."""
    what = paragraph(
        f"These are word vectors: each of {n_words:,} words has a list of {dimension:,} numbers."
        " Words that are used alike have vectors of about the same direction, so the cosine of two"
        " vectors says how alike two words are."
    )
    if manifest is None:
        return joined(
            what,
            absent(
                "The vectors come from a file that says nothing about their training. Train with ",
                code("w2v train"),
                " to see the text, the curves and the settings of the run.",
            ),
        )
    return joined(what, _training(manifest), _figures(manifest))


def _training(manifest: dict[str, Any]) -> Markup:
    corpus, training, config = manifest["corpus"], manifest["training"], manifest["config"]
    names = [Path(str(file["path"])).name for file in corpus["files"]]
    files = ", ".join(names[:3]) + (f" and {len(names) - 3:,} more files" if len(names) > 3 else "")
    versions = manifest["versions"]
    return paragraph(
        f"They were trained on {corpus['ledger']['read']:,} words of text ({files}) with word2vec's"
        " skip-gram: the vector of each word is trained to predict the words at most"
        f" {config['window']} places away, with {OBJECTIVES.get(config['objective'], '')}. The run"
        f" passed {training['tokens']:,} words in {_duration(training['seconds'])} and wrote the"
        f" model at {manifest['created_at'].replace('T', ' ').replace('+00:00', ' UTC')} with w2v"
        f" {versions['w2v']} and TensorFlow {versions['tensorflow']}."
    )


def _figures(manifest: dict[str, Any]) -> Markup:
    training = manifest["training"]
    facts = {
        "words with a vector": f"{manifest['n_words']:,}",
        "numbers a vector": f"{manifest['dimension']:,}",
        "passes over the text": f"{training['tokens'] / max(manifest['corpus']['tokens'], 1):.3g}",
        "words a second": f"{training['tokens_per_s']:,}",
        "training loss, last epoch": f"{training['loss_by_epoch'][-1]:.3f}",
    }
    if held_out := (manifest.get("evaluation") or {}).get("held_out"):
        loss = (manifest.get("early_stopping") or {}).get("best_loss")
        facts["held-out loss"] = (
            f"{held_out['softmax']['cross_entropy'] if loss is None else loss:.3f}"
        )
    facts["memory at most"] = f"{manifest['peak_resident_bytes'] / 1e6:,.0f} MB"
    pairs = [tag("div", tag("dt", name), tag("dd", value)) for name, value in facts.items()]
    stopping = manifest.get("early_stopping")
    stopped = (
        paragraph(
            f"The run stopped early, after {stopping['stopped_at_tokens']:,} words, because the"
            f" held-out loss no longer fell. The vectors are those after"
            f" {stopping['best_tokens']:,} words, where it was lowest."
        )
        if stopping and stopping["stopped"]
        else ""
    )
    return joined(tag("dl", *pairs, class_="facts"), stopped)


def _duration(seconds: float) -> str:
    """Return a duration in words.

    >>> _duration(42.4), _duration(3725)
    ('42 s', '62 min')
    """
    return f"{seconds:.0f} s" if seconds < 300 else f"{seconds / 60:.0f} min"
