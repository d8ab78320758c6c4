"""bearing_qa: questions to Chinese policy text, answered with exact quotations.

Importing this package loads nothing heavy: torch, faiss, gradio and jieba are imported
only by the one module that owns each of them, and only when it is used.
"""

__version__ = "0.1.0"
