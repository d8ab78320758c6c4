"""The encoder as anybody would call it, which the product's times are compared with."""

from __future__ import annotations

from typing import Any

from bearing_qa.encoders import default_model


class BareEncoder:
    """sentence-transformers with the packaged model, and its ``encode``."""

    def __init__(self) -> None:
        from sentence_transformers import SentenceTransformer

        folder = str(default_model.unpacked_folder())
        self._model = SentenceTransformer(folder, device="cpu", local_files_only=True)
        self.encode_question("预热")

    def encode_question(self, question: str) -> Any:
        """Unit vector of a question, shape (dimension,)."""
        return self._model.encode(question, prompt_name="query", show_progress_bar=False)

    def encode_passages(self, texts: list[str]) -> Any:
        """Unit vectors of passages, at the library's own size of batches, shape (len(texts), dimension)."""
        return self._model.encode(texts, prompt_name="passage", show_progress_bar=False)
