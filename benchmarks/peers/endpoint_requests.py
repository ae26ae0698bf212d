"""`endpoint_requests.py httpx|openai|aiohttp URL REQUESTS SLOTS`: what `endpoint ask` does, with a client in Python.

`httpx` is OpenAI's own client as it comes, `openai` the same over aiohttp, which it offers for many requests at once;
`aiohttp` the fastest that one would write by hand, without retries and types.
"""

import asyncio
import json
import sys
import time

TEXT = " ".join(["word"] * 128)


def body(number):
    return {"model": "tiny", "messages": [{"role": "user", "content": f"{number} {TEXT}"}], "max_tokens": 64,
            "temperature": 1.0, "seed": number}


def with_openai(make):
    async def client(url, slots, answers):
        import httpx
        from openai import AsyncOpenAI

        limits = httpx.Limits(max_connections=slots, max_keepalive_connections=slots)
        async with AsyncOpenAI(base_url=url, api_key="none", http_client=make()(limits=limits, timeout=600)) as client:
            async def ask(number):
                answer = await client.chat.completions.create(**body(number))
                return answer.choices[0].message.content

            return await answers(ask)

    return client


def default():
    from openai import DefaultAsyncHttpxClient
    return DefaultAsyncHttpxClient


def over_aiohttp():
    from openai import DefaultAioHttpClient
    return DefaultAioHttpClient


async def with_aiohttp(url, slots, answers):
    import aiohttp

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=slots)) as session:
        async def ask(number):
            async with session.post(f"{url}/chat/completions", json=body(number)) as response:
                answer = await response.json()
                return answer["choices"][0]["message"]["content"]

        return await answers(ask)


async def main(peer, url, requests, slots):
    async def all_of(ask, count):
        numbers = iter(range(count))

        async def work():
            for number in numbers:
                assert await ask(number)

        await asyncio.gather(*(work() for _ in range(slots)))

    async def answers(ask):
        await all_of(ask, slots)
        start, cpu = time.perf_counter(), time.process_time()
        await all_of(ask, requests)
        return {"requests": requests, "seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - cpu}

    client = {"httpx": with_openai(default), "openai": with_openai(over_aiohttp), "aiohttp": with_aiohttp}[peer]
    print(json.dumps(await client(url, slots, answers)))


peer, url, requests, slots = sys.argv[1:]
asyncio.run(main(peer, url, int(requests), int(slots)))
