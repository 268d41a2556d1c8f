"""The page in a browser: sorts, folds, links, copies; no complaint, no request, no foreign code."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.emit.report.pages import page

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium drives the browser")
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (BROWSER and DRIVER), reason="no Chromium is installed")
FLAGS = [
    "headless",
    "no-sandbox",
    "disable-gpu",
    "disable-quic",
    "no-first-run",
    "disable-background-networking",
    "disable-component-update",
    "disable-sync",
    "disable-dev-shm-usage",
]
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for flag in FLAGS:
        options.add_argument(f"--{flag}")
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('profile')}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.ChromeService(DRIVER)
    driver = webdriver.Chrome(options=options, service=service)
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens a page from disk; whatever the test does to it, nothing is said or asked for."""
    opened: list[str] = []

    def run(*names: str) -> Any:
        path = tmp_path / "report.html"
        path.write_text(page(*names), encoding="utf-8")
        browser.get(path.as_uri())
        opened.append(path.as_uri())
        return browser

    browser.get_log("browser")
    browser.get_log("performance")
    yield run
    assert browser.get_log("browser") == []
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            url = message["params"]["request"]["url"]
            if url.startswith("chrome:"):  # the browser's own first page
                continue
            assert url.partition("#")[0] in opened or url.startswith("data:")


def shown(browser: Any, table: str = "n1-table") -> list[str]:
    """The names in the first column of the rows that are not hidden."""
    found: list[str] = browser.execute_script(
        "return [...document.getElementById(arguments[0]).tBodies[0].rows]"
        ".filter(row => !row.hidden)"
        ".map(row => (row.querySelector('[data-path]') ?? row).textContent)",
        table,
    )
    return found


def click(browser: Any, selector: str, number: int = 0) -> None:
    """The pointer's click, on an element in the middle of the window."""
    one = browser.find_elements("css selector", selector)[number]
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", one)
    one.click()


def test_folds(show: Open) -> None:
    browser = show("small")
    first = shown(browser)
    assert first[:3] == ["input", "stem", "layer1"]
    click(browser, ".fold")
    folded = shown(browser)
    assert folded[:4] == ["input", "stem", "layer1", "aux"]
    button = browser.find_element("css selector", ".fold")
    assert button.get_attribute("aria-expanded") == "false"
    click(browser, "[data-fold=all]")
    assert "fc" not in shown(browser)
    click(browser, "[data-fold=none]")
    assert shown(browser) == first


def test_a_long_table_begins_folded(show: Open) -> None:
    browser = show("resnet152")
    assert len(shown(browser)) < 30
    click(browser, "[data-fold=none]")
    assert len(shown(browser)) > 80


def test_sorts_by_figures_and_names_and_back(show: Open) -> None:
    browser = show("small")
    first = shown(browser)
    click(browser, "#n1-table thead button", 3)
    down = shown(browser)
    values = browser.execute_script(
        "return [...document.querySelectorAll('#n1-table tbody tr:not([hidden]) .params')]"
        ".map(cell => Number(cell.dataset.v))"
    )
    assert values == sorted(values, reverse=True)
    assert down[0] == "layer2.1-2.conv1"
    head = browser.find_elements("css selector", "#n1-table thead th")[3]
    assert head.get_attribute("aria-sort") == "descending"
    click(browser, "#n1-table thead button", 3)
    assert head.get_attribute("aria-sort") == "ascending"
    click(browser, "#n1-table thead button", 0)
    names = shown(browser)
    assert names[0].startswith(("aux", "Head"))
    click(browser, "[data-unsort]")
    assert shown(browser) == first


def test_arithmetic_opens_below_its_row(show: Open) -> None:
    browser = show("lenet5")
    click(browser, "#n1-table a[data-path]")
    inner = browser.find_element("css selector", "tr.inner")
    assert "(5 \u00d7 5 \u00d7 1 + 1) \u00d7 6 = 156" in inner.text
    click(browser, "#n1-table thead button", 3)
    assert not browser.find_elements("css selector", "tr.inner")
    click(browser, "#n1-table a[data-path]")
    click(browser, "#n1-table a[data-path]")
    assert not browser.find_elements("css selector", "tr.inner")


def test_links_open_what_is_folded_away(show: Open) -> None:
    browser = show("lenet5")
    target = browser.execute_script("return document.querySelector('.sum').id")
    browser.execute_script("location.hash = arguments[0]", target)
    opened = "return document.getElementById(arguments[0]).open"
    wait(lambda: browser.execute_script(opened, target))
    click(browser, "#n1-table td a[href^='#s1-']", 1)
    line = browser.execute_script("return document.querySelector(':target').textContent")
    assert line.lstrip().startswith("C1: conv 6 5x5")


@pytest.mark.parametrize("allowed", [True, False])
def test_copies(show: Open, allowed: bool) -> None:
    """Through the clipboard's interface, and without it as browsers did before."""
    browser = show("small", "lenet5")
    if allowed:
        browser.execute_cdp_cmd(
            "Browser.grantPermissions",
            {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]},
        )
    else:
        browser.execute_script(
            "Object.defineProperty(navigator, 'clipboard', {value: undefined});"
            "document.addEventListener('copy', () => {"
            "  window.copied = document.activeElement.value; });"
        )
    for number, start in ((1, "file,network,layer"), (2, "## LeNet5"), (3, "% \\usepackage")):
        click(browser, f"[data-copy='n2-text-{number}']")
        said = browser.find_element("css selector", ".status")
        wait(partial(_copied, said))
        if allowed:
            text = browser.execute_async_script(
                "navigator.clipboard.readText().then(arguments[0], () => arguments[0](''))"
            )
        else:
            text = browser.execute_script("return window.copied")
        assert text.startswith(start)


def test_light_and_dark(show: Open) -> None:
    browser = show("small")
    ground = "return getComputedStyle(document.body).backgroundColor"
    drawn = "return getComputedStyle(document.querySelector('.on-dark')).display"
    feature = {"name": "prefers-color-scheme", "value": "dark"}
    light = browser.execute_script(ground)
    assert light == "rgb(255, 255, 255)"
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    try:
        dark = browser.execute_script(ground)
        assert dark != light
        assert browser.execute_script(drawn) == "block"
        click(browser, "[data-theme-toggle]")
        assert browser.execute_script(ground) == light
        assert browser.execute_script(drawn) == "none"
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    click(browser, "[data-theme-toggle]")
    assert browser.execute_script(ground) == dark


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_the_page_is_never_wider_than_the_window(show: Open, width: int) -> None:
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    browser = show("small", "lenet5", "vgg16")
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        wide = browser.execute_script("return document.documentElement.scrollWidth")
        assert wide == browser.execute_script("return document.documentElement.clientWidth")
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_keyboard(show: Open) -> None:
    """Enter on a head sorts, Enter on a fold folds; everything with a click can be reached."""
    browser = show("small")
    for selector, place in (("#n1-table thead button", 3), (".fold", 0)):
        one = browser.find_elements("css selector", selector)[place]
        browser.execute_script("arguments[0].focus()", one)
        one.send_keys("\ue007")
        if place:
            head = browser.find_elements("css selector", "#n1-table thead th")[3]
            assert head.get_attribute("aria-sort") == "descending"
            click(browser, "[data-unsort]")
    assert shown(browser)[:4] == ["input", "stem", "layer1", "aux"]
    out = browser.execute_script(
        "return [...document.querySelectorAll('button, a, summary')]"
        ".filter(one => one.tabIndex < 0).length"
    )
    assert out == 0


def seen(browser: Any, selector: str) -> bool:
    """Whether the middle of an element is in the window."""
    inside: bool = browser.execute_script(
        "const at = document.querySelector(arguments[0]).getBoundingClientRect();"
        "const y = at.top + at.height / 2;"
        "return at.height > 0 && y >= 0 && y <= innerHeight",
        selector,
    )
    return inside


BOX = "#n1-diagram ~ .diagram .on-light g.to-row[aria-label^='layer2.1.conv1:']"
ROW = "#n1-table tr[data-at='layer2.1.conv1']"


def test_a_box_leads_to_its_row_and_back(show: Open) -> None:
    """Also where the row is folded away; with the pointer and with Enter."""
    browser = show("small")
    click(browser, "[data-fold=all]")
    assert "conv1" not in shown(browser)
    click(browser, BOX)
    assert seen(browser, ROW)
    assert "found" in browser.find_element("css selector", ROW).get_attribute("class")
    browser.execute_script("scrollTo(0, 0)")
    browser.execute_script("document.querySelector(arguments[0]).focus()", BOX)
    browser.switch_to.active_element.send_keys("\ue007")
    assert seen(browser, ROW)
    click(browser, f"{ROW} .to-box")
    assert seen(browser, BOX)
    assert "found" in browser.find_element("css selector", BOX).get_attribute("class")


def test_every_box_of_layers_leads_to_a_row(show: Open) -> None:
    browser = show("resnet152")
    names = browser.execute_script(
        "return [...document.querySelectorAll('#n1-diagram ~ .diagram .on-light g.node > title')]"
        ".filter(one => !one.parentNode.matches('.to-row')).map(one => one.textContent)"
    )
    arrows = [name for name in names if " \u2192 " in name.partition(": ")[0]]  # points of entry
    assert sorted(names) == sorted([*arrows, "result out", "legend"])


GROUP = "#n1-diagram ~ .diagram .on-light g.to-fold[aria-label^='layer2']:not(.lid)"


@pytest.mark.parametrize("key", ["", "\ue007"])
def test_a_group_folds_and_opens_again(show: Open, key: str) -> None:
    """With the pointer and with Enter: what is in it is hidden, the rest stays."""
    browser = show("small")

    def act(selector: str) -> None:
        if key:
            browser.execute_script("document.querySelector(arguments[0]).focus()", selector)
            browser.switch_to.active_element.send_keys(key)
        else:
            click(browser, f"{selector} > text")

    def hidden() -> list[str]:
        found: list[str] = browser.execute_script(
            "return [...document.querySelectorAll('#n1-diagram ~ .diagram .on-light g.node')]"
            ".filter(one => getComputedStyle(one).visibility === 'hidden')"
            ".filter(one => one.querySelector('text'))"
            ".map(one => one.querySelector('title').textContent.split(':')[0])"
        )
        return found

    assert hidden() == []
    act(GROUP)
    inner = hidden()
    assert inner
    assert all(path.startswith("layer2.") for path in inner)
    lid = browser.find_element("css selector", ".on-light .lid")
    assert f"{len(inner)} box" in lid.text
    act(".on-light .lid")
    assert hidden() == []
    assert browser.find_elements("css selector", ".lid") == []


SEEN = "#n1-diagram ~ .diagram .on-light svg"


def viewed(browser: Any) -> tuple[float, float]:
    """The width and height of the first picture, in its own units."""
    *_, width, height = browser.execute_script(
        "return document.querySelector(arguments[0]).getAttribute('viewBox').split(' ')", SEEN
    )
    return float(width), float(height)


def test_a_folded_picture_is_smaller(show: Open) -> None:
    """What stood around the group closes up, nothing lies on anything else, in both themes; and
    opened again all of it is where it was."""
    browser = show("resnet50")

    def places() -> list[list[float]]:
        found: list[list[float]] = browser.execute_script(
            "return [...document.querySelectorAll(arguments[0] + ' g.node')]"
            ".filter(one => one.querySelector('text') && one.style.visibility !== 'hidden')"
            ".map(one => one.getBoundingClientRect())"
            ".map(one => [one.left, one.top, one.right, one.bottom].map(Math.round))",
            SEEN,
        )
        return found

    def fold(name: str) -> None:
        browser.execute_script(
            "[...document.querySelectorAll(arguments[0] + ' g.to-fold')]"
            ".find(one => one.getAttribute('aria-label').startsWith(arguments[1]))"
            ".dispatchEvent(new Event('click'))",
            SEEN,
            name,
        )

    whole, first = viewed(browser), places()
    width = browser.find_element("css selector", SEEN).size["width"]
    fold("1\u20132")  # its skip bulges out of the frame, and is hidden all the same
    skips = (
        "return [...document.querySelectorAll(arguments[0] + ' g.edge path[stroke=\"#0072B2\"]')]"
    )
    (skip,) = browser.execute_script(skips, SEEN)
    assert skip.value_of_css_property("visibility") == "hidden"
    fold("layer1")
    smaller, boxes = viewed(browser), places()
    assert smaller[0] < whole[0] - 50
    assert smaller[1] < whole[1]  # by little: the other column keeps its height
    assert browser.find_element("css selector", SEEN).size["width"] < width
    assert len(boxes) == len(first) - 9
    for number, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[:number]:
            assert left >= other[2] or right <= other[0] or top >= other[3] or bottom <= other[1]
    dark = browser.execute_script(
        "return document.querySelector('#n1-diagram ~ .diagram .on-dark svg')"
        ".getAttribute('viewBox').split(' ').map(Number)"
    )
    assert dark[2:] == list(smaller)
    fold("layer3")
    assert len(places()) == len(boxes) - 2
    fold("layer1")
    fold("1\u20132")
    fold("layer3")
    assert viewed(browser) == pytest.approx(whole, abs=0.01)
    assert places() == first


def test_a_box_in_a_folded_group_opens_it(show: Open) -> None:
    browser = show("small")
    browser.execute_script(
        "for (const one of document.querySelectorAll(arguments[0]))"
        " one.dispatchEvent(new Event('click'))",
        GROUP,
    )
    assert browser.find_elements("css selector", ".on-light .lid")
    click(browser, f"{ROW} .to-box")
    assert seen(browser, BOX)
    box = browser.find_element("css selector", BOX)
    assert box.value_of_css_property("visibility") == "visible"


def test_pictures_grow_and_move(show: Open) -> None:
    """By buttons, keys, the wheel and the pointer; the page itself stays as it is."""
    browser = show("small")
    width = "return document.querySelector('#n1-diagram ~ .diagram svg').clientWidth"
    whole = browser.execute_script(width)
    click(browser, "#n1-diagram ~ .tools [data-zoom=in]")
    click(browser, "#n1-diagram ~ .tools [data-zoom=in]")
    larger = browser.execute_script(width)
    assert larger == pytest.approx(whole * 1.69, rel=0.02)
    box = browser.find_element("css selector", "#n1-diagram ~ .diagram")
    box.send_keys("+")
    assert browser.execute_script(width) > larger
    for _ in range(3):
        box.send_keys("+")
    place = "return document.querySelector('#n1-diagram ~ .diagram').scrollTop"
    before = browser.execute_script(place)
    chain = webdriver.ActionChains(browser).move_to_element(box)
    chain.click_and_hold().move_by_offset(0, -60).release().perform()
    assert browser.execute_script(place) == pytest.approx(before + 60, abs=6)
    box.send_keys("\ue015")  # an arrow moves it
    wait(lambda: browser.execute_script(place) > before + 66)
    wide = browser.execute_script("return document.documentElement.scrollWidth")
    assert wide == browser.execute_script("return document.documentElement.clientWidth")
    box.send_keys("0")
    assert browser.execute_script(width) == whole


def test_nothing_is_cut_in_a_narrow_window(show: Open) -> None:
    """At 390 pixels no table and no picture needs to be pushed aside."""
    metrics = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser = show("small", "lenet5", "vgg16")
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        cut = browser.execute_script(
            "const what = '.figures, .layers, .claims, .diagram svg, .plot';"
            "return [...document.querySelectorAll(what)]"
            ".filter(one => one.getBoundingClientRect().right > innerWidth + 1)"
            ".map(one => one.outerHTML.slice(0, 80))"
        )
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert cut == []


def test_nothing_is_cut_on_paper(show: Open) -> None:
    """Every figure of the comparison stands on the page, and nothing scrolls there."""
    browser = show("small", "lenet5", "vgg16")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    paper = {"width": 688, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", paper)  # A4 in its margins
    try:
        cut = browser.execute_script(
            "return [...document.querySelectorAll('.figures td, .layers td, .claims td, .diagram')]"
            ".filter(one => one.getBoundingClientRect().right > innerWidth + 1"
            " || /auto|scroll|hidden/.test(getComputedStyle(one).overflowX))"
            ".map(one => one.outerHTML.slice(0, 80))"
        )
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert cut == []


def test_specs_run_nothing(show: Open) -> None:
    browser = show("hostile", "broken")
    for one in browser.find_elements("css selector", "button"):
        browser.execute_script("arguments[0].click()", one)
    assert browser.execute_script("return document.scripts.length") == 1
    assert browser.execute_script("return document.images.length") == 0


def test_readable_without_scripts(show: Open) -> None:
    browser = show("small")
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.refresh()
        main = browser.find_element("css selector", "main").text
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    for words in ("8,154", "Unit width=16 stride=2", "counted by hand"):
        assert words in main
    assert "Fold all" not in main


def _copied(said: Any) -> bool:
    return "copied" in said.text


def wait(true: Callable[[], object]) -> None:
    from selenium.webdriver.support.wait import WebDriverWait

    WebDriverWait(None, 5, 0.05).until(lambda _: true())
