"""Whatever a word is made of, it is text on the page and in the picture."""

import json
import re
import xml.etree.ElementTree as ET

from tests.reports.hostile import HOSTILE, hostile_map
from w2v_cli.reports.page import map_page
from w2v_cli.reports.svg import map_svg

SVG = "{http://www.w3.org/2000/svg}"


def test_words_stay_data_on_the_page() -> None:
    page = map_page(hostile_map())
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page)
    assert json.loads(data)["words"][: len(HOSTILE)] == HOSTILE
    assert page.count("<script") == 2
    assert "<img" not in page
    assert "\0" not in page
    page.encode()  # no half of a character


def test_words_stay_text_in_the_picture() -> None:
    tree = ET.fromstring(map_svg(hostile_map()))
    names = {element.tag.removeprefix(SVG) for element in tree.iter()}
    assert names <= {"svg", "title", "rect", "defs", "path", "g", "use", "text"}
    texts = {element.text for element in tree.iter(f"{SVG}text")}
    assert "<!--<script>" in texts
