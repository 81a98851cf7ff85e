"""Executes a notebook in its folder and writes it back: execute.py NOTEBOOK [--any-outputs]

Deno's kernel may send an output after the message that the cell is done, and nbclient drops such outputs. This client waits until a cell has as many
outputs as the file has stored; with --any-outputs it waits some seconds for each cell, whatever is stored.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete


class PatientClient(NotebookClient):
    def __init__(self, notebook, **options):
        super().__init__(notebook, **options)
        self.expected = [len(cell.get("outputs", [])) for cell in notebook.cells]
        self.idle = set()

    def process_message(self, message, cell, index):
        try:
            return super().process_message(message, cell, index)
        except CellExecutionComplete:
            self.idle.add(index)
        finally:
            if index in self.idle and len(cell.outputs) >= self.expected[index]:
                raise CellExecutionComplete


path = Path(sys.argv[1])
notebook = nbformat.read(path, as_version=4)
options = {"timeout": 120, "iopub_timeout": 10, "record_timing": False, "resources": {"metadata": {"path": str(path.parent)}}}
client = PatientClient(notebook, **options)
if "--any-outputs" in sys.argv:
    client.iopub_timeout = 2
    client.expected = [float("inf")] * len(notebook.cells)
client.execute()
nbformat.write(notebook, path)
