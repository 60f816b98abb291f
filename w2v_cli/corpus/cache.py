"""Keep prepared texts, and find them again while nothing changed.

A text lies in a directory that is named after a fingerprint of everything its ids depend on: the
files and their weights, by name, size, times and inode, the options of text, the share of lines
that is set aside, and the version of Unicode. It is there as a whole or not at all, and read as a
whole before it is used again.
"""

import hashlib
import json
import logging
import shutil
import stat
import unicodedata
from dataclasses import asdict
from pathlib import Path

from w2v_cli.config.config import Config
from w2v_cli.corpus.preparation import prepare
from w2v_cli.corpus.prepared_text import PreparedText, Tell, open_prepared
from w2v_cli.corpus.reading.addresses import is_address
from w2v_cli.corpus.reading.files import STDIN, find_files
from w2v_cli.errors import CorpusError
from w2v_cli.storage import staged_directory

log = logging.getLogger(__name__)

VERSION = 6
"""Goes up whenever the same text and options give other files."""


def prepare_cached(config: Config, cache: Path, tell: Tell) -> PreparedText | None:
    """Return the prepared text from `cache`, made there if need be.

    Returns:
        The text, or None if it cannot be kept because a part of it is not a regular file.

    Raises:
        ConfigError, CorpusError: as `prepare` does; also if a file changed while it was read.
    """
    fingerprint = _fingerprint(config)
    if fingerprint is None:
        tell("text from a pipe or an address is not kept in the cache")
        return None
    target = cache / fingerprint
    if target.is_dir():
        try:
            text = open_prepared(target)
        except (OSError, ValueError) as error:
            log.warning("%s; the cached text is damaged and is encoded again", error)
            shutil.rmtree(target)
        else:
            tell(f"using the text encoded in {target}; its files and options are unchanged")
            return text
    try:
        with staged_directory(target) as directory:
            text = prepare(config, directory, tell)
            if _fingerprint(config) != fingerprint:
                raise CorpusError("a file of the text changed while it was read; start again")
    except OSError:
        if not target.is_dir():  # else another run was faster: what it made is the same
            raise
    return text.moved_to(target)


def _fingerprint(config: Config) -> str | None:
    """Return what names the text in the cache, or None if it cannot be kept."""
    names = find_files(config.run.corpus)
    lists = (config.text.keep_words, config.text.stop_words, config.text.vocab, config.run.weights)
    for name in lists:
        if name is not None:
            names += find_files([name])
    if any(name == STDIN or is_address(name) for name in names):
        return None
    found = [(str(Path(name).resolve()), Path(name).stat()) for name in names]
    if not all(stat.S_ISREG(s.st_mode) for _, s in found):
        return None
    files = [
        (path, s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_dev, s.st_ino) for path, s in found
    ]
    # Lower case, normal forms and white space are those of the interpreter's Unicode.
    settings = {
        **asdict(config.text),
        "sentence_length": config.sentence_length,
        "weights": config.run.weights,
        "weight_field": config.run.weight_field,
        "pairs": config.run.pairs,
        "context_min_count": config.pairs.context_min_count,
        "shared_vocabulary": config.pairs.shared_vocabulary,
        "holdout": config.evaluation.holdout,
    }
    everything = json.dumps([VERSION, unicodedata.unidata_version, files, settings])
    return hashlib.sha256(everything.encode(errors="surrogateescape")).hexdigest()
