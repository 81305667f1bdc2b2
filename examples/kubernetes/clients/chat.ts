import OpenAI from 'openai';

/**
 * A chat with the gateway by the OpenAI SDK, which needs no change but its address and a token for its key:
 *
 *   export OPENAI_BASE_URL=https://api.inference-gateway.local/v1 OPENAI_API_KEY=$(task fetch-access-token)
 *   NODE_EXTRA_CA_CERTS=ca.crt node examples/kubernetes/clients/chat.ts 'Hello!'
 *
 * ca.crt: kubectl get secret inference-gateway-tls -n inference-gateway -o jsonpath='{.data.ca\.crt}' | base64 -d
 */
const client = new OpenAI();
const [question = 'Hello!'] = process.argv.slice(2);

const stream = await client.chat.completions.create({
  model: process.env['MODEL'] ?? 'demo/demo-chat',
  messages: [{ role: 'user', content: question }],
  stream: true,
});
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '');
process.stdout.write('\n');
