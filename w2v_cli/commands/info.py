"""`w2v info`: show how a model was trained."""

from typing import Any

from w2v_cli.terminal.exit_codes import with_exit_codes
from w2v_cli.terminal.flags import DEFAULT_MODEL, JsonOption, ModelOption


@with_exit_codes
def info(model: ModelOption = DEFAULT_MODEL, json: JsonOption = False) -> None:
    """Show the size, training, speed and versions of a model."""
    from json import dumps

    from w2v_cli.vectors.store import open_model

    opened = open_model(model)
    if json:
        print(dumps(opened.manifest, indent=2, ensure_ascii=False))
        return
    for name, value in _facts(opened.manifest).items():
        print(f"{name:<14} {value}")


def _facts(manifest: dict[str, Any]) -> dict[str, str]:
    from w2v_cli.vectors.store import sampler_of

    corpus, training, config = manifest["corpus"], manifest["training"], manifest["config"]
    files = ", ".join(file["path"] for file in corpus["files"])
    losses = ", ".join(f"{loss:.4f}" for loss in training["loss_by_epoch"])
    return {
        "vectors": f"{manifest['n_words']:,} words{_contexts(manifest)} x {manifest['dimension']}",
        "corpus": f"{files}: {_size(corpus)}",
        "objective": f"{config['objective']}, noise {sampler_of(manifest)}",
        "loss by epoch": f"{losses}; untrained {training['untrained_loss']:.4f}",
        **_evaluation(manifest),
        "training": f"{training['tokens']:,} words and {training['pairs']:,} pairs in"
        f" {training['seconds']:,.0f} s, {training['tokens_per_s']:,} words/s",
        "threads": f"{training['threads']:,}, of which {training['threads_of_a_step']:,} compute a"
        " step side by side",
        **({"precision": training["precision"]} if "precision" in training else {}),
        **_workers(training),
        "memory": _memory(manifest),
        "written": f"{manifest['created_at']} by w2v {manifest['versions']['w2v']},"
        f" TensorFlow {manifest['versions']['tensorflow']}",
        "on disk": f"{sum(file['bytes'] for file in manifest['files'].values()) / 1e6:,.1f} MB",
    }


def _evaluation(manifest: dict[str, Any]) -> dict[str, str]:
    """Return what the last evaluation found, and why the run stopped, as far as there is any."""
    found: dict[str, str] = {}
    last = manifest.get("evaluation") or {}
    if held_out := last.get("held_out"):
        softmax = held_out["softmax"]
        found["held-out loss"] = (
            f"{softmax['cross_entropy']:.4f} ± {softmax['standard_error']:.4f} after"
            f" {last['tokens']:,} words, perplexity {softmax['perplexity']:,.0f}; unigram"
            f" {softmax['unigram']:.4f}, uniform {softmax['uniform']:.4f}"
        )
    if last.get("pairs_correlation") is not None:
        found["word pairs"] = f"Spearman {last['pairs_correlation']:.4f}"
    if last.get("analogies_accuracy") is not None:
        found["analogies"] = f"{last['analogies_accuracy']:.1%} solved"
    if stopping := manifest.get("early_stopping"):
        found["best at"] = (
            f"{stopping['best_tokens']:,} words, epoch {stopping['best_epoch']}, held-out loss"
            f" {stopping['best_loss']:.4f}: the vectors are of this evaluation"
        )
        if stopping["stopped"]:
            found["stopped"] = f"after {stopping['stopped_at_tokens']:,} words: no more gain"
    return found


def _contexts(manifest: dict[str, Any]) -> str:
    return f" and {manifest['n_contexts']:,} contexts" if "n_contexts" in manifest else ""


def _size(corpus: dict[str, Any]) -> str:
    if "pairs" in corpus:
        return f"{corpus['pairs']['read']:,} pairs, {corpus['pairs']['kept']:,} kept"
    return (
        f"{corpus['ledger']['read']:,} words, {corpus['tokens']:,} with a vector,"
        f" {corpus['sentences']:,} sentences"
    )


def _workers(training: dict[str, Any]) -> dict[str, str]:
    """Return how several workers shared the run, or nothing for one."""
    if training.get("workers", 1) == 1:
        return {}
    return {
        "workers": f"{training['workers']:,}, which combined their tables after every"
        f" {training['combine_tokens']:,} words: {training['combining_seconds']:,.1f} s,"
        f" and {training['waiting_seconds']:,.1f} s of waiting for each other"
    }


def _memory(manifest: dict[str, Any]) -> str:
    text = f"{manifest['peak_resident_bytes'] / 1e6:,.0f} MB at most"
    if private := manifest["private_resident_bytes"]:
        text += f"; at the end {private / 1e6:,.0f} MB without pages of files"
    return text
