"""Other tools beside the product: the same encoder, passages, questions and machine, one scorer.

- ``rows``: which tools, in which settings. ``requirements/``: what each is installed from, pinned.
- ``environments``: a virtual environment for each tool, made once in the user's cache, and what it weighs.
- ``handover``: the files that go to a tool and come back. Loads nothing but the standard library.
- ``worker``: runs in a tool's environment: builds its index, asks it, measures. ``use_*``: how each is used.
- ``scoring``: rankings → the figures of ``bearing-qa evaluate``. ``tables``: figures → Markdown.
"""
