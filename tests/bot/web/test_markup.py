from datetime import UTC, datetime, timedelta

import pytest

from bot.web.markup import as_html, relative

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sentence", "html"),
    [
        ("Run `/vault sync`.", "Run <code>/vault sync</code>."),
        ("**Ada** & <b>", "<strong>Ada</strong> &amp; &lt;b&gt;"),
        ("`<script>`", "<code>&lt;script&gt;</code>"),
        ("a `lonely tick", "a `lonely tick"),
        (
            "until <t:1795197600:f>",
            'until <time datetime="2026-11-20T18:00:00+00:00">20 November 2026, 18:00 UTC</time>',
        ),
    ],
)
def test_marks_become_elements_and_the_rest_is_escaped(sentence: str, html: str) -> None:
    assert as_html(sentence, NOW) == html


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(minutes=10), "in 10 minutes"),
        (timedelta(seconds=-1), "1 second ago"),
        (timedelta(days=2, hours=3), "in 2 days"),
        (timedelta(0), "now"),
    ],
)
def test_distances_are_told_in_the_largest_unit(distance: timedelta, words: str) -> None:
    assert relative(NOW + distance, NOW) == words
