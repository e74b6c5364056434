"""Every claim cites sources that exist, and says how far they were verified."""

import re

from explorer.core.sources import sources
from explorer.registry import EXPERIMENTS


def test_cited_sources_exist_and_all_are_cited():
    cited = {key for spec in EXPERIMENTS.values() for claim in spec.claims for key in claim.sources}
    assert cited == set(sources())


def test_a_source_is_complete():
    for source in sources().values():
        assert re.search(r"\d{4}|notes", source.short)
        assert source.reference.endswith(".")
        assert not source.url or source.url.startswith("https://")
        assert source.verified
