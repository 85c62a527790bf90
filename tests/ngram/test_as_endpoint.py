"""The site's own client calls the provider as it calls any endpoint."""

import asyncio
from contextlib import aclosing
from urllib.parse import urlsplit

from workers.completions import stream
from workers.guarded_http import GuardedClient
from workers.network import AllowList
from workers.ngram.catalogue import CATALOGUE
from workers.pieces import Delta, Finished
from workers.target import Target


def target(url: str, model: str) -> Target:
    return Target(
        tenant_id=1,
        deployment_slug=model,
        model_slug=model,
        base_url=url,
        upstream_model=model,
        secret=None,
        accepts_images=False,
        context_tokens=None,
        max_output_tokens=40,
        max_concurrent=8,
        allow_list=AllowList.of([("127.0.0.1/32", urlsplit(url).port)]),
    )


def test_all_models_answer_at_once_with_counts_of_their_own(url: str) -> None:
    async def answer(model: str, client: GuardedClient) -> tuple[list[str], Finished]:
        texts = []
        question = {"role": "user", "content": "Why is the sea salty?"}
        call = stream(target(url, model), messages=[question], client=client)
        async with aclosing(call) as pieces:
            async for piece in pieces:
                if isinstance(piece, Delta):
                    texts.append(piece.text)
                elif isinstance(piece, Finished):
                    return texts, piece
        raise AssertionError(f"{model} did not finish")

    async def all_answers() -> list[tuple[list[str], Finished]]:
        async with GuardedClient() as client:
            return await asyncio.gather(*(answer(entry.name, client) for entry in CATALOGUE))

    answers = asyncio.run(all_answers())
    for texts, finished in answers:
        assert finished.finish_reason in ("stop", "length")
        # One piece a token, and the count is the provider's.
        assert finished.output_tokens == len(texts) <= 40
        assert finished.prompt_tokens is not None
    assert len({"".join(texts) for texts, _ in answers}) == len(CATALOGUE)
