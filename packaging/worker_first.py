"""Run-time hook of the frozen program, before PyInstaller's hook for Qt: the worker starts here and never sees Qt."""

import multiprocessing
import multiprocessing.spawn
import os

# Without a locale, an installed Python sees to UTF-8 by itself (PEP 538), this one does not, and Qt complains of it.
if os.environ.get("LC_CTYPE", os.environ.get("LANG", "C")) in ("C", "POSIX", "") and not os.environ.get("LC_ALL"):
    os.environ["LC_CTYPE"] = "C.UTF-8"

multiprocessing.spawn._fixup_main_from_path = lambda path: None  # the entry script is not a file here
multiprocessing.freeze_support()
