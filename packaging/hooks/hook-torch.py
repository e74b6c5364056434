"""Instead of PyInstaller's own hook: torch as this program uses it, eager and on the CPU."""

from pathlib import Path

from PyInstaller.utils.hooks import PY_DYLIB_PATTERNS, collect_dynamic_libs, collect_submodules, get_package_paths

TORCH = Path(get_package_paths("torch")[1])
TESTS = ("_test.so", "backend_with_compiler", "aoti_custom_ops")

module_collection_mode = "pyz+py"  # torch.jit and torch.library read sources as they are imported
warn_on_missing_hiddenimports = False
hiddenimports = ["torch._meta_registrations", *collect_submodules("torch._dynamo.polyfills")]
bindepend_symlink_suppression = ["**/torch/lib/*.so*"]
binaries = [
    (source, folder)
    for source, folder in collect_dynamic_libs("torch", search_patterns=[*PY_DYLIB_PATTERNS, "*.so.*"])
    if Path(folder).parts[:2] == ("torch", "lib") and not any(test in source for test in TESTS)
]
# import torch asks for this one
binaries += [(str(file), "torch/bin") for file in (TORCH / "bin").glob("torch_shm_manager*")]
