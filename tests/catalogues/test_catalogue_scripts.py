"""Scripts are filled in with text that stays text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.catalogues import (
    SCRIPT_VALUES,
    CatalogueError,
    Catalogues,
    render_script,
)

HOSTILE = [
    "{{7*7}}",
    "{% for x in range(9) %}",
    "{# #}",
    "[bold]ООО[/bold] [/b]",
    "%s %(client)s {client}",
    "<b>&amp;</b>",
    '=HYPERLINK("http://x")',
    "'; DROP TABLE client; --",
    "e\u0301Ω\u202eabc",
]


class TestScripts:
    @pytest.mark.parametrize("value", HOSTILE)
    def test_values_stay_text(self, shipped: Catalogues, value: str) -> None:
        for script in shipped.scripts.values():
            for text in script.text.values():
                shown = render_script(text, **dict.fromkeys(SCRIPT_VALUES, value))
                used = sum(text.count(f"{{{{ {name} }}}}") for name in SCRIPT_VALUES)
                assert used
                assert shown.count(value) == used

    @given(st.text(min_size=1))
    def test_any_value_is_shown_as_it_is(self, value: str) -> None:
        assert render_script("<{{ client }}>", client=value) == f"<{value}>"

    def test_a_gap_is_seen(self) -> None:
        assert render_script("{{ client }}, {{ amount }}, {{ contact }}", client="A", amount="") == "A, …, …"

    def test_a_condition_knows_a_gap(self) -> None:
        text = "{% if product %}{{ product }}{% else %}it{% endif %}"
        assert (render_script(text), render_script(text, product="Pump")) == ("it", "Pump")

    @pytest.mark.parametrize(
        "text", ["{% if %}", "{{ client", "{{ amount / 2 }}", "{{ client|nothing }}", "{{ client() }}"]
    )
    def test_a_script_that_cannot_be_filled_in(self, text: str) -> None:
        with pytest.raises(CatalogueError, match="the script"):
            render_script(text, client="A", amount="1")

    @pytest.mark.parametrize(
        "text", ["{{ ''.__class__.__mro__ }}", "{{ '{0.__class__}'.format(client).mro }}"]
    )
    def test_a_script_stays_in_its_box(self, text: str) -> None:
        try:
            shown = render_script(text, client="A")
        except CatalogueError:
            return
        assert "class" not in shown
