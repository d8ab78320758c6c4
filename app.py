"""The page: python app.py [--port 7860] does what ``bearing-qa serve`` does."""

import sys

from bearing_qa.cli.main import app

app(["serve", *sys.argv[1:]])
