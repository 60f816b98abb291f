"""What a run takes of the disk, compared with the files of a run that was stopped."""

from pathlib import Path

import pytest

from tests.reliability.runs import SETTINGS, run_here, write_text
from w2v_cli import Config
from w2v_cli.planning.disk import Disk, disk_of_a_run
from w2v_cli.planning.text_survey import survey_text


def size_of(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def planned(text: Path, directory: Path, n_saves: int = 1) -> Disk:
    config = Config.of(**SETTINGS, corpus=str(text))
    directory.mkdir()
    survey = survey_text(config, directory, lambda line: None, sample_bytes=0)
    return disk_of_a_run(config, survey.size(config), n_reports=12, n_saves=n_saves)


def test_the_encoded_text_and_a_state_have_the_planned_size(tmp_path: Path) -> None:
    text = write_text(tmp_path / "corpus.txt")

    def stop(number: int) -> None:
        if number == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_here(text, tmp_path / "model", heard=stop, checkpoint_minutes=60)
    run = tmp_path / ".model.unfinished" / "run"
    disk = planned(text, tmp_path / "plan")
    assert disk.encoded == pytest.approx(size_of(run / "encoded"), rel=0.05)
    [state] = (run / "checkpoints").iterdir()
    assert disk.state == pytest.approx(size_of(state), rel=0.05)


def test_two_states_stay_while_a_third_is_written(tmp_path: Path) -> None:
    text = write_text(tmp_path / "corpus.txt")
    none, many = (planned(text, tmp_path / str(n), n_saves=n) for n in (0, 9))
    assert (none.states, many.states) == (0, 3)
    assert many.most == many.encoded + max(
        many.counting, 3 * many.state, 2 * many.state + many.model
    )
    assert none.most <= many.most  # counting may need the most
