"""Instead of PyInstaller's own hook: python-pptx finds its templates by way of pptx/oxml, which must be there."""

from PyInstaller.utils.hooks import collect_data_files

module_collection_mode = "pyz+py"
datas = collect_data_files("pptx", includes=["templates/*"])
