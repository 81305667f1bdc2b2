"""Calls the gateway with the OpenAI SDK for Python and prints what it saw as one JSON object."""

import json
import os

import openai

url, token = os.environ["GATEWAY_URL"], os.environ["TOKEN"]
client = openai.OpenAI(base_url=f"{url}/v1", api_key=token, max_retries=0)
messages = [{"role": "user", "content": "Hello!"}]
model = "demo/demo-chat"


def refusal(call):
    try:
        call()
    except openai.APIStatusError as error:
        return [type(error).__name__, error.status_code, error.code]
    return None


stranger = openai.OpenAI(base_url=f"{url}/v1", api_key="garbage", max_retries=0)
stream = client.chat.completions.create(model=model, messages=messages, stream=True)
words = [chunk.choices[0].delta.content or "" for chunk in stream]
answer = client.chat.completions.create(model=model, messages=messages)
print(
    json.dumps(
        {
            "models": [entry.id for entry in client.models.list()],
            "answer": answer.choices[0].message.content,
            "streamed": "".join(words),
            "chunks": len(words),
            "dimensions": len(client.embeddings.create(model="demo/demo-embed", input="a text").data[0].embedding),
            "garbage": refusal(lambda: stranger.models.list()),
            "unknown model": refusal(lambda: client.chat.completions.create(model="demo/gpt", messages=messages)),
            "no messages": refusal(lambda: client.chat.completions.create(model=model, messages=[])),
        }
    )
)
