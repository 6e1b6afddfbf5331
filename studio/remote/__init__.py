"""A studio at another address: the same attributes as `app.Studio`, over HTTP. No tables, no providers."""
