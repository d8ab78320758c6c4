"""An ASGI application served safely: who asks, how often, how much; one gate before it."""
