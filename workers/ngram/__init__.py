"""The embedded provider: small n-gram language models behind the OpenAI-compatible API.

A process of its own without Django: `python -m workers.ngram --port 8001`. It counts the text in
`text/` at every start, which takes less than a second, and then really predicts token by token.
"""
