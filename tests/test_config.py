"""Settings: one declaration each, four places to set them, errors that say where."""

import random
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from w2v_cli.config.config import Config, options
from w2v_cli.config.options import Option
from w2v_cli.config.sources import Resolved, resolve, to_yaml
from w2v_cli.errors import ConfigError

AWKWARD_TEXTS = [
    "no", "null", "~", "1e-3", "5", "", " ", " a ", "a b.txt", "# a", "a # b", "a: b", "- a",
    "[a]", "{a}", "&a", "*a", "!a", "'", '"', "\\", "\\n", "a\nb", "a\tb", "é", "中", "\U0001f600",
    "\u2028", "\ufeff", "\0", "%", "@", "`", "---", "...",
]  # fmt: skip


def from_yaml(directory: Path, text: str, **flags: Any) -> Resolved:
    path = directory / "run.yaml"
    path.write_bytes(text.encode())
    return resolve(flags, str(path), environment={})


def yaml_error(directory: Path, text: str) -> str:
    """Return the message about `text`, without the directory's name."""
    with pytest.raises(ConfigError) as caught:
        from_yaml(directory, text)
    return str(caught.value).replace(f"{directory}/", "")


def random_value(option: Option, rng: random.Random) -> object:
    if option.optional and rng.random() < 0.3:
        return None
    if option.key in ("window_left", "window_right"):
        return rng.randrange(1, 16_000)
    if option.key in ("sentence_length", "window", "epochs"):  # these have bounds of their own
        return rng.randrange(2, 16_000)
    if option.key in ("validate", "patience", "min_delta", "evaluate_every", "freeze"):
        return None  # these need other options, or exclude them
    if option.key == "context_min_count":
        return None
    if option.key in ("pairs", "shared_vocabulary"):
        return False
    if option.key == "holdout":
        return rng.uniform(0.001, 0.5)
    values: dict[Any, object] = {
        bool: rng.random() < 0.5,
        int: rng.randrange(2, 10**9),
        # 0.01 and more, so that learning_rate is always above the min_learning_rate below.
        float: rng.uniform(1, 9) * 10.0 ** rng.randrange(-2, 20),
        tuple: tuple(rng.sample(AWKWARD_TEXTS, k=rng.randrange(4))),
        str: rng.choice(option.choices or AWKWARD_TEXTS),
    }
    if option.key == "time_budget":
        return f"{rng.randrange(1, 90)}m"
    if option.key == "total_words":
        return f"0:{rng.randrange(10**6, 10**9)}"
    if option.key == "min_learning_rate":
        return rng.uniform(0, 1e-3)
    if option.key == "sampler":  # the fourth goes with one engine only
        return rng.choice(("log_uniform", "fixed_unigram", "uniform"))
    if option.key == "precision":  # bfloat16 goes with one engine only
        return "float32"
    if option.key == "encoding":
        return rng.choice(("utf-8", "UTF16", "latin-1"))
    if option.key == "token_pattern":
        return rng.choice((r"\w+", "[^,\u2028]", "#"))
    return values[option.type]


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("window", "3", 3), ("window", " 3 ", 3), ("window", "1", 1),
        ("subsample", "1e-3", 0.001), ("subsample", "0", 0.0), ("negatives", "1e-300", 1e-300),
        ("deterministic", "no", False), ("deterministic", "Off", False),
        ("deterministic", "TRUE", True), ("deterministic", "1", True),
        ("max_vocab", "7", 7), ("max_vocab", "None", None), ("max_vocab", "", None),
        ("learning_rate", "null", None), ("objective", "nce", "nce"),
        ("window", "line", "line"), ("windows", "fixed", "fixed"), ("windows", "none", None),
        ("output", "no", "no"), ("corpus", "a b.txt", ("a b.txt",)),
    ],
)  # fmt: skip
def test_text_becomes_a_value_of_the_options_type(key: str, text: str, value: object) -> None:
    parsed = options()[key].parse(text)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        ("window", "3.5", "window must be a whole number, at least 1, or line, got '3.5'"),
        ("window", "0", "window must be a whole number, at least 1, or line, got 0"),
        ("window", "", "window must be a whole number, at least 1, or line, got ''"),
        ("window", "none", "window must be a whole number, at least 1, or line, got 'none'"),
        ("max_vocab", "0", "max_vocab must be a whole number, at least 1, or none, got 0"),
        ("subsample", "-0.1", "subsample must be a number, at least 0, or none, got -0.1"),
        ("subsample", "nan", "subsample must be a number, at least 0, or none, got nan"),
        ("subsample", "inf", "subsample must be a number, at least 0, or none, got inf"),
        ("negatives", "0", "negatives must be a number, above 0, got 0.0"),
        ("deterministic", "maybe", "deterministic must be true or false, got 'maybe'"),
        ("biases", "Zero", "biases must be one of learned, zero, got 'Zero'"),
        (
            "windows",
            "random",
            "windows must be one of weighted, drawn, fixed, or none, got 'random'",
        ),
        ("window", "lines", "window must be a whole number, at least 1, or line, got 'lines'"),
        (
            "sentence_length",
            "1000001",
            "sentence_length must be a whole number, at least 2, at most 1,000,000, or none, got"
            " 1000001",
        ),
        (
            "num_sampled",
            "2147483648",
            "num_sampled must be a whole number, at least 1, at most 2,147,483,647, got 2147483648",
        ),
    ],
)
def test_text_that_does_not_fit_is_refused_in_words(key: str, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        options()[key].parse(text)
    assert str(caught.value) == message


@pytest.mark.parametrize("digits", [400, 5000])  # Python itself reads up to 4,300
def test_a_number_beyond_every_bound_is_one_short_line(digits: int) -> None:
    with pytest.raises(ConfigError) as caught:
        options()["epochs"].parse("1" + "0" * digits)
    assert str(caught.value).startswith("epochs must be a whole number, at least 1, at most ")
    assert len(str(caught.value)) < 200


def test_a_sentence_with_too_many_pairs_for_memory_is_refused() -> None:
    with pytest.raises(
        ConfigError, match="sentence_length times window may be 268,435,456 at most"
    ):
        Config.of(sentence_length=1_000_000, window=300)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"window_left": 0, "window_right": 0},
            "window_left and window_right are both 0, so no word has a context; raise one of them",
        ),
        (
            {"window": "line", "window_left": 3},
            "window line has no sides; leave out window_left",
        ),
        *(
            (
                {"window": "line", "windows": kind},
                f"window line takes the whole line; leave out windows {kind}",
            )
            for kind in ("weighted", "drawn")
        ),
        (
            {"window": "line", "sentence_length": 20_000},
            "a sentence of 20,000 words with a window of 20,000 has too many pairs;"
            " sentence_length times window may be 268,435,456 at most",
        ),
    ],
)
def test_windows_that_contradict_each_other_are_refused(
    settings: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.of(**settings)
    assert str(caught.value) == message


def test_lines_as_windows_have_a_lower_bound_unless_it_is_set() -> None:
    assert Config.of().sentence_length == 10_000
    assert Config.of(window="line").sentence_length == 100
    assert Config.of(window="line", sentence_length=300).sentence_length == 300


def test_a_list_nested_too_deep_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    assert yaml_error(tmp_path, "[" * 3000) == (
        "run.yaml: lists are nested too deep; expected lines such as 'window: 5'"
    )


def test_a_path_is_as_good_as_its_text() -> None:
    config = Config.of(output=Path("a/b"), corpus=[Path("c.txt"), "d.txt"], init_vectors=Path("e"))
    assert config == Config.of(output="a/b", corpus=["c.txt", "d.txt"], init_vectors="e")
    assert Config.of(corpus=Path("c.txt")).run.corpus == ("c.txt",)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("window", True), ("window", 5.0), ("window", "5"), ("window", None), ("window", 0),
        ("deterministic", 1), ("deterministic", "no"), ("subsample", True), ("subsample", "0"),
        ("objective", "softmax"), ("device", ["cpu"]), ("corpus", 5), ("output", None),
    ],
)  # fmt: skip
def test_values_of_another_type_are_refused_from_python_too(key: str, value: object) -> None:
    with pytest.raises(ConfigError, match=f"^{key} must be "):
        Config.of(**{key: value})


def test_whole_numbers_and_single_texts_are_taken_for_what_is_meant() -> None:
    config = Config.of(subsample=1, corpus="a.txt")
    assert type(config.pairs.subsample) is float
    assert config.run.corpus == ("a.txt",)
    assert Config.of(corpus=["a", "b"]).run.corpus == ("a", "b")


def test_an_unknown_option_from_python_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"^unknown option windw, did you mean window\?$"):
        Config.of(windw=3)


def test_every_option_has_a_help_text_and_a_default_that_passes_its_own_check() -> None:
    assert len(options()) >= 20
    for key, option in options().items():
        assert option.help.endswith((".", "]")), key
        assert option.check(option.default) == option.default


def test_flag_and_variable_are_spelled_from_the_key() -> None:
    option = options()["min_count"]
    assert (option.flag, option.variable) == ("--min-count", "W2V_MIN_COUNT")


@pytest.mark.parametrize(("flag", "variable", "yaml"), list(product([False, True], repeat=3)))
def test_a_flag_beats_the_environment_which_beats_yaml_which_beats_the_default(
    tmp_path: Path, flag: bool, variable: bool, yaml: bool
) -> None:
    path = tmp_path / "run.yaml"
    path.write_text("# a comment\nwindow: 2\n" if yaml else "# nothing\n")
    flags = {"window": "4" if flag else None, "epochs": None, "corpus": ()}
    resolved = resolve(flags, str(path), {"W2V_WINDOW": "3"} if variable else {})
    given = [(flag, 4, "--window"), (variable, 3, "W2V_WINDOW"), (yaml, 2, f"{path}:2")]
    value, origin = next((v, o) for there, v, o in [*given, (True, 5, "default")] if there)
    assert resolved.config.pairs.window == value
    assert resolved.origins == dict.fromkeys(options(), "default") | {"window": origin}


def test_false_as_a_flag_and_none_as_text_beat_what_is_below_them() -> None:
    environment = {"W2V_DETERMINISTIC": "yes", "W2V_MAX_VOCAB": "7"}
    assert resolve({}, None, environment).config == Config.of(deterministic=True, max_vocab=7)
    flags = {"deterministic": False, "max_vocab": "none"}
    assert resolve(flags, None, environment).config == Config()


def test_an_empty_variable_counts_as_not_set() -> None:
    resolved = resolve({}, None, {"W2V_WINDOW": "", "W2V_OUTPUT": ""})
    assert resolved.config == Config()
    assert set(resolved.origins.values()) == {"default"}


@pytest.mark.parametrize(
    ("flags", "environment", "message"),
    [
        (
            {"window": "x"},
            {},
            "--window: window must be a whole number, at least 1, or line, got 'x'",
        ),
        (
            {"min_count": "0"},
            {},
            "--min-count: min_count must be a whole number, at least 1, got 0",
        ),
        ({}, {"W2V_SEED": "-1"}, "W2V_SEED: seed must be a whole number, at least 0, got -1"),
    ],
)
def test_a_bad_flag_or_variable_is_named(
    flags: dict[str, Any], environment: dict[str, str], message: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve(flags, None, environment)
    assert str(caught.value) == message


def test_yaml_values_are_read_by_the_options_type(tmp_path: Path) -> None:
    # YAML 1.1 itself would make these a text, False, False, a text and octal 8.
    text = "subsample: 1e-3\ndeterministic: no\noutput: no\nlearning_rate: 5e-1\nepochs: 010\n"
    expected = Config.of(subsample=0.001, output="no", learning_rate=0.5, epochs=10)
    assert from_yaml(tmp_path, text).config == expected


@pytest.mark.parametrize(
    ("text", "corpus"),
    [
        ("corpus: a.txt\n", ("a.txt",)),
        ("corpus: [a.txt, 'b c.txt', no, 010]\n", ("a.txt", "b c.txt", "no", "010")),
        ("corpus:\n  - a.txt\n  - b.txt\n", ("a.txt", "b.txt")),
        ("corpus: []\n", ()),
    ],
)
def test_a_list_is_given_as_one_text_or_as_a_sequence(
    tmp_path: Path, text: str, corpus: tuple[str, ...]
) -> None:
    assert from_yaml(tmp_path, text).config.run.corpus == corpus


@pytest.mark.parametrize("text", ["", "---\n", "# only a comment\n", "\ufeff"])
def test_an_empty_file_sets_nothing(tmp_path: Path, text: str) -> None:
    assert from_yaml(tmp_path, text).config == Config()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("epochs: 2\n\nwindw: 3\n", "run.yaml:3: unknown option windw, did you mean window?"),
        ("min-count: 3\n", "run.yaml:1: unknown option min-count, did you mean min_count?"),
        ("zzz: 3\n", "run.yaml:1: unknown option zzz"),
        ("window: 2\nepochs: 3\nwindow: 2\n", "run.yaml:3: window is already set on line 1"),
        (
            "\nwindow: 2.5\n",
            "run.yaml:2: window must be a whole number, at least 1, or line, got '2.5'",
        ),
        ("\nwindow: 0\n", "run.yaml:2: window must be a whole number, at least 1, or line, got 0"),
        ("\nwindow: [5]\n", "run.yaml:2: window must be a whole number, at least 1, or line"),
        ("\nbiases: {a: b}\n", "run.yaml:2: biases must be one of learned, zero"),
        ("corpus: {a: b}\n", "run.yaml:1: corpus must be a list of texts"),
        ("- window\n", "run.yaml:1: expected lines such as 'window: 5'"),
        ("window 5\n", "run.yaml:1: expected lines such as 'window: 5'"),
    ],
)
def test_a_mistake_in_yaml_is_an_error_with_file_and_line(
    tmp_path: Path, text: str, message: str
) -> None:
    assert yaml_error(tmp_path, text) == message


@pytest.mark.parametrize("text", ["window: [5\n", "a: b: c\n", "window: 5\n---\nwindow: 6\n", "\0"])
def test_what_is_not_yaml_is_an_error_that_names_the_file(tmp_path: Path, text: str) -> None:
    assert yaml_error(tmp_path, text).startswith("run.yaml: not valid YAML: ")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"output: \xe9\n")
    problems = {tmp_path / "no.yaml": "No such file", tmp_path: "Is a dir", latin: "not valid YAML"}
    for path, problem in problems.items():
        with pytest.raises(ConfigError) as caught:
            resolve({}, str(path), {})
        assert str(caught.value).startswith(f"{path}: {problem}")


def test_the_learning_rate_follows_the_optimizer_unless_it_is_set() -> None:
    assert Config.of(optimizer="adagrad").optimizer.rates[0] == 0.1
    assert Config.of(optimizer="sgd").optimizer.rates[0] == 0.025
    assert Config.of(optimizer="sgd", learning_rate=0.5).optimizer.rates[0] == 0.5


def test_noise_is_shared_more_widely_in_negative_sampling_unless_it_is_set() -> None:
    assert Config.of().noise_tokens == 512
    assert Config.of(objective="sampled_softmax").noise_tokens == 256
    assert Config.of(step_tokens=300).noise_tokens == 300
    assert Config.of(step_tokens=300, noise_tokens=400).noise_tokens == 400
    assert Config.of(optimizer="sgd").noise_tokens == 64


@pytest.mark.parametrize(
    ("objective", "sampler"),
    [
        ("negative_sampling", "fixed_unigram"),
        ("sampled_softmax", "log_uniform"),
        ("nce", "log_uniform"),
        ("sampled_logistic", "log_uniform"),
    ],
)
def test_each_objective_has_its_noise_unless_it_is_set(objective: str, sampler: str) -> None:
    config = Config.of(objective=objective)
    assert (config.sampler, config.derived["sampler"]) == (sampler, sampler)
    given = Config.of(objective=objective, sampler="uniform")
    assert given.sampler == "uniform"
    assert "sampler" not in given.derived


def test_plain_steps_are_small_unless_they_are_set() -> None:
    assert Config.of().step_tokens == 4096
    assert Config.of(optimizer="sgd").step_tokens == 256
    assert Config.of(optimizer="sgd", step_tokens=4096).step_tokens == 4096


@pytest.mark.parametrize(
    ("flags", "rate", "noise_tokens"),
    [
        ({}, 0.1, 512),
        ({"optimizer": "sgd"}, 0.025, 64),
        ({"objective": "sampled_softmax"}, 0.1, 256),
    ],
)
def test_derived_settings_of_a_printed_configuration_follow_other_options(
    tmp_path: Path, flags: dict[str, str], rate: float, noise_tokens: int
) -> None:
    printed = resolve({}, None, {}).to_yaml()
    config = from_yaml(tmp_path, printed, **flags).config
    assert config.optimizer.rates == (rate, rate / 1000)
    assert config.noise_tokens == noise_tokens


def test_what_is_derived_does_not_look_as_if_it_was_given() -> None:
    config = Config.of(optimizer="sgd", noise_tokens=300)
    assert config.values()["learning_rate"] is None
    assert config.derived == {
        "sentence_length": 10_000,
        "windows": "weighted",
        "engine": "blocks",
        "sampler": "fixed_unigram",
        "learning_rate": 0.025,
        "min_learning_rate": 0.025 / 1000,
        "epochs": 5,
        "step_tokens": 256,
    }
    assert config.effective["learning_rate"] == 0.025
    assert config.effective["noise_tokens"] == config.values()["noise_tokens"] == 300


def test_a_learning_rate_that_would_rise_is_refused() -> None:
    assert Config.of(learning_rate=0.5, min_learning_rate=0.5).optimizer.rates[0] == 0.5
    assert Config.of(learning_rate=1e-5).optimizer.rates[1] == pytest.approx(1e-8)
    with pytest.raises(ConfigError, match=r"min_learning_rate 0\.2 is above learning_rate 0\.1"):
        Config.of(min_learning_rate=0.2)


@pytest.mark.parametrize(
    ("encoding", "hint"),
    [
        ("latin1-x", ", did you mean latin1?"), ("uft8", ", did you mean utf8?"), ("", ""),
        ("punycode", ""), ("hex", ""), ("a\0b", ""), ("\ud800", ""),
    ],
)  # fmt: skip
def test_an_unknown_encoding_is_refused_with_a_near_name(encoding: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.of(encoding=encoding)
    assert str(caught.value) == f"unknown encoding {encoding!r}{hint}"


@pytest.mark.parametrize("pattern", ["(", "[a", "*", "(?P<a>x)(?P<a>y)", "(?<=a*)b"])
def test_a_token_pattern_that_is_no_regular_expression_is_refused(pattern: str) -> None:
    with pytest.raises(ConfigError, match="is not a regular expression: "):
        Config.of(token_pattern=pattern)


def test_the_printed_configuration_gives_the_same_configuration_back(tmp_path: Path) -> None:
    for seed in range(50):
        rng = random.Random(seed)
        chosen = rng.sample(list(options().values()), k=rng.randrange(len(options()) + 1))
        # Only one of these may be given.
        lengths = [o for o in chosen if o.key in ("epochs", "time_budget", "total_words")]
        chosen = [option for option in chosen if option not in lengths[1:]]
        values = {option.key: random_value(option, rng) for option in chosen}
        # What says something about records needs the names of their fields.
        if {"field", "bad_records", "split_field", "split_value", "weight_field"} & values.keys():
            values |= {"field": "text", "split_field": "period", "weights": None}
        config = Config.of(**values)
        again = from_yaml(tmp_path, to_yaml(config))
        assert again.config == config, seed
        assert from_yaml(tmp_path, again.to_yaml()).config == config, seed


def test_the_printed_configuration_says_where_each_value_comes_from(tmp_path: Path) -> None:
    resolved = from_yaml(tmp_path, "\nepochs: 2\n", window="3", corpus=("a.txt", "b #.txt"))
    lines = [line.split("  # ") for line in resolved.to_yaml().splitlines()]
    assert [text.split(":")[0] for text, _ in lines] == list(options())
    shown = {text.rstrip(): origin for text, origin in lines if not origin.startswith("default")}
    assert shown == {
        'corpus: ["a.txt", "b #.txt"]': "CORPUS",
        "window: 3": "--window",
        "epochs: 2": f"{tmp_path}/run.yaml:2",
    }


@pytest.mark.parametrize("output", ["a\x7fb", "\x85", "\u2028", "\ufeff", "\udce9", "\U0001f600é"])
def test_a_path_of_any_characters_survives_the_printed_configuration(
    tmp_path: Path, output: str
) -> None:
    config = Config.of(output=output)
    assert from_yaml(tmp_path, to_yaml(config)).config == config


@pytest.mark.parametrize("line", ["corpus: [a, [b, c]]", "corpus: [a, ~]", "corpus:", "output: ~"])
def test_a_value_that_is_no_text_is_refused_for_texts(tmp_path: Path, line: str) -> None:
    with pytest.raises(ConfigError, match=r":1: (corpus|output) must be"):
        from_yaml(tmp_path, line)
