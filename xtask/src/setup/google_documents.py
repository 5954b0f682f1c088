"""Keeps the named discovery documents of Google's client library, in the folder of the first
argument, and removes all of them from where it is installed: 300 interfaces, 100 MB.
"""
import pathlib
import shutil
import sys

from googleapiclient import discovery_cache

folder = pathlib.Path(sys.argv[1])
installed = pathlib.Path(discovery_cache.__file__).parent / "documents"
folder.mkdir(parents=True, exist_ok=True)
for name in sys.argv[2:]:
    shutil.copy(installed / name, folder / name)
shutil.rmtree(installed)
