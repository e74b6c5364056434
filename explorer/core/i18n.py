"""Translation of every text that a user sees: mark it `_("…")`. English is the source."""

import gettext

from explorer.core.resources import RESOURCES

_ = gettext.translation("explorer", RESOURCES / "translations", fallback=True).gettext
