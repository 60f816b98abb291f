"""The section on held-out text: which evaluation it shows."""

from w2v_cli.reports.run_report.held_out import kept_evaluation

EVALUATIONS = [{"tokens": tokens} for tokens in (100, 200, 300)]


def test_the_last_evaluation_is_that_of_the_vectors() -> None:
    assert kept_evaluation({}, EVALUATIONS) == {"tokens": 300}


def test_with_early_stopping_the_best_evaluation_is_that_of_the_vectors() -> None:
    manifest = {"early_stopping": {"best_tokens": 200}}
    assert kept_evaluation(manifest, EVALUATIONS) == {"tokens": 200}
