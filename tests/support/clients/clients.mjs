// One scenario of one client against a running platform: its name as argument, where the platform is on stdin,
// what was seen on stdout as JSON.
import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client/core';
import { Defer20220824Handler } from '@apollo/client/incremental';
import { BatchHttpLink } from '@apollo/client/link/batch-http';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { auditServer } from 'graphql-http';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import WebSocket from 'ws';

const where = JSON.parse(await text(process.stdin));
const authorization = { authorization: `Bearer ${where.token}` };
const RECEIVED = 'subscription Received { notificationReceived { notification { __typename } } }';
const ME = gql`query Me { me { id handle } }`;
const DEFERRED = gql`query Deferred { me { id ... on User @defer(label: "later") { followerCount } } }`;

function apollo(link, options = {}) {
  return new ApolloClient({ cache: new InMemoryCache(), link, incrementalHandler: new Defer20220824Handler(), ...options });
}

const http = (options = {}) => new HttpLink({ uri: where.url, headers: authorization, ...options });
const sha256 = (query) => createHash('sha256').update(query).digest('hex');

async function send(query, variables, token) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const response = await fetch(where.url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  return response.json();
}

// Makes something happen until the subscriber has heard of it: nobody tells when a subscription is in place.
async function untilHeard(heard) {
  const change = (field, type) => send(
    `mutation Change($input: ${type}!) { ${field}(input: $input) { userErrors { code } } }`,
    { input: { userId: where.userId } }, where.otherToken);
  let done = false;
  heard.finally(() => { done = true; }).catch(() => {});
  while (!done) {
    await change('followUser', 'FollowUserInput');
    await Promise.race([heard, new Promise((next) => setTimeout(next, 300))]);
    await change('unfollowUser', 'UnfollowUserInput');
  }
  return heard;
}

function first(subscribe) {
  return new Promise((resolve, reject) => { const stop = subscribe((value) => { resolve(value); stop?.(); }, reject); });
}

async function close(code) {
  // What graphql-ws itself never does, by bare sockets.
  const socket = new WebSocket(where.socketUrl, 'graphql-transport-ws');
  const closed = new Promise((resolve) => socket.on('close', (number, reason) => resolve([number, String(reason)])));
  await new Promise((open) => socket.on('open', open));
  const said = new Promise((heard) => socket.on('message', heard));
  const init = () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${where.token}` } }));
  const subscribe = () => socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: RECEIVED } }));
  if (code === 4400) socket.send('{"type":"nonsense"}');
  if (code === 4401) subscribe();
  if (code === 4403) socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: 'Bearer forged' } }));
  if (code === 4429) { init(); init(); }
  if (code === 4409) { init(); await said; subscribe(); subscribe(); }
  return closed;
}

const scenarios = {
  audits: async () => {
    const fetchFn = (url, options) => fetch(url, { ...options, headers: { ...options?.headers, ...authorization } });
    const audits = await auditServer({ url: where.url, fetchFn });
    return { count: audits.length, failed: audits.filter((a) => a.status !== 'ok').map((a) => `${a.id} ${a.name}: ${a.reason}`) };
  },
  apolloQuery: async () => (await apollo(http()).query({ query: ME })).data,
  apolloGet: async () => (await apollo(http({ useGETForQueries: true })).query({ query: ME })).data,
  apolloPersisted: async () => {
    const sent = [];
    const watched = async (url, options) => { sent.push(options.method + (String(options.body ?? url).includes('"query"') ? ' text' : ' hash')); return fetch(url, options); };
    const link = () => ApolloLink.from([new PersistedQueryLink({ sha256 }), http({ fetch: watched })]);
    const query = gql(`query Fresh${Date.now()} { me { id handle } }`);
    const once = await apollo(link()).query({ query });
    const again = await apollo(link()).query({ query });
    return { once: once.data, again: again.data, sent };
  },
  apolloBatch: async () => {
    const client = apollo(new BatchHttpLink({ uri: where.url, headers: authorization, batchInterval: 5 }));
    const results = await Promise.allSettled([client.query({ query: ME }), client.query({ query: gql`query Handle { me { handle } }` })]);
    return results.map((result) => String(result.reason ?? result.status));
  },
  apolloDefer: async () => {
    const seen = [];
    await new Promise((resolve, reject) => {
      apollo(http()).watchQuery({ query: DEFERRED, errorPolicy: 'all' }).subscribe({
        next: (result) => { seen.push(JSON.parse(JSON.stringify({ data: result.data ?? null, state: result.dataState, error: result.error?.message }))); if (result.dataState === 'complete' || result.error) resolve(); },
        error: reject,
      });
    });
    return seen;
  },
  apolloSubscription: () => untilHeard(first((heard, failed) => {
    const running = apollo(http()).subscribe({ query: gql(RECEIVED) }).subscribe({ next: (r) => heard(r.data), error: failed });
    return () => running.unsubscribe();
  })),
  sseSubscription: () => untilHeard(first((heard, failed) => createSseClient({ url: where.url, headers: authorization })
    .subscribe({ query: RECEIVED }, { next: (r) => heard(r.data), error: failed, complete: () => {} }))),
  sseQuery: () => first((heard, failed) => createSseClient({ url: where.url, headers: authorization })
    .subscribe({ query: '{ me { handle } }' }, { next: (r) => heard(r.data), error: failed, complete: () => {} })),
  wsSubscription: () => untilHeard(first((heard, failed) => createWsClient({
    url: where.socketUrl, webSocketImpl: WebSocket, connectionParams: authorization,
  }).subscribe({ query: RECEIVED }, { next: (r) => heard(r.data), error: failed, complete: () => {} }))),
  close: async () => Object.fromEntries(await Promise.all([4400, 4401, 4403, 4408, 4409, 4429].map(async (code) => [code, await close(code)]))),
};

process.stdout.write(JSON.stringify(await scenarios[process.argv[2]]()));
process.exit(0);
