// Lets each client create, read, search and page Communications, subscribe to them and be told, and read what it was refused.
// node fhir-clients.mjs BASE RECIPIENT, token in WARDLINE_TOKEN; prints a line of JSON for each client.
import http from 'node:http';
import { MedplumClient, OperationOutcomeError } from '@medplum/core';
import { Client as FhirClient } from 'fhir-kit-client';

const [base, recipient] = process.argv.slice(2);
const token = process.env.WARDLINE_TOKEN;
const draft = (name, i) => ({
  resourceType: 'Communication',
  status: 'in-progress',
  identifier: [{ system: 'urn:peer', value: `${name}-${i}` }],
  topic: { text: name },
  recipient: [{ reference: recipient }],
  payload: [{ contentString: `${name} ${i}` }],
});
const total = 5;
const patience = 30_000;

/** Where a server tells of what happened: `told` comes with the reference that a notification names and was waited for. */
async function listener() {
  const seen = new Set();
  const waiting = new Map();
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      for (const [reference] of body.matchAll(/Communication\/[0-9a-f-]{36}/g)) {
        seen.add(reference);
        waiting.get(reference)?.(reference);
      }
      response.writeHead(200).end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}/hook`,
    told: (reference) =>
      new Promise((resolve) => {
        waiting.set(reference, resolve);
        if (seen.has(reference)) resolve(reference);
        setTimeout(() => resolve('not told'), patience).unref();
      }),
  };
}
const subscription = (name, address) => ({
  resourceType: 'Subscription',
  status: 'requested',
  reason: name,
  criteria: 'https://wardline.org/fhir/SubscriptionTopic/message',
  _criteria: {
    extension: [
      {
        url: 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria',
        valueString: `Communication?topic=${name}`,
      },
    ],
  },
  channel: { type: 'rest-hook', endpoint: address, payload: 'application/fhir+json' },
});

async function withFhirKit() {
  const client = new FhirClient({ baseUrl: base, customHeaders: { Authorization: `Bearer ${token}` } });
  const hook = await listener();
  const subscribed = await client.create({
    resourceType: 'Subscription',
    body: subscription('fhir-kit-client', hook.address),
    options: { headers: { Prefer: 'return=representation' } },
  });
  const made = [];
  for (let i = 0; i < total; i++) {
    made.push(await client.create({ resourceType: 'Communication', body: draft('fhir-kit-client', i), options: { headers: { Prefer: 'return=representation' } } }));
  }
  const read = await client.read({ resourceType: 'Communication', id: made[0].id });
  let page = await client.search({ resourceType: 'Communication', searchParams: { recipient, topic: 'fhir-kit-client', _count: 2 } });
  let pages = 0;
  const found = new Set();
  while (page) {
    pages++;
    (page.entry ?? []).forEach((entry) => found.add(entry.resource.id));
    page = await client.nextPage({ bundle: page });
  }
  const capability = await client.capabilityStatement();
  let refused = '';
  try {
    await client.create({ resourceType: 'Communication', body: { resourceType: 'Communication', status: 'in-progress' } });
  } catch (error) {
    refused = error.response.data.issue[0].diagnostics;
  }
  const told = await hook.told(`Communication/${made[total - 1].id}`);
  await client.delete({ resourceType: 'Subscription', id: subscribed.id });
  return { read: read.payload[0].contentString, pages, found: made.filter((m) => found.has(m.id)).length, capability: capability.fhirVersion, refused, last: `Communication/${made[total - 1].id}`, told };
}

async function withMedplum() {
  const client = new MedplumClient({ baseUrl: base, fhirUrlPath: '', fetch, cacheTime: 0 });
  client.setAccessToken(token);
  const hook = await listener();
  const subscribed = await client.createResource(subscription('medplum', hook.address), { headers: { Prefer: 'return=representation' } });
  const made = [];
  for (let i = 0; i < total; i++) {
    made.push(await client.createResource(draft('medplum', i), { headers: { Prefer: 'return=representation' } }));
  }
  const read = await client.readResource('Communication', made[0].id);
  let pages = 0;
  const found = new Set();
  for await (const page of client.searchResourcePages('Communication', { recipient, topic: 'medplum', _count: 2 })) {
    pages++;
    page.forEach((resource) => found.add(resource.id));
  }
  let refused = '';
  try {
    await client.createResource({ resourceType: 'Communication', status: 'in-progress' });
  } catch (error) {
    refused = error instanceof OperationOutcomeError ? error.outcome.issue[0].diagnostics : String(error);
  }
  const told = await hook.told(`Communication/${made[total - 1].id}`);
  await client.deleteResource('Subscription', subscribed.id);
  return { read: read.payload[0].contentString, pages, found: made.filter((m) => found.has(m.id)).length, refused, last: `Communication/${made[total - 1].id}`, told };
}

for (const [name, run] of Object.entries({ 'fhir-kit-client': withFhirKit, medplum: withMedplum })) {
  console.log(JSON.stringify({ name, ...(await run()) }));
}
process.exit(0);
