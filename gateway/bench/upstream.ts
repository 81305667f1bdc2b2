import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { serveParent } from './served.ts';
import { EVENT_INTERVAL, JSON_ANSWER, JSON_REQUEST, STREAM_EVENTS, STREAM_REQUEST } from './workload.ts';

/** The model server behind all contenders, as a process of its own. A body that was changed on its way gets a 400. */
const ANSWERS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  [JSON_REQUEST.asked]: answerJson,
  [JSON_REQUEST.forwarded]: answerJson,
  [STREAM_REQUEST.asked]: answerStream,
  [STREAM_REQUEST.forwarded]: answerStream,
};
const JSON_BODY = Buffer.from(JSON_ANSWER);
const JSON_HEADERS = ['content-type', 'application/json', 'content-length', String(JSON_BODY.length)];
const STREAM_HEADERS = ['content-type', 'text/event-stream', 'cache-control', 'no-cache'];
const EVENTS = STREAM_EVENTS.map((event) => Buffer.from(event));

function answerJson(response: ServerResponse): void {
  response.writeHead(200, JSON_HEADERS).end(JSON_BODY);
}

function answerStream(response: ServerResponse): void {
  response.writeHead(200, STREAM_HEADERS).write(EVENTS[0]);
  let next = 1;
  const timer = setInterval(() => {
    response.write(EVENTS[next]);
    next += 1;
    if (next === EVENTS.length) response.end();
  }, EVENT_INTERVAL);
  response.once('close', () => clearInterval(timer));
  response.once('finish', () => clearInterval(timer));
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  let body = '';
  request.setEncoding('latin1');
  request.on('data', (chunk: string) => {
    body += chunk;
  });
  request.once('end', () => {
    const respond = ANSWERS[body];
    if (respond) respond(response);
    else response.writeHead(400).end('this is not what was sent');
  });
}

serveParent(createServer({ keepAliveTimeout: 75_000 }, answer));
